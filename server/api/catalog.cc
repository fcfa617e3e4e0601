#include "server/api/catalog.h"

#include <charconv>

#include "storage/key_codec.h"

namespace lodestone {
namespace {

// Space 0 is the catalog's own. Its keys: a letter for the kind, then what identifies the entry.
constexpr SpaceId kCatalogSpace = 0;
constexpr char kTableEntry = 'T';      // scope, a zero byte, name -> the table's record
constexpr char kNextSpaceEntry = 'S';  // -> the next space id, decimal
constexpr char kCountersEntry = 'C';   // -> "space items bytes\n" …, present after a clean shutdown only

std::string catalog_key(char kind) {
  std::string key;
  append_space(key, kCatalogSpace);
  key += kind;
  return key;
}

std::string table_key(const TableRecord& record) {
  std::string key = catalog_key(kTableEntry);
  key += record.scope;
  key += '\0';
  key += record.name;
  return key;
}

/// The decimal number at the front of `text`, which moves past it and the separator behind it.
std::int64_t take_number(std::string_view& text) {
  std::int64_t number = 0;
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  text.remove_prefix(static_cast<std::size_t>(rest - text.data()));
  if (!text.empty()) text.remove_prefix(1);
  return error == std::errc() ? number : 0;
}

}  // namespace

void Table::rebuild_layout() {
  layout = make_layout(record);
  // All counters are made here, with the catalog's write lock held: readers only find them.
  counters_[record.space];
  for (const IndexRecord& index : record.indexes) counters_[index.space];
  index_counters_.clear();
  for (const IndexLayout& index : layout.indexes) index_counters_.push_back(&counters_of(index.space));
}

std::size_t SlottedLock::slot_of_this_thread() {
  static std::atomic<std::size_t> next{0};
  thread_local const std::size_t slot = next.fetch_add(1) % kSlots;
  return slot;
}

void SlottedLock::lock() {
  for (Slot& slot : slots_) slot.mutex.lock();
}

void SlottedLock::unlock() {
  for (Slot& slot : slots_) slot.mutex.unlock();
}

StorageResult<bool> Catalog::load() {
  std::string value;
  LODESTONE_ASSIGN(const bool has_next, kv_.get(catalog_key(kNextSpaceEntry), value));
  if (has_next) {
    std::string_view text = value;
    next_space_ = static_cast<SpaceId>(take_number(text));
  }

  const std::string prefix = catalog_key(kTableEntry);
  bool damaged = false;
  LODESTONE_TRY(kv_.scan({prefix, prefix_end(prefix)}, Direction::kForward,
                         [&](std::string_view, std::string_view entry) {
                           auto record = decode_table_record(entry);
                           if (!record) {
                             damaged = true;
                             return false;
                           }
                           // Whoever built an index is gone.
                           for (IndexRecord& index : record->indexes) index.backfilling = false;
                           auto& tables = scopes_[record->scope];
                           std::string name = record->name;
                           tables[std::move(name)] = std::make_unique<Table>(std::move(*record));
                           return true;
                         }));
  if (damaged) {
    return failure(
        StorageError{StorageError::Code::kCorruption, "a table's record in the catalog does not decode"});
  }

  const std::string counters_key = catalog_key(kCountersEntry);
  LODESTONE_ASSIGN(const bool counted, kv_.get(counters_key, value));
  if (!counted) return scopes_.empty();
  std::map<SpaceId, std::pair<std::int64_t, std::int64_t>> kept;
  for (std::string_view text = value; !text.empty();) {
    const auto space = static_cast<SpaceId>(take_number(text));
    const std::int64_t items = take_number(text);
    kept[space] = {items, take_number(text)};
  }
  visit_all([&](Table& table) {
    const auto restore = [&](SpaceId space) {
      const auto [items, bytes] = kept[space];
      table.counters_of(space).add(items, bytes);
    };
    restore(table.record.space);
    for (const IndexLayout& index : table.layout.indexes) restore(index.space);
  });
  // From here on the kept numbers are history: a crash must not find them.
  Batch batch;
  batch.erase(counters_key);
  LODESTONE_TRY(kv_.write(batch));
  return true;
}

StorageResult<void> Catalog::save_counters() {
  std::string text;
  visit_all([&](Table& table) {
    const auto keep = [&](SpaceId space) {
      const Counters& counters = table.counters_of(space);
      text += std::to_string(space) + ' ' + std::to_string(counters.items.load()) + ' ' +
              std::to_string(counters.bytes.load()) + '\n';
    };
    keep(table.record.space);
    for (const IndexLayout& index : table.layout.indexes) keep(index.space);
  });
  Batch batch;
  batch.put(catalog_key(kCountersEntry), text);
  return kv_.write(batch);
}

Table* Catalog::find(std::string_view scope, std::string_view name) {
  const auto tables = scopes_.find(scope);
  if (tables == scopes_.end()) return nullptr;
  const auto table = tables->second.find(name);
  return table == tables->second.end() ? nullptr : table->second.get();
}

StorageResult<Table*> Catalog::insert(TableRecord record, Batch& batch) {
  auto table = std::make_unique<Table>(std::move(record));
  LODESTONE_TRY(save(*table, batch));
  auto& slot = scopes_[table->record.scope][table->record.name];
  slot = std::move(table);
  return slot.get();
}

StorageResult<void> Catalog::save(Table& table, Batch& batch) {
  batch.put(table_key(table.record), encode_table_record(table.record));
  batch.put(catalog_key(kNextSpaceEntry), std::to_string(next_space_));
  LODESTONE_TRY(kv_.write(batch));
  table.rebuild_layout();
  return {};
}

StorageResult<void> Catalog::save(Table& table) {
  Batch batch;
  return save(table, batch);
}

StorageResult<void> Catalog::erase(Table& table, Batch& batch) {
  batch.erase(table_key(table.record));
  erase_space(batch, table.record.space);
  for (const IndexRecord& index : table.record.indexes) erase_space(batch, index.space);
  if (table.record.time_to_live) erase_space(batch, table.record.time_to_live->space);
  LODESTONE_TRY(kv_.write(batch));
  const auto tables = scopes_.find(table.record.scope);
  tables->second.erase(tables->second.find(table.record.name));
  return {};
}

void erase_space(Batch& batch, SpaceId space) {
  if (space == 0) return;
  std::string begin;
  append_space(begin, space);
  batch.erase_range(begin, prefix_end(begin));
}

}  // namespace lodestone
