// PutItem, GetItem and DeleteItem.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html, API_GetItem.html,
// API_DeleteItem.html
#include "tests/api/database_fixture.h"

namespace lodestone::testing {
namespace {

class Items : public OnBothStores {
 protected:
  static std::string put(const std::string& item, const std::string& more = "") {
    return "{'TableName':'things','Item':" + item + more + "}";
  }
  static std::string key(const std::string& key, const std::string& more = "") {
    return "{'TableName':'things','Key':" + key + more + "}";
  }
  void refused(const std::string& operation, const std::string& request, const std::string& expected) {
    expect_answers(database, {{operation, request, expected}});
  }
};

const std::string kConditionFailed = "ConditionalCheckFailedException: The conditional request failed";
const std::string kSchema = "ValidationException: The provided key element does not match the schema";
const std::string kMissing = "ResourceNotFoundException: Requested resource not found";
const std::string kEmptyKey =
    "ValidationException: One or more parameter values are not valid. The AttributeValue for a key attribute "
    "cannot "
    "contain an empty string value. Key: pk";

TEST_P(Items, ReturnsWhatWasPut) {
  database.create_plain_table(true);
  const std::vector<std::string> values = {"{'S':''}",
                                           "{'S':'\\u0000 \\\"quoted\\\" \\\\ \\n ü 漢字 😀'}",
                                           "{'N':'-12.5'}",
                                           "{'B':''}",
                                           "{'B':'AP8Q'}",
                                           "{'BOOL':true}",
                                           "{'BOOL':false}",
                                           "{'NULL':true}",
                                           "{'SS':['b','a','']}",
                                           "{'NS':['3','-1','2.5']}",
                                           "{'BS':['AA==','/w==']}",
                                           "{'L':[]}",
                                           "{'M':{}}",
                                           "{'L':[{'L':[{'M':{'x':{'NULL':true}}}]},{'S':'y'}]}",
                                           "{'M':{'a.b':{'N':'1'},' ':{'S':''},'':{'S':'z'}}}"};
  for (const std::string& value : values) {
    if (value.find("'':{") != std::string::npos) continue;
    const std::string item = "{'pk':{'S':'p'},'sk':{'S':'s'},'value':" + value + "}";
    EXPECT_EQ(database.answer("PutItem", put(item)), "{}") << value;
    EXPECT_EQ(database.get("{'pk':{'S':'p'},'sk':{'S':'s'}}"), json(item));
  }
}

TEST_P(Items, ReplacesDeletesAndForgets) {
  database.create_plain_table();
  expect_answers(
      database,
      {{"GetItem", key("{'pk':{'S':'a'}}"), "{}"},
       {"DeleteItem", key("{'pk':{'S':'a'}}"), "{}"},
       {"DeleteItem", key("{'pk':{'S':'a'}}", ",'ReturnValues':'ALL_OLD'"), "{}"},
       {"PutItem", put("{'pk':{'S':'a'},'x':{'N':'1'}}", ",'ReturnValues':'ALL_OLD'"), "{}"},
       {"PutItem", put("{'pk':{'S':'a'},'y':{'N':'2'}}", ",'ReturnValues':'ALL_OLD'"),
        "{'Attributes':{'pk':{'S':'a'},'x':{'N':'1'}}}"},
       {"GetItem", key("{'pk':{'S':'a'}}"), "{'Item':{'pk':{'S':'a'},'y':{'N':'2'}}}"},
       {"GetItem", key("{'pk':{'S':'a'}}", ",'ProjectionExpression':'x'"), "{'Item':{}}"},
       {"GetItem", key("{'pk':{'S':'a'}}", ",'AttributesToGet':['y','z']"), "{'Item':{'y':{'N':'2'}}}"},
       {"GetItem", key("{'pk':{'S':'b'}}", ",'ProjectionExpression':'x'"), "{}"},
       {"DeleteItem", key("{'pk':{'S':'a'}}", ",'ReturnValues':'ALL_OLD'"),
        "{'Attributes':{'pk':{'S':'a'},'y':{'N':'2'}}}"},
       {"GetItem", key("{'pk':{'S':'a'}}"), "{}"}});
  const std::string described = database.ok("DescribeTable", "{'TableName':'things'}");
  EXPECT_EQ(text_at(described, "/Table/ItemCount"), "0");
  EXPECT_EQ(text_at(described, "/Table/TableSizeBytes"), "0");
}

TEST_P(Items, AnswersToTheTablesArn) {
  database.create_plain_table();
  const std::string arn = "arn:aws:dynamodb:us-east-1:000000000000:table/things";
  expect_answers(
      database,
      {{"PutItem", "{'TableName':'" + arn + "','Item':{'pk':{'S':'a'}},'ReturnConsumedCapacity':'TOTAL'}",
        "{'ConsumedCapacity':{'TableName':'" + arn + "','CapacityUnits':1.0}}"},
       {"GetItem", "{'TableName':'" + arn + "','Key':{'pk':{'S':'a'}}}", "{'Item':{'pk':{'S':'a'}}}"}});
}

TEST_P(Items, ChecksTheCondition) {
  database.create_plain_table();
  const std::string a = "{'pk':{'S':'a'}}";
  const std::string if_absent = ",'ConditionExpression':'attribute_not_exists(pk)'";
  const std::string if_one =
      ",'ConditionExpression':'x = :one','ExpressionAttributeValues':{':one':{'N':'1'}}";
  expect_answers(
      database, {{"PutItem", put("{'pk':{'S':'a'},'x':{'N':'1'}}", if_absent), "{}"},
                 {"PutItem", put("{'pk':{'S':'a'},'x':{'N':'2'}}", if_absent), kConditionFailed},
                 {"DeleteItem",
                  key(a, ",'ConditionExpression':'x <> :one','ExpressionAttributeValues':{':one':{'N':'1'}}"),
                  kConditionFailed},
                 {"DeleteItem", key("{'pk':{'S':'b'}}", if_one), kConditionFailed},
                 {"GetItem", key(a), "{'Item':{'pk':{'S':'a'},'x':{'N':'1'}}}"},
                 {"PutItem", put("{'pk':{'S':'a'},'x':{'N':'3'}}", if_one), "{}"},
                 {"DeleteItem", key(a, if_one), kConditionFailed},
                 {"DeleteItem", key(a, ",'ConditionExpression':'attribute_exists(x)'"), "{}"}});
}

TEST_P(Items, ReturnsTheItemOnAFailedConditionWhereAsked) {
  database.create_plain_table();
  database.put("{'pk':{'S':'a'},'x':{'N':'1'}}");
  const std::string condition = ",'ConditionExpression':'attribute_exists(nothing)'";
  const std::string asked = condition + ",'ReturnValuesOnConditionCheckFailure':'ALL_OLD'";
  const auto item_of = [&](const std::string& operation, const std::string& request) {
    const Reply reply = database.run(operation, request);
    EXPECT_EQ(reply.status, 400U);
    EXPECT_EQ(text_at(reply.body, "/__type"),
              "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException");
    EXPECT_EQ(text_at(reply.body, "/message"), "The conditional request failed");
    return at(reply.body, "/Item");
  };
  const std::string item = R"({"pk":{"S":"a"},"x":{"N":"1"}})";
  EXPECT_EQ(item_of("PutItem", put("{'pk':{'S':'a'}}", asked)), item);
  EXPECT_EQ(item_of("DeleteItem", key("{'pk':{'S':'a'}}", asked)), item);
  EXPECT_EQ(item_of("UpdateItem", key("{'pk':{'S':'a'}}", asked)), item);
  EXPECT_EQ(item_of("PutItem", put("{'pk':{'S':'a'}}", condition)), "");
  EXPECT_EQ(item_of("PutItem",
                    put("{'pk':{'S':'a'}}", condition + ",'ReturnValuesOnConditionCheckFailure':'NONE'")),
            "");
  EXPECT_EQ(item_of("PutItem", put("{'pk':{'S':'absent'}}", asked)), "");
  refused("PutItem", put("{'pk':{'S':'a'}}", condition + ",'ReturnValuesOnConditionCheckFailure':'SOME'"),
          kWrapped + "…");
}

// Validation in its order: each request here has the faults of those after it, too.
TEST_P(Items, ReportsTheFirstFaultOfAPut) {
  database.create_plain_table();
  const std::string faults[] = {
      "{'TableName':'things'}",
      put("{'pk':{'N':'x'}}",
          ",'ReturnValues':'WHAT','Expected':{'a':{'Exists':false}},'ConditionExpression':'a b'"),
      put("{'pk':{'N':'x'}}",
          ",'ReturnValues':'ALL_NEW','Expected':{'a':{'Exists':false}},'ConditionExpression':'a b'"),
      put("{'pk':{'N':'x'}}", ",'ReturnValues':'ALL_NEW','ExpressionAttributeNames':{'#a':'a'}"),
      put("{'pk':{'N':'x'}}", ",'ReturnValues':'ALL_NEW','ExpressionAttributeValues':{':a':{'S':'a'}}"),
      put("{'pk':{'N':'x'}}",
          ",'ReturnValues':'ALL_NEW','ConditionExpression':'a b','ExpressionAttributeNames':{}"),
      put("{'pk':{'N':'1'}}",
          ",'ReturnValues':'ALL_NEW','ConditionExpression':'a b','ExpressionAttributeNames':{}"),
      put("{'pk':{'N':'1'}}",
          ",'ConditionExpression':'a b','ExpressionAttributeNames':{},'ExpressionAttributeValues':{}"),
      put("{'pk':{'N':'1'}}",
          ",'ConditionExpression':'a b','ExpressionAttributeNames':{'a':'b'},'ExpressionAttributeValues':{}"),
      put("{'pk':{'N':'1'}}", ",'ConditionExpression':'a b','ExpressionAttributeNames':{'#a':'b'}"),
      put("{'pk':{'N':'1'}}",
          ",'ConditionExpression':'attribute_exists(a)','ExpressionAttributeNames':{'#a':'b'}"),
      "{'TableName':'nowhere','Item':{'pk':{'N':'1'}},'ConditionExpression':'attribute_exists(a)'}",
      put("{'pk':{'N':'1'}}", ",'ConditionExpression':'attribute_exists(a)'"),
      put("{'pk':{'S':''}}", ",'ConditionExpression':'attribute_exists(a)'"),
      put("{'pk':{'S':'a'}}", ",'ConditionExpression':'attribute_exists(a)'"),
  };
  const std::string expected[] = {
      kWrapped + "Value null at 'item' failed to satisfy constraint: Member must not be null",
      kWrapped +
          "Value 'WHAT' at 'returnValues' failed to satisfy constraint: Member must satisfy enum value set: "
          "[ALL_NEW, UPDATED_OLD, ALL_OLD, NONE, UPDATED_NEW]",
      kWrapped +
          "Can not use both expression and non-expression parameters in the same request: Non-expression "
          "parameters: "
          "{Expected} Expression parameters: {ConditionExpression}",
      "ValidationException: ExpressionAttributeNames can only be specified when using expressions",
      kWrapped +
          "ExpressionAttributeValues can only be specified when using expressions: ConditionExpression is "
          "null",
      "ValidationException: The parameter cannot be converted to a numeric value: x",
      kWrapped + "ReturnValues can only be ALL_OLD or NONE",
      kWrapped + "ExpressionAttributeNames must not be empty",
      kWrapped + "ExpressionAttributeValues must not be empty",
      kWrapped + "Invalid ConditionExpression: Syntax error; token: \"b\", near: \"a b\"",
      kWrapped + "Value provided in ExpressionAttributeNames unused in expressions: keys: {#a}",
      kMissing,
      kInvalid + "Type mismatch for key pk expected: S actual: N",
      kEmptyKey,
      kConditionFailed,
  };
  for (std::size_t i = 0; i < std::size(faults); ++i) refused("PutItem", faults[i], expected[i]);
}

TEST_P(Items, RefusesKeysThatDoNotFit) {
  database.create_plain_table(true);
  const std::string empty =
      "ValidationException: One or more parameter values are not valid. The AttributeValue for a key "
      "attribute cannot contain an empty string value. Key: ";
  const std::string keys[] = {"{}",
                              "{'pk':{'S':'a'}}",
                              "{'sk':{'S':'a'}}",
                              "{'pk':{'S':'a'},'other':{'S':'a'}}",
                              "{'pk':{'S':'a'},'sk':{'S':'b'},'x':{'S':'b'}}",
                              "{'pk':{'S':'a'},'sk':{'N':'1'}}",
                              "{'pk':{'BOOL':true},'sk':{'S':'a'}}",
                              "{'pk':{'NULL':true},'sk':{'S':'a'}}",
                              "{'pk':{'L':[]},'sk':{'S':'a'}}",
                              "{'pk':{'M':{}},'sk':{'S':'a'}}",
                              "{'pk':{'SS':['a']},'sk':{'S':'a'}}"};
  for (const char* operation : {"GetItem", "DeleteItem", "UpdateItem"}) {
    for (const std::string& each : keys) refused(operation, key(each), kSchema);
    refused(operation, key("{'pk':{'S':''},'sk':{'S':'a'}}"), empty + "pk");
    refused(operation, key("{'pk':{'S':'a'},'sk':{'S':''}}"), empty + "sk");
    refused(operation, "{'TableName':'nowhere','Key':{}}", kMissing);
  }
  const std::string absent = kInvalid + "Missing the key ";
  expect_answers(database, {{"PutItem", put("{}"), absent + "pk in the item"},
                            {"PutItem", put("{'pk':{'S':'a'}}"), absent + "sk in the item"},
                            {"PutItem", put("{'pk':{'S':'a'},'sk':{'N':'1'}}"),
                             kInvalid + "Type mismatch for key sk expected: S actual: N"},
                            {"PutItem", put("{'pk':{'NULL':true},'sk':{'S':'1'}}"),
                             kInvalid + "Type mismatch for key pk expected: S actual: NULL"},
                            {"PutItem", put("{'pk':{'S':'a'},'sk':{'S':''}}"), empty + "sk"}});
}

TEST_P(Items, RefusesEmptyBinaryKeys) {
  database.create_table(
      ",'AttributeDefinitions':[{'AttributeName':'pk','AttributeType':'B'}],"
      "'KeySchema':[{'AttributeName':'pk','KeyType':'HASH'}]");
  const std::string expected =
      "ValidationException: One or more parameter values are not valid. The AttributeValue for a key "
      "attribute cannot contain an empty binary value. Key: pk";
  refused("PutItem", put("{'pk':{'B':''}}"), expected);
  refused("GetItem", key("{'pk':{'B':''}}"), expected);
}

// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html
TEST_P(Items, HoldsKeysUpToTheirSizes) {
  database.create_plain_table(true);
  const auto of = [](std::size_t partition, std::size_t sort) {
    return "{'pk':{'S':'" + repeated("p", partition) + "'},'sk':{'S':'" + repeated("s", sort) + "'}}";
  };
  const std::string partition = kInvalid + "Size of hashkey has exceeded the maximum size limit of2048 bytes";
  const std::string sort =
      kInvalid + "Aggregated size of all range keys has exceeded the size limit of 1024 bytes";
  expect_answers(database, {{"PutItem", put(of(2048, 1024)), "{}"},
                            {"GetItem", key(of(2048, 1024)), "{'Item':" + of(2048, 1024) + "}"},
                            {"UpdateItem", key(of(2048, 1024)), "{}"},
                            {"DeleteItem", key(of(2048, 1024)), "{}"},
                            {"PutItem", put(of(2049, 1025)), partition},
                            {"PutItem", put(of(2048, 1025)), sort},
                            {"GetItem", key(of(2049, 1)), partition},
                            {"GetItem", key(of(1, 1025)), sort},
                            {"UpdateItem", key(of(2049, 1)), partition},
                            {"DeleteItem", key(of(1, 1025)), sort}});
  // Bytes count, not characters.
  refused("PutItem", put("{'pk':{'S':'" + repeated("ü", 1025) + "'},'sk':{'S':'s'}}"), partition);
  expect_answers(database,
                 {{"PutItem", put("{'pk':{'S':'" + repeated("ü", 1024) + "'},'sk':{'S':'s'}}"), "{}"}});
}

// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
TEST_P(Items, HoldsItemsOfFourHundredKilobytes) {
  database.create_plain_table();
  const std::size_t most = 409'600;
  // pk + "a" + value's name and content
  const auto item = [&](std::size_t bytes) {
    return "{'pk':{'S':'a'},'v':{'S':'" + repeated("x", bytes - 4) + "'}}";
  };
  expect_answers(database, {{"PutItem", put(item(most)), "{}"},
                            {"PutItem", put(item(most + 1)),
                             "ValidationException: Item size has exceeded the maximum allowed size"}});
  EXPECT_EQ(text_at(database.ok("DescribeTable", "{'TableName':'things'}"), "/Table/TableSizeBytes"),
            "409600");
  expect_answers(database,
                 {{"UpdateItem",
                   key("{'pk':{'S':'a'}}",
                       ",'UpdateExpression':'SET w = :w','ExpressionAttributeValues':{':w':{'S':''}}"),
                   "ValidationException: Item size to update has exceeded the maximum allowed size"},
                  {"UpdateItem", key("{'pk':{'S':'a'}}", ",'UpdateExpression':'REMOVE v'"), "{}"}});
  EXPECT_EQ(text_at(database.ok("DescribeTable", "{'TableName':'things'}"), "/Table/TableSizeBytes"), "3");
}

TEST_P(Items, CountsTheBytesOfEveryType) {
  database.create_plain_table();
  const std::pair<const char*, int> values[] = {{"{'S':'äb'}", 3},
                                                {"{'B':'AAEC'}", 3},
                                                {"{'BOOL':true}", 1},
                                                {"{'NULL':true}", 1},
                                                {"{'N':'0'}", 1},
                                                {"{'N':'5'}", 2},
                                                {"{'N':'100'}", 2},
                                                {"{'N':'-5'}", 3},
                                                {"{'N':'123'}", 3},
                                                {"{'N':'1.5'}", 3},
                                                {"{'SS':['a','bc']}", 3},
                                                {"{'NS':['1','22']}", 4},
                                                {"{'BS':['AA==','AAE=']}", 3},
                                                {"{'L':[]}", 3},
                                                {"{'L':[{'S':'a'},{'BOOL':true}]}", 7},
                                                {"{'M':{}}", 3},
                                                {"{'M':{'k':{'S':'ab'}}}", 7}};
  for (const auto& [value, bytes] : values) {
    database.put(std::string("{'pk':{'S':'a'},'v':") + value + "}");
    // pk, its value, and the name v
    EXPECT_EQ(text_at(database.ok("DescribeTable", "{'TableName':'things'}"), "/Table/TableSizeBytes"),
              std::to_string(bytes + 4))
        << value;
  }
}

TEST_P(Items, NestsThirtyTwoLevels) {
  database.create_plain_table();
  const auto nested = [](int depth) {
    return repeated("{'L':[", static_cast<std::size_t>(depth)) + "{'S':'x'}" +
           repeated("]}", static_cast<std::size_t>(depth));
  };
  const auto mapped = [](int depth) {
    return repeated("{'M':{'k':", static_cast<std::size_t>(depth)) + "{'S':'x'}" +
           repeated("}}", static_cast<std::size_t>(depth));
  };
  const std::string too_deep =
      "ValidationException: Nesting Levels have exceeded supported limits: Attributes in the item have "
      "nested levels beyond supported limit";
  const auto set = [&](const std::string& path, const std::string& value) {
    return key("{'pk':{'S':'a'}}", ",'UpdateExpression':'SET " + path +
                                       " = :v','ExpressionAttributeValues':{':v':" + value + "}");
  };
  expect_answers(database, {{"PutItem", put("{'pk':{'S':'a'},'v':" + nested(31) + "}"), "{}"},
                            {"PutItem", put("{'pk':{'S':'a'},'v':" + mapped(31) + "}"), "{}"},
                            {"PutItem", put("{'pk':{'S':'a'},'v':" + nested(32) + "}"), too_deep},
                            {"PutItem", put("{'pk':{'S':'a'},'v':" + mapped(32) + "}"), too_deep},
                            {"UpdateItem", set("v", mapped(31)), "{}"},
                            {"UpdateItem", set("v", mapped(32)), too_deep},
                            {"UpdateItem", set("v.k.k", mapped(29)), "{}"},
                            {"UpdateItem", set("v.k.k", mapped(30)), too_deep}});
  EXPECT_EQ(at(database.get("{'pk':{'S':'a'}}"), "/v"), json(mapped(31)));
}

TEST_P(Items, RefusesValuesThatAreNone) {
  database.create_plain_table();
  const std::string empty =
      "ValidationException: Supplied AttributeValue is empty, must contain exactly one of the supported "
      "datatypes";
  const std::string several =
      "ValidationException: Supplied AttributeValue has more than one datatypes set, must contain exactly "
      "one "
      "of the supported datatypes";
  const std::string not_a_number =
      "ValidationException: The parameter cannot be converted to a numeric value";
  const std::vector<std::pair<std::string, std::string>> values = {
      {"{}", empty},
      {"{'dog':'cat'}", empty},
      {"{'S':'a','N':'1'}", several},
      {"{'S':'a','N':'x'}", not_a_number + ": x"},
      {"{'N':''}", not_a_number},
      {"{'N':'1 '}", not_a_number + ": 1 "},
      {"{'N':'NaN'}", not_a_number + ": NaN"},
      {"{'N':'1e126'}",
       "ValidationException: Number overflow. Attempting to store a number with magnitude larger than "
       "supported range"},
      {"{'N':'1e-131'}",
       "ValidationException: Number underflow. Attempting to store a number with magnitude smaller than "
       "supported range"},
      {"{'N':'123456789012345678901234567890123456789'}",
       "ValidationException: Attempting to store more than 38 significant digits in a Number"},
      {"{'NULL':false}", kWrapped + "One or more parameter values were invalid: Null attribute value types "
                                    "must have the value of true"},
      {"{'SS':[]}", kWrapped + "One or more parameter values were invalid: An string set  may not be empty"},
      {"{'NS':[]}", kWrapped + "One or more parameter values were invalid: An number set  may not be empty"},
      {"{'BS':[]}", kWrapped + "One or more parameter values were invalid: Binary sets should not be empty"},
      {"{'SS':['a','b','a']}",
       kWrapped +
           "One or more parameter values were invalid: Input collection [a, b, a] contains duplicates."},
      {"{'BS':['AA==','AA==']}", kWrapped + "One or more parameter values were invalid: Input collection "
                                            "[AA==, AA==]of type BS contains duplicates."},
      {"{'NS':['1','1.0']}", kWrapped + "Input collection contains duplicates"},
      {"{'L':[{'M':{'x':{}}}]}", empty},
      {"{'N':5}", "SerializationException: NUMBER_VALUE cannot be converted to String"},
      {"{'B':'AAA'}",
       "SerializationException: Base64 encoded length is expected a multiple of 4 bytes but found: 3"},
      {"{'BOOL':'maybe'}", "SerializationException: Unexpected token received from parser"},
  };
  for (const auto& [value, expected] : values)
    refused("PutItem", put("{'pk':{'S':'a'},'v':" + value + "}"), expected);
  refused("PutItem", put("{'pk':{'S':'a'},'':{'S':'a'}}"),
          "ValidationException: One or more parameter values were invalid: Empty attribute name");
  EXPECT_EQ(database.get("{'pk':{'S':'a'}}"), "");
}

TEST_P(Items, HoldsNamesUpToTheirSize) {
  database.create_plain_table();
  const std::string longest = repeated("n", 65'535);
  expect_answers(database, {{"PutItem", put("{'pk':{'S':'a'},'" + longest + "':{'S':'v'}}"), "{}"}});
  EXPECT_EQ(at(database.get("{'pk':{'S':'a'}}"), "/" + longest), R"({"S":"v"})");
  const std::string answer = database.answer("PutItem", put("{'pk':{'S':'a'},'" + longest + "n':{'S':'v'}}"));
  EXPECT_TRUE(answer.starts_with("ValidationException: ")) << answer;
  EXPECT_NE(answer.find("65535"), std::string::npos) << answer;
  for (const char* name : {"a.b", "#", ":x", " ", "\\u0000", "ü"}) {
    database.put(std::string("{'pk':{'S':'a'},'") + name + "':{'S':'v'}}");
  }
}

TEST_P(Items, FindsNumberKeysByTheirValue) {
  database.create_table(
      ",'AttributeDefinitions':[{'AttributeName':'pk','AttributeType':'N'},{'AttributeName':'sk','"
      "AttributeType':'N'}],"
      "'KeySchema':[{'AttributeName':'pk','KeyType':'HASH'},{'AttributeName':'sk','KeyType':'RANGE'}]");
  database.put("{'pk':{'N':'1000'},'sk':{'N':'-0.0'}}");
  for (const char* same : {"1e3", "1E+3", "1000.0", "001000", "+1000"}) {
    EXPECT_EQ(database.get(std::string("{'pk':{'N':'") + same + "'},'sk':{'N':'0e5'}}"),
              R"({"pk":{"N":"1000"},"sk":{"N":"0"}})");
  }
}

TEST_P(Items, RefusesPathsIntoKeys) {
  database.create_plain_table();
  const std::string expected =
      "ValidationException: Key attributes must be scalars; list random access '[]' and map lookup '.' are "
      "not allowed: Key: pk";
  refused("GetItem", key("{'pk':{'S':'a'}}", ",'ProjectionExpression':'pk.x'"), expected);
  refused("GetItem", key("{'pk':{'S':'a'}}", ",'ProjectionExpression':'pk[0]'"), expected);
}

TEST_P(Items, GetsWhatTheProjectionNames) {
  database.create_plain_table();
  database.put(
      "{'pk':{'S':'a'},'m':{'M':{'x':{'N':'1'},'l':{'L':[{'N':'0'},{'N':'1'},{'N':'2'}]}}},'a.b':{'S':'dot'}"
      "}");
  const auto got = [&](const std::string& projection, const std::string& names = "") {
    return at(database.ok("GetItem",
                          key("{'pk':{'S':'a'}}", ",'ProjectionExpression':'" + projection + "'" + names)),
              "/Item");
  };
  EXPECT_EQ(got("m.x"), R"({"m":{"M":{"x":{"N":"1"}}}})");
  EXPECT_EQ(got("m.l[2], m.l[0]"), R"({"m":{"M":{"l":{"L":[{"N":"0"},{"N":"2"}]}}}})");
  EXPECT_EQ(got("pk, m.nothing, m.x.y, m.l[7]"), R"({"pk":{"S":"a"}})");
  EXPECT_EQ(got("#d", ",'ExpressionAttributeNames':{'#d':'a.b'}"), R"({"a.b":{"S":"dot"}})");
}

INSTANTIATE_ON_BOTH_STORES(Items);

}  // namespace
}  // namespace lodestone::testing
