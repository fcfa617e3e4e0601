/// Attributes as a program names them, and what is done with them: conditions, assignments, updates.
///
///     field<&User::email>                              an attribute
///     field<&Session::metadata, &Metadata::notes>      inside of a map
///     field<&Session::tags>[2]                         inside of a list
///     field<&User::scores>["math"]                     inside of a std::map
///     field<&Course::parts>[0][field<&Part::title>]    and on from there
///     field<&Course::place>.at<1>()                    inside of a tuple
///
///     field<&User::role> == Role::ADMIN && !field<&User::verified>.exists()
///     field<&User::name> = "Jane"
///     field<&Cart::total> = field<&Cart::goods>.otherwise(0) + field<&Cart::freight>
///
/// Everything here turns into a Path and a Value at once; nothing below knows the program's types.
#pragma once

#include <array>
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
#include "model/operand.h"
#include "model/writes.h"

namespace lodestone::model {

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

template <class Inner, class Outer>
inline constexpr bool kIsInside = std::is_same_v<Inner, Outer>;
template <class Inner, class... Alternatives>
inline constexpr bool kIsInside<Inner, std::variant<Alternatives...>> =
    (std::is_same_v<Inner, Alternatives> || ...);
/// Whether each member is one of the struct that the member before it holds.
template <auto First, auto... Rest>
inline constexpr bool kNests = true;
template <auto First, auto Second, auto... Rest>
inline constexpr bool kNests<First, Second, Rest...> =
    kIsInside<OwnerOf<Second>, ValueOf<First>>&& kNests<Second, Rest...>;

template <class T>
struct Contained {
  using Type = std::string;
};
template <class T>
requires requires { typename T::value_type; } &&(!std::is_same_v<T, std::string>)struct Contained<T> {
  using Type = typename T::value_type;
};

}  // namespace detail

/// An attribute and the value that it is to have. Root is the member that it is or is inside of.
template <auto Root, class T>
struct PlaceAssignment {
  static constexpr auto kRoot = Root;
  static constexpr std::size_t kDepth = 1;
  Path path;
  /// A value, or another attribute.
  Operand operand;
};
template <auto Root, class T>
struct CalculatedAssignment {
  static constexpr auto kRoot = Root;
  static constexpr std::size_t kDepth = 1;
  Path path;
  UpdateKind kind;
  Operand left;
  Operand right;
};

template <auto Root, class T>
class Place;

/// What can be asked of an attribute of type T and done with it. Self has `path()`, and `place`, which makes
/// a PathRef.
template <class Self, auto Root, class T>
class AttributeOperations {
 public:
  using Item = OwnerOf<Root>;
  using Type = T;

  /// An element of a list, a member of a std::map.
  template <class Key, class Element = detail::ElementAt<T, Key>>
  requires(!std::is_void_v<Element>) [[nodiscard]] auto operator[](const Key& key) const {
    return Place<Root, Element>(detail::path_to(self().path(), key));
  }
  /// Further inside of a struct: `field<&Order::lines>[0][field<&Line::count>]`.
  template <auto First, auto... Rest>
  [[nodiscard]] auto operator[](const Field<First, Rest...>& inner) const {
    static_assert(detail::kIsInside<OwnerOf<First>, T>,
                  "the member of a struct that is not the one at this place");
    Path path = self().path();
    path.then(inner.path());
    return Place<Root, typename Field<First, Rest...>::Type>(std::move(path));
  }
  /// A place of a tuple.
  template <std::size_t kPlace>
  [[nodiscard]] auto at() const {
    static_assert(Codec<T>::kType == AttributeType::kTuple, "at(): only tuples have numbered places");
    Path path = self().path();
    path.then(kPlace);
    return Place<Root, std::tuple_element_t<kPlace, T>>(std::move(path));
  }
  /// For updates: the value of another attribute, or one of the type (in braces too), where the item has none
  /// here.
  template <detail::ComparableTo<T> V = T>
  [[nodiscard]] auto otherwise(V&& value) const {
    return Fallback<Item, T, false>{self().path()}.otherwise(std::forward<V>(value));
  }

