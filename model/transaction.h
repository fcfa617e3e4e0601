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
  Maybe<Item> item;
};

/// What a transaction says: nothing happened where it is canceled.
template <class... Items>
struct TransactionOutcome {
  bool canceled = false;
  /// In the order of the actions.
  std::tuple<ActionOutcome<Items>...> actions;
};

namespace detail {

struct RecordOutcome {
  bool canceled = false;
  std::vector<CancellationReason> reasons;
};
[[nodiscard]] Result<std::string> transact_json(const std::vector<WriteOperation>& actions,
                                                const std::optional<std::string>& token);
[[nodiscard]] Result<std::string> transact_json(const std::vector<GetOperation>& actions);
/// Error 5001 where the service failed for another reason than an action's. One reason for each action.
[[nodiscard]] Result<RecordOutcome> run_transaction(const std::vector<WriteOperation>& actions,
                                                    const std::optional<std::string>& token);
/// One for each action, as readers see it.
[[nodiscard]] Result<std::vector<std::optional<Record>>> run_transaction(
    const std::vector<GetOperation>& actions);

}  // namespace detail

template <class... S>
class WriteTransaction {
 public:
  static_assert(sizeof...(S) > 0 && sizeof...(S) <= 100, "a transaction has 1 to 100 actions");
  using Outcome = TransactionOutcome<typename S::Item...>;

  explicit WriteTransaction(std::vector<WriteOperation> actions) : actions_(std::move(actions)) {}

  /// The same token again within ten minutes: what was done is not done twice.
  WriteTransaction& token(std::string text) {
    token_ = std::move(text);
    return *this;
  }
  [[nodiscard]] Result<std::string> params() const { return detail::transact_json(actions_, token_); }
  [[nodiscard]] Result<Outcome> go() const {
    LODESTONE_ASSIGN(const detail::RecordOutcome records, detail::run_transaction(actions_, token_));
    Outcome outcome;
    outcome.canceled = records.canceled;
    read_outcomes(records, outcome, std::index_sequence_for<S...>{});
    return outcome;
  }

 private:
  template <std::size_t... I>
  void read_outcomes(const detail::RecordOutcome& records, Outcome& outcome,
                     std::index_sequence<I...>) const {
    (read_outcome<S>(actions_[I].target(), records.reasons[I], std::get<I>(outcome.actions)), ...);
  }
  template <class E>
  static void read_outcome(const Target& target, const CancellationReason& reason,
                           ActionOutcome<typename E::Item>& outcome) {
    outcome.code = reason.code;
    outcome.message = reason.message;
    outcome.rejected = outcome.code != "None";
    if (!reason.item) return;
    const detail::Slot slot{&outcome.item.emplace(), detail::kEntitySpecs<E>};
    if (detail::decode_into(slot, target.entity(), *reason.item, target.table->now())) outcome.item.reset();
  }

  std::vector<WriteOperation> actions_;
  std::optional<std::string> token_;
};

/// Writes that happen together or not at all: puts, updates, upserts, deletes and checks of any entities.
template <class... Operations>
[[nodiscard]] auto transaction(const Operations&... operations) {
  return WriteTransaction<typename Operations::Entity...>({operations...});
}

/// `Gets` are Get and PartialGet.
template <class... Gets>
class GetTransaction {
 public:
  static_assert(sizeof...(Gets) > 0 && sizeof...(Gets) <= 100, "a transaction has 1 to 100 actions");
  using Items = std::tuple<Maybe<typename Gets::Item>...>;

  explicit GetTransaction(std::vector<GetOperation> actions) : actions_(std::move(actions)) {}

  [[nodiscard]] Result<std::string> params() const { return detail::transact_json(actions_); }
  /// The items as they were at one moment, in the order of the gets; nullopt for what is not there.
  [[nodiscard]] Result<Items> go() const {
    LODESTONE_ASSIGN(auto records, detail::run_transaction(actions_));
    Items items;
    std::optional<Error> error;
    read_items(records, items, error, std::index_sequence_for<Gets...>{});
    if (error) return std::move(*error);
    return items;
  }

