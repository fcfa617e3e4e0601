// What the disk keeps: over an orderly closing, over a SIGKILL, and of folders that are no good.
#include <array>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <thread>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/api/database_fixture.h"

namespace lodestone::testing {
namespace {

namespace fs = std::filesystem;

const std::string kCreate =
    "{'TableName':'things','BillingMode':'PAY_PER_REQUEST','AttributeDefinitions':[{'AttributeName':'pk','"
    "AttributeType':'S'},"
    "{'AttributeName':'sk','AttributeType':'N'},{'AttributeName':'g','AttributeType':'S'}],"
    "'KeySchema':[{'AttributeName':'pk','KeyType':'HASH'},{'AttributeName':'sk','KeyType':'RANGE'}],"
    "'GlobalSecondaryIndexes':[{'IndexName':'by-g','KeySchema':[{'AttributeName':'g','KeyType':'HASH'}],"
    "'Projection':{'ProjectionType':'KEYS_ONLY'}}],'Tags':[{'Key':'k','Value':'v'}]}";

/// What a client can see of the table: its description, its settings and everything in it.
std::string everything(TestDatabase& database) {
  std::string all = database.ok("DescribeTable", "{'TableName':'things'}") + '\n' +
                    database.ok("DescribeTimeToLive", "{'TableName':'things'}") + '\n' +
                    database.ok("ListTagsOfResource",
                                "{'ResourceArn':'arn:aws:dynamodb:us-east-1:000000000000:table/things'}") +
                    '\n';
  for (const char* index : {"", ",'IndexName':'by-g'"}) {
    all += database.ok("Scan", std::string("{'TableName':'things'") + index + "}") + '\n';
  }
  return all;
}

TEST(Reopening, FindsEverythingAsItWas) {
  TestDatabase database(Store::kDisk);
  database.ok("CreateTable", kCreate);
  database.ok("UpdateTimeToLive",
              "{'TableName':'things','TimeToLiveSpecification':{'Enabled':true,'AttributeName':'until'}}");
  for (int i = 0; i < 300; ++i) {
    database.put("{'pk':{'S':'p" + std::to_string(i % 7) + "'},'sk':{'N':'" + std::to_string(i) +
                 "'},'g':{'S':'g" + std::to_string(i % 3) + "'},'v':{'B':'AP8='}}");
  }
  for (int i = 0; i < 300; i += 5) {
    database.ok("DeleteItem", "{'TableName':'things','Key':{'pk':{'S':'p" + std::to_string(i % 7) +
                                  "'},'sk':{'N':'" + std::to_string(i) + "'}}}");
  }
  const std::string before = everything(database);
  EXPECT_NE(before.find("\"ItemCount\":240"), std::string::npos);
  for (int i = 0; i < 3; ++i) {
    database.reopen();
    EXPECT_EQ(everything(database), before);
  }
  database.put("{'pk':{'S':'new'},'sk':{'N':'1'},'g':{'S':'g'}}");
  database.reopen();
  EXPECT_NE(everything(database).find("\"ItemCount\":241"), std::string::npos);
}

constexpr const char* kFolderVariable = "LODESTONE_TEST_FOLDER";
constexpr int kToldAt = 3;  // the file descriptor on which the child tells of its writes

/// A process that writes to the folder until it is killed, and tells of every acknowledged write: this
/// program again, with the disabled test below.
class Writer {
 public:
  explicit Writer(const std::string& folder) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("pipe2 failed");
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], kToldAt);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    std::vector<std::string> arguments = {"/proc/self/exe",
                                          "--gtest_filter=Crash.DISABLED_WritesUntilItIsKilled",
                                          "--gtest_also_run_disabled_tests"};
    std::vector<std::string> environment = {std::string(kFolderVariable) + "=" + folder};
    // The shard of this run is none of the child's business.
    for (char** at = environ; *at != nullptr; ++at) {
      if (!std::string_view(*at).starts_with("GTEST_")) environment.emplace_back(*at);
    }
    const int failed = ::posix_spawn(&process_, arguments[0].c_str(), &actions, nullptr,
                                     pointers(arguments).data(), pointers(environment).data());
    posix_spawn_file_actions_destroy(&actions);
    ::close(ends[1]);
    told_ = ends[0];
    if (failed != 0) throw std::runtime_error("posix_spawn failed");
  }
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;
  ~Writer() {
    kill();
    ::close(told_);
  }

  /// Kills it once it acknowledged so many writes; returns the number of the last acknowledged one.
  int kill_after(int writes) {
    int last = -1;
    while (last + 1 < writes && ::read(told_, &last, sizeof last) == sizeof last) continue;
    kill();
    while (::read(told_, &last, sizeof last) == sizeof last) continue;
    return last;
  }

 private:
  static std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> all;
    for (std::string& text : texts) all.push_back(text.data());
    all.push_back(nullptr);
    return all;
  }
  void kill() {
    if (process_ <= 0) return;
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
    process_ = 0;
  }

  pid_t process_ = 0;
  int told_ = -1;
};

