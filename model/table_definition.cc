#include "model/table_definition.h"

#include <algorithm>
#include <thread>

#include <rapidjson/document.h>

#include "model/json.h"

namespace lodestone::model {
namespace {

std::string key_type(const AttributeSchema& attribute) {
  switch (attribute.type) {
    case AttributeType::kNumber:
      return "N";
    case AttributeType::kBinary:
      return "B";
    default:
      return "S";
  }
}

std::vector<KeyDefinition::Part> parts_of(const EntitySchema& schema, const IndexSchema& index,
                                          const KeySchema& key) {
  std::vector<KeyDefinition::Part> parts;
  if (index.kind == IndexKind::kAttributes) {
    for (const CompositePart& part : key.parts) {
      const AttributeSchema& attribute = schema.attributes[part.position];
      parts.push_back({attribute.field, key_type(attribute)});
    }
    return parts;
  }
  const bool is_number =
      key.is_number ||
      (key.is_attribute && schema.attributes[key.parts[0].position].type == AttributeType::kNumber);
  parts.push_back({key.field, is_number ? "N" : "S"});
  return parts;
}

KeyDefinition definition_of(const EntitySchema& schema, const IndexSchema& index) {
  KeyDefinition definition{.partition_key = parts_of(schema, index, index.pk), .sort_key = {}};
  if (index.sk) definition.sort_key = parts_of(schema, index, *index.sk);
  definition.is_local = index.is_local;
  return definition;
}

void append_key_schema(std::string& out, const KeyDefinition& keys) {
  const char* separator = R"("KeySchema":[{"AttributeName":)";
  for (const auto* const parts : {&keys.partition_key, &keys.sort_key}) {
    for (const KeyDefinition::Part& part : *parts) {
      out += separator;
      append_json_string(out, part.field);
      out += parts == &keys.partition_key ? R"(,"KeyType":"HASH"})" : R"(,"KeyType":"RANGE"})";
      separator = R"(,{"AttributeName":)";
    }
  }
  out += ']';
}

void append_indexes(std::string& out, const TableDefinition& definition, bool is_local) {
  const char* separator =
      is_local ? R"(,"LocalSecondaryIndexes":[{"IndexName":)" : R"(,"GlobalSecondaryIndexes":[{"IndexName":)";
  bool any = false;
  for (const auto& [name, keys] : definition.indexes) {
    if (keys.is_local != is_local) continue;
    out += separator;
    append_json_string(out, name);
    out += ',';
    append_key_schema(out, keys);
    out += R"(,"Projection":{"ProjectionType":"ALL"}})";
    separator = R"(,{"IndexName":)";
    any = true;
  }
  if (any) out += ']';
}

std::string table_name_json(std::string_view table) {
  std::string json = R"({"TableName":)";
  append_json_string(json, table);
  return json + "}";
}

/// The table's description, as far as it is compared.
class Description {
 public:
  [[nodiscard]] bool parse(const std::string& body) {
    document_.Parse<rapidjson::kParseIterativeFlag>(body.c_str(), body.size());
    return !document_.HasParseError() && document_.IsObject() && document_.HasMember("Table") &&
           document_["Table"].IsObject();
  }
  [[nodiscard]] std::string status() const { return text(table(), "TableStatus"); }

  [[nodiscard]] KeyDefinition keys() const { return keys_of(table()); }
  [[nodiscard]] std::map<std::string, KeyDefinition> indexes() const {
    std::map<std::string, KeyDefinition> found;
    for (const char* const kind : {"GlobalSecondaryIndexes", "LocalSecondaryIndexes"}) {
      const auto at = table().FindMember(kind);
      if (at == table().MemberEnd() || !at->value.IsArray()) continue;
      for (const auto& index : at->value.GetArray()) {
        if (!index.IsObject()) continue;
        KeyDefinition definition = keys_of(index);
        definition.is_local = kind[0] == 'L';
        found[text(index, "IndexName")] = std::move(definition);
      }
    }
    return found;
  }

 private:
  using Json = rapidjson::Value;
  [[nodiscard]] const Json& table() const { return document_["Table"]; }
  static std::string text(const Json& object, const char* name) {
    const auto at = object.FindMember(name);
    return at == object.MemberEnd() || !at->value.IsString() ? "" : at->value.GetString();
  }
  [[nodiscard]] std::string type_of(const std::string& field) const {
    const auto at = table().FindMember("AttributeDefinitions");
    if (at == table().MemberEnd() || !at->value.IsArray()) return {};
    for (const auto& one : at->value.GetArray()) {
      if (one.IsObject() && text(one, "AttributeName") == field) return text(one, "AttributeType");
    }
    return {};
  }
  [[nodiscard]] KeyDefinition keys_of(const Json& object) const {
    KeyDefinition keys;
    const auto at = object.FindMember("KeySchema");
    if (at == object.MemberEnd() || !at->value.IsArray()) return keys;
    for (const auto& one : at->value.GetArray()) {
      if (!one.IsObject()) continue;
      const std::string field = text(one, "AttributeName");
      (text(one, "KeyType") == "HASH" ? keys.partition_key : keys.sort_key)
          .push_back({field, type_of(field)});
    }
    return keys;
  }

