// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ExecuteStatement.html and
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.statements.html
#include "tests/api/statement_fixture.h"

namespace lodestone::testing {
namespace {

const std::string kFailed = "ConditionalCheckFailedException: The conditional request failed";

class ExecuteStatement : public Statements {
 protected:
  void SetUp() override {
    database.create_table(
        ",'AttributeDefinitions':[{'AttributeName':'Artist','AttributeType':'S'},"
        "{'AttributeName':'SongTitle','AttributeType':'S'},{'AttributeName':'Year','AttributeType':'N'}],"
        "'KeySchema':[{'AttributeName':'Artist','KeyType':'HASH'},"
        "{'AttributeName':'SongTitle','KeyType':'RANGE'}],"
        "'GlobalSecondaryIndexes':[{'IndexName':'by-year','KeySchema':[{'AttributeName':'Year','KeyType':"
        "'HASH'}],'Projection':{'ProjectionType':'ALL'}}]");
  }
  std::string song(std::string_view title) {
    return database.get("{'Artist':{'S':'Acme Band'},'SongTitle':{'S':'" + std::string(title) + "'}}");
  }
};

// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.update.html
TEST_P(ExecuteStatement, GoesThroughTheExamplesOfTheGuide) {
  const std::string where = " WHERE Artist='Acme Band' AND SongTitle='PartiQL Rocks'";
  EXPECT_EQ(ok("INSERT INTO \"things\" value {'Artist' : 'Acme Band','SongTitle' : 'PartiQL Rocks'}"),
            json("{'Items':[]}"));
  EXPECT_EQ(ok("UPDATE \"things\" SET AwardsWon=1 SET AwardDetail={'Grammys':[2020, 2018]}" + where),
            json("{'Items':[]}"));
  EXPECT_EQ(ok("UPDATE things SET AwardDetail.Grammys =list_append(AwardDetail.Grammys,[2016])" + where),
            json("{'Items':[]}"));
  ok("UPDATE things REMOVE AwardDetail.Grammys[2]" + where);
  ok("UPDATE things SET AwardDetail.BillBoard=[2020]" + where);
  ok("UPDATE things SET BandMembers =<<'member1', 'member2'>>" + where);
  ok("UPDATE things SET BandMembers =set_add(BandMembers, <<'newbandmember'>>)" + where);
  const std::string item =
      "{'Artist':{'S':'Acme Band'},'SongTitle':{'S':'PartiQL Rocks'},'AwardsWon':{'N':'1'},"
      "'AwardDetail':{'M':{'Grammys':{'L':[{'N':'2020'},{'N':'2018'}]},'BillBoard':{'L':[{'N':'2020'}]}}},"
      "'BandMembers':{'SS':['member1','member2','newbandmember']}}";
  EXPECT_EQ(ok("SELECT * FROM things" + where), json("{'Items':[" + item + "]}"));
  EXPECT_EQ(items("SELECT AwardDetail.Grammys[0], AwardsWon FROM things" + where),
            json("[{'Grammys[0]':{'N':'2020'},'AwardsWon':{'N':'1'}}]"));
  EXPECT_EQ(items("DELETE FROM \"things\" WHERE \"Artist\" = 'Acme Band' AND \"SongTitle\" = 'PartiQL Rocks' "
                  "RETURNING ALL OLD *"),
            json("[" + item + "]"));
  EXPECT_EQ(ok("SELECT * FROM things" + where), json("{'Items':[]}"));
}

TEST_P(ExecuteStatement, TakesParametersOfEveryType) {
  EXPECT_EQ(ok("INSERT INTO things VALUE {'Artist':?, 'SongTitle':?, 'b':?, 'm':{'s':?, 'l':[?]}}",
               parameters("{'S':'a'},{'S':'b'},{'B':'eA=='},{'NS':['2','1.0']},{'NULL':true}")),
            json("{'Items':[]}"));
  EXPECT_EQ(items("SELECT b, m FROM things WHERE Artist = ? AND SongTitle = ? AND m.s = ?",
                  parameters("{'S':'a'},{'S':'b'},{'NS':['1','2']}")),
            json("[{'b':{'B':'eA=='},'m':{'M':{'s':{'NS':['1','2']},'l':{'L':[{'NULL':true}]}}}}]"));
  ok("UPDATE things SET n = ? WHERE SongTitle = ? AND Artist = ?",
     parameters("{'N':'1e2'},{'S':'b'},{'S':'a'}"));
  EXPECT_EQ(items("SELECT n FROM things WHERE Artist = 'a' AND SongTitle = 'b'"),
            json("[{'n':{'N':'100'}}]"));
  ok("INSERT INTO things VALUE ?", parameters("{'M':{'Artist':{'S':'whole'},'SongTitle':{'S':'item'}}}"));
  EXPECT_EQ(items("SELECT * FROM things WHERE Artist = 'whole'"),
            json("[{'Artist':{'S':'whole'},'SongTitle':{'S':'item'}}]"));
  EXPECT_EQ(answer("SELECT * FROM things WHERE Artist = ?"),
            kValidation + "Number of parameters in request and statement don't match.");
  EXPECT_EQ(answer("SELECT * FROM things WHERE Artist = ?", parameters("{'N':'x'}")),
            kValidation + "The parameter cannot be converted to a numeric value: x");
  EXPECT_EQ(answer("SELECT * FROM things WHERE Artist = ?", parameters("{'S':'x','N':'1'}")),
            kValidation +
                "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the "
                "supported datatypes");
}

TEST_P(ExecuteStatement, InsertsOnlyWhereThereIsNoItem) {
  const std::string insert = "INSERT INTO things VALUE {'Artist':'Acme Band','SongTitle':'one','n':1}";
  ok(insert);
  EXPECT_EQ(answer(insert), "DuplicateItemException: Duplicate primary key exists in table");
  const Reply reply = database.run("ExecuteStatement", statement(insert));
  EXPECT_EQ(text_at(reply.body, "/__type"), "com.amazonaws.dynamodb.v20120810#DuplicateItemException");
  EXPECT_EQ(song("one"), json("{'Artist':{'S':'Acme Band'},'SongTitle':{'S':'one'},'n':{'N':'1'}}"));
}

TEST_P(ExecuteStatement, ChecksAnInsertedItemAsPutItemDoes) {
  EXPECT_EQ(answer("INSERT INTO things VALUE {'Artist':'a'}"),
            kInvalid + "Missing the key SongTitle in the item");
  EXPECT_EQ(answer("INSERT INTO things VALUE {'Artist':'a','SongTitle':1}"),
            kInvalid + "Type mismatch for key SongTitle expected: S actual: N");
  EXPECT_EQ(answer("INSERT INTO things VALUE {'Artist':'a','SongTitle':''}"),
            kValidation +
                "One or more parameter values are not valid. The AttributeValue for a key attribute cannot "
                "contain an empty string value. Key: SongTitle");
  EXPECT_EQ(answer("INSERT INTO things VALUE {'Artist':'a','SongTitle':'b','Year':'x'}"),
            kInvalid + "Type mismatch for Index Key Year Expected: N Actual: S IndexName: by-year");
  EXPECT_EQ(answer("INSERT INTO things VALUE {'Artist':'a','SongTitle':'b','v':?}",
                   parameters("{'S':'" + repeated("x", 409600) + "'}")),
            kValidation + "Item size has exceeded the maximum allowed size");
}

// "If the WHERE clause of the UPDATE statement does not evaluate to true for any item":
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.update.html
TEST_P(ExecuteStatement, UpdatesOnlyAnItemThatMeetsTheClause) {
  const std::string where = " WHERE Artist = 'Acme Band' AND SongTitle = 'one'";
  EXPECT_EQ(answer("UPDATE things SET n = 2" + where), kFailed);
  EXPECT_EQ(answer("UPDATE things REMOVE n" + where), kFailed);
  EXPECT_EQ(song("one"), "");
  ok("INSERT INTO things VALUE {'Artist':'Acme Band','SongTitle':'one','n':1}");
  EXPECT_EQ(answer("UPDATE things SET n = 2" + where + " AND n = 7"), kFailed);
  EXPECT_EQ(answer("UPDATE things SET n = 2" + where + " AND x IS NOT MISSING"), kFailed);
  ok("UPDATE things SET n = n + 1" + where + " AND n IN [1, 7] AND x IS MISSING");
  EXPECT_EQ(song("one"), json("{'Artist':{'S':'Acme Band'},'SongTitle':{'S':'one'},'n':{'N':'2'}}"));
  const Reply refused =
      database.run("ExecuteStatement", statement("UPDATE things SET n = 3" + where + " AND n > 2",
                                                 ",'ReturnValuesOnConditionCheckFailure':'ALL_OLD'"));
  EXPECT_EQ(at(refused.body, "/Item"),
            json("{'Artist':{'S':'Acme Band'},'SongTitle':{'S':'one'},'n':{'N':'2'}}"));
  const Reply silent =
      database.run("ExecuteStatement", statement("UPDATE things SET n = 3" + where + " AND n > 2"));
  EXPECT_EQ(at(silent.body, "/Item"), "");
}

// "SUCCESS is returned with 0 items deleted":
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.delete.html
TEST_P(ExecuteStatement, DeletesAnItemThatMeetsTheClauseOrIsNotThere) {
  const std::string where = " WHERE Artist = 'Acme Band' AND SongTitle = 'one'";
  EXPECT_EQ(ok("DELETE FROM things" + where), json("{'Items':[]}"));
  EXPECT_EQ(ok("DELETE FROM things" + where + " AND n = 1 RETURNING ALL OLD *"), json("{'Items':[]}"));
  ok("INSERT INTO things VALUE {'Artist':'Acme Band','SongTitle':'one','n':1}");
  EXPECT_EQ(answer("DELETE FROM things" + where + " AND n = 2"), kFailed);
  EXPECT_NE(song("one"), "");
  EXPECT_EQ(ok("DELETE FROM things" + where + " AND n = 1"), json("{'Items':[]}"));
  EXPECT_EQ(song("one"), "");
}

TEST_P(ExecuteStatement, ReturnsTheItemOfAWriteAsItWasOrIs) {
  const std::string where = " WHERE Artist = 'a' AND SongTitle = 'b' ";
  const auto item = [](std::string_view more) {
    return json("[{'Artist':{'S':'a'},'SongTitle':{'S':'b'}" + std::string(more) + "}]");
  };
  ok("INSERT INTO things VALUE {'Artist':'a','SongTitle':'b','n':1,'m':{'x':1,'y':2}}");
  const std::string map = ",'m':{'M':{'x':{'N':'1'},'y':{'N':'2'}}}";
  EXPECT_EQ(items("UPDATE things SET n = 2" + where + "RETURNING ALL OLD *"), item(",'n':{'N':'1'}" + map));
  EXPECT_EQ(items("UPDATE things SET n = 3" + where + "RETURNING ALL NEW *"), item(",'n':{'N':'3'}" + map));
  EXPECT_EQ(items("UPDATE things SET m.x = 5 REMOVE n" + where + "RETURNING MODIFIED OLD *"),
            json("[{'n':{'N':'3'},'m':{'M':{'x':{'N':'1'}}}}]"));
  EXPECT_EQ(items("UPDATE things SET m.x = 6, k = 1" + where + "RETURNING MODIFIED NEW *"),
            json("[{'k':{'N':'1'},'m':{'M':{'x':{'N':'6'}}}}]"));
  EXPECT_EQ(items("UPDATE things REMOVE k" + where + "RETURNING MODIFIED NEW *"), "[]");
}

TEST_P(ExecuteStatement, WritesTheOneItemThatTheWholeKeyNames) {
  const std::string missing =
      kValidation + "Where clause does not contain a mandatory equality on all key attributes";
  ok("INSERT INTO things VALUE {'Artist':'a','SongTitle':'b'}");
  for (const std::string clause :
       {"", " WHERE Artist = 'a'", " WHERE SongTitle = 'b'", " WHERE Artist = 'a' AND SongTitle > 'a'",
        " WHERE Artist = 'a' OR SongTitle = 'b'", " WHERE Artist IN ['a'] AND SongTitle = 'b'",
        " WHERE NOT Artist = 'a' AND SongTitle = 'b'"}) {
    EXPECT_EQ(answer("UPDATE things SET n = 1" + clause), missing) << clause;
    EXPECT_EQ(answer("DELETE FROM things" + clause), missing) << clause;
  }
  EXPECT_EQ(answer("DELETE FROM things WHERE Artist = 1 AND SongTitle = 'b'"),
            kValidation + "The provided key element does not match the schema");
  EXPECT_EQ(answer("UPDATE things SET Artist = 'x' WHERE Artist = 'a' AND SongTitle = 'b'"),
            kInvalid + "Cannot update attribute Artist. This attribute is part of the key");
  EXPECT_EQ(answer("UPDATE things SET n = 1 WHERE Artist = 'a' AND SongTitle = 'b' AND Artist.x = 1"),
            kValidation +
                "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: "
                "Key: Artist");
  EXPECT_EQ(answer("UPDATE things SET x.y = 1 WHERE Artist = 'a' AND SongTitle = 'b'"),
            kValidation + "The document path provided in the update expression is invalid for update");
  EXPECT_EQ(answer("UPDATE things SET \"Year\" = 'x' WHERE Artist = 'a' AND SongTitle = 'b'"),
            kInvalid + "Type mismatch for Index Key Year Expected: N Actual: S IndexName: by-year");
}

TEST_P(ExecuteStatement, FindsFaultsInTheServicesOrder) {
  const std::string missing_table = "ResourceNotFoundException: Requested resource not found";
  EXPECT_EQ(answer("SELECT * FROM \"never-made\""), missing_table);
  EXPECT_EQ(answer("INSERT INTO \"never-made\" VALUE {'a': 1}"), missing_table);
  EXPECT_EQ(answer("UPDATE \"never-made\" SET a = 1"), missing_table);
  EXPECT_EQ(answer("DELETE FROM \"never-made\""), missing_table);
  EXPECT_EQ(
      answer("SELECT * FROM \"never-made\" WHERE a < TRUE"),
      kValidation +
          "Incorrect operand type for operator or function; operator or function: <, operand type: BOOL");
  EXPECT_EQ(answer("UPDATE \"never-made\".\"i\" SET a = 1"),
            kValidation + "This operation is not supported on an index");
  EXPECT_EQ(answer("DELETE FROM \"things\".\"by-year\" WHERE \"Year\" = 1"),
            kValidation + "This operation is not supported on an index");
  EXPECT_EQ(answer("SELECT * FROM \"things\".\"other\""),
            kValidation + "The table does not have the specified index");
  EXPECT_EQ(answer("EXISTS(SELECT * FROM things WHERE Artist = 'a' AND SongTitle = 'b')"),
            kValidation + "EXISTS is only supported in ExecuteTransaction");
  EXPECT_EQ(
      answer("SELECT * FROM things", ",'Parameters':[]"),
      kWrapped +
          "Value '[]' at 'parameters' failed to satisfy constraint: Member must have length greater than "
          "or equal to 1");
  EXPECT_EQ(answer("SELECT * FROM things", ",'Limit':0"),
            kWrapped +
                "Value '0' at 'limit' failed to satisfy constraint: Member must have value greater than or "
                "equal to 1");
  EXPECT_EQ(answer(""), kWrapped +
                            "Value '' at 'statement' failed to satisfy constraint: Member must have length "
                            "greater than or equal to 1");
  EXPECT_EQ(answer("SELECT * FROM things" + repeated(" ", 8192 - 20)), json("{'Items':[]}"));
  EXPECT_TRUE(answer("SELECT * FROM things" + repeated(" ", 8192 - 19))
                  .ends_with("Member must have length less than or equal to 8192"));
  EXPECT_EQ(database.answer("ExecuteStatement", "{'Statement':5}"),
            "SerializationException: NUMBER_VALUE cannot be converted to String");
}

TEST_P(ExecuteStatement, ReckonsTheCapacityOfWrites) {
  const auto capacity = [this](std::string_view text, std::string_view detail = "TOTAL") {
    return at(ok(text, ",'ReturnConsumedCapacity':'" + std::string(detail) + "'"), "/ConsumedCapacity");
  };
  const std::string where = " WHERE Artist = 'a' AND SongTitle = 'b'";
  EXPECT_EQ(capacity("INSERT INTO things VALUE {'Artist':'a','SongTitle':'b','Year':1}", "INDEXES"),
            json("{'TableName':'things','CapacityUnits':2.0,'Table':{'CapacityUnits':1.0},"
                 "'GlobalSecondaryIndexes':{'by-year':{'CapacityUnits':1.0}}}"));
  EXPECT_EQ(capacity("UPDATE things SET \"Year\" = 2" + where),
            json("{'TableName':'things','CapacityUnits':3.0}"));
  EXPECT_EQ(capacity("UPDATE things REMOVE \"Year\"" + where),
            json("{'TableName':'things','CapacityUnits':2.0}"));
  EXPECT_EQ(capacity("DELETE FROM things" + where), json("{'TableName':'things','CapacityUnits':1.0}"));
  EXPECT_EQ(capacity("DELETE FROM things" + where, "NONE"), "");
}

// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html
TEST_P(ExecuteStatement, IsRecordedInTheStream) {
  const std::string described = database.ok(
      "UpdateTable",
      "{'TableName':'things','StreamSpecification':{'StreamEnabled':true,'StreamViewType':'KEYS_ONLY'}}");
  const std::string arn = text_at(described, "/TableDescription/LatestStreamArn");
  const std::string where = " WHERE Artist = 'a' AND SongTitle = 'b'";
  ok("INSERT INTO things VALUE {'Artist':'a','SongTitle':'b','n':1}");
  ok("UPDATE things SET n = 2" + where);
  ok("UPDATE things SET n = 2" + where);
  ok("DELETE FROM things" + where);
  ok("DELETE FROM things" + where);
  const std::string stream = database.ok("DescribeStream", "{'StreamArn':'" + arn + "'}");
  const std::string shard = text_at(stream, "/StreamDescription/Shards/0/ShardId");
  const std::string iterator =
      database.ok("GetShardIterator",
                  "{'StreamArn':'" + arn + "','ShardId':'" + shard + "','ShardIteratorType':'TRIM_HORIZON'}");
  const std::string records =
      database.ok("GetRecords", "{'ShardIterator':'" + text_at(iterator, "/ShardIterator") + "'}");
  std::string names;
  for (const std::string& record : elements_at(records, "/Records"))
    names += text_at(record, "/eventName") + ' ';
  EXPECT_EQ(names, "INSERT MODIFY REMOVE ");
}

INSTANTIATE_ON_BOTH_STORES(ExecuteStatement);

}  // namespace
}  // namespace lodestone::testing