/// What the child process does; by itself there is nothing to test.
TEST(Crash, DISABLED_WritesUntilItIsKilled) {
  const char* folder = std::getenv(kFolderVariable);
  if (folder == nullptr) GTEST_SKIP() << "for a child process only";
  DatabaseOptions options;
  options.path = folder;
  auto database = Database::open(options);
  ASSERT_TRUE(database.ok()) << database.error().message;
  // May be there already.
  (void)(*database)->execute("CreateTable", double_quoted(kCreate));
  for (int i = 0;; ++i) {
    const std::string request = "{'TableName':'things','Item':{'pk':{'S':'" + std::to_string(i % 10) +
                                "'},'sk':{'N':'" + std::to_string(i) + "'},'g':{'S':'g'},'v':{'S':'" +
                                std::string(static_cast<std::size_t>(i % 1000), 'v') + "'}}}";
    ASSERT_EQ((*database)->execute("PutItem", double_quoted(request)).status, 200U);
    ASSERT_EQ(::write(kToldAt, &i, sizeof i), static_cast<ssize_t>(sizeof i));
  }
}

TEST(Crash, LosesNothingAcknowledged) {
  const TemporaryFolder folder;
  const std::string path = folder / "store";
  for (const int writes : {1, 700, 1500}) {
    const int last = Writer(path).kill_after(writes);
    ASSERT_GE(last + 1, writes);
    DatabaseOptions options;
    options.path = path;
    auto opened = Database::open(options);
    ASSERT_TRUE(opened.ok()) << opened.error().message;
    Database& database = **opened;
    const auto run = [&](std::string_view operation, std::string_view request) {
      return database.execute(operation, double_quoted(request)).body;
    };
    for (int i = 0; i <= last; ++i) {
      const std::string got =
          run("GetItem", "{'TableName':'things','Key':{'pk':{'S':'" + std::to_string(i % 10) +
                             "'},'sk':{'N':'" + std::to_string(i) + "'}}}");
      ASSERT_EQ(text_at(got, "/Item/v/S").size(), static_cast<std::size_t>(i % 1000)) << i;
    }
    const auto count = [&](const std::string& index) {
      int items = 0;
      std::string start;
      do {
        const std::string page =
            run("Scan", "{'TableName':'things','Select':'COUNT'" + index +
                            (start.empty() ? "" : ",'ExclusiveStartKey':" + start) + "}");
        items += std::stoi(text_at(page, "/Count"));
        start = at(page, "/LastEvaluatedKey");
      } while (!start.empty());
      return items;
    };
    const int items = count("");
    EXPECT_GE(items, last + 1);
    EXPECT_EQ(count(",'IndexName':'by-g'"), items);
    // The counters are counted anew, beside requests.
    const auto counters = [&] {
      const std::string described = run("DescribeTable", "{'TableName':'things'}");
      return text_at(described, "/Table/ItemCount") + ' ' +
             text_at(described, "/Table/GlobalSecondaryIndexes/0/ItemCount");
    };
    const std::string expected = std::to_string(items) + ' ' + std::to_string(items);
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (counters() != expected && std::chrono::steady_clock::now() < deadline) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    EXPECT_EQ(counters(), expected);
  }
}

