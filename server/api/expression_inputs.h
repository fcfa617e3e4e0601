/// What a request gives its expressions: ExpressionAttributeNames and -Values, and the checks that come before any parsing.
///
/// Views into the request and its arena; not thread-safe.
#pragma once

#include <span>
#include <string_view>

#include "server/api/api_error.h"
#include "server/api/request.h"
#include "server/expression/expression_error.h"
#include "server/expression/placeholders.h"

namespace lodestone {

/// How an operation takes expressions. The spans refer to constants.
struct ExpressionParameters {
  /// Parameters that may not be given together with expressions.
  std::span<const std::string_view> legacy;
  /// In the order of the service's messages.
  std::span<const std::string_view> expressions;
  /// The expressions that may use values, as the message about surplus values names them: "ConditionExpression is null".
  std::string_view without_values;
  /// Whether the operation puts "1 validation error detected: " before messages that depend on the request alone. The
  /// service is moving there operation by operation; this is what it was seen to do last.
  bool wrapped = false;
};

/// The names and values of `json` (the request, or a part of it with expressions of its own), after the checks that come
/// before parsing.
[[nodiscard]] ApiResult<Placeholders> read_placeholders(Request& request, const JsonValue& json,
                                                        const ExpressionParameters& parameters);

/// An expression's fault as the operation answers it.
[[nodiscard]] Failure<ApiError> expression_fault(ExpressionError error, const ExpressionParameters& parameters);

/// `1 validation error detected: ` and the message.
[[nodiscard]] Failure<ApiError> wrapped_validation_error(std::string_view message);

}  // namespace lodestone
