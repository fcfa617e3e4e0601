/// What the API's model says of replies: each operation's output shape and those of its errors. For
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
  /// What it may answer instead, beside the errors that any operation may: a shape's name is the error's.
  std::span<const Shape* const> errors = {};
};

/// Every operation of the model, by name. The shapes here carry members and kinds; turns and forms are a
/// request's matter.
[[nodiscard]] std::span<const OperationReply> operation_replies();

}  // namespace lodestone
