/// Every write of an item goes through here: lock, read, condition, new item, rows, one batch, unlock.
///
/// Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/WorkingWithItems.html
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "server/api/engine.h"
#include "server/expression/condition.h"
#include "server/expression/update.h"

namespace lodestone {

/// One item's write: what to do, and once it is done what happened. Memory of the request's arena.
struct ItemWrite {
  enum class Kind : std::uint8_t { kPut, kUpdate, kDelete, kCheck };

  Table* table = nullptr;
  Kind kind = Kind::kPut;
  /// The row's key (storage/rows.h); the key's attributes, unless it is kPut.
  std::string_view key;
  Item key_attributes;
  /// kPut: the item, valid for the table, and its size.
  Item item;
  std::size_t item_bytes = 0;
  /// The expressions' values, where they count for the size of a transaction.
  std::size_t values_bytes = 0;
  /// kUpdate: nullptr only makes sure that the item exists.
  const Update* update = nullptr;
  /// kUpdate: whether the update comes from AttributeUpdates, which has words of its own for a mismatch of
  /// types.
  bool legacy_update = false;
  /// kPut: only where there is no item yet; otherwise DuplicateItemException.
  bool only_new = false;
  /// What the item must meet before; kCheck does nothing else.
  const Condition* condition = nullptr;
  /// Whether a failed condition's error carries the item.
  bool item_on_failure = false;
  /// Whether `before` is wanted whole.
  bool needs_before = false;
  /// Deletes only an item that expired at or before this time, in seconds; otherwise nothing happens.
  std::optional<std::uint64_t> expired_at;

  // Results:
  bool unprocessed = false;  ///< of a batch: a transaction holds the item
  bool existed = false;
  bool exists = false;
  Item before;  ///< where it existed and was needed
  Item after;   ///< where it exists and was not merely put
  std::size_t bytes_before = 0;
  std::size_t bytes_after = 0;
  std::vector<IndexChange> index_changes;
};

/// Performs a write, or returns why not. With the catalog's read lock held.
[[nodiscard]] ApiResult<void> commit(Engine& engine, Scratch& scratch, ItemWrite& write);

/// Performs all writes but those whose items a transaction holds, which are marked, or none and returns the
/// first failure. No two writes of one item. With the catalog's read lock held.
[[nodiscard]] ApiResult<void> commit_batch(Engine& engine, Scratch& scratch, std::span<ItemWrite> writes);

/// What else a transaction's batch holds.
using TransactionCompletion = std::function<void(Batch& batch)>;

/// Performs all writes as a transaction, or none: false, with an outcome for each write that is the cause. An
/// error is something else than a cause that the service tells in CancellationReasons.
[[nodiscard]] ApiResult<bool> commit_transaction(Engine& engine, Scratch& scratch,
                                                 std::span<ItemWrite> writes,
                                                 std::span<std::optional<ApiError>> outcomes,
                                                 const TransactionCompletion& completion);

}  // namespace lodestone
