/// When to try a request again, and how long to wait before: the standard mode of AWS's SDKs.
///
/// https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html, with the numbers that it has
/// for DynamoDB.
#pragma once

#include <chrono>
#include <mutex>
#include <string_view>

#include "model/connection.h"

namespace lodestone::model {

struct RetrySettings {
  /// The first one counts; 1: nothing is tried again. 0: what AWS_MAX_ATTEMPTS or the profile says,
  /// otherwise 4.
  unsigned max_attempts = 0;
  /// The longest wait before the second attempt; it doubles with each further one.
  std::chrono::milliseconds base_delay{25};
  /// The same where the service asks to slow down.
  std::chrono::milliseconds throttled_base_delay{1'000};
  std::chrono::milliseconds max_delay{20'000};
};

/// A share of the wait between nothing and all of it, so that clients that failed together do not come back
/// together. `attempt` is the number of those made, `chance` from 0 to below 1. `retry_after` is the
/// service's wish in milliseconds, as x-amz-retry-after has it; empty where it has none.
[[nodiscard]] std::chrono::milliseconds retry_delay(const RetrySettings& settings,
                                                    const ConnectionError& error, unsigned attempt,
                                                    double chance, std::string_view retry_after);

/// How many retries there may be while most requests fail: who asks an endpoint that is down, again and
/// again, helps nobody. Thread-safe.
class RetryQuota {
 public:
  /// Takes what a retry after `error` costs; 0 where that is not there, and the error is to be told.
  [[nodiscard]] int take(const ConnectionError& error);
  /// After a success: gives back what its last retry cost, or a little where it needed none.
  void give_back(int cost);

 private:
  std::mutex mutex_;
  int tokens_ = kFull;
  static constexpr int kFull = 500;
};

}  // namespace lodestone::model
