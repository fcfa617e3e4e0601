// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DeleteTable.html
#include <mutex>

#include "server/api/maintenance.h"
#include "server/api/operations.h"
#include "server/api/table_description.h"
#include "server/api/table_lookup.h"

namespace lodestone {

ApiResult<void> delete_table(Request& request, std::string& reply) {
  Engine& engine = request.engine;
  const std::scoped_lock lock(engine.catalog.lock());
  LODESTONE_ASSIGN(Table * table, find_table(request, *text_member(request.json, "TableName")));
  // Deleting what is being deleted is no error.
  if (table->record.status != TableStatus::kDeleting) LODESTONE_TRY(check_settled(*table, request.now));
  for (const IndexRecord& index : table->record.indexes) {
    if (index.status == TableStatus::kCreating) {
      return resource_in_use(
          "Attempt to change a resource which is still in use: Cannot delete table while indexes are being "
          "created, updated, "
          "or deleted.");
    }
  }
  if (table->record.deletion_protection) {
    return validation_error(
        "Resource cannot be deleted as it is currently protected against deletion. Disable deletion "
        "protection first.");
  }
  JsonWriter json(reply);
  json.begin_object().key("TableDescription");
  write_deleted_table_description(json, request, *table);
  json.end_object();
  if (engine.transient_status_delay.count() > 0) {
    if (table->record.status == TableStatus::kDeleting) return {};
    table->record.status = TableStatus::kDeleting;
    table->record.settles_at = request.now + engine.transient_status_delay;
    engine.work_pending = true;
    LODESTONE_TRY_STORAGE(engine.catalog.save(*table));
    return {};
  }
  LODESTONE_TRY_STORAGE(erase_table(engine, *table, request.now));
  return {};
}

}  // namespace lodestone
