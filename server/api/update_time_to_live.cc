// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTimeToLive.html
#include <mutex>

#include "server/api/json_writer.h"
#include "server/api/maintenance.h"
#include "server/api/operations.h"
#include "server/api/table_lookup.h"

namespace lodestone {
namespace {

ApiResult<void> check_change(const std::optional<TimeToLive>& current, bool enable,
                             std::string_view attribute, Millis now) {
  if (current && now < current->settles_at) {
    return validation_error("Time to live has been modified multiple times within a fixed interval");
  }
  const bool enabled = current && current->enabled;
  if (enabled && current->attribute != attribute) {
    return validation_error("TimeToLive is active on a different AttributeName: current AttributeName is " +
                            current->attribute);
  }
  if (enable && enabled) return validation_error("TimeToLive is already enabled");
  if (!enable && !enabled) return validation_error("TimeToLive is already disabled");
  return {};
}

}  // namespace

ApiResult<void> update_time_to_live(Request& request, std::string& reply) {
  const JsonValue& specification = *member(request.json, "TimeToLiveSpecification");
  const bool enable = *flag_member(specification, "Enabled");
  const std::string_view attribute = *text_member(specification, "AttributeName");
  Engine& engine = request.engine;
  TableIdentity changed;
  {
    const std::scoped_lock lock(engine.catalog.lock());
    LODESTONE_ASSIGN(Table * table, find_table(request, *text_member(request.json, "TableName")));
    TableRecord& record = table->record;
    LODESTONE_TRY(check_change(record.time_to_live, enable, attribute, request.now));
    Batch batch;
    if (enable) {
      record.time_to_live = TimeToLive{std::string(attribute), true, engine.catalog.next_space(), Millis(0)};
    } else {
      erase_space(batch, record.time_to_live->space);
      record.time_to_live->enabled = false;
      record.time_to_live->space = 0;
    }
    // By default a change is over at once, and may be followed by another one: the service makes callers wait
    // an hour.
    if (engine.transient_status_delay.count() > 0) {
      record.time_to_live->settles_at = request.now + engine.transient_status_delay;
    }
    LODESTONE_TRY_STORAGE(engine.catalog.save(*table, batch));
    changed = identity_of(*table);
  }
  if (enable) LODESTONE_TRY(build_expiry_rows(engine, request.scratch, changed));
  JsonWriter json(reply);
  json.begin_object().key("TimeToLiveSpecification").begin_object();
  json.field("Enabled", enable).field("AttributeName", attribute).end_object().end_object();
  return {};
}

}  // namespace lodestone
