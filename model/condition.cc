#include "model/condition.h"

#include <algorithm>

#include "model/attributes.h"
#include "model/json.h"

namespace lodestone::model {
namespace {

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/// What placeholders may be made of; never empty.
std::string word_of(std::string_view text) {
  std::string word;
  std::copy_if(text.begin(), text.end(), std::back_inserter(word), is_word);
  return word.empty() ? "p" : word;
}

Condition composed(ConditionKind kind, Condition a, Condition b) {
  if (a.is_empty()) return b;
  if (b.is_empty()) return a;
  Condition both(kind);
  // a && b && c is one list, so that it gets one pair of parentheses.
  if (a.kind == kind) {
    both.inner = std::move(a.inner);
  } else {
    both.inner.push_back(std::move(a));
  }
  both.inner.push_back(std::move(b));
  return both;
}

std::string_view comparator(ConditionKind kind) {
  switch (kind) {
    case ConditionKind::kEqual:
      return " = ";
    case ConditionKind::kNotEqual:
      return " <> ";
    case ConditionKind::kLess:
      return " < ";
    case ConditionKind::kLessOrEqual:
      return " <= ";
    case ConditionKind::kGreater:
      return " > ";
    case ConditionKind::kGreaterOrEqual:
      return " >= ";
    default:
      return {};
  }
}

class Renderer {
 public:
  Renderer(const EntitySchema& schema, Placeholders& names) : schema_(schema), names_(names) {}

  Result<std::string> render(const Condition& condition) {
    switch (condition.kind) {
      case ConditionKind::kAnd:
        return join(condition, " AND ");
      case ConditionKind::kOr:
        return join(condition, " OR ");
      case ConditionKind::kNot: {
        LODESTONE_ASSIGN(std::string inner, render(condition.inner.at(0)));
        return inner.front() == '(' ? "NOT " + inner : "NOT (" + inner + ")";
      }
      default:
        return simple(condition);
    }
  }

 private:
  Result<std::string> join(const Condition& condition, std::string_view operation) {
    if (condition.inner.size() == 1) return render(condition.inner[0]);
    std::string text = "(";
    for (const Condition& one : condition.inner) {
      LODESTONE_ASSIGN(const std::string part, render(one));
      if (text.size() > 1) text += operation;
      text += part;
    }
    return text + ")";
  }

  /// Among alternatives that are stored under different names, any of them meets the condition.
  Result<std::string> simple(const Condition& condition) {
    if (condition.value) {
      const ResolvedPath literal{
          names_.value("#" + text_of(*condition.value), *condition.value), {}, nullptr};
      return compare_all(condition, {literal});
    }
    LODESTONE_ASSIGN(
        const std::vector<ResolvedPath> places,
        resolve_all(schema_, condition.path, names_,
                    [&condition](const AttributeSchema& attribute) { return admits(condition, attribute); }));
    return compare_all(condition, places);
  }

  Result<std::string> compare_all(const Condition& condition, const std::vector<ResolvedPath>& places) {
    std::vector<std::string> found;
    for (const ResolvedPath& at : places) {
      LODESTONE_ASSIGN(std::vector<std::string> texts, compare(condition, at));
      for (std::string& text : texts) {
        if (std::find(found.begin(), found.end(), text) == found.end()) found.push_back(std::move(text));
      }
    }
    if (found.size() == 1) return std::move(found.front());
    std::string text;
    for (const std::string& one : found) text.append(text.empty() ? "(" : " OR ").append(one);
    return text + ")";
  }

  /// The operands of one place; another attribute may be in several.
  Result<std::vector<std::string>> compare(const Condition& condition, const ResolvedPath& at) {
    const std::string left = condition.is_size ? "size(" + at.expression + ")" : at.expression;
    std::vector<std::vector<std::string>> rights{{}};
    for (const auto& operand : condition.operands) {
      LODESTONE_ASSIGN(const std::vector<std::string> ones, render_operand(condition, at, operand));
      std::vector<std::vector<std::string>> longer;
      for (const auto& right : rights) {
        for (const std::string& one : ones) {
          longer.push_back(right);
          longer.back().push_back(one);
        }
      }
      rights = std::move(longer);
    }
    std::vector<std::string> texts;
    for (const auto& right : rights) {
      LODESTONE_ASSIGN(std::string text, comparison(condition, left, right));
      texts.push_back(std::move(text));
    }
    return texts;
  }

