#include "model/condition.h"

#include <algorithm>
#include <charconv>

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
  Condition both{.kind = kind};
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

  Result<std::string> simple(const Condition& condition) {
    LODESTONE_ASSIGN(const ResolvedPath at, resolve(schema_, condition.path, names_, compared(condition)));
    const std::string left = condition.is_size ? "size(" + at.expression + ")" : at.expression;
    std::vector<std::string> right;
    for (const auto& operand : condition.operands) {
      LODESTONE_ASSIGN(std::string one, render_operand(condition, at, operand));
      right.push_back(std::move(one));
    }
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

  /// The value that the attribute itself is compared with; nullptr: it is not.
  static const Value* compared(const Condition& condition) {
    if (condition.is_size || condition.operands.empty() || condition.kind == ConditionKind::kType ||
        condition.kind == ConditionKind::kContains || condition.kind == ConditionKind::kNotContains) {
      return nullptr;
    }
    return std::get_if<Value>(&condition.operands.front());
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

  Result<std::string> render_operand(const Condition& condition, const ResolvedPath& at,
                                     const std::variant<Value, Path>& operand) {
    if (const auto* const path = std::get_if<Path>(&operand)) {
      LODESTONE_ASSIGN(ResolvedPath other, resolve(schema_, *path, names_));
      return std::move(other.expression);
    }
    const Value& value = *std::get_if<Value>(&operand);
    if (!condition.is_size && !condition.path.is_stored())
      return names_.value(at.name, stored_operand(condition, at.attribute, value));
    // What belongs to no attribute is named after itself.
    const bool is_text = value.is(ValueType::kString) || value.is(ValueType::kNumber);
    return names_.value("#" + word_of(is_text ? value.text() : ""), value);
  }

  const EntitySchema& schema_;
  Placeholders& names_;
};

}  // namespace

Path::Path() = default;
Path::Path(std::vector<Step> steps) : steps_(std::move(steps)) {}
Path::Path(const Path&) = default;
Path::Path(Path&&) noexcept = default;
Path& Path::operator=(const Path&) = default;
Path& Path::operator=(Path&&) noexcept = default;
Path::~Path() = default;

Path& Path::then(std::string name) {
  steps_.emplace_back(std::move(name));
  return *this;
}

Path& Path::then(std::size_t place) {
  steps_.emplace_back(place);
  return *this;
}

Path Path::parse(std::string_view text) {
  Path path;
  while (!text.empty()) {
    if (text.front() == '[') {
      std::size_t place = 0;
      const std::size_t close = std::min(text.find(']'), text.size() - 1);
      std::from_chars(text.data() + 1, text.data() + close, place);
      path.steps_.emplace_back(place);
      text.remove_prefix(close + 1);
      continue;
    }
    if (text.front() == '.') text.remove_prefix(1);
    const std::size_t end = std::min(text.find_first_of(".["), text.size());
    path.steps_.emplace_back(std::string(text.substr(0, end)));
    text.remove_prefix(end);
  }
  return path;
}

Path Path::stored(std::string field) {
  Path path;
  path.steps_.emplace_back(std::move(field));
  path.is_stored_ = true;
  return path;
}

std::string Path::text() const {
  std::string text;
  for (const Step& step : steps_) {
    if (const auto* const name = std::get_if<std::string>(&step)) {
      text += (text.empty() ? "" : ".") + *name;
    } else {
      text += "[" + std::to_string(*std::get_if<std::size_t>(&step)) + "]";
    }
  }
  return text;
}

namespace detail {

Path path_of(std::initializer_list<std::string_view> names) {
  std::vector<Path::Step> steps;
  steps.reserve(names.size());
  for (const std::string_view name : names) steps.emplace_back(std::string(name));
  return Path(std::move(steps));
}

Condition simple_condition(ConditionKind kind, Path path) { return {.kind = kind, .path = std::move(path)}; }

Condition simple_condition(ConditionKind kind, Path path, Value operand) {
  Condition condition{.kind = kind, .path = std::move(path)};
  condition.operands.emplace_back(std::move(operand));
  return condition;
}

Condition simple_condition(ConditionKind kind, Path path, std::vector<std::variant<Value, Path>> operands,
                           bool is_size) {
  return {.kind = kind, .path = std::move(path), .is_size = is_size, .operands = std::move(operands)};
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
  Condition negation{.kind = ConditionKind::kNot};
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

namespace {

/// The property `name` of a map, or of the alternative that has it. Where several alternatives do, `value`
/// tells which one is meant.
const AttributeSchema* find_property(const AttributeSchema& at, const std::string& name, const Value* value) {
  if (at.type == AttributeType::kMap) return at.property(name);
  const AttributeSchema* found = nullptr;
  for (const AttributeSchema& alternative : at.properties) {
    const AttributeSchema* const property = alternative.property(name);
    if (property == nullptr) continue;
    std::vector<AttributeError> errors;
    if (value != nullptr) check_value(*property, *value, name, errors, Rigor::kForm);
    if (errors.empty()) return property;
    found = property;
  }
  return found;
}

}  // namespace

Result<ResolvedPath> resolve(const EntitySchema& schema, const Path& path, Placeholders& names,
                             const Value* value) {
  if (path.is_stored()) {
    const std::string name = names.name(path.root(), path.root());
    return ResolvedPath{name, name, nullptr};
  }
  const AttributeSchema* at = schema.attribute(path.root());
  if (at == nullptr) {
    return entity_error(schema, ErrorCode::kInvalidAttributeMissing,
                        "There is no attribute '" + path.root() + "'");
  }
  ResolvedPath resolved;
  resolved.expression = resolved.name = names.name(at->name, at->field);
  for (std::size_t i = 1; i < path.steps().size(); ++i) {
    const Path::Step& step = path.steps()[i];
    if (const auto* const place = std::get_if<std::size_t>(&step)) {
      resolved.expression += "[" + std::to_string(*place) + "]";
      const bool is_list =
          at != nullptr && (at->type == AttributeType::kList || at->type == AttributeType::kTuple);
      at = is_list ? at->element_at(*place) : nullptr;
      // A list's elements have no name of their own.
      if (is_list) resolved.name = "#p";
      continue;
    }
    const std::string& name = *std::get_if<std::string>(&step);
    const AttributeSchema* below = nullptr;
    if (at != nullptr && (at->type == AttributeType::kMap || at->type == AttributeType::kVariant)) {
      below = find_property(*at, name, value);
      if (below == nullptr) {
        return entity_error(schema, ErrorCode::kInvalidAttributeMissing,
                            "There is no attribute '" + path.text() + "'");
      }
    } else if (at != nullptr && at->type == AttributeType::kRecord) {
      below = &at->element.front();
    }
    const std::string placeholder =
        names.name(name, below == nullptr || below->name == "*" ? std::string_view(name) : below->field);
    resolved.expression += "." + placeholder;
    // Values inside of what has no schema are named after the attribute.
    if (below != nullptr) resolved.name = placeholder;
    at = below;
  }
  resolved.attribute = at;
  return resolved;
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
