/// Addresses as people write them.
#pragma once

#include <optional>
#include <string>

#include <boost/asio/ip/address.hpp>

namespace lodestone::http {

/// A numeric address, or "localhost". Names are not looked up: that would tie a static binary to the C
/// library's plugins.
[[nodiscard]] std::optional<boost::asio::ip::address> parse_host(const std::string& host);

}  // namespace lodestone::http
