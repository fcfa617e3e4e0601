#include "server/api/write_transaction.h"

#include <algorithm>
#include <utility>

#include "server/api/item_key.h"
#include "server/api/item_write_request.h"
#include "server/api/transaction_reply.h"
#include "storage/item_codec.h"

namespace lodestone {
namespace {

/// Of all the items and keys of a request.
constexpr std::size_t kMostBytes = 4 * 1024 * 1024;

/// The items of the request have to be different, even where a key does not fit its table.
ApiResult<void> check_distinct(const std::vector<TransactionAction>& actions, Arena& arena) {
  const auto key_of = [&arena](const TransactionAction& action) -> std::optional<std::span<const Value>> {
    const Item item =
        action.write.kind == ItemWrite::Kind::kPut ? action.write.item : action.write.key_attributes;
    return key_values(action.write.table->layout.key, item, arena);
  };
  std::vector<std::pair<const Table*, std::string>> keys;
  for (const TransactionAction& action : actions) {
    const auto values = key_of(action);
    if (!values) continue;
    std::string key;
    make_item_key(key, action.write.table->layout, *values);
    keys.emplace_back(action.write.table, std::move(key));
  }
  std::ranges::sort(keys);
  if (std::ranges::adjacent_find(keys) == keys.end()) return {};
  return validation_error("Transaction request cannot include multiple operations on one item");
}

/// Of a Put it takes the table to tell which of its attributes are keys.
ApiResult<void> check_put_keys(const std::vector<TransactionAction>& actions) {
  for (const TransactionAction& action : actions) {
    if (action.write.kind != ItemWrite::Kind::kPut) continue;
    const KeySchema& key = action.write.table->layout.key;
    for (std::size_t i = 0; i < key.size(); ++i) {
      const Value* value = find(action.write.item, key.at(i).name);
      if (value == nullptr) continue;
      const Attribute attribute{key.at(i).name, *value};
      LODESTONE_TRY(check_no_empty_key(Item(&attribute, 1)));
    }
  }
  return {};
}

/// The size of what the request brings: what is stored does not count.
ApiResult<void> check_size(const std::vector<TransactionAction>& actions) {
  std::size_t bytes = 0;
  for (const TransactionAction& action : actions)
    bytes += action.write.item_bytes + action.write.values_bytes + size_bytes(action.write.key_attributes);
  if (bytes <= kMostBytes) return {};
  return validation_error("Transaction request size cannot exceed 4194304 bytes, actual size: " +
                          std::to_string(bytes));
}

ApiResult<void> run(Request& request, std::vector<TransactionAction>& actions,
                    const std::optional<TransactionToken>& token) {
  std::vector<ItemWrite> writes;
  std::vector<std::optional<ApiError>> outcomes(actions.size());
  bool fits = true;
  for (std::size_t i = 0; i < actions.size(); ++i) {
    // Only the first action that does not fit its table is told.
    auto fitted = fit_to_table(actions[i].write, request.scratch);
    if (fitted.ok() && actions[i].fault) fitted = failure(std::move(*actions[i].fault));
    if (!fitted.ok() && fits) {
      outcomes[i] = std::move(fitted).error();
      fits = false;
    }
    writes.push_back(actions[i].write);
  }
  if (fits) {
    TransactionCompletion completion;
    if (token) {
      completion = [&](Batch& batch) {
        Engine& engine = request.engine;
        engine.tokens.complete(batch, token->token, token->request, engine.clock.now());
      };
    }
    LODESTONE_ASSIGN(fits, commit_transaction(request.engine, request.scratch, writes, outcomes, completion));
  }
  for (std::size_t i = 0; i < actions.size(); ++i) actions[i].write = std::move(writes[i]);
  if (fits) return {};
  std::vector<const ApiError*> told;
  for (const auto& outcome : outcomes) told.push_back(outcome ? &*outcome : nullptr);
  return transaction_canceled(told);
}

/// The units of a repeated token: those of reading the items as they are now.
/// Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html,
/// "Idempotency"
ApiResult<void> add_reads(Request& request, std::vector<TransactionAction>& actions,
                          TransactionCapacity& capacity) {
  Scratch& scratch = request.scratch;
  for (TransactionAction& action : actions) {
    std::size_t bytes = 0;
    if (fit_to_table(action.write, scratch).ok()) {
      auto found = request.engine.kv->get(action.write.key, scratch.value);
      if (!found.ok()) return internal_error(found.error());
      const auto stored = *found ? open_item(scratch.value) : std::nullopt;
      if (*found && !stored) return internal_error("a stored item has an unknown form");
      if (stored) bytes = stored->size_bytes;
    }
    capacity.of(action.table_name).add_table(2 * read_units(bytes, true));
  }
  return {};
}

}  // namespace

ApiResult<void> check_no_empty_key(Item key) {
  for (const Attribute& attribute : key) {
    const Value& value = attribute.value;
    if ((value.type() == Type::kS || value.type() == Type::kB) && value.text().empty()) {
      return empty_key_value(attribute.name, value.type());
    }
  }
  return {};
}

ApiResult<bool> perform_transaction(Request& request, std::vector<TransactionAction>& actions,
                                    const std::optional<TransactionToken>& token) {
  LODESTONE_TRY(check_put_keys(actions));
  LODESTONE_TRY(check_distinct(actions, request.arena()));
  LODESTONE_TRY(check_size(actions));
  if (!token) {
    LODESTONE_TRY(run(request, actions, token));
    return true;
  }
  IdempotencyTokens& tokens = request.engine.tokens;
  LODESTONE_ASSIGN(const auto standing, tokens.begin(token->token, token->request, request.now));
  if (standing == IdempotencyTokens::Standing::kCompleted) return false;
  auto outcome = run(request, actions, token);
  tokens.end(token->token);
  request.engine.work_pending = true;  // to forget the token when its time has come
  LODESTONE_TRY(std::move(outcome));
  return true;
}

ApiResult<void> append_capacity(Request& request, std::vector<TransactionAction>& actions, bool performed,
                                CapacityDetail detail, std::string& out) {
  TransactionCapacity capacity;
  if (performed) {
    for (const TransactionAction& action : actions) {
      const ItemWrite& write = action.write;
      capacity.of(action.table_name).add_write(write.bytes_before, write.bytes_after, write.index_changes, 2);
    }
  } else {
    LODESTONE_TRY(add_reads(request, actions, capacity));
  }
  capacity.append_json(out, detail, performed ? CapacitySplit::kWrite : CapacitySplit::kRead);
  return {};
}

}  // namespace lodestone
