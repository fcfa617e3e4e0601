#include "model/js_text.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <cstring>

#include "model/case_tables.h"

namespace lodestone::model {
namespace {

/// Far above any number's, far below what overflows.
constexpr std::int64_t kMaxExponent = 1'000'000'000;

constexpr char32_t kNone = 0xFFFFFFFF;
constexpr char32_t kCapitalSigma = 0x3A3;
constexpr char32_t kFinalSigma = 0x3C2;

bool is_ascii(char c) { return static_cast<unsigned char>(c) < 0x80; }
bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// The number 0.`digits` times ten to the power of `point`, where `digits` begins and ends with none of zero,
/// laid out as JavaScript does.
void append_layout(std::string& out, std::string_view digits, std::int64_t point) {
  const auto count = static_cast<std::int64_t>(digits.size());
  if (count <= point && point <= 21) {
    out.append(digits).append(static_cast<std::size_t>(point - count), '0');
  } else if (0 < point && point <= 21) {
    const auto whole = static_cast<std::size_t>(point);
    out.append(digits.substr(0, whole)).append(".").append(digits.substr(whole));
  } else if (-6 < point && point <= 0) {
    out.append("0.").append(static_cast<std::size_t>(-point), '0').append(digits);
  } else {
    out.push_back(digits[0]);
    if (count > 1) out.append(".").append(digits.substr(1));
    out.append(point > 0 ? "e+" : "e").append(std::to_string(point - 1));
  }
}

template <class Integer>
void append_integer(std::string& out, Integer number) {
  char buffer[24];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, number).ptr;
  out.append(buffer, end);
}

struct Decoded {
  /// kNone where the bytes are not UTF-8; then `size` is 1.
  char32_t code_point;
  std::size_t size;
};

/// The code point that begins at `at`, which is inside of `text`.
Decoded decode(std::string_view text, std::size_t at) {
  const auto lead = static_cast<unsigned char>(text[at]);
  if (lead < 0x80) return {lead, 1};
  const std::size_t size = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  if (lead < 0xC2 || lead > 0xF4 || text.size() - at < size) return {kNone, 1};
  auto code_point = static_cast<char32_t>(lead & (0xFFU >> (size + 1)));
  for (std::size_t i = 1; i < size; ++i) {
    if (!is_continuation(text[at + i])) return {kNone, 1};
    code_point = code_point << 6 | (static_cast<unsigned char>(text[at + i]) & 0x3FU);
  }
  const bool is_surrogate = code_point >= 0xD800 && code_point <= 0xDFFF;
  const bool is_too_long = (size == 3 && code_point < 0x800) || (size == 4 && code_point < 0x10000);
  if (is_surrogate || is_too_long || code_point > 0x10FFFF) return {kNone, 1};
  return {code_point, size};
}

/// The code point that ends before `end`, which is not the beginning.
Decoded decode_before(std::string_view text, std::size_t end) {
  std::size_t begin = end - 1;
  while (begin > 0 && end - begin < 4 && is_continuation(text[begin])) --begin;
  const Decoded found = decode(text.substr(0, end), begin);
  return found.code_point != kNone && begin + found.size == end ? found : Decoded{kNone, 1};
}

void append_utf8(std::string& out, char32_t code_point) {
  const auto append = [&out](char32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (code_point < 0x80) {
    append(code_point);
  } else if (code_point < 0x800) {
    append(0xC0 | code_point >> 6);
    append(0x80 | (code_point & 0x3F));
  } else if (code_point < 0x10000) {
    append(0xE0 | code_point >> 12);
    append(0x80 | (code_point >> 6 & 0x3F));
    append(0x80 | (code_point & 0x3F));
  } else {
    append(0xF0 | code_point >> 18);
    append(0x80 | (code_point >> 12 & 0x3F));
    append(0x80 | (code_point >> 6 & 0x3F));
    append(0x80 | (code_point & 0x3F));
  }
}

bool contains(std::span<const CodePointRange> ranges, char32_t code_point) {
  const auto range = std::lower_bound(ranges.begin(), ranges.end(), code_point,
                                      [](const CodePointRange& a, char32_t b) { return a.last < b; });
  return range != ranges.end() && range->first <= code_point;
}

/// Whether a sigma at [begin, end) ends a word: a letter before it and none behind, looking past what is
/// neither, such as full stops and accents.
bool is_final_sigma(std::string_view text, std::size_t begin, std::size_t end) {
  Decoded before{kNone, 0};
  for (; begin > 0; begin -= before.size) {
    before = decode_before(text, begin);
    if (!contains(kCaseIgnorable, before.code_point)) break;
  }
  if (begin == 0 || !contains(kCased, before.code_point)) return false;
  Decoded behind{kNone, 0};
  for (; end < text.size(); end += behind.size) {
    behind = decode(text, end);
    if (!contains(kCaseIgnorable, behind.code_point)) break;
  }
  return end == text.size() || !contains(kCased, behind.code_point);
}

void append_changed(std::string& out, const CaseTable& table, char32_t code_point) {
  const auto longer = std::lower_bound(table.longer.begin(), table.longer.end(), code_point,
                                       [](const LongCase& a, char32_t b) { return a.from < b; });
  if (longer != table.longer.end() && longer->from == code_point) {
    for (const char32_t part : longer->to) {
      if (part != 0) append_utf8(out, part);
    }
    return;
  }
  const auto run = std::lower_bound(table.runs.begin(), table.runs.end(), code_point,
                                    [](const CaseRun& a, char32_t b) { return a.last < b; });
  if (run != table.runs.end() && run->first <= code_point && (code_point - run->first) % run->step == 0) {
    code_point = static_cast<char32_t>(static_cast<std::int32_t>(code_point) + run->delta);
  }
  append_utf8(out, code_point);
}

/// Changes the ASCII letters from `first` to `last` by 32, eight bytes at a time, up to the first word with
/// another character. The result: how many bytes.
std::size_t change_words(std::string& text, char first, char last) {
  constexpr std::uint64_t kEach = 0x0101010101010101;
  constexpr std::uint64_t kHigh = 0x80 * kEach;
  const std::uint64_t to_first = static_cast<std::uint64_t>(0x80 - first) * kEach;
  const std::uint64_t behind_last = static_cast<std::uint64_t>(0x7F - last) * kEach;
  std::size_t at = 0;
  for (std::uint64_t word = 0; text.size() - at >= sizeof word; at += sizeof word) {
    std::memcpy(&word, text.data() + at, sizeof word);
    if ((word & kHigh) != 0) break;
    // The high bit of each byte tells whether it is one of the letters; 32 is that bit, moved by two.
    word ^= ((word + to_first) & ~(word + behind_last) & kHigh) >> 2;
    std::memcpy(text.data() + at, &word, sizeof word);
  }
  return at;
}

/// `first` to `last` are the ASCII letters that change, by 32.
std::string change_case(std::string text, char first, char last, const CaseTable& table) {
  const auto change_ascii = [first, last](char c) {
    return c >= first && c <= last ? static_cast<char>(c ^ 0x20) : c;
  };
  std::size_t ascii = change_words(text, first, last);
  for (; ascii < text.size() && is_ascii(text[ascii]); ++ascii) text[ascii] = change_ascii(text[ascii]);
  if (ascii == text.size()) return text;
  std::string out;
  out.reserve(text.size() + 8);
  out.assign(text, 0, ascii);
  for (std::size_t at = ascii; at < text.size();) {
    const Decoded here = decode(text, at);
    if (here.code_point < 0x80 || here.code_point == kNone) {
      out.push_back(change_ascii(text[at]));
    } else if (here.code_point == kCapitalSigma && &table == &kLowerCase &&
               is_final_sigma(text, at, at + here.size)) {
      append_utf8(out, kFinalSigma);
    } else {
      append_changed(out, table, here.code_point);
    }
    at += here.size;
  }
  return out;
}

}  // namespace

void append_number_text(std::string& out, double number) {
  if (std::isnan(number)) {
    out.append("NaN");
    return;
  }
  if (number == 0) {
    out.push_back('0');
    return;
  }
  if (number < 0) out.push_back('-');
  if (std::isinf(number)) {
    out.append("Infinity");
    return;
  }
  // The shortest digits that are this number and no other, "1.2345e+20": the digits that JavaScript writes.
  char buffer[32];
  const char* const end =
      std::to_chars(buffer, buffer + sizeof buffer, std::fabs(number), std::chars_format::scientific).ptr;
  const char* const e = std::find(static_cast<const char*>(buffer), end, 'e');
  int exponent = 0;
  std::from_chars(e + (e[1] == '+' ? 2 : 1), end, exponent);
  char digits[24];
  digits[0] = buffer[0];
  const char* const digits_end =
      e > buffer + 2 ? std::copy(static_cast<const char*>(buffer) + 2, e, digits + 1) : digits + 1;
  append_layout(out, std::string_view(digits, static_cast<std::size_t>(digits_end - digits)), exponent + 1);
}

void append_number_text(std::string& out, std::int64_t number) { append_integer(out, number); }
void append_number_text(std::string& out, std::uint64_t number) { append_integer(out, number); }

bool append_decimal_text(std::string& out, std::string_view decimal) {
  const bool negative = decimal.starts_with('-');
  if (negative || decimal.starts_with('+')) decimal.remove_prefix(1);
  const std::size_t e = std::min(decimal.find_first_of("eE"), decimal.size());
  std::string digits;
  std::int64_t point = 0;
  bool is_fraction = false;
  for (const char c : decimal.substr(0, e)) {
    if (c == '.' && !is_fraction) {
      is_fraction = true;
    } else if (!is_digit(c)) {
      return false;
    } else {
      digits.push_back(c);
      if (!is_fraction) ++point;
    }
  }
  if (digits.empty()) return false;

  if (e < decimal.size()) {
    std::string_view text = decimal.substr(e + 1);
    // from_chars reads a minus by itself, a plus not.
    if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
    std::int64_t exponent = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), exponent);
    if (fault != std::errc() || end != text.data() + text.size()) return false;
    if (exponent > 2 * kMaxExponent || exponent < -2 * kMaxExponent) return false;
    point += exponent;
  }

  const std::size_t first = digits.find_first_not_of('0');
  if (first == std::string::npos) {
    out.push_back('0');
    return true;
  }
  point -= static_cast<std::int64_t>(first);
  if (std::abs(point) > kMaxExponent) return false;
  if (negative) out.push_back('-');
  const std::size_t last = digits.find_last_not_of('0');
  append_layout(out, std::string_view(digits).substr(first, last + 1 - first), point);
  return true;
}

std::string lower_case(std::string text) { return change_case(std::move(text), 'A', 'Z', kLowerCase); }
std::string upper_case(std::string text) { return change_case(std::move(text), 'a', 'z', kUpperCase); }

}  // namespace lodestone::model
