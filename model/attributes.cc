#include "model/attributes.h"

#include <algorithm>
#include <string>
#include <utility>

#include "model/js_text.h"
#include "model/keys.h"

namespace lodestone::model {
namespace {

std::string_view type_text(AttributeType type) {
  switch (type) {
    case AttributeType::kAny:
      return "any";
    case AttributeType::kString:
      return "a string";
    case AttributeType::kNumber:
      return "a number";
    case AttributeType::kBoolean:
      return "a boolean";
    case AttributeType::kBinary:
      return "binary";
    case AttributeType::kEnum:
      return "one of its choices";
    case AttributeType::kList:
      return "a list";
    case AttributeType::kSet:
      return "a set";
    case AttributeType::kMap:
      return "a map";
    case AttributeType::kRecord:
      return "a map";
    case AttributeType::kVariant:
      return "one of its alternatives";
  }
  return {};
}

ValueType set_type(const AttributeSchema& element) {
  if (element.type == AttributeType::kNumber) return ValueType::kNumberSet;
  if (element.type == AttributeType::kBinary) return ValueType::kBinarySet;
  if (element.type == AttributeType::kEnum && !element.choices.empty() &&
      element.choices[0].is(ValueType::kNumber)) {
    return ValueType::kNumberSet;
  }
  return ValueType::kStringSet;
}

bool has_type(const AttributeSchema& attribute, const Value& value) {
  switch (attribute.type) {
    case AttributeType::kAny:
      return true;
    case AttributeType::kString:
      return value.is(ValueType::kString);
    case AttributeType::kNumber:
      return value.is(ValueType::kNumber);
    case AttributeType::kBoolean:
      return value.is(ValueType::kBoolean);
    case AttributeType::kBinary:
      return value.is(ValueType::kBinary);
    case AttributeType::kEnum:
      return true;
    case AttributeType::kList:
      return value.is(ValueType::kList);
    case AttributeType::kSet:
      return value.is(set_type(attribute.element[0]));
    case AttributeType::kMap:
    case AttributeType::kRecord:
      return value.is(ValueType::kMap);
    case AttributeType::kVariant:
      return true;
  }
  return false;
}

bool matches(const AttributeSchema& alternative, const Value& value) {
  std::vector<AttributeError> errors;
  check_value(alternative, value, "", errors);
  return errors.empty();
}

std::string choices_text(const std::vector<Value>& choices) {
  std::string text;
  for (const Value& choice : choices) text += (text.empty() ? "'" : ", '") + choice.text() + "'";
  return text;
}

/// Elements of a set that are out of their choices.
void check_set(const AttributeSchema& attribute, const Value& value, const std::string& path,
               std::vector<AttributeError>& errors) {
  const AttributeSchema& element = attribute.element[0];
  if (element.type != AttributeType::kEnum) return;
  const bool numeric = value.is(ValueType::kNumberSet);
  for (const std::string& one : value.elements()) {
    check_value(element, numeric ? Value::number(one) : Value::string(one), path + "[*]", errors);
  }
}

void check_members(const AttributeSchema& attribute, const Value& value, const std::string& path,
                   std::vector<AttributeError>& errors) {
  for (const AttributeSchema& property : attribute.properties) {
    const Value* const member = value.members().find(property.name);
    const std::string below = path + "." + property.name;
    if (member != nullptr) {
      check_value(property, *member, below, errors);
    } else if (property.required) {
      errors.push_back({ErrorCode::kInvalidAttributeMissing, below, "'" + below + "' is required"});
    }
  }
}

void check_validator(const AttributeSchema& attribute, const Value* value, const std::string& path,
                     std::vector<AttributeError>& errors) {
  if (!attribute.validate) return;
  if (auto complaint = attribute.validate(value))
    errors.push_back({ErrorCode::kInvalidAttributeValue, path, std::move(*complaint)});
}

/// A map's missing members get their defaults, at any depth.
void add_defaults(const AttributeSchema& attribute, Value& value, Moment now) {
  if (!attribute.defaults_inside) return;
  if (attribute.type == AttributeType::kMap && value.is(ValueType::kMap)) {
    for (const AttributeSchema& property : attribute.properties) {
      Value* member = value.members().find(property.name);
      if (member == nullptr && property.default_value) {
        if (auto made = property.default_value(now)) {
          member = &value.members().add(property.name, std::move(*made));
        }
      }
      if (member != nullptr) add_defaults(property, *member, now);
    }
  } else if (attribute.type == AttributeType::kList && value.is(ValueType::kList)) {
    for (Value& element : value.items()) add_defaults(attribute.element[0], element, now);
  } else if (attribute.type == AttributeType::kRecord && value.is(ValueType::kMap)) {
    for (Member& member : value.members()) add_defaults(attribute.element[0], member.value, now);
  }
}

bool is_empty_set(const Value& value) { return value.is_set() && value.elements().empty(); }

/// Attributes that are stored as keys made from templates: what the key was made from.
void read_attributes_from_keys(const EntitySchema& schema, Record& item) {
  if (!schema.has_template_attributes) return;
  for (const IndexSchema& index : schema.indexes) {
    for (const KeySchema* key : {&index.pk, index.sk ? &*index.sk : nullptr}) {
      const AttributeSchema* const attribute =
          key == nullptr || !key->is_template ? nullptr : schema.attribute_stored_as(key->field);
      Value* const stored = attribute == nullptr ? nullptr : item.find(attribute->name);
      if (stored == nullptr) continue;
      const auto composites = read_key(schema, *key, *stored);
      const Value* const own = composites ? composites->find(attribute->name) : nullptr;
      if (own != nullptr) *stored = *own;
    }
  }
}

/// A value as a reader sees it; nullopt: not at all.
std::optional<Value> format_value(const AttributeSchema& attribute, std::optional<Value> value,
                                  const AttributeSchema::Context& context);

void format_inside(const AttributeSchema& attribute, Value& value, const AttributeSchema::Context& context) {
  if (attribute.type == AttributeType::kMap && value.is(ValueType::kMap)) {
    Record shown;
    for (const AttributeSchema& property : attribute.properties) {
      if (property.hidden) continue;
      Value* const stored = value.members().find(property.field);
      auto one = format_value(property, stored == nullptr ? std::nullopt : std::optional(std::move(*stored)),
                              context);
      if (one) shown.add(property.name, std::move(*one));
    }
    value = Value::map(std::move(shown));
  } else if (attribute.type == AttributeType::kList && value.is(ValueType::kList)) {
    for (Value& element : value.items()) format_inside(attribute.element[0], element, context);
  } else if (attribute.type == AttributeType::kRecord && value.is(ValueType::kMap)) {
    for (Member& member : value.members()) format_inside(attribute.element[0], member.value, context);
  }
}

std::optional<Value> format_value(const AttributeSchema& attribute, std::optional<Value> value,
                                  const AttributeSchema::Context& context) {
  if (value && attribute.formats_inside) format_inside(attribute, *value, context);
  if (attribute.get) return attribute.get(value ? &*value : nullptr, context);
  return value;
}

}  // namespace

void check_value(const AttributeSchema& attribute, const Value& value, const std::string& path,
                 std::vector<AttributeError>& errors) {
  if (!has_type(attribute, value)) {
    errors.push_back({ErrorCode::kInvalidAttributeValue, path,
                      "'" + path + "' must be " + std::string(type_text(attribute.type))});
    return;
  }
  switch (attribute.type) {
    case AttributeType::kNumber: {
      std::string text;
      if (!append_decimal_text(text, value.text()))
        errors.push_back({ErrorCode::kInvalidAttributeValue, path, "'" + path + "' is not a number"});
      break;
    }
    case AttributeType::kEnum:
      if (std::find(attribute.choices.begin(), attribute.choices.end(), value) == attribute.choices.end()) {
        errors.push_back({ErrorCode::kInvalidAttributeValue, path,
                          "'" + path + "' must be one of " + choices_text(attribute.choices)});
      }
      break;
    case AttributeType::kList:
      for (const Value& element : value.items())
        check_value(attribute.element[0], element, path + "[*]", errors);
      break;
    case AttributeType::kSet:
      check_set(attribute, value, path, errors);
      break;
    case AttributeType::kMap:
      check_members(attribute, value, path, errors);
      break;
    case AttributeType::kRecord:
      for (const Member& member : value.members()) {
        check_value(attribute.element[0], member.value, path + "." + member.name, errors);
      }
      break;
    case AttributeType::kVariant: {
      const auto& alternatives = attribute.properties;
      if (std::none_of(alternatives.begin(), alternatives.end(),
                       [&](const auto& one) { return matches(one, value); })) {
        errors.push_back(
            {ErrorCode::kInvalidAttributeValue, path, "'" + path + "' is none of its alternatives"});
      }
      break;
    }
    default:
      break;
  }
  check_validator(attribute, &value, path, errors);
}

std::optional<Value> run_setters(const AttributeSchema& attribute, const Value* given,
                                 const AttributeSchema::Context& context) {
  std::optional<Value> value = given == nullptr ? std::nullopt : std::optional(*given);
  if (value && attribute.type == AttributeType::kMap && value->is(ValueType::kMap)) {
    for (const AttributeSchema& property : attribute.properties) {
      const Value* const member = value->members().find(property.name);
      if (member == nullptr && !property.set) continue;
      if (auto made = run_setters(property, member, context)) {
        value->members().set(property.name, std::move(*made));
      } else {
        value->members().erase(property.name);
      }
    }
  } else if (value && attribute.type == AttributeType::kList && value->is(ValueType::kList)) {
    for (Value& element : value->items()) {
      if (auto made = run_setters(attribute.element[0], &element, context)) element = std::move(*made);
    }
  }
  if (attribute.set) return attribute.set(value ? &*value : nullptr, context);
  return value;
}

Result<Record> prepare_item(const EntitySchema& schema, Record given, Moment now) {
  Record item;
  item.reserve(schema.attributes.size() + 2 * schema.indexes.size() + 2);
  std::vector<AttributeError> errors;
  for (const AttributeSchema& attribute : schema.attributes) {
    Value* const there = given.find(attribute.name);
    std::optional<Value> value = there == nullptr ? std::nullopt : std::optional(std::move(*there));
    if (!value && attribute.default_value) value = attribute.default_value(now);
    if (!value) {
      if (attribute.required) {
        errors.push_back(
            {ErrorCode::kInvalidAttributeMissing, attribute.name, "'" + attribute.name + "' is required"});
      } else {
        check_validator(attribute, nullptr, attribute.name, errors);
      }
      continue;
    }
    add_defaults(attribute, *value, now);
    check_value(attribute, *value, attribute.name, errors);
    item.add(attribute.name, std::move(*value));
  }
  if (!errors.empty()) {
    return attributes_error(schema, std::move(errors));
  }
  if (schema.has_setters) {
    for (const bool watchers : {false, true}) {
      // Watchers see what the others made, and nothing of each other.
      const Record seen = std::move(item);
      item = Record();
      for (const AttributeSchema& attribute : schema.attributes) {
        const Value* const value = seen.find(attribute.name);
        const bool runs = attribute.is_watcher() == watchers && (value != nullptr || attribute.set);
        auto made = runs               ? run_setters(attribute, value, {seen, now})
                    : value == nullptr ? std::nullopt
                                       : std::optional(*value);
        if (made) item.add(attribute.name, std::move(*made));
      }
    }
  }
  Record whole;
  whole.reserve(schema.attributes.size() + 2 * schema.indexes.size() + 2);
  for (Member& member : item) {
    if (!is_empty_set(member.value)) whole.add(std::move(member.name), std::move(member.value));
  }
  return whole;
}

Value to_stored(const AttributeSchema& attribute, Value value) {
  if (!attribute.has_maps) return value;
  if (attribute.type == AttributeType::kMap && value.is(ValueType::kMap)) {
    Record stored;
    for (Member& member : value.members()) {
      // Names without a schema are not stored.
      const AttributeSchema* const property = attribute.property(member.name);
      if (property != nullptr) stored.add(property->field, to_stored(*property, std::move(member.value)));
    }
    return Value::map(std::move(stored));
  }
  if (attribute.type == AttributeType::kVariant) {
    for (const AttributeSchema& alternative : attribute.properties) {
      if (matches(alternative, value)) return to_stored(alternative, std::move(value));
    }
  }
  if (attribute.type == AttributeType::kList && value.is(ValueType::kList)) {
    for (Value& element : value.items()) element = to_stored(attribute.element[0], std::move(element));
  } else if (attribute.type == AttributeType::kRecord && value.is(ValueType::kMap)) {
    for (Member& member : value.members()) {
      member.value = to_stored(attribute.element[0], std::move(member.value));
    }
  }
  return value;
}

Record to_stored(const EntitySchema& schema, Record item) {
  Record stored;
  stored.reserve(schema.attributes.size() + 2 * schema.indexes.size() + 2);
  for (const AttributeSchema& attribute : schema.attributes) {
    if (Value* const value = item.find(attribute.name)) {
      stored.add(attribute.field, to_stored(attribute, std::move(*value)));
    }
  }
  return stored;
}

Record format_item(const EntitySchema& schema, Record stored, Moment now) {
  Record item;
  item.reserve(stored.size());
  for (const AttributeSchema& attribute : schema.attributes) {
    if (Value* const value = stored.find(attribute.field)) item.add(attribute.name, std::move(*value));
  }
  read_attributes_from_keys(schema, item);
  if (!schema.has_getters) return item;
  // Getters see what is stored, under the attributes' names.
  const Record seen = item;
  for (const AttributeSchema& attribute : schema.attributes) {
    if (attribute.hidden) {
      item.erase(attribute.name);
      continue;
    }
    if (!attribute.get && !attribute.formats_inside) continue;
    const Value* const value = seen.find(attribute.name);
    auto shown =
        format_value(attribute, value == nullptr ? std::nullopt : std::optional(*value), {seen, now});
    if (shown) {
      item.set(attribute.name, std::move(*shown));
    } else {
      item.erase(attribute.name);
    }
  }
  return item;
}

Error attributes_error(const EntitySchema& schema, std::vector<AttributeError> errors) {
  std::string message;
  for (const AttributeError& error : errors) message += (message.empty() ? "" : "; ") + error.message;
  Error whole = entity_error(schema, errors.front().code, std::move(message));
  whole.attributes = std::move(errors);
  return whole;
}

}  // namespace lodestone::model
