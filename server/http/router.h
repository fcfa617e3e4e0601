/// Where a request goes, by its method, path and content type, before anything looks into its body.
///
/// Pure functions; thread-safe.
#pragma once

#include <string_view>

#include "server/http/request.h"

namespace lodestone::http {

enum class Route : unsigned char {
  kCall,       ///< A call of the API.
  kHealth,     ///< GET / : is the server there?
  kPreflight,  ///< A browser asks whether another site's page may call.
  kNotFound,
};

[[nodiscard]] Route route(const Request& request);

/// The path of a request target, without query: of "/a?b" and of "http://host/a?b" it is "/a".
[[nodiscard]] std::string_view path_of(std::string_view request_target);

/// What follows the target's "?"; empty where there is none.
[[nodiscard]] std::string_view query_of(std::string_view request_target);

/// The content type of the reply: the request's own where the API speaks it, else application/json.
[[nodiscard]] std::string_view reply_content_type(const Request& request);

/// The body of an answer to a request that leads nowhere.
inline constexpr std::string_view kNotFoundBody = "<UnknownOperationException/>\n";

}  // namespace lodestone::http
