/// What an entity's operations are before they run: `users.update(…).set(…).where(…).go()`.
///
/// Nothing is sent before go(). params() shows the request that go() would send. Operations own what they
/// hold but for their table, which must outlive them; they may be kept, copied and run again.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/entity_traits.h"
#include "model/keys.h"
#include "model/table.h"
#include "model/writes.h"

namespace lodestone::model {

/// What an operation works on.
struct Target {
  const Table* table = nullptr;
  /// Of a kind whose definition failed: its error comes out of every operation.
  const Result<EntitySchema>* schema = nullptr;

  [[nodiscard]] const EntitySchema& entity() const { return **schema; }
};

namespace detail {

[[nodiscard]] Error decode_error(const EntitySchema& schema, const DecodeFailure& failure);

/// An item out of values by attribute name. Error 5002 where they do not fit.
template <class S>
Result<typename S::Item> decode_item(const EntitySchema& schema, const Record& values, Moment now) {
  typename S::Item item{};
  if (const auto failure = decode_members(kEntitySpecs<S>, values, &item, now))
    return decode_error(schema, *failure);
  return item;
}
/// What the item holds before anything is given: equal members of an item count as not given, where they have
/// defaults or are required strings.
[[nodiscard]] Record given_members(MemberSpecs specs, const void* item, const void* blank);

template <class... A>
Record record_of(const A&... assignments) {
  Record values;
  values.reserve(sizeof...(A));
  (values.set(kNameOf<A::kRoot>, assignments.value), ...);
  return values;
}

// The operations without their types.
[[nodiscard]] Result<std::string> params_of(const Result<Request>& request);
[[nodiscard]] Result<Reply> run_request(const Target& target, const Result<Request>& request);
[[nodiscard]] Result<std::optional<Record>> run_get(const Target& target, const Record& key,
                                                    const ReadOptions& options);
/// The item that the reply shows, formatted; nullopt: none.
[[nodiscard]] std::optional<Record> shown_attributes(const Target& target, Reply& reply, Moment now);
[[nodiscard]] std::optional<Record> shown_item(const Target& target, Record stored, Moment now,
                                               bool ignore_ownership);

[[nodiscard]] Result<Request> build(const Target& target, const PutSpec& spec, Moment now);
[[nodiscard]] Result<Request> build(const Target& target, const DeleteSpec& spec, Moment now);
[[nodiscard]] Result<Request> build(const Target& target, const UpdateSpec& spec, Moment now);
[[nodiscard]] Result<Request> build(const Target& target, const UpsertSpec& spec, Moment now);
[[nodiscard]] Result<Request> build(const Target& target, const CheckSpec& spec, Moment now);
/// "Put", "Delete", "Update", "ConditionCheck": the action of a transaction.
[[nodiscard]] std::string_view action_of(const Request& request);

}  // namespace detail

/// An entity's key.
template <class S>
struct Key {
  Record values;
};

/// Some attributes of an item. Those that were asked for are there with their own types; optional ones stay
/// optional.
template <class S, auto... Ms>
class Partial {
 public:
  explicit Partial(Record values) : values_(std::move(values)) {}

  /// Throws nothing: of an attribute that the stored item lacks, the member's empty value.
  template <auto M>
  [[nodiscard]] MemberType<M> get() const {
    static_assert(kIsAmong<M, Ms...>, "get(): this attribute was not selected");
    auto value = Given<typename S::Item>(values_).template get<M>();
    if constexpr (kIsOptional<M>) {
      return value;
    } else {
      return std::move(value).value_or(ValueOf<M>{});
    }
  }
  [[nodiscard]] const Record& values() const { return values_; }

 private:
  Record values_;
};

/// The attributes that an update changed; any of them may be there.
template <class S>
class Changes {
 public:
  explicit Changes(Record values) : values_(std::move(values)) {}
  template <auto M>
  [[nodiscard]] std::optional<ValueOf<M>> get() const {
    return Given<typename S::Item>(values_).template get<M>();
  }
  [[nodiscard]] const Record& values() const { return values_; }

