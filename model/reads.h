/// Requests that read items: get, query, scan, and queries of collections, in the form that ElectroDB gives
/// them.
///
/// Pure functions; thread-safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/condition.h"
#include "model/error.h"
#include "model/request.h"
#include "model/schema.h"
#include "model/value.h"

namespace lodestone::model {

/// How sort-key operators (gt, lte, …) deal with keys that go on behind the last value that they compare:
/// `#pri_7#st_open` is greater than `#pri_7`, though its pri is not greater than 7.
enum class Compare : std::uint8_t {
  /// As one means it: gt leaves out what is equal, lte takes it in. Adds a filter where the key alone can not
  /// tell.
  kExact,
  /// By the keys' text and nothing else. ElectroDB's default.
  kKeys,
  /// By keys, and a filter on the attributes. ElectroDB's `attributes` and `v2`.
  kAttributes,
  kV2,
};

struct ReadOptions {
  /// The attributes to read; none: all of them.
  std::vector<Path> attributes = {};
  bool consistent = false;
  bool descending = false;
  std::optional<std::int64_t> limit = {};
  std::optional<Record> start_key = {};
  Compare compare = Compare::kExact;
  /// Items of other entities are not left out.
  bool ignore_ownership = false;
  /// Only how many there are.
  bool count_only = false;
  bool consumed_capacity = false;
  std::optional<std::int64_t> segment = {};
  std::optional<std::int64_t> total_segments = {};
};

[[nodiscard]] Result<Request> get_request(const EntitySchema& schema, std::string_view table,
                                          const Record& key, const ReadOptions& options);
/// What all gets of a batch share; `keys` stay the caller's.
[[nodiscard]] Result<Request> batch_get_request(const EntitySchema& schema, std::string_view table,
                                                const ReadOptions& options);

enum class SortOperator : std::uint8_t {
  kNone,
  kBegins,
  kGreater,
  kGreaterOrEqual,
  kLess,
  kLessOrEqual,
  kBetween
};

struct QuerySpec {
  const IndexSchema* index = nullptr;
  /// All composites of the partition key, and as many of the sort key as there are, in order.
  Record composites = {};
  SortOperator sort_operator = SortOperator::kNone;
  Record from = {};
  /// Of between.
  Record to = {};
  Conditions where = {};
  ReadOptions options = {};
};
[[nodiscard]] Result<Request> query_request(const EntitySchema& schema, std::string_view table,
                                            const QuerySpec& spec);

/// `index` null: the table.
[[nodiscard]] Result<Request> scan_request(const EntitySchema& schema, std::string_view table,
                                           const IndexSchema* index, const Conditions& where,
                                           const ReadOptions& options);

/// Finds the access pattern that narrows most: whose partition key the values complete, with the longest part
/// of the sort key. With `filtered`, every value is a filter besides. A scan where there is none.
[[nodiscard]] Result<Request> find_request(const EntitySchema& schema, std::string_view table,
                                           const Record& values, bool filtered, const Conditions& where,
                                           const ReadOptions& options);
/// The access pattern that find_request() takes; nullptr: it scans.
[[nodiscard]] const IndexSchema* best_index(const EntitySchema& schema, const Record& values, bool filtered);

/// What an index with keys only has besides them: the attributes that its keys and the table's are made from.
/// Names of attributes, as filters know them.
[[nodiscard]] std::vector<std::string> attributes_in_keys_only(const EntitySchema& schema,
                                                               const IndexSchema& index);

/// An entity's part in a collection.
struct CollectionMember {
  const EntitySchema* schema = nullptr;
  const IndexSchema* index = nullptr;
  /// How the service calls the entity.
  std::string name;
  /// What only its own items must meet.
  Conditions where = {};
};

struct CollectionSpec {
  std::string collection;
  Record composites = {};
  SortOperator sort_operator = SortOperator::kNone;
  Record from = {};
  Record to = {};
  /// On attributes that all members have.
  Conditions where = {};
  ReadOptions options = {};
};
/// `members` are all entities of the collection, at least one.
[[nodiscard]] Result<Request> collection_request(const std::vector<CollectionMember>& members,
                                                 std::string_view table, const CollectionSpec& spec);
/// A query on one entity's access pattern, for the items of all members: by the partition key alone, or by
/// what is given of the sort key besides, as the entity makes it.
[[nodiscard]] Result<Request> partition_request(const EntitySchema& schema,
                                                const std::vector<CollectionMember>& members,
                                                std::string_view table, const QuerySpec& spec);
/// A scan of the table for the items of all members.
[[nodiscard]] Result<Request> service_scan_request(const std::vector<CollectionMember>& members,
                                                   std::string_view table, const Conditions& where,
                                                   const ReadOptions& options);

}  // namespace lodestone::model
