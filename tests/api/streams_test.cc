// What a stream records of which write.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html and
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_Record.html
#include <atomic>
#include <map>
#include <set>
#include <thread>

#include "tests/api/database_fixture.h"
#include "tests/api/stream_reader.h"

namespace lodestone::testing {
namespace {

std::string key(const std::string& pk) { return "{'pk':{'S':'" + pk + "'}}"; }
std::string on(const std::string& pk, const std::string& more = "") {
  return "{'TableName':'things','Key':" + key(pk) + more + "}";
}
std::string update(const std::string& expression, const std::string& value = "") {
  return ",'UpdateExpression':'" + expression + "'" +
         (value.empty() ? "" : ",'ExpressionAttributeValues':{':v':" + value + "}");
}

class StreamRecords : public OnBothStores {
 protected:
  void run(const std::string& operation, const std::string& request) { database.ok(operation, request); }
  /// What the writes since the last call have left, and forgets it.
  std::string news() {
    const auto all = reader.records();
    std::vector<std::string> fresh(all.begin() + static_cast<std::ptrdiff_t>(seen), all.end());
    seen = all.size();
    return StreamReader::told(fresh);
  }

  StreamReader reader{database};
  std::size_t seen = 0;
};

TEST_P(StreamRecords, TellTheWholeChange) {
  reader.create_table();
  database.put("{'pk':{'S':'a'},'n':{'N':'1'}}");
  database.put("{'pk':{'S':'a'},'n':{'N':'12'},'s':{'S':'äx'}}");
  run("DeleteItem", on("a"));
  const auto records = reader.records();
  ASSERT_EQ(records.size(), 3U);
  std::set<std::string> ids;
  std::string last_number;
  for (const std::string& record : records) {
    EXPECT_EQ(text_at(record, "/eventVersion"), "1.1");
    EXPECT_EQ(text_at(record, "/eventSource"), "aws:dynamodb");
    EXPECT_EQ(text_at(record, "/awsRegion"), "us-east-1");
    EXPECT_EQ(text_at(record, "/dynamodb/StreamViewType"), kNewAndOld);
    EXPECT_EQ(text_at(record, "/dynamodb/ApproximateCreationDateTime"), "1700000000");
    EXPECT_EQ(at(record, "/dynamodb/Keys"), json(key("a")));
    EXPECT_EQ(at(record, "/userIdentity"), "");
    ids.insert(text_at(record, "/eventID"));
    const std::string number = text_at(record, "/dynamodb/SequenceNumber");
    EXPECT_EQ(number.find_first_not_of("0123456789"), std::string::npos) << number;
    EXPECT_GE(number.size(), 21U);
    EXPECT_LE(number.size(), 40U);
    EXPECT_GT(number, last_number);
    last_number = number;
  }
  EXPECT_EQ(ids.size(), 3U);
  const std::string first = json("{'pk':{'S':'a'},'n':{'N':'1'}}");
  const std::string second = json("{'pk':{'S':'a'},'n':{'N':'12'},'s':{'S':'äx'}}");
  EXPECT_EQ(text_at(records[0], "/eventName"), "INSERT");
  EXPECT_EQ(at(records[0], "/dynamodb/NewImage"), first);
  EXPECT_EQ(at(records[0], "/dynamodb/OldImage"), "");
  EXPECT_EQ(text_at(records[0], "/dynamodb/SizeBytes"), "9");  // keys 3, item 3 + 1 + 2
  EXPECT_EQ(text_at(records[1], "/eventName"), "MODIFY");
  EXPECT_EQ(at(records[1], "/dynamodb/NewImage"), second);
  EXPECT_EQ(at(records[1], "/dynamodb/OldImage"), first);
  EXPECT_EQ(text_at(records[1], "/dynamodb/SizeBytes"), "19");  // and 3 + 1 + 2 + 1 + 3
  EXPECT_EQ(text_at(records[2], "/eventName"), "REMOVE");
  EXPECT_EQ(at(records[2], "/dynamodb/NewImage"), "");
  EXPECT_EQ(at(records[2], "/dynamodb/OldImage"), second);
  EXPECT_EQ(text_at(records[2], "/dynamodb/SizeBytes"), "13");
}

TEST_P(StreamRecords, HoldWhatTheViewSays) {
  const std::string first = json("{'pk':{'S':'a'},'n':{'N':'1'}}");
  const std::string second = json("{'pk':{'S':'a'},'n':{'N':'2'}}");
  struct View {
    const char* type;
    std::string old_image;
    std::string new_image;
    const char* size;
  };
  const std::string none;
  for (const View& view : {View{"KEYS_ONLY", none, none, "3"}, View{"NEW_IMAGE", none, second, "9"},
                           View{"OLD_IMAGE", first, none, "9"}, View{kNewAndOld, first, second, "15"}}) {
    reader.create_table(view.type);
    database.put(first);
    database.put(second);
    const auto records = reader.records();
    ASSERT_EQ(records.size(), 2U) << view.type;
    EXPECT_EQ(text_at(records[1], "/dynamodb/StreamViewType"), view.type);
    EXPECT_EQ(at(records[1], "/dynamodb/Keys"), json(key("a")));
    EXPECT_EQ(at(records[1], "/dynamodb/OldImage"), view.old_image) << view.type;
    EXPECT_EQ(at(records[1], "/dynamodb/NewImage"), view.new_image) << view.type;
    EXPECT_EQ(text_at(records[1], "/dynamodb/SizeBytes"), view.size) << view.type;
    run("DeleteTable", "{'TableName':'things'}");
    database.clock.advance(std::chrono::milliseconds(1));
  }
}

// The name of the event is that of the effect, and what has no effect has no record.
TEST_P(StreamRecords, AreOfEffects) {
  reader.create_table();
  struct Step {
    std::string operation;
    std::string request;
    std::string news;
  };
  const std::string one = "{'N':'1'}";
  const std::vector<Step> steps = {
      {"PutItem",
       "{'TableName':'things','Item':{'pk':{'S':'a'},'n':{'N':'1'},'m':{'M':{'x':{'N':'1'},'y':{'N':'2'}}},"
       "'ss':{'SS':['a','b']}}}",
       "INSERT a"},
      {"PutItem",
       "{'TableName':'things','Item':{'pk':{'S':'a'},'ss':{'SS':['b','a']},'n':{'N':'1.0'},'m':{'M':{'y':"
       "{'N':'2'},'x':{'N':'1'}}}}}",
       ""},
      {"UpdateItem", on("a", update("SET n = :v", one)), ""},
      {"UpdateItem", on("a", update("SET m = :v", "{'M':{'y':{'N':'2'},'x':{'N':'1'}}}")), ""},
      {"UpdateItem", on("a", update("ADD n :v", "{'N':'0'}")), ""},
      {"UpdateItem", on("a", update("ADD ss :v", "{'SS':['a']}")), ""},
      {"UpdateItem", on("a", update("DELETE ss :v", "{'SS':['c']}")), ""},
      {"UpdateItem", on("a", update("REMOVE absent")), ""},
      {"UpdateItem", on("a"), ""},
      {"UpdateItem", on("a", update("ADD n :v", one)), "MODIFY a"},
      {"UpdateItem", on("a", update("REMOVE n")), "MODIFY a"},
      {"PutItem", "{'TableName':'things','Item':" + key("a") + "}", "MODIFY a"},
      {"PutItem", "{'TableName':'things','Item':" + key("a") + "}", ""},
      {"UpdateItem", on("b"), "INSERT b"},
      {"UpdateItem", on("c", update("ADD n :v", one)), "INSERT c"},
      {"UpdateItem", on("d", update("REMOVE n")), ""},
      {"UpdateItem", on("d", update("DELETE ss :v", "{'SS':['c']}")), ""},
      {"DeleteItem", on("d"), ""},
      {"DeleteItem", on("b"), "REMOVE b"},
      {"BatchWriteItem",
       "{'RequestItems':{'things':[{'PutRequest':{'Item':" + key("a") +
           "}},{'PutRequest':{'Item':" + key("e") + "}},{'DeleteRequest':{'Key':" + key("c") +
           "}},{'DeleteRequest':{'Key':" + key("absent") + "}}]}}",
       "INSERT e, REMOVE c"},
  };
  for (const Step& step : steps) {
    run(step.operation, step.request);
    EXPECT_EQ(news(), step.news) << step.operation << ' ' << step.request;
  }
}

TEST_P(StreamRecords, AreOfTransactionsItemByItem) {
  reader.create_table();
  for (const char* pk : {"a", "b", "c", "d"}) database.put(key(pk));
  (void)news();
  run("TransactWriteItems",
      "{'TransactItems':[{'Put':{'TableName':'things','Item':" + key("new") + "}},{'Delete':" + on("a") +
          "},{'ConditionCheck':" + on("b", ",'ConditionExpression':'attribute_exists(pk)'") +
          "},{'Update':" + on("c", update("SET n = :v", "{'N':'1'}")) +
          "},{'Put':{'TableName':'things','Item':" + key("d") + "}}]}");
  EXPECT_EQ(news(), "INSERT new, REMOVE a, MODIFY c");
}

TEST_P(StreamRecords, AreNotOfWhatIsRefused) {
  reader.create_table();
  database.put(key("a"));
  (void)news();
  const std::string absent = ",'ConditionExpression':'attribute_not_exists(pk)'";
  for (const auto& [operation, request] : std::vector<std::pair<std::string, std::string>>{
           {"PutItem", "{'TableName':'things','Item':" + key("a") + absent + "}"},
           {"DeleteItem", on("a", absent)},
           {"UpdateItem", on("b", update("SET n = m"))},
           {"PutItem", "{'TableName':'things','Item':{'x':{'S':'a'}}}"},
           {"BatchWriteItem", "{'RequestItems':{'things':[{'PutRequest':{'Item':" + key("b") +
                                  "}},{'PutRequest':{'Item':{'pk':{'N':'1'}}}}]}}"},
           {"TransactWriteItems", "{'TransactItems':[{'Put':{'TableName':'things','Item':" + key("b") +
                                      "}},{'Delete':" + on("a", absent) + "}]}"}}) {
    EXPECT_EQ(database.run(operation, request).status, 400U) << operation;
    EXPECT_EQ(news(), "") << operation;
  }
}

TEST_P(StreamRecords, OfExpiredItemsNameTheService) {
  reader.create_table();
  run("UpdateTimeToLive",
      "{'TableName':'things','TimeToLiveSpecification':{'Enabled':true,'AttributeName':'until'}}");
  database.put("{'pk':{'S':'a'},'until':{'N':'1699999000'}}");
  database.put("{'pk':{'S':'b'},'until':{'N':'1699999000'}}");
  run("DeleteItem", on("b"));
  EXPECT_EQ(database->run_due_work(), 1U);
  const auto records = reader.records();
  ASSERT_EQ(StreamReader::told(records), "INSERT a, INSERT b, REMOVE b, REMOVE a");
  EXPECT_EQ(at(records[2], "/userIdentity"), "");
  EXPECT_EQ(at(records[3], "/userIdentity"),
            json("{'Type':'Service','PrincipalId':'dynamodb.amazonaws.com'}"));
  EXPECT_EQ(at(records[3], "/dynamodb/OldImage"), json("{'pk':{'S':'a'},'until':{'N':'1699999000'}}"));
  EXPECT_EQ(at(records[3], "/dynamodb/NewImage"), "");
}

// Images are whole items, whatever the indexes hold; key attributes of an index are no keys.
TEST_P(StreamRecords, HoldTheKeysOfTheTable) {
  database.create_table(
      ",'AttributeDefinitions':[{'AttributeName':'pk','AttributeType':'S'},{'AttributeName':'a','"
      "AttributeType':"
      "'N'},{'AttributeName':'g','AttributeType':'S'}],'KeySchema':[{'AttributeName':'pk','KeyType':'HASH'},"
      "{'AttributeName':'a','KeyType':'RANGE'}],'GlobalSecondaryIndexes':[{'IndexName':'by-g','KeySchema':[{"
      "'AttributeName':'g','KeyType':'HASH'}],'Projection':{'ProjectionType':'KEYS_ONLY'}}]" +
      stream_on());
  database.put("{'pk':{'S':'p'},'a':{'N':'1.50'},'g':{'S':'g'},'b':{'B':'AP8='}}");
  const auto records = reader.records();
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(at(records[0], "/dynamodb/Keys"), json("{'pk':{'S':'p'},'a':{'N':'1.5'}}"));
  EXPECT_EQ(at(records[0], "/dynamodb/NewImage"),
            json("{'pk':{'S':'p'},'a':{'N':'1.5'},'g':{'S':'g'},'b':{'B':'AP8='}}"));
  const std::string described = database.ok("DescribeStream", "{'StreamArn':'" + reader.arn() + "'}");
  EXPECT_EQ(at(described, "/StreamDescription/KeySchema"),
            json("[{'AttributeName':'pk','KeyType':'HASH'},{'AttributeName':'a','KeyType':'RANGE'}]"));
}

// Numbers grow from one record to the next, whatever the clock does, and over a restart.
TEST_P(StreamRecords, HaveNumbersThatOnlyGrow) {
  reader.create_table("KEYS_ONLY");
  for (int i = 0; i < 50; ++i) {
    database.put(key(std::to_string(i)));
    if (i == 10) database.clock.advance(std::chrono::hours(1));
    if (i == 20) database.clock.advance(std::chrono::hours(-2));
    if (i == 30) database.reopen();
  }
  const auto records = reader.records();
  ASSERT_EQ(records.size(), 50U);
  for (int i = 0; i < 50; ++i) {
    const auto at = static_cast<std::size_t>(i);
    EXPECT_EQ(text_at(records[at], "/dynamodb/Keys/pk/S"), std::to_string(i));
    if (i > 0) {
      EXPECT_LT(text_at(records[at - 1], "/dynamodb/SequenceNumber"),
                text_at(records[at], "/dynamodb/SequenceNumber"));
    }
  }
}

INSTANTIATE_ON_BOTH_STORES(StreamRecords);

/// The records of one item tell its history, each beginning where the one before ended, while threads write
/// and a reader follows them.
class StreamOrder : public ::testing::TestWithParam<Store> {
 protected:
  static DatabaseOptions options() {
    DatabaseOptions options;
    options.stream_shards = 3;
    return options;
  }
  TestDatabase database{GetParam(), options()};
  StreamReader reader{database};
};

TEST_P(StreamOrder, IsThatOfTheWritesToEachItem) {
  constexpr int kThreads = 3;
  constexpr int kWrites = 150;
  reader.create_table();
  const std::string arn = reader.arn();
  std::vector<std::string> iterators;
  for (const std::string& shard : reader.shards()) {
    iterators.push_back(reader.iterator_of(arn, text_at(shard, "/ShardId"), "LATEST"));
  }
  ASSERT_EQ(iterators.size(), 3U);
  std::atomic<int> running = kThreads;
  std::vector<std::thread> threads;
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([this, thread, &running] {
      for (int i = 0; i < kWrites; ++i) {
        const std::string pk = std::to_string((i * 7 + thread) % 9);
        if (i % 10 == 9) {
          database.run("DeleteItem", on(pk));
        } else if (i % 3 == 0) {
          database.run("TransactWriteItems",
                       "{'TransactItems':[{'Update':" + on(pk, update("ADD n :v", "{'N':'1'}")) +
                           "},{'Update':" + on(pk + "x", update("ADD n :v", "{'N':'1'}")) + "}]}");
        } else {
          database.run("UpdateItem", on(pk, update("ADD n :v", "{'N':'1'}")));
        }
      }
      --running;
    });
  }
  std::map<std::string, std::string> items;
  std::map<std::string, std::size_t> shard_of;
  std::size_t count = 0;
  for (bool last_round = false; !last_round;) {
    last_round = running == 0;
    for (std::size_t shard = 0; shard < iterators.size(); ++shard) {
      for (const std::string& record : reader.read_all(iterators[shard], ",'Limit':7")) {
        const std::string pk = text_at(record, "/dynamodb/Keys/pk/S");
        EXPECT_EQ(at(record, "/dynamodb/OldImage"), items[pk]) << record;
        items[pk] = at(record, "/dynamodb/NewImage");
        EXPECT_EQ(shard_of.emplace(pk, shard).first->second, shard);
        ++count;
      }
    }
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_GT(count, static_cast<std::size_t>(kThreads * kWrites / 2));
  for (const auto& [pk, item] : items) {
    EXPECT_EQ(at(database.ok("GetItem", on(pk)), "/Item"), item) << pk;
  }
}

INSTANTIATE_ON_BOTH_STORES(StreamOrder);

}  // namespace
}  // namespace lodestone::testing
