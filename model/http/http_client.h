/// Sends HTTP/1.1 requests to one endpoint and waits for the replies, over connections that are kept and used
/// again.
///
/// Thread-safe: each thread that asks has a connection for itself meanwhile and does the work; there are no
/// threads behind it. Nothing is tried again here, but for a kept connection that turns out to be closed.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "model/connection.h"
#include "model/http/endpoint.h"
#include "storage/result.h"

namespace lodestone::model {

struct HttpSettings {
  /// From the look-up of the name to the end of the TLS handshake. The look-up itself can not be cut short.
  std::chrono::milliseconds connect_timeout{2'000};
  /// From the first byte sent to the last one received.
  std::chrono::milliseconds request_timeout{30'000};
  /// Requests above this number wait for their turn, and no longer than that.
  std::size_t max_connections = 50;
  std::chrono::milliseconds turn_timeout{30'000};
  /// A connection that was not used for so long is not used again.
  std::chrono::milliseconds idle_timeout{60'000};
  /// PEM file of the authorities to trust; empty: those of the system.
  std::string ca_file;
  std::size_t max_reply_bytes = 128 * 1024 * 1024;
};

struct HttpRequest {
  std::string_view method = "POST";
  std::string_view target = "/";
  /// Lines "Name: value\r\n" besides Host and Content-Length.
  std::string_view fields;
  std::string_view body;
};

/// What of a reply anybody here reads.
struct HttpReply {
  unsigned status = 0;
  std::string body;
  /// The fields x-amzn-RequestId, x-amz-crc32, x-amz-retry-after, and for other statuses than 200 Date; empty
  /// where they were not sent.
  std::string request_id;
  std::string crc32;
  std::string retry_after;
  std::string date;
};

struct HttpFailure {
  FailureKind kind = FailureKind::kNetwork;
  std::string message;
  /// Whether the endpoint may have received the request.
  bool sent = false;
};

class HttpClient {
 public:
  /// Connects to nothing yet. The error tells what is wrong with the settings.
  [[nodiscard]] static Result<std::unique_ptr<HttpClient>, std::string> make(Endpoint endpoint,
                                                                             HttpSettings settings);
  ~HttpClient();

  /// Replaces all of `reply`, whose memory is used again. Any status is a success here.
  [[nodiscard]] Result<void, HttpFailure> exchange(const HttpRequest& request, HttpReply& reply,
                                                   const std::stop_token& stop = {});

  [[nodiscard]] const Endpoint& endpoint() const;

 private:
  class Pool;
  explicit HttpClient(std::unique_ptr<Pool> pool);
  std::unique_ptr<Pool> pool_;
};

}  // namespace lodestone::model
