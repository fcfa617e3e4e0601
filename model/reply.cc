#include "model/reply.h"

#include <string_view>

#include "model/json.h"
#include "model/json_tree.h"

namespace lodestone::model {
namespace {

using Object = simdjson::dom::object;
using Array = simdjson::dom::array;

template <class T>
bool is(Json json, T& to) {
  return json.get(to) == simdjson::SUCCESS;
}

/// A member of an object; false where there is none, or no object.
bool find(Json json, std::string_view name, Json& to) { return json[name].get(to) == simdjson::SUCCESS; }

// Each reads one member of a reply; false where it is damaged.

bool read_responses(ValueReader& reader, Json json, Reply& reply) {
  if (Array actions; is(json, actions)) {
    for (const Json one : actions) {
      Json item;
      reply.transaction_items.push_back(find(one, "Item", item) ? std::optional(reader.record(item))
                                                                : std::nullopt);
    }
    return true;
  }
  Object tables;
  if (!is(json, tables)) return false;
  for (const auto [table, items] : tables) reply.responses.emplace_back(table, reader.records(items));
  return true;
}

bool read_unprocessed_keys(ValueReader& reader, Json json, Reply& reply) {
  Object tables;
  if (!is(json, tables)) return false;
  for (const auto [table, rest] : tables) {
    Json keys;
    if (!find(rest, "Keys", keys)) return false;
    reply.unprocessed_keys.emplace_back(table, reader.records(keys));
  }
  return true;
}

bool read_unprocessed_writes(ValueReader& reader, Json json, Reply& reply) {
  Object tables;
  if (!is(json, tables)) return false;
  for (const auto [table, rest] : tables) {
    Array writes;
    if (!is(rest, writes)) return false;
    for (const Json write : writes) {
      Json request;
      const bool is_put = find(write, "PutRequest", request);
      if (!is_put && !find(write, "DeleteRequest", request)) return false;
      Json content;
      if (!find(request, is_put ? "Item" : "Key", content)) return false;
      reply.unprocessed_writes.push_back({std::string(table), is_put, reader.record(content)});
    }
  }
  return true;
}

bool read_reasons(ValueReader& reader, Json json, Reply& reply) {
  Array reasons;
  if (!is(json, reasons)) return false;
  for (const Json one : reasons) {
    if (!one.is_object()) return false;
    CancellationReason reason;
    Json part;
    if (find(one, "Code", part)) reason.code = reader.text(part);
    if (find(one, "Message", part) && !part.is_null()) reason.message = reader.text(part);
    if (find(one, "Item", part)) reason.item = reader.record(part);
    reply.cancellation_reasons.push_back(std::move(reason));
  }
  return true;
}

void read_capacity(Json json, Reply& reply) {
  const auto add = [&reply](Json one) {
    double units = 0;
    if (Json part; find(one, "CapacityUnits", part) && is(part, units)) {
      reply.capacity_units = reply.capacity_units.value_or(0) + units;
    }
  };
  if (Array tables; is(json, tables)) {
    for (const Json one : tables) add(one);
  } else {
    add(json);
  }
}

}  // namespace

Error damaged_reply() {
  return {.code = ErrorCode::kInvalidItem, .message = "The reply is not what DynamoDB sends"};
}

Result<Value> value_from_json(std::string_view json) {
  std::string body(json);
  JsonTree tree;
  if (!tree.parse(body)) return damaged_reply();
  ValueReader reader;
  Value value = reader.value(tree.root());
  if (!reader.ok) return damaged_reply();
  return value;
}

Result<Record> record_from_json(std::string_view json) {
  std::string body(json);
  JsonTree tree;
  if (!tree.parse(body)) return damaged_reply();
  ValueReader reader;
  Record record = reader.record(tree.root());
  if (!reader.ok) return damaged_reply();
  return record;
}

Result<Reply> read_reply(std::string& body) {
  JsonTree tree;
  Result<Reply> reply(std::in_place);
  if (!tree.parse(body) || !read_reply(tree.root(), true, *reply)) reply.fail(damaged_reply());
  return reply;
}

bool read_reply(Json root, bool with_items, Reply& reply) {
  Object members;
  if (!is(root, members)) return false;
  ValueReader reader;
  for (const auto [name, content] : members) {
    if (content.is_null()) continue;
    if (name == "Item") {
      if (with_items) reply.item = reader.record(content);
    } else if (name == "Items") {
      if (with_items) reply.items = reader.records(content);
    } else if (name == "Attributes") {
      reply.attributes = reader.record(content);
    } else if (name == "LastEvaluatedKey") {
      reply.last_key = reader.record(content);
    } else if (name == "Count") {
      reader.ok = is(content, reply.count) && reader.ok;
    } else if (name == "ScannedCount") {
      reader.ok = is(content, reply.scanned_count) && reader.ok;
    } else if (name == "Responses") {
      reader.ok = read_responses(reader, content, reply) && reader.ok;
    } else if (name == "UnprocessedKeys") {
      reader.ok = read_unprocessed_keys(reader, content, reply) && reader.ok;
    } else if (name == "UnprocessedItems") {
      reader.ok = read_unprocessed_writes(reader, content, reply) && reader.ok;
    } else if (name == "CancellationReasons") {
      reader.ok = read_reasons(reader, content, reply) && reader.ok;
    } else if (name == "ConsumedCapacity") {
      read_capacity(content, reply);
    }
  }
  return reader.ok;
}

}  // namespace lodestone::model
