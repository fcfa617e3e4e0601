#include "model/http/environment.h"

#include <array>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <memory>
#include <mutex>
#include <random>

namespace lodestone::model {
namespace {

std::optional<std::string> read_variable(const std::string& name) {
  const char* const value = std::getenv(name.c_str());
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

std::optional<std::string> read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  std::string content((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  if (file.bad()) return std::nullopt;
  return content;
}

std::optional<std::string> run(const std::string& command) {
  std::FILE* const pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return std::nullopt;
  std::string output;
  std::array<char, 4096> buffer;
  while (const std::size_t count = std::fread(buffer.data(), 1, buffer.size(), pipe)) {
    output.append(buffer.data(), count);
  }
  return pclose(pipe) == 0 ? std::optional<std::string>(std::move(output)) : std::nullopt;
}

double random_share() {
  thread_local std::minstd_rand engine{std::random_device()()};
  return std::uniform_real_distribution<double>(0, 1)(engine);
}

void wait(std::chrono::milliseconds time, const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any nothing;
  std::unique_lock lock(mutex);
  nothing.wait_for(lock, stop, time, [] { return false; });
}

}  // namespace

Environment system_environment() {
  return {read_variable, read_file, run, [] { return std::chrono::system_clock::now(); }, random_share, wait};
}

std::optional<std::string> first_variable(const Environment& environment,
                                          std::initializer_list<const char*> names) {
  for (const char* const name : names) {
    auto value = environment.variable(name);
    if (value && !value->empty()) return value;
  }
  return std::nullopt;
}

}  // namespace lodestone::model
