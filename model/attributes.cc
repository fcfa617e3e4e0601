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

/// A map's missing members that are made from the item's attributes.
void add_links(const AttributeSchema& attribute, Value& value, const AttributeSchema::Context& context) {
  if (!attribute.links_inside) return;
  if (attribute.type == AttributeType::kMap && value.is(ValueType::kMap)) {
    for (const AttributeSchema& property : attribute.properties) {
      Value* member = value.members().find(property.name);
      if (member == nullptr && property.link) {
        if (auto made = property.link(context)) {
          member = &value.members().add(property.name, std::move(*made));
        }
      }
      if (member != nullptr) add_links(property, *member, context);
    }
  } else if (attribute.type == AttributeType::kList && value.is(ValueType::kList)) {
    for (Value& element : value.items()) add_links(attribute.element[0], element, context);
  } else if (attribute.type == AttributeType::kRecord && value.is(ValueType::kMap)) {
    for (Member& member : value.members()) add_links(attribute.element[0], member.value, context);
  }
}

std::optional<Value> default_of(const AttributeSchema& attribute, Moment now) {
  if (attribute.default_value) return attribute.default_value(now);
  return attribute.key_default ? attribute.key_default() : std::nullopt;
}

std::optional<Value> link_of(const AttributeSchema& attribute, const AttributeSchema::Context& context) {
  if (attribute.link) return attribute.link(context);
  return attribute.key_link ? attribute.key_link(context.item) : std::nullopt;
}

/// What was given and defaults, in the order of the attributes.
Record with_defaults(const EntitySchema& schema, Record given, Moment now) {
  Record item;
  item.reserve(schema.attributes.size() + 2 * schema.indexes.size() + 2);
  for (const AttributeSchema& attribute : schema.attributes) {
    Value* const there = given.find(attribute.name);
    std::optional<Value> value = there == nullptr ? default_of(attribute, now) : std::move(*there);
    if (!value) continue;
    add_defaults(attribute, *value, now);
    item.add(attribute.name, std::move(*value));
  }
  return item;
}

/// Links see what was given and defaults, and nothing of each other.
Record with_links(const EntitySchema& schema, Record given, Moment now) {
  if (!schema.has_links) return given;
  Record item;
  item.reserve(schema.attributes.size());
  const AttributeSchema::Context context{given, now};
  for (const AttributeSchema& attribute : schema.attributes) {
    const Value* const there = given.find(attribute.name);
    std::optional<Value> value = there == nullptr ? link_of(attribute, context) : *there;
    if (!value) continue;
    add_links(attribute, *value, context);
    item.add(attribute.name, std::move(*value));
  }
  return item;
}

/// Every attribute by itself: whether it must be there, and whether it is as it must be.
std::vector<AttributeError> check_item(const EntitySchema& schema, const Record& item) {
  std::vector<AttributeError> errors;
  for (const AttributeSchema& attribute : schema.attributes) {
    const Value* const value = item.find(attribute.name);
    if (value != nullptr) {
      check_value(attribute, *value, attribute.name, errors);
      if (attribute.put_validate) check_by(attribute.put_validate, value, attribute.name, errors);
    } else if (attribute.required) {
      errors.push_back(
          {ErrorCode::kInvalidAttributeMissing, attribute.name, "'" + attribute.name + "' is required"});
    } else {
      check_by(attribute.validate, nullptr, attribute.name, errors);
    }
  }
  return errors;
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
      Value* const stored = value.members().find(property.name);
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

void check_by(const AttributeSchema::Validator& validator, const Value* value, const std::string& path,
              std::vector<AttributeError>& errors) {
  if (!validator) return;
  if (auto complaint = validator(value))
    errors.push_back({ErrorCode::kInvalidAttributeValue, path, std::move(*complaint)});
}

void check_value(const AttributeSchema& attribute, const Value& value, const std::string& path,
                 std::vector<AttributeError>& errors, Rigor rigor) {
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
      for (const Member& member : value.members()) {
        check_value(attribute.element[0], member.value, path + "." + member.name, errors, rigor);
      }
      break;
    case AttributeType::kVariant: {
      const auto& alternatives = attribute.properties;
      if (std::none_of(alternatives.begin(), alternatives.end(),
                       [&](const auto& one) { return matches(one, value, rigor); })) {
        errors.push_back(
            {ErrorCode::kInvalidAttributeValue, path, "'" + path + "' is none of its alternatives"});
      }
      break;
    }
    case AttributeType::kTuple:
      check_places(attribute, value, path, errors, rigor);
      break;
    default:
      break;
  }
  if (rigor == Rigor::kAll) check_by(attribute.validate, &value, path, errors);
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
  Record item = with_links(schema, with_defaults(schema, std::move(given), now), now);
  std::vector<AttributeError> errors = check_item(schema, item);
  if (!errors.empty()) return attributes_error(schema, std::move(errors));
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
    case AttributeType::kVariant:
      for (const AttributeSchema& alternative : attribute.properties) {
        if (matches(alternative, value, Rigor::kAll)) return to_stored(alternative, std::move(value));
      }
      return value;
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
      }
      return value;
    default:
      return value;
  }
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
    Value* const value = stored.find(attribute.field);
    auto loaded = value == nullptr ? std::nullopt : from_stored(attribute, std::move(*value));
    if (loaded) item.add(attribute.name, std::move(*loaded));
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

Result<Record> checked_item(const EntitySchema& schema, Record stored, Moment now, bool is_partial) {
  if (!owns(schema, stored)) {
    return entity_error(schema, ErrorCode::kInvalidItem,
                        "The stored item is not one of '" + schema.entity + "'");
  }
  std::vector<AttributeError> errors;
  for (const AttributeSchema& attribute : schema.attributes) {
    const Value* const there = stored.find(attribute.field);
    if (there == nullptr) {
      if (attribute.required && !is_partial) {
        errors.push_back({ErrorCode::kInvalidItem, attribute.name, "'" + attribute.name + "' is missing"});
      }
      continue;
    }
    const auto loaded = from_stored(attribute, *there);
    if (loaded) {
      check_value(attribute, *loaded, attribute.name, errors, Rigor::kForm);
    } else {
      errors.push_back({ErrorCode::kInvalidItem, attribute.name,
                        "'" + attribute.name + "' is not stored in a form that the entity gives it"});
    }
  }
  if (errors.empty()) return format_item(schema, std::move(stored), now);
  for (AttributeError& error : errors) error.code = ErrorCode::kInvalidItem;
  return attributes_error(schema, std::move(errors));
}

Error attributes_error(const EntitySchema& schema, std::vector<AttributeError> errors) {
  std::string message;
  for (const AttributeError& error : errors) message += (message.empty() ? "" : "; ") + error.message;
  Error whole = entity_error(schema, errors.front().code, std::move(message));
  whole.attributes = std::move(errors);
  return whole;
}

}  // namespace lodestone::model
