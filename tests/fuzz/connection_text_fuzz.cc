// The texts that connections read and keys are made of, whoever wrote them: nothing crashes, and what is read
// once is read the same again.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "model/connection.h"
#include "model/http/endpoint.h"
#include "model/http/profile.h"
#include "model/http/time_text.h"
#include "model/js_text.h"

namespace {

using namespace lodestone::model;

void require(bool holds) {
  if (!holds) std::abort();
}

void check_endpoint(std::string_view text) {
  const auto first = parse_endpoint(text);
  if (!first.ok()) return;
  const auto second =
      parse_endpoint((first->tls ? "https://" : "http://") + first->authority() + first->path);
  require(second.ok() && second->host == first->host && second->port == first->port &&
          second->path == first->path);
  require(first->path.find_first_of("\r\n ") == std::string::npos);
  require(first->host.find_first_of("\r\n /@") == std::string::npos);
}

void check_number(std::string_view text) {
  std::string once;
  if (!append_decimal_text(once, text)) return require(once.empty());
  std::string twice;
  require(append_decimal_text(twice, once) && once == twice);
}

void check_case(std::string_view text) {
  const std::string lower = lower_case(std::string(text));
  require(lower_case(lower) == lower);
  const std::string upper = upper_case(std::string(text));
  require(upper_case(upper) == upper);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check_endpoint(text);
  check_number(text);
  check_case(text);
  for (const auto& [name, settings] : parse_sections(text)) require(name.find('\n') == std::string::npos);
  const ConnectionError error = service_error(400, std::string(text));
  require(error.body == text && error.name.find('#') == std::string::npos);
  if (const auto credentials = read_credentials(text, "it"); credentials.ok()) {
    require(!credentials->access_key_id.empty());
  }
  if (const auto time = parse_iso_time(text)) require(basic_time(*time).ends_with("Z"));
  static_cast<void>(parse_http_time(text));
  return 0;
}
