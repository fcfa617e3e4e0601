/// Consumed capacity of a transaction: an entry per table, in the order of their first actions.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "server/api/capacity.h"

namespace lodestone {

class TransactionCapacity {
 public:
  /// `table_name` as the request spells it; outlives this.
  [[nodiscard]] ConsumedCapacity& of(std::string_view table_name);
  void append_json(std::string& out, CapacityDetail detail, CapacitySplit split) const;

 private:
  std::vector<std::pair<std::string_view, ConsumedCapacity>> tables_;
};

}  // namespace lodestone
