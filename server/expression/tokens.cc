#include "server/expression/tokens.h"

#include <array>
#include <cstddef>

namespace lodestone {
namespace {

enum CharacterClass : std::uint8_t { kOther, kBlank, kLetter, kDigit, kUnderscore };

constexpr std::array<CharacterClass, 256> kClasses = [] {
  std::array<CharacterClass, 256> classes{};
  for (const char c : {' ', '\t', '\n', '\r', '\f', '\v'}) classes[static_cast<unsigned char>(c)] = kBlank;
  for (unsigned char c = 'a'; c <= 'z'; ++c) classes[c] = kLetter;
  for (unsigned char c = 'A'; c <= 'Z'; ++c) classes[c] = kLetter;
  for (unsigned char c = '0'; c <= '9'; ++c) classes[c] = kDigit;
  classes['_'] = kUnderscore;
  return classes;
}();

CharacterClass class_of(char c) { return kClasses[static_cast<unsigned char>(c)]; }

bool is_word(std::string_view text, std::string_view upper_case) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if ((text[i] & ~0x20) != upper_case[i]) return false;
  }
  return true;
}

Keyword keyword_of(std::string_view text) {
  switch (text.size()) {
    case 2:
      if (is_word(text, "OR")) return Keyword::kOr;
      if (is_word(text, "IN")) return Keyword::kIn;
      break;
    case 3:
      if (is_word(text, "SET")) return Keyword::kSet;
      if (is_word(text, "AND")) return Keyword::kAnd;
      if (is_word(text, "NOT")) return Keyword::kNot;
      if (is_word(text, "ADD")) return Keyword::kAdd;
      break;
    case 6:
      if (is_word(text, "REMOVE")) return Keyword::kRemove;
      if (is_word(text, "DELETE")) return Keyword::kDelete;
      break;
    case 7:
      if (is_word(text, "BETWEEN")) return Keyword::kBetween;
      break;
    default:
      break;
  }
  return Keyword::kNone;
}

TokenKind sign_of(char c) {
  switch (c) {
    case '(':
      return TokenKind::kLeftParenthesis;
    case ')':
      return TokenKind::kRightParenthesis;
    case ',':
      return TokenKind::kComma;
    case '.':
      return TokenKind::kDot;
    case '[':
      return TokenKind::kLeftBracket;
    case ']':
      return TokenKind::kRightBracket;
    case '+':
      return TokenKind::kPlus;
    case '-':
      return TokenKind::kMinus;
    case '=':
      return TokenKind::kEqual;
    case '<':
      return TokenKind::kLess;
    case '>':
      return TokenKind::kGreater;
    default:
      return TokenKind::kUnknown;
  }
}

/// Whole characters, so that an error message stays valid UTF-8.
std::size_t character_bytes(std::string_view text, std::size_t at) {
  std::size_t end = at + 1;
  if (static_cast<unsigned char>(text[at]) >= 0xC0) {
    while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) ++end;
  }
  return end - at;
}

}  // namespace

Token Tokens::read() {
  while (at_ < text_.size() && class_of(text_[at_]) == kBlank) ++at_;
  if (at_ == text_.size()) return {TokenKind::kEnd, Keyword::kNone, text_.substr(at_)};

  const std::size_t start = at_;
  const auto token = [&](TokenKind kind, std::size_t end) {
    at_ = end;
    return Token{kind, Keyword::kNone, text_.substr(start, end - start)};
  };
  const auto word_end = [&](std::size_t from) {
    while (from < text_.size() && class_of(text_[from]) >= kLetter) ++from;
    return from;
  };

  const char first = text_[start];
  switch (class_of(first)) {
    case kLetter: {
      Token identifier = token(TokenKind::kIdentifier, word_end(start + 1));
      identifier.keyword = keyword_of(identifier.text);
      return identifier;
    }
    case kDigit: {
      std::size_t end = start + 1;
      while (end < text_.size() && class_of(text_[end]) == kDigit) ++end;
      return token(TokenKind::kDigits, end);
    }
    default:
      break;
  }
  if (first == '#' || first == ':') {
    const std::size_t end = word_end(start + 1);
    if (end == start + 1) return token(TokenKind::kUnknown, end);
    return token(first == '#' ? TokenKind::kName : TokenKind::kValue, end);
  }
  const char second = start + 1 < text_.size() ? text_[start + 1] : '\0';
  if (first == '<' && second == '>') return token(TokenKind::kNotEqual, start + 2);
  if (first == '<' && second == '=') return token(TokenKind::kLessOrEqual, start + 2);
  if (first == '>' && second == '=') return token(TokenKind::kGreaterOrEqual, start + 2);
  return token(sign_of(first), start + character_bytes(text_, start));
}

std::string Tokens::syntax_error() const {
  Tokens ahead = *this;
  ahead.advance();
  const bool at_end = current_.kind == TokenKind::kEnd;
  const std::string_view first = has_previous_ ? previous_ : current_.text;
  // Where there is no token after, the window ends with the last one there is.
  std::string_view last = ahead.current_.kind == TokenKind::kEnd ? current_.text : ahead.current_.text;
  if (at_end) last = first;
  const auto length = static_cast<std::size_t>(last.data() + last.size() - first.data());

  std::string message = "Syntax error; token: \"";
  message += at_end ? std::string_view("<EOF>") : current_.text;
  message += "\", near: \"";
  message.append(first.data(), length);
  message += '"';
  return message;
}

}  // namespace lodestone
