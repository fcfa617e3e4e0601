/// The names that a program gives to members and enumerators, as the compiler spells them.
///
/// A member's name is the attribute's, an enumerator's name is the value's, so neither is written twice.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>

namespace lodestone::model {

namespace detail {

/// "… [with auto X = &User::email; …]"
template <auto X>
consteval const char* spell() {
  return __PRETTY_FUNCTION__;
}
/// Where in it X is told: in all of them at the same place.
inline constexpr std::size_t kSpelledAt = std::string_view(spell<0>()).find("X = ") + 4;

/// What X is called. By hand, since the compiler needs ten times as long for what std::string_view has.
template <auto X>
consteval std::string_view name_of() {
  const char* end = spell<X>() + kSpelledAt;
  const char* name = end;
  for (; *end != ';' && *end != ']'; ++end) {
    const bool ends = *end == ')' && (end[1] == ';' || end[1] == ']');
    if (ends) return {name, end};
    if (*end == ':' || *end == ')' || *end == '&') name = end + 1;
  }
  return {name, end};
}

template <class T>
struct MemberPointer;
template <class C, class V>
struct MemberPointer<V C::*> {
  using Class = C;
  using Type = V;
};

template <class T>
struct WithoutOptional {
  using type = T;
  static constexpr bool kIsOptional = false;
};
template <class T>
struct WithoutOptional<std::optional<T>> {
  using type = T;
  static constexpr bool kIsOptional = true;
};

/// A member as a type: to compare types costs the compiler nothing.
template <auto X>
struct Constant;

}  // namespace detail

/// The struct that a pointer to a member belongs to, the member's type, and that without std::optional.
template <auto M>
using OwnerOf = typename detail::MemberPointer<decltype(M)>::Class;
template <auto M>
using MemberType = typename detail::MemberPointer<decltype(M)>::Type;
template <auto M>
using ValueOf = typename detail::WithoutOptional<MemberType<M>>::type;
template <auto M>
inline constexpr bool kIsOptional = detail::WithoutOptional<MemberType<M>>::kIsOptional;

/// The name of a member.
template <auto X>
inline constexpr std::string_view kNameOf = detail::name_of<X>();

/// Whether M is among Ms.
template <auto M, auto... Ms>
inline constexpr bool kIsAmong = (std::is_same_v<detail::Constant<M>, detail::Constant<Ms>> || ...);

namespace detail {
template <class E, E... V>
constexpr std::string_view spell_values() {
  return __PRETTY_FUNCTION__;
}
template <class E, std::size_t... I>
constexpr std::string_view spell_enumerators(std::index_sequence<I...>) {
  return spell_values<E, static_cast<E>(I)...>();
}
/// The names in what spell_values() says, by number, empty where there is none; they live as long as the
/// program does. Read when the program runs: the compiler would need longer for this than for the rest of a
/// model.
[[nodiscard]] std::span<const std::string_view> read_enumerators(std::string_view spelled);
}  // namespace detail

/// The texts of an enumeration's values, by number from 0; empty where there is none. To call them otherwise:
///
///     template <>
///     struct lodestone::model::EnumNames<Role> {
///       static constexpr std::array<std::string_view, 2> kNames = {"admin", "guest"};
///     };
template <class E>
struct EnumNames {
  static constexpr std::size_t kMost = 32;
  static std::span<const std::string_view> names() {
    static const std::span<const std::string_view> names =
        detail::read_enumerators(detail::spell_enumerators<E>(std::make_index_sequence<kMost>{}));
    return names;
  }
};

}  // namespace lodestone::model
