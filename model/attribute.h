/// What an entity says of its attributes: `attr<&User::email>().validate(is_email)`.
///
/// Options are set when the program is compiled; hooks are functions without state (lambdas that capture
/// nothing), which see the attribute's own type. Of an attribute without options only the member is named. A
/// list of attributes is written
///
///     static constexpr auto attributes = model::attributes<&User::userId, &User::name>(
///         model::attr<&User::createdAt>().default_to([](const Moment& now) { return now.iso();
///         }).read_only(), …);
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "model/codec.h"
#include "model/field.h"
#include "model/names.h"
#include "model/schema.h"

namespace lodestone::model {

/// The values of an item that are there while a hook runs, or that a partial read brought.
template <class Item>
class Given {
 public:
  explicit Given(const Record& values, Moment now = {}) : values_(&values), now_(now) {}

  /// nullopt where the attribute is not there.
  template <auto M>
  [[nodiscard]] std::optional<ValueOf<M>> get() const {
    static_assert(std::is_same_v<OwnerOf<M>, Item>, "get(): this member belongs to another struct");
    const Value* const value = values_->find(kNameOf<M>);
    ValueOf<M> decoded{};
    if (value == nullptr || !Codec<ValueOf<M>>::decode(*value, decoded)) return std::nullopt;
    return decoded;
  }
  template <auto M>
  [[nodiscard]] std::optional<ValueOf<M>> operator[](Field<M>) const {
    return get<M>();
  }
  /// The operation's one reading of the clock.
  [[nodiscard]] const Moment& now() const { return now_; }

 private:
  const Record* values_;
  Moment now_;
};

/// An attribute's options without its type.
struct AttributeOptions {
  std::string_view field;
  std::string_view label;
  bool has_label = false;
  bool is_read_only = false;
  bool is_hidden = false;
  /// A default is written for it, or it may stay empty: create() need not be given it.
  bool has_default = false;
  bool may_be_empty = false;
  bool watches_all = false;
  std::size_t padding_length = 0;
  std::string_view padding_fill;
  std::array<std::string_view, 8> watched{};
  std::string_view pattern;

  std::optional<Value> (*run_default)(const AttributeOptions&, const Moment&) = nullptr;
  std::optional<Value> (*run_set)(const AttributeOptions&, const Value*,
                                  const AttributeSchema::Context&) = nullptr;
  std::optional<Value> (*run_get)(const AttributeOptions&, const Value*,
                                  const AttributeSchema::Context&) = nullptr;
  std::optional<std::string> (*run_validate)(const AttributeOptions&, const Value&) = nullptr;
};

template <auto M>
struct Attribute : AttributeOptions {
  using T = ValueOf<M>;
  using Item = OwnerOf<M>;
  static constexpr auto kMember = M;

  /// The name it is stored under.
  consteval Attribute saved_as(std::string_view name) const {
    Attribute changed = *this;
    changed.field = name;
    return changed;
  }
  /// What stands before its value in keys instead of its name.
  consteval Attribute labelled(std::string_view text) const {
    Attribute changed = *this;
    changed.label = text;
    changed.has_label = true;
    return changed;
  }
  /// In keys, values shorter than `length` are filled up from the left.
  consteval Attribute padded(std::size_t length, std::string_view fill = "0") const {
    Attribute changed = *this;
    changed.padding_length = length;
    changed.padding_fill = fill;
    return changed;
  }
  /// Written once: updates refuse it, upsert keeps what is there.
  consteval Attribute read_only() const {
    Attribute changed = *this;
    changed.is_read_only = true;
    return changed;
  }
  /// Stored, but not shown to readers.
  consteval Attribute hidden() const {
    static_assert(kIsOptional<M>,
                  "hidden(): readers do not see the attribute, so declare the member std::optional");
    Attribute changed = *this;
    changed.is_hidden = true;
    return changed;
  }
  /// A required string may be empty, without having been forgotten.
  consteval Attribute allow_empty() const {
    Attribute changed = *this;
    changed.may_be_empty = true;
    return changed;
  }

  /// The value of a new item where none is given, and of an item that was written before the attribute was
  /// there.
  consteval Attribute default_to(T (*make)()) const { return with_default(&Attribute::default_made, make); }
  consteval Attribute default_to(T (*make)(const Moment&)) const {
    return with_default(&Attribute::default_at, make);
  }
  consteval Attribute default_to(T value) const requires std::is_scalar_v<T> {
    return with_default(&Attribute::default_scalar, value);
  }
  consteval Attribute default_to(const char* text) const requires std::is_same_v<T, std::string> {
    return with_default(&Attribute::default_text, text);
  }

  /// Values are stored as `change` makes them.
  consteval Attribute set(T (*change)(const T&)) const { return with_set(&Attribute::set_changed, change); }
  /// Whatever is given, this is stored.
  consteval Attribute set(T (*make)(const Given<Item>&)) const {
    return with_set(&Attribute::set_made, make);
  }
  consteval Attribute set(std::optional<T> (*change)(const std::optional<T>&, const Given<Item>&)) const {
    return with_set(&Attribute::set_full, change);
  }

