// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeTimeToLive.html
#include <shared_mutex>

#include "server/api/json_writer.h"
#include "server/api/operations.h"
#include "server/api/table_lookup.h"

namespace lodestone {

ApiResult<void> describe_time_to_live(Request& request, std::string& reply) {
  const std::shared_lock lock(request.engine.catalog.lock());
  LODESTONE_ASSIGN(Table * table, find_table(request, *text_member(request.json, "TableName")));
  const auto& setting = table->record.time_to_live;
  const bool changing = setting && request.now < setting->settles_at;
  JsonWriter json(reply);
  json.begin_object().key("TimeToLiveDescription").begin_object();
  if (setting && setting->enabled) {
    json.field("TimeToLiveStatus", changing ? "ENABLING" : "ENABLED")
        .field("AttributeName", setting->attribute);
  } else if (changing) {
    json.field("TimeToLiveStatus", "DISABLING").field("AttributeName", setting->attribute);
  } else {
    json.field("TimeToLiveStatus", "DISABLED");
  }
  json.end_object().end_object();
  return {};
}

}  // namespace lodestone
