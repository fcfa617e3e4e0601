/// Signature Version 4: proves to AWS who sends a request, and that it is as it was sent.
///
/// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html. The steps are
/// apart so that each can be held to AWS's published examples.
#pragma once

#include <array>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>

#include "model/http/credentials.h"

namespace lodestone::model {

struct Header {
  std::string_view name;
  std::string_view value;
};

struct RequestToSign {
  std::string_view method;
  /// As they are sent; the query without its question mark.
  std::string_view path;
  std::string_view query;
  /// Those that are to be signed, in any order and case: Host and X-Amz-Date among them.
  std::span<const Header> headers;
  std::string_view body;
};

/// Step 1. `signed_headers` is replaced by the names, "host;x-amz-date".
[[nodiscard]] std::string canonical_request(const RequestToSign& request, std::string& signed_headers);

/// Step 2. `time` is "20150830T123600Z", `scope` "20150830/us-east-1/dynamodb/aws4_request".
[[nodiscard]] std::string string_to_sign(std::string_view time, std::string_view scope,
                                         std::string_view canonical_request);

/// Step 3: a key for one day, region and service. `date` is "20150830".
using SigningKey = std::array<unsigned char, 32>;
[[nodiscard]] SigningKey signing_key(std::string_view secret_access_key, std::string_view date,
                                     std::string_view region, std::string_view service);

/// Step 4, in hexadecimal.
[[nodiscard]] std::string signature(const SigningKey& key, std::string_view string_to_sign);

/// All of it, for one region and service, with the day's key kept. Thread-safe.
class Signer {
 public:
  Signer(std::string region, std::string service);

  /// The Authorization header's value.
  [[nodiscard]] std::string authorization(const Credentials& credentials, std::string_view time,
                                          const RequestToSign& request);

 private:
  struct DayKey {
    std::string date;
    std::string secret_access_key;
    SigningKey key;
  };
  [[nodiscard]] SigningKey day_key(const Credentials& credentials, std::string_view date);

  const std::string region_;
  const std::string service_;
  std::mutex mutex_;
  DayKey day_key_;
};

}  // namespace lodestone::model
