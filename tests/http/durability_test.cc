/// Replies that wait for a disk: who gets them when, and what becomes of those who can not wait.
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "server/http/server.h"
#include "tests/http/certificate.h"
#include "tests/http/test_client.h"

namespace lodestone::http {
namespace {

using namespace std::chrono_literals;

/// Answers each call with the call's own body, at once; the replies are durable when the test says so.
class DiskHandler final : public Handler {
 public:
  void handle(const Call& call, Reply& reply) override {
    const std::lock_guard lock(mutex_);
    reply = {200, call.body};
    ++made_;
  }

  bool is_durable() const override {
    const std::lock_guard lock(mutex_);
    return durable_ >= made_;
  }

  void when_durable(std::function<void(bool)> then) override {
    {
      const std::lock_guard lock(mutex_);
      ++asked_;
      if (!answers_at_once_) waiting_.push_back({made_, std::exchange(then, nullptr)});
    }
    changed_.notify_all();
    if (then) then(true);
  }

  /// As a disk that is done just when it is asked.
  void answer_at_once() {
    const std::lock_guard lock(mutex_);
    answers_at_once_ = true;
  }

  /// Ends the `count` oldest holds on a thread that is not the server's.
  void end_holds(std::size_t count, bool durable = true) {
    std::vector<Hold> ended;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [&] { return waiting_.size() >= count; });
      const auto behind = waiting_.begin() + static_cast<std::ptrdiff_t>(count);
      std::move(waiting_.begin(), behind, std::back_inserter(ended));
      waiting_.erase(waiting_.begin(), behind);
      if (durable) durable_ = ended.back().made;
    }
    for (const Hold& hold : ended) hold.then(durable);
  }

  /// Waits until when_durable() was called so often, ever.
  void wait_for_holds(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return asked_ >= count; });
  }
  [[nodiscard]] std::size_t holds() const {
    const std::lock_guard lock(mutex_);
    return asked_;
  }
  [[nodiscard]] std::size_t calls() const {
    const std::lock_guard lock(mutex_);
    return made_;
  }

 private:
  struct Hold {
    std::size_t made;
    std::function<void(bool)> then;
  };

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t made_ = 0;
  std::size_t durable_ = 0;
  std::size_t asked_ = 0;
  bool answers_at_once_ = false;
  std::vector<Hold> waiting_;
};

class DurabilityTest : public testing::TestWithParam<bool> {
 protected:
  DurabilityTest() {
    options_.port = 0;
    options_.threads = 1;
    if (!tls()) return;
    certificate_.emplace();
    options_.tls_certificate_file = certificate_->certificate_file();
    options_.tls_key_file = certificate_->key_file();
  }

  /// Changes to options_ come before.
  void start() {
    server_ = std::make_unique<Server>(options_, handler_);
    const auto started = server_->start();
    ASSERT_TRUE(started.ok()) << started.error().message;
  }

  [[nodiscard]] static bool tls() { return GetParam(); }
  [[nodiscard]] std::unique_ptr<TestClient> client() const {
    return std::make_unique<TestClient>(server_->port(), tls());
  }

  ServerOptions options_;
  std::optional<Certificate> certificate_;
  DiskHandler handler_;
  std::unique_ptr<Server> server_;
};

TEST_P(DurabilityTest, a_reply_is_not_sent_before_it_is_durable) {
  start();
  const auto asking = client();
  for (std::size_t i = 1; i <= 3; ++i) {
    asking->send(call_request(std::to_string(i)));
    handler_.wait_for_holds(i);
    EXPECT_FALSE(asking->has_news_within(20));
    handler_.end_holds(1);
    EXPECT_EQ(asking->receive().body, std::to_string(i));
  }
}

TEST_P(DurabilityTest, a_reply_that_became_durable_meanwhile_is_sent) {
  handler_.answer_at_once();
  start();
  const auto asking = client();
  EXPECT_EQ(asking->ask(call_request("1")).body, "1");
  EXPECT_EQ(asking->ask(call_request("2")).body, "2");
  EXPECT_EQ(handler_.holds(), 2u);
}

TEST_P(DurabilityTest, one_thread_serves_others_while_a_reply_waits) {
  start();
  std::vector<std::unique_ptr<TestClient>> clients;
  for (int i = 0; i < 30; ++i) {
    clients.push_back(client());
    clients.back()->send(call_request(std::to_string(i)));
  }
  // All of them have been handled, and one sync serves all.
  handler_.wait_for_holds(30);
  EXPECT_EQ(handler_.calls(), 30u);
  handler_.end_holds(30);
  for (std::size_t i = 0; i < clients.size(); ++i) EXPECT_EQ(clients[i]->receive().body, std::to_string(i));
}

