// The shards of a stream: how they divide the keys, follow each other and split; DescribeStream.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_DescribeStream.html
#include <algorithm>
#include <chrono>
#include <map>
#include <set>

#include "tests/api/database_fixture.h"
#include "tests/api/stream_reader.h"

namespace lodestone::testing {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

const std::string kValidation = "ValidationException: ";
const std::string kNotFound = "ResourceNotFoundException: Requested resource not found: ";
const std::string kUnknownShard = "shardId-00000000000000000000-00000000";

std::string key(const std::string& pk) { return "{'pk':{'S':'" + pk + "'}}"; }
std::string number_of(const std::string& record) { return text_at(record, "/dynamodb/SequenceNumber"); }

/// Streams of several shards, whose settings a restart may change.
class StreamSplits : public ::testing::TestWithParam<Store> {
 protected:
  static DatabaseOptions with(std::uint64_t shards, milliseconds lifetime = milliseconds(0)) {
    DatabaseOptions options = TestDatabase::without_threads();
    options.stream_shards = shards;
    options.stream_shard_lifetime = lifetime;
    return options;
  }

  /// Reads the whole tree of shards as consumers have to: a shard after its parent. Fails where a record
  /// comes twice, or before one of the same item that is older.
  static std::map<std::string, std::vector<std::string>> read_tree(StreamReader& reader) {
    const std::string arn = reader.arn();
    std::map<std::string, std::vector<std::string>> numbers;
    std::set<std::string> read;
    const auto shards = reader.shards(arn);
    std::set<std::string> known;
    for (const std::string& shard : shards) known.insert(text_at(shard, "/ShardId"));
    while (read.size() < shards.size()) {
      const std::size_t before = read.size();
      for (const std::string& shard : shards) {
        const std::string id = text_at(shard, "/ShardId");
        const std::string parent = text_at(shard, "/ParentShardId");
        if (read.contains(id) || (known.contains(parent) && !read.contains(parent))) continue;
        read.insert(id);
        const std::string first = text_at(shard, "/SequenceNumberRange/StartingSequenceNumber");
        const std::string last = text_at(shard, "/SequenceNumberRange/EndingSequenceNumber");
        for (const std::string& record : reader.records(arn, id)) {
          const std::string number = number_of(record);
          EXPECT_LE(first, number);
          EXPECT_TRUE(last.empty() || number <= last) << record;
          auto& of_item = numbers[text_at(record, "/dynamodb/Keys/pk/S")];
          EXPECT_TRUE(of_item.empty() || of_item.back() < number) << record;
          of_item.push_back(number);
        }
      }
      if (read.size() == before) {
        ADD_FAILURE() << "the shards' parents go round";
        return numbers;
      }
    }
    return numbers;
  }

  static std::size_t count_open(const std::vector<std::string>& shards) {
    std::size_t open = 0;
    for (const std::string& shard : shards)
      open += at(shard, "/SequenceNumberRange/EndingSequenceNumber").empty();
    return open;
  }
};

TEST_P(StreamSplits, ShardsDivideTheKeys) {
  TestDatabase database(GetParam(), with(4));
  StreamReader reader(database);
  reader.create_table("KEYS_ONLY");
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < 40; ++i) {
      database.put("{'pk':{'S':'" + std::to_string(i) + "'},'n':{'N':'" + std::to_string(round) + "'}}");
    }
  }
  const auto shards = reader.shards();
  ASSERT_EQ(shards.size(), 4U);
  std::map<std::string, std::string> shard_of;
  std::size_t records = 0;
  for (const std::string& shard : shards) {
    const std::string id = text_at(shard, "/ShardId");
    EXPECT_EQ(at(shard, "/ParentShardId"), "");
    const auto of_shard = reader.records(reader.arn(), id);
    EXPECT_GT(of_shard.size(), 0U);
    records += of_shard.size();
    for (const std::string& record : of_shard) {
      EXPECT_EQ(shard_of.emplace(text_at(record, "/dynamodb/Keys/pk/S"), id).first->second, id);
    }
  }
  EXPECT_EQ(records, 80U);
  EXPECT_EQ(shard_of.size(), 40U);
}