  static Result<std::string> comparison(const Condition& condition, const std::string& left,
                                        const std::vector<std::string>& right) {
    if (const std::string_view sign = comparator(condition.kind); !sign.empty()) {
      return left + std::string(sign) + right.at(0);
    }
    switch (condition.kind) {
      case ConditionKind::kBetween:
        return "(" + left + " between " + right.at(0) + " and " + right.at(1) + ")";
      case ConditionKind::kBeginsWith:
        return "begins_with(" + left + ", " + right.at(0) + ")";
      case ConditionKind::kContains:
        return "contains(" + left + ", " + right.at(0) + ")";
      case ConditionKind::kNotContains:
        return "not contains(" + left + ", " + right.at(0) + ")";
      case ConditionKind::kExists:
        return "attribute_exists(" + left + ")";
      case ConditionKind::kNotExists:
        return "attribute_not_exists(" + left + ")";
      case ConditionKind::kType:
        return "attribute_type(" + left + ", " + right.at(0) + ")";
      case ConditionKind::kEqualOrNotExists:
        return "(" + left + " = " + right.at(0) + " OR attribute_not_exists(" + left + "))";
      default:
        return in(left, right);
    }
  }

  static Result<std::string> in(const std::string& left, const std::vector<std::string>& right) {
    if (right.empty() || right.size() > 100) {
      return Error{.code = ErrorCode::kInvalidOption,
                   .message = "A list to choose from holds 1 to 100 values"};
    }
    std::string text = left + " IN (";
    for (const std::string& one : right) text += (text.back() == '(' ? "" : ", ") + one;
    return text + ")";
  }

  /// Whether an alternative can have the value that it is compared with.
  static bool admits(const Condition& condition, const AttributeSchema& attribute) {
    if (condition.is_size || condition.operands.empty() || condition.kind == ConditionKind::kType)
      return true;
    const Value* const value = condition.operands.front().plain_value();
    if (value == nullptr) return true;
    const bool is_part =
        condition.kind == ConditionKind::kContains || condition.kind == ConditionKind::kNotContains;
    const bool holds = attribute.type == AttributeType::kList || attribute.type == AttributeType::kSet;
    std::vector<AttributeError> errors;
    check_value(is_part && holds ? attribute.element[0] : attribute, *value, {}, errors, Rigor::kForm);
    return errors.empty();
  }

  /// A value in the form in which the attribute, or what it holds, is stored.
  static Value stored_operand(const Condition& condition, const AttributeSchema* attribute,
                              const Value& value) {
    if (attribute == nullptr || condition.is_size || condition.kind == ConditionKind::kType) return value;
    if (condition.kind != ConditionKind::kContains && condition.kind != ConditionKind::kNotContains) {
      return attribute->changes_form ? to_stored(*attribute, value) : value;
    }
    // A part of a text is looked for as it stands, an element as elements are stored.
    const bool holds = attribute->type == AttributeType::kList || attribute->type == AttributeType::kSet;
    return holds && attribute->changes_form ? to_stored(attribute->element[0], value) : value;
  }

  Result<std::vector<std::string>> render_operand(const Condition& condition, const ResolvedPath& at,
                                                  const Operand& operand) {
    if (!operand.paths().empty()) {
      LODESTONE_ASSIGN(const std::vector<ResolvedPath> others,
                       resolve_all(schema_, operand.paths().front(), names_, {}));
      std::vector<std::string> texts;
      for (const ResolvedPath& other : others) texts.push_back(other.expression);
      return texts;
    }
    const Value& value = *operand.plain_value();
    if (!condition.is_size && !condition.value && !condition.path.is_stored()) {
      return std::vector{names_.value(at.name, stored_operand(condition, at.attribute, value))};
    }
    return std::vector{names_.value("#" + text_of(value), value)};
  }

  /// What belongs to no attribute is named after itself.
  static std::string text_of(const Value& value) {
    const bool is_text = value.is(ValueType::kString) || value.is(ValueType::kNumber);
    return word_of(is_text ? value.text() : "");
  }

