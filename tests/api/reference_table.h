/// A table for the differential test: a map from keys to items, and indexes that are looked up by going
/// through all of them.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tests/api/reference_value.h"

namespace lodestone::testing::reference {

struct KeyAttribute {
  std::string name;
  Kind kind = Kind::kS;
};

struct Schema {
  std::vector<KeyAttribute> partition;
  std::vector<KeyAttribute> sort;

  [[nodiscard]] std::vector<KeyAttribute> all() const;
};

struct Index {
  std::string name;
  bool global = false;
  Schema schema;
  std::string projection;  ///< ALL, KEYS_ONLY or INCLUDE
  std::vector<std::string> included;
};

struct KeyLess {
  bool operator()(const std::vector<Value>& a, const std::vector<Value>& b) const;
};

class Table {
 public:
  Schema schema;
  std::vector<Index> indexes;
  std::map<std::vector<Value>, Item, KeyLess> items;

  [[nodiscard]] std::string create_request(const std::string& name) const;

  /// The key values of an item, in schema order.
  [[nodiscard]] std::vector<Value> key_of(const Item& item) const;
  /// The item's key attributes alone.
  [[nodiscard]] Item key_item(const Item& item) const;
  [[nodiscard]] const Item* find(const Item& key) const;
  void put(const Item& item) { items[key_of(item)] = item; }
  void erase(const Item& key) { items.erase(key_of(key)); }

  /// Whether an index refuses what the item has for its key: another type, or an empty value.
  [[nodiscard]] bool is_refused_by_an_index(const Item& item) const;

  /// The items of the table (nullptr) or of an index, as they are stored there, in no order.
  [[nodiscard]] std::vector<Item> rows(const Index* index) const;
};

/// Whether the item has all attributes of the schema with the right types.
[[nodiscard]] bool has_key(const Schema& schema, const Item& item);

}  // namespace lodestone::testing::reference
