#include "server/api/shape_check.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <string_view>

#include "server/api/base64.h"
#include "server/api/shape_findings.h"
#include "server/api/shape_rules.h"

namespace lodestone {
namespace {

constexpr std::string_view kPackage = "com.amazonaws.dynamodb.v20120810.";
constexpr std::string_view kStructureNotExpected = "Start of structure or map found where not expected";
constexpr std::string_view kGenericTypeNotExpected =
    "class sun.reflect.generics.reflectiveObjects.ParameterizedTypeImpl cannot be cast to class "
    "java.lang.Class "
    "(sun.reflect.generics.reflectiveObjects.ParameterizedTypeImpl and java.lang.Class are in module "
    "java.base of loader "
    "'bootstrap')";

std::string concat(std::initializer_list<std::string_view> parts) {
  std::string text;
  for (const auto part : parts) text += part;
  return text;
}

/// The Java class that the service reads a shape into.
std::string java_class(const Shape& shape) {
  switch (shape.kind) {
    case Kind::kString:
      return "java.lang.String";
    case Kind::kInteger:
      return "java.lang.Integer";
    case Kind::kLong:
      return "java.lang.Long";
    case Kind::kDouble:
      return "java.lang.Double";
    case Kind::kBoolean:
      return "java.lang.Boolean";
    case Kind::kBlob:
      return "java.nio.ByteBuffer";
    case Kind::kTimestamp:
      return "java.util.Date";
    case Kind::kStructure:
    case Kind::kAttributeValue:
      return concat({kPackage, shape.name});
    case Kind::kList:
      return concat({"java.util.List<", java_class(*shape.element), ">"});
    case Kind::kMap:
      return concat({"java.util.Map<java.lang.String, ", java_class(*shape.element), ">"});
  }
  return {};
}

std::string_view simple_class(Kind scalar) {
  switch (scalar) {
    case Kind::kInteger:
      return "Integer";
    case Kind::kLong:
      return "Long";
    case Kind::kDouble:
      return "Double";
    case Kind::kBoolean:
      return "Boolean";
    case Kind::kTimestamp:
      return "Date";
    default:
      return "String";
  }
}

/// The service's name for a JSON scalar.
std::string_view token_name(const JsonValue& value) {
  switch (value.GetType()) {
    case rapidjson::kTrueType:
      return "TRUE_VALUE";
    case rapidjson::kFalseType:
      return "FALSE_VALUE";
    case rapidjson::kStringType:
      return "STRING_VALUE";
    default:
      break;
  }
  // Integers too large for 64 bits are doubles in the tree; doubles of that size have no fraction.
  return value.IsDouble() && std::abs(value.GetDouble()) < 0x1p63 ? "DECIMAL_VALUE" : "NUMBER_VALUE";
}

std::optional<bool> truth_named(std::string_view text) {
  const auto is = [&](std::string_view word) {
    return std::ranges::equal(text, word, [](char a, char b) {
      return (a >= 'A' && a <= 'Z' ? static_cast<char>(a | 0x20) : a) == b;
    });
  };
  if (is("true") || is("yes") || is("1")) return true;
  if (is("false") || is("no") || is("0")) return false;
  return std::nullopt;
}

/// Rounds down, and saturates.
std::int64_t integer_of(double real) {
  const double floor = std::floor(real);
  if (floor >= 0x1p63) return std::numeric_limits<std::int64_t>::max();
  if (floor < -0x1p63) return std::numeric_limits<std::int64_t>::min();
  return static_cast<std::int64_t>(floor);
}

/// Equality of names, which are short, without a call.
bool is_same(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  const auto differ = [&]<class Word>(Word, std::size_t at) {
    Word word_a;
    Word word_b;
    std::memcpy(&word_a, a.data() + at, sizeof(Word));
    std::memcpy(&word_b, b.data() + at, sizeof(Word));
    return word_a != word_b;
  };
  const std::size_t size = a.size();
  if (size >= 8) {
    for (std::size_t at = 0; at + 8 < size; at += 8) {
      if (differ(std::uint64_t{}, at)) return false;
    }
    return !differ(std::uint64_t{}, size - 8);
  }
  if (size >= 4) return !differ(std::uint32_t{}, 0) && !differ(std::uint32_t{}, size - 4);
  for (std::size_t at = 0; at < size; ++at) {
    if (a[at] != b[at]) return false;
  }
  return true;
}

/// Where a value stands, which decides how a wrong type is worded.
enum class Place { kMember, kElement };

class Checker {
 public:
  /// Checks a value that is not null. False at the first wrong type, which message() then describes.
  bool check(const Shape& shape, JsonValue& value, Place place) {
    // Most values are texts that may be anything: decided here, without a call.
    if (shape.kind != Kind::kString) return check_other(shape, value, place);
    if (!value.IsString()) [[unlikely]]
      return refuse_scalar(shape, value);
    if (shape.constrained && !is_text_fine(shape, json_text(value))) [[unlikely]]
      broken_ = true;
    return true;
  }

