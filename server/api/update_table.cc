// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTable.html
#include <algorithm>
#include <mutex>

#include "server/api/maintenance.h"
#include "server/api/operations.h"
#include "server/api/table_description.h"
#include "server/api/table_input.h"
#include "server/api/table_lookup.h"
#include "server/api/table_settings.h"

namespace lodestone {
namespace {

constexpr std::size_t kMaxGlobalIndexes = 20;
constexpr std::size_t kMaxIndexUpdates = 5;
/// An index on more items than this is built in the background; on fewer it is there before the next request.
constexpr std::int64_t kBuiltAtOnce = 20'000;

struct IndexUpdate {
  enum class Kind : std::uint8_t { kCreate, kUpdate, kDelete };
  Kind kind;
  std::string_view name;
  const JsonValue* action;
};

ApiResult<void> check_any_change(const JsonValue& json) {
  constexpr std::string_view kChanges[] = {
      "ProvisionedThroughput", "BillingMode",    "StreamSpecification",
      "SSESpecification",      "ReplicaUpdates", "DeletionProtectionEnabled",
      "OnDemandThroughput",    "WarmThroughput", "TableClass"};
  for (const std::string_view change : kChanges) {
    if (member(json, change) != nullptr) return {};
  }
  const JsonValue* indexes = member(json, "GlobalSecondaryIndexUpdates");
  if (indexes != nullptr && !indexes->Empty()) return {};
  return validation_error(
      "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates "
      "or "
      "SSESpecification or ReplicaUpdates is required");
}

ApiResult<std::vector<IndexUpdate>> read_index_updates(const JsonValue& json) {
  std::vector<IndexUpdate> updates;
  const JsonValue* list = member(json, "GlobalSecondaryIndexUpdates");
  if (list == nullptr) return updates;
  for (const JsonValue& element : list->GetArray()) {
    std::size_t actions = 0;
    for (const auto& [name, kind] : {std::pair{"Update", IndexUpdate::Kind::kUpdate},
                                     {"Create", IndexUpdate::Kind::kCreate},
                                     {"Delete", IndexUpdate::Kind::kDelete}}) {
      const JsonValue* action = member(element, name);
      if (action == nullptr) continue;
      ++actions;
      updates.push_back({kind, text_member(*action, "IndexName").value_or(""), action});
    }
    if (actions == 0) {
      return invalid_parameters(
          "One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, "
          "GlobalSecondaryIndexUpdate.Delete "
          "must not be null");
    }
    if (actions > 1) {
      return invalid_parameters(
          "Only one of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, "
          "GlobalSecondaryIndexUpdate.Delete may be given in one GlobalSecondaryIndexUpdate");
    }
  }
  std::size_t created_or_deleted = 0;
  for (const IndexUpdate& update : updates) {
    if (std::ranges::count(updates, update.name, &IndexUpdate::name) > 1) {
      return invalid_parameters(
          "Only one global secondary index update per index is allowed simultaneously. Index: " +
          std::string(update.name));
    }
    created_or_deleted += update.kind != IndexUpdate::Kind::kUpdate ? 1 : 0;
  }
  if (created_or_deleted > 1 || updates.size() > kMaxIndexUpdates) {
    return limit_exceeded(
        "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table");
  }
  return updates;
}

void set_throughput(Throughput& current, const Throughput& wanted, Millis now) {
  if (wanted.read_units > current.read_units || wanted.write_units > current.write_units)
    current.last_increase = now;
  if (wanted.read_units < current.read_units || wanted.write_units < current.write_units) {
    current.decreases = is_same_day(current.last_decrease, now) ? current.decreases + 1 : 1;
    current.last_decrease = now;
  }
  current.read_units = wanted.read_units;
  current.write_units = wanted.write_units;
}

ApiResult<void> change_billing(const JsonValue& json, Millis now, TableRecord& record) {
  const auto mode = text_member(json, "BillingMode");
  LODESTONE_ASSIGN(const auto throughput, read_throughput(json));
  if (throughput && (mode ? *mode == "PAY_PER_REQUEST" : record.pay_per_request)) {
    return invalid_parameters(
        "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is "
        "PAY_PER_REQUEST");
  }
  if (mode == "PROVISIONED" && record.pay_per_request) {
    if (!throughput) {
      return invalid_parameters("ProvisionedThroughput must be specified when BillingMode is PROVISIONED");
    }
    record.pay_per_request = false;
    set_throughput(record.throughput, *throughput, now);
    return {};
  }
  if (mode == "PAY_PER_REQUEST" && !record.pay_per_request) {
    record.pay_per_request = true;
    record.pay_per_request_since = now;
    record.throughput = Throughput{};
    for (IndexRecord& index : record.indexes) index.throughput = Throughput{};
    return {};
  }
  if (!throughput) return {};
  const Throughput& current = record.throughput;
  if (throughput->read_units == current.read_units && throughput->write_units == current.write_units) {
    const std::string read = std::to_string(current.read_units);
    const std::string write = std::to_string(current.write_units);
    return validation_error(
        "The provisioned throughput for the table will not change. The requested value equals the current "
        "value. Current "
        "ReadCapacityUnits provisioned for the table: " +
        read + ". Requested ReadCapacityUnits: " + read +
        ". Current WriteCapacityUnits provisioned for the table: " + write +
        ". Requested WriteCapacityUnits: " + write +
        ". Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher "
        "limits.");
  }
  set_throughput(record.throughput, *throughput, now);
  return {};
}

ApiResult<void> change_on_demand(const JsonValue& json, TableRecord& record) {
  LODESTONE_ASSIGN(const auto limits, read_on_demand(json, "table"));
  if (!limits) return {};
  if (!record.pay_per_request) {
    return invalid_parameters(
        std::string(limits->read_units >= 0 ? "MaxReadRequestUnits" : "MaxWriteRequestUnits") +
        " for OnDemandThroughput cannot be specified when the table BillingMode is PROVISIONED");
  }
  record.on_demand = limits;
  return {};
}

/// The definitions of this request join the table's: a known attribute keeps its type.
ApiResult<void> merge_definitions(const std::vector<KeyElement>& given, TableRecord& record) {
  for (const KeyElement& definition : given) {
    const auto known = std::ranges::find(record.attribute_definitions, definition.name, &KeyElement::name);
    if (known == record.attribute_definitions.end()) {
      record.attribute_definitions.push_back(definition);
    } else if (known->type != definition.type) {
      const auto schema = [&](Type type) {
        return "Schema:[SchemaElement: key{" + definition.name + ":" + std::string(type_name(type)) +
               ":HASH}]";
      };
      return invalid_parameters(
          "Attributes cannot be redefined. Please check that your attribute has the same type as previously "
          "defined. "
          "Existing schema: " +
          schema(known->type) + " New schema: " + schema(definition.type));
    }
  }
  return {};
}

ApiResult<void> create_index(const Request& request, const IndexUpdate& update, TableRecord& record) {
  LODESTONE_ASSIGN(const auto definitions, read_attribute_definitions(request.json));
  LODESTONE_ASSIGN(IndexRecord index, read_index(*update.action, definitions, true));
  LODESTONE_TRY(read_projection(*update.action, index));
  LODESTONE_TRY(merge_definitions(definitions, record));
  if (record.find_index(index.name) != nullptr)
    return invalid_parameters("Index already exists: " + index.name);
  const auto globals = std::ranges::count(record.indexes, true, &IndexRecord::global);
  if (static_cast<std::size_t>(globals) >= kMaxGlobalIndexes) {
    return limit_exceeded(
        "Subscriber limit exceeded: GlobalSecondaryIndex count exceeds the per-table limit of 20");
  }
  LODESTONE_ASSIGN(const auto throughput, read_throughput(*update.action));
  if (record.pay_per_request && throughput) {
    return invalid_parameters(
        "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified for index: " + index.name +
        " when BillingMode is PAY_PER_REQUEST");
  }
  if (!record.pay_per_request && !throughput) {
    return invalid_parameters("ProvisionedThroughput must be specified for index: " + index.name);
  }
  if (throughput) index.throughput = *throughput;
  LODESTONE_ASSIGN(index.on_demand, read_on_demand(*update.action, "index " + index.name));
  index.warm = read_warm(*update.action);
  index.status = TableStatus::kCreating;
  index.settles_at = request.now + request.engine.transient_status_delay;
  index.space = request.engine.catalog.next_space();
  record.indexes.push_back(std::move(index));
  return check_projected_attributes(record);
}

ApiResult<void> update_index(const IndexUpdate& update, Millis now, TableRecord& record) {
  IndexRecord* index = record.find_index(update.name);
  if (index == nullptr || !index->global) {
    return validation_error(
        "This operation cannot be performed with given input values. Please contact DynamoDB service team "
        "for more info: "
        "Action Blocked: IndexUpdate");
  }
  LODESTONE_ASSIGN(const auto throughput, read_throughput(*update.action));
  if (throughput && record.pay_per_request) {
    return invalid_parameters(
        "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified for index: " + index->name +
        " when BillingMode is PAY_PER_REQUEST");
  }
  if (throughput) set_throughput(index->throughput, *throughput, now);
  LODESTONE_ASSIGN(const auto on_demand, read_on_demand(*update.action, "index " + index->name));
  if (on_demand) index->on_demand = on_demand;
  if (const auto warm = read_warm(*update.action)) index->warm = warm;
  return {};
}

ApiResult<void> delete_index(const Request& request, const IndexUpdate& update, TableRecord& record) {
  IndexRecord* index = record.find_index(update.name);
  if (index == nullptr) {
    return resource_not_found("Index: " + std::string(update.name) + " not found for table: " + record.name);
  }
  if (!index->global) {
    return invalid_parameters("A local secondary index can not be deleted. Index: " + index->name);
  }
  if (index->status == TableStatus::kCreating && !index->backfilling) {
    return resource_in_use(
        "Attempt to change a resource which is still in use: Index creation is in resource allocation phase. "
        "Retry deletion "
        "during backfilling phase or when the index is active. Table: " +
        record.name + " Index: " + index->name);
  }
  index->status = TableStatus::kDeleting;
  index->backfilling = false;
  index->settles_at = request.now + request.engine.transient_status_delay;
  return {};
}

ApiResult<void> check_provisioned_indexes(const TableRecord& record, bool was_on_demand) {
  if (record.pay_per_request || !was_on_demand) return {};
  std::string missing;
  for (const IndexRecord& index : record.indexes) {
    if (!index.global || index.throughput.read_units > 0) continue;
    missing += missing.empty() ? "" : ",";
    missing += index.name;
  }
  if (missing.empty()) return {};
  return invalid_parameters("ProvisionedThroughput must be specified for index: " + missing);
}

/// Applies the whole request to a copy of the record.
ApiResult<void> change(const Request& request, const std::vector<IndexUpdate>& updates, TableRecord& record) {
  const JsonValue& json = request.json;
  const bool was_on_demand = record.pay_per_request;
  LODESTONE_TRY(change_billing(json, request.now, record));
  LODESTONE_TRY(change_on_demand(json, record));
  for (const IndexUpdate& update : updates) {
    switch (update.kind) {
      case IndexUpdate::Kind::kCreate:
        LODESTONE_TRY(create_index(request, update, record));
        break;
      case IndexUpdate::Kind::kUpdate:
        LODESTONE_TRY(update_index(update, request.now, record));
        break;
      case IndexUpdate::Kind::kDelete:
        LODESTONE_TRY(delete_index(request, update, record));
        break;
    }
  }
  LODESTONE_TRY(check_provisioned_indexes(record, was_on_demand));
  if (const JsonValue* stream = member(json, "StreamSpecification")) {
    if (flag_member(*stream, "StreamEnabled") == false && !(record.stream && record.stream->enabled)) {
      return validation_error("Table already has a disabled stream: TableName: " + record.name);
    }
    LODESTONE_TRY(read_stream(json, record));
  }
  read_encryption(json, request.caller, record);
  if (const auto table_class = text_member(json, "TableClass")) {
    record.table_class = *table_class;
    record.table_class_since = request.now;
  }
  if (const auto protection = flag_member(json, "DeletionProtectionEnabled"))
    record.deletion_protection = *protection;
  if (const auto warm = read_warm(json)) record.warm = warm;
  if (member(json, "ReplicaUpdates") != nullptr) {
    return validation_error(
        "ReplicaUpdates: global tables are not available in this engine. Leave the parameter out.");
  }
  return {};
}

}  // namespace

ApiResult<void> update_table(Request& request, std::string& reply) {
  const JsonValue& json = request.json;
  if (text_member(json, "BillingMode") == "PAY_PER_REQUEST" &&
      member(json, "ProvisionedThroughput") != nullptr) {
    return invalid_parameters(
        "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is "
        "PAY_PER_REQUEST");
  }
  LODESTONE_TRY(read_throughput(json));  // its bounds need no table
  LODESTONE_TRY(check_any_change(json));
  LODESTONE_ASSIGN(const auto updates, read_index_updates(json));
  Engine& engine = request.engine;
  std::optional<BuildTask> build;
  {
    const std::scoped_lock lock(engine.catalog.lock());
    LODESTONE_ASSIGN(Table * table, find_table(request, *text_member(json, "TableName")));
    LODESTONE_TRY(check_settled(*table, request.now));
    for (const IndexRecord& index : table->record.indexes) {
      const bool changing = index.status != TableStatus::kActive;
      const bool wanted = std::ranges::any_of(updates, [&](const IndexUpdate& update) {
        return update.kind != IndexUpdate::Kind::kDelete || update.name != index.name;
      });
      if (changing && wanted) {
        return resource_in_use(
            "Attempt to change a resource which is still in use: Index is being updated.  Table: " +
            table->record.name + " Index: " + index.name);
      }
    }
    TableRecord changed = table->record;
    LODESTONE_TRY(change(request, updates, changed));
    if (engine.transient_status_delay.count() > 0) {
      changed.status = TableStatus::kUpdating;
      changed.settles_at = request.now + engine.transient_status_delay;
      engine.work_pending = true;
    }
    Batch batch;
    std::unique_lock<std::mutex> order;
    const bool streams = changed.stream && changed.stream->enabled;
    if (streams && table->stream == nullptr) {
      table->stream = engine.streams.create(changed, engine.catalog.next_space(), request.now, batch);
    } else if (!streams && table->stream != nullptr) {
      order = table->stream->disable(batch, request.now);
      table->stream = nullptr;
    }
    table->record = std::move(changed);
    JsonWriter writer(reply);
    writer.begin_object().key("TableDescription");
    write_table_description(writer, request, *table, TableStatus::kUpdating);
    writer.end_object();

    // What is not delayed is over before the reply: a deleted index is gone, a small one is built.
    const bool immediate = engine.transient_status_delay.count() == 0;
    if (immediate) {
      for (IndexRecord& index : table->record.indexes) {
        if (index.status == TableStatus::kDeleting) erase_space(batch, index.space);
        if (index.status != TableStatus::kCreating || index.backfilling) continue;
        if (table->counters().items <= kBuiltAtOnce) {
          build = claim_build(*table, index);
        } else {
          engine.work_pending = true;
        }
      }
      std::erase_if(table->record.indexes,
                    [](const IndexRecord& index) { return index.status == TableStatus::kDeleting; });
    }
    drop_unused_definitions(table->record);
    LODESTONE_TRY_STORAGE(engine.catalog.save(*table, batch));
  }
  if (build) LODESTONE_TRY(build_index(engine, request.scratch, *build));
  return {};
}

}  // namespace lodestone
