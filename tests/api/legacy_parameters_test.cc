// AttributeUpdates, AttributesToGet, and the mixing of legacy parameters with expressions.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LegacyConditionalParameters.html
#include "tests/api/database_fixture.h"

namespace lodestone::testing {
namespace {

const std::string kValidation = "ValidationException: ";

class LegacyParameters : public OnBothStores {
 protected:
  void SetUp() override {
    database.create_table(
        ",'AttributeDefinitions':[{'AttributeName':'pk','AttributeType':'S'},{'AttributeName':'g','"
        "AttributeType':"
        "'S'}],'KeySchema':[{'AttributeName':'pk','KeyType':'HASH'}],'GlobalSecondaryIndexes':[{'IndexName':'"
        "by-g',"
        "'KeySchema':[{'AttributeName':'g','KeyType':'HASH'}],'Projection':{'ProjectionType':'ALL'}}]");
  }
  static std::string update(const std::string& updates, const std::string& more = "",
                            const std::string& pk = "a") {
    return "{'TableName':'things','Key':{'pk':{'S':'" + pk + "'}},'AttributeUpdates':{" + updates + "}" +
           more + "}";
  }
  /// The item with these attributes after the updates; an error where they are refused.
  std::string updated(const std::string& attributes, const std::string& updates) {
    database.put("{'pk':{'S':'a'}" + (attributes.empty() ? "" : "," + attributes) + "}");
    const std::string answer = database.answer("UpdateItem", update(updates));
    return answer == "{}" ? database.get("{'pk':{'S':'a'}}") : answer;
  }
  static std::string item(const std::string& attributes) {
    return json("{'pk':{'S':'a'}" + (attributes.empty() ? "" : "," + attributes) + "}");
  }
};

TEST_P(LegacyParameters, AttributeUpdatesChangeTheItem) {
  const std::string five = "'n':{'N':'5'}";
  EXPECT_EQ(updated("", "'n':{'Value':{'N':'5.0'}}"), item(five));
  EXPECT_EQ(updated("'n':{'S':'x'}", "'n':{'Value':{'N':'5'},'Action':'PUT'}"), item(five));
  EXPECT_EQ(updated("", "'a.b':{'Value':{'S':'x'}},'c[0]':{'Value':{'S':'y'}}"),
            item("'a.b':{'S':'x'},'c[0]':{'S':'y'}"));
  EXPECT_EQ(updated(five, "'n':{'Action':'DELETE'},'m':{'Action':'DELETE'}"), item(""));
  EXPECT_EQ(updated(five, ""), item(five));
  // DELETE with a value takes away members of a set.
  const std::string set = "'s':{'SS':['a','b','c']}";
  const auto erase = [](const std::string& value) { return "'s':{'Action':'DELETE','Value':" + value + "}"; };
  EXPECT_EQ(updated(set, erase("{'SS':['b','x']}")), item("'s':{'SS':['a','c']}"));
  EXPECT_EQ(updated(set, erase("{'SS':['a','b','c']}")), item(""));
  EXPECT_EQ(updated("", erase("{'SS':['a']}")), item(""));
  EXPECT_EQ(updated("'s':{'NS':['1','2.0']}", erase("{'NS':['2','3']}")), item("'s':{'NS':['1']}"));
  // ADD: numbers, sets, and lists
  const auto add = [](const std::string& value) { return "'x':{'Action':'ADD','Value':" + value + "}"; };
  EXPECT_EQ(updated("'x':{'N':'5'}", add("{'N':'-7.5'}")), item("'x':{'N':'-2.5'}"));
  EXPECT_EQ(updated("", add("{'N':'3'}")), item("'x':{'N':'3'}"));
  EXPECT_EQ(updated("'x':{'SS':['a']}", add("{'SS':['a','b']}")), item("'x':{'SS':['a','b']}"));
  EXPECT_EQ(updated("", add("{'BS':['AQ==']}")), item("'x':{'BS':['AQ==']}"));
  EXPECT_EQ(updated("'x':{'L':[{'N':'1'}]}", add("{'L':[{'N':'1'},{'S':'y'}]}")),
            item("'x':{'L':[{'N':'1'},{'N':'1'},{'S':'y'}]}"));
  EXPECT_EQ(updated("", add("{'L':[{'N':'1'}]}")), item("'x':{'L':[{'N':'1'}]}"));
}

TEST_P(LegacyParameters, AttributeUpdatesCreateTheItem) {
  const auto created = [&](const std::string& updates, const std::string& pk) {
    database.ok("UpdateItem", update(updates, "", pk));
    return at(database.ok("GetItem", "{'TableName':'things','Key':{'pk':{'S':'" + pk + "'}}}"), "/Item");
  };
  EXPECT_EQ(created("'n':{'Action':'ADD','Value':{'N':'1'}}", "b"), json("{'pk':{'S':'b'},'n':{'N':'1'}}"));
  EXPECT_EQ(created("", "c"), json("{'pk':{'S':'c'}}"));
  // What only takes away creates nothing.
  EXPECT_EQ(created("'n':{'Action':'DELETE'}", "d"), "");
  EXPECT_EQ(created("'n':{'Action':'DELETE','Value':{'SS':['a']}}", "e"), "");
}

TEST_P(LegacyParameters, AttributeUpdatesReturnWhatTheyTouch) {
  database.put("{'pk':{'S':'a'},'n':{'N':'1'},'gone':{'N':'2'},'kept':{'N':'3'}}");
  const std::string updates = "'n':{'Action':'ADD','Value':{'N':'1'}},'gone':{'Action':'DELETE'}";
  expect_answers(
      database,
      {{"UpdateItem", update(updates, ",'ReturnValues':'UPDATED_OLD'"),
        "{'Attributes':{'n':{'N':'1'},'gone':{'N':'2'}}}"},
       {"UpdateItem", update(updates, ",'ReturnValues':'UPDATED_NEW'"), "{'Attributes':{'n':{'N':'3'}}}"},
       {"UpdateItem", update(updates, ",'ReturnValues':'ALL_NEW'"),
        "{'Attributes':{'pk':{'S':'a'},'n':{'N':'4'},'kept':{'N':'3'}}}"},
       {"UpdateItem", update("", ",'ReturnValues':'ALL_NEW'", "new"), "{'Attributes':{'pk':{'S':'new'}}}"}});
}

TEST_P(LegacyParameters, AttributeUpdatesAreChecked) {
  const std::string mismatch = kValidation + "Type mismatch for attribute to update";
  const std::string action =
      "failed to satisfy constraint: Member must satisfy enum value set: [ADD, PUT, DELETE]";
  std::vector<std::pair<std::string, std::string>> cases = {
      {"'n':{'Action':'PUT'}",
       kInvalid + "Only DELETE action is allowed when no attribute value is specified"},
      {"'n':{'Action':'ADD'}",
       kInvalid + "Only DELETE action is allowed when no attribute value is specified"},
      {"'n':{}", kInvalid + "Only DELETE action is allowed when no attribute value is specified"},
      {"'n':{'Action':'add','Value':{'N':'1'}}",
       kWrapped + "Value 'add' at 'attributeUpdates.n.member.action' " + action},
      {"'n':{'Value':{'N':'x'}}", kValidation + "The parameter cannot be converted to a numeric value: x"},
      {"'n':{'Value':{}}",
       kValidation + "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"},
      {"'pk':{'Value':{'S':'x'}}",
       kInvalid + "Cannot update attribute pk. This attribute is part of the key"},
      {"'pk':{'Action':'DELETE'}",
       kInvalid + "Cannot update attribute pk. This attribute is part of the key"},
      {"'g':{'Value':{'N':'1'}}",
       kInvalid + "Type mismatch for Index Key g Expected: S Actual: N IndexName: by-g"},
      {"'':{'Value':{'N':'1'}}", kInvalid + "Empty attribute name"},
      {"'s':{'Action':'ADD','Value':{'N':'1'}}", mismatch},
      {"'s':{'Action':'ADD','Value':{'L':[]}}", mismatch},
      {"'ss':{'Action':'ADD','Value':{'NS':['1']}}", mismatch},
      {"'ss':{'Action':'DELETE','Value':{'NS':['1']}}", mismatch},
      {"'s':{'Action':'DELETE','Value':{'SS':['a']}}", mismatch},
      {"'n':{'Action':'ADD','Value':{'N':'9e125'}}",
       kValidation +
           "Number overflow. Attempting to store a number with magnitude larger than supported range"},
  };
  for (const auto& [type, value] : std::vector<std::pair<std::string, std::string>>{{"S", "{'S':'a'}"},
                                                                                    {"B", "{'B':'AQ=='}"},
                                                                                    {"BOOL", "{'BOOL':true}"},
                                                                                    {"NULL", "{'NULL':true}"},
                                                                                    {"M", "{'M':{}}"}}) {
    cases.emplace_back("'x':{'Action':'ADD','Value':" + value + "}",
                       kInvalid + "ADD action is not supported for the type " + type);
    cases.emplace_back("'x':{'Action':'DELETE','Value':" + value + "}",
                       kInvalid + "DELETE action with value is not supported for the type " + type);
  }
  for (const auto& [type, value] :
       std::vector<std::pair<std::string, std::string>>{{"N", "{'N':'1'}"}, {"L", "{'L':[]}"}}) {
    cases.emplace_back("'x':{'Action':'DELETE','Value':" + value + "}",
                       kInvalid + "DELETE action with value is not supported for the type " + type);
  }
  const std::string before = "'s':{'S':'x'},'ss':{'SS':['a']},'n':{'N':'9e125'}";
  for (const auto& [updates, expected] : cases) {
    EXPECT_EQ(updated(before, updates), expected) << updates;
    EXPECT_EQ(text_at(database.get("{'pk':{'S':'a'}}"), "/n/N"), "9" + std::string(125, '0')) << updates;
    EXPECT_EQ(count_at(database.get("{'pk':{'S':'a'}}"), ""), 4U) << updates;
  }
  const std::string answer = updated("", "'" + repeated("x", 65536) + "':{'Value':{'N':'1'}}");
  EXPECT_NE(answer.find("65535"), std::string::npos) << answer.substr(0, 200);
  EXPECT_TRUE(
      updated("", "'s':{'Action':'DELETE','Value':{'SS':[]}}").ends_with("An string set  may not be empty"));
}

TEST_P(LegacyParameters, AttributesToGetChoose) {
  database.put("{'pk':{'S':'a'},'a.b':{'S':'x'},'m':{'M':{'x':{'N':'1'}}},'g':{'S':'g'}}");
  const std::string get = "{'TableName':'things','Key':{'pk':{'S':'a'}},'AttributesToGet':";
  expect_answers(
      database,
      {{"GetItem", get + "['a.b','m','absent']}", "{'Item':{'a.b':{'S':'x'},'m':{'M':{'x':{'N':'1'}}}}}"},
       {"GetItem", get + "['m.x']}", "{'Item':{}}"},
       {"GetItem", get + "['m','pk','m']}", kInvalid + "Duplicate value in attribute name: m"},
       {"GetItem", get + "[]}",
        kWrapped +
            "Value '[]' at 'attributesToGet' failed to satisfy constraint: Member must have length greater "
            "than or equal to 1"},
       {"Scan", "{'TableName':'things','AttributesToGet':['pk']}",
        "{'Items':[{'pk':{'S':'a'}}],'Count':1,'ScannedCount':1}"},
       {"Scan", "{'TableName':'things','AttributesToGet':['pk','pk']}",
        kInvalid + "Duplicate value in attribute name: pk"},
       {"BatchGetItem", "{'RequestItems':{'things':{'Keys':[{'pk':{'S':'a'}}],'AttributesToGet':['a.b']}}}",
        "{'Responses':{'things':[{'a.b':{'S':'x'}}]},'UnprocessedKeys':{}}"},
       {"BatchGetItem", "{'RequestItems':{'things':{'Keys':[{'pk':{'S':'a'}}],'AttributesToGet':['x','x']}}}",
        kInvalid + "Duplicate value in attribute name: x"}});
}

// Which parameters the message lists, in which order
TEST_P(LegacyParameters, MayNotBeMixedWithExpressions) {
  const auto both = [](const std::string& legacy, const std::string& expressions, bool wrapped) {
    return (wrapped ? kWrapped : kValidation) +
           "Can not use both expression and non-expression parameters in the same request: Non-expression "
           "parameters: {" +
           legacy + "} Expression parameters: {" + expressions + "}";
  };
  const std::string key = "{'TableName':'things','Key':{'pk':{'S':'a'}}";
  const std::string expected = ",'Expected':{'n':{'Exists':false}}";
  const std::string updates = ",'AttributeUpdates':{'n':{'Value':{'N':'1'}}}";
  const std::string condition = ",'ConditionExpression':'attribute_exists(n)'";
  const std::string either = ",'ConditionalOperator':'OR'";
  const std::string term = "{'n':{'ComparisonOperator':'NULL'}}";
  const std::string conditions =
      ",'KeyConditions':{'pk':{'ComparisonOperator':'EQ','AttributeValueList':[{'S':'a'}]}}";
  const std::string key_condition =
      ",'KeyConditionExpression':'pk = :p','ExpressionAttributeValues':{':p':{'S':'a'}}";
  const std::string filter = ",'FilterExpression':'attribute_exists(n)'";
  const std::string projection = ",'ProjectionExpression':'n'";
  const std::string to_get = ",'AttributesToGet':['n']";
  expect_answers(
      database,
      {{"PutItem", "{'TableName':'things','Item':{'pk':{'S':'a'}}" + expected + either + condition + "}",
        both("Expected, ConditionalOperator", "ConditionExpression", true)},
       {"DeleteItem", key + expected + condition + "}", both("Expected", "ConditionExpression", false)},
       {"UpdateItem", key + expected + updates + ",'UpdateExpression':'REMOVE n'" + condition + "}",
        both("AttributeUpdates, Expected", "UpdateExpression, ConditionExpression", true)},
       {"UpdateItem", key + expected + ",'UpdateExpression':'REMOVE n'}",
        both("Expected", "UpdateExpression", true)},
       {"UpdateItem", key + updates + condition + "}", both("AttributeUpdates", "ConditionExpression", true)},
       {"GetItem", key + to_get + projection + "}", both("AttributesToGet", "ProjectionExpression", false)},
       {"BatchGetItem", "{'RequestItems':{'things':{'Keys':[{'pk':{'S':'a'}}]" + to_get + projection + "}}}",
        both("AttributesToGet", "ProjectionExpression", false)},
       {"Query", "{'TableName':'things'" + conditions + key_condition + "}",
        both("KeyConditions", "KeyConditionExpression", false)},
       {"Query",
        "{'TableName':'things'" + conditions + ",'QueryFilter':" + term + to_get + either + key_condition +
            filter + projection + "}",
        both("AttributesToGet, QueryFilter, ConditionalOperator, KeyConditions",
             "ProjectionExpression, FilterExpression, KeyConditionExpression", false)},
       {"Query", "{'TableName':'things'" + conditions + ",'QueryFilter':" + term + projection + "}",
        both("QueryFilter", "ProjectionExpression", false)},
       {"Query", "{'TableName':'things'" + conditions + to_get + filter + "}",
        both("AttributesToGet", "FilterExpression", false)},
       {"Scan", "{'TableName':'things','ScanFilter':" + term + to_get + either + filter + projection + "}",
        both("AttributesToGet, ScanFilter, ConditionalOperator", "ProjectionExpression, FilterExpression",
             false)},
       // The mixing comes before anything that is wrong with either.
       {"Scan",
        "{'TableName':'things','ScanFilter':{'n':{'ComparisonOperator':'EQ'}},'FilterExpression':'('}",
        both("ScanFilter", "FilterExpression", false)},
       // Names and values belong to expressions.
       {"UpdateItem", key + updates + ",'ExpressionAttributeNames':{'#n':'n'}}",
        kValidation + "ExpressionAttributeNames can only be specified when using expressions"},
       {"UpdateItem", key + updates + ",'ExpressionAttributeValues':{':n':{'N':'1'}}}",
        kWrapped +
            "ExpressionAttributeValues can only be specified when using expressions: UpdateExpression and "
            "ConditionExpression are null"},
       {"Scan",
        "{'TableName':'things','ScanFilter':" + term + ",'ExpressionAttributeValues':{':n':{'N':'1'}}}",
        kValidation + "ExpressionAttributeValues can only be specified when using expressions: "
                      "FilterExpression is null"}});
}

INSTANTIATE_ON_BOTH_STORES(LegacyParameters);

}  // namespace
}  // namespace lodestone::testing
