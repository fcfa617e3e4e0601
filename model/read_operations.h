/// Reads of many items before they run: `users.query(Users::by_role, …).begins(…).where(…).limit(10).go()`.
///
/// Nothing is sent before go(). The order of sort-key conditions is checked by the compiler: an operator
/// takes the next members of the sort key, and nothing comes after it.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/entity_traits.h"
#include "model/operations.h"
#include "model/reads.h"
#include "model/table.h"

namespace lodestone::model {

namespace detail {

enum class ReadKind : std::uint8_t { kQuery, kScan, kFind, kMatch };

/// A read without its types. The index is told by its place among the entity's; -1: the table.
struct ReadSpec {
  ReadKind kind = ReadKind::kQuery;
  int index = -1;
  Record composites = {};
  SortOperator sort_operator = SortOperator::kNone;
  Record from = {};
  Record to = {};
  Conditions where = {};
  ReadOptions options = {};
  PageOptions pages = {};
  std::optional<std::string> cursor = {};
  unsigned parallel = 0;
};

[[nodiscard]] Result<Request> build_read(const Target& target, const ReadSpec& spec);
[[nodiscard]] Result<RecordPage> run_read(const Target& target, const ReadSpec& spec);

template <class I, class Indexes>
inline constexpr int kPlaceOf = -1;
template <class I, class... Each>
inline constexpr int kPlaceOf<I, std::tuple<Each...>> = [] {
  int place = 0;
  int found = -1;
  ((found = found < 0 && std::is_same_v<I, Each> ? place : found, ++place), ...);
  return found;
}();

/// The place of an access pattern among those of S, by its index's name: two may have the same type.
template <class S>
int place_of(std::string_view index_name) {
  int place = 0;
  int found = -1;
  std::apply(
      [&](const auto&... each) { ((found = each.index_name == index_name ? place : found, ++place), ...); },
      S::indexes);
  return found;
}

}  // namespace detail

/// What queries, scans and finds share.
template <class Self, class S>
class ReadOperation {
 public:
  using Entity = S;
  using Item = typename S::Item;

  ReadOperation(Target target, detail::ReadSpec spec) : target_(target), spec_(std::move(spec)) {}

  /// Leaves out items for which the condition does not hold, after they were read. Several must all hold.
  Self& where(Where<Item> condition) {
    spec_.where.push_back(std::move(condition.condition));
    return self();
  }
  /// How many items the service looks at for one page.
  Self& limit(std::int64_t items) {
    spec_.options.limit = items;
    return self();
  }
  /// How many pages are read; 1 without this.
  Self& pages(std::size_t count) {
    spec_.pages.pages = count;
    return self();
  }
  /// Reads until there are no more.
  Self& all() { return pages(0); }
  /// Reads until there are so many items.
  Self& count(std::size_t items) {
    spec_.pages.count = items;
    return self();
  }
  /// Where an earlier read stopped; nothing where that had no more.
  Self& from(std::optional<std::string> cursor) {
    spec_.cursor = std::move(cursor);
    return self();
  }
  Self& consistent() {
    spec_.options.consistent = true;
    return self();
  }
  /// Items of other entities are not left out.
  Self& ignore_ownership() {
    spec_.options.ignore_ownership = true;
    spec_.pages.ignore_ownership = true;
    return self();
  }

  [[nodiscard]] Result<Request> request() const { return detail::build_read(target_, spec_); }
  /// The request for the first page, as JSON.
  [[nodiscard]] Result<std::string> params() const { return detail::params_of(request()); }

  [[nodiscard]] Result<Page<Item>> go() const {
    LODESTONE_ASSIGN(RecordPage records, detail::run_read(target_, spec_));
    Page<Item> page = begin_page<Item>(records);
    page.items.reserve(records.items.size());
    const Moment now = target_.table->now();
    for (const Record& record : records.items) {
      LODESTONE_ASSIGN(Item item, detail::decode_item<S>(target_.entity(), record, now));
      page.items.push_back(std::move(item));
    }
    return page;
  }
  /// Only these attributes are read.
  template <auto... Ms>
  [[nodiscard]] Result<Page<Partial<S, Ms...>>> select() const {
    static_assert((detail::kIsAttribute<S, Ms> && ...),
                  "select(): this member is not among the entity's attributes");
    detail::ReadSpec spec = spec_;
    spec.options.attributes = {Field<Ms>::path()...};
    LODESTONE_ASSIGN(RecordPage records, detail::run_read(target_, spec));
    auto page = begin_page<Partial<S, Ms...>>(records);
    for (Record& record : records.items) page.items.emplace_back(std::move(record));
    return page;
  }
  /// How many items there are, without reading them.
  [[nodiscard]] Result<std::int64_t> count_items() const {
    detail::ReadSpec spec = spec_;
    spec.options.count_only = true;
    spec.pages = {.pages = 0};
    LODESTONE_ASSIGN(const RecordPage records, detail::run_read(target_, spec));
    return records.count;
  }

 protected:
  Self& self() { return static_cast<Self&>(*this); }

