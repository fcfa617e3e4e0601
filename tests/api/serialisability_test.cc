// Concurrent transfers between accounts, checked as a history: nothing is lost, nobody sees half of a
// transaction or what was refused, and all of it can have happened one after another.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html#transaction-isolation
#include <array>
#include <atomic>
#include <cctype>
#include <random>
#include <sstream>
#include <thread>

#include "tests/api/database_fixture.h"
#include "tests/api/history.h"

namespace lodestone::testing {
namespace {

constexpr int kAccounts = 5;
constexpr int kThreads = 4;
constexpr int kOperationsOfAThread = 200;
constexpr std::int64_t kInitialBalance = 50;

std::string number(std::int64_t value) { return "{'N':'" + std::to_string(value) + "'}"; }
/// All accounts are one item collection.
std::string key(int account) { return "{'pk':{'S':'bank'},'sk':{'S':'" + std::to_string(account) + "'}}"; }
std::string on(int account) { return "{'TableName':'things','Key':" + key(account); }

/// An operation with the texts of its replies, read when all are over.
struct Recorded {
  HistoryEntry entry;
  /// Items, each an account as it was read.
  std::vector<std::string> items;
};

HistoryEntry::State state_of(const std::string& item) {
  HistoryEntry::State state;
  state.balance = std::stoll(text_at(item, "/balance/N"));
  // Nothing but the numbers has digits.
  std::istringstream log(at(item, "/log/L"));
  for (int number = 0; log.good();) {
    while (log.good() && std::isdigit(log.peek()) == 0) log.ignore();
    if (log >> number) state.log.push_back(number);
  }
  return state;
}

class Serialisability : public ::testing::TestWithParam<Store> {
 protected:
  DatabaseOptions options() {
    DatabaseOptions options;
    // Where few processors serve many threads, transactions would hardly ever meet.
    options.transaction_hold_point = [this] {
      constexpr int kRarely = 6;
      if (++held % kRarely == 0) std::this_thread::yield();
    };
    return options;
  }

  void SetUp() override {
    database.create_plain_table(true);
    for (int account = 0; account < kAccounts; ++account) {
      const std::string item = key(account);
      database.put(item.substr(0, item.size() - 1) + ",'balance':" + number(kInitialBalance) +
                   ",'log':{'L':[]}}");
    }
  }

  /// Calls, with the times of call and reply. What may be refused is refused by a condition or a conflict.
  Reply call(Recorded& recorded, std::string_view operation, const std::string& request) {
    recorded.entry.called = ++time;
    Reply reply = database.run(operation, request);
    recorded.entry.replied = ++time;
    recorded.entry.succeeded = reply.status == 200;
    if (recorded.entry.succeeded) return reply;
    const bool expected = reply.body.find("ConditionalCheckFailed") != std::string::npos ||
                          reply.body.find("TransactionConflict") != std::string::npos;
    EXPECT_TRUE(expected) << operation << ' ' << request << '\n' << reply.body;
    return reply;
  }

  static std::string values(int operation, std::int64_t amount) {
    return ",'ExpressionAttributeValues':{':n':" + number(amount) + ",':me':{'L':[" + number(operation) +
           "]}}";
  }

  /// Takes from one account, if it has as much, and gives to another.
  void transfer(Recorded& recorded, int from, int to, std::int64_t amount) {
    const int me = recorded.entry.number;
    recorded.entry.writes = {{from, -amount}, {to, amount}};
    call(recorded, "TransactWriteItems",
         "{'TransactItems':[{'Update':" + on(from) +
             ",'UpdateExpression':'SET balance = balance - :n, #l = list_append(#l, :me)',"
             "'ConditionExpression':'balance >= :n','ExpressionAttributeNames':{'#l':'log'}" +
             values(me, amount) + "}},{'Update':" + on(to) +
             ",'UpdateExpression':'SET balance = balance + :n, #l = list_append(#l, :me)',"
             "'ExpressionAttributeNames':{'#l':'log'}" +
             values(me, amount) + "}}]}");
  }

  void deposit(Recorded& recorded, int account, std::int64_t amount) {
    recorded.entry.writes = {{account, amount}};
    const Reply reply = call(recorded, "UpdateItem",
                             on(account) +
                                 ",'UpdateExpression':'ADD balance :n SET #l = list_append(#l, :me)',"
                                 "'ExpressionAttributeNames':{'#l':'log'},'ReturnValues':'ALL_OLD'" +
                                 values(recorded.entry.number, amount) + "}");
    if (recorded.entry.succeeded) recorded.items.push_back(at(reply.body, "/Attributes"));
  }

