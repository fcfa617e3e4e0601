#include "storage/fair_shared_mutex.h"

#include <atomic>
#include <chrono>
#include <mutex>
#include <shared_mutex>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace lodestone {
namespace {

constexpr auto kFarTooLong = std::chrono::seconds(20);

TEST(FairSharedMutex, ReadersShareAndWritersDoNot) {
  FairSharedMutex mutex;
  int value = 0;  // a data race unless the mutex works
  std::atomic<int> wrong = 0;
  std::vector<std::thread> threads;
  for (int id = 0; id < 8; ++id) {
    threads.emplace_back([&, id] {
      for (int i = 0; i < 5000; ++i) {
        if (id < 4) {
          const std::lock_guard lock(mutex);
          ++value;
        } else {
          const std::shared_lock lock(mutex);
          const int seen = value;
          if (seen != value) ++wrong;
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(value, 20000);
  EXPECT_EQ(wrong, 0);

  const std::shared_lock first(mutex);
  std::thread([&] { const std::shared_lock second(mutex); }).join();
}

TEST(FairSharedMutex, ReadersThatTakeTurnsDoNotKeepAWriterOut) {
  // There is always a reader inside: each one leaves only once the other has entered.
  FairSharedMutex mutex;
  std::atomic<int> inside = 0;
  std::atomic<bool> written = false;
  const auto deadline = std::chrono::steady_clock::now() + kFarTooLong;
  const auto expired = [&] { return written || std::chrono::steady_clock::now() > deadline; };
  std::vector<std::thread> threads;
  for (int i = 0; i < 2; ++i) {
    threads.emplace_back([&] {
      while (!expired()) {
        const std::shared_lock lock(mutex);
        ++inside;
        // The other one may be queued behind the writer, which then waits for this one to leave.
        for (int turns = 0; inside < 2 && turns < 1000 && !expired(); ++turns) std::this_thread::yield();
        --inside;
      }
    });
  }
  while (inside == 0) std::this_thread::yield();
  {
    const std::lock_guard lock(mutex);
    written = std::chrono::steady_clock::now() < deadline;
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_TRUE(written);
}

TEST(FairSharedMutex, WritersThatTakeTurnsDoNotKeepAReaderOut) {
  FairSharedMutex mutex;
  std::atomic<bool> read = false;
  const auto deadline = std::chrono::steady_clock::now() + kFarTooLong;
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([&] {
      while (!read && std::chrono::steady_clock::now() < deadline) const std::lock_guard lock(mutex);
    });
  }
  {
    const std::shared_lock lock(mutex);
    read = std::chrono::steady_clock::now() < deadline;
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_TRUE(read);
}

}  // namespace
}  // namespace lodestone
