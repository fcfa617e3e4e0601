/// Finding tables for the control plane, and the words for tables that are not ready.
#pragma once

#include <string_view>

#include "server/api/engine.h"
#include "server/api/request.h"

namespace lodestone {

/// The table of a name or ARN whatever its status; `Requested resource not found: Table: t not found` where
/// there is none. With the catalog's lock held.
[[nodiscard]] ApiResult<Table*> find_table(Request& request, std::string_view name_or_arn);

/// ResourceInUseException where the table is being created, updated or deleted.
[[nodiscard]] ApiResult<void> check_settled(const Table& table, Millis now);

/// The name of the table in a ResourceArn, which the tag operations work on. A view of the request.
[[nodiscard]] ApiResult<std::string_view> tagged_table_name(const Request& request);
/// The table of that name.
[[nodiscard]] ApiResult<Table*> find_tagged_table(Request& request, std::string_view name,
                                                  std::string_view operation);

}  // namespace lodestone
