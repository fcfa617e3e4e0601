#include "server/http/processors.h"

#include <thread>

#include <gtest/gtest.h>
#include <sched.h>

namespace lodestone::http {
namespace {

TEST(Processors, AreThoseThatTheAffinityAllows) {
  EXPECT_GE(available_processors(), 1U);
  EXPECT_LE(available_processors(), std::thread::hardware_concurrency());
  // A thread has an affinity of its own.
  unsigned when_bound = 0;
  std::thread([&when_bound] {
    cpu_set_t allowed;
    ASSERT_EQ(sched_getaffinity(0, sizeof allowed, &allowed), 0);
    int first = 0;
    while (!CPU_ISSET(first, &allowed)) ++first;
    CPU_ZERO(&allowed);
    CPU_SET(first, &allowed);
    ASSERT_EQ(sched_setaffinity(0, sizeof allowed, &allowed), 0);
    when_bound = available_processors();
  }).join();
  EXPECT_EQ(when_bound, 1U);
}

}  // namespace
}  // namespace lodestone::http