TEST_P(DurabilityTest, a_sync_that_began_before_a_reply_was_made_does_not_send_it) {
  start();
  const auto first = client();
  const auto second = client();
  first->send(call_request("1"));
  handler_.wait_for_holds(1);
  second->send(call_request("2"));
  handler_.wait_for_holds(2);
  handler_.end_holds(1);
  EXPECT_EQ(first->receive().body, "1");
  EXPECT_FALSE(second->has_news_within(20));
  handler_.end_holds(1);
  EXPECT_EQ(second->receive().body, "2");
}

TEST_P(DurabilityTest, pipelined_requests_are_answered_in_their_order) {
  start();
  const auto asking = client();
  const std::string large(100'000, 'x');
  std::atomic<bool> done = false;
  std::thread disk([&] {
    for (std::size_t ended = 0; !done;) {
      if (handler_.holds() == ended) {
        std::this_thread::yield();
        continue;
      }
      handler_.end_holds(1);
      ++ended;
    }
  });
  asking->send(call_request("1") + call_request("2") + call_request(large) + call_request(large) +
               call_request("5"));
  for (const std::string& expected : {std::string("1"), std::string("2"), large, large, std::string("5")}) {
    EXPECT_EQ(asking->receive().body, expected);
  }
  done = true;
  disk.join();
}

TEST_P(DurabilityTest, replies_to_pipelined_requests_wait_together) {
  start();
  const auto asking = client();
  asking->send(call_request("1") + call_request("2") + call_request("3", "Connection: close\r\n"));
  handler_.wait_for_holds(1);
  EXPECT_FALSE(asking->has_news_within(20));
  EXPECT_EQ(handler_.calls(), 3u);
  handler_.end_holds(1);
  EXPECT_EQ(asking->receive().body, "1");
  EXPECT_EQ(asking->receive().body, "2");
  EXPECT_EQ(asking->receive().body, "3");
  EXPECT_TRUE(asking->closed_by_server());
  EXPECT_EQ(handler_.holds(), 1u);
}

TEST_P(DurabilityTest, a_failed_sync_closes_without_a_reply) {
  start();
  const auto first = client();
  const auto second = client();
  first->send(call_request("1") + call_request("2"));
  second->send(call_request("3"));
  handler_.wait_for_holds(2);
  handler_.end_holds(2, false);
  EXPECT_EQ(first->receive_rest(), "");
  EXPECT_EQ(second->receive_rest(), "");
}

TEST_P(DurabilityTest, no_timeout_ends_the_wait_for_the_disk) {
  options_.request_timeout = options_.idle_timeout = options_.write_timeout = 500ms;
  start();
  const auto asking = client();
  asking->send(call_request("1"));
  handler_.wait_for_holds(1);
  EXPECT_FALSE(asking->has_news_within(1500));
  handler_.end_holds(1);
  EXPECT_EQ(asking->receive().body, "1");
  // From then on time counts again.
  EXPECT_TRUE(asking->closed_by_server());
}

TEST_P(DurabilityTest, a_client_that_leaves_does_no_harm) {
  options_.stop_grace = 60s;
  start();
  auto leaving = client();
  auto staying = client();
  leaving->send(call_request("1"));
  staying->send(call_request("2"));
  handler_.wait_for_holds(2);
  leaving.reset();
  handler_.end_holds(2);
  EXPECT_EQ(staying->receive().body, "2");
  staying.reset();
  // Nothing is left of either that stopping would wait for.
  const auto begun = std::chrono::steady_clock::now();
  server_->stop();
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 30s);
}

TEST_P(DurabilityTest, stopping_waits_for_the_disk) {
  options_.stop_grace = 60s;
  start();
  const auto asking = client();
  const auto idle = client();
  idle->send(call_request("0"));
  handler_.end_holds(1);
  EXPECT_EQ(idle->receive().body, "0");
  asking->send(call_request("1"));
  handler_.wait_for_holds(2);
  std::atomic<bool> stopped = false;
  std::thread stopper([&] {
    server_->stop();
    stopped = true;
  });
  EXPECT_TRUE(idle->closed_by_server());
  EXPECT_FALSE(asking->has_news_within(20));
  EXPECT_FALSE(stopped);
  handler_.end_holds(1);
  EXPECT_EQ(asking->receive().body, "1");
  EXPECT_TRUE(asking->closed_by_server());
  stopper.join();
}

TEST_P(DurabilityTest, out_of_grace_the_client_is_given_up_but_the_disk_is_waited_for) {
  options_.stop_grace = 50ms;
  start();
  const auto asking = client();
  asking->send(call_request("1"));
  handler_.wait_for_holds(1);
  std::atomic<bool> stopped = false;
  std::thread stopper([&] {
    server_->stop();
    stopped = true;
  });
  EXPECT_EQ(asking->receive_rest(), "");
  EXPECT_FALSE(stopped);
  handler_.end_holds(1);
  stopper.join();
}

INSTANTIATE_TEST_SUITE_P(, DurabilityTest, testing::Bool(), [](const testing::TestParamInfo<bool>& info) {
  return info.param ? "tls" : "plain";
});

}  // namespace
}  // namespace lodestone::http
