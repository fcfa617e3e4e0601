/// The HTTP server: listens, reads requests, hands calls to a Handler and sends its replies.
///
/// Knows HTTP/1.1, TLS, compression, and where in a request its caller stands; of the API it knows only
/// Handler. start() and stop() belong to one thread; the Handler is called from the server's own threads.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "server/api/call.h"
#include "storage/result.h"

namespace lodestone::http {

enum class LogLevel : unsigned char { kDebug, kInfo, kWarning, kError };

/// Takes what the server has to tell. Called from any of its threads.
using LogSink = std::function<void(LogLevel, std::string_view)>;

struct ServerOptions {
  /// A numeric address, or "localhost".
  std::string host = "127.0.0.1";
  /// 0 takes a free one.
  std::uint16_t port = 8000;
  /// 0: one per processor.
  unsigned threads = 0;

  /// PEM files; with both set the server speaks TLS, and nothing else.
  std::string tls_certificate_file;
  std::string tls_key_file;

  /// The origins whose pages may call; empty means any.
  std::vector<std::string> cors_origins;

  /// Connections above this are answered with 503 and closed.
  std::size_t max_connections = 4096;
  /// The service's limits. Each line of a header counts towards the first, the request line apart.
  std::size_t max_header_bytes = 16 * 1024;
  std::size_t max_body_bytes = 16 * 1024 * 1024;

  /// A client has this long from the first byte of a request to its last.
  std::chrono::milliseconds request_timeout{30'000};
  /// A connection may lie idle between requests for this long.
  std::chrono::milliseconds idle_timeout{300'000};
  /// A client that takes no byte of its reply for this long is given up.
  std::chrono::milliseconds write_timeout{30'000};
  /// stop() gives requests in flight this long.
  std::chrono::milliseconds stop_grace{10'000};

  /// Optional.
  LogSink log;
  /// Whether each request is told to `log`, as kDebug.
  bool log_requests = false;
};

struct ServerError {
  /// What failed, and what to do about it.
  std::string message;
};

class Server {
 public:
  /// `handler` must outlive the server.
  Server(ServerOptions options, Handler& handler);
  /// Stops.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Binds and begins to answer. To be called once.
  [[nodiscard]] Result<void, ServerError> start();

  /// Where it can be reached, "http://127.0.0.1:41234"; only after start(). A wildcard address shows as
  /// loopback.
  [[nodiscard]] std::string endpoint() const;
  [[nodiscard]] std::uint16_t port() const;

  /// Stops accepting, lets requests in flight finish, closes everything, at the latest when the grace period
  /// is over; only a Handler that does not return, or whose replies wait for the disk, holds it longer. Does
  /// nothing the second time.
  void stop();

 private:
  struct Running;
  ServerOptions options_;
  Handler& handler_;
  std::unique_ptr<Running> running_;
};

}  // namespace lodestone::http
