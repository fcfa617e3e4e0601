/// Attributes as a program names them, and what is done with them: conditions, assignments, updates.
///
///     field<&User::email>                              an attribute
///     field<&Session::metadata, &Metadata::notes>      inside of a map
///     field<&Session::tags>[2]                         inside of a list
///     field<&User::scores>["math"]                     inside of a std::map
///
///     field<&User::role> == Role::ADMIN && !field<&User::verified>.exists()
///     field<&User::name> = "Jane"
///
/// Everything here turns into a Path and a Value at once; nothing below knows the program's types.
#pragma once

#include <concepts>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "model/codec.h"
#include "model/condition.h"
#include "model/names.h"
#include "model/writes.h"

namespace lodestone::model {

/// A condition on items of one entity.
template <class Item>
struct Where {
  Condition condition;

  friend Where operator&&(Where a, Where b) { return {std::move(a.condition) && std::move(b.condition)}; }
  friend Where operator||(Where a, Where b) { return {std::move(a.condition) || std::move(b.condition)}; }
  friend Where operator!(Where a) { return {!std::move(a.condition)}; }
};

template <auto... Ms>
struct Field;

namespace detail {

template <auto First, auto... Rest>
inline constexpr auto kFirst = First;
template <auto First, auto... Rest>
struct Last : Last<Rest...> {};
template <auto Only>
struct Last<Only> {
  static constexpr bool kIsOptional = model::kIsOptional<Only>;
  using Type = ValueOf<Only>;
};

/// What an attribute of type T may be compared with or set to.
template <class V, class T>
concept ConvertibleTo = std::convertible_to<V, T>;

template <class T, class V>
Value value_of(V&& given) {
  if constexpr (std::is_same_v<std::remove_cvref_t<V>, T>) {
    return Codec<T>::encode(given);
  } else {
    return Codec<T>::encode(static_cast<T>(std::forward<V>(given)));
  }
}

/// A list.
template <class T>
concept HasPlaces = requires {
  typename T::value_type;
}
&&!requires { typename T::key_type; }
&&!std::is_same_v<T, std::string>;
/// A map with any names.
template <class T>
concept HasNames = requires {
  typename T::mapped_type;
};

template <class T>
struct Contained {
  using Type = std::string;
};
template <class T>
requires requires { typename T::value_type; } &&(!std::is_same_v<T, std::string>)struct Contained<T> {
  using Type = typename T::value_type;
};

}  // namespace detail

/// The size of an attribute, in conditions.
template <class Item>
struct SizeOf {
  Path path;
  [[nodiscard]] Where<Item> operator==(std::int64_t n) const { return compare(ConditionKind::kEqual, n); }
  [[nodiscard]] Where<Item> operator!=(std::int64_t n) const { return compare(ConditionKind::kNotEqual, n); }
  [[nodiscard]] Where<Item> operator<(std::int64_t n) const { return compare(ConditionKind::kLess, n); }
  [[nodiscard]] Where<Item> operator<=(std::int64_t n) const {
    return compare(ConditionKind::kLessOrEqual, n);
  }
  [[nodiscard]] Where<Item> operator>(std::int64_t n) const { return compare(ConditionKind::kGreater, n); }
  [[nodiscard]] Where<Item> operator>=(std::int64_t n) const {
    return compare(ConditionKind::kGreaterOrEqual, n);
  }
  [[nodiscard]] Where<Item> between(std::int64_t low, std::int64_t high) const {
    return {detail::simple_condition(ConditionKind::kBetween, path, {Value::number(low), Value::number(high)},
                                     true)};
  }

 private:
  [[nodiscard]] Where<Item> compare(ConditionKind kind, std::int64_t n) const {
    return {detail::simple_condition(kind, path, {Value::number(n)}, true)};
  }
};

/// An attribute and the value that it is to have. Root is the member that it is or is inside of.
template <auto Root, class T>
struct PlaceAssignment {
  static constexpr auto kRoot = Root;
  static constexpr std::size_t kDepth = 1;
  Path path;
  /// A value, or another attribute.
  Operand operand;
};

/// What can be asked of an attribute of type T and done with it. Self has `path()`.
template <class Self, auto Root, class T>
class AttributeOperations {
 public:
  using Item = OwnerOf<Root>;
  using Type = T;

