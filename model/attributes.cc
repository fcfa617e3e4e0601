#include "model/attributes.h"

#include <algorithm>
#include <string>
#include <utility>

#include "model/js_text.h"

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
    case AttributeType::kTuple:
      return "a list";
    case AttributeType::kNull:
      return "null";
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
    case AttributeType::kTuple:
      return value.is(ValueType::kList);
    case AttributeType::kNull:
      return value.is(ValueType::kNull);
  }
  return false;
}

bool matches(const AttributeSchema& alternative, const Value& value, Rigor rigor) {
  std::vector<AttributeError> errors;
  check_value(alternative, value, "", errors, rigor);
  return errors.empty();
}

/// An element of a set as a value of its own, and back.
Value element_value(ValueType set, std::string element) {
  switch (set) {
    case ValueType::kNumberSet:
      return Value::number(std::move(element));
    case ValueType::kBinarySet:
      return Value::binary(std::move(element));
    default:
      return Value::string(std::move(element));
  }
}
ValueType set_of(const Value& element) {
  if (element.is(ValueType::kNumber)) return ValueType::kNumberSet;
  return element.is(ValueType::kBinary) ? ValueType::kBinarySet : ValueType::kStringSet;
}

/// Each element changed by `change`; nullopt where one of them has no other form.
template <class Change>
std::optional<Value> change_set(const Value& set, const Change& change) {
  Value::Set changed;
  ValueType type = set.type();
  for (const std::string& element : set.elements()) {
    std::optional<Value> made = change(element_value(set.type(), element));
    const bool has_text = made && (made->is(ValueType::kString) || made->is(ValueType::kNumber) ||
                                   made->is(ValueType::kBinary));
    if (!has_text) return std::nullopt;
    type = set_of(*made);
    changed.push_back(std::move(made->text()));
  }
  return Value::set(type, std::move(changed));
}

std::string choices_text(const std::vector<Value>& choices) {
  std::string text;
  for (const Value& choice : choices) text += (text.empty() ? "'" : ", '") + choice.text() + "'";
  return text;
}

/// Elements of a set that are out of their choices.
void check_set(const AttributeSchema& attribute, const Value& value, const std::string& path,
               std::vector<AttributeError>& errors, Rigor rigor) {
  const AttributeSchema& element = attribute.element[0];
  if (element.type != AttributeType::kEnum) return;
  const bool numeric = value.is(ValueType::kNumberSet);
  for (const std::string& one : value.elements()) {
    check_value(element, numeric ? Value::number(one) : Value::string(one), path + "[*]", errors, rigor);
  }
}

void check_members(const AttributeSchema& attribute, const Value& value, const std::string& path,
                   std::vector<AttributeError>& errors, Rigor rigor) {
  for (const AttributeSchema& property : attribute.properties) {
    const Value* const member = value.members().find(property.name);
    const std::string below = path + "." + property.name;
    if (member != nullptr) {
      check_value(property, *member, below, errors, rigor);
    } else if (property.required) {
      errors.push_back({ErrorCode::kInvalidAttributeMissing, below, "'" + below + "' is required"});
    }
  }
}

void check_places(const AttributeSchema& attribute, const Value& value, const std::string& path,
                  std::vector<AttributeError>& errors, Rigor rigor) {
  for (std::size_t i = 0; i < attribute.properties.size(); ++i) {
    const std::string place = path + "[" + std::to_string(i) + "]";
    if (i < value.items().size()) {
      check_value(attribute.properties[i], value.items()[i], place, errors, rigor);
    } else {
      errors.push_back({ErrorCode::kInvalidAttributeMissing, place, "'" + place + "' is required"});
    }
  }
  if (value.items().size() > attribute.properties.size()) {
    errors.push_back(
        {ErrorCode::kInvalidAttributeValue, path, "'" + path + "' has more elements than places"});
  }
}

