#include "tests/model/interchange/typed.h"

#include <map>
#include <optional>
#include <set>
#include <stdexcept>
#include <tuple>
#include <variant>
#include <vector>

#include "model/json.h"
#include "model/model.h"
#include "tests/model/interchange/thing_changes.h"
#include "tests/model/interchange/typed_things.h"
#include "tests/model/interchange/typed_values.h"

namespace lodestone::model::testing {
namespace typed {

/// The same with a number beside.
struct TaskOuter {
  Inner inner = {};
  std::optional<std::vector<std::string>> words = {};
  std::optional<std::string> secret = {};
  std::optional<double> level = {};
  static constexpr auto attributes() {
    return model::attributes<&TaskOuter::inner, &TaskOuter::words, &TaskOuter::level>(
        model::attr<&TaskOuter::secret>().hidden());
  }
};

struct Task {
  std::string team;
  double number = 0;
  std::optional<std::string> project = {};
  std::optional<double> priority = {};
  std::optional<Status> status = {};
  std::optional<bool> done = {};
  std::set<std::string> tags = {};
  std::set<double> sizes = {};
  std::optional<std::vector<double>> scores = {};
  std::optional<std::vector<Inner>> parts = {};
  std::optional<TaskOuter> outer = {};
  std::optional<Value> anything = {};
  std::optional<std::string> renamed = {};
  std::optional<double> effort = {};
  std::string word = {};
};

struct Tasks {
  using Item = Task;
  static constexpr auto name = model::name("MyApp", "Task", "2");
  static constexpr auto attributes =
      model::attributes<&Task::team, &Task::project, &Task::status, &Task::done, &Task::tags, &Task::sizes,
                        &Task::scores, &Task::parts, &Task::outer, &Task::anything, &Task::effort>(
          model::attr<&Task::number>().labelled("no"), model::attr<&Task::priority>().padded(6, "0"),
          model::attr<&Task::renamed>().saved_as("rn"), model::attr<&Task::word>().default_to("dflt"));
  static constexpr auto main = model::index().pk<&Task::team>("pk").sk<&Task::number>("sk");
  static constexpr auto by_project = model::index("gsi1")
                                         .pk<&Task::project>("gsi1pk")
                                         .sk<&Task::priority, &Task::status>("gsi1sk")
                                         .collection<"work">();
  static constexpr auto clustered = model::index("gsi2")
                                        .pk<&Task::project>("gsi2pk")
                                        .sk<&Task::status>("gsi2sk")
                                        .clustered()
                                        .collection<"mixed">();
  static constexpr auto by_status =
      model::index("gsi3")
          .pk_template<&Task::status>("gsi3pk", "STATUS#${status}", Casing::kUpper)
          .sk<&Task::team>("gsi3sk", Casing::kNone)
          .scoped("Zone");
  static constexpr auto indexes = model::indexes(main, by_project, clustered, by_status);
};

}  // namespace typed

namespace {

using typed::Task;
using typed::Tasks;
using typed::Thing;
using typed::Things;

/// A member that must be among the values asked for.
template <auto M>
ValueOf<M> part(const Record& values) {
  const Value* const value = values.find(kNameOf<M>);
  ValueOf<M> decoded{};
  if (value == nullptr || !Codec<ValueOf<M>>::decode(*value, decoded))
    throw std::runtime_error("no such part");
  return decoded;
}

/// A step of an update, on the typed surface. What a kind of attribute can not do does not compile.
template <class U>
class Step {
 public:
  /// `["add", "effort", {"value": {"N": "1"}}]`
  Step(U& update, const Json& json) : update_(update), what_(text_of(json[0])), json_(json) {}

