/// Cuts the text of an expression into tokens, one at a time.
///
/// Tokens are views into the text. Never fails: a character that starts nothing is a token of its own, for
/// the parser to refuse. Not thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace lodestone {

enum class TokenKind : std::uint8_t {
  kEnd,
  kIdentifier,  ///< also the keywords
  kName,        ///< #name
  kValue,       ///< :value
  kDigits,
  kLeftParenthesis,
  kRightParenthesis,
  kComma,
  kDot,
  kLeftBracket,
  kRightBracket,
  kPlus,
  kMinus,
  kEqual,
  kNotEqual,
  kLess,
  kLessOrEqual,
  kGreater,
  kGreaterOrEqual,
  kUnknown,
};

/// In any case; each grammar minds its own, the others are attribute names there.
enum class Keyword : std::uint8_t { kNone, kAnd, kOr, kNot, kBetween, kIn, kSet, kRemove, kAdd, kDelete };

struct Token {
  TokenKind kind = TokenKind::kEnd;
  Keyword keyword = Keyword::kNone;
  std::string_view text;
};

class Tokens {
 public:
  /// `text` outlives the Tokens.
  explicit Tokens(std::string_view text) : text_(text) { current_ = read(); }

  [[nodiscard]] const Token& current() const { return current_; }
  void advance() {
    previous_ = current_.text;
    has_previous_ = true;
    current_ = read();
  }

  /// The service's words about the current token: it, and the text from the token before to the token after.
  [[nodiscard]] std::string syntax_error() const;

 private:
  [[nodiscard]] Token read();

  std::string_view text_;
  std::size_t at_ = 0;
  Token current_;
  std::string_view previous_;
  bool has_previous_ = false;
};

}  // namespace lodestone
