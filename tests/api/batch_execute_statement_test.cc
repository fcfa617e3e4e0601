// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchExecuteStatement.html
#include <initializer_list>

#include "tests/api/statement_fixture.h"

namespace lodestone::testing {
namespace {

class BatchExecuteStatement : public Statements {
 protected:
  void SetUp() override {
    database.create_plain_table(true);
    for (const std::string sk : {"1", "2", "3"})
      database.put("{'pk':{'S':'p'},'sk':{'S':'" + sk + "'},'n':{'N':'" + sk + "'}}");
  }
  static std::string batch(std::initializer_list<std::string> statements, std::string_view more = "") {
    std::string all;
    for (const std::string& each : statements) all += (all.empty() ? "" : ",") + each;
    return "{'Statements':[" + all + "]" + std::string(more) + "}";
  }
  std::string responses(std::initializer_list<std::string> statements) {
    return at(database.ok("BatchExecuteStatement", batch(statements)), "/Responses");
  }
  std::string refused(std::initializer_list<std::string> statements) {
    return database.answer("BatchExecuteStatement", batch(statements));
  }
};

const std::string kWhere = " WHERE pk = 'p' AND sk = ";

TEST_P(BatchExecuteStatement, ReadsAnItemWithEachStatement) {
  EXPECT_EQ(responses({statement("SELECT n FROM things" + kWhere + "'1'"),
                       statement("SELECT * FROM things" + kWhere + "'9'"),
                       statement("SELECT * FROM things" + kWhere + "? AND n = 2", parameters("{'S':'2'}")),
                       statement("SELECT * FROM things" + kWhere + "'3' AND n = 7")}),
            json("[{'TableName':'things','Item':{'n':{'N':'1'}}},{'TableName':'things'},"
                 "{'TableName':'things','Item':{'pk':{'S':'p'},'sk':{'S':'2'},'n':{'N':'2'}}},"
                 "{'TableName':'things'}]"));
}

TEST_P(BatchExecuteStatement, WritesEachStatementByItself) {
  EXPECT_EQ(responses({statement("INSERT INTO things VALUE {'pk':'p','sk':'new'}"),
                       statement("INSERT INTO things VALUE {'pk':'p','sk':'1'}"),
                       statement("UPDATE things SET n = 20" + kWhere + "'2' RETURNING ALL OLD *"),
                       statement("UPDATE things SET n = 30" + kWhere + "'3' AND n = 4",
                                 ",'ReturnValuesOnConditionCheckFailure':'ALL_OLD'"),
                       statement("UPDATE things SET n = 1" + kWhere + "'nowhere'"),
                       statement("DELETE FROM things" + kWhere + "'gone'")}),
            json("[{'TableName':'things'},"
                 "{'TableName':'things','Error':{'Code':'DuplicateItem','Message':"
                 "'Duplicate primary key exists in table'}},"
                 "{'TableName':'things','Item':{'pk':{'S':'p'},'sk':{'S':'2'},'n':{'N':'2'}}},"
                 "{'TableName':'things','Error':{'Code':'ConditionalCheckFailed','Message':"
                 "'The conditional request failed','Item':{'pk':{'S':'p'},'sk':{'S':'3'},'n':{'N':'3'}}}},"
                 "{'TableName':'things','Error':{'Code':'ConditionalCheckFailed','Message':"
                 "'The conditional request failed'}},{'TableName':'things'}]"));
  EXPECT_EQ(items("SELECT sk, n FROM things WHERE pk = 'p'"),
            json("[{'sk':{'S':'1'},'n':{'N':'1'}},{'sk':{'S':'2'},'n':{'N':'20'}},"
                 "{'sk':{'S':'3'},'n':{'N':'3'}},{'sk':{'S':'new'}}]"));
}

TEST_P(BatchExecuteStatement, TellsWhatIsWrongWithAStatementAndDoesTheOthers) {
  const std::string reply =
      responses({statement("NOT A STATEMENT"), statement("SELECT * FROM things" + kWhere + "'1'"),
                 statement("SELECT * FROM \"never-made\"" + kWhere + "'1'"),
                 statement("SELECT * FROM things WHERE pk = 'p'"),
                 statement("SELECT * FROM \"things\".\"i\"" + kWhere + "'1'"),
                 statement("SELECT * FROM things WHERE pk = 1 AND sk = '1'"),
                 statement("SELECT * FROM things WHERE pk = ?")});
  const auto error = [&](int place) {
    const std::string at_place = "/" + std::to_string(place);
    return text_at(reply, at_place + "/Error/Code") + ": " + text_at(reply, at_place + "/Error/Message") +
           " (" + text_at(reply, at_place + "/TableName") + ")";
  };
  EXPECT_EQ(
      error(0),
      "ValidationError: Statement wasn't well formed, can't be processed: Expected data manipulation ()");
  EXPECT_EQ(count_at(reply, "/1/Item"), 3U);
  EXPECT_EQ(error(2), "ResourceNotFound: Requested resource not found (never-made)");
  const std::string unkeyed =
      "ValidationError: Select statements within BatchExecuteStatement must specify the primary key in the "
      "where clause. ()";
  EXPECT_EQ(error(3), unkeyed);
  EXPECT_EQ(error(4), unkeyed);
  EXPECT_EQ(error(5), "ValidationError: The provided key element does not match the schema ()");
  EXPECT_EQ(error(6), "ValidationError: Number of parameters in request and statement don't match. ()");
}

TEST_P(BatchExecuteStatement, RefusesWhatDoesNotGoTogether) {
  EXPECT_EQ(refused({statement("SELECT * FROM things" + kWhere + "'1'"),
                     statement("DELETE FROM things" + kWhere + "'2'")}),
            kValidation + "Read and write requests together in the same batch is not supported.");
  const std::string duplicates = kValidation + "Provided list of item keys contains duplicates";
  EXPECT_EQ(refused({statement("SELECT * FROM things" + kWhere + "'1'"),
                     statement("SELECT n FROM things WHERE sk = '1' AND pk = 'p'")}),
            duplicates);
  EXPECT_EQ(refused({statement("INSERT INTO things VALUE {'pk':'p','sk':'x'}"),
                     statement("DELETE FROM things" + kWhere + "'x'")}),
            duplicates);
  EXPECT_EQ(items("SELECT sk FROM things WHERE pk = 'p' AND sk = 'x'"), "[]");
  EXPECT_EQ(refused({}),
            kWrapped +
                "Value '[]' at 'statements' failed to satisfy constraint: Member must have length "
                "greater than or equal to 1");
  std::string many;
  for (int i = 0; i < 26; ++i) {
    many += (i == 0 ? "" : ",") + statement("SELECT * FROM things" + kWhere + "'" + std::to_string(i) + "'");
  }
  EXPECT_TRUE(database.answer("BatchExecuteStatement", "{'Statements':[" + many + "]}")
                  .ends_with("Member must have length less than or equal to 25"));
  EXPECT_EQ(
      database.answer("BatchExecuteStatement", "{'Statements':[{}]}"),
      kWrapped +
          "Value null at 'statements.1.member.statement' failed to satisfy constraint: Member must not be "
          "null");
}

TEST_P(BatchExecuteStatement, ReckonsCapacityByTable) {
  database.ok(
      "CreateTable",
      "{'TableName':'others','BillingMode':'PAY_PER_REQUEST','AttributeDefinitions':[{'AttributeName':"
      "'pk','AttributeType':'S'}],'KeySchema':[{'AttributeName':'pk','KeyType':'HASH'}]}");
  EXPECT_EQ(
      at(database.ok("BatchExecuteStatement",
                     batch({statement("SELECT * FROM things" + kWhere + "'1'"),
                            statement("SELECT * FROM others WHERE pk = 'x'", ",'ConsistentRead':true"),
                            statement("SELECT * FROM things" + kWhere + "'2'", ",'ConsistentRead':true")},
                           ",'ReturnConsumedCapacity':'TOTAL'")),
         "/ConsumedCapacity"),
      json("[{'TableName':'things','CapacityUnits':1.5},{'TableName':'others','CapacityUnits':1.0}]"));
  EXPECT_EQ(at(database.ok("BatchExecuteStatement",
                           batch({statement("INSERT INTO things VALUE {'pk':'p','sk':'x'}"),
                                  statement("DELETE FROM things" + kWhere + "'2'")},
                                 ",'ReturnConsumedCapacity':'INDEXES'")),
               "/ConsumedCapacity"),
            json("[{'TableName':'things','CapacityUnits':2.0,'Table':{'CapacityUnits':2.0}}]"));
}

INSTANTIATE_ON_BOTH_STORES(BatchExecuteStatement);

}  // namespace
}  // namespace lodestone::testing
