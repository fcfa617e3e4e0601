/// What CreateTable and UpdateTable have in common: key schemas, indexes, throughput and their checks.
///
/// Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html. Pure
/// functions.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "server/api/api_error.h"
#include "server/api/json_access.h"
#include "server/api/table_record.h"

namespace lodestone {

/// AttributeDefinitions; empty where the parameter is absent.
[[nodiscard]] ApiResult<std::vector<KeyElement>> read_attribute_definitions(const JsonValue& request);

/// A KeySchema against the definitions. A global index may have several attributes of each role.
[[nodiscard]] ApiResult<KeySchema> read_key_schema(const JsonValue& owner,
                                                   const std::vector<KeyElement>& definitions,
                                                   bool several_attributes);

/// Name and key of one element of LocalSecondaryIndexes, GlobalSecondaryIndexes or a Create action, without
/// the checks that compare it with the table. Its space is not allotted yet.
[[nodiscard]] ApiResult<IndexRecord> read_index(const JsonValue& json,
                                                const std::vector<KeyElement>& definitions, bool global);

/// Projection of such an element, into `index`.
[[nodiscard]] ApiResult<void> read_projection(const JsonValue& json, IndexRecord& index);

/// ProvisionedThroughput of the table or an index; nullopt where it is absent. Checks the upper bounds.
[[nodiscard]] ApiResult<std::optional<Throughput>> read_throughput(const JsonValue& owner);

/// OnDemandThroughput; nullopt where it is absent or empty. `where` is "table" or "index <name>".
[[nodiscard]] ApiResult<std::optional<OnDemandLimits>> read_on_demand(const JsonValue& owner,
                                                                      std::string_view where);

[[nodiscard]] std::optional<WarmThroughput> read_warm(const JsonValue& owner);

/// `[a, b]`, as messages list names.
[[nodiscard]] std::string listed(const std::vector<std::string_view>& names);

/// The names that the key schemas of a table use.
[[nodiscard]] std::vector<std::string_view> used_key_names(const TableRecord& record);

/// Forgets the attributes that no key schema uses any more.
void drop_unused_definitions(TableRecord& record);

/// At most 20 names per index, 100 over all indexes of a table.
[[nodiscard]] ApiResult<void> check_projected_attributes(const TableRecord& record);

}  // namespace lodestone
