#include <boost/asio/ssl/stream.hpp>

#include "server/http/stream_connection.h"

namespace lodestone::http {

std::unique_ptr<Connection> make_tls_connection(Worker& worker, Socket socket, TlsContext& tls) {
  using TlsStream = boost::asio::ssl::stream<Socket>;
  return std::make_unique<StreamConnection<TlsStream>>(worker, std::move(socket), tls.get());
}

}  // namespace lodestone::http