  void run() {
    const std::string at = text_of(json_[1]);
    if (at == "project") return of_key(field<&Task::project>);
    if (at == "priority") return of_key(field<&Task::priority>);
    if (at == "status") return of_key(field<&Task::status>);
    if (at == "done") return of_any(field<&Task::done>);
    if (at == "tags") return of_set(field<&Task::tags>);
    if (at == "sizes") return of_set(field<&Task::sizes>);
    if (at == "scores") return of_list(field<&Task::scores>);
    if (at == "scores[0]") return of_place(field<&Task::scores>[0]);
    if (at == "parts") return of_list(field<&Task::parts>);
    if (at == "parts[0].text") return of_place(field<&Task::parts>[0][field<&typed::Inner::text>]);
    if (at == "outer") return of_any(field<&Task::outer>);
    if (at == "outer.words") return of_list(field<&Task::outer, &typed::TaskOuter::words>);
    if (at == "outer.secret") return of_any(field<&Task::outer, &typed::TaskOuter::secret>);
    if (at == "outer.level") return of_number(field<&Task::outer, &typed::TaskOuter::level>);
    if (at == "outer.inner.text")
      return of_required(field<&Task::outer, &typed::TaskOuter::inner, &typed::Inner::text>);
    if (at == "anything") return of_any(field<&Task::anything>);
    if (at == "renamed") return of_any(field<&Task::renamed>);
    if (at == "effort") return of_number(field<&Task::effort>);
    if (at == "word") return of_required(field<&Task::word>);
    throw std::runtime_error("no such place: " + at);
  }

 private:
  template <class T>
  T value() const {
    return value_of<T>(json_[2]);
  }
  template <class F>
  void of_required(F at) {
    if (what_ != "set") throw std::runtime_error("no such step: " + what_);
    update_.set(at = value<typename F::Type>());
  }
  template <class F>
  void of_key(F at) {
    if (what_ == "remove") {
      update_.remove(at);
    } else if (what_ == "set") {
      update_.set(at = value<typename F::Type>());
    } else {
      throw std::runtime_error("no such step: " + what_);
    }
  }
  template <class F>
  void of_any(F at) {
    if (what_ != "ifNotExists") return of_key(at);
    update_.if_not_exists(at = value<typename F::Type>());
  }
  template <class F>
  void of_number(F at) {
    if (what_ == "add") {
      update_.add(at = value<double>());
    } else if (what_ == "subtract") {
      update_.subtract(at = value<double>());
    } else {
      of_any(at);
    }
  }
  template <class F>
  void of_set(F at) {
    if (what_ == "add") {
      update_.add(at = value<typename F::Type>());
    } else if (what_ == "delete") {
      update_.delete_elements(at = value<typename F::Type>());
    } else {
      of_any(at);
    }
  }
  template <class F>
  void of_list(F at) {
    if (what_ != "append") return of_any(at);
    update_.append(at = value<typename F::Type>());
  }
  template <class P>
  void of_place(const P& at) {
    if (what_ == "remove") {
      update_.remove(at);
    } else {
      update_.set(at = value<typename P::Type>());
    }
  }

