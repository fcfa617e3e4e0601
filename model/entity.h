/// A typed entity: the operations on items of one kind.
///
///     model::Entity<Users> users(table);
///     users.create({.userId = "u1", .email = "ada@example.com", .name = "Ada"}).go();
///     const auto ada = users.get(field<&User::userId> = "u1").go();
///
/// Entities are small and may be copied; their table must outlive them. Thread-safe.
#pragma once

#include <type_traits>
#include <utility>
#include <vector>

#include "model/cursor.h"
#include "model/definition_check.h"
#include "model/entity_traits.h"
#include "model/keys.h"
#include "model/operations.h"
#include "model/read_operations.h"
#include "model/table.h"

namespace lodestone::model {

namespace detail {

/// A batch without its types.
class BatchRun {
 public:
  explicit BatchRun(const Target& target);
  void add_key(const Record& key);
  void add_item(Record item);
  [[nodiscard]] Result<RecordBatch> get(const BatchOptions& options, std::vector<Path> attributes) const;
  [[nodiscard]] Result<std::vector<std::size_t>> write(const BatchOptions& options) const;
  [[nodiscard]] std::optional<Error> decode(const Slot& slot, const Record& values) const;

 private:
  void add(bool is_put, Result<Record> record);

  Target target_;
  Moment now_;
  std::vector<BatchWrite> writes_;
  std::optional<Error> error_;
};

/// The item that failed a condition, where the error brings it.
[[nodiscard]] bool failed_into(const Target& target, const Error& error, const Slot& slot);
/// False in `found` where the stored item is another entity's.
[[nodiscard]] std::optional<Error> parse_into(const Target& target, std::string_view stored_json,
                                              const Slot& slot, bool& found);
[[nodiscard]] Result<Record> stored_of(const Target& target, Record given);
[[nodiscard]] Result<Record> convert_to_keys(const Target& target, const IndexOptions* index,
                                             const Record& values);
[[nodiscard]] Result<Record> convert_from_cursor(const Target& target, const IndexOptions& index,
                                                 std::string_view cursor);
[[nodiscard]] Result<Record> convert_to_composites(const Target& target, const IndexOptions* index,
                                                   const Record& keys);

}  // namespace detail

template <class T>
struct Batch {
  /// In the order of the keys; nullopt: there is no such item, or it was left unprocessed.
  std::vector<Maybe<T>> items;
  /// Places of the keys that the service did not get to, however often it was asked.
  std::vector<std::size_t> unprocessed;
};

/// Keys, cursors and composites, turned into each other.
template <class S>
class Conversions {
 public:
  explicit Conversions(const Target& target) : target_(target) {}

  /// The keys of every access pattern that the values reach, as they are stored.
  template <auto... Ms>
  [[nodiscard]] Result<Record> keys(const Assignment<Ms>&... values) const {
    return detail::convert_to_keys(target_, nullptr, detail::values_of(values...));
  }
  /// Those of one access pattern, and the table's.
  template <class Pk, class Sk, FixedString... C, auto... Ms>
  [[nodiscard]] Result<Record> keys(const Index<Pk, Sk, C...>& index, const Assignment<Ms>&... values) const {
    check_whole_keys<Pk, Sk, Ms...>();
    return detail::convert_to_keys(target_, &index, detail::values_of(values...));
  }
  /// The cursor behind the item that has these values, for queries of `index`.
  template <class Pk, class Sk, FixedString... C, auto... Ms>
  [[nodiscard]] Result<std::string> cursor(const Index<Pk, Sk, C...>& index,
                                           const Assignment<Ms>&... values) const {
    LODESTONE_ASSIGN(const Record keys, this->keys(index, values...));
    return cursor_from_key(keys);
  }
  /// The cursor behind the item that has these keys: the table's, and those of the index that is queried.
  [[nodiscard]] std::string cursor(const Record& keys) const { return cursor_from_key(keys); }
  /// The attributes that the keys of all access patterns were made from. As keys are lower case, so are texts
  /// out of them.
  [[nodiscard]] Result<Changes<S>> composites(const Record& keys) const {
    LODESTONE_ASSIGN(Record values, detail::convert_to_composites(target_, nullptr, keys));
    return Changes<S>(std::move(values));
  }
  /// Those of one access pattern, and the table's.
  template <class Pk, class Sk, FixedString... C>
  [[nodiscard]] Result<Changes<S>> composites(const Index<Pk, Sk, C...>& index, const Record& keys) const {
    LODESTONE_ASSIGN(Record values, detail::convert_to_composites(target_, &index, keys));
    return Changes<S>(std::move(values));
  }
  template <class Pk, class Sk, FixedString... C>
  [[nodiscard]] Result<Changes<S>> composites(const Index<Pk, Sk, C...>& index,
                                              std::string_view cursor) const {
    LODESTONE_ASSIGN(const Record keys, keys_of_cursor(index, cursor));
    return composites(index, keys);
  }
  [[nodiscard]] Result<Record> keys_of_cursor(std::string_view cursor) const {
    return key_from_cursor(cursor);
  }
  /// Error 5005 where the cursor is one of another access pattern.
  template <class Pk, class Sk, FixedString... C>
  [[nodiscard]] Result<Record> keys_of_cursor(const Index<Pk, Sk, C...>& index,
                                              std::string_view cursor) const {
    return detail::convert_from_cursor(target_, index, cursor);
  }