  bool check_root(const Shape& shape, JsonValue& root) {
    if (root.IsNull()) root.SetObject();
    return check(shape, root, Place::kElement);
  }

  [[nodiscard]] std::string& message() { return message_; }
  /// True where a constraint is broken.
  [[nodiscard]] bool broken() const { return broken_; }

 private:
  bool check_other(const Shape& shape, JsonValue& value, Place place) {
    switch (shape.kind) {
      case Kind::kString:
        return check(shape, value, place);
      case Kind::kInteger:
      case Kind::kLong:
        return check_integer(shape, value);
      case Kind::kBoolean:
        return value.IsBool() || check_boolean(shape, value);
      case Kind::kBlob:
        return check_blob(shape, value);
      case Kind::kDouble:
      case Kind::kTimestamp:
        return value.IsNumber() || refuse_scalar(shape, value);
      case Kind::kAttributeValue:
        return check_attribute_value(shape, value, place);
      case Kind::kStructure:
        if (!value.IsObject()) [[unlikely]]
          return refuse_structure(shape, value, place);
        return check_members(shape, value);
      case Kind::kList:
        return check_list(shape, value, place);
      case Kind::kMap:
        return check_map(shape, value, place);
    }
    return true;
  }

  bool refuse(std::string message) {
    message_ = std::move(message);
    return false;
  }

  bool refuse_scalar(const Shape& shape, const JsonValue& value) {
    if (value.IsArray()) return refuse("Unrecognized collection type class " + java_class(shape));
    if (value.IsObject()) return refuse(std::string(kStructureNotExpected));
    if (shape.kind == Kind::kBlob) return refuse("only base-64-encoded strings are convertible to bytes");
    return refuse(concat({token_name(value), " cannot be converted to ", simple_class(shape.kind)}));
  }

  bool refuse_structure(const Shape& shape, const JsonValue& value, Place place) {
    if (value.IsArray()) return refuse("Unrecognized collection type class " + java_class(shape));
    return refuse(place == Place::kMember ? "Unexpected field type" : "Unexpected value type in payload");
  }

  bool refuse_list(const JsonValue& value, Place place) {
    if (value.IsObject()) return refuse(std::string(kStructureNotExpected));
    return refuse(place == Place::kMember ? "Unexpected field type" : std::string(kGenericTypeNotExpected));
  }

  bool refuse_map(const Shape& shape, const JsonValue& value, Place place) {
    if (value.IsArray()) return refuse("Unrecognized collection type " + java_class(shape));
    return refuse(place == Place::kMember ? "Unexpected field type" : std::string(kGenericTypeNotExpected));
  }

  bool check_integer(const Shape& shape, JsonValue& value) {
    if (!value.IsNumber()) [[unlikely]]
      return refuse_scalar(shape, value);
    if (value.IsDouble()) [[unlikely]]
      value.SetInt64(integer_of(value.GetDouble()));
    if (check_bounds(shape, value.GetInt64()).any()) [[unlikely]]
      broken_ = true;
    return true;
  }

  bool check_boolean(const Shape& shape, JsonValue& value) {
    if (!value.IsString()) return refuse_scalar(shape, value);
    const auto truth = truth_named(json_text(value));
    if (!truth) return refuse("Unexpected token received from parser");
    value.SetBool(*truth);
    return true;
  }

  bool check_blob(const Shape& shape, const JsonValue& value) {
    if (!value.IsString()) [[unlikely]]
      return refuse_scalar(shape, value);
    if (!is_base64(json_text(value))) [[unlikely]]
      return refuse(base64_fault(json_text(value)));
    return true;
  }

