/// Union and difference of DynamoDB's sets, as ADD and DELETE make them.
///
/// Sets stay sorted and free of duplicates (storage/value.h). Pure but for the Arena.
#pragma once

#include <optional>

#include "storage/arena.h"
#include "storage/value.h"

namespace lodestone {

/// Both of one set type. Views of their elements.
[[nodiscard]] Value set_union(const Value& a, const Value& b, Arena& arena);

/// What of `a` is not in `b`; nullopt where nothing is, for there are no empty sets.
[[nodiscard]] std::optional<Value> set_difference(const Value& a, const Value& b, Arena& arena);

}  // namespace lodestone
