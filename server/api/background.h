/// The thread that does a database's work beside its requests.
///
/// It looks once a second and when it is woken; it starts with the first reason to. Thread-safe.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace lodestone {

class Background {
 public:
  /// `work` is called from the thread, never twice at a time.
  explicit Background(std::function<void()> work) : work_(std::move(work)) {}
  /// Waits for a running `work`.
  ~Background();

  /// Starts the thread if it does not run yet, and makes it look soon.
  void wake();

 private:
  void run();

  std::function<void()> work_;
  std::mutex mutex_;
  std::condition_variable condition_;
  bool stopping_ = false;
  bool woken_ = false;
  std::thread thread_;
};

}  // namespace lodestone
