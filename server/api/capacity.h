/// Consumed capacity: units by DynamoDB's rules, and how a reply tells them.
///
/// Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html and
/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ConsumedCapacity.html. Not thread-safe:
/// one request.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "server/api/json_access.h"
#include "storage/layout.h"
#include "storage/rows.h"

namespace lodestone {

enum class CapacityDetail { kNone, kTotal, kIndexes };

/// Whether units are told once, or a second time as units of reading or of writing: transactions do that, and
/// nothing else.
enum class CapacitySplit { kNone, kRead, kWrite };

/// ReturnConsumedCapacity of a request.
[[nodiscard]] CapacityDetail capacity_detail(const JsonValue& request);

/// Units of a read of `bytes`: at least one, half of it where the read is eventually consistent.
[[nodiscard]] double read_units(std::size_t bytes, bool consistent);
/// Units of a write of an item or row of `bytes`: at least one.
[[nodiscard]] double write_units(std::size_t bytes);

/// What a request consumed of one table.
class ConsumedCapacity {
 public:
  void add_table(double units) { table_ += units; }
  void add_index(const IndexLayout& index, double units);
  void add(const ConsumedCapacity& other);
  /// One item's write: the item by the larger of its sizes, each index by what changed in it. In a
  /// transaction everything counts twice.
  void add_write(std::size_t old_bytes, std::size_t new_bytes, const std::vector<IndexChange>& changes,
                 int times = 1);

  /// Appends the ConsumedCapacity object.
  void append_json(std::string& out, std::string_view table_name, CapacityDetail detail,
                   CapacitySplit split = CapacitySplit::kNone) const;

 private:
  double table_ = 0;
  std::vector<std::pair<const IndexLayout*, double>> indexes_;
};

}  // namespace lodestone
