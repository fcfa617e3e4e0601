/// How the control plane tells of a table: the TableDescription of its replies.
///
/// Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TableDescription.html
#pragma once

#include <optional>

#include "server/api/catalog.h"
#include "server/api/json_writer.h"
#include "server/api/request.h"

namespace lodestone {

/// The whole description. `status` replaces the table's own: a reply to a change tells the transient status
/// even where it is over at once.
void write_table_description(JsonWriter& json, const Request& request, Table& table,
                             std::optional<TableStatus> status = std::nullopt);

/// The shorter one that DeleteTable answers.
void write_deleted_table_description(JsonWriter& json, const Request& request, Table& table);

}  // namespace lodestone
