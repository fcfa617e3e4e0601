/// AttributeValue JSON of a request, made into canonical Values, with the service's faults.
///
/// JSON types are checked before (server/api/shape_check.h). Strings stay views into the request; everything
/// else lives in the arena. Pure functions. Source:
/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html
#pragma once

#include "server/api/api_error.h"
#include "server/api/json_access.h"
#include "storage/arena.h"
#include "storage/value.h"

namespace lodestone {

[[nodiscard]] ApiResult<Value> read_value(const JsonValue& json, Arena& arena);
/// The same without a limit to its nesting but that of the request's JSON.
[[nodiscard]] ApiResult<Value> read_deep_value(const JsonValue& json, Arena& arena);

/// Whether the fault is that a value is nested too deeply.
[[nodiscard]] bool is_nesting_fault(const ApiError& error);

/// A map of names to AttributeValues: an item or a key.
[[nodiscard]] ApiResult<Item> read_item(const JsonValue& json, Arena& arena);

/// Sorts by name; of attributes with one name the last stays. Returns the front part that is left.
[[nodiscard]] std::span<Attribute> sort_attributes(std::span<Attribute> attributes);

}  // namespace lodestone
