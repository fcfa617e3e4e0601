/// Access patterns: which attributes make the keys of the table and of its indexes.
///
///     static constexpr auto by_id = model::index().pk<&User::userId>("pk").sk<>("sk");
///     static constexpr auto by_org = model::index("gsi1")
///                                        .pk<&User::orgId>("gsi1pk")
///                                        .sk<&User::userId>("gsi1sk")
///                                        .collection<"organization">();
///     static constexpr auto indexes = model::indexes(by_id, by_org);
#pragma once

#include <array>
#include <cstddef>
#include <string_view>
#include <type_traits>
#include <utility>

#include "model/attribute.h"
#include "model/names.h"
#include "model/schema.h"

namespace lodestone::model {

/// Text as a template's argument: `collection<"organization">()`.
template <std::size_t N>
struct FixedString {
  char text[N]{};
  constexpr FixedString(const char (&from)[N]) {
    for (std::size_t i = 0; i < N; ++i) text[i] = from[i];
  }
  [[nodiscard]] constexpr std::string_view view() const { return {text, N - 1}; }
};

/// The members that a key is made from.
template <auto... Ms>
struct Composites {
  template <auto M>
  static constexpr bool kHas = kIsAmong<M, Ms...>;
  static constexpr std::size_t kSize = sizeof...(Ms);
  static constexpr std::array<std::string_view, sizeof...(Ms)> kNames = {kNameOf<Ms>...};
};

/// How a key is stored.
struct KeyOptionsSpec {
  std::string_view field;
  std::string_view key_template;
  bool is_template = false;
  Casing casing = Casing::kLower;
  bool exists = false;
  bool is_number = false;
};

struct IndexOptions {
  std::string_view index_name;
  KeyOptionsSpec pk = {};
  KeyOptionsSpec sk = {};
  IndexKind kind = IndexKind::kIsolated;
  std::string_view scope = {};
  bool is_local = false;
  bool is_keys_only = false;
  bool (*condition)(const Record& item) = nullptr;
};

/// An access pattern. Pk and Sk are Composites.
template <class Pk, class Sk, FixedString... Collections>
struct Index : IndexOptions {
  using PartitionKey = Pk;
  using SortKey = Sk;
  static constexpr std::array<std::string_view, sizeof...(Collections)> kCollections = {
      Collections.view()...};

