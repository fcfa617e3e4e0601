// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ExecuteTransaction.html
#include <initializer_list>

#include "tests/api/statement_fixture.h"

namespace lodestone::testing {
namespace {

std::string transaction(std::initializer_list<std::string> statements, std::string_view more = "") {
  std::string all;
  for (const std::string& each : statements) all += (all.empty() ? "" : ",") + each;
  return "{'TransactStatements':[" + all + "]" + std::string(more) + "}";
}

class ExecuteTransaction : public Statements {
 protected:
  void SetUp() override {
    database.create_plain_table();
    for (const std::string pk : {"a", "b", "c"}) database.put("{'pk':{'S':'" + pk + "'},'n':{'N':'1'}}");
  }
  std::string run(std::initializer_list<std::string> statements, std::string_view more = "") {
    return database.answer("ExecuteTransaction", transaction(statements, more));
  }
  /// `[Code: Message, …]` of the reasons.
  std::string reasons(std::initializer_list<std::string> statements) {
    const Reply reply = database.run("ExecuteTransaction", transaction(statements));
    EXPECT_EQ(text_at(reply.body, "/__type"),
              "com.amazonaws.dynamodb.v20120810#TransactionCanceledException");
    std::string all;
    for (const std::string& reason : elements_at(reply.body, "/CancellationReasons")) {
      all += (all.empty() ? "" : ", ") + text_at(reason, "/Code");
      if (const std::string message = text_at(reason, "/Message"); !message.empty()) all += ": " + message;
    }
    return all;
  }
  std::string n_of(std::string_view pk) {
    const std::string key = "{'pk':{'S':'" + std::string(pk) + "'}}";
    return text_at(database.ok("GetItem", "{'TableName':'things','Key':" + key + "}"), "/Item/n/N");
  }
};

TEST_P(ExecuteTransaction, WritesAllStatements) {
  EXPECT_EQ(run({statement("EXISTS(SELECT * FROM things WHERE pk = 'a' AND n = 1 AND gone IS MISSING)"),
                 statement("INSERT INTO things VALUE {'pk':?,'n':?}", parameters("{'S':'new'},{'N':'7'}")),
                 statement("UPDATE things SET n = n + 1 WHERE pk = 'b'"),
                 statement("DELETE FROM things WHERE pk = 'c' AND n = 1"),
                 statement("DELETE FROM things WHERE pk = 'never'")}),
            json("{'Responses':[{},{},{},{},{}]}"));
  EXPECT_EQ(n_of("a") + n_of("new") + n_of("b") + n_of("c"), "172");
}

TEST_P(ExecuteTransaction, WritesNothingWhereOneStatementFails) {
  EXPECT_EQ(reasons({statement("INSERT INTO things VALUE {'pk':'new'}"),
                     statement("INSERT INTO things VALUE {'pk':'a'}"),
                     statement("UPDATE things SET n = 2 WHERE pk = 'b' AND n = 5"),
                     statement("UPDATE things SET n = 2 WHERE pk = 'nobody'"),
                     statement("DELETE FROM things WHERE pk = 'c'")}),
            "None, DuplicateItem: Duplicate primary key exists in table, "
            "ConditionalCheckFailed: The conditional request failed, "
            "ConditionalCheckFailed: The conditional request failed, None");
  EXPECT_EQ(n_of("new") + n_of("b") + n_of("c"), "11");
  EXPECT_EQ(reasons({statement("EXISTS(SELECT * FROM things WHERE pk = 'nobody')"),
                     statement("DELETE FROM things WHERE pk = 'c'")}),
            "ConditionalCheckFailed: The conditional request failed, None");
  EXPECT_EQ(reasons({statement("EXISTS(SELECT * FROM things WHERE pk = 'nobody' AND n IS MISSING)")}),
            "ConditionalCheckFailed: The conditional request failed");
  EXPECT_EQ(
      reasons({statement("UPDATE things SET n = m WHERE pk = 'a'")}),
      "ValidationError: The provided expression refers to an attribute that does not exist in the item");
  EXPECT_EQ(
      reasons({statement("DELETE FROM things WHERE pk = 1"), statement("DELETE FROM things WHERE pk = 'a'")}),
      "ValidationError: The provided key element does not match the schema, None");
  EXPECT_EQ(n_of("a") + n_of("c"), "11");
  const Reply told = database.run(
      "ExecuteTransaction", transaction({statement("UPDATE things SET n = 2 WHERE pk = 'b' AND n = 5",
                                                   ",'ReturnValuesOnConditionCheckFailure':'ALL_OLD'")}));
  EXPECT_EQ(at(told.body, "/CancellationReasons/0/Item"), json("{'pk':{'S':'b'},'n':{'N':'1'}}"));
}

TEST_P(ExecuteTransaction, ReadsAllStatements) {
  EXPECT_EQ(
      run({statement("SELECT * FROM things WHERE pk = 'a'"), statement("SELECT n FROM things WHERE pk = 'b'"),
           statement("SELECT * FROM things WHERE pk = 'nobody'"),
           statement("SELECT * FROM things WHERE pk = 'c' AND n = 2")}),
      json("{'Responses':[{'Item':{'pk':{'S':'a'},'n':{'N':'1'}}},{'Item':{'n':{'N':'1'}}},{},{}]}"));
  EXPECT_EQ(reasons({statement("SELECT * FROM things WHERE pk = 'a'"),
                     statement("SELECT * FROM things WHERE pk = 1")}),
            "None, ValidationError: The provided key element does not match the schema");
}

TEST_P(ExecuteTransaction, RefusesWhatIsNoTransaction) {
  const std::string select = statement("SELECT * FROM things WHERE pk = 'a'");
  const std::string erase = statement("DELETE FROM things WHERE pk = 'b'");
  EXPECT_EQ(
      run({select, erase}),
      kValidation +
          "ExecuteTransaction API does not support both read and write operations in the same request.");
  EXPECT_EQ(
      run({statement("EXISTS(SELECT * FROM things WHERE pk = 'a')"), select}),
      kValidation +
          "ExecuteTransaction API does not support both read and write operations in the same request.");
  const std::string twice =
      kValidation + "Transaction request cannot include multiple operations on one item";
  EXPECT_EQ(run({erase, erase}), twice);
  EXPECT_EQ(run({select, select}), twice);
  EXPECT_EQ(run({erase, statement("UPDATE things SET n = 1 WHERE pk = 'a' RETURNING ALL OLD *")}),
            kValidation +
                "Validation failed in TransactStatements[1]: RETURNING clause is not supported in "
                "ExecuteTransaction.");
  EXPECT_EQ(run({statement("SELECT * FROM \"things\".\"i\" WHERE pk = 'a'")}),
            kValidation +
                "Validation failed in TransactStatements[0]: Reads on indices are not supported within "
                "transactions.");
  EXPECT_EQ(
      run({select, statement("SELECT * FROM things WHERE n = 1")}),
      kValidation +
          "Validation failed in TransactStatements[1]: Select statements within ExecuteTransaction must "
          "specify the primary key in the where clause.");
  EXPECT_EQ(run({erase, statement("DELETE FROM things WHERE n = 1")}),
            kValidation + "Where clause does not contain a mandatory equality on all key attributes");
  EXPECT_EQ(run({erase, statement("DELETE things")}),
            kValidation + "Statement wasn't well formed, can't be processed: Expected FROM after DELETE");
  EXPECT_EQ(run({erase, statement("DELETE FROM \"never-made\" WHERE pk = 'a'")}),
            "ResourceNotFoundException: Requested resource not found");
  EXPECT_EQ(run({}),
            kWrapped +
                "Value at 'transactStatements' failed to satisfy constraint: Member must have length "
                "greater than or equal to 1");
  EXPECT_EQ(n_of("b"), "1");
}

TEST_P(ExecuteTransaction, TakesEffectOnceUnderItsToken) {
  const std::string update = statement("UPDATE things SET n = n + 1 WHERE pk = 'a'");
  const std::string token = ",'ClientRequestToken':'once','ReturnConsumedCapacity':'TOTAL'";
  EXPECT_EQ(at(run({update}, token), "/ConsumedCapacity"),
            json("[{'TableName':'things','CapacityUnits':2.0,'WriteCapacityUnits':2.0}]"));
  const std::string repeated_reply = run({update}, token);
  EXPECT_EQ(at(repeated_reply, "/Responses"), "[{}]");
  EXPECT_EQ(at(repeated_reply, "/ConsumedCapacity"),
            json("[{'TableName':'things','CapacityUnits':2.0,'ReadCapacityUnits':2.0}]"));
  EXPECT_EQ(n_of("a"), "2");
  EXPECT_TRUE(run({statement("UPDATE things SET n = n + 2 WHERE pk = 'a'")}, token)
                  .starts_with("IdempotentParameterMismatchException: "));
  EXPECT_EQ(database.answer("TransactWriteItems",
                            "{'TransactItems':[{'Delete':{'TableName':'things','Key':{'pk':{'S':'b'}}}}],"
                            "'ClientRequestToken':'once'}"),
            "{}")
      << "tokens belong to an operation";
  EXPECT_EQ(n_of("b"), "");
  database.reopen();
  run({update}, token);
  EXPECT_EQ(n_of("a"), "2");
  database.clock.advance(std::chrono::minutes(11));
  run({update}, token);
  EXPECT_EQ(n_of("a"), "3");
  EXPECT_TRUE(run({update}, ",'ClientRequestToken':'" + repeated("x", 37) + "'")
                  .ends_with("Member must have length less than or equal to 36"));
}

TEST_P(ExecuteTransaction, CostsTwice) {
  const std::string total = ",'ReturnConsumedCapacity':'TOTAL'";
  EXPECT_EQ(at(run({statement("SELECT * FROM things WHERE pk = 'a'"),
                    statement("SELECT * FROM things WHERE pk = 'x'")},
                   total),
               "/ConsumedCapacity"),
            json("[{'TableName':'things','CapacityUnits':4.0,'ReadCapacityUnits':4.0}]"));
  EXPECT_EQ(at(run({statement("DELETE FROM things WHERE pk = 'a'"),
                    statement("INSERT INTO things VALUE {'pk':'x'}")},
                   total),
               "/ConsumedCapacity"),
            json("[{'TableName':'things','CapacityUnits':4.0,'WriteCapacityUnits':4.0}]"));
}

INSTANTIATE_ON_BOTH_STORES(ExecuteTransaction);

}  // namespace
}  // namespace lodestone::testing
