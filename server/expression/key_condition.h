/// Key conditions: what a KeyConditionExpression asks of the keys of a table or index.
///
/// The expression parses as any condition (condition.h, kind kKeyCondition). Here it becomes a list of
/// KeyTerms, by the rules that need no schema, and with the schema a KeyQuery: a partition and a range of it.
/// Legacy KeyConditions enter as KeyTerms. All memory is in the Arena, the expression and the values; reading
/// is thread-safe.
///
/// Source:
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.KeyConditionExpressions.html
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "server/expression/condition.h"
#include "server/expression/expression_error.h"
#include "storage/arena.h"
#include "storage/result.h"
#include "storage/value.h"

namespace lodestone {

enum class KeyOperator : std::uint8_t {
  kEqual,
  kLess,
  kLessOrEqual,
  kGreater,
  kGreaterOrEqual,
  kBetween,
  kBeginsWith,
  kNotIndexable,  ///< the other operators of the legacy KeyConditions, for plan_query to refuse
};

/// One condition on one attribute: its value on the left, `first` (and for kBetween `second`) on the right.
struct KeyTerm {
  std::string_view attribute;
  KeyOperator op = KeyOperator::kEqual;
  Value first;
  Value second;
};

/// The conditions in the order in which they are written, on top-level attributes, at most one on each.
[[nodiscard]] Result<std::span<const KeyTerm>, ExpressionError> key_terms(const Condition& condition,
                                                                          Arena& arena);

/// One condition as a term; nullopt where it is none on a single top-level attribute.
[[nodiscard]] std::optional<KeyTerm> key_term(const Condition& condition);

struct KeyAttribute {
  std::string_view name;
  Type type = Type::kS;
};

/// The key of the table or index that is queried: one hash attribute and at most one range attribute, or up
/// to four of each.
struct QuerySchema {
  std::span<const KeyAttribute> hash;
  std::span<const KeyAttribute> range;
};

struct RangeCondition {
  KeyOperator op = KeyOperator::kEqual;  ///< never kEqual in a KeyQuery
  Value first;
  Value second;
};

struct KeyQuery {
  /// One value for each hash attribute, in schema order.
  std::span<const Value> hash;
  /// The values that the first range attributes must equal, in schema order.
  std::span<const Value> range_equal;
  /// On the range attribute after those.
  std::optional<RangeCondition> range;
};

enum class KeyConditionSource : std::uint8_t { kExpression, kKeyConditions };

/// Fits the terms to the schema, or says in the service's words why they don't. The sizes of key values are
/// not checked.
[[nodiscard]] Result<KeyQuery, ExpressionError> plan_query(std::span<const KeyTerm> terms,
                                                           const QuerySchema& schema,
                                                           KeyConditionSource source, Arena& arena);

}  // namespace lodestone
