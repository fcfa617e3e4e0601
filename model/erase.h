/// Deletes what a query or a scan finds.
#pragma once

#include <cstddef>
#include <vector>

#include "model/error.h"
#include "model/request.h"
#include "model/schema.h"
#include "model/table.h"

namespace lodestone::model {

/// Reads page after page of the request, and deletes the items that are one of the entities', 25 a call. They
/// must share the table's key. The result: how many were deleted. Error 5001 where the service leaves some
/// out, however often it is asked; what was deleted until then is gone.
[[nodiscard]] Result<std::size_t> run_erase(const Table& table,
                                            const std::vector<const EntitySchema*>& entities, Request request,
                                            const BatchOptions& options, bool ignore_ownership = false);

}  // namespace lodestone::model
