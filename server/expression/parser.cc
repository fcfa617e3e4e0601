#include "server/expression/parser.h"

#include <charconv>
#include <utility>

#include "server/expression/growing_array.h"
#include "server/expression/reserved_words.h"

namespace lodestone {
namespace {

std::string with_prefix(ExpressionKind kind, std::string_view message) {
  std::string text = "Invalid ";
  text += parameter_name(kind);
  text += ": ";
  text += message;
  return text;
}

}  // namespace

Result<void, ExpressionError> Parser::check_size(std::string_view text, ExpressionKind kind) {
  if (text.empty()) return failure(ExpressionError{with_prefix(kind, "The expression can not be empty;")});
  if (text.size() <= kMaxExpressionBytes) return {};
  return failure(ExpressionError{
      with_prefix(kind, "Expression size has exceeded the maximum allowed size; expression size: " +
                            std::to_string(text.size()))});
}

void Parser::report(Rank rank, std::string message) {
  if (rank >= fault_rank_) return;
  fault_rank_ = rank;
  fault_ = std::move(message);
}

bool Parser::syntax_error() {
  report(kSyntaxRank, tokens_.syntax_error());
  return false;
}

Failure<ExpressionError> Parser::fault() const { return {ExpressionError{with_prefix(kind_, fault_)}}; }

bool Parser::expect(TokenKind kind) {
  if (!at(kind)) return syntax_error();
  advance();
  return true;
}

bool Parser::parse_path(Path& path) {
  const Token first = current();
  if (first.kind != TokenKind::kIdentifier && first.kind != TokenKind::kName) return syntax_error();
  advance();
  return parse_path_after(first, path);
}

bool Parser::parse_path_after(const Token& first, Path& path) {
  if (!at(TokenKind::kDot) && !at(TokenKind::kLeftBracket)) {
    path.steps = {arena_.make<PathStep>(take_name(first)), 1};
    return true;
  }
  GrowingArray<PathStep> steps(arena_);
  steps.push_back(take_name(first));
  for (;;) {
    PathStep step;
    if (at(TokenKind::kDot)) {
      advance();
      const Token name = current();
      if (name.kind != TokenKind::kIdentifier && name.kind != TokenKind::kName) return syntax_error();
      advance();
      step = take_name(name);
    } else if (at(TokenKind::kLeftBracket)) {
      if (!parse_index(step)) return false;
    } else {
      break;
    }
    steps.push_back(step);
  }
  path.steps = steps.span();
  if (path.steps.size() > kMaxPathSteps) {
    report(ranks_.unfit_path, path_too_deep(path.steps.size()));
  }
  return true;
}

bool Parser::parse_index(PathStep& step) {
  advance();
  if (!at(TokenKind::kDigits)) return syntax_error();
  const std::string_view digits = current().text;
  constexpr std::uint32_t kLargestIndex = std::numeric_limits<std::int32_t>::max();
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), step.index);
  if (read.ec != std::errc() || step.index > kLargestIndex) {
    report(ranks_.unfit_path, index_too_large(digits));
    step.index = 0;
  }
  step.is_index = true;
  advance();
  return expect(TokenKind::kRightBracket);
}

PathStep Parser::take_name(const Token& token) {
  if (token.kind == TokenKind::kIdentifier) {
    if (is_reserved_word(token.text)) {
      report(ranks_.reserved_word,
             "Attribute name is a reserved keyword; reserved keyword: " + std::string(token.text));
    }
    return {token.text};
  }
  if (const NamePlaceholder* name = placeholders_.use_name(token.text)) return {name->attribute};
  report(ranks_.undefined_name,
         "An expression attribute name used in the document path is not defined; attribute name: " +
             std::string(token.text));
  return {token.text};
}

Value Parser::take_value() {
  const std::string_view placeholder = current().text;
  advance();
  if (const Value* value = placeholders_.use_value(placeholder)) return *value;
  report(ranks_.undefined_value,
         "An expression attribute value used in expression is not defined; attribute value: " +
             std::string(placeholder));
  return Value::null();
}

}  // namespace lodestone
