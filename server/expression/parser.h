/// What the parsers of all kinds of expression share: tokens, faults, paths and placeholders.
///
/// The service checks an expression in phases, each over the whole text: a reserved word at its end is
/// reported before an undefined name at its beginning. The parsers here go through the text once, replacing
/// placeholders as they go, and note each fault with a rank that says how early the service would find it;
/// the fault with the lowest rank is the answer. Only a syntax error ends the parse at once. Not thread-safe;
/// the Arena outlives what is parsed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include "server/expression/expression_error.h"
#include "server/expression/faults.h"
#include "server/expression/path.h"
#include "server/expression/placeholders.h"
#include "server/expression/tokens.h"
#include "storage/arena.h"
#include "storage/result.h"
#include "storage/value.h"

namespace lodestone {

/// The longest expression, in bytes.
inline constexpr std::size_t kMaxExpressionBytes = 4096;

class Parser {
 public:
  using Rank = std::uint32_t;

  /// The checks of the text itself, before any parse.
  [[nodiscard]] static Result<void, ExpressionError> check_size(std::string_view text, ExpressionKind kind);

 protected:
  /// The ranks that a kind of expression gives to the faults found here.
  struct PathRanks {
    Rank reserved_word;
    Rank undefined_name;
    Rank undefined_value;
    Rank unfit_path;
  };
  static constexpr Rank kSyntaxRank = 0;
  /// No legal expression nests parentheses or functions deeper: each level needs an operator, or several
  /// bytes.
  static constexpr int kMaxNesting = 320;

  Parser(std::string_view text, ExpressionKind kind, Placeholders& placeholders, Arena& arena,
         PathRanks ranks)
      : tokens_(text), ranks_(ranks), arena_(arena), kind_(kind), placeholders_(placeholders) {}
  ~Parser() = default;

  /// Notes a fault unless an earlier one is known.
  void report(Rank rank, std::string message);
  /// Notes the syntax error at the current token. Returns false, for the parse to end.
  bool syntax_error();
  [[nodiscard]] bool faultless() const { return fault_rank_ == std::numeric_limits<Rank>::max(); }
  [[nodiscard]] Failure<ExpressionError> fault() const;

  [[nodiscard]] const Token& current() const { return tokens_.current(); }
  [[nodiscard]] bool at(TokenKind kind) const { return tokens_.current().kind == kind; }
  [[nodiscard]] bool at(Keyword keyword) const { return tokens_.current().keyword == keyword; }
  void advance() { tokens_.advance(); }
  /// Goes past a token of that kind; false, with the syntax error noted, if another one is there.
  bool expect(TokenKind kind);

  /// Reads a path at a #name or an identifier that is no keyword of this grammar.
  bool parse_path(Path& path);
  /// The same where its first identifier has been gone past already.
  bool parse_path_after(const Token& first, Path& path);
  /// The value of the :value at the current token, which it goes past; null where it is not defined.
  [[nodiscard]] Value take_value();

  static constexpr std::string_view kRedundantParentheses = "The expression has redundant parentheses;";

  Tokens tokens_;
  PathRanks ranks_;
  Arena& arena_;

 private:
  [[nodiscard]] PathStep take_name(const Token& token);
  bool parse_index(PathStep& step);

  ExpressionKind kind_;
  Placeholders& placeholders_;
  Rank fault_rank_ = std::numeric_limits<Rank>::max();
  std::string fault_;
};

}  // namespace lodestone
