#include "server/http/address.h"

namespace lodestone::http {

std::optional<boost::asio::ip::address> parse_host(const std::string& host) {
  if (host == "localhost") return boost::asio::ip::address_v4::loopback();
  boost::system::error_code error;
  const auto address = boost::asio::ip::make_address(host, error);
  if (error) return std::nullopt;
  return address;
}

}  // namespace lodestone::http