  const EntitySchema& schema_;
  Placeholders& names_;
};

}  // namespace

Operand::Operand(Value value) : value_(std::move(value)), has_value_(true) {}
Operand::Operand(Path path) : has_value_(false) { paths_.push_back(std::move(path)); }
Operand::Operand(const Operand&) = default;
Operand::Operand(Operand&&) noexcept = default;
Operand& Operand::operator=(const Operand&) = default;
Operand& Operand::operator=(Operand&&) noexcept = default;
Operand::~Operand() = default;

void Operand::add_fallback(Operand next) {
  for (Path& path : next.paths_) paths_.push_back(std::move(path));
  value_ = std::move(next.value_);
  has_value_ = next.has_value_;
}

const Value* Operand::plain_value() const { return paths_.empty() ? &value_ : nullptr; }
Value* Operand::plain_value() { return paths_.empty() ? &value_ : nullptr; }

Condition::Condition() : kind(ConditionKind::kAnd) {}
Condition::Condition(ConditionKind its_kind) : kind(its_kind) {}
Condition::Condition(ConditionKind its_kind, PathRef its_path, std::vector<Operand> its_operands)
    : kind(its_kind), path(its_path.path()), operands(std::move(its_operands)) {}
Condition::Condition(const Condition&) = default;
Condition::Condition(Condition&&) noexcept = default;
Condition& Condition::operator=(const Condition&) = default;
Condition& Condition::operator=(Condition&&) noexcept = default;
Condition::~Condition() = default;

namespace detail {

Condition simple_condition(ConditionKind kind, PathRef path) { return {kind, path}; }

Condition simple_condition(ConditionKind kind, PathRef path, Value&& operand) {
  Condition condition(kind, path);
  condition.operands.emplace_back(std::move(operand));
  return condition;
}

Condition simple_condition(ConditionKind kind, PathRef path, Path&& operand) {
  Condition condition(kind, path);
  condition.operands.emplace_back(std::move(operand));
  return condition;
}

Condition simple_condition(ConditionKind kind, PathRef path, std::initializer_list<Operand> operands) {
  return {kind, path, operands};
}

Condition size_condition(ConditionKind kind, PathRef path, std::initializer_list<Operand> operands) {
  Condition condition(kind, path, operands);
  condition.is_size = true;
  return condition;
}

}  // namespace detail

Condition operator&&(Condition a, Condition b) {
  return composed(ConditionKind::kAnd, std::move(a), std::move(b));
}
Condition operator||(Condition a, Condition b) {
  return composed(ConditionKind::kOr, std::move(a), std::move(b));
}
Condition operator!(Condition a) {
  if (a.is_empty()) return a;
  Condition negation(ConditionKind::kNot);
  negation.inner.push_back(std::move(a));
  return negation;
}

std::string Placeholders::name(std::string_view wanted, std::string_view field) {
  const std::string word = "#" + word_of(wanted);
  std::string placeholder = word;
  for (int number = 2;; ++number) {
    const auto taken = std::find_if(names_.begin(), names_.end(),
                                    [&placeholder](const auto& one) { return one.first == placeholder; });
    if (taken == names_.end()) break;
    if (taken->second == field) return placeholder;
    placeholder = word + "_" + std::to_string(number);
  }
  names_.emplace_back(placeholder, field);
  return placeholder;
}

std::string Placeholders::name_of_field(std::string_view field) {
  const auto known =
      std::find_if(names_.begin(), names_.end(), [field](const auto& one) { return one.second == field; });
  return known == names_.end() ? name(field, field) : known->first;
}

std::string Placeholders::numbered(const std::string& base, Value value) {
  for (int number = 0;; ++number) {
    std::string placeholder = base + std::to_string(number);
    if (values_.contains(placeholder)) continue;
    values_.add(placeholder, std::move(value));
    return placeholder;
  }
}

std::string Placeholders::value(std::string_view name, Value value) {
  return numbered(":" + std::string(name.substr(1)), std::move(value));
}
std::string Placeholders::update_value(std::string_view name, Value value) {
  return numbered(":" + std::string(name.substr(1)) + "_u", std::move(value));
}
std::string Placeholders::update_default(std::string_view name, Value value) {
  return numbered(":" + std::string(name.substr(1)) + "_default_value_u", std::move(value));
}
void Placeholders::fixed_value(std::string_view placeholder, Value value) {
  values_.set(placeholder, std::move(value));
}

Result<std::string> render(const EntitySchema& schema, const Condition& condition, Placeholders& names) {
  if (condition.is_empty()) return std::string();
  return Renderer(schema, names).render(condition);
}

Result<std::string> render_all(const EntitySchema& schema, const Conditions& conditions, Placeholders& names,
                               std::string first) {
  for (const Condition& condition : conditions) {
    LODESTONE_ASSIGN(const std::string text, render(schema, condition, names));
    first = join_expressions(std::move(first), text);
  }
  return first;
}

std::string join_expressions(std::string first, std::string_view second) {
  if (second.empty()) return first;
  if (first.empty()) return std::string(second);
  if (!first.starts_with('(') && !first.ends_with(')')) first = "(" + first + ")";
  return first.append(" AND ").append(second);
}

}  // namespace lodestone::model
