/// A table's definition, made from the entities that live in it, and the check of a live table against them.
///
/// Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "model/error.h"
#include "model/schema.h"
#include "model/table.h"

namespace lodestone::model {

/// The keys of the table or of an index: stored names, each with its type, "S", "N" or "B".
struct KeyDefinition {
  struct Part {
    std::string field;
    std::string type;
    friend bool operator==(const Part&, const Part&) = default;
  };
  /// More than one only where an index has attributes as keys.
  std::vector<Part> partition_key;
  std::vector<Part> sort_key;
  bool is_local = false;
  friend bool operator==(const KeyDefinition&, const KeyDefinition&) = default;
};

struct IndexDefinition {
  KeyDefinition keys;
  /// Whether it has all attributes; otherwise keys, and these by stored name.
  bool has_all = true;
  std::set<std::string> attributes;
};

struct TableDefinition {
  KeyDefinition keys;
  /// By name.
  std::map<std::string, IndexDefinition> indexes;
  /// The stored attribute by which items expire; empty: none do.
  std::string ttl;
};

/// Error 1024 where two entities do not agree about a key, an index or the attribute by which items expire.
[[nodiscard]] Result<TableDefinition> table_definition(const std::vector<const EntitySchema*>& entities);

/// CreateTable's JSON: on demand.
[[nodiscard]] std::string create_table_json(const TableDefinition& definition, std::string_view table);

/// Creates the table, waits until it can be used, and lets items expire. Error 5001 where it is there
/// already.
[[nodiscard]] Result<Done> create_table(const Table& table, const TableDefinition& definition);

/// What a live table lacks, one line each: "there is no index 'gsi2'". What it has besides is no fault.
[[nodiscard]] Result<std::vector<std::string>> check_table(const Table& table,
                                                           const TableDefinition& definition);

}  // namespace lodestone::model
