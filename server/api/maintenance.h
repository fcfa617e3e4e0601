/// The work that a database does beside its requests: transient statuses that end, indexes that are built,
/// items that expire.
///
/// All of it is online: it takes the catalog's locks and the items' stripes for short steps, between which
/// requests run. Thread-safe.
#pragma once

#include <functional>
#include <string>

#include "server/api/engine.h"

namespace lodestone {

/// A table that may be gone, or replaced by another one of its name, by the time it is looked at again.
struct TableIdentity {
  std::string scope;
  std::string name;
  std::string id;
};

[[nodiscard]] TableIdentity identity_of(const Table& table);

/// Erases a table and all its rows; its stream ends. With the catalog's write lock held.
[[nodiscard]] StorageResult<void> erase_table(Engine& engine, Table& table, Millis now);

/// An index that is to be built, by whoever claimed it and nobody else.
struct BuildTask {
  TableIdentity table;
  SpaceId space = 0;  ///< the index's: another index of the same name has another one
};

/// Marks the index, which is being created, as one that somebody builds. With the catalog's write lock held;
/// the caller saves the table and runs the task.
[[nodiscard]] BuildTask claim_build(const Table& table, IndexRecord& index);

/// Gives every item the row it has in the index, then makes the index active. Writes keep the index up to
/// date meanwhile. No error where the table or the index is gone before the end. After an error the index
/// waits to be built again.
[[nodiscard]] ApiResult<void> build_index(Engine& engine, Scratch& scratch, const BuildTask& task);

/// Gives every item its expiry row.
[[nodiscard]] ApiResult<void> build_expiry_rows(Engine& engine, Scratch& scratch, const TableIdentity& table);

/// Ends the transient statuses whose time has come: removes deleted tables and indexes, builds created
/// indexes.
[[nodiscard]] ApiResult<void> settle_statuses(Engine& engine, Scratch& scratch, Millis now);

/// Deletes the items whose time to live is over, returns how many. Reads expiry rows only.
/// Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/howitworks-ttl.html
[[nodiscard]] ApiResult<std::size_t> delete_expired_items(Engine& engine, Scratch& scratch, Millis now);

/// Counts all items anew, for a store whose counters were lost in a crash, and adds the numbers to the
/// tables'. The count is of the moment at which `fixed` is called: writes from then on count themselves.
[[nodiscard]] ApiResult<void> recount_items(Engine& engine, const std::function<void()>& fixed);

}  // namespace lodestone
