#include "server/expression/partiql/parser.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <optional>

#include "server/expression/growing_array.h"
#include "server/expression/nesting.h"
#include "server/expression/value_text.h"

namespace lodestone::partiql {
namespace {

/// Sorted by name; of members with one name the last stays.
std::span<const Attribute> as_map(std::span<Attribute> members) {
  std::stable_sort(members.begin(), members.end(),
                   [](const Attribute& a, const Attribute& b) { return a.name < b.name; });
  std::size_t kept = 0;
  for (std::size_t i = 0; i < members.size(); ++i) {
    if (i + 1 < members.size() && members[i].name == members[i + 1].name) continue;
    members[kept++] = members[i];
  }
  return members.first(kept);
}

std::optional<Type> set_of(Type element) {
  switch (element) {
    case Type::kS:
      return Type::kSS;
    case Type::kN:
      return Type::kNS;
    case Type::kB:
      return Type::kBS;
    default:
      return std::nullopt;
  }
}

std::string duplicates(Type set, std::span<const Value> elements) {
  if (set == Type::kNS) return "Input collection contains duplicates";
  std::string text = "One or more parameter values were invalid: Input collection [";
  for (const Value& element : elements) {
    if (&element != elements.data()) text += ", ";
    text += set == Type::kBS ? base64_text(element.text()) : std::string(element.text());
  }
  text += set == Type::kBS ? "]of type BS contains duplicates." : "] contains duplicates.";
  return text;
}

}  // namespace

void Parser::report(Rank rank, std::string message) {
  if (rank >= fault_rank_) return;
  fault_rank_ = rank;
  fault_ = std::move(message);
}

bool Parser::malformed(std::string_view detail) {
  report(Rank::kSyntax, "Statement wasn't well formed, can't be processed: " + std::string(detail));
  return false;
}

bool Parser::unexpected() {
  switch (current().kind) {
    case TokenKind::kKeyword:
      return malformed("Unexpected keyword");
    case TokenKind::kPlus:
    case TokenKind::kMinus:
    case TokenKind::kEqual:
    case TokenKind::kNotEqual:
    case TokenKind::kLess:
    case TokenKind::kLessOrEqual:
    case TokenKind::kGreater:
    case TokenKind::kGreaterOrEqual:
    case TokenKind::kOtherOperator:
      return malformed("Unexpected operator");
    default:
      return malformed("Unexpected term");
  }
}

bool Parser::take(TokenKind kind) {
  if (!at(kind)) return false;
  advance();
  return true;
}

bool Parser::take(Keyword keyword) {
  if (!at(keyword)) return false;
  advance();
  return true;
}

bool Parser::expect(TokenKind kind, std::string_view name) {
  if (take(kind)) return true;
  return malformed("Expected " + std::string(name));
}

std::string_view Parser::take_name() {
  const std::string_view name = content_of(current(), arena_);
  if (name.empty()) report(Rank::kStructure, "Path component cannot be an empty string");
  advance();
  return name;
}

bool Parser::parse_path(Path& path) {
  PathStep first{take_name()};
  if (!at(TokenKind::kDot) && !at(TokenKind::kLeftBracket)) {
    path.steps = {arena_.make<PathStep>(first), 1};
    return true;
  }
  GrowingArray<PathStep> steps(arena_);
  steps.push_back(first);
  for (;;) {
    PathStep step;
    if (take(TokenKind::kDot)) {
      if (!at_identifier()) return malformed("Invalid path dot component");
      step.name = take_name();
    } else if (take(TokenKind::kLeftBracket)) {
      if (!parse_index(step)) return false;
    } else {
      break;
    }
    steps.push_back(step);
  }
  path.steps = steps.span();
  if (path.steps.size() > kMaxPathSteps) report(Rank::kOperand, path_too_deep(path.steps.size()));
  return true;
}

bool Parser::parse_index(PathStep& step) {
  const std::string_view digits = current().text;
  const bool whole =
      at(TokenKind::kNumber) && std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '9'; });
  if (!whole) return malformed("Invalid path component for simple path");
  constexpr std::uint32_t kLargestIndex = std::numeric_limits<std::int32_t>::max();
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), step.index);
  if (read.ec != std::errc() || step.index > kLargestIndex) {
    report(Rank::kOperand, index_too_large(digits));
    step.index = 0;
  }
  step.is_index = true;
  advance();
  return expect(TokenKind::kRightBracket, "RIGHT_BRACKET");
}

bool Parser::at_value() const {
  switch (current().kind) {
    case TokenKind::kString:
    case TokenKind::kNumber:
    case TokenKind::kParameter:
    case TokenKind::kLeftBracket:
    case TokenKind::kLeftBrace:
    case TokenKind::kLeftAngles:
      return true;
    case TokenKind::kPlus:
    case TokenKind::kMinus:
      return next().kind == TokenKind::kNumber;
    default:
      return at(Keyword::kTrue) || at(Keyword::kFalse) || at(Keyword::kNull);
  }
}

