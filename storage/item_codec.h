/// The canonical encoding of items: DynamoDB JSON without white space, attributes and set members in order.
///
/// A stored item's JSON is spliced into replies as it stands, so reading costs a copy. Decoding makes Values
/// whose text points into the encoded bytes where nothing was escaped. Pure functions; thread-safe.
///
/// The byte layout is described in storage/FORMAT.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "storage/arena.h"
#include "storage/value.h"

namespace lodestone {

/// Appends `{"<type>":…}`.
void append_json(std::string& out, const Value& value);
/// Appends `{"<name>":{"<type>":…},…}`.
void append_json(std::string& out, Item item);

/// A stored item: DynamoDB's size of it, and its canonical JSON.
struct StoredItem {
  std::uint32_t size_bytes = 0;
  std::string_view json;
};

/// Replaces `out` with the stored form of an item.
void encode_item(std::string& out, Item item, std::size_t size_bytes);

/// Splits a stored form; nullopt where its header does not decode. The JSON is a view into `stored`.
[[nodiscard]] std::optional<StoredItem> open_item(std::string_view stored);

/// Decodes canonical JSON; nullopt where it is not canonical JSON of an item. `json` must outlive the result.
[[nodiscard]] std::optional<Item> decode_item(std::string_view json, Arena& arena);

}  // namespace lodestone
