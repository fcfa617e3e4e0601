/// Keys of requests against a table's schema: the checks of every operation that names or writes an item.
///
/// Sources: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html (sizes of
/// keys) and https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/CommonErrors.html. Pure
/// functions.
#pragma once

#include <span>

#include "server/api/api_error.h"
#include "storage/arena.h"
#include "storage/layout.h"
#include "storage/value.h"

namespace lodestone {

inline constexpr std::size_t kMaxItemBytes = 400 * 1024;

/// The values of `Key`, in schema order: it must hold exactly the key attributes, with their types.
[[nodiscard]] ApiResult<std::span<const Value>> read_key(const TableLayout& table, Item key, Arena& arena);

/// The key values of an item that is to be stored, in schema order.
[[nodiscard]] ApiResult<std::span<const Value>> read_item_key(const TableLayout& table, Item item,
                                                              Arena& arena);

/// The fault of an empty value for a key attribute of the table.
[[nodiscard]] Failure<ApiError> empty_key_value(std::string_view attribute, Type type);

/// Sizes and emptiness of the table's key values.
[[nodiscard]] ApiResult<void> check_key_values(const KeySchema& schema, std::span<const Value> values);

/// The index keys among an item's attributes: types, emptiness and sizes.
[[nodiscard]] ApiResult<void> check_index_keys(const TableLayout& table, Item item);

/// One attribute that would be the key of an index: its type only.
[[nodiscard]] ApiResult<void> check_index_key_type(const IndexLayout& index, const KeyElement& element,
                                                   const Value& value);

}  // namespace lodestone
