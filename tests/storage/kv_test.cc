/// What both key-value stores promise, run on each of them.
#include "storage/kv.h"

#include <algorithm>
#include <atomic>
#include <functional>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "storage/memory_kv.h"
#include "storage/rocks_kv.h"
#include "tests/storage/temporary_folder.h"

namespace lodestone {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using Rows = std::vector<std::pair<std::string, std::string>>;

// String literals with a zero byte in them.
using namespace std::string_literals;

enum class Where { kMemory, kDisk, kDiskOwnerSyncs };

class KvTest : public testing::TestWithParam<Where> {
 protected:
  KvTest() { open(); }

  void open() {
    kv_.reset();
    if (GetParam() == Where::kMemory) {
      kv_ = make_memory_kv();
      return;
    }
    RocksOptions options;
    options.path = folder_ / "store";
    options.block_cache_bytes = 1 << 20;
    options.write_buffer_bytes = 256 << 10;  // small, so that the tests reach files and compactions
    if (GetParam() == Where::kDiskOwnerSyncs) options.sync = RocksOptions::Sync::kByOwner;
    auto opened = open_rocks_kv(options);
    if (!opened.ok()) throw std::runtime_error(opened.error().message);
    kv_ = std::move(opened).value();
  }
  [[nodiscard]] bool keeps() const { return GetParam() != Where::kMemory; }

  void write(const Batch& batch) const {
    const StorageResult<void> outcome = kv_->write(batch);
    ASSERT_TRUE(outcome.ok()) << outcome.error().message;
  }
  void put(std::string_view key, std::string_view value) const {
    Batch batch;
    batch.put(key, value);
    write(batch);
  }
  void put_all(const std::vector<std::string>& keys) const {
    Batch batch;
    for (const std::string& key : keys) batch.put(key, "value of " + key);
    write(batch);
  }
  [[nodiscard]] std::optional<std::string> get(std::string_view key) const {
    std::string value = "what was there before";
    const StorageResult<bool> found = kv_->get(key, value);
    if (!found.ok()) throw std::runtime_error(found.error().message);
    if (!*found) return std::nullopt;
    return value;
  }
  [[nodiscard]] Rows rows(std::string_view begin, std::string_view end,
                          Direction direction = Direction::kForward, std::size_t limit = SIZE_MAX) const {
    Rows seen;
    if (limit == 0) return seen;
    const StorageResult<void> outcome =
        kv_->scan({begin, end}, direction, [&](std::string_view key, std::string_view value) {
          seen.emplace_back(key, value);
          return seen.size() < limit;
        });
    if (!outcome.ok()) throw std::runtime_error(outcome.error().message);
    return seen;
  }
  [[nodiscard]] std::vector<std::string> keys(std::string_view begin, std::string_view end,
                                              Direction direction = Direction::kForward,
                                              std::size_t limit = SIZE_MAX) const {
    std::vector<std::string> seen;
    for (auto& [key, value] : rows(begin, end, direction, limit)) seen.push_back(key);
    return seen;
  }

