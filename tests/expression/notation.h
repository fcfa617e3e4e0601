/// A short notation for values, to write tests as tables:
///   'text'   -1.5   b'bytes'   true   false   null   [1, 'a']   {a: 1, 'b c': 2}   <'a', 'b'>   <1, 2>
///   <b'x'>
/// Whatever the order and spelling written, the values are canonical. A quote is doubled within quotes.
#pragma once

#include <algorithm>
#include <cctype>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "server/expression/placeholders.h"
#include "storage/arena.h"
#include "storage/number.h"
#include "storage/value.h"

namespace lodestone::testing {

/// Reads the notation; throws where it has a mistake. What it returns lives in the arena.
class Notation {
 public:
  Notation(std::string_view text, Arena& arena) : text_(arena.copy(text)), arena_(arena) {}

  Value whole_value() {
    const Value value = read_value();
    skip_blanks();
    require(at_ == text_.size());
    return value;
  }

 private:
  void require(bool is_right) const {
    if (!is_right) throw std::invalid_argument("not in the notation of values: " + std::string(text_));
  }
  char peek() {
    skip_blanks();
    return at_ < text_.size() ? text_[at_] : '\0';
  }
  void skip_blanks() {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
  }
  bool take(char expected) {
    if (peek() != expected) return false;
    ++at_;
    return true;
  }

  std::string_view read_quoted() {
    require(take('\''));
    std::string content;
    while (at_ < text_.size()) {
      const char c = text_[at_++];
      if (c == '\'') {
        if (at_ == text_.size() || text_[at_] != '\'') break;
        ++at_;
      }
      content += c;
    }
    return arena_.copy(content);
  }

  std::string_view read_word() {
    skip_blanks();
    const std::size_t start = at_;
    const auto is_word = [](char c) {
      return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-' || c == '.' ||
             c == '+' || c == '#';
    };
    while (at_ < text_.size() && is_word(text_[at_])) ++at_;
    return text_.substr(start, at_ - start);
  }

  Value read_value() {
    switch (peek()) {
      case '\'':
        return Value::string(read_quoted());
      case '[':
        return read_list();
      case '{':
        return read_map();
      case '<':
        return read_set();
      default:
        break;
    }
    const std::string_view word = read_word();
    if (word == "b" && peek() == '\'') return Value::binary(read_quoted());
    if (word == "true" || word == "false") return Value::boolean(word == "true");
    if (word == "null") return Value::null();
    const auto number = parse_number(word);
    require(number.ok());
    return Value::number(arena_.copy(to_string(*number)));
  }

  Value read_list() {
    std::vector<Value> values;
    require(take('['));
    while (!take(']')) {
      values.push_back(read_value());
      require(take(',') || peek() == ']');
    }
    return Value::list(arena_.copy(std::span<const Value>(values)));
  }

  Value read_map() {
    std::vector<Attribute> members;
    require(take('{'));
    while (!take('}')) {
      const std::string_view name = peek() == '\'' ? read_quoted() : read_word();
      require(take(':'));
      members.push_back({name, read_value()});
      require(take(',') || peek() == '}');
    }
    std::ranges::sort(members, {}, &Attribute::name);
    return Value::map(arena_.copy(std::span<const Attribute>(members)));
  }

  Value read_set() {
    std::vector<std::string_view> elements;
    Type type = Type::kSS;
    require(take('<'));
    while (!take('>')) {
      const Value element = read_value();
      if (element.type() == Type::kN) type = Type::kNS;
      if (element.type() == Type::kB) type = Type::kBS;
      elements.push_back(element.text());
      require(take(',') || peek() == '>');
    }
    std::sort(elements.begin(), elements.end(),
              [type](std::string_view a, std::string_view b) { return set_less(type, a, b); });
    return Value::set(type, arena_.copy(std::span<const std::string_view>(elements)));
  }

