// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html and
// API_BatchGetItem.html
#include "tests/api/database_fixture.h"

namespace lodestone::testing {
namespace {

const std::string kValidation = "ValidationException: ";
const std::string kDuplicates = "ValidationException: Provided list of item keys contains duplicates";
const std::string kSchema = "ValidationException: The provided key element does not match the schema";

class Batches : public OnBothStores {
 protected:
  void SetUp() override {
    database.create_table(
        ",'AttributeDefinitions':[{'AttributeName':'pk','AttributeType':'N'},{'AttributeName':'i','"
        "AttributeType':'S'}],"
        "'KeySchema':[{'AttributeName':'pk','KeyType':'HASH'}],"
        "'GlobalSecondaryIndexes':[{'IndexName':'by-i','KeySchema':[{'AttributeName':'i','KeyType':'HASH'}],"
        "'Projection':{'ProjectionType':'ALL'}}]");
    database.ok("CreateTable",
                "{'TableName':'others','BillingMode':'PAY_PER_REQUEST','AttributeDefinitions':[{'"
                "AttributeName':'pk','AttributeType':'N'}],"
                "'KeySchema':[{'AttributeName':'pk','KeyType':'HASH'}]}");
  }
  static std::string put(const std::string& pk, const std::string& more = "") {
    return "{'PutRequest':{'Item':{'pk':{'N':'" + pk + "'}" + more + "}}}";
  }
  static std::string erase(const std::string& pk) {
    return "{'DeleteRequest':{'Key':{'pk':{'N':'" + pk + "'}}}}";
  }
  static std::string batch(const std::string& requests, const std::string& more = "") {
    return "{'RequestItems':{'things':[" + requests + "]}" + more + "}";
  }
  static std::string keys(int from, int to) {
    std::string all;
    for (int i = from; i < to; ++i)
      all += std::string(i == from ? "" : ",") + "{'pk':{'N':'" + std::to_string(i) + "'}}";
    return all;
  }
  void write(const std::string& request, const std::string& expected) {
    expect_answers(database, {{"BatchWriteItem", request, expected}});
  }
  std::string count(const std::string& table = "things") {
    return text_at(database.ok("Scan", "{'TableName':'" + table + "','Select':'COUNT'}"), "/Count");
  }
  void refused(const std::string& operation, const std::string& request, const std::string& fragment) {
    const std::string answer = database.answer(operation, request);
    EXPECT_TRUE(answer.starts_with("ValidationException: ") || answer.starts_with("SerializationException"))
        << answer;
    EXPECT_NE(answer.find(fragment), std::string::npos) << answer;
  }
};

TEST_P(Batches, WritesTwentyFiveItemsOfSeveralTables) {
  std::string twenty;
  for (int i = 0; i < 20; ++i) twenty += (i == 0 ? "" : ",") + put(std::to_string(i), ",'i':{'S':'i'}");
  write("{'RequestItems':{'things':[" + twenty + "],'others':[" + put("0") + "," + put("1") + "," + put("2") +
            "," + put("3") + "," + erase("9") + "]}}",
        "{'UnprocessedItems':{}}");
  EXPECT_EQ(count(), "20");
  EXPECT_EQ(count("others"), "4");
  write(batch(erase("0") + "," + put("1") + "," + erase("2") + "," + erase("77")), "{'UnprocessedItems':{}}");
  EXPECT_EQ(count(), "18");
  EXPECT_EQ(text_at(database.ok("Scan", "{'TableName':'things','IndexName':'by-i'}"), "/Count"), "17");
  const std::string described = database.ok("DescribeTable", "{'TableName':'things'}");
  EXPECT_EQ(text_at(described, "/Table/ItemCount"), "18");
  EXPECT_EQ(text_at(described, "/Table/GlobalSecondaryIndexes/0/ItemCount"), "17");
}

TEST_P(Batches, WritesAllOrNothingOfARefusedBatch) {
  const std::string good = put("1");
  write(batch(good + "," + put("01.0")), kDuplicates);
  write(batch(good + "," + erase("1")), kDuplicates);
  write(batch(erase("1") + "," + erase("1")), kDuplicates);
  write(batch(good + ",{'PutRequest':{'Item':{'pk':{'S':'1'}}}}"), kValidation + "…");
  write(batch(good + ",{'DeleteRequest':{'Key':{'pk':{'S':'1'}}}}"), kSchema);
  write(batch(good + ",{'DeleteRequest':{'Key':{'pk':{'N':'2'},'x':{'N':'1'}}}}"), kSchema);
  write(batch(good + "," + put("2", ",'i':{'N':'1'}")),
        kInvalid + "Type mismatch for Index Key i Expected: S Actual: N IndexName: by-i");
  write(batch(good + "," + put("2", ",'i':{'S':''}")),
        kValidation + "One or more parameter values are not valid…");
  write(batch(good + "," + put("2", ",'v':{'N':'x'}")),
        kValidation + "The parameter cannot be converted to a numeric value: x");
  write(batch(good + "," + put("2", ",'v':{'S':'" + repeated("x", 409'600) + "'}")),
        kValidation + "Item size has exceeded the maximum allowed size");
  write("{'RequestItems':{'things':[" + good + "],'nowhere':[" + good + "]}}",
        "ResourceNotFoundException: Requested resource not found");
  write(batch(good + ",{}"), kValidation + "…");
  write(batch(good + ",{'PutRequest':{'Item':{'pk':{'N':'2'}}},'DeleteRequest':{'Key':{'pk':{'N':'3'}}}}"),
        kValidation + "…");
  EXPECT_EQ(count(), "0");
  // The same key in two tables
  write("{'RequestItems':{'things':[" + good + "],'others':[" + good + "]}}", "{'UnprocessedItems':{}}");
}

TEST_P(Batches, CountsItsRequests) {
  std::string many;
  for (int i = 0; i < 26; ++i) many += (i == 0 ? "" : ",") + put(std::to_string(i));
  refused("BatchWriteItem", batch(many), "length less than or equal to 25");
  std::string half;
  for (int i = 0; i < 13; ++i) half += (i == 0 ? "" : ",") + put(std::to_string(i));
  refused("BatchWriteItem", "{'RequestItems':{'things':[" + half + "],'others':[" + half + "]}}",
          "Too many items requested for the BatchWriteItem call");
  refused("BatchWriteItem", "{}",
          "Value null at 'requestItems' failed to satisfy constraint: Member must not be null");
  refused("BatchWriteItem", "{'RequestItems':{}}",
          "The requestItems parameter is required for BatchWriteItem");
  refused("BatchWriteItem", "{'RequestItems':{'things':[],'others':[" + put("1") + "]}}", "length");
  refused("BatchGetItem", "{'RequestItems':{}}", "The requestItems parameter is required for BatchGetItem");
  refused("BatchGetItem", "{'RequestItems':{'things':{'Keys':[]}}}", "length greater than or equal to 1");
  refused("BatchGetItem", "{'RequestItems':{'things':{'Keys':[" + keys(0, 101) + "]}}}",
          "length less than or equal to 100");
  refused(
      "BatchGetItem",
      "{'RequestItems':{'things':{'Keys':[" + keys(0, 60) + "]},'others':{'Keys':[" + keys(0, 60) + "]}}}",
      "Too many items requested for the BatchGetItem call");
  EXPECT_EQ(count(), "0");
}

TEST_P(Batches, GetsWhatIsThere) {
  write(batch(put("1", ",'x':{'S':'one'}") + "," + put("2", ",'x':{'S':'two'}")), "{'UnprocessedItems':{}}");
  expect_answers(
      database,
      {{"BatchGetItem",
        "{'RequestItems':{'things':{'Keys':[" + keys(1, 2) + "]},'others':{'Keys':[" + keys(1, 2) + "]}}}",
        "{'Responses':{'things':[{'pk':{'N':'1'},'x':{'S':'one'}}],'others':[]},'UnprocessedKeys':{}}"},
       {"BatchGetItem",
        "{'RequestItems':{'things':{'Keys':[" + keys(2, 9) +
            "],'ProjectionExpression':'#x','ExpressionAttributeNames':{'#x':'x'},'ConsistentRead':true}}}",
        "{'Responses':{'things':[{'x':{'S':'two'}}]},'UnprocessedKeys':{}}"},
       {"BatchGetItem", "{'RequestItems':{'things':{'Keys':[" + keys(1, 2) + "],'AttributesToGet':['x']}}}",
        "{'Responses':{'things':[{'x':{'S':'one'}}]},'UnprocessedKeys':{}}"},
       {"BatchGetItem", "{'RequestItems':{'things':{'Keys':[" + keys(1, 2) + "," + keys(1, 2) + "]}}}",
        kDuplicates},
       {"BatchGetItem", "{'RequestItems':{'things':{'Keys':[{'pk':{'S':'1'}}]}}}", kSchema},
       {"BatchGetItem", "{'RequestItems':{'things':{'Keys':[{'pk':{'N':'1'},'x':{'S':'1'}}]}}}", kSchema},
       {"BatchGetItem", "{'RequestItems':{'nowhere':{'Keys':[" + keys(1, 2) + "]}}}",
        "ResourceNotFoundException: Requested resource not found"},
       {"BatchGetItem",
        "{'RequestItems':{'things':{'Keys':[" + keys(1, 2) + "],'ProjectionExpression':'pk.x'}}}",
        kValidation + "Key attributes must be scalars; list random access '[]' and map lookup '.' are not "
                      "allowed: Key: pk"},
       {"BatchGetItem",
        "{'RequestItems':{'things':{'Keys':[" + keys(1, 2) +
            "],'ProjectionExpression':'x','AttributesToGet':['x']}}}",
        kValidation + "Can not use both expression and non-expression parameters in the same request: "
                      "Non-expression parameters: "
                      "{AttributesToGet} Expression parameters: {ProjectionExpression}"}});
}

TEST_P(Batches, ReturnsSixteenMegabytesAndTheKeysThatAreLeft) {
  const std::string value = ",'v':{'S':'" + repeated("x", 300'000) + "'}";
  for (int i = 0; i < 100; i += 10) {
    std::string ten;
    for (int k = i; k < i + 10; ++k) ten += (k == i ? "" : ",") + put(std::to_string(k), value);
    database.ok("BatchWriteItem", batch(ten));
  }
  std::size_t got = 0;
  std::size_t calls = 0;
  std::string request =
      "{'things':{'Keys':[" + keys(0, 100) +
      "],'ConsistentRead':true,'ProjectionExpression':'#p','ExpressionAttributeNames':{'#p':'pk'}}}";
  while (!request.empty() && calls < 10) {
    const std::string reply = database.ok("BatchGetItem", "{'RequestItems':" + request + "}");
    const std::size_t now = count_at(reply, "/Responses/things");
    if (calls++ == 0) {
      EXPECT_GE(now, 50U);
      EXPECT_LE(now, 56U);
      EXPECT_EQ(at(reply, "/UnprocessedKeys/things/ConsistentRead"), "true");
      EXPECT_EQ(text_at(reply, "/UnprocessedKeys/things/ProjectionExpression"), "#p");
      EXPECT_EQ(at(reply, "/UnprocessedKeys/things/ExpressionAttributeNames"), R"({"#p":"pk"})");
      EXPECT_EQ(count_at(reply, "/UnprocessedKeys/things/Keys"), 100 - now);
    }
    got += now;
    request = count_at(reply, "/UnprocessedKeys") == 0 ? "" : at(reply, "/UnprocessedKeys");
  }
  EXPECT_EQ(got, 100U);
  EXPECT_EQ(calls, 2U);
}

INSTANTIATE_ON_BOTH_STORES(Batches);

}  // namespace
}  // namespace lodestone::testing
