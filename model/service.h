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

#include "model/cursor.h"
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

/// A query of a collection, or a scan of a whole service, without its types.
struct CollectionRead {
  std::vector<Target> targets;
  /// No name of a collection: a scan.
  CollectionSpec spec;
  PageOptions pages;
  std::optional<std::string> cursor;
  RawParams params;
};
struct CollectionPage {
  /// By the place of the entity among the service's, with the record.
  std::vector<std::pair<std::size_t, Record>> items;
  std::optional<Record> last_key;
  Cost cost;
};
[[nodiscard]] Result<Request> build_collection(const CollectionRead& read);
[[nodiscard]] Result<CollectionPage> run_collection(const CollectionRead& read);
[[nodiscard]] Result<Explanation> explain_collection(CollectionRead read);
[[nodiscard]] Result<Plan> plan_collection(const CollectionRead& read);
[[nodiscard]] Result<std::string> run_collection_raw(const CollectionRead& read);

using Schemas = std::vector<const Result<EntitySchema>*>;
/// Error 1013 where entities do not agree about a collection, 1009 where two have one name.
[[nodiscard]] Result<Done> check_service(const Schemas& schemas);
[[nodiscard]] Result<TableDefinition> definition_of(const Schemas& schemas);

/// Whether items of the collection stand among each other, by their composites.
template <FixedString C, class S>
inline constexpr bool kIsClustered = [] {
  bool is_clustered = false;
  S::indexes.for_each([&is_clustered]<class I>(const I& index) {
    is_clustered = is_clustered || (has_collection<I, C>() && index.kind == IndexKind::kClustered);
  });
  return is_clustered;
}();

template <FixedString C, class S>
inline constexpr bool kIsMember = [] {
  bool found = false;
  S::indexes.for_each([&found]<class I>(const I&) { found = found || has_collection<I, C>(); });
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
  (S::indexes.for_each(look), ...);
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
  S::indexes.for_each(look);
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
  template <FixedString C, class... Any>
  friend class CollectionQuery;
  template <class E>
  struct Items {
    std::vector<typename E::Item> items;
  };
  std::tuple<Items<S>...> lists_;
};

/// Items of several entities: a collection, or with C empty all items of a service.
template <FixedString C, class... S>
class CollectionQuery {
  static constexpr bool kIsQuery = !C.view().empty();

 public:
  explicit CollectionQuery(detail::CollectionRead read) : read_(std::move(read)) {}

  /// A condition on an attribute that the entities have in common; items that lack it do not meet it.
  template <class Item>
  CollectionQuery& where(Where<Item> condition) {
    static_assert((std::is_same_v<Item, typename S::Item> || ...),
                  "where(): a condition on items of another service");
    read_.spec.where.push_back(std::move(condition.condition));
    return *this;
  }

  // Operators on the sort key of clustered collections.

  template <auto... Ms>
  CollectionQuery& begins(const Assignment<Ms>&... values) requires kIsQuery {
    return with<Ms...>(SortOperator::kBegins, detail::values_of(values...));
  }
  template <auto... Ms>
  CollectionQuery& gt(const Assignment<Ms>&... values) requires kIsQuery {
    return with<Ms...>(SortOperator::kGreater, detail::values_of(values...));
  }
  template <auto... Ms>
  CollectionQuery& gte(const Assignment<Ms>&... values) requires kIsQuery {
    return with<Ms...>(SortOperator::kGreaterOrEqual, detail::values_of(values...));
  }
  template <auto... Ms>
  CollectionQuery& lt(const Assignment<Ms>&... values) requires kIsQuery {
    return with<Ms...>(SortOperator::kLess, detail::values_of(values...));
  }
  template <auto... Ms>
  CollectionQuery& lte(const Assignment<Ms>&... values) requires kIsQuery {
    return with<Ms...>(SortOperator::kLessOrEqual, detail::values_of(values...));
  }
  template <auto M, auto N>
  CollectionQuery& between(const Assignment<M>& low, const Assignment<N>& high) requires kIsQuery {
    return with<M, N>(SortOperator::kBetween, detail::values_of(low), detail::values_of(high));
  }
  CollectionQuery& descending() requires kIsQuery {
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
  /// Keys are read from the index, items then from the table. Indexes that the model knows as keys_only() are
  /// read so without this.
  CollectionQuery& hydrate() requires kIsQuery {
    read_.pages.hydrate = true;
    return *this;
  }
  /// A member of the request that nothing here sets, with its JSON.
  CollectionQuery& param(std::string name, std::string json) {
    read_.params.emplace_back(std::move(name), std::move(json));
    return *this;
  }

  [[nodiscard]] Result<std::string> params() const {
    LODESTONE_ASSIGN(const Request request, detail::build_collection(read_));
    return to_json(request);
  }
  /// Which index is used, and how.
  [[nodiscard]] Result<Plan> plan() const { return detail::plan_collection(read_); }
  /// The service's reply for the first page as it came, as JSON.
  [[nodiscard]] Result<std::string> go_raw() const { return detail::run_collection_raw(read_); }
  /// Reads what go() would read, and says what that cost.
  [[nodiscard]] Result<Explanation> explain() const { return detail::explain_collection(read_); }
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
  template <auto... Ms>
  CollectionQuery& with(SortOperator sort_operator, Record from, Record to = {}) {
    static_assert((detail::kIsClustered<C, S> || ...),
                  "sort-key operators are for clustered collections: of others, the entity comes first");
    static_assert((detail::names_composite<C, false, S...>(kNameOf<Ms>) && ...),
                  "this attribute is not part of the collection's sort key");
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
    const Target& target = read_.targets[I];
    const detail::Slot slot{&std::get<I>(found.lists_).items.emplace_back(), detail::kEntitySpecs<E>};
    error = detail::decode_into(slot, target.entity(), record, target.table->now());
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

  /// Error 1002 to 1024 where a definition is wrong, or two do not go together, in a way that the compiler
  /// can not see.
  [[nodiscard]] Result<Done> check() const { return detail::check_service({&schema_of<S>()...}); }
  /// Creates the table with all indexes that the entities use, and with the attribute by which their items
  /// expire; waits until it can be used.
  [[nodiscard]] Result<Done> create_table() const {
    LODESTONE_ASSIGN(const TableDefinition definition, this->definition());
    return model::create_table(*table_, definition);
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
  [[nodiscard]] CollectionQuery<C, S...> collection(const Assignment<Ms>&... given) const {
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
    read.spec.composites = detail::values_of(given...);
    return CollectionQuery<C, S...>(std::move(read));
  }

  /// The items of all entities. Reads the whole table.
  [[nodiscard]] CollectionQuery<"", S...> scan() const {
    detail::CollectionRead read;
    read.targets = {Target{table_, &schema_of<S>()}...};
    return CollectionQuery<"", S...>(std::move(read));
  }

 private:
  const Table* table_;
  std::tuple<Entity<S>...> entities_;
};

}  // namespace lodestone::model
