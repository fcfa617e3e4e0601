/// Access patterns: which attributes make the keys of the table and of its indexes.
///
///     static constexpr auto by_id = model::index().pk<&User::userId>("pk").sk<>("sk");
///     static constexpr auto by_org =
///     model::index("gsi1").pk<&User::orgId>("gsi1pk").sk<&User::userId>("gsi1sk")
///                                        .collection<"organization">();
///     static constexpr auto indexes = model::indexes(by_id, by_org);
#pragma once

#include <array>
#include <cstddef>
#include <string_view>
#include <tuple>
#include <type_traits>

#include "model/attribute.h"
#include "model/names.h"
#include "model/schema.h"

namespace lodestone::model {

/// Text as a template's argument: `collection<"organization">()`.
template <std::size_t N>
struct FixedString {
  char text[N]{};
  consteval FixedString(const char (&from)[N]) {
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
};

struct IndexOptions {
  std::string_view index_name;
  KeyOptionsSpec pk = {};
  KeyOptionsSpec sk = {};
  IndexKind kind = IndexKind::kIsolated;
  std::string_view scope = {};
  bool is_local = false;
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
  consteval auto pk(std::string_view field, Casing casing = Casing::kLower) const {
    Index<Composites<Ms...>, Sk, Collections...> changed{*this};
    changed.IndexOptions::pk = {field, {}, false, casing, true};
    return changed;
  }
  /// `#label_value` of each member, behind the entity's name. Without members: the entity's name alone.
  template <auto... Ms>
  consteval auto sk(std::string_view field, Casing casing = Casing::kLower) const {
    Index<Pk, Composites<Ms...>, Collections...> changed{*this};
    changed.IndexOptions::sk = {field, {}, false, casing, true};
    return changed;
  }
  /// A key as `text` says, with `${member}` for the members, in order: `PUBLISHED#POST`, `ORG#${orgId}`.
  template <auto... Ms>
  consteval auto pk_template(std::string_view field, std::string_view text,
                             Casing casing = Casing::kLower) const {
    Index<Composites<Ms...>, Sk, Collections...> changed{*this};
    changed.IndexOptions::pk = {field, text, true, casing, true};
    return changed;
  }
  template <auto... Ms>
  consteval auto sk_template(std::string_view field, std::string_view text,
                             Casing casing = Casing::kLower) const {
    Index<Pk, Composites<Ms...>, Collections...> changed{*this};
    changed.IndexOptions::sk = {field, text, true, casing, true};
    return changed;
  }
  /// The collection that it belongs to, and sub-collections below it.
  template <FixedString... Names>
  consteval auto collection() const {
    return Index<Pk, Sk, Names...>{*this};
  }
  /// Items of all entities of the collection stand among each other, by their composites.
  consteval Index clustered() const {
    Index changed = *this;
    changed.kind = IndexKind::kClustered;
    return changed;
  }
  /// The index has the members themselves as keys; up to four for each.
  consteval Index by_attributes() const {
    Index changed = *this;
    changed.kind = IndexKind::kAttributes;
    return changed;
  }
  /// A local index, which shares the table's partition key.
  consteval Index local() const {
    Index changed = *this;
    changed.is_local = true;
    return changed;
  }
  /// Keeps partition keys of one service apart.
  consteval Index scoped(std::string_view name) const {
    Index changed = *this;
    changed.scope = name;
    return changed;
  }
  /// A sparse index: only items of which `Belongs` is true are in it. `only_if<is_published>()`, with
  /// `bool is_published(const Given<Post>&)`.
  template <auto Belongs>
  consteval Index only_if() const {
    Index changed = *this;
    changed.condition = [](const Record& item) { return call<Belongs>(item, Belongs); };
    return changed;
  }

 private:
  template <auto Belongs, class Item>
  static bool call(const Record& item, bool (*)(const Given<Item>&)) {
    return Belongs(Given<Item>(item));
  }
};

/// `name` is DynamoDB's name of the index; without one it is the table itself.
consteval auto index(std::string_view name = {}) {
  return Index<Composites<>, Composites<>>{{.index_name = name}};
}

/// All access patterns of an entity, the table's own first.
template <class... I>
consteval auto indexes(I... each) {
  return std::tuple<I...>{each...};
}

struct IndexSpec {
  const IndexOptions* options;
  std::span<const std::string_view> pk;
  std::span<const std::string_view> sk;
  std::span<const std::string_view> collections;
};
/// Error 1003 where a template names other members than those given.
[[nodiscard]] Result<IndexSchema> describe_index(const IndexSpec& spec);

}  // namespace lodestone::model
