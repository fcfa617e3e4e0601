/// The members of structs that are attributes, for code that knows no template: names, codecs, places,
/// options.
///
/// Structs within items, and items themselves, are read and written through these tables.
#pragma once

#include <array>
#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "model/attribute.h"
#include "model/codec.h"
#include "model/names.h"
#include "model/schema.h"

namespace lodestone::model {

/// One attribute of a struct, for code that knows no template.
struct MemberSpec {
  std::string_view name;
  const TypeCodec* codec;
  /// The member of an item that is never made, and that item: so its place is known without a function for
  /// each.
  const void* place;
  const void* origin;
  const AttributeOptions* options;

  [[nodiscard]] const void* at(const void* item) const {
    return static_cast<const char*>(item) +
           (static_cast<const char*>(place) - static_cast<const char*>(origin));
  }
};
using MemberSpecs = std::span<const MemberSpec>;

namespace detail {

/// Room for an item, which is not made.
template <class T>
union Unmade {
  constexpr Unmade() : nothing{} {}
  constexpr ~Unmade() {}  // NOLINT(modernize-use-equals-default): there is nothing to destroy
  char nothing;
  T item;
};
#ifdef __clang__
// clang 14 takes it for no literal type where an item has a std::set or a std::map.
template <class T>
[[clang::no_destroy]] inline constinit Unmade<T> kUnmade{};  // NOLINT(readability-identifier-naming)
#else
template <class T>
inline constexpr Unmade<T> kUnmade{};
#endif

template <const auto& kList, class List>
inline constexpr int kSpecsIn = 0;
template <const auto& kList, class... A>
inline constexpr std::array<MemberSpec, sizeof...(A)> kSpecsIn<kList, Attributes<A...>> = {MemberSpec{
    kNameOf<A::kMember>, &kCodec<MemberType<A::kMember>>, &(kUnmade<typename A::Item>.item.*A::kMember),
    &kUnmade<typename A::Item>, &static_cast<const A&>(kList)}...};

template <class T>
concept HasAttributes = requires {
  T::attributes();
};

template <HasAttributes T>
inline constexpr auto kAttributesOf = T::attributes();

template <HasAttributes T>
inline constexpr MemberSpecs kSpecsOf =
    kSpecsIn<kAttributesOf<T>, std::remove_cv_t<decltype(kAttributesOf<T>)>>;

}  // namespace detail

/// A struct's values by name. Optional members without a value are left out.
[[nodiscard]] Record encode_members(MemberSpecs specs, const void* item);

/// Fills a struct from values by name. What is there and does not fit, or is not there and has no default, is
/// told.
struct DecodeFailure {
  std::string attribute;
  bool is_missing = false;
};
[[nodiscard]] std::optional<DecodeFailure> decode_members(MemberSpecs specs, const Record& values, void* item,
                                                          Moment now);
/// Whether a member may be absent: optional ones, and sets, which are empty then.
[[nodiscard]] bool may_be_absent(const MemberSpec& spec);
/// What stands for a member that is not there; nullopt: nothing does.
[[nodiscard]] std::optional<Value> default_value_of(const MemberSpec& spec, Moment now);
/// The same for one member that is not there; false where it must be.
[[nodiscard]] bool fill_missing(const MemberSpec& spec, void* item, Moment now);

/// Leaves out members that have a default and hold what `blank` holds, at any depth.
void leave_out_blank(MemberSpecs specs, const void* blank, Record& values);

/// The attributes' schemas.
[[nodiscard]] std::vector<AttributeSchema> describe_members(MemberSpecs specs);

template <class T>
struct Codec<std::optional<T>> {
  static constexpr AttributeType kType = Codec<T>::kType;
  static void describe(AttributeSchema& attribute) { Codec<T>::describe(attribute); }
  static Value encode(const std::optional<T>& value) { return value ? Codec<T>::encode(*value) : Value(); }
  static bool decode(const Value& value, std::optional<T>& to) {
    return Codec<T>::decode(value, to.emplace());
  }
};
namespace detail {
template <HasAttributes T>
void leave_out_blank_members(Value& value) {
  const T blank{};
  leave_out_blank(kSpecsOf<T>, &blank, value.members());
}
template <HasAttributes T>
inline constexpr void (*kLeaveOutBlank<T>)(Value& value) = &leave_out_blank_members<T>;
template <class T>
void leave_out_of_elements(Value& value) {
  for (Value& element : value.items()) kLeaveOutBlank<T>(element);
}
template <class T>
requires(kLeaveOutBlank<T> != nullptr)  //
    inline constexpr void (*kLeaveOutBlank<std::vector<T>>)(Value& value) = &leave_out_of_elements<T>;
template <class T>
void leave_out_of_members(Value& value) {
  for (Member& member : value.members()) kLeaveOutBlank<T>(member.value);
}
template <class Name, class T>
requires(kLeaveOutBlank<T> != nullptr)  //
    inline constexpr void (*kLeaveOutBlank<std::map<Name, T>>)(Value& value) = &leave_out_of_members<T>;

template <class T>
Value encode_held(const void* from) {
  return Codec<T>::encode(**static_cast<const std::optional<T>*>(from));
}
template <class T>
bool holds(const void* from) {
  return static_cast<const std::optional<T>*>(from)->has_value();
}
}  // namespace detail

template <class T>
inline constexpr TypeCodec kCodec<std::optional<T>> = {
    .type = Codec<T>::kType,
    .encode = &detail::encode_held<T>,
    .decode = &detail::decode_as<std::optional<T>>,
    .describe = &Codec<T>::describe,
    .has_value = &detail::holds<T>,
    .set_type = kCodec<T>.set_type,
    .leave_out_blank = detail::kLeaveOutBlank<T>,
};

template <detail::HasAttributes T>
struct Codec<T> {
  static constexpr AttributeType kType = AttributeType::kMap;
  static void describe(AttributeSchema& attribute) {
    attribute.properties = describe_members(detail::kSpecsOf<T>);
  }
  static Value encode(const T& value) { return Value::map(encode_members(detail::kSpecsOf<T>, &value)); }
  static bool decode(const Value& value, T& to) {
    return value.is(ValueType::kMap) && !decode_members(detail::kSpecsOf<T>, value.members(), &to, {});
  }
};

}  // namespace lodestone::model
