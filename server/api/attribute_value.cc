#include "server/api/attribute_value.h"

#include <algorithm>
#include <string>

#include "server/api/base64.h"
#include "server/expression/faults.h"
#include "storage/number.h"

namespace lodestone {
namespace {

constexpr int kMaxLevels = 32;
constexpr std::size_t kMaxNameBytes = 65535;

/// Before, the service looked at the magnitude first. With zeros for its surplus digits a number has the same
/// one.
std::string older_fault_of_many_digits(std::string_view text) {
  constexpr int kMostDigits = 38;
  std::string cut(text);
  int digits = 0;
  for (char& c : cut) {
    if (c == 'e' || c == 'E') break;
    if (c < '0' || c > '9' || (digits == 0 && c == '0')) continue;
    if (++digits > kMostDigits) c = '0';
  }
  const auto number = parse_number(cut);
  return number.ok() ? std::string() : number_fault(number.error(), text);
}

Failure<ApiError> refuse_number(NumberError error, std::string_view text) {
  return reworded_validation_error(number_fault(error, text), error == NumberError::kTooManyDigits
                                                                  ? older_fault_of_many_digits(text)
                                                                  : std::string());
}

ApiResult<std::string_view> read_number(std::string_view text, Arena& arena) {
  if (is_plainly_canonical(text)) return text;
  const auto number = parse_number(text);
  if (!number.ok()) return refuse_number(number.error(), text);
  char canonical[kMaxNumberText];
  return arena.copy(std::string_view(canonical, write_number(*number, canonical)));
}

ApiResult<Value> read_set(Type type, const JsonValue& json, Arena& arena) {
  const auto elements = arena.array<std::string_view>(json.Size());
  if (elements.empty()) return validation_error(empty_set(type));
  for (std::size_t i = 0; i < elements.size(); ++i) {
    const JsonValue& element = json[static_cast<rapidjson::SizeType>(i)];
    // A null among the elements counts as an empty text.
    if (!element.IsString()) {
      elements[i] = {};
    } else if (type == Type::kBS) {
      elements[i] = decode_base64(json_text(element), arena);
    } else if (type == Type::kNS) {
      LODESTONE_ASSIGN(elements[i], read_number(json_text(element), arena));
    } else {
      elements[i] = json_text(element);
    }
  }
  const auto less = [type](std::string_view a, std::string_view b) { return set_less(type, a, b); };
  if (!std::ranges::is_sorted(elements, less)) std::ranges::sort(elements, less);
  if (std::ranges::adjacent_find(elements) == elements.end()) {
    return Value::set(type, elements);
  }
  if (type == Type::kNS) return validation_error("Input collection contains duplicates");
  std::string listed = "Input collection [";
  for (rapidjson::SizeType i = 0; i < json.Size(); ++i) {
    if (i != 0) listed += ", ";
    if (json[i].IsString()) listed += json_text(json[i]);
  }
  listed += type == Type::kBS ? "]of type BS contains duplicates." : "] contains duplicates.";
  return invalid_parameters(listed);
}

ApiResult<Value> read_value_at(const JsonValue& json, Arena& arena, int level);

ApiResult<Item> read_attributes(const JsonValue& json, Arena& arena, int level) {
  const auto attributes = arena.array<Attribute>(json.MemberCount());
  std::size_t count = 0;
  for (const auto& entry : json.GetObject()) {
    const std::string_view name = json_text(entry.name);
    if (name.empty()) return invalid_parameters("Empty attribute name");
    if (name.size() > kMaxNameBytes) {
      return invalid_parameters("Attribute name is too large, must be less than 65536 bytes");
    }
    attributes[count].name = name;
    LODESTONE_ASSIGN(attributes[count].value, read_value_at(entry.value, arena, level));
    ++count;
  }
  return Item(sort_attributes(attributes.first(count)));
}

ApiResult<Value> read_typed(Type type, const JsonValue& json, Arena& arena, int level) {
  switch (type) {
    case Type::kS:
      return Value::string(json_text(json));
    case Type::kN: {
      LODESTONE_ASSIGN(const std::string_view number, read_number(json_text(json), arena));
      return Value::number(number);
    }
    case Type::kB:
      return Value::binary(decode_base64(json_text(json), arena));
    case Type::kSS:
    case Type::kNS:
    case Type::kBS:
      return read_set(type, json, arena);
    case Type::kBool:
      return Value::boolean(json.GetBool());
    case Type::kNull:
      if (!json.GetBool()) {
        return invalid_parameters("Null attribute value types must have the value of true");
      }
      return Value::null();
    case Type::kL: {
      const auto values = arena.array<Value>(json.Size());
      for (std::size_t i = 0; i < values.size(); ++i) {
        LODESTONE_ASSIGN(values[i],
                         read_value_at(json[static_cast<rapidjson::SizeType>(i)], arena, level + 1));
      }
      return Value::list(values);
    }
    case Type::kM: {
      LODESTONE_ASSIGN(const Item content, read_attributes(json, arena, level + 1));
      return Value::map(content);
    }
  }
  return Value::null();
}

ApiResult<Value> read_value_at(const JsonValue& json, Arena& arena, int level) {
  if (level > kMaxLevels) return validation_error(std::string(kNestingFault));
  std::size_t types = 0;
  Value value;
  if (json.IsObject()) {
    for (const auto& entry : json.GetObject()) {
      if (entry.value.IsNull()) continue;
      const auto type = type_named(json_text(entry.name));
      if (!type) continue;
      LODESTONE_ASSIGN(value, read_typed(*type, entry.value, arena, level));
      ++types;
    }
  }
  // The count comes last: a bad number is reported before a second type.
  if (types == 0) {
    return validation_error(
        "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes");
  }
  if (types > 1) {
    return validation_error(
        "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported "
        "datatypes");
  }
  return value;
}

}  // namespace

std::span<Attribute> sort_attributes(std::span<Attribute> attributes) {
  const auto less = [](const Attribute& a, const Attribute& b) { return a.name < b.name; };
  constexpr std::size_t kInsertion = 24;
  if (attributes.size() <= kInsertion) {
    for (std::size_t i = 1; i < attributes.size(); ++i) {
      const Attribute moving = attributes[i];
      std::size_t at = i;
      for (; at > 0 && less(moving, attributes[at - 1]); --at) attributes[at] = attributes[at - 1];
      attributes[at] = moving;
    }
  } else {
    std::ranges::stable_sort(attributes, less);
  }
  std::size_t kept = 0;
  for (std::size_t i = 0; i < attributes.size(); ++i) {
    if (i + 1 < attributes.size() && attributes[i].name == attributes[i + 1].name) continue;
    attributes[kept++] = attributes[i];
  }
  return attributes.first(kept);
}

ApiResult<Value> read_value(const JsonValue& json, Arena& arena) { return read_value_at(json, arena, 1); }

bool is_nesting_fault(const ApiError& error) { return error.message == kNestingFault; }

ApiResult<Value> read_deep_value(const JsonValue& json, Arena& arena) {
  return read_value_at(json, arena, kMaxLevels - static_cast<int>(JsonDocument::kMostNesting));
}

ApiResult<Item> read_item(const JsonValue& json, Arena& arena) { return read_attributes(json, arena, 1); }

}  // namespace lodestone
