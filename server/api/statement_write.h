/// INSERT, UPDATE, DELETE and EXISTS, compiled to the writes of PutItem, UpdateItem, DeleteItem and
/// ConditionCheck.
///
/// Memory of the request's arena. Sources:
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.insert.html,
/// ql-reference.update.html, ql-reference.delete.html and ql-functions.exists.html
#pragma once

#include "server/api/item_write.h"
#include "server/expression/partiql/statement.h"

namespace lodestone {

/// UPDATE and DELETE of an index.
[[nodiscard]] ApiResult<void> check_written_source(const partiql::Statement& statement);

/// The write that the statement, not a SELECT, asks of its table. What needs the table's schema besides the
/// names of its key is left to fit_to_table (server/api/item_write_request.h).
[[nodiscard]] ApiResult<ItemWrite> make_write(const partiql::Statement& statement, Table* table,
                                              bool item_on_failure, Arena& arena);

/// What RETURNING asks for of a write that is done; empty where there is nothing.
[[nodiscard]] Item returned_item(const partiql::Statement& statement, const ItemWrite& write, Arena& arena);

}  // namespace lodestone
