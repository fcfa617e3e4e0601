/// What is wrong with an expression, in the service's words.
///
/// Values; thread-safe. Every ExpressionError is a ValidationException.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace lodestone {

enum class ExpressionKind : std::uint8_t { kCondition, kFilter, kKeyCondition, kProjection, kUpdate };

/// The parameter that holds expressions of a kind: "ConditionExpression", …
[[nodiscard]] constexpr std::string_view parameter_name(ExpressionKind kind) {
  switch (kind) {
    case ExpressionKind::kCondition:
      return "ConditionExpression";
    case ExpressionKind::kFilter:
      return "FilterExpression";
    case ExpressionKind::kKeyCondition:
      return "KeyConditionExpression";
    case ExpressionKind::kProjection:
      return "ProjectionExpression";
    case ExpressionKind::kUpdate:
      return "UpdateExpression";
  }
  return {};
}

struct ExpressionError {
  /// The whole text, with "Invalid UpdateExpression: " where the service writes it.
  std::string message;
};

}  // namespace lodestone