  [[nodiscard]] Where<Item> exists() const {
    return {detail::simple_condition(ConditionKind::kExists, static_cast<const Self*>(this)->place)};
  }
  [[nodiscard]] Where<Item> not_exists() const {
    return {detail::simple_condition(ConditionKind::kNotExists, static_cast<const Self*>(this)->place)};
  }
  [[nodiscard]] Where<Item> has_type(ValueType type) const {
    return where(ConditionKind::kType, Value::string(std::string(wire_name(type))));
  }
  template <class V>
  [[nodiscard]] Where<Item> begins_with(V&& prefix) const {
    static_assert(std::is_same_v<T, std::string> || std::is_same_v<T, Binary>,
                  "begins_with(): only strings and binary values begin with something");
    return where(ConditionKind::kBeginsWith, detail::operand_of<T, Item>(std::forward<V>(prefix)));
  }
  /// A part of a string, or an element of a list or set.
  template <class V>
  [[nodiscard]] Where<Item> contains(V&& part) const {
    return where(ConditionKind::kContains,
                 detail::operand_of<typename detail::Contained<T>::Type, Item>(std::forward<V>(part)));
  }
  template <class V>
  [[nodiscard]] Where<Item> not_contains(V&& part) const {
    return where(ConditionKind::kNotContains,
                 detail::operand_of<typename detail::Contained<T>::Type, Item>(std::forward<V>(part)));
  }
  template <detail::ComparableTo<T> A, detail::ComparableTo<T> B>
  [[nodiscard]] Where<Item> between(A&& low, B&& high) const {
    return where(ConditionKind::kBetween, detail::operand_of<T, Item>(std::forward<A>(low)),
                 detail::operand_of<T, Item>(std::forward<B>(high)));
  }
  template <detail::ComparableTo<T>... V>
  [[nodiscard]] Where<Item> in(V&&... choices) const {
    return where(ConditionKind::kIn, detail::operand_of<T, Item>(std::forward<V>(choices))...);
  }
  /// One of 1 to 100 values; error 2006 for other numbers.
  [[nodiscard]] Where<Item> in(const std::vector<T>& choices) const {
    Where<Item> chosen = where(ConditionKind::kIn);
    for (const auto& choice : choices) chosen.condition.operands.emplace_back(Codec<T>::encode(choice));
    return chosen;
  }
  template <detail::ConvertibleTo<T> V>
  [[nodiscard]] Where<Item> equals_or_not_exists(V&& value) const {
    return where(ConditionKind::kEqualOrNotExists, detail::value_of<T>(std::forward<V>(value)));
  }
  [[nodiscard]] SizeOf<Item> size() const { return {self().path()}; }

  template <detail::ComparableTo<T> V>
  [[nodiscard]] friend Where<Item> operator==(const Self& a, V&& b) {
    return {detail::simple_condition(ConditionKind::kEqual, a.place, detail::operand_of<T, Item>(b))};
  }
  template <detail::ComparableTo<T> V>
  [[nodiscard]] friend Where<Item> operator!=(const Self& a, V&& b) {
    return {detail::simple_condition(ConditionKind::kNotEqual, a.place, detail::operand_of<T, Item>(b))};
  }
  template <detail::ComparableTo<T> V>
  [[nodiscard]] friend Where<Item> operator<(const Self& a, V&& b) {
    return {detail::simple_condition(ConditionKind::kLess, a.place, detail::operand_of<T, Item>(b))};
  }
  template <detail::ComparableTo<T> V>
  [[nodiscard]] friend Where<Item> operator<=(const Self& a, V&& b) {
    return {detail::simple_condition(ConditionKind::kLessOrEqual, a.place, detail::operand_of<T, Item>(b))};
  }
  template <detail::ComparableTo<T> V>
  [[nodiscard]] friend Where<Item> operator>(const Self& a, V&& b) {
    return {detail::simple_condition(ConditionKind::kGreater, a.place, detail::operand_of<T, Item>(b))};
  }
  template <detail::ComparableTo<T> V>
  [[nodiscard]] friend Where<Item> operator>=(const Self& a, V&& b) {
    return {
        detail::simple_condition(ConditionKind::kGreaterOrEqual, a.place, detail::operand_of<T, Item>(b))};
  }

