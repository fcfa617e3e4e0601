/// Reads of many items before they run: `users.query(Users::by_role, …).begins(…).where(…).limit(10).go()`.
///
/// Nothing is sent before go(). The order of sort-key conditions is checked by the compiler: an operator
/// takes the next members of the sort key, and nothing comes after it. As with writes, the typed classes are
/// a thin shell over ReadOperation, which knows no template.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/entity_traits.h"
#include "model/explain.h"
#include "model/operations.h"
#include "model/reads.h"
#include "model/table.h"

namespace lodestone::model {

/// Where a read stopped, and what it saw.
struct PageInfo {
  /// Where to go on; nullopt: there are no more.
  std::optional<std::string> cursor;
  /// How many items matched, and how many were looked at.
  std::int64_t count = 0;
  std::int64_t scanned_count = 0;
};

template <class T>
struct Page : PageInfo {
  ItemList<T> items;

  [[nodiscard]] auto begin() const { return items.begin(); }
  [[nodiscard]] auto end() const { return items.end(); }
  [[nodiscard]] std::size_t size() const { return items.size(); }
  [[nodiscard]] bool empty() const { return items.empty(); }
};

namespace detail {

enum class ReadKind : std::uint8_t { kQuery, kScan, kFind, kMatch };

/// How an operation says what it wants to be told: compared by sort key.
struct SortCondition {
  SortOperator sort_operator = SortOperator::kNone;
  Record from = {};
  Record to = {};
};

/// Error 2006 where a condition speaks of an attribute that an index with keys only does not have.
[[nodiscard]] Result<Done> check_among(const Condition& condition, const std::vector<std::string>& there,
                                       const EntitySchema& schema, const IndexSchema& index);

}  // namespace detail

/// A query, scan or find without its types.
class ReadOperation {
 public:
  /// `index_name` is DynamoDB's name of the index; empty: the table.
  ReadOperation(const Target& target, detail::ReadKind kind, std::string_view index_name,
                detail::AssignedValues composites);
  /// The same with a sort-key condition.
  ReadOperation(const ReadOperation& whole, SortOperator sort_operator, Record from, Record to = {});
  ReadOperation(const ReadOperation&);
  ReadOperation(ReadOperation&&) noexcept;
  ReadOperation& operator=(const ReadOperation&);
  ReadOperation& operator=(ReadOperation&&) noexcept;
  ~ReadOperation();

  [[nodiscard]] Result<Request> request() const;
  /// The request for the first page, as JSON.
  [[nodiscard]] Result<std::string> params() const;
  /// How many items there are, on all pages; they are not sent.
  [[nodiscard]] Result<std::int64_t> count_items() const;
  /// Which index is used, and how.
  [[nodiscard]] Result<Plan> plan() const;
  /// Reads what go() would read, and says what that cost.
  [[nodiscard]] Result<Explanation> explain() const;
  /// The service's reply for the first page as it came, as JSON.
  [[nodiscard]] Result<std::string> go_raw() const;
  /// Deletes all items that it finds, on all pages: 25 a call, again for what the service leaves out. The
  /// result: how many there were. It is not one step: who reads meanwhile sees some of them.
  [[nodiscard]] Result<std::size_t> erase_all(const BatchOptions& options = {}) const;
  [[nodiscard]] const Target& target() const { return target_; }

 protected:
  void add_condition(Condition&& condition);
  [[nodiscard]] ReadOptions& options() { return options_; }
  [[nodiscard]] PageOptions& page_options() { return pages_; }
  void set_cursor(std::optional<std::string> cursor);
  void set_parallel(unsigned segments) { parallel_ = segments; }
  void add_param(std::string name, std::string json);

  [[nodiscard]] std::optional<Error> run_into(const detail::Rows& rows, PageInfo& info) const;
  [[nodiscard]] Result<std::vector<Record>> run_shown(PageInfo& info) const;

 private:
  [[nodiscard]] Result<Request> build() const;
  [[nodiscard]] Result<Request> build_own() const;
  [[nodiscard]] Result<Done> check_hydrated() const;
  [[nodiscard]] Result<Done> check_parallel() const;
  [[nodiscard]] Result<RecordPage> run() const;
  [[nodiscard]] Result<RecordPage> run_parallel() const;
  [[nodiscard]] std::optional<Error> run_pages_into(const detail::Rows& rows, PageInfo& info) const;
  [[nodiscard]] const IndexSchema* index() const;
  [[nodiscard]] bool hydrates() const;

