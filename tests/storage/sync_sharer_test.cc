#include "storage/sync_sharer.h"

#include <algorithm>
#include <atomic>
#include <semaphore>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace lodestone {
namespace {

/// A log whose syncs wait for the test to let them go on.
struct GatedLog {
  std::atomic<std::uint64_t> written = 0;
  std::atomic<int> syncs = 0;
  std::atomic<bool> breaks = false;
  std::counting_semaphore<> begun{0};
  std::counting_semaphore<> may_end{0};

  SyncSharer::Log log() {
    return {.written = [this] { return written.load(); },
            .sync = [this]() -> StorageResult<void> {
              ++syncs;
              begun.release();
              may_end.acquire();
              if (breaks) return failure(StorageError{StorageError::Code::kIo, "the disk is gone"});
              return {};
            }};
  }
};

TEST(SyncSharer, WhatTheLogHeldBeforeIsDurable) {
  GatedLog log;
  log.written = 17;
  SyncSharer sharer(log.log());
  EXPECT_TRUE(sharer.is_durable());
  bool told = false;
  sharer.when_durable([&](const StorageResult<void>& outcome) { told = outcome.ok(); });
  EXPECT_TRUE(told);
  EXPECT_EQ(log.syncs, 0);
}

TEST(SyncSharer, OneSyncServesAllWhoCameWhileTheLastOneRan) {
  GatedLog log;
  std::atomic<int> served = 0;
  const auto serve = [&](const StorageResult<void>& outcome) { served += outcome.ok() ? 1 : 0; };
  {
    SyncSharer sharer(log.log());
    log.written = 1;
    EXPECT_FALSE(sharer.is_durable());
    sharer.when_durable(serve);
    log.begun.acquire();
    for (std::uint64_t write = 2; write <= 64; ++write) {
      log.written = write;
      sharer.when_durable(serve);
    }
    EXPECT_EQ(served, 0) << "nobody is told before a sync ended";
    log.may_end.release();
    log.begun.acquire();
    EXPECT_EQ(served, 1) << "the first sync began before the others wrote";
    EXPECT_FALSE(sharer.is_durable());
    log.may_end.release();
  }
  EXPECT_EQ(served, 64);
  EXPECT_EQ(log.syncs, 2);
}

TEST(SyncSharer, EveryoneIsToldBeforeItEnds) {
  GatedLog log;
  log.may_end.release(1000);
  std::atomic<int> served = 0;
  {
    SyncSharer sharer(log.log());
    for (int i = 0; i < 100; ++i) {
      ++log.written;
      sharer.when_durable([&](const StorageResult<void>& outcome) { served += outcome.ok() ? 1 : 0; });
    }
  }
  EXPECT_EQ(served, 100);
}

TEST(SyncSharer, AfterAFailureNothingCountsAsDurable) {
  GatedLog log;
  log.may_end.release(1000);
  SyncSharer sharer(log.log());
  log.breaks = true;
  log.written = 1;
  std::binary_semaphore told{0};
  std::string reason;
  sharer.when_durable([&](const StorageResult<void>& outcome) {
    if (!outcome.ok()) reason = outcome.error().message;
    told.release();
  });
  told.acquire();
  EXPECT_EQ(reason, "the disk is gone");
  // A later sync that succeeds proves nothing about the pages that the failed one dropped.
  log.breaks = false;
  log.written = 2;
  EXPECT_FALSE(sharer.is_durable());
  EXPECT_TRUE(sharer.has_failed());
  EXPECT_EQ(sharer.failure_reason().message, "the disk is gone");
  bool failed = false;
  sharer.when_durable([&](const StorageResult<void>& outcome) { failed = !outcome.ok(); });
  EXPECT_TRUE(failed);
  EXPECT_EQ(log.syncs, 1);
}

TEST(SyncSharer, ManyWritersOnTwoThreadsNeedFewSyncs) {
  // 64 clients, each with one write under way at a time, served by two threads: what a server with --sync
  // does. The sync ends once every client waits, as a slow disk would have it.
  constexpr int kClients = 64;
  constexpr int kWritesEach = 50;
  std::atomic<std::uint64_t> written = 0;
  std::atomic<int> syncs = 0;
  std::atomic<int> waiting = 0;
  std::atomic<int> left = kClients * kWritesEach;
  std::counting_semaphore<> work{kClients};
  std::atomic<int> served = 0;
  {
    SyncSharer sharer({.written = [&] { return written.load(); },
                       .sync = [&]() -> StorageResult<void> {
                         while (waiting < std::min(kClients, left + waiting) / 2) std::this_thread::yield();
                         ++syncs;
                         return {};
                       }});
    std::vector<std::thread> threads;
    for (int i = 0; i < 2; ++i) {
      threads.emplace_back([&] {
        while (true) {
          work.acquire();
          if (left.fetch_sub(1) <= 0) {
            work.release(2);
            return;
          }
          ++written;
          ++waiting;
          sharer.when_durable([&](const StorageResult<void>&) {
            --waiting;
            ++served;
            work.release();
          });
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
  }
  EXPECT_EQ(served, kClients * kWritesEach);
  EXPECT_LT(syncs, kClients * kWritesEach / 10);
}

}  // namespace
}  // namespace lodestone
