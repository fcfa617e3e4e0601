// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
#include <algorithm>
#include <optional>
#include <vector>

#include "server/api/item_key.h"
#include "server/api/item_reply.h"
#include "server/api/item_write_request.h"
#include "server/api/operations.h"
#include "server/api/transaction_reply.h"

namespace lodestone {
namespace {

/// Of all the items and keys of a request.
constexpr std::size_t kMostBytes = 4 * 1024 * 1024;

constexpr std::string_view kConditionOnly[] = {"ConditionExpression"};
constexpr std::string_view kUpdateAndCondition[] = {"UpdateExpression", "ConditionExpression"};
constexpr ExpressionParameters kParameters{{}, kConditionOnly, "ConditionExpression is null"};
constexpr ExpressionParameters kUpdateParameters{
    {}, kUpdateAndCondition, "UpdateExpression and ConditionExpression are null"};

struct Action {
  std::string_view table_name;
  ItemWrite write;
};

ApiResult<Action> read_action(Request& request, const JsonValue& json) {
  std::optional<Action> action;
  const auto take = [&](std::string_view name, auto&& read) -> ApiResult<void> {
    const JsonValue* given = member(json, name);
    if (given == nullptr) return {};
    if (action) return validation_error("TransactItems can only contain one of Check, Put, Update or Delete");
    LODESTONE_ASSIGN(ItemWrite write, read(*given));
    action = Action{*text_member(*given, "TableName"), std::move(write)};
    return {};
  };
  LODESTONE_TRY(take("ConditionCheck",
                     [&](const JsonValue& given) { return read_check(request, given, kParameters); }));
  LODESTONE_TRY(take("Put", [&](const JsonValue& given) { return read_put(request, given, kParameters); }));
  LODESTONE_TRY(
      take("Update", [&](const JsonValue& given) { return read_update(request, given, kUpdateParameters); }));
  LODESTONE_TRY(
      take("Delete", [&](const JsonValue& given) { return read_delete(request, given, kParameters); }));
  if (!action) return validation_error("TransactItems can only contain one of Check, Put, Update or Delete");
  return std::move(*action);
}

/// The items of the request have to be different, even where a key does not fit its table.
ApiResult<void> check_distinct(const std::vector<Action>& actions) {
  const auto key_of = [](const Action& action) -> std::optional<std::span<const Value>> {
    const Item item =
        action.write.kind == ItemWrite::Kind::kPut ? action.write.item : action.write.key_attributes;
    thread_local Arena arena;
    return key_values(action.write.table->layout.key, item, arena);
  };
  std::vector<std::pair<const Table*, std::string>> keys;
  for (const Action& action : actions) {
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

ApiResult<void> check_size(const std::vector<Action>& actions) {
  std::size_t bytes = 0;
  for (const Action& action : actions)
    bytes += action.write.item_bytes + size_bytes(action.write.key_attributes);
  if (bytes <= kMostBytes) return {};
  return validation_error("Transaction request size cannot exceed 4194304 bytes, actual size: " +
                          std::to_string(bytes));
}

ApiResult<void> run(Request& request, std::vector<Action>& actions, std::optional<std::string_view> token,
                    std::uint64_t fingerprint_of_request) {
  std::vector<ItemWrite> writes;
  std::vector<std::optional<ApiError>> outcomes(actions.size());
  bool fits = true;
  for (std::size_t i = 0; i < actions.size(); ++i) {
    // Only the first key or index key that does not fit its table is told.
    if (auto fitted = fit_to_table(actions[i].write, request.scratch); !fitted.ok() && fits) {
      outcomes[i] = std::move(fitted).error();
      fits = false;
    }
    writes.push_back(actions[i].write);
  }
  if (fits) {
    TransactionCompletion completion;
    if (token) {
      completion = [&](Batch& batch) {
        request.engine.tokens.complete(batch, *token, fingerprint_of_request, request.now);
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

/// A repeated token reads what the transaction wrote, and is charged for that.
void append_reply(std::string& reply, Request& request, std::vector<Action>& actions, bool repeated) {
  ReplyObject object(reply);
  if (const CapacityDetail detail = capacity_detail(request.json); detail != CapacityDetail::kNone) {
    TransactionCapacity capacity;
    for (const Action& action : actions) {
      ConsumedCapacity& of_table = capacity.of(action.table_name);
      if (repeated) {
        of_table.add_table(2 *
                           read_units(std::max(action.write.bytes_before, action.write.bytes_after), true));
      } else {
        of_table.add_write(action.write.bytes_before, action.write.bytes_after, action.write.index_changes,
                           2);
      }
    }
    capacity.append_json(object.key("ConsumedCapacity"), detail);
  }
  if (!repeated && text_member(request.json, "ReturnItemCollectionMetrics") == "SIZE") {
    ReplyObject tables(object.key("ItemCollectionMetrics"));
    std::vector<std::string_view> told;
    for (const Action& action : actions) {
      const TableLayout& layout = action.write.table->layout;
      const bool known = std::ranges::find(told, action.table_name) != told.end();
      if (known || !wants_collection_metrics(request.json, layout)) continue;
      told.push_back(action.table_name);
      tables.key(action.table_name);
      char separator = '[';
      for (const Action& other : actions) {
        if (other.table_name != action.table_name) continue;
        reply += separator;
        separator = ',';
        append_collection_metrics(
            reply, layout,
            other.write.kind == ItemWrite::Kind::kPut ? other.write.item : other.write.key_attributes);
      }
      reply += ']';
    }
    tables.close();
  }
  object.close();
}

}  // namespace

ApiResult<void> transact_write_items(Request& request, std::string& reply) {
  std::vector<Action> actions;
  for (const JsonValue& json : member(request.json, "TransactItems")->GetArray()) {
    LODESTONE_ASSIGN(Action action, read_action(request, json));
    actions.push_back(std::move(action));
  }
  for (Action& action : actions) {
    LODESTONE_ASSIGN(action.write.table, find_active_table(request, action.table_name));
  }
  LODESTONE_TRY(check_distinct(actions));
  LODESTONE_TRY(check_size(actions));

  const auto token = text_member(request.json, "ClientRequestToken");
  const std::uint64_t print = token ? fingerprint(*member(request.json, "TransactItems")) : 0;
  if (!token) {
    LODESTONE_TRY(run(request, actions, token, print));
    append_reply(reply, request, actions, false);
    return {};
  }
  IdempotencyTokens& tokens = request.engine.tokens;
  LODESTONE_ASSIGN(const auto standing, tokens.begin(*token, print, request.now));
  if (standing == IdempotencyTokens::Standing::kCompleted) {
    append_reply(reply, request, actions, true);
    return {};
  }
  auto outcome = run(request, actions, token, print);
  tokens.end(*token);
  request.engine.work_pending = true;  // to forget the token when its time has come
  LODESTONE_TRY(std::move(outcome));
  append_reply(reply, request, actions, false);
  return {};
}

}  // namespace lodestone