  [[nodiscard]] Where<Item> exists() const { return where(ConditionKind::kExists); }
  [[nodiscard]] Where<Item> not_exists() const { return where(ConditionKind::kNotExists); }
  [[nodiscard]] Where<Item> has_type(ValueType type) const {
    return where(ConditionKind::kType, Value::string(std::string(wire_name(type))));
  }
  template <class V>
  [[nodiscard]] Where<Item> begins_with(V&& prefix) const {
    static_assert(std::is_same_v<T, std::string> || std::is_same_v<T, Binary>,
                  "begins_with(): only strings and binary values begin with something");
    return where(ConditionKind::kBeginsWith, detail::value_of<T>(std::forward<V>(prefix)));
  }
  /// A part of a string, or an element of a list or set.
  template <class V>
  [[nodiscard]] Where<Item> contains(V&& part) const {
    return where(ConditionKind::kContains,
                 detail::value_of<typename detail::Contained<T>::Type>(std::forward<V>(part)));
  }
  template <class V>
  [[nodiscard]] Where<Item> not_contains(V&& part) const {
    return where(ConditionKind::kNotContains,
                 detail::value_of<typename detail::Contained<T>::Type>(std::forward<V>(part)));
  }
  template <detail::ConvertibleTo<T> A, detail::ConvertibleTo<T> B>
  [[nodiscard]] Where<Item> between(A&& low, B&& high) const {
    return where(ConditionKind::kBetween, detail::value_of<T>(std::forward<A>(low)),
                 detail::value_of<T>(std::forward<B>(high)));
  }
  template <detail::ConvertibleTo<T>... V>
  [[nodiscard]] Where<Item> in(V&&... choices) const {
    return where(ConditionKind::kIn, detail::value_of<T>(std::forward<V>(choices))...);
  }
  template <detail::ConvertibleTo<T> V>
  [[nodiscard]] Where<Item> equals_or_not_exists(V&& value) const {
    return where(ConditionKind::kEqualOrNotExists, detail::value_of<T>(std::forward<V>(value)));
  }
  [[nodiscard]] SizeOf<Item> size() const { return {self().path()}; }

  template <detail::ConvertibleTo<T> V>
  [[nodiscard]] friend Where<Item> operator==(const Self& a, V&& b) {
    return a.where(ConditionKind::kEqual, detail::value_of<T>(std::forward<V>(b)));
  }
  template <detail::ConvertibleTo<T> V>
  [[nodiscard]] friend Where<Item> operator!=(const Self& a, V&& b) {
    return a.where(ConditionKind::kNotEqual, detail::value_of<T>(std::forward<V>(b)));
  }
  template <detail::ConvertibleTo<T> V>
  [[nodiscard]] friend Where<Item> operator<(const Self& a, V&& b) {
    return a.where(ConditionKind::kLess, detail::value_of<T>(std::forward<V>(b)));
  }
  template <detail::ConvertibleTo<T> V>
  [[nodiscard]] friend Where<Item> operator<=(const Self& a, V&& b) {
    return a.where(ConditionKind::kLessOrEqual, detail::value_of<T>(std::forward<V>(b)));
  }
  template <detail::ConvertibleTo<T> V>
  [[nodiscard]] friend Where<Item> operator>(const Self& a, V&& b) {
    return a.where(ConditionKind::kGreater, detail::value_of<T>(std::forward<V>(b)));
  }
  template <detail::ConvertibleTo<T> V>
  [[nodiscard]] friend Where<Item> operator>=(const Self& a, V&& b) {
    return a.where(ConditionKind::kGreaterOrEqual, detail::value_of<T>(std::forward<V>(b)));
  }

 protected:
  [[nodiscard]] const Self& self() const { return static_cast<const Self&>(*this); }
  [[nodiscard]] Where<Item> where(ConditionKind kind) const {
    return {detail::simple_condition(kind, self().path())};
  }
  [[nodiscard]] Where<Item> where(ConditionKind kind, Value operand) const {
    return {detail::simple_condition(kind, self().path(), std::move(operand))};
  }
  template <class... V>
  [[nodiscard]] Where<Item> where(ConditionKind kind, Value first, Value second, V... more) const {
    return {detail::simple_condition(kind, self().path(),
                                     {std::move(first), std::move(second), std::move(more)...})};
  }
};

/// A place inside of an attribute that is told at run time: an element of a list, a member of a std::map.
template <auto Root, class T>
class Place : public AttributeOperations<Place<Root, T>, Root, T> {
 public:
  explicit Place(Path path) : path_(std::move(path)) {}
  Place(const Place&) = default;

  [[nodiscard]] const Path& path() const { return path_; }

  /// Further inside: `field<&Order::lines>[0][field<&Line::count>]`.
  template <auto First, auto... Rest>
  [[nodiscard]] auto operator[](Field<First, Rest...>) const {
    static_assert(std::is_same_v<OwnerOf<First>, T>,
                  "the member of a struct that is not the one at this place");
    Path path = path_;
    for (const std::string_view name : {kNameOf<First>, kNameOf<Rest>...}) path.then(std::string(name));
    return Place<Root, typename Field<First, Rest...>::Type>(std::move(path));
  }
  [[nodiscard]] auto operator[](std::size_t place) const requires detail::HasPlaces<T> {
    return Place<Root, typename T::value_type>(Path(path_).then(place));
  }
  [[nodiscard]] auto operator[](std::string_view name) const requires detail::HasNames<T> {
    return Place<Root, typename T::mapped_type>(Path(path_).then(std::string(name)));
  }

  template <detail::ConvertibleTo<T> V>
  PlaceAssignment<Root, T> operator=(V&& value) const {
    return {path_, detail::value_of<T>(std::forward<V>(value))};
  }