TEST_P(StreamSplits, ShardsAreFollowedByAChildWhenTheirTimeIsOver) {
  TestDatabase database(GetParam(), with(1, hours(4)));
  StreamReader reader(database);
  reader.create_table("KEYS_ONLY");
  for (int i = 0; i < 9; ++i) {
    database.put("{'pk':{'S':'a'},'n':{'N':'" + std::to_string(i) + "'}}");
    database.clock.advance(hours(2));
  }
  const auto shards = reader.shards();
  ASSERT_EQ(shards.size(), 5U);
  for (std::size_t i = 0; i < shards.size(); ++i) {
    EXPECT_EQ(text_at(shards[i], "/ParentShardId"), i == 0 ? "" : text_at(shards[i - 1], "/ShardId"));
    EXPECT_EQ(at(shards[i], "/SequenceNumberRange/EndingSequenceNumber").empty(), i == 4);
    if (i > 0) {
      EXPECT_GT(text_at(shards[i], "/SequenceNumberRange/StartingSequenceNumber"),
                text_at(shards[i - 1], "/SequenceNumberRange/EndingSequenceNumber"));
    }
  }
  // A closed shard that is read out has no next iterator, an open one has.
  std::string closed = reader.iterator_of(reader.arn(), text_at(shards[0], "/ShardId"));
  EXPECT_EQ(reader.read_all(closed).size(), 2U);
  EXPECT_EQ(closed, "");
  std::string open = reader.iterator_of(reader.arn(), text_at(shards[4], "/ShardId"));
  EXPECT_EQ(reader.read_all(open).size(), 1U);
  EXPECT_NE(open, "");
  EXPECT_EQ(read_tree(reader)["a"].size(), 9U);
  // After a day the oldest shards are gone. What named them as parents still does.
  database.clock.advance(hours(13));
  for (int i = 0; i < 2; ++i) {
    const auto left = reader.shards();
    EXPECT_EQ(left.size(), 3U);
    EXPECT_EQ(text_at(left[0], "/ParentShardId"), text_at(shards[1], "/ShardId"));
    EXPECT_EQ(read_tree(reader)["a"].size(), 5U);
    database->run_due_work();
  }
  database.reopen();
  database.put("{'pk':{'S':'a'}}");
  EXPECT_EQ(read_tree(reader)["a"].size(), 6U);
  std::set<std::string> ids;
  for (const std::string& shard : reader.shards()) EXPECT_TRUE(ids.insert(text_at(shard, "/ShardId")).second);
}

INSTANTIATE_ON_BOTH_STORES(StreamSplits);

TEST(StreamSplitsOnDisk, ASettingSplitsTheShardsOfAStreamThatIsThere) {
  TemporaryFolder folder;
  DatabaseOptions options = TestDatabase::without_threads();
  options.path = folder / "store";
  std::vector<std::string> numbers;
  ManualClock clock;
  options.clock = &clock;
  std::map<std::string, std::size_t> expected;
  const auto run = [](Database& database, std::string_view operation, const std::string& request) {
    const Reply reply = database.execute(operation, double_quoted(request));
    EXPECT_EQ(reply.status, 200U) << reply.body;
    return reply.body;
  };
  std::string arn;
  for (const std::uint64_t shards : {1U, 2U, 3U, 1U}) {
    options.stream_shards = shards;
    auto database = *Database::open(options);
    if (arn.empty()) {
      arn = text_at(
          run(*database, "CreateTable",
              "{'TableName':'things','BillingMode':'PAY_PER_REQUEST','AttributeDefinitions':[{"
              "'AttributeName':'pk','AttributeType':'S'}],'KeySchema':[{'AttributeName':'pk','KeyType':"
              "'HASH'}]" +
                  stream_on() + "}"),
          "/TableDescription/LatestStreamArn");
    }
    for (int i = 0; i < 30; ++i) {
      const std::string pk = std::to_string(i);
      run(*database, "UpdateItem",
          "{'TableName':'things','Key':" + key(pk) +
              ",'UpdateExpression':'ADD n :v','ExpressionAttributeValues':{':v':{'N':'1'}}}");
      ++expected[pk];
    }
  }
  auto database = *Database::open(options);
  const std::string described = run(*database, "DescribeStream", "{'StreamArn':'" + arn + "'}");
  const auto shards = elements_at(described, "/StreamDescription/Shards");
  // One, which splits in two, of which one splits again; fewer are not made of more.
  ASSERT_EQ(shards.size(), 5U);
  std::map<std::string, int> children;
  std::map<std::string, std::size_t> count;
  for (const std::string& shard : shards) {
    const std::string id = text_at(shard, "/ShardId");
    const std::string parent = text_at(shard, "/ParentShardId");
    if (!parent.empty()) ++children[parent];
    const std::string iterator =
        text_at(run(*database, "GetShardIterator", StreamReader::iterator_request(arn, id, "TRIM_HORIZON")),
                "/ShardIterator");
    for (const std::string& record :
         elements_at(run(*database, "GetRecords", "{'ShardIterator':'" + iterator + "'}"), "/Records")) {
      // Within an item's line of shards its changes follow each other.
      const std::string pk = text_at(record, "/dynamodb/Keys/pk/S");
      EXPECT_EQ(text_at(record, "/dynamodb/NewImage/n/N"), std::to_string(++count[pk])) << record;
    }
    const std::string found =
        run(*database, "DescribeStream",
            "{'StreamArn':'" + arn + "','ShardFilter':{'Type':'CHILD_SHARDS','ShardId':'" + id + "'}}");
    for (const std::string& child : elements_at(found, "/StreamDescription/Shards")) {
      EXPECT_EQ(text_at(child, "/ParentShardId"), id);
    }
    const bool closed = !at(shard, "/SequenceNumberRange/EndingSequenceNumber").empty();
    EXPECT_EQ(count_at(found, "/StreamDescription/Shards"), closed ? 2U : 0U);
  }
  EXPECT_EQ(count, expected);
  EXPECT_EQ(children.size(), 2U);
}

