/// What the server does to clients that are slow, idle or too many.
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "tests/http/test_server.h"

namespace lodestone::http {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

class LimitsTest : public HttpTest {
 protected:
  /// Sends a byte every 5 ms until the server closes or `bytes` are sent; whether it closed.
  static bool drip(TestClient& client, const std::string& bytes) {
    for (const char byte : bytes) {
      if (!client.send({&byte, 1}) || client.has_news_within(5)) return client.closed_by_server();
    }
    return false;
  }
};

TEST_F(LimitsTest, gives_up_a_client_that_drips_its_header) {
  options_.request_timeout = 100ms;
  start();
  TestClient client(port());
  const auto begun = Clock::now();
  EXPECT_TRUE(drip(client, "POST / HTTP/1.1\r\nX-Long: " + std::string(2000, 'x')));
  EXPECT_GE(Clock::now() - begun, 100ms);
}

TEST_F(LimitsTest, gives_up_a_client_that_drips_its_body) {
  options_.request_timeout = 100ms;
  start();
  TestClient client(port());
  const std::string request = call_request(std::string(2000, 'x'));
  const std::size_t body = request.find("\r\n\r\n") + 4;
  client.send(request.substr(0, body));
  EXPECT_TRUE(drip(client, request.substr(body)));
  EXPECT_TRUE(handler_.calls().empty());
}

TEST_F(LimitsTest, a_slow_request_is_measured_from_its_own_start) {
  options_.request_timeout = 150ms;
  options_.idle_timeout = 10s;
  start();
  TestClient client(port());
  for (int i = 0; i < 3; ++i) {
    // Idle for two thirds of the time that a request has.
    ASSERT_FALSE(client.has_news_within(100));
    EXPECT_EQ(client.ask(call_request("{}")).status, 200);
  }
}

TEST_F(LimitsTest, closes_idle_connections) {
  options_.idle_timeout = 50ms;
  start();
  TestClient never_asked(port());
  TestClient asked(port());
  EXPECT_EQ(asked.ask(call_request("{}")).status, 200);
  EXPECT_TRUE(asked.closed_by_server());
  EXPECT_TRUE(never_asked.closed_by_server());
}

TEST_F(LimitsTest, gives_up_a_client_that_does_not_take_its_reply) {
  options_.write_timeout = 100ms;
  options_.stop_grace = 60s;
  start();
  handler_.answer(200, std::string(30 * 1024 * 1024, 'x'));
  TestClient client(port());
  client.send(call_request("{}"));
  handler_.wait_for_calls(1);
  // Nothing is read, and stopping waits for the reply: it comes back early only because the client is given
  // up.
  const auto begun = Clock::now();
  server_->stop();
  EXPECT_LT(Clock::now() - begun, 30s);
  EXPECT_LT(client.receive_rest().size(), 30u * 1024 * 1024);
}

TEST_F(LimitsTest, takes_its_time_with_a_client_that_reads_slowly_but_reads) {
  options_.write_timeout = 2s;
  start();
  handler_.answer(200, std::string(30 * 1024 * 1024, 'x'));
  TestClient client(port());
  EXPECT_EQ(client.ask(call_request("{}")).body.size(), 30u * 1024 * 1024);
}

TEST_F(LimitsTest, refuses_connections_above_the_limit) {
  options_.max_connections = 2;
  start();
  auto first = std::make_unique<TestClient>(port());
  TestClient second(port());
  EXPECT_EQ(first->ask(call_request("{}")).status, 200);
  EXPECT_EQ(second.ask(call_request("{}")).status, 200);
  {
    TestClient third(port());
    EXPECT_EQ(third.receive().status, 503);
    EXPECT_TRUE(third.closed_by_server());
  }
  // When one leaves there is room again, as soon as the server has seen it leave.
  first.reset();
  int status = 0;
  for (int attempt = 0; attempt < 1000 && status != 200; ++attempt) {
    TestClient next(port());
    status = next.ask(call_request("{}")).status;
  }
  EXPECT_EQ(status, 200);
}

TEST_F(LimitsTest, serves_many_connections_at_once) {
  start();
  std::vector<std::unique_ptr<TestClient>> clients;
  for (int i = 0; i < 200; ++i) clients.push_back(std::make_unique<TestClient>(port()));
  for (std::size_t i = 0; i < clients.size(); ++i) clients[i]->send(call_request(std::to_string(i)));
  for (std::size_t i = 0; i < clients.size(); ++i) EXPECT_EQ(clients[i]->receive().body, std::to_string(i));
}

}  // namespace
}  // namespace lodestone::http