TEST(Crash, CountsWhatIsWrittenWhileItCountsAnew) {
  const TemporaryFolder folder;
  const std::string path = folder / "store";
  (void)Writer(path).kill_after(1000);
  std::string counted;
  int items = 0;
  for (int round = 0; round < 2; ++round) {
    DatabaseOptions options;
    options.path = path;
    auto opened = Database::open(options);
    ASSERT_TRUE(opened.ok()) << opened.error().message;
    if (round == 0) {
      // At once, before the count can be complete.
      for (int i = 0; i < 200; ++i) {
        const std::string key =
            "'pk':{'S':'" + std::to_string(i % 10) + "'},'sk':{'N':'" + std::to_string(i) + "'}";
        EXPECT_EQ((*opened)
                      ->execute("DeleteItem", double_quoted("{'TableName':'things','Key':{" + key + "}}"))
                      .status,
                  200U);
        EXPECT_EQ((*opened)
                      ->execute("PutItem",
                                double_quoted("{'TableName':'things','Item':{'new':{'BOOL':true}," + key +
                                              ",'g':{'S':'g'},'w':{'N':'" + std::to_string(i) + "'}}}"))
                      .status,
                  200U);
        if (i % 2 == 0)
          (void)(*opened)->execute("DeleteItem", double_quoted("{'TableName':'things','Key':{" + key + "}}"));
      }
    } else {
      // The orderly closing waited for the count.
      counted = text_at((*opened)->execute("DescribeTable", double_quoted("{'TableName':'things'}")).body,
                        "/Table/ItemCount");
      std::string start;
      do {
        const std::string page =
            (*opened)
                ->execute(
                    "Scan",
                    double_quoted("{'TableName':'things','Select':'COUNT'" +
                                  (start.empty() ? std::string() : ",'ExclusiveStartKey':" + start) + "}"))
                .body;
        items += std::stoi(text_at(page, "/Count"));
        start = at(page, "/LastEvaluatedKey");
      } while (!start.empty());
    }
  }
  EXPECT_GT(items, 0);
  EXPECT_EQ(counted, std::to_string(items));
}

std::string message_of_opening(const std::string& path) {
  DatabaseOptions options;
  options.path = path;
  auto opened = Database::open(options);
  return opened.ok() ? "(opened)" : opened.error().message;
}

std::string snapshot(const std::string& path) {
  std::string all;
  for (const auto& entry : fs::recursive_directory_iterator(path)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream file(entry.path(), std::ios::binary);
    all +=
        entry.path().filename().string() + ' ' + std::string(std::istreambuf_iterator<char>(file), {}) + '\n';
  }
  return all;
}

TEST(Folders, AreRefusedUntouchedWhereTheyAreNoGood) {
  const TemporaryFolder folder;
  const std::string path = folder / "store";
  DatabaseOptions options;
  options.path = path;
  {
    auto opened = Database::open(options);
    ASSERT_TRUE(opened.ok());
    (void)(*opened)->execute("CreateTable", double_quoted(kCreate));
    const std::string in_use = message_of_opening(path);
    EXPECT_NE(in_use.find(path), std::string::npos) << in_use;
    // The one that has it goes on.
    EXPECT_EQ((*opened)->execute("ListTables", "{}").body, R"({"TableNames":["things"]})");
  }
  const fs::path format = fs::path(path) / "FORMAT";
  const std::string right = [&] {
    std::ifstream file(format);
    return std::string(std::istreambuf_iterator<char>(file), {});
  }();
  std::ofstream(format, std::ios::trunc) << "lodestone store, format 999\n";
  const std::string newer = snapshot(path);
  EXPECT_NE(message_of_opening(path), "(opened)");
  EXPECT_EQ(snapshot(path), newer);
  std::ofstream(format, std::ios::trunc) << right;
  EXPECT_EQ(message_of_opening(path), "(opened)");

  for (const auto& entry : fs::directory_iterator(path)) {
    if (entry.path().filename().string().starts_with("MANIFEST"))
      fs::resize_file(entry.path(), fs::file_size(entry.path()) / 2);
  }
  const std::string damaged = snapshot(path);
  EXPECT_NE(message_of_opening(path), "(opened)");
  EXPECT_EQ(snapshot(path), damaged);

  const std::string foreign = folder / "foreign";
  fs::create_directory(foreign);
  std::ofstream(foreign + "/letter.txt") << "dear";
  EXPECT_NE(message_of_opening(foreign), "(opened)");
  EXPECT_EQ(snapshot(foreign), "letter.txt dear\n");
}

}  // namespace
}  // namespace lodestone::testing
