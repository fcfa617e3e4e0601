/// The items that running transactions hold: a second writer of one of them is refused, not kept waiting.
///
/// Thread-safe. Costs a single write one load while no transaction runs.
/// Source:
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html#transaction-conflict-handling
#pragma once

#include <atomic>
#include <mutex>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lodestone {

class TransactionHolds {
 public:
  /// Holds the items of these keys until destroyed. Where another transaction holds one, nothing is held:
  /// conflicts() tells which.
  class Hold {
   public:
    Hold(TransactionHolds& holds, std::span<const std::string_view> keys);
    ~Hold();
    Hold(const Hold&) = delete;
    Hold& operator=(const Hold&) = delete;

    /// For each key whether another transaction holds it; empty where all are held by this one.
    [[nodiscard]] const std::vector<bool>& conflicts() const { return conflicts_; }

   private:
    TransactionHolds& holds_;
    std::vector<std::string> held_;
    std::vector<bool> conflicts_;
  };

  /// Whether a transaction holds the item. Called with the item's stripe held.
  [[nodiscard]] bool is_held(std::string_view key) const;

 private:
  mutable std::mutex mutex_;
  std::set<std::string, std::less<>> keys_;
  std::atomic<std::size_t> count_{0};
};

}  // namespace lodestone
