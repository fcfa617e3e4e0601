#include "model/json.h"

#include <array>
#include <span>

#include <rapidjson/document.h>

#include "model/js_text.h"

namespace lodestone::model {
namespace {

using Json = rapidjson::Value;

/// DynamoDB nests 32 levels.
constexpr int kMostNesting = 40;
constexpr std::string_view kBase64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kBase64Url = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

void append_base64(std::string& out, std::string_view bytes, std::string_view letters, bool pad) {
  const auto at = [bytes](std::size_t i) {
    return i < bytes.size() ? static_cast<unsigned>(static_cast<unsigned char>(bytes[i])) : 0U;
  };
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const unsigned group = at(i) << 16 | at(i + 1) << 8 | at(i + 2);
    const std::size_t given = bytes.size() - i;
    for (std::size_t letter = 0; letter < 4; ++letter) {
      if (letter <= given) {
        out.push_back(letters[group >> (18 - 6 * letter) & 0x3FU]);
      } else if (pad) {
        out.push_back('=');
      }
    }
  }
}

/// nullopt for anything but letters, with padding only at the end.
std::optional<std::string> decode_base64(std::string_view text, std::string_view letters) {
  while (!text.empty() && text.back() == '=') text.remove_suffix(1);
  if (text.size() % 4 == 1) return std::nullopt;
  std::string bytes;
  bytes.reserve(text.size() * 3 / 4);
  unsigned bits = 0;
  unsigned count = 0;
  for (const char c : text) {
    const std::size_t digit = letters.find(c);
    if (digit == std::string_view::npos) return std::nullopt;
    bits = bits << 6 | static_cast<unsigned>(digit);
    if (count += 6; count >= 8) bytes.push_back(static_cast<char>(bits >> (count -= 8) & 0xFFU));
  }
  return bytes;
}

std::string_view text_of(const Json& json) { return {json.GetString(), json.GetStringLength()}; }

std::span<const Json::Member> members_of(const Json& object) {
  return {object.MemberBegin().operator->(), object.MemberCount()};
}

std::span<const Json> elements_of(const Json& array) { return {array.Begin(), array.Size()}; }

const Json* member(const Json& object, const char* name) {
  const auto at = object.FindMember(name);
  return at == object.MemberEnd() ? nullptr : &at->value;
}

/// Reads what it can; `ok` tells whether that was all.
class Reader {
 public:
  bool ok = true;

  Value value(const Json& json, int depth = 0) {
    if (!json.IsObject() || json.MemberCount() != 1 || depth > kMostNesting) return fail();
    const Json::Member& only = *json.MemberBegin().operator->();
    const std::string_view type = text_of(only.name);
    const Json& content = only.value;
    if (type == "S" && content.IsString()) return Value::string(std::string(text_of(content)));
    if (type == "N" && content.IsString()) return Value::number(std::string(text_of(content)));
    if (type == "BOOL" && content.IsBool()) return Value::boolean(content.GetBool());
    if (type == "NULL" && content.IsBool()) return {};
    if (type == "B" && content.IsString()) return Value::binary(bytes(content));
    if (type == "M" && content.IsObject()) return Value::map(record(content, depth + 1));
    if (!content.IsArray()) return fail();
    if (type == "L") {
      Value::List list;
      list.reserve(content.Size());
      for (const Json& element : elements_of(content)) list.push_back(value(element, depth + 1));
      return Value::list(std::move(list));
    }
    if (type == "SS") return set(ValueType::kStringSet, content);
    if (type == "NS") return set(ValueType::kNumberSet, content);
    if (type == "BS") return set(ValueType::kBinarySet, content);
    return fail();
  }

  Record record(const Json& json, int depth = 0) {
    Record result;
    if (!json.IsObject()) {
      ok = false;
      return result;
    }
    result.reserve(json.MemberCount());
    for (const Json::Member& one : members_of(json)) {
      result.add(std::string(text_of(one.name)), value(one.value, depth));
    }
    return result;
  }

  std::vector<Record> records(const Json& json) {
    std::vector<Record> result;
    if (!json.IsArray()) {
      ok = false;
      return result;
    }
    result.reserve(json.Size());
    for (const Json& one : elements_of(json)) result.push_back(record(one));
    return result;
  }

  std::string text(const Json& json) {
    ok = ok && json.IsString();
    return json.IsString() ? std::string(text_of(json)) : std::string();
  }

 private:
  Value fail() {
    ok = false;
    return {};
  }

  std::string bytes(const Json& json) {
    auto decoded = decode_base64(text_of(json), kBase64);
    ok = ok && decoded.has_value();
    return std::move(decoded).value_or("");
  }

  Value set(ValueType type, const Json& json) {
    Value::Set elements;
    elements.reserve(json.Size());
    for (const Json& element : elements_of(json)) {
      if (!element.IsString()) return fail();
      elements.push_back(type == ValueType::kBinarySet ? bytes(element) : std::string(text_of(element)));
    }
    return Value::set(type, std::move(elements));
  }
};

/// A document whose tree of ordinary size lives on the stack.
class Document {
 public:
  bool parse(std::string& body) {
    document_.ParseInsitu<rapidjson::kParseIterativeFlag>(body.data());
    return !document_.HasParseError();
  }
  [[nodiscard]] const Json& root() const { return document_; }

