/// What an entity's operations are before they run: `users.update(…).set(…).where(…).go()`.
///
/// Nothing is sent before go(). params() shows the request that go() would send. Operations own what they
/// hold but for their table, which must outlive them; they may be kept, copied and run again.
///
/// The classes of one entity are a thin shell: what they hold and do is in WriteOperation and GetOperation,
/// which know no template and are compiled once.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/entity_traits.h"
#include "model/held.h"
#include "model/item_reader.h"
#include "model/table.h"
#include "model/writes.h"

namespace lodestone::model {

/// What an operation works on.
struct Target {
  const Table* table = nullptr;
  /// Where the definition is wrong, its error comes out of every operation.
  const Result<EntitySchema>* schema = nullptr;

  [[nodiscard]] const EntitySchema& entity() const { return **schema; }
};

namespace detail {

/// Error 5002 where the values do not fit; nullopt: all is well.
[[nodiscard]] std::optional<Error> decode_into(const Slot& slot, const EntitySchema& schema,
                                               const Record& values, Moment now);
/// A stored item as readers see it; nullopt: another entity's.
[[nodiscard]] std::optional<Record> shown_item(const EntitySchema& schema, Record stored, Moment now,
                                               bool ignore_ownership);

/// Some attributes of an item: each must fit its member, as when all of it is read; those that are missing
/// get their defaults. `scratch` is a struct to try it with.
[[nodiscard]] std::optional<Error> complete_partial(const Slot& scratch, const Target& target, Record& values,
                                                    std::initializer_list<std::string_view> selected);

/// Members that are put into a request as they stand: name and JSON.
using RawParams = std::vector<std::pair<std::string, std::string>>;

[[nodiscard]] Record record_of(AssignedValues values);
template <class... A>
Record values_of(const A&... assignments) {
  return record_of({&assignments...});
}

/// An item that is written, without its type; `blank` is one that nobody has filled in.
struct GivenItem {
  MemberSpecs specs;
  const void* item;
  const void* blank;
};
/// The members that were given: those that hold what the blank item holds do not count where they have a
/// default or are strings that must not be empty.
[[nodiscard]] Record given_members(const GivenItem& given);

enum class WriteKind : std::uint8_t { kPut, kDelete, kUpdate, kUpsert, kCheck };

}  // namespace detail

/// A write without its types.
class WriteOperation {
 public:
  WriteOperation(const Target& target, detail::WriteKind kind, const Record& values, Presence presence);
  WriteOperation(const Target& target, detail::WriteKind kind, detail::AssignedValues values,
                 Presence presence);
  WriteOperation(const Target& target, detail::WriteKind kind, const detail::GivenItem& given,
                 Presence presence);
  WriteOperation(const WriteOperation&);
  WriteOperation(WriteOperation&&) noexcept;
  WriteOperation& operator=(const WriteOperation&);
  WriteOperation& operator=(WriteOperation&&) noexcept;
  ~WriteOperation();

  /// The request that would be sent, as JSON.
  [[nodiscard]] Result<std::string> params() const;
  [[nodiscard]] Result<Request> request() const;
  /// Writes; the service's reply as it came, as JSON.
  [[nodiscard]] Result<std::string> go_raw() const;
  [[nodiscard]] const Target& target() const { return target_; }

 protected:
  void add_condition(Condition&& condition);
  void add_step(UpdateKind kind, PathRef path, Operand operand);
  void add_step(UpdateKind kind, const detail::AssignedValue& assignment);
  void add_removal(PathRef path);
  void set_start(Value start);
  void set_left(Operand left);
  void add_composite(const detail::AssignedValue& assignment);
  void set_return_on_failure();
  void add_param(std::string name, std::string json);

  [[nodiscard]] Result<Done> run() const;
  /// Of puts: the item as it was written.
  [[nodiscard]] std::optional<Error> run_into(const detail::Slot& slot) const;
  /// The item before or after; false in `found` where there is none.
  [[nodiscard]] std::optional<Error> run_returning(Return response, const detail::Slot& slot,
                                                   bool& found) const;
  [[nodiscard]] Result<Record> run_changes(Return response) const;

 private:
  [[nodiscard]] Result<Request> build(Return response, Moment now) const;
  [[nodiscard]] Result<Request> build_own(Return response, Moment now) const;

