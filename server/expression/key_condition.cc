#include "server/expression/key_condition.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <type_traits>
#include <variant>

#include "server/expression/growing_array.h"

namespace lodestone {
namespace {

using TermResult = Result<KeyTerm, ExpressionError>;

Failure<ExpressionError> invalid(std::string_view text) {
  return {ExpressionError{"Invalid KeyConditionExpression: " + std::string(text)}};
}

Failure<ExpressionError> bare(std::string_view text) { return {ExpressionError{std::string(text)}}; }

Failure<ExpressionError> invalid_operator(std::string_view op) {
  return invalid("Invalid operator used in KeyConditionExpression: " + std::string(op));
}

Failure<ExpressionError> key_not_first(std::string_view op) {
  return invalid("Invalid condition in KeyConditionExpression: " + std::string(op) +
                 " operator must have the key attribute as its first operand");
}

/// Checks the operands of one condition, the attribute expected first: it alone may be a path.
Result<void, ExpressionError> check_operands(std::span<const Operand* const> operands) {
  std::size_t paths = 0;
  for (const Operand* operand : operands) {
    if (operand->is_size) return invalid("KeyConditionExpressions cannot contain nested operations");
    if (!operand->is_path()) continue;
    if (!operand->path.is_top_level()) {
      return invalid("KeyConditionExpressions cannot have conditions on nested attributes");
    }
    ++paths;
  }
  if (paths > 1) {
    return invalid(
        "Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition");
  }
  if (paths == 0) return invalid("Invalid condition in KeyConditionExpression: No key attribute specified");
  return {};
}

KeyOperator operator_of(Comparator comparator) {
  switch (comparator) {
    case Comparator::kEqual:
      return KeyOperator::kEqual;
    case Comparator::kLess:
      return KeyOperator::kLess;
    case Comparator::kLessOrEqual:
      return KeyOperator::kLessOrEqual;
    case Comparator::kGreater:
      return KeyOperator::kGreater;
    case Comparator::kGreaterOrEqual:
      return KeyOperator::kGreaterOrEqual;
    case Comparator::kNotEqual:
      break;
  }
  return KeyOperator::kNotIndexable;
}

/// The operator for the operands the other way round: `:v < a` is `a > :v`.
KeyOperator mirrored(KeyOperator op) {
  switch (op) {
    case KeyOperator::kLess:
      return KeyOperator::kGreater;
    case KeyOperator::kLessOrEqual:
      return KeyOperator::kGreaterOrEqual;
    case KeyOperator::kGreater:
      return KeyOperator::kLess;
    case KeyOperator::kGreaterOrEqual:
      return KeyOperator::kLessOrEqual;
    default:
      return op;
  }
}

TermResult term_of(const Comparison& comparison) {
  if (comparison.comparator == Comparator::kNotEqual) return invalid_operator("<>");
  const Operand* operands[] = {&comparison.left, &comparison.right};
  LODESTONE_TRY(check_operands(operands));
  const KeyOperator op = operator_of(comparison.comparator);
  if (comparison.left.is_path()) {
    return KeyTerm{comparison.left.path.attribute(), op, comparison.right.constant, {}};
  }
  return KeyTerm{comparison.right.path.attribute(), mirrored(op), comparison.left.constant, {}};
}

TermResult term_of(const Between& between) {
  const Operand* operands[] = {&between.operand, &between.lower, &between.upper};
  LODESTONE_TRY(check_operands(operands));
  if (!between.operand.is_path()) return key_not_first("BETWEEN");
  return KeyTerm{between.operand.path.attribute(), KeyOperator::kBetween, between.lower.constant,
                 between.upper.constant};
}

TermResult term_of(const BeginsWith& begins_with) {
  const Operand* operands[] = {&begins_with.operand, &begins_with.prefix};
  LODESTONE_TRY(check_operands(operands));
  if (!begins_with.operand.is_path()) return key_not_first("begins_with");
  return KeyTerm{
      begins_with.operand.path.attribute(), KeyOperator::kBeginsWith, begins_with.prefix.constant, {}};
}

TermResult term_of(const AnyOf&) { return invalid_operator("OR"); }
TermResult term_of(const Not&) { return invalid_operator("NOT"); }
TermResult term_of(const In&) { return invalid_operator("IN"); }
TermResult term_of(const Exists& exists) {
  return invalid_operator(exists.expected ? "attribute_exists" : "attribute_not_exists");
}
TermResult term_of(const IsType&) { return invalid_operator("attribute_type"); }
TermResult term_of(const Contains&) { return invalid_operator("contains"); }

TermResult term_of(const AllOf&) { return invalid_operator("AND"); }

Result<void, ExpressionError> collect(const Condition& condition, GrowingArray<KeyTerm>& terms) {
  return std::visit(
      [&](const auto& node) -> Result<void, ExpressionError> {
        if constexpr (std::is_same_v<std::decay_t<decltype(node)>, AllOf>) {
          for (const Condition* part : node.conditions) LODESTONE_TRY(collect(*part, terms));
        } else {
          LODESTONE_ASSIGN(const KeyTerm term, term_of(node));
          terms.push_back(term);
        }
        return {};
      },
      condition.node);
}

// With a schema

const KeyTerm* find_term(std::span<const KeyTerm> terms, std::string_view attribute) {
  const auto at = std::ranges::find(terms, attribute, &KeyTerm::attribute);
  return at == terms.end() ? nullptr : &*at;
}

const KeyAttribute* find_attribute(std::span<const KeyAttribute> attributes, std::string_view name) {
  const auto at = std::ranges::find(attributes, name, &KeyAttribute::name);
  return at == attributes.end() ? nullptr : &*at;
}

constexpr std::string_view kNotSupported = "Query key condition not supported";

Failure<ExpressionError> missing(const KeyAttribute& attribute) {
  return bare("Query condition missed key schema element: " + std::string(attribute.name));
}

Result<void, ExpressionError> check_value(const KeyAttribute& attribute, const Value& value) {
  if (value.type() != attribute.type) {
    return bare(
        "One or more parameter values were invalid: Condition parameter type does not match schema type");
  }
  if (!value.text().empty()) return {};
  return bare(
      "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an "
      "empty " +
      std::string(value.type() == Type::kB ? "binary" : "string") +
      " value. Key: " + std::string(attribute.name));
}

Result<void, ExpressionError> check_values(const KeyAttribute& attribute, const KeyTerm& term) {
  if (term.op == KeyOperator::kNotIndexable) {
    return bare("Attempted conditional constraint is not an indexable operation");
  }
  // The operators for text have no meaning for numbers, whatever the value.
  if (term.op == KeyOperator::kBeginsWith && attribute.type == Type::kN) {
    return bare(
        "One or more parameter values were invalid: Condition parameter type does not match schema type");
  }
  LODESTONE_TRY(check_value(attribute, term.first));
  if (term.op == KeyOperator::kBetween) return check_value(attribute, term.second);
  return {};
}

void add_range(const KeyTerm& term, GrowingArray<Value>& equal, KeyQuery& query) {
  if (term.op == KeyOperator::kEqual) {
    equal.push_back(term.first);
  } else {
    query.range = RangeCondition{term.op, term.first, term.second};
  }
}

Result<KeyQuery, ExpressionError> plan_simple_query(std::span<const KeyTerm> terms, const QuerySchema& schema,
                                                    KeyConditionSource source, Arena& arena) {
  if (terms.size() > 2) {
    constexpr std::string_view kLength = "Conditions can be of length 1 or 2 only";
    return source == KeyConditionSource::kExpression ? invalid(kLength) : bare(kLength);
  }
  const KeyAttribute& hash = schema.hash.front();
  const KeyTerm* hash_term = find_term(terms, hash.name);
  if (hash_term == nullptr) return missing(hash);
  if (hash_term->op != KeyOperator::kEqual || (terms.size() == 2 && schema.range.empty())) {
    return bare(kNotSupported);
  }
  LODESTONE_TRY(check_values(hash, *hash_term));

  KeyQuery query;
  GrowingArray<Value> hash_values(arena);
  hash_values.push_back(hash_term->first);
  query.hash = hash_values.span();
  if (terms.size() < 2) return query;

  const KeyAttribute& range = schema.range.front();
  const KeyTerm* range_term = find_term(terms, range.name);
  if (range_term == nullptr) return missing(range);
  LODESTONE_TRY(check_values(range, *range_term));
  GrowingArray<Value> equal(arena);
  add_range(*range_term, equal, query);
  query.range_equal = equal.span();
  return query;
}

/// Of a key of several attributes: all of the hash by equality; of the range the first ones by equality, then
/// one by anything.
Result<KeyQuery, ExpressionError> plan_wide_query(std::span<const KeyTerm> terms, const QuerySchema& schema,
                                                  Arena& arena) {
  for (const KeyTerm& term : terms) {
    const bool is_key = find_attribute(schema.hash, term.attribute) != nullptr ||
                        find_attribute(schema.range, term.attribute) != nullptr;
    if (!is_key) return bare(kNotSupported);
  }
  KeyQuery query;
  GrowingArray<Value> hash_values(arena);
  for (const KeyAttribute& attribute : schema.hash) {
    const KeyTerm* term = find_term(terms, attribute.name);
    if (term == nullptr || term->op != KeyOperator::kEqual) {
      return bare("HASH key attributes " + std::string(attribute.name) +
                  " must have equality conditions specified in the query");
    }
    LODESTONE_TRY(check_values(attribute, *term));
    hash_values.push_back(term->first);
  }
  query.hash = hash_values.span();

  GrowingArray<Value> equal(arena);
  const KeyAttribute* without_equality = nullptr;
  for (const KeyAttribute& attribute : schema.range) {
    const KeyTerm* term = find_term(terms, attribute.name);
    if (term != nullptr && without_equality != nullptr) {
      return bare(
          "RANGE key attributes " + std::string(without_equality->name) +
          " must have equality conditions specified in the query because a condition is present on key "
          "attribute " +
          std::string(attribute.name));
    }
    if (term == nullptr || term->op != KeyOperator::kEqual) {
      if (without_equality == nullptr) without_equality = &attribute;
    }
    if (term == nullptr) continue;
    LODESTONE_TRY(check_values(attribute, *term));
    add_range(*term, equal, query);
  }
  query.range_equal = equal.span();
  return query;
}

}  // namespace

Result<std::span<const KeyTerm>, ExpressionError> key_terms(const Condition& condition, Arena& arena) {
  GrowingArray<KeyTerm> terms(arena);
  LODESTONE_TRY(collect(condition, terms));
  const std::span<const KeyTerm> found = terms.span();
  for (std::size_t i = 1; i < found.size(); ++i) {
    if (find_term(found.first(i), found[i].attribute) != nullptr) {
      return invalid("KeyConditionExpressions must only contain one condition per key");
    }
  }
  return found;
}

std::optional<KeyTerm> key_term(const Condition& condition) {
  const TermResult term = std::visit([](const auto& node) { return term_of(node); }, condition.node);
  return term.ok() ? std::optional(*term) : std::nullopt;
}

Result<KeyQuery, ExpressionError> plan_query(std::span<const KeyTerm> terms, const QuerySchema& schema,
                                             KeyConditionSource source, Arena& arena) {
  const bool is_wide = schema.hash.size() > 1 || schema.range.size() > 1;
  return is_wide ? plan_wide_query(terms, schema, arena) : plan_simple_query(terms, schema, source, arena);
}

}  // namespace lodestone
