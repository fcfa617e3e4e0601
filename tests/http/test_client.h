/// A client that sends exactly the bytes it is given and shows what comes back. Blocks; gives up after ten
/// seconds.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include <openssl/types.h>

namespace lodestone::http {

struct TestReply {
  /// 0: the connection ended before a reply.
  int status = 0;
  std::string head;
  /// By name in lower case.
  std::map<std::string, std::string> fields;
  std::string body;

  /// Empty where it was not sent.
  [[nodiscard]] std::string field(const std::string& name) const;
};

class TestClient {
 public:
  explicit TestClient(std::uint16_t port, bool tls = false);
  ~TestClient();
  TestClient(const TestClient&) = delete;
  TestClient& operator=(const TestClient&) = delete;

  /// Whether everything was sent; false where the server has closed.
  bool send(std::string_view bytes);
  /// The next reply; for a request with method HEAD, `bodiless`.
  [[nodiscard]] TestReply receive(bool bodiless = false);
  [[nodiscard]] TestReply ask(std::string_view bytes) {
    send(bytes);
    return receive();
  }
  /// Everything until the server closes.
  [[nodiscard]] std::string receive_rest();
  /// Waits for the server to close; false if it sends something instead.
  [[nodiscard]] bool closed_by_server();
  /// Waits up to `ms` for the server to send something or to close.
  [[nodiscard]] bool has_news_within(int ms) const;
  void close_sending();
  /// What ALPN agreed upon.
  [[nodiscard]] std::string protocol() const;

 private:
  [[nodiscard]] bool receive_more();

  int socket_ = -1;
  SSL_CTX* tls_context_ = nullptr;
  SSL* tls_ = nullptr;
  std::string received_;
};

/// A call as an SDK sends it, signed in form.
[[nodiscard]] std::string call_request(std::string_view body, std::string_view extra_fields = "");

}  // namespace lodestone::http
