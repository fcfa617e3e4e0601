/// What attributes are compared with and set to: values, other attributes, what is calculated from them.
///
/// Everything here turns into paths and values at once; nothing below knows the program's types.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "model/codec.h"
#include "model/condition.h"
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

namespace detail {

/// What an attribute of type T may be compared with or set to.
template <class V, class T>
concept ConvertibleTo = std::convertible_to<V, T>;

/// A field, or a place inside of one.
template <class V>
concept IsAttribute = requires(const std::remove_cvref_t<V>& attribute) {
  typename std::remove_cvref_t<V>::Item;
  typename std::remove_cvref_t<V>::Type;
  { attribute.path() } -> std::convertible_to<Path>;
};
template <class V, class T>
concept ComparableTo = ConvertibleTo<V, T> || IsAttribute<V>;

template <class T, class V>
Value value_of(V&& given) {
  if constexpr (std::is_same_v<std::remove_cvref_t<V>, T>) {
    return Codec<T>::encode(given);
  } else {
    return Codec<T>::encode(static_cast<T>(std::forward<V>(given)));
  }
}
/// A value, or the path of another attribute of the same item.
template <class T, class Item, class V>
auto operand_of(V&& given) {
  if constexpr (IsAttribute<V>) {
    using Other = std::remove_cvref_t<V>;
    static_assert(std::is_same_v<typename Other::Item, Item>, "the other attribute is of another entity");
    static_assert(std::is_same_v<typename Other::Type, T>, "the other attribute is of another type");
    return Path(given.path());
  } else if constexpr (std::is_same_v<std::remove_cvref_t<V>, T>) {
    return Codec<T>::encode(given);
  } else {
    return value_of<T>(std::forward<V>(given));
  }
}

/// What stands at a place of a list, under a name of a std::map; void: nothing does.
template <class T, class Key>
consteval auto element_type() {
  using Plain = std::remove_cvref_t<Key>;
  constexpr bool kIsPlace = std::is_integral_v<Plain>;
  constexpr bool kIsName = std::is_convertible_v<Key, std::string_view>;
  if constexpr (std::is_same_v<T, Value>) {
    return std::type_identity<std::conditional_t<kIsPlace || kIsName, Value, void>>();
  } else if constexpr (Codec<T>::kType == AttributeType::kList && kIsPlace) {
    return std::type_identity<typename T::value_type>();
  } else if constexpr (Codec<T>::kType == AttributeType::kRecord) {
    if constexpr (std::is_enum_v<typename T::key_type> ? std::is_same_v<Plain, typename T::key_type>
                                                       : kIsName) {
      return std::type_identity<typename T::mapped_type>();
    } else {
      return std::type_identity<void>();
    }
  } else {
    return std::type_identity<void>();
  }
}
template <class T, class Key>
using ElementAt = typename decltype(element_type<T, Key>())::type;

template <class Key>
Path path_to(Path path, const Key& key) {
  if constexpr (std::is_integral_v<Key>) {
    path.then(static_cast<std::size_t>(key));
  } else if constexpr (std::is_enum_v<Key>) {
    path.then(Codec<Key>::encode(key).text());
  } else {
    path.then(std::string(std::string_view(key)));
  }
  return path;
}

}  // namespace detail

/// The size of an attribute, in conditions: compared with numbers, or with attributes that are numbers.
template <class Item>
struct SizeOf {
  Path path;

