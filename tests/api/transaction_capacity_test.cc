// What transactions consume.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html#transaction-capacity-handling
// The split into units of reading and of writing is told by transactions only.
#include "tests/api/database_fixture.h"

namespace lodestone::testing {
namespace {

std::string on(const std::string& sk) {
  return "{'TableName':'things','Key':{'pk':{'S':'p'},'sk':{'S':'" + sk + "'}}";
}
std::string check(const std::string& sk) {
  return "{'ConditionCheck':" + on(sk) + ",'ConditionExpression':'attribute_not_exists(never)'}}";
}
std::string erase(const std::string& sk) { return "{'Delete':" + on(sk) + "}}"; }
std::string get(const std::string& sk) { return "{'Get':" + on(sk) + "}}"; }
/// Of `bytes` in all.
std::string item_of(std::size_t bytes, const std::string& sk = "s") {
  return "{'pk':{'S':'p'},'sk':{'S':'" + sk + "'},'v':{'S':'" + repeated("x", bytes - 6 - sk.size()) + "'}}";
}
std::string put(const std::string& item) { return "{'Put':{'TableName':'things','Item':" + item + "}}"; }

class TransactionCapacityTest : public OnBothStores {
 protected:
  void SetUp() override {
    database.create_table(
        ",'AttributeDefinitions':[{'AttributeName':'pk','AttributeType':'S'},{'AttributeName':'sk','"
        "AttributeType':'S'},{'AttributeName':'l','AttributeType':'S'},{'AttributeName':'g','AttributeType':'"
        "S'}],"
        "'KeySchema':[{'AttributeName':'pk','KeyType':'HASH'},{'AttributeName':'sk','KeyType':'RANGE'}],"
        "'LocalSecondaryIndexes':[{'IndexName':'local','KeySchema':[{'AttributeName':'pk','KeyType':'HASH'},"
        "{'AttributeName':'l','KeyType':'RANGE'}],'Projection':{'ProjectionType':'KEYS_ONLY'}}],"
        "'GlobalSecondaryIndexes':[{'IndexName':'global','KeySchema':[{'AttributeName':'g','KeyType':'HASH'}]"
        ","
        "'Projection':{'ProjectionType':'ALL'}}]");
    database.ok(
        "CreateTable",
        "{'TableName':'others','BillingMode':'PAY_PER_REQUEST','AttributeDefinitions':[{'AttributeName':"
        "'pk','AttributeType':'S'}],'KeySchema':[{'AttributeName':'pk','KeyType':'HASH'}]}");
  }
  std::string run(const std::string& operation, const std::string& actions, const std::string& detail,
                  const std::string& token = "") {
    return at(database.ok(operation,
                          "{'TransactItems':[" + actions + "],'ReturnConsumedCapacity':'" + detail + "'" +
                              (token.empty() ? "" : ",'ClientRequestToken':'" + token + "'") + "}"),
              "/ConsumedCapacity");
  }
  std::string units(const std::string& operation, const std::string& actions) {
    return text_at(run(operation, actions, "TOTAL"), "/0/CapacityUnits");
  }
  static std::string total(const std::string& units, const std::string& kind) {
    return json("[{'TableName':'things','CapacityUnits':" + units + ",'" + kind + "CapacityUnits':" + units +
                "}]");
  }
};

TEST_P(TransactionCapacityTest, DoublesWrites) {
  EXPECT_EQ(run("TransactWriteItems", put(item_of(1024)), "TOTAL"), total("2.0", "Write"));
  EXPECT_EQ(units("TransactWriteItems", put(item_of(1025))), "4.0");
  // The larger of old and new
  EXPECT_EQ(units("TransactWriteItems", put(item_of(100))), "4.0");
  EXPECT_EQ(units("TransactWriteItems", put(item_of(2049))), "6.0");
  // A check costs a write of the item that it looks at.
  EXPECT_EQ(run("TransactWriteItems", check("s"), "TOTAL"), total("6.0", "Write"));
  EXPECT_EQ(units("TransactWriteItems", check("absent")), "2.0");
  EXPECT_EQ(units("TransactWriteItems", check("absent") + "," + put(item_of(100, "t")) + "," + erase("s")),
            "10.0");
  EXPECT_EQ(units("TransactWriteItems", erase("s")), "2.0");
  EXPECT_EQ(units("TransactWriteItems", "{'Update':" + on("u") +
                                            ",'UpdateExpression':'SET v = :v',"
                                            "'ExpressionAttributeValues':{':v':{'S':'" +
                                            repeated("x", 3000) + "'}}}}"),
            "6.0");
}

TEST_P(TransactionCapacityTest, DoublesIndexesAndTellsEachTable) {
  const std::string indexed = "{'pk':{'S':'p'},'sk':{'S':'s'},'l':{'S':'l'},'g':{'S':'g'}}";
  EXPECT_EQ(run("TransactWriteItems",
                put(indexed) + ",{'Put':{'TableName':'others','Item':{'pk':{'S':'a'}}}}," + check("other"),
                "INDEXES"),
            json("[{'TableName':'things','CapacityUnits':8.0,'WriteCapacityUnits':8.0,"
                 "'Table':{'CapacityUnits':4.0,'WriteCapacityUnits':4.0},"
                 "'LocalSecondaryIndexes':{'local':{'CapacityUnits':2.0,'WriteCapacityUnits':2.0}},"
                 "'GlobalSecondaryIndexes':{'global':{'CapacityUnits':2.0,'WriteCapacityUnits':2.0}}},"
                 "{'TableName':'others','CapacityUnits':2.0,'WriteCapacityUnits':2.0,"
                 "'Table':{'CapacityUnits':2.0,'WriteCapacityUnits':2.0}}]"));
  // A key that moves, in the global index
  EXPECT_EQ(at(run("TransactWriteItems", put("{'pk':{'S':'p'},'sk':{'S':'s'},'l':{'S':'l'},'g':{'S':'h'}}"),
                   "INDEXES"),
               "/0/GlobalSecondaryIndexes"),
            json("{'global':{'CapacityUnits':4.0,'WriteCapacityUnits':4.0}}"));
  EXPECT_EQ(run("TransactWriteItems", put(indexed), "NONE"), "");
  // A table is named as the request names it.
  const std::string arn = "arn:aws:dynamodb:us-east-1:000000000000:table/others";
  EXPECT_EQ(run("TransactWriteItems", "{'Put':{'TableName':'" + arn + "','Item':{'pk':{'S':'a'}}}}", "TOTAL"),
            json("[{'TableName':'" + arn + "','CapacityUnits':2.0,'WriteCapacityUnits':2.0}]"));
}

TEST_P(TransactionCapacityTest, DoublesReads) {
  database.put(item_of(4096));
  EXPECT_EQ(run("TransactGetItems", get("s"), "TOTAL"), total("2.0", "Read"));
  EXPECT_EQ(units("TransactGetItems", get("absent")), "2.0");
  EXPECT_EQ(units("TransactGetItems", get("s") + "," + get("absent")), "4.0");
  database.put(item_of(4097));
  EXPECT_EQ(units("TransactGetItems", get("s")), "4.0");
  EXPECT_EQ(units("TransactGetItems", "{'Get':" + on("s") + ",'ProjectionExpression':'pk'}}"), "4.0");
  EXPECT_EQ(run("TransactGetItems", get("s"), "INDEXES"),
            json("[{'TableName':'things','CapacityUnits':4.0,'ReadCapacityUnits':4.0,"
                 "'Table':{'CapacityUnits':4.0,'ReadCapacityUnits':4.0}}]"));
}

// The first call is charged for its writes, a repetition for reading the items, as they are then.
TEST_P(TransactionCapacityTest, ChargesARepeatedTokenForReading) {
  const std::string two = put(item_of(1536)) + "," + put(item_of(9000, "t"));
  EXPECT_EQ(run("TransactWriteItems", two, "TOTAL", "token"), total("22.0", "Write"));
  EXPECT_EQ(run("TransactWriteItems", two, "TOTAL", "token"), total("8.0", "Read"));
  EXPECT_EQ(run("TransactWriteItems", two, "INDEXES", "token"),
            json("[{'TableName':'things','CapacityUnits':8.0,'ReadCapacityUnits':8.0,"
                 "'Table':{'CapacityUnits':8.0,'ReadCapacityUnits':8.0}}]"));
  EXPECT_EQ(run("TransactWriteItems", two, "NONE", "token"), "");
  database.put(item_of(4097));
  EXPECT_EQ(run("TransactWriteItems", two, "TOTAL", "token"), total("10.0", "Read"));
  const std::string others = erase("t") + "," + check("absent");
  EXPECT_EQ(run("TransactWriteItems", others, "TOTAL", "deletes"), total("20.0", "Write"));
  EXPECT_EQ(run("TransactWriteItems", others, "TOTAL", "deletes"), total("4.0", "Read"));
}

TEST_P(TransactionCapacityTest, IsNotToldOfWhatWasCancelled) {
  const Reply reply =
      database.run("TransactWriteItems", "{'TransactItems':[{'ConditionCheck':" + on("s") +
                                             ",'ConditionExpression':'attribute_exists(pk)'}}],"
                                             "'ReturnConsumedCapacity':'TOTAL'}");
  EXPECT_EQ(reply.status, 400U);
  EXPECT_EQ(count_at(reply.body, ""), 3U) << reply.body;
  EXPECT_NE(at(reply.body, "/CancellationReasons"), "");
}

TEST_P(TransactionCapacityTest, CollectionMetricsAreToldByTable) {
  const std::string actions =
      put(item_of(100)) + ",{'Put':{'TableName':'others','Item':{'pk':{'S':'a'}}}}," + erase("t");
  const std::string metrics =
      at(database.ok("TransactWriteItems",
                     "{'TransactItems':[" + actions + "],'ReturnItemCollectionMetrics':'SIZE'}"),
         "/ItemCollectionMetrics");
  EXPECT_EQ(count_at(metrics, ""), 1U) << metrics;
  EXPECT_EQ(at(metrics, "/things/0/ItemCollectionKey"), json("{'pk':{'S':'p'}}"));
  EXPECT_EQ(database.ok("TransactWriteItems", "{'TransactItems':[" + actions + "]}"), "{}");
}

INSTANTIATE_ON_BOTH_STORES(TransactionCapacityTest);

}  // namespace
}  // namespace lodestone::testing
