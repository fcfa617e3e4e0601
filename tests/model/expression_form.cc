#include "tests/model/expression_form.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <stdexcept>
#include <vector>

#include "tests/model/replay.h"

namespace lodestone::model::testing {
namespace {

std::string upper(std::string text) {
  for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return text;
}

/// `(a,b)`, sorted.
std::string joined(std::vector<std::string> parts, const std::string& what) {
  std::sort(parts.begin(), parts.end());
  std::string text = what + "(";
  for (const std::string& part : parts) text += part + ";";
  return text + ")";
}

class Expression {
 public:
  Expression(const std::string& text, const Json& request) : request_(request) {
    std::size_t i = 0;
    const auto is_word = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; };
    while (i < text.size()) {
      const std::size_t start = i;
      const char c = text[i++];
      if (c == ' ') continue;
      if (c == '#' || c == ':' || is_word(c)) {
        while (i < text.size() && is_word(text[i])) ++i;
      } else if ((c == '<' || c == '>') && i < text.size() && (text[i] == '=' || text[i] == '>')) {
        ++i;
      }
      tokens_.push_back(text.substr(start, i - start));
    }
    tokens_.emplace_back();
  }

  std::string condition() { return whole(either()); }
  std::string projection() {
    return whole(joined(list([this] { return path(); }), ""));
  }
  std::string update() {
    std::vector<std::string> clauses;
    while (!peek().empty()) {
      const std::string word = upper(next());
      clauses.push_back(joined(list([&] { return action(word); }), word));
    }
    return joined(std::move(clauses), "");
  }

 private:
  [[nodiscard]] const std::string& peek() const { return tokens_[at_]; }
  std::string next() {
    return peek().empty() ? throw std::runtime_error("it ends too early") : tokens_[at_++];
  }
  bool take(const std::string& token) {
    if (upper(peek()) != token) return false;
    ++at_;
    return true;
  }
  void expect(const std::string& token) {
    if (!take(token)) throw std::runtime_error("no " + token + " before '" + peek() + "'");
  }
  std::string whole(std::string text) const {
    if (!peek().empty()) throw std::runtime_error("more behind its end: " + peek());
    return text;
  }

  template <class Element>
  std::vector<std::string> list(const Element& element) {
    std::vector<std::string> all{element()};
    while (take(",")) all.push_back(element());
    return all;
  }

  template <class Operand>
  std::string chain(const std::string& word, const Operand& operand) {
    std::vector<std::string> all;
    do {
      std::string one = operand();
      const std::string inner = word + "(";
      if (!one.starts_with(inner)) {
        all.push_back(std::move(one));
        continue;
      }
      // What is joined inside of what is joined in the same way.
      for (std::string& part : parts_of(one.substr(inner.size(), one.size() - inner.size() - 1)))
        all.push_back(std::move(part));
    } while (take(word));
    return all.size() == 1 ? all[0] : joined(std::move(all), word);
  }

  static std::vector<std::string> parts_of(const std::string& text) {
    std::vector<std::string> parts;
    std::string part;
    int depth = 0;
    for (const char c : text) {
      if (c == '(') ++depth;
      if (c == ')') --depth;
      if (c == ';' && depth == 0) {
        parts.push_back(std::exchange(part, {}));
      } else {
        part += c;
      }
    }
    return parts;
  }

  std::string either() {
    return chain("OR", [this] { return both(); });
  }
  std::string both() {
    return chain("AND", [this] { return negated(); });
  }
  std::string negated() {
    if (!take("NOT")) return simple();
    return "NOT(" + negated() + ")";
  }

  std::string simple() {
    if (take("(")) {
      std::string inner = either();
      expect(")");
      return inner;
    }
    std::string left = operand();
    if (take("BETWEEN")) {
      const std::string low = operand();
      expect("AND");
      return left + " BETWEEN " + low + " AND " + operand();
    }
    if (take("IN")) {
      expect("(");
      std::string choices = joined(list([this] { return operand(); }), "IN");
      expect(")");
      return left + " " + choices;
    }
    if (peek() == "=" || peek()[0] == '<' || peek()[0] == '>') {
      const std::string sign = next();
      return left + sign + operand();
    }
    return left;
  }

  std::string operand() {
    if (peek()[0] == ':') return value(next());
    if (peek()[0] == '#') return path();
    std::string text = next();
    expect("(");
    text += "(";
    for (const std::string& one : list([this] { return operand(); })) text += one + ",";
    expect(")");
    return text + ")";
  }

  std::string sum() {
    if (take("(")) {
      std::string inner = sum();
      expect(")");
      return inner;
    }
    std::string left = operand();
    if (peek() != "+" && peek() != "-") return left;
    const std::string sign = next();
    return left + sign + operand();
  }

  std::string action(const std::string& clause) {
    std::string at = path();
    if (clause == "REMOVE") return at;
    if (clause == "SET") {
      expect("=");
      return at + "=" + sum();
    }
    return at + " " + operand();
  }

  std::string path() {
    std::string text = name(next());
    for (;;) {
      if (take(".")) {
        text += "." + name(next());
      } else if (take("[")) {
        text += "[" + next() + "]";
        expect("]");
      } else {
        return text;
      }
    }
  }

  std::string name(const std::string& placeholder) const {
    return canonical(known("ExpressionAttributeNames", placeholder));
  }
  std::string value(const std::string& placeholder) const {
    return canonical(known("ExpressionAttributeValues", placeholder));
  }
  const Json& known(const char* where, const std::string& placeholder) const {
    if (!request_.HasMember(where) || !request_[where].HasMember(placeholder.c_str()))
      throw std::runtime_error("nothing is known of " + placeholder);
    return request_[where][placeholder.c_str()];
  }

  const Json& request_;
  std::vector<std::string> tokens_;
  std::size_t at_ = 0;
};

}  // namespace

std::string request_form(const Json& request) {
  std::map<std::string, std::string> members;
  for (const auto& member : request.GetObject()) {
    const std::string name = text_of(member.name);
    if (name == "ExpressionAttributeNames" || name == "ExpressionAttributeValues") continue;
    if (!name.ends_with("Expression")) {
      members[name] = canonical(member.value);
      continue;
    }
    if (member.value.GetStringLength() == 0) continue;
    try {
      Expression expression(text_of(member.value), request);
      members[name] = name == "UpdateExpression"       ? expression.update()
                      : name == "ProjectionExpression" ? expression.projection()
                                                       : expression.condition();
    } catch (const std::runtime_error& error) {
      members[name] = "not an expression: " + text_of(member.value) + ": " + error.what();
    }
  }
  std::string text;
  for (const auto& [name, value] : members) text.append(name).append(": ").append(value).append("\n");
  return text;
}

std::string request_form(const std::string& json) {
  rapidjson::Document document;
  document.Parse(json.c_str(), json.size());
  return document.HasParseError() || !document.IsObject() ? json : request_form(document);
}

}  // namespace lodestone::model::testing