 private:
  template <class Pk, class Sk, auto... Ms>
  static consteval void check_whole_keys() {
    using Primary = detail::PrimaryIndex<S>;
    static_assert(detail::kCovers<Pk, Ms...> && detail::kCovers<Sk, Ms...> &&
                      detail::kCovers<typename Primary::PartitionKey, Ms...> &&
                      detail::kCovers<typename Primary::SortKey, Ms...>,
                  "give every attribute of the index's keys and of the table's");
  }

  Target target_;
};

template <class S>
class Entity {
 public:
  using Definition = S;
  using Item = typename S::Item;

  explicit Entity(const Table& table) : target_{&table, &schema_of<S>()} { detail::check_definition<S>(); }

  /// Writes an item that must not be there yet: otherwise error 5003. Members that hold what `Item{}` holds
  /// count as not given where they have a default; a required string that is empty is missing (4001).
  [[nodiscard]] Put<S> create(const Item& item) const {
    return {target_, given(item), Presence::kMustNotExist};
  }
  /// The same by attributes: the compiler sees to it that all are given that must be.
  template <auto... Ms>
  [[nodiscard]] Put<S> create(const Assignment<Ms>&... attributes) const {
    check_whole<Ms...>();
    return {target_, detail::AssignedValues{&attributes...}, Presence::kMustNotExist};
  }
  /// Writes an item, in place of one that may be there.
  [[nodiscard]] Put<S> put(const Item& item) const { return {target_, given(item)}; }
  template <auto... Ms>
  [[nodiscard]] Put<S> put(const Assignment<Ms>&... attributes) const {
    check_whole<Ms...>();
    return {target_, detail::AssignedValues{&attributes...}};
  }
  /// Writes an item where there is none; changes the one that is there, keeping its other attributes and
  /// those that are read-only.
  [[nodiscard]] Upsert<S> upsert(const Item& item) const { return {target_, given(item)}; }
  template <auto... Ms>
  [[nodiscard]] Upsert<S> upsert(const Assignment<Ms>&... attributes) const {
    check_whole<Ms...>();
    return {target_, detail::AssignedValues{&attributes...}};
  }

  template <auto... Ms>
  [[nodiscard]] Get<S> get(const Assignment<Ms>&... key) const {
    check_key<Ms...>();
    return {target_, detail::AssignedValues{&key...}};
  }
  [[nodiscard]] Get<S> get(const Key<S>& key) const { return {target_, key.values}; }

  /// Changes an item, or begins one that is not there.
  template <auto... Ms>
  [[nodiscard]] Update<S> update(const Assignment<Ms>&... key) const {
    check_key<Ms...>();
    return {target_, detail::AssignedValues{&key...}};
  }
  [[nodiscard]] Update<S> update(const Key<S>& key) const { return {target_, key.values}; }
  /// Changes an item that must be there: otherwise error 5003.
  template <auto... Ms>
  [[nodiscard]] Update<S> patch(const Assignment<Ms>&... key) const {
    check_key<Ms...>();
    return {target_, detail::AssignedValues{&key...}, Presence::kMustExist};
  }
  [[nodiscard]] Update<S> patch(const Key<S>& key) const {
    return {target_, key.values, Presence::kMustExist};
  }

