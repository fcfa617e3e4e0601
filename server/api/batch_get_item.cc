// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html
#include <algorithm>
#include <vector>

#include "server/api/attribute_value.h"
#include "server/api/capacity.h"
#include "server/api/engine.h"
#include "server/api/expression_inputs.h"
#include "server/api/item_key.h"
#include "server/api/item_reply.h"
#include "server/api/operations.h"
#include "storage/item_codec.h"
#include "storage/json_text.h"

namespace lodestone {
namespace {

constexpr std::size_t kMostKeys = 100;
/// What a reply may hold; the rest is UnprocessedKeys.
constexpr std::size_t kReplyBytes = 16 * 1024 * 1024;

constexpr std::string_view kLegacy[] = {"AttributesToGet"};
constexpr std::string_view kExpressions[] = {"ProjectionExpression"};
constexpr ExpressionParameters kParameters{kLegacy, kExpressions, {}};

/// What is asked of one table.
struct TableKeys {
  std::string_view name;  ///< as the request spells it
  const JsonValue* json;
  const Projection* projection = nullptr;
  Table* table = nullptr;
  std::vector<Item> keys;
  std::vector<std::string_view> rows;
  std::size_t processed = 0;
  ConsumedCapacity capacity;
};

ApiResult<std::vector<TableKeys>> read_tables(Request& request) {
  std::vector<TableKeys> tables;
  std::size_t keys = 0;
  const JsonValue& items = *member(request.json, "RequestItems");
  for (const auto& entry : items.GetObject()) {
    tables.push_back({json_text(entry.name), &entry.value, nullptr, nullptr, {}, {}, 0, {}});
    keys += member(entry.value, "Keys")->Size();
  }
  if (keys > kMostKeys) return validation_error("Too many items requested for the BatchGetItem call");
  for (TableKeys& table : tables) LODESTONE_TRY(check_expression_parameters(*table.json, kParameters));
  for (TableKeys& table : tables) {
    LODESTONE_ASSIGN(Placeholders placeholders, read_placeholders(request, *table.json, kParameters));
    LODESTONE_ASSIGN(table.projection, read_projection(request, *table.json, placeholders, kParameters));
    LODESTONE_TRY(check_all_used(placeholders, kParameters));
  }
  for (TableKeys& table : tables) {
    for (const JsonValue& key : member(*table.json, "Keys")->GetArray()) {
      LODESTONE_ASSIGN(const Item item, read_item(key, request.arena()));
      table.keys.push_back(item);
    }
  }
  return tables;
}

ApiResult<void> check_duplicates(const TableKeys& table) {
  for (std::size_t i = 0; i < table.keys.size(); ++i) {
    for (std::size_t k = 0; k < i; ++k) {
      if (Value::map(table.keys[i]) == Value::map(table.keys[k])) {
        return validation_error("Provided list of item keys contains duplicates");
      }
    }
  }
  return {};
}

ApiResult<void> make_rows(Request& request, TableKeys& table) {
  for (const Item key : table.keys) {
    LODESTONE_ASSIGN(const auto values, read_key(table.table->layout, key, request.arena()));
    make_item_key(request.scratch.key, table.table->layout, values);
    table.rows.push_back(request.arena().copy(std::string_view(request.scratch.key)));
  }
  if (table.projection != nullptr)
    LODESTONE_TRY(check_projected_keys(*table.projection, table.table->layout));
  return {};
}

/// Appends the table's items until the reply is full. Damaged rows are the store's fault.
ApiResult<void> read_rows(Request& request, TableKeys& table, std::string& reply, std::size_t& bytes) {
  const bool consistent = flag_member(*table.json, "ConsistentRead").value_or(false);
  std::vector<std::string_view> found(table.rows.size());
  Arena& arena = request.arena();
  LODESTONE_TRY_STORAGE(request.engine.kv->multi_get(
      table.rows, [&](std::size_t index, std::string_view value) { found[index] = arena.copy(value); }));
  bool first = true;
  for (; table.processed < found.size(); ++table.processed) {
    const std::string_view value = found[table.processed];
    if (value.empty()) {
      table.capacity.add_table(read_units(0, consistent));
      continue;
    }
    const auto stored = open_item(value);
    if (!stored) return internal_error("a stored item has an unknown form");
    if (bytes + stored->size_bytes > kReplyBytes) return {};
    bytes += stored->size_bytes;
    table.capacity.add_table(read_units(stored->size_bytes, consistent));
    if (!first) reply += ',';
    first = false;
    if (table.projection == nullptr) {
      reply += stored->json;
      continue;
    }
    const auto item = decode_item(stored->json, arena);
    if (!item) return internal_error("a stored item does not decode");
    append_json(reply, project(*table.projection, *item, arena));
  }
  return {};
}

/// The part of a table's request that is left, as it may be sent again.
void append_unprocessed(std::string& out, const TableKeys& table) {
  ReplyObject object(out);
  std::string& keys = object.key("Keys");
  keys += '[';
  for (std::size_t i = table.processed; i < table.keys.size(); ++i) {
    if (i != table.processed) keys += ',';
    append_json(keys, table.keys[i]);
  }
  keys += ']';
  if (const auto projection = text_member(*table.json, "ProjectionExpression")) {
    append_json_string(object.key("ProjectionExpression"), *projection);
  }
  if (const JsonValue* names = member(*table.json, "ExpressionAttributeNames")) {
    ReplyObject map(object.key("ExpressionAttributeNames"));
    for (const auto& name : names->GetObject())
      append_json_string(map.key(json_text(name.name)), json_text(name.value));
    map.close();
  }
  if (const JsonValue* names = member(*table.json, "AttributesToGet")) {
    std::string& list = object.key("AttributesToGet");
    for (rapidjson::SizeType i = 0; i < names->Size(); ++i) {
      list += i == 0 ? '[' : ',';
      append_json_string(list, json_text((*names)[i]));
    }
    list += ']';
  }
  if (const auto consistent = flag_member(*table.json, "ConsistentRead")) {
    object.key("ConsistentRead") += *consistent ? "true" : "false";
  }
  object.close();
}

}  // namespace

ApiResult<void> batch_get_item(Request& request, std::string& reply) {
  if (member(request.json, "RequestItems")->ObjectEmpty()) {
    return validation_error("The requestItems parameter is required for BatchGetItem");
  }
  LODESTONE_ASSIGN(std::vector<TableKeys> tables, read_tables(request));
  for (const TableKeys& table : tables) LODESTONE_TRY(check_duplicates(table));
  for (TableKeys& table : tables) {
    LODESTONE_ASSIGN(table.table, find_active_table(request, table.name));
  }
  for (TableKeys& table : tables) LODESTONE_TRY(make_rows(request, table));

  ReplyObject object(reply);
  std::size_t bytes = 0;
  object.key("Responses");
  {
    ReplyObject responses(reply);
    for (TableKeys& table : tables) {
      responses.key(table.name) += '[';
      LODESTONE_TRY(read_rows(request, table, reply, bytes));
      reply += ']';
    }
    responses.close();
  }
  object.key("UnprocessedKeys");
  {
    ReplyObject unprocessed(reply);
    for (const TableKeys& table : tables) {
      if (table.processed < table.keys.size()) append_unprocessed(unprocessed.key(table.name), table);
    }
    unprocessed.close();
  }
  if (const CapacityDetail detail = capacity_detail(request.json); detail != CapacityDetail::kNone) {
    object.key("ConsumedCapacity");
    for (const TableKeys& table : tables) {
      reply += &table == tables.data() ? '[' : ',';
      table.capacity.append_json(reply, table.name, detail);
    }
    reply += ']';
  }
  object.close();
  return {};
}

}  // namespace lodestone
