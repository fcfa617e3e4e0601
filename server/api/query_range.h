/// From conditions on a key to a range of rows.
///
/// Memory of the arena and of the page. Source:
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.KeyConditionExpressions.html
#pragma once

#include <span>

#include "server/api/api_error.h"
#include "server/api/item_read.h"
#include "server/expression/key_condition.h"
#include "storage/arena.h"
#include "storage/layout.h"

namespace lodestone {

/// The key of the table or index that the page is of.
[[nodiscard]] const KeySchema& queried_key(const PageRequest& page);

/// The same as the expressions' layer has it; views of `key`.
[[nodiscard]] QuerySchema query_schema(const KeySchema& key, Arena& arena);

/// A fault in the meaning of a key condition. Once it was told without the parameter's name in front.
[[nodiscard]] Failure<ApiError> key_condition_fault(ExpressionError error);

/// Fits the terms to the key, with the faults of their types and sizes.
[[nodiscard]] ApiResult<KeyQuery> plan_key_query(const KeySchema& key, std::span<const KeyTerm> terms,
                                                 KeyConditionSource source, Arena& arena);

/// Sets page.begin and page.end to the rows that the query is about.
void set_query_range(PageRequest& page, const KeyQuery& query);

}  // namespace lodestone
