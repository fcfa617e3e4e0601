#include "model/http/http_connection.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include <zlib.h>

#include "model/call_options.h"
#include "model/http/time_text.h"
#include "model/json_fields.h"

namespace lodestone::model {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::string_view kContentType = "application/x-amz-json-1.0";
constexpr std::string_view kTarget = "DynamoDB_20120810.";
constexpr std::string_view kStreamsTarget = "DynamoDBStreams_20120810.";
/// The service takes signatures of the last and of the next five minutes.
constexpr minutes kTolerance{4};

template <class Names>
bool is_one_of(const Names& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool is_of_streams(std::string_view operation) {
  constexpr std::array<std::string_view, 4> kOperations = {"DescribeStream", "GetRecords", "GetShardIterator",
                                                           "ListStreams"};
  return is_one_of(kOperations, operation);
}

/// What the service calls a signature whose time is not its own.
bool may_be_skew(std::string_view name) {
  constexpr std::array<std::string_view, 5> kNames = {"InvalidSignatureException", "RequestExpired",
                                                      "RequestInTheFuture", "RequestTimeTooSkewed",
                                                      "SignatureDoesNotMatch"};
  return is_one_of(kNames, name);
}

bool is_expired(std::string_view name) { return name == "ExpiredTokenException" || name == "ExpiredToken"; }

bool is_visible_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7F; });
}

/// Keys become part of the request's head.
bool is_usable(const Credentials& credentials) {
  return !credentials.access_key_id.empty() && is_visible_ascii(credentials.access_key_id) &&
         is_visible_ascii(credentials.session_token);
}

/// The service sends the CRC-32 of each body (x-amz-crc32), in decimal.
bool is_damaged(const HttpReply& reply) {
  if (reply.crc32.empty()) return false;
  std::uint32_t expected = 0;
  const char* const end = reply.crc32.data() + reply.crc32.size();
  const auto [stop, fault] = std::from_chars(reply.crc32.data(), end, expected);
  const auto* const bytes = reinterpret_cast<const Bytef*>(reply.body.data());
  return fault != std::errc() || stop != end || crc32_z(0, bytes, reply.body.size()) != expected;
}

/// A UUID of version 4.
std::string random_token(const Environment& environment) {
  std::string token = "xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx";
  for (char& c : token) {
    if (c == 'x') c = "0123456789abcdef"[static_cast<std::size_t>(environment.random() * 16)];
  }
  return token;
}

/// A transaction without a token gets one, as from the SDKs, so that trying it again can not do it twice.
/// Nothing where `json` is to be sent as it is.
std::optional<std::string> with_token(std::string_view operation, std::string_view json,
                                      const Environment& environment) {
  if (operation != "TransactWriteItems" && operation != "ExecuteTransaction") return std::nullopt;
  const auto fields = read_text_fields(json);
  if (!fields || fields->contains("ClientRequestToken")) return std::nullopt;
  const std::size_t inside = json.find('{') + 1;
  const bool is_empty = json.find_first_not_of(" \t\r\n", inside) == json.rfind('}');
  std::string changed(json.substr(0, inside));
  changed.append(R"("ClientRequestToken":")")
      .append(random_token(environment))
      .append(is_empty ? "\"" : "\",");
  return changed.append(json.substr(inside));
}

ConnectionError make_error(FailureKind kind, std::string message) {
  ConnectionError error;
  error.kind = kind;
  error.message = std::move(message);
  return error;
}

ConnectionError of_network(HttpFailure fault) {
  ConnectionError error = make_error(fault.kind, std::move(fault.message));
  error.may_have_run = fault.sent;
  error.retriable = fault.kind != FailureKind::kCancelled;
  return error;
}

}  // namespace

struct HttpConnection::Attempt {
  std::shared_ptr<const Credentials> credentials;
  HttpReply reply;
};

HttpConnection::HttpConnection(std::unique_ptr<HttpClient> client, const std::string& region,
                               CredentialsSource credentials, RetrySettings retry, Environment environment)
    : client_(std::move(client)),
      retry_(retry),
      environment_(std::move(environment)),
      authority_(client_->endpoint().authority()),
      credentials_(std::move(credentials), environment_.now),
      signer_(region, "dynamodb") {}

