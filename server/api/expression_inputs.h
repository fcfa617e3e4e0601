/// What a request gives its expressions: ExpressionAttributeNames and -Values, and the checks that come
/// before any parsing.
///
/// Views into the request and its arena; not thread-safe.
#pragma once

#include <span>
#include <string_view>

#include "server/api/api_error.h"
#include "server/api/request.h"
#include "server/expression/condition.h"
#include "server/expression/expression_error.h"
#include "server/expression/placeholders.h"
#include "server/expression/projection.h"

namespace lodestone {

/// How an operation takes expressions. The spans refer to constants.
struct ExpressionParameters {
  /// Parameters that may not be given together with expressions.
  std::span<const std::string_view> legacy;
  /// In the order of the service's messages.
  std::span<const std::string_view> expressions;
  /// The expressions that may use values, as the message about surplus values names them:
  /// "ConditionExpression is null".
  std::string_view without_values;
  /// Whether the operation puts "1 validation error detected: " before messages that depend on the request
  /// alone. The service is moving there operation by operation; this is what it was seen to do last.
  bool wrapped = false;
  /// The same for names and values that no expression uses.
  bool unused_wrapped = false;
  /// Whether they belong to an action of TransactWriteItems: names and values are passed over where there is
  /// no expression at all, and values count for the size of the transaction.
  bool in_transaction = false;
  /// Whether values may be nested deeper than an item may be. Only ConditionCheck takes that.
  bool any_depth = false;
};

/// The checks of which parameters go together, before any value is looked at.
[[nodiscard]] ApiResult<void> check_expression_parameters(const JsonValue& json,
                                                          const ExpressionParameters& parameters);

/// The names and values of `json` (the request, or a part of it with expressions of its own).
[[nodiscard]] ApiResult<Placeholders> read_placeholders(Request& request, const JsonValue& json,
                                                        const ExpressionParameters& parameters);

/// ConditionExpression or FilterExpression; nullptr where `json` has none.
[[nodiscard]] ApiResult<const Condition*> read_condition(Request& request, const JsonValue& json,
                                                         ExpressionKind kind, Placeholders& placeholders,
                                                         const ExpressionParameters& parameters);

/// ProjectionExpression or AttributesToGet; nullptr where `json` has neither.
[[nodiscard]] ApiResult<const Projection*> read_projection(Request& request, const JsonValue& json,
                                                           Placeholders& placeholders,
                                                           const ExpressionParameters& parameters);

/// Once all expressions are parsed: the fault of names or values that none of them used.
[[nodiscard]] ApiResult<void> check_all_used(const Placeholders& placeholders,
                                             const ExpressionParameters& parameters);

/// The fault of a path that goes into a key attribute of the table or of the index that is read.
[[nodiscard]] ApiResult<void> check_key_is_scalar(const Path& path, const TableLayout& table);
[[nodiscard]] ApiResult<void> check_projected_keys(const Projection& projection, const TableLayout& table);

/// `Item` or `Key` of the request, with the faults of its values as the operation answers them.
[[nodiscard]] ApiResult<Item> read_attributes_of(const JsonValue& json, Arena& arena,
                                                 const ExpressionParameters& parameters);

/// An expression's fault as the operation answers it.
[[nodiscard]] Failure<ApiError> expression_fault(ExpressionError error,
                                                 const ExpressionParameters& parameters);

}  // namespace lodestone
