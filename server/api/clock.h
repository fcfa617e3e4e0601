/// The engine's only source of time, so that a test can hold it.
#pragma once

#include <atomic>
#include <chrono>

namespace lodestone {

/// Milliseconds since the Unix epoch.
using Millis = std::chrono::milliseconds;

/// Whether two times fall on one day, by UTC.
[[nodiscard]] inline bool is_same_day(Millis a, Millis b) {
  return std::chrono::floor<std::chrono::days>(a) == std::chrono::floor<std::chrono::days>(b);
}

/// Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual Millis now() const = 0;
};

class SystemClock : public Clock {
 public:
  [[nodiscard]] Millis now() const override {
    return std::chrono::duration_cast<Millis>(std::chrono::system_clock::now().time_since_epoch());
  }
};

/// A clock that stands still until it is moved.
class ManualClock : public Clock {
 public:
  explicit ManualClock(Millis start = Millis(1'700'000'000'000)) : now_(start.count()) {}
  [[nodiscard]] Millis now() const override { return Millis(now_.load()); }
  void advance(Millis by) { now_ += by.count(); }
  void set(Millis to) { now_ = to.count(); }

 private:
  std::atomic<std::int64_t> now_;
};

}  // namespace lodestone
