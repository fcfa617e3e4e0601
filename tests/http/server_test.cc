#include "server/http/server.h"

#include <set>
#include <string>

#include <gmock/gmock.h>

#include "tests/http/gzip.h"
#include "tests/http/test_server.h"

namespace lodestone::http {
namespace {

using testing::MatchesRegex;
using testing::StartsWith;

using ServerTest = HttpTest;

std::string crc_of(std::string_view bytes) {
  return std::to_string(crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

TEST_F(ServerTest, hands_a_call_to_the_handler_and_its_reply_to_the_client) {
  start();
  handler_.answer(200, R"({"Item":{}})");
  TestClient client(port());
  const TestReply reply = client.ask(call_request(R"({"TableName":"films"})"));

  ASSERT_EQ(handler_.calls().size(), 1u);
  const RecordedCall call = handler_.calls()[0];
  EXPECT_EQ(call.target, "DynamoDB_20120810.GetItem");
  EXPECT_EQ(call.body, R"({"TableName":"films"})");
  EXPECT_EQ(call.region, "eu-central-1");
  EXPECT_EQ(call.account, "000000000000");
  EXPECT_EQ(call.access_key, "AKIDEXAMPLE");
  EXPECT_EQ(call.auth_failure, "");

  EXPECT_THAT(reply.head, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_EQ(reply.body, R"({"Item":{}})");
  EXPECT_EQ(reply.field("content-type"), "application/x-amz-json-1.0");
  EXPECT_EQ(reply.field("content-length"), "11");
  EXPECT_EQ(reply.field("x-amz-crc32"), crc_of(reply.body));
  EXPECT_EQ(reply.field("connection"), "keep-alive");
  EXPECT_NE(reply.field("server"), "");
  EXPECT_THAT(reply.field("date"),
              MatchesRegex("(Mon|Tue|Wed|Thu|Fri|Sat|Sun), [0-9][0-9] [A-Z][a-z][a-z] 20[0-9][0-9] "
                           "[0-9][0-9]:[0-9][0-9]:[0-9][0-9] GMT"));
  EXPECT_THAT(reply.field("x-amzn-requestid"), MatchesRegex("[0-9A-Z]+"));
  EXPECT_EQ(reply.field("x-amzn-requestid").size(), 52u);
}

TEST_F(ServerTest, request_ids_differ) {
  start();
  std::set<std::string> ids;
  for (int connection = 0; connection < 4; ++connection) {
    TestClient client(port());
    for (int i = 0; i < 50; ++i) ids.insert(client.ask(call_request("{}")).field("x-amzn-requestid"));
  }
  EXPECT_EQ(ids.size(), 200u);
}

TEST_F(ServerTest, passes_errors_of_the_handler_on) {
  start();
  TestClient client(port());
  handler_.answer(400, R"({"__type":"x"})");
  TestReply reply = client.ask(call_request("{}"));
  EXPECT_THAT(reply.head, StartsWith("HTTP/1.1 400 Bad Request\r\n"));
  EXPECT_EQ(reply.body, R"({"__type":"x"})");
  handler_.answer(500, "{}");
  EXPECT_THAT(client.ask(call_request("{}")).head, StartsWith("HTTP/1.1 500 Internal Server Error\r\n"));
}

TEST_F(ServerTest, logs_an_internal_error_with_its_request_id) {
  std::string logged;
  options_.log = [&logged](LogLevel level, std::string_view line) {
    if (level == LogLevel::kError) logged = line;
  };
  start();
  handler_.answer(500, "{}");
  std::string id;
  {
    TestClient client(port());
    id = client.ask(call_request("{}")).field("x-amzn-requestid");
  }
  server_->stop();
  EXPECT_THAT(logged, testing::HasSubstr(id));
}

TEST_F(ServerTest, tells_the_handler_of_a_missing_signature) {
  start();
  TestClient client(port());
  EXPECT_EQ(client.ask("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n").status, 200);
  const RecordedCall call = handler_.calls()[0];
  EXPECT_EQ(call.auth_failure,
            "MissingAuthenticationTokenException: Request is missing Authentication Token");
  EXPECT_EQ(call.target, "");
  EXPECT_EQ(call.region, "us-east-1");
  EXPECT_EQ(call.account, "000000000000");
}

TEST_F(ServerTest, keeps_the_connection_for_many_requests) {
  start();
  TestClient client(port());
  for (int i = 0; i < 100; ++i) {
    const std::string body = "{\"n\":" + std::to_string(i) + "}";
    EXPECT_EQ(client.ask(call_request(body)).body, body);
  }
}

TEST_F(ServerTest, answers_pipelined_requests_in_their_order) {
  start();
  TestClient client(port());
  std::string requests;
  for (int i = 0; i < 300; ++i) requests += call_request("{\"n\":" + std::to_string(i) + "}");
  client.send(requests);
  for (int i = 0; i < 300; ++i) ASSERT_EQ(client.receive().body, "{\"n\":" + std::to_string(i) + "}");
  EXPECT_EQ(handler_.calls().size(), 300u);
}

TEST_F(ServerTest, answers_pipelined_requests_with_large_replies) {
  start();
  handler_.answer(200, std::string(700'000, 'x'));
  TestClient client(port());
  client.send(call_request("{}") + call_request("{}") + call_request("{}", "Connection: close\r\n"));
  for (int i = 0; i < 3; ++i) {
    const TestReply reply = client.receive();
    ASSERT_EQ(reply.body.size(), 700'000u);
    EXPECT_EQ(reply.field("x-amz-crc32"), crc_of(reply.body));
  }
  EXPECT_TRUE(client.closed_by_server());
}

TEST_F(ServerTest, reads_a_request_that_comes_byte_by_byte) {
  start();
  TestClient client(port());
  for (const char byte : call_request("{\"slow\":true}")) client.send({&byte, 1});
  EXPECT_EQ(client.receive().body, "{\"slow\":true}");
}

TEST_F(ServerTest, reads_large_bodies) {
  start();
  TestClient client(port());
  const std::string body(16 * 1024 * 1024, 'x');
  EXPECT_EQ(client.ask(call_request(body)).body.size(), body.size());
  EXPECT_EQ(client.ask(call_request("{}")).body, "{}");
}

TEST_F(ServerTest, reads_chunked_bodies) {
  start();
  TestClient client(port());
  const std::string request =
      "POST / HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
      "4\r\n{\"a\"\r\n3;x=y\r\n:1}\r\n0\r\n\r\n";
  client.send(request + request);
  EXPECT_EQ(client.receive().body, "{\"a\":1}");
  EXPECT_EQ(client.receive().body, "{\"a\":1}");
}

TEST_F(ServerTest, closes_when_asked_to) {
  start();
  TestClient client(port());
  const TestReply reply = client.ask(call_request("{}", "Connection: close\r\n"));
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.field("connection"), "close");
  EXPECT_TRUE(client.closed_by_server());
}

TEST_F(ServerTest, answers_nothing_behind_a_request_that_closes) {
  start();
  TestClient client(port());
  client.send(call_request("{}", "Connection: close\r\n") + call_request("{}"));
  EXPECT_EQ(client.receive().status, 200);
  EXPECT_EQ(client.receive().status, 0);
  EXPECT_EQ(handler_.calls().size(), 1u);
}

TEST_F(ServerTest, speaks_http_1_0) {
  start();
  {
    TestClient client(port());
    const TestReply reply = client.ask("GET / HTTP/1.0\r\nHost: h\r\n\r\n");
    EXPECT_EQ(reply.body, "healthy: h ");
    EXPECT_EQ(reply.field("connection"), "close");
    EXPECT_TRUE(client.closed_by_server());
  }
  TestClient client(port());
  const std::string request = "GET / HTTP/1.0\r\nHost: h\r\nConnection: keep-alive\r\n\r\n";
  EXPECT_EQ(client.ask(request).field("connection"), "keep-alive");
  EXPECT_EQ(client.ask(request).status, 200);
}

TEST_F(ServerTest, answers_a_client_that_has_closed_its_side) {
  start();
  TestClient client(port());
  client.send(call_request("{}"));
  client.close_sending();
  EXPECT_EQ(client.receive().body, "{}");
  EXPECT_TRUE(client.closed_by_server());
}

TEST_F(ServerTest, tells_a_waiting_client_to_continue) {
  start();
  TestClient client(port());
  const std::string request = call_request("{\"a\":1}", "Expect: 100-continue\r\n");
  const std::size_t head_end = request.find("\r\n\r\n") + 4;
  EXPECT_EQ(client.ask(request.substr(0, head_end)).head, "HTTP/1.1 100 Continue\r\n\r\n");
  EXPECT_EQ(client.ask(request.substr(head_end)).body, "{\"a\":1}");
  // Who does not wait is not told.
  EXPECT_EQ(client.ask(request).status, 200);
}

TEST_F(ServerTest, refuses_a_body_that_would_be_too_large_before_it_is_sent) {
  start();
  TestClient client(port());
  const TestReply reply =
      client.ask("POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 16777217\r\n\r\n");
  EXPECT_EQ(reply.status, 413);
}

TEST_F(ServerTest, refuses_bodies_over_the_limit) {
  start();
  {
    TestClient client(port());
    const TestReply reply = client.ask(call_request(std::string(16 * 1024 * 1024 + 1, 'x')));
    EXPECT_EQ(reply.status, 413);
    EXPECT_EQ(reply.body, "");
    EXPECT_EQ(reply.field("x-amzn-requestid"), "");
    EXPECT_TRUE(client.closed_by_server());
  }
  TestClient client(port());
  client.send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
  const std::string chunk = "100000\r\n" + std::string(0x100000, 'x') + "\r\n";
  for (int i = 0; i < 17; ++i) client.send(chunk);
  EXPECT_EQ(client.receive().status, 413);
  EXPECT_TRUE(handler_.calls().empty());
}

TEST_F(ServerTest, refuses_large_headers_and_what_is_not_http) {
  start();
  const std::string long_value(17'000, 'x');
  for (const std::string& bytes :
       {"POST / HTTP/1.1\r\nHost: h\r\nX-Long: " + long_value + "\r\n\r\n",
        "POST /" + long_value + " HTTP/1.1\r\n", std::string("nonsense\r\n\r\n"),
        std::string("\x16\x03\x01\x02\x00\x01\x00", 7),
        std::string(
            "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        std::string("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n")}) {
    TestClient client(port());
    const TestReply reply = client.ask(bytes);
    EXPECT_EQ(reply.status, 400) << bytes.substr(0, 40);
    EXPECT_EQ(reply.field("connection"), "close");
    EXPECT_TRUE(client.closed_by_server());
  }
  EXPECT_TRUE(handler_.calls().empty());
}

TEST_F(ServerTest, answers_what_came_before_a_malformed_request) {
  start();
  TestClient client(port());
  client.send(call_request("{}") + "nonsense\r\n\r\n" + call_request("{}"));
  EXPECT_EQ(client.receive().status, 200);
  EXPECT_EQ(client.receive().status, 400);
  EXPECT_EQ(client.receive().status, 0);
  EXPECT_EQ(handler_.calls().size(), 1u);
}

TEST_F(ServerTest, answers_what_leads_nowhere_as_the_service_does) {
  start();
  TestClient client(port());
  for (const std::string& bytes :
       {std::string("POST /x HTTP/1.1\r\nHost: h\r\n\r\n"), std::string("PUT / HTTP/1.1\r\nHost: h\r\n\r\n"),
        std::string("DELETE / HTTP/1.1\r\nHost: h\r\n\r\n"),
        std::string("OPTIONS / HTTP/1.1\r\nHost: h\r\n\r\n"),
        std::string("GET /x HTTP/1.1\r\nHost: h\r\n\r\n"),
        std::string(
            "POST / HTTP/1.1\r\nHost: h\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\n{}")}) {
    const TestReply reply = client.ask(bytes);
    EXPECT_EQ(reply.status, 404) << bytes;
    EXPECT_EQ(reply.body, "<UnknownOperationException/>\n") << bytes;
    EXPECT_EQ(reply.field("x-amz-crc32"), "3552371480") << bytes;
    EXPECT_EQ(reply.field("x-amzn-requestid").size(), 52u) << bytes;
  }
  EXPECT_TRUE(handler_.calls().empty());
}

TEST_F(ServerTest, sends_no_body_to_head) {
  start();
  TestClient client(port());
  client.send("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n");
  const TestReply reply = client.receive(true);
  EXPECT_EQ(reply.status, 404);
  EXPECT_EQ(reply.field("content-length"), "29");
  EXPECT_EQ(client.ask(call_request("{}")).body, "{}");
}

TEST_F(ServerTest, is_healthy_under_the_name_it_is_called_by) {
  start();
  TestClient client(port());
  const TestReply reply = client.ask("GET / HTTP/1.1\r\nHost: dynamodb.us-east-1.amazonaws.com\r\n\r\n");
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.body, "healthy: dynamodb.us-east-1.amazonaws.com ");
  EXPECT_EQ(reply.field("x-amz-crc32"), crc_of(reply.body));
  EXPECT_EQ(client.ask("GET / HTTP/1.1\r\nHost: localhost:8000\r\n\r\n").body, "healthy: localhost:8000 ");
}

TEST_F(ServerTest, lets_pages_of_any_origin_call) {
  start();
  TestClient client(port());
  const TestReply preflight = client.ask(
      "OPTIONS / HTTP/1.1\r\nHost: h\r\nOrigin: https://example.org\r\nAccess-Control-Request-Method: "
      "POST\r\n"
      "Access-Control-Request-Headers: authorization,x-amz-target\r\n\r\n");
  EXPECT_EQ(preflight.status, 200);
  EXPECT_EQ(preflight.body, "");
  EXPECT_EQ(preflight.field("access-control-allow-origin"), "*");
  EXPECT_EQ(preflight.field("access-control-max-age"), "172800");
  EXPECT_EQ(preflight.field("access-control-allow-methods"), "POST");
  EXPECT_EQ(preflight.field("access-control-allow-headers"), "authorization,x-amz-target");
  EXPECT_NE(preflight.field("access-control-expose-headers"), "");

  for (const std::string& bytes :
       {call_request("{}", "Origin: null\r\n"), std::string("GET / HTTP/1.1\r\nHost: h\r\nOrigin: o\r\n\r\n"),
        std::string("GET /x HTTP/1.1\r\nHost: h\r\nOrigin: o\r\n\r\n")}) {
    const TestReply reply = client.ask(bytes);
    EXPECT_EQ(reply.field("access-control-allow-origin"), "*");
    EXPECT_NE(reply.field("access-control-expose-headers"), "");
    EXPECT_EQ(reply.field("access-control-max-age"), "");
  }
  EXPECT_EQ(client.ask(call_request("{}")).head.find("Access-Control"), std::string::npos);
}

TEST_F(ServerTest, lets_only_the_origins_of_a_list_call) {
  options_.cors_origins = {"https://one.example", "https://two.example"};
  start();
  TestClient client(port());
  const TestReply allowed = client.ask(call_request("{}", "Origin: https://two.example\r\n"));
  EXPECT_EQ(allowed.field("access-control-allow-origin"), "https://two.example");
  EXPECT_EQ(allowed.field("vary"), "Origin");
  const TestReply refused = client.ask(call_request("{}", "Origin: https://three.example\r\n"));
  EXPECT_EQ(refused.status, 200);
  EXPECT_EQ(refused.field("access-control-allow-origin"), "");
}

TEST_F(ServerTest, compresses_large_replies_for_clients_that_ask) {
  start();
  const std::string body = "{\"data\":\"" + std::string(5000, 'x') + "\"}";
  handler_.answer(200, body);
  TestClient client(port());
  TestReply reply = client.ask(call_request("{}", "Accept-Encoding: gzip\r\n"));
  EXPECT_EQ(reply.field("content-encoding"), "gzip");
  EXPECT_EQ(reply.field("x-amz-crc32"), crc_of(reply.body));
  EXPECT_EQ(decompressed(reply.body), body);

  reply = client.ask(call_request("{}", "Accept-Encoding: br, deflate\r\n"));
  EXPECT_EQ(reply.field("content-encoding"), "deflate");
  EXPECT_EQ(decompressed(reply.body, kZlibFormat), body);

  reply = client.ask(call_request("{}"));
  EXPECT_EQ(reply.field("content-encoding"), "");
  EXPECT_EQ(reply.body, body);

  handler_.answer(200, std::string(4095, 'x'));
  reply = client.ask(call_request("{}", "Accept-Encoding: gzip\r\n"));
  EXPECT_EQ(reply.field("content-encoding"), "");
  EXPECT_EQ(reply.body.size(), 4095u);
}

TEST_F(ServerTest, reads_compressed_requests) {
  start();
  TestClient client(port());
  const std::string text = R"({"TableName":"films"})";
  EXPECT_EQ(client.ask(call_request(compressed(text), "Content-Encoding: gzip\r\n")).body, text);
  EXPECT_EQ(client.ask(call_request(compressed(text, kZlibFormat), "Content-Encoding: deflate\r\n")).body,
            text);
  EXPECT_EQ(handler_.calls().size(), 2u);

  for (const std::string& encoding : {std::string("br"), std::string("gzip")}) {
    const TestReply reply =
        client.ask(call_request("not compressed", "Content-Encoding: " + encoding + "\r\n"));
    EXPECT_EQ(reply.status, 500) << encoding;
    EXPECT_THAT(reply.body, testing::HasSubstr("#InternalServerError\"")) << encoding;
  }
  EXPECT_EQ(client.ask(call_request("", "Content-Encoding: gzip\r\n")).status, 500);
  const std::string bomb = compressed(std::string(17 * 1024 * 1024, 'x'));
  EXPECT_EQ(client.ask(call_request(bomb, "Content-Encoding: gzip\r\n")).status, 413);
  EXPECT_EQ(handler_.calls().size(), 2u);
  EXPECT_EQ(client.ask(call_request("{}")).body, "{}");
}

TEST_F(ServerTest, names_its_endpoint) {
  start();
  EXPECT_EQ(server_->endpoint(), "http://127.0.0.1:" + std::to_string(port()));
}

TEST_F(ServerTest, shows_a_wildcard_address_as_one_that_can_be_called) {
  options_.host = "0.0.0.0";
  start();
  EXPECT_EQ(server_->endpoint(), "http://127.0.0.1:" + std::to_string(port()));
  EXPECT_EQ(TestClient(port()).ask(call_request("{}")).status, 200);
}

TEST_F(ServerTest, says_what_to_do_where_it_cannot_listen) {
  start();
  const auto error_of = [&](const std::string& host, std::uint16_t wanted) {
    ServerOptions options;
    options.host = host;
    options.port = wanted;
    Server second(options, handler_);
    const auto started = second.start();
    return started.ok() ? std::string() : started.error().message;
  };
  EXPECT_THAT(error_of("127.0.0.1", port()),
              testing::AllOf(testing::HasSubstr("127.0.0.1 port " + std::to_string(port())),
                             testing::HasSubstr("--port")));
  EXPECT_THAT(error_of("example.org", 0),
              testing::AllOf(testing::HasSubstr("example.org"), testing::HasSubstr("numeric")));
  EXPECT_THAT(error_of("192.0.2.1", 0),
              testing::AllOf(testing::HasSubstr("192.0.2.1"), testing::HasSubstr("--host")));
}

}  // namespace
}  // namespace lodestone::http
