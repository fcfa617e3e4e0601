#include <gtest/gtest.h>

#include "model/http/retry.h"

namespace lodestone::model {
namespace {

using namespace std::chrono_literals;

ConnectionError transient() {
  ConnectionError error;
  error.retriable = true;
  return error;
}

ConnectionError throttled() {
  ConnectionError error = transient();
  error.throttled = true;
  return error;
}

TEST(RetryDelay, IsAShareOfAWaitThatDoubles) {
  const RetrySettings settings;
  EXPECT_EQ(retry_delay(settings, transient(), 1, 0.0, ""), 0ms);
  EXPECT_EQ(retry_delay(settings, transient(), 1, 0.999, ""), 24ms);
  EXPECT_EQ(retry_delay(settings, transient(), 2, 0.5, ""), 25ms);
  EXPECT_EQ(retry_delay(settings, transient(), 3, 0.5, ""), 50ms);
  EXPECT_EQ(retry_delay(settings, throttled(), 1, 0.5, ""), 500ms);
  EXPECT_EQ(retry_delay(settings, throttled(), 3, 0.25, ""), 1'000ms);
}

TEST(RetryDelay, HasABound) {
  const RetrySettings settings;
  EXPECT_EQ(retry_delay(settings, throttled(), 6, 0.5, ""), 10'000ms);
  EXPECT_EQ(retry_delay(settings, throttled(), 1'000'000, 0.5, ""), 10'000ms);
  EXPECT_EQ(retry_delay(settings, transient(), 0xFFFFFFFF, 0.999, ""), 19'980ms);
}

TEST(RetryDelay, TheServiceMayWishForMoreAndNotForMuchMore) {
  const RetrySettings settings;
  EXPECT_EQ(retry_delay(settings, transient(), 1, 0.5, "1500"), 1'500ms);
  EXPECT_EQ(retry_delay(settings, transient(), 1, 0.5, "1"), 12ms);
  EXPECT_EQ(retry_delay(settings, transient(), 1, 0.5, "60000"), 5'012ms);
  EXPECT_EQ(retry_delay(settings, transient(), 1, 0.5, "-60000"), 12ms);
  for (const char* const wish : {"soon", "15s", "1.5", " 1500", "99999999999999999999", "0x100"}) {
    EXPECT_EQ(retry_delay(settings, transient(), 1, 0.5, wish), 12ms) << wish;
  }
}

TEST(RetryQuota, PaysForThirtyFiveRetriesInARow) {
  RetryQuota quota;
  for (int i = 0; i < 35; ++i) EXPECT_EQ(quota.take(transient()), 14);
  EXPECT_EQ(quota.take(transient()), 0);
  EXPECT_EQ(quota.take(throttled()), 5) << "throttling costs less";
  EXPECT_EQ(quota.take(throttled()), 5);
  EXPECT_EQ(quota.take(throttled()), 0);
}

TEST(RetryQuota, IsFilledBySuccess) {
  RetryQuota quota;
  while (quota.take(transient()) != 0) {
  }
  for (int i = 0; i < 3; ++i) quota.give_back(0);
  EXPECT_EQ(quota.take(transient()), 0);
  quota.give_back(0);
  EXPECT_EQ(quota.take(transient()), 14) << "10 were left";
  quota.give_back(14);
  EXPECT_EQ(quota.take(transient()), 14) << "a retry that succeeds costs nothing";
  // It does not grow above what it began with.
  for (int i = 0; i < 10'000; ++i) quota.give_back(0);
  int retries = 0;
  while (quota.take(transient()) != 0) ++retries;
  EXPECT_EQ(retries, 35);
}

}  // namespace
}  // namespace lodestone::model
