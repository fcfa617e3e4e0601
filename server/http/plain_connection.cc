#include "server/http/stream_connection.h"

namespace lodestone::http {

std::unique_ptr<Connection> make_plain_connection(Worker& worker, Socket socket) {
  return std::make_unique<StreamConnection<Socket>>(worker, std::move(socket));
}

}  // namespace lodestone::http
