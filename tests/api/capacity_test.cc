// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
#include "tests/api/database_fixture.h"

namespace lodestone::testing {
namespace {

/// Tables with a local index that holds `x`, a global one of keys only and one of everything.
class Capacity : public OnBothStores {
 protected:
  void SetUp() override {
    database.create_table(
        ",'AttributeDefinitions':[{'AttributeName':'pk','AttributeType':'S'},{'AttributeName':'sk','"
        "AttributeType':'S'},"
        "{'AttributeName':'l','AttributeType':'S'},{'AttributeName':'g','AttributeType':'S'},{'AttributeName'"
        ":'h','AttributeType':'S'}],"
        "'KeySchema':[{'AttributeName':'pk','KeyType':'HASH'},{'AttributeName':'sk','KeyType':'RANGE'}],"
        "'LocalSecondaryIndexes':[{'IndexName':'local','KeySchema':[{'AttributeName':'pk','KeyType':'HASH'},"
        "{'AttributeName':'l','KeyType':'RANGE'}],'Projection':{'ProjectionType':'INCLUDE','NonKeyAttributes'"
        ":['x']}}],"
        "'GlobalSecondaryIndexes':[{'IndexName':'keys','KeySchema':[{'AttributeName':'g','KeyType':'HASH'}],"
        "'Projection':{'ProjectionType':'KEYS_ONLY'}},{'IndexName':'all','KeySchema':[{'AttributeName':'h','"
        "KeyType':'HASH'}],"
        "'Projection':{'ProjectionType':'ALL'}}]");
  }
  static constexpr const char* kKey = "'pk':{'S':'p'},'sk':{'S':'s'}";
  static std::string item(const std::string& more) { return std::string("{") + kKey + more + "}"; }
  /// Of `bytes` in all, with keys of six bytes and an attribute `v`.
  static std::string item_of(std::size_t bytes) {
    return item(",'v':{'S':'" + repeated("x", bytes - 7) + "'}");
  }
  std::string consumed(const std::string& operation, const std::string& request, const std::string& detail) {
    return at(database.ok(operation,
                          "{'TableName':'things'," + request + ",'ReturnConsumedCapacity':'" + detail + "'}"),
              "/ConsumedCapacity");
  }
  std::string units(const std::string& operation, const std::string& request) {
    return text_at(consumed(operation, request, "TOTAL"), "/CapacityUnits");
  }
  /// `table, local, keys, all` of a put, "-" for what is not told.
  std::string split(const std::string& operation, const std::string& request) {
    const std::string capacity = consumed(operation, request, "INDEXES");
    std::string all;
    double sum = 0;
    for (const char* part : {"/Table", "/LocalSecondaryIndexes/local", "/GlobalSecondaryIndexes/keys",
                             "/GlobalSecondaryIndexes/all"}) {
      const std::string told = text_at(capacity, std::string(part) + "/CapacityUnits");
      all += (all.empty() ? "" : " ") + (told.empty() ? "-" : told);
      sum += told.empty() ? 0 : std::stod(told);
    }
    EXPECT_EQ(std::stod(text_at(capacity, "/CapacityUnits")), sum) << capacity;
    return all;
  }
  std::string put(const std::string& more) { return split("PutItem", "'Item':" + item(more)); }
};

TEST_P(Capacity, ReadsByFourKilobytes) {
  const std::string key = std::string("'Key':{") + kKey + "}";
  EXPECT_EQ(units("GetItem", key), "0.5");
  EXPECT_EQ(units("GetItem", key + ",'ConsistentRead':true"), "1.0");
  database.put(item_of(4096));
  EXPECT_EQ(units("GetItem", key + ",'ConsistentRead':true"), "1.0");
  database.put(item_of(4097));
  EXPECT_EQ(units("GetItem", key + ",'ConsistentRead':true"), "2.0");
  EXPECT_EQ(units("GetItem", key), "1.0");
  EXPECT_EQ(units("GetItem", key + ",'ProjectionExpression':'pk'"), "1.0");
  EXPECT_EQ(consumed("GetItem", key, "INDEXES"),
            json("{'TableName':'things','CapacityUnits':1.0,'Table':{'CapacityUnits':1.0}}"));
  EXPECT_EQ(consumed("GetItem", key, "NONE"), "");
}

TEST_P(Capacity, WritesByTheLargerOfOldAndNew) {
  const std::string key = std::string("'Key':{") + kKey + "}";
  EXPECT_EQ(units("DeleteItem", key), "1.0");
  EXPECT_EQ(units("PutItem", "'Item':" + item_of(1024)), "1.0");
  EXPECT_EQ(units("PutItem", "'Item':" + item_of(1025)), "2.0");
  EXPECT_EQ(units("PutItem", "'Item':" + item_of(2049)), "3.0");
  EXPECT_EQ(units("PutItem", "'Item':" + item_of(10)), "3.0");
  EXPECT_EQ(units("PutItem", "'Item':" + item_of(10)), "1.0");
  database.put(item_of(2049));
  EXPECT_EQ(units("UpdateItem", key + ",'UpdateExpression':'REMOVE v'"), "3.0");
  database.put(item_of(2049));
  EXPECT_EQ(units("DeleteItem", key), "3.0");
}

TEST_P(Capacity, WritesTheIndexesThatChange) {
  const std::string kilobyte = ",'v':{'S':'" + repeated("x", 1500) + "'}";
  EXPECT_EQ(put(""), "1.0 - - -");
  EXPECT_EQ(put(",'g':{'S':'a'}"), "1.0 - 1.0 -");             // comes in
  EXPECT_EQ(put(",'g':{'S':'a'}"), "1.0 - - -");               // stays as it is
  EXPECT_EQ(put(",'g':{'S':'a'}" + kilobyte), "2.0 - - -");    // nothing that the index holds changes
  EXPECT_EQ(put(",'g':{'S':'b'}" + kilobyte), "2.0 - 2.0 -");  // moves
  EXPECT_EQ(put(kilobyte), "2.0 - 1.0 -");                     // leaves
  EXPECT_EQ(put(",'h':{'S':'a'}" + kilobyte), "2.0 - - 2.0");  // the whole item
  EXPECT_EQ(put(",'h':{'S':'a'},'w':{'S':'w'}" + kilobyte), "2.0 - - 2.0");  // part of what it holds changes
  EXPECT_EQ(put(",'h':{'S':'b'}" + kilobyte), "2.0 - - 4.0");                // moves, both rows
  EXPECT_EQ(put(",'l':{'S':'a'},'x':{'S':'1'}"), "2.0 1.0 - 2.0");
  EXPECT_EQ(put(",'l':{'S':'a'},'x':{'S':'2'}"), "1.0 1.0 - -");
  EXPECT_EQ(put(",'l':{'S':'a'},'x':{'S':'2'},'y':{'S':'2'}"), "1.0 - - -");
  EXPECT_EQ(split("DeleteItem", std::string("'Key':{") + kKey + "}"), "1.0 1.0 - -");
}

TEST_P(Capacity, ReadsPagesByTheirSum) {
  // Twenty items of 400 bytes
  for (int i = 10; i < 30; ++i) {
    database.put("{'pk':{'S':'p'},'sk':{'S':'" + std::to_string(i) +
                 "'},'l':{'S':'l'},'g':{'S':'g'},'x':{'S':'x'},'v':{'S':'" + repeated("x", 386) + "'}}");
  }
  const std::string query = "'KeyConditionExpression':'pk = :p','ExpressionAttributeValues':{':p':{'S':'p'}}";
  EXPECT_EQ(units("Query", query), "1.0");  // 8,000 bytes
  EXPECT_EQ(units("Query", query + ",'ConsistentRead':true"), "2.0");
  EXPECT_EQ(units("Query", query + ",'Limit':10"), "0.5");
  EXPECT_EQ(units("Query", query + ",'FilterExpression':'attribute_exists(nothing)','Select':'COUNT'"),
            "1.0");
  EXPECT_EQ(units("Scan", "'ConsistentRead':true"), "2.0");
  // An index alone
  const std::string by_g =
      "'IndexName':'keys','KeyConditionExpression':'g = :g','ExpressionAttributeValues':{':g':{'S':'g'}}";
  EXPECT_EQ(split("Query", by_g), "- - 0.5 -");
  const std::string local = query + ",'IndexName':'local'";
  EXPECT_EQ(split("Query", local), "- 0.5 - -");
  // Each item that is fetched is rounded by itself.
  EXPECT_EQ(split("Query", local + ",'Select':'ALL_ATTRIBUTES'"), "10.0 0.5 - -");
  EXPECT_EQ(split("Query", local + ",'Select':'ALL_ATTRIBUTES','ConsistentRead':true,'Limit':3"),
            "3.0 1.0 - -");
}

TEST_P(Capacity, CountsBatchesByTheItem) {
  const std::string large =
      "{'pk':{'S':'p'},'sk':{'S':'a'},'v':{'S':'" + repeated("x", 68 * 1024 - 7) + "'}}";
  const std::string small =
      "{'pk':{'S':'p'},'sk':{'S':'b'},'v':{'S':'" + repeated("x", 20 * 1024 - 7) + "'}}";
  const std::string wrote = database.ok(
      "BatchWriteItem", "{'RequestItems':{'things':[{'PutRequest':{'Item':" + large +
                            "}},{'PutRequest':{'Item':" + small + "}}]},'ReturnConsumedCapacity':'TOTAL'}");
  EXPECT_EQ(at(wrote, "/ConsumedCapacity"), json("[{'TableName':'things','CapacityUnits':88.0}]"));
  const std::string read = database.ok(
      "BatchGetItem",
      "{'RequestItems':{'things':{'Keys':[{'pk':{'S':'p'},'sk':{'S':'a'}},{'pk':{'S':'p'},'sk':{'S':'b'}}],"
      "'ConsistentRead':true}},'ReturnConsumedCapacity':'INDEXES'}");
  EXPECT_EQ(at(read, "/ConsumedCapacity"),
            json("[{'TableName':'things','CapacityUnits':22.0,'Table':{'CapacityUnits':22.0}}]"));
  const std::string erased = database.ok("BatchWriteItem",
                                         "{'RequestItems':{'things':[{'DeleteRequest':{'Key':{'pk':{'S':'p'},"
                                         "'sk':{'S':'b'}}}}]},'ReturnConsumedCapacity':'TOTAL'}");
  EXPECT_EQ(text_at(erased, "/ConsumedCapacity/0/CapacityUnits"), "20.0");
}

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ItemCollectionMetrics.html
TEST_P(Capacity, TellsTheSizeOfACollectionWhereThereAreLocalIndexes) {
  const std::string metrics = at(database.ok("PutItem", "{'TableName':'things','Item':" + item("") +
                                                            ",'ReturnItemCollectionMetrics':'SIZE'}"),
                                 "/ItemCollectionMetrics");
  EXPECT_EQ(at(metrics, "/ItemCollectionKey"), json("{'pk':{'S':'p'}}"));
  EXPECT_EQ(count_at(metrics, "/SizeEstimateRangeGB"), 2U);
  database.ok("CreateTable",
              "{'TableName':'plain','BillingMode':'PAY_PER_REQUEST','AttributeDefinitions':[{'AttributeName':"
              "'pk','AttributeType':'S'}],"
              "'KeySchema':[{'AttributeName':'pk','KeyType':'HASH'}]}");
  expect_answers(
      database,
      {{"PutItem", "{'TableName':'plain','Item':{'pk':{'S':'a'}},'ReturnItemCollectionMetrics':'SIZE'}",
        "{}"}});
}

INSTANTIATE_ON_BOTH_STORES(Capacity);

}  // namespace
}  // namespace lodestone::testing
