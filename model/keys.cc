#include "model/keys.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "model/attributes.h"
#include "model/js_text.h"

namespace lodestone::model {
namespace {

std::string in_case(std::string text, Casing casing) {
  switch (casing) {
    case Casing::kLower:
      return lower_case(std::move(text));
    case Casing::kUpper:
      return upper_case(std::move(text));
    case Casing::kNone:
      return text;
  }
  return text;
}

/// As JavaScript counts: in UTF-16 units.
std::size_t length_of(std::string_view text) {
  std::size_t length = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    length += byte >= 0xF0 ? 2 : (byte & 0xC0) != 0x80 ? 1 : 0;
  }
  return length;
}

/// How many bytes the character has that begins with `first`.
std::size_t size_of_code_point(char first) {
  const auto byte = static_cast<unsigned char>(first);
  return byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
}

/// Fills up what stands behind `begin`, from the left.
void pad(std::string& key, std::size_t begin, const Padding& padding) {
  if (padding.fill.empty()) return;
  const std::size_t length = length_of(std::string_view(key).substr(begin));
  if (length >= padding.length) return;
  std::string front;
  std::size_t missing = padding.length - length;
  for (std::size_t at = 0; missing > 0;) {
    const std::string_view next =
        std::string_view(padding.fill).substr(at, size_of_code_point(padding.fill[at]));
    // Half a character, which JavaScript would put there, can not be stored.
    if (length_of(next) > missing) break;
    front += next;
    missing -= length_of(next);
    at = at + next.size() < padding.fill.size() ? at + next.size() : 0;
  }
  key.insert(begin, front);
}

/// A value's text in a key; false where it has none.
bool append_key_text(std::string& key, const Value& value, const AttributeSchema& attribute) {
  const std::size_t begin = key.size();
  if (value.is(ValueType::kString)) {
    key += value.text();
  } else if (value.is(ValueType::kBoolean)) {
    key += boolean_text(value.truth());
  } else if (!value.is(ValueType::kNumber) || !append_decimal_text(key, value.text())) {
    return false;
  }
  pad(key, begin, attribute.padding);
  return true;
}

Error textless(const EntitySchema& schema, const AttributeSchema& attribute, std::string message) {
  Error error = entity_error(schema, ErrorCode::kInvalidAttributeValue, message);
  error.attributes.push_back({error.code, attribute.name, std::move(message)});
  return error;
}

Result<KeyValue> make_number(const EntitySchema& schema, const KeySchema& key, const Record& values) {
  const AttributeSchema& attribute = schema.attributes[key.parts[0].position];
  const Value* const value = values.find(attribute.name);
  if (value == nullptr) return KeyValue{};
  if (value->is(ValueType::kNumber)) return KeyValue{*value, true};
  if (value->is(ValueType::kString)) {
    // The whole number that the text begins with.
    std::int64_t number = 0;
    const std::string& text = value->text();
    if (std::from_chars(text.data(), text.data() + text.size(), number).ec == std::errc()) {
      return KeyValue{Value::number(number), true};
    }
  }
  return textless(schema, attribute,
                  "'" + attribute.name + "' is part of a key that is a number, but is none itself");
}

/// Values are read from `text` up to the literal that follows them.
struct Cut {
  std::string_view rest;
  std::optional<std::string_view> up_to(std::string_view literal, bool last) {
    const std::size_t at = last ? rest.rfind(literal) : rest.find(literal);
    if (at == std::string_view::npos) return std::nullopt;
    const std::string_view part = rest.substr(0, at);
    rest.remove_prefix(at + literal.size());
    return part;
  }
};

std::optional<Value> in_type_of(const AttributeSchema& attribute, std::string_view text) {
  const bool is_number_choice = attribute.type == AttributeType::kEnum && !attribute.choices.empty() &&
                                attribute.choices[0].is(ValueType::kNumber);
  if (attribute.type == AttributeType::kNumber || is_number_choice) {
    std::string number;
    if (!append_decimal_text(number, text)) return std::nullopt;
    return Value::number(std::move(number));
  }
  if (attribute.type == AttributeType::kBoolean) {
    if (text != "true" && text != "false") return std::nullopt;
    return Value::boolean(text == "true");
  }
  return Value::string(std::string(text));
}

/// Whether the key could have been made by the entity: it begins as the entity's keys do.
bool begins_as(const KeySchema& key, const Value* stored) {
  if (stored == nullptr || key.is_number || key.is_attribute || key.is_template) return stored != nullptr;
  if (!stored->is(ValueType::kString)) return false;
  const std::string prefix = in_case(key.prefix, key.casing);
  if (stored->text().compare(0, prefix.size(), prefix) != 0) return false;
  return key.postfix.empty() || stored->text().ends_with(in_case(key.postfix, key.casing));
}

/// The attributes of both halves.
std::vector<CompositePart> parts_of(const IndexSchema& index) {
  std::vector<CompositePart> parts = index.pk.parts;
  if (index.sk) parts.insert(parts.end(), index.sk->parts.begin(), index.sk->parts.end());
  return parts;
}

void add_missing(const std::vector<CompositePart>& parts, const Record& values,
                 std::vector<std::string>& missing) {
  for (std::string& name : missing_parts(parts, values)) missing.push_back(std::move(name));
}

/// The keys of an index that has the attributes themselves as keys.
void add_attribute_keys(const EntitySchema& schema, const IndexSchema& index, const Record& values,
                        Record& keys) {
  for (const CompositePart& part : parts_of(index)) {
    const AttributeSchema& attribute = schema.attributes[part.position];
    const Value* const value = values.find(attribute.name);
    if (value != nullptr) keys.set(attribute.field, to_stored(attribute, *value));
  }
}

/// The two halves of an access pattern's key; `strictness` says which must be complete.
Result<Done> add_keys(const EntitySchema& schema, const IndexSchema& index, const Record& values,
                      Strictness strictness, Record& keys) {
  if (strictness != Strictness::kNone) {
    std::vector<std::string> missing;
    add_missing(index.pk.parts, values, missing);
    if (index.sk && strictness == Strictness::kAll) add_missing(index.sk->parts, values, missing);
    if (!missing.empty()) return incomplete_key(schema, missing);
  }
  if (index.kind == IndexKind::kAttributes && !index.is_primary()) {
    add_attribute_keys(schema, index, values, keys);
    return Done{};
  }
  for (const KeySchema* const key : {&index.pk, index.sk ? &*index.sk : nullptr}) {
    if (key == nullptr) break;
    Result<KeyValue> made = make_key(schema, *key, values);
    if (!made.ok()) return std::move(made).error();
    if (made->value) keys.set(key->field, std::move(*made->value));
  }
  return Done{};
}

/// Whether the keys of `index` are to be had from `values` at all: its partition key is.
bool reaches(const IndexSchema& index, const Record& values) {
  return missing_parts(index.pk.parts, values).empty();
}

}  // namespace