void check_record(const AttributeSchema& attribute, const Value& value, const std::string& path,
                  std::vector<AttributeError>& errors, Rigor rigor) {
  for (const Member& member : value.members()) {
    check_name(attribute, member.name, path, errors, rigor);
    check_value(attribute.element[0], member.value, path + "." + member.name, errors, rigor);
  }
  if (!attribute.needs_all_names) return;
  for (const Value& name : attribute.names[0].choices) {
    if (value.members().contains(name.text())) continue;
    const std::string below = path + "." + name.text();
    errors.push_back({ErrorCode::kInvalidAttributeMissing, below, "'" + below + "' is required"});
  }
}

}  // namespace

const AttributeSchema* alternative_of(const AttributeSchema& variant, const Value& value, Rigor rigor) {
  const auto& alternatives = variant.properties;
  const auto at = std::find_if(alternatives.begin(), alternatives.end(),
                               [&](const AttributeSchema& one) { return matches(one, value, rigor); });
  return at == alternatives.end() ? nullptr : &*at;
}

void check_name(const AttributeSchema& record, const std::string& name, const std::string& path,
                std::vector<AttributeError>& errors, Rigor rigor) {
  if (record.names.empty()) return;
  check_value(record.names[0], Value::string(name), path + "." + name, errors, rigor);
}

void check_by(const AttributeSchema::Validator& validator, const Value* value, const std::string& path,
              std::vector<AttributeError>& errors) {
  if (!validator) return;
  if (auto complaint = validator(value))
    errors.push_back({ErrorCode::kInvalidAttributeValue, path, std::move(*complaint)});
}

void check_value(const AttributeSchema& attribute, const Value& value, const std::string& path,
                 std::vector<AttributeError>& errors, Rigor own) {
  const Rigor rigor = own == Rigor::kUpdate ? Rigor::kPut : own;
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
        check_value(attribute.element[0], element, path + "[*]", errors, rigor);
      break;
    case AttributeType::kSet:
      check_set(attribute, value, path, errors, rigor);
      break;
    case AttributeType::kMap:
      check_members(attribute, value, path, errors, rigor);
      break;
    case AttributeType::kRecord:
      check_record(attribute, value, path, errors, rigor);
      break;
    case AttributeType::kVariant:
      if (alternative_of(attribute, value, rigor) == nullptr) {
        errors.push_back(
            {ErrorCode::kInvalidAttributeValue, path, "'" + path + "' is none of its alternatives"});
      }
      break;
    case AttributeType::kTuple:
      check_places(attribute, value, path, errors, rigor);
      break;
    default:
      break;
  }
  if (own != Rigor::kForm) check_by(attribute.validate, &value, path, errors);
  if (own == Rigor::kPut) check_by(attribute.put_validate, &value, path, errors);
  if (own == Rigor::kUpdate) check_by(attribute.update_validate, &value, path, errors);
}

