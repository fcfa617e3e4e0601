/// What the parsers of a statement's parts share: tokens, faults, paths, literals and parameters.
///
/// The service looks for faults in phases, each over the whole statement. The parsers go through it once and
/// note each fault with a rank that says how early the service would find it; the fault with the lowest rank
/// is the answer. Those of kPathComponent and kSyntax end the parse. Not thread-safe; statement, parameters
/// and Arena outlive what is parsed.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "server/expression/expression_error.h"
#include "server/expression/faults.h"
#include "server/expression/partiql/tokens.h"
#include "server/expression/path.h"
#include "storage/arena.h"
#include "storage/result.h"
#include "storage/value.h"

namespace lodestone::partiql {

class Parser {
 protected:
  enum class Rank : std::uint8_t {
    kPathComponent,  ///< something else than a path is selected
    kSyntax,
    kStructure,   ///< clauses that do not go together
    kParameters,  ///< too few or too many
    kValue,       ///< a literal that no attribute can have
    kOperand,     ///< of a function or operator
    kNone,
  };

  Parser(std::string_view text, std::span<const Token> tokens, std::span<const Value> parameters,
         Arena& arena)
      : text_(text), tokens_(tokens), parameters_(parameters), arena_(arena) {}
  ~Parser() = default;

  /// Notes a fault unless one that is found earlier is known.
  void report(Rank rank, std::string message);
  /// Notes the syntax error. Returns false, for the parse to end.
  bool malformed(std::string_view detail);
  /// The same about the current token, which no term begins with.
  bool unexpected();
  [[nodiscard]] bool faultless() const { return fault_rank_ == Rank::kNone; }
  [[nodiscard]] Failure<ExpressionError> fault() const { return {ExpressionError{fault_}}; }

  [[nodiscard]] const Token& current() const { return tokens_[at_]; }
  /// The token after the current one, at most the end.
  [[nodiscard]] const Token& next() const { return tokens_[std::min(at_ + 1, tokens_.size() - 1)]; }
  [[nodiscard]] bool at(TokenKind kind) const { return current().kind == kind; }
  [[nodiscard]] bool at(Keyword keyword) const { return current().keyword == keyword; }
  [[nodiscard]] bool at_identifier() const {
    return at(TokenKind::kIdentifier) || at(TokenKind::kQuotedIdentifier);
  }
  void advance() {
    if (at_ + 1 < tokens_.size()) ++at_;
  }
  /// Goes past the token; false where another one is there.
  bool take(TokenKind kind);
  bool take(Keyword keyword);
  /// The same with the syntax error noted; `name` is what the service calls the token.
  bool expect(TokenKind kind, std::string_view name);

  /// The name at the current identifier, which it goes past.
  [[nodiscard]] std::string_view take_name();
  /// A document path; the current token is an identifier.
  bool parse_path(Path& path);

  [[nodiscard]] bool at_value() const;
  /// A literal, or the parameter of a `?`.
  bool parse_value(Value& value) { return parse_value(value, 1); }
  /// The same of a whole item, which is no level of nesting itself.
  bool parse_item(Value& value) { return parse_value(value, 0); }

  /// Once everything is parsed: whether there were as many `?` as parameters.
  void check_parameter_count();

  /// No legal statement nests parentheses deeper.
  static constexpr int kMaxNesting = 320;

  std::string_view text_;
  std::span<const Token> tokens_;
  std::span<const Value> parameters_;
  Arena& arena_;

 private:
  bool parse_value(Value& value, std::size_t level);
  bool parse_number(Value& value);
  bool parse_parameter(Value& value, std::size_t level);
  bool parse_list(Value& value, std::size_t level);
  bool parse_set(Value& value, std::size_t level);
  bool parse_tuple(Value& value, std::size_t level);
  bool parse_member(Attribute& member, std::size_t level);
  bool parse_index(PathStep& step);
  [[nodiscard]] Value make_set(std::span<const Value> elements);

  std::size_t at_ = 0;
  std::size_t parameters_used_ = 0;
  Rank fault_rank_ = Rank::kNone;
  std::string fault_;
};

}  // namespace lodestone::partiql
