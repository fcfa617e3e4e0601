#include "tests/api/reply_contract.h"

#include <algorithm>
#include <array>
#include <set>
#include <span>
#include <utility>

#include <rapidjson/document.h>

#include "server/api/output_shapes.h"

namespace lodestone::testing {
namespace {

namespace rj = rapidjson;
using Fault = std::optional<std::string>;

std::string_view text_of(const rj::Value& value) { return {value.GetString(), value.GetStringLength()}; }

/// The errors that any operation may answer, with their namespaces and the name of the text's member.
/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/CommonErrors.html
struct CommonError {
  std::string_view type;
  std::string_view message;
};
constexpr std::array<CommonError, 4> kCommonErrors = {{
    {"com.amazon.coral.validate#ValidationException", "message"},
    {"com.amazon.coral.service#SerializationException", "Message"},
    {"com.amazon.coral.service#AccessDeniedException", "Message"},
    {"com.amazon.coral.service#UnknownOperationException", ""},
}};
constexpr std::string_view kNamespace = "com.amazonaws.dynamodb.v20120810#";

bool is_base64(std::string_view text) {
  const auto is_digit = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' ||
           c == '/' || c == '=';
  };
  return text.size() % 4 == 0 && std::ranges::all_of(text, is_digit);
}

Fault fault(const std::string& path, std::string_view what) {
  return (path.empty() ? std::string("the reply") : path) + ": " + std::string(what);
}

Fault check(const Shape& shape, const rj::Value& value, const std::string& path);

Fault check_structure(const Shape& shape, const rj::Value& value, const std::string& path) {
  if (!value.IsObject()) return fault(path, "not an object");
  std::set<std::string_view> present;
  for (const auto& entry : value.GetObject()) {
    const std::string_view name = text_of(entry.name);
    if (!present.insert(name).second) return fault(path, "twice: " + std::string(name));
    const auto member = std::ranges::find(shape.members, name, &Member::name);
    if (member == shape.members.end()) return fault(path, "unknown to the model: " + std::string(name));
    if (auto found = check(*member->shape, entry.value, path + "/" + std::string(name))) return found;
  }
  for (const Member& member : shape.members) {
    if (member.required && !present.contains(member.name))
      return fault(path, "missing: " + std::string(member.name));
  }
  return std::nullopt;
}

Fault check_text(const Shape& shape, const rj::Value& value, const std::string& path) {
  if (!value.IsString()) return fault(path, "not a string");
  const bool known =
      shape.values.empty() || std::ranges::find(shape.values, text_of(value)) != shape.values.end();
  return known ? std::nullopt : fault(path, "none of its enumeration: " + std::string(text_of(value)));
}

Fault check(const Shape& shape, const rj::Value& value, const std::string& path) {
  switch (shape.kind) {
    case Kind::kString:
      return check_text(shape, value, path);
    case Kind::kInteger:
    case Kind::kLong:
      return value.IsInt64() ? std::nullopt : fault(path, "not an integer");
    case Kind::kDouble:
    case Kind::kTimestamp:
      return value.IsNumber() ? std::nullopt : fault(path, "not a number");
    case Kind::kBoolean:
      return value.IsBool() ? std::nullopt : fault(path, "not a boolean");
    case Kind::kBlob:
      return value.IsString() && is_base64(text_of(value)) ? std::nullopt : fault(path, "not base64");
    case Kind::kAttributeValue:
      if (value.IsObject() && value.MemberCount() != 1) return fault(path, "not one type");
      return check_structure(shape, value, path);
    case Kind::kStructure:
      return check_structure(shape, value, path);
    case Kind::kList:
      if (!value.IsArray()) return fault(path, "not a list");
      for (rj::SizeType i = 0; i < value.Size(); ++i) {
        if (auto found = check(*shape.element, value[i], path + "/" + std::to_string(i))) return found;
      }
      return std::nullopt;
    case Kind::kMap:
      if (!value.IsObject()) return fault(path, "not a map");
      for (const auto& entry : value.GetObject()) {
        if (auto found = check(*shape.element, entry.value, path + "/" + std::string(text_of(entry.name))))
          return found;
      }
      return std::nullopt;
  }
  return std::nullopt;
}

/// The error's own members, without its type.
Fault check_error_of_model(const Shape& shape, const rj::Value& body) {
  rj::Document members;
  members.CopyFrom(body, members.GetAllocator());
  members.RemoveMember("__type");
  return check_structure(shape, members, "");
}

Fault check_error(const OperationReply* operation, unsigned status, const rj::Value& body) {
  if (!body.IsObject() || !body.HasMember("__type") || !body["__type"].IsString()) {
    return fault("", "an error without a type");
  }
  const std::string_view type = text_of(body["__type"]);
  const bool internal = type.ends_with("#InternalServerError");
  if (status != (internal ? 500U : 400U))
    return fault("", "status " + std::to_string(status) + " for " + std::string(type));
  for (const CommonError& common : kCommonErrors) {
    if (type != common.type) continue;
    for (const auto& entry : body.GetObject()) {
      const std::string_view name = text_of(entry.name);
      if (name == "__type" || (name == common.message && entry.value.IsString())) continue;
      return fault("", "unknown to " + std::string(type) + ": " + std::string(name));
    }
    return std::nullopt;
  }
  if (!type.starts_with(kNamespace)) return fault("", "an error of no known namespace: " + std::string(type));
  const std::string_view name = type.substr(kNamespace.size());
  if (operation != nullptr) {
    for (const Shape* error : operation->errors) {
      if (error->name == name) return check_error_of_model(*error, body);
    }
  }
  return fault("", "an error that the model does not list: " + std::string(name));
}

}  // namespace

Fault contract_fault(std::string_view name, const Reply& reply) {
  const auto operations = operation_replies();
  const auto found = std::ranges::lower_bound(operations, name, {}, &OperationReply::name);
  const OperationReply* operation = found != operations.end() && found->name == name ? &*found : nullptr;
  if (reply.status == 200 && operation == nullptr) return fault("", "the model knows no such operation");
  if (reply.status == 200 && operation->output == nullptr) {
    return reply.body.empty() ? std::nullopt : fault("", "not empty");
  }
  rj::Document body;
  body.Parse<rj::kParseValidateEncodingFlag>(reply.body.data(), reply.body.size());
  if (body.HasParseError()) return fault("", "not JSON");
  if (reply.status == 200) return check(*operation->output, body, "");
  return check_error(operation, reply.status, body);
}

}  // namespace lodestone::testing