namespace {

/// A value with what is in it as it is stored.
Value store_inside(const AttributeSchema& attribute, Value value) {
  switch (attribute.type) {
    case AttributeType::kMap: {
      if (!value.is(ValueType::kMap)) return value;
      Record stored;
      for (Member& member : value.members()) {
        // Names without a schema are not stored.
        const AttributeSchema* const property = attribute.property(member.name);
        if (property != nullptr) stored.add(property->field, to_stored(*property, std::move(member.value)));
      }
      return Value::map(std::move(stored));
    }
    case AttributeType::kVariant: {
      const AttributeSchema* const one = alternative_of(attribute, value, Rigor::kAll);
      return one == nullptr ? value : to_stored(*one, std::move(value));
    }
    case AttributeType::kList:
    case AttributeType::kTuple:
      if (!value.is(ValueType::kList)) return value;
      for (std::size_t i = 0; i < value.items().size(); ++i) {
        const AttributeSchema* const element = attribute.element_at(i);
        if (element != nullptr) value.items()[i] = to_stored(*element, std::move(value.items()[i]));
      }
      return value;
    case AttributeType::kSet:
      if (!value.is_set() || !attribute.changes_form) return value;
      return change_set(
                 value,
                 [&](Value one) { return std::optional(to_stored(attribute.element[0], std::move(one))); })
          .value_or(value);
    case AttributeType::kRecord:
      if (!value.is(ValueType::kMap)) return value;
      for (Member& member : value.members()) {
        member.value = to_stored(attribute.element[0], std::move(member.value));
        if (!attribute.names.empty()) member.name = attribute.stored_name(member.name);
      }
      return value;
    default:
      return value;
  }
}

/// A record's name as it was given, out of the stored one; false where it was not made so.
bool load_name(const AttributeSchema& record, std::string& name) {
  if (record.names.empty() || !record.names[0].transform) return true;
  const auto loaded = record.names[0].transform.load(Value::string(name));
  if (!loaded || !loaded->is(ValueType::kString)) return false;
  name = loaded->text();
  return true;
}

/// The other way round; nullopt where something inside was not made so.
std::optional<Value> load_inside(const AttributeSchema& attribute, Value value) {
  switch (attribute.type) {
    case AttributeType::kMap: {
      if (!value.is(ValueType::kMap)) return std::nullopt;
      Record item;
      for (const AttributeSchema& property : attribute.properties) {
        Value* const stored = value.members().find(property.field);
        if (stored == nullptr) continue;
        auto loaded = from_stored(property, std::move(*stored));
        if (!loaded) return std::nullopt;
        item.add(property.name, std::move(*loaded));
      }
      return Value::map(std::move(item));
    }
    case AttributeType::kVariant:
      for (const AttributeSchema& alternative : attribute.properties) {
        auto loaded = from_stored(alternative, value);
        if (loaded && matches(alternative, *loaded, Rigor::kForm)) return loaded;
      }
      return std::nullopt;
    case AttributeType::kList:
    case AttributeType::kTuple:
      if (!value.is(ValueType::kList)) return std::nullopt;
      for (std::size_t i = 0; i < value.items().size(); ++i) {
        const AttributeSchema* const element = attribute.element_at(i);
        auto loaded = element == nullptr ? std::nullopt : from_stored(*element, std::move(value.items()[i]));
        if (!loaded) return std::nullopt;
        value.items()[i] = std::move(*loaded);
      }
      return value;
    case AttributeType::kSet:
      if (!value.is_set()) return std::nullopt;
      return change_set(value, [&](Value one) { return from_stored(attribute.element[0], std::move(one)); });
    case AttributeType::kRecord:
      if (!value.is(ValueType::kMap)) return std::nullopt;
      for (Member& member : value.members()) {
        auto loaded = from_stored(attribute.element[0], std::move(member.value));
        if (!loaded) return std::nullopt;
        member.value = std::move(*loaded);
        if (!load_name(attribute, member.name)) return std::nullopt;
      }
      return value;
    default:
      return value;
  }
}

}  // namespace

Value to_stored(const AttributeSchema& attribute, Value value) {
  if (!attribute.has_maps && !attribute.changes_form) return value;
  value = store_inside(attribute, std::move(value));
  return attribute.transform ? attribute.transform.store(std::move(value)) : value;
}

std::optional<Value> from_stored(const AttributeSchema& attribute, Value stored) {
  if (!attribute.changes_form) return stored;
  if (!attribute.transform) return load_inside(attribute, std::move(stored));
  auto loaded = attribute.transform.load(std::move(stored));
  return loaded ? load_inside(attribute, std::move(*loaded)) : std::nullopt;
}

Error attributes_error(const EntitySchema& schema, std::vector<AttributeError> errors) {
  std::string message;
  for (const AttributeError& error : errors) message += (message.empty() ? "" : "; ") + error.message;
  Error whole = entity_error(schema, errors.front().code, std::move(message));
  whole.attributes = std::move(errors);
  return whole;
}

}  // namespace lodestone::model
