/// Which index keys a write makes, makes anew or removes.
///
/// The rules are ElectroDB's: a half of a key (partition key, sort key) must be complete or untouched;
/// indexes with a condition are written when it holds and removed when it does not. Pure functions;
/// thread-safe. Source: measured; tests/model/vectors.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/error.h"
#include "model/schema.h"
#include "model/value.h"

namespace lodestone::model {

/// A key's new value, or its removal, by stored name.
struct KeyChange {
  std::string field;
  /// nullopt: it is removed.
  std::optional<Value> value;
};

/// The keys of every index that an item written as a whole has, the table's own included. With `removals`
/// also those that it must not have because an index's condition does not hold. Error 2002 where a half is
/// incomplete, 2012 where that of an index with a condition is.
[[nodiscard]] Result<std::vector<KeyChange>> keys_of_item(const EntitySchema& schema, const Record& item,
                                                          bool removals);

/// What an update knows of the item.
struct KnownValues {
  /// Values that are being set.
  Record set;
  /// Attributes that are being removed.
  std::vector<std::string> removed;
  /// Values that the item has: of the table's key, and those that the caller vouches for.
  Record there;
};
[[nodiscard]] Result<std::vector<KeyChange>> keys_of_update(const EntitySchema& schema,
                                                            const KnownValues& known);

}  // namespace lodestone::model
