/// A database on disk whose acknowledged writes survive a loss of power: who waits for the disk, and what a
/// disk that fails means.
#include <atomic>
#include <filesystem>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "server/api/database.h"
#include "tests/storage/temporary_folder.h"

namespace lodestone {
namespace {

constexpr std::string_view kCreateTable =
    R"({"TableName":"things","BillingMode":"PAY_PER_REQUEST",)"
    R"("AttributeDefinitions":[{"AttributeName":"k","AttributeType":"S"}],)"
    R"("KeySchema":[{"AttributeName":"k","KeyType":"HASH"}]})";
constexpr std::string_view kGet = R"({"TableName":"things","Key":{"k":{"S":"a"}}})";

/// A PutItem that changes something whenever `value` is another than before.
std::string put_of(int value) {
  return R"({"TableName":"things","Item":{"k":{"S":"a"},"v":{"N":")" + std::to_string(value) + R"("}}})";
}
std::string reply_of_get(int value) {
  return R"({"Item":{"k":{"S":"a"},"v":{"N":")" + std::to_string(value) + R"("}}})";
}

class DatabaseDurability : public testing::Test {
 protected:
  void open(bool sync) {
    DatabaseOptions options;
    options.path = folder_ / "data";
    options.sync = sync;
    options.background_work = false;
    options.log = [this](std::string_view line) {
      const std::lock_guard lock(mutex_);
      log_.emplace_back(line);
    };
    auto opened = Database::open(options);
    ASSERT_TRUE(opened.ok()) << opened.error().message;
    database_ = *std::move(opened);
  }

  /// As the network does: the reply may not be durable yet.
  Reply handle(std::string_view operation, std::string_view json) {
    const std::string target = "DynamoDB_20120810." + std::string(operation);
    std::string body(json);
    Reply reply;
    database_->handle({.target = target, .body = body, .caller = {}}, reply);
    return reply;
  }

  bool outcome_of_when_durable() {
    std::promise<bool> told;
    database_->when_durable([&told](bool durable) { told.set_value(durable); });
    return told.get_future().get();
  }

  /// Puts something that can not be synced in the place of the log.
  void break_log() {
    const std::string folder = std::filesystem::canonical(folder_ / "data").string();
    std::vector<int> logs;
    for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
      std::error_code error;
      const std::string target = std::filesystem::read_symlink(entry.path(), error).string();
      if (target.starts_with(folder) && target.ends_with(".log"))
        logs.push_back(std::stoi(entry.path().filename()));
    }
    ASSERT_FALSE(logs.empty());
    const int nothing = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
    for (const int log : logs) ASSERT_EQ(::dup2(nothing, log), log);
    ::close(nothing);
  }

  [[nodiscard]] std::size_t lines_of_log() {
    const std::lock_guard lock(mutex_);
    return log_.size();
  }

  TemporaryFolder folder_;
  std::mutex mutex_;
  std::vector<std::string> log_;
  std::unique_ptr<Database> database_;
};

TEST_F(DatabaseDurability, ExecuteReturnsWhenItsWritesAreDurable) {
  open(true);
  EXPECT_EQ(database_->execute("CreateTable", kCreateTable).status, 200u);
  EXPECT_TRUE(database_->is_durable());
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(database_->execute("PutItem", put_of(i)).status, 200u);
    EXPECT_TRUE(database_->is_durable());
  }
}

TEST_F(DatabaseDurability, ExecutedReadsWaitForWhatTheyHaveSeen) {
  open(true);
  EXPECT_EQ(database_->execute("CreateTable", kCreateTable).status, 200u);
  EXPECT_EQ(handle("PutItem", put_of(1)).body, "{}");
  EXPECT_FALSE(database_->is_durable());
  EXPECT_EQ(database_->execute("GetItem", kGet).body, reply_of_get(1));
  EXPECT_TRUE(database_->is_durable());
}

TEST_F(DatabaseDurability, HandledCallsLeaveTheWaitingToTheirOwner) {
  open(true);
  EXPECT_EQ(handle("CreateTable", kCreateTable).status, 200u);
  EXPECT_FALSE(database_->is_durable());
  EXPECT_TRUE(outcome_of_when_durable());
  EXPECT_TRUE(database_->is_durable());
  EXPECT_EQ(handle("PutItem", put_of(1)).body, "{}");
  EXPECT_FALSE(database_->is_durable());
  EXPECT_TRUE(outcome_of_when_durable());
  EXPECT_TRUE(database_->is_durable());
  // A read of what is durable has nothing to wait for, and neither has a refusal.
  EXPECT_EQ(handle("GetItem", kGet).body, reply_of_get(1));
  EXPECT_EQ(handle("PutItem", "{}").status, 400u);
  EXPECT_TRUE(database_->is_durable());
}

TEST_F(DatabaseDurability, ThreadsShareSyncs) {
  open(true);
  EXPECT_EQ(database_->execute("CreateTable", kCreateTable).status, 200u);
  std::vector<std::thread> threads;
  std::atomic<int> acknowledged = 0;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&, i] {
      for (int n = 0; n < 20; ++n) {
        acknowledged += database_->execute("PutItem", put_of(20 * i + n)).status == 200 ? 1 : 0;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(acknowledged, 160);
  EXPECT_TRUE(database_->is_durable());
}

TEST_F(DatabaseDurability, WithoutSyncNobodyWaits) {
  open(false);
  EXPECT_EQ(handle("CreateTable", kCreateTable).status, 200u);
  EXPECT_TRUE(database_->is_durable());
  EXPECT_TRUE(outcome_of_when_durable());
  DatabaseOptions in_memory;
  in_memory.sync = true;
  auto opened = Database::open(in_memory);
  ASSERT_TRUE(opened.ok());
  database_ = *std::move(opened);
  EXPECT_EQ(handle("CreateTable", kCreateTable).status, 200u);
  EXPECT_TRUE(database_->is_durable());
  EXPECT_TRUE(outcome_of_when_durable());
}

TEST_F(DatabaseDurability, AFailedSyncAcknowledgesNothing) {
  open(true);
  EXPECT_EQ(database_->execute("CreateTable", kCreateTable).status, 200u);
  break_log();
  const Reply put = database_->execute("PutItem", put_of(1));
  EXPECT_EQ(put.status, 500u);
  EXPECT_NE(put.body.find("#InternalServerError"), std::string::npos) << put.body;
  // Nobody knows what the disk holds: what a read sees may be gone after a loss of power.
  EXPECT_EQ(database_->execute("GetItem", kGet).status, 500u);
  EXPECT_EQ(handle("PutItem", put_of(2)).status, 500u);
  EXPECT_FALSE(database_->is_durable());
  EXPECT_GT(lines_of_log(), 0u);
}

TEST_F(DatabaseDurability, AFailedSyncIsToldToEveryoneAndLoggedOnce) {
  open(true);
  EXPECT_EQ(database_->execute("CreateTable", kCreateTable).status, 200u);
  break_log();
  EXPECT_EQ(handle("PutItem", put_of(1)).body, "{}");
  EXPECT_FALSE(outcome_of_when_durable());
  const std::size_t lines = lines_of_log();
  EXPECT_GT(lines, 0u);
  EXPECT_FALSE(outcome_of_when_durable());
  EXPECT_FALSE(outcome_of_when_durable());
  EXPECT_EQ(lines_of_log(), lines);
}

}  // namespace
}  // namespace lodestone
