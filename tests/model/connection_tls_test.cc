#include <string>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "model/http/connect.h"
#include "server/api/database.h"
#include "server/http/server.h"
#include "tests/model/scripted_server.h"
#include "tests/model/test_environment.h"
#include "tests/model/tls_identity.h"

namespace lodestone::model {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

class TlsConnectionTest : public testing::Test {
 protected:
  void start(const std::string& names) {
    identity_ = std::make_unique<TlsIdentity>(names);
    settings_.port = 0;
    settings_.threads = 1;
    settings_.tls_certificate_file = identity_->certificate_file();
    settings_.tls_key_file = identity_->key_file();
    server_ = std::make_unique<lodestone::http::Server>(settings_, *database_);
    ASSERT_TRUE(server_->start().ok());
    options_.ca_file = identity_->certificate_file();
  }
  /// "ok", or the error.
  std::string ask(const std::string& host) {
    options_.endpoint = "https://" + host + ":" + std::to_string(server_->port());
    options_.credentials = Credentials{"k", "s", "", {}};
    options_.retry.max_attempts = 1;
    options_.environment = world_.environment();
    const auto connection = connect(options_);
    EXPECT_TRUE(connection.ok());
    for (int i = 0; i < 3; ++i) {
      const auto asked = (*connection)->execute("ListTables", "{}");
      if (!asked.ok()) {
        EXPECT_EQ(asked.error().kind, FailureKind::kNetwork);
        EXPECT_FALSE(asked.error().may_have_run);
        return asked.error().message;
      }
      EXPECT_EQ(asked->body, R"({"TableNames":[]})");
    }
    return "ok";
  }

  TestEnvironment world_;
  std::unique_ptr<Database> database_ = *Database::open({});
  std::unique_ptr<TlsIdentity> identity_;
  lodestone::http::ServerOptions settings_;
  std::unique_ptr<lodestone::http::Server> server_;
  ConnectionOptions options_;
};

TEST_F(TlsConnectionTest, SpeaksToAServerThatItTrusts) {
  start("IP:127.0.0.1,DNS:localhost");
  EXPECT_EQ(ask("127.0.0.1"), "ok");
  EXPECT_EQ(ask("localhost"), "ok");
}

TEST_F(TlsConnectionTest, TheAuthoritiesMayBeInAVariable) {
  start("IP:127.0.0.1");
  options_.ca_file = "";
  world_.set("AWS_CA_BUNDLE", identity_->certificate_file());
  EXPECT_EQ(ask("127.0.0.1"), "ok");
}

TEST_F(TlsConnectionTest, ACertificateOfNobodyIsNotTrusted) {
  start("IP:127.0.0.1");
  options_.ca_file = "";
  EXPECT_THAT(ask("127.0.0.1"), HasSubstr("its certificate is not to be trusted: self-signed certificate"));
}

TEST_F(TlsConnectionTest, ACertificateForAnotherHostIsNotTrusted) {
  start("IP:127.0.0.2,DNS:example.com");
  EXPECT_THAT(ask("127.0.0.1"), HasSubstr("its certificate is not to be trusted"));
  EXPECT_THAT(ask("localhost"), HasSubstr("its certificate is not to be trusted"));
}

TEST_F(TlsConnectionTest, AServerWithoutTlsIsAnError) {
  start("IP:127.0.0.1");
  settings_.tls_certificate_file = settings_.tls_key_file = "";
  server_ = std::make_unique<lodestone::http::Server>(settings_, *database_);
  ASSERT_TRUE(server_->start().ok());
  EXPECT_THAT(ask("127.0.0.1"), HasSubstr("TLS: "));
}

/// Takes one connection as far as the name that the client asks for.
class NameServer {
 public:
  NameServer() : listener_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const any = reinterpret_cast<sockaddr*>(&address);
    EXPECT_EQ(bind(listener_, any, size), 0);
    EXPECT_EQ(listen(listener_, 1), 0);
    getsockname(listener_, any, &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~NameServer() { close(listener_); }
  NameServer(const NameServer&) = delete;
  NameServer& operator=(const NameServer&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }
  /// "-" where the client named none.
  std::string name() {
    thread_.join();
    return name_;
  }

 private:
  void serve() {
    const int socket = accept(listener_, nullptr, nullptr);
    SSL_CTX* const context = SSL_CTX_new(TLS_server_method());
    SSL_CTX_set_tlsext_servername_arg(context, this);
    SSL_CTX_set_tlsext_servername_callback(
        context, +[](SSL* tls, int*, void* self) {
          const char* const name = SSL_get_servername(tls, TLSEXT_NAMETYPE_host_name);
          static_cast<NameServer*>(self)->name_ = name == nullptr ? "-" : name;
          return SSL_TLSEXT_ERR_ALERT_FATAL;
        });
    SSL* const tls = SSL_new(context);
    SSL_set_fd(tls, socket);
    SSL_accept(tls);
    SSL_free(tls);
    SSL_CTX_free(context);
    close(socket);
  }

  int listener_;
  std::uint16_t port_ = 0;
  std::string name_;
  std::thread thread_;
};

TEST(TlsNames, AHostIsNamedAndAnAddressIsNot) {
  for (const auto& [host, expected] : {std::pair("localhost", "localhost"), std::pair("127.0.0.1", "-")}) {
    NameServer server;
    TestEnvironment world;
    ConnectionOptions options;
    options.endpoint = "https://" + std::string(host) + ":" + std::to_string(server.port());
    options.credentials = Credentials{"k", "s", "", {}};
    options.retry.max_attempts = 1;
    options.environment = world.environment();
    EXPECT_FALSE((*connect(options))->execute("ListTables", "{}").ok());
    EXPECT_EQ(server.name(), expected);
  }
}

TEST(TlsTimeouts, AServerThatDoesNotShakeHandsIsGivenUp) {
  // It waits for a request in the clear.
  ScriptedServer silent;
  TestEnvironment world;
  ConnectionOptions options;
  options.endpoint = "https://127.0.0.1:" + std::to_string(silent.port());
  options.credentials = Credentials{"k", "s", "", {}};
  options.connect_timeout = 50ms;
  options.retry.max_attempts = 1;
  options.environment = world.environment();
  const auto asked = (*connect(options))->execute("ListTables", "{}");
  ASSERT_FALSE(asked.ok());
  EXPECT_EQ(asked.error().kind, FailureKind::kTimeout);
  EXPECT_FALSE(asked.error().may_have_run);
  EXPECT_THAT(asked.error().message, HasSubstr("within 50 ms"));
}

}  // namespace
}  // namespace lodestone::model
