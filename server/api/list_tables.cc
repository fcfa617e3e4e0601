// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ListTables.html
#include <shared_mutex>
#include <vector>

#include "server/api/engine.h"
#include "server/api/json_writer.h"
#include "server/api/operations.h"

namespace lodestone {

ApiResult<void> list_tables(Request& request, std::string& reply) {
  constexpr std::int64_t kMostNames = 100;
  const auto limit = static_cast<std::size_t>(integer_member(request.json, "Limit").value_or(kMostNames));
  const std::string_view after = text_member(request.json, "ExclusiveStartTableName").value_or("");
  Engine& engine = request.engine;
  const std::shared_lock lock(engine.catalog.lock());
  std::vector<std::string_view> names;
  bool more = false;
  engine.catalog.visit_after(scope_of(engine, request.caller), after, [&](Table& table) {
    more = names.size() == limit;
    if (!more) names.push_back(table.record.name);
    return !more;
  });
  JsonWriter json(reply);
  json.begin_object().key("TableNames").begin_array();
  for (const std::string_view name : names) json.value(name);
  json.end_array();
  if (more) json.field("LastEvaluatedTableName", names.back());
  json.end_object();
  return {};
}

}  // namespace lodestone
