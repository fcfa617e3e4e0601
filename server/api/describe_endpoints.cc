// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeEndpoints.html
#include "server/api/json_writer.h"
#include "server/api/operations.h"

namespace lodestone {

ApiResult<void> describe_endpoints(Request& request, std::string& reply) {
  constexpr std::int64_t kCacheMinutes = 1440;
  // The address by which the caller came here works as an endpoint; in process there is none, so it is the
  // service's form.
  std::string address(request.caller.host);
  if (address.empty()) address = "dynamodb." + std::string(request.caller.region) + ".amazonaws.com";
  JsonWriter json(reply);
  json.begin_object().key("Endpoints").begin_array().begin_object();
  json.field("Address", address).field("CachePeriodInMinutes", kCacheMinutes);
  json.end_object().end_array().end_object();
  return {};
}

}  // namespace lodestone
