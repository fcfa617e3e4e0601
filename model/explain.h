/// What a read does and what it costs: `users.query(…).plan()`, `users.query(…).explain()`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "model/request.h"

namespace lodestone::model {

/// How a read finds its items. Nothing is sent to know this.
struct Plan {
  /// "Query" or "Scan".
  std::string operation;
  /// DynamoDB's name of the index; empty: the table itself.
  std::string index_name;
  /// With names and values in their places: `gsi1pk = "$myapp#courseid_c1" and begins_with(gsi1sk, "…")`;
  /// empty: everything is read.
  std::string key_condition;
  /// Leaves out items after they were read, and paid for.
  std::string filter;
  /// The index has keys only: items are then read from the table, one by one.
  bool hydrates = false;

  [[nodiscard]] bool reads_everything() const { return key_condition.empty(); }
};

/// What a read cost when it was carried out.
struct Cost {
  /// Of the read alone; DynamoDB's unit is half a read of 4 KiB where the read is not consistent.
  double capacity_units = 0;
  std::size_t requests = 0;
  /// How many items were read and paid for, and how many of those are given to the caller.
  std::int64_t items_read = 0;
  std::int64_t items_given = 0;
};

struct Explanation {
  Plan plan;
  Cost cost;
};

/// A line: `Query of gsi1: gsi1pk = "…"; filter: status = "COMPLETED"`.
[[nodiscard]] std::string to_string(const Plan& plan);
/// The plan, and behind it `; 0.5 units in 1 request: 4 of 9 items`.
[[nodiscard]] std::string to_string(const Explanation& explanation);

/// The plan of a Query or Scan.
[[nodiscard]] Plan plan_of(const Request& request, bool hydrates);

}  // namespace lodestone::model
