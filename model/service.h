/// Entities that share a table: collections over several of them, transactions, the table's definition.
///
///     model::Service<Users, Courses> school(table);
///     const auto found = school.collection<"organization">(field<&User::orgId> = "org1").go();
///     found->get<Users>() … found->get<Courses>() …
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "model/entity.h"
#include "model/table_definition.h"
#include "model/transaction.h"

namespace lodestone::model {

namespace detail {

template <class I, FixedString C>
consteval bool has_collection() {
  for (const std::string_view name : I::kCollections) {
    if (name == C.view()) return true;
  }
  return false;
}

/// A query of a collection without its types.
struct CollectionRead {
  std::vector<Target> targets;
  CollectionSpec spec;
  PageOptions pages;
  std::optional<std::string> cursor;
};
struct CollectionPage {
  /// By the place of the entity among the service's, with the record.
  std::vector<std::pair<std::size_t, Record>> items;
  std::optional<Record> last_key;
};
[[nodiscard]] Result<Request> build_collection(const CollectionRead& read);
[[nodiscard]] Result<CollectionPage> run_collection(const CollectionRead& read);

[[nodiscard]] Result<TableDefinition> definition_of(const std::vector<const Result<EntitySchema>*>& schemas);
/// The name under which the first entity that has the attribute stores it.
[[nodiscard]] std::string stored_name(const std::vector<const Result<EntitySchema>*>& schemas,
                                      std::string_view attribute);

template <FixedString C, class S>
inline constexpr bool kIsMember = [] {
  bool found = false;
  std::apply(
      [&](const auto&... each) {
        ((found = found || has_collection<std::remove_cvref_t<decltype(each)>, C>()), ...);
      },
      S::indexes);
  return found;
}();

/// Whether a member's name is that of a composite of the collection's index in one of the entities.
template <FixedString C, bool kOfPartitionKey, class... S>
consteval bool names_composite(std::string_view name) {
  bool found = false;
  const auto look = [&]<class I>(const I&) {
    if (!has_collection<I, C>()) return;
    const auto in = [&](const auto& names) {
      for (const std::string_view one : names) found = found || one == name;
    };
    if (kOfPartitionKey) {
      in(I::PartitionKey::kNames);
    } else {
      in(I::SortKey::kNames);
    }
  };
  (std::apply([&](const auto&... each) { (look(each), ...); }, S::indexes), ...);
  return found;
}

/// Whether the given names hold all of the collection's partition key.
template <FixedString C, class S, auto... Given>
consteval bool covers_collection() {
  bool covers = true;
  const auto look = [&]<class I>(const I&) {
    if (!has_collection<I, C>()) return;
    for (const std::string_view part : I::PartitionKey::kNames) {
      covers = covers && ((part == kNameOf<Given>) || ...);
    }
  };
  std::apply([&](const auto&... each) { (look(each), ...); }, S::indexes);
  return covers;
}

}  // namespace detail

/// What a collection brought, by entity.
template <class... S>
class Collected {
 public:
  template <class E>
  [[nodiscard]] const std::vector<typename E::Item>& get() const {
    static_assert((std::is_same_v<E, S> || ...), "get(): this entity is not in the service");
    return std::get<Items<E>>(lists_).items;
  }
  /// Where to go on; nullopt: there are no more.
  std::optional<std::string> cursor;

 private:
  template <class... Any>
  friend class CollectionQuery;
  template <class E>
  struct Items {
    std::vector<typename E::Item> items;
  };
  std::tuple<Items<S>...> lists_;
};

template <class... S>
class CollectionQuery {
 public:
  explicit CollectionQuery(detail::CollectionRead read) : read_(std::move(read)) {}

  template <class Item>
  CollectionQuery& where(Where<Item> condition) {
    static_assert((std::is_same_v<Item, typename S::Item> || ...),
                  "where(): a condition on items of another service");
    read_.spec.where.push_back(std::move(condition.condition));
    return *this;
  }
  // Operators on the sort key of clustered collections.
  template <auto... Ms>
  CollectionQuery& begins(const Assignment<Ms>&... values) {
    return with(SortOperator::kBegins, detail::record_of(values...));
  }
  template <auto... Ms>
  CollectionQuery& gt(const Assignment<Ms>&... values) {
    return with(SortOperator::kGreater, detail::record_of(values...));
  }
  template <auto... Ms>
  CollectionQuery& gte(const Assignment<Ms>&... values) {
    return with(SortOperator::kGreaterOrEqual, detail::record_of(values...));
  }
  template <auto... Ms>
  CollectionQuery& lt(const Assignment<Ms>&... values) {
    return with(SortOperator::kLess, detail::record_of(values...));
  }
  template <auto... Ms>
  CollectionQuery& lte(const Assignment<Ms>&... values) {
    return with(SortOperator::kLessOrEqual, detail::record_of(values...));
  }
  template <auto M, auto N>
  CollectionQuery& between(const Assignment<M>& low, const Assignment<N>& high) {
    return with(SortOperator::kBetween, detail::record_of(low), detail::record_of(high));
  }
  CollectionQuery& descending() {
    read_.spec.options.descending = true;
    return *this;
  }
  CollectionQuery& limit(std::int64_t items) {
    read_.spec.options.limit = items;
    return *this;
  }
  CollectionQuery& pages(std::size_t count) {
    read_.pages.pages = count;
    return *this;
  }
  CollectionQuery& all() { return pages(0); }
  CollectionQuery& consistent() {
    read_.spec.options.consistent = true;
    return *this;
  }
  CollectionQuery& from(std::optional<std::string> cursor) {
    read_.cursor = std::move(cursor);
    return *this;
  }