 private:
  std::array<char, 8192> memory_;
  std::array<char, 1024> stack_memory_;
  rapidjson::MemoryPoolAllocator<> pool_{memory_.data(), memory_.size()};
  rapidjson::MemoryPoolAllocator<> stack_{stack_memory_.data(), stack_memory_.size()};
  rapidjson::GenericDocument<rapidjson::UTF8<>, rapidjson::MemoryPoolAllocator<>,
                             rapidjson::MemoryPoolAllocator<>>
      document_{&pool_, stack_memory_.size() / 2, &stack_};
};

Error damaged() {
  return {.code = ErrorCode::kInvalidItem, .message = "The reply is not what DynamoDB sends"};
}

void read_responses(Reader& reader, const Json& json, Reply& reply) {
  if (json.IsArray()) {
    for (const Json& one : elements_of(json)) {
      const Json* const item = one.IsObject() ? member(one, "Item") : nullptr;
      reply.transaction_items.push_back(item == nullptr ? std::nullopt : std::optional(reader.record(*item)));
    }
  } else if (json.IsObject()) {
    for (const Json::Member& table : members_of(json)) {
      reply.responses.emplace_back(text_of(table.name), reader.records(table.value));
    }
  } else {
    reader.ok = false;
  }
}

void read_unprocessed_keys(Reader& reader, const Json& json, Reply& reply) {
  if (!json.IsObject()) {
    reader.ok = false;
    return;
  }
  for (const Json::Member& table : members_of(json)) {
    const Json* const keys = table.value.IsObject() ? member(table.value, "Keys") : nullptr;
    if (keys == nullptr) {
      reader.ok = false;
      return;
    }
    reply.unprocessed_keys.emplace_back(text_of(table.name), reader.records(*keys));
  }
}

void read_unprocessed_writes(Reader& reader, const Json& json, Reply& reply) {
  if (!json.IsObject()) {
    reader.ok = false;
    return;
  }
  for (const Json::Member& table : members_of(json)) {
    if (!table.value.IsArray()) {
      reader.ok = false;
      return;
    }
    for (const Json& write : elements_of(table.value)) {
      const Json* const put = write.IsObject() ? member(write, "PutRequest") : nullptr;
      const Json* const removal = write.IsObject() ? member(write, "DeleteRequest") : nullptr;
      const Json* const request = put != nullptr ? put : removal;
      const Json* const content = request != nullptr && request->IsObject()
                                      ? member(*request, put != nullptr ? "Item" : "Key")
                                      : nullptr;
      if (content == nullptr) {
        reader.ok = false;
        return;
      }
      reply.unprocessed_writes.push_back(
          {std::string(text_of(table.name)), put != nullptr, reader.record(*content)});
    }
  }
}

void read_reasons(Reader& reader, const Json& json, Reply& reply) {
  if (!json.IsArray()) {
    reader.ok = false;
    return;
  }
  for (const Json& one : elements_of(json)) {
    if (!one.IsObject()) {
      reader.ok = false;
      return;
    }
    CancellationReason reason;
    if (const Json* const code = member(one, "Code")) reason.code = reader.text(*code);
    if (const Json* const message = member(one, "Message"); message != nullptr && !message->IsNull()) {
      reason.message = reader.text(*message);
    }
    if (const Json* const item = member(one, "Item")) reason.item = reader.record(*item);
    reply.cancellation_reasons.push_back(std::move(reason));
  }
}

void read_capacity(const Json& json, Reply& reply) {
  const auto add = [&reply](const Json& one) {
    const Json* const units = one.IsObject() ? member(one, "CapacityUnits") : nullptr;
    if (units != nullptr && units->IsNumber()) {
      reply.capacity_units = reply.capacity_units.value_or(0) + units->GetDouble();
    }
  };
  if (json.IsArray()) {
    for (const Json& one : elements_of(json)) add(one);
  } else {
    add(json);
  }
}

void append_set(std::string& out, const Value& value) {
  out += '[';
  for (const std::string& element : value.elements()) {
    if (out.back() != '[') out += ',';
    if (value.is(ValueType::kBinarySet)) {
      out += '"';
      append_base64(out, element, kBase64, true);
      out += '"';
    } else {
      append_json_string(out, element);
    }
  }
  out += ']';
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  static constexpr std::string_view kHex = "0123456789abcdef";
  out += '"';
  std::size_t from = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c >= 0x20 && c != '"' && c != '\\') continue;
    out.append(text.substr(from, i - from));
    from = i + 1;
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        out += "\\u00";
        out += kHex[c >> 4];
        out += kHex[c & 0xFU];
    }
  }
  out.append(text.substr(from));
  out += '"';
}

