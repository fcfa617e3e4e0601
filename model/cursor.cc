#include "model/cursor.h"

#include <algorithm>
#include <utility>
#include <vector>

#include <rapidjson/encodedstream.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include "model/json.h"

namespace lodestone::model {
namespace {

/// One object of strings and numbers, each name once; numbers keep their digits.
class CursorReader : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, CursorReader> {
 public:
  Record key;

  bool Default() { return false; }
  bool StartObject() { return !std::exchange(is_open_, true); }
  bool EndObject(rapidjson::SizeType count) { return count > 0; }
  bool Key(const Ch* text, rapidjson::SizeType length, bool) {
    name_.assign(text, length);
    return !key.contains(name_);
  }
  bool String(const Ch* text, rapidjson::SizeType length, bool) {
    key.add(name_, Value::string(std::string(text, length)));
    return is_open_;
  }
  bool RawNumber(const Ch* text, rapidjson::SizeType length, bool) {
    key.add(name_, Value::number(std::string(text, length)));
    return is_open_;
  }

 private:
  std::string name_;
  bool is_open_ = false;
};

Error not_a_cursor() {
  return {.code = ErrorCode::kInvalidCursor, .message = "The cursor is none that a query gave"};
}

/// A stored key of an access pattern.
struct KeyField {
  std::string name;
  /// nullptr: a key of text or a number that is made from attributes.
  const AttributeSchema* attribute = nullptr;
  bool is_number = false;
  /// The program makes it, of whatever type.
  bool is_computed = false;
};

void add_fields(const EntitySchema& schema, const IndexSchema& index, std::vector<KeyField>& fields) {
  // Indexes may share a key with the table.
  const auto add = [&fields](KeyField field) {
    const auto is_same = [&field](const KeyField& one) { return one.name == field.name; };
    if (std::none_of(fields.begin(), fields.end(), is_same)) fields.push_back(std::move(field));
  };
  for (const KeySchema* key : {&index.pk, index.sk ? &*index.sk : nullptr}) {
    if (key == nullptr) continue;
    if (index.kind != IndexKind::kAttributes) {
      add({key->field, nullptr, key->is_number, static_cast<bool>(key->compute)});
      continue;
    }
    for (const CompositePart& part : key->parts) {
      const AttributeSchema& attribute = schema.attributes[part.position];
      add({attribute.field, &attribute});
    }
  }
}

/// Whether the value can be that of the key; binary ones get their type.
bool fits(const KeyField& field, Value& value) {
  if (field.is_computed) return true;
  if (field.attribute == nullptr) return value.is(field.is_number ? ValueType::kNumber : ValueType::kString);
  if (field.attribute->type != AttributeType::kBinary || field.attribute->transform) return true;
  auto bytes = value.is(ValueType::kString) ? from_base64(value.text()) : std::nullopt;
  if (bytes) value = Value::binary(std::move(*bytes));
  return bytes.has_value();
}

}  // namespace

std::string cursor_from_key(const Record& key) {
  std::string json;
  append_plain_json(json, Value::map(key));
  return base64url(json);
}

Result<Record> key_from_cursor(std::string_view cursor) {
  constexpr unsigned kFlags = rapidjson::kParseNumbersAsStringsFlag | rapidjson::kParseValidateEncodingFlag;
  const auto json = from_base64url(cursor);
  // The parser takes a zero for the end.
  if (!json || json->find('\0') != std::string::npos) return not_a_cursor();
  rapidjson::Reader reader;
  rapidjson::MemoryStream stream(json->data(), json->size());
  rapidjson::EncodedInputStream<rapidjson::UTF8<>, rapidjson::MemoryStream> input(stream);
  CursorReader found;
  if (reader.Parse<kFlags>(input, found).IsError()) return not_a_cursor();
  return std::move(found.key);
}

Result<Record> key_from_cursor(const EntitySchema& schema, const IndexSchema* index,
                               std::string_view cursor) {
  auto key = key_from_cursor(cursor);
  if (!key.ok()) return entity_error(schema, ErrorCode::kInvalidCursor, key.error().message);
  std::vector<KeyField> fields;
  add_fields(schema, schema.primary(), fields);
  if (index != nullptr && !index->is_primary()) add_fields(schema, *index, fields);
  const bool is_whole = fields.size() == key->size() &&
                        std::all_of(fields.begin(), fields.end(), [&key](const KeyField& field) {
                          Value* const value = key->find(field.name);
                          return value != nullptr && fits(field, *value);
                        });
  if (!is_whole) {
    return entity_error(schema, ErrorCode::kInvalidCursor, "The cursor is one of another access pattern");
  }
  return key;
}

}  // namespace lodestone::model
