#include "model/http/connect.h"

#include <charconv>
#include <utility>

#include "model/http/endpoint.h"
#include "model/http/http_client.h"
#include "model/http/http_connection.h"
#include "model/http/profile.h"

namespace lodestone::model {
namespace {

/// The number of attempts that the SDKs make for DynamoDB.
constexpr unsigned kMaxAttempts = 4;
/// Where an endpoint is not Amazon's, any region will do.
constexpr std::string_view kAnyRegion = "us-east-1";

std::string setting(const Settings& settings, std::string_view name) {
  const auto found = settings.find(name);
  return found == settings.end() ? std::string() : found->second;
}

/// The first that is not empty.
template <class... Rest>
std::string first_of(std::string first, Rest... rest) {
  if constexpr (sizeof...(rest) == 0) {
    return first;
  } else {
    return first.empty() ? first_of(std::move(rest)...) : first;
  }
}

std::string variable(const Environment& environment, std::initializer_list<const char*> names) {
  return first_variable(environment, names).value_or("");
}

std::string find_endpoint(const ConnectionOptions& options, const Profile& profile) {
  if (!options.endpoint.empty()) return options.endpoint;
  if (variable(options.environment, {"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"}) == "true") return {};
  return first_of(variable(options.environment, {"AWS_ENDPOINT_URL_DYNAMODB", "AWS_ENDPOINT_URL"}),
                  setting(profile.services, "dynamodb.endpoint_url"),
                  setting(profile.settings, "endpoint_url"));
}

/// 0 where neither says a number.
unsigned find_max_attempts(const Environment& environment, const Profile& profile) {
  const std::string text =
      first_of(variable(environment, {"AWS_MAX_ATTEMPTS"}), setting(profile.settings, "max_attempts"));
  unsigned number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

CredentialsSource find_credentials(const ConnectionOptions& options, const Endpoint& endpoint) {
  if (options.credentials) return [credentials = *options.credentials] { return credentials; };
  if (options.credentials_source) return options.credentials_source;
  CredentialsSettings settings;
  settings.profile = options.profile;
  settings.may_invent = !endpoint.tls && !endpoint.is_amazons();
  return default_credentials(options.environment, settings);
}

}  // namespace

Result<std::unique_ptr<Connection>, ConnectionError> connect(ConnectionOptions options) {
  const auto fault = [](std::string message) {
    ConnectionError error;
    error.kind = FailureKind::kOptions;
    error.message = std::move(message);
    return failure(std::move(error));
  };
  if (options.max_connections == 0) return fault("max_connections is 0: there would be no connection");
  const Profile profile = load_profile(options.environment, options.profile);
  if (!options.profile.empty() && !profile.exists) {
    return fault("there is no profile '" + options.profile + "' in " + profile.files);
  }

  const std::string url = find_endpoint(options, profile);
  std::string region = options.region;
  std::optional<Endpoint> endpoint;
  if (!url.empty()) {
    auto parsed = parse_endpoint(url);
    if (!parsed.ok()) return fault(std::move(parsed).error());
    endpoint = *std::move(parsed);
    region = first_of(std::move(region), endpoint->region().value_or(""));
  }
  region = first_of(std::move(region), variable(options.environment, {"AWS_REGION", "AWS_DEFAULT_REGION"}),
                    setting(profile.settings, "region"));
  if (region.empty()) {
    if (!endpoint || endpoint->is_amazons()) {
      return fault(
          "no region: say ConnectionOptions::region, or set AWS_REGION, or a profile's region, or name an "
          "endpoint such as http://localhost:8000");
    }
    region = kAnyRegion;
  }
  // It becomes part of the signature's line.
  if (region.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") !=
      std::string::npos) {
    return fault("'" + region + "' is no region such as eu-west-1");
  }
  if (!endpoint) {
    auto amazons = amazons_endpoint(region);
    if (!amazons.ok()) return fault(std::move(amazons).error());
    endpoint = *std::move(amazons);
  }

  RetrySettings retry = options.retry;
  if (retry.max_attempts == 0) retry.max_attempts = find_max_attempts(options.environment, profile);
  if (retry.max_attempts == 0) retry.max_attempts = kMaxAttempts;

  HttpSettings settings;
  settings.connect_timeout = options.connect_timeout;
  settings.request_timeout = options.request_timeout;
  settings.max_connections = options.max_connections;
  settings.ca_file = first_of(options.ca_file, variable(options.environment, {"AWS_CA_BUNDLE"}),
                              setting(profile.settings, "ca_bundle"));
  CredentialsSource credentials = find_credentials(options, *endpoint);
  auto client = HttpClient::make(*std::move(endpoint), std::move(settings));
  if (!client.ok()) return fault(std::move(client).error());
  return std::unique_ptr<Connection>(std::make_unique<HttpConnection>(
      *std::move(client), region, std::move(credentials), retry, std::move(options.environment)));
}

}  // namespace lodestone::model
