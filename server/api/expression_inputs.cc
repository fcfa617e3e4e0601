#include "server/api/expression_inputs.h"

#include <string>

#include "server/api/attribute_value.h"

namespace lodestone {
namespace {

constexpr std::size_t kMaxNameBytes = 65535;

Failure<ApiError> fault(std::string message, bool wrapped) {
  return wrapped ? wrapped_validation_error(message) : validation_error(std::move(message));
}

/// `{A, B}`: those of `names` that the request has.
std::string listed(const JsonValue& json, std::span<const std::string_view> names) {
  std::string list = "{";
  for (const std::string_view name : names) {
    if (member(json, name) == nullptr) continue;
    if (list.size() > 1) list += ", ";
    list += name;
  }
  return list + '}';
}

bool any_given(const JsonValue& json, std::span<const std::string_view> names) {
  for (const std::string_view name : names) {
    if (member(json, name) != nullptr) return true;
  }
  return false;
}

/// The fault of one value, named by its key; some faults the service reports as they are.
Failure<ApiError> value_fault(ApiError error, std::string_view key, bool wrapped) {
  const std::string_view message = error.message;
  if (message.starts_with("Nesting Levels") || message.find("Null attribute value types") != std::string_view::npos) {
    return failure(std::move(error));
  }
  const bool of_set = message.find("may not be empty") != std::string_view::npos ||
                      message.find("should not be empty") != std::string_view::npos ||
                      message.find("contains duplicates") != std::string_view::npos;
  if (of_set && wrapped) return wrapped_validation_error(message);
  std::string text = "ExpressionAttributeValues contains invalid value: ";
  text += message;
  text += " for key ";
  text += key;
  return validation_error(std::move(text));
}

ApiResult<std::span<NamePlaceholder>> read_names(const JsonValue& json, Arena& arena) {
  const auto names = arena.array<NamePlaceholder>(json.MemberCount());
  std::size_t count = 0;
  for (const auto& entry : json.GetObject()) {
    names[count++] = {json_text(entry.name), entry.value.IsString() ? json_text(entry.value) : std::string_view()};
  }
  for (const NamePlaceholder& name : names) {
    if (auto checked = check_name_key(name.placeholder); !checked.ok()) {
      return validation_error(std::move(checked).error().message);
    }
  }
  for (const NamePlaceholder& name : names) {
    if (name.attribute.empty()) {
      return validation_error("ExpressionAttributeNames contains invalid value: Empty attribute name for key " +
                              std::string(name.placeholder));
    }
    if (name.attribute.size() > kMaxNameBytes) {
      return validation_error(
          "ExpressionAttributeNames contains invalid value: Attribute name is too large, must be less than 65536 bytes for "
          "key " +
          std::string(name.placeholder));
    }
  }
  return names;
}

ApiResult<std::span<ValuePlaceholder>> read_values(const JsonValue& json, Arena& arena, bool wrapped) {
  const auto values = arena.array<ValuePlaceholder>(json.MemberCount());
  for (const auto& entry : json.GetObject()) {
    if (auto checked = check_value_key(json_text(entry.name)); !checked.ok()) {
      return validation_error(std::move(checked).error().message);
    }
  }
  std::size_t count = 0;
  for (const auto& entry : json.GetObject()) {
    auto value = read_value(entry.value, arena);
    if (!value.ok()) return value_fault(std::move(value).error(), json_text(entry.name), wrapped);
    values[count++] = {json_text(entry.name), *value};
  }
  return values;
}

}  // namespace

ApiResult<Placeholders> read_placeholders(Request& request, const JsonValue& json,
                                          const ExpressionParameters& parameters) {
  const JsonValue* names = member(json, "ExpressionAttributeNames");
  const JsonValue* values = member(json, "ExpressionAttributeValues");
  const bool any_legacy = any_given(json, parameters.legacy);
  const bool any_expression = any_given(json, parameters.expressions);

  if (any_legacy && any_expression) {
    return fault("Can not use both expression and non-expression parameters in the same request: Non-expression "
                 "parameters: " +
                     listed(json, parameters.legacy) + " Expression parameters: " + listed(json, parameters.expressions),
                 parameters.wrapped);
  }
  if (names != nullptr && !any_expression) {
    return validation_error("ExpressionAttributeNames can only be specified when using expressions");
  }
  if (values != nullptr) {
    // A projection has no values, so it does not count here.
    bool may_have_values = false;
    for (const std::string_view expression : parameters.expressions) {
      may_have_values |= expression != "ProjectionExpression" && member(json, expression) != nullptr;
    }
    if (!may_have_values) {
      std::string message = "ExpressionAttributeValues can only be specified when using expressions: ";
      message += parameters.without_values;
      return fault(std::move(message), parameters.wrapped);
    }
  }
  if (names != nullptr && names->ObjectEmpty()) {
    return fault("ExpressionAttributeNames must not be empty", parameters.wrapped);
  }
  if (values != nullptr && values->ObjectEmpty()) {
    return fault("ExpressionAttributeValues must not be empty", parameters.wrapped);
  }
  std::span<NamePlaceholder> read_name_entries;
  std::span<ValuePlaceholder> read_value_entries;
  if (names != nullptr) {
    LODESTONE_ASSIGN(read_name_entries, read_names(*names, request.arena()));
  }
  if (values != nullptr) {
    LODESTONE_ASSIGN(read_value_entries, read_values(*values, request.arena(), parameters.wrapped));
  }
  return Placeholders(read_name_entries, read_value_entries);
}

Failure<ApiError> expression_fault(ExpressionError error, const ExpressionParameters& parameters) {
  return fault(std::move(error.message), parameters.wrapped);
}

Failure<ApiError> wrapped_validation_error(std::string_view message) {
  std::string text = "1 validation error detected: ";
  text += message;
  return validation_error(std::move(text));
}

}  // namespace lodestone