  Target target_;
  detail::ReadSpec spec_;

 private:
  template <class T>
  static Page<T> begin_page(const RecordPage& records) {
    Page<T> page;
    if (records.last_key) page.cursor = cursor_from_key(*records.last_key);
    page.count = records.count;
    page.scanned_count = records.scanned_count;
    return page;
  }
};

/// Several values of a sort key: `between(parts(a = 1), parts(a = 2, b = 3))`.
template <auto... Ms>
struct Parts {
  Record values;
};
template <auto... Ms>
[[nodiscard]] Parts<Ms...> parts(const Assignment<Ms>&... assignments) {
  return {detail::record_of(assignments...)};
}

/// A query whose sort key is given up to `kGiven` members; with kIsOver an operator has come.
template <class S, class Sk, std::size_t kGiven, bool kIsOver = false>
class Query : public ReadOperation<Query<S, Sk, kGiven, kIsOver>, S> {
 public:
  using Base = ReadOperation<Query<S, Sk, kGiven, kIsOver>, S>;
  using Base::Base;

  Query& descending() {
    this->spec_.options.descending = true;
    return *this;
  }
  Query& ascending() {
    this->spec_.options.descending = false;
    return *this;
  }
  /// How sort-key operators treat keys that go on behind the values given (model/reads.h).
  Query& compare(Compare how) {
    this->spec_.options.compare = how;
    return *this;
  }
  /// Of indexes that do not have all attributes: items are read from the table.
  Query& hydrate() {
    this->spec_.pages.hydrate = true;
    return *this;
  }

  template <auto... Ms>
  [[nodiscard]] auto begins(const Assignment<Ms>&... values) const {
    check<Ms...>();
    return with(SortOperator::kBegins, detail::record_of(values...));
  }
  template <auto... Ms>
  [[nodiscard]] auto gt(const Assignment<Ms>&... values) const {
    check<Ms...>();
    return with(SortOperator::kGreater, detail::record_of(values...));
  }
  template <auto... Ms>
  [[nodiscard]] auto gte(const Assignment<Ms>&... values) const {
    check<Ms...>();
    return with(SortOperator::kGreaterOrEqual, detail::record_of(values...));
  }
  template <auto... Ms>
  [[nodiscard]] auto lt(const Assignment<Ms>&... values) const {
    check<Ms...>();
    return with(SortOperator::kLess, detail::record_of(values...));
  }
  template <auto... Ms>
  [[nodiscard]] auto lte(const Assignment<Ms>&... values) const {
    check<Ms...>();
    return with(SortOperator::kLessOrEqual, detail::record_of(values...));
  }
  template <auto M, auto N>
  [[nodiscard]] auto between(const Assignment<M>& low, const Assignment<N>& high) const {
    return between(parts(low), parts(high));
  }
  template <auto... Low, auto... High>
  [[nodiscard]] auto between(const Parts<Low...>& low, const Parts<High...>& high) const {
    check<Low...>();
    check<High...>();
    return with(SortOperator::kBetween, low.values, high.values);
  }

 private:
  template <auto... Ms>
  static constexpr void check() {
    static_assert(!kIsOver, "a query has one sort-key operator; this is the second");
    static_assert(sizeof...(Ms) > 0, "a sort-key operator needs a value");
    static_assert((detail::kIsIn<Ms, Sk> && ...), "this attribute is not part of the index's sort key");
    static_assert(is_next<Ms...>(),
                  "a sort-key operator takes the next attributes of the sort key, in order");
  }
  /// Whether Ms are those of the sort key that follow the ones given.
  template <auto... Ms>
  static consteval bool is_next() {
    constexpr std::array<std::string_view, sizeof...(Ms)> kNames = {kNameOf<Ms>...};
    bool next = kGiven + sizeof...(Ms) <= Sk::kSize;
    for (std::size_t i = 0; next && i < kNames.size(); ++i) next = Sk::kNames[kGiven + i] == kNames[i];
    return next;
  }
  [[nodiscard]] Query<S, Sk, kGiven, true> with(SortOperator sort_operator, Record from,
                                                Record to = {}) const {
    detail::ReadSpec spec = this->spec_;
    spec.sort_operator = sort_operator;
    spec.from = std::move(from);
    spec.to = std::move(to);
    return {this->target_, std::move(spec)};
  }
};

template <class S>
class Scan : public ReadOperation<Scan<S>, S> {
 public:
  using ReadOperation<Scan<S>, S>::ReadOperation;

  /// One of `total` parts of the table, counted from 0.
  Scan& segment(std::int64_t number, std::int64_t total) {
    this->spec_.options.segment = number;
    this->spec_.options.total_segments = total;
    return *this;
  }
  /// All of the table, by so many threads at a time, each with a segment of its own. There is no cursor.
  Scan& parallel(unsigned segments) {
    this->spec_.parallel = segments;
    return *this;
  }
};

/// find() and match().
template <class S>
class Find : public ReadOperation<Find<S>, S> {
 public:
  using ReadOperation<Find<S>, S>::ReadOperation;
};

}  // namespace lodestone::model
