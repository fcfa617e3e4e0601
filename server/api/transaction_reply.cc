#include "server/api/transaction_reply.h"

namespace lodestone {

ConsumedCapacity& TransactionCapacity::of(std::string_view table_name) {
  for (auto& [name, capacity] : tables_) {
    if (name == table_name) return capacity;
  }
  return tables_.emplace_back(table_name, ConsumedCapacity()).second;
}

void TransactionCapacity::append_json(std::string& out, CapacityDetail detail, CapacitySplit split) const {
  char separator = '[';
  for (const auto& [name, capacity] : tables_) {
    out += separator;
    separator = ',';
    capacity.append_json(out, name, detail, split);
  }
  if (separator == '[') out += separator;
  out += ']';
}

}  // namespace lodestone
