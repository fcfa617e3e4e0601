#include "model/json.h"

#include <array>
#include <cstdint>
#include <cstring>

#include "model/js_text.h"

namespace lodestone::model {
namespace {

constexpr std::string_view kBase64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kBase64Url = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

void append_base64(std::string& out, std::string_view bytes, std::string_view letters, bool pad) {
  const auto at = [bytes](std::size_t i) {
    return i < bytes.size() ? static_cast<unsigned>(static_cast<unsigned char>(bytes[i])) : 0U;
  };
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const unsigned group = at(i) << 16 | at(i + 1) << 8 | at(i + 2);
    const std::size_t given = bytes.size() - i;
    for (std::size_t letter = 0; letter < 4; ++letter) {
      if (letter <= given) {
        out.push_back(letters[group >> (18 - 6 * letter) & 0x3FU]);
      } else if (pad) {
        out.push_back('=');
      }
    }
  }
}

/// What each byte is worth as one of `letters`; 64: it is none.
consteval std::array<std::uint8_t, 256> worth_of(std::string_view letters) {
  std::array<std::uint8_t, 256> worth{};
  worth.fill(64);
  for (std::size_t i = 0; i < letters.size(); ++i) {
    worth[static_cast<unsigned char>(letters[i])] = static_cast<std::uint8_t>(i);
  }
  return worth;
}

/// nullopt for anything but letters, with padding only at the end.
std::optional<std::string> decode_base64(std::string_view text, const std::array<std::uint8_t, 256>& worth) {
  while (!text.empty() && text.back() == '=') text.remove_suffix(1);
  if (text.size() % 4 == 1) return std::nullopt;
  std::string bytes;
  bytes.reserve(text.size() * 3 / 4);
  unsigned bits = 0;
  unsigned count = 0;
  for (const char c : text) {
    const std::uint8_t digit = worth[static_cast<unsigned char>(c)];
    if (digit == 64) return std::nullopt;
    bits = bits << 6 | digit;
    if (count += 6; count >= 8) bytes.push_back(static_cast<char>(bits >> (count -= 8) & 0xFFU));
  }
  return bytes;
}

/// How many bytes at the beginning certainly need no escape, by eight.
std::size_t plain_bytes(std::string_view text) {
  constexpr std::uint64_t kEach = 0x0101010101010101;
  constexpr std::uint64_t kHigh = 0x80 * kEach;
  const auto has_less = [](std::uint64_t word, std::uint64_t than) {
    return (word - than * kEach) & ~word & kHigh;
  };
  std::size_t at = 0;
  for (std::uint64_t word = 0; text.size() - at >= sizeof word; at += sizeof word) {
    std::memcpy(&word, text.data() + at, sizeof word);
    const std::uint64_t escaped =
        has_less(word, 0x20) | has_less(word ^ '"' * kEach, 1) | has_less(word ^ '\\' * kEach, 1);
    if (escaped != 0) break;
  }
  return at;
}

/// `{"S":`
std::string_view value_begin(ValueType type) {
  static constexpr std::array<std::string_view, 10> kBegins = {
      "{\"NULL\":", "{\"BOOL\":", "{\"N\":",  "{\"S\":", "{\"B\":",
      "{\"SS\":",   "{\"NS\":",   "{\"BS\":", "{\"L\":", "{\"M\":"};
  return kBegins[static_cast<std::size_t>(type)];
}

void append_set(std::string& out, const Value& value) {
  out += '[';
  for (const std::string& element : value.elements()) {
    if (out.back() != '[') out += ',';
    if (value.is(ValueType::kBinarySet)) {
      out += '"';
      append_base64(out, element, kBase64, true);
      out += '"';
    } else {
      append_json_string(out, element);
    }
  }
  out += ']';
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  static constexpr std::string_view kHex = "0123456789abcdef";
  static constexpr auto kIsEscaped = [] {
    std::array<bool, 256> escaped{};
    for (std::size_t c = 0; c < 0x20; ++c) escaped[c] = true;
    escaped['"'] = escaped['\\'] = true;
    return escaped;
  }();
  out += '"';
  std::size_t from = 0;
  for (std::size_t i = plain_bytes(text); i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (!kIsEscaped[c]) continue;
    out.append(text.substr(from, i - from));
    from = i + 1;
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        out += "\\u00";
        out += kHex[c >> 4];
        out += kHex[c & 0xFU];
    }
  }
  out.append(text.substr(from));
  out += '"';
}

