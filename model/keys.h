/// Keys, byte for byte as ElectroDB makes them from composite attributes, and what can be read back from
/// them.
///
/// Values are looked up by attribute name. Pure functions; thread-safe.
/// Source: measured; tests/model/vectors.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/error.h"
#include "model/schema.h"
#include "model/value.h"

namespace lodestone::model {

/// Where the text of a key stops when composites are missing.
enum class KeyEnd : std::uint8_t {
  /// Behind the label of the first missing one: `#label_`. What writes and partial queries use.
  kBehindLabel,
  /// Behind the last value. What begins, gt, … use.
  kBehindValue,
};

struct KeyOptions {
  KeyEnd end = KeyEnd::kBehindLabel;
  /// Of clustered keys: whether the entity's name follows the last composite.
  bool with_postfix = true;
};

struct KeyValue {
  /// A string or a number. nullopt: no key can be made (a number that is missing, a text that is empty).
  std::optional<Value> value;
  /// Every composite was there.
  bool is_complete = false;
};

/// Errors: 4002 where a composite has no text (a list) or is no number where the key is one.
[[nodiscard]] Result<KeyValue> make_key(const EntitySchema& schema, const KeySchema& key,
                                        const Record& values, KeyOptions options = {});

/// The values of a key that is given, with those that its attributes have by default or by link.
[[nodiscard]] Record with_key_defaults(const EntitySchema& schema, Record values);

/// The table's own key. Error 2002 names the composites that are missing.
[[nodiscard]] Result<Record> primary_key(const EntitySchema& schema, const Record& values);

/// The composites of `parts` that `values` does not have.
[[nodiscard]] std::vector<std::string> missing_parts(const std::vector<CompositePart>& parts,
                                                     const Record& values);

/// Error 2002: which composites are missing.
[[nodiscard]] Error incomplete_key(const EntitySchema& schema, const std::vector<std::string>& missing);

/// A key with the last character raised by one: the first text behind all that begin with the key. Of a
/// number: itself.
[[nodiscard]] Value key_behind(Value key);

/// The attributes that a stored key was made from, in their types; nullopt where it was made by another
/// entity.
[[nodiscard]] std::optional<Record> read_key(const EntitySchema& schema, const KeySchema& key,
                                             const Value& stored);

/// Whether a stored item is the entity's: by its identifiers, or by its keys where it has none.
[[nodiscard]] bool owns(const EntitySchema& schema, const Record& stored);

// Conversions between composites and keys, as `convert` of a typed entity offers them.

enum class Strictness : std::uint8_t { kNone, kPartitionKeys, kAll };
/// The keys of every access pattern that the composites reach, or of `index` and the table's.
[[nodiscard]] Result<Record> keys_from_composites(const EntitySchema& schema, const IndexSchema* index,
                                                  const Record& composites, Strictness strictness);
/// Error 2007 where the keys are not those of the access pattern (nullptr: of all of them).
[[nodiscard]] Result<Record> composites_from_keys(const EntitySchema& schema, const IndexSchema* index,
                                                  const Record& keys);

}  // namespace lodestone::model
