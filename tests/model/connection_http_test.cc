#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include "model/call_options.h"
#include "model/http/connect.h"
#include "model/http/http_client.h"
#include "model/http/signature.h"
#include "model/logging_connection.h"
#include "server/api/database.h"
#include "server/http/server.h"
#include "tests/model/scripted_server.h"
#include "tests/model/test_environment.h"

namespace lodestone::model {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// A connection to a server whose every byte the test decides.
class HttpConnectionTest : public testing::Test {
 protected:
  HttpConnectionTest() {
    options_.endpoint = server_.url();
    options_.region = "eu-west-1";
    options_.credentials = Credentials{"AKIDEXAMPLE", "secret", "", {}};
    options_.environment = world_.environment();
  }

  Connection& connection() {
    if (connection_ == nullptr) {
      auto made = connect(options_);
      EXPECT_TRUE(made.ok()) << made.error().message;
      connection_ = *std::move(made);
    }
    return *connection_;
  }
  Result<ServiceReply, ConnectionError> ask() { return connection().execute("ListTables", "{}"); }
  /// What an attempt that succeeds returns.
  std::string body_of(const Result<ServiceReply, ConnectionError>& asked) {
    return asked.ok() ? asked->body : "error: " + asked.error().message;
  }
  void add_error(unsigned status, const std::string& name, std::string_view fields = "") {
    server_.add_reply(
        status, R"({"__type":"com.amazonaws.dynamodb.v20120810#)" + name + R"(","message":"m"})", fields);
  }

  ScriptedServer server_;
  TestEnvironment world_;
  ConnectionOptions options_;
  std::unique_ptr<Connection> connection_;
};

TEST_F(HttpConnectionTest, SendsACallAsTheServiceWantsIt) {
  options_.credentials->session_token = "to/ken";
  server_.add_reply(200, R"({"TableNames":[]})", "x-amzn-RequestId: R7\r\n");
  const auto reply = connection().execute("ListTables", R"({"Limit":1})");
  ASSERT_TRUE(reply.ok()) << reply.error().message;
  EXPECT_EQ(reply->body, R"({"TableNames":[]})");
  EXPECT_EQ(reply->request_id, "R7");
  EXPECT_EQ(reply->attempts, 1U);

  ASSERT_EQ(server_.requests().size(), 1U);
  const RecordedRequest request = server_.requests()[0];
  EXPECT_EQ(request.line(), "POST /");
  EXPECT_EQ(request.body, R"({"Limit":1})");
  EXPECT_EQ(request.field("Content-Type"), "application/x-amz-json-1.0");
  EXPECT_EQ(request.field("X-Amz-Target"), "DynamoDB_20120810.ListTables");
  EXPECT_EQ(request.field("X-Amz-Date"), "20150830T123600Z");
  EXPECT_EQ(request.field("X-Amz-Security-Token"), "to/ken");
  EXPECT_EQ(request.field("Host"), "127.0.0.1:" + std::to_string(server_.port()));
  EXPECT_EQ(request.field("Accept-Encoding"), "");

  // Signed is what was sent.
  std::vector<std::string> values;
  std::vector<Header> headers;
  const std::vector<std::string_view> names = {"content-type", "host", "x-amz-date", "x-amz-security-token",
                                               "x-amz-target"};
  for (const std::string_view name : names) values.push_back(request.field(name));
  for (std::size_t i = 0; i < names.size(); ++i) headers.push_back({names[i], values[i]});
  EXPECT_EQ(request.field("Authorization"), Signer("eu-west-1", "dynamodb")
                                                .authorization(*options_.credentials, "20150830T123600Z",
                                                               {"POST", "/", "", headers, request.body}));
}

TEST_F(HttpConnectionTest, KnowsTheOperationsOfStreams) {
  server_.add_reply(200, "{}");
  EXPECT_TRUE(connection().execute("ListStreams", "{}").ok());
  EXPECT_EQ(server_.requests()[0].field("X-Amz-Target"), "DynamoDBStreams_20120810.ListStreams");
}

TEST_F(HttpConnectionTest, GivesATransactionATokenThatItsAttemptsShare) {
  add_error(500, "InternalServerError");
  server_.add_reply(200, "{}");
  EXPECT_TRUE(connection().execute("TransactWriteItems", R"({"TransactItems":[]})").ok());
  constexpr std::string_view kExpected =
      R"({"ClientRequestToken":"88888888-8888-4888-8888-888888888888","TransactItems":[]})";
  EXPECT_EQ(server_.requests()[0].body, kExpected);
  EXPECT_EQ(server_.requests()[1].body, kExpected);

  const std::vector<std::pair<std::string, std::string>> bodies = {
      {"{ }", R"({"ClientRequestToken":"88888888-8888-4888-8888-888888888888" })"},
      {R"({"ClientRequestToken":"mine"})", R"({"ClientRequestToken":"mine"})"},
      {"[1]", "[1]"},
      {"{", "{"},
      {"", ""},
  };
  for (const auto& [given, sent] : bodies) {
    server_.add_reply(200, "{}");
    EXPECT_TRUE(connection().execute("TransactWriteItems", given).ok());
    EXPECT_EQ(server_.requests().back().body, sent);
  }
}

TEST_F(HttpConnectionTest, SendsToThePathOfTheEndpoint) {
  options_.endpoint += "/behind/a/proxy";
  server_.add_reply(200, "{}");
  EXPECT_TRUE(ask().ok());
  EXPECT_EQ(server_.requests()[0].line(), "POST /behind/a/proxy");
}

TEST_F(HttpConnectionTest, UsesItsConnectionAgain) {
  for (int i = 0; i < 5; ++i) server_.add_reply(200, std::to_string(i));
  for (int i = 0; i < 5; ++i) EXPECT_EQ(body_of(ask()), std::to_string(i));
  EXPECT_EQ(server_.connections(), 1);
}

TEST_F(HttpConnectionTest, OpensAnotherWhereTheServerWillClose) {
  server_.add({http_reply(200, "1", "Connection: close\r\n"), true});
  server_.add_reply(200, "2");
  EXPECT_EQ(body_of(ask()), "1");
  EXPECT_EQ(body_of(ask()), "2");
  EXPECT_EQ(server_.connections(), 2);
}

TEST_F(HttpConnectionTest, OpensAnotherWhereTheServerHasClosed) {
  server_.add_reply(200, "1");
  server_.add_reply(200, "2");
  EXPECT_EQ(body_of(ask()), "1");
  server_.close_connections();
  const auto second = ask();
  EXPECT_EQ(body_of(second), "2");
  EXPECT_EQ(second->attempts, 1U) << "an idle connection that was closed is no failure";
  EXPECT_THAT(world_.pauses(), IsEmpty());
}

TEST_F(HttpConnectionTest, OpensAnotherWhereTheServerClosesInsteadOfAnswering) {
  server_.add_reply(200, "1");
  server_.add({"", true});
  server_.add_reply(200, "2");
  EXPECT_EQ(body_of(ask()), "1");
  EXPECT_EQ(body_of(ask()), "2");
  EXPECT_EQ(server_.requests().size(), 3U);
  EXPECT_THAT(world_.pauses(), IsEmpty());
}

TEST_F(HttpConnectionTest, DoesNotUseAConnectionThatSaidMoreThanItWasAsked) {
  server_.add({http_reply(200, "1") + http_reply(200, "forged")});
  server_.add_reply(200, "2");
  EXPECT_EQ(body_of(ask()), "1");
  EXPECT_EQ(body_of(ask()), "2");
  EXPECT_EQ(server_.connections(), 2);
}

TEST_F(HttpConnectionTest, ReadsRepliesInEveryForm) {
  server_.add({"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"});
  server_.add({"HTTP/1.1 100 Continue\r\n\r\n" + http_reply(200, "final")});
  server_.add({"HTTP/1.1 200 OK\r\n\r\nuntil the end", true});
  EXPECT_EQ(body_of(ask()), "abcde");
  EXPECT_EQ(body_of(ask()), "final");
  EXPECT_EQ(body_of(ask()), "until the end");
}

TEST_F(HttpConnectionTest, TellsTheServicesErrors) {
  add_error(400, "ConditionalCheckFailedException", "x-amzn-RequestId: R8\r\n");
  const auto asked = ask();
  ASSERT_FALSE(asked.ok());
  EXPECT_EQ(asked.error().kind, FailureKind::kService);
  EXPECT_EQ(asked.error().name, "ConditionalCheckFailedException");
  EXPECT_EQ(asked.error().request_id, "R8");
  EXPECT_EQ(asked.error().attempts, 1U);
  EXPECT_FALSE(asked.error().may_have_run);
  EXPECT_EQ(server_.requests().size(), 1U);
}

TEST_F(HttpConnectionTest, TriesAgainWhereTheServiceIsBusy) {
  add_error(400, "ProvisionedThroughputExceededException");
  add_error(500, "InternalServerError");
  server_.add_reply(200, "done");
  const auto asked = ask();
  EXPECT_EQ(body_of(asked), "done");
  EXPECT_EQ(asked->attempts, 3U);
  // Half of a second, for chance is a half; then half of twice the shorter wait.
  EXPECT_THAT(world_.pauses(), ElementsAre(500ms, 25ms));
}

TEST_F(HttpConnectionTest, SignsEachAttemptAnew) {
  add_error(400, "ThrottlingException", "x-amz-retry-after: 3000\r\n");
  server_.add_reply(200, "done");
  EXPECT_EQ(body_of(ask()), "done");
  EXPECT_THAT(world_.pauses(), ElementsAre(3'000ms));
  EXPECT_EQ(server_.requests()[1].field("X-Amz-Date"), "20150830T123603Z");
}

TEST_F(HttpConnectionTest, GivesUpAfterSoManyAttempts) {
  for (int i = 0; i < 4; ++i) server_.add({"", true});
  const auto asked = ask();
  ASSERT_FALSE(asked.ok());
  EXPECT_EQ(asked.error().kind, FailureKind::kNetwork);
  EXPECT_THAT(asked.error().message, HasSubstr("closed the connection instead of answering"));
  EXPECT_EQ(asked.error().attempts, 4U);
  EXPECT_TRUE(asked.error().may_have_run);
  EXPECT_TRUE(asked.error().retriable);
  EXPECT_THAT(world_.pauses(), ElementsAre(12ms, 25ms, 50ms));
}

TEST_F(HttpConnectionTest, MakesAsManyAttemptsAsItIsTold) {
  options_.retry.max_attempts = 1;
  add_error(500, "InternalServerError");
  EXPECT_EQ(ask().error().attempts, 1U);
  connection_ = nullptr;
  options_.retry.max_attempts = 0;
  world_.set("AWS_MAX_ATTEMPTS", "2");
  add_error(500, "InternalServerError");
  add_error(500, "InternalServerError");
  EXPECT_EQ(ask().error().attempts, 2U);
}

TEST_F(HttpConnectionTest, StopsTryingAgainWhereMostFails) {
  // 500 tokens pay for 35 retries at 14 each.
  unsigned retries = 0;
  for (int i = 0; i < 15; ++i) {
    for (int j = 0; j < 4; ++j) add_error(500, "InternalServerError");
    const auto asked = ask();
    ASSERT_FALSE(asked.ok());
    retries += asked.error().attempts - 1;
    // The next call finds its own steps.
    for (unsigned j = asked.error().attempts; j < 4; ++j) {
      EXPECT_FALSE(ask().ok());
    }
  }
  EXPECT_EQ(retries, 35U);
}

TEST_F(HttpConnectionTest, AReplyThatIsDamagedIsAskedForAgain) {
  const std::string body = R"({"TableNames":["films"]})";
  const auto sum = crc32_z(0, reinterpret_cast<const Bytef*>(body.data()), body.size());
  server_.add_reply(200, body, "x-amz-crc32: " + std::to_string(sum ^ 1) + "\r\n");
  server_.add_reply(200, body, "x-amz-crc32: " + std::to_string(sum) + "\r\n");
  const auto asked = ask();
  EXPECT_EQ(body_of(asked), body);
  EXPECT_EQ(asked->attempts, 2U);
  for (int i = 0; i < 4; ++i) server_.add_reply(200, body, "x-amz-crc32: 12x\r\n");
  EXPECT_EQ(ask().error().kind, FailureKind::kReply);
}

TEST_F(HttpConnectionTest, WhatIsNoHttpIsAnError) {
  options_.retry.max_attempts = 1;
  server_.add({"220 mail.example.com ESMTP\r\n\r\n", true});
  const auto asked = ask();
  ASSERT_FALSE(asked.ok());
  EXPECT_EQ(asked.error().kind, FailureKind::kReply);
  EXPECT_THAT(asked.error().message, HasSubstr("sent no HTTP reply that can be read"));
}

TEST_F(HttpConnectionTest, AReplyThatEndsEarlyIsAnError) {
  options_.retry.max_attempts = 1;
  server_.add({"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nnot that much", true});
  const auto asked = ask();
  ASSERT_FALSE(asked.ok());
  EXPECT_EQ(asked.error().kind, FailureKind::kNetwork);
  EXPECT_TRUE(asked.error().may_have_run);
}

TEST_F(HttpConnectionTest, WaitsForAReplyNoLongerThanItIsTold) {
  options_.retry.max_attempts = 2;
  options_.request_timeout = 50ms;
  server_.add({"", false, true});
  server_.add({"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nand then nothing"});
  const auto asked = ask();
  ASSERT_FALSE(asked.ok());
  EXPECT_EQ(asked.error().kind, FailureKind::kTimeout);
  EXPECT_EQ(asked.error().attempts, 2U);
  EXPECT_TRUE(asked.error().may_have_run);
  EXPECT_THAT(asked.error().message, HasSubstr("did not answer within 50 ms"));
}

TEST_F(HttpConnectionTest, NobodyThereIsAnErrorAtOnce) {
  options_.endpoint = "http://127.0.0.1:1";
  options_.retry.max_attempts = 2;
  const auto asked = ask();
  ASSERT_FALSE(asked.ok());
  EXPECT_EQ(asked.error().kind, FailureKind::kNetwork);
  EXPECT_THAT(asked.error().message, HasSubstr("can not connect to 127.0.0.1:1: Connection refused"));
  EXPECT_FALSE(asked.error().may_have_run);
  EXPECT_EQ(asked.error().attempts, 2U);
  connection_ = nullptr;
  options_.endpoint = "http://no-such-host.invalid";
  EXPECT_THAT(ask().error().message, HasSubstr("can not connect to no-such-host.invalid"));
}

TEST_F(HttpConnectionTest, ACallMayBeCancelled) {
  server_.add({"", false, true});
  std::stop_source source;
  const CallOptions call{source.get_token()};
  std::thread canceller([&] {
    while (server_.requests().empty()) std::this_thread::sleep_for(1ms);
    source.request_stop();
  });
  const auto asked = connection().execute("ListTables", "{}", &call);
  canceller.join();
  ASSERT_FALSE(asked.ok());
  EXPECT_EQ(asked.error().kind, FailureKind::kCancelled);
  EXPECT_TRUE(asked.error().may_have_run);
  EXPECT_FALSE(asked.error().retriable);

  const auto late = connection().execute("ListTables", "{}", &call);
  ASSERT_FALSE(late.ok());
  EXPECT_EQ(late.error().kind, FailureKind::kCancelled);
  EXPECT_FALSE(late.error().may_have_run);
  server_.add_reply(200, "still usable");
  EXPECT_EQ(body_of(ask()), "still usable");
}

TEST_F(HttpConnectionTest, AWaitForTheNextAttemptMayBeCancelled) {
  options_.environment = system_environment();
  options_.environment.random = [] { return 0.99; };
  options_.retry.throttled_base_delay = 1h;
  options_.retry.max_delay = 1h;
  add_error(400, "ThrottlingException");
  std::stop_source source;
  const CallOptions call{source.get_token()};
  std::thread canceller([&] {
    while (server_.requests().empty()) std::this_thread::sleep_for(1ms);
    source.request_stop();
  });
  const auto asked = connection().execute("ListTables", "{}", &call);
  canceller.join();
  ASSERT_FALSE(asked.ok());
  EXPECT_EQ(asked.error().kind, FailureKind::kCancelled);
}

TEST_F(HttpConnectionTest, WaitsForItsTurn) {
  options_.max_connections = 1;
  connection();
  server_.add({http_reply(200, "first"), false, true});
  server_.add_reply(200, "second");
  std::thread first([this] { EXPECT_EQ(body_of(ask()), "first"); });
  while (server_.requests().empty()) std::this_thread::sleep_for(1ms);
  std::thread second([this] { EXPECT_EQ(body_of(ask()), "second"); });
  std::stop_source source;
  const CallOptions call{source.get_token()};
  std::thread third([&] {
    const auto asked = connection().execute("ListTables", "{}", &call);
    ASSERT_FALSE(asked.ok());
    EXPECT_EQ(asked.error().kind, FailureKind::kCancelled);
    EXPECT_FALSE(asked.error().may_have_run);
  });
  std::this_thread::sleep_for(10ms);
  source.request_stop();
  third.join();
  server_.release();
  first.join();
  second.join();
  EXPECT_EQ(server_.connections(), 1);
}

TEST_F(HttpConnectionTest, WaitsForItsTurnNotForever) {
  HttpSettings settings;
  settings.max_connections = 1;
  settings.turn_timeout = 20ms;
  const auto client = *HttpClient::make(*parse_endpoint(server_.url()), settings);
  server_.add({http_reply(200, "first"), false, true});
  std::thread first([&client] {
    HttpReply reply;
    EXPECT_TRUE(client->exchange({}, reply).ok());
  });
  while (server_.requests().empty()) std::this_thread::sleep_for(1ms);
  HttpReply reply;
  const auto second = client->exchange({}, reply);
  server_.release();
  first.join();
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().kind, FailureKind::kTimeout);
  EXPECT_FALSE(second.error().sent);
  EXPECT_THAT(second.error().message, HasSubstr("all 1 connections to"));
}

TEST_F(HttpConnectionTest, DoesNotUseAConnectionThatLayIdleForLong) {
  HttpSettings settings;
  settings.idle_timeout = 0ms;
  const auto client = *HttpClient::make(*parse_endpoint(server_.url()), settings);
  HttpReply reply;
  for (int i = 0; i < 3; ++i) {
    server_.add_reply(200, "x");
    EXPECT_TRUE(client->exchange({}, reply).ok());
  }
  EXPECT_EQ(server_.connections(), 3);
}

TEST_F(HttpConnectionTest, TakesNoReplyAboveItsLimit) {
  HttpSettings settings;
  settings.max_reply_bytes = 1'000;
  const auto client = *HttpClient::make(*parse_endpoint(server_.url()), settings);
  HttpReply reply;
  server_.add_reply(200, std::string(1'000, 'x'));
  EXPECT_TRUE(client->exchange({}, reply).ok());
  server_.add_reply(200, std::string(1'001, 'x'));
  EXPECT_EQ(client->exchange({}, reply).error().kind, FailureKind::kReply);
  server_.add({"HTTP/1.1 200 OK\r\nX-Long: " + std::string(100'000, 'x') + "\r\n\r\n"});
  EXPECT_EQ(client->exchange({}, reply).error().kind, FailureKind::kReply);
}

TEST_F(HttpConnectionTest, FetchesNewCredentialsWhereTheServiceCallsThemExpired) {
  options_.credentials.reset();
  int fetched = 0;
  options_.credentials_source = [&fetched]() -> Result<Credentials, CredentialsError> {
    return Credentials{"key" + std::to_string(++fetched), "s", "", {}};
  };
  add_error(400, "ExpiredTokenException");
  server_.add_reply(200, "done");
  EXPECT_EQ(body_of(ask()), "done");
  EXPECT_THAT(server_.requests()[1].field("Authorization"), HasSubstr("Credential=key2/"));
}

TEST_F(HttpConnectionTest, WithoutCredentialsNothingIsSent) {
  options_.credentials.reset();
  options_.credentials_source = []() -> Result<Credentials, CredentialsError> {
    return failure(CredentialsError{"none here"});
  };
  const auto asked = ask();
  ASSERT_FALSE(asked.ok());
  EXPECT_EQ(asked.error().kind, FailureKind::kCredentials);
  EXPECT_EQ(asked.error().message, "none here");
  EXPECT_FALSE(asked.error().may_have_run);
  EXPECT_EQ(server_.connections(), 0);
}

TEST_F(HttpConnectionTest, NothingThatIsPutIntoTheHeadCanEndALine) {
  options_.credentials->session_token = "a\r\nX-Evil: 1";
  EXPECT_EQ(ask().error().kind, FailureKind::kCredentials);
  connection_ = nullptr;
  options_.credentials->session_token = "";
  EXPECT_FALSE(connection().execute("ListTables\r\nX-Evil: 1", "{}").ok());
  EXPECT_EQ(server_.connections(), 0);
}

TEST_F(HttpConnectionTest, FollowsTheServicesClock) {
  add_error(400, "InvalidSignatureException", "Date: Sun, 30 Aug 2015 13:36:10 GMT\r\n");
  server_.add_reply(200, "done");
  server_.add_reply(200, "done");
  EXPECT_EQ(body_of(ask()), "done");
  EXPECT_EQ(server_.requests()[1].field("X-Amz-Date").substr(0, 13), "20150830T1336");
  EXPECT_EQ(body_of(ask()), "done");
  EXPECT_EQ(server_.requests()[2].field("X-Amz-Date").substr(0, 13), "20150830T1336");

  // A signature that is wrong for another reason is not tried again.
  add_error(400, "InvalidSignatureException", "Date: Sun, 30 Aug 2015 13:36:20 GMT\r\n");
  EXPECT_EQ(ask().error().attempts, 1U);
}

TEST_F(HttpConnectionTest, ShowsItsExchangesToALog) {
  add_error(500, "InternalServerError");
  server_.add_reply(200, "reply", "x-amzn-RequestId: R9\r\n");
  add_error(400, "ValidationException");
  std::vector<std::string> lines;
  LoggingConnection logged(connection(), [&lines](const Exchange& exchange) {
    EXPECT_GT(exchange.duration.count(), 0);
    lines.push_back(std::string(exchange.operation) + " " + std::string(exchange.request) + " -> " +
                    std::string(exchange.reply) + std::string(exchange.request_id) +
                    (exchange.error == nullptr ? "" : exchange.error->name) + " in " +
                    std::to_string(exchange.attempts));
  });
  EXPECT_EQ(logged.execute("ListTables", "{}")->body, "reply");
  EXPECT_FALSE(logged.execute("GetItem", "{1}").ok());
  EXPECT_THAT(lines, ElementsAre("ListTables {} -> replyR9 in 2", "GetItem {1} -> ValidationException in 1"));
}

/// The server itself, with an engine behind it.
class RealServerTest : public testing::Test {
 protected:
  RealServerTest() {
    settings_.port = 0;
    settings_.threads = 2;
    server_ = std::make_unique<lodestone::http::Server>(settings_, *database_);
    EXPECT_TRUE(server_->start().ok());
    auto made = connect({.endpoint = server_->endpoint(), .environment = world_.environment()});
    EXPECT_TRUE(made.ok());
    connection_ = *std::move(made);
    const auto created =
        connection_->execute("CreateTable", R"({"TableName":"films","BillingMode":"PAY_PER_REQUEST",
        "AttributeDefinitions":[{"AttributeName":"title","AttributeType":"S"}],
        "KeySchema":[{"AttributeName":"title","KeyType":"HASH"}]})");
    EXPECT_TRUE(created.ok()) << created.error().message;
  }

  TestEnvironment world_;
  std::unique_ptr<Database> database_ = *Database::open({});
  lodestone::http::ServerOptions settings_;
  std::unique_ptr<lodestone::http::Server> server_;
  std::unique_ptr<Connection> connection_;
};

TEST_F(RealServerTest, AnswersAsTheEngineInProcessDoes) {
  EXPECT_TRUE(
      connection_->execute("PutItem", R"({"TableName":"films","Item":{"title":{"S":"Amélie"}}})").ok());
  const auto got = connection_->execute("GetItem", R"({"TableName":"films","Key":{"title":{"S":"Amélie"}}})");
  ASSERT_TRUE(got.ok()) << got.error().message;
  EXPECT_EQ(got->body, R"({"Item":{"title":{"S":"Amélie"}}})");
  EXPECT_EQ(got->request_id.size(), 52U);
  const auto missing = connection_->execute("DescribeTable", R"({"TableName":"books"})");
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().name, "ResourceNotFoundException");
  EXPECT_EQ(missing.error().request_id.size(), 52U);
}

TEST_F(RealServerTest, CarriesLargeItemsAndManyCallsAtOnce) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([this, i] {
      const std::string key = R"({"S":")" + std::to_string(i) + R"("})";
      const std::string item =
          R"({"title":)" + key + R"(,"text":{"S":")" + std::string(300'000, 'x') + R"("}})";
      const auto put = connection_->execute("PutItem", R"({"TableName":"films","Item":)" + item + "}");
      EXPECT_TRUE(put.ok()) << put.error().message;
      for (int j = 0; j < 5; ++j) {
        const auto got =
            connection_->execute("GetItem", R"({"TableName":"films","Key":{"title":)" + key + "}}");
        ASSERT_TRUE(got.ok()) << got.error().message;
        EXPECT_GT(got->body.size(), 300'000U);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST_F(RealServerTest, FindsItsServerAgain) {
  const std::uint16_t port = server_->port();
  server_->stop();
  EXPECT_EQ(connection_->execute("ListTables", "{}").error().kind, FailureKind::kNetwork);
  settings_.port = port;
  server_ = std::make_unique<lodestone::http::Server>(settings_, *database_);
  ASSERT_TRUE(server_->start().ok());
  EXPECT_EQ(connection_->execute("ListTables", "{}")->body, R"({"TableNames":["films"]})");
}

}  // namespace
}  // namespace lodestone::model
