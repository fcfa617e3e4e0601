// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactGetItems.html
#include <algorithm>
#include <bitset>
#include <optional>
#include <vector>

#include "server/api/attribute_value.h"
#include "server/api/engine.h"
#include "server/api/expression_inputs.h"
#include "server/api/item_key.h"
#include "server/api/item_reply.h"
#include "server/api/operations.h"
#include "server/api/transaction_reply.h"
#include "storage/item_codec.h"

namespace lodestone {
namespace {

constexpr std::size_t kMostBytes = 4 * 1024 * 1024;
constexpr std::string_view kExpressions[] = {"ProjectionExpression"};
constexpr ExpressionParameters kParameters{{}, kExpressions, {}};

struct Get {
  std::string_view table_name;
  Table* table = nullptr;
  Item key;
  const Projection* projection = nullptr;
  std::string_view row;
  std::optional<std::string_view> stored;
};

ApiResult<Get> read_get(Request& request, const JsonValue& json) {
  const JsonValue& given = *member(json, "Get");
  LODESTONE_TRY(check_expression_parameters(given, kParameters));
  Get get;
  get.table_name = *text_member(given, "TableName");
  LODESTONE_ASSIGN(get.key, read_item(*member(given, "Key"), request.arena()));
  LODESTONE_ASSIGN(Placeholders placeholders, read_placeholders(request, given, kParameters));
  LODESTONE_ASSIGN(get.projection, read_projection(request, given, placeholders, kParameters));
  LODESTONE_TRY(check_all_used(placeholders, kParameters));
  return get;
}

/// Makes the rows' keys. A key that does not fit its table cancels the transaction.
ApiResult<void> make_rows(Request& request, std::vector<Get>& gets) {
  std::vector<std::optional<ApiError>> faults(gets.size());
  bool fits = true;
  for (std::size_t i = 0; i < gets.size(); ++i) {
    auto values = read_key(gets[i].table->layout, gets[i].key, request.arena());
    if (!values.ok()) {
      if (fits) faults[i] = std::move(values).error();
      fits = false;
      continue;
    }
    make_item_key(request.scratch.key, gets[i].table->layout, *values);
    gets[i].row = request.arena().copy(std::string_view(request.scratch.key));
  }
  std::vector<std::string_view> rows;
  for (const Get& get : gets) {
    if (!get.row.empty()) rows.push_back(get.row);
  }
  std::ranges::sort(rows);
  if (std::ranges::adjacent_find(rows) != rows.end()) {
    return validation_error("Transaction request cannot include multiple operations on one item");
  }
  if (fits) return {};
  std::vector<const ApiError*> told;
  for (const auto& fault : faults) told.push_back(fault ? &*fault : nullptr);
  return transaction_canceled(told);
}

/// Reads all rows as of one moment at which no transaction holds any of them.
ApiResult<void> read_rows(Request& request, std::vector<Get>& gets) {
  Engine& engine = request.engine;
  std::bitset<ItemLocks::kStripes> stripes;
  std::vector<std::string_view> rows;
  for (const Get& get : gets) {
    rows.push_back(get.row);
    stripes.set(ItemLocks::stripe_of(get.row));
  }
  const ItemLocks::Hold hold(engine.locks, stripes);
  const Failure<ApiError> conflict = transaction_conflict();
  std::vector<const ApiError*> told;
  bool conflicts = false;
  for (const std::string_view row : rows) {
    const bool held = engine.transactions.is_held(row);
    told.push_back(held ? &conflict.error : nullptr);
    conflicts |= held;
  }
  if (conflicts) return transaction_canceled(told);
  LODESTONE_TRY_STORAGE(engine.kv->multi_get(
      rows, [&](std::size_t i, std::string_view value) { gets[i].stored = request.arena().copy(value); }));
  return {};
}

}  // namespace

ApiResult<void> transact_get_items(Request& request, std::string& reply) {
  std::vector<Get> gets;
  for (const JsonValue& json : member(request.json, "TransactItems")->GetArray()) {
    LODESTONE_ASSIGN(const Get get, read_get(request, json));
    gets.push_back(get);
  }
  for (Get& get : gets) {
    LODESTONE_ASSIGN(get.table, find_active_table(request, get.table_name));
  }
  LODESTONE_TRY(make_rows(request, gets));
  LODESTONE_TRY(read_rows(request, gets));

  ReplyObject object(reply);
  TransactionCapacity capacity;
  std::size_t bytes = 0;
  char separator = '[';
  object.key("Responses");
  for (const Get& get : gets) {
    reply += separator;
    separator = ',';
    ReplyObject response(reply);
    std::size_t item_bytes = 0;
    if (get.stored) {
      const auto stored = open_item(*get.stored);
      if (!stored) return internal_error("a stored item has an unknown form");
      item_bytes = stored->size_bytes;
      if (get.projection == nullptr) {
        response.key("Item") += stored->json;
      } else {
        const auto item = decode_item(stored->json, request.arena());
        if (!item) return internal_error("a stored item does not decode");
        append_json(response.key("Item"), project(*get.projection, *item, request.arena()));
      }
    }
    response.close();
    bytes += item_bytes;
    capacity.of(get.table_name).add_table(2 * read_units(item_bytes, true));
  }
  reply += ']';
  if (bytes > kMostBytes) {
    return validation_error("Transaction request size cannot exceed 4194304 bytes, actual size: " +
                            std::to_string(bytes));
  }
  if (const CapacityDetail detail = capacity_detail(request.json); detail != CapacityDetail::kNone) {
    capacity.append_json(object.key("ConsumedCapacity"), detail, CapacitySplit::kRead);
  }
  object.close();
  return {};
}

}  // namespace lodestone
