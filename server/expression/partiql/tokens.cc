#include "server/expression/partiql/tokens.h"

#include <algorithm>
#include <array>

#include "server/expression/growing_array.h"

namespace lodestone::partiql {
namespace {

enum CharacterClass : std::uint8_t { kOther, kBlank, kDigit, kLetter };

constexpr std::array<CharacterClass, 256> kClasses = [] {
  std::array<CharacterClass, 256> classes{};
  for (const char c : {' ', '\t', '\n', '\r', '\f', '\v'}) classes[static_cast<unsigned char>(c)] = kBlank;
  for (unsigned char c = '0'; c <= '9'; ++c) classes[c] = kDigit;
  for (unsigned char c = 'a'; c <= 'z'; ++c) classes[c] = kLetter;
  for (unsigned char c = 'A'; c <= 'Z'; ++c) classes[c] = kLetter;
  for (const char c : {'_', '$'}) classes[static_cast<unsigned char>(c)] = kLetter;
  return classes;
}();

CharacterClass class_of(char c) { return kClasses[static_cast<unsigned char>(c)]; }

struct Sign {
  TokenKind kind;
  std::size_t length = 1;
};

/// What begins with the first of the characters; kEnd where nothing does.
Sign sign_of(char first, char second) {
  switch (first) {
    case '?':
      return {TokenKind::kParameter};
    case '(':
      return {TokenKind::kLeftParenthesis};
    case ')':
      return {TokenKind::kRightParenthesis};
    case '[':
      return {TokenKind::kLeftBracket};
    case ']':
      return {TokenKind::kRightBracket};
    case '{':
      return {TokenKind::kLeftBrace};
    case '}':
      return {TokenKind::kRightBrace};
    case ',':
      return {TokenKind::kComma};
    case '.':
      return {TokenKind::kDot};
    case ':':
      return {TokenKind::kColon};
    case ';':
      return {TokenKind::kSemicolon};
    case '+':
      return {TokenKind::kPlus};
    case '-':
      return {TokenKind::kMinus};
    case '*':
      return {TokenKind::kStar};
    case '=':
      return {TokenKind::kEqual};
    case '<':
      if (second == '<') return {TokenKind::kLeftAngles, 2};
      if (second == '>') return {TokenKind::kNotEqual, 2};
      if (second == '=') return {TokenKind::kLessOrEqual, 2};
      return {TokenKind::kLess};
    case '>':
      if (second == '>') return {TokenKind::kRightAngles, 2};
      if (second == '=') return {TokenKind::kGreaterOrEqual, 2};
      return {TokenKind::kGreater};
    case '!':
      return second == '=' ? Sign{TokenKind::kNotEqual, 2} : Sign{TokenKind::kEnd};
    case '|':
      return second == '|' ? Sign{TokenKind::kOtherOperator, 2} : Sign{TokenKind::kEnd};
    case '/':
    case '%':
    case '@':
      return {TokenKind::kOtherOperator};
    default:
      return {TokenKind::kEnd};
  }
}

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  /// False where no token begins here.
  bool read(Token& token) {
    if (!skip_blanks()) return false;
    token = Token();
    token.begin = static_cast<std::uint32_t>(at_);
    const bool read = at_ == text_.size() || read_token(token);
    token.end = static_cast<std::uint32_t>(at_);
    return read;
  }

 private:
  /// The character there, NUL behind the end: no token has one.
  [[nodiscard]] char peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }

  /// Blanks and comments; false where a comment does not end.
  bool skip_blanks() {
    for (;;) {
      while (class_of(peek()) == kBlank) ++at_;
      if (peek() == '-' && peek(1) == '-') {
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else if (peek() == '/' && peek(1) == '*') {
        const std::size_t end = text_.find("*/", at_ + 2);
        if (end == std::string_view::npos) return false;
        at_ = end + 2;
      } else {
        return true;
      }
    }
  }

  bool read_token(Token& token) {
    const char first = text_[at_];
    if (class_of(first) == kLetter) {
      while (class_of(peek()) >= kDigit) ++at_;
      token.text = text_.substr(token.begin, at_ - token.begin);
      token.keyword = keyword_named(token.text);
      token.kind = token.keyword == Keyword::kNone ? TokenKind::kIdentifier : TokenKind::kKeyword;
      return true;
    }
    if (class_of(first) == kDigit || (first == '.' && class_of(peek(1)) == kDigit)) {
      read_number();
      token.kind = TokenKind::kNumber;
      token.text = text_.substr(token.begin, at_ - token.begin);
      return true;
    }
    if (first == '\'' || first == '"') return read_quoted(token, first);
    const Sign sign = sign_of(first, peek(1));
    token.kind = sign.kind;
    if (sign.kind == TokenKind::kEnd) return false;
    token.text = text_.substr(at_, sign.length);
    at_ += sign.length;
    return true;
  }

  void read_digits() {
    while (class_of(peek()) == kDigit) ++at_;
  }

  void read_number() {
    read_digits();
    if (peek() == '.') {
      ++at_;
      read_digits();
    }
    if (peek() != 'e' && peek() != 'E') return;
    const std::size_t digits = peek(1) == '+' || peek(1) == '-' ? 2 : 1;
    if (class_of(peek(digits)) != kDigit) return;
    at_ += digits;
    read_digits();
  }

  bool read_quoted(Token& token, char quote) {
    for (++at_;; at_ += 2) {
      at_ = text_.find(quote, at_);
      if (at_ == std::string_view::npos) {
        at_ = text_.size();
        return false;
      }
      if (at_ + 1 == text_.size() || text_[at_ + 1] != quote) break;
      token.has_doubled_quotes = true;
    }
    token.text = text_.substr(token.begin + 1, at_ - token.begin - 1);
    token.kind = quote == '"' ? TokenKind::kQuotedIdentifier : TokenKind::kString;
    ++at_;
    return true;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

std::size_t characters_in(std::string_view utf8) {
  return static_cast<std::size_t>(
      std::ranges::count_if(utf8, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

}  // namespace

std::optional<std::span<const Token>> tokenize(std::string_view statement, Arena& arena) {
  GrowingArray<Token> tokens(arena, 16);
  Reader reader(statement);
  Token token;
  do {
    if (!reader.read(token)) return std::nullopt;
    tokens.push_back(token);
  } while (token.kind != TokenKind::kEnd);
  return tokens.span();
}

std::string_view content_of(const Token& token, Arena& arena) {
  if (!token.has_doubled_quotes) return token.text;
  const char quote = token.kind == TokenKind::kQuotedIdentifier ? '"' : '\'';
  std::string content;
  for (std::size_t i = 0; i < token.text.size(); ++i) {
    content += token.text[i];
    if (token.text[i] == quote) ++i;
  }
  return arena.copy(std::string_view(content));
}

std::string place_of(const Token& token, std::string_view statement) {
  const std::string_view before = statement.substr(0, token.begin);
  const auto lines = std::ranges::count(before, '\n');
  const std::string_view line = before.substr(before.rfind('\n') + 1);
  return std::to_string(lines + 1) + ':' + std::to_string(characters_in(line) + 1) + ':' +
         std::to_string(characters_in(statement.substr(token.begin, token.end - token.begin)));
}

}  // namespace lodestone::partiql
