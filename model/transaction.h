/// Several writes or reads that happen together or not at all.
///
///     auto done = model::transaction(users.update(…).set(…), sessions.create(…)).token("…").go();
///     if (done.ok() && done->canceled) … std::get<0>(done->actions).code …
///
/// Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html
#pragma once

#include <array>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "model/entity.h"

namespace lodestone::model {

/// What became of one action of a transaction.
template <class Item>
struct ActionOutcome {
  /// Whether it is why the transaction was cancelled.
  bool rejected = false;
  /// "None", "ConditionalCheckFailed", "TransactionConflict", …
  std::string code;
  std::string message;
  /// The item that failed the condition, where return_on_failure() asked for it.
  std::optional<Item> item;
};

/// What a transaction says: nothing happened where it is canceled.
template <class... Items>
struct TransactionOutcome {
  bool canceled = false;
  /// In the order of the actions.
  std::tuple<ActionOutcome<Items>...> actions;
};

namespace detail {

struct TransactionAction {
  Target target;
  Result<Request> request;
};
struct RecordOutcome {
  bool canceled = false;
  std::vector<CancellationReason> reasons;
};
[[nodiscard]] Result<std::string> transact_json(const std::vector<TransactionAction>& actions, bool is_write,
                                                const std::optional<std::string>& token);
/// Error 5001 where the service failed for another reason than an action's.
[[nodiscard]] Result<RecordOutcome> run_transaction(const std::vector<TransactionAction>& actions,
                                                    const std::optional<std::string>& token);
[[nodiscard]] Result<std::vector<std::optional<Record>>> run_transact_get(
    const std::vector<TransactionAction>& actions);

}  // namespace detail

template <class... Operations>
class WriteTransaction {
 public:
  static_assert(sizeof...(Operations) > 0 && sizeof...(Operations) <= 100,
                "a transaction has 1 to 100 actions");
  using Outcome = TransactionOutcome<typename Operations::Item...>;

  explicit WriteTransaction(Operations... operations) : operations_(std::move(operations)...) {}

  /// The same token again within ten minutes: what was done is not done twice.
  WriteTransaction& token(std::string text) {
    token_ = std::move(text);
    return *this;
  }
  [[nodiscard]] Result<std::string> params() const { return detail::transact_json(actions(), true, token_); }
  [[nodiscard]] Result<Outcome> go() const {
    const auto all = actions();
    LODESTONE_ASSIGN(detail::RecordOutcome records, detail::run_transaction(all, token_));
    Outcome outcome;
    outcome.canceled = records.canceled;
    records.reasons.resize(sizeof...(Operations));
    read_outcomes(all, records, outcome, std::index_sequence_for<Operations...>{});
    return outcome;
  }

 private:
  [[nodiscard]] std::vector<detail::TransactionAction> actions() const {
    return std::apply(
        [](const auto&... each) {
          return std::vector<detail::TransactionAction>{{each.target(), each.request()}...};
        },
        operations_);
  }
  template <std::size_t... I>
  static void read_outcomes(const std::vector<detail::TransactionAction>& all,
                            const detail::RecordOutcome& records, Outcome& outcome,
                            std::index_sequence<I...>) {
    (read_outcome<Operations>(all[I], records.reasons[I], std::get<I>(outcome.actions)), ...);
  }
  template <class Operation>
  static void read_outcome(const detail::TransactionAction& action, const CancellationReason& reason,
                           ActionOutcome<typename Operation::Item>& outcome) {
    using S = typename Operation::Entity;
    outcome.code = reason.code.empty() ? "None" : reason.code;
    outcome.message = reason.message;
    outcome.rejected = outcome.code != "None";
    if (!reason.item) return;
    const auto shown = detail::shown_item(action.target, *reason.item, {}, true);
    auto item = detail::decode_item<S>(action.target.entity(), *shown, {});
    if (item.ok()) outcome.item = std::move(*item);
  }

  std::tuple<Operations...> operations_;
  std::optional<std::string> token_;
};

/// Writes that happen together or not at all: puts, updates, upserts, deletes and checks of any entities.
template <class... Operations>
[[nodiscard]] WriteTransaction<Operations...> transaction(Operations... operations) {
  return WriteTransaction<Operations...>(std::move(operations)...);
}

template <class... Gets>
class GetTransaction {
 public:
  static_assert(sizeof...(Gets) > 0 && sizeof...(Gets) <= 100, "a transaction has 1 to 100 actions");
  using Items = std::tuple<std::optional<typename Gets::Item>...>;

  explicit GetTransaction(Gets... gets) : gets_(std::move(gets)...) {}

  [[nodiscard]] Result<std::string> params() const { return detail::transact_json(actions(), false, {}); }
  /// The items as they were at one moment, in the order of the gets; nullopt for what is not there.
  [[nodiscard]] Result<Items> go() const {
    const auto all = actions();
    LODESTONE_ASSIGN(auto records, detail::run_transact_get(all));
    records.resize(sizeof...(Gets));
    Items items;
    std::optional<Error> error;
    read_items(all, records, items, error, std::index_sequence_for<Gets...>{});
    if (error) return std::move(*error);
    return items;
  }

 private:
  [[nodiscard]] std::vector<detail::TransactionAction> actions() const {
    return std::apply(
        [](const auto&... each) {
          return std::vector<detail::TransactionAction>{{each.target(), each.request()}...};
        },
        gets_);
  }
  template <std::size_t... I>
  static void read_items(const std::vector<detail::TransactionAction>& all,
                         const std::vector<std::optional<Record>>& records, Items& items,
                         std::optional<Error>& error, std::index_sequence<I...>) {
    (read_item<typename Gets::Entity>(all[I].target, records[I], std::get<I>(items), error), ...);
  }
  template <class S>
  static void read_item(const Target& target, const std::optional<Record>& record,
                        std::optional<typename S::Item>& item, std::optional<Error>& error) {
    if (!record || error) return;
    const auto shown = detail::shown_item(target, *record, {}, false);
    if (!shown) return;
    auto decoded = detail::decode_item<S>(target.entity(), *shown, {});
    if (decoded.ok()) {
      item = std::move(*decoded);
    } else {
      error = std::move(decoded).error();
    }
  }

  std::tuple<Gets...> gets_;
};

/// Reads of one moment: gets of any entities.
template <class... Gets>
[[nodiscard]] GetTransaction<Gets...> transact_get(Gets... gets) {
  return GetTransaction<Gets...>(std::move(gets)...);
}

}  // namespace lodestone::model
