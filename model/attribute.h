/// What an entity says of its attributes: `attr<&User::email>().validate(is_email)`.
///
/// Options are set when the program is compiled; hooks are functions without state (lambdas that capture
/// nothing), which see the attribute's own type. Of an attribute without options only the member is named. A
/// list of attributes is written
///
///     static constexpr auto attributes = model::attributes<&User::userId, &User::name>(
///         model::attr<&User::email>().matches(R"(^\S+@\S+$)"),
///         model::attr<&User::role>().default_to(Role::STUDENT).read_only());
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

  /// nullopt where the attribute is not there. `get<&User::address, &Address::city>()` looks into a map.
  template <auto M, auto... Inner>
  [[nodiscard]] std::optional<typename detail::Last<M, Inner...>::Type> get() const {
    static_assert(std::is_same_v<OwnerOf<M>, Item>, "get(): this member belongs to another struct");
    using T = typename detail::Last<M, Inner...>::Type;
    const Value* value = values_->find(kNameOf<M>);
    ((value =
          value != nullptr && value->is(ValueType::kMap) ? value->members().find(kNameOf<Inner>) : nullptr),
     ...);
    T decoded{};
    if (value == nullptr || !Codec<T>::decode(*value, decoded)) return std::nullopt;
    return decoded;
  }
  template <auto... Ms>
  [[nodiscard]] std::optional<typename detail::Last<Ms...>::Type> operator[](Field<Ms...>) const {
    return get<Ms...>();
  }
  /// The operation's one reading of the clock.
  [[nodiscard]] const Moment& now() const { return now_; }

 private:
  const Record* values_;
  Moment now_;
};

/// What DynamoDB-Toolbox writes besides a program's attributes (model/toolbox.h).
enum class InternalRole : std::uint8_t { kNone, kEntity, kCreated, kModified };

/// An attribute's options without its type.
struct AttributeOptions {
  std::string_view field;
  std::string_view label;
  bool has_label = false;
  bool is_read_only = false;
  bool is_hidden = false;
  bool is_expiry = false;
  bool counts_writes = false;
  /// A default is written for it, or it may stay empty: create() need not be given it.
  bool has_default = false;
  bool may_be_empty = false;
  bool watches_all = false;
  /// The setter makes a value where none is given.
  bool makes_value = false;
  std::size_t padding_length = 0;
  std::string_view padding_fill;
  std::array<std::string_view, 8> watched{};
  std::size_t watched_count = 0;
  std::string_view pattern;
  InternalRole role = InternalRole::kNone;
  bool is_required_always = false;
  bool keeps_value = false;
  /// Of the table's key: it may be left out where a key is given.
  bool has_key_default = false;
  bool checks_key = false;
  /// Those that an update's link is made from.
  std::array<std::string_view, 8> linked_to{};

  Transform (*make_transform)() = nullptr;
  /// Of std::map: of its names.
  Transform (*make_name_transform)() = nullptr;
  std::optional<std::string> (*run_name_validate)(const AttributeOptions&, const Value&) = nullptr;
  bool needs_all_names = false;

  std::optional<Value> (*run_default)(const AttributeOptions&, const Moment&) = nullptr;
  std::optional<Value> (*run_set)(const AttributeOptions&, const Value*,
                                  const AttributeSchema::Context&) = nullptr;
  std::optional<Value> (*run_get)(const AttributeOptions&, const Value*,
                                  const AttributeSchema::Context&) = nullptr;
  std::optional<std::string> (*run_validate)(const AttributeOptions&, const Value&) = nullptr;
  std::optional<std::string> (*run_put_validate)(const AttributeOptions&, const Value&) = nullptr;
  std::optional<std::string> (*run_update_validate)(const AttributeOptions&, const Value&) = nullptr;
  std::optional<Value> (*run_update_default)(const AttributeOptions&, const Moment&) = nullptr;
  std::optional<Value> (*run_key_default)(const AttributeOptions&, const Moment&) = nullptr;
  std::optional<Value> (*run_key_link)(const AttributeOptions&, const Value*,
                                       const AttributeSchema::Context&) = nullptr;
  std::optional<std::string> (*run_key_validate)(const AttributeOptions&, const Value&) = nullptr;
  std::optional<Value> (*run_link)(const AttributeOptions&, const Value*,
                                   const AttributeSchema::Context&) = nullptr;
  std::optional<Value> (*run_update_link)(const AttributeOptions&, const Value*,
                                          const AttributeSchema::Context&) = nullptr;
};