Result<KeyValue> make_key(const EntitySchema& schema, const KeySchema& key, const Record& values,
                          KeyOptions options) {
  if (key.is_value) {
    const AttributeSchema& attribute = schema.attributes[key.parts[0].position];
    const Value* const value = values.find(attribute.name);
    if (value == nullptr) return KeyValue{};
    return KeyValue{to_stored(attribute, *value), true};
  }
  if (key.compute) {
    const bool is_complete = missing_parts(key.parts, values).empty();
    return KeyValue{is_complete ? std::optional(key.compute(values)) : std::nullopt, is_complete};
  }
  if (key.is_number) return make_number(schema, key, values);
  std::string text;
  text.reserve(key.prefix.size() + 64);
  text = key.prefix;
  std::size_t found = 0;
  for (const CompositePart& part : key.parts) {
    const AttributeSchema& attribute = schema.attributes[part.position];
    const Value* const value = values.find(part.attribute);
    if (value == nullptr && options.end == KeyEnd::kBehindValue) break;
    if (key.is_template) {
      text += part.label;
    } else if (!key.is_attribute) {
      text.append("#").append(part.label).append("_");
    }
    if (value == nullptr) break;
    if (!append_key_text(text, *value, attribute)) {
      return textless(schema, attribute,
                      "'" + attribute.name + "' is part of a key, and its value has no text");
    }
    ++found;
  }
  KeyValue made;
  made.is_complete = found == key.parts.size();
  if (made.is_complete && options.with_postfix) text += key.is_template ? key.tail : key.postfix;
  if (!text.empty() || made.is_complete) made.value = Value::string(in_case(std::move(text), key.casing));
  return made;
}

std::vector<std::string> missing_parts(const std::vector<CompositePart>& parts, const Record& values) {
  std::vector<std::string> missing;
  for (const CompositePart& part : parts) {
    if (!values.contains(part.attribute)) missing.push_back(part.attribute);
  }
  return missing;
}

