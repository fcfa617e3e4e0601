// The checker of histories finds what it is made to find.
#include "tests/api/history.h"

#include <gtest/gtest.h>

namespace lodestone::testing {
namespace {

using Reads = std::map<int, HistoryEntry::State>;
using Writes = std::map<int, std::int64_t>;

constexpr int kA = 0;
constexpr int kB = 1;

/// Operations that run at the same time unless told otherwise.
HistoryEntry transfer(int number, std::int64_t amount, bool succeeded = true) {
  return {number, 0, 100, succeeded, Writes{{kA, -amount}, {kB, amount}}, {}};
}
HistoryEntry deposit(int number, int account, std::int64_t amount) {
  return {number, 0, 100, true, Writes{{account, amount}}, {}};
}
HistoryEntry read(int number, Reads reads) { return {number, 0, 100, true, {}, std::move(reads)}; }
HistoryEntry at(std::int64_t called, std::int64_t replied, HistoryEntry entry) {
  entry.called = called;
  entry.replied = replied;
  return entry;
}

History history(std::vector<HistoryEntry> entries, Reads final_states) {
  return {100, std::move(entries), std::move(final_states)};
}

std::string first_fault(const History& of) {
  const auto faults = faults_of(of);
  return faults.empty() ? "" : faults[0].substr(0, faults[0].find(':'));
}

const Reads kAfterOne = {{kA, {{1}, 95}}, {kB, {{1}, 105}}};

TEST(History, OfOneAfterAnotherIsFine) {
  EXPECT_EQ(first_fault(history({}, {{kA, {{}, 100}}, {kB, {{}, 100}}})), "");
  EXPECT_EQ(first_fault(history({at(0, 1, transfer(1, 5)), at(2, 3, read(2, kAfterOne)),
                                 at(4, 5, transfer(3, 7, false)), at(6, 7, deposit(4, kA, 1))},
                                {{kA, {{1, 4}, 96}}, {kB, {{1}, 105}}})),
            "");
  // At the same time, either order will do; for both readers at once.
  for (const Reads& seen : {kAfterOne, Reads{{kA, {{}, 100}}, {kB, {{}, 100}}}}) {
    EXPECT_EQ(first_fault(history({transfer(1, 5), read(2, seen), read(3, kAfterOne)}, kAfterOne)), "");
  }
}

TEST(History, WithALostUpdate) {
  EXPECT_EQ(first_fault(history({deposit(1, kA, 5), deposit(2, kA, 5)}, {{kA, {{2}, 105}}})), "lost update");
}

TEST(History, WithADirtyRead) {
  EXPECT_EQ(first_fault(history({transfer(1, 5, false), read(2, {{kA, {{1}, 95}}})},
                                {{kA, {{}, 100}}, {kB, {{}, 100}}})),
            "dirty read");
  EXPECT_EQ(first_fault(history({transfer(1, 5, false)}, {{kA, {{1}, 95}}, {kB, {{}, 100}}})), "dirty read");
  EXPECT_EQ(first_fault(history({deposit(1, kA, 5)}, {{kA, {{1}, 105}}, {kB, {{1}, 105}}})), "dirty read");
}

TEST(History, WithAWriteThatTookEffectTwice) {
  EXPECT_EQ(first_fault(history({deposit(1, kA, 5)}, {{kA, {{1, 1}, 110}}})), "repeated write");
}

TEST(History, WithATornItem) {
  EXPECT_EQ(first_fault(history({transfer(1, 5), read(2, {{kA, {{}, 95}}})}, kAfterOne)), "torn read");
}

TEST(History, WithATornTransaction) {
  EXPECT_EQ(first_fault(history({transfer(1, 5), read(2, {{kA, {{1}, 95}}, {kB, {{}, 100}}})}, kAfterOne)),
            "cycle");
}

TEST(History, WithReadsThatDisagreeOnTheOrder) {
  const Reads end = {{kA, {{1, 2}, 110}}};
  EXPECT_EQ(first_fault(history({deposit(1, kA, 5), deposit(2, kA, 5), read(3, {{kA, {{2}, 105}}})}, end)),
            "forked");
  // Of two writers of different accounts each reader has seen another one first.
  EXPECT_EQ(
      first_fault(history({deposit(1, kA, 5), deposit(2, kB, 5), read(3, {{kA, {{1}, 105}}, {kB, {{}, 100}}}),
                           read(4, {{kA, {{}, 100}}, {kB, {{2}, 105}}})},
                          {{kA, {{1}, 105}}, {kB, {{2}, 105}}})),
      "cycle");
}

TEST(History, WithAnOrderOfWritesThatDiffersByAccount) {
  EXPECT_EQ(first_fault(history({transfer(1, 5), transfer(2, 5)}, {{kA, {{1, 2}, 90}}, {kB, {{2, 1}, 110}}})),
            "cycle");
}

// Write skew: each has read what the other one was about to write.
TEST(History, WithWriteSkew) {
  HistoryEntry first = deposit(1, kA, -5);
  first.reads = {{kB, {{}, 100}}};
  HistoryEntry second = deposit(2, kB, -5);
  second.reads = {{kA, {{}, 100}}};
  EXPECT_EQ(first_fault(history({first, second}, {{kA, {{1}, 95}}, {kB, {{2}, 95}}})), "cycle");
  second.reads = {{kA, {{1}, 95}}};
  EXPECT_EQ(first_fault(history({first, second}, {{kA, {{1}, 95}}, {kB, {{2}, 95}}})), "");
}

TEST(History, WithAReadOfThePast) {
  const HistoryEntry past = read(2, {{kA, {{}, 100}}, {kB, {{}, 100}}});
  EXPECT_EQ(first_fault(history({at(0, 1, transfer(1, 5)), at(2, 3, past)}, kAfterOne)), "cycle");
  EXPECT_EQ(first_fault(history({at(0, 2, transfer(1, 5)), at(1, 3, past)}, kAfterOne)), "");
  // Through operations in between
  EXPECT_EQ(first_fault(history({at(0, 1, transfer(1, 5)), at(2, 3, deposit(3, kB, 1)), at(4, 5, past)},
                                {{kA, {{1}, 95}}, {kB, {{1, 3}, 106}}})),
            "cycle");
}

}  // namespace
}  // namespace lodestone::testing
