#include "server/api/stream_definition.h"

#include <rapidjson/document.h>

#include "server/api/json_writer.h"
#include "storage/key_codec.h"

namespace lodestone {
namespace {

constexpr SpaceId kCatalogSpace = 0;
constexpr char kStreamEntry = 'R';

std::string prefix() {
  std::string key;
  append_space(key, kCatalogSpace);
  key += kStreamEntry;
  return key;
}

std::string key_of(const StreamDefinition& definition) {
  return prefix() + definition.scope + '\0' + definition.table + '\0' + definition.label;
}

void write_key(JsonWriter& json, std::string_view name, const std::vector<KeyElement>& elements) {
  json.key(name).begin_array();
  for (const KeyElement& element : elements) {
    json.begin_array().value(element.name).value(type_name(element.type)).end_array();
  }
  json.end_array();
}

std::string text(const rapidjson::Value& json, const char* name) {
  const auto at = json.FindMember(name);
  if (at == json.MemberEnd() || !at->value.IsString()) return {};
  return {at->value.GetString(), at->value.GetStringLength()};
}

std::int64_t number(const rapidjson::Value& json, const char* name) {
  const auto at = json.FindMember(name);
  return at == json.MemberEnd() || !at->value.IsInt64() ? 0 : at->value.GetInt64();
}

const rapidjson::Value* array(const rapidjson::Value& json, const char* name) {
  const auto at = json.FindMember(name);
  return at == json.MemberEnd() || !at->value.IsArray() ? nullptr : &at->value;
}

void read_key(const rapidjson::Value& json, const char* name, std::vector<KeyElement>& elements) {
  const rapidjson::Value* list = array(json, name);
  if (list == nullptr) return;
  for (const rapidjson::Value& pair : list->GetArray()) {
    if (!pair.IsArray() || pair.Size() != 2 || !pair[0].IsString() || !pair[1].IsString()) continue;
    elements.push_back({pair[0].GetString(), type_named(pair[1].GetString()).value_or(Type::kS)});
  }
}

bool decode(std::string_view stored, StreamDefinition& definition) {
  rapidjson::Document json;
  json.Parse(stored.data(), stored.size());
  if (json.HasParseError() || !json.IsObject()) return false;
  definition.scope = text(json, "scope");
  definition.table = text(json, "table");
  definition.label = text(json, "label");
  definition.view_type = text(json, "viewType");
  definition.space = static_cast<SpaceId>(number(json, "space"));
  definition.created_at = Millis(number(json, "createdAt"));
  definition.disabled_at = Millis(number(json, "disabledAt"));
  read_key(json, "partition", definition.key.partition);
  read_key(json, "sort", definition.key.sort);
  const rapidjson::Value* shards = array(json, "shards");
  if (shards == nullptr) return false;
  for (const rapidjson::Value& shard : shards->GetArray()) {
    if (!shard.IsObject()) return false;
    Shard& read = definition.shards.emplace_back();
    read.id = text(shard, "id");
    read.parent = text(shard, "parent");
    read.place = static_cast<std::uint64_t>(number(shard, "place"));
    read.first_hash = static_cast<std::uint64_t>(number(shard, "firstHash"));
    read.last_hash = static_cast<std::uint64_t>(number(shard, "lastHash"));
    read.first_number = static_cast<std::uint64_t>(number(shard, "first"));
    read.last_number = static_cast<std::uint64_t>(number(shard, "last"));
    read.trimmed_to = static_cast<std::uint64_t>(number(shard, "trimmed"));
  }
  return definition.space != 0 && !definition.table.empty() && !definition.label.empty();
}

}  // namespace

void put_definition(Batch& batch, const StreamDefinition& definition) {
  std::string stored;
  JsonWriter json(stored);
  json.begin_object();
  json.field("scope", definition.scope).field("table", definition.table).field("label", definition.label);
  json.field("viewType", definition.view_type).field("space", std::int64_t{definition.space});
  json.field("createdAt", std::int64_t{definition.created_at.count()});
  json.field("disabledAt", std::int64_t{definition.disabled_at.count()});
  write_key(json, "partition", definition.key.partition);
  write_key(json, "sort", definition.key.sort);
  json.key("shards").begin_array();
  for (const Shard& shard : definition.shards) {
    json.begin_object().field("id", shard.id).field("parent", shard.parent);
    json.field("place", static_cast<std::int64_t>(shard.place));
    json.field("firstHash", static_cast<std::int64_t>(shard.first_hash));
    json.field("lastHash", static_cast<std::int64_t>(shard.last_hash));
    json.field("first", static_cast<std::int64_t>(shard.first_number));
    json.field("last", static_cast<std::int64_t>(shard.last_number));
    json.field("trimmed", static_cast<std::int64_t>(shard.trimmed_to)).end_object();
  }
  json.end_array().end_object();
  batch.put(key_of(definition), stored);
}

void erase_definition(Batch& batch, const StreamDefinition& definition) { batch.erase(key_of(definition)); }

StorageResult<void> read_definitions(const Kv& kv, std::vector<StreamDefinition>& definitions) {
  const std::string begin = prefix();
  bool damaged = false;
  LODESTONE_TRY(kv.scan({begin, prefix_end(begin)}, Direction::kForward,
                        [&](std::string_view, std::string_view stored) {
                          damaged = !decode(stored, definitions.emplace_back());
                          return !damaged;
                        }));
  if (!damaged) return {};
  return failure(
      StorageError{StorageError::Code::kCorruption, "a stream's definition in the catalog does not decode"});
}

}  // namespace lodestone