  template <class V>
  [[nodiscard]] Where<Item> operator==(const V& n) const {
    return is(ConditionKind::kEqual, n);
  }
  template <class V>
  [[nodiscard]] Where<Item> operator!=(const V& n) const {
    return is(ConditionKind::kNotEqual, n);
  }
  template <class V>
  [[nodiscard]] Where<Item> operator<(const V& n) const {
    return is(ConditionKind::kLess, n);
  }
  template <class V>
  [[nodiscard]] Where<Item> operator<=(const V& n) const {
    return is(ConditionKind::kLessOrEqual, n);
  }
  template <class V>
  [[nodiscard]] Where<Item> operator>(const V& n) const {
    return is(ConditionKind::kGreater, n);
  }
  template <class V>
  [[nodiscard]] Where<Item> operator>=(const V& n) const {
    return is(ConditionKind::kGreaterOrEqual, n);
  }
  template <class A, class B>
  [[nodiscard]] Where<Item> between(const A& low, const B& high) const {
    return is(ConditionKind::kBetween, low, high);
  }
  template <class... V>
  [[nodiscard]] Where<Item> in(const V&... choices) const {
    return is(ConditionKind::kIn, choices...);
  }

 private:
  template <class... V>
  [[nodiscard]] Where<Item> is(ConditionKind kind, const V&... operands) const {
    return {detail::size_condition(kind, path, {operand(operands)...})};
  }
  template <class V>
  static Operand operand(const V& given) {
    if constexpr (detail::IsAttribute<V>) {
      static_assert(Codec<typename V::Type>::kType == AttributeType::kNumber, "a size is a number");
      return detail::operand_of<typename V::Type, Item>(given);
    } else {
      static_assert(std::is_integral_v<V>, "a size is a number");
      return Value::number(static_cast<std::int64_t>(given));
    }
  }
};

/// Another attribute's value where the item has one, and what else otherwise. kIsValue: it ends with a value.
template <class ItemType, class T, bool kIsValue>
struct Fallback {
  using Item = ItemType;
  using Type = T;
  static constexpr bool kEndsWithValue = kIsValue;
  Operand operand;

  template <detail::ComparableTo<T> V>
  [[nodiscard]] auto otherwise(V&& value) const requires(!kIsValue) {
    Fallback<Item, T, !detail::IsAttribute<V>> longer{operand};
    longer.operand.add_fallback(detail::operand_of<T, Item>(std::forward<V>(value)));
    return longer;
  }
};

/// `a + b`, `a - b`
template <class ItemType>
struct Calculation {
  using Item = ItemType;
  UpdateKind kind;
  Operand left;
  Operand right;
};

namespace detail {

template <class V>
concept IsFallback = requires {
  std::remove_cvref_t<V>::kEndsWithValue;
};
/// What an update calculates with.
template <class V>
concept IsOperand = IsAttribute<V> || IsFallback<V>;

template <class Item, class T, class V>
Operand calculated(const V& given) {
  if constexpr (IsOperand<V>) {
    static_assert(std::is_same_v<typename V::Item, Item>, "the other attribute is of another entity");
    static_assert(Codec<typename V::Type>::kType == AttributeType::kNumber,
                  "only with numbers is calculated");
    if constexpr (IsFallback<V>) {
      return given.operand;
    } else {
      return given.path();
    }
  } else {
    static_assert(ConvertibleTo<V, T>, "only with numbers is calculated");
    return value_of<T>(given);
  }
}
template <class A, class B>
using FirstOperand =
    typename std::conditional_t<IsOperand<A>, std::type_identity<A>, std::type_identity<B>>::type;
template <class A, class B>
auto calculation(UpdateKind kind, const A& a, const B& b) {
  using Item = typename FirstOperand<A, B>::Item;
  using T = typename FirstOperand<A, B>::Type;
  return Calculation<Item>{kind, calculated<Item, T>(a), calculated<Item, T>(b)};
}

}  // namespace detail

// What an update sets a number to: `field<&Cart::goods> + field<&Cart::freight>`, `field<&Cart::total> - 5`.

template <class A, class B>
requires(detail::IsOperand<A> || detail::IsOperand<B>)  //
    [[nodiscard]] auto
    operator+(const A& a, const B& b) {
  return detail::calculation(UpdateKind::kSum, a, b);
}
template <class A, class B>
requires(detail::IsOperand<A> || detail::IsOperand<B>)  //
    [[nodiscard]] auto
    operator-(const A& a, const B& b) {
  return detail::calculation(UpdateKind::kDifference, a, b);
}

}  // namespace lodestone::model
