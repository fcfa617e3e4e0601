#include "server/api/base64.h"

#include <array>
#include <cstddef>
#include <cstdint>

namespace lodestone {
namespace {

constexpr std::uint8_t kForeign = 0x80;

/// The six bits that a character stands for, kForeign for others.
constexpr std::array<std::uint8_t, 256> kBits = [] {
  std::array<std::uint8_t, 256> bits{};
  bits.fill(kForeign);
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (std::size_t i = 0; i < kAlphabet.size(); ++i) {
    bits[static_cast<unsigned char>(kAlphabet[i])] = static_cast<std::uint8_t>(i);
  }
  return bits;
}();

unsigned bits_of(char c) { return kBits[static_cast<unsigned char>(c)]; }

std::size_t padding(std::string_view text) {
  std::size_t count = 0;
  while (count < 2 && count < text.size() && text[text.size() - 1 - count] == '=') ++count;
  return count;
}

}  // namespace

bool is_base64(std::string_view text) {
  if (text.size() % 4 != 0) return false;
  const std::size_t pads = padding(text);
  const std::string_view digits = text.substr(0, text.size() - pads);
  unsigned seen = 0;
  for (const char c : digits) seen |= bits_of(c);
  if ((seen & kForeign) != 0) return false;
  // The last digit before padding carries bits that belong to no byte, which must be zero.
  return pads == 0 || (bits_of(digits.back()) & (pads == 1 ? 0x3 : 0xF)) == 0;
}

std::string base64_fault(std::string_view text) {
  if (text.size() % 4 != 0) {
    return "Base64 encoded length is expected a multiple of 4 bytes but found: " +
           std::to_string(text.size());
  }
  return "Invalid last non-pad Base64 character dectected";
}

std::string_view decode_base64(std::string_view text, Arena& arena) {
  const std::size_t size = text.size() / 4 * 3 - padding(text);
  char* const bytes = static_cast<char*>(arena.allocate(size, 1));
  std::size_t written = 0;
  for (std::size_t at = 0; at + 4 <= text.size(); at += 4) {
    const auto digit = [&](std::size_t i) { return text[at + i] == '=' ? 0 : bits_of(text[at + i]); };
    const unsigned group = digit(0) << 18 | digit(1) << 12 | digit(2) << 6 | digit(3);
    for (unsigned shift = 16; written < size; shift -= 8) {
      bytes[written++] = static_cast<char>(group >> shift & 0xFF);
      if (shift == 0) break;
    }
  }
  return {bytes, size};
}

}  // namespace lodestone