  Target target_;
  detail::ReadKind kind_;
  std::string index_name_;
  Record composites_;
  detail::SortCondition sort_;
  Conditions where_;
  ReadOptions options_;
  PageOptions pages_;
  std::optional<std::string> cursor_;
  unsigned parallel_ = 0;
  detail::RawParams params_;
};

/// Several values of a sort key: `between(parts(a = 1), parts(a = 2, b = 3))`.
template <auto... Ms>
struct Parts {
  Record values;
};
template <auto... Ms>
[[nodiscard]] Parts<Ms...> parts(const Assignment<Ms>&... assignments) {
  return {detail::values_of(assignments...)};
}

namespace detail {

/// Whether `next` are the names that come after the first `given`.
consteval bool follows(std::span<const std::string_view> names, std::size_t given,
                       std::initializer_list<std::string_view> next) {
  for (const std::string_view name : next) {
    if (given >= names.size() || names[given++] != name) return false;
  }
  return true;
}

/// Checks what a query of these keys is given; how many members of the sort key, from the first on.
template <class Pk, class Sk, auto... Ms>
consteval std::size_t check_query() {
  static_assert(((kIsIn<Ms, Pk> || kIsIn<Ms, Sk>)&&...),
                "query(): an attribute given here is not part of this index's keys");
  static_assert(kCovers<Pk, Ms...>, "query(): give every attribute of the index's partition key");
  static_assert(kAreDistinct<Ms...>, "query(): an attribute is given twice");
  constexpr std::size_t kReached = kReach<Sk, Ms...>;
  static_assert(kReached == kCountIn<Sk, Ms...>,
                "query(): attributes of the sort key are given in order, without leaving one out");
  return kReached;
}

/// Checks what a sort-key operator is given, when `kGiven` parts of the sort key have their values already.
template <class Sk, std::size_t kGiven, auto... Ms>
consteval void check_sort_condition() {
  static_assert(sizeof...(Ms) > 0, "a sort-key operator needs a value");
  static_assert((kIsIn<Ms, Sk> && ...), "this attribute is not part of the index's sort key");
  static_assert(follows(Sk::kNames, kGiven, {kNameOf<Ms>...}),
                "a sort-key operator takes the next attributes of the sort key, in order");
}

}  // namespace detail

/// A read of some attributes: `users.scan().only<&User::name>()`.
template <class S, auto... Ms>
class PartialRead : public ReadOperation {
 public:
  using Entity = S;
  using Item = Partial<S, Ms...>;

  explicit PartialRead(const ReadOperation& whole) : ReadOperation(whole) {
    options().attributes = {Field<Ms>::path()...};
  }

  [[nodiscard]] Result<Page<Item>> go() const {
    Page<Item> page;
    LODESTONE_ASSIGN(std::vector<Record> records, run_shown(page));
    for (Record& record : records) {
      if (auto error = PartialGet<S, Ms...>::complete(target(), record)) return std::move(*error);
      page.items.push_back(Item(std::move(record)));
    }
    return page;
  }
};

/// A read of one entity; the names of the kinds are below.
template <class S, detail::ReadKind kKind>
class Read : public ReadOperation {
  static constexpr bool kIsQuery = kKind == detail::ReadKind::kQuery;
  static constexpr bool kIsScan = kKind == detail::ReadKind::kScan;

 public:
  using Entity = S;
  using Item = typename S::Item;

  Read(const Target& target, std::string_view index_name, detail::AssignedValues composites)
      : ReadOperation(target, kKind, index_name, composites) {}
  using ReadOperation::ReadOperation;

  /// Leaves out items for which the condition does not hold, after they were read. Several must all hold.
  Read& where(Where<Item> condition) {
    add_condition(std::move(condition.condition));
    return *this;
  }
  /// How many items the service looks at for one page.
  Read& limit(std::int64_t items) {
    options().limit = items;
    return *this;
  }
  /// How many pages are read; 1 without this.
  Read& pages(std::size_t count) {
    page_options().pages = count;
    return *this;
  }
  /// Reads until there are no more.
  Read& all() { return pages(0); }
  /// Reads until there are so many items.
  Read& count(std::size_t items) {
    page_options().count = items;
    return *this;
  }
  /// Where an earlier read stopped; nothing where that had no more.
  Read& from(std::optional<std::string> cursor) {
    set_cursor(std::move(cursor));
    return *this;
  }
  Read& consistent() {
    options().consistent = true;
    return *this;
  }
  /// Items of other entities are not left out.
  Read& ignore_ownership() {
    options().ignore_ownership = true;
    page_options().ignore_ownership = true;
    return *this;
  }

  /// A member of the request that nothing here sets, with its JSON.
  Read& param(std::string name, std::string json) {
    add_param(std::move(name), std::move(json));
    return *this;
  }

  [[nodiscard]] Result<Page<Item>> go() const {
    Result<Page<Item>> result(std::in_place);
    Page<Item>& page = *result;
    const detail::Rows rows{&page.items, &ItemList<Item>::append, sizeof(Item), detail::kEntitySpecs<S>};
    if (auto error = run_into(rows, page)) result.fail(*error);
    return result;
  }
  /// The same read, of these attributes only.
  template <auto... Ms>
  [[nodiscard]] PartialRead<S, Ms...> only() const {
    static_assert((detail::kIsAttribute<S, Ms> && ...),
                  "only(): this member is not among the entity's attributes");
    return PartialRead<S, Ms...>(*this);
  }
  /// Reads these attributes only.
  template <auto... Ms>
  [[nodiscard]] Result<Page<Partial<S, Ms...>>> select() const {
    static_assert((detail::kIsAttribute<S, Ms> && ...),
                  "select(): this member is not among the entity's attributes");
    return PartialRead<S, Ms...>(*this).go();
  }

