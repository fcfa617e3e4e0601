#include "server/api/database_connection.h"

#include <utility>

namespace lodestone {

Result<void, model::ConnectionError> DatabaseConnection::run(std::string_view operation,
                                                             std::string_view json,
                                                             const model::CallOptions* /*options*/,
                                                             model::ServiceReply& reply) {
  // The reply's memory goes through the database and back.
  Reply answer{200, std::move(reply.body)};
  database_.execute(operation, json, answer);
  if (answer.status != 200) return failure(model::service_error(answer.status, std::move(answer.body)));
  reply.body = std::move(answer.body);
  reply.request_id.clear();
  reply.attempts = 1;
  return {};
}

}  // namespace lodestone
