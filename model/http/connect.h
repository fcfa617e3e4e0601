/// Connects the modelling layer to DynamoDB, or to whatever speaks its protocol, over the network.
///
///     auto amazon = model::connect({.region = "eu-west-1"});
///     auto local = model::connect({.endpoint = "http://localhost:8000"});
///
/// What is left out of the options is looked for where AWS's CLI and SDKs look: environment variables, then
/// the files that they share.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "model/connection.h"
#include "model/http/credentials.h"
#include "model/http/environment.h"
#include "model/http/retry.h"
#include "storage/result.h"

namespace lodestone::model {

/// Each member has an initialiser, so that compilers do not warn of those left out.
struct ConnectionOptions {
  /// "http://localhost:8000". Empty: AWS_ENDPOINT_URL_DYNAMODB, AWS_ENDPOINT_URL, the profile's, otherwise
  /// Amazon's own of the region.
  std::string endpoint = {};
  /// Empty: the region in an endpoint of Amazon's, AWS_REGION, AWS_DEFAULT_REGION, the profile's; for
  /// endpoints that are not Amazon's "us-east-1" in the end.
  std::string region = {};
  /// Whose settings in the shared files. Empty: AWS_PROFILE, otherwise "default".
  std::string profile = {};
  /// Who signs. Nothing: `credentials_source`.
  std::optional<Credentials> credentials = {};
  /// Asked whenever credentials are needed or about to end. Empty: default_credentials().
  CredentialsSource credentials_source = {};

  /// Until a connection stands, TLS included.
  std::chrono::milliseconds connect_timeout{2'000};
  /// For each attempt, from the first byte sent to the last one received.
  std::chrono::milliseconds request_timeout{30'000};
  /// Requests above this number wait for their turn.
  std::size_t max_connections = 50;
  RetrySettings retry = {};
  /// PEM file of the authorities to trust. Empty: AWS_CA_BUNDLE, otherwise those of the system.
  std::string ca_file = {};

  /// For tests: where everything that is not said above comes from.
  Environment environment = system_environment();
};

/// Nothing is sent before the first request. It fails, with FailureKind::kOptions, where the options can not
/// be used. The connection is thread-safe and keeps the network's connections open for the next request.
[[nodiscard]] lodestone::Result<std::unique_ptr<Connection>, ConnectionError> connect(
    ConnectionOptions options = {});

}  // namespace lodestone::model
