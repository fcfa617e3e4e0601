#include "server/api/item_write.h"

#include <algorithm>
#include <bitset>
#include <mutex>
#include <set>

#include "server/api/item_key.h"
#include "storage/item_codec.h"

namespace lodestone {
namespace {

/// The index keys that an update changed, by whatever computation.
ApiResult<void> check_changed_index_keys(const TableLayout& table, Item before, Item after) {
  for (const IndexLayout& index : table.indexes) {
    for (std::size_t i = 0; i < index.key.size(); ++i) {
      const KeyElement& element = index.key.at(i);
      const Value* value = find(after, element.name);
      if (value == nullptr) continue;
      if (const Value* old = find(before, element.name); old != nullptr && *old == *value) continue;
      if (value->type() != element.type) {
        return validation_error(
            "The update expression attempted to update the secondary index key to unsupported type");
      }
      if (value->text().empty()) {
        return validation_error(
            "One or more parameter values are not valid. The update expression attempted to update a "
            "secondary index key to "
            "a value that is not supported. The AttributeValue for a key attribute cannot contain an empty " +
            std::string(value->type() == Type::kB ? "binary" : "string") + " value.");
      }
      const std::size_t most = i < index.key.partition.size() ? kMaxPartitionKeyBytes : kMaxSortKeyBytes;
      if (value->text().size() > most) {
        return validation_error(
            "The update expression attempted to update the secondary index key beyond allowed size limits");
      }
    }
  }
  return {};
}

/// The size that the service holds against the limit: of the item, or what the actions of the expression are
/// reckoned at.
std::size_t size_to_check(const ItemWrite& write) {
  std::size_t by_actions = write.bytes_after - size_bytes(write.key_attributes) + 3;
  const UpdateCounts& counts = write.update->counts;
  by_actions +=
      19 * counts.assignments + 2 * counts.removals + counts.assigned_indexes + 50 * counts.arithmetic;
  return std::max(write.bytes_after, by_actions);
}

/// The new item of an update, in write.after.
ApiResult<void> apply_update(ItemWrite& write, Arena& arena) {
  write.exists = write.existed || write.update == nullptr || write.update->creates_item();
  if (!write.exists) return {};
  write.after = write.before;
  if (write.update != nullptr) {
    auto applied = apply(*write.update, write.before, arena);
    if (!applied.ok()) {
      if (write.legacy_update && applied.error() == UpdateError::kOperandType) {
        return validation_error("Type mismatch for attribute to update");
      }
      return validation_error(std::string(message(applied.error())));
    }
    write.after = *applied;
  }
  if (!write.existed) write.after = with_key(write.after, write.key_attributes, arena);
  write.bytes_after = size_bytes(write.after);
  if (write.update == nullptr) return {};
  LODESTONE_TRY(check_changed_index_keys(write.table->layout, write.before, write.after));
  if (size_to_check(write) > kMaxItemBytes) {
    return validation_error("Item size to update has exceeded the maximum allowed size");
  }
  return {};
}

Failure<ApiError> failed_condition(const ItemWrite& write, std::string_view stored_json) {
  Failure<ApiError> failed = condition_failed();
  if (write.item_on_failure && write.existed) failed.error.item_json = stored_json;
  return failed;
}

/// What the table's stream records of a write: copies in the arena, as the buffers serve the next write.
StreamChange stream_change(const ItemWrite& write, const ItemState& before, std::string_view encoded_after,
                           Arena& arena) {
  const TableLayout& layout = write.table->layout;
  const Item item = write.exists ? write.after : before.item;
  const auto key = arena.array<Attribute>(layout.key.size());
  for (std::size_t i = 0; i < key.size(); ++i)
    key[i] = {layout.key.at(i).name, *find(item, layout.key.at(i).name)};
  std::ranges::sort(key, {}, &Attribute::name);
  std::string keys_json;
  append_json(keys_json, Item(key));
  StreamChange change;
  change.stream = write.table->stream;
  change.hash = partition_hash(write.key);
  change.keys_json = arena.copy(std::string_view(keys_json));
  if (write.existed) change.old_json = open_item(before.stored)->json;
  if (write.exists) change.new_json = arena.copy(open_item(encoded_after)->json);
  change.keys_bytes = size_bytes(Item(key));
  change.old_bytes = write.bytes_before;
  change.new_bytes = write.bytes_after;
  change.expired = write.expired_at.has_value();
  return change;
}

/// The rows of local indexes count for the limit of the item that they belong to.
/// Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html, "Items"
ApiResult<void> check_size_with_local_rows(const ItemWrite& write) {
  if (!write.exists) return {};
  std::size_t bytes = write.bytes_after;
  for (const IndexChange& change : write.index_changes) {
    if (!change.index->global) bytes += change.new_bytes;
  }
  if (bytes <= kMaxItemBytes) return {};
  return validation_error(write.kind == ItemWrite::Kind::kPut
                              ? "Item size has exceeded the maximum allowed size"
                              : "Item size to update has exceeded the maximum allowed size");
}

/// In an index that is being built, an item from before may have no row yet. Nothing is taken from the
/// counters for a row that is not there, and one that the build is going to put is left to it.
ApiResult<void> correct_changes(const Engine& engine, ItemWrite& write, const ItemState& before,
                                Arena& arena) {
  for (IndexChange& change : write.index_changes) {
    if (!change.index->building || change.old_bytes == 0) continue;
    const auto row = make_index_row(write.table->layout, *change.index, before, arena);
    std::string content;
    auto found = engine.kv->get(row->key, content);
    if (!found.ok()) return internal_error(found.error());
    if (*found) continue;
    change.old_bytes = 0;
    change.moved = false;
    if (!change.changed) change.new_bytes = 0;
  }
  return {};
}

/// Reads the item, decides, and appends the write's changes to the batch.
ApiResult<void> stage(Engine& engine, Scratch& scratch, ItemWrite& write) {
  Arena& arena = scratch.arena;
  const TableLayout& layout = write.table->layout;
  auto found = engine.kv->get(write.key, scratch.value);
  if (!found.ok()) return internal_error(found.error());
  write.existed = *found;
  ItemState before;
  if (write.existed) {
    const auto stored = open_item(scratch.value);
    if (!stored) return internal_error("a stored item has an unknown form");
    write.bytes_before = before.size_bytes = stored->size_bytes;
    const bool decode = write.needs_before || write.condition != nullptr ||
                        write.kind == ItemWrite::Kind::kUpdate || !layout.indexes.empty() ||
                        layout.expiry_space != 0 || write.table->stream != nullptr;
    // A copy, because the buffer serves the next write of the same batch.
    before.stored = arena.copy(std::string_view(scratch.value));
    if (decode) {
      const auto item = decode_item(open_item(before.stored)->json, arena);
      if (!item) return internal_error("a stored item does not decode");
      before.item = write.before = *item;
    }
  }
  if (write.expired_at) {
    const auto expiry = write.existed ? expiry_of(layout, before.item) : std::nullopt;
    if (!expiry || *expiry > *write.expired_at) {
      write.exists = write.existed;
      return {};
    }
  }
  if (write.only_new && write.existed) return duplicate_item();
  if (write.condition != nullptr && !evaluate(*write.condition, before.item)) {
    return failed_condition(write, write.existed ? open_item(before.stored)->json : std::string_view());
  }

  switch (write.kind) {
    case ItemWrite::Kind::kPut:
      write.exists = true;
      write.after = write.item;
      write.bytes_after = write.item_bytes;
      break;
    case ItemWrite::Kind::kUpdate:
      LODESTONE_TRY(apply_update(write, arena));
      break;
    case ItemWrite::Kind::kDelete:
      break;
    case ItemWrite::Kind::kCheck:
      write.exists = write.existed;
      return {};
  }
  if (!write.existed && !write.exists) return {};
  ItemState after;
  if (write.exists) {
    encode_item(scratch.encoded, write.after, write.bytes_after);
    after = {write.after, scratch.encoded, write.bytes_after};
    if (write.existed && after.stored == before.stored) return {};
  }
  if (write.table->stream != nullptr) {
    scratch.stream_changes.push_back(
        stream_change(write, before, write.exists ? scratch.encoded : std::string_view(), arena));
  }
  append_row_changes(scratch.batch, layout, write.key, write.existed ? &before : nullptr,
                     write.exists ? &after : nullptr, arena, write.index_changes);
  LODESTONE_TRY(check_size_with_local_rows(write));
  return correct_changes(engine, write, before, arena);
}

std::int64_t difference(std::size_t after, std::size_t before) {
  return static_cast<std::int64_t>(after) - static_cast<std::int64_t>(before);
}

void count(ItemWrite& write) {
  write.table->counters().add(difference(write.exists, write.existed),
                              difference(write.bytes_after, write.bytes_before));
  for (const IndexChange& change : write.index_changes) {
    const auto place = static_cast<std::size_t>(change.index - write.table->layout.indexes.data());
    write.table->index_counters(place).add(difference(change.new_bytes != 0, change.old_bytes != 0),
                                           difference(change.new_bytes, change.old_bytes));
  }
}

std::bitset<ItemLocks::kStripes> stripes_of(std::span<const ItemWrite> writes) {
  std::bitset<ItemLocks::kStripes> stripes;
  for (const ItemWrite& write : writes) stripes.set(ItemLocks::stripe_of(write.key));
  return stripes;
}

/// Writes the batch. Records of streams are numbered and written under the streams' locks, so that no reader
/// sees a later one before an earlier one.
StorageResult<void> write_batch(Engine& engine, Scratch& scratch) {
  if (scratch.stream_changes.empty()) return engine.kv->write(scratch.batch);
  std::set<Stream*> streams;
  for (const StreamChange& change : scratch.stream_changes) streams.insert(change.stream);
  std::vector<std::unique_lock<std::mutex>> orders;
  for (Stream* stream : streams) orders.emplace_back(stream->order());
  const Millis now = engine.clock.now();
  for (const StreamChange& change : scratch.stream_changes) change.stream->append(scratch.batch, change, now);
  return engine.kv->write(scratch.batch);
}

void begin_batch(Scratch& scratch) {
  scratch.batch.clear();
  scratch.stream_changes.clear();
}

}  // namespace

ApiResult<void> commit(Engine& engine, Scratch& scratch, ItemWrite& write) {
  const ItemLocks::Hold hold(engine.locks, ItemLocks::stripe_of(write.key));
  if (engine.transactions.is_held(write.key)) return transaction_conflict();
  begin_batch(scratch);
  LODESTONE_TRY(stage(engine, scratch, write));
  if (scratch.batch.empty()) return {};
  LODESTONE_TRY_STORAGE(write_batch(engine, scratch));
  count(write);
  return {};
}

ApiResult<void> commit_batch(Engine& engine, Scratch& scratch, std::span<ItemWrite> writes) {
  const ItemLocks::Hold hold(engine.locks, stripes_of(writes));
  begin_batch(scratch);
  for (ItemWrite& write : writes) {
    write.unprocessed = engine.transactions.is_held(write.key);
    if (!write.unprocessed) LODESTONE_TRY(stage(engine, scratch, write));
  }
  if (scratch.batch.empty()) return {};
  LODESTONE_TRY_STORAGE(write_batch(engine, scratch));
  for (ItemWrite& write : writes) {
    if (!write.unprocessed) count(write);
  }
  return {};
}

ApiResult<bool> commit_transaction(Engine& engine, Scratch& scratch, std::span<ItemWrite> writes,
                                   std::span<std::optional<ApiError>> outcomes,
                                   const TransactionCompletion& completion) {
  std::vector<std::string_view> keys;
  for (const ItemWrite& write : writes) keys.push_back(write.key);
  const TransactionHolds::Hold held(engine.transactions, keys);
  if (!held.conflicts().empty()) {
    for (std::size_t i = 0; i < keys.size(); ++i) {
      if (held.conflicts()[i]) outcomes[i] = transaction_conflict().error;
    }
    return false;
  }
  if (engine.transaction_hold_point) engine.transaction_hold_point();
  const ItemLocks::Hold hold(engine.locks, stripes_of(writes));
  begin_batch(scratch);
  bool fine = true;
  for (std::size_t i = 0; i < writes.size(); ++i) {
    auto staged = stage(engine, scratch, writes[i]);
    if (staged.ok()) continue;
    if (staged.error().kind == ErrorKind::kInternal) return failure(std::move(staged).error());
    outcomes[i] = std::move(staged).error();
    fine = false;
  }
  if (!fine) return false;
  if (completion) completion(scratch.batch);
  if (scratch.batch.empty()) return true;
  LODESTONE_TRY_STORAGE(write_batch(engine, scratch));
  for (ItemWrite& write : writes) count(write);
  return true;
}

}  // namespace lodestone
