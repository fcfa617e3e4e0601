#include "server/api/shape_rules.h"

#include <algorithm>
#include <array>

namespace lodestone {
namespace {

constexpr std::int64_t kMostArnLength = 1024;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); }

constexpr std::array<bool, 256> kNameCharacters = [] {
  std::array<bool, 256> allowed{};
  for (const char c : std::string_view("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-")) {
    allowed[static_cast<unsigned char>(c)] = true;
  }
  return allowed;
}();

bool is_name(std::string_view text) {
  bool allowed = !text.empty();
  for (const char c : text) allowed &= kNameCharacters[static_cast<unsigned char>(c)];
  return allowed;
}

bool is_arn(std::string_view text) { return text.starts_with("arn:"); }

/// x:x:x:x:x:x/x, where no x is empty and the last two may hold anything.
bool has_form_of_arn(std::string_view text) {
  for (int part = 0; part < 5; ++part) {
    const std::size_t colon = text.find(':');
    if (colon == 0 || colon == std::string_view::npos) return false;
    text.remove_prefix(colon + 1);
  }
  const std::size_t slash = text.find('/');
  return slash != 0 && slash != std::string_view::npos && slash + 1 < text.size();
}

bool is_bucket_name(std::string_view text) {
  const auto is_end = [](char c) { return is_letter(c) || is_digit(c); };
  return text.size() >= 2 && is_end(text.front()) && is_end(text.back()) &&
         std::ranges::all_of(text, [&](char c) { return is_end(c) || c == '.' || c == '-' || c == '_'; });
}

/// Java's \p{Print}: ASCII only.
bool is_printable(char c) { return c >= 0x20 && c <= 0x7E; }

/// Control characters other than tab and line ends are what XML can't carry; texts in valid UTF-8 hold
/// nothing else of it but U+FFFE and U+FFFF.
bool is_xml_text(std::string_view text) {
  const bool controls_fit = std::ranges::all_of(text, [](char c) {
    return static_cast<unsigned char>(c) >= 0x20 || c == '\t' || c == '\r' || c == '\n';
  });
  return controls_fit && text.find("\xEF\xBF\xBE") == std::string_view::npos &&
         text.find("\xEF\xBF\xBF") == std::string_view::npos;
}

bool fits_rule(TextRule rule, std::string_view text) {
  switch (rule) {
    case TextRule::kNone:
      return true;
    case TextRule::kName:
    case TextRule::kTableReference:
    case TextRule::kTableOfOperation:
    case TextRule::kNewTable:
      return is_name(text);
    case TextRule::kTaggedResource:
      return has_form_of_arn(text);
    case TextRule::kPrintable:
      return !text.empty() && std::ranges::all_of(text, is_printable);
    case TextRule::kXmlText:
      return is_xml_text(text);
    case TextRule::kNoDollar:
      return !text.empty() && text.find('$') == std::string_view::npos;
    case TextRule::kCsvDelimiter:
      return text.size() == 1 && std::string_view(",;:|\t ").find(text.front()) != std::string_view::npos;
    case TextRule::kCsvHeader:
      return std::ranges::all_of(text, [](char c) { return is_printable(c) && c != '"' && c != ','; });
    case TextRule::kHexWords:
      return !text.empty() && text.size() % 16 == 0 && std::ranges::all_of(text, is_hex);
    case TextRule::kBucketName:
      return is_bucket_name(text);
    case TextRule::kAccount:
      return text.size() == 12 && std::ranges::all_of(text, is_digit);
  }
  return true;
}

/// The service's strings are Java's: a character beyond the basic plane counts twice.
std::int64_t utf16_units(std::string_view text) {
  std::int64_t units = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    units += ((byte & 0xC0) != 0x80 ? 1 : 0) + (byte >= 0xF0 ? 1 : 0);
  }
  return units;
}

std::int64_t length_of(const Shape& shape, std::string_view text) {
  return shape.length_in_bytes ? static_cast<std::int64_t>(text.size()) : utf16_units(text);
}

bool names_table(TextRule rule) {
  return rule == TextRule::kTableReference || rule == TextRule::kTableOfOperation ||
         rule == TextRule::kNewTable;
}

}  // namespace

RuleFaults check_text(const Shape& shape, std::string_view text) {
  RuleFaults faults;
  if (!shape.values.empty()) {
    faults.unknown = std::ranges::find(shape.values, text) == shape.values.end();
    return faults;
  }
  // No text has more characters than bytes, so that counting is for texts near a bound.
  const auto bytes = static_cast<std::int64_t>(text.size());
  const std::int64_t most = most_length(shape, text);
  faults.above = bytes > most && length_of(shape, text) > most;
  if (names_table(shape.rule) && is_arn(text)) return faults;
  faults.below =
      bytes < shape.min || (shape.min > 1 && bytes < shape.min * 3 && length_of(shape, text) < shape.min);
  if (shape.rule == TextRule::kTableReference && text.empty()) return faults;
  faults.pattern = !fits_rule(shape.rule, text);
  return faults;
}

std::int64_t most_length(const Shape& shape, std::string_view text) {
  return names_table(shape.rule) && is_arn(text) ? kMostArnLength : shape.max;
}

std::string_view text_rule_pattern(TextRule rule) {
  switch (rule) {
    case TextRule::kNone:
    case TextRule::kTaggedResource:
      return {};
    case TextRule::kName:
    case TextRule::kTableReference:
    case TextRule::kTableOfOperation:
    case TextRule::kNewTable:
      return "[a-zA-Z0-9_.-]+";
    case TextRule::kPrintable:
      return "\\p{Print}+";
    case TextRule::kXmlText:
      return "[\\u0020-\\uD7FF\\uE000-\\uFFFD\\uD800\\uDC00-\\uDBFF\\uDFFF\\r\\n\\t]*";
    case TextRule::kNoDollar:
      return "^[^\\$]+$";
    case TextRule::kCsvDelimiter:
      return "[,;:|\\t ]";
    case TextRule::kCsvHeader:
      return "[\\x20-\\x21\\x23-\\x2B\\x2D-\\x7E]*";
    case TextRule::kHexWords:
      return "([0-9a-f]{16})+";
    case TextRule::kBucketName:
      return "^[a-z0-9A-Z]+[\\.\\-\\w]*[a-z0-9A-Z]+$";
    case TextRule::kAccount:
      return "[0-9]{12}";
  }
  return {};
}

}  // namespace lodestone
