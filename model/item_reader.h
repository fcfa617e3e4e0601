/// Reads the items of replies straight into structs: the typed operations' way, without values in between
/// where items are shown as they are stored (EntitySchema::stored_names).
///
/// Errors 5002: an item does not fit its struct, or the reply is none of DynamoDB's. Thread-safe.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "model/error.h"
#include "model/members.h"
#include "model/reply.h"
#include "model/schema.h"

namespace lodestone::model::detail {

/// A struct that values are read into, without its type.
struct Slot {
  void* item;
  MemberSpecs specs;
};

/// Structs of one type in a row, without their type.
struct Rows {
  void* items;
  /// Appends so many blank ones; the first of them.
  void* (*grow)(void* items, std::size_t count);
  std::size_t size_of_each;
  MemberSpecs specs;
};

/// How items are read.
struct ItemReading {
  const EntitySchema& schema;
  Moment now;
  bool ignore_ownership = false;
};

/// GetItem's reply. False in `found` where it has no item, or another entity's. The body's memory may be
/// moved.
[[nodiscard]] std::optional<Error> read_item(std::string& body, const ItemReading& how, const Slot& slot,
                                             bool& found);

/// Query's or Scan's: the entity's items are appended. What else the reply says is in `rest`.
[[nodiscard]] std::optional<Error> read_items(std::string& body, const ItemReading& how, const Rows& rows,
                                              Reply& rest);

}  // namespace lodestone::model::detail
