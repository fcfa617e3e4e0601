/// Locks over items, by stripes: a read-modify-write holds its item's stripe from the read to the commit.
///
/// A writer of several items takes their stripes together, in one global order, so that writers never
/// deadlock. Thread-safe.
#pragma once

#include <array>
#include <bitset>
#include <mutex>
#include <span>
#include <string_view>

namespace lodestone {

class ItemLocks {
 public:
  static constexpr std::size_t kStripes = 256;

  /// The stripe of an item's key (storage/rows.h).
  [[nodiscard]] static std::size_t stripe_of(std::string_view item_key);

  /// Holds a set of stripes until destroyed.
  class Hold {
   public:
    Hold(ItemLocks& locks, const std::bitset<kStripes>& stripes);
    Hold(ItemLocks& locks, std::size_t stripe);
    ~Hold();
    Hold(const Hold&) = delete;
    Hold& operator=(const Hold&) = delete;

   private:
    ItemLocks& locks_;
    std::bitset<kStripes> stripes_;
    std::size_t single_ = kStripes;
  };

 private:
  std::array<std::mutex, kStripes> stripes_;
};

}  // namespace lodestone