  /// Deletes an item; one that is not there is no error.
  template <auto... Ms>
  [[nodiscard]] Delete<S> erase(const Assignment<Ms>&... key) const {
    check_key<Ms...>();
    return {target_, detail::AssignedValues{&key...}};
  }
  [[nodiscard]] Delete<S> erase(const Key<S>& key) const { return {target_, key.values}; }
  /// Deletes an item that must be there: otherwise error 5003.
  template <auto... Ms>
  [[nodiscard]] Delete<S> remove(const Assignment<Ms>&... key) const {
    check_key<Ms...>();
    return {target_, detail::AssignedValues{&key...}, Presence::kMustExist};
  }
  [[nodiscard]] Delete<S> remove(const Key<S>& key) const {
    return {target_, key.values, Presence::kMustExist};
  }
  /// For transactions: a condition on an item that stays as it is.
  template <auto... Ms>
  [[nodiscard]] Check<S> check(const Assignment<Ms>&... key) const {
    check_key<Ms...>();
    return {target_, detail::AssignedValues{&key...}};
  }
  [[nodiscard]] Check<S> check(const Key<S>& key) const { return {target_, key.values}; }

  /// A key to keep.
  template <auto... Ms>
  [[nodiscard]] Key<S> key(const Assignment<Ms>&... key) const {
    check_key<Ms...>();
    return {detail::values_of(key...)};
  }

  /// Items of one access pattern: all members of its partition key, and as many of its sort key as narrow it.
  template <class Pk, class Sk, FixedString... C, auto... Ms>
  [[nodiscard]] auto query(const Index<Pk, Sk, C...>& index, const Assignment<Ms>&... given) const {
    static_assert(detail::kIsIndex<Index<Pk, Sk, C...>, detail::IndexesOf<S>>,
                  "query(): this access pattern is not the entity's");
    constexpr std::size_t kReach = detail::check_query<Pk, Sk, Ms...>();
    return KeyedQuery<S, Sk, kReach>(target_, index.index_name, {&given...});
  }

  /// Every item, or those of an index. Reads the whole table.
  [[nodiscard]] Scan<S> scan() const { return {target_, {}, detail::AssignedValues{}}; }
  template <class Pk, class Sk, FixedString... C>
  [[nodiscard]] Scan<S> scan(const Index<Pk, Sk, C...>& index) const {
    return {target_, index.index_name, detail::AssignedValues{}};
  }

  /// Items with these values, by the access pattern that narrows most; a scan where there is none.
  template <auto... Ms>
  [[nodiscard]] Match<S> match(const Assignment<Ms>&... values) const {
    static_assert((detail::kIsAttribute<S, Ms> && ...),
                  "match(): this member is not among the entity's attributes");
    return {target_, {}, detail::AssignedValues{&values...}};
  }
  /// The same without a filter: values that are not part of the access pattern's keys narrow nothing.
  template <auto... Ms>
  [[nodiscard]] Find<S> find(const Assignment<Ms>&... values) const {
    static_assert((detail::kIsAttribute<S, Ms> && ...),
                  "find(): this member is not among the entity's attributes");
    return {target_, {}, detail::AssignedValues{&values...}};
  }

