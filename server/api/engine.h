/// A database's parts, as the operations see them. Owned by Database (server/api/database.h); thread-safe.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "server/api/api_error.h"
#include "server/api/catalog.h"
#include "server/api/clock.h"
#include "server/api/idempotency.h"
#include "server/api/request.h"
#include "server/api/streams.h"
#include "server/api/transaction_holds.h"
#include "storage/item_locks.h"
#include "storage/kv.h"

namespace lodestone {

/// Which parts of a caller's identity separate namespaces of tables.
struct Separation {
  bool region = false;
  bool access_key = false;
};

struct Engine {
  Engine(std::unique_ptr<Kv> store, const Clock& time, Separation wanted, Millis delay, ShardSettings shards)
      : kv(std::move(store)),
        catalog(*kv),
        tokens(*kv),
        streams(*kv, shards),
        clock(time),
        separation(wanted),
        transient_status_delay(delay) {}

  std::unique_ptr<Kv> kv;
  Catalog catalog;
  ItemLocks locks;
  TransactionHolds transactions;
  IdempotencyTokens tokens;
  Streams streams;
  /// Called while a transaction holds its items and has not looked at them yet: for tests of what meets it.
  std::function<void()> transaction_hold_point;
  /// For errors that a reply tells of one of its parts.
  MessageForms messages = MessageForms::kNewest;
  const Clock& clock;
  Separation separation;
  /// How long CREATING, UPDATING and DELETING last; 0: they are over when the reply is read.
  Millis transient_status_delay;
  /// Set where a table awaits the background work (server/api/maintenance.h).
  std::atomic<bool> work_pending{false};
};

/// The namespace of the caller's tables: empty where all callers share one.
[[nodiscard]] std::string scope_of(const Engine& engine, const Caller& caller);

/// A table's name out of a name or an ARN; the input itself where it is no ARN of a table.
[[nodiscard]] std::string_view table_name_of(std::string_view name_or_arn);

[[nodiscard]] std::string table_arn(const Caller& caller, std::string_view table_name);

/// For operations on items: ResourceNotFoundException where the table is absent, being created or being
/// deleted.
[[nodiscard]] ApiResult<Table*> find_active_table(Request& request, std::string_view name_or_arn);

/// A random UUID, lower case.
[[nodiscard]] std::string random_uuid();

/// The status as of `now`: a transient one is over when its time has come.
[[nodiscard]] TableStatus status_at(const TableRecord& record, Millis now);

}  // namespace lodestone
