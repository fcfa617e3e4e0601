// Iterators, pages, retention, and the switching of streams.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Operations_Amazon_DynamoDB_Streams.html
#include <chrono>

#include "tests/api/database_fixture.h"
#include "tests/api/stream_reader.h"

namespace lodestone::testing {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;

const std::string kValidation = "ValidationException: ";
const std::string kNotFound = "ResourceNotFoundException: Requested resource not found: ";
const std::string kTrimmed = "TrimmedDataAccessException: The data you are trying to access has been trimmed";
const std::string kExpired = "ExpiredIteratorException: Shard iterator has expired";
const std::string kUnknownShard = "shardId-00000000000000000000-00000000";

std::string key(const std::string& pk) { return "{'pk':{'S':'" + pk + "'}}"; }
std::string number_of(const std::string& record) { return text_at(record, "/dynamodb/SequenceNumber"); }
std::string with_number(const std::string& number) { return ",'SequenceNumber':'" + number + "'"; }

class StreamShards : public OnBothStores {
 protected:
  void put(const std::string& pk) { database.put(key(pk)); }
  void turn(const std::string& specification, const std::string& expected = "") {
    const std::string request = "{'TableName':'things','StreamSpecification':" + specification + "}";
    if (expected.empty()) {
      database.ok("UpdateTable", request);
    } else {
      expect_answers(database, {{"UpdateTable", request, expected}});
    }
  }
  void turn_off() { turn("{'StreamEnabled':false}"); }
  std::string table(const std::string& pointer) {
    return at(database.ok("DescribeTable", "{'TableName':'things'}"), "/Table" + pointer);
  }
  std::string status(const std::string& arn) {
    return text_at(database.ok("DescribeStream", "{'StreamArn':'" + arn + "'}"),
                   "/StreamDescription/StreamStatus");
  }