void append_json(std::string& out, const Value& value) {
  out += value_begin(value.type());
  switch (value.type()) {
    case ValueType::kNull:
      out += "true";
      break;
    case ValueType::kBoolean:
      out += value.truth() ? "true" : "false";
      break;
    case ValueType::kNumber:
    case ValueType::kString:
      append_json_string(out, value.text());
      break;
    case ValueType::kBinary:
      out += '"';
      append_base64(out, value.text(), kBase64, true);
      out += '"';
      break;
    case ValueType::kStringSet:
    case ValueType::kNumberSet:
    case ValueType::kBinarySet:
      append_set(out, value);
      break;
    case ValueType::kList: {
      const char* separator = "";
      out += '[';
      for (const Value& element : value.items()) {
        out += separator;
        append_json(out, element);
        separator = ",";
      }
      out += ']';
      break;
    }
    case ValueType::kMap:
      append_json(out, value.members());
      break;
  }
  out += '}';
}

void append_json(std::string& out, const Record& record) {
  const char* separator = "";
  out += '{';
  for (const Member& one : record) {
    out += separator;
    append_json_string(out, one.name);
    out += ':';
    append_json(out, one.value);
    separator = ",";
  }
  out += '}';
}

std::string to_json(const Value& value) {
  std::string out;
  append_json(out, value);
  return out;
}

std::string to_json(const Record& record) {
  std::string out;
  append_json(out, record);
  return out;
}

void append_plain_json(std::string& out, const Value& value) {
  const char* separator = "";
  switch (value.type()) {
    case ValueType::kNull:
      out += "null";
      break;
    case ValueType::kBoolean:
      out += boolean_text(value.truth());
      break;
    case ValueType::kNumber:
      if (!append_decimal_text(out, value.text())) out += "null";
      break;
    case ValueType::kString:
      append_json_string(out, value.text());
      break;
    case ValueType::kBinary:
      out += '"';
      append_base64(out, value.text(), kBase64, true);
      out += '"';
      break;
    case ValueType::kNumberSet:
      out += '[';
      for (const std::string& element : value.elements()) {
        out += separator;
        if (!append_decimal_text(out, element)) out += "null";
        separator = ",";
      }
      out += ']';
      break;
    case ValueType::kStringSet:
    case ValueType::kBinarySet:
      append_set(out, value);
      break;
    case ValueType::kList:
      out += '[';
      for (const Value& element : value.items()) {
        out += separator;
        append_plain_json(out, element);
        separator = ",";
      }
      out += ']';
      break;
    case ValueType::kMap:
      out += '{';
      for (const Member& one : value.members()) {
        out += separator;
        append_json_string(out, one.name);
        out += ':';
        append_plain_json(out, one.value);
        separator = ",";
      }
      out += '}';
      break;
  }
}

std::string base64url(std::string_view bytes) {
  std::string text;
  append_base64(text, bytes, kBase64Url, false);
  return text;
}

std::optional<std::string> from_base64url(std::string_view text) {
  static constexpr auto kWorth = worth_of(kBase64Url);
  return decode_base64(text, kWorth);
}

std::optional<std::string> from_base64(std::string_view text) {
  static constexpr auto kWorth = worth_of(kBase64);
  return decode_base64(text, kWorth);
}

}  // namespace lodestone::model
