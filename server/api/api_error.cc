#include "server/api/api_error.h"

#include <array>

#include "storage/json_text.h"

namespace lodestone {
namespace {

struct Spelling {
  std::string_view type;     // with its namespace
  std::string_view message;  // the field's name
};

constexpr std::array<Spelling, 16> kSpellings = {{
    {"com.amazon.coral.validate#ValidationException", "message"},
    {"com.amazon.coral.service#SerializationException", "Message"},
    {"com.amazon.coral.service#UnknownOperationException", "message"},
    {"com.amazon.coral.service#AccessDeniedException", "Message"},
    {"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException", "message"},
    {"com.amazonaws.dynamodb.v20120810#ResourceInUseException", "message"},
    {"com.amazonaws.dynamodb.v20120810#LimitExceededException", "message"},
    {"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException", "message"},
    {"com.amazonaws.dynamodb.v20120810#DuplicateItemException", "message"},
    {"com.amazonaws.dynamodb.v20120810#TransactionCanceledException", "Message"},
    {"com.amazonaws.dynamodb.v20120810#TransactionConflictException", "message"},
    {"com.amazonaws.dynamodb.v20120810#TransactionInProgressException", "Message"},
    {"com.amazonaws.dynamodb.v20120810#IdempotentParameterMismatchException", "Message"},
    {"com.amazonaws.dynamodb.v20120810#ExpiredIteratorException", "message"},
    {"com.amazonaws.dynamodb.v20120810#TrimmedDataAccessException", "message"},
    {"com.amazonaws.dynamodb.v20120810#InternalServerError", "message"},
}};

Failure<ApiError> make(ErrorKind kind, std::string message) {
  return failure(ApiError{kind, std::move(message), {}, {}, {}, {}});
}

/// CancellationReasons, in the order of the actions.
std::string reasons_json(std::span<const ApiError* const> outcomes, MessageForms forms) {
  std::string reasons;
  for (const ApiError* outcome : outcomes) {
    reasons += reasons.empty() ? "[{\"Code\":\"" : ",{\"Code\":\"";
    reasons += outcome == nullptr ? "None" : outcome_code(*outcome);
    reasons += '"';
    if (outcome != nullptr) {
      reasons += ",\"Message\":";
      append_json_string(reasons, outcome->message_in(forms));
      if (!outcome->item_json.empty()) reasons += ",\"Item\":" + outcome->item_json;
    }
    reasons += '}';
  }
  return reasons + ']';
}

}  // namespace

Failure<ApiError> validation_error(std::string message) {
  return make(ErrorKind::kValidation, std::move(message));
}

Failure<ApiError> reworded_validation_error(std::string message, std::string older_message) {
  Failure<ApiError> failed = validation_error(std::move(message));
  failed.error.older_message = std::move(older_message);
  return failed;
}

Failure<ApiError> wrapped_validation_error(std::string_view message) {
  std::string text = "1 validation error detected: ";
  text += message;
  return reworded_validation_error(std::move(text), std::string(message));
}

Failure<ApiError> invalid_parameters(std::string_view detail) {
  std::string message = "One or more parameter values were invalid: ";
  message += detail;
  return make(ErrorKind::kValidation, std::move(message));
}

Failure<ApiError> serialization_error(std::string message) {
  return make(ErrorKind::kSerialization, std::move(message));
}

Failure<ApiError> resource_not_found() {
  return make(ErrorKind::kResourceNotFound, "Requested resource not found");
}

Failure<ApiError> resource_not_found(std::string_view what) {
  std::string message = "Requested resource not found: ";
  message += what;
  return make(ErrorKind::kResourceNotFound, std::move(message));
}

Failure<ApiError> table_not_found(std::string_view table) {
  std::string what = "Table: ";
  what += table;
  what += " not found";
  return resource_not_found(what);
}

Failure<ApiError> unknown_operation() { return make(ErrorKind::kUnknownOperation, {}); }

Failure<ApiError> resource_in_use(std::string message) {
  return make(ErrorKind::kResourceInUse, std::move(message));
}
Failure<ApiError> limit_exceeded(std::string message) {
  return make(ErrorKind::kLimitExceeded, std::move(message));
}
Failure<ApiError> access_denied(std::string message) {
  return make(ErrorKind::kAccessDenied, std::move(message));
}

Failure<ApiError> condition_failed() {
  return make(ErrorKind::kConditionalCheckFailed, "The conditional request failed");
}

Failure<ApiError> duplicate_item() {
  return make(ErrorKind::kDuplicateItem, "Duplicate primary key exists in table");
}

Failure<ApiError> transaction_conflict() {
  return make(ErrorKind::kTransactionConflict, "Transaction is ongoing for the item");
}

Failure<ApiError> transaction_in_progress() {
  return make(ErrorKind::kTransactionInProgress, "Transaction from previous request is still in progress");
}

Failure<ApiError> idempotent_parameter_mismatch() {
  return make(ErrorKind::kIdempotentParameterMismatch,
              "The request uses the same client token as a previous, but non-identical request.");
}

Failure<ApiError> expired_iterator() {
  return make(ErrorKind::kExpiredIterator, "Shard iterator has expired");
}

Failure<ApiError> trimmed_data_access() {
  return make(ErrorKind::kTrimmedDataAccess, "The data you are trying to access has been trimmed");
}

Failure<ApiError> transaction_canceled(std::span<const ApiError* const> outcomes) {
  std::string codes;
  bool reworded = false;
  for (const ApiError* outcome : outcomes) {
    codes += codes.empty() ? "" : ", ";
    codes += outcome == nullptr ? "None" : outcome_code(*outcome);
    reworded |= outcome != nullptr && !outcome->older_message.empty();
  }
  Failure<ApiError> canceled =
      make(ErrorKind::kTransactionCanceled,
           "Transaction cancelled, please refer cancellation reasons for specific reasons [" + codes + "]");
  canceled.error.reasons_json = reasons_json(outcomes, MessageForms::kNewest);
  if (reworded) canceled.error.older_reasons_json = reasons_json(outcomes, MessageForms::kOlder);
  return canceled;
}

Failure<ApiError> internal_error(std::string message) {
  return make(ErrorKind::kInternal, std::move(message));
}
Failure<ApiError> internal_error(const StorageError& error) {
  return make(ErrorKind::kInternal, error.message);
}

std::string_view outcome_code(const ApiError& error) {
  switch (error.kind) {
    case ErrorKind::kConditionalCheckFailed:
      return "ConditionalCheckFailed";
    case ErrorKind::kDuplicateItem:
      return "DuplicateItem";
    case ErrorKind::kTransactionConflict:
      return "TransactionConflict";
    case ErrorKind::kResourceNotFound:
      return "ResourceNotFound";
    default:
      return "ValidationError";
  }
}

unsigned http_status(const ApiError& error) { return error.kind == ErrorKind::kInternal ? 500 : 400; }

void append_error_body(std::string& out, const ApiError& error, MessageForms forms) {
  const Spelling& spelling = kSpellings[static_cast<std::size_t>(error.kind)];
  out += "{\"__type\":\"";
  out += spelling.type;
  out += '"';
  // What failed inside is for the log, not for the client.
  const std::string_view message = error.kind == ErrorKind::kInternal
                                       ? std::string_view("Internal server error")
                                       : error.message_in(forms);
  if (!message.empty()) {
    out += ",\"";
    out += spelling.message;
    out += "\":";
    append_json_string(out, message);
  }
  if (!error.item_json.empty()) {
    out += ",\"Item\":";
    out += error.item_json;
  }
  if (!error.reasons_json.empty()) {
    out += ",\"CancellationReasons\":";
    const bool older = forms == MessageForms::kOlder && !error.older_reasons_json.empty();
    out += older ? error.older_reasons_json : error.reasons_json;
  }
  out += '}';
}

void append_service_error_body(std::string& out, std::string_view name, std::string_view message) {
  out += "{\"__type\":\"com.amazon.coral.service#";
  out += name;
  out += "\",\"message\":";
  append_json_string(out, message);
  out += '}';
}

}  // namespace lodestone
