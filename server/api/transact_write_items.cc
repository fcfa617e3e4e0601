// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "server/api/attribute_value.h"
#include "server/api/item_reply.h"
#include "server/api/item_write_request.h"
#include "server/api/operations.h"
#include "server/api/write_transaction.h"

namespace lodestone {
namespace {

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

/// An Update whose values are nested too deeply cancels the transaction, where any other fault of its values
/// refuses the request.
ApiResult<TransactionAction> read_update_action(Request& request, const JsonValue& json) {
  TransactionAction action;
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
ApiResult<TransactionAction> read_action(Request& request, const JsonValue& json) {
  std::optional<TransactionAction> action;
  const auto take = [&](std::string_view name, auto&& read) -> ApiResult<void> {
    const JsonValue* given = member(json, name);
    if (given == nullptr) return {};
    LODESTONE_ASSIGN(action, read(*given));
    action->table_name = *text_member(*given, "TableName");
    return check_no_empty_key(action->write.key_attributes);
  };
  const auto write_of = [](ApiResult<ItemWrite> write) -> ApiResult<TransactionAction> {
    if (!write.ok()) return failure(std::move(write).error());
    return TransactionAction{{}, std::move(*write), {}};
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

ApiResult<void> append_reply(std::string& reply, Request& request, std::vector<TransactionAction>& actions,
                             bool performed) {
  ReplyObject object(reply);
  if (const CapacityDetail detail = capacity_detail(request.json); detail != CapacityDetail::kNone) {
    LODESTONE_TRY(append_capacity(request, actions, performed, detail, object.key("ConsumedCapacity")));
  }
  if (performed && text_member(request.json, "ReturnItemCollectionMetrics") == "SIZE") {
    ReplyObject tables(object.key("ItemCollectionMetrics"));
    std::vector<std::string_view> told;
    for (const TransactionAction& action : actions) {
      const TableLayout& layout = action.write.table->layout;
      const bool known = std::ranges::find(told, action.table_name) != told.end();
      if (known || !wants_collection_metrics(request.json, layout)) continue;
      told.push_back(action.table_name);
      tables.key(action.table_name);
      char separator = '[';
      for (const TransactionAction& other : actions) {
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
  std::vector<TransactionAction> actions;
  for (const JsonValue& json : items.GetArray()) {
    LODESTONE_ASSIGN(TransactionAction action, read_action(request, json));
    actions.push_back(std::move(action));
  }
  for (TransactionAction& action : actions) {
    LODESTONE_ASSIGN(action.write.table, find_active_table(request, action.table_name));
  }
  std::optional<TransactionToken> token;
  if (const auto text = text_member(request.json, "ClientRequestToken")) {
    token = {idempotency_token(scope_of(request.engine, request.caller), *text), fingerprint(items)};
  }
  LODESTONE_ASSIGN(const bool performed, perform_transaction(request, actions, token));
  return append_reply(reply, request, actions, performed);
}

}  // namespace lodestone
