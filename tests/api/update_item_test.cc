// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateItem.html
#include "tests/api/database_fixture.h"

namespace lodestone::testing {
namespace {

class UpdateItem : public OnBothStores {
 protected:
  void SetUp() override {
    database.create_table(
        ",'AttributeDefinitions':[{'AttributeName':'pk','AttributeType':'S'},{'AttributeName':'i','"
        "AttributeType':'S'}],"
        "'KeySchema':[{'AttributeName':'pk','KeyType':'HASH'}],"
        "'GlobalSecondaryIndexes':[{'IndexName':'by-i','KeySchema':[{'AttributeName':'i','KeyType':'HASH'}],"
        "'Projection':{'ProjectionType':'ALL'}}]");
  }

  /// An update of the item `a`; `more` begins with a comma.
  static std::string update(const std::string& expression, const std::string& values = "",
                            const std::string& more = "") {
    std::string text = "{'TableName':'things','Key':{'pk':{'S':'a'}}";
    if (!expression.empty()) text += ",'UpdateExpression':'" + expression + "'";
    if (!values.empty()) text += ",'ExpressionAttributeValues':{" + values + "}";
    return text + more + "}";
  }
  std::string answer(const std::string& expression, const std::string& values = "",
                     const std::string& more = "") {
    return database.answer("UpdateItem", update(expression, values, more));
  }
  std::string item() { return database.get("{'pk':{'S':'a'}}"); }
};

const std::string kV = "':v':{'S':'new'}";

TEST_P(UpdateItem, CreatesWhatIsMissing) {
  EXPECT_EQ(answer(""), "{}");
  EXPECT_EQ(item(), json("{'pk':{'S':'a'}}"));
  database.ok("DeleteItem", "{'TableName':'things','Key':{'pk':{'S':'a'}}}");
  EXPECT_EQ(answer("SET x = :v", kV), "{}");
  EXPECT_EQ(item(), json("{'pk':{'S':'a'},'x':{'S':'new'}}"));
  database.ok("DeleteItem", "{'TableName':'things','Key':{'pk':{'S':'a'}}}");
  // What only takes away creates nothing.
  EXPECT_EQ(answer("REMOVE x, m.y"), "{}");
  EXPECT_EQ(answer("DELETE x :s", "':s':{'SS':['a']}"), "{}");
  EXPECT_EQ(answer("REMOVE x", "", ",'ReturnValues':'ALL_NEW'"), "{}");
  EXPECT_EQ(item(), "");
  EXPECT_EQ(answer("ADD n :n, s :s", "':n':{'N':'3'},':s':{'SS':['b','a']}"), "{}");
  EXPECT_EQ(item(), json("{'pk':{'S':'a'},'n':{'N':'3'},'s':{'SS':['a','b']}}"));
  EXPECT_EQ(text_at(database.ok("DescribeTable", "{'TableName':'things'}"), "/Table/ItemCount"), "1");
}

// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html
TEST_P(UpdateItem, AppliesItsExpression) {
  struct Applied {
    std::string before, expression, values, after;
  };
  const std::vector<Applied> cases = {
      {"'x':{'N':'1'}", "SET x = x + :n", "':n':{'N':'2.5'}", "'x':{'N':'3.5'}"},
      {"'x':{'N':'1'}", "SET x = :n - x", "':n':{'N':'1'}", "'x':{'N':'0'}"},
      {"'x':{'S':'old'}", "SET x = :v, y = x", kV, "'x':{'S':'new'},'y':{'S':'old'}"},
      {"'x':{'S':'old'}", "REMOVE x SET y = x", "", "'y':{'S':'old'}"},
      {"'x':{'S':'old'}", "SET x = if_not_exists(x, :v), y = if_not_exists(y, :v)", kV,
       "'x':{'S':'old'},'y':{'S':'new'}"},
      {"'l':{'L':[{'N':'1'}]}", "SET l = list_append(l, :l), k = list_append(:l, if_not_exists(k, :e))",
       "':l':{'L':[{'N':'2'}]},':e':{'L':[]}", "'l':{'L':[{'N':'1'},{'N':'2'}]},'k':{'L':[{'N':'2'}]}"},
      {"'l':{'L':[{'N':'2'},{'N':'3'},{'N':'4'},{'N':'5'},{'N':'6'},{'N':'7'}]}", "REMOVE l[1] SET l[3] = :n",
       "':n':{'N':'17'}", "'l':{'L':[{'N':'2'},{'N':'4'},{'N':'17'},{'N':'6'},{'N':'7'}]}"},
      {"'l':{'L':[{'N':'1'}]}", "SET l[9] = :b, l[5] = :a", "':a':{'S':'a'},':b':{'S':'b'}",
       "'l':{'L':[{'N':'1'},{'S':'a'},{'S':'b'}]}"},
      {"'m':{'M':{'x':{'N':'1'}}}", "SET m.y = :v REMOVE m.x", kV, "'m':{'M':{'y':{'S':'new'}}}"},
      {"'m':{'M':{'x':{'N':'1'}}}", "REMOVE m.x, m.y, nothing", "", "'m':{'M':{}}"},
      {"'l':{'L':[{'N':'1'}]}", "REMOVE l[0], l[7]", "", "'l':{'L':[]}"},
      {"'s':{'SS':['a','b']}", "ADD s :s", "':s':{'SS':['b','c']}", "'s':{'SS':['a','b','c']}"},
      {"'s':{'NS':['1','2','3']}", "ADD s :s", "':s':{'NS':['1.0','2.00','4']}",
       "'s':{'NS':['1','2','3','4']}"},
      {"'s':{'NS':['10.0','20','30']}", "DELETE s :s", "':s':{'NS':['10','2e1','7']}", "'s':{'NS':['30']}"},
      {"'s':{'SS':['a']}", "DELETE s :s", "':s':{'SS':['a','b']}", ""},
      {"", "SET y = pk", "", "'y':{'S':'a'}"},
  };
  for (const Applied& each : cases) {
    database.put("{'pk':{'S':'a'}" + std::string(each.before.empty() ? "" : ",") + each.before + "}");
    const std::string answered = answer(each.expression, each.values);
    EXPECT_EQ(answered, "{}") << each.expression;
    EXPECT_EQ(item(), json("{'pk':{'S':'a'}" + std::string(each.after.empty() ? "" : ",") + each.after + "}"))
        << each.expression;
  }
}

TEST_P(UpdateItem, ReturnsTheValuesAskedFor) {
  struct Returned {
    std::string before, expression, values, wanted, expected;
  };
  const std::string list = "'m':{'M':{'c':{'L':[{'N':'0'},{'N':'1'},{'N':'2'}]}}}";
  const std::vector<Returned> cases = {
      {"'x':{'N':'1'},'y':{'N':'2'}", "SET x = :v REMOVE y", kV, "NONE", ""},
      {"'x':{'N':'1'},'y':{'N':'2'}", "SET x = :v REMOVE y", kV, "ALL_OLD",
       "'pk':{'S':'a'},'x':{'N':'1'},'y':{'N':'2'}"},
      {"'x':{'N':'1'},'y':{'N':'2'}", "SET x = :v REMOVE y", kV, "ALL_NEW", "'pk':{'S':'a'},'x':{'S':'new'}"},
      {"'x':{'N':'1'},'y':{'N':'2'},'z':{'N':'3'}", "SET x = :v REMOVE y", kV, "UPDATED_OLD",
       "'x':{'N':'1'},'y':{'N':'2'}"},
      {"'x':{'N':'1'},'y':{'N':'2'},'z':{'N':'3'}", "SET x = :v REMOVE y", kV, "UPDATED_NEW",
       "'x':{'S':'new'}"},
      {"'x':{'S':'new'}", "SET x = :v", kV, "UPDATED_OLD", "'x':{'S':'new'}"},
      {"", "SET x = :v", kV, "UPDATED_OLD", ""},
      {"'x':{'N':'1'}", "REMOVE x", "", "UPDATED_NEW", ""},
      {"", "REMOVE x", "", "UPDATED_OLD", ""},
      {"'n':{'N':'1'}", "ADD n :n", "':n':{'N':'2'}", "UPDATED_NEW", "'n':{'N':'3'}"},
      {"'n':{'N':'1'}", "ADD n :n", "':n':{'N':'2'}", "UPDATED_OLD", "'n':{'N':'1'}"},
      {list, "SET m.c[1] = :v", kV, "UPDATED_OLD", "'m':{'M':{'c':{'L':[{'N':'1'}]}}}"},
      {list, "SET m.c[1] = :v", kV, "UPDATED_NEW", "'m':{'M':{'c':{'L':[{'S':'new'}]}}}"},
      {list, "SET m.c[100] = :v", kV, "UPDATED_NEW", ""},
      {list, "REMOVE m.c[1]", "", "UPDATED_NEW", "'m':{'M':{'c':{'L':[{'N':'2'}]}}}"},
      {list, "REMOVE m.c[1], m.c[3]", "", "UPDATED_OLD", "'m':{'M':{'c':{'L':[{'N':'1'}]}}}"},
      {list, "SET m.d = :v", kV, "UPDATED_OLD", ""},
      {list, "SET m.d = :v", kV, "UPDATED_NEW", "'m':{'M':{'d':{'S':'new'}}}"},
      {"'x':{'N':'1'}", "", "", "UPDATED_OLD", ""},
      {"'x':{'N':'1'}", "", "", "UPDATED_NEW", ""},
      {"'x':{'N':'1'}", "", "", "ALL_NEW", "'pk':{'S':'a'},'x':{'N':'1'}"},
      {"'x':{'N':'1'}", "", "", "ALL_OLD", "'pk':{'S':'a'},'x':{'N':'1'}"},
  };
  for (const Returned& each : cases) {
    database.put("{'pk':{'S':'a'}" + std::string(each.before.empty() ? "" : ",") + each.before + "}");
    EXPECT_EQ(answer(each.expression, each.values, ",'ReturnValues':'" + each.wanted + "'"),
              each.expected.empty() ? "{}" : json("{'Attributes':{" + each.expected + "}}"))
        << each.expression << ' ' << each.wanted;
  }
  // Of an item that was not there.
  const std::string absent = "{'TableName':'things','Key':{'pk':{'S':'new'}},'ReturnValues':'";
  expect_answers(
      database,
      {{"UpdateItem", absent + "ALL_OLD'}", "{}"},
       {"DeleteItem", "{'TableName':'things','Key':{'pk':{'S':'new'}}}", "{}"},
       {"UpdateItem", absent + "ALL_NEW'}", "{'Attributes':{'pk':{'S':'new'}}}"},
       {"DeleteItem", "{'TableName':'things','Key':{'pk':{'S':'new'}}}", "{}"},
       {"UpdateItem",
        absent + "UPDATED_NEW','UpdateExpression':'ADD x :n','ExpressionAttributeValues':{':n':{'N':'1'}}}",
        "{'Attributes':{'x':{'N':'1'}}}"}});
}

TEST_P(UpdateItem, ReportsTheFirstFault) {
  database.put("{'pk':{'S':'a'},'x':{'S':'text'},'l':{'L':[]},'n':{'N':'1'}}");
  const std::string validation = "ValidationException: ";
  const std::string invalid_path =
      validation + "The document path provided in the update expression is invalid for update";
  const std::string operand = validation + "An operand in the update expression has an incorrect data type";
  const std::string missing =
      validation + "The provided expression refers to an attribute that does not exist in the item";
  const std::string failed = ",'ConditionExpression':'attribute_not_exists(pk)'";
  const std::string n = "':n':{'N':'1'}";
  const std::vector<Case> cases = {
      {"UpdateItem", "{'TableName':'things'}",
       kWrapped + "Value null at 'key' failed to satisfy constraint: Member must not be null"},
      {"UpdateItem", update("SET", "", ",'AttributeUpdates':{'x':{'Action':'DELETE'}}"),
       kWrapped + "Can not use both expression and non-expression parameters in the same request: "
                  "Non-expression parameters: "
                  "{AttributeUpdates} Expression parameters: {UpdateExpression}"},
      {"UpdateItem", update("", n),
       kWrapped +
           "ExpressionAttributeValues can only be specified when using expressions: UpdateExpression and "
           "ConditionExpression are null"},
      {"UpdateItem", update("", "", ",'ExpressionAttributeNames':{'#a':'b'}"),
       validation + "ExpressionAttributeNames can only be specified when using expressions"},
      {"UpdateItem", update("SET x = :missing", n, ",'ConditionExpression':'a b'"),
       kWrapped + "Invalid UpdateExpression: An expression attribute value used in expression is not "
                  "defined; attribute value: "
                  ":missing"},
      {"UpdateItem", update("SET x = :n", n, ",'ConditionExpression':'a b'"),
       kWrapped + "Invalid ConditionExpression: Syntax error; token: \"b\", near: \"a b\""},
      {"UpdateItem", update("REMOVE x", n),
       kWrapped + "Value provided in ExpressionAttributeValues unused in expressions: keys: {:n}"},
      {"UpdateItem", "{'TableName':'nowhere','Key':{'pk':{'N':'1'}},'UpdateExpression':'REMOVE pk'}",
       "ResourceNotFoundException: Requested resource not found"},
      {"UpdateItem", "{'TableName':'things','Key':{'pk':{'N':'1'}},'UpdateExpression':'REMOVE pk'}",
       validation + "The provided key element does not match the schema"},
      {"UpdateItem", update("SET pk = :n", n, failed),
       kInvalid + "Cannot update attribute pk. This attribute is part of the key"},
      {"UpdateItem", update("REMOVE pk.x", "", failed),
       kInvalid + "Cannot update attribute pk. This attribute is part of the key"},
      {"UpdateItem", update("SET i.x = :n", n, failed),
       validation + "Key attributes must be scalars; list random access '[]' and map lookup '.' are not "
                    "allowed: IndexKey: i"},
      {"UpdateItem", update("SET i = :n", n, failed),
       kInvalid + "Type mismatch for Index Key i Expected: S Actual: N IndexName: by-i"},
      {"UpdateItem", update("SET x = x + :n", n, failed),
       "ConditionalCheckFailedException: The conditional request failed"},
      // While it is applied:
      {"UpdateItem", update("SET y = nothing"), missing},
      {"UpdateItem", update("SET y = nothing + :n", n), missing},
      {"UpdateItem", update("SET y = list_append(nothing, l)"), missing},
      {"UpdateItem", update("SET y = x + :n", n), operand},
      {"UpdateItem", update("SET y = list_append(x, l)"), operand},
      {"UpdateItem", update("ADD x :n", n), operand},
      {"UpdateItem", update("DELETE x :s", "':s':{'SS':['a']}"), operand},
      {"UpdateItem", update("SET nothing.y = :n", n), invalid_path},
      {"UpdateItem", update("SET x.y = :n", n), invalid_path},
      {"UpdateItem", update("SET x[0] = :n", n), invalid_path},
      {"UpdateItem", update("REMOVE nothing.y"), invalid_path},
      {"UpdateItem", update("REMOVE x.y"), invalid_path},
      {"UpdateItem", update("SET n = n + :n", "':n':{'N':'9.9999999999999999999999999999999999999e125'}"),
       validation +
           "Number overflow. Attempting to store a number with magnitude larger than supported range"},
      {"UpdateItem", update("SET i = n"),
       validation + "The update expression attempted to update the secondary index key to unsupported type"},
      {"UpdateItem", update("SET i = if_not_exists(i, :e)", "':e':{'S':''}"),
       validation + "One or more parameter values are not valid. The update expression attempted to update a "
                    "secondary index key to a "
                    "value that is not supported. The AttributeValue for a key attribute cannot contain an "
                    "empty string value."},
      {"UpdateItem", update("SET i = :e", "':e':{'S':''}"),
       validation + "One or more parameter values are not valid. A value specified for a secondary index key "
                    "is not supported. The "
                    "AttributeValue for a key attribute cannot contain an empty string value. IndexName: "
                    "by-i, IndexKey: i"},
  };
  expect_answers(database, cases);
  EXPECT_EQ(item(), json("{'pk':{'S':'a'},'x':{'S':'text'},'l':{'L':[]},'n':{'N':'1'}}"));
}

TEST_P(UpdateItem, ChecksTheConditionOnTheOldItem) {
  const std::string absent = ",'ConditionExpression':'attribute_not_exists(pk)'";
  const std::string other = ",'ConditionExpression':'pk <> :p'";
  EXPECT_EQ(answer("", "':p':{'S':'a'}", other), "{}");  // of a missing item every attribute differs
  EXPECT_EQ(answer("", "':p':{'S':'a'}", other),
            "ConditionalCheckFailedException: The conditional request failed");
  EXPECT_EQ(answer("SET x = :v", kV, absent),
            "ConditionalCheckFailedException: The conditional request failed");
  EXPECT_EQ(answer("SET x = :v", kV, ",'ConditionExpression':'attribute_exists(pk)'"), "{}");
  EXPECT_EQ(item(), json("{'pk':{'S':'a'},'x':{'S':'new'}}"));
}

TEST_P(UpdateItem, ReckonsTheSizeOfAnUpdateByItsActions) {
  // The item's bytes without the key, 3, and 19 for the action are held against the limit.
  const std::size_t rest = 409'600 - 3 - 19;
  const auto value = [](std::size_t bytes) { return "':v':{'S':'" + repeated("x", bytes - 1) + "'}"; };
  EXPECT_EQ(answer("SET v = :v", value(rest)), "{}");
  EXPECT_EQ(answer("SET v = :v", value(rest + 1)),
            "ValidationException: Item size to update has exceeded the maximum allowed size");
}

INSTANTIATE_ON_BOTH_STORES(UpdateItem);

}  // namespace
}  // namespace lodestone::testing