  /// Any number of items; the service is asked for a hundred at a time, again for what it leaves out.
  [[nodiscard]] Result<Batch<Item>> get_all(const std::vector<Key<S>>& keys,
                                            const BatchOptions& options = {}) const {
    detail::BatchRun run(target_);
    for (const Key<S>& key : keys) run.add_key(key.values);
    LODESTONE_ASSIGN(const RecordBatch records, run.get(options, {}));
    Batch<Item> batch;
    batch.unprocessed = records.unprocessed;
    batch.items.resize(records.items.size());
    for (std::size_t i = 0; i < records.items.size(); ++i) {
      if (!records.items[i]) continue;
      if (auto error = run.decode({&batch.items[i].emplace(), detail::kEntitySpecs<S>}, *records.items[i])) {
        return std::move(*error);
      }
    }
    return batch;
  }
  /// The same for some attributes: `select_all<&User::name>(keys)`.
  template <auto... Ms>
  [[nodiscard]] Result<Batch<Partial<S, Ms...>>> select_all(const std::vector<Key<S>>& keys,
                                                            const BatchOptions& options = {}) const {
    static_assert((detail::kIsAttribute<S, Ms> && ...),
                  "select_all(): this member is not among the entity's attributes");
    detail::BatchRun run(target_);
    for (const Key<S>& key : keys) run.add_key(key.values);
    LODESTONE_ASSIGN(RecordBatch records, run.get(options, {Field<Ms>::path()...}));
    Item scratch{};
    const detail::Slot slot{&scratch, detail::kEntitySpecs<S>};
    Batch<Partial<S, Ms...>> batch;
    batch.unprocessed = std::move(records.unprocessed);
    batch.items.resize(records.items.size());
    for (std::size_t i = 0; i < records.items.size(); ++i) {
      if (!records.items[i]) continue;
      if (auto error = detail::complete_partial(slot, target_, *records.items[i], {kNameOf<Ms>...})) {
        return std::move(*error);
      }
      batch.items[i].emplace(Partial<S, Ms...>(std::move(*records.items[i])));
    }
    return batch;
  }
  /// Writes any number of items, 25 a call. The result: places of those that were left unprocessed.
  [[nodiscard]] Result<std::vector<std::size_t>> put_all(const std::vector<Item>& items,
                                                         const BatchOptions& options = {}) const {
    detail::BatchRun run(target_);
    for (const Item& item : items) run.add_item(detail::given_members(given(item)));
    return run.write(options);
  }
  [[nodiscard]] Result<std::vector<std::size_t>> erase_all(const std::vector<Key<S>>& keys,
                                                           const BatchOptions& options = {}) const {
    detail::BatchRun run(target_);
    for (const Key<S>& key : keys) run.add_key(key.values);
    return run.write(options);
  }

  /// An item as it is stored, in DynamoDB's JSON (of streams, exports, other clients); nullopt: not this
  /// entity's.
  [[nodiscard]] Result<Maybe<Item>> parse(std::string_view stored_json) const {
    Result<Maybe<Item>> item(std::in_place, std::in_place);
    bool found = false;
    const detail::Slot slot{&**item, detail::kEntitySpecs<S>};
    if (auto error = detail::parse_into(target_, stored_json, slot, found)) {
      item.fail(*error);
    } else if (!found) {
      item->reset();
    }
    return item;
  }

  /// The item as put() would store it: with its defaults and links, checked, under stored names, with its
  /// keys.
  [[nodiscard]] Result<Record> stored(const Item& item) const {
    return detail::stored_of(target_, detail::given_members(given(item)));
  }

  /// The item that failed a condition, where return_on_failure() asked for it.
  [[nodiscard]] Maybe<Item> failed_item(const Error& error) const {
    Maybe<Item> item(std::in_place);
    if (!detail::failed_into(target_, error, {&*item, detail::kEntitySpecs<S>})) item.reset();
    return item;
  }

  [[nodiscard]] Conversions<S> convert() const { return Conversions<S>(target_); }
  /// The definition's error, where it is wrong in a way that the compiler can not see.
  [[nodiscard]] const Result<EntitySchema>& schema() const { return *target_.schema; }
  [[nodiscard]] const Table& table() const { return *target_.table; }

 private:
  /// For the expression that it stands in: `blank` lives no longer.
  static detail::GivenItem given(const Item& item, const Item& blank = Item{}) {
    return {detail::kEntitySpecs<S>, &item, &blank};
  }
  template <auto... Ms>
  static consteval void check_whole() {
    static_assert((detail::kIsAttribute<S, Ms> && ...), "this member is not among the entity's attributes");
    static_assert(detail::kAreDistinct<Ms...>, "an attribute is given twice");
    static_assert(
        detail::gives_all<S, Ms...>(std::type_identity<detail::ListOf<S>>{}),
        "a required attribute is missing: give every attribute that is not optional and has no default");
  }
  template <auto... Ms>
  static consteval void check_key() {
    using Primary = detail::PrimaryIndex<S>;
    static_assert((detail::kIsPrimaryComposite<S, Ms> && ...),
                  "this attribute is not part of the table's key");
    static_assert(detail::kCoversKey<S, typename Primary::PartitionKey, Ms...> &&
                      detail::kCoversKey<S, typename Primary::SortKey, Ms...>,
                  "the key is incomplete: give every attribute of the table's partition key and sort key");
    static_assert(detail::kAreDistinct<Ms...>, "an attribute is given twice");
  }

  Target target_;
};

}  // namespace lodestone::model
