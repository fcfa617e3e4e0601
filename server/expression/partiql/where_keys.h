/// What a WHERE clause says of the key of a table or index, and what it says besides.
///
/// From this follows which reads a SELECT becomes: of items where the whole key is given, of the rows of one
/// or several partitions where their keys are, of everything otherwise. Pure functions; the results live in
/// the Arena and in the condition. Source:
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.select.html
#pragma once

#include <span>

#include "server/expression/condition.h"
#include "server/expression/key_condition.h"
#include "storage/arena.h"

namespace lodestone::partiql {

struct WhereKeys {
  /// The partitions' keys, one value for each hash attribute in schema order; different, as they are written.
  /// Empty where the clause does not confine the read to some.
  std::span<const std::span<const Value>> partitions;
  /// Whether IN or OR gives them.
  bool listed = false;
  /// On the range attributes in schema order: the first ones by equality, then at most one by another
  /// operator.
  std::span<const KeyTerm> range;
  /// What is left; nullptr where nothing is.
  const Condition* rest = nullptr;

  /// Whether each partition and the range terms give whole keys.
  [[nodiscard]] bool whole(const QuerySchema& schema) const {
    return !partitions.empty() && range.size() == schema.range.size() &&
           (range.empty() || range.back().op == KeyOperator::kEqual);
  }
};

/// `where` may be nullptr.
[[nodiscard]] WhereKeys find_keys(const Condition* where, const QuerySchema& schema, Arena& arena);

}  // namespace lodestone::partiql
