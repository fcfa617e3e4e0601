/// Shows somebody every request, its reply and the time between them.
#pragma once

#include <chrono>
#include <functional>
#include <string_view>

#include "model/connection.h"

namespace lodestone::model {

/// One call as it went. The views are valid while the log function runs.
struct Exchange {
  std::string_view operation;
  std::string_view request;
  /// The reply's body; empty where there is an error.
  std::string_view reply;
  /// Null where there is none.
  const ConnectionError* error = nullptr;
  std::string_view request_id;
  unsigned attempts = 1;
  /// Of all attempts, with the waits between them.
  std::chrono::nanoseconds duration{0};
};

/// A Connection that hands everything to another one. Thread-safe if the log function is, which is called by
/// the threads that use the connection.
class LoggingConnection final : public Connection {
 public:
  using Log = std::function<void(const Exchange&)>;

  /// `inner` must outlive this.
  LoggingConnection(Connection& inner, Log log) : inner_(inner), log_(std::move(log)) {}

 private:
  [[nodiscard]] lodestone::Result<void, ConnectionError> run(std::string_view operation,
                                                             std::string_view json,
                                                             const CallOptions* options,
                                                             ServiceReply& reply) override;

  Connection& inner_;
  const Log log_;
};

}  // namespace lodestone::model
