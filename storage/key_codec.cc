#include "storage/key_codec.h"

#include <algorithm>
#include <cstring>

#include "storage/hash.h"
#include "storage/number.h"

namespace lodestone {
namespace {

// A zero byte within a string is written as 00 FF, its end as 00 01: so "a" sorts before "a\0", which sorts
// before "ab".
constexpr char kEscape = '\0';
constexpr char kEscapedZero = '\xFF';
constexpr char kEnd = '\x01';

// Numbers: one byte for the sign, two for the exponent, digits in pairs (each + 1), a zero to end; everything
// behind the sign byte inverted for negative numbers.
constexpr unsigned char kNegative = 1;
constexpr unsigned char kZero = 2;
constexpr unsigned char kPositive = 3;
constexpr int kExponentBias = 512;
// The digits of a number, two in a byte, and the exponents that their value can have.
constexpr std::size_t kMostPairs = 19;
constexpr int kLeastExponent = -167;
constexpr int kMostExponent = 125;

void append_escaped_content(std::string& out, std::string_view bytes) {
  while (true) {
    const void* zero = bytes.empty() ? nullptr : std::memchr(bytes.data(), 0, bytes.size());
    if (zero == nullptr) break;
    const auto length = static_cast<std::size_t>(static_cast<const char*>(zero) - bytes.data());
    out.append(bytes.data(), length);
    out += kEscape;
    out += kEscapedZero;
    bytes.remove_prefix(length + 1);
  }
  out.append(bytes);
}

void append_escaped(std::string& out, std::string_view bytes) {
  append_escaped_content(out, bytes);
  out += kEscape;
  out += kEnd;
}

void append_number(std::string& out, std::string_view canonical) {
  if (canonical == "0") {
    out += static_cast<char>(kZero);
    return;
  }
  const bool negative = canonical.front() == '-';
  if (negative) canonical.remove_prefix(1);
  // Significant digits, and the exponent of 0.ddd… * 10^exponent.
  char digits[kMaxNumberText];
  int count = 0;
  int exponent = 0;
  bool point = false;
  for (const char c : canonical) {
    if (c == '.') {
      point = true;
    } else if (count == 0 && c == '0') {
      if (point) --exponent;
    } else {
      digits[count++] = static_cast<char>(c - '0');
      if (!point) ++exponent;
    }
  }
  while (digits[count - 1] == 0) --count;
  if (count % 2 != 0) digits[count++] = 0;

  const unsigned char invert = negative ? 0xFF : 0;
  const auto put = [&](int byte) { out += static_cast<char>(static_cast<unsigned char>(byte) ^ invert); };
  out += static_cast<char>(negative ? kNegative : kPositive);
  put((exponent + kExponentBias) >> 8);
  put((exponent + kExponentBias) & 255);
  for (int i = 0; i < count; i += 2) put(digits[i] * 10 + digits[i + 1] + 1);
  put(0);
}

std::optional<Value> read_escaped(std::string_view& at, Type type, Arena& arena) {
  // Most keys have no zero byte within: then the text is a view.
  const void* zero = std::memchr(at.data(), 0, at.size());
  if (zero == nullptr) return std::nullopt;
  auto length = static_cast<std::size_t>(static_cast<const char*>(zero) - at.data());
  if (length + 1 >= at.size()) return std::nullopt;
  std::string_view text;
  if (at[length + 1] == kEnd) {
    text = at.substr(0, length);
    at.remove_prefix(length + 2);
  } else {
    auto buffer = arena.array<char>(at.size());
    std::size_t size = 0;
    std::size_t i = 0;
    while (true) {
      if (i >= at.size()) return std::nullopt;
      if (at[i] != kEscape) {
        buffer[size++] = at[i++];
        continue;
      }
      if (i + 1 >= at.size()) return std::nullopt;
      const char second = at[i + 1];
      i += 2;
      if (second == kEnd) break;
      if (second != kEscapedZero) return std::nullopt;
      buffer[size++] = 0;
    }
    text = {buffer.data(), size};
    at.remove_prefix(i);
  }
  return type == Type::kS ? Value::string(text) : Value::binary(text);
}

std::optional<Value> read_number(std::string_view& at, Arena& arena) {
  if (at.empty()) return std::nullopt;
  const auto sign = static_cast<unsigned char>(at.front());
  at.remove_prefix(1);
  if (sign == kZero) return Value::number("0");
  if (sign != kNegative && sign != kPositive) return std::nullopt;
  const unsigned char invert = sign == kNegative ? 0xFF : 0;
  if (at.size() < 2) return std::nullopt;
  const auto byte = [&](std::size_t i) {
    return static_cast<unsigned char>(static_cast<unsigned char>(at[i]) ^ invert);
  };
  Decimal number;
  number.negative = sign == kNegative;
  number.exponent = (byte(0) << 8 | byte(1)) - kExponentBias;
  std::size_t i = 2;
  for (; i < at.size() && byte(i) != 0; ++i) {
    const int pair = byte(i) - 1;
    if (pair > 99 || i >= 2 + kMostPairs) return std::nullopt;
    // The last pair may hold one digit and a zero: dropped so that 38 digits fit the coefficient.
    const bool last = i + 1 < at.size() && byte(i + 1) == 0;
    // A number has one encoding: its first digit and its last pair are not zero.
    if ((i == 2 && pair < 10) || (last && pair == 0)) return std::nullopt;
    if (last && pair % 10 == 0) {
      number.coefficient = number.coefficient * 10 + static_cast<unsigned>(pair / 10);
      number.exponent -= 1;
    } else {
      number.coefficient = number.coefficient * 100 + static_cast<unsigned>(pair);
      number.exponent -= 2;
    }
  }
  if (i == at.size() || number.coefficient == 0) return std::nullopt;
  if (number.exponent < kLeastExponent || number.exponent > kMostExponent) return std::nullopt;
  at.remove_prefix(i + 1);
  auto text = arena.array<char>(kMaxNumberText);
  return Value::number({text.data(), write_number(number, text.data())});
}

}  // namespace

void append_key_element(std::string& out, const Value& value) {
  if (value.type() == Type::kN) {
    append_number(out, value.text());
  } else {
    append_escaped(out, value.text());
  }
}

void append_key_prefix(std::string& out, std::string_view text) { append_escaped_content(out, text); }

std::optional<Value> read_key_element(std::string_view& at, Type type, Arena& arena) {
  return type == Type::kN ? read_number(at, arena) : read_escaped(at, type, arena);
}

void append_space(std::string& out, SpaceId space) {
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(space >> shift & 255);
}

void append_hash(std::string& out, std::uint64_t hash) {
  for (int shift = 56; shift >= 0; shift -= 8) out += static_cast<char>(hash >> shift & 255);
}

void append_partition(std::string& out, SpaceId space, std::span<const Value> partition_key) {
  append_space(out, space);
  const std::size_t hash_at = out.size();
  out.append(kHashBytes, '\0');
  const std::size_t elements_at = out.size();
  for (const Value& element : partition_key) append_key_element(out, element);
  const std::uint64_t hash = hash_of(std::string_view(out).substr(elements_at));
  for (std::size_t i = 0; i < kHashBytes; ++i)
    out[hash_at + i] = static_cast<char>(hash >> (56 - 8 * i) & 255);
}

std::uint64_t partition_hash(std::string_view key) {
  std::uint64_t hash = 0;
  for (std::size_t i = kSpaceBytes; i < kSpaceBytes + kHashBytes; ++i) {
    hash = hash << 8 | static_cast<unsigned char>(key[i]);
  }
  return hash;
}

std::string prefix_end(std::string_view prefix) {
  std::string end(prefix);
  while (!end.empty() && end.back() == '\xFF') end.pop_back();
  if (!end.empty()) end.back() = static_cast<char>(static_cast<unsigned char>(end.back()) + 1);
  return end;
}

}  // namespace lodestone
