#include "server/expression/value_text.h"

#include <cstddef>
#include <cstdint>

namespace lodestone {

std::string base64_text(std::string_view bytes) {
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    std::uint32_t group = 0;
    const std::size_t taken = bytes.size() - at < 3 ? bytes.size() - at : 3;
    for (std::size_t i = 0; i < 3; ++i) {
      group = group << 8 | (i < taken ? static_cast<unsigned char>(bytes[at + i]) : 0U);
    }
    for (std::size_t i = 0; i < 4; ++i) {
      text += i <= taken ? kAlphabet[group >> (18 - 6 * i) & 0x3F] : '=';
    }
  }
  return text;
}

std::string attribute_value_text(const Value& value) {
  std::string text = "AttributeValue: {";
  text += type_name(value.type());
  text += ':';
  text += value.type() == Type::kB ? base64_text(value.text()) : std::string(value.text());
  text += '}';
  return text;
}

}  // namespace lodestone