Error incomplete_key(const EntitySchema& schema, const std::vector<std::string>& missing) {
  std::string names;
  for (const std::string& name : missing) names += (names.empty() ? "'" : ", '") + name + "'";
  return entity_error(schema, ErrorCode::kIncompleteKey, "The key is incomplete without " + names);
}

Record with_key_defaults(const EntitySchema& schema, Record values) {
  if (!schema.has_key_defaults) return values;
  const auto fill = [&](const AttributeSchema& attribute, std::optional<Value> made) {
    if (made) values.set(attribute.name, std::move(*made));
  };
  for (const AttributeSchema& attribute : schema.attributes) {
    if (attribute.key_default && !values.contains(attribute.name)) fill(attribute, attribute.key_default());
  }
  const Record seen = values;
  for (const AttributeSchema& attribute : schema.attributes) {
    if (attribute.key_link && !seen.contains(attribute.name)) fill(attribute, attribute.key_link(seen));
  }
  return values;
}

Result<Record> primary_key(const EntitySchema& schema, const Record& values) {
  Record key;
  key.reserve(2);
  if (schema.has_key_defaults || schema.checks_keys || schema.has_key_validators) {
    const Record whole = with_key_defaults(schema, values);
    if (schema.checks_keys || schema.has_key_validators) {
      std::vector<AttributeError> errors;
      for (const Member& member : whole) {
        if (!schema.is_primary_composite(member.name)) continue;
        const AttributeSchema& attribute = *schema.attribute(member.name);
        if (schema.checks_keys) check_value(attribute, member.value, member.name, errors);
        check_by(attribute.key_validate, &member.value, member.name, errors);
      }
      if (!errors.empty()) return attributes_error(schema, std::move(errors));
    }
    LODESTONE_TRY(add_keys(schema, schema.primary(), whole, Strictness::kAll, key));
    return key;
  }
  LODESTONE_TRY(add_keys(schema, schema.primary(), values, Strictness::kAll, key));
  return key;
}

Value key_behind(Value key) {
  if (!key.is(ValueType::kString) || key.text().empty()) return key;
  std::string& text = key.text();
  // The last code point, raised; what is beyond the last one or a surrogate stays out of keys.
  std::size_t at = text.size() - 1;
  while (at > 0 && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80) --at;
  auto last = static_cast<unsigned char>(text.back());
  if (at == text.size() - 1) {
    if (last < 0x7F) {
      text.back() = static_cast<char>(last + 1);
    } else {
      text.replace(at, std::string::npos, "\xC2\x80");
    }
    return key;
  }
  for (std::size_t i = text.size() - 1; i > at; --i) {
    last = static_cast<unsigned char>(text[i]);
    if (last < 0xBF) {
      text[i] = static_cast<char>(last + 1);
      return key;
    }
    text[i] = static_cast<char>(0x80);
  }
  text[at] = static_cast<char>(static_cast<unsigned char>(text[at]) + 1);
  return key;
}

std::optional<Record> read_key(const EntitySchema& schema, const KeySchema& key, const Value& stored) {
  Record composites;
  if (key.compute) return std::nullopt;
  if (key.is_value) {
    const AttributeSchema& attribute = schema.attributes[key.parts[0].position];
    auto value = from_stored(attribute, stored);
    if (!value) return std::nullopt;
    composites.set(attribute.name, std::move(*value));
    return composites;
  }
  if (key.is_number) {
    if (!stored.is(ValueType::kNumber)) return std::nullopt;
    const AttributeSchema& attribute = schema.attributes[key.parts[0].position];
    auto value = in_type_of(attribute, stored.text());
    if (value) composites.set(attribute.name, std::move(*value));
    return composites;
  }
  if (!stored.is(ValueType::kString)) return std::nullopt;
  std::string_view text = stored.text();
  const auto take = [&](std::string_view prefix, std::string_view postfix) {
    const std::string front = in_case(std::string(prefix), key.casing);
    const std::string back = in_case(std::string(postfix), key.casing);
    if (text.size() < front.size() + back.size() || !text.starts_with(front) || !text.ends_with(back))
      return false;
    text.remove_prefix(front.size());
    text.remove_suffix(back.size());
    return true;
  };
  if (!take(key.prefix, key.is_template ? key.tail : key.postfix)) return std::nullopt;
  const auto before = [&](const CompositePart& part) {
    if (key.is_attribute) return std::string();
    return in_case(key.is_template ? part.label : "#" + part.label + "_", key.casing);
  };
  Cut cut{text};
  for (std::size_t i = 0; i < key.parts.size(); ++i) {
    if (i == 0 && !cut.rest.starts_with(before(key.parts[0]))) return std::nullopt;
    if (i == 0) cut.rest.remove_prefix(before(key.parts[0]).size());
    std::string_view value = cut.rest;
    if (i + 1 < key.parts.size()) {
      // A value may hold the label that follows it: the last place is the label's.
      const auto part = cut.up_to(before(key.parts[i + 1]), true);
      if (!part) return std::nullopt;
      value = *part;
    }
    const AttributeSchema& attribute = schema.attributes[key.parts[i].position];
    auto typed = in_type_of(attribute, value);
    if (!typed) return std::nullopt;
    composites.set(attribute.name, std::move(*typed));
  }
  return composites;
}

