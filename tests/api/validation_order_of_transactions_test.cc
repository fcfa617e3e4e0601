// What transactions and PartiQL's operations validate in which order: tests/api/validation_steps.h tells how.
// Sources: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html and
// those of the other operations, for what is refused as a whole and what is a reason of cancellation;
// captures of the service for the order.
#include "tests/api/validation_steps.h"

namespace lodestone::testing {
namespace {

const std::string kCancelled =
    "TransactionCanceledException: Transaction cancelled, please refer cancellation reasons for specific "
    "reasons ";
const std::string kTwice = kValidation + "Transaction request cannot include multiple operations on one item";
const std::string kNoList =
    "failed to satisfy constraint: Member must have length greater than or equal to 1";
const std::string kNoEnum =
    "failed to satisfy constraint: Member must satisfy enum value set: [INDEXES, TOTAL, NONE]";
const std::string kNull = "failed to satisfy constraint: Member must not be null";
const std::string kEmptyKey = kValidation +
                              "One or more parameter values are not valid. The AttributeValue for a key "
                              "attribute cannot contain an empty string "
                              "value. Key: pk";

class ValidationOrderOfTransactions : public ::testing::Test {
 protected:
  ValidationOrderOfTransactions() { database.create_plain_table(false); }
  TestDatabase database{Store::kMemory};
};

TEST_F(ValidationOrderOfTransactions, OfTransactWriteItems) {
  const auto put = [](const std::string& table, const std::string& item) {
    return "{'Put':{'TableName':'" + table + "','Item':" + item + "}}";
  };
  const auto update = [](const std::string& table, const std::string& more) {
    return "{'Update':{'TableName':'" + table + "','Key':{'pk':{'S':'u'}}," + more + "}}";
  };
  const std::string fine = put("things", "{'pk':{'S':'a'}}");
  const std::string two =
      "'UpdateExpression':'SET n = :a','ExpressionAttributeValues':{':a':{'N':'1'},':b':{'N':'1'}}";
  const auto list = [](const std::string& first, const std::string& second = "") {
    return std::vector<std::pair<std::string, std::string>>{
        {"TransactItems", "[" + first + (second.empty() ? "" : ",") + second + "]"}};
  };
  expect_in_order(
      database, "TransactWriteItems",
      Request({{"TransactItems", "5"}, {"ReturnConsumedCapacity", "'ALL'"}, {"ClientRequestToken", "''"}}),
      {{"SerializationException: Unexpected field type", {{"TransactItems", "[]"}}},
       {"ValidationException: 3 validation errors detected: Value '[]' at 'transactItems' " + kNoList +
            "; Value 'ALL' at 'returnConsumedCapacity' " + kNoEnum + "; Value '' at 'clientRequestToken' " +
            kNoList,
        {{"ReturnConsumedCapacity", "'TOTAL'"},
         {"ClientRequestToken", ""},
         {"TransactItems", "[{'Put':{}}]"}}},
       {"ValidationException: 2 validation errors detected: Value null at "
        "'transactItems.1.member.put.tableName' " +
            kNull + "; Value null at 'transactItems.1.member.put.item' " + kNull,
        list("{}", put("nowhere", "{'pk':{'N':'x'}}"))},
       {kValidation + "TransactItems can only contain one of Check, Put, Update or Delete",
        list(put("nowhere", "{'pk':{'N':'x'}}"), update("nowhere", "'UpdateExpression':'SET'"))},
       // The faults of each action by itself, before any table is looked for.
       {kValidation + "The parameter cannot be converted to a numeric value: x",
        list(update("nowhere", "'UpdateExpression':'SET'"), put("things", "{'pk':{'S':''}}"))},
       {kValidation + "Invalid UpdateExpression: Syntax error; token: \"<EOF>\", near: \"SET\"",
        list(update("nowhere", two), put("things", "{'pk':{'S':''}}"))},
       {kValidation + "Value provided in ExpressionAttributeValues unused in expressions: keys: {:b}",
        list(update("nowhere", "'UpdateExpression':'SET n = m'"), put("things", "{'pk':{'S':''}}"))},
       {kMissing, list(update("things", "'UpdateExpression':'SET n = m'"), put("things", "{'pk':{'S':''}}"))},
       {kEmptyKey, list(fine, fine)},
       {kTwice, list(fine, update("things", "'UpdateExpression':'SET pk = m'"))},
       // The rest is reasons, one for each action.
       {kCancelled + "[None, ValidationError]",
        list(put("things", "{}"), update("things", "'UpdateExpression':'SET n = m'"))},
       // Keys come before what is found while the actions are carried out.
       {kCancelled + "[ValidationError, None]",
        list(fine, update("things", "'UpdateExpression':'SET n = m'"))},
       {kCancelled + "[None, ValidationError]", list(fine)},
       {"{'ConsumedCapacity':[{'TableName':'things','CapacityUnits':2.0,'WriteCapacityUnits':2.0}]}", {}}});
}

TEST_F(ValidationOrderOfTransactions, OfTransactGetItems) {
  const auto get = [](const std::string& table, const std::string& key, const std::string& projection = "") {
    return "{'Get':{'TableName':'" + table + "','Key':" + key +
           (projection.empty() ? "" : ",'ProjectionExpression':'" + projection + "'") + "}}";
  };
  const std::string key = "{'pk':{'S':'a'}}";
  const std::string strange = get("things", "{'x':{'S':'a'}}");
  expect_in_order(
      database, "TransactGetItems", Request({{"TransactItems", "{}"}, {"ReturnConsumedCapacity", "'ALL'"}}),
      {{"SerializationException: Start of structure or map found where not expected",
        {{"TransactItems", "[]"}}},
       {"ValidationException: 2 validation errors detected: Value '[]' at 'transactItems' " + kNoList +
            "; Value 'ALL' at 'returnConsumedCapacity' " + kNoEnum,
        {{"ReturnConsumedCapacity", ""}, {"TransactItems", "[{}]"}}},
       {kWrapped + "Value null at 'transactItems.1.member.get' " + kNull,
        {{"TransactItems", "[" + get("nowhere", key, "a,") + "," + strange + "]"}}},
       {kValidation + "Invalid ProjectionExpression: Syntax error; token: \"<EOF>\", near: \",\"",
        {{"TransactItems", "[" + get("nowhere", key, "a") + "," + strange + "]"}}},
       {kMissing, {{"TransactItems", "[" + get("things", key) + "," + get("things", key, "a") + "]"}}},
       {kTwice, {{"TransactItems", "[" + get("things", key) + "," + strange + "]"}}},
       {kCancelled + "[None, ValidationError]", {{"TransactItems", "[" + get("things", key) + "]"}}},
       {"{'Responses':[{}]}", {}}});
}

TEST_F(ValidationOrderOfTransactions, OfExecuteStatement) {
  expect_in_order(
      database, "ExecuteStatement", Request({{"Statement", "5"}, {"Limit", "0"}, {"Parameters", "[]"}}),
      {{"SerializationException: NUMBER_VALUE cannot be converted to String", {{"Statement", "''"}}},
       {"ValidationException: 3 validation errors detected: Value '' at 'statement' " + kNoList +
            "; Value '[]' at 'parameters' " + kNoList +
            "; Value '0' at 'limit' failed to satisfy constraint: Member must have value greater than or "
            "equal to 1",
        {{"Limit", ""},
         {"Parameters", "[{'N':'x'}]"},
         {"Statement", "'SELECT * FROM nowhere WHERE'"},
         {"NextToken", "'t'"}}},
       {kValidation + "The parameter cannot be converted to a numeric value: x",
        {{"Parameters", "[{'BOOL':true}]"}}},
       {kValidation + "Statement wasn't well formed, can't be processed: …",
        {{"Statement", "'SELECT * FROM nowhere WHERE pk < ?'"}}},
       {kValidation +
            "Incorrect operand type for operator or function; operator or function: <, operand type: BOOL",
        {{"Parameters", "[{'S':'a'}]"}}},
       {kMissing, {{"Statement", "'SELECT * FROM things.by_n WHERE pk = ?'"}}},
       {kValidation + "The table does not have the specified index",
        {{"Statement", "'SELECT * FROM things WHERE pk = ?'"}}},
       {kValidation + "Invalid NextToken", {{"NextToken", ""}}},
       {"{'Items':[]}", {}}});
}

TEST_F(ValidationOrderOfTransactions, OfBatchExecuteStatement) {
  const auto statement = [](const std::string& text) {
    return "{'Statement':'" + text + "','Parameters':[{'S':'a'}]}";
  };
  const std::string read = statement("SELECT * FROM things WHERE pk = ?");
  const std::string write = statement("DELETE FROM things WHERE pk = ?");
  expect_in_order(
      database, "BatchExecuteStatement", Request({{"Statements", "[]"}, {"ReturnConsumedCapacity", "'ALL'"}}),
      {{"ValidationException: 2 validation errors detected: Value '[]' at 'statements' " + kNoList +
            "; Value 'ALL' at 'returnConsumedCapacity' " + kNoEnum,
        {{"ReturnConsumedCapacity", ""}, {"Statements", "[{}," + read + "," + write + "]"}}},
       {kWrapped + "Value null at 'statements.1.member.statement' " + kNull,
        {{"Statements", "[" + read + "," + write + "," + write + "]"}}},
       {kValidation + "Read and write requests together in the same batch is not supported.",
        {{"Statements", "[" + read + "," + read + "]"}}},
       {kValidation + "Provided list of item keys contains duplicates", {{"Statements", "[" + read + "]"}}},
       {"{'Responses':[{'TableName':'things'}]}", {}}});
}

TEST_F(ValidationOrderOfTransactions, OfExecuteTransaction) {
  const auto statement = [](const std::string& text) {
    return "{'Statement':'" + text + "','Parameters':[{'S':'a'}]}";
  };
  const std::string read = statement("SELECT * FROM things WHERE pk = ?");
  const std::string write = statement("DELETE FROM things WHERE pk = ?");
  const auto fails_first = [](const std::string& why) {
    return kValidation + "Validation failed in TransactStatements[0]: " + why;
  };
  expect_in_order(
      database, "ExecuteTransaction", Request({{"TransactStatements", "[]"}, {"ClientRequestToken", "''"}}),
      {{"ValidationException: 2 validation errors detected: Value at 'transactStatements' " + kNoList +
            "; Value '' at 'clientRequestToken' " + kNoList,
        {{"ClientRequestToken", ""}, {"TransactStatements", "[{}]"}}},
       {kWrapped + "Value null at 'transactStatements.1.member.statement' " + kNull,
        {{"TransactStatements", "[" + statement("SELECT") + "," + write + "]"}}},
       {kValidation + "Statement wasn't well formed, can't be processed: …",
        {{"TransactStatements",
          "[" + statement("DELETE FROM things WHERE pk = ? RETURNING ALL OLD *") + "," + read + "]"}}},
       {fails_first("RETURNING clause is not supported in ExecuteTransaction."),
        {{"TransactStatements",
          "[" + statement("SELECT * FROM things.by_n WHERE pk = ?") + "," + write + "]"}}},
       {fails_first("Reads on indices are not supported within transactions."),
        {{"TransactStatements", "[" + read + "," + write + "]"}}},
       {kValidation +
            "ExecuteTransaction API does not support both read and write operations in the same request.",
        {{"TransactStatements",
          "[" + statement("DELETE FROM nowhere WHERE pk = ?") + "," + write + "," + write + "]"}}},
       {kMissing, {{"TransactStatements", "[" + write + "," + write + "]"}}},
       {kTwice, {{"TransactStatements", "[" + write + "]"}}},
       {"{'Responses':[{}]}", {}}});
}

}  // namespace
}  // namespace lodestone::testing
