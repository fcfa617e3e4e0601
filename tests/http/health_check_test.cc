#include "server/http/health_check.h"

#include <string>

#include <gmock/gmock.h>

#include "tests/http/certificate.h"
#include "tests/http/test_server.h"

namespace lodestone::http {
namespace {

using namespace std::chrono_literals;
using HealthCheckTest = HttpTest;

constexpr std::chrono::milliseconds kPatience = 10s;

TEST_F(HealthCheckTest, asks_a_running_server) {
  start();
  const std::string authority = "127.0.0.1:" + std::to_string(port());
  for (const std::string& url : {"http://" + authority, "http://" + authority + "/"}) {
    const auto healthy = check_health(url, kPatience);
    ASSERT_TRUE(healthy.ok()) << healthy.error().message;
    EXPECT_EQ(*healthy, "healthy: " + authority + " ");
  }
  EXPECT_TRUE(check_health("http://localhost:" + std::to_string(port()), kPatience).ok());
}

TEST_F(HealthCheckTest, asks_a_server_with_tls) {
  const Certificate certificate;
  options_.tls_certificate_file = certificate.certificate_file();
  options_.tls_key_file = certificate.key_file();
  start();
  const auto healthy = check_health(server_->endpoint(), kPatience);
  EXPECT_TRUE(healthy.ok()) << healthy.error().message;
  EXPECT_FALSE(check_health("http://127.0.0.1:" + std::to_string(port()), kPatience).ok());
}

TEST_F(HealthCheckTest, reports_a_server_that_is_not_there) {
  start();
  const std::string url = server_->endpoint();
  server_->stop();
  const auto healthy = check_health(url, kPatience);
  ASSERT_FALSE(healthy.ok());
  EXPECT_THAT(healthy.error().message, testing::HasSubstr(url));
}

TEST_F(HealthCheckTest, reports_a_server_that_does_not_answer) {
  options_.threads = 1;
  start();
  handler_.hold();
  TestClient client(port());
  client.send(call_request("{}"));
  handler_.wait_for_calls(1);
  const auto healthy = check_health(server_->endpoint(), 50ms);
  handler_.release();
  ASSERT_FALSE(healthy.ok());
  EXPECT_THAT(healthy.error().message, testing::HasSubstr("50 ms"));
}

TEST_F(HealthCheckTest, refuses_what_is_no_such_url) {
  for (const std::string url : {"", "localhost:8000", "ftp://127.0.0.1", "http://example.org",
                                "http://127.0.0.1:port", "http://127.0.0.1:99999", "http://"}) {
    EXPECT_FALSE(check_health(url, kPatience).ok()) << url;
  }
}

}  // namespace
}  // namespace lodestone::http
