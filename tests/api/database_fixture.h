/// What the tests of the engine work with: a fresh database each, on both stores, seen from outside only.
///
/// Requests and expected replies are JSON with ' for ", so that they read well in source:
/// {'TableName':'things'}.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "server/api/clock.h"
#include "server/api/database.h"
#include "tests/storage/temporary_folder.h"

namespace lodestone::testing {

/// The text with " for every '.
[[nodiscard]] std::string double_quoted(std::string_view text);

/// The JSON with sorted members and sorted sets, without white space: equal texts mean the same to a client.
[[nodiscard]] std::string canonical(std::string_view json);

/// The same of JSON with ' for ".
[[nodiscard]] std::string json(std::string_view text);

/// What a JSON pointer (`/Items/0/pk`) leads to, canonical; empty where it leads nowhere.
[[nodiscard]] std::string at(std::string_view json, std::string_view pointer);
/// The number of elements or members there; 0 where it leads nowhere.
[[nodiscard]] std::size_t count_at(std::string_view json, std::string_view pointer);
/// The elements of the array there, canonical each.
[[nodiscard]] std::vector<std::string> elements_at(std::string_view json, std::string_view pointer);
/// The text or the number there without its quotes; empty where it leads nowhere.
[[nodiscard]] std::string text_at(std::string_view json, std::string_view pointer);

enum class Store { kMemory, kDisk };
[[nodiscard]] std::string store_name(const ::testing::TestParamInfo<Store>& info);

/// A database whose clock stands still, without threads of its own unless the options say so.
class TestDatabase {
 public:
  explicit TestDatabase(Store store, DatabaseOptions options = without_threads());
  [[nodiscard]] static DatabaseOptions without_threads();

  /// The reply, which is checked against the API's model, as those of the functions below are.
  Reply run(std::string_view operation, std::string_view request);
  /// The reply, canonical; of an error `<type>: <message>`.
  [[nodiscard]] std::string answer(std::string_view operation, std::string_view request);
  /// The reply of a request that must succeed, canonical.
  std::string ok(std::string_view operation, std::string_view request);

  /// `{"TableName":"t"<more>}`, on demand; `more` is what follows, beginning with a comma.
  void create_table(std::string_view more);
  /// A table `things` with partition key `pk` (S), and sort key `sk` (S) where asked for.
  void create_plain_table(bool with_sort_key = false);
  void put(std::string_view item);
  [[nodiscard]] std::string get(std::string_view key);

  /// Closes and opens the database again; one in memory stays as it is.
  void reopen();
  [[nodiscard]] Database& operator*() { return *database_; }
  Database* operator->() { return database_.get(); }
  ManualClock clock;

 private:
  void open();

  TemporaryFolder folder_;
  DatabaseOptions options_;
  std::unique_ptr<Database> database_;
};

/// Fails where the reply is not as the API's model says (tests/api/reply_contract.h).
void expect_contract(std::string_view operation, std::string_view request, const Reply& reply);

struct Case {
  std::string operation;
  std::string request;
  std::string expected;
};
/// Runs the cases in order on one database. `expected` is JSON, or `<type>: <message>`; `…` at its end
/// matches any rest.
void expect_answers(TestDatabase& database, const std::vector<Case>& cases);

/// Tests over both stores: TEST_P(Suite, Name) with `database`, and INSTANTIATE_ON_BOTH_STORES(Suite).
class OnBothStores : public ::testing::TestWithParam<Store> {
 protected:
  TestDatabase database{GetParam()};
};

#define INSTANTIATE_ON_BOTH_STORES(suite)                                                               \
  INSTANTIATE_TEST_SUITE_P(                                                                             \
      , suite, ::testing::Values(lodestone::testing::Store::kMemory, lodestone::testing::Store::kDisk), \
      lodestone::testing::store_name)

inline const std::string kInvalid = "ValidationException: One or more parameter values were invalid: ";
inline const std::string kWrapped = "ValidationException: 1 validation error detected: ";

/// `text` `count` times.
[[nodiscard]] std::string repeated(std::string_view text, std::size_t count);

}  // namespace lodestone::testing
