#include "model/http/metadata_credentials.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <string_view>
#include <utility>

#include "model/http/http_client.h"
#include "model/http/profile.h"

namespace lodestone::model {
namespace {

using Fetched = Result<Credentials, CredentialsError>;

/// These endpoints are next door: who does not answer soon is not there.
constexpr std::chrono::milliseconds kTimeout{1'000};
constexpr int kAttempts = 3;
/// Where the machine can not get new credentials for itself, its old ones go on working for a while.
constexpr std::chrono::minutes kExtension{15};

struct Question {
  std::string_view method = "GET";
  std::string target;
  std::string fields;
};

struct Answer {
  std::string body;
  /// Empty where there is a body.
  std::string fault;
  /// Whether nobody was there to answer.
  bool is_absent = false;
};

/// Asks again where it fails for reasons of the endpoint or of the network.
Answer ask(HttpClient& client, const Question& question) {
  Answer answer;
  HttpReply reply;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    const auto done = client.exchange({question.method, question.target, question.fields, {}}, reply);
    answer = {};
    if (!done.ok()) {
      answer.fault = done.error().message;
      answer.is_absent = !done.error().sent;
      if (answer.is_absent) return answer;
    } else if (reply.status == 200) {
      answer.body = std::move(reply.body);
      return answer;
    } else {
      answer.fault = client.endpoint().authority() + question.target + " answered with status " +
                     std::to_string(reply.status);
      if (reply.status < 500) return answer;
    }
  }
  return answer;
}

Result<std::unique_ptr<HttpClient>, std::string> make_client(const Endpoint& endpoint) {
  HttpSettings settings;
  settings.connect_timeout = kTimeout;
  settings.request_timeout = kTimeout;
  return HttpClient::make(endpoint, settings);
}

std::string trim_end(std::string text) {
  text.erase(
      std::find_if(text.rbegin(), text.rend(), [](char c) { return c != '\n' && c != '\r' && c != ' '; })
          .base(),
      text.end());
  return text;
}

/// Whether it can stand in a line of the request's head.
bool is_one_line(std::string_view text) {
  return text.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos;
}

/// Credentials travel in the clear to this host only, or to this machine and its AWS neighbours.
bool may_be_plain(const std::string& host) {
  constexpr std::array<std::string_view, 5> kHosts = {"localhost", "::1", "169.254.170.2", "169.254.170.23",
                                                      "fd00:ec2::23"};
  return host.starts_with("127.") || std::find(kHosts.begin(), kHosts.end(), host) != kHosts.end();
}

Fetched fetch_from_container(const Environment& environment, const std::string& url) {
  const auto fault = [](const std::string& what, bool retriable = false) {
    return failure(CredentialsError{"no credentials from the container's endpoint: " + what, retriable});
  };
  auto endpoint = parse_endpoint(url.substr(0, url.find('?')));
  if (!endpoint.ok()) return fault(endpoint.error());
  if (!endpoint->tls && !may_be_plain(endpoint->host)) {
    return fault("'" + url + "' is neither https nor on this machine");
  }
  Question question;
  question.target = endpoint->path;
  if (const std::size_t query = url.find('?'); query != std::string::npos)
    question.target += url.substr(query);

  std::string token = first_variable(environment, {"AWS_CONTAINER_AUTHORIZATION_TOKEN"}).value_or("");
  if (const auto file = first_variable(environment, {"AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"})) {
    const auto content = environment.file(*file);
    if (!content) return fault("the token's file '" + *file + "' can not be read");
    token = trim_end(*content);
  }
  if (!is_one_line(token) || !is_one_line(question.target) ||
      question.target.find(' ') != std::string::npos) {
    return fault("the token or the address is more than one word");
  }
  question.fields = "Accept: application/json\r\n";
  if (!token.empty()) question.fields += "Authorization: " + token + "\r\n";

  auto client = make_client(*endpoint);
  if (!client.ok()) return fault(client.error());
  const Answer answer = ask(**client, question);
  if (!answer.fault.empty()) return fault(answer.fault, true);
  return read_credentials(answer.body, "the container's endpoint");
}

/// What IMDSv2's session begins with, for six hours.
Answer fetch_token(HttpClient& client) {
  return ask(client, {"PUT", "/latest/api/token", "X-aws-ec2-metadata-token-ttl-seconds: 21600\r\n"});
}

}  // namespace

std::optional<Fetched> container_credentials(const Environment& environment, const std::string& endpoint) {
  if (const auto relative = first_variable(environment, {"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"})) {
    return fetch_from_container(environment, endpoint + *relative);
  }
  if (const auto full = first_variable(environment, {"AWS_CONTAINER_CREDENTIALS_FULL_URI"})) {
    return fetch_from_container(environment, *full);
  }
  return std::nullopt;
}

std::optional<Fetched> instance_credentials(const Environment& environment, const std::string& endpoint) {
  constexpr std::string_view kFolder = "/latest/meta-data/iam/security-credentials/";
  if (first_variable(environment, {"AWS_EC2_METADATA_DISABLED"}).value_or("") == "true") return std::nullopt;
  const auto fault = [](const std::string& what, bool retriable) {
    return Fetched(
        failure(CredentialsError{"no credentials from the machine's endpoint: " + what, retriable}));
  };
  const auto parsed =
      parse_endpoint(first_variable(environment, {"AWS_EC2_METADATA_SERVICE_ENDPOINT"}).value_or(endpoint));
  if (!parsed.ok()) return fault(parsed.error(), false);
  auto client = make_client(*parsed);
  if (!client.ok()) return fault(client.error(), false);

  const Answer token = fetch_token(**client);
  if (token.is_absent) return std::nullopt;
  if (!token.fault.empty() || !is_one_line(token.body)) return fault("no token: " + token.fault, true);
  const std::string fields = "X-aws-ec2-metadata-token: " + token.body + "\r\n";

  const Answer role = ask(**client, {"GET", std::string(kFolder), fields});
  if (!role.fault.empty()) return fault(role.fault + "; has the machine a role?", true);
  const std::string name = trim_end(role.body);
  if (name.empty() || name.find_first_of(" \r\n") != std::string::npos)
    return fault("the machine has no role", false);

  const Answer answer = ask(**client, {"GET", std::string(kFolder) + name, fields});
  if (!answer.fault.empty()) return fault(answer.fault, true);
  auto credentials = read_credentials(answer.body, "the machine's endpoint");
  if (credentials.ok() && credentials->expiry) {
    credentials->expiry = std::max(*credentials->expiry, environment.now() + kExtension);
  }
  return credentials;
}

}  // namespace lodestone::model
