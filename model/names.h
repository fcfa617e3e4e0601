/// The names that a program gives to members and enumerators, read by the compiler.
///
/// A member's name is the attribute's, an enumerator's name is the value's, so neither is written twice.
/// Where enumerators are to be called otherwise, specialise EnumNames.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>

namespace lodestone::model {

namespace detail {

/// Out of "… [with auto X = &User::email; …]" what X is called; empty where it is no name.
consteval std::string_view spelling(std::string_view pretty) {
  const std::size_t from = pretty.find("X = ") + 4;
  pretty = pretty.substr(from, pretty.find_first_of(";]", from) - from);
  if (pretty.back() == ')') pretty.remove_suffix(1);
  pretty = pretty.substr(pretty.find_last_of(":)&") + 1);
  // "(Role)7": there is no such enumerator.
  const bool is_number = pretty.empty() || pretty[0] == '-' || (pretty[0] >= '0' && pretty[0] <= '9');
  return is_number ? std::string_view() : pretty;
}

template <auto X>
consteval std::string_view name_of() {
  return spelling(__PRETTY_FUNCTION__);
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

template <auto A, auto B>
consteval bool is_same() {
  if constexpr (std::is_same_v<decltype(A), decltype(B)>) {
    return A == B;
  } else {
    return false;
  }
}

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

/// The name of a member or an enumerator.
template <auto X>
inline constexpr std::string_view kNameOf = detail::name_of<X>();

/// Whether M is among Ms.
template <auto M, auto... Ms>
inline constexpr bool kIsAmong = (detail::is_same<M, Ms>() || ...);

/// The texts of an enumeration's values, by number from 0; empty where there is none.
template <class E>
struct EnumNames {
  static constexpr std::size_t kMost = 32;
  static constexpr auto kNames = []<std::size_t... I>(std::index_sequence<I...>) {
    return std::array<std::string_view, kMost>{kNameOf<static_cast<E>(I)>...};
  }
  (std::make_index_sequence<kMost>{});
};

}  // namespace lodestone::model
