#include <fstream>
#include <string>

#include <gmock/gmock.h>

#include "tests/http/certificate.h"
#include "tests/http/test_server.h"

namespace lodestone::http {
namespace {

using namespace std::chrono_literals;

class TlsTest : public HttpTest {
 protected:
  TlsTest() {
    options_.tls_certificate_file = certificate_.certificate_file();
    options_.tls_key_file = certificate_.key_file();
  }
  Certificate certificate_;
};

TEST_F(TlsTest, serves_calls) {
  start();
  EXPECT_EQ(server_->endpoint(), "https://127.0.0.1:" + std::to_string(port()));
  TestClient client(port(), true);
  EXPECT_EQ(client.protocol(), "http/1.1");
  for (int i = 0; i < 10; ++i) {
    const std::string body = "{\"n\":" + std::to_string(i) + "}";
    EXPECT_EQ(client.ask(call_request(body)).body, body);
  }
}

TEST_F(TlsTest, answers_pipelined_requests_and_large_ones) {
  start();
  TestClient client(port(), true);
  const std::string large(3'000'000, 'x');
  client.send(call_request("1") + call_request(large) + call_request("3", "Connection: close\r\n"));
  EXPECT_EQ(client.receive().body, "1");
  EXPECT_EQ(client.receive().body, large);
  EXPECT_EQ(client.receive().body, "3");
  EXPECT_TRUE(client.closed_by_server());
}

TEST_F(TlsTest, is_not_upset_by_a_client_without_tls) {
  start();
  {
    TestClient plain(port());
    plain.send(call_request("{}"));
    EXPECT_EQ(plain.receive().status, 0);
  }
  TestClient client(port(), true);
  EXPECT_EQ(client.ask(call_request("{}")).status, 200);
  EXPECT_EQ(handler_.calls().size(), 1u);
}

TEST_F(TlsTest, gives_up_a_client_that_does_not_shake_hands) {
  options_.request_timeout = 50ms;
  start();
  TestClient silent(port());
  EXPECT_TRUE(silent.closed_by_server());
}

TEST_F(TlsTest, stops_with_connections_open) {
  start();
  TestClient client(port(), true);
  EXPECT_EQ(client.ask(call_request("{}")).status, 200);
  server_->stop();
  EXPECT_TRUE(client.closed_by_server());
}

TEST_F(TlsTest, says_which_file_it_cannot_use) {
  const auto error_of = [&](const std::string& certificate, const std::string& key) {
    ServerOptions options;
    options.port = 0;
    options.tls_certificate_file = certificate;
    options.tls_key_file = key;
    Server server(options, handler_);
    const auto started = server.start();
    return started.ok() ? std::string() : started.error().message;
  };
  const std::string certificate = certificate_.certificate_file();
  const std::string key = certificate_.key_file();
  const Certificate other;
  EXPECT_EQ(error_of(certificate, key), "");
  EXPECT_THAT(error_of("/nowhere.pem", key),
              testing::AllOf(testing::HasSubstr("/nowhere.pem"), testing::HasSubstr("--tls-cert")));
  EXPECT_THAT(error_of(certificate, "/nowhere.pem"),
              testing::AllOf(testing::HasSubstr("/nowhere.pem"), testing::HasSubstr("--tls-key")));
  EXPECT_THAT(error_of(key, key), testing::HasSubstr("--tls-cert"));
  EXPECT_THAT(error_of(certificate, other.key_file()), testing::HasSubstr("--tls-key"));
  EXPECT_THAT(error_of(certificate, ""), testing::HasSubstr("both"));
}

}  // namespace
}  // namespace lodestone::http