  StreamReader reader{database};
};

TEST_P(StreamShards, IteratorsOfAllTypes) {
  reader.create_table();
  for (const char* pk : {"a", "b", "c"}) put(pk);
  const auto all = reader.records();
  ASSERT_EQ(StreamReader::told(all), "INSERT a, INSERT b, INSERT c");
  const auto from = [&](const std::string& type, const std::string& more = "") {
    std::string iterator = reader.iterator(type, more);
    return StreamReader::told(reader.read_all(iterator));
  };
  EXPECT_EQ(from("AT_SEQUENCE_NUMBER", with_number(number_of(all[1]))), "INSERT b, INSERT c");
  EXPECT_EQ(from("AFTER_SEQUENCE_NUMBER", with_number(number_of(all[1]))), "INSERT c");
  EXPECT_EQ(from("AFTER_SEQUENCE_NUMBER", with_number(number_of(all[2]))), "");
  const std::string start = text_at(reader.shards()[0], "/SequenceNumberRange/StartingSequenceNumber");
  EXPECT_LE(start, number_of(all[0]));
  EXPECT_EQ(from("AT_SEQUENCE_NUMBER", with_number(start)), "INSERT a, INSERT b, INSERT c");
  // LATEST is behind what is there when it is asked for.
  std::string latest = reader.iterator("LATEST");
  EXPECT_EQ(StreamReader::told(reader.read_all(latest)), "");
  put("d");
  put("e");
  EXPECT_EQ(StreamReader::told(reader.read_all(latest)), "INSERT d, INSERT e");
  EXPECT_EQ(StreamReader::told(reader.read_all(latest)), "");
  // An iterator can be used again.
  const std::string once = reader.iterator();
  EXPECT_EQ(reader.read(once, ",'Limit':1"), reader.read(once, ",'Limit':1"));
}

TEST_P(StreamShards, IteratorsAreRefused) {
  reader.create_table();
  put("a");
  const std::string arn = reader.arn();
  const std::string shard = reader.first_shard();
  const std::string number = number_of(reader.records()[0]);
  const auto request = [&](const std::string& type, const std::string& more = "") {
    return StreamReader::iterator_request(arn, shard, type, more);
  };
  const std::string nowhere =
      "arn:aws:dynamodb:us-east-1:000000000000:table/things/stream/2000-01-01T00:00:00.000";
  const std::string name = "GetShardIterator";
  expect_answers(
      database,
      {{name, request("AT_SEQUENCE_NUMBER"), kValidation + "…"},
       {name, request("AFTER_SEQUENCE_NUMBER"), kValidation + "…"},
       {name, request("TRIM_HORIZON", with_number(number)), kValidation + "…"},
       {name, request("LATEST", with_number(number)), kValidation + "…"},
       {name, request("LATER"),
        kWrapped + "Value 'LATER' at 'shardIteratorType' failed to satisfy constraint: …"},
       {name, request("AT_SEQUENCE_NUMBER", with_number("12345")),
        kWrapped +
            "Value '12345' at 'sequenceNumber' failed to satisfy constraint: Member must have length greater "
            "than or equal to 21"},
       {name, request("AT_SEQUENCE_NUMBER", with_number("12345678901234567890x")), kValidation + "…"},
       {name, request("AT_SEQUENCE_NUMBER", with_number(std::string(30, '9'))), kValidation + "…"},
       {name, StreamReader::iterator_request(arn, kUnknownShard, "LATEST"), kNotFound + "Shard: …"},
       {name, StreamReader::iterator_request(arn, "dog", "LATEST"),
        kWrapped +
            "Value 'dog' at 'shardId' failed to satisfy constraint: Member must have length greater than or "
            "equal to 28"},
       {name, StreamReader::iterator_request(nowhere, shard, "LATEST"),
        kNotFound + "Stream: " + nowhere + " not found"},
       {name, StreamReader::iterator_request("dog", shard, "LATEST"),
        kWrapped + "Value 'dog' at 'streamArn' failed to satisfy constraint: Member must have length greater "
                   "than or "
                   "equal to 37"},
       {name, StreamReader::iterator_request(std::string(40, 'x'), shard, "LATEST"), kValidation + "…"},
       {name, "{'StreamArn':'" + arn + "'}", "ValidationException: 2 validation errors detected: …"},
       {"GetRecords", "{'ShardIterator':'bogus'}", kValidation + "Invalid ShardIterator"},
       {"GetRecords", "{'ShardIterator':'" + reader.iterator().substr(4) + "'}",
        kValidation + "Invalid ShardIterator"},
       {"GetRecords", "{'ShardIterator':''}", kWrapped + "Value '' at 'shardIterator' …"},
       {"GetRecords", "{}",
        kWrapped + "Value null at 'shardIterator' failed to satisfy constraint: Member must not be null"}});
  for (const char* limit : {"0", "-1", "1001"}) {
    expect_answers(database,
                   {{"GetRecords", "{'ShardIterator':'" + reader.iterator() + "','Limit':" + limit + "}",
                     kWrapped + "Value '" + limit + "' at 'limit' failed to satisfy constraint: …"}});
  }
}

TEST_P(StreamShards, PagesHaveALimit) {
  reader.create_table("KEYS_ONLY");
  for (int i = 0; i < 1005; ++i) put(std::to_string(i));
  std::string iterator = reader.iterator();
  std::vector<std::size_t> sizes;
  std::size_t count = 0;
  while (count < 1005) {
    const std::string page = reader.read(iterator);
    sizes.push_back(count_at(page, "/Records"));
    count += sizes.back();
    iterator = text_at(page, "/NextShardIterator");
  }
  EXPECT_EQ(sizes, (std::vector<std::size_t>{1000, 5}));
  const std::string page = reader.read(reader.iterator(), ",'Limit':3");
  EXPECT_EQ(StreamReader::told(elements_at(page, "/Records")), "INSERT 0, INSERT 1, INSERT 2");
}

TEST_P(StreamShards, PagesHoldAMegabyte) {
  reader.create_table("NEW_IMAGE");
  for (int i = 0; i < 12; ++i) {
    database.put("{'pk':{'S':'" + std::to_string(i) + "'},'v':{'S':'" + repeated("x", 300'000) + "'}}");
  }
  std::string iterator = reader.iterator();
  std::vector<std::size_t> sizes;
  for (int i = 0; i < 4; ++i) {
    const std::string page = reader.read(iterator);
    EXPECT_LE(page.size(), 1024U * 1024);
    sizes.push_back(count_at(page, "/Records"));
    iterator = text_at(page, "/NextShardIterator");
  }
  EXPECT_EQ(sizes, (std::vector<std::size_t>{3, 3, 3, 3}));
  EXPECT_EQ(StreamReader::told(reader.read_all(iterator)), "");
}

TEST_P(StreamShards, IteratorsExpireAfterFifteenMinutes) {
  reader.create_table();
  put("a");
  const std::string iterator = reader.iterator();
  database.clock.advance(minutes(15));
  const std::string next = text_at(reader.read(iterator), "/NextShardIterator");
  database.clock.advance(milliseconds(1));
  expect_answers(database, {{"GetRecords", "{'ShardIterator':'" + iterator + "'}", kExpired}});
  // Each one has its own time.
  put("b");
  EXPECT_EQ(StreamReader::told(elements_at(reader.read(next), "/Records")), "INSERT b");
}

TEST_P(StreamShards, IteratorsOutliveARestart) {
  reader.create_table();
  put("a");
  std::string iterator = reader.iterator();
  EXPECT_EQ(StreamReader::told(elements_at(reader.read(iterator), "/Records")), "INSERT a");
  iterator = text_at(reader.read(iterator), "/NextShardIterator");
  std::string latest = reader.iterator("LATEST");
  database.reopen();
  put("b");
  EXPECT_EQ(StreamReader::told(reader.read_all(iterator)), "INSERT b");
  EXPECT_EQ(StreamReader::told(reader.read_all(latest)), "INSERT b");
}

// What is older than a day is gone, whether the work beside requests has erased it yet or not.
TEST_P(StreamShards, RecordsLastADay) {
  reader.create_table();
  put("old");
  const std::string old_number = number_of(reader.records()[0]);
  database.clock.advance(hours(1));
  put("young");
  database.clock.advance(hours(23) - minutes(5));
  std::string before = reader.iterator("AT_SEQUENCE_NUMBER", with_number(old_number));
  EXPECT_EQ(StreamReader::told(elements_at(reader.read(before), "/Records")), "INSERT old, INSERT young");
  std::string horizon = reader.iterator();
  std::string after = text_at(reader.read(before, ",'Limit':1"), "/NextShardIterator");
  database.clock.advance(minutes(6));
  for (const bool erased : {false, true}) {
    if (erased) database->run_due_work();
    EXPECT_EQ(StreamReader::told(reader.records()), "INSERT young") << erased;
    // An iterator that is about to return what is gone
    EXPECT_EQ(database.answer("GetRecords", "{'ShardIterator':'" + before + "'}"), kTrimmed) << erased;
    // One that is behind it, and one that takes what there is
    EXPECT_EQ(StreamReader::told(elements_at(reader.read(after), "/Records")), "INSERT young") << erased;
    EXPECT_EQ(StreamReader::told(elements_at(reader.read(horizon), "/Records")), "INSERT young") << erased;
    EXPECT_EQ(database.answer("GetShardIterator",
                              StreamReader::iterator_request(reader.arn(), reader.first_shard(),
                                                             "AT_SEQUENCE_NUMBER", with_number(old_number))),
              kTrimmed);
  }
  database.reopen();
  EXPECT_EQ(database.answer("GetRecords", "{'ShardIterator':'" + before + "'}"), kTrimmed);
  database.clock.advance(hours(25));
  database->run_due_work();
  EXPECT_EQ(StreamReader::told(reader.records()), "");
  put("new");
  EXPECT_EQ(StreamReader::told(reader.records()), "INSERT new");
}

// A consumer that polls an idle stream loses nothing, however long it takes.
TEST_P(StreamShards, IdleConsumersLoseNothing) {
  reader.create_table();
  put("a");
  std::string iterator = reader.iterator();
  EXPECT_EQ(StreamReader::told(reader.read_all(iterator)), "INSERT a");
  for (int i = 0; i < 160; ++i) {
    database.clock.advance(minutes(14));
    if (i % 20 == 0) database->run_due_work();
    EXPECT_EQ(StreamReader::told(reader.read_all(iterator)), "");
  }
  put("b");
  EXPECT_EQ(StreamReader::told(reader.read_all(iterator)), "INSERT b");
}

TEST_P(StreamShards, StreamsAreSwitchedOffAndOnAnew) {
  reader.create_table();
  const std::string first = reader.arn();
  const std::string label =
      text_at(database.ok("DescribeTable", "{'TableName':'things'}"), "/Table/LatestStreamLabel");
  EXPECT_EQ(first, "arn:aws:dynamodb:us-east-1:000000000000:table/things/stream/" + label);
  EXPECT_EQ(label, "2023-11-14T22:13:20.000");
  EXPECT_EQ(table("/StreamSpecification"),
            json("{'StreamEnabled':true,'StreamViewType':'NEW_AND_OLD_IMAGES'}"));
  EXPECT_EQ(status(first), "ENABLED");
  turn("{'StreamEnabled':true,'StreamViewType':'KEYS_ONLY'}",
       kValidation + "Table already has an enabled stream: TableName: things");
  put("a");
  std::string iterator = reader.iterator();
  turn_off();
  put("unseen");
  EXPECT_EQ(table("/StreamSpecification"), "");
  EXPECT_EQ(table("/LatestStreamArn"), "\"" + first + "\"");
  EXPECT_EQ(status(first), "DISABLED");
  turn("{'StreamEnabled':false}", kValidation + "…");
  // Readable for a day, and closed
  EXPECT_EQ(StreamReader::told(reader.read_all(iterator)), "INSERT a");
  EXPECT_EQ(iterator, "");
  const std::string shard = reader.shards(first)[0];
  EXPECT_GE(text_at(shard, "/SequenceNumberRange/EndingSequenceNumber"),
            text_at(shard, "/SequenceNumberRange/StartingSequenceNumber"));
  std::string latest = reader.iterator_of(first, text_at(shard, "/ShardId"), "LATEST");
  EXPECT_EQ(StreamReader::told(reader.read_all(latest)), "");
  EXPECT_EQ(latest, "");

  database.clock.advance(minutes(1));
  turn("{'StreamEnabled':true,'StreamViewType':'KEYS_ONLY'}");
  const std::string second = reader.arn();
  EXPECT_NE(second, first);
  put("b");
  EXPECT_EQ(StreamReader::told(reader.records()), "INSERT b");
  EXPECT_EQ(StreamReader::told(reader.records(first, text_at(shard, "/ShardId"))), "INSERT a");
  database.ok("DeleteTable", "{'TableName':'things'}");
  EXPECT_EQ(status(second), "DISABLED");
  EXPECT_EQ(StreamReader::told(reader.records(second, text_at(reader.shards(second)[0], "/ShardId"))),
            "INSERT b");
  database.reopen();
  EXPECT_EQ(StreamReader::told(reader.records(first, text_at(shard, "/ShardId"))), "INSERT a");

  database.clock.advance(hours(24) - minutes(1) + milliseconds(1));
  database->run_due_work();
  EXPECT_EQ(database.answer("DescribeStream", "{'StreamArn':'" + first + "'}"),
            kNotFound + "Stream: " + first + " not found");
  EXPECT_EQ(status(second), "DISABLED");
  database.clock.advance(minutes(1));
  database->run_due_work();
  EXPECT_EQ(database.ok("ListStreams", "{}"), json("{'Streams':[]}"));
}

TEST_P(StreamShards, StreamSpecificationsAreChecked) {
  const std::string table =
      "{'TableName':'others','BillingMode':'PAY_PER_REQUEST','AttributeDefinitions':[{'AttributeName':'pk',"
      "'AttributeType':'S'}],'KeySchema':[{'AttributeName':'pk','KeyType':'HASH'}],'StreamSpecification':";
  expect_answers(
      database,
      {{"CreateTable", table + "{'StreamEnabled':true}}", kInvalid + "…"},
       {"CreateTable", table + "{'StreamEnabled':true,'StreamViewType':'EVERYTHING'}}",
        kWrapped +
            "Value 'EVERYTHING' at 'streamSpecification.streamViewType' failed to satisfy constraint: …"},
       {"CreateTable", table + "{'StreamViewType':'KEYS_ONLY'}}",
        kWrapped +
            "Value null at 'streamSpecification.streamEnabled' failed to satisfy constraint: Member must not "
            "be null"},
       {"CreateTable", table + "{'StreamEnabled':false,'StreamViewType':'KEYS_ONLY'}}",
        kInvalid + "Table is being created with a stream disabled, UpdateViewType should not be specified"},
       {"ListStreams", "{'TableName':'others'}", "{'Streams':[]}"}});
  const std::string made = database.ok("CreateTable", table + "{'StreamEnabled':false}}");
  EXPECT_EQ(at(made, "/TableDescription/LatestStreamArn"), "");
}

TEST_P(StreamShards, ListStreamsIsPaged) {
  std::vector<std::string> arns;
  for (int i = 0; i < 5; ++i) {
    const std::string name = "table" + std::to_string(i);
    const std::string made = database.ok(
        "CreateTable", "{'TableName':'" + name +
                           "','BillingMode':'PAY_PER_REQUEST','AttributeDefinitions':[{'AttributeName':'pk',"
                           "'AttributeType':'S'}],'KeySchema':[{'AttributeName':'pk','KeyType':'HASH'}]" +
                           stream_on() + "}");
    arns.push_back(text_at(made, "/TableDescription/LatestStreamArn"));
  }
  std::vector<std::string> listed;
  std::string start;
  int pages = 0;
  do {
    const std::string page =
        database.ok("ListStreams",
                    "{'Limit':2" + (start.empty() ? "" : ",'ExclusiveStartStreamArn':'" + start + "'") + "}");
    for (const std::string& stream : elements_at(page, "/Streams")) {
      listed.push_back(text_at(stream, "/StreamArn"));
      EXPECT_EQ(listed.back(), "arn:aws:dynamodb:us-east-1:000000000000:table/" +
                                   text_at(stream, "/TableName") + "/stream/" +
                                   text_at(stream, "/StreamLabel"));
    }
    start = text_at(page, "/LastEvaluatedStreamArn");
    EXPECT_TRUE(start.empty() || start == listed.back());
    ++pages;
  } while (!start.empty());
  EXPECT_EQ(listed, arns);
  EXPECT_EQ(pages, 3);
  const std::string one = database.ok("ListStreams", "{'TableName':'table3'}");
  EXPECT_EQ(count_at(one, "/Streams"), 1U);
  EXPECT_EQ(text_at(one, "/Streams/0/StreamArn"), arns[3]);
  // From a stream that is gone
  const std::string gone =
      "arn:aws:dynamodb:us-east-1:000000000000:table/table2x/stream/2000-01-01T00:00:00.000";
  EXPECT_EQ(count_at(database.ok("ListStreams", "{'ExclusiveStartStreamArn':'" + gone + "'}"), "/Streams"),
            2U);
  expect_answers(database, {{"ListStreams", "{'TableName':'nowhere'}", "{'Streams':[]}"},
                            {"ListStreams", "{'Limit':0}", kWrapped + "Value '0' at 'limit' …"},
                            {"ListStreams", "{'Limit':101}", kWrapped + "Value '101' at 'limit' …"},
                            {"ListStreams", "{'ExclusiveStartStreamArn':'dog'}",
                             kWrapped + "Value 'dog' at 'exclusiveStartStreamArn' …"},
                            {"ListStreams", "{'ExclusiveStartStreamArn':'" + std::string(40, 'x') + "'}",
                             kValidation + "…"}});
}

INSTANTIATE_ON_BOTH_STORES(StreamShards);

}  // namespace
}  // namespace lodestone::testing