Result<void, ConnectionError> HttpConnection::run(std::string_view operation, std::string_view json,
                                                  const CallOptions* options, ServiceReply& reply) {
  const std::optional<std::string> changed = with_token(operation, json, environment_);
  if (changed) json = *changed;
  const std::stop_token stop = options == nullptr ? std::stop_token() : options->stop;
  Attempt attempt;
  attempt.reply.body = std::move(reply.body);
  bool may_have_run = false;
  int cost = 0;
  for (unsigned count = 1;; ++count) {
    auto error = try_once(operation, json, stop, attempt);
    if (!error) {
      quota_.give_back(cost);
      reply.body = std::move(attempt.reply.body);
      reply.request_id = std::move(attempt.reply.request_id);
      reply.attempts = count;
      return {};
    }
    learn_from(*error, attempt);
    may_have_run = may_have_run || error->may_have_run;
    error->may_have_run = may_have_run;
    error->attempts = count;
    if (!error->retriable || count >= retry_.max_attempts) return failure(*std::move(error));
    cost = quota_.take(*error);
    if (cost == 0) return failure(*std::move(error));
    environment_.pause(retry_delay(retry_, *error, count, environment_.random(), attempt.reply.retry_after),
                       stop);
    if (stop.stop_requested()) {
      error->kind = FailureKind::kCancelled;
      error->message = "the call was cancelled before it was tried again; before that: " + error->message;
      return failure(*std::move(error));
    }
  }
}

std::optional<ConnectionError> HttpConnection::try_once(std::string_view operation, std::string_view json,
                                                        const std::stop_token& stop, Attempt& attempt) {
  auto credentials = credentials_.get();
  if (!credentials.ok()) {
    const bool retriable = credentials.error().retriable;
    ConnectionError error = make_error(FailureKind::kCredentials, std::move(credentials).error().message);
    error.retriable = retriable;
    return error;
  }
  attempt.credentials = *credentials;
  if (!is_usable(*attempt.credentials) || !is_visible_ascii(operation)) {
    return make_error(FailureKind::kCredentials,
                      "an access key, session token or operation is empty or has blanks");
  }
  const std::string fields = head_fields(operation, json, *attempt.credentials);

  HttpReply& reply = attempt.reply;
  reply.retry_after.clear();
  auto sent = client_->exchange({"POST", client_->endpoint().path, fields, json}, reply, stop);
  if (!sent.ok()) return of_network(std::move(sent).error());
  if (is_damaged(reply)) {
    ConnectionError error =
        make_error(FailureKind::kReply, "the reply was damaged on its way: its CRC-32 differs");
    error.status = reply.status;
    error.request_id = std::move(reply.request_id);
    error.may_have_run = true;
    error.retriable = true;
    return error;
  }
  if (reply.status == 200) return std::nullopt;
  return service_error(reply.status, std::move(reply.body), std::move(reply.request_id));
}

std::string HttpConnection::head_fields(std::string_view operation, std::string_view json,
                                        const Credentials& credentials) {
  const std::string time = basic_time(environment_.now() + clock_skew_.load(std::memory_order_relaxed));
  std::string target(is_of_streams(operation) ? kStreamsTarget : kTarget);
  target += operation;
  std::array<Header, 5> headers = {{{"Content-Type", kContentType},
                                    {"Host", authority_},
                                    {"X-Amz-Date", time},
                                    {"X-Amz-Target", target},
                                    {"X-Amz-Security-Token", credentials.session_token}}};
  const std::span<const Header> sent = std::span(headers).first(credentials.session_token.empty() ? 4 : 5);

  std::string fields;
  fields.reserve(512 + credentials.session_token.size());
  for (const Header& header : sent) {
    // The client writes that one.
    if (header.name != "Host") fields.append(header.name).append(": ").append(header.value).append("\r\n");
  }
  fields.append("User-Agent: lodestone\r\nAuthorization: ");
  fields.append(signer_.authorization(credentials, time, {"POST", client_->endpoint().path, {}, sent, json}));
  return fields.append("\r\n");
}

void HttpConnection::learn_from(ConnectionError& error, const Attempt& attempt) {
  if (error.kind != FailureKind::kService) return;
  if (is_expired(error.name)) {
    credentials_.refuse(*attempt.credentials);
    error.retriable = true;
  }
  if (!may_be_skew(error.name)) return;
  const auto service_time = parse_http_time(attempt.reply.date);
  if (!service_time) return;
  const auto skew = std::chrono::duration_cast<seconds>(*service_time - environment_.now());
  if (std::chrono::abs(skew - clock_skew_.load(std::memory_order_relaxed)) < kTolerance) return;
  clock_skew_.store(skew, std::memory_order_relaxed);
  error.retriable = true;
}

}  // namespace lodestone::model