TEST(DescribeStream, IsPagedAndFiltered) {
  DatabaseOptions options = TestDatabase::without_threads();
  options.stream_shards = 7;
  TestDatabase database(Store::kMemory, options);
  StreamReader reader(database);
  reader.create_table();
  const std::string arn = reader.arn();
  const auto request = [&](const std::string& more) { return "{'StreamArn':'" + arn + "'" + more + "}"; };
  const auto ids_of = [](const std::string& reply) {
    std::vector<std::string> ids;
    for (const std::string& shard : elements_at(reply, "/StreamDescription/Shards")) {
      ids.push_back(text_at(shard, "/ShardId"));
      EXPECT_GE(ids.back().size(), 28U);
      EXPECT_LE(ids.back().size(), 65U);
    }
    return ids;
  };
  const std::string whole = database.ok("DescribeStream", request(""));
  const auto all = ids_of(whole);
  ASSERT_EQ(all.size(), 7U);
  EXPECT_TRUE(std::ranges::is_sorted(all));
  EXPECT_EQ(at(whole, "/StreamDescription/LastEvaluatedShardId"), "");
  EXPECT_EQ(text_at(whole, "/StreamDescription/StreamArn"), arn);
  EXPECT_EQ(text_at(whole, "/StreamDescription/TableName"), "things");
  EXPECT_EQ(text_at(whole, "/StreamDescription/StreamStatus"), "ENABLED");
  EXPECT_EQ(text_at(whole, "/StreamDescription/StreamViewType"), kNewAndOld);
  EXPECT_EQ(text_at(whole, "/StreamDescription/StreamLabel"), "2023-11-14T22:13:20.000");
  EXPECT_EQ(text_at(whole, "/StreamDescription/CreationRequestDateTime").substr(0, 10), "1700000000");
  EXPECT_EQ(at(whole, "/StreamDescription/KeySchema"), json("[{'AttributeName':'pk','KeyType':'HASH'}]"));
  std::vector<std::string> paged;
  std::string start;
  do {
    const std::string page = database.ok(
        "DescribeStream",
        request(",'Limit':3" + (start.empty() ? "" : ",'ExclusiveStartShardId':'" + start + "'")));
    for (const std::string& id : ids_of(page)) paged.push_back(id);
    start = text_at(page, "/StreamDescription/LastEvaluatedShardId");
    EXPECT_TRUE(start.empty() || start == paged.back());
  } while (!start.empty());
  EXPECT_EQ(paged, all);
  EXPECT_EQ(ids_of(database.ok("DescribeStream", request(",'Limit':7"))), all);
  for (const std::string& id : {all[6], kUnknownShard}) {
    EXPECT_EQ(ids_of(database.ok("DescribeStream", request(",'ExclusiveStartShardId':'" + id + "'"))).size(),
              0U);
  }
  const auto filter = [&](const std::string& text) { return request(",'ShardFilter':" + text); };
  expect_answers(
      database,
      {{"DescribeStream", filter("{'Type':'CHILD_SHARDS'}"), kValidation + "…"},
       {"DescribeStream", filter("{'ShardId':'" + all[0] + "'}"), kValidation + "…"},
       {"DescribeStream", filter("{'Type':'PARENTS','ShardId':'" + all[0] + "'}"),
        kWrapped + "Value 'PARENTS' at …"},
       {"DescribeStream", filter("{'Type':'CHILD_SHARDS','ShardId':'dog'}"), kWrapped + "Value 'dog' at …"},
       {"DescribeStream", request(",'Limit':0"), kWrapped + "Value '0' at 'limit' …"},
       {"DescribeStream", request(",'Limit':101"), kWrapped + "Value '101' at 'limit' …"},
       {"DescribeStream", "{'StreamArn':'" + std::string(40, 'x') + "'}", kValidation + "…"},
       {"DescribeStream",
        "{'StreamArn':'arn:aws:dynamodb:us-east-1:000000000000:table/things/stream/nothing'}",
        kNotFound + "Stream: …"}});
  EXPECT_EQ(
      ids_of(database.ok("DescribeStream", filter("{'Type':'CHILD_SHARDS','ShardId':'" + all[0] + "'}")))
          .size(),
      0U);
}

}  // namespace
}  // namespace lodestone::testing
