#include "server/api/expression_inputs.h"

#include <algorithm>
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

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

/// Whether a value is at fault that its type alone rules out: an empty set, a set with duplicates, a NULL
/// that is false.
bool is_fault_of_form(std::string_view message) {
  return contains(message, "may not be empty") || contains(message, "should not be empty") ||
         contains(message, "contains duplicates") || contains(message, "Null attribute value types");
}

/// The fault of one value, named by its key; some faults the service reports as they are.
Failure<ApiError> value_fault(ApiError error, std::string_view key, bool wrapped) {
  const std::string_view message = error.message;
  if (is_nesting_fault(error) || contains(message, "Null attribute value types")) {
    return failure(std::move(error));
  }
  const auto named = [key](std::string_view fault) {
    std::string text = "ExpressionAttributeValues contains invalid value: ";
    text += fault;
    text += " for key ";
    text += key;
    return text;
  };
  std::string older = named(error.message_in(MessageForms::kOlder));
  if (!wrapped || !is_fault_of_form(message)) {
    return reworded_validation_error(named(message), std::move(older));
  }
  Failure<ApiError> failed = wrapped_validation_error(message);
  failed.error.older_message = std::move(older);
  return failed;
}

ApiResult<std::span<NamePlaceholder>> read_names(const JsonValue& json, Arena& arena) {
  const auto names = arena.array<NamePlaceholder>(json.MemberCount());
  std::size_t count = 0;
  for (const auto& entry : json.GetObject()) {
    names[count++] = {json_text(entry.name),
                      entry.value.IsString() ? json_text(entry.value) : std::string_view()};
  }
  for (const NamePlaceholder& name : names) {
    if (auto checked = check_name_key(name.placeholder); !checked.ok()) {
      return validation_error(std::move(checked).error().message);
    }
  }
  for (const NamePlaceholder& name : names) {
    if (name.attribute.empty()) {
      return validation_error(
          "ExpressionAttributeNames contains invalid value: Empty attribute name for key " +
          std::string(name.placeholder));
    }
    if (name.attribute.size() > kMaxNameBytes) {
      return validation_error(
          "ExpressionAttributeNames contains invalid value: Attribute name is too large, must be less than "
          "65536 bytes for "
          "key " +
          std::string(name.placeholder));
    }
  }
  return names;
}

ApiResult<std::span<ValuePlaceholder>> read_values(const JsonValue& json, Arena& arena,
                                                   const ExpressionParameters& parameters) {
  const auto values = arena.array<ValuePlaceholder>(json.MemberCount());
  for (const auto& entry : json.GetObject()) {
    if (auto checked = check_value_key(json_text(entry.name)); !checked.ok()) {
      return validation_error(std::move(checked).error().message);
    }
  }
  std::size_t count = 0;
  for (const auto& entry : json.GetObject()) {
    auto value = parameters.any_depth ? read_deep_value(entry.value, arena) : read_value(entry.value, arena);
    if (!value.ok()) return value_fault(std::move(value).error(), json_text(entry.name), parameters.wrapped);
    values[count++] = {json_text(entry.name), *value};
  }
  return values;
}

}  // namespace

ApiResult<void> check_expression_parameters(const JsonValue& json, const ExpressionParameters& parameters) {
  const bool any_expression = any_given(json, parameters.expressions);
  if (any_expression && any_given(json, parameters.legacy)) {
    return fault(
        "Can not use both expression and non-expression parameters in the same request: Non-expression "
        "parameters: " +
            listed(json, parameters.legacy) +
            " Expression parameters: " + listed(json, parameters.expressions),
        parameters.wrapped);
  }
  if (!any_expression && parameters.in_transaction) return {};
  if (member(json, "ExpressionAttributeNames") != nullptr && !any_expression) {
    return validation_error("ExpressionAttributeNames can only be specified when using expressions");
  }
  if (member(json, "ExpressionAttributeValues") == nullptr) return {};
  for (const std::string_view expression : parameters.expressions) {
    // A projection has no values, so it does not count here.
    if (expression != "ProjectionExpression" && member(json, expression) != nullptr) return {};
  }
  std::string message = "ExpressionAttributeValues can only be specified when using expressions: ";
  message += parameters.without_values;
  return fault(std::move(message), parameters.wrapped);
}

