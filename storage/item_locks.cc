#include "storage/item_locks.h"

#include "storage/hash.h"

namespace lodestone {

std::size_t ItemLocks::stripe_of(std::string_view item_key) { return hash_of(item_key) % kStripes; }

ItemLocks::Hold::Hold(ItemLocks& locks, const std::bitset<kStripes>& stripes)
    : locks_(locks), stripes_(stripes) {
  for (std::size_t i = 0; i < kStripes; ++i) {
    if (stripes_[i]) locks_.stripes_[i].lock();
  }
}

ItemLocks::Hold::Hold(ItemLocks& locks, std::size_t stripe) : locks_(locks), single_(stripe) {
  locks_.stripes_[single_].lock();
}

ItemLocks::Hold::~Hold() {
  if (single_ != kStripes) {
    locks_.stripes_[single_].unlock();
    return;
  }
  for (std::size_t i = 0; i < kStripes; ++i) {
    if (stripes_[i]) locks_.stripes_[i].unlock();
  }
}

}  // namespace lodestone
