#include "storage/json_text.h"

#include <cstdint>
#include <cstring>

namespace lodestone {
namespace {

bool needs_escape(unsigned char c) { return c < 0x20 || c == '"' || c == '\\'; }

/// True where one of the eight bytes needs an escape. May err towards true for bytes above 0x7F.
bool any_needs_escape(std::uint64_t word) {
  constexpr std::uint64_t kOnes = 0x0101010101010101;
  constexpr std::uint64_t kHighs = 0x8080808080808080;
  const auto has_zero = [](std::uint64_t bytes) { return (bytes - kOnes) & ~bytes & kHighs; };
  const std::uint64_t control = (word - kOnes * 0x20) & ~word & kHighs;
  return (control | has_zero(word ^ (kOnes * '"')) | has_zero(word ^ (kOnes * '\\'))) != 0;
}

void append_escaped(std::string& out, unsigned char c) {
  switch (c) {
    case '"': out += "\\\""; return;
    case '\\': out += "\\\\"; return;
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    case '\b': out += "\\b"; return;
    case '\f': out += "\\f"; return;
    default: break;
  }
  constexpr char kHex[] = "0123456789abcdef";
  const char escape[] = {'\\', 'u', '0', '0', kHex[c >> 4], kHex[c & 15]};
  out.append(escape, sizeof escape);
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  out.push_back('"');
  const char* run = text.data();
  const char* at = run;
  const char* end = at + text.size();
  while (at != end) {
    while (end - at >= 8) {
      std::uint64_t word;
      std::memcpy(&word, at, sizeof word);
      if (any_needs_escape(word)) break;
      at += 8;
    }
    if (at == end) break;
    if (needs_escape(static_cast<unsigned char>(*at))) {
      out.append(run, at);
      append_escaped(out, static_cast<unsigned char>(*at));
      run = at + 1;
    }
    ++at;
  }
  if (run != end) out.append(run, end);
  out.push_back('"');
}

void append_base64_string(std::string& out, std::string_view bytes) {
  constexpr char kAlphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  out.push_back('"');
  std::size_t i = 0;
  const auto byte = [&](std::size_t at) { return static_cast<unsigned>(static_cast<unsigned char>(bytes[at])); };
  for (; i + 3 <= bytes.size(); i += 3) {
    const unsigned group = byte(i) << 16 | byte(i + 1) << 8 | byte(i + 2);
    const char text[] = {kAlphabet[group >> 18], kAlphabet[group >> 12 & 63], kAlphabet[group >> 6 & 63],
                         kAlphabet[group & 63]};
    out.append(text, sizeof text);
  }
  if (bytes.size() - i == 1) {
    const unsigned group = byte(i) << 16;
    const char text[] = {kAlphabet[group >> 18], kAlphabet[group >> 12 & 63], '=', '='};
    out.append(text, sizeof text);
  } else if (bytes.size() - i == 2) {
    const unsigned group = byte(i) << 16 | byte(i + 1) << 8;
    const char text[] = {kAlphabet[group >> 18], kAlphabet[group >> 12 & 63], kAlphabet[group >> 6 & 63], '='};
    out.append(text, sizeof text);
  }
  out.push_back('"');
}

}  // namespace lodestone
