#include "server/api/table_description.h"

#include "server/api/engine.h"

namespace lodestone {
namespace {

// What an on-demand table can serve at once.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/warm-throughput.html
constexpr WarmThroughput kOnDemandWarmThroughput{12000, 4000};

void write_key_schema(JsonWriter& json, const KeySchema& key) {
  json.key("KeySchema").begin_array();
  for (std::size_t i = 0; i < key.size(); ++i) {
    json.begin_object().field("AttributeName", key.at(i).name);
    json.field("KeyType", i < key.partition.size() ? "HASH" : "RANGE").end_object();
  }
  json.end_array();
}

void write_throughput(JsonWriter& json, const Throughput& throughput, bool pay_per_request, Millis now) {
  const bool today = is_same_day(throughput.last_decrease, now);
  json.key("ProvisionedThroughput").begin_object();
  if (throughput.last_increase.count() != 0) json.field("LastIncreaseDateTime", throughput.last_increase);
  if (throughput.last_decrease.count() != 0) json.field("LastDecreaseDateTime", throughput.last_decrease);
  json.field("NumberOfDecreasesToday", today ? throughput.decreases : std::int64_t{0});
  json.field("ReadCapacityUnits", pay_per_request ? std::int64_t{0} : throughput.read_units);
  json.field("WriteCapacityUnits", pay_per_request ? std::int64_t{0} : throughput.write_units);
  json.end_object();
}

void write_on_demand(JsonWriter& json, const std::optional<OnDemandLimits>& limits) {
  if (!limits) return;
  json.key("OnDemandThroughput").begin_object();
  json.field("MaxReadRequestUnits", limits->read_units)
      .field("MaxWriteRequestUnits", limits->write_units)
      .end_object();
}

void write_warm(JsonWriter& json, const std::optional<WarmThroughput>& warm, const Throughput& provisioned,
                bool pay_per_request, std::string_view status) {
  const WarmThroughput units =
      warm.value_or(pay_per_request ? kOnDemandWarmThroughput
                                    : WarmThroughput{provisioned.read_units, provisioned.write_units});
  json.key("WarmThroughput").begin_object();
  json.field("ReadUnitsPerSecond", units.read_units).field("WriteUnitsPerSecond", units.write_units);
  json.field("Status", status).end_object();
}

void write_index(JsonWriter& json, const Request& request, Table& table, const IndexRecord& index,
                 TableStatus told) {
  json.begin_object().field("IndexName", index.name);
  write_key_schema(json, index.key);
  json.key("Projection").begin_object();
  switch (index.projection) {
    case ProjectionType::kAll:
      json.field("ProjectionType", "ALL");
      break;
    case ProjectionType::kKeysOnly:
      json.field("ProjectionType", "KEYS_ONLY");
      break;
    case ProjectionType::kInclude:
      json.field("ProjectionType", "INCLUDE").key("NonKeyAttributes").begin_array();
      for (const std::string& name : index.included) json.value(name);
      json.end_array();
      break;
  }
  json.end_object();
  const Counters& counters = table.counters_of(index.space);
  json.field("IndexSizeBytes", std::int64_t{counters.bytes}).field("ItemCount", std::int64_t{counters.items});
  json.field("IndexArn", table_arn(request.caller, table.record.name) + "/index/" + index.name);
  if (index.global) {
    const bool with_table = told == TableStatus::kCreating && index.status == TableStatus::kActive;
    const TableStatus status = with_table ? TableStatus::kCreating : index.status;
    json.field("IndexStatus", status_name(status));
    if (index.status == TableStatus::kCreating) json.field("Backfilling", index.backfilling);
    write_throughput(json, index.throughput, table.record.pay_per_request, request.now);
    write_on_demand(json, index.on_demand);
    write_warm(json, index.warm, index.throughput, table.record.pay_per_request, status_name(status));
  }
  json.end_object();
}

void write_indexes(JsonWriter& json, const Request& request, Table& table, TableStatus told, bool global) {
  bool any = false;
  for (const IndexRecord& index : table.record.indexes) {
    if (index.global != global) continue;
    if (!any) json.key(global ? "GlobalSecondaryIndexes" : "LocalSecondaryIndexes").begin_array();
    any = true;
    write_index(json, request, table, index, told);
  }
  if (any) json.end_array();
}

void write_billing_mode(JsonWriter& json, const TableRecord& record) {
  if (!record.pay_per_request && record.pay_per_request_since.count() == 0) return;
  json.key("BillingModeSummary").begin_object();
  json.field("BillingMode", record.pay_per_request ? "PAY_PER_REQUEST" : "PROVISIONED");
  json.field("LastUpdateToPayPerRequestDateTime", record.pay_per_request_since).end_object();
}

void write_sizes(JsonWriter& json, Table& table) {
  json.field("TableSizeBytes", std::int64_t{table.counters().bytes});
  json.field("ItemCount", std::int64_t{table.counters().items});
}

}  // namespace

void write_table_description(JsonWriter& json, const Request& request, Table& table,
                             std::optional<TableStatus> status) {
  const TableRecord& record = table.record;
  const TableStatus told = status.value_or(status_at(record, request.now));
  const std::string arn = table_arn(request.caller, record.name);
  json.begin_object();
  json.key("AttributeDefinitions").begin_array();
  for (const KeyElement& definition : record.attribute_definitions) {
    json.begin_object().field("AttributeName", definition.name);
    json.field("AttributeType", type_name(definition.type)).end_object();
  }
  json.end_array();
  json.field("TableName", record.name);
  write_key_schema(json, record.key);
  json.field("TableStatus", status_name(told));
  json.field("CreationDateTime", record.created_at);
  write_throughput(json, record.throughput, record.pay_per_request, request.now);
  write_sizes(json, table);
  json.field("TableArn", arn).field("TableId", record.id);
  write_billing_mode(json, record);
  write_indexes(json, request, table, told, false);
  write_indexes(json, request, table, told, true);
  if (record.stream && record.stream->enabled) {
    json.key("StreamSpecification").begin_object();
    json.field("StreamEnabled", true).field("StreamViewType", record.stream->view_type).end_object();
  }
  if (record.stream && !record.stream->label.empty()) {
    json.field("LatestStreamLabel", record.stream->label);
    json.field("LatestStreamArn", arn + "/stream/" + record.stream->label);
  }
  if (record.encryption && record.encryption->enabled) {
    json.key("SSEDescription")
        .begin_object()
        .field("Status", "ENABLED")
        .field("SSEType", record.encryption->type);
    if (!record.encryption->key_arn.empty()) json.field("KMSMasterKeyArn", record.encryption->key_arn);
    json.end_object();
  }
  if (!record.table_class.empty()) {
    json.key("TableClassSummary").begin_object().field("TableClass", record.table_class);
    if (record.table_class_since.count() != 0) json.field("LastUpdateDateTime", record.table_class_since);
    json.end_object();
  }
  json.field("DeletionProtectionEnabled", record.deletion_protection);
  write_on_demand(json, record.on_demand);
  write_warm(json, record.warm, record.throughput, record.pay_per_request, status_name(told));
  json.end_object();
}

void write_deleted_table_description(JsonWriter& json, const Request& request, Table& table) {
  const TableRecord& record = table.record;
  json.begin_object();
  json.field("TableName", record.name).field("TableStatus", "DELETING");
  write_throughput(json, record.throughput, record.pay_per_request, request.now);
  write_sizes(json, table);
  json.field("TableArn", table_arn(request.caller, record.name)).field("TableId", record.id);
  write_billing_mode(json, record);
  json.field("DeletionProtectionEnabled", record.deletion_protection);
  json.end_object();
}

}  // namespace lodestone
