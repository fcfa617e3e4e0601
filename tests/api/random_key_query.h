/// Random key conditions for the differential test, with the function that says which rows they leave.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tests/api/random_expressions.h"
#include "tests/api/reference_table.h"

namespace lodestone::testing::reference {

/// All attributes of the partition key by equality; those of the sort key from left to right, the last one by
/// any operator.
struct KeyQuery {
  std::string text;
  std::vector<std::function<bool(const Item&)>> terms;

  [[nodiscard]] bool holds(const Item& row) const;
};

/// Mostly with values that some of the rows have.
[[nodiscard]] KeyQuery random_key_query(Random& random, const Schema& schema, const std::vector<Item>& rows,
                                        Placeholders& placeholders);

}  // namespace lodestone::testing::reference