  /// `#label_value` of each member, behind the service's name.
  template <auto... Ms>
  constexpr auto pk(std::string_view field, Casing casing = Casing::kLower) const {
    Index<Composites<Ms...>, Sk, Collections...> changed{*this};
    changed.IndexOptions::pk = {field, {}, false, casing, true};
    return changed;
  }
  /// `#label_value` of each member, behind the entity's name. Without members: the entity's name alone.
  template <auto... Ms>
  constexpr auto sk(std::string_view field, Casing casing = Casing::kLower) const {
    Index<Pk, Composites<Ms...>, Collections...> changed{*this};
    changed.IndexOptions::sk = {field, {}, false, casing, true};
    return changed;
  }
  /// A key as `text` says, with `${member}` for the members, in order: `PUBLISHED#POST`, `ORG#${orgId}`.
  template <auto... Ms>
  constexpr auto pk_template(std::string_view field, std::string_view text,
                             Casing casing = Casing::kLower) const {
    Index<Composites<Ms...>, Sk, Collections...> changed{*this};
    changed.IndexOptions::pk = {field, text, true, casing, true};
    return changed;
  }
  template <auto... Ms>
  constexpr auto sk_template(std::string_view field, std::string_view text,
                             Casing casing = Casing::kLower) const {
    Index<Pk, Composites<Ms...>, Collections...> changed{*this};
    changed.IndexOptions::sk = {field, text, true, casing, true};
    return changed;
  }
  /// The collection that it belongs to, and sub-collections below it.
  template <FixedString... Names>
  constexpr auto collection() const {
    return Index<Pk, Sk, Names...>{*this};
  }
  /// Items of all entities of the collection stand among each other, by their composites.
  constexpr Index clustered() const {
    Index changed = *this;
    changed.kind = IndexKind::kClustered;
    return changed;
  }
  /// The index has the members themselves as keys; up to four for each.
  constexpr Index by_attributes() const {
    Index changed = *this;
    changed.kind = IndexKind::kAttributes;
    return changed;
  }
  /// A local index, which shares the table's partition key.
  constexpr Index local() const {
    Index changed = *this;
    changed.is_local = true;
    return changed;
  }
  /// An index with keys and identifiers only: it costs less to write, and its items are read from the table,
  /// in a second step.
  constexpr Index keys_only() const {
    Index changed = *this;
    changed.is_keys_only = true;
    return changed;
  }
  /// The partition key is a number, the value of its only member.
  constexpr Index numeric_pk() const {
    static_assert(Pk::kSize == 1, "numeric_pk(): a key that is a number is made from one member");
    Index changed = *this;
    changed.IndexOptions::pk.is_number = true;
    return changed;
  }
  /// The sort key is a number, the value of its only member.
  constexpr Index numeric_sk() const {
    static_assert(Sk::kSize == 1, "numeric_sk(): a key that is a number is made from one member");
    Index changed = *this;
    changed.IndexOptions::sk.is_number = true;
    return changed;
  }
  /// Keeps partition keys of one service apart.
  constexpr Index scoped(std::string_view name) const {
    Index changed = *this;
    changed.scope = name;
    return changed;
  }
  /// A sparse index: only items of which `[](const Given<Post>& item) { … }` is true are in it.
  template <detail::Stateless F>
  constexpr Index only_if(F) const {
    Index changed = *this;
    changed.condition = &Index::template belongs<F>;
    return changed;
  }

 private:
  template <class F>
  static bool belongs(const Record& item) {
    return belongs_by<F>(item, &F::operator());
  }
  template <class F, class Item>
  static bool belongs_by(const Record& item, bool (F::*)(const Given<Item>&) const) {
    return F{}(Given<Item>(item));
  }
};

/// `name` is DynamoDB's name of the index; without one it is the table itself.
constexpr auto index(std::string_view name = {}) {
  return Index<Composites<>, Composites<>>{{.index_name = name}};
}

namespace detail {

template <std::size_t N, class I>
struct IndexSlot {
  I index;
};
template <class Places, class... I>
struct IndexSlots;
template <std::size_t... N, class... I>
struct IndexSlots<std::index_sequence<N...>, I...> : IndexSlot<N, I>... {
  constexpr explicit IndexSlots(I... each) : IndexSlot<N, I>{each}... {}
  /// One call for each.
  template <class Visit>
  constexpr void for_each(Visit&& visit) const {
    (visit(static_cast<const IndexSlot<N, I>&>(*this).index), ...);
  }
};

}  // namespace detail

/// All access patterns of an entity.
template <class First, class... Rest>
struct Indexes : detail::IndexSlots<std::index_sequence_for<First, Rest...>, First, Rest...> {
  using Primary = First;
  using Slots = detail::IndexSlots<std::index_sequence_for<First, Rest...>, First, Rest...>;
  using detail::IndexSlots<std::index_sequence_for<First, Rest...>, First, Rest...>::IndexSlots;
  static constexpr std::size_t kSize = 1 + sizeof...(Rest);
};

/// All access patterns of an entity, the table's own first.
template <class First, class... Rest>
constexpr auto indexes(First first, Rest... rest) {
  return Indexes<First, Rest...>(first, rest...);
}

struct IndexSpec {
  const IndexOptions* options = nullptr;
  std::span<const std::string_view> pk;
  std::span<const std::string_view> sk;
  std::span<const std::string_view> collections;
};
/// Error 1003 where a template names other members than those given.
[[nodiscard]] Result<IndexSchema> describe_index(const IndexSpec& spec);

}  // namespace lodestone::model
