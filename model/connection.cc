#include "model/connection.h"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "model/json_fields.h"

namespace lodestone::model {
namespace {

/// What the SDKs retry, and what of that they call throttling
/// (https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html).
constexpr std::array<std::string_view, 14> kThrottling = {
    "BandwidthLimitExceeded",
    "EC2ThrottledException",
    "LimitExceededException",
    "PriorRequestNotComplete",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "RequestThrottled",
    "RequestThrottledException",
    "SlowDown",
    "ThrottledException",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
    "TransactionInProgressException",
};
constexpr std::array<std::string_view, 7> kTransient = {
    "InternalError",           "InternalServerError", "ReplicatedWriteConflictException", "RequestTimeout",
    "RequestTimeoutException", "ServiceUnavailable",  "ServiceUnavailableException",
};

bool is_one_of(std::span<const std::string_view> names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

ConnectionError service_error(unsigned status, std::string body, std::string request_id) {
  // Without a whole document there is no error of the service: a proxy answers with pages of its own.
  const TextFields fields = read_text_fields(body).value_or(TextFields());
  const std::string_view type = field(fields, "__type");
  const std::string_view message = field(fields, fields.contains("message") ? "message" : "Message");

  ConnectionError error;
  error.name = type.substr(type.rfind('#') + 1);
  error.message = message;
  error.kind = error.name.empty() ? FailureKind::kReply : FailureKind::kService;
  if (error.name.empty() && error.message.empty()) {
    error.message = "the endpoint answered with status " + std::to_string(status) +
                    " and no error of DynamoDB: is it a DynamoDB endpoint?";
  }
  error.status = status;
  error.request_id = std::move(request_id);
  error.body = std::move(body);
  error.may_have_run = status >= 500;
  error.throttled = is_one_of(kThrottling, error.name) || status == 429;
  error.retriable = error.throttled || is_one_of(kTransient, error.name) || status == 500 || status == 502 ||
                    status == 503 || status == 504;
  return error;
}

}  // namespace lodestone::model
