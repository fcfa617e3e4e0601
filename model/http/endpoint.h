/// Where a service is reached: a URL taken apart, and Amazon's own.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "storage/result.h"

namespace lodestone::model {

struct Endpoint {
  bool tls = true;
  /// A name or a numeric address, without brackets.
  std::string host;
  std::uint16_t port = 443;
  /// "/", or what stands before the API behind a proxy.
  std::string path = "/";

  /// As the Host header has it: the port only where it is not the scheme's.
  [[nodiscard]] std::string authority() const;
  [[nodiscard]] bool is_amazons() const;
  /// The region that Amazon's host names carry.
  [[nodiscard]] std::optional<std::string> region() const;
};

/// Of "http://host:port/path" or https. The error says what is wrong with `url`.
[[nodiscard]] Result<Endpoint, std::string> parse_endpoint(std::string_view url);

/// DynamoDB in that region, by HTTPS (https://docs.aws.amazon.com/general/latest/gr/ddb.html). The error says
/// what is wrong with `region`.
[[nodiscard]] Result<Endpoint, std::string> amazons_endpoint(std::string_view region);

}  // namespace lodestone::model
