// Tables as a whole: found, listed, tagged, protected, deleted.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DeleteTable.html, API_ListTables.html,
// API_TagResource.html
#include "tests/api/database_fixture.h"

namespace lodestone::testing {
namespace {

const std::string kValidation = "ValidationException: ";
const std::string kArn = "arn:aws:dynamodb:us-east-1:000000000000:table/things";

class TableSettings : public OnBothStores {
 protected:
  void create(const std::string& name) {
    database.ok("CreateTable", "{'TableName':'" + name +
                                   "','BillingMode':'PAY_PER_REQUEST','AttributeDefinitions':[{'"
                                   "AttributeName':'pk','AttributeType':'S'}],"
                                   "'KeySchema':[{'AttributeName':'pk','KeyType':'HASH'}]}");
  }
  static std::string tags(int from, int to) {
    std::string all;
    for (int i = from; i < to; ++i)
      all += std::string(i == from ? "" : ",") + "{'Key':'k" + std::to_string(i) + "','Value':'v'}";
    return "'Tags':[" + all + "]";
  }
  std::size_t tag_count() {
    return count_at(database.ok("ListTagsOfResource", "{'ResourceArn':'" + kArn + "'}"), "/Tags");
  }
};

TEST_P(TableSettings, ListsTablesInPages) {
  expect_answers(database, {{"ListTables", "{}", "{'TableNames':[]}"}});
  for (int i = 0; i < 105; ++i) create("table-" + std::to_string(1000 + i));
  const std::string first = database.ok("ListTables", "{}");
  EXPECT_EQ(count_at(first, "/TableNames"), 100U);
  EXPECT_EQ(text_at(first, "/LastEvaluatedTableName"), "table-1099");
  expect_answers(database,
                 {{"ListTables", "{'ExclusiveStartTableName':'table-1099'}",
                   "{'TableNames':['table-1100','table-1101','table-1102','table-1103','table-1104']}"},
                  {"ListTables", "{'ExclusiveStartTableName':'table-1099x','Limit':2}",
                   "{'TableNames':['table-1100','table-1101'],'LastEvaluatedTableName':'table-1101'}"},
                  {"ListTables", "{'ExclusiveStartTableName':'zzz'}", "{'TableNames':[]}"},
                  {"ListTables", "{'Limit':101}",
                   kWrapped + "Value '101' at 'limit' failed to satisfy constraint: Member must have value "
                              "less than or equal to 100"},
                  {"ListTables", "{'Limit':0}",
                   kWrapped + "Value '0' at 'limit' failed to satisfy constraint: Member must have value "
                              "greater than or equal to 1"}});
}

TEST_P(TableSettings, DeletesATableWithAllItHolds) {
  const std::string missing =
      "ResourceNotFoundException: Requested resource not found: Table: things not found";
  expect_answers(database, {{"DeleteTable", "{'TableName':'things'}", missing},
                            {"DescribeTable", "{'TableName':'things'}", missing}});
  create("things");
  create("others");
  database.put("{'pk':{'S':'a'}}");
  database.ok("PutItem", "{'TableName':'others','Item':{'pk':{'S':'kept'}}}");
  database.ok("UpdateTimeToLive",
              "{'TableName':'things','TimeToLiveSpecification':{'Enabled':true,'AttributeName':'until'}}");
  database.ok("TagResource", "{'ResourceArn':'" + kArn + "'," + tags(0, 1) + "}");
  const std::string described =
      at(database.ok("DeleteTable", "{'TableName':'" + kArn + "'}"), "/TableDescription");
  EXPECT_EQ(text_at(described, "/TableStatus"), "DELETING");
  EXPECT_EQ(text_at(described, "/TableName"), "things");
  EXPECT_EQ(text_at(described, "/ItemCount"), "1");
  for (const char* absent :
       {"/CreationDateTime", "/KeySchema", "/AttributeDefinitions", "/GlobalSecondaryIndexes"}) {
    EXPECT_EQ(at(described, absent), "") << absent;
  }
  expect_answers(database, {{"DescribeTable", "{'TableName':'things'}", missing},
                            {"PutItem", "{'TableName':'things','Item':{'pk':{'S':'a'}}}",
                             "ResourceNotFoundException: Requested resource not found"}});
  // A table of the same name inherits nothing.
  create("things");
  EXPECT_EQ(database.get("{'pk':{'S':'a'}}"), "");
  EXPECT_EQ(tag_count(), 0U);
  expect_answers(database,
                 {{"DescribeTimeToLive", "{'TableName':'things'}",
                   "{'TimeToLiveDescription':{'TimeToLiveStatus':'DISABLED'}}"},
                  {"Scan", "{'TableName':'others','Select':'COUNT'}", "{'Count':1,'ScannedCount':1}"}});
  database.reopen();
  expect_answers(database,
                 {{"Scan", "{'TableName':'things','Select':'COUNT'}", "{'Count':0,'ScannedCount':0}"},
                  {"Scan", "{'TableName':'others','Select':'COUNT'}", "{'Count':1,'ScannedCount':1}"}});
}

// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/WorkingWithTables.Basics.html#WorkingWithTables.Basics.DeletionProtection
TEST_P(TableSettings, ProtectsFromDeletion) {
  create("things");
  database.ok("UpdateTable", "{'TableName':'things','DeletionProtectionEnabled':true}");
  expect_answers(
      database,
      {{"DeleteTable", "{'TableName':'things'}",
        kValidation +
            "Resource cannot be deleted as it is currently protected against deletion. Disable deletion "
            "protection first."}});
  database.ok("UpdateTable", "{'TableName':'things','DeletionProtectionEnabled':false}");
  database.ok("DeleteTable", "{'TableName':'things'}");
}

TEST_P(TableSettings, ChecksTableNames) {
  const std::string required =
      kValidation + "The parameter 'TableName' is required but was not present in the request";
  const std::string length =
      kValidation + "TableName must be at least 3 characters long and at most 255 characters long";
  for (const char* operation : {"DescribeTable", "DeleteTable", "DescribeTimeToLive"}) {
    expect_answers(database, {{operation, "{}", required},
                              {operation, "{'TableName':'ab'}", length},
                              {operation, "{'TableName':'" + repeated("x", 256) + "'}", length},
                              {operation, "{'TableName':'a b c'}",
                               kWrapped + "Value 'a b c' at 'tableName' failed to satisfy constraint: Member "
                                          "must satisfy regular expression "
                                          "pattern: [a-zA-Z0-9_.-]+"}});
  }
  create(repeated("x", 255));
  create("a.b-c_D9");
}

TEST_P(TableSettings, KeepsFiftyTags) {
  create("things");
  const std::string resource = "{'ResourceArn':'" + kArn + "',";
  expect_answers(
      database,
      {{"TagResource", resource + tags(0, 30) + "}", "(empty)"},
       {"TagResource", resource + tags(20, 40) + "}", "(empty)"},
       {"TagResource", resource + tags(40, 61) + "}", kValidation + "…"},
       {"TagResource", resource + "'Tags':[]}",
        kValidation + "Atleast one Tag needs to be provided as Input."},
       {"UntagResource", resource + "'TagKeys':[]}",
        kValidation + "Atleast one Tag Key needs to be provided as Input."},
       {"TagResource", resource + "'Tags':[{'Key':'k'}]}", kWrapped + "Value null at 'tags.1.member.value'…"},
       {"TagResource", resource + "'Tags':[{'Key':'" + repeated("ü", 129) + "','Value':''}]}",
        kWrapped + "…"},
       {"TagResource", resource + "'Tags':[{'Key':'k','Value':'" + repeated("v", 257) + "'}]}",
        kWrapped + "…"},
       {"TagResource", resource + "'Tags':[{'Key':'k!','Value':''}]}", kValidation + "…"},
       {"TagResource", resource + "'Tags':[{'Key':'aws:k','Value':''}]}", kValidation + "…"}});
  EXPECT_EQ(tag_count(), 40U);
  expect_answers(database, {{"TagResource",
                             resource + "'Tags':[{'Key':'" + repeated("ü", 128) + "','Value':'" +
                                 repeated("ü", 256) + "'}]}",
                             "(empty)"},
                            {"TagResource", resource + "'Tags':[{'Key':'a +-=._:/','Value':''}]}", "(empty)"},
                            {"UntagResource", resource + "'TagKeys':['k1','none']}", "(empty)"}});
  database.reopen();
  EXPECT_EQ(tag_count(), 41U);
  std::string many;
  for (int i = 0; i < 51; ++i)
    many += std::string(i == 0 ? "" : ",") + "{'Key':'" + std::to_string(i) + "','Value':''}";
  const std::string answer =
      database.answer("CreateTable",
                      "{'TableName':'tagged','BillingMode':'PAY_PER_REQUEST','AttributeDefinitions':[{'"
                      "AttributeName':'pk','AttributeType':'S'}],"
                      "'KeySchema':[{'AttributeName':'pk','KeyType':'HASH'}],'Tags':[" +
                          many + "]}");
  EXPECT_TRUE(answer.starts_with("ValidationException: ")) << answer;
  expect_answers(database, {{"ListTables", "{}", "{'TableNames':['things']}"}});
}

TEST_P(TableSettings, ChecksArns) {
  create("things");
  const std::string other = "arn:aws:dynamodb:us-east-1:000000000000:table/others";
  const std::string invalid = kValidation + "Invalid TableArn: Invalid ResourceArn provided as input ";
  const std::string more = "','Tags':[{'Key':'k','Value':'v'}]}";
  expect_answers(
      database,
      {{"ListTagsOfResource", "{}", kValidation + "Invalid TableArn"},
       {"TagResource", "{'ResourceArn':'garbage" + more, "AccessDeniedException: …"},
       {"TagResource", "{'ResourceArn':'arn:aws:s3:us-east-1:000000000000:table/things" + more,
        invalid + "arn:aws:s3:us-east-1:000000000000:table/things"},
       {"TagResource", "{'ResourceArn':'arn:aws:dynamodb:us-east-1:000000000000:table/ab" + more,
        invalid + "arn:aws:dynamodb:us-east-1:000000000000:table/ab"},
       {"TagResource", "{'ResourceArn':'" + kArn + "/index/iii" + more,
        kInvalid +
            "Invalid resource arn provided, only table or stream is accepted. Provided resource arn: " +
            kArn + "/index/iii"},
       {"TagResource", "{'ResourceArn':'" + other + more,
        "ResourceNotFoundException: Requested resource not found: ResourcArn: " + other + " not found"},
       {"UntagResource", "{'ResourceArn':'" + other + "','TagKeys':['k']}",
        "ResourceNotFoundException: Requested resource not found"}});
}

TEST_P(TableSettings, AnswersWhatIsAskedOfTheWhole) {
  expect_answers(database, {{"DescribeLimits", "{}",
                             "{'AccountMaxReadCapacityUnits':80000,'AccountMaxWriteCapacityUnits':80000,'"
                             "TableMaxReadCapacityUnits':40000,"
                             "'TableMaxWriteCapacityUnits':40000}"},
                            {"NoSuchOperation", "{}", "UnknownOperationException"},
                            {"ListTables", "{", "SerializationException"},
                            {"ListTables", "{'Limit':'1'}",
                             "SerializationException: STRING_VALUE cannot be converted to Integer"}});
  EXPECT_EQ(count_at(database.ok("DescribeEndpoints", "{}"), "/Endpoints"), 1U);
}

INSTANTIATE_ON_BOTH_STORES(TableSettings);

/// Tables of different regions or access keys, where those are kept apart.
TEST(Isolation, SeparatesRegionsAndAccessKeysWhereAsked) {
  for (const bool regions : {false, true}) {
    for (const bool keys : {false, true}) {
      DatabaseOptions options = TestDatabase::without_threads();
      options.isolate_regions = regions;
      options.isolate_access_keys = keys;
      TestDatabase database(Store::kMemory, options);
      const auto call = [&](std::string_view operation, std::string_view region, std::string_view key,
                            std::string body) {
        const std::string target = "DynamoDB_20120810." + std::string(operation);
        Reply reply;
        database->handle(Call{target, body, {region, "123456789012", key, {}}, nullptr}, reply);
        expect_contract(operation, target, reply);
        return reply;
      };
      const std::string create = double_quoted(
          "{'TableName':'things','BillingMode':'PAY_PER_REQUEST','AttributeDefinitions':"
          "[{'AttributeName':'pk','AttributeType':'S'}],"
          "'KeySchema':[{'AttributeName':'pk','KeyType':'HASH'}]}");
      EXPECT_EQ(text_at(call("CreateTable", "eu-west-1", "A", create).body, "/TableDescription/TableArn"),
                "arn:aws:dynamodb:eu-west-1:123456789012:table/things");
      EXPECT_EQ(call("CreateTable", "us-east-1", "A", create).status, regions ? 200U : 400U);
      EXPECT_EQ(call("CreateTable", "eu-west-1", "B", create).status, keys ? 200U : 400U);
      EXPECT_EQ(call("CreateTable", "eu-west-1", "A", create).status, 400U);
    }
  }
}

}  // namespace
}  // namespace lodestone::testing
