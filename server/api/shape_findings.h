/// The report of a request's broken constraints, as the service words and orders it: "2 validation errors
/// detected: …".
///
/// Slow and thorough; called only for requests in which the quick check has found something. Pure functions;
/// thread-safe.
#pragma once

#include "server/api/shape_check.h"

namespace lodestone {

/// What is wrong with a request whose JSON types are right. nullopt where nothing is.
[[nodiscard]] std::optional<ShapeFault> report_constraints(const OperationShape& operation,
                                                           const JsonValue& root, MessageForms forms);

}  // namespace lodestone