  [[nodiscard]] Result<std::string> params() const {
    return detail::params_of(detail::build_collection(read_));
  }
  [[nodiscard]] Result<Collected<S...>> go() const {
    LODESTONE_ASSIGN(const detail::CollectionPage page, detail::run_collection(read_));
    Collected<S...> found;
    if (page.last_key) found.cursor = cursor_from_key(*page.last_key);
    std::optional<Error> error;
    for (const auto& [place, record] : page.items) {
      add(found, place, record, error, std::index_sequence_for<S...>{});
      if (error) return std::move(*error);
    }
    return found;
  }

 private:
  CollectionQuery& with(SortOperator sort_operator, Record from, Record to = {}) {
    read_.spec.sort_operator = sort_operator;
    read_.spec.from = std::move(from);
    read_.spec.to = std::move(to);
    return *this;
  }
  template <std::size_t... I>
  void add(Collected<S...>& found, std::size_t place, const Record& record, std::optional<Error>& error,
           std::index_sequence<I...>) const {
    (add_as<I, S>(found, place, record, error), ...);
  }
  template <std::size_t I, class E>
  void add_as(Collected<S...>& found, std::size_t place, const Record& record,
              std::optional<Error>& error) const {
    if (place != I) return;
    auto item = detail::decode_item<E>(read_.targets[I].entity(), record, read_.targets[I].table->now());
    if (item.ok()) {
      std::get<I>(found.lists_).items.push_back(std::move(*item));
    } else {
      error = std::move(item).error();
    }
  }

  detail::CollectionRead read_;
};

template <class... S>
class Service {
 public:
  explicit Service(const Table& table) : table_(&table), entities_(Entity<S>(table)...) {}

  template <class E>
  [[nodiscard]] const Entity<E>& of() const {
    static_assert((std::is_same_v<E, S> || ...), "of(): this entity is not in the service");
    return std::get<Entity<E>>(entities_);
  }
  [[nodiscard]] const Table& table() const { return *table_; }

  /// Creates the table with all indexes that the entities use, and waits until it can be used.
  [[nodiscard]] Result<Done> create_table() const { return create_table_with({}); }
  /// The same; items expire by this attribute, a number of seconds since the epoch.
  template <auto M>
  [[nodiscard]] Result<Done> create_table(Field<M>) const {
    static_assert(kCodec<ValueOf<M>>.type == AttributeType::kNumber,
                  "create_table(): items expire by a number of seconds");
    return create_table_with(kNameOf<M>);
  }
  /// What the live table lacks, one line each; none: it has all that the entities need.
  [[nodiscard]] Result<std::vector<std::string>> check_table() const {
    LODESTONE_ASSIGN(const TableDefinition definition, this->definition());
    return model::check_table(*table_, definition);
  }
  [[nodiscard]] Result<TableDefinition> definition() const {
    return detail::definition_of({&schema_of<S>()...});
  }

  /// The items of all entities that share a partition: give all members of its key.
  template <FixedString C, auto... Ms>
  [[nodiscard]] CollectionQuery<S...> collection(const Assignment<Ms>&... given) const {
    static_assert((detail::kIsMember<C, S> || ...),
                  "collection(): no entity of this service has a collection of this name");
    static_assert((detail::covers_collection<C, S, Ms...>() && ...),
                  "collection(): give every attribute of the collection's partition key");
    static_assert(((detail::names_composite<C, true, S...>(kNameOf<Ms>) ||
                    detail::names_composite<C, false, S...>(kNameOf<Ms>)) &&
                   ...),
                  "collection(): an attribute given here is not part of the collection's keys");
    detail::CollectionRead read;
    read.targets = {Target{table_, &schema_of<S>()}...};
    read.spec.collection = std::string(C.view());
    read.spec.composites = detail::record_of(given...);
    return CollectionQuery<S...>(std::move(read));
  }

 private:
  [[nodiscard]] Result<Done> create_table_with(std::string_view ttl_attribute) const {
    LODESTONE_ASSIGN(const TableDefinition definition, this->definition());
    return model::create_table(*table_, definition, detail::stored_name({&schema_of<S>()...}, ttl_attribute));
  }

  const Table* table_;
  std::tuple<Entity<S>...> entities_;
};

}  // namespace lodestone::model
