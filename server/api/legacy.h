/// The parameters that came before expressions, compiled to the same trees.
///
/// Expected, QueryFilter, ScanFilter with ConditionalOperator become a Condition; KeyConditions become
/// KeyTerms; AttributeUpdates becomes an Update. Names are attributes, never paths. What is compiled lives in
/// the request's arena.
///
/// Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LegacyConditionalParameters.html
#pragma once

#include <span>
#include <string_view>

#include "server/api/request.h"
#include "server/expression/condition.h"
#include "server/expression/key_condition.h"
#include "server/expression/update.h"

namespace lodestone {

/// Expected; nullptr where the request has none, or an empty one.
[[nodiscard]] ApiResult<const Condition*> read_expected(const JsonValue& json, Arena& arena);

/// QueryFilter or ScanFilter, by `parameter`; nullptr where the request has none, or an empty one.
[[nodiscard]] ApiResult<const Condition*> read_filter(Request& request, std::string_view parameter);

/// KeyConditions, which the request has.
[[nodiscard]] ApiResult<std::span<const KeyTerm>> read_key_conditions(Request& request);

/// AttributeUpdates; nullptr where the request has none, or an empty one.
[[nodiscard]] ApiResult<const Update*> read_attribute_updates(const JsonValue& json, Arena& arena);

}  // namespace lodestone