  /// Readers see values as `show` makes them.
  consteval Attribute get(T (*show)(const T&)) const { return with_get(&Attribute::get_shown, show); }
  consteval Attribute get(std::optional<T> (*show)(const std::optional<T>&, const Given<Item>&)) const {
    return with_get(&Attribute::get_full, show);
  }
  /// Never stored: made from the others when the item is read.
  consteval Attribute computed(T (*make)(const Given<Item>&)) const {
    static_assert(kIsOptional<M>, "computed(): nothing is stored, so declare the member std::optional");
    Attribute changed = with_get(&Attribute::get_made, make);
    changed.run_set = &Attribute::set_nothing;
    return changed;
  }

  /// The setter runs also when one of these is written.
  template <auto... Ms>
  consteval Attribute watch() const {
    static_assert(sizeof...(Ms) > 0 && sizeof...(Ms) <= 8,
                  "watch(): name one to eight members, or use watch_all()");
    static_assert((std::is_same_v<OwnerOf<Ms>, Item> && ...), "watch(): a member of another struct");
    Attribute changed = *this;
    changed.watched = {kNameOf<Ms>...};
    return changed;
  }
  /// The setter runs on every write.
  consteval Attribute watch_all() const {
    Attribute changed = *this;
    changed.watches_all = true;
    return changed;
  }

  /// Values for which it says false are refused.
  consteval Attribute validate(bool (*is_valid)(const T&)) const {
    Attribute changed = *this;
    changed.hooks_.is_valid = is_valid;
    changed.run_validate = &Attribute::validate_truth;
    return changed;
  }
  /// What is wrong with a value; nullopt: nothing.
  consteval Attribute validate(std::optional<std::string> (*complaint)(const T&)) const {
    Attribute changed = *this;
    changed.hooks_.complaint = complaint;
    changed.run_validate = &Attribute::validate_text;
    return changed;
  }
  /// Strings must have a part that the regular expression (ECMAScript) matches.
  consteval Attribute matches(std::string_view expression) const {
    static_assert(std::is_same_v<T, std::string>, "matches(): only strings match a pattern");
    Attribute changed = *this;
    changed.pattern = expression;
    return changed;
  }

 private:
  using Scalar = std::conditional_t<std::is_scalar_v<T>, T, char>;
  struct Hooks {
    T (*make)() = nullptr;
    T (*make_at)(const Moment&) = nullptr;
    T (*set_change)(const T&) = nullptr;
    T (*set_make)(const Given<Item>&) = nullptr;
    std::optional<T> (*set_full)(const std::optional<T>&, const Given<Item>&) = nullptr;
    T (*get_show)(const T&) = nullptr;
    T (*get_make)(const Given<Item>&) = nullptr;
    std::optional<T> (*get_full)(const std::optional<T>&, const Given<Item>&) = nullptr;
    bool (*is_valid)(const T&) = nullptr;
    std::optional<std::string> (*complaint)(const T&) = nullptr;
    const char* text = nullptr;
    Scalar scalar{};
  };

  template <class Run, class Hook>
  constexpr Attribute with_default(Run run, Hook hook) const {
    Attribute changed = *this;
    changed.has_default = true;
    changed.run_default = run;
    changed.keep(hook, changed.hooks_.make, changed.hooks_.make_at, changed.hooks_.text,
                 changed.hooks_.scalar);
    return changed;
  }
  template <class Run, class Hook>
  constexpr Attribute with_set(Run run, Hook hook) const {
    Attribute changed = *this;
    changed.run_set = run;
    changed.keep(hook, changed.hooks_.set_change, changed.hooks_.set_make, changed.hooks_.set_full);
    return changed;
  }
  template <class Run, class Hook>
  constexpr Attribute with_get(Run run, Hook hook) const {
    Attribute changed = *this;
    changed.run_get = run;
    changed.keep(hook, changed.hooks_.get_show, changed.hooks_.get_make, changed.hooks_.get_full);
    return changed;
  }
  /// Puts the hook where its type belongs.
  template <class Hook, class... Slots>
  static constexpr void keep(Hook hook, Slots&... slots) {
    const auto try_slot = [hook]<class Slot>(Slot& slot) {
      if constexpr (std::is_same_v<Slot, Hook>) slot = hook;
    };
    (try_slot(slots), ...);
  }

  static const Hooks& hooks(const AttributeOptions& options) {
    return static_cast<const Attribute&>(options).hooks_;
  }
  static std::optional<T> decoded(const Value* value) {
    T result{};
    if (value == nullptr || !Codec<T>::decode(*value, result)) return std::nullopt;
    return result;
  }
  static std::optional<Value> encoded(const std::optional<T>& value) {
    return value ? std::optional(Codec<T>::encode(*value)) : std::nullopt;
  }