/// An attribute with nothing but its member.
template <auto M>
struct PlainAttribute : AttributeOptions {
  using Item = OwnerOf<M>;
  static constexpr auto kMember = M;
};

namespace detail {
/// A lambda that captures nothing.
template <class F>
concept Stateless = std::is_class_v<F> && std::is_empty_v<F> && std::is_default_constructible_v<F>;

/// The item that a link is given: of members of nested structs it is not their own.
template <class Call>
struct LinkedItem {};
template <class R, class F, class Item>
struct LinkedItem<R (F::*)(const Given<Item>&) const> {
  using Type = Item;
};
template <class F>
concept Link = Stateless<F> && requires {
  typename LinkedItem<decltype(&F::operator())>::Type;
};
template <Link F>
using ItemOf = typename LinkedItem<decltype(&F::operator())>::Type;
}  // namespace detail

/// An attribute that is given options.
template <auto M>
struct Attribute : PlainAttribute<M> {
  using T = ValueOf<M>;
  using Item = OwnerOf<M>;

  /// The name it is stored under.
  constexpr Attribute saved_as(std::string_view name) const {
    Attribute changed = *this;
    changed.field = name;
    return changed;
  }
  /// What stands before its value in keys instead of its name.
  constexpr Attribute labelled(std::string_view text) const {
    Attribute changed = *this;
    changed.label = text;
    changed.has_label = true;
    return changed;
  }
  /// In keys, values shorter than `length` are filled up from the left.
  constexpr Attribute padded(std::size_t length, std::string_view fill = "0") const {
    Attribute changed = *this;
    changed.padding_length = length;
    changed.padding_fill = fill;
    return changed;
  }
  /// Written once: updates refuse it, upsert keeps what is there.
  constexpr Attribute read_only() const {
    Attribute changed = *this;
    changed.is_read_only = true;
    return changed;
  }
  /// Stored, but not shown to readers.
  constexpr Attribute hidden() const {
    static_assert(kIsOptional<M>,
                  "hidden(): readers do not see the attribute, so declare the member std::optional");
    Attribute changed = *this;
    changed.is_hidden = true;
    return changed;
  }
  /// The item is deleted some time after this: create_table() sets the table's time to live to it.
  constexpr Attribute expires() const {
    static_assert(kCodec<T>.type == AttributeType::kNumber,
                  "expires(): a number of seconds since the epoch, or std::chrono::sys_seconds");
    Attribute changed = *this;
    changed.is_expiry = true;
    return changed;
  }
  /// Counts the writes of the item: 1 when it is new, one more with each update. For optimistic locking.
  constexpr Attribute counts_changes() const requires std::is_integral_v<T> {
    Attribute changed = default_to(T{});
    changed.counts_writes = true;
    return changed;
  }
  /// A required string may be empty, without having been forgotten.
  constexpr Attribute allow_empty() const {
    Attribute changed = *this;
    changed.may_be_empty = true;
    return changed;
  }

  // Hooks are lambdas that capture nothing. These functions are constexpr, not consteval: clang 14 forgets
  // the parameters of lambdas that are given to consteval functions.

  /// The value of a new item where none is given, and of an item that was written before the attribute was
  /// there: `[] { … }`, `[](const Moment& now) { … }`, or a value.
  template <detail::Stateless F>
  constexpr Attribute default_to(F) const {
    static_assert(
        std::is_invocable_r_v<T, F> || std::is_invocable_r_v<T, F, const Moment&>,
        "default_to(): takes nothing or `const Moment&`, and makes a value of the attribute's type");
    Attribute changed = *this;
    changed.has_default = true;
    changed.run_default = &Attribute::template default_by<F>;
    return changed;
  }
  constexpr Attribute default_to(T value) const requires std::is_scalar_v<T> {
    Attribute changed = *this;
    changed.has_default = true;
    changed.scalar_ = value;
    changed.run_default = &Attribute::default_scalar;
    return changed;
  }
  constexpr Attribute default_to(const char* text) const requires std::is_same_v<T, std::string> {
    Attribute changed = *this;
    changed.has_default = true;
    changed.text_ = text;
    changed.run_default = &Attribute::default_text;
    return changed;
  }

