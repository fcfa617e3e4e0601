// What meets a running transaction, and ClientRequestToken.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html
#include <chrono>

#include "tests/api/database_fixture.h"
#include "tests/api/hold_point.h"

namespace lodestone::testing {
namespace {

const std::string kConflict = "TransactionConflictException: Transaction is ongoing for the item";
const std::string kCancelled =
    "TransactionCanceledException: Transaction cancelled, please refer cancellation reasons for specific "
    "reasons ";
const std::string kMismatch = "IdempotentParameterMismatchException: …";

std::string transaction(const std::string& actions, const std::string& more = "") {
  return "{'TransactItems':[" + actions + "]" + more + "}";
}
std::string key(const std::string& pk) { return "{'pk':{'S':'" + pk + "'}}"; }
std::string on(const std::string& pk) { return "{'TableName':'things','Key':" + key(pk); }
std::string put(const std::string& pk, const std::string& more = "") {
  return "{'Put':{'TableName':'things','Item':{'pk':{'S':'" + pk + "'}" + more + "}}}";
}
std::string check(const std::string& pk) {
  return "{'ConditionCheck':" + on(pk) + ",'ConditionExpression':'attribute_exists(pk)'}}";
}
std::string add_one(const std::string& pk) {
  return "{'Update':" + on(pk) +
         ",'UpdateExpression':'ADD n :n','ExpressionAttributeValues':{':n':{'N':'1'}}}}";
}
std::string token(const std::string& text) { return ",'ClientRequestToken':'" + text + "'"; }

class TransactionConflicts : public ::testing::TestWithParam<Store> {
 protected:
  void SetUp() override {
    database.create_plain_table();
    database.put("{'pk':{'S':'held'},'n':{'N':'1'}}");
    database.put("{'pk':{'S':'checked'},'n':{'N':'1'}}");
    database.put("{'pk':{'S':'free'},'n':{'N':'1'}}");
  }

