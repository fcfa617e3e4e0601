#include "model/connection.h"

#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "server/api/database_connection.h"

namespace lodestone::model {
namespace {

constexpr std::string_view kCreateFilms = R"({"TableName":"films","BillingMode":"PAY_PER_REQUEST",
    "AttributeDefinitions":[{"AttributeName":"title","AttributeType":"S"}],
    "KeySchema":[{"AttributeName":"title","KeyType":"HASH"}]})";

class DatabaseConnectionTest : public testing::Test {
 protected:
  DatabaseConnectionTest() { EXPECT_TRUE(connection_.execute("CreateTable", kCreateFilms).ok()); }

  std::unique_ptr<Database> database_ = *Database::open({});
  DatabaseConnection connection_{*database_};
};

TEST_F(DatabaseConnectionTest, RunsOperations) {
  ASSERT_TRUE(connection_.execute("PutItem", R"({"TableName":"films","Item":{"title":{"S":"Metropolis"}}})"));
  const auto got =
      connection_.execute("GetItem", R"({"TableName":"films","Key":{"title":{"S":"Metropolis"}}})");
  ASSERT_TRUE(got.ok());
  EXPECT_EQ(got->body, R"({"Item":{"title":{"S":"Metropolis"}}})");
  EXPECT_EQ(got->attempts, 1U);
}

TEST_F(DatabaseConnectionTest, UsesTheMemoryOfAReplyAgain) {
  ServiceReply reply;
  reply.body.reserve(4096);
  const char* const memory = reply.body.data();
  ASSERT_TRUE(connection_.execute_into(reply, "ListTables", "{}").ok());
  EXPECT_EQ(reply.body, R"({"TableNames":["films"]})");
  EXPECT_EQ(reply.body.data(), memory);
}

TEST_F(DatabaseConnectionTest, TellsTheServicesErrors) {
  const auto failed = connection_.execute("GetItem", R"({"TableName":"books","Key":{"title":{"S":"x"}}})");
  ASSERT_FALSE(failed.ok());
  EXPECT_EQ(failed.error().kind, FailureKind::kService);
  EXPECT_EQ(failed.error().name, "ResourceNotFoundException");
  EXPECT_EQ(failed.error().message, "Requested resource not found");
  EXPECT_EQ(failed.error().status, 400U);
  EXPECT_FALSE(failed.error().may_have_run);
  EXPECT_FALSE(failed.error().retriable);
}

TEST_F(DatabaseConnectionTest, KeepsTheReasonsOfACancelledTransaction) {
  const auto failed = connection_.execute("TransactWriteItems", R"json({"TransactItems":[{"ConditionCheck":{
      "TableName":"films","Key":{"title":{"S":"x"}},"ConditionExpression":"attribute_exists(title)"}}]})json");
  ASSERT_FALSE(failed.ok());
  EXPECT_EQ(failed.error().name, "TransactionCanceledException");
  EXPECT_EQ(failed.error().message,
            "Transaction cancelled, please refer cancellation reasons for specific reasons "
            "[ConditionalCheckFailed]");
  EXPECT_NE(failed.error().body.find(R"("CancellationReasons":[{)"), std::string::npos);
}

TEST_F(DatabaseConnectionTest, RefusesWhatIsNoOperation) {
  const auto failed = connection_.execute("MakeCoffee", "{}");
  ASSERT_FALSE(failed.ok());
  EXPECT_EQ(failed.error().name, "UnknownOperationException");
  EXPECT_EQ(connection_.execute("ListTables", "{").error().name, "SerializationException");
}

TEST(ServiceError, ReadsNameAndMessageInAnySpelling) {
  const ConnectionError error = service_error(
      400,
      R"({"__type":"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException","Message":"no",)"
      R"("Item":{"__type":{"S":"x"},"message":"inner"}})",
      "R1");
  EXPECT_EQ(error.name, "ConditionalCheckFailedException");
  EXPECT_EQ(error.message, "no");
  EXPECT_EQ(error.request_id, "R1");
  EXPECT_EQ(service_error(400, R"({"message":"m","__type":"ValidationException"})").name,
            "ValidationException");
}

TEST(ServiceError, SaysWhetherToTryAgain) {
  const auto of = [](unsigned status, const std::string& name) {
    return service_error(status, R"({"__type":"a#)" + name + R"(","message":"m"})");
  };
  EXPECT_TRUE(of(400, "ProvisionedThroughputExceededException").retriable);
  EXPECT_TRUE(of(400, "ThrottlingException").retriable);
  EXPECT_TRUE(of(400, "TransactionInProgressException").retriable);
  EXPECT_TRUE(of(500, "InternalServerError").retriable);
  EXPECT_TRUE(of(500, "InternalServerError").may_have_run);
  EXPECT_FALSE(of(400, "ConditionalCheckFailedException").retriable);
  EXPECT_FALSE(of(400, "TransactionCanceledException").retriable);
  EXPECT_FALSE(of(400, "ValidationException").may_have_run);
}

TEST(ServiceError, WhatIsNoErrorOfDynamoDbIsToldAsItCame) {
  for (const std::string body :
       {"", "<html>Bad Gateway</html>", "{", "[]", "7", R"({"__type":1})", R"({"__type":"X"} trailing)"}) {
    const ConnectionError error = service_error(502, body);
    EXPECT_EQ(error.kind, FailureKind::kReply) << body;
    EXPECT_EQ(error.name, "") << body;
    EXPECT_EQ(error.body, body);
    EXPECT_NE(error.message.find("status 502"), std::string::npos) << error.message;
    EXPECT_TRUE(error.retriable);
  }
  EXPECT_EQ(service_error(400, std::string(1'000'000, '[')).kind, FailureKind::kReply);
}

}  // namespace
}  // namespace lodestone::model