  /// Values are stored as `[](const T& value) { … }` makes them. `[](const Given<Item>& item) { … }` makes
  /// one whatever is given; `[](const std::optional<T>& value, const Given<Item>& item) { … }` sees both, and
  /// may store nothing.
  template <detail::Stateless F>
  constexpr Attribute set(F) const {
    check_hook<F>();
    Attribute changed = *this;
    changed.makes_value = !std::is_invocable_v<F, const T&>;
    changed.run_set = &Attribute::template changed_by<F>;
    return changed;
  }
  /// Readers see values as the function makes them; it takes what those of set() take.
  template <detail::Stateless F>
  constexpr Attribute get(F) const {
    check_hook<F>();
    Attribute changed = *this;
    changed.run_get = &Attribute::template changed_by<F>;
    return changed;
  }
  /// Never stored: made from the others when the item is read, by `[](const Given<Item>& item) { … }`.
  template <detail::Stateless F>
  constexpr Attribute computed(F) const {
    static_assert(kIsOptional<M>, "computed(): nothing is stored, so declare the member std::optional");
    static_assert(std::is_invocable_r_v<T, F, const Given<Item>&>,
                  "computed(): takes `const Given<Item>&` and makes a value of the attribute's type");
    Attribute changed = *this;
    changed.run_get = &Attribute::template changed_by<F>;
    changed.run_set = &Attribute::set_nothing;
    return changed;
  }

  /// The setter runs also when one of these is written.
  template <auto... Ms>
  constexpr Attribute watch() const {
    static_assert(sizeof...(Ms) > 0 && sizeof...(Ms) <= 8,
                  "watch(): name one to eight members, or use watch_all()");
    static_assert((std::is_same_v<OwnerOf<Ms>, Item> && ...), "watch(): a member of another struct");
    Attribute changed = *this;
    changed.watched = {kNameOf<Ms>...};
    changed.watched_count = sizeof...(Ms);
    return changed;
  }
  /// The setter runs on every write.
  constexpr Attribute watch_all() const {
    Attribute changed = *this;
    changed.watches_all = true;
    return changed;
  }

  /// Refuses values for which `[](const T& value) { … }` says false, or what is wrong (a
  /// std::optional<std::string>; nullopt: nothing).
  template <detail::Stateless F>
  constexpr Attribute validate(F) const {
    static_assert(std::is_invocable_r_v<bool, F, const T&> ||
                      std::is_invocable_r_v<std::optional<std::string>, F, const T&>,
                  "validate(): takes `const T&` and says a bool or a std::optional<std::string>");
    Attribute changed = *this;
    changed.run_validate = &Attribute::template validate_by<F>;
    return changed;
  }
  /// The same for put, create and upsert only; for updates only.
  template <detail::Stateless F>
  constexpr Attribute validate_put(F) const {
    Attribute changed = *this;
    changed.run_put_validate = &Attribute::template validate_by<F>;
    return changed;
  }
  template <detail::Stateless F>
  constexpr Attribute validate_update(F) const {
    Attribute changed = *this;
    changed.run_update_validate = &Attribute::template validate_by<F>;
    return changed;
  }

  /// What an update sets that does not name the attribute: `[] { … }`, `[](const Moment& now) { … }`.
  template <detail::Stateless F>
  constexpr Attribute update_default_to(F) const {
    static_assert(
        std::is_invocable_r_v<T, F> || std::is_invocable_r_v<T, F, const Moment&>,
        "update_default_to(): takes nothing or `const Moment&`, and makes a value of the attribute's type");
    Attribute changed = *this;
    changed.run_update_default = &Attribute::template default_by<F>;
    return changed;
  }
  /// Updates and upserts set their default only where the item has no value yet.
  constexpr Attribute keep_value() const {
    Attribute changed = *this;
    changed.keeps_value = true;
    return changed;
  }
  /// Every update must set it, or have a default for it: otherwise error 4001.
  constexpr Attribute required_always() const {
    Attribute changed = *this;
    changed.is_required_always = true;
    return changed;
  }
  /// A value that is not given is made from the others, once they have their defaults, and is stored:
  /// `[](const Given<Item>& item) { … }`. Links do not see each other. Members of nested structs are made
  /// from the whole item's attributes.
  template <detail::Stateless F>
  constexpr Attribute link(F) const {
    check_link<F>();
    Attribute changed = *this;
    changed.has_default = true;
    changed.run_link = &Attribute::template linked_by<F>;
    return changed;
  }
  /// The same for updates that set one of the members named: the function sees what is being set. An update
  /// that removes one of them, and sets none, removes the attribute.
  template <auto... Ms, detail::Stateless F>
  constexpr Attribute update_link(F) const {
    static_assert(sizeof...(Ms) > 0 && sizeof...(Ms) <= 8,
                  "update_link(): name one to eight members that it is made from");
    check_link<F>();
    if constexpr (detail::Link<F>) {
      static_assert((std::is_same_v<OwnerOf<Ms>, detail::ItemOf<F>> && ...),
                    "update_link(): a member of another struct than the function sees");
    }
    Attribute changed = *this;
    changed.linked_to = {kNameOf<Ms>...};
    changed.run_update_link = &Attribute::template linked_by<F>;
    return changed;
  }
  // Of members of the table's key, wherever a key is given: get, update, erase, and new items.