  /// Reads an account and puts it back with what it adds, if nobody wrote it meanwhile.
  void replace(Recorded& recorded, int account, std::int64_t amount) {
    const std::string before = at(database.run("GetItem", on(account) + "}").body, "/Item");
    HistoryEntry::State state = state_of(before);
    const std::string length = std::to_string(state.log.size());
    state.log.push_back(recorded.entry.number);
    std::string log;
    for (const int each : state.log) log += (log.empty() ? "" : ",") + number(each);
    const std::string item = key(account);
    recorded.entry.writes = {{account, amount}};
    call(recorded, "PutItem",
         "{'TableName':'things','Item':" + item.substr(0, item.size() - 1) +
             ",'balance':" + number(state.balance + amount) + ",'log':{'L':[" + log +
             "]}},'ConditionExpression':'size(#l) = :k','ExpressionAttributeNames':{'#l':'log'},"
             "'ExpressionAttributeValues':{':k':{'N':'" +
             length + "'}}}");
    if (recorded.entry.succeeded) recorded.items.push_back(before);
  }

  void read_all(Recorded& recorded) {
    std::string gets;
    for (int account = 0; account < kAccounts; ++account) {
      gets += (account == 0 ? "" : ",") + ("{'Get':" + on(account)) + "}}";
    }
    const Reply reply = call(recorded, "TransactGetItems", "{'TransactItems':[" + gets + "]}");
    if (!recorded.entry.succeeded) return;
    for (const std::string& response : elements_at(reply.body, "/Responses")) {
      recorded.items.push_back(at(response, "/Item"));
    }
  }

  void read_one(Recorded& recorded, int account) {
    recorded.items.push_back(
        at(call(recorded, "GetItem", on(account) + ",'ConsistentRead':true}").body, "/Item"));
  }

  /// A Query is no unit: each item that it reads is a read of its own.
  void query(std::vector<Recorded>& recorded, int first_number) {
    Recorded whole;
    const Reply reply = call(whole, "Query",
                             "{'TableName':'things','ConsistentRead':true,'KeyConditionExpression':'pk = :p',"
                             "'ExpressionAttributeValues':{':p':{'S':'bank'}}}");
    for (const std::string& item : elements_at(reply.body, "/Items")) {
      whole.entry.number = first_number++;
      whole.items = {item};
      recorded.push_back(whole);
    }
  }

  std::vector<Recorded> work(int thread) {
    std::mt19937 random(static_cast<unsigned>(thread));
    const auto pick = [&random](int count) {
      return static_cast<int>(random() % static_cast<unsigned>(count));
    };
    std::vector<Recorded> all;
    for (int i = 0; i < kOperationsOfAThread; ++i) {
      Recorded recorded;
      const int free_number = 1 + (thread * kOperationsOfAThread + i) * kAccounts;
      recorded.entry.number = free_number;
      const int account = pick(kAccounts);
      const int amount = 1 + pick(20);
      switch (pick(10)) {
        case 0:
          deposit(recorded, account, amount);
          break;
        case 1:
          replace(recorded, account, amount);
          break;
        case 2:
          read_one(recorded, account);
          break;
        case 3:
          query(all, free_number);
          continue;
        case 4:
        case 5:
          read_all(recorded);
          break;
        default:
          transfer(recorded, account, (account + 1 + pick(kAccounts - 1)) % kAccounts, amount);
          break;
      }
      all.push_back(std::move(recorded));
    }
    return all;
  }

  std::atomic<std::int64_t> time = 0;
  std::atomic<int> held = 0;
  TestDatabase database{GetParam(), options()};
};

TEST_P(Serialisability, HoldsForConcurrentTransfers) {
  std::array<std::vector<Recorded>, kThreads> by_thread;
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([this, i, &by_thread] { by_thread[static_cast<std::size_t>(i)] = work(i); });
  }
  for (std::thread& thread : threads) thread.join();

  History history;
  history.initial_balance = kInitialBalance;
  std::int64_t transfers = 0;
  std::int64_t added = 0;
  for (std::vector<Recorded>& recorded : by_thread) {
    for (Recorded& each : recorded) {
      for (const std::string& item : each.items) {
        each.entry.reads[std::stoi(text_at(item, "/sk/S"))] = state_of(item);
      }
      if (each.entry.succeeded) transfers += each.entry.writes.size() == 2;
      if (each.entry.succeeded && each.entry.writes.size() == 1) added += each.entry.writes.begin()->second;
      history.entries.push_back(std::move(each.entry));
    }
  }
  std::int64_t total = 0;
  for (int account = 0; account < kAccounts; ++account) {
    history.final_states[account] = state_of(database.get(key(account)));
    EXPECT_GE(history.final_states[account].balance, 0);
    total += history.final_states[account].balance;
  }
  EXPECT_EQ(total, kAccounts * kInitialBalance + added);
  EXPECT_GT(transfers, kThreads * kOperationsOfAThread / 20);
  for (const std::string& fault : faults_of(history)) ADD_FAILURE() << fault;

  // The same history with one write taken out of it is not accepted: the check has looked.
  for (HistoryEntry& entry : history.entries) {
    if (!entry.succeeded || entry.writes.size() != 2) continue;
    entry.succeeded = false;
    break;
  }
  EXPECT_FALSE(faults_of(history).empty());
}

INSTANTIATE_ON_BOTH_STORES(Serialisability);

}  // namespace
}  // namespace lodestone::testing
