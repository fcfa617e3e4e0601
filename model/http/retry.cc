#include "model/http/retry.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace lodestone::model {
namespace {

constexpr int kThrottledCost = 5;
constexpr int kCost = 14;
constexpr int kGainOfSuccess = 1;
/// The service may ask for longer than the wait would be, by so much.
constexpr std::chrono::milliseconds kLongestWish{5'000};

}  // namespace

std::chrono::milliseconds retry_delay(const RetrySettings& settings, const ConnectionError& error,
                                      unsigned attempt, double chance, std::string_view retry_after) {
  using Milliseconds = std::chrono::duration<double, std::milli>;
  const Milliseconds base = error.throttled ? settings.throttled_base_delay : settings.base_delay;
  const Milliseconds longest = std::min<Milliseconds>(
      base * std::ldexp(1.0, static_cast<int>(std::min(attempt, 31U)) - 1), settings.max_delay);
  const auto delay = std::chrono::duration_cast<std::chrono::milliseconds>(longest * chance);
  std::int64_t wish = 0;
  const auto [end, fault] =
      std::from_chars(retry_after.data(), retry_after.data() + retry_after.size(), wish);
  if (retry_after.empty() || fault != std::errc() || end != retry_after.data() + retry_after.size())
    return delay;
  return std::clamp(std::chrono::milliseconds(wish), delay, delay + kLongestWish);
}

int RetryQuota::take(const ConnectionError& error) {
  const int cost = error.throttled ? kThrottledCost : kCost;
  const std::lock_guard lock(mutex_);
  if (tokens_ < cost) return 0;
  tokens_ -= cost;
  return cost;
}

void RetryQuota::give_back(int cost) {
  const std::lock_guard lock(mutex_);
  tokens_ = std::min(kFull, tokens_ + (cost > 0 ? cost : kGainOfSuccess));
}

}  // namespace lodestone::model
