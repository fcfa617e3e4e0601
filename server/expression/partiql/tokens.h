/// Cuts the text of a statement into tokens, all of them before anything is parsed: the service looks at the
/// words of a statement before its grammar.
///
/// Tokens are views into the text. Pure functions. Source:
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.data-types.html
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "server/expression/partiql/keywords.h"
#include "storage/arena.h"

namespace lodestone::partiql {

enum class TokenKind : std::uint8_t {
  kEnd,
  kIdentifier,
  kQuotedIdentifier,  ///< "name"
  kKeyword,
  kString,  ///< 'text'
  kNumber,
  kParameter,  ///< ?
  kLeftParenthesis,
  kRightParenthesis,
  kLeftBracket,
  kRightBracket,
  kLeftBrace,
  kRightBrace,
  kLeftAngles,   ///< <<
  kRightAngles,  ///< >>
  kComma,
  kDot,
  kColon,
  kSemicolon,
  kPlus,
  kMinus,
  kStar,
  kEqual,
  kNotEqual,  ///< <> or !=
  kLess,
  kLessOrEqual,
  kGreater,
  kGreaterOrEqual,
  kOtherOperator,  ///< one that the dialect has no use for
};

struct Token {
  TokenKind kind = TokenKind::kEnd;
  Keyword keyword = Keyword::kNone;
  /// kString, kQuotedIdentifier: a quote within is written twice.
  bool has_doubled_quotes = false;
  /// With the quotes.
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  /// As it is written; of what stands in quotes the text between them.
  std::string_view text;
};

/// The tokens, the last of them kEnd; nullopt where a character starts none, or a quote or comment does not
/// end.
[[nodiscard]] std::optional<std::span<const Token>> tokenize(std::string_view statement, Arena& arena);

/// What the quotes hold, each doubled one once.
[[nodiscard]] std::string_view content_of(const Token& token, Arena& arena);

/// `<line>:<column>:<length>` of a token, counted in characters and from 1.
[[nodiscard]] std::string place_of(const Token& token, std::string_view statement);

}  // namespace lodestone::partiql
