/// Cross-origin resource sharing: which pages of a browser may call.
///
/// As the service does it, any page may; a list of origins narrows that. See
/// https://developer.mozilla.org/docs/Web/HTTP/CORS. Immutable, so thread-safe.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "server/http/request.h"

namespace lodestone::http {

class Cors {
 public:
  /// The origins whose pages may call; none or "*" means all.
  explicit Cors(std::vector<std::string> origins);

  /// Appends the header fields for the reply to `request`, `preflight` if it is an OPTIONS request. Nothing
  /// where the request has no Origin, or one that may not call.
  void append_fields(const Request& request, bool preflight, std::string& out) const;

 private:
  std::vector<std::string> origins_;
};

}  // namespace lodestone::http
