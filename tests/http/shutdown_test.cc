#include <chrono>
#include <thread>

#include <gtest/gtest.h>

#include "tests/http/test_server.h"

namespace lodestone::http {
namespace {

using namespace std::chrono_literals;
using ShutdownTest = HttpTest;

TEST_F(ShutdownTest, lets_a_request_in_flight_finish) {
  start();
  handler_.hold();
  TestClient client(port());
  client.send(call_request("{\"a\":1}"));
  handler_.wait_for_calls(1);
  std::thread stopper([this] { server_->stop(); });
  // A new client finds no one listening once the stop has begun.
  bool refused = false;
  for (int attempt = 0; attempt < 10'000 && !refused; ++attempt) {
    TestClient late(port());
    refused = !late.send("G") || late.has_news_within(1);
  }
  handler_.release();
  const TestReply reply = client.receive();
  EXPECT_EQ(reply.body, "{\"a\":1}");
  EXPECT_TRUE(client.closed_by_server());
  stopper.join();
  EXPECT_TRUE(refused);
}

TEST_F(ShutdownTest, finishes_a_request_that_has_only_partly_come) {
  options_.threads = 1;
  start();
  TestClient client(port());
  TestClient other(port());
  const std::string request = call_request("{\"a\":1}");
  client.send(request.substr(0, 50));
  // The server's one thread has read the part when it has answered this.
  EXPECT_EQ(other.ask(call_request("{}")).status, 200);
  std::thread stopper([this] { server_->stop(); });
  EXPECT_TRUE(other.closed_by_server());
  const TestReply reply = client.ask(request.substr(50));
  EXPECT_EQ(reply.body, "{\"a\":1}");
  EXPECT_EQ(reply.field("connection"), "close");
  stopper.join();
}

TEST_F(ShutdownTest, closes_idle_connections_at_once) {
  options_.stop_grace = 60s;
  start();
  TestClient client(port());
  EXPECT_EQ(client.ask(call_request("{}")).status, 200);
  const auto begun = std::chrono::steady_clock::now();
  server_->stop();
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 30s);
  EXPECT_TRUE(client.closed_by_server());
}

TEST_F(ShutdownTest, waits_no_longer_than_the_grace_period) {
  options_.stop_grace = 100ms;
  options_.request_timeout = 60s;
  options_.threads = 1;
  start();
  TestClient client(port());
  TestClient other(port());
  client.send("POST / HTTP/1.1\r\nHost: h\r\n");
  EXPECT_EQ(other.ask(call_request("{}")).status, 200);
  const auto begun = std::chrono::steady_clock::now();
  server_->stop();
  const auto taken = std::chrono::steady_clock::now() - begun;
  EXPECT_GE(taken, 100ms);
  EXPECT_LT(taken, 30s);
  EXPECT_TRUE(client.closed_by_server());
}

TEST_F(ShutdownTest, may_be_stopped_twice_and_before_anyone_came) {
  start();
  server_->stop();
  server_->stop();
  server_.reset();
}

TEST_F(ShutdownTest, frees_its_port) {
  start();
  options_.port = port();
  EXPECT_EQ(TestClient(port()).ask(call_request("{}")).status, 200);
  server_->stop();
  start();
  EXPECT_EQ(TestClient(port()).ask(call_request("{}")).status, 200);
}

}  // namespace
}  // namespace lodestone::http
