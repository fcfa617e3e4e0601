// The contract of the API's model, operation by operation: every member that a reply may have is told, and
// every error that the model lists for the operation is answered, each in the model's form (TestDatabase::run
// checks every reply). What is left out is listed here with its reason.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Operations.html
#include <algorithm>
#include <chrono>
#include <map>
#include <set>

#include "server/api/operations.h"
#include "server/api/output_shapes.h"
#include "tests/api/database_fixture.h"
#include "tests/api/hold_point.h"

namespace lodestone::testing {
namespace {

using Names = std::set<std::string, std::less<>>;

/// Errors of limits that this engine does not have, of replication, and of what goes wrong inside.
const Names kNeverAnswered = {"InternalServerError",
                              "ItemCollectionSizeLimitExceededException",
                              "ProvisionedThroughputExceededException",
                              "ReplicatedWriteConflictException",
                              "RequestLimitExceeded",
                              "ThrottlingException"};
/// The same of single operations: quotas of accounts, and states that are over at once.
const std::map<std::string, Names, std::less<>> kNeverAnsweredBy = {
    {"CreateTable", {"LimitExceededException"}},
    {"DeleteTable", {"LimitExceededException"}},
    {"GetRecords", {"LimitExceededException"}},
    // A filter by a table that is not there finds nothing.
    {"ListStreams", {"ResourceNotFoundException"}},
    {"TagResource", {"LimitExceededException", "ResourceInUseException"}},
    {"UntagResource", {"LimitExceededException", "ResourceInUseException"}},
    {"UpdateTimeToLive", {"LimitExceededException", "ResourceInUseException"}},
};
/// Members of replies that are never told: a resource has 50 tags at most, which fit one page.
const std::map<std::string, Names, std::less<>> kNeverTold = {{"ListTagsOfResource", {"NextToken"}}};

const Names& of(const std::map<std::string, Names, std::less<>>& all, std::string_view operation) {
  static const Names none;
  const auto found = all.find(operation);
  return found == all.end() ? none : found->second;
}

class Contract : public ::testing::Test {
 protected:
  static constexpr auto kDelay = std::chrono::seconds(2);

  static DatabaseOptions options(HoldPoint& point) {
    DatabaseOptions options = point.options();
    options.transient_status_delay = kDelay;
    return options;
  }
  static std::string create(const std::string& table, const std::string& more = "") {
    return "{'TableName':'" + table +
           "','BillingMode':'PAY_PER_REQUEST','AttributeDefinitions':[{'AttributeName':'pk','AttributeType':'"
           "S'},"
           "{'AttributeName':'sk','AttributeType':'S'},{'AttributeName':'l','AttributeType':'S'}],'KeySchema'"
           ":[{"
           "'AttributeName':'pk','KeyType':'HASH'},{'AttributeName':'sk','KeyType':'RANGE'}],"
           "'LocalSecondaryIndexes':[{'IndexName':'local','KeySchema':[{'AttributeName':'pk','KeyType':'HASH'"
           "},{"
           "'AttributeName':'l','KeyType':'RANGE'}],'Projection':{'ProjectionType':'KEYS_ONLY'}}]" +
           more + "}";
  }
  static std::string on(const std::string& table, const std::string& more = "") {
    return "{'TableName':'" + table + "','Key':{'pk':{'S':'a'},'sk':{'S':'a'}}" + more + "}";
  }

  /// Runs a request, and notes what it answers. Returns the reply, `{}` for an error.
  std::string run(const std::string& operation, const std::string& request) {
    const Reply reply = database.run(operation, request);
    if (reply.status != 200) {
      const std::string type = text_at(reply.body, "/__type");
      answered[operation].insert(type.substr(type.find('#') + 1));
      return "{}";
    }
    told[operation];
    if (reply.body.empty()) return "{}";
    for (const OperationReply& known : operation_replies()) {
      if (known.name != operation) continue;
      for (const Member& member : known.output->members) {
        if (!at(reply.body, "/" + std::string(member.name)).empty()) {
          told[operation].insert(std::string(member.name));
        }
      }
    }
    return reply.body;
  }
  void advance(std::chrono::milliseconds time) {
    database.clock.advance(time);
    database->run_due_work();
  }

