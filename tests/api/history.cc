#include "tests/api/history.h"

#include <algorithm>
#include <set>

namespace lodestone::testing {
namespace {

using State = HistoryEntry::State;

std::string text_of(const std::vector<int>& log) {
  std::string text = "[";
  for (const int number : log) text += (text.size() > 1 ? " " : "") + std::to_string(number);
  return text + "]";
}

/// Operations by number, and the final order of the writes to each account.
class Checker {
 public:
  explicit Checker(const History& history) : history_(history) {
    for (const HistoryEntry& entry : history.entries) entries_[entry.number] = &entry;
  }

  std::vector<std::string> run() {
    for (const auto& [account, state] : history_.final_states) check_state(account, state, "at the end");
    for (const HistoryEntry& entry : history_.entries) {
      if (!entry.succeeded) continue;
      const std::string reader = "operation " + std::to_string(entry.number);
      for (const auto& [account, state] : entry.reads) {
        check_state(account, state, reader);
        check_prefix(account, state, reader);
      }
      check_kept(entry);
    }
    // Without an order of writes there are no dependencies.
    if (faults_.empty()) check_cycles();
    return std::move(faults_);
  }

 private:
  void fault(std::string text) {
    constexpr std::size_t kMost = 10;
    if (faults_.size() < kMost) faults_.push_back(std::move(text));
  }

  const std::vector<int>& order_of(int account) const { return history_.final_states.at(account).log; }

  /// The log holds writes that happened, once each, and the balance is theirs.
  void check_state(int account, const State& state, const std::string& reader) {
    std::set<int> seen;
    std::int64_t balance = history_.initial_balance;
    for (const int number : state.log) {
      const auto found = entries_.find(number);
      const bool written =
          found != entries_.end() && found->second->succeeded && found->second->writes.contains(account);
      if (!written) {
        fault("dirty read: " + reader + " sees " + std::to_string(number) + " in account " +
              std::to_string(account) + ", where it wrote nothing");
        return;
      }
      if (!seen.insert(number).second) {
        fault("repeated write: " + reader + " sees " + std::to_string(number) + " twice in account " +
              std::to_string(account));
      }
      balance += found->second->writes.at(account);
    }
    if (balance != state.balance) {
      fault("torn read: " + reader + " sees account " + std::to_string(account) + " with " +
            std::to_string(state.balance) + " where its log comes to " + std::to_string(balance));
    }
  }

  void check_prefix(int account, const State& state, const std::string& reader) {
    const std::vector<int>& order = order_of(account);
    if (state.log.size() <= order.size() && std::equal(state.log.begin(), state.log.end(), order.begin()))
      return;
    fault("forked: " + reader + " sees " + text_of(state.log) + " in account " + std::to_string(account) +
          ", which ends as " + text_of(order));
  }

  void check_kept(const HistoryEntry& entry) {
    for (const auto& [account, amount] : entry.writes) {
      const std::vector<int>& order = order_of(account);
      if (std::ranges::find(order, entry.number) != order.end()) continue;
      fault("lost update: " + std::to_string(entry.number) + " succeeded and is not in account " +
            std::to_string(account));
    }
  }

  /// Nodes: the operations that succeeded, then a moment for each of their replies, in order. Whatever began
  /// after a moment depends on it, and through the moment before it on everything that was over by then.
  void check_cycles() {
    std::vector<const HistoryEntry*> nodes;
    for (const HistoryEntry& entry : history_.entries) {
      if (entry.succeeded) nodes.push_back(&entry);
    }
    std::ranges::sort(nodes, {}, &HistoryEntry::replied);
    const std::size_t count = nodes.size();
    std::vector<std::vector<std::size_t>> after(2 * count);
    std::map<int, std::size_t> place;
    for (std::size_t i = 0; i < count; ++i) {
      place[nodes[i]->number] = i;
      after[i].push_back(count + i);
      if (i + 1 < count) after[count + i].push_back(count + i + 1);
    }
    const auto depend = [&](int first, int second) {
      if (first != second) after[place.at(first)].push_back(place.at(second));
    };
    for (std::size_t i = 0; i < count; ++i) {
      const auto over = std::ranges::lower_bound(nodes, nodes[i]->called, {}, &HistoryEntry::replied);
      if (over != nodes.begin()) {
        after[count + static_cast<std::size_t>(over - nodes.begin()) - 1].push_back(i);
      }
      for (const auto& [account, state] : nodes[i]->reads) {
        const std::vector<int>& order = order_of(account);
        const std::size_t seen = state.log.size();
        if (seen > 0) depend(order[seen - 1], nodes[i]->number);
        if (seen < order.size()) depend(nodes[i]->number, order[seen]);
      }
    }
    for (const auto& [account, state] : history_.final_states) {
      for (std::size_t i = 1; i < state.log.size(); ++i) depend(state.log[i - 1], state.log[i]);
    }
    report_cycle(nodes, after);
  }

  /// Takes away what nothing precedes until nothing is left, or only cycles and what follows them.
  void report_cycle(const std::vector<const HistoryEntry*>& nodes,
                    const std::vector<std::vector<std::size_t>>& after) {
    std::vector<std::size_t> before(after.size(), 0);
    for (const auto& targets : after) {
      for (const std::size_t target : targets) ++before[target];
    }
    std::vector<std::size_t> free;
    for (std::size_t i = 0; i < before.size(); ++i) {
      if (before[i] == 0) free.push_back(i);
    }
    std::size_t taken = 0;
    while (!free.empty()) {
      const std::size_t node = free.back();
      free.pop_back();
      ++taken;
      for (const std::size_t target : after[node]) {
        if (--before[target] == 0) free.push_back(target);
      }
    }
    if (taken == after.size()) return;
    // From any node that is left, going back over nodes that are left comes to a cycle.
    std::vector<std::size_t> back(after.size(), after.size());
    for (std::size_t i = 0; i < after.size(); ++i) {
      if (before[i] == 0) continue;
      for (const std::size_t target : after[i]) back[target] = i;
    }
    std::size_t node = 0;
    while (before[node] == 0) ++node;
    std::set<std::size_t> passed;
    while (passed.insert(node).second) node = back[node];
    std::string text;
    const std::size_t first = node;
    do {
      if (node < nodes.size()) text = " → " + std::to_string(nodes[node]->number) + text;
      node = back[node];
    } while (node != first);
    fault("cycle:" + text.substr(std::string(" →").size()) + " → …");
  }

  const History& history_;
  std::map<int, const HistoryEntry*> entries_;
  std::vector<std::string> faults_;
};

}  // namespace

std::vector<std::string> faults_of(const History& history) { return Checker(history).run(); }

}  // namespace lodestone::testing
