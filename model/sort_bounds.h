/// What sort-key operators mean where keys go on behind the values that they compare (Compare::kExact).
///
/// Pure functions; thread-safe.
#pragma once

#include <string_view>

#include "model/condition.h"
#include "model/reads.h"
#include "model/schema.h"
#include "model/value.h"

namespace lodestone::model {

/// An attribute of the entity against a value.
[[nodiscard]] Condition compare(std::string_view attribute, ConditionKind kind, const Value& value);

/// Whether the last attribute that is compared is a number: its text in the key is followed by a label.
[[nodiscard]] bool ends_with_number(const EntitySchema& schema, const KeySchema& sk, const Record& operands);

/// What an operator finds by the keys' text and does not mean: of gt the equal ones, of lte and between those
/// that only begin with the value. Empty: nothing.
[[nodiscard]] Condition not_meant(const EntitySchema& schema, const KeySchema& sk, SortOperator sort_operator,
                                  const Record& from, const Record& to);

/// Error 2002 where the attributes that are given leave a gap in the sort key, 2006 where they are not part
/// of it: they would narrow nothing.
[[nodiscard]] Result<Done> check_order(const EntitySchema& schema, const KeySchema& sk, const Record& given,
                                       const Record& compared);

}  // namespace lodestone::model
