#include "storage/sync_sharer.h"

namespace lodestone {

SyncSharer::~SyncSharer() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void SyncSharer::when_durable(Then then) {
  if (is_durable()) return then({});
  std::unique_lock lock(mutex_);
  if (failure_) {
    StorageError reason = *failure_;
    lock.unlock();
    return then(failure(std::move(reason)));
  }
  waiting_.push_back(std::move(then));
  if (!thread_.joinable()) thread_ = std::thread([this] { run(); });
  lock.unlock();
  changed_.notify_one();
}

StorageError SyncSharer::failure_reason() const {
  const std::lock_guard lock(mutex_);
  return *failure_;
}

void SyncSharer::run() {
  std::vector<Then> served;
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
    if (waiting_.empty()) return;
    served.swap(waiting_);
    StorageResult<void> outcome;
    if (failure_) {
      outcome = failure(*failure_);
    } else {
      lock.unlock();
      const std::uint64_t position = log_.written();
      outcome = log_.sync();
      if (outcome.ok()) durable_.store(position, std::memory_order_release);
      lock.lock();
      if (!outcome.ok()) {
        failure_ = outcome.error();
        has_failed_.store(true, std::memory_order_release);
      }
    }
    lock.unlock();
    for (const Then& then : served) then(outcome);
    served.clear();
    lock.lock();
  }
}

}  // namespace lodestone