  Target target_;
  detail::WriteKind kind_;
  Presence presence_;
  /// The item, or the key.
  Record values_;
  Record composites_;
  std::vector<UpdateStep> steps_;
  Conditions where_;
  bool returns_on_failure_ = false;
  detail::RawParams params_;
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

namespace detail {

// What an update may do with an attribute, told by the compiler.

template <class S, auto M>
consteval void check_writable() {
  static_assert(std::is_same_v<OwnerOf<M>, typename S::Item>,
                "this member belongs to another struct than the entity's items");
  static_assert(kIsAttribute<S, M>, "this member is not among the entity's attributes");
  if constexpr (kIsAttribute<S, M>) {
    static_assert(!kIsPrimaryComposite<S, M>,
                  "this attribute is part of the item's key: it can not be changed");
    static_assert(!options_of<S, M>().is_read_only,
                  "this attribute is read_only: only create(), put() and upsert() write it");
  }
}
/// Inside of a struct.
template <auto M>
consteval void check_member() {
  using Owner = OwnerOf<M>;
  static_assert(HasAttributes<Owner>, "this struct has no attributes()");
  static_assert(std::is_base_of_v<PlainAttribute<M>, std::remove_cv_t<decltype(kAttributesOf<Owner>)>>,
                "this member is not among the attributes of its struct");
  static_assert(!static_cast<const PlainAttribute<M>&>(kAttributesOf<Owner>).is_read_only,
                "this attribute is read_only: only create(), put() and upsert() write it");
}
template <auto First, auto... Rest>
consteval void check_inside(std::type_identity<Assignment<First, Rest...>>) {
  (check_member<Rest>(), ...);
}
template <class A>
consteval void check_assignment() {
  if constexpr (A::kDepth > 1) check_inside(std::type_identity<A>());
}

/// For all but set and remove: what keys are made from must be known when it is written.
template <class S, auto M>
consteval void check_plain() {
  check_writable<S, M>();
  static_assert(!kIsComposite<S, M>,
                "this attribute is part of an index's key: change it with set() or remove()");
}

template <auto... Ms>
constexpr AttributeType type_of(const Assignment<Ms...>*) {
  return kCodec<typename Field<Ms...>::Type>.type;
}
template <auto Root, class T>
constexpr AttributeType type_of(const PlaceAssignment<Root, T>*) {
  return kCodec<T>.type;
}
template <auto Root, class T>
constexpr AttributeType type_of(const CalculatedAssignment<Root, T>*) {
  // Only set() takes one.
  return AttributeType::kAny;
}
template <class A>
inline constexpr AttributeType kTypeOf = type_of(static_cast<const A*>(nullptr));

template <class A>
inline constexpr bool kIsCalculated = false;
template <auto Root, class T>
inline constexpr bool kIsCalculated<CalculatedAssignment<Root, T>> = true;

template <class S, auto M>
consteval void check_removable(const Field<M>*) {
  check_writable<S, M>();
  static_assert(kIsOptional<M> || kCodec<ValueOf<M>>.type == AttributeType::kSet,
                "remove(): this attribute is required; declare the member std::optional");
}
template <class S, auto M, auto Second, auto... Rest>
consteval void check_removable(const Field<M, Second, Rest...>*) {
  check_writable<S, M>();
  check_member<Second>();
  (check_member<Rest>(), ...);
  static_assert(Last<Second, Rest...>::kIsOptional,
                "remove(): this attribute is required; declare the member std::optional");
}
template <class S, auto Root, class T>
consteval void check_removable(const Place<Root, T>*) {
  check_writable<S, Root>();
}

}  // namespace detail

/// A write of one entity. Which one, and so what it offers, is told by kKind; the names of the kinds are
/// below.
template <class S, detail::WriteKind kKind>
class Write : public WriteOperation {
  static constexpr bool kIsUpdate = kKind == detail::WriteKind::kUpdate;
  static constexpr bool kTakesSteps = kIsUpdate || kKind == detail::WriteKind::kUpsert;
  static constexpr bool kIsPut = kKind == detail::WriteKind::kPut;
  static constexpr bool kIsAction = kKind != detail::WriteKind::kCheck;

 public:
  using Entity = S;
  using Item = typename S::Item;

  Write(const Target& target, const Record& values, Presence presence = Presence::kAny)
      : WriteOperation(target, kKind, values, presence) {}
  Write(const Target& target, detail::AssignedValues values, Presence presence = Presence::kAny)
      : WriteOperation(target, kKind, values, presence) {}
  Write(const Target& target, const detail::GivenItem& given, Presence presence = Presence::kAny)
      : WriteOperation(target, kKind, given, presence) {}

  /// Only where the condition holds for the item that is there; otherwise error 5003. Several must all hold.
  Write& where(Where<Item> condition) {
    add_condition(std::move(condition.condition));
    return *this;
  }
  /// A failed condition's error brings the item that failed it: Entity::failed_item() reads it.
  Write& return_on_failure() {
    set_return_on_failure();
    return *this;
  }

