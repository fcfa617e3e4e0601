/// A typed entity: the operations on items of one kind.
///
///     model::Entity<Users> users(table);
///     users.create({.userId = "u1", .email = "ada@example.com", .name = "Ada"}).go();
///     const auto ada = users.get(field<&User::userId> = "u1").go();
///
/// Entities are small and may be copied; their table must outlive them. Thread-safe.
#pragma once

#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "model/entity_traits.h"
#include "model/operations.h"
#include "model/read_operations.h"
#include "model/table.h"

namespace lodestone::model {

template <class T>
struct Batch {
  /// In the order of the keys; nullopt: there is no such item, or it was left unprocessed.
  std::vector<std::optional<T>> items;
  /// Places of the keys that the service did not get to, however often it was asked.
  std::vector<std::size_t> unprocessed;
};

/// Keys, cursors and composites, turned into each other.
template <class S>
class Conversions {
 public:
  explicit Conversions(const Result<EntitySchema>& schema) : schema_(schema) {}

  /// The keys of every access pattern that the values reach, as they are stored.
  template <auto... Ms>
  [[nodiscard]] Result<Record> keys(const Assignment<Ms>&... values) const {
    if (!schema_.ok()) return schema_.error();
    return keys_from_composites(*schema_, nullptr, detail::record_of(values...), Strictness::kNone);
  }
  /// The cursor behind the item that has these values, for queries of `index`.
  template <class Pk, class Sk, FixedString... C, auto... Ms>
  [[nodiscard]] Result<std::string> cursor(const Index<Pk, Sk, C...>& index,
                                           const Assignment<Ms>&... values) const {
    static_assert(detail::kCovers<Pk, Ms...> && detail::kCovers<Sk, Ms...>,
                  "cursor(): give every attribute of the index's keys");
    if (!schema_.ok()) return schema_.error();
    const auto& one = schema_->indexes[static_cast<std::size_t>(detail::place_of<S>(index.index_name))];
    LODESTONE_ASSIGN(const Record keys,
                     keys_from_composites(*schema_, &one, detail::record_of(values...), Strictness::kAll));
    return cursor_from_key(keys);
  }
  /// The attributes that the keys were made from. As keys are lower case, so are texts out of them.
  [[nodiscard]] Result<Changes<S>> composites(const Record& keys) const {
    if (!schema_.ok()) return schema_.error();
    LODESTONE_ASSIGN(Record values, composites_from_keys(*schema_, nullptr, keys));
    return Changes<S>(std::move(values));
  }
  template <class Pk, class Sk, FixedString... C>
  [[nodiscard]] Result<Changes<S>> composites(const Index<Pk, Sk, C...>& index, const Record& keys) const {
    if (!schema_.ok()) return schema_.error();
    const auto& one = schema_->indexes[static_cast<std::size_t>(detail::place_of<S>(index.index_name))];
    LODESTONE_ASSIGN(Record values, composites_from_keys(*schema_, &one, keys));
    return Changes<S>(std::move(values));
  }
  [[nodiscard]] Result<Record> keys_of_cursor(std::string_view cursor) const {
    return key_from_cursor(cursor);
  }

 private:
  const Result<EntitySchema>& schema_;
};

template <class S>
class Entity {
 public:
  using Definition = S;
  using Item = typename S::Item;

  explicit Entity(const Table& table) : target_{&table, &schema_of<S>()} {}

  /// Writes an item that must not be there yet: otherwise error 5003. Members that hold what `Item{}` holds
  /// count as not given where they have a default; a required string that is empty is missing (4001).
  [[nodiscard]] Put<S> create(const Item& item) const {
    return {target_, put_spec(item, Presence::kMustNotExist)};
  }
  /// The same by attributes: the compiler sees to it that all are given that must be.
  template <auto... Ms>
  [[nodiscard]] Put<S> create(const Assignment<Ms>&... attributes) const {
    check_whole<Ms...>();
    return {target_, PutSpec{.item = detail::record_of(attributes...), .presence = Presence::kMustNotExist}};
  }
  /// Writes an item, in place of one that may be there.
  [[nodiscard]] Put<S> put(const Item& item) const { return {target_, put_spec(item, Presence::kAny)}; }
  template <auto... Ms>
  [[nodiscard]] Put<S> put(const Assignment<Ms>&... attributes) const {
    check_whole<Ms...>();
    return {target_, PutSpec{.item = detail::record_of(attributes...)}};
  }
  /// Writes an item where there is none; changes the one that is there, keeping its other attributes and
  /// those that are read-only.
  [[nodiscard]] Upsert<S> upsert(const Item& item) const {
    return {target_, UpsertSpec{.item = put_spec(item, Presence::kAny).item}};
  }
  template <auto... Ms>
  [[nodiscard]] Upsert<S> upsert(const Assignment<Ms>&... attributes) const {
    check_whole<Ms...>();
    return {target_, UpsertSpec{.item = detail::record_of(attributes...)}};
  }

