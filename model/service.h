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

/// A query of a collection or of a partition, or a scan of a whole service, without its types.
struct CollectionRead {
  std::vector<Target> targets;
  /// No name of a collection: a scan, or a query of a partition.
  CollectionSpec spec;
  /// Of partitions: DynamoDB's name of the index, and whose access pattern it is.
  std::optional<std::string> index_name = {};
  std::size_t index_owner = 0;
  /// By the place of the entity among the service's.
  std::vector<Conditions> filters = {};
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
[[nodiscard]] Result<std::int64_t> count_collection(CollectionRead read);
[[nodiscard]] Result<std::size_t> erase_collection(const CollectionRead& read, const BatchOptions& options);

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

// What the items of several entities are read by.

struct WholeTable {
  static constexpr bool kIsQuery = false;
};
template <FixedString C>
struct OfCollection {
  static constexpr bool kIsQuery = true;
  template <class... S, auto... Ms>
  static consteval void check(std::type_identity<Composites<Ms...>>) {
    static_assert((kIsClustered<C, S> || ...),
                  "sort-key operators are for clustered collections: of others, the entity comes first");
    static_assert((names_composite<C, false, S...>(kNameOf<Ms>) && ...),
                  "this attribute is not part of the collection's sort key");
  }
};
/// An access pattern of one of them: its sort key is Sk, of which the first kGiven members have their values.
template <class Sk, std::size_t kGiven>
struct OfPartition {
  static constexpr bool kIsQuery = true;
  template <class... S, auto... Ms>
  static consteval void check(std::type_identity<Composites<Ms...>>) {
    check_sort_condition<Sk, kGiven, Ms...>();
  }
};

/// The place of the entity whose access pattern it is; the number of entities where it is none's.
template <class I, class... S>
consteval std::size_t owner_of() {
  std::size_t place = 0;
  bool found = false;
  ((found = found || kIsIndex<I, IndexesOf<S>>, place += found ? 0 : 1), ...);
  return place;
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
  template <class By, class... Any>
  friend class CollectionQuery;
  template <class E>
  struct Items {
    std::vector<typename E::Item> items;
  };
  std::tuple<Items<S>...> lists_;
};

/// Items of several entities: a collection, a partition, or all items of a service.
template <class By, class... S>
class CollectionQuery {
  static constexpr bool kIsQuery = By::kIsQuery;

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
  /// A condition that only the items of one entity must meet: `where_of<Posts>(field<&Post::likes> > 3)`.
  template <class E>
  CollectionQuery& where_of(Where<typename E::Item> condition) {
    static_assert((std::is_same_v<E, S> || ...), "where_of(): this entity is not in the service");
    std::size_t place = 0;
    bool found = false;
    ((found = found || std::is_same_v<E, S>, place += found ? 0 : 1), ...);
    read_.filters.resize(sizeof...(S));
    read_.filters[place].push_back(std::move(condition.condition));
    return *this;
  }

  // Operators on the sort key of partitions and of clustered collections.

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
    By::template check<S...>(std::type_identity<Composites<N>>{});
    return with<M>(SortOperator::kBetween, detail::values_of(low), detail::values_of(high));
  }
  /// How they treat keys that go on behind the values given: as one means it, or by the keys' text (kKeys).
  CollectionQuery& compare(Compare how) requires kIsQuery {
    read_.spec.options.compare = how;
    return *this;
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
  /// One of `total` parts of the table, counted from 0.
  CollectionQuery& segment(std::int64_t number, std::int64_t total) requires(!kIsQuery) {
    read_.spec.options.segment = number;
    read_.spec.options.total_segments = total;
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
  /// How many items there are, on all pages; they are not sent.
  [[nodiscard]] Result<std::int64_t> count_items() const { return detail::count_collection(read_); }
  /// Deletes all items that it finds, on all pages: 25 a call, again for what the service leaves out. The
  /// result: how many there were. It is not one step: who reads meanwhile sees some of them.
  [[nodiscard]] Result<std::size_t> erase_all(const BatchOptions& options = {}) const {
    return detail::erase_collection(read_, options);
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
  template <auto... Ms>
  CollectionQuery& with(SortOperator sort_operator, Record from, Record to = {}) {
    By::template check<S...>(std::type_identity<Composites<Ms...>>{});
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
  [[nodiscard]] CollectionQuery<detail::OfCollection<C>, S...> collection(
      const Assignment<Ms>&... given) const {
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
    return CollectionQuery<detail::OfCollection<C>, S...>(std::move(read));
  }

  /// The items of all entities that stand in one partition of an access pattern of one of them, whatever the
  /// others call its keys: `game.query(Posts::by_owner, field<&Post::owner> = "ada")`. Give all members of
  /// the partition key, and as many of the sort key as narrow it.
  template <class Pk, class Sk, FixedString... C, auto... Ms>
  [[nodiscard]] auto query(const Index<Pk, Sk, C...>& index, const Assignment<Ms>&... given) const {
    constexpr std::size_t kOwner = detail::owner_of<Index<Pk, Sk, C...>, S...>();
    static_assert(kOwner < sizeof...(S), "query(): this access pattern is of none of the service's entities");
    constexpr std::size_t kReach = detail::check_query<Pk, Sk, Ms...>();
    detail::CollectionRead read;
    read.targets = {Target{table_, &schema_of<S>()}...};
    read.spec.composites = detail::values_of(given...);
    read.index_name = std::string(index.index_name);
    read.index_owner = kOwner;
    return CollectionQuery<detail::OfPartition<Sk, kReach>, S...>(std::move(read));
  }

  /// The items of all entities. Reads the whole table.
  [[nodiscard]] CollectionQuery<detail::WholeTable, S...> scan() const {
    detail::CollectionRead read;
    read.targets = {Target{table_, &schema_of<S>()}...};
    return CollectionQuery<detail::WholeTable, S...>(std::move(read));
  }

 private:
  const Table* table_;
  std::tuple<Entity<S>...> entities_;
};

}  // namespace lodestone::model