 protected:
  [[nodiscard]] const Self& self() const { return static_cast<const Self&>(*this); }
  template <class... V>
  [[nodiscard]] Where<Item> where(ConditionKind kind, V&&... operands) const {
    if constexpr (sizeof...(V) < 2) {
      return {detail::simple_condition(kind, self().place, std::move(operands)...)};
    } else {
      return {detail::simple_condition(kind, self().place, {std::move(operands)...})};
    }
  }
};

namespace detail {
/// What becomes of `attribute = value`, where the value is one or is made from other attributes.
template <auto Root, class T, class V>
auto assignment(Path path, V&& value) {
  using Given = std::remove_cvref_t<V>;
  using Item = OwnerOf<Root>;
  if constexpr (requires { value.left; }) {
    static_assert(std::is_same_v<typename Given::Item, Item>, "the calculation is of another entity");
    static_assert(Codec<T>::kType == AttributeType::kNumber, "only a number is calculated");
    return CalculatedAssignment<Root, T>{std::move(path), value.kind, value.left, value.right};
  } else if constexpr (IsFallback<Given>) {
    static_assert(std::is_same_v<typename Given::Item, Item>, "the other attribute is of another entity");
    static_assert(std::is_same_v<typename Given::Type, T>, "the other attribute is of another type");
    return PlaceAssignment<Root, T>{std::move(path), value.operand};
  } else if constexpr (IsAttribute<Given>) {
    return PlaceAssignment<Root, T>{std::move(path), operand_of<T, Item>(value)};
  } else {
    static_assert(ConvertibleTo<V, T>, "the value is of another type than the attribute");
    return PlaceAssignment<Root, T>{std::move(path), value_of<T>(std::forward<V>(value))};
  }
}
}  // namespace detail

/// A place inside of an attribute that is told at run time: an element of a list, a member of a std::map.
template <auto Root, class T>
class Place : public AttributeOperations<Place<Root, T>, Root, T> {
 public:
  explicit Place(Path path) : place(std::move(path)) {}
  Place(const Place&) = default;
  ~Place() = default;

  [[nodiscard]] const Path& path() const { return place; }

  template <class V>
  auto operator=(V&& value) const {
    return detail::assignment<Root, T>(place, std::forward<V>(value));
  }
  PlaceAssignment<Root, T> operator=(const Place& other) const {  // NOLINT: nothing is assigned
    return {place, other.place};
  }

  const Path place;
};

namespace detail {
/// A field and its value, without their types.
struct AssignedValue {
  PathRef place;
  Value value;
};
/// What operations are given of them.
using AssignedValues = std::initializer_list<const AssignedValue*>;
}  // namespace detail

/// One attribute and its value: what keys and updates are made from.
template <auto... Ms>
struct Assignment : detail::AssignedValue {
  static constexpr auto kRoot = detail::kFirst<Ms...>;
  static constexpr std::size_t kDepth = sizeof...(Ms);
};

template <auto... Ms>
struct Field : AttributeOperations<Field<Ms...>, detail::kFirst<Ms...>, typename detail::Last<Ms...>::Type> {
  static_assert(sizeof...(Ms) > 0);
  static_assert(detail::kNests<Ms...>, "field: a member of another struct than the one before it holds");
  using Type = typename detail::Last<Ms...>::Type;
  static constexpr auto kRoot = detail::kFirst<Ms...>;
  static constexpr std::array<std::string_view, sizeof...(Ms)> kNames = {kNameOf<Ms>...};
  static constexpr PathRef place{kNames};  // NOLINT(readability-identifier-naming): as Place has it

  [[nodiscard]] static Path path() { return place.path(); }

  /// A value; in braces too: `field<&Session::tags> = {"a", "b"}`.
  template <detail::ConvertibleTo<Type> V = Type>
  Assignment<Ms...> operator=(V&& value) const {
    return {{place, detail::value_of<Type>(value)}};
  }
  /// Another attribute's value, or what is made from others.
  template <class V>
  requires(detail::IsAttribute<V> || detail::IsFallback<V> || requires(V value) { value.left; })  //
      auto
      operator=(const V& other) const {
    return detail::assignment<kRoot, Type>(path(), other);
  }
};

/// Called like a function, so it is not kField.
template <auto... Ms>
inline constexpr Field<Ms...> field{};  // NOLINT(readability-identifier-naming)

}  // namespace lodestone::model
