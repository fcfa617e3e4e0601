#include "model/connection.h"

#include <algorithm>
#include <array>

#include <rapidjson/reader.h>

namespace lodestone::model {
namespace {

/// Picks two texts out of an error's JSON, however it is spelled; everything else passes by.
class ErrorReader : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, ErrorReader> {
 public:
  bool Key(const Ch* text, rapidjson::SizeType length, bool) {
    if (depth_ == 1) key_.assign(text, length);
    return true;
  }
  bool String(const Ch* text, rapidjson::SizeType length, bool) {
    if (depth_ != 1) return true;
    if (key_ == "__type") type.assign(text, length);
    if (key_ == "message" || key_ == "Message") message.assign(text, length);
    return true;
  }
  bool RawNumber(const Ch*, rapidjson::SizeType, bool) { return true; }
  bool StartObject() { return ++depth_ > 0; }
  bool EndObject(rapidjson::SizeType) { return --depth_ >= 0; }
  bool StartArray() { return ++depth_ > 0; }
  bool EndArray(rapidjson::SizeType) { return --depth_ >= 0; }

  std::string type;
  std::string message;

 private:
  std::string key_;
  int depth_ = 0;
};

/// What the SDKs call throttling and transient errors
/// (https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html).
constexpr std::array<std::string_view, 21> kRetriableNames = {
    "BandwidthLimitExceeded",
    "EC2ThrottledException",
    "InternalError",
    "InternalServerError",
    "LimitExceededException",
    "PriorRequestNotComplete",
    "ProvisionedThroughputExceededException",
    "ReplicatedWriteConflictException",
    "RequestLimitExceeded",
    "RequestThrottled",
    "RequestThrottledException",
    "RequestTimeout",
    "RequestTimeoutException",
    "ServiceUnavailable",
    "ServiceUnavailableException",
    "SlowDown",
    "ThrottledException",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
    "TransactionInProgressException",
};
static_assert(std::is_sorted(kRetriableNames.begin(), kRetriableNames.end()));

bool is_retriable(unsigned status, std::string_view name) {
  return std::binary_search(kRetriableNames.begin(), kRetriableNames.end(), name) || status == 500 ||
         status == 502 || status == 503 || status == 504 || status == 429;
}

}  // namespace

ConnectionError service_error(unsigned status, std::string body, std::string request_id) {
  ErrorReader found;
  rapidjson::Reader reader;
  rapidjson::MemoryStream stream(body.data(), body.size());
  // The iterative form does not overflow the stack, whatever it is sent. Without a whole document there is no
  // error of the service: a proxy answers with pages of its own.
  constexpr unsigned kFlags = rapidjson::kParseIterativeFlag | rapidjson::kParseNumbersAsStringsFlag;
  if (!reader.Parse<kFlags>(stream, found)) found = ErrorReader();

  ConnectionError error;
  const std::size_t hash = found.type.rfind('#');
  error.name = hash == std::string::npos ? std::move(found.type) : found.type.substr(hash + 1);
  error.message = std::move(found.message);
  error.kind = error.name.empty() ? FailureKind::kReply : FailureKind::kService;
  if (error.name.empty() && error.message.empty()) {
    error.message = "the endpoint answered with status " + std::to_string(status) +
                    " and no error of DynamoDB: is it a DynamoDB endpoint?";
  }
  error.status = status;
  error.request_id = std::move(request_id);
  error.body = std::move(body);
  error.may_have_run = status >= 500;
  error.retriable = is_retriable(status, error.name);
  return error;
}

}  // namespace lodestone::model