  /// Nearly every attribute value has one member, which needs no order and no table of what was found.
  bool check_attribute_value(const Shape& shape, JsonValue& value, Place place) {
    if (!value.IsObject()) [[unlikely]]
      return refuse_structure(shape, value, place);
    if (value.MemberCount() != 1) [[unlikely]]
      return check_members(shape, value);
    const auto type = value.MemberBegin();
    if (type->value.IsNull()) [[unlikely]] {
      value.RemoveAllMembers();
      return true;
    }
    const std::size_t at = position(shape, type->name, 0);
    return at == shape.members.size() || check(*shape.members[at].shape, type->value, Place::kMember);
  }

  static std::size_t position(const Shape& shape, const JsonValue& name, std::size_t expected) {
    const auto text = json_text(name);
    const std::size_t count = shape.members.size();
    for (std::size_t i = 0, at = expected; i < count; ++i, ++at) {
      if (at >= count) at = 0;
      if (is_same(shape.members[at].name, text)) return at;
    }
    return count;
  }

  /// Moves the members that count to the front and drops the others in one go: a request may be made of
  /// millions of them.
  bool check_members(const Shape& shape, JsonValue& value) {
    static_assert(kMostMembers <= 32);
    std::array<JsonValue*, kMostMembers> held;
    std::uint32_t present = 0;
    const std::size_t count = shape.members.size();
    std::size_t expected = 0;
    const auto members = json_members(value);
    auto kept = members.begin();
    for (auto& member : members) {
      if (member.value.IsNull()) [[unlikely]]
        continue;
      const std::size_t at = position(shape, member.name, expected);
      const std::uint32_t bit = at < count ? 1u << at : 0;
      if ((present & bit) != 0) [[unlikely]] {
        held[at]->Swap(member.value);
        continue;
      }
      if (&*kept != &member) [[unlikely]] {
        kept->name.Swap(member.name);
        kept->value.Swap(member.value);
      }
      if (bit != 0) {
        held[at] = &kept->value;
        present |= bit;
        expected = at + 1;
      }
      ++kept;
    }
    if (kept != members.end()) [[unlikely]]
      value.EraseMember(value.MemberBegin() + (kept - members.begin()), value.MemberEnd());
    broken_ |= (shape.required & ~present) != 0;
    for (; present != 0; present &= present - 1) {
      const auto at = static_cast<std::size_t>(std::countr_zero(present));
      if (!check(*shape.members[at].shape, *held[at], Place::kMember)) return false;
    }
    return true;
  }

  /// For an element that is null: an attribute value is one that holds nothing; other shapes have no such
  /// thing.
  bool check_element(const Shape& shape, JsonValue& value) {
    if (!value.IsNull()) [[likely]]
      return check(shape, value, Place::kElement);
    if (shape.kind == Kind::kAttributeValue) {
      value.SetObject();
    } else {
      broken_ = true;
    }
    return true;
  }

  bool check_list(const Shape& shape, JsonValue& value, Place place) {
    if (!value.IsArray()) [[unlikely]]
      return refuse_list(value, place);
    if (shape.constrained && check_bounds(shape, value.Size()).any()) [[unlikely]]
      broken_ = true;
    for (JsonValue& element : value.GetArray()) {
      if (!check_element(*shape.element, element)) return false;
    }
    return true;
  }

  bool check_map(const Shape& shape, JsonValue& value, Place place) {
    if (!value.IsObject()) [[unlikely]]
      return refuse_map(shape, value, place);
    if (shape.constrained && check_bounds(shape, value.MemberCount()).any()) [[unlikely]]
      broken_ = true;
    const bool check_keys = shape.key->constrained;
    for (auto& member : json_members(value)) {
      if (check_keys && !is_text_fine(*shape.key, json_text(member.name))) [[unlikely]]
        broken_ = true;
      if (!check_element(*shape.element, member.value)) return false;
    }
    return true;
  }

  std::string message_;
  bool broken_ = false;
};

}  // namespace

std::optional<ShapeFault> check_input(const OperationShape& operation, JsonValue& root, MessageForms forms) {
  Checker checker;
  if (!checker.check_root(*operation.input, root)) [[unlikely]] {
    return ShapeFault{ShapeFault::Kind::kSerialization, std::move(checker.message())};
  }
  // The older forms have a constraint more, which only the report knows.
  if (checker.broken() || forms == MessageForms::kOlder) [[unlikely]]
    return report_constraints(operation, root, forms);
  return std::nullopt;
}

}  // namespace lodestone