 private:
  Record values_;
};

template <class T>
struct Page {
  std::vector<T> items;
  /// Where to go on; nullopt: there are no more.
  std::optional<std::string> cursor;
  std::int64_t count = 0;
  std::int64_t scanned_count = 0;

  [[nodiscard]] auto begin() const { return items.begin(); }
  [[nodiscard]] auto end() const { return items.end(); }
  [[nodiscard]] std::size_t size() const { return items.size(); }
  [[nodiscard]] bool empty() const { return items.empty(); }
};

/// What all writes share. Self is the operation, Spec what it says.
template <class Self, class S, class Spec>
class WriteOperation {
 public:
  using Entity = S;
  using Item = typename S::Item;

  WriteOperation(Target target, Spec spec) : target_(target), spec_(std::move(spec)) {}

  /// Only where the condition holds for the item that is there; otherwise error 5003. Several must all hold.
  Self& where(Where<Item> condition) {
    spec_.where.push_back(std::move(condition.condition));
    return self();
  }
  /// A failed condition's error brings the item that failed it, in its cause.
  Self& return_on_failure() {
    spec_.options.return_on_failure = true;
    return self();
  }
  /// The request that would be sent, as JSON.
  [[nodiscard]] Result<std::string> params() const { return detail::params_of(request()); }
  [[nodiscard]] Result<Request> request() const {
    return detail::build(target_, spec_, target_.table->now());
  }

  [[nodiscard]] const Target& target() const { return target_; }

 protected:
  Self& self() { return static_cast<Self&>(*this); }

  Target target_;
  Spec spec_;
};

/// put() and create().
template <class S>
class Put : public WriteOperation<Put<S>, S, PutSpec> {
 public:
  using Base = WriteOperation<Put<S>, S, PutSpec>;
  using Base::Base;

  /// The item as it was written: with its defaults, as hooks made it.
  [[nodiscard]] Result<typename S::Item> go() const {
    const Moment now = this->target_.table->now();
    const Result<Request> request = detail::build(this->target_, this->spec_, now);
    LODESTONE_TRY(detail::run_request(this->target_, request));
    auto shown = detail::shown_item(this->target_, *request->item, now, true);
    return detail::decode_item<S>(this->target_.entity(), *shown, now);
  }
  /// The item that was there before; nullopt: none was.
  [[nodiscard]] Result<std::optional<typename S::Item>> go_returning_old() const;
};

/// Reads what a write says of an item; nullopt: it says nothing.
template <class S>
Result<std::optional<typename S::Item>> run_returning(const Target& target, const Result<Request>& request) {
  LODESTONE_ASSIGN(Reply reply, detail::run_request(target, request));
  const Moment now = target.table->now();
  const auto shown = detail::shown_attributes(target, reply, now);
  if (!shown) return std::optional<typename S::Item>();
  LODESTONE_ASSIGN(typename S::Item item, detail::decode_item<S>(target.entity(), *shown, now));
  return std::optional(std::move(item));
}

template <class S>
Result<std::optional<typename S::Item>> Put<S>::go_returning_old() const {
  PutSpec spec = this->spec_;
  spec.options.response = Return::kAllOld;
  return run_returning<S>(this->target_, detail::build(this->target_, spec, this->target_.table->now()));
}

/// erase() and remove().
template <class S>
class Delete : public WriteOperation<Delete<S>, S, DeleteSpec> {
 public:
  using Base = WriteOperation<Delete<S>, S, DeleteSpec>;
  using Base::Base;

