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

/// The table of a ResourceArn: what the tag operations work on.
[[nodiscard]] ApiResult<Table*> find_tagged_table(Request& request, std::string_view operation);

}  // namespace lodestone
