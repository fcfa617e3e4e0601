#include "model/items.h"

#include <limits>
#include <string>
#include <utility>

#include "model/attributes.h"
#include "model/codec.h"
#include "model/keys.h"

namespace lodestone::model {
namespace {

/// Gives a map's missing members what `make` has for them, at any depth that `is_inside` says.
template <class Make>
void fill_inside(const AttributeSchema& attribute, Value& value, bool AttributeSchema::*is_inside,
                 const Make& make) {
  if (!(attribute.*is_inside)) return;
  if (attribute.type == AttributeType::kMap && value.is(ValueType::kMap)) {
    for (const AttributeSchema& property : attribute.properties) {
      Value* member = value.members().find(property.name);
      if (member == nullptr) {
        if (auto made = make(property)) member = &value.members().add(property.name, std::move(*made));
      }
      if (member != nullptr) fill_inside(property, *member, is_inside, make);
    }
  } else if (attribute.type == AttributeType::kList && value.is(ValueType::kList)) {
    for (Value& element : value.items()) fill_inside(attribute.element[0], element, is_inside, make);
  } else if (attribute.type == AttributeType::kRecord && value.is(ValueType::kMap)) {
    for (Member& member : value.members()) fill_inside(attribute.element[0], member.value, is_inside, make);
  }
}

void add_defaults(const AttributeSchema& attribute, Value& value, Moment now) {
  fill_inside(attribute, value, &AttributeSchema::defaults_inside, [now](const AttributeSchema& property) {
    return property.default_value ? property.default_value(now) : std::nullopt;
  });
}

/// Links see the item's attributes.
void add_links(const AttributeSchema& attribute, Value& value, const AttributeSchema::Context& context) {
  fill_inside(attribute, value, &AttributeSchema::links_inside, [&context](const AttributeSchema& property) {
    return property.link ? property.link(context) : std::nullopt;
  });
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
  InOrder all(given);
  for (const AttributeSchema& attribute : schema.attributes) {
    Value* const there = all.find(attribute.name);
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
  InOrder all(item);
  for (const AttributeSchema& attribute : schema.attributes) {
    const Value* const value = all.find(attribute.name);
    if (value != nullptr) {
      check_value(attribute, *value, attribute.name, errors, Rigor::kPut);
      check_by(attribute.key_validate, value, attribute.name, errors);
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

/// A map's members as a reader sees them. Their getters see what is stored beside them.
Value format_members(const AttributeSchema& attribute, Record members, Moment now) {
  Record shown;
  const Record siblings = members;
  for (const AttributeSchema& property : attribute.properties) {
    if (property.hidden) continue;
    Value* const stored = members.find(property.name);
    auto one = format_value(property, stored == nullptr ? std::nullopt : std::optional(std::move(*stored)),
                            {siblings, now});
    if (one) shown.add(property.name, std::move(*one));
  }
  return Value::map(std::move(shown));
}

void format_inside(const AttributeSchema& attribute, Value& value, Moment now) {
  if (!attribute.formats_inside) return;
  if (attribute.type == AttributeType::kVariant) {
    const AttributeSchema* const one = alternative_of(attribute, value, Rigor::kForm);
    if (one != nullptr) format_inside(*one, value, now);
  } else if (attribute.type == AttributeType::kMap && value.is(ValueType::kMap)) {
    value = format_members(attribute, std::move(value.members()), now);
  } else if (value.is(ValueType::kList)) {
    for (std::size_t i = 0; i < value.items().size(); ++i) {
      const AttributeSchema* const element = attribute.element_at(i);
      if (element != nullptr) format_inside(*element, value.items()[i], now);
    }
  } else if (attribute.type == AttributeType::kRecord && value.is(ValueType::kMap)) {
    for (Member& member : value.members()) format_inside(attribute.element[0], member.value, now);
  }
}

std::optional<Value> format_value(const AttributeSchema& attribute, std::optional<Value> value,
                                  const AttributeSchema::Context& context) {
  if (value) format_inside(attribute, *value, context.now);
  if (attribute.get) return attribute.get(value ? &*value : nullptr, context);
  return value;
}

/// The setters of a map's members, which see what else was given.
void set_members(const AttributeSchema& attribute, Record& members, Moment now) {
  const Record siblings = members;
  for (const AttributeSchema& property : attribute.properties) {
    const Value* const given = siblings.find(property.name);
    if (given == nullptr && !property.set) continue;
    if (auto made = run_setters(property, given, {siblings, now})) {
      members.set(property.name, std::move(*made));
    } else {
      members.erase(property.name);
    }
  }
}

void set_inside(const AttributeSchema& attribute, Value& value, Moment now) {
  if (!attribute.sets_inside) return;
  if (attribute.type == AttributeType::kVariant) {
    const AttributeSchema* const one = alternative_of(attribute, value, Rigor::kAll);
    if (one != nullptr) set_inside(*one, value, now);
  } else if (attribute.type == AttributeType::kMap && value.is(ValueType::kMap)) {
    set_members(attribute, value.members(), now);
  } else if (value.is(ValueType::kList)) {
    for (std::size_t i = 0; i < value.items().size(); ++i) {
      const AttributeSchema* const element = attribute.element_at(i);
      if (element != nullptr) set_inside(*element, value.items()[i], now);
    }
  } else if (attribute.type == AttributeType::kRecord && value.is(ValueType::kMap)) {
    for (Member& member : value.members()) set_inside(attribute.element[0], member.value, now);
  }
}

/// One more than was given.
void count_change(const AttributeSchema& attribute, Record& item) {
  const Value* const given = item.find(attribute.name);
  std::int64_t count = 0;
  if (given != nullptr && !detail::decode_integer(*given, count)) return;
  if (count < std::numeric_limits<std::int64_t>::max()) item.set(attribute.name, Value::number(count + 1));
}

}  // namespace

std::optional<Value> run_setters(const AttributeSchema& attribute, const Value* given,
                                 const AttributeSchema::Context& context) {
  std::optional<Value> value = given == nullptr ? std::nullopt : std::optional(*given);
  if (value) set_inside(attribute, *value, context.now);
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
  for (const AttributeSchema& attribute : schema.attributes) {
    if (attribute.counts_changes) count_change(attribute, item);
  }
  item.erase_if([](const Member& member) { return is_empty_set(member.value); });
  return item;
}

Record to_stored(const EntitySchema& schema, Record item) {
  Record stored;
  stored.reserve(schema.attributes.size() + 2 * schema.indexes.size() + 2);
  InOrder all(item);
  for (const AttributeSchema& attribute : schema.attributes) {
    if (Value* const value = all.find(attribute.name)) {
      stored.add(attribute.field, to_stored(attribute, std::move(*value)));
    }
  }
  return stored;
}

Record format_item(const EntitySchema& schema, Record stored, Moment now) {
  Record item;
  item.reserve(stored.size());
  InOrder all(stored);
  for (const AttributeSchema& attribute : schema.attributes) {
    Value* const value = all.find(attribute.field);
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

}  // namespace lodestone::model