  [[nodiscard]] Result<Done> go() const {
    LODESTONE_TRY(detail::run_request(this->target_, this->request()));
    return Done{};
  }
  /// The item that was there; nullopt: none was.
  [[nodiscard]] Result<std::optional<typename S::Item>> go_returning_old() const {
    DeleteSpec spec = this->spec_;
    spec.options.response = Return::kAllOld;
    return run_returning<S>(this->target_, detail::build(this->target_, spec, {}));
  }
};

/// A condition on an item that stays as it is: an action of a transaction.
template <class S>
class Check : public WriteOperation<Check<S>, S, CheckSpec> {
 public:
  using WriteOperation<Check<S>, S, CheckSpec>::WriteOperation;
};

/// The steps of update(), patch() and upsert().
template <class Self, class S, class Spec>
class UpdatingOperation : public WriteOperation<Self, S, Spec> {
 public:
  using WriteOperation<Self, S, Spec>::WriteOperation;
  using Item = typename S::Item;

  /// `set(field<&User::name> = "Jane", …)`. An empty set removes the attribute.
  template <class... A>
  Self& set(const A&... assignments) {
    (check<A::kRoot>(), ...);
    (add(UpdateKind::kSet, assignments), ...);
    return this->self();
  }
  /// Keeps the value that is there.
  template <class... A>
  Self& if_not_exists(const A&... assignments) {
    (check_plain<A::kRoot>(), ...);
    (add(UpdateKind::kIfNotExists, assignments), ...);
    return this->self();
  }
  /// To a number, or elements to a set. What is not there begins as 0 or empty.
  template <class... A>
  Self& add(const A&... assignments) {
    (check_addable<A>(), ...);
    (check_plain<A::kRoot>(), ...);
    (add(UpdateKind::kAdd, assignments), ...);
    return this->self();
  }
  /// The same to a number that begins at `start`.
  template <auto... Ms>
  Self& add_from(typename Field<Ms...>::Type start, const Assignment<Ms...>& by) {
    check_plain<Assignment<Ms...>::kRoot>();
    add(UpdateKind::kIncrease, by);
    this->spec_.steps.back().start = Codec<typename Field<Ms...>::Type>::encode(start);
    return this->self();
  }
  template <class... A>
  Self& subtract(const A&... assignments) {
    (check_plain<A::kRoot>(), ...);
    (add(UpdateKind::kDecrease, assignments), ...);
    return this->self();
  }
  /// To the end of a list; what is not there begins empty.
  template <class... A>
  Self& append(const A&... assignments) {
    (check_list<A>(), ...);
    (check_plain<A::kRoot>(), ...);
    (add(UpdateKind::kAppend, assignments), ...);
    return this->self();
  }
  template <class... A>
  Self& prepend(const A&... assignments) {
    (check_list<A>(), ...);
    (check_plain<A::kRoot>(), ...);
    (add(UpdateKind::kPrepend, assignments), ...);
    return this->self();
  }
  /// Elements from a set.
  template <class... A>
  Self& delete_elements(const A&... assignments) {
    (check_set<A>(), ...);
    (check_plain<A::kRoot>(), ...);
    (add(UpdateKind::kDelete, assignments), ...);
    return this->self();
  }
  template <class... F>
  Self& remove(const F&... fields) {
    (check_removable(fields), ...);
    (this->spec_.steps.push_back({UpdateKind::kRemove, fields.path(), Value(), {}}), ...);
    return this->self();
  }

