/// SELECT, compiled to what GetItem, Query and Scan do.
///
/// By the WHERE clause: reads of items where it gives whole keys, of partitions' rows where it gives
/// partition keys, of everything otherwise. With IN or OR on the partition key there are several reads, one
/// after another. Memory of the request's arena. Source:
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.select.html
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "server/api/engine.h"
#include "server/expression/partiql/statement.h"

namespace lodestone {

/// Performs ExecuteStatement of a SELECT and writes the whole reply.
[[nodiscard]] ApiResult<void> select_items(Request& request, const partiql::Select& select,
                                           std::string& reply);

/// One item, read by its row's key.
struct ItemRead {
  bool exists = false;
  bool selected = false;  ///< it exists and meets the filter
  std::size_t bytes = 0;
};

/// Appends to `out` what the projection leaves of the item where it is selected. `filter` and `projection`
/// may be nullptr.
[[nodiscard]] ApiResult<ItemRead> read_one_item(Request& request, std::string_view row,
                                                const Condition* filter, const Projection* projection,
                                                std::string& out);

}  // namespace lodestone
