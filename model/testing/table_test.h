/// A GoogleTest fixture for code that uses models: each test has a table of its own.
///
///     class Enrolment : public lodestone::model::TableTest<School> {};   // School is a Service<…>
///
///     TEST_F(Enrolment, SendsAMail) {
///       ASSERT_TRUE(succeeded(service.of<Users>().create({.userId = "u1", …}).go()));
///       clock.advance(std::chrono::hours(1));
///       …
///     }
///
/// The table is made from the models, with their indexes and the attribute by which items expire, in a
/// database in memory: in well under a millisecond, and gone with the test. The clock stands still until the
/// test moves it; the models' timestamps and the database read it. The test's thread owns all of it; code
/// under test may use `table` and `service` from several threads.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "model/model.h"
#include "server/api/database_connection.h"

namespace lodestone::model {

/// One call of the database, when it was over.
struct RecordedCall {
  std::string operation;
  std::string request;
  std::string reply;
  bool ok = false;
};

/// For ASSERT_TRUE and EXPECT_TRUE: a failure says what is wrong.
template <class T>
[[nodiscard]] ::testing::AssertionResult succeeded(const Result<T>& result) {
  if (result.ok()) return ::testing::AssertionSuccess();
  return ::testing::AssertionFailure() << to_string(result.error());
}
/// The error's number, such as 5003; 0 where there is none.
template <class T>
[[nodiscard]] int error_number(const Result<T>& result) {
  return result.ok() ? 0 : result.error().number();
}

/// `S` is a Service.
template <class S>
class TableTest : public ::testing::Test {
 protected:
  explicit TableTest(std::string table_name = "table") : table(connection, std::move(table_name), options()) {
    EXPECT_TRUE(succeeded(service.create_table()));
    forget_calls();
  }

  /// Lets time go by; what expires meanwhile is deleted.
  void pass(Millis time) {
    clock.advance(time);
    database->run_due_work();
  }
  /// What was asked of the database since the test began, or since forget_calls(), one after the other.
  [[nodiscard]] std::vector<RecordedCall> calls() const {
    const std::lock_guard lock(mutex_);
    return calls_;
  }
  [[nodiscard]] std::vector<std::string> operations() const {
    std::vector<std::string> names;
    for (RecordedCall& call : calls()) names.push_back(std::move(call.operation));
    return names;
  }
  void forget_calls() {
    const std::lock_guard lock(mutex_);
    calls_.clear();
  }

 private:
  DatabaseOptions in_memory() const {
    DatabaseOptions options;
    options.clock = &clock;
    options.background_work = false;
    return options;
  }
  TableOptions options() {
    return {.clock = [this] { return clock.now(); },
            .log =
                [this](const LogEvent& event) {
                  const std::lock_guard lock(mutex_);
                  calls_.push_back({std::string(event.operation), std::string(event.request),
                                    std::string(event.reply), event.ok});
                },
            // Nothing waits for a clock that stands still.
            .wait = [](std::chrono::milliseconds) {}};
  }

  mutable std::mutex mutex_;
  std::vector<RecordedCall> calls_;

 protected:
  ManualClock clock;
  std::unique_ptr<Database> database = *Database::open(in_memory());
  DatabaseConnection connection{*database};
  Table table;
  S service{table};
};

}  // namespace lodestone::model
