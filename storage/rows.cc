#include "storage/rows.h"

#include <algorithm>
#include <charconv>

#include "storage/item_codec.h"

namespace lodestone {
namespace {

/// An item that was there before the index may have values that are too large for its key: it stays out.
bool fits(const KeySchema& schema, std::span<const Value> values) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (values[i].text().size() > (i < schema.partition.size() ? kMaxPartitionKeyBytes : kMaxSortKeyBytes))
      return false;
  }
  return true;
}

void append_expiry_change(Batch& batch, const TableLayout& table, std::string_view item_key,
                          const ItemState* before, const ItemState* after) {
  const auto old_time = before != nullptr ? expiry_of(table, before->item) : std::nullopt;
  const auto new_time = after != nullptr ? expiry_of(table, after->item) : std::nullopt;
  if (old_time == new_time) return;
  std::string key;
  if (old_time) {
    make_expiry_key(key, table.expiry_space, *old_time, item_key);
    batch.erase(key);
  }
  if (new_time) {
    make_expiry_key(key, table.expiry_space, *new_time, item_key);
    batch.put(key, {});
  }
}

}  // namespace

std::optional<std::span<const Value>> key_values(const KeySchema& schema, Item item, Arena& arena) {
  const auto values = arena.array<Value>(schema.size());
  for (std::size_t i = 0; i < schema.size(); ++i) {
    const KeyElement& element = schema.at(i);
    const Value* value = find(item, element.name);
    if (value == nullptr || value->type() != element.type || value->text().empty()) return std::nullopt;
    values[i] = *value;
  }
  return values;
}

void make_item_key(std::string& out, const TableLayout& table, std::span<const Value> values) {
  out.clear();
  append_partition(out, table.space, values.first(1));
  for (const Value& value : values.subspan(1)) append_key_element(out, value);
}

void make_index_key(std::string& out, const TableLayout& table, const IndexLayout& index,
                    std::span<const Value> index_values, std::span<const Value> table_values) {
  out.clear();
  append_partition(out, index.space, index_values.first(index.key.partition.size()));
  for (const Value& value : index_values.subspan(index.key.partition.size())) append_key_element(out, value);
  // A local index's partition key is the table's already.
  const std::size_t skipped = index.global ? 0 : table.key.partition.size();
  for (const Value& value : table_values.subspan(skipped)) append_key_element(out, value);
}

std::optional<Item> read_row_key(std::string_view row_key, const TableLayout& table, const IndexLayout* index,
                                 Arena& arena) {
  if (row_key.size() < kSpaceBytes + kHashBytes) return std::nullopt;
  row_key.remove_prefix(kSpaceBytes + kHashBytes);
  const std::size_t index_elements = index != nullptr ? index->key.size() : 0;
  const auto attributes = arena.array<Attribute>(index_elements + table.key.size());
  std::size_t count = 0;
  const auto read = [&](const KeyElement& element) {
    const auto value = read_key_element(row_key, element.type, arena);
    if (!value) return false;
    // An attribute may be part of both keys; it has one value.
    const auto known = attributes.first(count);
    const auto same = std::ranges::find(known, element.name, &Attribute::name);
    if (same != known.end()) return same->value == *value;
    attributes[count++] = {element.name, *value};
    return true;
  };
  for (std::size_t i = 0; i < index_elements; ++i) {
    if (!read(index->key.at(i))) return std::nullopt;
  }
  const std::size_t skipped = index != nullptr && !index->global ? table.key.partition.size() : 0;
  for (std::size_t i = skipped; i < table.key.size(); ++i) {
    if (!read(table.key.at(i))) return std::nullopt;
  }
  if (!row_key.empty()) return std::nullopt;
  std::sort(attributes.begin(), attributes.begin() + static_cast<std::ptrdiff_t>(count),
            [](const Attribute& a, const Attribute& b) { return a.name < b.name; });
  return attributes.first(count);
}

Item project_to_index(const IndexLayout& index, Item item, Arena& arena) {
  if (index.projection == ProjectionType::kAll) return item;
  const auto attributes = arena.array<Attribute>(std::min(item.size(), index.projected.size()));
  std::size_t count = 0;
  for (const std::string& name : index.projected) {
    if (const Value* value = find(item, name)) attributes[count++] = {name, *value};
  }
  return attributes.first(count);
}

std::optional<std::uint64_t> expiry_of(const TableLayout& table, Item item) {
  if (table.expiry_space == 0) return std::nullopt;
  const Value* value = find(item, table.expiry_attribute);
  if (value == nullptr || value->type() != Type::kN) return std::nullopt;
  const std::string_view text = value->text();
  std::uint64_t seconds = 0;
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  // A negative or enormous number is no time that a sweep could reach; a fraction is cut.
  if (error != std::errc() || (rest != text.data() + text.size() && *rest != '.')) return std::nullopt;
  return seconds;
}

void make_expiry_key(std::string& out, SpaceId expiry_space, std::uint64_t seconds,
                     std::string_view item_key) {
  out.clear();
  append_space(out, expiry_space);
  append_hash(out, seconds);
  out.append(item_key);
}

std::optional<ExpiryRow> read_expiry_key(std::string_view row_key) {
  if (row_key.size() <= kSpaceBytes + kHashBytes) return std::nullopt;
  return ExpiryRow{partition_hash(row_key), row_key.substr(kSpaceBytes + kHashBytes)};
}

void append_row_changes(Batch& batch, const TableLayout& table, std::string_view item_key,
                        const ItemState* before, const ItemState* after, Arena& arena,
                        std::vector<IndexChange>& changes) {
  if (after != nullptr) {
    batch.put(item_key, after->stored);
  } else {
    batch.erase(item_key);
  }
  for (const IndexLayout& index : table.indexes) {
    const auto old_row = before != nullptr ? make_index_row(table, index, *before, arena) : std::nullopt;
    const auto new_row = after != nullptr ? make_index_row(table, index, *after, arena) : std::nullopt;
    if (!old_row && !new_row) continue;
    IndexChange change{&index};
    if (old_row) change.old_bytes = old_row->size_bytes;
    if (new_row) change.new_bytes = new_row->size_bytes;
    change.moved = old_row && new_row && old_row->key != new_row->key;
    change.changed = !old_row || !new_row || change.moved || old_row->content != new_row->content;
    if (old_row && (!new_row || change.moved)) batch.erase(old_row->key);
    if (new_row && change.changed) batch.put(new_row->key, new_row->content);
    changes.push_back(change);
  }
  if (table.expiry_space != 0) append_expiry_change(batch, table, item_key, before, after);
}

std::optional<IndexRow> make_index_row(const TableLayout& table, const IndexLayout& index,
                                       const ItemState& state, Arena& arena) {
  const auto index_values = key_values(index.key, state.item, arena);
  if (!index_values || !fits(index.key, *index_values)) return std::nullopt;
  const auto table_values = key_values(table.key, state.item, arena);
  if (!table_values) return std::nullopt;
  thread_local std::string buffer;
  make_index_key(buffer, table, index, *index_values, *table_values);
  IndexRow row;
  row.key = arena.copy(std::string_view(buffer));
  if (index.projection == ProjectionType::kAll) {
    row.content = state.stored;
    row.size_bytes = state.size_bytes;
  } else {
    const Item projected = project_to_index(index, state.item, arena);
    row.size_bytes = size_bytes(projected);
    encode_item(buffer, projected, row.size_bytes);
    row.content = arena.copy(std::string_view(buffer));
  }
  return row;
}

}  // namespace lodestone
