/// What PutItem, UpdateItem, DeleteItem and the actions of a transaction ask for, made into ItemWrites.
///
/// First what the request says by itself, then what needs the table, as the service checks it. Sources: the
/// API reference's pages of these operations. The results live in the request's arena.
#pragma once

#include "server/api/expression_inputs.h"
#include "server/api/item_write.h"

namespace lodestone {

/// `json` is the operation's request or the transaction's action of that kind.
[[nodiscard]] ApiResult<ItemWrite> read_put(Request& request, const JsonValue& json,
                                            const ExpressionParameters& parameters);
[[nodiscard]] ApiResult<ItemWrite> read_update(Request& request, const JsonValue& json,
                                               const ExpressionParameters& parameters);
[[nodiscard]] ApiResult<ItemWrite> read_delete(Request& request, const JsonValue& json,
                                               const ExpressionParameters& parameters);
[[nodiscard]] ApiResult<ItemWrite> read_check(Request& request, const JsonValue& json,
                                              const ExpressionParameters& parameters);

/// With write.table set: the checks against its schema; makes the row's key.
[[nodiscard]] ApiResult<void> fit_to_table(ItemWrite& write, Scratch& scratch);

}  // namespace lodestone
