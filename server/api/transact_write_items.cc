// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "server/api/attribute_value.h"
#include "server/api/item_key.h"
#include "server/api/item_reply.h"
#include "server/api/item_write_request.h"
#include "server/api/operations.h"
#include "server/api/transaction_reply.h"
#include "storage/item_codec.h"

namespace lodestone {
namespace {

/// Of all the items and keys of a request.
constexpr std::size_t kMostBytes = 4 * 1024 * 1024;

constexpr std::string_view kConditionOnly[] = {"ConditionExpression"};
constexpr std::string_view kUpdateAndCondition[] = {"UpdateExpression", "ConditionExpression"};

constexpr ExpressionParameters parameters_of(std::span<const std::string_view> expressions, bool any_depth) {
  ExpressionParameters parameters;
  parameters.expressions = expressions;
  parameters.in_transaction = true;
  parameters.any_depth = any_depth;
  return parameters;
}
constexpr ExpressionParameters kParameters = parameters_of(kConditionOnly, false);
constexpr ExpressionParameters kCheckParameters = parameters_of(kConditionOnly, true);
constexpr ExpressionParameters kUpdateParameters = parameters_of(kUpdateAndCondition, false);

struct Action {
  std::string_view table_name;
  ItemWrite write;
  /// What the request alone rules out, and is nevertheless told as the action's reason.
  std::optional<ApiError> fault;
};

/// An empty value in a Key is known without its table.
ApiResult<void> check_no_empty_key(Item key) {
  for (const Attribute& attribute : key) {
    const Value& value = attribute.value;
    if ((value.type() == Type::kS || value.type() == Type::kB) && value.text().empty()) {
      return empty_key_value(attribute.name, value.type());
    }
  }
  return {};
}

/// An Update whose values are nested too deeply cancels the transaction, where any other fault of its values
/// refuses the request.
ApiResult<Action> read_update_action(Request& request, const JsonValue& json) {
  Action action;
  auto write = read_update(request, json, kUpdateParameters);
  if (write.ok()) {
    action.write = std::move(*write);
    return action;
  }
  if (!is_nesting_fault(write.error())) return failure(std::move(write).error());
  action.write.kind = ItemWrite::Kind::kUpdate;
  LODESTONE_ASSIGN(action.write.key_attributes, read_item(*member(json, "Key"), request.arena()));
  action.fault = std::move(write).error();
  return action;
}

constexpr std::array<std::string_view, 4> kActions = {"ConditionCheck", "Put", "Update", "Delete"};

ApiResult<void> check_one_each(const JsonValue& items) {
  for (const JsonValue& item : items.GetArray()) {
    const auto given =
        std::ranges::count_if(kActions, [&](std::string_view name) { return member(item, name) != nullptr; });
    if (given != 1) {
      return validation_error("TransactItems can only contain one of Check, Put, Update or Delete");
    }
  }
  return {};
}

/// The action that the element holds.
ApiResult<Action> read_action(Request& request, const JsonValue& json) {
  std::optional<Action> action;
  const auto take = [&](std::string_view name, auto&& read) -> ApiResult<void> {
    const JsonValue* given = member(json, name);
    if (given == nullptr) return {};
    LODESTONE_ASSIGN(action, read(*given));
    action->table_name = *text_member(*given, "TableName");
    return check_no_empty_key(action->write.key_attributes);
  };
  const auto write_of = [](ApiResult<ItemWrite> write) -> ApiResult<Action> {
    if (!write.ok()) return failure(std::move(write).error());
    return Action{{}, std::move(*write), {}};
  };
  LODESTONE_TRY(take("ConditionCheck", [&](const JsonValue& given) {
    return write_of(read_check(request, given, kCheckParameters));
  }));
  LODESTONE_TRY(
      take("Put", [&](const JsonValue& given) { return write_of(read_put(request, given, kParameters)); }));
  LODESTONE_TRY(take("Update", [&](const JsonValue& given) { return read_update_action(request, given); }));
  LODESTONE_TRY(take(
      "Delete", [&](const JsonValue& given) { return write_of(read_delete(request, given, kParameters)); }));
  return std::move(*action);
}

/// The items of the request have to be different, even where a key does not fit its table.
ApiResult<void> check_distinct(const std::vector<Action>& actions, Arena& arena) {
  const auto key_of = [&arena](const Action& action) -> std::optional<std::span<const Value>> {
    const Item item =
        action.write.kind == ItemWrite::Kind::kPut ? action.write.item : action.write.key_attributes;
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

/// Of a Put it takes the table to tell which of its attributes are keys.
ApiResult<void> check_put_keys(const std::vector<Action>& actions) {
  for (const Action& action : actions) {
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
ApiResult<void> check_size(const std::vector<Action>& actions) {
  std::size_t bytes = 0;
  for (const Action& action : actions)
    bytes += action.write.item_bytes + action.write.values_bytes + size_bytes(action.write.key_attributes);
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
        engine.tokens.complete(batch, *token, fingerprint_of_request, engine.clock.now());
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
ApiResult<void> add_reads(Request& request, std::vector<Action>& actions, TransactionCapacity& capacity) {
  Scratch& scratch = request.scratch;
  for (Action& action : actions) {
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

ApiResult<void> append_reply(std::string& reply, Request& request, std::vector<Action>& actions,
                             bool repeated) {
  ReplyObject object(reply);
  if (const CapacityDetail detail = capacity_detail(request.json); detail != CapacityDetail::kNone) {
    TransactionCapacity capacity;
    if (repeated) {
      LODESTONE_TRY(add_reads(request, actions, capacity));
    } else {
      for (const Action& action : actions) {
        const ItemWrite& write = action.write;
        capacity.of(action.table_name)
            .add_write(write.bytes_before, write.bytes_after, write.index_changes, 2);
      }
    }
    capacity.append_json(object.key("ConsumedCapacity"), detail,
                         repeated ? CapacitySplit::kRead : CapacitySplit::kWrite);
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
  return {};
}

}  // namespace

ApiResult<void> transact_write_items(Request& request, std::string& reply) {
  const JsonValue& items = *member(request.json, "TransactItems");
  LODESTONE_TRY(check_one_each(items));
  std::vector<Action> actions;
  for (const JsonValue& json : items.GetArray()) {
    LODESTONE_ASSIGN(Action action, read_action(request, json));
    actions.push_back(std::move(action));
  }
  for (Action& action : actions) {
    LODESTONE_ASSIGN(action.write.table, find_active_table(request, action.table_name));
  }
  LODESTONE_TRY(check_put_keys(actions));
  LODESTONE_TRY(check_distinct(actions, request.arena()));
  LODESTONE_TRY(check_size(actions));

  const auto client_token = text_member(request.json, "ClientRequestToken");
  if (!client_token) {
    LODESTONE_TRY(run(request, actions, std::nullopt, 0));
    return append_reply(reply, request, actions, false);
  }
  const std::string token = idempotency_token(scope_of(request.engine, request.caller), *client_token);
  const std::uint64_t print = fingerprint(items);
  IdempotencyTokens& tokens = request.engine.tokens;
  LODESTONE_ASSIGN(const auto standing, tokens.begin(token, print, request.now));
  if (standing == IdempotencyTokens::Standing::kCompleted) return append_reply(reply, request, actions, true);
  auto outcome = run(request, actions, token, print);
  tokens.end(token);
  request.engine.work_pending = true;  // to forget the token when its time has come
  LODESTONE_TRY(std::move(outcome));
  return append_reply(reply, request, actions, false);
}

}  // namespace lodestone
