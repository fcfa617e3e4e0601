#include "model/transaction.h"

namespace lodestone::model::detail {

Result<std::string> transact_json(const std::vector<TransactionAction>& actions, bool is_write,
                                  const std::optional<std::string>& token) {
  std::string json = R"({"TransactItems":[)";
  for (const TransactionAction& action : actions) {
    if (!action.request.ok()) return action.request.error();
    if (json.back() != '[') json += ',';
    append_action_json(json, is_write ? action_of(*action.request) : "Get", *action.request);
  }
  json += ']';
  if (token) {
    json += R"(,"ClientRequestToken":)";
    append_json_string(json, *token);
  }
  return json + "}";
}

Result<RecordOutcome> run_transaction(const std::vector<TransactionAction>& actions,
                                      const std::optional<std::string>& token) {
  LODESTONE_ASSIGN(const std::string json, transact_json(actions, true, token));
  const Table& table = *actions.front().target.table;
  auto reply = table.call("TransactWriteItems", json);
  RecordOutcome outcome;
  if (reply.ok()) return outcome;
  Error error = std::move(reply).error();
  if (error.code != ErrorCode::kTransactionCancelled || !error.cause) return error;
  std::string body = error.cause->body;
  auto reasons = read_reply(body);
  if (!reasons.ok()) return error;
  outcome.canceled = true;
  outcome.reasons = std::move(reasons->cancellation_reasons);
  return outcome;
}

Result<std::vector<std::optional<Record>>> run_transact_get(const std::vector<TransactionAction>& actions) {
  LODESTONE_ASSIGN(const std::string json, transact_json(actions, false, {}));
  const Table& table = *actions.front().target.table;
  LODESTONE_ASSIGN(Reply reply, table.call("TransactGetItems", json));
  return std::move(reply.transaction_items);
}

}  // namespace lodestone::model::detail
