#include "server/api/api_error.h"

#include <array>

#include "storage/json_text.h"

namespace lodestone {
namespace {

struct Spelling {
  std::string_view type;     // with its namespace
  std::string_view message;  // the field's name
};

constexpr std::array<Spelling, 9> kSpellings = {{
    {"com.amazon.coral.validate#ValidationException", "message"},
    {"com.amazon.coral.service#SerializationException", "Message"},
    {"com.amazon.coral.service#UnknownOperationException", "message"},
    {"com.amazon.coral.service#AccessDeniedException", "Message"},
    {"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException", "message"},
    {"com.amazonaws.dynamodb.v20120810#ResourceInUseException", "message"},
    {"com.amazonaws.dynamodb.v20120810#LimitExceededException", "message"},
    {"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException", "message"},
    {"com.amazonaws.dynamodb.v20120810#InternalServerError", "message"},
}};

Failure<ApiError> make(ErrorKind kind, std::string message) { return failure(ApiError{kind, std::move(message), {}}); }

}  // namespace

Failure<ApiError> validation_error(std::string message) { return make(ErrorKind::kValidation, std::move(message)); }

Failure<ApiError> invalid_parameters(std::string_view detail) {
  std::string message = "One or more parameter values were invalid: ";
  message += detail;
  return make(ErrorKind::kValidation, std::move(message));
}

Failure<ApiError> serialization_error(std::string message) {
  return make(ErrorKind::kSerialization, std::move(message));
}

Failure<ApiError> resource_not_found() { return make(ErrorKind::kResourceNotFound, "Requested resource not found"); }

Failure<ApiError> table_not_found(std::string_view table) {
  std::string message = "Requested resource not found: Table: ";
  message += table;
  message += " not found";
  return make(ErrorKind::kResourceNotFound, std::move(message));
}

Failure<ApiError> resource_in_use(std::string message) { return make(ErrorKind::kResourceInUse, std::move(message)); }
Failure<ApiError> limit_exceeded(std::string message) { return make(ErrorKind::kLimitExceeded, std::move(message)); }
Failure<ApiError> access_denied(std::string message) { return make(ErrorKind::kAccessDenied, std::move(message)); }

Failure<ApiError> condition_failed() {
  return make(ErrorKind::kConditionalCheckFailed, "The conditional request failed");
}

Failure<ApiError> internal_error(std::string message) { return make(ErrorKind::kInternal, std::move(message)); }
Failure<ApiError> internal_error(const StorageError& error) { return make(ErrorKind::kInternal, error.message); }

unsigned http_status(const ApiError& error) { return error.kind == ErrorKind::kInternal ? 500 : 400; }

void append_error_body(std::string& out, const ApiError& error) {
  const Spelling& spelling = kSpellings[static_cast<std::size_t>(error.kind)];
  out += "{\"__type\":\"";
  out += spelling.type;
  out += '"';
  // What failed inside is for the log, not for the client.
  const std::string_view message =
      error.kind == ErrorKind::kInternal ? std::string_view("Internal server error") : std::string_view(error.message);
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
