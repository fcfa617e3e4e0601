/// How C++ types become attribute values and back.
///
///     std::string, Binary, bool, integers, floating point, Number   S, B, BOOL, N
///     enumerations                                                   S, by the enumerators' names
///     std::vector, std::set, std::map<std::string, …>                L, SS/NS/BS, M
///     structs with `static constexpr auto attributes()`              M
///     std::optional                                                  absent where it has no value
///     std::variant                                                   whichever alternative fits first
///     std::tuple, std::nullptr_t                                     L with a place for each, NULL
///     std::chrono::sys_seconds                                       N, as TTL attributes hold it
///     sys_time<milliseconds>, year_month_day                         S, ISO 8601
///     Value                                                          anything
///
/// A type of your own takes part by a specialisation of Codec. Each type is described by one TypeCodec, a
/// table of functions that knows no template, so that structs are read and written by code that is compiled
/// once.
#pragma once

#include <array>
#include <chrono>
#include <concepts>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <tuple>
#include <type_traits>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <variant>
#include <vector>

#include "model/names.h"
#include "model/schema.h"
#include "model/types.h"
#include "model/value.h"

namespace lodestone::model {

struct TypeCodec {
  AttributeType type;
  Value (*encode)(const void* from);
  /// False where the value is of another type; `to` is unspecified then.
  bool (*decode)(const Value& value, void* to);
  /// Adds what the type has inside: element, properties, choices. May be null.
  void (*describe)(AttributeSchema& attribute);
  /// Of optional types: whether there is a value. Otherwise null.
  bool (*has_value)(const void* from);
  /// The type of a set with such elements, where there can be one.
  ValueType set_type;
  /// Of what holds structs: leaves out members that have a default and hold what a struct holds that nobody
  /// has filled in. Otherwise null.
  void (*leave_out_blank)(Value& value);
};

template <class T>
struct Codec;

namespace detail {
template <class T>
Value encode_as(const void* from) {
  return Codec<T>::encode(*static_cast<const T*>(from));
}
template <class T>
bool decode_as(const Value& value, void* to) {
  return Codec<T>::decode(value, *static_cast<T*>(to));
}
template <class T>
inline constexpr void (*kLeaveOutBlank)(Value& value) = nullptr;
}  // namespace detail

template <class T>
inline constexpr TypeCodec kCodec = {
    .type = Codec<T>::kType,
    .encode = &detail::encode_as<T>,
    .decode = &detail::decode_as<T>,
    .describe = &Codec<T>::describe,
    .has_value = nullptr,
    .set_type = Codec<T>::kType == AttributeType::kNumber   ? ValueType::kNumberSet
                : Codec<T>::kType == AttributeType::kBinary ? ValueType::kBinarySet
                                                            : ValueType::kStringSet,
    .leave_out_blank = detail::kLeaveOutBlank<T>,
};

namespace detail {

// What the specialisations share, compiled once.
[[nodiscard]] Value encode_integer(std::int64_t number);
[[nodiscard]] Value encode_unsigned(std::uint64_t number);
[[nodiscard]] Value encode_double(double number);
[[nodiscard]] bool decode_integer(const Value& value, std::int64_t& number);
[[nodiscard]] bool decode_unsigned(const Value& value, std::uint64_t& number);
[[nodiscard]] bool decode_double(const Value& value, double& number);
[[nodiscard]] bool decode_text(const Value& value, ValueType type, std::string& text);
[[nodiscard]] Value encode_choice(std::span<const std::string_view> names, std::size_t number);
[[nodiscard]] bool decode_choice(std::span<const std::string_view> names, const Value& value,
                                 std::size_t& number);
void describe_choices(std::span<const std::string_view> names, AttributeSchema& attribute);
void describe_element(const TypeCodec& codec, AttributeSchema& attribute);
void describe_name(const TypeCodec& codec, AttributeSchema& attribute);
void describe_alternative(const TypeCodec& codec, AttributeSchema& attribute);
/// An element of a set, out of its value, and back.
[[nodiscard]] std::string set_element(const Value& value);
[[nodiscard]] Value set_element(ValueType set, const std::string& element);
[[nodiscard]] std::string iso_text(std::chrono::sys_time<std::chrono::milliseconds> time);
[[nodiscard]] bool parse_iso(const Value& value, std::chrono::sys_time<std::chrono::milliseconds>& time);
[[nodiscard]] std::string date_text(std::chrono::year_month_day date);
[[nodiscard]] bool parse_date(const Value& value, std::chrono::year_month_day& date);

/// For types without anything inside.
template <AttributeType kKind>
struct PlainCodec {
  static constexpr AttributeType kType = kKind;
  static void describe(AttributeSchema&) {}
};

}  // namespace detail

template <>
struct Codec<std::string> : detail::PlainCodec<AttributeType::kString> {
  static Value encode(const std::string& text) { return Value::string(text); }
  static bool decode(const Value& value, std::string& text) {
    return detail::decode_text(value, ValueType::kString, text);
  }
};

template <>
struct Codec<Binary> : detail::PlainCodec<AttributeType::kBinary> {
  static Value encode(const Binary& binary) { return Value::binary(binary.bytes); }
  static bool decode(const Value& value, Binary& binary) {
    return detail::decode_text(value, ValueType::kBinary, binary.bytes);
  }
};

template <>
struct Codec<bool> : detail::PlainCodec<AttributeType::kBoolean> {
  static Value encode(bool truth) { return Value::boolean(truth); }
  static bool decode(const Value& value, bool& truth) {
    if (!value.is(ValueType::kBoolean)) return false;
    truth = value.truth();
    return true;
  }
};

template <std::signed_integral T>
struct Codec<T> : detail::PlainCodec<AttributeType::kNumber> {
  static Value encode(T number) { return detail::encode_integer(number); }
  static bool decode(const Value& value, T& number) {
    std::int64_t wide = 0;
    if (!detail::decode_integer(value, wide) || !std::in_range<T>(wide)) return false;
    number = static_cast<T>(wide);
    return true;
  }
};

template <std::unsigned_integral T>
struct Codec<T> : detail::PlainCodec<AttributeType::kNumber> {
  static Value encode(T number) { return detail::encode_unsigned(number); }
  static bool decode(const Value& value, T& number) {
    std::uint64_t wide = 0;
    if (!detail::decode_unsigned(value, wide) || !std::in_range<T>(wide)) return false;
    number = static_cast<T>(wide);
    return true;
  }
};

template <std::floating_point T>
struct Codec<T> : detail::PlainCodec<AttributeType::kNumber> {
  static Value encode(T number) { return detail::encode_double(static_cast<double>(number)); }
  static bool decode(const Value& value, T& number) {
    double wide = 0;
    if (!detail::decode_double(value, wide)) return false;
    number = static_cast<T>(wide);
    return true;
  }
};

template <>
struct Codec<Number> : detail::PlainCodec<AttributeType::kNumber> {
  static Value encode(const Number& number) { return Value::number(number.text()); }
  static bool decode(const Value& value, Number& number) {
    const auto parsed = value.is(ValueType::kNumber) ? Number::parse(value.text()) : std::nullopt;
    if (parsed) number = *parsed;
    return parsed.has_value();
  }
};

template <class E>
requires std::is_enum_v<E>
struct Codec<E> {
  static constexpr AttributeType kType = AttributeType::kEnum;
  static std::span<const std::string_view> names() {
    if constexpr (requires { EnumNames<E>::kNames; }) {
      return EnumNames<E>::kNames;
    } else {
      return EnumNames<E>::names();
    }
  }
  static void describe(AttributeSchema& attribute) { detail::describe_choices(names(), attribute); }
  static Value encode(E choice) { return detail::encode_choice(names(), static_cast<std::size_t>(choice)); }
  static bool decode(const Value& value, E& choice) {
    std::size_t number = 0;
    if (!detail::decode_choice(names(), value, number)) return false;
    choice = static_cast<E>(number);
    return true;
  }
};

/// Stored as a number of seconds: what a TTL attribute is.
template <>
struct Codec<std::chrono::sys_seconds> : detail::PlainCodec<AttributeType::kNumber> {
  static Value encode(std::chrono::sys_seconds time) {
    return detail::encode_integer(time.time_since_epoch().count());
  }
  static bool decode(const Value& value, std::chrono::sys_seconds& time) {
    std::int64_t seconds = 0;
    if (!detail::decode_integer(value, seconds)) return false;
    time = std::chrono::sys_seconds(std::chrono::seconds(seconds));
    return true;
  }
};

/// Stored as JavaScript's toISOString() writes it.
template <>
struct Codec<std::chrono::sys_time<std::chrono::milliseconds>> : detail::PlainCodec<AttributeType::kString> {
  using Time = std::chrono::sys_time<std::chrono::milliseconds>;
  static Value encode(Time time) { return Value::string(detail::iso_text(time)); }
  static bool decode(const Value& value, Time& time) { return detail::parse_iso(value, time); }
};

/// "2025-01-15"
template <>
struct Codec<std::chrono::year_month_day> : detail::PlainCodec<AttributeType::kString> {
  static Value encode(std::chrono::year_month_day date) { return Value::string(detail::date_text(date)); }
  static bool decode(const Value& value, std::chrono::year_month_day& date) {
    return detail::parse_date(value, date);
  }
};

template <>
struct Codec<Value> : detail::PlainCodec<AttributeType::kAny> {
  static Value encode(const Value& value) { return value; }
  static bool decode(const Value& value, Value& to) {
    to = value;
    return true;
  }
};

template <class T>
struct Codec<std::vector<T>> {
  static constexpr AttributeType kType = AttributeType::kList;
  static void describe(AttributeSchema& attribute) { detail::describe_element(kCodec<T>, attribute); }
  static Value encode(const std::vector<T>& elements) {
    Value::List list;
    list.reserve(elements.size());
    for (const auto& element : elements) list.push_back(Codec<T>::encode(element));
    return Value::list(std::move(list));
  }
  static bool decode(const Value& value, std::vector<T>& elements) {
    if (!value.is(ValueType::kList)) return false;
    elements.clear();
    elements.reserve(value.items().size());
    for (const Value& item : value.items()) {
      T element{};
      if (!Codec<T>::decode(item, element)) return false;
      elements.push_back(std::move(element));
    }
    return true;
  }
};

namespace detail {

/// Sets, ordered or not. Values that are absent have no set: an empty one is read where there is none.
template <class Set>
struct SetCodec {
  using T = typename Set::value_type;
  static constexpr AttributeType kType = AttributeType::kSet;
  static_assert(kCodec<T>.type == AttributeType::kString || kCodec<T>.type == AttributeType::kNumber ||
                    kCodec<T>.type == AttributeType::kBinary || kCodec<T>.type == AttributeType::kEnum,
                "a set holds strings, numbers, binary values or choices; use std::vector for anything else");
  static void describe(AttributeSchema& attribute) { describe_element(kCodec<T>, attribute); }
  static Value encode(const Set& elements) {
    Value::Set texts;
    texts.reserve(elements.size());
    for (const auto& element : elements) texts.push_back(set_element(Codec<T>::encode(element)));
    return Value::set(kCodec<T>.set_type, std::move(texts));
  }
  static bool decode(const Value& value, Set& elements) {
    if (!value.is(kCodec<T>.set_type)) return false;
    elements.clear();
    for (const std::string& text : value.elements()) {
      T element{};
      if (!Codec<T>::decode(set_element(value.type(), text), element)) return false;
      elements.insert(std::move(element));
    }
    return true;
  }
};

/// Maps with any names, or with those of enumerators.
template <class Map>
struct RecordCodec {
  using T = typename Map::mapped_type;
  using Name = typename Map::key_type;
  static constexpr AttributeType kType = AttributeType::kRecord;
  static void describe(AttributeSchema& attribute) {
    describe_element(kCodec<T>, attribute);
    if constexpr (std::is_enum_v<Name>) describe_name(kCodec<Name>, attribute);
  }
  static Value encode(const Map& map) {
    Record members;
    members.reserve(map.size());
    for (const auto& [name, value] : map) {
      if constexpr (std::is_enum_v<Name>) {
        members.add(Codec<Name>::encode(name).text(), Codec<T>::encode(value));
      } else {
        members.add(name, Codec<T>::encode(value));
      }
    }
    return Value::map(std::move(members));
  }
  static bool decode(const Value& value, Map& map) {
    if (!value.is(ValueType::kMap)) return false;
    map.clear();
    for (const Member& member : value.members()) {
      if constexpr (std::is_enum_v<Name>) {
        Name name{};
        if (!Codec<Name>::decode(Value::string(member.name), name)) return false;
        if (!Codec<T>::decode(member.value, map[name])) return false;
      } else {
        if (!Codec<T>::decode(member.value, map[member.name])) return false;
      }
    }
    return true;
  }
};

}  // namespace detail

template <class T>
struct Codec<std::set<T>> : detail::SetCodec<std::set<T>> {};
template <class T>
struct Codec<std::unordered_set<T>> : detail::SetCodec<std::unordered_set<T>> {};
template <class T>
struct Codec<std::map<std::string, T>> : detail::RecordCodec<std::map<std::string, T>> {};
template <class E, class T>
requires std::is_enum_v<E>
struct Codec<std::map<E, T>> : detail::RecordCodec<std::map<E, T>> {
};
template <class T>
struct Codec<std::unordered_map<std::string, T>> : detail::RecordCodec<std::unordered_map<std::string, T>> {};

template <>
struct Codec<std::nullptr_t> : detail::PlainCodec<AttributeType::kNull> {
  static Value encode(std::nullptr_t) { return {}; }
  static bool decode(const Value& value, std::nullptr_t& to) {
    to = nullptr;
    return value.is(ValueType::kNull);
  }
};

template <class... T>
struct Codec<std::tuple<T...>> {
  static constexpr AttributeType kType = AttributeType::kTuple;
  static void describe(AttributeSchema& attribute) {
    (detail::describe_alternative(kCodec<T>, attribute), ...);
  }
  static Value encode(const std::tuple<T...>& places) {
    return std::apply(
        [](const T&... each) {
          Value::List list;
          list.reserve(sizeof...(T));
          (list.push_back(Codec<T>::encode(each)), ...);
          return Value::list(std::move(list));
        },
        places);
  }
  static bool decode(const Value& value, std::tuple<T...>& places) {
    if (!value.is(ValueType::kList) || value.items().size() != sizeof...(T)) return false;
    return std::apply(
        [&value](T&... each) {
          std::size_t place = 0;
          return (Codec<T>::decode(value.items()[place++], each) && ...);
        },
        places);
  }
};

template <class... T>
struct Codec<std::variant<T...>> {
  static constexpr AttributeType kType = AttributeType::kVariant;
  static void describe(AttributeSchema& attribute) {
    (detail::describe_alternative(kCodec<T>, attribute), ...);
  }
  static Value encode(const std::variant<T...>& value) {
    return std::visit([]<class A>(const A& alternative) { return Codec<A>::encode(alternative); }, value);
  }
  static bool decode(const Value& value, std::variant<T...>& to) { return (decode_as<T>(value, to) || ...); }

 private:
  template <class A>
  static bool decode_as(const Value& value, std::variant<T...>& to) {
    A alternative{};
    if (!Codec<A>::decode(value, alternative)) return false;
    to = std::move(alternative);
    return true;
  }
};

}  // namespace lodestone::model
