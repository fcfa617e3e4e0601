// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeTable.html
#include <shared_mutex>

#include "server/api/operations.h"
#include "server/api/table_description.h"
#include "server/api/table_lookup.h"

namespace lodestone {

ApiResult<void> describe_table(Request& request, std::string& reply) {
  const std::shared_lock lock(request.engine.catalog.lock());
  LODESTONE_ASSIGN(Table * table, find_table(request, *text_member(request.json, "TableName")));
  JsonWriter json(reply);
  json.begin_object().key("Table");
  write_table_description(json, request, *table);
  json.end_object();
  return {};
}

}  // namespace lodestone