 private:
  template <std::size_t... I>
  void read_items(std::vector<std::optional<Record>>& records, Items& items, std::optional<Error>& error,
                  std::index_sequence<I...>) const {
    (read_item<Gets>(actions_[I].target(), records[I], std::get<I>(items), error), ...);
  }
  template <class G>
  static void read_item(const Target& target, std::optional<Record>& shown, Maybe<typename G::Item>& item,
                        std::optional<Error>& error) {
    using Entity = typename G::Entity;
    if (!shown || error) return;
    if constexpr (std::is_same_v<typename G::Item, typename Entity::Item>) {
      const detail::Slot slot{&item.emplace(), detail::kEntitySpecs<Entity>};
      error = detail::decode_into(slot, target.entity(), *shown, target.table->now());
    } else {
      error = G::complete(target, *shown);
      item.emplace(typename G::Item(std::move(*shown)));
    }
  }

  std::vector<GetOperation> actions_;
};

/// Reads of one moment: gets of any entities, of whole items or by only() of some attributes.
template <class... Gets>
[[nodiscard]] auto transact_get(const Gets&... gets) {
  return GetTransaction<Gets...>({gets...});
}

// Transactions whose size is known when the program runs.

/// What became of one action of many.
struct OutcomeOfMany {
  bool rejected = false;
  std::string code = {};
  std::string message = {};

  /// The item that failed the condition, where return_on_failure() asked for it and it is one of S.
  template <class S>
  [[nodiscard]] Maybe<typename S::Item> item() const {
    Maybe<typename S::Item> item;
    if (!record || target.schema != &schema_of<S>()) return item;
    const detail::Slot slot{&item.emplace(), detail::kEntitySpecs<S>};
    if (detail::decode_into(slot, target.entity(), *record, target.table->now())) item.reset();
    return item;
  }

  Target target = {};
  /// As readers see it.
  std::optional<Record> record = {};
};

struct OutcomesOfMany {
  bool canceled = false;
  /// In the order of the actions.
  std::vector<OutcomeOfMany> actions;
};

class ManyWrites {
 public:
  explicit ManyWrites(std::vector<WriteOperation> actions);

  /// The same token again within ten minutes: what was done is not done twice.
  ManyWrites& token(std::string text);
  [[nodiscard]] Result<std::string> params() const;
  /// Error 2006 where there are none, or more than 100.
  [[nodiscard]] Result<OutcomesOfMany> go() const;

 private:
  std::vector<WriteOperation> actions_;
  std::optional<std::string> token_;
};

/// `std::vector<WriteOperation> actions; actions.push_back(users.update(…)); transaction(actions).go()`
[[nodiscard]] ManyWrites transaction(std::vector<WriteOperation> actions);

/// What gets of one moment found.
class ItemsOfMany {
 public:
  ItemsOfMany(std::vector<Target> targets, std::vector<std::optional<Record>> records)
      : targets_(std::move(targets)), records_(std::move(records)) {}

  [[nodiscard]] std::size_t size() const { return records_.size(); }
  /// The item at a place, which is that of a get of S; nullopt: there is none. Error 2006 where it is that of
  /// another entity's get, or of none.
  template <class S>
  [[nodiscard]] Result<Maybe<typename S::Item>> get(std::size_t place) const {
    Result<Maybe<typename S::Item>> item(std::in_place);
    if (place >= targets_.size()) {
      return Error{.code = ErrorCode::kInvalidOption, .message = "There are fewer items than that"};
    }
    const Target& target = targets_[place];
    if (target.schema != &schema_of<S>()) {
      return entity_error(target.entity(), ErrorCode::kInvalidOption, "The item is one of another entity");
    }
    if (!records_[place]) return item;
    const detail::Slot slot{&item->emplace(), detail::kEntitySpecs<S>};
    if (auto error = detail::decode_into(slot, target.entity(), *records_[place], target.table->now())) {
      item.fail(*error);
    }
    return item;
  }

 private:
  std::vector<Target> targets_;
  std::vector<std::optional<Record>> records_;
};

class ManyGets {
 public:
  explicit ManyGets(std::vector<GetOperation> actions);

  [[nodiscard]] Result<std::string> params() const;
  /// Error 2006 where there are none, or more than 100.
  [[nodiscard]] Result<ItemsOfMany> go() const;

 private:
  std::vector<GetOperation> actions_;
};
[[nodiscard]] ManyGets transact_get(std::vector<GetOperation> actions);

}  // namespace lodestone::model
