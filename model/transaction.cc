#include "model/transaction.h"

#include "model/json.h"
#include "model/request.h"

namespace lodestone::model::detail {
namespace {

/// The action of TransactWriteItems that carries the request.
std::string_view action_of(const Request& request) {
  if (request.operation == "PutItem") return "Put";
  if (request.operation == "DeleteItem") return "Delete";
  if (request.operation == "UpdateItem") return "Update";
  if (request.operation == "GetItem") return "Get";
  return "ConditionCheck";
}

template <class Operation>
Result<std::string> items_json(const std::vector<Operation>& actions) {
  std::string json = R"({"TransactItems":[)";
  for (const Operation& action : actions) {
    LODESTONE_ASSIGN(const Request request, action.request());
    if (json.back() != '[') json += ',';
    append_action_json(json, action_of(request), request);
  }
  return json + "]";
}

}  // namespace

Result<std::string> transact_json(const std::vector<WriteOperation>& actions,
                                  const std::optional<std::string>& token) {
  LODESTONE_ASSIGN(std::string json, items_json(actions));
  if (token) {
    json += R"(,"ClientRequestToken":)";
    append_json_string(json, *token);
  }
  return json + "}";
}

Result<std::string> transact_json(const std::vector<GetOperation>& actions) {
  LODESTONE_ASSIGN(const std::string json, items_json(actions));
  return json + "}";
}

Result<RecordOutcome> run_transaction(const std::vector<WriteOperation>& actions,
                                      const std::optional<std::string>& token) {
  LODESTONE_ASSIGN(const std::string json, transact_json(actions, token));
  auto reply = actions.front().target().table->call("TransactWriteItems", json);
  RecordOutcome outcome;
  if (!reply.ok()) {
    Error error = std::move(reply).error();
    if (error.code != ErrorCode::kTransactionCancelled || !error.cause) return error;
    std::string body = error.cause->body;
    auto reasons = read_reply(body);
    if (!reasons.ok()) return error;
    outcome.canceled = true;
    outcome.reasons = std::move(reasons->cancellation_reasons);
  }
  outcome.reasons.resize(actions.size());
  for (CancellationReason& reason : outcome.reasons) {
    if (reason.code.empty()) reason.code = "None";
  }
  return outcome;
}

Result<std::vector<std::optional<Record>>> run_transaction(const std::vector<GetOperation>& actions) {
  LODESTONE_ASSIGN(const std::string json, transact_json(actions));
  LODESTONE_ASSIGN(Reply reply, actions.front().target().table->call("TransactGetItems", json));
  reply.transaction_items.resize(actions.size());
  return std::move(reply.transaction_items);
}

}  // namespace lodestone::model::detail