  // Of queries.

  // Told by the compiler where they stand behind another one, or behind where() and its like.
  template <class... A>
  const Read& begins(const A&...) const {
    return refuse_operator<A...>();
  }
  template <class... A>
  const Read& gt(const A&...) const {
    return refuse_operator<A...>();
  }
  template <class... A>
  const Read& gte(const A&...) const {
    return refuse_operator<A...>();
  }
  template <class... A>
  const Read& lt(const A&...) const {
    return refuse_operator<A...>();
  }
  template <class... A>
  const Read& lte(const A&...) const {
    return refuse_operator<A...>();
  }
  template <class... A>
  const Read& between(const A&...) const {
    return refuse_operator<A...>();
  }

  Read& descending() requires kIsQuery {
    options().descending = true;
    return *this;
  }
  Read& ascending() requires kIsQuery {
    options().descending = false;
    return *this;
  }
  /// How sort-key operators treat keys that go on behind the values given (model/reads.h).
  Read& compare(Compare how) requires kIsQuery {
    options().compare = how;
    return *this;
  }
  /// Keys are read from the index, items then from the table: for indexes that do not have all attributes.
  /// Indexes that the model knows as keys_only() are read so without this.
  Read& hydrate() requires kIsQuery {
    page_options().hydrate = true;
    return *this;
  }

  // Of scans.

  /// One of `total` parts of the table, counted from 0.
  Read& segment(std::int64_t number, std::int64_t total) requires kIsScan {
    options().segment = number;
    options().total_segments = total;
    return *this;
  }
  /// All of the table in so many segments, as many at a time, but 64 at most. There is no cursor; count(),
  /// from() and segment() do not go with it.
  Read& parallel(unsigned segments) requires kIsScan {
    set_parallel(segments);
    return *this;
  }

 private:
  template <class... A>
  const Read& refuse_operator() const {
    static_assert(
        sizeof...(A) > 100,
        "a query has one sort-key operator, right behind query(): no second one, none behind where()");
    return *this;
  }
};

template <class S>
using Query = Read<S, detail::ReadKind::kQuery>;
template <class S>
using Scan = Read<S, detail::ReadKind::kScan>;
/// find() and match().
template <class S>
using Find = Read<S, detail::ReadKind::kFind>;
template <class S>
using Match = Read<S, detail::ReadKind::kMatch>;

/// A query to which one sort-key operator may be added: the index's sort key is Sk, of which the first kGiven
/// members have their values.
template <class S, class Sk, std::size_t kGiven>
class KeyedQuery : public Query<S> {
 public:
  using Query<S>::Query;

  template <auto... Ms>
  [[nodiscard]] Query<S> begins(const Assignment<Ms>&... values) const {
    detail::check_sort_condition<Sk, kGiven, Ms...>();
    return Query<S>(*this, SortOperator::kBegins, detail::record_of({&values...}));
  }
  template <auto... Ms>
  [[nodiscard]] Query<S> gt(const Assignment<Ms>&... values) const {
    detail::check_sort_condition<Sk, kGiven, Ms...>();
    return Query<S>(*this, SortOperator::kGreater, detail::record_of({&values...}));
  }
  template <auto... Ms>
  [[nodiscard]] Query<S> gte(const Assignment<Ms>&... values) const {
    detail::check_sort_condition<Sk, kGiven, Ms...>();
    return Query<S>(*this, SortOperator::kGreaterOrEqual, detail::record_of({&values...}));
  }
  template <auto... Ms>
  [[nodiscard]] Query<S> lt(const Assignment<Ms>&... values) const {
    detail::check_sort_condition<Sk, kGiven, Ms...>();
    return Query<S>(*this, SortOperator::kLess, detail::record_of({&values...}));
  }
  template <auto... Ms>
  [[nodiscard]] Query<S> lte(const Assignment<Ms>&... values) const {
    detail::check_sort_condition<Sk, kGiven, Ms...>();
    return Query<S>(*this, SortOperator::kLessOrEqual, detail::record_of({&values...}));
  }
  template <auto M, auto N>
  [[nodiscard]] Query<S> between(const Assignment<M>& low, const Assignment<N>& high) const {
    return between(parts(low), parts(high));
  }
  template <auto... Low, auto... High>
  [[nodiscard]] Query<S> between(const Parts<Low...>& low, const Parts<High...>& high) const {
    detail::check_sort_condition<Sk, kGiven, High...>();
    detail::check_sort_condition<Sk, kGiven, Low...>();
    return Query<S>(*this, SortOperator::kBetween, low.values, high.values);
  }
};

}  // namespace lodestone::model