 private:
  template <auto M>
  static constexpr void check() {
    static_assert(std::is_same_v<OwnerOf<M>, Item>,
                  "this member belongs to another struct than the entity's items");
    static_assert(detail::kIsAttribute<S, M>, "this member is not among the entity's attributes");
    if constexpr (detail::kIsAttribute<S, M>) {
      static_assert(!detail::kIsPrimaryComposite<S, M>,
                    "this attribute is part of the item's key: it can not be changed");
      static_assert(!detail::options_of<S, M>().is_read_only,
                    "this attribute is read_only: only create(), put() and upsert() write it");
    }
  }
  /// For all but set and remove: what keys are made from must be known when it is written.
  template <auto M>
  static constexpr void check_plain() {
    check<M>();
    static_assert(!detail::kIsComposite<S, M>,
                  "this attribute is part of an index's key: change it with set() or remove()");
  }
  template <class A>
  static constexpr void check_addable() {
    constexpr AttributeType kType = type_of(static_cast<const A*>(nullptr));
    static_assert(kType == AttributeType::kNumber || kType == AttributeType::kSet,
                  "add(): to numbers and sets only");
  }
  template <class A>
  static constexpr void check_list() {
    static_assert(type_of(static_cast<const A*>(nullptr)) == AttributeType::kList,
                  "append(), prepend(): to lists only");
  }
  template <class A>
  static constexpr void check_set() {
    static_assert(type_of(static_cast<const A*>(nullptr)) == AttributeType::kSet,
                  "delete_elements(): from sets only");
  }
  template <auto... Ms>
  static constexpr AttributeType type_of(const Assignment<Ms...>*) {
    return kCodec<typename Field<Ms...>::Type>.type;
  }
  template <auto Root, class T>
  static constexpr AttributeType type_of(const PlaceAssignment<Root, T>*) {
    return kCodec<T>.type;
  }
  template <auto M>
  static constexpr void check_removable(Field<M>) {
    check<M>();
    static_assert(kIsOptional<M> || kCodec<ValueOf<M>>.type == AttributeType::kSet,
                  "remove(): this attribute is required; declare the member std::optional");
  }
  template <auto M, auto Second, auto... Rest>
  static constexpr void check_removable(Field<M, Second, Rest...>) {
    check<M>();
    static_assert(detail::WithoutOptional<MemberType<detail::Last<Second, Rest...>::kMember>>::kIsOptional,
                  "remove(): this attribute is required; declare the member std::optional");
  }
  template <auto Root, class T>
  static constexpr void check_removable(const Place<Root, T>&) {
    check<Root>();
  }

  template <auto... Ms>
  void add(UpdateKind kind, const Assignment<Ms...>& assignment) {
    this->spec_.steps.push_back({kind, Field<Ms...>::path(), assignment.value, {}});
  }
  template <auto Root, class T>
  void add(UpdateKind kind, const PlaceAssignment<Root, T>& assignment) {
    this->spec_.steps.push_back({kind, assignment.path, assignment.operand, {}});
  }
  template <auto Root>
  void add(UpdateKind kind, const Reference<Root>& reference) {
    this->spec_.steps.push_back({kind, reference.path, reference.from, {}});
  }
};

/// update() and patch().
template <class S>
class Update : public UpdatingOperation<Update<S>, S, UpdateSpec> {
 public:
  using Base = UpdatingOperation<Update<S>, S, UpdateSpec>;
  using Base::Base;

  /// Values that keys are made from and that are not being written. The item must have them: otherwise error
  /// 5003.
  template <auto... Ms>
  Update& composite(const Assignment<Ms>&... assignments) {
    static_assert((detail::kIsComposite<S, Ms> && ...), "composite(): this attribute is not part of any key");
    (this->spec_.composites.set(kNameOf<Ms>, assignments.value), ...);
    return *this;
  }

  [[nodiscard]] Result<Done> go() const {
    LODESTONE_TRY(detail::run_request(this->target_, this->request()));
    return Done{};
  }
  /// The whole item after the update.
  [[nodiscard]] Result<typename S::Item> go_returning_new() const {
    LODESTONE_ASSIGN(auto item, run_returning<S>(this->target_, with(Return::kAllNew)));
    if (!item) return Error{.code = ErrorCode::kInvalidItem, .message = "The service did not show the item"};
    return std::move(*item);
  }
  /// The whole item before the update; nullopt: there was none.
  [[nodiscard]] Result<std::optional<typename S::Item>> go_returning_old() const {
    return run_returning<S>(this->target_, with(Return::kAllOld));
  }
  /// The attributes that were changed, after or before.
  [[nodiscard]] Result<Changes<S>> go_returning_updated_new() const { return changes(Return::kUpdatedNew); }
  [[nodiscard]] Result<Changes<S>> go_returning_updated_old() const { return changes(Return::kUpdatedOld); }

