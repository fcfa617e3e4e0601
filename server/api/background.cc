#include "server/api/background.h"

#include <chrono>

namespace lodestone {

Background::~Background() {
  {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
  }
  condition_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Background::wake() {
  const std::scoped_lock lock(mutex_);
  woken_ = true;
  if (thread_.joinable()) {
    condition_.notify_all();
  } else if (!stopping_) {
    thread_ = std::thread([this] { run(); });
  }
}

void Background::run() {
  constexpr auto kPeriod = std::chrono::seconds(1);
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    woken_ = false;
    lock.unlock();
    work_();
    lock.lock();
    condition_.wait_for(lock, kPeriod, [this] { return stopping_ || woken_; });
  }
}

}  // namespace lodestone
