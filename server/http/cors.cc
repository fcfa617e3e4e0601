#include "server/http/cors.h"

#include <algorithm>

namespace lodestone::http {

Cors::Cors(std::vector<std::string> origins) : origins_(std::move(origins)) {
  if (std::find(origins_.begin(), origins_.end(), "*") != origins_.end()) origins_.clear();
}

void Cors::append_fields(const Request& request, bool preflight, std::string& out) const {
  if (!request.has(Field::kOrigin)) return;
  const std::string_view origin = request.get(Field::kOrigin);
  if (origins_.empty()) {
    out.append("Access-Control-Allow-Origin: *\r\n");
  } else {
    // A cache must not show one page the answer that another got.
    out.append("Vary: Origin\r\n");
    if (std::find(origins_.begin(), origins_.end(), origin) == origins_.end()) return;
    out.append("Access-Control-Allow-Origin: ").append(origin).append("\r\n");
  }
  out.append("Access-Control-Expose-Headers: x-amzn-RequestId,x-amzn-ErrorType,x-amz-crc32,Date\r\n");
  if (!preflight) return;
  out.append("Access-Control-Max-Age: 172800\r\n");
  const auto echo = [&](Field asked, std::string_view name) {
    if (request.has(asked)) out.append(name).append(": ").append(request.get(asked)).append("\r\n");
  };
  echo(Field::kCorsRequestMethod, "Access-Control-Allow-Methods");
  echo(Field::kCorsRequestHeaders, "Access-Control-Allow-Headers");
}

}  // namespace lodestone::http
