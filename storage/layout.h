/// What the store must know of a table to keep its rows: keys, indexes, expiry. Immutable once in use, hence
/// thread-safe; a change of the table makes a new layout.
#pragma once

#include <string>
#include <vector>

#include "storage/key_codec.h"
#include "storage/value.h"

namespace lodestone {

/// The largest values of keys, in bytes.
/// Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html
inline constexpr std::size_t kMaxPartitionKeyBytes = 2048;
inline constexpr std::size_t kMaxSortKeyBytes = 1024;

struct KeyElement {
  std::string name;
  Type type = Type::kS;  ///< S, N or B
};

/// A table has one partition element and at most one sort element; a global secondary index up to four of
/// each.
struct KeySchema {
  std::vector<KeyElement> partition;
  std::vector<KeyElement> sort;

  [[nodiscard]] std::size_t size() const { return partition.size() + sort.size(); }
  [[nodiscard]] const KeyElement& at(std::size_t i) const {
    return i < partition.size() ? partition[i] : sort[i - partition.size()];
  }
  /// The element of that attribute; nullptr where it is no part of the key.
  [[nodiscard]] const KeyElement* find(std::string_view name) const;
};

enum class ProjectionType { kAll, kKeysOnly, kInclude };

struct IndexLayout {
  std::string name;
  SpaceId space = 0;
  bool global = false;
  KeySchema key;
  ProjectionType projection = ProjectionType::kAll;
  std::vector<std::string> included;  ///< NonKeyAttributes
  /// The names a row holds, sorted: index key, table key, included. Unused where the projection is kAll.
  std::vector<std::string> projected;
  bool building = false;  ///< items from before its creation may still lack their rows

  [[nodiscard]] bool projects(std::string_view name) const;
};

struct TableLayout {
  SpaceId space = 0;
  KeySchema key;
  std::vector<IndexLayout> indexes;
  SpaceId expiry_space = 0;      ///< 0: items do not expire
  std::string expiry_attribute;  ///< the TTL attribute, where expiry_space is set

  [[nodiscard]] const IndexLayout* find_index(std::string_view name) const;
};

}  // namespace lodestone