  U& update_;
  std::string what_;
  const Json& json_;
};

/// `["gt", "effort", {"value": {"N": "1"}}]`
Where<Task> condition_of(const Json& json) {
  const std::string what = text_of(json[0]) + " " + text_of(json[1]);
  const auto value = [&json]<class F>(F) { return value_of<typename F::Type>(json[2]); };
  constexpr auto kEffort = field<&Task::effort>;
  constexpr auto kWord = field<&Task::word>;
  constexpr auto kText = field<&Task::outer, &typed::TaskOuter::inner, &typed::Inner::text>;
  if (what == "eq done") return field<&Task::done> == value(field<&Task::done>);
  if (what == "eq status") return field<&Task::status> == value(field<&Task::status>);
  if (what == "eq word") return kWord == value(kWord);
  if (what == "ne word") return kWord != value(kWord);
  if (what == "begins word") return kWord.begins_with(value(kWord));
  if (what == "contains word") return kWord.contains(value(kWord));
  if (what == "contains tags") return field<&Task::tags>.contains(value_of<std::string>(json[2]));
  if (what == "gt effort") return kEffort > value(kEffort);
  if (what == "lte effort") return kEffort <= value(kEffort);
  if (what == "between effort") return kEffort.between(value(kEffort), value_of<double>(json[3]));
  if (what == "exists effort") return kEffort.exists();
  if (what == "notExists effort") return kEffort.not_exists();
  if (what == "eqOrNotExists renamed") {
    return field<&Task::renamed>.equals_or_not_exists(value(field<&Task::renamed>));
  }
  if (what == "eq outer.inner.text") return kText == value(kText);
  throw std::runtime_error("no such condition: " + what);
}

template <class W>
W& with_conditions(W& write, const Json& action) {
  if (action.HasMember("where")) {
    for (const Json& one : action["where"].GetArray()) write.where(condition_of(one));
  }
  return write.return_on_failure();
}

template <class U>
U& with_steps(U& update, const Json& action) {
  for (const Json& step : action["steps"].GetArray()) Step<U>(update, step).run();
  return with_conditions(update, action);
}

Update<Tasks> update_of(Update<Tasks> update, const Json& action) {
  const Record composites = action.HasMember("composites") ? record_of(action["composites"]) : Record();
  if (composites.contains("project"))
    update.composite(field<& Task::project> = part<&Task::project>(composites));
  if (composites.contains("priority")) {
    update.composite(field<& Task::priority> = part<&Task::priority>(composites));
  }
  if (composites.contains("status"))
    update.composite(field<& Task::status> = part<&Task::status>(composites));
  return with_steps(update, action);
}

/// All items of a partition.
Result<Page<Task>> query(const Entity<Tasks>& tasks, const std::string& index, const Record& key) {
  constexpr auto kProject = field<&Task::project>;
  if (index == "main")
    return tasks.query(Tasks::main, field<&Task::team> = part<&Task::team>(key)).all().go();
  if (index == "by_project")
    return tasks.query(Tasks::by_project, kProject = part<&Task::project>(key)).all().go();
  if (index == "clustered")
    return tasks.query(Tasks::clustered, kProject = part<&Task::project>(key)).all().go();
  return tasks.query(Tasks::by_status, field<&Task::status> = part<&Task::status>(key)).all().go();
}

Result<Page<Thing>> query(const Entity<Things>& things, const std::string& index, const Record& key) {
  if (index == "primary") {
    return things.query(Things::primary, field<&Thing::owner> = part<&Thing::owner>(key)).all().go();
  }
  return things.query(Things::by_group, field<&Thing::group> = part<&Thing::group>(key)).all().go();
}

template <class S>
class TypedEntityOf : public TypedEntity {
  using Item = typename S::Item;

 public:
  std::string run(Connection& connection, const Json& line) const override {
    const Table table(connection, text_of(line["table"]));
    const Entity<S> entity(table);
    const std::string operation = text_of(line["do"]);
    if (operation == "put") return done(entity.put(item_of(line["item"])).go());
    if (operation == "create") return done(entity.create(item_of(line["item"])).go());
    if (operation == "get") return shown(entity.get(key_of(line["key"])).go().value());
    if (operation == "delete") return done(entity.erase(key_of(line["key"])).go());
    if (operation == "scan") return shown_all(entity.scan().all().go().value());
    if (operation == "query")
      return shown_all(query(entity, text_of(line["index"]), record_of(line["key"])).value());
    if (operation == "batchGet") return shown_batch(entity.get_all(keys_of(line["keys"])).value());
    if (operation == "batchPut") {
      std::vector<Item> items;
      for (const Json& one : line["items"].GetArray()) items.push_back(item_of(one));
      return done(entity.put_all(items));
    }
    if (operation == "batchDelete") return done(entity.erase_all(keys_of(line["keys"])));
    if constexpr (std::is_same_v<S, Tasks>) {
      if (operation == "change") return change(entity, line);
      if (operation == "transact") return transact(entity, line["actions"]);
      if (operation == "transactGet") return transact_get_all(entity, line["keys"]);
    }
    if constexpr (std::is_same_v<S, Things>) {
      if (operation == "change") return change_thing(entity, line);
      if (operation == "transact") return transact_things(entity, line["actions"]);
      if (operation == "erasePartition") return erase_partition(entity, record_of(line["key"]));
    }
    throw std::runtime_error("no such operation: " + operation);
  }

