#include "storage/json_text.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace lodestone {
namespace {

constexpr std::array<bool, 256> kNeedsEscape = [] {
  std::array<bool, 256> table{};
  for (std::size_t c = 0; c < 0x20; ++c) table[c] = true;
  table['"'] = table['\\'] = true;
  return table;
}();

/// True where one of the eight bytes needs an escape; may be true for other bytes beside such as well.
bool any_needs_escape(std::uint64_t word) {
  constexpr std::uint64_t kOnes = 0x0101010101010101;
  constexpr std::uint64_t kHighs = 0x8080808080808080;
  const auto has_zero = [](std::uint64_t bytes) { return (bytes - kOnes) & ~bytes & kHighs; };
  const std::uint64_t control = (word - kOnes * 0x20) & ~word & kHighs;
  return (control | has_zero(word ^ (kOnes * '"')) | has_zero(word ^ (kOnes * '\\'))) != 0;
}

}  // namespace

void JsonOut::grow(std::size_t bytes) {
  constexpr std::size_t kLeast = 512;
  const auto used = static_cast<std::size_t>(at_ - out_.data());
  out_.resize(std::max({used + bytes, used * 2, kLeast}));
  at_ = out_.data() + used;
  end_ = out_.data() + out_.size();
}

void JsonOut::escape(unsigned char c) {
  constexpr char kHex[] = "0123456789abcdef";
  switch (c) {
    case '"':
      return literal("\\\"");
    case '\\':
      return literal("\\\\");
    case '\n':
      return literal("\\n");
    case '\r':
      return literal("\\r");
    case '\t':
      return literal("\\t");
    case '\b':
      return literal("\\b");
    case '\f':
      return literal("\\f");
    default:
      break;
  }
  literal("\\u00");
  put(kHex[c >> 4]);
  put(kHex[c & 15]);
}

void JsonOut::string(std::string_view text) {
  reserve(text.size() + 2);
  *at_++ = '"';
  const char* from = text.data();
  const char* const end = from + text.size();
  while (from != end) {
    // Room for what is left and the quote is there; escapes make more.
    while (end - from >= 8) {
      std::uint64_t word;
      std::memcpy(&word, from, sizeof word);
      if (any_needs_escape(word)) break;
      std::memcpy(at_, &word, sizeof word);
      from += 8;
      at_ += 8;
    }
    const char* const stop = end - from > 8 ? from + 8 : end;
    while (from != stop) {
      const auto c = static_cast<unsigned char>(*from++);
      if (kNeedsEscape[c]) {
        escape(c);
        reserve(static_cast<std::size_t>(end - from) + 1);
      } else {
        *at_++ = static_cast<char>(c);
      }
    }
  }
  *at_++ = '"';
}

void JsonOut::base64_string(std::string_view bytes) {
  static constexpr char kAlphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  reserve((bytes.size() + 2) / 3 * 4 + 2);
  const auto byte = [&](std::size_t at) {
    return static_cast<unsigned>(static_cast<unsigned char>(bytes[at]));
  };
  const auto put_group = [this](unsigned group, int sextets) {
    for (int i = 0; i < 4; ++i) *at_++ = i < sextets ? kAlphabet[group >> (18 - 6 * i) & 63] : '=';
  };
  *at_++ = '"';
  std::size_t i = 0;
  for (; i + 3 <= bytes.size(); i += 3) put_group(byte(i) << 16 | byte(i + 1) << 8 | byte(i + 2), 4);
  if (bytes.size() - i == 1) put_group(byte(i) << 16, 2);
  if (bytes.size() - i == 2) put_group(byte(i) << 16 | byte(i + 1) << 8, 3);
  *at_++ = '"';
}

void append_json_string(std::string& out, std::string_view text) { JsonOut(out).string(text); }
void append_base64_string(std::string& out, std::string_view bytes) { JsonOut(out).base64_string(bytes); }

}  // namespace lodestone