  rapidjson::Document document_;
};

std::string key_text(const KeyDefinition& keys) {
  std::string text;
  for (const auto* const parts : {&keys.partition_key, &keys.sort_key}) {
    for (const KeyDefinition::Part& part : *parts) {
      text += (text.empty() ? "" : ", ") + part.field + " (" + part.type + ")";
    }
  }
  return text;
}

Result<Description> describe(const Table& table) {
  LODESTONE_ASSIGN(const std::string body, table.execute("DescribeTable", table_name_json(table.name())));
  Description description;
  if (!description.parse(body)) {
    return Error{.code = ErrorCode::kOperationFailed,
                 .message = "DescribeTable's reply is not what the service sends"};
  }
  return description;
}

}  // namespace

Result<TableDefinition> table_definition(const std::vector<const EntitySchema*>& entities) {
  TableDefinition definition;
  for (const EntitySchema* const schema : entities) {
    for (const IndexSchema& index : schema->indexes) {
      KeyDefinition keys = definition_of(*schema, index);
      if (index.is_primary()) {
        if (definition.keys.partition_key.empty()) definition.keys = keys;
        if (definition.keys == keys) continue;
        return entity_error(
            *schema, ErrorCode::kInconsistentIndex,
            "Its table has the keys " + key_text(keys) + ", that of others " + key_text(definition.keys));
      }
      const auto [there, is_new] = definition.indexes.emplace(index.index_name, keys);
      if (is_new || there->second == keys) continue;
      return entity_error(*schema, ErrorCode::kInconsistentIndex,
                          "Its index '" + index.index_name + "' has the keys " + key_text(keys) +
                              ", that of others " + key_text(there->second));
    }
  }
  return definition;
}

std::string create_table_json(const TableDefinition& definition, std::string_view table) {
  std::string json = R"({"TableName":)";
  append_json_string(json, table);
  json += R"(,"BillingMode":"PAY_PER_REQUEST",)";
  append_key_schema(json, definition.keys);
  std::map<std::string, std::string> types;
  const auto add_types = [&types](const KeyDefinition& keys) {
    for (const auto* const parts : {&keys.partition_key, &keys.sort_key}) {
      for (const KeyDefinition::Part& part : *parts) types[part.field] = part.type;
    }
  };
  add_types(definition.keys);
  for (const auto& [name, keys] : definition.indexes) add_types(keys);
  const char* separator = R"(,"AttributeDefinitions":[{"AttributeName":)";
  for (const auto& [field, type] : types) {
    json += separator;
    append_json_string(json, field);
    json += R"(,"AttributeType":")" + type + "\"}";
    separator = R"(,{"AttributeName":)";
  }
  json += ']';
  append_indexes(json, definition, false);
  append_indexes(json, definition, true);
  return json + "}";
}

Result<Done> create_table(const Table& table, const TableDefinition& definition, std::string_view ttl) {
  LODESTONE_TRY(table.execute("CreateTable", create_table_json(definition, table.name())));
  for (;;) {
    LODESTONE_ASSIGN(const Description description, describe(table));
    if (description.status() == "ACTIVE") break;
    const std::chrono::milliseconds pause(200);
    if (table.options().wait) {
      table.options().wait(pause);
    } else {
      std::this_thread::sleep_for(pause);
    }
  }
  if (ttl.empty()) return Done{};
  std::string json = R"({"TableName":)";
  append_json_string(json, table.name());
  json += R"(,"TimeToLiveSpecification":{"Enabled":true,"AttributeName":)";
  append_json_string(json, ttl);
  LODESTONE_TRY(table.execute("UpdateTimeToLive", json + "}}"));
  return Done{};
}

Result<std::vector<std::string>> check_table(const Table& table, const TableDefinition& definition) {
  LODESTONE_ASSIGN(const Description description, describe(table));
  std::vector<std::string> faults;
  if (!(description.keys() == definition.keys)) {
    faults.push_back("the table's keys are " + key_text(description.keys()) + ", not " +
                     key_text(definition.keys));
  }
  const auto indexes = description.indexes();
  for (const auto& [name, keys] : definition.indexes) {
    const auto there = indexes.find(name);
    if (there == indexes.end()) {
      faults.push_back("there is no index '" + name + "'");
    } else if (!(there->second == keys)) {
      faults.push_back("the keys of the index '" + name + "' are " + key_text(there->second) + ", not " +
                       key_text(keys));
    }
  }
  return faults;
}

}  // namespace lodestone::model
