/// A shared mutex under which neither side starves. Meets the standard's SharedMutex.
#pragma once

#include <atomic>
#include <mutex>
#include <shared_mutex>

namespace lodestone {

/// glibc's shared mutex lets readers in for as long as there are any, so that two readers in turn keep a
/// writer out. Here a reader that finds a writer waiting queues behind it; among those who wait glibc then
/// prefers the readers, so writers do not keep them out either. Without a writer a reader pays one load more.
class FairSharedMutex {
 public:
  void lock() {
    waiting_writers_.fetch_add(1, std::memory_order_relaxed);
    {
      const std::lock_guard turn(turnstile_);
      mutex_.lock();
    }
    waiting_writers_.fetch_sub(1, std::memory_order_relaxed);
  }
  void unlock() { mutex_.unlock(); }
  void lock_shared() {
    if (waiting_writers_.load(std::memory_order_relaxed) != 0) const std::lock_guard turn(turnstile_);
    mutex_.lock_shared();
  }
  void unlock_shared() { mutex_.unlock_shared(); }

 private:
  std::shared_mutex mutex_;
  std::mutex turnstile_;
  std::atomic<unsigned> waiting_writers_ = 0;
};

}  // namespace lodestone
