// Errors in the service's newest words and in those before, where captures of the service have both.
#include "tests/api/database_fixture.h"

namespace lodestone::testing {
namespace {

const std::string kValidation = "ValidationException: ";

struct Reworded {
  std::string operation;
  std::string request;
  std::string newest;
  std::string older;
};

std::string constraint(const std::string& text) {
  return kWrapped + "Value " + text.substr(0, text.find(':')) +
         " failed to satisfy constraint: Member must " + text.substr(text.find(':') + 2);
}

std::vector<Reworded> reworded() {
  const std::string update = "{'TableName':'things','Key':{'pk':{'S':'a'},'sk':{'N':'1'}}";
  const std::string put = "{'TableName':'things','Item':{'pk':{'S':'a'},'sk':{'N':'1'}}";
  const std::string query = "{'TableName':'things','KeyConditionExpression':'";
  const std::string of_a = "','ExpressionAttributeValues':{':p':{'S':'a'}}";
  const auto both = [](const std::string& text) { return std::pair(kWrapped + text, kValidation + text); };
  const auto plain = [](const std::string& text) {
    return std::pair(kValidation + text, kValidation + text);
  };
  std::vector<Reworded> all;
  const auto add = [&all](const std::string& operation, const std::string& request,
                          const std::pair<std::string, std::string>& forms) {
    all.push_back({operation, request, forms.first, forms.second});
  };
  // The envelope
  const std::string syntax = "Syntax error; token: \"<EOF>\", near: \"=\"";
  add("PutItem", put + ",'ConditionExpression':'a ='}", both("Invalid ConditionExpression: " + syntax));
  add("UpdateItem", update + ",'UpdateExpression':'SET a ='}", both("Invalid UpdateExpression: " + syntax));
  add("DeleteItem", update + ",'ConditionExpression':'a ='}",
      plain("Invalid ConditionExpression: " + syntax));
  add("PutItem", put + ",'ReturnValues':'ALL_NEW'}", both("ReturnValues can only be ALL_OLD or NONE"));
  add("DeleteItem", update + ",'ReturnValues':'ALL_NEW'}", both("ReturnValues can only be ALL_OLD or NONE"));
  add("UpdateItem", update + ",'UpdateExpression':'REMOVE a','ExpressionAttributeNames':{'#n':'n'}}",
      both("Value provided in ExpressionAttributeNames unused in expressions: keys: {#n}"));
  add("UpdateItem", update + ",'UpdateExpression':'REMOVE a','ExpressionAttributeValues':{}}",
      both("ExpressionAttributeValues must not be empty"));
  add("UpdateItem", update + ",'UpdateExpression':'REMOVE a','Expected':{'a':{'Exists':false}}}",
      both("Can not use both expression and non-expression parameters in the same request: Non-expression "
           "parameters: "
           "{Expected} Expression parameters: {UpdateExpression}"));
  add("PutItem", "{'TableName':'things','Item':{'pk':{'S':'a'},'sk':{'N':'1'},'x':{'SS':[]}}}",
      both("One or more parameter values were invalid: An string set  may not be empty"));
  add("Query", query + "pk = :p" + of_a + ",'Select':'SPECIFIC_ATTRIBUTES'}",
      both("Must specify the AttributesToGet or ProjectionExpression when choosing to get "
           "SPECIFIC_ATTRIBUTES"));
  add("Scan", "{'TableName':'things','Select':'SPECIFIC_ATTRIBUTES'}",
      plain("Must specify the AttributesToGet or ProjectionExpression when choosing to get "
            "SPECIFIC_ATTRIBUTES"));
  // Values of expressions
  const std::string empty_set = "One or more parameter values were invalid: An string set  may not be empty";
  add("UpdateItem", update + ",'UpdateExpression':'SET a = :v','ExpressionAttributeValues':{':v':{'SS':[]}}}",
      {kWrapped + empty_set,
       kValidation + "ExpressionAttributeValues contains invalid value: " + empty_set + " for key :v"});
  // Key conditions
  const auto condition = [&](const std::string& text) {
    return std::pair(kValidation + "Invalid KeyConditionExpression: " + text, kValidation + text);
  };
  add("Query", query + "pk = :p AND sk <> :p" + of_a + "}",
      condition("Invalid operator used in KeyConditionExpression: <>"));
  add("Query", query + "pk = :p AND pk = :p" + of_a + "}",
      condition("KeyConditionExpressions must only contain one condition per key"));
  add("Query", query + "pk = :p AND a.b = :p" + of_a + "}",
      condition("KeyConditionExpressions cannot have conditions on nested attributes"));
  add("Query", query + "pk =" + of_a + "}", plain("Invalid KeyConditionExpression: " + syntax));
  // Empty keys
  const std::string empty =
      "The AttributeValue for a key attribute cannot contain an empty string value. Key: pk";
  const std::pair<std::string, std::string> empty_key{
      kValidation + "One or more parameter values are not valid. " + empty,
      kValidation + "One or more parameter values were invalid: " + empty};
  add("GetItem", "{'TableName':'things','Key':{'pk':{'S':''},'sk':{'N':'1'}}}", empty_key);
  add("PutItem", "{'TableName':'things','Item':{'pk':{'S':''},'sk':{'N':'1'}}}",
      {empty_key.first, empty_key.first});
  // A put without its key, in a batch
  add("BatchWriteItem", "{'RequestItems':{'things':[{'PutRequest':{'Item':{'pk':{'S':'a'}}}}]}}",
      {kInvalid + "Missing the key sk in the item",
       kValidation + "The provided key element does not match the schema"});
  // Numbers with too many digits and a magnitude out of range
  const auto number = [&](const std::string& text) {
    return "{'TableName':'things','Item':{'pk':{'S':'a'},'sk':{'N':'1'},'n':{'N':'" + text + "'}}}";
  };
  const std::string digits = kValidation + "Attempting to store more than 38 significant digits in a Number";
  const std::string many = std::string(39, '1');
  add("PutItem", number(many + "e100"),
      {digits,
       kValidation +
           "Number overflow. Attempting to store a number with magnitude larger than supported range"});
  add("PutItem", number("0." + many + "e-130"),
      {digits,
       kValidation +
           "Number underflow. Attempting to store a number with magnitude smaller than supported range"});
  add("PutItem", number("-" + many + ".5e10"), {digits, digits});
  // Bounds
  add("Query", query + "pk = :p" + of_a + ",'Limit':0}",
      {constraint("at 'Limit': have value greater than or equal to 1"),
       constraint("'0' at 'limit': have value greater than or equal to 1")});
  add("Scan", "{'TableName':'things','Limit':0}",
      {constraint("'0' at 'limit': have value greater than or equal to 1"),
       constraint("'0' at 'limit': have value greater than or equal to 1")});
  add("Scan", "{'TableName':'things','TotalSegments':0,'Segment':0}",
      {constraint("at 'totalSegments': have value between 1 and 1000000"),
       constraint("'0' at 'totalSegments': have value greater than or equal to 1")});
  add("BatchGetItem", "{'RequestItems':{}}",
      {kValidation + "The requestItems parameter is required for BatchGetItem",
       constraint("'{}' at 'requestItems': have length greater than or equal to 1")});
  add("BatchWriteItem", "{'RequestItems':{}}",
      {kValidation + "The requestItems parameter is required for BatchWriteItem",
       constraint("'{}' at 'requestItems': have length greater than or equal to 1")});
  // Names of tables
  add("GetItem", "{'TableName':'ab','Key':{'pk':{'S':'a'}}}",
      {"ResourceNotFoundException: Requested resource not found",
       constraint("'ab' at 'tableName': have length greater than or equal to 3")});
  add("GetItem", "{'TableName':'','Key':{'pk':{'S':'a'}}}",
      {constraint("'' at 'tableName': have length greater than or equal to 1"),
       constraint("'' at 'tableName': have length greater than or equal to 3")});
  add("CreateTable",
      "{'TableName':'ab','BillingMode':'PAY_PER_REQUEST','AttributeDefinitions':[{'AttributeName':'pk',"
      "'AttributeType':'S'}],'KeySchema':[{'AttributeName':'pk','KeyType':'HASH'}]}",
      {constraint("'ab' at 'tableName': have length greater than or equal to 3"),
       kValidation + "TableName must be at least 3 characters long and at most 255 characters long"});
  // The order of gathered faults
  const std::string set = "' failed to satisfy constraint: Member must satisfy enum value set: [";
  const std::string capacity = "Value 'SOME' at 'returnConsumedCapacity" + set + "INDEXES, TOTAL, NONE]";
  const std::string values =
      "Value 'WHAT' at 'returnValues" + set + "ALL_NEW, UPDATED_OLD, ALL_OLD, NONE, UPDATED_NEW]";
  const std::string name =
      "Value 'a!c' at 'tableName' failed to satisfy constraint: Member must satisfy regular expression "
      "pattern: "
      "[a-zA-Z0-9_.-]+";
  const auto null = [](const std::string& member) {
    return "Value null at '" + member + "' failed to satisfy constraint: Member must not be null";
  };
  add("GetItem", "{'TableName':'a!c','ReturnConsumedCapacity':'SOME'}",
      {"ValidationException: 3 validation errors detected: " + null("key") + "; " + name + "; " + capacity,
       "ValidationException: 3 validation errors detected: " + capacity + "; " + name + "; " + null("key")});
  add("UpdateItem", "{'TableName':'things','ReturnConsumedCapacity':'SOME','ReturnValues':'WHAT'}",
      {kWrapped + values, "ValidationException: 3 validation errors detected: " + values + "; " + capacity +
                              "; " + null("key")});
  add("CreateTable", "{'TableName':'a!c','BillingMode':'PAY_PER_REQUEST'}",
      {kWrapped + name, "ValidationException: 3 validation errors detected: " + null("attributeDefinitions") +
                            "; " + name + "; " + null("keySchema")});
  // The number of AttributesToGet
  std::string names = "a0";
  std::string quoted = "'a0'";
  for (int i = 1; i < 256; ++i) {
    names += ", a" + std::to_string(i);
    quoted += ",'a" + std::to_string(i) + "'";
  }
  add("GetItem", update + ",'AttributesToGet':[" + quoted + "]}",
      {"{}", constraint("'[" + names + "]' at 'attributesToGet': have length less than or equal to 255")});
  // The size of an expression that is too large
  const std::string size = "Invalid UpdateExpression: Expression size has exceeded the maximum allowed size;";
  add("UpdateItem", update + ",'UpdateExpression':'REMOVE " + std::string(4090, 'a') + "'}",
      {kWrapped + size + " expression size: 4097", kValidation + size});
  const auto of_value = [](const std::string& text) {
    return kValidation + "ExpressionAttributeValues contains invalid value: " + text + " for key :v";
  };
  add("UpdateItem",
      update + ",'UpdateExpression':'SET a = :v','ExpressionAttributeValues':{':v':{'N':'" + many +
          "e100'}}}",
      {of_value("Attempting to store more than 38 significant digits in a Number"),
       of_value("Number overflow. Attempting to store a number with magnitude larger than supported range")});
  return all;
}

// A part's error is told in the same form as a whole request's.
TEST(MessageForms, OfPartsOfAReply) {
  for (const bool older : {false, true}) {
    DatabaseOptions options = TestDatabase::without_threads();
    options.messages = older ? MessageForms::kOlder : MessageForms::kNewest;
    TestDatabase database(Store::kMemory, options);
    database.create_plain_table();
    const Reply canceled = database.run("TransactGetItems",
                                        "{'TransactItems':[{'Get':{'TableName':'things','Key':{'pk':{'S':'a'}"
                                        "}}},{'Get':{'TableName':'things','Key':"
                                        "{'pk':{'S':''}}}}]}");
    const std::string empty =
        "The AttributeValue for a key attribute cannot contain an empty string value. Key: pk";
    EXPECT_EQ(at(canceled.body, "/CancellationReasons/0"), json("{'Code':'None'}"));
    EXPECT_EQ(text_at(canceled.body, "/CancellationReasons/1/Message"),
              (older ? "One or more parameter values were invalid: "
                     : "One or more parameter values are not valid. ") +
                  empty);
    const std::string batch =
        database.ok("BatchExecuteStatement",
                    "{'Statements':[{'Statement':'SELECT * FROM things WHERE pk = ?','Parameters':[{'N':'" +
                        std::string(39, '1') + "e100'}]}]}");
    EXPECT_EQ(text_at(batch, "/Responses/0/Error/Message"),
              older
                  ? "Number overflow. Attempting to store a number with magnitude larger than supported range"
                  : "Attempting to store more than 38 significant digits in a Number");
  }
}

TEST(MessageForms, AreTheNewestOrThoseBefore) {
  for (const MessageForms forms : {MessageForms::kNewest, MessageForms::kOlder}) {
    DatabaseOptions options = TestDatabase::without_threads();
    options.messages = forms;
    TestDatabase database(Store::kMemory, options);
    database.create_table(
        ",'AttributeDefinitions':[{'AttributeName':'pk','AttributeType':'S'},{'AttributeName':'sk','"
        "AttributeType':"
        "'N'}],'KeySchema':[{'AttributeName':'pk','KeyType':'HASH'},{'AttributeName':'sk','KeyType':'RANGE'}"
        "]");
    for (const Reworded& each : reworded()) {
      EXPECT_EQ(database.answer(each.operation, each.request),
                forms == MessageForms::kNewest ? each.newest : each.older)
          << each.operation << ' ' << each.request;
    }
    // What is fine is fine either way.
    database.put("{'pk':{'S':'a'},'sk':{'N':'1'}}");
    EXPECT_EQ(database.get("{'pk':{'S':'a'},'sk':{'N':'1'}}"), json("{'pk':{'S':'a'},'sk':{'N':'1'}}"));
  }
}

}  // namespace
}  // namespace lodestone::testing