  /// Its value where it is left out: `[] { … }` or a text. Links see it.
  template <detail::Stateless F>
  constexpr Attribute key_default_to(F) const {
    static_assert(std::is_invocable_r_v<T, F>,
                  "key_default_to(): takes nothing and makes a value of its type");
    return with_key_default(&Attribute::template default_by<F>);
  }
  constexpr Attribute key_default_to(const char* text) const requires std::is_same_v<T, std::string> {
    Attribute changed = with_key_default(&Attribute::default_key_text);
    changed.key_text_ = text;
    return changed;
  }
  /// Made from the key's other member where it is left out: `[](const Given<Item>& key) { … }`.
  template <detail::Stateless F>
  constexpr Attribute key_link(F) const {
    check_link<F>();
    Attribute changed = *this;
    changed.has_default = changed.has_key_default = true;
    changed.run_key_link = &Attribute::template linked_by<F>;
    return changed;
  }
  /// As validate(), of keys that are given.
  template <detail::Stateless F>
  constexpr Attribute validate_key(F) const {
    Attribute changed = *this;
    changed.checks_key = true;
    changed.run_key_validate = &Attribute::template validate_by<F>;
    return changed;
  }

  /// Stored in another form: `.transform([] { return model::prefix("USER"); })`, see model/transform.h.
  template <detail::Stateless F>
  constexpr Attribute transform(F) const {
    static_assert(std::is_invocable_r_v<Transform, F>, "transform(): makes a Transform");
    Attribute changed = *this;
    changed.make_transform = &Attribute::template transform_by<F>;
    return changed;
  }

  /// Of std::map: its names are stored in another form; names are refused; every enumerator must be there.
  template <detail::Stateless F>
  constexpr Attribute transform_names(F) const {
    static_assert(Codec<T>::kType == AttributeType::kRecord, "transform_names(): of std::map only");
    static_assert(std::is_invocable_r_v<Transform, F>, "transform_names(): makes a Transform");
    Attribute changed = *this;
    changed.make_name_transform = &Attribute::template transform_by<F>;
    return changed;
  }
  template <detail::Stateless F>
  constexpr Attribute validate_names(F) const {
    static_assert(Codec<T>::kType == AttributeType::kRecord, "validate_names(): of std::map only");
    static_assert(std::is_invocable_r_v<bool, F, const std::string&> ||
                      std::is_invocable_r_v<std::optional<std::string>, F, const std::string&>,
                  "validate_names(): takes a string and says a bool or a std::optional<std::string>");
    Attribute changed = *this;
    changed.run_name_validate = &Attribute::template validate_name_by<F>;
    return changed;
  }
  constexpr Attribute all_names() const {
    static_assert(Codec<T>::kType == AttributeType::kRecord, "all_names(): of std::map only");
    if constexpr (Codec<T>::kType == AttributeType::kRecord) {
      static_assert(std::is_enum_v<typename T::key_type>, "all_names(): names that are enumerators");
    }
    Attribute changed = *this;
    changed.AttributeOptions::needs_all_names = true;
    return changed;
  }

  /// Of DynamoDB-Toolbox's items: shows the name of the entity, when the item was first written, or when
  /// last, which the profile keeps anyway.
  constexpr Attribute shows_entity() const { return with_role(InternalRole::kEntity); }
  constexpr Attribute shows_created() const { return with_role(InternalRole::kCreated); }
  constexpr Attribute shows_modified() const { return with_role(InternalRole::kModified); }

  /// Strings must have a part that the regular expression (ECMAScript) matches.
  constexpr Attribute matches(std::string_view expression) const {
    static_assert(std::is_same_v<T, std::string>, "matches(): only strings match a pattern");
    Attribute changed = *this;
    changed.pattern = expression;
    return changed;
  }

 private:
  using Scalar = std::conditional_t<std::is_scalar_v<T>, T, char>;
  using Context = AttributeSchema::Context;

