#include "server/http/health_check.h"

#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <memory>
#include <optional>

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "server/http/address.h"
#include "server/http/socket.h"

namespace lodestone::http {
namespace {

using Deadline = std::chrono::steady_clock::time_point;

/// More than a healthy server ever says.
constexpr std::size_t kMostReplyBytes = 16 * 1024;

struct Target {
  bool tls = false;
  Tcp::endpoint address;
  /// As it stands in the URL, with its port.
  std::string authority;
};

std::optional<Target> parse_url(std::string_view url) {
  Target target;
  if (url.starts_with("https://")) {
    target.tls = true;
    url.remove_prefix(8);
  } else if (url.starts_with("http://")) {
    url.remove_prefix(7);
  } else {
    return std::nullopt;
  }
  const std::string_view authority = url.substr(0, url.find('/'));
  target.authority = authority;
  std::uint16_t port = target.tls ? 443 : 80;
  std::string_view host = authority;
  const std::size_t colon = authority.rfind(':');
  if (colon != std::string_view::npos && authority.find(']', colon) == std::string_view::npos) {
    const std::string_view digits = authority.substr(colon + 1);
    const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    if (parsed.ec != std::errc() || parsed.ptr != digits.data() + digits.size()) return std::nullopt;
    host = authority.substr(0, colon);
  }
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  const auto address = parse_host(std::string(host));
  if (!address) return std::nullopt;
  target.address = Tcp::endpoint(*address, port);
  return target;
}

/// A blocking connection, whose every call ends at the deadline. Calls return false, or -1, where something
/// went wrong. One question needs no event loop.
class Link {
 public:
  explicit Link(Deadline deadline) : deadline_(deadline) {}
  ~Link() {
    if (socket_ >= 0) close(socket_);
  }
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;

  [[nodiscard]] bool open(const Target& target) {
    socket_ = socket(target.address.protocol().family(), SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (socket_ < 0 || !allow_the_rest()) return false;
    if (connect(socket_, target.address.data(), static_cast<socklen_t>(target.address.size())) != 0)
      return false;
    if (!target.tls) return true;
    context_.reset(SSL_CTX_new(TLS_client_method()));
    session_.reset(context_ ? SSL_new(context_.get()) : nullptr);
    return session_ && SSL_set_fd(session_.get(), socket_) == 1 && SSL_connect(session_.get()) == 1;
  }

  [[nodiscard]] bool write(std::string_view bytes) {
    while (!bytes.empty()) {
      if (!allow_the_rest()) return false;
      const auto written = session_ ? SSL_write(session_.get(), bytes.data(), static_cast<int>(bytes.size()))
                                    : send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (written <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
  }

  /// 0 at the end.
  [[nodiscard]] std::ptrdiff_t read(char* to, std::size_t most) {
    if (!allow_the_rest()) return -1;
    if (!session_) return recv(socket_, to, most, 0);
    const int received = SSL_read(session_.get(), to, static_cast<int>(most));
    if (received > 0) return received;
    return SSL_get_error(session_.get(), received) == SSL_ERROR_ZERO_RETURN ? 0 : -1;
  }

  [[nodiscard]] bool late() const { return std::chrono::steady_clock::now() >= deadline_; }

 private:
  /// Lets the next call wait until the deadline; false if that is past.
  [[nodiscard]] bool allow_the_rest() {
    const auto left =
        std::chrono::duration_cast<std::chrono::microseconds>(deadline_ - std::chrono::steady_clock::now());
    if (left.count() <= 0) {
      errno = ETIMEDOUT;
      return false;
    }
    const timeval wait{left.count() / 1'000'000, left.count() % 1'000'000};
    return setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait) == 0 &&
           setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof wait) == 0;
  }

  struct Free {
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
    void operator()(SSL* session) const { SSL_free(session); }
  };
  Deadline deadline_;
  int socket_ = -1;
  std::unique_ptr<SSL_CTX, Free> context_;
  std::unique_ptr<SSL, Free> session_;
};

/// Everything the server sends until it closes; nullopt where the exchange failed.
std::optional<std::string> ask(Link& link, const Target& target) {
  if (!link.open(target)) return std::nullopt;
  if (!link.write("GET / HTTP/1.1\r\nHost: " + target.authority + "\r\nConnection: close\r\n\r\n"))
    return std::nullopt;
  std::string reply;
  std::array<char, 1024> buffer;
  while (reply.size() <= kMostReplyBytes) {
    const auto received = link.read(buffer.data(), buffer.size());
    if (received < 0) return std::nullopt;
    if (received == 0) return reply;
    reply.append(buffer.data(), static_cast<std::size_t>(received));
  }
  return reply;
}

}  // namespace

Result<std::string, ServerError> check_health(const std::string& url, std::chrono::milliseconds timeout) {
  const auto unhealthy = [&url](const std::string& why) {
    return failure(ServerError{url + " is not healthy: " + why});
  };
  const auto target = parse_url(url);
  if (!target) {
    return failure(ServerError{
        "cannot ask \"" + url +
        "\": a URL such as http://127.0.0.1:8000 is needed, with a numeric address or localhost."});
  }
  Link link(std::chrono::steady_clock::now() + timeout);
  errno = 0;
  const auto reply = ask(link, *target);
  if (!reply) {
    if (link.late()) return unhealthy("no reply within " + std::to_string(timeout.count()) + " ms");
    return unhealthy(errno != 0 ? std::strerror(errno) : "it does not speak this protocol");
  }
  const std::size_t head_end = reply->find("\r\n\r\n");
  if (!reply->starts_with("HTTP/1.1 200 ") || head_end == std::string::npos) {
    return unhealthy("it answers \"" + reply->substr(0, reply->find("\r\n")) + "\"");
  }
  return reply->substr(head_end + 4);
}

}  // namespace lodestone::http
