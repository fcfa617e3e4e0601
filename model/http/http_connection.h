/// A Connection that signs each operation and sends it over the network, again where that may help.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "model/connection.h"
#include "model/http/credentials.h"
#include "model/http/environment.h"
#include "model/http/http_client.h"
#include "model/http/retry.h"
#include "model/http/signature.h"

namespace lodestone::model {

class HttpConnection final : public Connection {
 public:
  HttpConnection(std::unique_ptr<HttpClient> client, const std::string& region, CredentialsSource credentials,
                 RetrySettings retry, Environment environment);

 private:
  struct Attempt;

  [[nodiscard]] Result<void, ConnectionError> run(std::string_view operation, std::string_view json,
                                                  const CallOptions* options, ServiceReply& reply) override;
  /// Sends the request once.
  [[nodiscard]] std::optional<ConnectionError> try_once(std::string_view operation, std::string_view json,
                                                        const std::stop_token& stop, Attempt& attempt);
  [[nodiscard]] std::string head_fields(std::string_view operation, std::string_view json,
                                        const Credentials& credentials);
  /// Does what makes the next attempt better than this one, where something does.
  void learn_from(ConnectionError& error, const Attempt& attempt);

  const std::unique_ptr<HttpClient> client_;
  const RetrySettings retry_;
  const Environment environment_;
  const std::string authority_;
  CredentialsCache credentials_;
  Signer signer_;
  RetryQuota quota_;
  /// How far the service's clock is ahead of ours.
  std::atomic<std::chrono::seconds> clock_skew_{std::chrono::seconds(0)};
};

}  // namespace lodestone::model
