/// What the API's model says of replies: each operation's output shape and the names of its errors. For
/// contract tests; the server itself does not link it. Constant and thread-safe.
#pragma once

#include <span>
#include <string_view>

#include "server/api/shapes.h"

namespace lodestone {

struct OperationReply {
  std::string_view name;
  /// nullptr where the operation answers with nothing.
  const Shape* output = nullptr;
  std::span<const std::string_view> errors = {};
};

/// Every operation of the model, by name. The shapes here carry members and kinds; turns and forms are a
/// request's matter.
[[nodiscard]] std::span<const OperationReply> operation_replies();

}  // namespace lodestone
