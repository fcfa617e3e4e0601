/// What the compiler knows of an entity: which members are attributes, which are keys, what may be written.
///
/// An entity is a struct that says
///
///     using Item = User;                                  // the items
///     static constexpr auto name = model::name("myapp", "user", "1");
///     static constexpr auto attributes = …;               // model/attribute.h
///     static constexpr auto indexes = model::indexes(…);  // model/index.h
#pragma once

#include <array>
#include <span>
#include <string_view>
#include <type_traits>
#include <vector>

#include "model/attribute.h"
#include "model/error.h"
#include "model/field.h"
#include "model/index.h"
#include "model/members.h"
#include "model/schema.h"

namespace lodestone::model {

/// How an internal attribute of DynamoDB-Toolbox's items is stored.
struct InternalOptions {
  std::string_view saved_as;
  bool is_on = true;
};

struct EntityName {
  std::string_view service;
  std::string_view entity;
  std::string_view version;
  /// DynamoDB-Toolbox's items; otherwise ElectroDB's.
  bool is_toolbox = false;
  InternalOptions entity_attribute = {"_et"};
  InternalOptions created = {"_ct"};
  InternalOptions modified = {"_md"};

  /// Of toolbox(): under which names what it keeps is stored.
  [[nodiscard]] consteval EntityName entity_saved_as(std::string_view field) const {
    EntityName changed = *this;
    changed.entity_attribute.saved_as = field;
    return changed;
  }
  [[nodiscard]] consteval EntityName created_saved_as(std::string_view field) const {
    EntityName changed = *this;
    changed.created.saved_as = field;
    return changed;
  }
  [[nodiscard]] consteval EntityName modified_saved_as(std::string_view field) const {
    EntityName changed = *this;
    changed.modified.saved_as = field;
    return changed;
  }
  /// Of toolbox(): what it does not keep.
  [[nodiscard]] consteval EntityName without_entity() const {
    EntityName changed = *this;
    changed.entity_attribute.is_on = false;
    return changed;
  }
  [[nodiscard]] consteval EntityName without_created() const {
    EntityName changed = *this;
    changed.created.is_on = false;
    return changed;
  }
  [[nodiscard]] consteval EntityName without_modified() const {
    EntityName changed = *this;
    changed.modified.is_on = false;
    return changed;
  }
  [[nodiscard]] consteval EntityName without_timestamps() const {
    return without_created().without_modified();
  }
  /// The same for another entity: settings that several share are kept in a constant, `toolbox()` without a
  /// name.
  [[nodiscard]] consteval EntityName named(std::string_view other) const {
    EntityName changed = *this;
    changed.entity = other;
    return changed;
  }
};

/// `version` may be changed to keep items of a new form apart from old ones.
consteval EntityName name(std::string_view service, std::string_view entity, std::string_view version = "1") {
  return {service, entity, version};
}

/// Items as DynamoDB-Toolbox keeps them: keys are the attributes themselves or made from templates, `_et`
/// names the entity, `_ct` and `_md` hold the times of its first and its last write.
consteval EntityName toolbox(std::string_view entity = {}) {
  return {.service = {}, .entity = entity, .version = {}, .is_toolbox = true};
}

namespace detail {

template <class S>
using ListOf = std::remove_cv_t<decltype(S::attributes)>;

template <class S>
inline constexpr MemberSpecs kEntitySpecs = kSpecsIn<S::attributes, ListOf<S>>;

template <class S, auto M>
inline constexpr bool kIsAttribute = std::is_base_of_v<PlainAttribute<M>, ListOf<S>>;

template <class S, auto M>
consteval const AttributeOptions& options_of() {
  return static_cast<const PlainAttribute<M>&>(S::attributes);
}

template <class S>
using IndexesOf = std::remove_cv_t<decltype(S::indexes)>;

template <class S>
using PrimaryIndex = typename IndexesOf<S>::Primary;

template <auto M, class Keys>
inline constexpr bool kIsIn = Keys::template kHas<M>;

template <class S, auto M>
inline constexpr bool kIsPrimaryComposite =
    kIsIn<M, typename PrimaryIndex<S>::PartitionKey> || kIsIn<M, typename PrimaryIndex<S>::SortKey>;

/// Whether an access pattern has the member in one of its keys.
template <auto M, class All>
inline constexpr bool kIsInAny = false;
template <auto M, class... I>
inline constexpr bool kIsInAny<M, Indexes<I...>> =
    ((kIsIn<M, typename I::PartitionKey> || kIsIn<M, typename I::SortKey>) || ...);
template <class S, auto M>
inline constexpr bool kIsComposite = kIsInAny<M, IndexesOf<S>>;

/// Whether an access pattern is the entity's.
template <class I, class All>
inline constexpr bool kIsIndex = false;
template <class I, class... Each>
inline constexpr bool kIsIndex<I, Indexes<Each...>> = (std::is_same_v<I, Each> || ...);

/// Whether all members of a key are among those given.
template <class Keys, auto... Given>
inline constexpr bool kCovers = false;
template <auto... Ms, auto... Given>
inline constexpr bool kCovers<Composites<Ms...>, Given...> = (kIsAmong<Ms, Given...> && ...);

/// Whether no member is given twice.
template <auto... Ms>
inline constexpr bool kAreDistinct = true;
template <auto First, auto... Rest>
inline constexpr bool kAreDistinct<First, Rest...> = !kIsAmong<First, Rest...> && kAreDistinct<Rest...>;

/// Whether all members of the table's key are among those given, or are made where they are not.
template <class S, class Keys, auto... Given>
inline constexpr bool kCoversKey = false;
template <class S, auto... Ms, auto... Given>
inline constexpr bool kCoversKey<S, Composites<Ms...>, Given...> =
    ((kIsAmong<Ms, Given...> || options_of<S, Ms>().has_key_default) && ...);

/// How many of a key's members, from the first on, are among those given.
template <class Keys, auto... Given>
inline constexpr std::size_t kReach = 0;
template <auto... Ms, auto... Given>
inline constexpr std::size_t kReach<Composites<Ms...>, Given...> = [] {
  std::size_t reach = 0;
  bool unbroken = true;
  ((unbroken = unbroken && kIsAmong<Ms, Given...>, reach += unbroken ? 1 : 0), ...);
  return reach;
}();

/// How many of a key's members are among those given, wherever.
template <class Keys, auto... Given>
inline constexpr std::size_t kCountIn = (static_cast<std::size_t>(kIsIn<Given, Keys>) + ... + 0);

/// Whether create() must be given the attribute.
template <class S, auto M>
inline constexpr bool kMustBeGiven =
    !kIsOptional<M> && !options_of<S, M>().has_default && !options_of<S, M>().makes_value &&
    kCodec<ValueOf<M>>.type != AttributeType::kSet;

template <class S, auto... Given, class... A>
consteval bool gives_all(std::type_identity<Attributes<A...>>) {
  return ((!kMustBeGiven<S, A::kMember> || kIsAmong<A::kMember, Given...>)&&...);
}

template <const auto& kList, class Slots>
inline constexpr int kSpecsOfSlots = 0;
template <const auto& kList, std::size_t... N, class... I>
inline constexpr std::array<IndexSpec, sizeof...(I)>
    kSpecsOfSlots<kList, IndexSlots<std::index_sequence<N...>, I...>> = {
        IndexSpec{&static_cast<const IndexSlot<N, I>&>(kList).index, I::PartitionKey::kNames,
                  I::SortKey::kNames, I::kCollections}...};
template <class S>
inline constexpr std::span<const IndexSpec> kIndexSpecs =
    kSpecsOfSlots<S::indexes, typename IndexesOf<S>::Slots>;

/// Lives as long as the program does: operations in destructors of static objects find it still.
[[nodiscard]] const Result<EntitySchema>& describe_entity(const EntityName& name, MemberSpecs members,
                                                          std::span<const IndexSpec> indexes);

}  // namespace detail

/// The entity's schema, made at the first use. Errors 1002 to 1024 where its definition is wrong in a way
/// that the compiler can not see.
template <class S>
const Result<EntitySchema>& schema_of() {
  static const Result<EntitySchema>& schema =
      detail::describe_entity(S::name, detail::kEntitySpecs<S>, detail::kIndexSpecs<S>);
  return schema;
}

}  // namespace lodestone::model