 private:
  Path path_;
};

/// One attribute and its value: what keys and updates are made from.
template <auto... Ms>
struct Assignment {
  static constexpr auto kRoot = detail::kFirst<Ms...>;
  static constexpr std::size_t kDepth = sizeof...(Ms);
  Value value;
};

/// An attribute that is set to another one's value.
template <auto Root>
struct Reference {
  static constexpr auto kRoot = Root;
  static constexpr std::size_t kDepth = 1;
  Path path;
  Path from;
};

template <auto... Ms>
struct Field : AttributeOperations<Field<Ms...>, detail::kFirst<Ms...>, typename detail::Last<Ms...>::Type> {
  static_assert(sizeof...(Ms) > 0);
  using Type = typename detail::Last<Ms...>::Type;
  static constexpr auto kRoot = detail::kFirst<Ms...>;

  [[nodiscard]] static Path path() { return detail::path_of({kNameOf<Ms>...}); }

  template <detail::ConvertibleTo<Type> V>
  Assignment<Ms...> operator=(V&& value) const {
    return {detail::value_of<Type>(std::forward<V>(value))};
  }
  /// For values in braces: `field<&Session::tags> = {"a", "b"}`.
  Assignment<Ms...> operator=(const Type& value) const { return {Codec<Type>::encode(value)}; }
  /// Another attribute's value.
  template <auto First, auto... Rest>
  Reference<kRoot> operator=(Field<First, Rest...> other) const {
    static_assert(std::is_same_v<typename Field<First, Rest...>::Type, Type>,
                  "the other attribute is of another type");
    return {path(), other.path()};
  }

  [[nodiscard]] auto operator[](std::size_t place) const requires detail::HasPlaces<Type> {
    return Place<kRoot, typename Type::value_type>(path().then(place));
  }
  [[nodiscard]] auto operator[](std::string_view name) const requires detail::HasNames<Type> {
    return Place<kRoot, typename Type::mapped_type>(path().then(std::string(name)));
  }
};

namespace detail {
template <class A, class B>
Where<typename A::Item> compare_attributes(ConditionKind kind) {
  static_assert(std::is_same_v<typename A::Item, typename B::Item>,
                "the other attribute is of another entity");
  static_assert(std::is_same_v<typename A::Type, typename B::Type>, "the other attribute is of another type");
  return {simple_condition(kind, A::path(), {B::path()})};
}
}  // namespace detail

// Two attributes of one item: `field<&Course::enrolled> < field<&Course::places>`.

template <auto... A, auto... B>
[[nodiscard]] auto operator==(Field<A...>, Field<B...>) {
  return detail::compare_attributes<Field<A...>, Field<B...>>(ConditionKind::kEqual);
}
template <auto... A, auto... B>
[[nodiscard]] auto operator!=(Field<A...>, Field<B...>) {
  return detail::compare_attributes<Field<A...>, Field<B...>>(ConditionKind::kNotEqual);
}
template <auto... A, auto... B>
[[nodiscard]] auto operator<(Field<A...>, Field<B...>) {
  return detail::compare_attributes<Field<A...>, Field<B...>>(ConditionKind::kLess);
}
template <auto... A, auto... B>
[[nodiscard]] auto operator<=(Field<A...>, Field<B...>) {
  return detail::compare_attributes<Field<A...>, Field<B...>>(ConditionKind::kLessOrEqual);
}
template <auto... A, auto... B>
[[nodiscard]] auto operator>(Field<A...>, Field<B...>) {
  return detail::compare_attributes<Field<A...>, Field<B...>>(ConditionKind::kGreater);
}
template <auto... A, auto... B>
[[nodiscard]] auto operator>=(Field<A...>, Field<B...>) {
  return detail::compare_attributes<Field<A...>, Field<B...>>(ConditionKind::kGreaterOrEqual);
}

/// Called like a function, so it is not kField.
template <auto... Ms>
inline constexpr Field<Ms...> field{};  // NOLINT(readability-identifier-naming)

/// An attribute by the name under which it is stored, past the model: a key, an identifier, what an older
/// version wrote. `stored_field<User>("gsi1pk").exists()`
template <class Item>
class Stored {
 public:
  explicit Stored(std::string_view name) : path_(Path::stored(std::string(name))) {}

  [[nodiscard]] Where<Item> exists() const { return is(ConditionKind::kExists); }
  [[nodiscard]] Where<Item> not_exists() const { return is(ConditionKind::kNotExists); }
  [[nodiscard]] Where<Item> operator==(Value value) const {
    return is(ConditionKind::kEqual, std::move(value));
  }
  [[nodiscard]] Where<Item> operator!=(Value value) const {
    return is(ConditionKind::kNotEqual, std::move(value));
  }
  [[nodiscard]] Where<Item> begins_with(Value prefix) const {
    return is(ConditionKind::kBeginsWith, std::move(prefix));
  }
  /// Any comparison, with as many operands as it takes.
  template <class... V>
  [[nodiscard]] Where<Item> is(ConditionKind kind, V... operands) const {
    std::vector<std::variant<Value, Path>> all;
    (all.emplace_back(std::move(operands)), ...);
    return {detail::simple_condition(kind, path_, std::move(all))};
  }

 private:
  Path path_;
};
template <class Item>
[[nodiscard]] Stored<Item> stored_field(std::string_view name) {
  return Stored<Item>(name);
}

}  // namespace lodestone::model
