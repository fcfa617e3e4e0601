#include "server/http/router.h"

#include <array>

#include "server/http/text.h"

namespace lodestone::http {
namespace {

constexpr std::array<std::string_view, 3> kContentTypes = {"application/x-amz-json-1.0", "application/json",
                                                           "application/x-amz-json-1.1"};

/// The type that the API speaks as it is to be named in the reply; empty for any other.
std::string_view known_content_type(std::string_view field) {
  // What the SDKs send.
  if (field == kContentTypes.front()) return kContentTypes.front();
  const std::string_view base = trim(field.substr(0, field.find(';')));
  for (const std::string_view type : kContentTypes) {
    if (equals_ignoring_case(base, type)) return type;
  }
  return {};
}

/// The target without scheme and host: clients that speak to a proxy send the whole address (RFC
/// 9112, 3.2.2).
std::string_view origin_form(std::string_view target) {
  if (target.empty() || target.front() == '/') return target;
  const std::size_t scheme_end = target.find("://");
  if (scheme_end == std::string_view::npos) return target;
  const std::string_view rest = target.substr(scheme_end + 3);
  const std::size_t path = rest.find_first_of("/?");
  if (path == std::string_view::npos) return "/";
  return rest.substr(path);
}

}  // namespace

std::string_view path_of(std::string_view request_target) {
  const std::string_view form = origin_form(request_target);
  const std::string_view path = form.substr(0, form.find('?'));
  return path.empty() ? "/" : path;
}

std::string_view query_of(std::string_view request_target) {
  const std::size_t mark = request_target.find('?');
  return mark == std::string_view::npos ? std::string_view() : request_target.substr(mark + 1);
}

Route route(const Request& request) {
  const bool at_root = path_of(request.get(Field::kRequestTarget)) == "/";
  switch (request.method) {
    case Method::kPost:
      if (!at_root) return Route::kNotFound;
      if (!request.body.empty() && known_content_type(request.get(Field::kContentType)).empty()) {
        return Route::kNotFound;
      }
      return Route::kCall;
    case Method::kGet:
      return at_root ? Route::kHealth : Route::kNotFound;
    case Method::kOptions:
      return request.has(Field::kOrigin) ? Route::kPreflight : Route::kNotFound;
    default:
      return Route::kNotFound;
  }
}

std::string_view reply_content_type(const Request& request) {
  const std::string_view known = known_content_type(request.get(Field::kContentType));
  return known.empty() ? "application/json" : known;
}

}  // namespace lodestone::http
