#include "model/logging_connection.h"

namespace lodestone::model {

Result<void, ConnectionError> LoggingConnection::run(std::string_view operation, std::string_view json,
                                                     const CallOptions* options, ServiceReply& reply) {
  const auto begin = std::chrono::steady_clock::now();
  auto done = inner_.execute_into(reply, operation, json, options);
  Exchange exchange;
  exchange.duration = std::chrono::steady_clock::now() - begin;
  exchange.operation = operation;
  exchange.request = json;
  if (done.ok()) {
    exchange.reply = reply.body;
    exchange.request_id = reply.request_id;
    exchange.attempts = reply.attempts;
  } else {
    exchange.error = &done.error();
    exchange.request_id = done.error().request_id;
    exchange.attempts = done.error().attempts;
  }
  log_(exchange);
  return done;
}

}  // namespace lodestone::model
