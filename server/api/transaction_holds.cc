#include "server/api/transaction_holds.h"

#include <algorithm>

namespace lodestone {

TransactionHolds::Hold::Hold(TransactionHolds& holds, std::span<const std::string_view> keys)
    : holds_(holds) {
  const std::scoped_lock lock(holds_.mutex_);
  std::vector<bool> conflicts;
  for (const std::string_view key : keys) conflicts.push_back(holds_.keys_.contains(key));
  if (std::ranges::find(conflicts, true) != conflicts.end()) {
    conflicts_ = std::move(conflicts);
    return;
  }
  for (const std::string_view key : keys) {
    held_.emplace_back(key);
    holds_.keys_.insert(held_.back());
  }
  holds_.count_ = holds_.keys_.size();
}

TransactionHolds::Hold::~Hold() {
  const std::scoped_lock lock(holds_.mutex_);
  for (const std::string& key : held_) holds_.keys_.erase(key);
  holds_.count_ = holds_.keys_.size();
}

bool TransactionHolds::is_held(std::string_view key) const {
  if (count_.load() == 0) return false;
  const std::scoped_lock lock(mutex_);
  return keys_.contains(key);
}

}  // namespace lodestone
