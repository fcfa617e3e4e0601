#include "server/api/maintenance.h"

#include <algorithm>
#include <bitset>
#include <map>
#include <mutex>
#include <shared_mutex>
#include <vector>

#include <absl/functional/function_ref.h>

#include "server/api/item_write.h"
#include "server/api/table_input.h"
#include "storage/item_codec.h"

namespace lodestone {
namespace {

/// Rows handled under one hold of locks.
constexpr std::size_t kStep = 256;
/// Items older than this are not deleted: more likely a mistake in the unit than a time.
constexpr std::uint64_t kOldestExpirySeconds = 5ULL * 365 * 24 * 3600;

Table* still_there(Engine& engine, const TableIdentity& identity) {
  Table* table = engine.catalog.find(identity.scope, identity.name);
  return table != nullptr && table->record.id == identity.id ? table : nullptr;
}

/// The first kStep keys in [from, end).
StorageResult<std::vector<std::string>> keys_from(const Kv& kv, std::string_view from, std::string_view end) {
  std::vector<std::string> keys;
  LODESTONE_TRY(kv.scan({from, end}, Direction::kForward, [&keys](std::string_view key, std::string_view) {
    keys.emplace_back(key);
    return keys.size() < kStep;
  }));
  return keys;
}

using ItemStep =
    absl::FunctionRef<void(Table& table, Batch& batch, std::string_view key, const ItemState& state)>;

/// Calls `step` for every item of the table with the item's stripe held, and writes what it put into the
/// batch.
ApiResult<void> for_each_item(Engine& engine, Scratch& scratch, const TableIdentity& identity,
                              ItemStep step) {
  std::string from;
  while (true) {
    const std::shared_lock lock(engine.catalog.lock());
    Table* table = still_there(engine, identity);
    if (table == nullptr) return {};
    std::string space;
    append_space(space, table->layout.space);
    auto keys = keys_from(*engine.kv, from.empty() ? space : from, prefix_end(space));
    if (!keys.ok()) return internal_error(keys.error());
    if (keys->empty()) return {};
    std::bitset<ItemLocks::kStripes> stripes;
    for (const std::string& key : *keys) stripes.set(ItemLocks::stripe_of(key));
    const ItemLocks::Hold hold(engine.locks, stripes);
    scratch.batch.clear();
    for (const std::string& key : *keys) {
      auto found = engine.kv->get(key, scratch.value);
      if (!found.ok()) return internal_error(found.error());
      if (!*found) continue;
      scratch.arena.reset();
      const auto stored = open_item(scratch.value);
      const auto item = stored ? decode_item(stored->json, scratch.arena) : std::nullopt;
      if (!item) return internal_error("a stored item does not decode");
      step(*table, scratch.batch, key, ItemState{*item, scratch.value, stored->size_bytes});
    }
    if (!scratch.batch.empty()) LODESTONE_TRY_STORAGE(engine.kv->write(scratch.batch));
    from = keys->back() + '\0';
  }
}

/// Removes the records of indexes whose deletion is due. True where there were any.
bool remove_deleted_indexes(TableRecord& record, Millis now, Batch& batch) {
  const auto due = [now](const IndexRecord& index) {
    return index.status == TableStatus::kDeleting && now >= index.settles_at;
  };
  for (const IndexRecord& index : record.indexes) {
    if (due(index)) erase_space(batch, index.space);
  }
  return std::erase_if(record.indexes, due) != 0;
}

/// Ends what is due for one table; claims the indexes that are to be built. True where something is left for
/// later.
ApiResult<bool> settle(Engine& engine, Table& table, Millis now, std::vector<BuildTask>& tasks) {
  TableRecord& record = table.record;
  Batch batch;
  bool changed = remove_deleted_indexes(record, now, batch);
  if (changed) drop_unused_definitions(record);
  bool pending = false;
  if (record.status != TableStatus::kActive) {
    if (now >= record.settles_at) {
      record.status = TableStatus::kActive;
      changed = true;
    } else {
      pending = true;
    }
  }
  for (IndexRecord& index : record.indexes) {
    if (index.status == TableStatus::kCreating && index.backfilling) continue;
    if (index.status == TableStatus::kCreating && now >= index.settles_at) {
      tasks.push_back(claim_build(table, index));
      changed = true;
    } else {
      pending |= index.status != TableStatus::kActive;
    }
  }
  if (changed) LODESTONE_TRY_STORAGE(engine.catalog.save(table, batch));
  return pending;
}

/// The index as long as it is there and not complete.
IndexRecord* being_built(Table& table, SpaceId space) {
  const auto at = std::ranges::find(table.record.indexes, space, &IndexRecord::space);
  return at == table.record.indexes.end() || at->status != TableStatus::kCreating ? nullptr : &*at;
}

ApiResult<void> put_index_rows(Engine& engine, Scratch& scratch, const BuildTask& task) {
  {
    const std::scoped_lock lock(engine.catalog.lock());
    Table* table = still_there(engine, task.table);
    if (table == nullptr || being_built(*table, task.space) == nullptr) return {};
    // Built anew from the beginning: what writes put there meanwhile, and what an interrupted build left, is
    // put again.
    Batch batch;
    erase_space(batch, task.space);
    LODESTONE_TRY_STORAGE(engine.catalog.save(*table, batch));
    table->counters_of(task.space).items = 0;
    table->counters_of(task.space).bytes = 0;
  }
  return for_each_item(
      engine, scratch, task.table, [&](Table& table, Batch& batch, std::string_view, const ItemState& state) {
        const auto at = std::ranges::find(table.layout.indexes, task.space, &IndexLayout::space);
        if (at == table.layout.indexes.end()) return;
        const auto row = make_index_row(table.layout, *at, state, scratch.arena);
        if (!row) return;
        // A write since the beginning of the build may have put the row already, and counted it.
        auto known = engine.kv->get(row->key, scratch.encoded);
        if (known.ok() && *known) return;
        batch.put(row->key, row->content);
        table.counters_of(task.space).add(1, static_cast<std::int64_t>(row->size_bytes));
      });
}

}  // namespace

TableIdentity identity_of(const Table& table) {
  return {table.record.scope, table.record.name, table.record.id};
}

StorageResult<void> erase_table(Engine& engine, Table& table, Millis now) {
  Batch batch;
  std::unique_lock<std::mutex> order;
  if (table.stream != nullptr) order = table.stream->disable(batch, now);
  return engine.catalog.erase(table, batch);
}

BuildTask claim_build(const Table& table, IndexRecord& index) {
  index.backfilling = true;
  return {identity_of(table), index.space};
}

ApiResult<void> build_index(Engine& engine, Scratch& scratch, const BuildTask& task) {
  auto built = put_index_rows(engine, scratch, task);
  const std::scoped_lock lock(engine.catalog.lock());
  Table* table = still_there(engine, task.table);
  IndexRecord* index = table == nullptr ? nullptr : being_built(*table, task.space);
  if (index == nullptr) return {};
  index->backfilling = false;
  if (!built.ok()) {
    engine.work_pending = true;
    return built;
  }
  index->status = TableStatus::kActive;
  LODESTONE_TRY_STORAGE(engine.catalog.save(*table));
  return {};
}

ApiResult<void> build_expiry_rows(Engine& engine, Scratch& scratch, const TableIdentity& identity) {
  std::string row_key;
  return for_each_item(engine, scratch, identity,
                       [&](Table& table, Batch& batch, std::string_view key, const ItemState& state) {
                         const auto seconds = expiry_of(table.layout, state.item);
                         if (!seconds) return;
                         make_expiry_key(row_key, table.layout.expiry_space, *seconds, key);
                         batch.put(row_key, {});
                       });
}

ApiResult<void> settle_statuses(Engine& engine, Scratch& scratch, Millis now) {
  std::vector<BuildTask> tasks;
  {
    const std::scoped_lock lock(engine.catalog.lock());
    bool pending = false;
    std::vector<Table*> deleted;
    ApiResult<void> outcome;
    engine.catalog.visit_all([&](Table& table) {
      if (table.record.status == TableStatus::kDeleting && now >= table.record.settles_at) {
        deleted.push_back(&table);
        return;
      }
      auto settled = settle(engine, table, now, tasks);
      if (settled.ok()) {
        pending |= *settled;
      } else if (outcome.ok()) {
        outcome = failure(std::move(settled).error());
      }
    });
    for (Table* table : deleted) LODESTONE_TRY_STORAGE(erase_table(engine, *table, now));
    engine.work_pending = pending;
    LODESTONE_TRY(std::move(outcome));
  }
  ApiResult<void> outcome;
  for (const BuildTask& task : tasks) {
    // One index that can not be built is no reason to leave out the others.
    auto built = build_index(engine, scratch, task);
    if (!built.ok()) outcome = std::move(built);
  }
  return outcome;
}

ApiResult<std::size_t> delete_expired_items(Engine& engine, Scratch& scratch, Millis now) {
  const auto now_seconds = static_cast<std::uint64_t>(std::max<std::int64_t>(0, now.count() / 1000));
  const std::uint64_t oldest = now_seconds > kOldestExpirySeconds ? now_seconds - kOldestExpirySeconds : 0;
  std::vector<TableIdentity> expiring;
  {
    const std::shared_lock lock(engine.catalog.lock());
    engine.catalog.visit_all([&](Table& table) {
      if (table.layout.expiry_space != 0) expiring.push_back(identity_of(table));
    });
  }
  std::size_t deleted = 0;
  for (const TableIdentity& identity : expiring) {
    while (true) {
      const std::shared_lock lock(engine.catalog.lock());
      Table* table = still_there(engine, identity);
      if (table == nullptr || table->layout.expiry_space == 0) break;
      std::string begin;
      std::string end;
      make_expiry_key(begin, table->layout.expiry_space, oldest, {});
      make_expiry_key(end, table->layout.expiry_space, now_seconds, {});
      auto rows = keys_from(*engine.kv, begin, end);
      if (!rows.ok()) return internal_error(rows.error());
      bool held = false;
      for (const std::string& row : *rows) {
        const auto expiry = read_expiry_key(row);
        if (!expiry) return internal_error("an expiry row does not decode");
        scratch.arena.reset();
        ItemWrite write;
        write.table = table;
        write.kind = ItemWrite::Kind::kDelete;
        write.key = expiry->item_key;
        write.expired_at = now_seconds;
        auto committed = commit(engine, scratch, write);
        if (!committed.ok() && committed.error().kind == ErrorKind::kTransactionConflict) {
          held = true;
          continue;
        }
        LODESTONE_TRY(std::move(committed));
        deleted += write.existed && !write.exists ? 1 : 0;
      }
      // What a transaction holds is left for the next time.
      if (held || rows->size() < kStep) break;
    }
  }
  return deleted;
}

ApiResult<void> recount_items(Engine& engine, const std::function<void()>& fixed) {
  struct Count {
    std::int64_t items = 0;
    std::int64_t bytes = 0;
  };
  std::map<SpaceId, Count> counts;
  {
    const std::shared_lock lock(engine.catalog.lock());
    engine.catalog.visit_all([&](const Table& table) {
      counts[table.record.space];
      // An index that is not complete is counted while it is built, from nothing.
      for (const IndexRecord& index : table.record.indexes) {
        if (index.status != TableStatus::kCreating) counts[index.space];
      }
    });
  }
  std::string begin;
  append_space(begin, 1);
  const std::string end(kSpaceBytes, '\xFF');
  bool told = false;
  const auto scanned =
      engine.kv->scan({begin, end}, Direction::kForward, [&](std::string_view key, std::string_view value) {
        if (!told) fixed();
        told = true;
        const auto stored = open_item(value);
        if (!stored) return true;  // an expiry row
        SpaceId space = 0;
        for (const char byte : key.substr(0, kSpaceBytes))
          space = space << 8 | static_cast<unsigned char>(byte);
        if (const auto count = counts.find(space); count != counts.end()) {
          ++count->second.items;
          count->second.bytes += stored->size_bytes;
        }
        return true;
      });
  if (!told) fixed();
  if (!scanned.ok()) return internal_error(scanned.error());
  const std::shared_lock lock(engine.catalog.lock());
  engine.catalog.visit_all([&](Table& table) {
    const auto add = [&](SpaceId space) {
      const auto count = counts.find(space);
      if (count != counts.end()) table.counters_of(space).add(count->second.items, count->second.bytes);
    };
    add(table.record.space);
    for (const IndexRecord& index : table.record.indexes) add(index.space);
  });
  return {};
}

}  // namespace lodestone