bool owns(const EntitySchema& schema, const Record& stored) {
  const auto is = [&stored](const Identifier& identifier) {
    const Value* const value = stored.find(identifier.field);
    return value != nullptr && *value == Value::string(identifier.value);
  };
  const auto has = [&stored](const Identifier& identifier) { return stored.contains(identifier.field); };
  const std::vector<Identifier>& identifiers = schema.identifiers;
  if (std::all_of(identifiers.begin(), identifiers.end(), has) && !identifiers.empty()) {
    return std::all_of(identifiers.begin(), identifiers.end(), is);
  }
  if (!schema.keys_identify) return true;
  const IndexSchema& primary = schema.primary();
  return begins_as(primary.pk, stored.find(primary.pk.field)) &&
         (!primary.sk || begins_as(*primary.sk, stored.find(primary.sk->field)));
}

Result<Record> keys_from_composites(const EntitySchema& schema, const IndexSchema* index,
                                    const Record& composites, Strictness strictness) {
  Record keys;
  if (index != nullptr) {
    LODESTONE_TRY(add_keys(schema, *index, composites, Strictness::kPartitionKeys, keys));
    if (!index->is_primary()) {
      LODESTONE_TRY(add_keys(schema, schema.primary(), composites, strictness, keys));
    }
    return keys;
  }
  for (const IndexSchema& one : schema.indexes) {
    if (one.kind == IndexKind::kAttributes) continue;
    if (strictness == Strictness::kNone && !reaches(one, composites)) continue;
    LODESTONE_TRY(add_keys(schema, one, composites, strictness, keys));
  }
  return keys;
}

Result<Record> composites_from_keys(const EntitySchema& schema, const IndexSchema* index,
                                    const Record& keys) {
  Record composites;
  const auto invalid = [&schema](const IndexSchema& one) {
    return entity_error(schema, ErrorCode::kInvalidKeys,
                        "The keys are not those of the access pattern '" + one.name + "'");
  };
  const auto add_attributes = [&](const IndexSchema& one) -> Result<Done> {
    for (const CompositePart& part : parts_of(one)) {
      const AttributeSchema& attribute = schema.attributes[part.position];
      const Value* const stored = keys.find(attribute.field);
      auto value = stored == nullptr ? std::nullopt : from_stored(attribute, *stored);
      if (!value) return invalid(one);
      composites.set(attribute.name, std::move(*value));
    }
    return Done{};
  };
  const auto add = [&](const IndexSchema& one) -> Result<Done> {
    if (one.kind == IndexKind::kAttributes && !one.is_primary()) return add_attributes(one);
    for (const KeySchema* key : {&one.pk, one.sk ? &*one.sk : nullptr}) {
      if (key == nullptr) continue;
      const Value* const stored = keys.find(key->field);
      const auto read = stored == nullptr ? std::nullopt : read_key(schema, *key, *stored);
      if (!read) return invalid(one);
      for (const Member& member : *read) composites.set(member.name, member.value);
    }
    return Done{};
  };
  if (index != nullptr) {
    LODESTONE_TRY(add(*index));
    if (!index->is_primary()) LODESTONE_TRY(add(schema.primary()));
    return composites;
  }
  for (const IndexSchema& one : schema.indexes) {
    if (one.kind != IndexKind::kAttributes) LODESTONE_TRY(add(one));
  }
  return composites;
}

}  // namespace lodestone::model