  template <auto... Ms>
  [[nodiscard]] Get<S> get(const Assignment<Ms>&... key) const {
    return {target_, key_values(key...)};
  }
  [[nodiscard]] Get<S> get(const Key<S>& key) const { return {target_, key.values}; }

  /// Changes an item, or begins one that is not there.
  template <auto... Ms>
  [[nodiscard]] Update<S> update(const Assignment<Ms>&... key) const {
    return {target_, UpdateSpec{.key = key_values(key...)}};
  }
  [[nodiscard]] Update<S> update(const Key<S>& key) const { return {target_, UpdateSpec{.key = key.values}}; }
  /// Changes an item that must be there: otherwise error 5003.
  template <auto... Ms>
  [[nodiscard]] Update<S> patch(const Assignment<Ms>&... key) const {
    return {target_, UpdateSpec{.key = key_values(key...), .presence = Presence::kMustExist}};
  }
  [[nodiscard]] Update<S> patch(const Key<S>& key) const {
    return {target_, UpdateSpec{.key = key.values, .presence = Presence::kMustExist}};
  }

  /// Deletes an item; one that is not there is no error.
  template <auto... Ms>
  [[nodiscard]] Delete<S> erase(const Assignment<Ms>&... key) const {
    return {target_, DeleteSpec{.key = key_values(key...)}};
  }
  [[nodiscard]] Delete<S> erase(const Key<S>& key) const { return {target_, DeleteSpec{.key = key.values}}; }
  /// Deletes an item that must be there: otherwise error 5003.
  template <auto... Ms>
  [[nodiscard]] Delete<S> remove(const Assignment<Ms>&... key) const {
    return {target_, DeleteSpec{.key = key_values(key...), .presence = Presence::kMustExist}};
  }
  [[nodiscard]] Delete<S> remove(const Key<S>& key) const {
    return {target_, DeleteSpec{.key = key.values, .presence = Presence::kMustExist}};
  }
  /// For transactions: a condition on an item that stays as it is.
  template <auto... Ms>
  [[nodiscard]] Check<S> check(const Assignment<Ms>&... key) const {
    return {target_, CheckSpec{.key = key_values(key...), .where = {}}};
  }

  /// A key to keep.
  template <auto... Ms>
  [[nodiscard]] Key<S> key(const Assignment<Ms>&... key) const {
    return {key_values(key...)};
  }

  /// Items of one access pattern: all members of its partition key, and as many of its sort key as narrow it.
  template <class Pk, class Sk, FixedString... C, auto... Ms>
  [[nodiscard]] auto query(const Index<Pk, Sk, C...>& index, const Assignment<Ms>&... given) const {
    static_assert(detail::kPlaceOf<Index<Pk, Sk, C...>, std::remove_cv_t<decltype(S::indexes)>> >= 0,
                  "query(): this access pattern is not the entity's");
    static_assert(((detail::kIsIn<Ms, Pk> || detail::kIsIn<Ms, Sk>)&&...),
                  "query(): an attribute given here is not part of this index's keys");
    static_assert(detail::kCovers<Pk, Ms...>, "query(): give every attribute of the index's partition key");
    static_assert(detail::kAreDistinct<Ms...>, "query(): an attribute is given twice");
    constexpr std::size_t kReach = detail::kReach<Sk, Ms...>;
    static_assert(kReach == detail::kCountIn<Sk, Ms...>,
                  "query(): attributes of the sort key are given in order, without leaving one out");
    detail::ReadSpec spec{.index = detail::place_of<S>(index.index_name),
                          .composites = detail::record_of(given...)};
    return Query<S, Sk, kReach>(target_, std::move(spec));
  }

  /// Every item, or those of an index. Reads the whole table.
  [[nodiscard]] Scan<S> scan() const { return {target_, detail::ReadSpec{.kind = detail::ReadKind::kScan}}; }
  template <class Pk, class Sk, FixedString... C>
  [[nodiscard]] Scan<S> scan(const Index<Pk, Sk, C...>& index) const {
    return {target_, detail::ReadSpec{.kind = detail::ReadKind::kScan,
                                      .index = detail::place_of<S>(index.index_name)}};
  }

  /// Items with these values, by the access pattern that narrows most; a scan where there is none.
  template <auto... Ms>
  [[nodiscard]] Find<S> match(const Assignment<Ms>&... values) const {
    static_assert((detail::kIsAttribute<S, Ms> && ...),
                  "match(): this member is not among the entity's attributes");
    return {target_,
            detail::ReadSpec{.kind = detail::ReadKind::kMatch, .composites = detail::record_of(values...)}};
  }
  /// The same without a filter: values that are not part of the access pattern's keys narrow nothing.
  template <auto... Ms>
  [[nodiscard]] Find<S> find(const Assignment<Ms>&... values) const {
    static_assert((detail::kIsAttribute<S, Ms> && ...),
                  "find(): this member is not among the entity's attributes");
    return {target_,
            detail::ReadSpec{.kind = detail::ReadKind::kFind, .composites = detail::record_of(values...)}};
  }

