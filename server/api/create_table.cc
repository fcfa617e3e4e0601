// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html
#include <algorithm>
#include <mutex>

#include "server/api/engine.h"
#include "server/api/operations.h"
#include "server/api/table_description.h"
#include "server/api/table_input.h"
#include "server/api/table_settings.h"

namespace lodestone {
namespace {

constexpr std::size_t kMaxLocalIndexes = 5;
constexpr std::size_t kMaxGlobalIndexes = 20;

ApiResult<void> read_billing(const JsonValue& json, TableRecord& record) {
  record.pay_per_request = text_member(json, "BillingMode") == "PAY_PER_REQUEST";
  if (record.pay_per_request && member(json, "ProvisionedThroughput") != nullptr) {
    return invalid_parameters(
        "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is "
        "PAY_PER_REQUEST");
  }
  LODESTONE_ASSIGN(const auto throughput, read_throughput(json));
  if (!record.pay_per_request && !throughput) {
    return invalid_parameters(
        "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED");
  }
  if (throughput) record.throughput = *throughput;
  if (record.pay_per_request) record.pay_per_request_since = record.created_at;
  return {};
}

ApiResult<void> check_new_name(const TableRecord& record, const IndexRecord& index) {
  if (record.find_index(index.name) != nullptr)
    return invalid_parameters("Duplicate index name: " + index.name);
  return {};
}

ApiResult<void> read_local_indexes(const JsonValue& json, TableRecord& record) {
  const JsonValue* list = member(json, "LocalSecondaryIndexes");
  if (list == nullptr) return {};
  if (list->Empty()) return invalid_parameters("List of LocalSecondaryIndexes is empty");
  if (record.key.sort.empty()) {
    return invalid_parameters(
        "Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex");
  }
  for (const JsonValue& element : list->GetArray()) {
    LODESTONE_ASSIGN(IndexRecord index, read_index(element, record.attribute_definitions, false));
    if (index.key.sort.empty()) {
      return invalid_parameters("Index KeySchema does not have a range key for index: " + index.name);
    }
    if (index.key.partition[0].name != record.key.partition[0].name) {
      return invalid_parameters(
          "Index KeySchema does not have the same leading hash key as table KeySchema for index: " +
          index.name + ". index hash key: " + index.key.partition[0].name +
          ", table hash key: " + record.key.partition[0].name);
    }
    LODESTONE_TRY(read_projection(element, index));
    LODESTONE_TRY(check_new_name(record, index));
    record.indexes.push_back(std::move(index));
  }
  if (list->Size() > kMaxLocalIndexes) {
    return invalid_parameters("Number of LocalSecondaryIndexes exceeds per-table limit of 5");
  }
  return {};
}

ApiResult<void> read_global_indexes(const JsonValue& json, TableRecord& record) {
  const JsonValue* list = member(json, "GlobalSecondaryIndexes");
  if (list == nullptr) return {};
  if (list->Empty()) return invalid_parameters("List of GlobalSecondaryIndexes is empty");
  for (const JsonValue& element : list->GetArray()) {
    LODESTONE_ASSIGN(IndexRecord index, read_index(element, record.attribute_definitions, true));
    LODESTONE_TRY(read_projection(element, index));
    LODESTONE_ASSIGN(const auto throughput, read_throughput(element));
    if (record.pay_per_request && throughput) {
      return invalid_parameters("ProvisionedThroughput should not be specified for index: " + index.name +
                                " when BillingMode is PAY_PER_REQUEST");
    }
    if (!record.pay_per_request && !throughput) {
      return invalid_parameters("ProvisionedThroughput must be specified for index: " + index.name);
    }
    if (throughput) index.throughput = *throughput;
    LODESTONE_ASSIGN(index.on_demand, read_on_demand(element, "index " + index.name));
    index.warm = read_warm(element);
    LODESTONE_TRY(check_new_name(record, index));
    record.indexes.push_back(std::move(index));
  }
  if (list->Size() > kMaxGlobalIndexes) {
    return invalid_parameters("GlobalSecondaryIndex count exceeds the per-table limit of 20");
  }
  return {};
}

ApiResult<void> check_definitions_used(const TableRecord& record) {
  const std::vector<std::string_view> used = used_key_names(record);
  if (used.size() == record.attribute_definitions.size()) return {};
  if (record.indexes.empty()) {
    return invalid_parameters(
        "Number of attributes in KeySchema does not exactly match number of attributes defined in "
        "AttributeDefinitions");
  }
  std::vector<std::string_view> defined;
  for (const KeyElement& definition : record.attribute_definitions) defined.emplace_back(definition.name);
  return invalid_parameters("Some AttributeDefinitions are not used. AttributeDefinitions: " +
                            listed(defined) + ", keys used: " + listed(used));
}

ApiResult<TableRecord> read_table(const Request& request) {
  const JsonValue& json = request.json;
  TableRecord record;
  record.name = table_name_of(text_member(json, "TableName").value_or(""));
  record.scope = scope_of(request.engine, request.caller);
  record.created_at = request.now;
  LODESTONE_TRY(read_billing(json, record));
  LODESTONE_ASSIGN(record.attribute_definitions, read_attribute_definitions(json));
  LODESTONE_ASSIGN(record.key, read_key_schema(json, record.attribute_definitions, false));
  if (member(json, "LocalSecondaryIndexes") == nullptr && member(json, "GlobalSecondaryIndexes") == nullptr) {
    LODESTONE_TRY(check_definitions_used(record));
  }
  LODESTONE_TRY(read_local_indexes(json, record));
  LODESTONE_TRY(read_global_indexes(json, record));
  LODESTONE_TRY(check_definitions_used(record));
  LODESTONE_TRY(check_projected_attributes(record));
  LODESTONE_TRY(read_stream(json, record));
  LODESTONE_ASSIGN(record.on_demand, read_on_demand(json, "table"));
  if (record.on_demand && !record.pay_per_request) {
    return invalid_parameters(
        std::string(record.on_demand->read_units >= 0 ? "MaxReadRequestUnits" : "MaxWriteRequestUnits") +
        " for OnDemandThroughput cannot be specified when table BillingMode is PROVISIONED.");
  }
  record.warm = read_warm(json);
  record.table_class = text_member(json, "TableClass").value_or("");
  record.deletion_protection = flag_member(json, "DeletionProtectionEnabled").value_or(false);
  record.resource_policy = text_member(json, "ResourcePolicy").value_or("");
  read_encryption(json, request.caller, record);
  LODESTONE_TRY(read_tags(json, record));
  return record;
}

}  // namespace

ApiResult<void> create_table(Request& request, std::string& reply) {
  LODESTONE_ASSIGN(TableRecord record, read_table(request));
  Engine& engine = request.engine;
  const std::scoped_lock lock(engine.catalog.lock());
  if (engine.catalog.find(record.scope, record.name) != nullptr) {
    return resource_in_use("Table already exists: " + record.name);
  }
  record.id = random_uuid();
  record.space = engine.catalog.next_space();
  for (IndexRecord& index : record.indexes) index.space = engine.catalog.next_space();
  if (engine.transient_status_delay.count() > 0) {
    record.status = TableStatus::kCreating;
    record.settles_at = request.now + engine.transient_status_delay;
    engine.work_pending = true;
  }
  Batch batch;
  Stream* stream = nullptr;
  if (record.stream) stream = engine.streams.create(record, engine.catalog.next_space(), request.now, batch);
  auto inserted = engine.catalog.insert(std::move(record), batch);
  if (!inserted.ok()) return internal_error(inserted.error());
  (*inserted)->stream = stream;
  JsonWriter json(reply);
  json.begin_object().key("TableDescription");
  write_table_description(json, request, **inserted, TableStatus::kCreating);
  json.end_object();
  return {};
}

}  // namespace lodestone
