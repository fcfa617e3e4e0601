#include "server/api/table_record.h"

#include <algorithm>
#include <array>

#include <rapidjson/document.h>

#include "server/api/json_writer.h"

namespace lodestone {
namespace {

namespace rj = rapidjson;

constexpr std::array<std::string_view, 4> kStatusNames = {"CREATING", "ACTIVE", "UPDATING", "DELETING"};

// ---- writing

void write(JsonWriter& json, const std::vector<KeyElement>& elements) {
  json.begin_array();
  for (const KeyElement& element : elements) {
    json.begin_array().value(element.name).value(type_name(element.type)).end_array();
  }
  json.end_array();
}

void write(JsonWriter& json, const KeySchema& key) {
  json.begin_array();
  write(json, key.partition);
  write(json, key.sort);
  json.end_array();
}

void write(JsonWriter& json, const Throughput& throughput) {
  json.begin_array()
      .value(throughput.read_units)
      .value(throughput.write_units)
      .value(std::int64_t{throughput.last_increase.count()})
      .value(std::int64_t{throughput.last_decrease.count()})
      .value(throughput.decreases)
      .end_array();
}

/// OnDemandLimits or WarmThroughput.
template <class Units>
void write_units(JsonWriter& json, std::string_view name, const std::optional<Units>& units) {
  if (!units) return;
  json.key(name).begin_array().value(units->read_units).value(units->write_units).end_array();
}

void write_time(JsonWriter& json, std::string_view name, Millis time) {
  if (time.count() != 0) json.field(name, std::int64_t{time.count()});
}

void write(JsonWriter& json, const IndexRecord& index) {
  json.begin_object();
  json.field("name", index.name).field("space", std::int64_t{index.space}).field("global", index.global);
  json.key("key");
  write(json, index.key);
  json.field("projection", static_cast<std::int64_t>(index.projection));
  json.key("included").begin_array();
  for (const std::string& name : index.included) json.value(name);
  json.end_array();
  json.key("throughput");
  write(json, index.throughput);
  write_units(json, "onDemand", index.on_demand);
  write_units(json, "warm", index.warm);
  json.field("status", static_cast<std::int64_t>(index.status)).field("backfilling", index.backfilling);
  write_time(json, "settlesAt", index.settles_at);
  json.end_object();
}

// ---- reading: a missing or mistyped member leaves the default; the caller checks what must be there

const rj::Value* get(const rj::Value& object, const char* name) {
  if (!object.IsObject()) return nullptr;
  const auto at = object.FindMember(name);
  return at == object.MemberEnd() ? nullptr : &at->value;
}

void read(const rj::Value* json, std::string& out) {
  if (json != nullptr && json->IsString()) out.assign(json->GetString(), json->GetStringLength());
}
void read(const rj::Value* json, bool& out) {
  if (json != nullptr && json->IsBool()) out = json->GetBool();
}
void read(const rj::Value* json, std::int64_t& out) {
  if (json != nullptr && json->IsInt64()) out = json->GetInt64();
}
void read(const rj::Value* json, SpaceId& out) {
  if (json != nullptr && json->IsUint()) out = json->GetUint();
}
void read(const rj::Value* json, Millis& out) {
  if (json != nullptr && json->IsInt64()) out = Millis(json->GetInt64());
}
template <class Enum>
requires std::is_enum_v<Enum>
void read(const rj::Value* json, Enum& out) {
  if (json != nullptr && json->IsUint()) out = static_cast<Enum>(json->GetUint());
}
void read(const rj::Value* json, std::vector<std::string>& out) {
  if (json == nullptr || !json->IsArray()) return;
  for (const rj::Value& element : json->GetArray()) read(&element, out.emplace_back());
}
void read(const rj::Value* json, std::vector<KeyElement>& out) {
  if (json == nullptr || !json->IsArray()) return;
  for (const rj::Value& pair : json->GetArray()) {
    if (!pair.IsArray() || pair.Size() != 2 || !pair[1].IsString()) continue;
    KeyElement& element = out.emplace_back();
    read(&pair[0], element.name);
    element.type = type_named({pair[1].GetString(), pair[1].GetStringLength()}).value_or(Type::kS);
  }
}
void read(const rj::Value* json, KeySchema& out) {
  if (json == nullptr || !json->IsArray() || json->Size() != 2) return;
  read(&(*json)[0], out.partition);
  read(&(*json)[1], out.sort);
}
void read(const rj::Value* json, Throughput& out) {
  if (json == nullptr || !json->IsArray() || json->Size() != 5) return;
  read(&(*json)[0], out.read_units);
  read(&(*json)[1], out.write_units);
  read(&(*json)[2], out.last_increase);
  read(&(*json)[3], out.last_decrease);
  read(&(*json)[4], out.decreases);
}
template <class Units>
void read_units(const rj::Value* json, std::optional<Units>& out) {
  if (json == nullptr || !json->IsArray() || json->Size() != 2) return;
  out.emplace();
  read(&(*json)[0], out->read_units);
  read(&(*json)[1], out->write_units);
}
void read(const rj::Value& json, IndexRecord& out) {
  read(get(json, "name"), out.name);
  read(get(json, "space"), out.space);
  read(get(json, "global"), out.global);
  read(get(json, "key"), out.key);
  read(get(json, "projection"), out.projection);
  read(get(json, "included"), out.included);
  read(get(json, "throughput"), out.throughput);
  read_units(get(json, "onDemand"), out.on_demand);
  read_units(get(json, "warm"), out.warm);
  read(get(json, "status"), out.status);
  read(get(json, "backfilling"), out.backfilling);
  read(get(json, "settlesAt"), out.settles_at);
}

}  // namespace

std::string_view status_name(TableStatus status) { return kStatusNames[static_cast<std::size_t>(status)]; }

IndexRecord* TableRecord::find_index(std::string_view index_name) {
  const auto at = std::ranges::find(indexes, index_name, &IndexRecord::name);
  return at == indexes.end() ? nullptr : &*at;
}

const IndexRecord* TableRecord::find_index(std::string_view index_name) const {
  const auto at = std::ranges::find(indexes, index_name, &IndexRecord::name);
  return at == indexes.end() ? nullptr : &*at;
}

TableLayout make_layout(const TableRecord& record) {
  TableLayout layout;
  layout.space = record.space;
  layout.key = record.key;
  for (const IndexRecord& index : record.indexes) {
    if (index.status == TableStatus::kDeleting) continue;
    IndexLayout& made = layout.indexes.emplace_back();
    made.name = index.name;
    made.space = index.space;
    made.global = index.global;
    made.key = index.key;
    made.projection = index.projection;
    made.included = index.included;
    made.building = index.status == TableStatus::kCreating;
    made.projected = index.included;
    for (std::size_t i = 0; i < index.key.size(); ++i) made.projected.push_back(index.key.at(i).name);
    for (std::size_t i = 0; i < record.key.size(); ++i) made.projected.push_back(record.key.at(i).name);
    std::ranges::sort(made.projected);
    made.projected.erase(std::unique(made.projected.begin(), made.projected.end()), made.projected.end());
  }
  if (record.time_to_live && record.time_to_live->enabled) {
    layout.expiry_space = record.time_to_live->space;
    layout.expiry_attribute = record.time_to_live->attribute;
  }
  return layout;
}

std::string encode_table_record(const TableRecord& record) {
  std::string out;
  JsonWriter json(out);
  json.begin_object();
  json.field("scope", record.scope).field("name", record.name).field("id", record.id);
  json.field("space", std::int64_t{record.space});
  write_time(json, "createdAt", record.created_at);
  json.field("status", static_cast<std::int64_t>(record.status));
  write_time(json, "settlesAt", record.settles_at);
  json.key("attributes");
  write(json, record.attribute_definitions);
  json.key("key");
  write(json, record.key);
  json.key("indexes").begin_array();
  for (const IndexRecord& index : record.indexes) write(json, index);
  json.end_array();
  json.field("payPerRequest", record.pay_per_request);
  write_time(json, "payPerRequestSince", record.pay_per_request_since);
  json.key("throughput");
  write(json, record.throughput);
  write_units(json, "onDemand", record.on_demand);
  write_units(json, "warm", record.warm);
  json.field("tableClass", record.table_class);
  write_time(json, "tableClassSince", record.table_class_since);
  json.field("deletionProtection", record.deletion_protection);
  if (record.stream) {
    json.key("stream").begin_object();
    json.field("enabled", record.stream->enabled).field("viewType", record.stream->view_type);
    json.field("label", record.stream->label).end_object();
  }
  if (record.encryption) {
    json.key("encryption").begin_object();
    json.field("enabled", record.encryption->enabled).field("type", record.encryption->type);
    json.field("key", record.encryption->key_arn).end_object();
  }
  if (record.time_to_live) {
    json.key("timeToLive").begin_object();
    json.field("attribute", record.time_to_live->attribute).field("enabled", record.time_to_live->enabled);
    json.field("space", std::int64_t{record.time_to_live->space});
    write_time(json, "settlesAt", record.time_to_live->settles_at);
    json.end_object();
  }
  json.key("tags").begin_object();
  for (const auto& [name, value] : record.tags) json.field(name, value);
  json.end_object();
  json.field("resourcePolicy", record.resource_policy);
  json.end_object();
  return out;
}

std::optional<TableRecord> decode_table_record(std::string_view text) {
  rj::Document json;
  json.Parse(text.data(), text.size());
  if (json.HasParseError() || !json.IsObject()) return std::nullopt;
  TableRecord record;
  read(get(json, "scope"), record.scope);
  read(get(json, "name"), record.name);
  read(get(json, "id"), record.id);
  read(get(json, "space"), record.space);
  read(get(json, "createdAt"), record.created_at);
  read(get(json, "status"), record.status);
  read(get(json, "settlesAt"), record.settles_at);
  read(get(json, "attributes"), record.attribute_definitions);
  read(get(json, "key"), record.key);
  if (const rj::Value* indexes = get(json, "indexes"); indexes != nullptr && indexes->IsArray()) {
    for (const rj::Value& index : indexes->GetArray()) read(index, record.indexes.emplace_back());
  }
  read(get(json, "payPerRequest"), record.pay_per_request);
  read(get(json, "payPerRequestSince"), record.pay_per_request_since);
  read(get(json, "throughput"), record.throughput);
  read_units(get(json, "onDemand"), record.on_demand);
  read_units(get(json, "warm"), record.warm);
  read(get(json, "tableClass"), record.table_class);
  read(get(json, "tableClassSince"), record.table_class_since);
  read(get(json, "deletionProtection"), record.deletion_protection);
  if (const rj::Value* stream = get(json, "stream")) {
    record.stream.emplace();
    read(get(*stream, "enabled"), record.stream->enabled);
    read(get(*stream, "viewType"), record.stream->view_type);
    read(get(*stream, "label"), record.stream->label);
  }
  if (const rj::Value* encryption = get(json, "encryption")) {
    record.encryption.emplace();
    read(get(*encryption, "enabled"), record.encryption->enabled);
    read(get(*encryption, "type"), record.encryption->type);
    read(get(*encryption, "key"), record.encryption->key_arn);
  }
  if (const rj::Value* ttl = get(json, "timeToLive")) {
    record.time_to_live.emplace();
    read(get(*ttl, "attribute"), record.time_to_live->attribute);
    read(get(*ttl, "enabled"), record.time_to_live->enabled);
    read(get(*ttl, "space"), record.time_to_live->space);
    read(get(*ttl, "settlesAt"), record.time_to_live->settles_at);
  }
  if (const rj::Value* tags = get(json, "tags"); tags != nullptr && tags->IsObject()) {
    for (const auto& tag : tags->GetObject()) {
      read(&tag.value, record.tags[std::string(tag.name.GetString(), tag.name.GetStringLength())]);
    }
  }
  read(get(json, "resourcePolicy"), record.resource_policy);
  if (record.name.empty() || record.space == 0 || record.key.partition.empty()) return std::nullopt;
  return record;
}

}  // namespace lodestone