  /// A member of the request that nothing here sets, with its JSON: `param("ReturnConsumedCapacity",
  /// "\"TOTAL\"")`.
  Write& param(std::string name, std::string json) {
    add_param(std::move(name), std::move(json));
    return *this;
  }

  // The steps of update(), patch() and upsert().

  /// `set(field<&User::name> = "Jane", …)`. An empty set removes the attribute; a map replaces the map that
  /// is there.
  template <class... A>
  Write& set(const A&... assignments) requires kTakesSteps {
    (detail::check_writable<S, A::kRoot>(), ...);
    (detail::check_assignment<A>(), ...);
    (add_step_of(UpdateKind::kSet, assignments), ...);
    return *this;
  }
  /// Keeps the value that is there.
  template <class... A>
  Write& if_not_exists(const A&... assignments) requires kTakesSteps {
    static_assert(((!detail::kIsCalculated<A>)&&...), "if_not_exists(): of values only");
    (detail::check_plain<S, A::kRoot>(), ...);
    (detail::check_assignment<A>(), ...);
    (add_step_of(UpdateKind::kIfNotExists, assignments), ...);
    return *this;
  }
  /// The value of `from`, or `fallback` where the item has none.
  template <auto... To, auto... From>
  Write& copy(const Field<To...>& to, const Field<From...>& from,
              const typename Field<To...>::Type& fallback) requires kTakesSteps {
    static_assert(std::is_same_v<typename Field<To...>::Type, typename Field<From...>::Type>,
                  "copy(): the other attribute is of another type");
    detail::check_writable<S, detail::kFirst<To...>>();
    Operand operand = from.path();
    operand.add_fallback(Codec<typename Field<To...>::Type>::encode(fallback));
    add_step(UpdateKind::kSet, to.place, std::move(operand));
    return *this;
  }
  /// `to = from + by`, `to = from - by`: the item must have `from`, otherwise error 5001.
  template <auto... To, auto... From>
  Write& sum(const Field<To...>& to, const Field<From...>& from,
             const typename Field<To...>::Type& by) requires kTakesSteps {
    add_calculation(UpdateKind::kSum, to, from, by);
    return *this;
  }
  template <auto... To, auto... From>
  Write& difference(const Field<To...>& to, const Field<From...>& from,
                    const typename Field<To...>::Type& by) requires kTakesSteps {
    add_calculation(UpdateKind::kDifference, to, from, by);
    return *this;
  }
  /// To a number, or elements to a set. What is not there begins as 0 or empty.
  template <class... A>
  Write& add(const A&... assignments) requires kTakesSteps {
    static_assert(
        ((detail::kTypeOf<A> == AttributeType::kNumber || detail::kTypeOf<A> == AttributeType::kSet) && ...),
        "add(): to numbers and sets only");
    (detail::check_plain<S, A::kRoot>(), ...);
    (detail::check_assignment<A>(), ...);
    (add_step_of(UpdateKind::kAdd, assignments), ...);
    return *this;
  }
  /// To a number that begins at `start` where there is none.
  template <auto... Ms>
  Write& add_from(typename Field<Ms...>::Type start, const Assignment<Ms...>& by) requires kTakesSteps {
    detail::check_plain<S, Assignment<Ms...>::kRoot>();
    add_step_of(UpdateKind::kIncrease, by);
    set_start(Codec<typename Field<Ms...>::Type>::encode(start));
    return *this;
  }
  template <class... A>
  Write& subtract(const A&... assignments) requires kTakesSteps {
    static_assert(((detail::kTypeOf<A> == AttributeType::kNumber) && ...), "subtract(): from numbers only");
    (detail::check_plain<S, A::kRoot>(), ...);
    (detail::check_assignment<A>(), ...);
    (add_step_of(UpdateKind::kDecrease, assignments), ...);
    return *this;
  }
  /// To the end of a list; what is not there begins empty.
  template <class... A>
  Write& append(const A&... assignments) requires kTakesSteps {
    static_assert(((detail::kTypeOf<A> == AttributeType::kList) && ...), "append(): to lists only");
    (detail::check_plain<S, A::kRoot>(), ...);
    (detail::check_assignment<A>(), ...);
    (add_step_of(UpdateKind::kAppend, assignments), ...);
    return *this;
  }
  template <class... A>
  Write& prepend(const A&... assignments) requires kTakesSteps {
    static_assert(((detail::kTypeOf<A> == AttributeType::kList) && ...), "prepend(): to lists only");
    (detail::check_plain<S, A::kRoot>(), ...);
    (detail::check_assignment<A>(), ...);
    (add_step_of(UpdateKind::kPrepend, assignments), ...);
    return *this;
  }
  /// Elements from a set.
  template <class... A>
  Write& delete_elements(const A&... assignments) requires kTakesSteps {
    static_assert(((detail::kTypeOf<A> == AttributeType::kSet) && ...), "delete_elements(): from sets only");
    (detail::check_plain<S, A::kRoot>(), ...);
    (detail::check_assignment<A>(), ...);
    (add_step_of(UpdateKind::kDelete, assignments), ...);
    return *this;
  }
  template <class... F>
  Write& remove(const F&... fields) requires kTakesSteps {
    (detail::check_removable<S>(static_cast<const F*>(nullptr)), ...);
    (add_removal(fields.place), ...);
    return *this;
  }
  /// Values that keys are made from and that are not being written. The item must have them: otherwise error
  /// 5003.
  template <auto... Ms>
  Write& composite(const Assignment<Ms>&... assignments) requires kIsUpdate {
    static_assert((detail::kIsComposite<S, Ms> && ...), "composite(): this attribute is not part of any key");
    (add_composite(assignments), ...);
    return *this;
  }

