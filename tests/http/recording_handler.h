/// A Handler for tests: answers what it is told to, and remembers what it was asked. Thread-safe.
#pragma once

#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "server/api/call.h"

namespace lodestone::http {

struct RecordedCall {
  std::string target;
  std::string body;
  std::string region;
  std::string account;
  std::string access_key;
  /// "Name: message"; empty where the signature had no fault.
  std::string auth_failure;
};

class RecordingHandler final : public Handler {
 public:
  void handle(const Call& call, Reply& reply) override {
    std::unique_lock lock(mutex_);
    calls_.push_back({std::string(call.target), call.body, std::string(call.caller.region),
                      std::string(call.caller.account), std::string(call.caller.access_key),
                      call.auth_failure == nullptr
                          ? std::string()
                          : std::string(call.auth_failure->name) + ": " + call.auth_failure->message});
    changed_.notify_all();
    changed_.wait(lock, [&] { return !held_; });
    reply = next_ ? *next_ : Reply{200, call.body};
  }

  /// What to answer from now on, instead of the call's own body.
  void answer(unsigned status, std::string body) {
    const std::lock_guard lock(mutex_);
    next_ = Reply{status, std::move(body)};
  }

  /// From now on calls wait for release().
  void hold() {
    const std::lock_guard lock(mutex_);
    held_ = true;
  }
  void release() {
    const std::lock_guard lock(mutex_);
    held_ = false;
    changed_.notify_all();
  }
  void wait_for_calls(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return calls_.size() >= count; });
  }

  [[nodiscard]] std::vector<RecordedCall> calls() {
    const std::lock_guard lock(mutex_);
    return calls_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<RecordedCall> calls_;
  std::optional<Reply> next_;
  bool held_ = false;
};

}  // namespace lodestone::http
