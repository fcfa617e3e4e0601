// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/howitworks-ttl.html
#include <chrono>
#include <thread>

#include "tests/api/database_fixture.h"

namespace lodestone::testing {
namespace {

constexpr std::int64_t kNow = 1'700'000'000;  // where the clock stands at first
const std::string kValidation = "ValidationException: ";

std::string specification(bool enabled, const std::string& attribute) {
  return "{'TableName':'things','TimeToLiveSpecification':{'Enabled':" +
         std::string(enabled ? "true" : "false") + ",'AttributeName':'" + attribute + "'}}";
}

class TimeToLive : public OnBothStores {
 protected:
  void SetUp() override {
    database.create_table(
        ",'AttributeDefinitions':[{'AttributeName':'pk','AttributeType':'S'},{'AttributeName':'g','"
        "AttributeType':'S'}],"
        "'KeySchema':[{'AttributeName':'pk','KeyType':'HASH'}],"
        "'GlobalSecondaryIndexes':[{'IndexName':'by-g','KeySchema':[{'AttributeName':'g','KeyType':'HASH'}],"
        "'Projection':{'ProjectionType':'KEYS_ONLY'}}]");
  }
  void enable() { database.ok("UpdateTimeToLive", specification(true, "expiresAt")); }
  void put(const std::string& pk, const std::string& expires_at) {
    database.put("{'pk':{'S':'" + pk + "'},'g':{'S':'g'}" +
                 (expires_at.empty() ? "" : ",'expiresAt':" + expires_at) + "}");
  }
  static std::string number(std::int64_t seconds) { return "{'N':'" + std::to_string(seconds) + "'}"; }
  bool is_there(const std::string& pk) { return !database.get("{'pk':{'S':'" + pk + "'}}").empty(); }
  std::string index_count() {
    return text_at(database.ok("Scan", "{'TableName':'things','IndexName':'by-g','Select':'COUNT'}"),
                   "/Count");
  }
};

TEST_P(TimeToLive, IsSetAndDescribed) {
  const std::string describe = "{'TableName':'things'}";
  const std::string name = "DescribeTimeToLive";
  expect_answers(
      database,
      {{name, describe, "{'TimeToLiveDescription':{'TimeToLiveStatus':'DISABLED'}}"},
       {name, "{'TableName':'nowhere'}",
        "ResourceNotFoundException: Requested resource not found: Table: nowhere not found"},
       {"UpdateTimeToLive", specification(false, "expiresAt"),
        kValidation + "TimeToLive is already disabled"},
       {"UpdateTimeToLive", specification(true, "expiresAt"),
        "{'TimeToLiveSpecification':{'Enabled':true,'AttributeName':'expiresAt'}}"},
       {name, describe,
        "{'TimeToLiveDescription':{'TimeToLiveStatus':'ENABLED','AttributeName':'expiresAt'}}"},
       {"UpdateTimeToLive", specification(true, "expiresAt"), kValidation + "TimeToLive is already enabled"},
       {"UpdateTimeToLive", specification(true, "other"),
        kValidation +
            "TimeToLive is active on a different AttributeName: current AttributeName is expiresAt"},
       {"UpdateTimeToLive", specification(false, "other"),
        kValidation +
            "TimeToLive is active on a different AttributeName: current AttributeName is expiresAt"},
       {"UpdateTimeToLive", specification(true, ""),
        kWrapped + "Value '' at 'timeToLiveSpecification.attributeName' failed to satisfy constraint: Member "
                   "must have length greater "
                   "than or equal to 1"},
       {"UpdateTimeToLive", "{'TableName':'things'}",
        kWrapped + "Value null at 'timeToLiveSpecification' failed to satisfy constraint: Member must not be "
                   "null"}});
  database.reopen();
  expect_answers(database,
                 {{name, describe,
                   "{'TimeToLiveDescription':{'TimeToLiveStatus':'ENABLED','AttributeName':'expiresAt'}}"},
                  {"UpdateTimeToLive", specification(false, "expiresAt"),
                   "{'TimeToLiveSpecification':{'Enabled':false,'AttributeName':'expiresAt'}}"},
                  {name, describe, "{'TimeToLiveDescription':{'TimeToLiveStatus':'DISABLED'}}"}});
}

TEST_P(TimeToLive, DeletesWhatExpired) {
  put("before", number(kNow + 10));  // older than the setting
  enable();
  put("soon", number(kNow + 10));
  put("later", number(kNow + 100));
  put("fraction", "{'N':'" + std::to_string(kNow + 10) + ".9'}");
  put("exponent", "{'N':'17000000100e-1'}");
  put("text", "{'S':'" + std::to_string(kNow + 10) + "'}");
  put("negative", number(-5));
  put("enormous", "{'N':'1e100'}");
  put("never", "");
  put("long ago", number(kNow - 5LL * 365 * 24 * 3600 - 1000));
  EXPECT_EQ(database->run_due_work(), 0U);
  EXPECT_TRUE(is_there("soon"));
  database.clock.advance(Millis(10'000));
  EXPECT_EQ(database->run_due_work(), 0U);  // the time must be past
  // Expired items stay readable expiresAt they are deleted.
  database.clock.advance(Millis(1'000));
  EXPECT_TRUE(is_there("soon"));
  EXPECT_EQ(index_count(), "10");
  EXPECT_EQ(database->run_due_work(), 4U);
  for (const char* gone : {"before", "soon", "fraction", "exponent"}) EXPECT_FALSE(is_there(gone)) << gone;
  for (const char* kept : {"later", "text", "negative", "enormous", "never", "long ago"})
    EXPECT_TRUE(is_there(kept)) << kept;
  EXPECT_EQ(index_count(), "6");
  const std::string described = database.ok("DescribeTable", "{'TableName':'things'}");
  EXPECT_EQ(text_at(described, "/Table/ItemCount"), "6");
  EXPECT_EQ(text_at(described, "/Table/GlobalSecondaryIndexes/0/ItemCount"), "6");
  EXPECT_EQ(database->run_due_work(), 0U);
}

TEST_P(TimeToLive, FollowsEveryChangeOfTheTime) {
  enable();
  const auto update = [&](const std::string& pk, const std::string& expression, std::int64_t time = 0) {
    database.ok("UpdateItem",
                "{'TableName':'things','Key':{'pk':{'S':'" + pk + "'}},'UpdateExpression':'" + expression +
                    "'" + (time == 0 ? "" : ",'ExpressionAttributeValues':{':t':" + number(time) + "}") +
                    "}");
  };
  for (const char* pk : {"saved", "removed", "replaced", "sooner", "deleted", "batch"})
    put(pk, number(kNow + 50));
  put("added", "");
  update("saved", "SET expiresAt = expiresAt + :t", 1000);
  update("removed", "REMOVE expiresAt");
  put("replaced", "");
  update("sooner", "SET expiresAt = :t", kNow + 10);
  update("added", "SET expiresAt = :t", kNow + 10);
  database.ok("DeleteItem", "{'TableName':'things','Key':{'pk':{'S':'deleted'}}}");
  database.ok("BatchWriteItem",
              "{'RequestItems':{'things':[{'PutRequest':{'Item':{'pk':{'S':'batch'},'expiresAt':" +
                  number(kNow + 500) + "}}}]}}");
  database.clock.advance(Millis(11'000));
  EXPECT_EQ(database->run_due_work(), 2U);
  EXPECT_FALSE(is_there("sooner"));
  EXPECT_FALSE(is_there("added"));
  database.clock.advance(Millis(40'000));
  EXPECT_EQ(database->run_due_work(), 0U);
  for (const char* pk : {"saved", "removed", "replaced", "batch"}) EXPECT_TRUE(is_there(pk)) << pk;
  database.clock.advance(Millis(1'000'000));
  EXPECT_EQ(database->run_due_work(), 2U);
}

TEST_P(TimeToLive, EndsWithItsSetting) {
  enable();
  put("a", number(kNow + 10));
  database.ok("UpdateTimeToLive", specification(false, "expiresAt"));
  put("b", number(kNow + 10));
  database.clock.advance(Millis(20'000));
  EXPECT_EQ(database->run_due_work(), 0U);
  database.ok("UpdateTimeToLive", specification(true, "other"));
  EXPECT_EQ(database->run_due_work(), 0U);
  database.ok("UpdateTimeToLive", specification(false, "other"));
  enable();
  database.reopen();
  EXPECT_EQ(database->run_due_work(), 2U);
}

TEST_P(TimeToLive, DeletesManyItems) {
  enable();
  for (int i = 0; i < 1000; ++i) put(std::to_string(i), number(kNow + 1 + i % 2 * 1000));
  database.clock.advance(Millis(10'000));
  EXPECT_EQ(database->run_due_work(), 500U);
  EXPECT_EQ(index_count(), "500");
}

TEST_P(TimeToLive, MayBeTheKey) {
  database.ok("CreateTable",
              "{'TableName':'timed','BillingMode':'PAY_PER_REQUEST','AttributeDefinitions':[{'AttributeName':"
              "'pk','AttributeType':'N'}],"
              "'KeySchema':[{'AttributeName':'pk','KeyType':'HASH'}]}");
  database.ok("UpdateTimeToLive",
              "{'TableName':'timed','TimeToLiveSpecification':{'Enabled':true,'AttributeName':'pk'}}");
  database.ok("PutItem", "{'TableName':'timed','Item':{'pk':" + number(kNow + 1) + "}}");
  database.clock.advance(Millis(10'000));
  EXPECT_EQ(database->run_due_work(), 1U);
}

INSTANTIATE_ON_BOTH_STORES(TimeToLive);

TEST(TimeToLiveInTheBackground, DeletesWithoutBeingAsked) {
  TestDatabase database(Store::kMemory, DatabaseOptions());
  database.create_plain_table();
  database.ok("UpdateTimeToLive", specification(true, "expiresAt"));
  database.put("{'pk':{'S':'a'},'expiresAt':{'N':'" + std::to_string(kNow + 10) + "'}}");
  database.clock.advance(Millis(11'000));
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (!database.get("{'pk':{'S':'a'}}").empty() && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  EXPECT_EQ(database.get("{'pk':{'S':'a'}}"), "");
}

}  // namespace
}  // namespace lodestone::testing
