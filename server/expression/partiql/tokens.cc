#include "server/expression/partiql/tokens.h"

#include <algorithm>

#include "server/expression/growing_array.h"

namespace lodestone::partiql {
namespace {

bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool starts_name(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$'; }
bool continues_name(char c) { return starts_name(c) || is_digit(c); }

struct Symbol {
  std::string_view text;
  TokenKind kind;
};

/// The longer ones first.
constexpr Symbol kSymbols[] = {
    {"<<", TokenKind::kLeftAngles},
    {">>", TokenKind::kRightAngles},
    {"<>", TokenKind::kNotEqual},
    {"!=", TokenKind::kNotEqual},
    {"<=", TokenKind::kLessOrEqual},
    {">=", TokenKind::kGreaterOrEqual},
    {"||", TokenKind::kOtherOperator},
    {"?", TokenKind::kParameter},
    {"(", TokenKind::kLeftParenthesis},
    {")", TokenKind::kRightParenthesis},
    {"[", TokenKind::kLeftBracket},
    {"]", TokenKind::kRightBracket},
    {"{", TokenKind::kLeftBrace},
    {"}", TokenKind::kRightBrace},
    {",", TokenKind::kComma},
    {".", TokenKind::kDot},
    {":", TokenKind::kColon},
    {";", TokenKind::kSemicolon},
    {"+", TokenKind::kPlus},
    {"-", TokenKind::kMinus},
    {"*", TokenKind::kStar},
    {"=", TokenKind::kEqual},
    {"<", TokenKind::kLess},
    {">", TokenKind::kGreater},
    {"/", TokenKind::kOtherOperator},
    {"%", TokenKind::kOtherOperator},
    {"@", TokenKind::kOtherOperator},
};

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  /// False where no token begins here.
  bool read(Token& token) {
    if (!skip_blanks()) return false;
    token = Token();
    token.begin = at_;
    const bool read = at_ == text_.size() || read_token(token);
    token.end = at_;
    return read;
  }

 private:
  [[nodiscard]] bool at(std::string_view text) const { return text_.substr(at_).starts_with(text); }

  /// Blanks and comments; false where a comment does not end.
  bool skip_blanks() {
    for (;;) {
      while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
      if (at("--")) {
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else if (at("/*")) {
        const std::size_t end = text_.find("*/", at_ + 2);
        if (end == std::string_view::npos) return false;
        at_ = end + 2;
      } else {
        return true;
      }
    }
  }

  bool read_token(Token& token) {
    const char c = text_[at_];
    if (starts_name(c)) {
      while (at_ < text_.size() && continues_name(text_[at_])) ++at_;
      token.text = text_.substr(token.begin, at_ - token.begin);
      token.keyword = keyword_named(token.text);
      token.kind = token.keyword == Keyword::kNone ? TokenKind::kIdentifier : TokenKind::kKeyword;
      return true;
    }
    if (is_digit(c) || (c == '.' && at_ + 1 < text_.size() && is_digit(text_[at_ + 1]))) {
      read_number();
      token.kind = TokenKind::kNumber;
      token.text = text_.substr(token.begin, at_ - token.begin);
      return true;
    }
    if (c == '\'' || c == '"') return read_quoted(token, c);
    for (const Symbol& symbol : kSymbols) {
      if (!at(symbol.text)) continue;
      at_ += symbol.text.size();
      token.kind = symbol.kind;
      token.text = symbol.text;
      return true;
    }
    return false;
  }

  void read_digits() {
    while (at_ < text_.size() && is_digit(text_[at_])) ++at_;
  }

  void read_number() {
    read_digits();
    if (at(".")) {
      ++at_;
      read_digits();
    }
    if (!at("e") && !at("E")) return;
    std::size_t exponent = at_ + 1;
    if (exponent < text_.size() && (text_[exponent] == '+' || text_[exponent] == '-')) ++exponent;
    if (exponent == text_.size() || !is_digit(text_[exponent])) return;
    at_ = exponent;
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
  GrowingArray<Token> tokens(arena);
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