bool Parser::parse_value(Value& value, std::size_t level) {
  if (level > kMaxLevels) {
    // What follows may nest as deep as the statement is long.
    report(Rank::kValue, std::string(kNestingFault));
    return false;
  }
  switch (current().kind) {
    case TokenKind::kString:
      value = Value::string(content_of(current(), arena_));
      advance();
      return true;
    case TokenKind::kPlus:
    case TokenKind::kMinus:
    case TokenKind::kNumber:
      return parse_number(value);
    case TokenKind::kParameter:
      return parse_parameter(value, level);
    case TokenKind::kLeftBracket:
      return parse_list(value, level);
    case TokenKind::kLeftAngles:
      return parse_set(value, level);
    case TokenKind::kLeftBrace:
      return parse_tuple(value, level);
    case TokenKind::kKeyword:
      if (at(Keyword::kNull)) {
        value = Value::null();
      } else if (at(Keyword::kTrue) || at(Keyword::kFalse)) {
        value = Value::boolean(at(Keyword::kTrue));
      } else {
        return unexpected();
      }
      advance();
      return true;
    default:
      return unexpected();
  }
}

bool Parser::parse_number(Value& value) {
  const bool negative = at(TokenKind::kMinus);
  if (!at(TokenKind::kNumber)) {
    advance();
    if (!at(TokenKind::kNumber)) return unexpected();
  }
  std::string_view written = current().text;
  advance();
  if (negative) {
    std::string with_sign = "-";
    with_sign += written;
    written = arena_.copy(std::string_view(with_sign));
  }
  value = Value::number(written);
  if (is_plainly_canonical(written)) return true;
  const auto number = lodestone::parse_number(written);
  if (!number.ok()) {
    report(Rank::kValue, number_fault(number.error(), written));
    value = Value::number("0");
    return true;
  }
  std::array<char, kMaxNumberText> canonical;
  const std::size_t length = write_number(*number, canonical.data());
  value = Value::number(arena_.copy(std::string_view(canonical.data(), length)));
  return true;
}

bool Parser::parse_parameter(Value& value, std::size_t level) {
  advance();
  if (parameters_used_ < parameters_.size()) {
    value = parameters_[parameters_used_];
    if (level > 1 && level - 1 + levels_of(value, kMaxLevels) > kMaxLevels) {
      report(Rank::kValue, std::string(kNestingFault));
    }
  } else {
    value = Value::null();
  }
  ++parameters_used_;
  return true;
}

bool Parser::parse_list(Value& value, std::size_t level) {
  advance();
  GrowingArray<Value> elements(arena_);
  if (!at(TokenKind::kRightBracket)) {
    do {
      Value element;
      if (!parse_value(element, level + 1)) return false;
      elements.push_back(element);
    } while (take(TokenKind::kComma));
  }
  value = Value::list(elements.span());
  return expect(TokenKind::kRightBracket, "RIGHT_BRACKET");
}

bool Parser::parse_set(Value& value, std::size_t level) {
  advance();
  GrowingArray<Value> elements(arena_);
  if (!at(TokenKind::kRightAngles)) {
    do {
      Value element;
      if (!parse_value(element, level + 1)) return false;
      elements.push_back(element);
    } while (take(TokenKind::kComma));
  }
  value = make_set(elements.span());
  return expect(TokenKind::kRightAngles, "RIGHT_DOUBLE_ANGLE_BRACKET");
}

Value Parser::make_set(std::span<const Value> elements) {
  if (elements.empty()) {
    report(Rank::kValue, empty_set(Type::kSS));
    return Value::null();
  }
  const Type element_type = elements.front().type();
  const std::optional<Type> type = set_of(element_type);
  const bool alike =
      std::ranges::all_of(elements, [&](const Value& element) { return element.type() == element_type; });
  if (!type || !alike) {
    report(Rank::kValue,
           "One or more parameter values were invalid: The elements of a set must be strings, or numbers, or "
           "binaries");
    return Value::null();
  }
  const std::span<std::string_view> texts = arena_.array<std::string_view>(elements.size());
  std::ranges::transform(elements, texts.begin(), &Value::text);
  std::ranges::sort(texts, [&](std::string_view a, std::string_view b) { return set_less(*type, a, b); });
  if (std::ranges::adjacent_find(texts) != texts.end()) report(Rank::kValue, duplicates(*type, elements));
  return Value::set(*type, texts);
}

bool Parser::parse_tuple(Value& value, std::size_t level) {
  advance();
  GrowingArray<Attribute> members(arena_);
  if (!at(TokenKind::kRightBrace)) {
    do {
      Attribute member;
      if (!parse_member(member, level)) return false;
      members.push_back(member);
    } while (take(TokenKind::kComma));
  }
  value = Value::map(as_map(members.span()));
  return expect(TokenKind::kRightBrace, "RIGHT_CURLY");
}

bool Parser::parse_member(Attribute& member, std::size_t level) {
  if (!at(TokenKind::kString)) return at_identifier() ? malformed("Expected string literal") : unexpected();
  member.name = content_of(current(), arena_);
  if (member.name.empty()) {
    report(Rank::kValue, "One or more parameter values were invalid: Empty attribute name");
  }
  advance();
  return expect(TokenKind::kColon, "COLON") && parse_value(member.value, level + 1);
}

void Parser::check_parameter_count() {
  if (parameters_used_ != parameters_.size()) {
    report(Rank::kParameters, "Number of parameters in request and statement don't match.");
  }
}

}  // namespace lodestone::partiql
