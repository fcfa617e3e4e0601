/// The tables of a database: found by name, changed one at a time, kept in the store.
///
/// Every operation holds the catalog's read lock while it uses a Table, so a table never changes or vanishes
/// under it. The read lock is per thread (a slot each, no shared cache line), the write lock takes all slots:
/// changing a table is rare.
#pragma once

#include <array>
#include <atomic>
#include <map>
#include <memory>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

#include "server/api/table_record.h"
#include "storage/kv.h"
#include "storage/layout.h"

namespace lodestone {

/// Items and bytes of a table or an index, kept up to date by every write.
struct Counters {
  std::atomic<std::int64_t> items{0};
  std::atomic<std::int64_t> bytes{0};

  void add(std::int64_t item_difference, std::int64_t byte_difference) {
    if (item_difference != 0) items.fetch_add(item_difference, std::memory_order_relaxed);
    if (byte_difference != 0) bytes.fetch_add(byte_difference, std::memory_order_relaxed);
  }
};

class Stream;

class Table {
 public:
  explicit Table(TableRecord record) : record(std::move(record)) { rebuild_layout(); }

  TableRecord record;
  TableLayout layout;
  /// Where its changes are recorded; nullptr: nowhere. Set by whoever changes record.stream.
  Stream* stream = nullptr;

  [[nodiscard]] Counters& counters() { return counters_of(record.space); }
  /// Of the index at that place in layout.indexes.
  [[nodiscard]] Counters& index_counters(std::size_t place) { return *index_counters_[place]; }
  /// Of the table's space or that of an index in the record.
  [[nodiscard]] Counters& counters_of(SpaceId space) { return counters_.find(space)->second; }

  /// After a change of the record.
  void rebuild_layout();

 private:
  std::map<SpaceId, Counters> counters_;
  std::vector<Counters*> index_counters_;
};

/// A reader-writer lock whose readers do not touch each other's memory.
class SlottedLock {
 public:
  void lock();
  void unlock();
  void lock_shared() { slots_[slot_of_this_thread()].mutex.lock_shared(); }
  void unlock_shared() { slots_[slot_of_this_thread()].mutex.unlock_shared(); }

 private:
  static constexpr std::size_t kSlots = 16;
  static std::size_t slot_of_this_thread();
  struct alignas(64) Slot {
    std::shared_mutex mutex;
  };
  std::array<Slot, kSlots> slots_;
};

class Catalog {
 public:
  explicit Catalog(Kv& kv) : kv_(kv) {}

  /// Reads all tables from the store. True where the counters were kept by a clean shutdown.
  [[nodiscard]] StorageResult<bool> load();
  /// Keeps the counters for the next load: on a clean shutdown.
  [[nodiscard]] StorageResult<void> save_counters();

  [[nodiscard]] SlottedLock& lock() { return lock_; }

  // With the read lock held:

  /// nullptr where there is none.
  [[nodiscard]] Table* find(std::string_view scope, std::string_view name);
  /// Calls `visit(Table&)` for the tables of a scope in the order of their names, from the first after
  /// `after`, until it returns false.
  template <class Visitor>
  void visit_after(std::string_view scope, std::string_view after, Visitor&& visit) {
    const auto tables = scopes_.find(scope);
    if (tables == scopes_.end()) return;
    for (auto at = tables->second.upper_bound(after); at != tables->second.end(); ++at) {
      if (!visit(*at->second)) return;
    }
  }
  template <class Visitor>
  void visit_all(Visitor&& visit) {
    for (auto& [scope, tables] : scopes_) {
      for (auto& [name, table] : tables) visit(*table);
    }
  }

  // With the write lock held:

  [[nodiscard]] SpaceId next_space() { return next_space_++; }
  /// Keeps the record, together with what `batch` holds already, and makes the table known.
  [[nodiscard]] StorageResult<Table*> insert(TableRecord record, Batch& batch);
  /// Keeps the table's changed record, together with what `batch` holds already, and rebuilds its layout.
  [[nodiscard]] StorageResult<void> save(Table& table, Batch& batch);
  [[nodiscard]] StorageResult<void> save(Table& table);
  /// Forgets the table and erases all its rows, together with what `batch` holds already.
  [[nodiscard]] StorageResult<void> erase(Table& table, Batch& batch);

 private:
  Kv& kv_;
  SlottedLock lock_;
  std::map<std::string, std::map<std::string, std::unique_ptr<Table>, std::less<>>, std::less<>> scopes_;
  SpaceId next_space_ = 1;
};

/// Appends to `batch` the erasure of everything in a space.
void erase_space(Batch& batch, SpaceId space);

}  // namespace lodestone