ApiResult<Placeholders> read_placeholders(Request& request, const JsonValue& json,
                                          const ExpressionParameters& parameters) {
  if (parameters.in_transaction && !any_given(json, parameters.expressions)) return Placeholders({}, {});
  const JsonValue* names = member(json, "ExpressionAttributeNames");
  const JsonValue* values = member(json, "ExpressionAttributeValues");
  if (names != nullptr && names->ObjectEmpty()) {
    return fault("ExpressionAttributeNames must not be empty", parameters.wrapped);
  }
  if (values != nullptr && values->ObjectEmpty()) {
    return fault("ExpressionAttributeValues must not be empty", parameters.wrapped);
  }
  std::span<NamePlaceholder> name_entries;
  std::span<ValuePlaceholder> value_entries;
  if (names != nullptr) {
    LODESTONE_ASSIGN(name_entries, read_names(*names, request.arena()));
  }
  if (values != nullptr) {
    LODESTONE_ASSIGN(value_entries, read_values(*values, request.arena(), parameters));
  }
  return Placeholders(name_entries, value_entries);
}

ApiResult<const Condition*> read_condition(Request& request, const JsonValue& json, ExpressionKind kind,
                                           Placeholders& placeholders,
                                           const ExpressionParameters& parameters) {
  const auto text = text_member(json, parameter_name(kind));
  if (!text) return static_cast<const Condition*>(nullptr);
  auto parsed = parse_condition(*text, kind, placeholders, request.arena());
  if (!parsed.ok()) return expression_fault(std::move(parsed).error(), parameters);
  return *parsed;
}

ApiResult<const Projection*> read_projection(Request& request, const JsonValue& json,
                                             Placeholders& placeholders,
                                             const ExpressionParameters& parameters) {
  Arena& arena = request.arena();
  if (const auto text = text_member(json, parameter_name(ExpressionKind::kProjection))) {
    auto parsed = parse_projection(*text, placeholders, arena);
    if (!parsed.ok()) return expression_fault(std::move(parsed).error(), parameters);
    return static_cast<const Projection*>(arena.make<Projection>(*parsed));
  }
  const JsonValue* list = member(json, "AttributesToGet");
  if (list == nullptr) return static_cast<const Projection*>(nullptr);
  const auto names = arena.array<std::string_view>(list->Size());
  for (std::size_t i = 0; i < names.size(); ++i) {
    names[i] = json_text((*list)[static_cast<rapidjson::SizeType>(i)]);
    if (std::find(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(i), names[i]) !=
        names.begin() + static_cast<std::ptrdiff_t>(i)) {
      return invalid_parameters("Duplicate value in attribute name: " + std::string(names[i]));
    }
  }
  return static_cast<const Projection*>(arena.make<Projection>(project_attributes(names, arena)));
}

ApiResult<void> check_all_used(const Placeholders& placeholders, const ExpressionParameters& parameters) {
  auto checked = placeholders.check_all_used();
  if (checked.ok()) return {};
  return fault(std::move(checked).error().message, parameters.unused_wrapped);
}

ApiResult<void> check_key_is_scalar(const Path& path, const TableLayout& table) {
  if (path.is_top_level()) return {};
  const std::string name(path.attribute());
  const bool of_table = table.key.find(name) != nullptr;
  const bool of_index = std::ranges::any_of(
      table.indexes, [&name](const IndexLayout& index) { return index.key.find(name) != nullptr; });
  if (!of_table && !of_index) return {};
  return validation_error(
      "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: " +
      std::string(of_table ? "Key: " : "IndexKey: ") + name);
}

ApiResult<void> check_projected_keys(const Projection& projection, const TableLayout& table) {
  if (projection.top_level_only) return {};
  for (const Column& column : projection.columns) LODESTONE_TRY(check_key_is_scalar(column.path, table));
  for (const ProjectionNode& attribute : projection.attributes) {
    if (attribute.children.empty()) continue;
    const PathStep steps[] = {attribute.step, attribute.children[0].step};
    LODESTONE_TRY(check_key_is_scalar(Path{steps}, table));
  }
  return {};
}

ApiResult<Item> read_attributes_of(const JsonValue& json, Arena& arena,
                                   const ExpressionParameters& parameters) {
  auto item = read_item(json, arena);
  if (!item.ok() && parameters.wrapped && is_fault_of_form(item.error().message)) {
    return wrapped_validation_error(item.error().message);
  }
  return item;
}

Failure<ApiError> expression_fault(ExpressionError error, const ExpressionParameters& parameters) {
  // Before, the size of an expression that is too large was not told.
  constexpr std::string_view kSize = "maximum allowed size;";
  std::string older;
  if (const auto at = error.message.find(kSize); at != std::string::npos) {
    older = error.message.substr(0, at + kSize.size());
  }
  Failure<ApiError> failed = fault(std::move(error.message), parameters.wrapped);
  if (!older.empty()) failed.error.older_message = std::move(older);
  return failed;
}

}  // namespace lodestone
