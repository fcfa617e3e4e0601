#include "tests/http/test_client.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <chrono>
#include <utility>

#include <fcntl.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

namespace lodestone::http {
namespace {

constexpr timeval kPatience{10, 0};

void parse_head(TestReply& reply) {
  std::size_t line = 0;
  for (std::size_t end; (end = reply.head.find("\r\n", line)) != std::string::npos && end != line;
       line = end + 2) {
    const std::string text = reply.head.substr(line, end - line);
    if (line == 0) {
      reply.status = std::stoi(text.substr(text.find(' ') + 1));
      continue;
    }
    std::string name = text.substr(0, text.find(':'));
    std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
    reply.fields[name] = text.substr(text.find(':') + 2);
  }
}

}  // namespace

std::string TestReply::field(const std::string& name) const {
  const auto found = fields.find(name);
  return found == fields.end() ? std::string() : found->second;
}

TestClient::TestClient(std::uint16_t port, bool tls) : socket_(socket(AF_INET, SOCK_STREAM, 0)) {
  setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &kPatience, sizeof kPatience);
  setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &kPatience, sizeof kPatience);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return;
  if (!tls) return;
  tls_context_ = SSL_CTX_new(TLS_client_method());
  tls_ = SSL_new(tls_context_);
  constexpr std::array<unsigned char, 12> kOffered = {2, 'h', '2', 8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
  SSL_set_alpn_protos(tls_, kOffered.data(), kOffered.size());
  SSL_set_fd(tls_, socket_);
  if (SSL_connect(tls_) != 1) {
    close(socket_);
    socket_ = -1;
  }
}

TestClient::~TestClient() {
  SSL_free(tls_);
  SSL_CTX_free(tls_context_);
  if (socket_ >= 0) close(socket_);
}

bool TestClient::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = tls_ != nullptr ? SSL_write(tls_, bytes.data(), static_cast<int>(bytes.size()))
                                      : ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

bool TestClient::receive_more() {
  std::array<char, 16 * 1024> buffer;
  const auto received = tls_ != nullptr ? SSL_read(tls_, buffer.data(), static_cast<int>(buffer.size()))
                                        : recv(socket_, buffer.data(), buffer.size(), 0);
  if (received <= 0) return false;
  received_.append(buffer.data(), static_cast<std::size_t>(received));
  return true;
}

TestReply TestClient::receive(bool bodiless) {
  TestReply reply;
  std::size_t head_end;
  while ((head_end = received_.find("\r\n\r\n")) == std::string::npos) {
    if (!receive_more()) return reply;
  }
  reply.head = received_.substr(0, head_end + 4);
  received_.erase(0, head_end + 4);
  parse_head(reply);
  const std::string length = reply.field("content-length");
  const std::size_t body_size = bodiless || length.empty() ? 0 : std::stoul(length);
  while (received_.size() < body_size) {
    if (!receive_more()) return {};
  }
  reply.body = received_.substr(0, body_size);
  received_.erase(0, body_size);
  return reply;
}

std::string TestClient::receive_rest() {
  while (receive_more()) {
  }
  return std::exchange(received_, {});
}

bool TestClient::closed_by_server() {
  if (!received_.empty()) return false;
  char byte;
  if (tls_ != nullptr) return SSL_read(tls_, &byte, 1) <= 0;
  const ssize_t received = recv(socket_, &byte, 1, 0);
  return received == 0 || (received < 0 && errno == ECONNRESET);
}

bool TestClient::has_news_within(int ms) const {
  using Clock = std::chrono::steady_clock;
  const auto end = Clock::now() + std::chrono::milliseconds(ms);
  pollfd wanted{socket_, POLLIN, 0};
  while (poll(&wanted, 1, ms) > 0) {
    if (tls_ == nullptr) return true;
    // TLS sends something of its own now and then (session tickets): to whoever asks, that is no news.
    const int flags = fcntl(socket_, F_GETFL);
    fcntl(socket_, F_SETFL, flags | O_NONBLOCK);
    char byte;
    const int peeked = SSL_peek(tls_, &byte, 1);
    fcntl(socket_, F_SETFL, flags);
    if (peeked > 0 || SSL_get_error(tls_, peeked) != SSL_ERROR_WANT_READ) return true;
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now());
    ms = std::max(0, static_cast<int>(left.count()));
  }
  return false;
}

void TestClient::close_sending() { shutdown(socket_, SHUT_WR); }

std::string TestClient::protocol() const {
  const unsigned char* name = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(tls_, &name, &size);
  return {reinterpret_cast<const char*>(name), size};
}

std::string call_request(std::string_view body, std::string_view extra_fields) {
  std::string request =
      "POST / HTTP/1.1\r\nHost: localhost:8000\r\nContent-Type: application/x-amz-json-1.0\r\n"
      "X-Amz-Target: DynamoDB_20120810.GetItem\r\nX-Amz-Date: 20250131T120000Z\r\n"
      "Authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20250131/eu-central-1/dynamodb/aws4_request, "
      "SignedHeaders=host;x-amz-date;x-amz-target, Signature=0123456789abcdef\r\n";
  request.append("Content-Length: ").append(std::to_string(body.size())).append("\r\n");
  return request.append(extra_fields).append("\r\n").append(body);
}

}  // namespace lodestone::http
