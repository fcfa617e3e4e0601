// TransactWriteItems and TransactGetItems: all or nothing, reasons, what refuses the whole request, limits.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html,
// API_TransactGetItems.html and API_CancellationReason.html
#include "tests/api/database_fixture.h"

namespace lodestone::testing {
namespace {

const std::string kCancelled =
    "TransactionCanceledException: Transaction cancelled, please refer cancellation reasons for specific "
    "reasons ";
const std::string kValidation = "ValidationException: ";
const std::string kTwice = kValidation + "Transaction request cannot include multiple operations on one item";
const std::string kMissing = "ResourceNotFoundException: Requested resource not found";

std::string transaction(const std::string& actions, const std::string& more = "") {
  return "{'TransactItems':[" + actions + "]" + more + "}";
}
std::string key(const std::string& pk) { return "{'pk':{'S':'" + pk + "'}}"; }
std::string on(const std::string& pk, const std::string& table = "things") {
  return "{'TableName':'" + table + "','Key':" + key(pk);
}
std::string put(const std::string& pk, const std::string& attributes = "", const std::string& more = "") {
  return "{'Put':{'TableName':'things','Item':{'pk':{'S':'" + pk + "'}" + attributes + "}" + more + "}}";
}
std::string update(const std::string& pk, const std::string& expression, const std::string& more = "") {
  return "{'Update':" + on(pk) + ",'UpdateExpression':'" + expression + "'" + more + "}}";
}
std::string erase(const std::string& pk, const std::string& more = "") {
  return "{'Delete':" + on(pk) + more + "}}";
}
std::string check(const std::string& pk, const std::string& condition, const std::string& more = "") {
  return "{'ConditionCheck':" + on(pk) + ",'ConditionExpression':'" + condition + "'" + more + "}}";
}
std::string get(const std::string& pk, const std::string& more = "") {
  return "{'Get':" + on(pk) + more + "}}";
}
const std::string kOne = ",'ExpressionAttributeValues':{':v':{'N':'1'}}";
const std::string kAllOld = ",'ReturnValuesOnConditionCheckFailure':'ALL_OLD'";
std::string condition(const std::string& text) { return ",'ConditionExpression':'" + text + "'"; }

class Transactions : public OnBothStores {
 protected:
  void SetUp() override {
    database.create_table(
        ",'AttributeDefinitions':[{'AttributeName':'pk','AttributeType':'S'},{'AttributeName':'g','"
        "AttributeType':'S'}],"
        "'KeySchema':[{'AttributeName':'pk','KeyType':'HASH'}],"
        "'GlobalSecondaryIndexes':[{'IndexName':'by-g','KeySchema':[{'AttributeName':'g','KeyType':'HASH'}],"
        "'Projection':{'ProjectionType':'ALL'}}]");
    database.ok("CreateTable",
                "{'TableName':'numbered','BillingMode':'PAY_PER_REQUEST','AttributeDefinitions':[{'"
                "AttributeName':'pk','AttributeType':'N'}],"
                "'KeySchema':[{'AttributeName':'pk','KeyType':'HASH'}]}");
    database.put("{'pk':{'S':'there'},'n':{'N':'5'},'s':{'S':'text'}}");
  }
  void write(const std::string& actions, const std::string& expected) {
    expect_answers(database, {{"TransactWriteItems", transaction(actions), expected}});
  }
  void read(const std::string& gets, const std::string& expected) {
    expect_answers(database, {{"TransactGetItems", transaction(gets), expected}});
  }
  std::string reasons(const std::string& actions) {
    return at(database.run("TransactWriteItems", transaction(actions)).body, "/CancellationReasons");
  }
  /// The one reason that is told, at `place`, and nothing has happened.
  void expect_fault(const std::string& action, const std::string& message) {
    EXPECT_EQ(
        reasons(put("innocent") + "," + action + "," + check("there", "attribute_not_exists(pk)")),
        json("[{'Code':'None'},{'Code':'ValidationError','Message':'" + message + "'},{'Code':'None'}]"))
        << action;
    EXPECT_EQ(database.get(key("innocent")), "");
  }
  /// The same where conditions are evaluated beside it.
  void expect_fault_of_item(const std::string& action, const std::string& message) {
    EXPECT_EQ(reasons(put("innocent") + "," + action + "," + check("there", "attribute_not_exists(pk)")),
              json("[{'Code':'None'},{'Code':'ValidationError','Message':'" + message +
                   "'},{'Code':'ConditionalCheckFailed','Message':'The conditional request failed'}]"))
        << action;
    EXPECT_EQ(database.get(key("innocent")), "");
  }
};

TEST_P(Transactions, TakeEffectTogether) {
  database.put("{'pk':{'S':'gone'},'g':{'S':'g'}}");
  write(
      put("a", ",'g':{'S':'g'}") + "," +
          update("b", "SET n = :v, g = :g", ",'ExpressionAttributeValues':{':v':{'N':'1'},':g':{'S':'g'}}") +
          "," + erase("gone") + "," +
          check("there", "n = :v", ",'ExpressionAttributeValues':{':v':{'N':'5'}}") +
          ",{'Put':{'TableName':'numbered','Item':{'pk':{'N':'1.0'}}}}",
      "{}");
  read(get("a") + "," + get("b") + "," + get("gone") + "," + get("there", ",'ProjectionExpression':'n'") +
           ",{'Get':{'TableName':'numbered','Key':{'pk':{'N':'1'}}}}",
       "{'Responses':[{'Item':{'pk':{'S':'a'},'g':{'S':'g'}}},{'Item':{'pk':{'S':'b'},'n':{'N':'1'},'g':{'S':"
       "'g'}}},"
       "{},{'Item':{'n':{'N':'5'}}},{'Item':{'pk':{'N':'1'}}}]}");
  EXPECT_EQ(
      text_at(database.ok("Scan", "{'TableName':'things','IndexName':'by-g','Select':'COUNT'}"), "/Count"),
      "2");
  EXPECT_EQ(text_at(database.ok("DescribeTable", "{'TableName':'things'}"), "/Table/ItemCount"), "3");
}

TEST_P(Transactions, TellEveryFalseConditionInOrder) {
  const std::string absent = condition("attribute_not_exists(pk)");
  const std::string item = ",'Item':{'pk':{'S':'there'},'n':{'N':'5'},'s':{'S':'text'}}";
  const std::string failed = "{'Code':'ConditionalCheckFailed','Message':'The conditional request failed'";
  EXPECT_EQ(reasons(put("there", "", absent + kAllOld)), json("[" + failed + item + "}]"));
  EXPECT_EQ(reasons(put("there", "", absent)), json("[" + failed + "}]"));
  EXPECT_EQ(reasons(put("there", "", absent + ",'ReturnValuesOnConditionCheckFailure':'NONE'")),
            json("[" + failed + "}]"));
  EXPECT_EQ(reasons(erase("there", condition("n < :v") + kOne + kAllOld)), json("[" + failed + item + "}]"));
  EXPECT_EQ(reasons(update("there", "SET n = :v", condition("n < :v") + kOne + kAllOld)),
            json("[" + failed + item + "}]"));
  EXPECT_EQ(reasons(put("x") + "," + check("there", "n < :v", kOne + kAllOld) + "," + erase("y") + "," +
                    check("absent", "attribute_exists(pk)", kAllOld) + "," + put("z", "", absent)),
            json("[{'Code':'None'}," + failed + item + "},{'Code':'None'}," + failed + "},{'Code':'None'}]"));
  write(put("x") + "," + check("absent", "attribute_exists(pk)"),
        kCancelled + "[None, ConditionalCheckFailed]");
  for (const char* pk : {"x", "y", "z"}) EXPECT_EQ(database.get(key(pk)), "") << pk;
  EXPECT_EQ(database.get(key("there")), json("{'pk':{'S':'there'},'n':{'N':'5'},'s':{'S':'text'}}"));
}

// What needs the table's schema is told of the first action only, and no condition is evaluated.
TEST_P(Transactions, TellTheFirstActionThatDoesNotFitItsTable) {
  const std::string schema = "The provided key element does not match the schema";
  const std::string invalid = "One or more parameter values were invalid: ";
  expect_fault("{'Delete':{'TableName':'things','Key':{'pk':{'N':'1'}}}}", schema);
  expect_fault("{'Delete':{'TableName':'things','Key':{'pk':{'S':'a'},'sk':{'S':'a'}}}}", schema);
  expect_fault("{'Update':{'TableName':'things','Key':{'other':{'S':'a'}},'UpdateExpression':'REMOVE n'}}",
               schema);
  expect_fault(
      "{'ConditionCheck':{'TableName':'things','Key':{'pk':{'BOOL':true}},'ConditionExpression':'attribute_"
      "exists(pk)'}}",
      schema);
  expect_fault("{'Put':{'TableName':'things','Item':{'x':{'S':'a'}}}}",
               invalid + "Missing the key pk in the item");
  expect_fault("{'Put':{'TableName':'things','Item':{'pk':{'N':'1'}}}}",
               invalid + "Type mismatch for key pk expected: S actual: N");
  expect_fault(put("a", ",'g':{'N':'1'}"),
               invalid + "Type mismatch for Index Key g Expected: S Actual: N IndexName: by-g");
  expect_fault(
      put("a", ",'g':{'S':''}"),
      "One or more parameter values are not valid. A value specified for a secondary index key is not "
      "supported. The AttributeValue for a key attribute cannot contain an empty string value. IndexName: "
      "by-g, IndexKey: g");
  expect_fault(update("a", "SET g = :v", kOne),
               invalid + "Type mismatch for Index Key g Expected: S Actual: N IndexName: by-g");
  expect_fault(update("a", "SET pk = :v", kOne),
               invalid + "Cannot update attribute pk. This attribute is part of the key");
  const std::string bad = "{'Delete':{'TableName':'things','Key':{'pk':{'N':'1'}}}}";
  write(bad, kCancelled + "[ValidationError]");
  write(check("there", "attribute_not_exists(pk)") + "," + bad +
            ",{'Delete':{'TableName':'things','Key':{'pk':{'N':'2'}}}}",
        kCancelled + "[None, ValidationError, None]");
}

TEST_P(Transactions, TellFaultsOfTheItemBesideConditions) {
  const std::string numbers = ",'ExpressionAttributeValues':{':v':{'N':'9e125'}}";
  database.put("{'pk':{'S':'full'},'n':{'N':'9e125'},'nix':{'S':''},'big':{'S':'" + repeated("x", 200'000) +
               "'}}");
  expect_fault_of_item(update("a", "SET n = m + :v", kOne),
                       "The provided expression refers to an attribute that does not exist in the item");
  expect_fault_of_item(update("a", "SET m.x = :v", kOne),
                       "The document path provided in the update expression is invalid for update");
  expect_fault_of_item(update("full", "SET n = big + :v", kOne),
                       "An operand in the update expression has an incorrect data type");
  expect_fault_of_item(
      update("full", "ADD n :v", numbers),
      "Number overflow. Attempting to store a number with magnitude larger than supported range");
  expect_fault_of_item(
      update("full", "SET g = n"),
      "The update expression attempted to update the secondary index key to unsupported type");
  expect_fault_of_item(
      update("full", "SET g = nix"),
      "One or more parameter values are not valid. The update expression attempted to update a secondary "
      "index key to a value that is not supported. The AttributeValue for a key attribute cannot contain an "
      "empty string value.");
  expect_fault_of_item(
      update("full", "SET g = big"),
      "The update expression attempted to update the secondary index key beyond allowed size limits");
  expect_fault_of_item(update("full", "SET more = big, again = big"),
                       "Item size to update has exceeded the maximum allowed size");
}

// Deep values: of a Put they refuse the request, of an Update they cancel it, a ConditionCheck takes them.
TEST_P(Transactions, TakeDeepValuesDifferently) {
  const auto nested = [](int levels) {
    return repeated("{'L':[", static_cast<std::size_t>(levels)) + "{'N':'1'}" +
           repeated("]}", static_cast<std::size_t>(levels));
  };
  const std::string too_deep =
      "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond "
      "supported limit";
  const std::string values = ",'ExpressionAttributeValues':{':v':" + nested(32) + "}";
  write(put("a", ",'v':" + nested(32)), kValidation + too_deep);
  write(put("a", ",'v':" + nested(31)), "{}");
  expect_fault(update("a", "SET v = :v", values), too_deep);
  write(check("there", "n <> :v", values), "{}");
  write(check("there", "n = :v", values), kCancelled + "[ConditionalCheckFailed]");
}

TEST_P(Transactions, AreRefusedWholeForWhatTheyAre) {
  const std::string bad_key = "{'Delete':{'TableName':'things','Key':{'pk':{'N':'1'}}}}";
  const std::string one_of =
      kValidation + "TransactItems can only contain one of Check, Put, Update or Delete";
  const std::string empty_key =
      "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an "
      "empty string value. Key: pk";
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"{}", one_of},
      {"{'Put':{'TableName':'things','Item':{}},'Delete':" + on("a") + "}}", one_of},
      {check("a", "n ="),
       kValidation + "Invalid ConditionExpression: Syntax error; token: \"<EOF>\", near: \"=\""},
      {update("a", "SET n = :v"),
       kValidation +
           "Invalid UpdateExpression: An expression attribute value used in expression is not defined; "
           "attribute value: :v"},
      {update("a", "REMOVE n", kOne),
       kValidation + "Value provided in ExpressionAttributeValues unused in expressions: "
                     "keys: {:v}"},
      {check("a", "attribute_exists(n)", ",'ExpressionAttributeNames':{'#n':'n'}"),
       kValidation + "Value provided in ExpressionAttributeNames unused in expressions: keys: {#n}"},
      {check("a", "attribute_exists(n)", ",'ExpressionAttributeValues':{}"),
       kValidation + "ExpressionAttributeValues must not be empty"},
      {update("a", "SET n = :v", ",'ExpressionAttributeValues':{':v':{'N':'x'}}"),
       kValidation +
           "ExpressionAttributeValues contains invalid value: The parameter cannot be converted to a "
           "numeric value: x for key :v"},
      {put("a", ",'n':{'N':'x'}"), kValidation + "The parameter cannot be converted to a numeric value: x"},
      {put("a", ",'v':{'S':'" + repeated("x", 400 * 1024 - 3) + "'}"),
       kValidation + "Item size has exceeded the maximum allowed size"},
      {erase(""), kValidation + empty_key},
      {update("", "REMOVE n"), kValidation + empty_key},
      {check("", "attribute_exists(n)"), kValidation + empty_key},
      {put(""), kValidation + empty_key},
      {"{'ConditionCheck':" + on("a") + "}}",
       kWrapped +
           "Value null at 'transactItems.1.member.conditionCheck.conditionExpression' failed to satisfy "
           "constraint: Member must not be null"},
      {"{'Update':" + on("a") + "}}",
       kWrapped +
           "Value null at 'transactItems.1.member.update.updateExpression' failed to satisfy constraint: "
           "Member must not be null"},
      {erase("a", ",'ReturnValuesOnConditionCheckFailure':'none'"), kWrapped + "Value 'none' at …"},
      {"{'Delete':" + on("a", "nowhere") + "}}", kMissing},
      {put("a") + "," + update("a", "SET n = :v", kOne), kTwice},
      {put("a") + "," + check("a", "attribute_exists(pk)"), kTwice},
      {"{'Put':{'TableName':'numbered','Item':{'pk':{'N':'10'}}}},"
       "{'Delete':{'TableName':'numbered','Key':{'pk':{'N':'1e1'}}}}",
       kTwice},
      // Which of two faults answers
      {bad_key + "," + erase("a", condition("n =")), kValidation + "Invalid ConditionExpression: …"},
      {bad_key + ",{'Delete':" + on("a", "nowhere") + "}}", kMissing},
      {bad_key + "," + put("a") + "," + put("a"), kTwice},
      {put("a") + "," + put("a") + ",{'Delete':" + on("a", "nowhere") + "}}", kMissing},
      {"{'Delete':" + on("a", "nowhere") + "}}," + erase("a", condition("n =")),
       kValidation + "Invalid ConditionExpression: …"},
  };
  for (const auto& [actions, expected] : cases) write(actions, expected);
  for (const auto& [actions, expected] : cases) {
    if (expected.starts_with(kWrapped) || actions == "{}") continue;
    write(put("innocent") + "," + actions, expected);
  }
  EXPECT_EQ(database.get(key("innocent")), "");
  write("{'Put':{'TableName':'things','Item':[]}}", "SerializationException: …");
}

// Unlike single operations: names and values without any expression are passed over.
TEST_P(Transactions, TolerateNamesAndValuesWithoutAnExpression) {
  const std::string surplus =
      ",'ExpressionAttributeNames':{'#n':'n'},'ExpressionAttributeValues':{':v':{'N':'1'}}";
  write(put("a", "", surplus) + "," + erase("b", surplus), "{}");
  EXPECT_EQ(database.get(key("a")), json(key("a")));
  EXPECT_EQ(database.answer("PutItem", "{'TableName':'things','Item':" + key("a") + surplus + "}"),
            kValidation + "ExpressionAttributeNames can only be specified when using expressions");
}

TEST_P(Transactions, HoldOneToAHundredActions) {
  const auto puts = [](int count) {
    std::string all;
    for (int i = 0; i < count; ++i) all += (i == 0 ? "" : ",") + put("item" + std::to_string(i));
    return all;
  };
  const auto gets = [](int count) {
    std::string all;
    for (int i = 0; i < count; ++i) all += (i == 0 ? "" : ",") + get("item" + std::to_string(i));
    return all;
  };
  write("", kWrapped +
                "Value '[]' at 'transactItems' failed to satisfy constraint: Member must have length "
                "greater than or equal to 1");
  read("", kWrapped +
               "Value '[]' at 'transactItems' failed to satisfy constraint: Member must have length "
               "greater than or equal to 1");
  for (const auto& [operation, actions] :
       {std::pair<std::string, std::string>("TransactWriteItems", puts(101)),
        {"TransactGetItems", gets(101)}}) {
    const std::string answer = database.answer(operation, transaction(actions));
    EXPECT_TRUE(answer.starts_with(kWrapped + "Value '[")) << answer.substr(0, 200);
    EXPECT_TRUE(
        answer.ends_with("]' at 'transactItems' failed to satisfy constraint: Member must have length less "
                         "than or equal to 100"))
        << answer.substr(answer.size() - 200);
  }
  write(puts(100), "{}");
  EXPECT_EQ(count_at(database.ok("TransactGetItems", transaction(gets(100))), "/Responses"), 100U);
}

// The size of what the request brings, to the byte. What is stored does not count.
TEST_P(Transactions, HoldFourMegabytes) {
  const auto item_of = [](int number, std::size_t bytes) {
    const std::string pk = "item" + std::to_string(100 + number);
    return put(pk, ",'v':{'S':'" + repeated("x", bytes - 2 - pk.size() - 1) + "'}");
  };
  std::string ten;
  for (int i = 0; i < 10; ++i) ten += item_of(i, 400 * 1024) + ",";
  constexpr std::size_t kRest = 4 * 1024 * 1024 - 10 * 400 * 1024;
  write(ten + item_of(10, kRest + 1), kValidation + "Transaction request size cannot exceed 4194304 bytes…");
  EXPECT_EQ(database.get(key("item100")), "");
  write(ten + item_of(10, kRest), "{}");
  // Keys and values of expressions are part of the request.
  const std::string value = ",'ExpressionAttributeValues':{':v':{'S':'" + repeated("x", kRest - 9) + "'}}";
  write(ten + update("item110", "SET w = :v", value), "{}");
  write(ten + update("item1100", "SET w = :v", value),
        kValidation + "Transaction request size cannot exceed 4194304 bytes…");
  std::string deletes;
  for (int i = 0; i <= 10; ++i) deletes += (i == 0 ? "" : ",") + erase("item" + std::to_string(100 + i));
  write(deletes + "," + erase("item1100"), "{}");
}

TEST_P(Transactions, ReadsAreRefusedWholeForWhatTheyAre) {
  database.put("{'pk':{'S':'a'},'m':{'M':{'x':{'N':'1'},'y':{'N':'2'}}}}");
  const std::string bad_key = "{'Get':{'TableName':'things','Key':{'pk':{'N':'1'}}}}";
  const std::vector<std::pair<std::string, std::string>> cases = {
      {get("a", ",'ProjectionExpression':'m.y, pk'"),
       "{'Responses':[{'Item':{'pk':{'S':'a'},'m':{'M':{'y':{'N':'2'}}}}}]}"},
      {get("a", ",'ProjectionExpression':'#m.x','ExpressionAttributeNames':{'#m':'m'}"),
       "{'Responses':[{'Item':{'m':{'M':{'x':{'N':'1'}}}}}]}"},
      {get("a", ",'ProjectionExpression':'nothing'"), "{'Responses':[{'Item':{}}]}"},
      {get("nothing"), "{'Responses':[{}]}"},
      {get("a", ",'ProjectionExpression':'a,'"),
       kValidation + "Invalid ProjectionExpression: Syntax error; …"},
      {get("a", ",'ProjectionExpression':'#m'"),
       kValidation +
           "Invalid ProjectionExpression: An expression attribute name used in the document path is not "
           "defined; attribute name: #m"},
      {get("a", ",'ProjectionExpression':'m','ExpressionAttributeNames':{'#m':'m'}"),
       kValidation + "Value provided in ExpressionAttributeNames unused in expressions: keys: {#m}"},
      {"{'Get':" + on("a", "nowhere") + "}}", kMissing},
      {"{'Get':{'TableName':'things'}}",
       kWrapped +
           "Value null at 'transactItems.1.member.get.key' failed to satisfy constraint: Member must not be "
           "null"},
      {"{}",
       kWrapped +
           "Value null at 'transactItems.1.member.get' failed to satisfy constraint: Member must not be "
           "null"},
      {get("a") + "," + get("a"), kTwice},
      {bad_key + "," + get("a") + "," + get("a"), kTwice},
      {bad_key + "," + get("a", ",'ProjectionExpression':'a,'"),
       kValidation + "Invalid ProjectionExpression: …"},
      {bad_key + ",{'Get':" + on("a", "nowhere") + "}}", kMissing},
      // Keys that do not fit cancel, empty ones too.
      {get("a") + "," + bad_key + ",{'Get':{'TableName':'numbered','Key':{'pk':{'S':'1'}}}}",
       kCancelled + "[None, ValidationError, None]"},
      {get("a") + "," + get(""), kCancelled + "[None, ValidationError]"},
  };
  for (const auto& [gets, expected] : cases) read(gets, expected);
  EXPECT_EQ(at(database.run("TransactGetItems", transaction(get(""))).body, "/CancellationReasons"),
            json("[{'Code':'ValidationError','Message':'One or more parameter values are not valid. The "
                 "AttributeValue for a key attribute cannot contain an empty string value. Key: pk'}]"));
}

TEST_P(Transactions, ReadNoMoreThanFourMegabytes) {
  std::string gets;
  for (int i = 0; i < 11; ++i) {
    const std::string pk = "item" + std::to_string(100 + i);
    database.put("{'pk':{'S':'" + pk + "'},'v':{'S':'" + repeated("x", 400'000 - 10) + "'}}");
    gets += (i == 0 ? "" : ",") + get(pk);
  }
  read(gets, kValidation + "Transaction request size cannot exceed 4194304 bytes…");
  EXPECT_EQ(count_at(database.ok("TransactGetItems", transaction(gets.substr(0, gets.rfind(",{'Get'")))),
                     "/Responses"),
            10U);
}

INSTANTIATE_ON_BOTH_STORES(Transactions);

}  // namespace
}  // namespace lodestone::testing