 private:
  [[nodiscard]] Result<Request> with(Return response) const {
    UpdateSpec spec = this->spec_;
    spec.options.response = response;
    return detail::build(this->target_, spec, this->target_.table->now());
  }
  [[nodiscard]] Result<Changes<S>> changes(Return response) const {
    LODESTONE_ASSIGN(Reply reply, detail::run_request(this->target_, with(response)));
    auto shown = detail::shown_attributes(this->target_, reply, this->target_.table->now());
    return Changes<S>(std::move(shown).value_or(Record()));
  }
};

/// upsert(): a whole item, or changes to one that is there.
template <class S>
class Upsert : public UpdatingOperation<Upsert<S>, S, UpsertSpec> {
 public:
  using Base = UpdatingOperation<Upsert<S>, S, UpsertSpec>;
  using Base::Base;

  [[nodiscard]] Result<Done> go() const {
    LODESTONE_TRY(detail::run_request(this->target_, this->request()));
    return Done{};
  }
  [[nodiscard]] Result<typename S::Item> go_returning_new() const {
    UpsertSpec spec = this->spec_;
    spec.options.response = Return::kAllNew;
    LODESTONE_ASSIGN(auto item, run_returning<S>(this->target_, detail::build(this->target_, spec,
                                                                              this->target_.table->now())));
    if (!item) return Error{.code = ErrorCode::kInvalidItem, .message = "The service did not show the item"};
    return std::move(*item);
  }
};

/// get().
template <class S>
class Get {
 public:
  using Entity = S;
  using Item = typename S::Item;

  Get(Target target, Record key, ReadOptions options = {})
      : target_(target), key_(std::move(key)), options_(std::move(options)) {}

  [[nodiscard]] const Target& target() const { return target_; }

  Get& consistent() {
    options_.consistent = true;
    return *this;
  }
  [[nodiscard]] Result<Request> request() const {
    if (!target_.schema->ok()) return target_.schema->error();
    return get_request(target_.entity(), target_.table->name(), key_, options_);
  }
  [[nodiscard]] Result<std::string> params() const { return detail::params_of(request()); }

  /// nullopt where there is no item, or it is another entity's.
  [[nodiscard]] Result<std::optional<Item>> go() const {
    LODESTONE_ASSIGN(const auto values, detail::run_get(target_, key_, options_));
    if (!values) return std::optional<Item>();
    LODESTONE_ASSIGN(Item item, detail::decode_item<S>(target_.entity(), *values, target_.table->now()));
    return std::optional(std::move(item));
  }
  /// Error 5001 where there is no item.
  [[nodiscard]] Result<Item> require() const {
    LODESTONE_ASSIGN(std::optional<Item> item, go());
    if (!item) return entity_error(target_.entity(), ErrorCode::kOperationFailed, "There is no such item");
    return std::move(*item);
  }
  /// Only these attributes are read.
  template <auto... Ms>
  [[nodiscard]] Result<std::optional<Partial<S, Ms...>>> select() const {
    static_assert((detail::kIsAttribute<S, Ms> && ...),
                  "select(): this member is not among the entity's attributes");
    ReadOptions options = options_;
    options.attributes = {Field<Ms>::path()...};
    LODESTONE_ASSIGN(auto values, detail::run_get(target_, key_, options));
    if (!values) return std::optional<Partial<S, Ms...>>();
    return std::optional<Partial<S, Ms...>>(std::move(*values));
  }

 private:
  Target target_;
  Record key_;
  ReadOptions options_;
};

}  // namespace lodestone::model