  /// Writes. Of put() and create(): gives the item as it was written, with its defaults, as hooks made it.
  [[nodiscard]] Result<Item> go() const requires kIsPut {
    // Items are read in their place: to move them costs the compiler more than the rest of an operation.
    Result<Item> item(std::in_place);
    if (auto error = run_into({&*item, detail::kEntitySpecs<S>})) item.fail(*error);
    return item;
  }
  [[nodiscard]] Result<Done> go() const requires(kIsAction && !kIsPut) { return run(); }
  /// The whole item before the write; nullopt: there was none.
  [[nodiscard]] Result<Maybe<Item>> go_returning_old() const requires kIsAction {
    Result<Maybe<Item>> item(std::in_place, std::in_place);
    bool found = false;
    if (auto error = run_returning(Return::kAllOld, {&**item, detail::kEntitySpecs<S>}, found)) {
      item.fail(*error);
    } else if (!found) {
      item->reset();
    }
    return item;
  }
  /// The whole item after the update.
  [[nodiscard]] Result<Item> go_returning_new() const requires kTakesSteps {
    Result<Item> item(std::in_place);
    bool found = false;
    if (auto error = run_returning(Return::kAllNew, {&*item, detail::kEntitySpecs<S>}, found)) {
      item.fail(*error);
    }
    return item;
  }
  /// The attributes that were changed, after or before.
  [[nodiscard]] Result<Changes<S>> go_returning_updated_new() const requires kIsUpdate {
    return changes(Return::kUpdatedNew);
  }
  [[nodiscard]] Result<Changes<S>> go_returning_updated_old() const requires kIsUpdate {
    return changes(Return::kUpdatedOld);
  }

 private:
  [[nodiscard]] Result<Changes<S>> changes(Return response) const {
    LODESTONE_ASSIGN(Record values, run_changes(response));
    return Changes<S>(std::move(values));
  }
  void add_step_of(UpdateKind kind, const detail::AssignedValue& assignment) { add_step(kind, assignment); }
  template <auto Root, class T>
  void add_step_of(UpdateKind kind, const PlaceAssignment<Root, T>& assignment) {
    add_step(kind, assignment.path, assignment.operand);
  }
  template <auto... To, auto... From>
  void add_calculation(UpdateKind kind, const Field<To...>& to, const Field<From...>& from,
                       const typename Field<To...>::Type& by) {
    static_assert(Codec<typename Field<To...>::Type>::kType == AttributeType::kNumber &&
                      Codec<typename Field<From...>::Type>::kType == AttributeType::kNumber,
                  "sum(), difference(): of numbers only");
    detail::check_plain<S, detail::kFirst<To...>>();
    add_step(kind, to.place, Codec<typename Field<To...>::Type>::encode(by));
    set_left(from.path());
  }
  template <auto Root, class T>
  void add_step_of(UpdateKind, const CalculatedAssignment<Root, T>& assignment) {
    add_step(assignment.kind, assignment.path, assignment.right);
    set_left(assignment.left);
  }
};

/// put() and create(); erase() and remove(); update() and patch(); upsert(); check().
template <class S>
using Put = Write<S, detail::WriteKind::kPut>;
template <class S>
using Delete = Write<S, detail::WriteKind::kDelete>;
template <class S>
using Update = Write<S, detail::WriteKind::kUpdate>;
template <class S>
using Upsert = Write<S, detail::WriteKind::kUpsert>;
template <class S>
using Check = Write<S, detail::WriteKind::kCheck>;

/// An entity's key, to keep.
template <class S>
struct Key {
  Record values;
};

/// Some attributes of an item: those that were asked for, with their own types.
template <class S, auto... Ms>
class Partial {
 public:
  explicit Partial(Record values) : values_(std::move(values)) {}

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

/// A get without its types.
class GetOperation {
 public:
  GetOperation(const Target& target, Record key);
  GetOperation(const Target& target, detail::AssignedValues key);
  GetOperation(const GetOperation&);
  GetOperation(GetOperation&&) noexcept;
  GetOperation& operator=(const GetOperation&);
  GetOperation& operator=(GetOperation&&) noexcept;
  ~GetOperation();

