#include "tests/api/reference_value.h"

#include <cstdlib>

namespace lodestone::testing::reference {
namespace {

std::string base64(std::string_view bytes) {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string bits;
  for (const char byte : bytes) {
    for (int bit = 7; bit >= 0; --bit) bits += (static_cast<unsigned char>(byte) >> bit & 1) != 0 ? '1' : '0';
  }
  std::string out;
  for (std::size_t i = 0; i < bits.size(); i += 6) {
    std::string six = bits.substr(i, 6);
    six.resize(6, '0');
    out += kDigits[std::stoul(six, nullptr, 2)];
  }
  while (out.size() % 4 != 0) out += '=';
  return out;
}

/// The texts of the differential test need no escapes.
std::string in_quotes(std::string_view text) { return '"' + std::string(text) + '"'; }

std::size_t number_size(std::int64_t thousandths) {
  std::string text = number_text(std::abs(thousandths));
  const std::size_t point = text.find('.');
  std::string whole = text.substr(0, point);
  std::string part = point == std::string::npos ? "" : text.substr(point + 1);
  if (whole == "0") {
    whole.clear();
    part.erase(0,
               part.find_first_not_of('0') == std::string::npos ? part.size() : part.find_first_not_of('0'));
  } else if (part.empty()) {
    whole.erase(whole.find_last_not_of('0') + 1);
  }
  return 1 + (thousandths < 0 ? 1 : 0) + (whole.size() + 1) / 2 + (part.size() + 1) / 2;
}

template <class Elements, class Write>
std::string joined(const Elements& elements, Write write) {
  std::string out = "[";
  for (const auto& element : elements) out += (out.size() > 1 ? "," : "") + write(element);
  return out + "]";
}

}  // namespace

Value Value::of_text(std::string text) {
  Value value;
  value.kind = Kind::kS;
  value.text = std::move(text);
  return value;
}

Value Value::of_bytes(std::string bytes) {
  Value value;
  value.kind = Kind::kB;
  value.text = std::move(bytes);
  return value;
}

Value Value::of_number(std::int64_t thousandths) {
  Value value;
  value.kind = Kind::kN;
  value.number = thousandths;
  return value;
}

bool Value::operator==(const Value& other) const {
  return kind == other.kind && text == other.text && number == other.number && flag == other.flag &&
         texts == other.texts && numbers == other.numbers && list == other.list && map == other.map;
}

std::string_view kind_name(Kind kind) {
  constexpr std::string_view kNames[] = {"S", "N", "B", "SS", "NS", "BS", "BOOL", "NULL", "L", "M"};
  return kNames[static_cast<std::size_t>(kind)];
}

bool is_scalar(Kind kind) { return kind == Kind::kS || kind == Kind::kN || kind == Kind::kB; }

bool less(const Value& a, const Value& b) {
  return a.kind == Kind::kN ? a.number < b.number : a.text < b.text;
}

std::string number_text(std::int64_t thousandths) {
  std::string text = std::to_string(std::abs(thousandths) / 1000);
  if (const std::int64_t rest = std::abs(thousandths) % 1000; rest != 0) {
    std::string fraction = std::to_string(1000 + rest).substr(1);
    while (fraction.back() == '0') fraction.pop_back();
    text += '.' + fraction;
  }
  return thousandths < 0 ? '-' + text : text;
}

std::string to_json(const Value& value) {
  std::string content;
  switch (value.kind) {
    case Kind::kS:
      content = in_quotes(value.text);
      break;
    case Kind::kN:
      content = in_quotes(number_text(value.number));
      break;
    case Kind::kB:
      content = in_quotes(base64(value.text));
      break;
    case Kind::kSS:
      content = joined(value.texts, in_quotes);
      break;
    case Kind::kNS:
      content = joined(value.numbers, [](std::int64_t number) { return in_quotes(number_text(number)); });
      break;
    case Kind::kBS:
      content = joined(value.texts, [](const std::string& bytes) { return in_quotes(base64(bytes)); });
      break;
    case Kind::kBool:
      content = value.flag ? "true" : "false";
      break;
    case Kind::kNull:
      content = "true";
      break;
    case Kind::kL:
      content = joined(value.list, [](const Value& element) { return to_json(element); });
      break;
    case Kind::kM:
      content = to_json(value.map);
      break;
  }
  return "{\"" + std::string(kind_name(value.kind)) + "\":" + content + "}";
}

std::string to_json(const Item& item) {
  std::string out = "{";
  for (const auto& [name, value] : item)
    out += (out.size() > 1 ? "," : "") + in_quotes(name) + ":" + to_json(value);
  return out + "}";
}

std::size_t size_of(const Value& value) {
  std::size_t size = 0;
  switch (value.kind) {
    case Kind::kS:
    case Kind::kB:
      return value.text.size();
    case Kind::kN:
      return number_size(value.number);
    case Kind::kSS:
    case Kind::kBS:
      for (const std::string& text : value.texts) size += text.size();
      return size;
    case Kind::kNS:
      for (const std::int64_t number : value.numbers) size += number_size(number);
      return size;
    case Kind::kBool:
    case Kind::kNull:
      return 1;
    case Kind::kL:
      for (const Value& element : value.list) size += 1 + size_of(element);
      return 3 + size;
    case Kind::kM:
      return 3 + value.map.size() + size_of(value.map);
  }
  return size;
}

std::size_t size_of(const Item& item) {
  std::size_t size = 0;
  for (const auto& [name, value] : item) size += name.size() + size_of(value);
  return size;
}

}  // namespace lodestone::testing::reference