  void run_tables();
  void run_items();
  void run_pages();
  void run_transactions();
  void run_statements();
  void run_streams();

  HoldPoint point;
  TestDatabase database{Store::kMemory, options(point)};
  std::map<std::string, Names> told;
  std::map<std::string, Names> answered;
};

const std::string kArn = "arn:aws:dynamodb:us-east-1:000000000000:table/";
const std::string kAll = ",'ReturnConsumedCapacity':'INDEXES','ReturnItemCollectionMetrics':'SIZE'";
const std::string kItem = "{'pk':{'S':'a'},'sk':{'S':'a'},'n':{'N':'1'}}";
const std::string kKeyParameters = "'Parameters':[{'S':'a'},{'S':'a'}]";
const std::string kFalse = ",'ConditionExpression':'attribute_exists(nothing)'";
const std::string kPut = "{'Put':{'TableName':'things','Item':" + kItem + "}}";

void Contract::run_tables() {
  run("CreateTable",
      create("things",
             ",'StreamSpecification':{'StreamEnabled':true,'StreamViewType':'NEW_AND_OLD_IMAGES'}"));
  run("CreateTable", create("things"));
  for (const char* operation : {"UpdateTable", "DeleteTable"}) {
    run(operation, "{'TableName':'things','BillingMode':'PAY_PER_REQUEST'}");
    run(operation, "{'TableName':'nowhere','BillingMode':'PAY_PER_REQUEST'}");
  }
  advance(2 * kDelay);
  run("CreateTable", create("others"));
  run("DescribeTable", "{'TableName':'things'}");
  run("DescribeTable", "{'TableName':'nowhere'}");
  run("ListTables", "{'Limit':1}");
  advance(2 * kDelay);
  run("DeleteTable", "{'TableName':'others'}");
  run("DescribeLimits", "{}");
  run("DescribeEndpoints", "{}");
  const std::string index =
      "{'KeySchema':[{'AttributeName':'sk','KeyType':'HASH'}],'Projection':{'ProjectionType':'ALL'},'"
      "IndexName':'";
  run("UpdateTable",
      "{'TableName':'things','AttributeDefinitions':[{'AttributeName':'sk','AttributeType':'S'}],"
      "'GlobalSecondaryIndexUpdates':[{'Create':" +
          index + "one'}},{'Create':" + index + "two'}}]}");
  run("UpdateTable", "{'TableName':'things','DeletionProtectionEnabled':false}");
  advance(2 * kDelay);
  for (const std::string table : {"things", "nowhere"}) {
    const std::string name = "{'TableName':'" + table + "'";
    run("UpdateTimeToLive", name + ",'TimeToLiveSpecification':{'Enabled':true,'AttributeName':'until'}}");
    run("DescribeTimeToLive", name + "}");
    const std::string arn = "{'ResourceArn':'" + kArn + table + "'";
    run("TagResource", arn + ",'Tags':[{'Key':'k','Value':'v'}]}");
    run("ListTagsOfResource", arn + "}");
    run("UntagResource", arn + ",'TagKeys':['k']}");
  }
}

void Contract::run_items() {
  run("PutItem", "{'TableName':'things','Item':" + kItem + "}");
  const std::string old = ",'ReturnValues':'ALL_OLD'" + kAll;
  const std::string update = ",'UpdateExpression':'ADD n :n','ExpressionAttributeValues':{':n':{'N':'1'}}";
  {
    HeldTransaction held(point, database, "{'TransactItems':[" + kPut + "]}");
    run("PutItem", "{'TableName':'things','Item':" + kItem + "}");
    run("UpdateItem", on("things", update));
    run("DeleteItem", on("things"));
    run("ExecuteStatement",
        "{'Statement':'DELETE FROM things WHERE pk = ? AND sk = ?'," + kKeyParameters + "}");
    run("TransactGetItems", "{'TransactItems':[{'Get':" + on("things") + "}]}");
  }
  for (const std::string table : {"things", "nowhere"}) {
    for (const std::string& more : {old, kFalse + ",'ReturnValuesOnConditionCheckFailure':'ALL_OLD'"}) {
      run("PutItem", "{'TableName':'" + table + "','Item':" + kItem + more + "}");
      run("UpdateItem", on(table, update + more));
      run("DeleteItem", on(table, more));
      run("PutItem", "{'TableName':'things','Item':" + kItem + "}");
    }
    run("GetItem", on(table, ",'ReturnConsumedCapacity':'INDEXES'"));
    run("BatchGetItem",
        "{'RequestItems':{'" + table +
            "':{'Keys':[{'pk':{'S':'a'},'sk':{'S':'a'}}]}},'ReturnConsumedCapacity':'TOTAL'}");
    run("BatchWriteItem",
        "{'RequestItems':{'" + table + "':[{'PutRequest':{'Item':" + kItem + "}}]}" + kAll + "}");
  }
}

void Contract::run_pages() {
  run("PutItem", "{'TableName':'things','Item':{'pk':{'S':'a'},'sk':{'S':'b'}}}");
  for (const std::string table : {"things", "nowhere"}) {
    const std::string page = "{'TableName':'" + table + "','Limit':1,'ReturnConsumedCapacity':'INDEXES'";
    run("Query", page + ",'KeyConditionExpression':'pk = :p','ExpressionAttributeValues':{':p':{'S':'a'}}}");
    run("Scan", page + "}");
  }
}

void Contract::run_transactions() {
  const std::string write = "{'TransactItems':[" + kPut + "],'ClientRequestToken':'token'" + kAll + "}";
  {
    HeldTransaction held(point, database, write);
    run("TransactWriteItems", write);
  }
  run("TransactWriteItems", write);
  run("TransactWriteItems",
      "{'TransactItems':[{'Delete':" + on("things") + "}],'ClientRequestToken':'token'}");
  run("TransactWriteItems", "{'TransactItems':[" + kPut + "]" + kAll + "}");
  run("TransactWriteItems", "{'TransactItems':[{'Delete':" + on("things", kFalse) + "}]}");
  run("TransactWriteItems", "{'TransactItems':[{'Delete':" + on("nowhere") + "}]}");
  for (const std::string table : {"things", "nowhere"}) {
    run("TransactGetItems",
        "{'TransactItems':[{'Get':" + on(table) + "}],'ReturnConsumedCapacity':'INDEXES'}");
  }
}

void Contract::run_statements() {
  const auto on_item = [](const std::string& statement, const std::string& more = "") {
    return "{'Statement':'" + statement + " WHERE pk = ? AND sk = ?" + more + "'," + kKeyParameters + "}";
  };
  const std::string capacity = ",'ReturnConsumedCapacity':'INDEXES'}";
  run("ExecuteStatement", "{'Statement':'SELECT * FROM things','Limit':1" + capacity);
  run("ExecuteStatement", "{'Statement':'SELECT * FROM nowhere'}");
  run("ExecuteStatement", "{'Statement':'INSERT INTO things VALUE ?','Parameters':[{'M':" + kItem + "}]}");
  run("ExecuteStatement", on_item("UPDATE things SET n = 1", " AND n = 99"));
  run("BatchExecuteStatement", "{'Statements':[" + on_item("SELECT * FROM things") + "]" + capacity);
  const auto all = [&](const std::string& statement, const std::string& token) {
    return "{'TransactStatements':[" + statement + "],'ClientRequestToken':'" + token + "'" + capacity;
  };
  run("ExecuteTransaction", all(on_item("UPDATE things SET n = 1"), "one"));
  run("ExecuteTransaction", all(on_item("UPDATE things SET n = 2"), "one"));
  run("ExecuteTransaction", all(on_item("UPDATE things SET n = 2", " AND n = 99"), "two"));
  run("ExecuteTransaction", all(on_item("UPDATE nowhere SET n = 2"), "three"));
  const std::string request = all(on_item("UPDATE things SET n = 3"), "four");
  HeldTransaction held(point, database, request, "ExecuteTransaction");
  run("ExecuteTransaction", request);
}

void Contract::run_streams() {
  run("UpdateTable", "{'TableName':'things','StreamSpecification':{'StreamEnabled':false}}");
  advance(2 * kDelay);
  run("UpdateTable",
      "{'TableName':'things','StreamSpecification':{'StreamEnabled':true,'StreamViewType':'KEYS_ONLY'}}");
  advance(2 * kDelay);
  run("PutItem", "{'TableName':'things','Item':{'pk':{'S':'b'},'sk':{'S':'b'}}}");
  run("PutItem", "{'TableName':'things','Item':{'pk':{'S':'b'},'sk':{'S':'c'}}}");
  run("ListStreams", "{'Limit':1}");
  const std::string arn = text_at(run("DescribeTable", "{'TableName':'things'}"), "/Table/LatestStreamArn");
  const auto of_stream = [](const std::string& stream, const std::string& more = "") {
    return "{'StreamArn':'" + stream + "'" + more + "}";
  };
  const std::string absent = arn.substr(0, arn.size() - 1) + "x";
  run("DescribeStream", of_stream(absent));
  const std::string shard =
      text_at(run("DescribeStream", of_stream(arn)), "/StreamDescription/Shards/0/ShardId");
  const std::string from = ",'ShardId':'" + shard + "','ShardIteratorType':";
  run("GetShardIterator", of_stream(absent, from + "'LATEST'"));
  const auto iterator = [&](const std::string& type) {
    return text_at(run("GetShardIterator", of_stream(arn, from + type)), "/ShardIterator");
  };
  const std::string first = iterator("'TRIM_HORIZON'");
  const std::string page = run("GetRecords", "{'ShardIterator':'" + first + "','Limit':1}");
  const std::string at_first =
      "'AT_SEQUENCE_NUMBER','SequenceNumber':'" + text_at(page, "/Records/0/dynamodb/SequenceNumber") + "'";
  const std::string by_number = iterator(at_first);
  // The day after: the iterator is too old for itself, and what a number names has gone.
  advance(std::chrono::hours(24) - std::chrono::minutes(10));
  run("GetRecords", "{'ShardIterator':'" + by_number + "'}");
  const std::string late = iterator(at_first);
  advance(std::chrono::minutes(14));
  run("GetRecords", "{'ShardIterator':'" + late + "'}");
  iterator(at_first);
  // A stream that has been off for a day is gone.
  run("PutItem", "{'TableName':'things','Item':{'pk':{'S':'c'},'sk':{'S':'c'}}}");
  run("UpdateTable", "{'TableName':'things','StreamSpecification':{'StreamEnabled':false}}");
  advance(std::chrono::hours(24) - std::chrono::minutes(5));
  const std::string last = iterator("'LATEST'");
  advance(std::chrono::minutes(10));
  run("GetRecords", "{'ShardIterator':'" + last + "'}");
}

TEST_F(Contract, EveryOperationTellsAndAnswersWhatTheModelLists) {
  run_tables();
  run_items();
  run_pages();
  run_transactions();
  run_statements();
  run_streams();
  for (const OperationReply& operation : operation_replies()) {
    if (find_operation(operation.name) == nullptr) continue;
    const std::string name(operation.name);
    EXPECT_TRUE(told.contains(name)) << name << " has not succeeded";
    if (operation.output != nullptr) {
      for (const Member& member : operation.output->members) {
        EXPECT_NE(told[name].contains(member.name), of(kNeverTold, name).contains(member.name))
            << name << ": " << member.name;
      }
    }
    for (const Shape* error : operation.errors) {
      const bool never =
          kNeverAnswered.contains(error->name) || of(kNeverAnsweredBy, name).contains(error->name);
      EXPECT_NE(answered[name].contains(error->name), never) << name << ": " << error->name;
    }
  }
}

}  // namespace
}  // namespace lodestone::testing
