/// The spellings of a time that AWS's protocols use.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "model/http/environment.h"

namespace lodestone::model {

/// ISO 8601 in its basic form, "20150830T123600Z", as signatures have it.
[[nodiscard]] std::string basic_time(WallTime time);

/// ISO 8601, "2015-08-30T12:36:00Z", with or without a fraction of the second, also with an offset such as
/// "+00:00", as credentials have it. Years before 1678 and after 2261 become the first and the last day that
/// the clock can count.
[[nodiscard]] std::optional<WallTime> parse_iso_time(std::string_view text);

/// The Date of HTTP, "Sun, 30 Aug 2015 12:36:00 GMT".
[[nodiscard]] std::optional<WallTime> parse_http_time(std::string_view text);

}  // namespace lodestone::model