 private:
  template <class T>
  static std::string done(const Result<T>& result) {
    static_cast<void>(result.value());
    return "{}";
  }
  /// Updates, patches, upserts; deletes and puts with conditions.
  static std::string change(const Entity<S>& entity, const Json& action) {
    const std::string how = text_of(action["how"]);
    if (how == "update") return done(update_of(entity.update(key_of(action["key"])), action).go());
    if (how == "patch") return done(update_of(entity.patch(key_of(action["key"])), action).go());
    if (how == "upsert") {
      auto upsert = entity.upsert(item_of(action["item"]));
      return done(with_steps(upsert, action).go());
    }
    if (how == "put") {
      auto put = entity.put(item_of(action["item"]));
      return done(with_conditions(put, action).go());
    }
    auto erase = how == "remove" ? entity.remove(key_of(action["key"])) : entity.erase(key_of(action["key"]));
    return done(with_conditions(erase, action).go());
  }
  static WriteOperation action_of(const Entity<S>& entity, const Json& action) {
    const std::string how = text_of(action["how"]);
    if (how == "update") return update_of(entity.update(key_of(action["key"])), action);
    if (how == "patch") return update_of(entity.patch(key_of(action["key"])), action);
    if (how == "put" || how == "create") {
      auto put = how == "put" ? entity.put(item_of(action["item"])) : entity.create(item_of(action["item"]));
      return with_conditions(put, action);
    }
    if (how == "check") {
      auto check = entity.check(key_of(action["key"]));
      return with_conditions(check, action);
    }
    auto erase = entity.erase(key_of(action["key"]));
    return with_conditions(erase, action);
  }
  static std::string transact(const Entity<S>& entity, const Json& actions) {
    std::vector<WriteOperation> writes;
    for (const Json& action : actions.GetArray()) writes.push_back(action_of(entity, action));
    const OutcomesOfMany outcomes = transaction(std::move(writes)).go().value();
    std::string all;
    for (const OutcomeOfMany& one : outcomes.actions) {
      const auto item = one.item<S>();
      all += std::string(all.empty() ? "" : ",") + R"({"rejected":)" + (one.rejected ? "true" : "false") +
             R"(,"code":")" + one.code + R"(","item":)" + (item ? text(*item) : "null") + "}";
    }
    return std::string(R"({"canceled":)") + (outcomes.canceled ? "true" : "false") + R"(,"actions":[)" + all +
           "]}";
  }
  static std::string transact_get_all(const Entity<S>& entity, const Json& keys) {
    std::vector<GetOperation> gets;
    for (const Json& key : keys.GetArray()) gets.push_back(entity.get(key_of(key)));
    const ItemsOfMany found = transact_get(std::move(gets)).go().value();
    std::string all;
    for (std::size_t i = 0; i < found.size(); ++i) {
      const auto item = found.template get<S>(i).value();
      all += (all.empty() ? "" : ",") + (item ? text(*item) : "null");
    }
    return R"({"items":[)" + all + "]}";
  }
  static Item item_of(const Json& json) {
    Item item{};
    if (decode_members(detail::kEntitySpecs<S>, record_of(json), &item, {}))
      throw std::runtime_error("not such an item");
    return item;
  }
  static Key<S> key_of(const Json& json) { return {record_of(json)}; }
  static std::vector<Key<S>> keys_of(const Json& json) {
    std::vector<Key<S>> keys;
    for (const Json& one : json.GetArray()) keys.push_back(key_of(one));
    return keys;
  }
  static std::string text(const Item& item) {
    return to_json(encode_members(detail::kEntitySpecs<S>, &item));
  }
  static std::string shown(const std::optional<Item>& item) {
    return R"({"item":)" + (item ? text(*item) : "null") + "}";
  }
  static std::string shown_all(const Page<Item>& page) {
    std::string all;
    for (const Item& item : page) all += (all.empty() ? "" : ",") + text(item);
    return R"({"items":[)" + all + "]}";
  }
  static std::string shown_batch(const Batch<Item>& batch) {
    std::string all;
    for (const auto& item : batch.items) {
      if (item) all += (all.empty() ? "" : ",") + text(*item);
    }
    return R"({"items":[)" + all + "]}";
  }
};

}  // namespace

std::unique_ptr<TypedEntity> typed_entity(const std::string& name) {
  if (name == "typed tasks") return std::make_unique<TypedEntityOf<Tasks>>();
  if (name == "typed things") return std::make_unique<TypedEntityOf<Things>>();
  return nullptr;
}

}  // namespace lodestone::model::testing
