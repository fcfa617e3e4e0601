/// Stops a transaction while it holds its items, so that a test decides what meets it.
///
///     HoldPoint point;
///     TestDatabase database(store, point.options());
///     HeldTransaction held(point, database, request);   // runs in a thread, holds its items
///     …                                                  // meets it
///     held.finish();                                     // its reply
///
/// Only the transaction that armed the point is stopped; the others run through.
#pragma once

#include <chrono>
#include <condition_variable>
#include <future>
#include <mutex>
#include <string>
#include <utility>

#include "tests/api/database_fixture.h"

namespace lodestone::testing {

class HoldPoint {
 public:
  [[nodiscard]] DatabaseOptions options() {
    DatabaseOptions options = TestDatabase::without_threads();
    options.transaction_hold_point = [this] { reach(); };
    return options;
  }

  /// The next transaction to come here stops.
  void arm() {
    const std::scoped_lock lock(mutex_);
    state_ = State::kArmed;
  }
  /// Fails where none comes: it has been refused before it held anything.
  void wait_until_held() {
    std::unique_lock lock(mutex_);
    const bool held = changed_.wait_for(lock, kPatience, [this] { return state_ == State::kHeld; });
    EXPECT_TRUE(held) << "no transaction has come to hold its items";
  }
  void release() {
    const std::scoped_lock lock(mutex_);
    state_ = State::kOpen;
    changed_.notify_all();
  }

 private:
  static constexpr std::chrono::seconds kPatience{10};
  enum class State { kOpen, kArmed, kHeld };

  void reach() {
    std::unique_lock lock(mutex_);
    if (state_ != State::kArmed) return;
    state_ = State::kHeld;
    changed_.notify_all();
    changed_.wait(lock, [this] { return state_ == State::kOpen; });
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  State state_ = State::kOpen;
};

class HeldTransaction {
 public:
  HeldTransaction(HoldPoint& point, TestDatabase& database, const std::string& request,
                  const std::string& operation = "TransactWriteItems")
      : point_(point) {
    point_.arm();
    answer_ = std::async(std::launch::async,
                         [&database, request, operation] { return database.answer(operation, request); });
    point_.wait_until_held();
  }
  ~HeldTransaction() {
    if (answer_.valid()) (void)finish();
  }
  HeldTransaction(const HeldTransaction&) = delete;
  HeldTransaction& operator=(const HeldTransaction&) = delete;

  std::string finish() {
    point_.release();
    return answer_.get();
  }

 private:
  HoldPoint& point_;
  std::future<std::string> answer_;
};

}  // namespace lodestone::testing