  constexpr Attribute with_role(InternalRole role) const {
    static_assert(Codec<T>::kType == AttributeType::kString,
                  "what the profile writes is a string: declare std::string or sys_time<milliseconds>");
    Attribute changed = *this;
    changed.AttributeOptions::role = role;
    changed.has_default = true;
    return changed;
  }
  constexpr Attribute with_key_default(std::optional<Value> (*run)(const AttributeOptions&,
                                                                   const Moment&)) const {
    Attribute changed = *this;
    changed.has_default = changed.has_key_default = true;
    changed.run_key_default = run;
    return changed;
  }
  static std::optional<Value> default_key_text(const AttributeOptions& self, const Moment&) {
    return Value::string(static_cast<const Attribute&>(self).key_text_);
  }
  template <class F>
  static Transform transform_by() {
    return F{}();
  }
  template <class F>
  static constexpr void check_hook() {
    static_assert(
        std::is_invocable_v<F, const T&> || std::is_invocable_v<F, const Given<Item>&> ||
            std::is_invocable_v<F, const std::optional<T>&, const Given<Item>&>,
        "set(), get(): takes `const T&`, `const Given<Item>&`, or `const std::optional<T>&` and that");
  }
  template <class F>
  static constexpr void check_link() {
    static_assert(detail::Link<F>, "link(), update_link(): takes `const Given<Item>&`");
    if constexpr (detail::Link<F>) {
      static_assert(std::is_invocable_r_v<std::optional<T>, F, const Given<detail::ItemOf<F>>&>,
                    "link(), update_link(): makes a value of the attribute's type");
    }
  }
  template <class F>
  static std::optional<Value> linked_by(const AttributeOptions&, const Value*, const Context& context) {
    return encoded(F{}(Given<detail::ItemOf<F>>(context.item, context.now)));
  }
  static std::optional<T> decoded(const Value* value) {
    T result{};
    if (value == nullptr || !Codec<T>::decode(*value, result)) return std::nullopt;
    return result;
  }
  static std::optional<Value> encoded(const std::optional<T>& value) {
    return value ? std::optional(Codec<T>::encode(*value)) : std::nullopt;
  }

  template <class F>
  static std::optional<Value> default_by(const AttributeOptions&, const Moment& now) {
    if constexpr (std::is_invocable_v<F>) {
      return Codec<T>::encode(F{}());
    } else {
      return Codec<T>::encode(F{}(now));
    }
  }
  static std::optional<Value> default_scalar(const AttributeOptions& self, const Moment&) {
    return Codec<T>::encode(static_cast<T>(static_cast<const Attribute&>(self).scalar_));
  }
  static std::optional<Value> default_text(const AttributeOptions& self, const Moment&) {
    return Value::string(static_cast<const Attribute&>(self).text_);
  }
  /// What a setter or a getter makes of a value.
  template <class F>
  static std::optional<Value> changed_by(const AttributeOptions&, const Value* value,
                                         const Context& context) {
    if constexpr (std::is_invocable_v<F, const T&>) {
      const auto given = decoded(value);
      return given ? encoded(F{}(*given)) : std::nullopt;
    } else if constexpr (std::is_invocable_v<F, const Given<Item>&>) {
      return encoded(F{}(Given<Item>(context.item, context.now)));
    } else {
      return encoded(F{}(decoded(value), Given<Item>(context.item, context.now)));
    }
  }
  static std::optional<Value> set_nothing(const AttributeOptions&, const Value*, const Context&) {
    return std::nullopt;
  }
  template <class F>
  static std::optional<std::string> validate_by(const AttributeOptions&, const Value& given) {
    const auto value = decoded(&given);
    return value ? complaint_of<F>(*value) : std::nullopt;
  }
  template <class F>
  static std::optional<std::string> validate_name_by(const AttributeOptions&, const Value& name) {
    return complaint_of<F>(name.text());
  }
  template <class F, class V>
  static std::optional<std::string> complaint_of(const V& value) {
    if constexpr (std::is_same_v<std::invoke_result_t<F, const V&>, bool>) {
      return F{}(value) ? std::nullopt : std::optional("'" + std::string(kNameOf<M>) + "' is not valid");
    } else {
      return F{}(value);
    }
  }

  Scalar scalar_{};
  const char* text_ = "";
  const char* key_text_ = "";
};

template <auto M>
constexpr Attribute<M> attr() {
  return {};
}

/// Distinct attributes; each is a base class, so that one is found by its member with one cast.
template <class... A>
struct Attributes : A... {
  constexpr explicit Attributes(A... each) : A(each)... {}
};

/// The plain members first, then those with options.
template <auto... Plain, class... A>
constexpr auto attributes(A... with_options) {
  return Attributes<PlainAttribute<Plain>..., A...>(PlainAttribute<Plain>{}..., with_options...);
}

}  // namespace lodestone::model