  TemporaryFolder folder_;
  std::unique_ptr<Kv> kv_;
};

INSTANTIATE_TEST_SUITE_P(Kv, KvTest, testing::Values(Where::kMemory, Where::kDisk, Where::kDiskOwnerSyncs),
                         [](const testing::TestParamInfo<Where>& parameter) {
                           switch (parameter.param) {
                             case Where::kMemory:
                               return "Memory";
                             case Where::kDisk:
                               return "Disk";
                             case Where::kDiskOwnerSyncs:
                               return "DiskOwnerSyncs";
                           }
                           return "";
                         });

TEST_P(KvTest, AnAbsentKeyIsNotAnError) {
  EXPECT_EQ(get("absent"), std::nullopt);
  EXPECT_EQ(get(""), std::nullopt);
}

TEST_P(KvTest, GivesBackWhatWasPut) {
  put("key", "value");
  put("empty", "");
  EXPECT_EQ(get("key"), "value");
  EXPECT_EQ(get("empty"), "");
  EXPECT_EQ(get("ke"), std::nullopt);
  EXPECT_EQ(get("keys"), std::nullopt);
}

TEST_P(KvTest, PutReplaces) {
  put("key", "a long value that is to be replaced by a shorter one");
  put("key", "short");
  EXPECT_EQ(get("key"), "short");
  EXPECT_THAT(rows("", "z"), ElementsAre(Pair("key", "short")));
}

TEST_P(KvTest, KeepsLargeValues) {
  const std::string large(5 << 20, 'x');
  put("large", large);
  put("small", "s");
  EXPECT_EQ(get("large"), large);
  EXPECT_EQ(get("small"), "s");
}

TEST_P(KvTest, EraseRemovesOneKey) {
  put_all({"a", "b", "c"});
  Batch batch;
  batch.erase("b");
  batch.erase("never there");
  write(batch);
  EXPECT_EQ(get("b"), std::nullopt);
  EXPECT_THAT(keys("", "z"), ElementsAre("a", "c"));
}

TEST_P(KvTest, OrdersKeysBytewise) {
  const std::vector<std::string> ordered = {"",
                                            "\x00"s,
                                            "\x00\x00"s,
                                            "\x00\x00\x00\x00\x00\x00\x00\x00"s,
                                            "\x00\x00\x00\x00\x00\x00\x00\x00\x00"s,
                                            "\x00\x01"s,
                                            "\x01"s,
                                            "A",
                                            "a",
                                            "a\x00"s,
                                            "a\x00z"s,
                                            "a\x01",
                                            "aaaaaaa",
                                            "aaaaaaa\x00"s,
                                            "aaaaaaaa",
                                            "aaaaaaaa\x00"s,
                                            "aaaaaaaab",
                                            "ab",
                                            "\x7f",
                                            "\x80",
                                            "\xff",
                                            "\xff\x00"s,
                                            "\xff\xff\xff\xff\xff\xff\xff\xff",
                                            "\xff\xff\xff\xff\xff\xff\xff\xff\xff"};
  std::vector<std::string> shuffled = ordered;
  std::shuffle(shuffled.begin(), shuffled.end(), std::mt19937(1));
  put_all(shuffled);
  const std::string end(10, '\xff');
  EXPECT_EQ(keys("", end), ordered);
  EXPECT_EQ(keys("", end, Direction::kBackward), std::vector<std::string>(ordered.rbegin(), ordered.rend()));
  for (std::size_t begin = 0; begin < ordered.size(); ++begin) {
    EXPECT_EQ(get(ordered[begin]), "value of " + ordered[begin]);
    for (std::size_t last = begin; last < ordered.size(); ++last) {
      const std::vector<std::string> expected(ordered.begin() + static_cast<std::ptrdiff_t>(begin),
                                              ordered.begin() + static_cast<std::ptrdiff_t>(last));
      EXPECT_EQ(keys(ordered[begin], ordered[last]), expected);
      EXPECT_EQ(keys(ordered[begin], ordered[last], Direction::kBackward),
                std::vector<std::string>(expected.rbegin(), expected.rend()));
    }
  }
}

TEST_P(KvTest, RangesIncludeTheirBeginButNotTheirEnd) {
  put_all({"a", "b", "c", "d"});
  EXPECT_THAT(keys("b", "d"), ElementsAre("b", "c"));
  EXPECT_THAT(keys("b", "d", Direction::kBackward), ElementsAre("c", "b"));
  EXPECT_THAT(keys("aa", "cc"), ElementsAre("b", "c"));
  EXPECT_THAT(keys("aa", "cc", Direction::kBackward), ElementsAre("c", "b"));
}

TEST_P(KvTest, RangesMayBeEmpty) {
  EXPECT_THAT(keys("", "z"), IsEmpty());
  EXPECT_THAT(keys("", "z", Direction::kBackward), IsEmpty());
  put_all({"a", "d"});
  for (const Direction direction : {Direction::kForward, Direction::kBackward}) {
    EXPECT_THAT(keys("b", "c", direction), IsEmpty());
    EXPECT_THAT(keys("a", "a", direction), IsEmpty());
    EXPECT_THAT(keys("d", "a", direction), IsEmpty()) << "the end lies before the begin";
    EXPECT_THAT(keys("e", "z", direction), IsEmpty());
    EXPECT_THAT(keys("", "a", direction), IsEmpty());
  }
}

TEST_P(KvTest, ScansStopWhenTold) {
  put_all({"a", "b", "c", "d"});
  EXPECT_THAT(keys("", "z", Direction::kForward, 2), ElementsAre("a", "b"));
  EXPECT_THAT(keys("", "z", Direction::kBackward, 3), ElementsAre("d", "c", "b"));
}

TEST_P(KvTest, MultiGetTellsWhichKeysAreThere) {
  put_all({"a", "b", "d"});
  const std::vector<std::string_view> wanted = {"d", "c", "a", "d", ""};
  std::map<std::size_t, std::string> found;
  ASSERT_TRUE(kv_->multi_get(wanted,
                             [&](std::size_t index, std::string_view value) {
                               EXPECT_TRUE(found.emplace(index, value).second) << "told twice";
                             })
                  .ok());
  EXPECT_THAT(found, ElementsAre(Pair(0, "value of d"), Pair(2, "value of a"), Pair(3, "value of d")));
  ASSERT_TRUE(kv_->multi_get({}, [&](std::size_t, std::string_view) { FAIL(); }).ok());
}

TEST_P(KvTest, MultiGetTakesManyKeys) {
  Batch batch;
  std::vector<std::string> names;
  for (int i = 0; i < 300; ++i) names.push_back("key " + std::to_string(i));
  for (const std::string& name : names) batch.put(name, "value of " + name);
  write(batch);
  const std::vector<std::string_view> wanted(names.begin(), names.end());
  std::vector<std::string> found(wanted.size());
  ASSERT_TRUE(
      kv_->multi_get(wanted, [&](std::size_t index, std::string_view value) { found[index] = value; }).ok());
  for (std::size_t i = 0; i < names.size(); ++i) EXPECT_EQ(found[i], "value of " + names[i]);
}

TEST_P(KvTest, BatchesApplyInOrder) {
  Batch batch;
  batch.put("a", "1");
  batch.put("a", "2");
  batch.put("b", "1");
  batch.erase("b");
  batch.put("c", "1");
  batch.erase("c");
  batch.put("c", "2");
  batch.put("d1", "1");
  batch.put("d2", "1");
  batch.erase_range("d", "e");
  batch.put("d2", "2");
  write(batch);
  EXPECT_THAT(rows("", "z"), ElementsAre(Pair("a", "2"), Pair("c", "2"), Pair("d2", "2")));
}

TEST_P(KvTest, AnEmptyBatchChangesNothing) {
  put("a", "1");
  write(Batch());
  EXPECT_THAT(rows("", "z"), ElementsAre(Pair("a", "1")));
}

TEST_P(KvTest, ABatchServesAgainAfterClear) {
  Batch batch;
  batch.put("a", "1");
  write(batch);
  batch.clear();
  EXPECT_TRUE(batch.empty());
  batch.put("b", "1");
  write(batch);
  EXPECT_THAT(keys("", "z"), ElementsAre("a", "b"));
}

TEST_P(KvTest, EraseRangeKeepsItsEnd) {
  put_all({"a", "b", "bb", "c", "d"});
  Batch batch;
  batch.erase_range("b", "d");
  write(batch);
  EXPECT_THAT(keys("", "z"), ElementsAre("a", "d"));
  EXPECT_EQ(get("bb"), std::nullopt);
  put("bb", "again");
  EXPECT_EQ(get("bb"), "again");
}

TEST_P(KvTest, EraseRangeMayBeEmpty) {
  put_all({"a", "b"});
  Batch batch;
  batch.erase_range("a", "a");
  batch.erase_range("b", "a");
  batch.erase_range("c", "d");
  write(batch);
  EXPECT_THAT(keys("", "z"), ElementsAre("a", "b"));
}

TEST_P(KvTest, EraseRangeRemovesAWholePrefix) {
  for (const char table : {'1', '2', '3'}) {
    Batch batch;
    for (int i = 0; i < 3000; ++i) batch.put(table + std::to_string(i), std::string(100, 'v'));
    write(batch);
  }
  Batch batch;
  batch.erase_range("2", "3");
  write(batch);
  EXPECT_THAT(keys("2", "3"), IsEmpty());
  EXPECT_EQ(keys("", "z").size(), 6000U);
  EXPECT_EQ(get("21"), std::nullopt);
  EXPECT_TRUE(get("11").has_value());
  EXPECT_TRUE(get("30").has_value());
}

TEST_P(KvTest, AScanSeesOneMoment) {
  // Writers replace all rows at once, over and over; a scan that mixed two moments would see two numbers.
  constexpr int kRows = 400;
  const auto fill = [&](int round) {
    Batch batch;
    // Some rows come and go, so that the tree changes its shape under the scans.
    batch.erase_range("row", "rox");
    for (int i = 0; i < kRows; ++i) {
      if (i % 2 == 0 || (i + round) % 3 == 0)
        batch.put("row" + std::to_string(1000 + i), std::to_string(round));
    }
    return kv_->write(batch).ok();
  };
  ASSERT_TRUE(fill(0));
  std::atomic<bool> done = false;
  std::thread writer([&] {
    for (int round = 1; round < 300; ++round) EXPECT_TRUE(fill(round));
    done = true;
  });
  int scans = 0;
  while (!done || scans < 10) {
    const Direction direction = scans % 2 == 0 ? Direction::kForward : Direction::kBackward;
    const Rows seen = rows("row", "rox", direction);
    ASSERT_FALSE(seen.empty());
    const int round = std::stoi(seen.front().second);
    std::size_t expected = 0;
    for (int i = 0; i < kRows; ++i) expected += i % 2 == 0 || (i + round) % 3 == 0 ? 1 : 0;
    ASSERT_EQ(seen.size(), expected);
    for (const auto& [key, value] : seen) ASSERT_EQ(value, seen.front().second);
    ++scans;
  }
  writer.join();
}

TEST_P(KvTest, MultiGetSeesOneMoment) {
  const auto fill = [&](int round) {
    Batch batch;
    for (int i = 0; i < 50; ++i) batch.put("row" + std::to_string(i), std::to_string(round));
    return kv_->write(batch).ok();
  };
  ASSERT_TRUE(fill(0));
  std::atomic<bool> done = false;
  std::thread writer([&] {
    for (int round = 1; round < 2000; ++round) EXPECT_TRUE(fill(round));
    done = true;
  });
  std::vector<std::string> names;
  for (int i = 0; i < 50; ++i) names.push_back("row" + std::to_string(i));
  const std::vector<std::string_view> wanted(names.begin(), names.end());
  while (!done) {
    std::string first;
    std::size_t count = 0;
    ASSERT_TRUE(kv_->multi_get(wanted,
                               [&](std::size_t, std::string_view value) {
                                 if (count++ == 0) first = value;
                                 EXPECT_EQ(value, first);
                               })
                    .ok());
    ASSERT_EQ(count, 50U);
  }
  writer.join();
}

TEST_P(KvTest, ALongScanDoesNotHoldWritersUp) {
  Batch batch;
  for (int i = 0; i < 5000; ++i) batch.put("row" + std::to_string(10000 + i), "old");
  write(batch);
  std::size_t seen = 0;
  ASSERT_TRUE(kv_->scan({"row", "rox"}, Direction::kForward,
                        [&](std::string_view, std::string_view value) {
                          // Far into the scan a write must be able to end before the scan does.
                          if (++seen == 2500) {
                            std::thread([&] { put("row19999", "new"); }).join();
                            std::thread([&] { put("row10001", "new"); }).join();
                          }
                          EXPECT_EQ(value, "old") << "a write after the scan's moment shows";
                          return true;
                        })
                  .ok());
  EXPECT_EQ(seen, 5000U);
  EXPECT_EQ(get("row19999"), "new");
  EXPECT_EQ(get("row10001"), "new");
}

TEST_P(KvTest, LongScansSeeTheirMomentWhateverIsWrittenMeanwhile) {
  // Scans overlap each other and random writes; each must see exactly what was there when it began, and when
  // all are over nothing of what they needed may show.
  using Model = std::map<std::string, std::string>;
  const auto key_of = [](std::size_t number) { return "row" + std::to_string(10000 + number % 3000); };
  for (unsigned seed = 0; seed < 4; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    Model model;
    Batch batch;
    batch.erase_range("row", "rox");
    for (std::size_t i = 0; i < 3000; i += 1 + random() % 2) {
      model[key_of(i)] = "first";
      batch.put(key_of(i), "first");
    }
    write(batch);

    const auto change = [&] {
      Batch changes;
      for (auto left = random() % 40; left > 0; --left) {
        const std::string key = key_of(random());
        const auto kind = random() % 20;
        if (kind == 0) {
          const std::string end = key_of(random());
          changes.erase_range(key, end);
          if (key < end) model.erase(model.lower_bound(key), model.lower_bound(end));
        } else if (kind < 8) {
          changes.erase(key);
          model.erase(key);
        } else {
          const std::string value = std::to_string(random());
          changes.put(key, value);
          model[key] = value;
        }
      }
      write(changes);
    };
    const std::function<void(int)> scan_amid_changes = [&](int depth) {
      const bool forward = random() % 2 == 0;
      const std::size_t limit = random() % 3 == 0 ? 200 + random() % 1000 : SIZE_MAX;
      Rows expected(model.begin(), model.end());
      if (!forward) std::reverse(expected.begin(), expected.end());
      if (expected.size() > limit) expected.resize(limit);
      Rows seen;
      const Direction direction = forward ? Direction::kForward : Direction::kBackward;
      const auto outcome =
          kv_->scan({"row", "rox"}, direction, [&](std::string_view key, std::string_view value) {
            seen.emplace_back(key, value);
            // A scan may hold a lock over its first rows.
            if (seen.size() > 100 && seen.size() % 150 == 0) {
              std::thread([&] {
                change();
                if (depth < 2 && random() % 4 == 0) scan_amid_changes(depth + 1);
              }).join();
            }
            return seen.size() < limit;
          });
      ASSERT_TRUE(outcome.ok());
      ASSERT_EQ(seen, expected);
    };
    for (int i = 0; i < 6; ++i) {
      scan_amid_changes(0);
      ASSERT_EQ(rows("row", "rox"), Rows(model.begin(), model.end()));
      for (int probe = 0; probe < 100; ++probe) {
        const std::string key = key_of(random());
        const auto there = model.find(key);
        ASSERT_EQ(get(key), there == model.end() ? std::nullopt : std::optional(there->second));
      }
    }
  }
}

TEST_P(KvTest, ManyThreadsAtOnce) {
  constexpr int kThreads = 8;
  constexpr int kRounds = 1500;
  std::atomic<int> failures = 0;
  std::vector<std::thread> threads;
  for (int id = 0; id < kThreads; ++id) {
    threads.emplace_back([&, id] {
      std::mt19937 random(static_cast<unsigned>(id));
      const std::string own = "thread" + std::to_string(id) + "/";
      std::map<std::string, std::string> expected;
      Batch batch;
      for (int round = 0; round < kRounds; ++round) {
        const std::string key = own + std::to_string(random() % 100);
        batch.clear();
        if (random() % 4 == 0) {
          batch.erase(key);
          expected.erase(key);
        } else {
          expected[key] = std::to_string(random());
          batch.put(key, expected[key]);
        }
        batch.put("shared", own);
        if (!kv_->write(batch).ok()) ++failures;
        std::string value;
        const std::string wanted = own + std::to_string(random() % 100);
        const auto found = kv_->get(wanted, value);
        const auto there = expected.find(wanted);
        if (!found.ok() || *found != (there != expected.end())) ++failures;
        if (there != expected.end() && value != there->second) ++failures;
        if (round % 50 == 0 && rows(own, own + "\xff") != Rows(expected.begin(), expected.end())) ++failures;
      }
      if (rows(own, own + "\xff") != Rows(expected.begin(), expected.end())) ++failures;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(failures, 0);
}

TEST_P(KvTest, WaitingForDurabilityEnds) {
  put("a", "1");
  ASSERT_TRUE(kv_->wait_durable().ok());
  EXPECT_TRUE(kv_->is_durable());
  bool told = false;
  kv_->when_durable([&](const StorageResult<void>& outcome) { told = outcome.ok(); });
  EXPECT_TRUE(told) << "durable already, so told at once";
}

/// Random operations against the obvious model, by seed; on disk also through restarts.
class KvModelTest : public KvTest {};

INSTANTIATE_TEST_SUITE_P(Kv, KvModelTest, testing::Values(Where::kMemory, Where::kDisk),
                         [](const testing::TestParamInfo<Where>& parameter) {
                           return parameter.param == Where::kMemory ? "Memory" : "Disk";
                         });

TEST_P(KvModelTest, BehavesAsAnOrderedMap) {
  for (unsigned seed = 0; seed < 6; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    // Few distinct bytes and lengths around the eight bytes of a head make for many near misses. Some seeds
    // grow large.
    const unsigned longest = seed % 2 == 0 ? 3 : 12;
    const unsigned letters = seed % 3 == 0 ? 3 : 5;
    const auto any_key = [&] {
      static constexpr char kBytes[] = {'\x00', '\xff', 'a', '\x01', '\x80'};
      std::string key(longest > 3 && random() % 2 == 0 ? 6 : 0, 'p');
      for (auto length = random() % (longest + 1); length > 0; --length) key += kBytes[random() % letters];
      return key;
    };
    std::map<std::string, std::string> model;
    Batch clear;
    clear.erase_range("", std::string(30, '\xff'));
    write(clear);
    for (int step = 0; step < 4000; ++step) {
      switch (random() % 8) {
        case 0:
        case 1:
        case 2:
        case 3: {
          Batch batch;
          for (auto changes = 1 + random() % 8; changes > 0; --changes) {
            const std::string key = any_key();
            const auto kind = random() % 40;
            if (kind == 0) {
              std::string end = any_key();
              batch.erase_range(key, end);
              if (key < end) model.erase(model.lower_bound(key), model.lower_bound(end));
            } else if (kind < 8) {
              batch.erase(key);
              model.erase(key);
            } else {
              const std::string value(random() % 60, static_cast<char>(random()));
              batch.put(key, value);
              model[key] = value;
            }
          }
          write(batch);
          break;
        }
        case 4:
        case 5: {
          const std::string key = any_key();
          const auto there = model.find(key);
          ASSERT_EQ(get(key), there == model.end() ? std::nullopt : std::optional(there->second));
          break;
        }
        case 6: {
          const std::string begin = any_key();
          const std::string end = any_key();
          const std::size_t limit = random() % 3 == 0 ? 1 + random() % 5 : SIZE_MAX;
          const bool forward = random() % 2 == 0;
          Rows expected;
          if (begin < end) expected.assign(model.lower_bound(begin), model.lower_bound(end));
          if (!forward) std::reverse(expected.begin(), expected.end());
          if (expected.size() > limit) expected.resize(limit);
          ASSERT_EQ(rows(begin, end, forward ? Direction::kForward : Direction::kBackward, limit), expected);
          break;
        }
        case 7:
          if (keeps() && random() % 200 == 0) {
            if (random() % 2 == 0) {
              ASSERT_TRUE(kv_->flush().ok());
            }
            open();
          }
          break;
      }
    }
    ASSERT_EQ(rows("", std::string(30, '\xff')), Rows(model.begin(), model.end()));
  }
}

}  // namespace
}  // namespace lodestone