  HoldPoint point;
  TestDatabase database{GetParam(), point.options()};
};

TEST_P(TransactionConflicts, RefuseSingleWritesAndNotReads) {
  HeldTransaction held(point, database, transaction(add_one("held") + "," + check("checked")));
  const std::string add = ",'UpdateExpression':'ADD n :n','ExpressionAttributeValues':{':n':{'N':'10'}}}";
  expect_answers(
      database,
      {{"PutItem", "{'TableName':'things','Item':" + key("held") + "}", kConflict},
       {"UpdateItem", on("held") + add, kConflict},
       {"DeleteItem", on("held") + "}", kConflict},
       // A condition that is checked holds its item like a write.
       {"DeleteItem", on("checked") + "}", kConflict},
       // The conflict comes before the condition.
       {"PutItem",
        "{'TableName':'things','Item':" + key("held") + ",'ConditionExpression':'attribute_not_exists(pk)'}",
        kConflict},
       {"UpdateItem", on("free") + add, "{}"},
       // Reads see what was before.
       {"GetItem", on("held") + ",'ConsistentRead':true}", "{'Item':{'pk':{'S':'held'},'n':{'N':'1'}}}"},
       {"BatchGetItem", "{'RequestItems':{'things':{'Keys':[" + key("held") + "]}}}",
        "{'Responses':{'things':[{'pk':{'S':'held'},'n':{'N':'1'}}]},'UnprocessedKeys':{}}"},
       {"Query",
        "{'TableName':'things','KeyConditionExpression':'pk = "
        ":p','ExpressionAttributeValues':{':p':{'S':'held'}},"
        "'Select':'COUNT'}",
        "{'Count':1,'ScannedCount':1}"},
       {"Scan", "{'TableName':'things','Select':'COUNT'}", "{'Count':3,'ScannedCount':3}"}});
  EXPECT_EQ(held.finish(), "{}");
  EXPECT_EQ(database.get(key("held")), json("{'pk':{'S':'held'},'n':{'N':'2'}}"));
  EXPECT_EQ(database.get(key("free")), json("{'pk':{'S':'free'},'n':{'N':'11'}}"));
  expect_answers(database,
                 {{"DeleteItem", on("held") + "}", "{}"}, {"DeleteItem", on("checked") + "}", "{}"}});
}

TEST_P(TransactionConflicts, CancelOtherTransactions) {
  HeldTransaction held(point, database, transaction(add_one("held") + "," + check("checked")));
  const auto get = [](const std::string& pk) { return "{'Get':" + on(pk) + "}}"; };
  expect_answers(
      database,
      {{"TransactWriteItems", transaction(put("free") + "," + put("held") + "," + add_one("checked")),
        kCancelled + "[None, TransactionConflict, TransactionConflict]"},
       {"TransactWriteItems", transaction(check("held")), kCancelled + "[TransactionConflict]"},
       // Without a common item nothing is in the way.
       {"TransactWriteItems", transaction(add_one("free")), "{}"},
       {"TransactGetItems", transaction(get("free") + "," + get("held")),
        kCancelled + "[None, TransactionConflict]"},
       {"TransactGetItems", transaction(get("free")),
        "{'Responses':[{'Item':{'pk':{'S':'free'},'n':{'N':'2'}}}]}"}});
  const Reply reply = database.run("TransactWriteItems", transaction(put("free") + "," + put("held")));
  EXPECT_EQ(at(reply.body, "/CancellationReasons"),
            json("[{'Code':'None'},{'Code':'TransactionConflict','Message':'Transaction is ongoing for the "
                 "item'}]"));
  EXPECT_EQ(held.finish(), "{}");
}

// A batch is no unit: what meets the transaction is left over, to be sent again.
TEST_P(TransactionConflicts, LeaveWritesOfABatchUnprocessed) {
  HeldTransaction held(point, database, transaction(add_one("held") + "," + check("checked")));
  const std::string puts = "{'PutRequest':{'Item':{'pk':{'S':'held'},'v':{'S':'b'}}}}";
  const std::string deletes = "{'DeleteRequest':{'Key':" + key("checked") + "}}";
  EXPECT_EQ(database.answer("BatchWriteItem",
                            "{'RequestItems':{'things':[{'PutRequest':{'Item':" + key("new") + "}}," + puts +
                                "," + deletes + "]},'ReturnConsumedCapacity':'TOTAL'}"),
            json("{'UnprocessedItems':{'things':[" + puts + "," + deletes +
                 "]},'ConsumedCapacity':[{'TableName':'things','CapacityUnits':1.0}]}"));
  EXPECT_EQ(held.finish(), "{}");
  EXPECT_EQ(database.get(key("new")), json(key("new")));
  EXPECT_EQ(database.get(key("held")), json("{'pk':{'S':'held'},'n':{'N':'2'}}"));
  EXPECT_EQ(text_at(database.ok("DescribeTable", "{'TableName':'things'}"), "/Table/ItemCount"), "4");
}

TEST_P(TransactionConflicts, LeaveAnExpiredItemForLater) {
  database.ok("UpdateTimeToLive",
              "{'TableName':'things','TimeToLiveSpecification':{'Enabled':true,'AttributeName':'until'}}");
  const auto put_expired = [&](const std::string& pk) {
    database.put("{'pk':{'S':'" + pk + "'},'until':{'N':'1699999000'}}");
  };
  put_expired("held");
  put_expired("other");
  HeldTransaction held(point, database, transaction(check("held")));
  EXPECT_EQ(database->run_due_work(), 1U);
  EXPECT_EQ(held.finish(), "{}");
  EXPECT_EQ(database->run_due_work(), 1U);
  EXPECT_EQ(database.get(key("held")), "");
}

// A transaction that fails lets its items go like one that succeeds.
TEST_P(TransactionConflicts, EndWithTheTransaction) {
  HeldTransaction held(point, database, transaction(put("held") + "," + check("nothing")));
  EXPECT_EQ(database.answer("DeleteItem", on("held") + "}"), kConflict);
  EXPECT_EQ(held.finish(), kCancelled + "[None, ConditionalCheckFailed]");
  EXPECT_EQ(database.answer("DeleteItem", on("held") + "}"), "{}");
}

TEST_P(TransactionConflicts, TokenOfARunningRequestIsInProgress) {
  const std::string request = transaction(add_one("held"), token("same"));
  {
    HeldTransaction held(point, database, request);
    expect_answers(
        database, {{"TransactWriteItems", request,
                    "TransactionInProgressException: Transaction from previous request is still in progress"},
                   // The token is taken, whatever comes with it.
                   {"TransactWriteItems", transaction(add_one("free"), token("same")),
                    "TransactionInProgressException: …"},
                   {"TransactWriteItems", transaction(add_one("held"), token("other")),
                    kCancelled + "[TransactionConflict]"}});
    EXPECT_EQ(held.finish(), "{}");
  }
  expect_answers(database, {{"TransactWriteItems", request, "{}"},
                            {"TransactWriteItems", transaction(add_one("held"), token("other")), "{}"}});
  EXPECT_EQ(database.get(key("held")), json("{'pk':{'S':'held'},'n':{'N':'3'}}"));
}

// The ten minutes begin when the request ends.
TEST_P(TransactionConflicts, TokenCountsFromTheEnd) {
  const std::string request = transaction(add_one("held"), token("same"));
  HeldTransaction held(point, database, request);
  database.clock.advance(std::chrono::minutes(5));
  EXPECT_EQ(held.finish(), "{}");
  database.clock.advance(std::chrono::minutes(8));
  EXPECT_EQ(database.answer("TransactWriteItems", request), "{}");
  EXPECT_EQ(database.get(key("held")), json("{'pk':{'S':'held'},'n':{'N':'2'}}"));
}

INSTANTIATE_ON_BOTH_STORES(TransactionConflicts);

class Tokens : public OnBothStores {
 protected:
  void SetUp() override { database.create_plain_table(); }
  std::string n(const std::string& pk = "a") {
    return text_at(database.ok("GetItem", on(pk) + "}"), "/Item/n/N");
  }
  void run(const std::string& request, const std::string& expected) {
    expect_answers(database, {{"TransactWriteItems", request, expected}});
  }
  const std::string add = transaction(add_one("a"), token("t"));
};

TEST_P(Tokens, MakeRepetitionsHarmless) {
  for (int i = 0; i < 3; ++i) run(add, "{}");
  EXPECT_EQ(n(), "1");
  // Other texts of the same request
  run("{'ClientRequestToken':'t','TransactItems':[{'Update':{'ExpressionAttributeValues':{':n':{'N':'1'}},"
      "'Key':{'pk':{'S':'a'}},'UpdateExpression':'ADD n :n','TableName':'things'}}]}",
      "{}");
  run(transaction(add_one("a"), token("t") + ",'ReturnConsumedCapacity':'NONE'"), "{}");
  EXPECT_EQ(n(), "1");
  run(transaction(add_one("a")), "{}");
  run(transaction(add_one("a")), "{}");
  EXPECT_EQ(n(), "3");
}

TEST_P(Tokens, RefuseAnotherRequest) {
  run(add, "{}");
  for (const std::string& other :
       {add_one("b"), add_one("a") + "," + add_one("b"), put("a"), check("a"),
        std::string("{'Update':{'TableName':'things','Key':{'pk':{'S':'a'}},'UpdateExpression':'ADD n :n',"
                    "'ExpressionAttributeValues':{':n':{'N':'2'}}}}")}) {
    run(transaction(other, token("t")), kMismatch);
  }
  EXPECT_EQ(n(), "1");
  EXPECT_EQ(n("b"), "");
  // What is wrong with the request by itself comes first.
  run(transaction(add_one("a") + "," + add_one("a"), token("t")),
      "ValidationException: Transaction request cannot include multiple operations on one item");
}

TEST_P(Tokens, AreFreeAgainAfterAFailure) {
  const std::string request = transaction(check("b") + "," + add_one("a"), token("t"));
  run(request, kCancelled + "[ConditionalCheckFailed, None]");
  database.put("{'pk':{'S':'b'}}");
  run(request, "{}");
  run(request, "{}");
  EXPECT_EQ(n(), "1");
}

TEST_P(Tokens, LastTenMinutes) {
  run(add, "{}");
  database.clock.advance(std::chrono::minutes(10) - std::chrono::milliseconds(1));
  database->run_due_work();
  run(add, "{}");
  EXPECT_EQ(n(), "1");
  run(transaction(add_one("b"), token("t")), kMismatch);
  database.clock.advance(std::chrono::milliseconds(1));
  run(add, "{}");
  EXPECT_EQ(n(), "2");
}

// A repetition does not prolong the time, and what is forgotten of an old use is not the new one.
TEST_P(Tokens, CountAnewWhenTheyAreUsedAnew) {
  run(add, "{}");
  database.clock.advance(std::chrono::minutes(9));
  run(add, "{}");
  database.clock.advance(std::chrono::minutes(2));
  run(add, "{}");
  EXPECT_EQ(n(), "2");
  database->run_due_work();
  run(add, "{}");
  EXPECT_EQ(n(), "2");
  database.clock.advance(std::chrono::minutes(11));
  database->run_due_work();
  run(transaction(add_one("b"), token("t")), "{}");
  EXPECT_EQ(n("b"), "1");
}

TEST_P(Tokens, OutliveARestart) {
  run(add, "{}");
  database.clock.advance(std::chrono::minutes(4));
  database.reopen();
  run(add, "{}");
  run(transaction(add_one("b"), token("t")), kMismatch);
  EXPECT_EQ(n(), "1");
  database.clock.advance(std::chrono::minutes(6));
  database.reopen();
  run(add, "{}");
  EXPECT_EQ(n(), "2");
}

INSTANTIATE_ON_BOTH_STORES(Tokens);

// Callers in different namespaces do not know of each other's tokens.
TEST(TokensOfNamespaces, AreSeparate) {
  DatabaseOptions options = TestDatabase::without_threads();
  options.isolate_regions = true;
  TestDatabase database(Store::kMemory, options);
  const auto call = [&](std::string_view region, std::string_view operation, const std::string& request) {
    std::string body = double_quoted(request);
    const std::string target = "DynamoDB_20120810." + std::string(operation);
    Caller caller;
    caller.region = region;
    Reply reply;
    database->handle(Call{target, body, caller, nullptr}, reply);
    expect_contract(operation, request, reply);
    return reply.body;
  };
  for (const char* region : {"us-east-1", "eu-west-1"}) {
    call(
        region, "CreateTable",
        "{'TableName':'things','BillingMode':'PAY_PER_REQUEST','AttributeDefinitions':[{'AttributeName':'pk',"
        "'AttributeType':'S'}],'KeySchema':[{'AttributeName':'pk','KeyType':'HASH'}]}");
    EXPECT_EQ(call(region, "TransactWriteItems", transaction(put("a"), token("t"))), "{}");
    EXPECT_EQ(at(call(region, "GetItem", on("a") + "}"), "/Item"), json(key("a")));
  }
  EXPECT_EQ(call("us-east-1", "TransactWriteItems", transaction(put("a"), token("t"))), "{}");
  EXPECT_NE(call("us-east-1", "TransactWriteItems", transaction(put("b"), token("t"))).find("Mismatch"),
            std::string::npos);
}

}  // namespace
}  // namespace lodestone::testing
