#include "server/api/read_transaction.h"

#include <algorithm>
#include <bitset>

#include "server/api/item_key.h"
#include "server/api/transaction_reply.h"
#include "storage/item_codec.h"

namespace lodestone {
namespace {

constexpr std::size_t kMostBytes = 4 * 1024 * 1024;

/// Makes the rows' keys. A key that does not fit its table cancels the transaction.
ApiResult<void> make_rows(Request& request, std::vector<TransactionGet>& gets) {
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
  for (const TransactionGet& get : gets) {
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
ApiResult<void> read_rows(Request& request, std::vector<TransactionGet>& gets) {
  Engine& engine = request.engine;
  std::bitset<ItemLocks::kStripes> stripes;
  std::vector<std::string_view> rows;
  for (const TransactionGet& get : gets) {
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

/// Appends the part of the item that is asked for, as a member of `response`.
ApiResult<void> append_item(const TransactionGet& get, const StoredItem& stored, ReplyObject& response,
                            Arena& arena) {
  if (get.projection == nullptr && get.filter == nullptr) {
    response.key("Item") += stored.json;
    return {};
  }
  const auto item = decode_item(stored.json, arena);
  if (!item) return internal_error("a stored item does not decode");
  if (get.filter != nullptr && !evaluate(*get.filter, *item)) return {};
  append_json(response.key("Item"),
              get.projection == nullptr ? *item : project(*get.projection, *item, arena));
  return {};
}

}  // namespace

ApiResult<void> perform_reads(Request& request, std::vector<TransactionGet>& gets) {
  LODESTONE_TRY(make_rows(request, gets));
  return read_rows(request, gets);
}

ApiResult<void> append_items(Request& request, const std::vector<TransactionGet>& gets, ReplyObject& object) {
  TransactionCapacity capacity;
  std::size_t bytes = 0;
  char separator = '[';
  std::string& reply = object.key("Responses");
  for (const TransactionGet& get : gets) {
    reply += separator;
    separator = ',';
    ReplyObject response(reply);
    std::size_t item_bytes = 0;
    if (get.stored) {
      const auto stored = open_item(*get.stored);
      if (!stored) return internal_error("a stored item has an unknown form");
      item_bytes = stored->size_bytes;
      LODESTONE_TRY(append_item(get, *stored, response, request.arena()));
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
  return {};
}

}  // namespace lodestone
