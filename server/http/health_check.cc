#include "server/http/health_check.h"

#include <charconv>
#include <optional>

#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>

#include "server/http/address.h"
#include "server/http/socket.h"

namespace lodestone::http {
namespace {

namespace net = boost::asio;
namespace bhttp = boost::beast::http;
using boost::system::error_code;

struct Target {
  bool tls = false;
  Tcp::endpoint address;
  std::string host_field;
};

std::optional<Target> parse_url(std::string_view url) {
  Target target;
  if (url.starts_with("https://")) {
    target.tls = true;
    url.remove_prefix(8);
  } else if (url.starts_with("http://")) {
    url.remove_prefix(7);
  } else {
    return std::nullopt;
  }
  const std::string_view authority = url.substr(0, url.find('/'));
  target.host_field = authority;
  std::uint16_t port = target.tls ? 443 : 80;
  std::string_view host = authority;
  const std::size_t colon = authority.rfind(':');
  if (colon != std::string_view::npos && authority.find(']', colon) == std::string_view::npos) {
    const std::string_view digits = authority.substr(colon + 1);
    const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    if (parsed.ec != std::errc() || parsed.ptr != digits.data() + digits.size()) return std::nullopt;
    host = authority.substr(0, colon);
  }
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  const auto address = parse_host(std::string(host));
  if (!address) return std::nullopt;
  target.address = Tcp::endpoint(*address, port);
  return target;
}

/// One exchange; `outcome` is set when it has ended.
template <class Stream>
struct Exchange {
  Stream& stream;
  std::string request;
  boost::beast::flat_buffer buffer;
  bhttp::response_parser<bhttp::string_body> parser;
  std::optional<error_code> outcome;

  void run() {
    net::async_write(stream, net::buffer(request), [this](const error_code& error, std::size_t) {
      if (error) {
        outcome = error;
        return;
      }
      bhttp::async_read(stream, buffer, parser,
                        [this](const error_code& read_error, std::size_t) { outcome = read_error; });
    });
  }
};

}  // namespace

Result<std::string, ServerError> check_health(const std::string& url, std::chrono::milliseconds timeout) {
  const auto unhealthy = [&url](const std::string& why) {
    return failure(ServerError{url + " is not healthy: " + why});
  };
  const auto target = parse_url(url);
  if (!target) {
    return failure(ServerError{
        "cannot ask \"" + url +
        "\": a URL such as http://127.0.0.1:8000 is needed, with a numeric address or localhost."});
  }
  net::io_context context(1);
  net::ssl::context tls(net::ssl::context::tls_client);
  net::ssl::stream<Socket> stream(Socket(context), tls);
  const std::string request =
      "GET / HTTP/1.1\r\nHost: " + target->host_field + "\r\nConnection: close\r\n\r\n";
  Exchange<Socket> plain{stream.next_layer(), request, {}, {}, {}};
  Exchange<net::ssl::stream<Socket>> secure{stream, request, {}, {}, {}};
  std::optional<error_code>& outcome = target->tls ? secure.outcome : plain.outcome;

  stream.next_layer().async_connect(target->address, [&](const error_code& connect_error) {
    if (connect_error) {
      outcome = connect_error;
    } else if (!target->tls) {
      plain.run();
    } else {
      stream.async_handshake(net::ssl::stream_base::client, [&](const error_code& handshake_error) {
        if (handshake_error) {
          outcome = handshake_error;
        } else {
          secure.run();
        }
      });
    }
  });
  context.run_for(timeout);
  if (!outcome) return unhealthy("no reply within " + std::to_string(timeout.count()) + " ms");
  if (*outcome) return unhealthy(outcome->message());
  const auto& reply = target->tls ? secure.parser.get() : plain.parser.get();
  if (reply.result() != bhttp::status::ok) return unhealthy("status " + std::to_string(reply.result_int()));
  return reply.body();
}

}  // namespace lodestone::http