  /// Any number of items; the service is asked for a hundred at a time, again for what it leaves out.
  [[nodiscard]] Result<Batch<Item>> get_all(const std::vector<Key<S>>& keys, const BatchOptions& options = {},
                                            const ReadOptions& read = {}) const {
    if (!target_.schema->ok()) return target_.schema->error();
    LODESTONE_ASSIGN(const Request request, batch_get_request(target_.entity(), target_.table->name(), read));
    std::vector<Record> stored;
    for (const Key<S>& key : keys) {
      LODESTONE_ASSIGN(Record one, primary_key(target_.entity(), key.values));
      stored.push_back(std::move(one));
    }
    LODESTONE_ASSIGN(const RecordBatch records,
                     run_batch_get(*target_.table, target_.entity(), request, stored, options));
    Batch<Item> batch;
    batch.unprocessed = records.unprocessed;
    const Moment now = target_.table->now();
    for (const auto& record : records.items) {
      if (!record) {
        batch.items.emplace_back();
        continue;
      }
      LODESTONE_ASSIGN(Item item, detail::decode_item<S>(target_.entity(), *record, now));
      batch.items.emplace_back(std::move(item));
    }
    return batch;
  }
  /// Writes any number of items, 25 a call. The result: places of those that were left unprocessed.
  [[nodiscard]] Result<std::vector<std::size_t>> put_all(const std::vector<Item>& items,
                                                         const BatchOptions& options = {}) const {
    if (!target_.schema->ok()) return target_.schema->error();
    std::vector<BatchWrite> writes;
    const Moment now = target_.table->now();
    for (const Item& item : items) {
      LODESTONE_ASSIGN(Record stored,
                       stored_item(target_.entity(), put_spec(item, Presence::kAny).item, now));
      writes.push_back({true, std::move(stored)});
    }
    return run_batch_write(*target_.table, target_.entity(), writes, options);
  }
  [[nodiscard]] Result<std::vector<std::size_t>> erase_all(const std::vector<Key<S>>& keys,
                                                           const BatchOptions& options = {}) const {
    if (!target_.schema->ok()) return target_.schema->error();
    std::vector<BatchWrite> writes;
    for (const Key<S>& key : keys) {
      LODESTONE_ASSIGN(Record stored, primary_key(target_.entity(), key.values));
      writes.push_back({false, std::move(stored)});
    }
    return run_batch_write(*target_.table, target_.entity(), writes, options);
  }

  /// An item as it is stored, in DynamoDB's JSON (of streams, exports, other clients); nullopt: not this
  /// entity's.
  [[nodiscard]] Result<std::optional<Item>> parse(std::string_view stored_json) const {
    if (!target_.schema->ok()) return target_.schema->error();
    LODESTONE_ASSIGN(Record stored, record_from_json(stored_json));
    const Moment now = target_.table->now();
    const auto shown = detail::shown_item(target_, std::move(stored), now, false);
    if (!shown) return std::optional<Item>();
    LODESTONE_ASSIGN(Item item, detail::decode_item<S>(target_.entity(), *shown, now));
    return std::optional(std::move(item));
  }

  [[nodiscard]] Conversions<S> convert() const { return Conversions<S>(*target_.schema); }
  /// The definition's error, where it is wrong in a way that the compiler can not see.
  [[nodiscard]] const Result<EntitySchema>& schema() const { return *target_.schema; }
  [[nodiscard]] const Table& table() const { return *target_.table; }

 private:
  static PutSpec put_spec(const Item& item, Presence presence) {
    static const Item kBlank{};
    return {.item = detail::given_members(detail::kEntitySpecs<S>, &item, &kBlank), .presence = presence};
  }
  template <auto... Ms>
  static constexpr void check_whole() {
    static_assert((detail::kIsAttribute<S, Ms> && ...), "this member is not among the entity's attributes");
    static_assert(detail::kAreDistinct<Ms...>, "an attribute is given twice");
    static_assert(
        detail::gives_all<S, Ms...>(std::type_identity<detail::ListOf<S>>{}),
        "a required attribute is missing: give every attribute that is not optional and has no default");
  }
  template <auto... Ms>
  static Record key_values(const Assignment<Ms>&... key) {
    using Primary = detail::PrimaryIndex<S>;
    static_assert((detail::kIsPrimaryComposite<S, Ms> && ...),
                  "this attribute is not part of the table's key");
    static_assert(detail::kCovers<typename Primary::PartitionKey, Ms...> &&
                      detail::kCovers<typename Primary::SortKey, Ms...>,
                  "the key is incomplete: give every attribute of the table's partition key and sort key");
    static_assert(detail::kAreDistinct<Ms...>, "an attribute is given twice");
    return detail::record_of(key...);
  }

  Target target_;
};

}  // namespace lodestone::model
