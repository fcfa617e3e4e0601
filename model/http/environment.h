/// What a connection learns from the world outside of its options: variables, files, the time, chance. A test
/// brings its own.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>

namespace lodestone::model {

using WallTime = std::chrono::system_clock::time_point;

/// Called from any thread that uses the connection.
struct Environment {
  /// A variable's value; nothing where it is not set.
  std::function<std::optional<std::string>(const std::string& name)> variable;
  /// A file's content; nothing where it can not be read.
  std::function<std::optional<std::string>(const std::string& path)> file;
  /// What a command of the shell writes to its standard output; nothing where it fails.
  std::function<std::optional<std::string>(const std::string& command)> output_of;
  std::function<WallTime()> now;
  /// From 0 to below 1.
  std::function<double()> random;
  /// Lets the time pass, or less of it when told to stop.
  std::function<void(std::chrono::milliseconds time, const std::stop_token& stop)> pause;
};

/// The process's own.
[[nodiscard]] Environment system_environment();

/// The first of the variables that is set and not empty.
[[nodiscard]] std::optional<std::string> first_variable(const Environment& environment,
                                                        std::initializer_list<const char*> names);

}  // namespace lodestone::model
