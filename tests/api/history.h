/// Histories of concurrent operations on accounts, and the check whether they can have happened one after
/// another.
///
/// Every write of an account appends its operation's number to the account's log and adds an amount to its
/// balance, so that each state that anybody reads tells which writes came before it, in order. From that
/// follow the dependencies between operations (who wrote before whom, who read whose write, whose write a
/// reader has not seen yet); an operation that was over before another one began comes before it, too. A
/// history is strictly serialisable exactly where these dependencies have no cycle.
///
/// The method is that of K. Kingsbury and P. Alvaro, "Elle: Inferring Isolation Anomalies from Experimental
/// Observations" (VLDB 2020), for lists that are appended to. Pure functions.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace lodestone::testing {

/// What one operation did, with the moments of its call and of its reply on one clock.
struct HistoryEntry {
  struct State {
    std::vector<int> log;
    std::int64_t balance = 0;
  };

  int number = 0;  ///< of the operation, unique
  std::int64_t called = 0;
  std::int64_t replied = 0;
  /// An operation that was refused has had no effect.
  bool succeeded = true;
  /// The accounts that it appends to, and what it adds to each.
  std::map<int, std::int64_t> writes;
  /// The accounts that it read, as they were before its own writes.
  std::map<int, State> reads;
};

struct History {
  /// All accounts begin with an empty log and this balance.
  std::int64_t initial_balance = 0;
  std::vector<HistoryEntry> entries;
  /// Each account when everything is over.
  std::map<int, HistoryEntry::State> final_states;
};

/// What is wrong with a history, one line for each fault, the first few of them; empty where nothing is:
///   "lost update: …"    a write that succeeded is not in the final log
///   "dirty read: …"     a log holds the write of an operation that was refused, or of none
///   "repeated write: …" a log holds a write twice
///   "torn read: …"      a balance is not that of its log
///   "forked: …"         two reads of an account of which neither is the beginning of the other
///   "cycle: …"          dependencies that go round, such as of a transaction of which half was seen
[[nodiscard]] std::vector<std::string> faults_of(const History& history);

}  // namespace lodestone::testing
