/// A world of a test's own: its variables, files and time. Thread-safe.
#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "model/http/environment.h"

namespace lodestone::model {

class TestEnvironment {
 public:
  void set(const std::string& variable, const std::string& value) { change(variables_, variable, value); }
  void write(const std::string& path, const std::string& content) { change(files_, path, content); }
  /// What a command is to write.
  void on_command(const std::string& command, const std::string& output) {
    change(outputs_, command, output);
  }
  void pass(std::chrono::milliseconds time) {
    const std::lock_guard lock(mutex_);
    now_ += time;
  }
  /// What chance gives from now on.
  void set_chance(double chance) {
    const std::lock_guard lock(mutex_);
    chance_ = chance;
  }

  [[nodiscard]] WallTime now() {
    const std::lock_guard lock(mutex_);
    return now_;
  }
  /// How long somebody has paused, each time.
  [[nodiscard]] std::vector<std::chrono::milliseconds> pauses() {
    const std::lock_guard lock(mutex_);
    return pauses_;
  }

  /// Must not outlive this.
  [[nodiscard]] Environment environment() {
    return {[this](const std::string& name) { return find(variables_, name); },
            [this](const std::string& path) { return find(files_, path); },
            [this](const std::string& command) { return find(outputs_, command); },
            [this] { return now(); },
            [this] {
              const std::lock_guard lock(mutex_);
              return chance_;
            },
            [this](std::chrono::milliseconds time, const std::stop_token&) {
              const std::lock_guard lock(mutex_);
              pauses_.push_back(time);
              now_ += time;
            }};
  }

 private:
  using Texts = std::map<std::string, std::string>;

  void change(Texts& texts, const std::string& name, const std::string& text) {
    const std::lock_guard lock(mutex_);
    texts[name] = text;
  }
  std::optional<std::string> find(const Texts& texts, const std::string& name) {
    const std::lock_guard lock(mutex_);
    const auto found = texts.find(name);
    return found == texts.end() ? std::nullopt : std::optional(found->second);
  }

  std::mutex mutex_;
  Texts variables_;
  Texts files_;
  Texts outputs_;
  /// 2015-08-30 12:36:00 UTC, as in AWS's examples of signatures.
  WallTime now_ = WallTime(std::chrono::seconds(1'440'938'160));
  double chance_ = 0.5;
  std::vector<std::chrono::milliseconds> pauses_;
};

}  // namespace lodestone::model