void append_json(std::string& out, const Value& value) {
  out += "{\"";
  out += wire_name(value.type());
  out += "\":";
  switch (value.type()) {
    case ValueType::kNull:
      out += "true";
      break;
    case ValueType::kBoolean:
      out += value.truth() ? "true" : "false";
      break;
    case ValueType::kNumber:
    case ValueType::kString:
      append_json_string(out, value.text());
      break;
    case ValueType::kBinary:
      out += '"';
      append_base64(out, value.text(), kBase64, true);
      out += '"';
      break;
    case ValueType::kStringSet:
    case ValueType::kNumberSet:
    case ValueType::kBinarySet:
      append_set(out, value);
      break;
    case ValueType::kList: {
      const char* separator = "";
      out += '[';
      for (const Value& element : value.items()) {
        out += separator;
        append_json(out, element);
        separator = ",";
      }
      out += ']';
      break;
    }
    case ValueType::kMap:
      append_json(out, value.members());
      break;
  }
  out += '}';
}

void append_json(std::string& out, const Record& record) {
  const char* separator = "";
  out += '{';
  for (const Member& one : record) {
    out += separator;
    append_json_string(out, one.name);
    out += ':';
    append_json(out, one.value);
    separator = ",";
  }
  out += '}';
}

std::string to_json(const Value& value) {
  std::string out;
  append_json(out, value);
  return out;
}

std::string to_json(const Record& record) {
  std::string out;
  append_json(out, record);
  return out;
}

void append_plain_json(std::string& out, const Value& value) {
  const char* separator = "";
  switch (value.type()) {
    case ValueType::kNull:
      out += "null";
      break;
    case ValueType::kBoolean:
      out += boolean_text(value.truth());
      break;
    case ValueType::kNumber:
      if (!append_decimal_text(out, value.text())) out += "null";
      break;
    case ValueType::kString:
      append_json_string(out, value.text());
      break;
    case ValueType::kBinary:
      out += '"';
      append_base64(out, value.text(), kBase64, true);
      out += '"';
      break;
    case ValueType::kNumberSet:
      out += '[';
      for (const std::string& element : value.elements()) {
        out += separator;
        if (!append_decimal_text(out, element)) out += "null";
        separator = ",";
      }
      out += ']';
      break;
    case ValueType::kStringSet:
    case ValueType::kBinarySet:
      append_set(out, value);
      break;
    case ValueType::kList:
      out += '[';
      for (const Value& element : value.items()) {
        out += separator;
        append_plain_json(out, element);
        separator = ",";
      }
      out += ']';
      break;
    case ValueType::kMap:
      out += '{';
      for (const Member& one : value.members()) {
        out += separator;
        append_json_string(out, one.name);
        out += ':';
        append_plain_json(out, one.value);
        separator = ",";
      }
      out += '}';
      break;
  }
}

Result<Value> value_from_json(std::string_view json) {
  std::string body(json);
  Document document;
  if (!document.parse(body)) return damaged();
  Reader reader;
  Value value = reader.value(document.root());
  if (!reader.ok) return damaged();
  return value;
}

Result<Record> record_from_json(std::string_view json) {
  std::string body(json);
  Document document;
  if (!document.parse(body)) return damaged();
  Reader reader;
  Record record = reader.record(document.root());
  if (!reader.ok) return damaged();
  return record;
}

Result<Reply> read_reply(std::string& body) {
  Document document;
  if (!document.parse(body) || !document.root().IsObject()) return damaged();
  Reader reader;
  Reply reply;
  for (const Json::Member& one : members_of(document.root())) {
    const std::string_view name = text_of(one.name);
    const Json& content = one.value;
    if (content.IsNull()) continue;
    if (name == "Item") {
      reply.item = reader.record(content);
    } else if (name == "Attributes") {
      reply.attributes = reader.record(content);
    } else if (name == "Items") {
      reply.items = reader.records(content);
    } else if (name == "LastEvaluatedKey") {
      reply.last_key = reader.record(content);
    } else if (name == "Count" && content.IsInt64()) {
      reply.count = content.GetInt64();
    } else if (name == "ScannedCount" && content.IsInt64()) {
      reply.scanned_count = content.GetInt64();
    } else if (name == "Responses") {
      read_responses(reader, content, reply);
    } else if (name == "UnprocessedKeys") {
      read_unprocessed_keys(reader, content, reply);
    } else if (name == "UnprocessedItems") {
      read_unprocessed_writes(reader, content, reply);
    } else if (name == "CancellationReasons") {
      read_reasons(reader, content, reply);
    } else if (name == "ConsumedCapacity") {
      read_capacity(content, reply);
    }
  }
  if (!reader.ok) return damaged();
  return reply;
}

std::string base64url(std::string_view bytes) {
  std::string text;
  append_base64(text, bytes, kBase64Url, false);
  return text;
}

std::optional<std::string> from_base64url(std::string_view text) { return decode_base64(text, kBase64Url); }

}  // namespace lodestone::model
