#include "model/transaction.h"

#include "model/json.h"
#include "model/request.h"

namespace lodestone::model {
namespace detail {
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
  for (std::size_t i = 0; i < actions.size(); ++i) {
    CancellationReason& reason = outcome.reasons[i];
    if (reason.code.empty()) reason.code = "None";
    const Target& target = actions[i].target();
    if (reason.item)
      reason.item = shown_item(target.entity(), std::move(*reason.item), target.table->now(), true);
  }
  return outcome;
}

Result<std::vector<std::optional<Record>>> run_transaction(const std::vector<GetOperation>& actions) {
  LODESTONE_ASSIGN(const std::string json, transact_json(actions));
  LODESTONE_ASSIGN(Reply reply, actions.front().target().table->call("TransactGetItems", json));
  reply.transaction_items.resize(actions.size());
  for (std::size_t i = 0; i < actions.size(); ++i) {
    std::optional<Record>& item = reply.transaction_items[i];
    const Target& target = actions[i].target();
    if (item) {
      item =
          shown_item(target.entity(), std::move(*item), target.table->now(), actions[i].ignores_ownership());
    }
  }
  return std::move(reply.transaction_items);
}

}  // namespace detail

namespace {

constexpr std::size_t kMostActions = 100;

Result<Done> check_size(std::size_t actions) {
  if (actions > 0 && actions <= kMostActions) return Done{};
  return Error{.code = ErrorCode::kInvalidOption, .message = "A transaction has 1 to 100 actions"};
}

}  // namespace

ManyWrites::ManyWrites(std::vector<WriteOperation> actions) : actions_(std::move(actions)) {}

ManyWrites& ManyWrites::token(std::string text) {
  token_ = std::move(text);
  return *this;
}

Result<std::string> ManyWrites::params() const {
  LODESTONE_TRY(check_size(actions_.size()));
  return detail::transact_json(actions_, token_);
}

Result<OutcomesOfMany> ManyWrites::go() const {
  LODESTONE_TRY(check_size(actions_.size()));
  LODESTONE_ASSIGN(detail::RecordOutcome records, detail::run_transaction(actions_, token_));
  OutcomesOfMany outcomes;
  outcomes.canceled = records.canceled;
  for (std::size_t i = 0; i < actions_.size(); ++i) {
    CancellationReason& reason = records.reasons[i];
    OutcomeOfMany outcome{.target = actions_[i].target()};
    outcome.code = std::move(reason.code);
    outcome.message = std::move(reason.message);
    outcome.rejected = outcome.code != "None";
    outcome.record = std::move(reason.item);
    outcomes.actions.push_back(std::move(outcome));
  }
  return outcomes;
}

ManyWrites transaction(std::vector<WriteOperation> actions) { return ManyWrites(std::move(actions)); }

ManyGets::ManyGets(std::vector<GetOperation> actions) : actions_(std::move(actions)) {}

Result<std::string> ManyGets::params() const {
  LODESTONE_TRY(check_size(actions_.size()));
  return detail::transact_json(actions_);
}

Result<ItemsOfMany> ManyGets::go() const {
  LODESTONE_TRY(check_size(actions_.size()));
  LODESTONE_ASSIGN(auto records, detail::run_transaction(actions_));
  std::vector<Target> targets;
  for (const GetOperation& action : actions_) targets.push_back(action.target());
  return ItemsOfMany(std::move(targets), std::move(records));
}

ManyGets transact_get(std::vector<GetOperation> actions) { return ManyGets(std::move(actions)); }

}  // namespace lodestone::model
