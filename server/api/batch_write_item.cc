// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html
#include <algorithm>
#include <vector>

#include "server/api/attribute_value.h"
#include "server/api/item_key.h"
#include "server/api/item_reply.h"
#include "server/api/item_write_request.h"
#include "server/api/operations.h"
#include "storage/item_codec.h"

namespace lodestone {
namespace {

constexpr std::size_t kMostWrites = 25;

/// What is asked of one table: a run of the request's writes.
struct TableWrites {
  std::string_view name;  ///< as the request spells it
  std::size_t begin = 0;
  std::size_t end = 0;
};

struct Writes {
  std::vector<TableWrites> tables;
  std::vector<ItemWrite> items;
};

ApiResult<Writes> read_writes(Request& request) {
  Writes writes;
  const JsonValue& tables = *member(request.json, "RequestItems");
  std::size_t count = 0;
  for (const auto& entry : tables.GetObject()) count += entry.value.Size();
  if (count > kMostWrites) return validation_error("Too many items requested for the BatchWriteItem call");
  for (const auto& entry : tables.GetObject()) {
    TableWrites& table = writes.tables.emplace_back();
    table.name = json_text(entry.name);
    table.begin = writes.items.size();
    for (const JsonValue& element : entry.value.GetArray()) {
      const JsonValue* put = member(element, "PutRequest");
      const JsonValue* erase = member(element, "DeleteRequest");
      if ((put == nullptr) == (erase == nullptr)) {
        return validation_error(
            "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the "
            "supported datatypes");
      }
      ItemWrite& write = writes.items.emplace_back();
      if (put != nullptr) {
        LODESTONE_ASSIGN(write.item, read_item(*member(*put, "Item"), request.arena()));
        write.item_bytes = size_bytes(write.item);
        if (write.item_bytes > kMaxItemBytes) {
          return validation_error("Item size has exceeded the maximum allowed size");
        }
      } else {
        write.kind = ItemWrite::Kind::kDelete;
        LODESTONE_ASSIGN(write.key_attributes, read_item(*member(*erase, "Key"), request.arena()));
      }
    }
    table.end = writes.items.size();
  }
  return writes;
}

/// Of a put that does not have its table's key a batch tells less than PutItem does.
ApiResult<void> check_key_of_put(const ItemWrite& write) {
  constexpr std::string_view kMismatch = "The provided key element does not match the schema";
  const KeySchema& key = write.table->layout.key;
  for (std::size_t i = 0; i < key.size(); ++i) {
    const Value* value = find(write.item, key.at(i).name);
    if (value == nullptr) {
      Failure<ApiError> missing = invalid_parameters("Missing the key " + key.at(i).name + " in the item");
      missing.error.older_message = kMismatch;
      return missing;
    }
    if (value->type() != key.at(i).type) return validation_error(std::string(kMismatch));
  }
  return {};
}

/// Finds the tables, checks the keys and makes the rows' keys.
ApiResult<void> resolve(Request& request, Writes& writes) {
  for (const TableWrites& run : writes.tables) {
    LODESTONE_ASSIGN(Table * table, find_active_table(request, run.name));
    for (std::size_t i = run.begin; i < run.end; ++i) writes.items[i].table = table;
  }
  for (ItemWrite& write : writes.items) {
    if (write.kind == ItemWrite::Kind::kPut) LODESTONE_TRY(check_key_of_put(write));
    LODESTONE_TRY(fit_to_table(write, request.scratch));
  }
  std::vector<std::string_view> keys;
  for (const ItemWrite& write : writes.items) keys.push_back(write.key);
  std::ranges::sort(keys);
  if (std::ranges::adjacent_find(keys) != keys.end()) {
    return validation_error("Provided list of item keys contains duplicates");
  }
  return {};
}

/// The writes that met a transaction, as they may be sent again.
void append_unprocessed(std::string& reply, const Writes& writes) {
  ReplyObject tables(reply);
  for (const TableWrites& run : writes.tables) {
    bool any = false;
    for (std::size_t i = run.begin; i < run.end; ++i) {
      const ItemWrite& write = writes.items[i];
      if (!write.unprocessed) continue;
      if (!any) tables.key(run.name);
      reply += any ? ',' : '[';
      any = true;
      const bool put = write.kind == ItemWrite::Kind::kPut;
      reply += put ? "{\"PutRequest\":{\"Item\":" : "{\"DeleteRequest\":{\"Key\":";
      append_json(reply, put ? write.item : write.key_attributes);
      reply += "}}";
    }
    if (any) reply += ']';
  }
  tables.close();
}

void append_all_collection_metrics(std::string& reply, Request& request, const Writes& writes) {
  ReplyObject tables(reply);
  for (const TableWrites& run : writes.tables) {
    const TableLayout& layout = writes.items[run.begin].table->layout;
    if (!wants_collection_metrics(request.json, layout)) continue;
    tables.key(run.name);
    // One entry per item collection, however many of its items were written.
    std::vector<const Value*> told;
    for (std::size_t i = run.begin; i < run.end; ++i) {
      const ItemWrite& write = writes.items[i];
      const Item key = write.kind == ItemWrite::Kind::kPut ? write.item : write.key_attributes;
      const Value* partition = find(key, layout.key.partition[0].name);
      if (std::ranges::any_of(told, [&](const Value* known) { return *known == *partition; })) continue;
      reply += told.empty() ? '[' : ',';
      told.push_back(partition);
      append_collection_metrics(reply, layout, key);
    }
    reply += ']';
  }
  tables.close();
}

}  // namespace

ApiResult<void> batch_write_item(Request& request, std::string& reply) {
  if (member(request.json, "RequestItems")->ObjectEmpty()) {
    return validation_error("The requestItems parameter is required for BatchWriteItem");
  }
  LODESTONE_ASSIGN(Writes writes, read_writes(request));
  LODESTONE_TRY(resolve(request, writes));
  LODESTONE_TRY(commit_batch(request.engine, request.scratch, writes.items));

  ReplyObject object(reply);
  append_unprocessed(object.key("UnprocessedItems"), writes);
  if (text_member(request.json, "ReturnItemCollectionMetrics") == "SIZE") {
    append_all_collection_metrics(object.key("ItemCollectionMetrics"), request, writes);
  }
  if (const CapacityDetail detail = capacity_detail(request.json); detail != CapacityDetail::kNone) {
    object.key("ConsumedCapacity");
    for (const TableWrites& run : writes.tables) {
      ConsumedCapacity capacity;
      for (std::size_t i = run.begin; i < run.end; ++i) {
        const ItemWrite& write = writes.items[i];
        if (write.unprocessed) continue;
        capacity.add_write(write.bytes_before, write.bytes_after, write.index_changes);
      }
      reply += &run == writes.tables.data() ? '[' : ',';
      capacity.append_json(reply, run.name, detail);
    }
    reply += ']';
  }
  object.close();
  return {};
}

}  // namespace lodestone
