/// The errors of the API as the service writes them: the only place that knows their names and namespaces.
///
/// Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "server/api/message_forms.h"
#include "storage/kv.h"
#include "storage/result.h"

namespace lodestone {

enum class ErrorKind : std::uint8_t {
  kValidation,
  kSerialization,
  kUnknownOperation,
  kAccessDenied,
  kResourceNotFound,
  kResourceInUse,
  kLimitExceeded,
  kConditionalCheckFailed,
  kDuplicateItem,
  kTransactionCanceled,
  kTransactionConflict,
  kTransactionInProgress,
  kIdempotentParameterMismatch,
  kExpiredIterator,
  kTrimmedDataAccess,
  kInternal,
};

struct ApiError {
  ErrorKind kind = ErrorKind::kInternal;
  std::string message;
  /// ConditionalCheckFailedException: the item as JSON where the caller asked for it and it exists.
  std::string item_json;
  /// TransactionCanceledException: CancellationReasons as a JSON array.
  std::string reasons_json;
  /// The message and the reasons in their older form; empty where it is the same.
  std::string older_message;
  std::string older_reasons_json;

  [[nodiscard]] std::string_view message_in(MessageForms forms) const {
    return forms == MessageForms::kOlder && !older_message.empty() ? older_message : message;
  }
};

template <class T>
using ApiResult = Result<T, ApiError>;

[[nodiscard]] Failure<ApiError> validation_error(std::string message);
/// The same for a message that the service has reworded.
[[nodiscard]] Failure<ApiError> reworded_validation_error(std::string message, std::string older_message);
/// `1 validation error detected: ` and the message, which is all that the older form has.
[[nodiscard]] Failure<ApiError> wrapped_validation_error(std::string_view message);
/// `One or more parameter values were invalid: ` and the detail.
[[nodiscard]] Failure<ApiError> invalid_parameters(std::string_view detail);
[[nodiscard]] Failure<ApiError> unknown_operation();
[[nodiscard]] Failure<ApiError> serialization_error(std::string message);
/// The data plane's words for a table that is not there.
[[nodiscard]] Failure<ApiError> resource_not_found();
/// The same with what was not found.
[[nodiscard]] Failure<ApiError> resource_not_found(std::string_view what);
/// The control plane's words.
[[nodiscard]] Failure<ApiError> table_not_found(std::string_view table);
[[nodiscard]] Failure<ApiError> resource_in_use(std::string message);
[[nodiscard]] Failure<ApiError> limit_exceeded(std::string message);
[[nodiscard]] Failure<ApiError> access_denied(std::string message);
[[nodiscard]] Failure<ApiError> condition_failed();
/// An INSERT of an item that is there.
[[nodiscard]] Failure<ApiError> duplicate_item();
/// A write met a running transaction.
[[nodiscard]] Failure<ApiError> transaction_conflict();
[[nodiscard]] Failure<ApiError> transaction_in_progress();
[[nodiscard]] Failure<ApiError> idempotent_parameter_mismatch();
[[nodiscard]] Failure<ApiError> expired_iterator();
[[nodiscard]] Failure<ApiError> trimmed_data_access();
/// One outcome per action, in order: nullptr where nothing is wrong with it.
[[nodiscard]] Failure<ApiError> transaction_canceled(std::span<const ApiError* const> outcomes);
[[nodiscard]] Failure<ApiError> internal_error(std::string message);
/// A storage failure is the service's own fault: InternalServerError, with the storage's message for the log.
[[nodiscard]] Failure<ApiError> internal_error(const StorageError& error);

/// Unwraps a storage result within a function that returns an ApiResult.
#define LODESTONE_TRY_STORAGE(expression)                                            \
  do {                                                                               \
    if (auto lodestone_outcome = (expression); !lodestone_outcome.ok()) [[unlikely]] \
      return ::lodestone::internal_error(lodestone_outcome.error());                 \
  } while (false)

/// What a cancellation reason or a statement of a batch calls the error: "ConditionalCheckFailed", …
[[nodiscard]] std::string_view outcome_code(const ApiError& error);

[[nodiscard]] unsigned http_status(const ApiError& error);
/// Appends the body of the reply: `{"__type":"<namespace>#<Name>","message":…}`.
void append_error_body(std::string& out, const ApiError& error, MessageForms forms = MessageForms::kNewest);
/// The same for an exception of the coral service layer that is known by name only (authentication).
void append_service_error_body(std::string& out, std::string_view name, std::string_view message);

}  // namespace lodestone
