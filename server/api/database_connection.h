/// Lets the modelling layer use a database inside this process.
#pragma once

#include <string_view>

#include "model/connection.h"
#include "server/api/database.h"

namespace lodestone {

/// Thread-safe. Requests and replies take no way but Database::execute(): nothing is sent, signed or tried
/// again.
class DatabaseConnection final : public model::Connection {
 public:
  /// `database` must outlive the connection.
  explicit DatabaseConnection(Database& database) : database_(database) {}

 private:
  [[nodiscard]] Result<void, model::ConnectionError> run(std::string_view operation, std::string_view json,
                                                         const model::CallOptions* options,
                                                         model::ServiceReply& reply) override;

  Database& database_;
};

}  // namespace lodestone