  [[nodiscard]] Result<std::string> params() const;
  [[nodiscard]] Result<Request> request() const;
  /// The service's reply as it came, as JSON.
  [[nodiscard]] Result<std::string> go_raw() const;
  [[nodiscard]] const Target& target() const { return target_; }
  [[nodiscard]] bool ignores_ownership() const { return ignores_ownership_; }

 protected:
  /// What transactions read of the item; none: all of it.
  void set_attributes(std::vector<Path> attributes) { attributes_ = std::move(attributes); }
  void set_consistent() { is_consistent_ = true; }
  void set_ignore_ownership() { ignores_ownership_ = true; }
  void add_param(std::string name, std::string json);
  [[nodiscard]] std::optional<Error> run_into(const detail::Slot& slot, bool& found) const;
  [[nodiscard]] Result<std::optional<Record>> run_shown() const;
  [[nodiscard]] Error missing() const;

 private:
  Target target_;
  Record key_;
  std::vector<Path> attributes_;
  bool is_consistent_ = false;
  bool ignores_ownership_ = false;
  detail::RawParams params_;
};

/// get() of some attributes: `users.get(key).only<&User::name>()`.
template <class S, auto... Ms>
class PartialGet : public GetOperation {
 public:
  using Entity = S;
  using Item = Partial<S, Ms...>;

  [[nodiscard]] static std::optional<Error> complete(const Target& target, Record& values) {
    typename S::Item scratch{};
    return detail::complete_partial({&scratch, detail::kEntitySpecs<S>}, target, values, {kNameOf<Ms>...});
  }

  explicit PartialGet(const GetOperation& whole) : GetOperation(whole) {
    set_attributes({Field<Ms>::path()...});
  }

  /// nullopt where there is no item, or it is another entity's.
  [[nodiscard]] Result<Maybe<Item>> go() const {
    LODESTONE_ASSIGN(auto values, run_shown());
    if (!values) return Maybe<Item>();
    if (auto error = complete(target(), *values)) return std::move(*error);
    return Maybe<Item>(Item(std::move(*values)));
  }
};

/// get().
template <class S>
class Get : public GetOperation {
 public:
  using Entity = S;
  using Item = typename S::Item;
  using GetOperation::GetOperation;

  Get& consistent() {
    set_consistent();
    return *this;
  }
  /// An item of another entity is read as if it were one of this.
  Get& ignore_ownership() {
    set_ignore_ownership();
    return *this;
  }
  Get& param(std::string name, std::string json) {
    add_param(std::move(name), std::move(json));
    return *this;
  }
  /// nullopt where there is no item, or it is another entity's.
  [[nodiscard]] Result<Maybe<Item>> go() const {
    Result<Maybe<Item>> item(std::in_place, std::in_place);
    bool found = false;
    if (auto error = run_into({&**item, detail::kEntitySpecs<S>}, found)) {
      item.fail(*error);
    } else if (!found) {
      item->reset();
    }
    return item;
  }
  /// Error 5001 where there is no item.
  [[nodiscard]] Result<Item> require() const {
    Result<Item> item(std::in_place);
    bool found = false;
    if (auto error = run_into({&*item, detail::kEntitySpecs<S>}, found)) {
      item.fail(*error);
    } else if (!found) {
      item.fail(missing());
    }
    return item;
  }
  /// The same get, of these attributes only.
  template <auto... Ms>
  [[nodiscard]] PartialGet<S, Ms...> only() const {
    static_assert((detail::kIsAttribute<S, Ms> && ...),
                  "only(): this member is not among the entity's attributes");
    return PartialGet<S, Ms...>(*this);
  }
  /// Reads these attributes only.
  template <auto... Ms>
  [[nodiscard]] Result<Maybe<Partial<S, Ms...>>> select() const {
    static_assert((detail::kIsAttribute<S, Ms> && ...),
                  "select(): this member is not among the entity's attributes");
    return PartialGet<S, Ms...>(*this).go();
  }
};

}  // namespace lodestone::model
