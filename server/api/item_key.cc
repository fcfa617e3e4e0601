#include "server/api/item_key.h"

#include <string>

namespace lodestone {
namespace {

constexpr std::string_view kNotValid = "One or more parameter values are not valid. ";

std::string_view kind_of_text(Type type) { return type == Type::kB ? "binary" : "string"; }

std::string empty_key_text(Type type) {
  std::string text = "The AttributeValue for a key attribute cannot contain an empty ";
  text += kind_of_text(type);
  text += " value.";
  return text;
}

ApiResult<void> check_index_key(const IndexLayout& index, const KeyElement& element, const Value& value,
                                std::size_t max_bytes) {
  LODESTONE_TRY(check_index_key_type(index, element, value));
  if (value.text().empty()) {
    return validation_error(
        "One or more parameter values are not valid. A value specified for a secondary index key is not "
        "supported. " +
        empty_key_text(value.type()) + " IndexName: " + index.name + ", IndexKey: " + element.name);
  }
  if (value.text().size() > max_bytes) {
    return invalid_parameters("Size limit exceeded for Index Key " + element.name +
                              " Actual Size: " + std::to_string(value.text().size()) + " bytes Max Size: " +
                              std::to_string(max_bytes) + " bytes IndexName: " + index.name);
  }
  return {};
}

}  // namespace

ApiResult<std::span<const Value>> read_key(const TableLayout& table, Item key, Arena& arena) {
  const auto values = arena.array<Value>(table.key.size());
  if (key.size() != values.size())
    return validation_error("The provided key element does not match the schema");
  for (std::size_t i = 0; i < values.size(); ++i) {
    const KeyElement& element = table.key.at(i);
    const Value* value = find(key, element.name);
    if (value == nullptr || value->type() != element.type) {
      return validation_error("The provided key element does not match the schema");
    }
    values[i] = *value;
  }
  auto checked = check_key_values(table.key, values);
  if (!checked.ok()) {
    ApiError error = std::move(checked).error();
    if (error.message.starts_with(kNotValid)) {
      error.older_message =
          "One or more parameter values were invalid: " + error.message.substr(kNotValid.size());
    }
    return failure(std::move(error));
  }
  return std::span<const Value>(values);
}

ApiResult<std::span<const Value>> read_item_key(const TableLayout& table, Item item, Arena& arena) {
  const auto values = arena.array<Value>(table.key.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    const KeyElement& element = table.key.at(i);
    const Value* value = find(item, element.name);
    if (value == nullptr) return invalid_parameters("Missing the key " + element.name + " in the item");
    if (value->type() != element.type) {
      return invalid_parameters("Type mismatch for key " + element.name +
                                " expected: " + std::string(type_name(element.type)) +
                                " actual: " + std::string(type_name(value->type())));
    }
    values[i] = *value;
  }
  LODESTONE_TRY(check_key_values(table.key, values));
  return std::span<const Value>(values);
}

Failure<ApiError> empty_key_value(std::string_view attribute, Type type) {
  return validation_error(std::string(kNotValid) + empty_key_text(type) + " Key: " + std::string(attribute));
}

ApiResult<void> check_key_values(const KeySchema& schema, std::span<const Value> values) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (values[i].text().empty()) return empty_key_value(schema.at(i).name, values[i].type());
  }
  if (values[0].text().size() > kMaxPartitionKeyBytes) {
    return invalid_parameters("Size of hashkey has exceeded the maximum size limit of2048 bytes");
  }
  if (values.size() > 1 && values[1].text().size() > kMaxSortKeyBytes) {
    return invalid_parameters("Aggregated size of all range keys has exceeded the size limit of 1024 bytes");
  }
  return {};
}

ApiResult<void> check_index_keys(const TableLayout& table, Item item) {
  // The first bad index by name answers, whatever the order of definition.
  const IndexLayout* worst = nullptr;
  ApiResult<void> outcome;
  for (const IndexLayout& index : table.indexes) {
    if (worst != nullptr && worst->name < index.name) continue;
    for (std::size_t i = 0; i < index.key.size(); ++i) {
      const KeyElement& element = index.key.at(i);
      const Value* value = find(item, element.name);
      if (value == nullptr) continue;
      auto checked = check_index_key(
          index, element, *value, i < index.key.partition.size() ? kMaxPartitionKeyBytes : kMaxSortKeyBytes);
      if (checked.ok()) continue;
      worst = &index;
      outcome = std::move(checked);
      break;
    }
  }
  return outcome;
}

ApiResult<void> check_index_key_type(const IndexLayout& index, const KeyElement& element,
                                     const Value& value) {
  if (value.type() == element.type) return {};
  return invalid_parameters("Type mismatch for Index Key " + element.name +
                            " Expected: " + std::string(type_name(element.type)) +
                            " Actual: " + std::string(type_name(value.type())) + " IndexName: " + index.name);
}

}  // namespace lodestone
