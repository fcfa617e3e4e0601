/// DynamoDB's attribute values, as a tree of views.
///
/// A Value is 16 bytes, trivially copyable, and owns nothing: its text and children live in an Arena, in the
/// request's bytes or in stored bytes, and must outlive it. Values are always canonical: numbers are written
/// without exponent or outer zeros, maps are sorted by name, sets are sorted and free of duplicates. Two
/// values are therefore equal exactly where their canonical encodings are. Reading is thread-safe.
///
/// Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace lodestone {

enum class Type : std::uint8_t { kS, kN, kB, kSS, kNS, kBS, kBool, kNull, kL, kM };

/// The name of a type on the wire: "S", "N", … "BOOL", "NULL", "L", "M".
[[nodiscard]] std::string_view type_name(Type type);
/// The type of a wire name; nullopt for any other text.
[[nodiscard]] std::optional<Type> type_named(std::string_view name);

struct Attribute;

class Value {
 public:
  Value() : Value(Type::kNull) {}
  [[nodiscard]] static Value string(std::string_view text) { return {Type::kS, text}; }
  /// `canonical` is a number's canonical text (storage/number.h).
  [[nodiscard]] static Value number(std::string_view canonical) { return {Type::kN, canonical}; }
  /// `bytes` are the raw bytes, not base64.
  [[nodiscard]] static Value binary(std::string_view bytes) { return {Type::kB, bytes}; }
  [[nodiscard]] static Value boolean(bool truth) {
    Value value(Type::kBool);
    value.boolean_ = truth;
    return value;
  }
  [[nodiscard]] static Value null() { return Value(Type::kNull); }
  /// `type` is kSS, kNS or kBS; `elements` are sorted as set_less orders them, without duplicates.
  [[nodiscard]] static Value set(Type type, std::span<const std::string_view> elements) {
    Value value(type);
    value.size_ = static_cast<std::uint32_t>(elements.size());
    value.elements_ = elements.data();
    return value;
  }
  [[nodiscard]] static Value list(std::span<const Value> values) {
    Value value(Type::kL);
    value.size_ = static_cast<std::uint32_t>(values.size());
    value.list_ = values.data();
    return value;
  }
  /// `attributes` are sorted by name (bytewise), without duplicates.
  [[nodiscard]] static Value map(std::span<const Attribute> attributes) {
    Value value(Type::kM);
    value.size_ = static_cast<std::uint32_t>(attributes.size());
    value.map_ = attributes.data();
    return value;
  }

  [[nodiscard]] Type type() const { return type_; }
  [[nodiscard]] bool is_set() const { return type_ == Type::kSS || type_ == Type::kNS || type_ == Type::kBS; }
  [[nodiscard]] bool is_text() const { return type_ <= Type::kB; }
  /// S: UTF-8; N: the canonical number; B: raw bytes.
  [[nodiscard]] std::string_view text() const { return {text_, size_}; }
  [[nodiscard]] bool truth() const { return boolean_; }
  [[nodiscard]] std::span<const std::string_view> elements() const { return {elements_, size_}; }
  [[nodiscard]] std::span<const Value> list() const { return {list_, size_}; }
  [[nodiscard]] std::span<const Attribute> map() const;

 private:
  explicit Value(Type type) : type_(type), text_(nullptr) {}
  Value(Type type, std::string_view text)
      : type_(type), size_(static_cast<std::uint32_t>(text.size())), text_(text.data()) {}

  Type type_;
  bool boolean_ = false;
  std::uint32_t size_ = 0;
  union {
    const char* text_;
    const std::string_view* elements_;
    const Value* list_;
    const Attribute* map_;
  };
};

struct Attribute {
  std::string_view name;
  Value value;
};

inline std::span<const Attribute> Value::map() const { return {map_, size_}; }

/// An item, or the content of a map: attributes sorted by name.
using Item = std::span<const Attribute>;

/// The attribute of that name; nullptr where there is none (not an error).
[[nodiscard]] const Value* find(Item item, std::string_view name);

[[nodiscard]] bool operator==(const Value& a, const Value& b);

/// Order within one type: S and B bytewise, N numerically. Only for two values of one of these types.
[[nodiscard]] int compare(const Value& a, const Value& b);

/// The order of a set's elements: bytewise for SS and BS, numeric for NS.
[[nodiscard]] bool set_less(Type set, std::string_view a, std::string_view b);

/// The size DynamoDB accounts for, in bytes, without the attribute's name.
/// Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
[[nodiscard]] std::size_t size_bytes(const Value& value);
/// Names and values together.
[[nodiscard]] std::size_t size_bytes(Item item);

}  // namespace lodestone