  std::string_view text_;
  std::size_t at_ = 0;
  Arena& arena_;
};

inline Value value(std::string_view text, Arena& arena) { return Notation(text, arena).whole_value(); }
inline Item item(std::string_view text, Arena& arena) { return value(text, arena).map(); }

/// The notation of a value, for comparison and for messages.
inline std::string notation(const Value& value);
inline std::string notation(Item item) { return notation(Value::map(item)); }

inline std::string notation(const Value& value) {
  const auto quoted = [](std::string_view text) {
    std::string out = "'";
    for (const char c : text) out += c == '\'' ? "''" : std::string(1, c);
    return out + "'";
  };
  const auto joined = [](char open, const std::vector<std::string>& parts, char close) {
    std::string out(1, open);
    for (const std::string& part : parts) out += (out.size() > 1 ? ", " : "") + part;
    return out + close;
  };
  std::vector<std::string> parts;
  switch (value.type()) {
    case Type::kS:
      return quoted(value.text());
    case Type::kN:
      return std::string(value.text());
    case Type::kB:
      return "b" + quoted(value.text());
    case Type::kBool:
      return value.truth() ? "true" : "false";
    case Type::kNull:
      return "null";
    case Type::kSS:
    case Type::kNS:
    case Type::kBS:
      for (const std::string_view element : value.elements()) {
        if (value.type() == Type::kNS) {
          parts.emplace_back(element);
        } else {
          parts.push_back((value.type() == Type::kBS ? "b" : "") + quoted(element));
        }
      }
      return joined('<', parts, '>');
    case Type::kL:
      for (const Value& element : value.list()) parts.push_back(notation(element));
      return joined('[', parts, ']');
    case Type::kM:
      for (const Attribute& member : value.map()) {
        parts.push_back(std::string(member.name) + ": " + notation(member.value));
      }
      return joined('{', parts, '}');
  }
  return {};
}

/// Whether the value is as storage/value.h promises: maps and sets sorted without duplicates, numbers
/// canonical.
inline bool is_canonical(const Value& value) {
  const auto canonical_number = [](std::string_view text) {
    const auto number = parse_number(text);
    return number.ok() && to_string(*number) == text;
  };
  switch (value.type()) {
    case Type::kN:
      return canonical_number(value.text());
    case Type::kSS:
    case Type::kNS:
    case Type::kBS: {
      const auto elements = value.elements();
      if (elements.empty()) return false;
      for (std::size_t i = 0; i < elements.size(); ++i) {
        if (value.type() == Type::kNS && !canonical_number(elements[i])) return false;
        if (i > 0 && !set_less(value.type(), elements[i - 1], elements[i])) return false;
      }
      return true;
    }
    case Type::kL:
      return std::ranges::all_of(value.list(), is_canonical);
    case Type::kM: {
      const auto members = value.map();
      for (std::size_t i = 0; i < members.size(); ++i) {
        if (!is_canonical(members[i].value)) return false;
        if (i > 0 && members[i - 1].name >= members[i].name) return false;
      }
      return true;
    }
    default:
      return true;
  }
}

/// Placeholders out of two maps in the notation: `{#a: 'attribute'}` and `{v: 1}` for `:v`.
class PlaceholderTable {
 public:
  PlaceholderTable(std::string_view names, std::string_view values, Arena& arena) {
    for (const Attribute& name : item(names, arena)) names_.push_back({name.name, name.value.text()});
    for (const Attribute& bound : item(values, arena)) {
      values_.push_back({arena.copy(":" + std::string(bound.name)), bound.value});
    }
    placeholders_ = Placeholders(names_, values_);
  }
  PlaceholderTable(const PlaceholderTable&) = delete;
  PlaceholderTable& operator=(const PlaceholderTable&) = delete;

  [[nodiscard]] Placeholders& get() { return placeholders_; }

 private:
  std::vector<NamePlaceholder> names_;
  std::vector<ValuePlaceholder> values_;
  Placeholders placeholders_;
};

}  // namespace lodestone::testing
