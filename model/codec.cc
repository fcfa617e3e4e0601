#include "model/codec.h"

#include <charconv>
#include <cmath>
#include <cstdio>

#include "model/js_text.h"

namespace lodestone::model {
namespace {

/// A plain integer, or one with a point or an exponent that is a whole number.
template <class T>
bool parse_integer(const Value& value, T& number) {
  if (!value.is(ValueType::kNumber)) return false;
  const std::string& text = value.text();
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  if (parsed.ec == std::errc() && parsed.ptr == text.data() + text.size()) return true;
  std::string plain;
  if (!append_decimal_text(plain, text)) return false;
  const auto again = std::from_chars(plain.data(), plain.data() + plain.size(), number);
  return again.ec == std::errc() && again.ptr == plain.data() + plain.size();
}

}  // namespace

std::optional<Number> Number::parse(std::string_view text) {
  std::string plain;
  if (!append_decimal_text(plain, text)) return std::nullopt;
  Number number;
  number.text_ = text;
  return number;
}

double Number::to_double() const {
  double number = 0;
  std::from_chars(text_.data(), text_.data() + text_.size(), number);
  return number;
}

bool operator==(const Number& a, const Number& b) {
  return Value::number(a.text()) == Value::number(b.text());
}

namespace detail {

Value encode_integer(std::int64_t number) { return Value::number(number); }
Value encode_unsigned(std::uint64_t number) { return Value::number(std::to_string(number)); }

Value encode_double(double number) {
  std::string text;
  append_number_text(text, number);
  return Value::number(std::move(text));
}

bool decode_integer(const Value& value, std::int64_t& number) { return parse_integer(value, number); }
bool decode_unsigned(const Value& value, std::uint64_t& number) { return parse_integer(value, number); }

bool decode_double(const Value& value, double& number) {
  if (!value.is(ValueType::kNumber)) return false;
  const std::string& text = value.text();
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  return parsed.ec == std::errc() && parsed.ptr == text.data() + text.size();
}

bool decode_text(const Value& value, ValueType type, std::string& text) {
  if (!value.is(type)) return false;
  text = value.text();
  return true;
}

Value encode_choice(std::span<const std::string_view> names, std::size_t number) {
  // What has no name is refused by the check of choices.
  return Value::string(std::string(number < names.size() ? names[number] : std::string_view()));
}

bool decode_choice(std::span<const std::string_view> names, const Value& value, std::size_t& number) {
  if (!value.is(ValueType::kString) || value.text().empty()) return false;
  for (number = 0; number < names.size(); ++number) {
    if (names[number] == value.text()) return true;
  }
  return false;
}

void describe_choices(std::span<const std::string_view> names, AttributeSchema& attribute) {
  for (const std::string_view name : names) {
    if (!name.empty()) attribute.choices.push_back(Value::string(std::string(name)));
  }
}

void describe_element(const TypeCodec& codec, AttributeSchema& attribute) {
  AttributeSchema element{.type = codec.type};
  codec.describe(element);
  attribute.element.push_back(std::move(element));
}

void describe_name(const TypeCodec& codec, AttributeSchema& attribute) {
  AttributeSchema name{.type = codec.type};
  codec.describe(name);
  attribute.names.push_back(std::move(name));
}

void describe_alternative(const TypeCodec& codec, AttributeSchema& attribute) {
  AttributeSchema alternative{.name = "alternative", .type = codec.type};
  codec.describe(alternative);
  attribute.properties.push_back(std::move(alternative));
}

std::string set_element(const Value& value) { return value.text(); }

Value set_element(ValueType set, const std::string& element) {
  switch (set) {
    case ValueType::kNumberSet:
      return Value::number(element);
    case ValueType::kBinarySet:
      return Value::binary(element);
    default:
      return Value::string(element);
  }
}

std::string iso_text(std::chrono::sys_time<std::chrono::milliseconds> time) {
  return Moment{time.time_since_epoch()}.iso();
}

bool parse_iso(const Value& value, std::chrono::sys_time<std::chrono::milliseconds>& time) {
  if (!value.is(ValueType::kString)) return false;
  int year = 0;
  unsigned month = 0;
  unsigned day = 0;
  int hour = 0;
  int minute = 0;
  int second = 0;
  int millisecond = 0;
  int length = 0;
  const std::string& text = value.text();
  const int found = std::sscanf(text.c_str(), "%7d-%2u-%2uT%2d:%2d:%2d.%3dZ%n", &year, &month, &day, &hour,
                                &minute, &second, &millisecond, &length);
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(month),
                                         std::chrono::day(day)};
  if (found != 7 || static_cast<std::size_t>(length) != text.size() || !date.ok()) return false;
  time = std::chrono::sys_days(date) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
         std::chrono::seconds(second) + std::chrono::milliseconds(millisecond);
  // Nothing else is written so: no hour 25, no "2025-1-5".
  return iso_text(time) == text;
}

std::string date_text(std::chrono::year_month_day date) {
  const std::string text = Moment{std::chrono::sys_days(date).time_since_epoch()}.iso();
  return text.substr(0, text.find('T'));
}

bool parse_date(const Value& value, std::chrono::year_month_day& date) {
  if (!value.is(ValueType::kString)) return false;
  std::chrono::sys_time<std::chrono::milliseconds> time;
  if (!parse_iso(Value::string(value.text() + "T00:00:00.000Z"), time)) return false;
  date = std::chrono::floor<std::chrono::days>(time);
  return true;
}

}  // namespace detail
}  // namespace lodestone::model