  static std::optional<Value> default_made(const AttributeOptions& self, const Moment&) {
    return Codec<T>::encode(hooks(self).make());
  }
  static std::optional<Value> default_at(const AttributeOptions& self, const Moment& now) {
    return Codec<T>::encode(hooks(self).make_at(now));
  }
  static std::optional<Value> default_scalar(const AttributeOptions& self, const Moment&) {
    return Codec<T>::encode(hooks(self).scalar);
  }
  static std::optional<Value> default_text(const AttributeOptions& self, const Moment&) {
    return Value::string(hooks(self).text);
  }
  static std::optional<Value> set_changed(const AttributeOptions& self, const Value* given,
                                          const AttributeSchema::Context&) {
    const auto value = decoded(given);
    return value ? std::optional(Codec<T>::encode(hooks(self).set_change(*value))) : std::nullopt;
  }
  static std::optional<Value> set_made(const AttributeOptions& self, const Value*,
                                       const AttributeSchema::Context& context) {
    return Codec<T>::encode(hooks(self).set_make(Given<Item>(context.item, context.now)));
  }
  static std::optional<Value> set_full(const AttributeOptions& self, const Value* given,
                                       const AttributeSchema::Context& context) {
    return encoded(hooks(self).set_full(decoded(given), Given<Item>(context.item, context.now)));
  }
  static std::optional<Value> set_nothing(const AttributeOptions&, const Value*,
                                          const AttributeSchema::Context&) {
    return std::nullopt;
  }
  static std::optional<Value> get_shown(const AttributeOptions& self, const Value* stored,
                                        const AttributeSchema::Context&) {
    const auto value = decoded(stored);
    return value ? std::optional(Codec<T>::encode(hooks(self).get_show(*value))) : std::nullopt;
  }
  static std::optional<Value> get_made(const AttributeOptions& self, const Value*,
                                       const AttributeSchema::Context& context) {
    return Codec<T>::encode(hooks(self).get_make(Given<Item>(context.item, context.now)));
  }
  static std::optional<Value> get_full(const AttributeOptions& self, const Value* stored,
                                       const AttributeSchema::Context& context) {
    return encoded(hooks(self).get_full(decoded(stored), Given<Item>(context.item, context.now)));
  }
  static std::optional<std::string> validate_truth(const AttributeOptions& self, const Value& given) {
    const auto value = decoded(&given);
    if (!value || hooks(self).is_valid(*value)) return std::nullopt;
    return "'" + std::string(kNameOf<M>) + "' is not valid";
  }
  static std::optional<std::string> validate_text(const AttributeOptions& self, const Value& given) {
    const auto value = decoded(&given);
    return value ? hooks(self).complaint(*value) : std::nullopt;
  }

  Hooks hooks_{};
};

template <auto M>
consteval Attribute<M> attr() {
  return {};
}

/// Distinct attributes; each is a base class, so that one is found by its member with one cast.
template <class... A>
struct Attributes : A... {
  consteval explicit Attributes(A... each) : A(each)... {}
};

/// The plain members first, then those with options.
template <auto... Plain, class... A>
consteval auto attributes(A... with_options) {
  return Attributes<Attribute<Plain>..., A...>(Attribute<Plain>{}..., with_options...);
}

/// One attribute of a struct, for code that knows no template.
struct MemberSpec {
  std::string_view name;
  const TypeCodec* codec;
  const void* (*at)(const void* item);
  const AttributeOptions* options;
};
using MemberSpecs = std::span<const MemberSpec>;

namespace detail {

template <const auto& kList, class List>
struct SpecsOf;
template <const auto& kList, class... A>
struct SpecsOf<kList, Attributes<A...>> {
  template <class One>
  static consteval MemberSpec spec() {
    using Item = typename One::Item;
    return {kNameOf<One::kMember>, &kCodec<MemberType<One::kMember>>,
            [](const void* item) -> const void* { return &(static_cast<const Item*>(item)->*One::kMember); },
            &static_cast<const One&>(kList)};
  }
  static constexpr std::array<MemberSpec, sizeof...(A)> kSpecs = {spec<A>()...};
};

template <class T>
concept HasAttributes = requires {
  T::attributes();
};

template <HasAttributes T>
inline constexpr auto kAttributesOf = T::attributes();

template <HasAttributes T>
inline constexpr MemberSpecs kSpecsOf =
    SpecsOf<kAttributesOf<T>, std::remove_cv_t<decltype(kAttributesOf<T>)>>::kSpecs;

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
template <class T>
inline constexpr TypeCodec kCodec<std::optional<T>> = {
    .type = Codec<T>::kType,
    .encode = [](const void* from) { return Codec<T>::encode(**static_cast<const std::optional<T>*>(from)); },
    .decode =
        [](const Value& value, void* to) {
          return Codec<std::optional<T>>::decode(value, *static_cast<std::optional<T>*>(to));
        },
    .describe = &Codec<T>::describe,
    .has_value = [](const void* from) { return static_cast<const std::optional<T>*>(from)->has_value(); },
    .set_type = kCodec<T>.set_type,
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
