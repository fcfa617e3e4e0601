#include "model/table_definition.h"

#include <algorithm>

#include <rapidjson/document.h>

#include "model/json.h"

namespace lodestone::model {
namespace {

/// How often, and how long between, a new table is looked at: ten minutes.
constexpr int kMostLooks = 3000;
constexpr std::chrono::milliseconds kPause(200);

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

void append_projection(std::string& out, const IndexDefinition& index) {
  if (index.has_all) {
    out += R"(,"Projection":{"ProjectionType":"ALL"})";
    return;
  }
  const char* separator = R"(,"Projection":{"ProjectionType":"INCLUDE","NonKeyAttributes":[)";
  for (const std::string& attribute : index.attributes) {
    out += separator;
    append_json_string(out, attribute);
    separator = ",";
  }
  out += "]}";
}

void append_indexes(std::string& out, const TableDefinition& definition, bool is_local) {
  const char* separator =
      is_local ? R"(,"LocalSecondaryIndexes":[{"IndexName":)" : R"(,"GlobalSecondaryIndexes":[{"IndexName":)";
  bool any = false;
  for (const auto& [name, index] : definition.indexes) {
    if (index.keys.is_local != is_local) continue;
    out += separator;
    append_json_string(out, name);
    out += ',';
    append_key_schema(out, index.keys);
    append_projection(out, index);
    out += '}';
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
  [[nodiscard]] std::map<std::string, IndexDefinition> indexes() const {
    std::map<std::string, IndexDefinition> found;
    for (const char* const kind : {"GlobalSecondaryIndexes", "LocalSecondaryIndexes"}) {
      const auto at = table().FindMember(kind);
      if (at == table().MemberEnd() || !at->value.IsArray()) continue;
      for (const auto& index : at->value.GetArray()) {
        if (!index.IsObject()) continue;
        IndexDefinition definition{.keys = keys_of(index), .attributes = {}};
        definition.keys.is_local = kind[0] == 'L';
        read_projection(index, definition);
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

  static void read_projection(const Json& index, IndexDefinition& definition) {
    const auto projection = index.FindMember("Projection");
    if (projection == index.MemberEnd() || !projection->value.IsObject()) return;
    definition.has_all = text(projection->value, "ProjectionType") == "ALL";
    const auto attributes = projection->value.FindMember("NonKeyAttributes");
    if (attributes == projection->value.MemberEnd() || !attributes->value.IsArray()) return;
    for (const auto& one : attributes->value.GetArray()) {
      if (one.IsString()) definition.attributes.insert(one.GetString());
    }
  }

  rapidjson::Document document_;
};

std::string key_text(const KeyDefinition& keys) {
  std::string text;
  for (const auto* const parts : {&keys.partition_key, &keys.sort_key}) {
    for (const KeyDefinition::Part& part : *parts) {
      text.append(text.empty() ? "" : ", ").append(part.field).append(" (").append(part.type).append(")");
    }
  }
  return text;
}

/// What `index` of the entity needs to have besides keys.
std::set<std::string> projected(const EntitySchema& schema, const IndexSchema& index) {
  std::set<std::string> fields;
  for (const Identifier& identifier : schema.identifiers) fields.insert(identifier.field);
  for (const std::string& name : attributes_in_keys_only(schema, index)) {
    fields.insert(schema.attribute(name)->field);
  }
  return fields;
}

/// Keys are in every index anyway, and may not be named again.
void leave_out_keys(const KeyDefinition& keys, std::set<std::string>& fields) {
  for (const auto* const parts : {&keys.partition_key, &keys.sort_key}) {
    for (const KeyDefinition::Part& part : *parts) fields.erase(part.field);
  }
}

Result<Done> add_index(const EntitySchema& schema, const IndexSchema& index, TableDefinition& definition) {
  const KeyDefinition keys = definition_of(schema, index);
  const auto [at, is_new] = definition.indexes.try_emplace(index.index_name);
  IndexDefinition& there = at->second;
  if (is_new) {
    there.keys = keys;
    there.has_all = !index.is_keys_only;
  }
  if (!(there.keys == keys)) {
    return entity_error(schema, ErrorCode::kInconsistentIndex,
                        "Its index '" + index.index_name + "' has the keys " + key_text(keys) +
                            ", that of others " + key_text(there.keys));
  }
  if (there.has_all == index.is_keys_only) {
    return entity_error(schema, ErrorCode::kInconsistentIndex,
                        "Its index '" + index.index_name + "' has " +
                            (there.has_all ? "keys only, that of others all attributes"
                                           : "all attributes, that of others keys only"));
  }
  if (index.is_keys_only) there.attributes.merge(projected(schema, index));
  return Done{};
}

Result<Done> add_ttl(const EntitySchema& schema, TableDefinition& definition) {
  for (const AttributeSchema& attribute : schema.attributes) {
    if (!attribute.expires) continue;
    if (!definition.ttl.empty() && definition.ttl != attribute.field) {
      return entity_error(schema, ErrorCode::kInconsistentIndex,
                          "Its items expire by '" + attribute.field + "', others by '" + definition.ttl +
                              "'; a table has one such attribute");
    }
    definition.ttl = attribute.field;
  }
  return Done{};
}

/// What the live index lacks, in words behind its name; empty: nothing.
std::string lack_of(const IndexDefinition& wanted, const IndexDefinition& there) {
  if (!(there.keys == wanted.keys)) {
    return "has the keys " + key_text(there.keys) + ", not " + key_text(wanted.keys);
  }
  if (there.has_all) return {};
  if (wanted.has_all) return "does not have all attributes";
  for (const std::string& attribute : wanted.attributes) {
    if (!there.attributes.contains(attribute)) return "lacks the attribute '" + attribute + "'";
  }
  return {};
}

/// The attribute by which the live table's items expire; empty: they do not.
Result<std::string> live_ttl(const Table& table) {
  LODESTONE_ASSIGN(const std::string body,
                   table.execute("DescribeTimeToLive", table_name_json(table.name())));
  rapidjson::Document document;
  document.Parse<rapidjson::kParseIterativeFlag>(body.c_str(), body.size());
  if (document.HasParseError() || !document.IsObject()) return std::string();
  const auto at = document.FindMember("TimeToLiveDescription");
  if (at == document.MemberEnd() || !at->value.IsObject()) return std::string();
  const auto status = at->value.FindMember("TimeToLiveStatus");
  const auto name = at->value.FindMember("AttributeName");
  const bool expire = status != at->value.MemberEnd() && status->value.IsString() &&
                      std::string_view(status->value.GetString()).starts_with("ENABL");
  if (!expire || name == at->value.MemberEnd() || !name->value.IsString()) return std::string();
  return std::string(name->value.GetString());
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
      if (!index.is_primary()) {
        LODESTONE_TRY(add_index(*schema, index, definition));
        continue;
      }
      const KeyDefinition keys = definition_of(*schema, index);
      if (definition.keys.partition_key.empty()) definition.keys = keys;
      if (definition.keys == keys) continue;
      return entity_error(
          *schema, ErrorCode::kInconsistentIndex,
          "Its table has the keys " + key_text(keys) + ", that of others " + key_text(definition.keys));
    }
    LODESTONE_TRY(add_ttl(*schema, definition));
  }
  for (auto& [name, index] : definition.indexes) {
    leave_out_keys(definition.keys, index.attributes);
    leave_out_keys(index.keys, index.attributes);
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
  for (const auto& [name, index] : definition.indexes) add_types(index.keys);
  const char* separator = R"(,"AttributeDefinitions":[{"AttributeName":)";
  for (const auto& [field, type] : types) {
    json += separator;
    append_json_string(json, field);
    json.append(R"(,"AttributeType":")").append(type).append("\"}");
    separator = R"(,{"AttributeName":)";
  }
  json += ']';
  append_indexes(json, definition, false);
  append_indexes(json, definition, true);
  return json + "}";
}

Result<Done> create_table(const Table& table, const TableDefinition& definition) {
  LODESTONE_TRY(table.execute("CreateTable", create_table_json(definition, table.name())));
  for (int looks = 0;; ++looks) {
    LODESTONE_ASSIGN(const Description description, describe(table));
    if (description.status() == "ACTIVE") break;
    if (looks == kMostLooks) {
      return Error{
          .code = ErrorCode::kOperationFailed,
          .message = "The table '" + table.name() + "' is " + description.status() + " for too long"};
    }
    table.wait(kPause);
  }
  if (definition.ttl.empty()) return Done{};
  std::string json = R"({"TableName":)";
  append_json_string(json, table.name());
  json += R"(,"TimeToLiveSpecification":{"Enabled":true,"AttributeName":)";
  append_json_string(json, definition.ttl);
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
  for (const auto& [name, wanted] : definition.indexes) {
    const auto there = indexes.find(name);
    if (there == indexes.end()) {
      faults.push_back("there is no index '" + name + "'");
      continue;
    }
    const std::string lack = lack_of(wanted, there->second);
    if (!lack.empty()) faults.push_back(std::string("the index '").append(name).append("' ").append(lack));
  }
  if (!definition.ttl.empty()) {
    LODESTONE_ASSIGN(const std::string ttl, live_ttl(table));
    if (ttl != definition.ttl) faults.push_back("items do not expire by '" + definition.ttl + "'");
  }
  return faults;
}

}  // namespace lodestone::model
