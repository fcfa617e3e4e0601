/// The rows an item has: its own, one per index it belongs to, one for its expiry.
///
/// An item belongs to an index only if it has all of the index's key attributes with the declared types (a
/// sparse index). Everything a write implies is appended to one Batch. Pure functions; thread-safe.
///
/// Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html and LSI.html
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "storage/arena.h"
#include "storage/kv.h"
#include "storage/layout.h"
#include "storage/value.h"

namespace lodestone {

/// The key attributes' values in schema order; nullopt where one is missing, of another type, or empty.
[[nodiscard]] std::optional<std::span<const Value>> key_values(const KeySchema& schema, Item item,
                                                               Arena& arena);

/// Replaces `out` with the key of the table's row. `values` are in schema order.
void make_item_key(std::string& out, const TableLayout& table, std::span<const Value> values);

/// Replaces `out` with the key of the index's row: index key, then the table's key. Values in schema order.
void make_index_key(std::string& out, const TableLayout& table, const IndexLayout& index,
                    std::span<const Value> index_values, std::span<const Value> table_values);

/// The key attributes that a row's key holds, sorted by name: the table's, and the index's where `index` is
/// given. nullopt where the bytes do not decode.
[[nodiscard]] std::optional<Item> read_row_key(std::string_view row_key, const TableLayout& table,
                                               const IndexLayout* index, Arena& arena);

/// The part of an item that an index holds.
[[nodiscard]] Item project_to_index(const IndexLayout& index, Item item, Arena& arena);

/// The time of expiry in epoch seconds: the attribute's whole part where it is a number that can be a time.
[[nodiscard]] std::optional<std::uint64_t> expiry_of(const TableLayout& table, Item item);

/// Replaces `out` with the key of an expiry row. Its order is by time.
void make_expiry_key(std::string& out, SpaceId expiry_space, std::uint64_t seconds,
                     std::string_view item_key);
/// Splits an expiry row's key; nullopt where it does not decode.
struct ExpiryRow {
  std::uint64_t seconds;
  std::string_view item_key;
};
[[nodiscard]] std::optional<ExpiryRow> read_expiry_key(std::string_view row_key);

/// How one index's rows change by a write: what capacity and counters are reckoned from.
struct IndexChange {
  const IndexLayout* index = nullptr;
  std::size_t old_bytes = 0;  ///< DynamoDB's size of the row before; 0 where there was none
  std::size_t new_bytes = 0;  ///< of the row after; 0 where there is none
  bool changed = false;
  bool moved = false;  ///< the key changed: one row deleted, another one put
};

/// An item as it is before or after a write. `stored` is its stored form (storage/item_codec.h).
struct ItemState {
  Item item;
  std::string_view stored;
  std::size_t size_bytes = 0;
};

/// Appends all rows' changes from `before` to `after` (either may be absent, not both) to `batch`; `changes`
/// gets an entry per index that the item belonged to or belongs to. Row contents are those of `after`.
void append_row_changes(Batch& batch, const TableLayout& table, std::string_view item_key,
                        const ItemState* before, const ItemState* after, Arena& arena,
                        std::vector<IndexChange>& changes);

/// One row of an index; its bytes are in the arena, or the item's own where the index projects everything.
struct IndexRow {
  std::string_view key;
  std::string_view content;
  std::size_t size_bytes = 0;
};

/// The row that an item has in an index; nullopt where it does not belong to it.
[[nodiscard]] std::optional<IndexRow> make_index_row(const TableLayout& table, const IndexLayout& index,
                                                     const ItemState& state, Arena& arena);

}  // namespace lodestone
