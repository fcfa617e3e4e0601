#include "model/http/time_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>

namespace lodestone::model {
namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

/// Reads `text` from its beginning, and takes away what it has read.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_(text) {}

  /// A number of exactly so many digits.
  std::optional<int> number(std::size_t digits) {
    int value = 0;
    const char* const end = text_.data() + std::min(digits, text_.size());
    const auto [stop, fault] = std::from_chars(text_.data(), end, value);
    if (text_.size() < digits || fault != std::errc() || stop != end || text_.starts_with('-')) return {};
    text_.remove_prefix(digits);
    return value;
  }

  bool skip(std::string_view expected) {
    if (!text_.starts_with(expected)) return false;
    text_.remove_prefix(expected.size());
    return true;
  }

  void skip_digits() { text_.remove_prefix(std::min(text_.find_first_not_of("0123456789"), text_.size())); }
  void skip_any(std::size_t count) { text_.remove_prefix(std::min(count, text_.size())); }
  [[nodiscard]] std::string_view rest() const { return text_; }

 private:
  std::string_view text_;
};

std::optional<WallTime> date(int year, int month, int day) {
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return std::nullopt;
  // The clock counts nanoseconds in 64 bits, from 1677 to 2262: what never ends ends with the clock.
  constexpr std::chrono::sys_days kFirst{std::chrono::year(1678) / 1 / 1};
  constexpr std::chrono::sys_days kLast{std::chrono::year(2261) / 12 / 31};
  return WallTime(std::clamp(std::chrono::sys_days(date), kFirst, kLast));
}

/// "12:36:00"
std::optional<seconds> time_of_day(Cursor& cursor) {
  const auto hour = cursor.number(2);
  if (!hour || !cursor.skip(":")) return std::nullopt;
  const auto minute = cursor.number(2);
  if (!minute || !cursor.skip(":")) return std::nullopt;
  const auto second = cursor.number(2);
  if (!second || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
  return hours(*hour) + minutes(*minute) + seconds(*second);
}

}  // namespace

std::string basic_time(WallTime time) {
  const auto day = floor<days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(floor<seconds>(time - day));
  std::array<char, 64> text;
  const int length =
      std::snprintf(text.data(), text.size(), "%04d%02u%02uT%02d%02d%02dZ", static_cast<int>(date.year()),
                    static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                    static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                    static_cast<int>(clock.seconds().count()));
  return {text.data(), static_cast<std::size_t>(length)};
}

std::optional<WallTime> parse_iso_time(std::string_view text) {
  Cursor cursor(text);
  const auto year = cursor.number(4);
  if (!year || !cursor.skip("-")) return std::nullopt;
  const auto month = cursor.number(2);
  if (!month || !cursor.skip("-")) return std::nullopt;
  const auto day = cursor.number(2);
  if (!day || !cursor.skip("T")) return std::nullopt;
  const auto clock = time_of_day(cursor);
  if (!clock) return std::nullopt;
  if (cursor.skip(".")) cursor.skip_digits();
  seconds offset{0};
  if (!cursor.skip("Z")) {
    const bool is_east = cursor.rest().starts_with('+');
    if (!is_east && !cursor.rest().starts_with('-')) return std::nullopt;
    cursor.skip_any(1);
    const auto hour = cursor.number(2);
    cursor.skip(":");
    const auto minute = cursor.number(2);
    if (!hour || !minute) return std::nullopt;
    offset = (hours(*hour) + minutes(*minute)) * (is_east ? 1 : -1);
  }
  const auto midnight = date(*year, *month, *day);
  if (!midnight || !cursor.rest().empty()) return std::nullopt;
  return *midnight + *clock - offset;
}

std::optional<WallTime> parse_http_time(std::string_view text) {
  constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  Cursor cursor(text);
  cursor.skip_any(3);
  if (!cursor.skip(", ")) return std::nullopt;
  const auto day = cursor.number(2);
  if (!day || !cursor.skip(" ")) return std::nullopt;
  const auto* const month = std::find(kMonths.begin(), kMonths.end(), cursor.rest().substr(0, 3));
  cursor.skip_any(3);
  if (month == kMonths.end() || !cursor.skip(" ")) return std::nullopt;
  const auto year = cursor.number(4);
  if (!year || !cursor.skip(" ")) return std::nullopt;
  const auto clock = time_of_day(cursor);
  if (!clock || !cursor.skip(" GMT") || !cursor.rest().empty()) return std::nullopt;
  const auto midnight = date(*year, static_cast<int>(month - kMonths.begin()) + 1, *day);
  if (!midnight) return std::nullopt;
  return *midnight + *clock;
}

}  // namespace lodestone::model
