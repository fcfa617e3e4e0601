/// What Query and Scan read alike: index, Select, projection, filter, limit, ExclusiveStartKey; and how they
/// reply.
///
/// Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Query.html and API_Scan.html
#pragma once

#include <optional>
#include <string_view>

#include "server/api/expression_inputs.h"
#include "server/api/item_read.h"

namespace lodestone {

/// ExclusiveStartKey's values; nullopt where there is none.
[[nodiscard]] ApiResult<std::optional<Item>> read_start_key(Request& request);

/// Select against the other parameters that choose attributes. `wrapped`: see ExpressionParameters.
[[nodiscard]] ApiResult<void> check_select(const JsonValue& json, bool wrapped);

/// Finds table and index, and settles what of them is returned. `page.filter` and `page.projection` are set
/// before.
[[nodiscard]] ApiResult<void> choose_source(Request& request, PageRequest& page);

/// Moves the beginning (or, backwards, the end) of the range behind the row of a start key that fits the
/// schema.
void start_behind(PageRequest& page, std::string_view row_key);

/// What answers a start key that does not fit the table's key: other attributes, or other types.
struct StartKeyMismatch {
  std::string_view names;
  std::string_view types;
};

/// The key of the row that a start key stands for, which must hold exactly the key attributes of table and
/// index.
[[nodiscard]] ApiResult<std::string> start_row(const PageRequest& page, Item start_key,
                                               const StartKeyMismatch& mismatch, Arena& arena);

/// Reads the page and writes the reply.
[[nodiscard]] ApiResult<void> reply_page(Request& request, const PageRequest& page, std::string& reply);

}  // namespace lodestone
