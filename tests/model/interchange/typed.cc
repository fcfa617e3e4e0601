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
#include "model/transform.h"

namespace lodestone::model::testing {
namespace typed {

enum class Status : std::uint8_t { open, Closed };

struct Inner {
  std::string text;
  std::optional<double> number = {};
  static constexpr auto attributes() {
    return model::attributes<&Inner::text>(model::attr<&Inner::number>().saved_as("nn"));
  }
};

struct Outer {
  Inner inner = {};
  std::optional<std::vector<std::string>> words = {};
  std::optional<std::string> secret = {};
  static constexpr auto attributes() {
    return model::attributes<&Outer::inner, &Outer::words>(model::attr<&Outer::secret>().hidden());
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
  std::optional<Outer> outer = {};
  std::optional<Value> anything = {};
  std::optional<std::string> renamed = {};
  std::string word = {};
};

struct Tasks {
  using Item = Task;
  static constexpr auto name = model::name("MyApp", "Task", "2");
  static constexpr auto attributes =
      model::attributes<&Task::team, &Task::project, &Task::status, &Task::done, &Task::tags, &Task::sizes,
                        &Task::scores, &Task::parts, &Task::outer, &Task::anything>(
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

struct Shape {
  std::string kind;
  double size = 0;
  static constexpr auto attributes() {
    return model::attributes<&Shape::size>(model::attr<&Shape::kind>().saved_as("k"));
  }
};

struct Thing {
  std::string owner;
  std::string id;
  double level = 0;
  std::optional<bool> flag = {};
  std::optional<Status> status = {};
  std::optional<Binary> bytes = {};
  std::optional<std::nullptr_t> nothing = {};
  std::set<std::string> tags = {};
  std::set<double> sizes = {};
  std::optional<std::vector<Inner>> parts = {};
  std::optional<Outer> outer = {};
  std::optional<std::map<std::string, double>> counts = {};
  std::optional<std::tuple<std::string, double>> pair = {};
  std::optional<std::variant<Shape, std::string>> either = {};
  std::optional<Value> anything = {};
  std::optional<std::vector<std::string>> as_json = {};
  std::string word = {};
  std::optional<std::string> group = {};
  std::optional<double> rank = {};
  std::optional<std::string> born = {};
};

struct Things {
  using Item = Thing;
  static constexpr auto name = model::toolbox("Thing").created_saved_as("__b");
  static constexpr auto attributes =
      model::attributes<&Thing::flag, &Thing::status, &Thing::bytes, &Thing::nothing, &Thing::tags,
                        &Thing::sizes, &Thing::parts, &Thing::outer, &Thing::counts, &Thing::pair,
                        &Thing::either, &Thing::anything>(
          model::attr<&Thing::owner>().saved_as("pk").transform([] { return model::prefix("O"); }),
          model::attr<&Thing::id>().saved_as("sk").transform([] {
            return model::pipe({model::prefix("I", "~"), model::suffix("end")});
          }),
          model::attr<&Thing::level>().saved_as("l"),
          model::attr<&Thing::as_json>().transform([] { return model::json_text(); }),
          model::attr<&Thing::word>().default_to("dflt"), model::attr<&Thing::group>().saved_as("gpk"),
          model::attr<&Thing::rank>().saved_as("gsk"), model::attr<&Thing::born>().shows_created());
  static constexpr auto primary = model::index().pk<&Thing::owner>("pk").sk<&Thing::id>("sk");
  static constexpr auto by_group = model::index("gsi").pk<&Thing::group>("gpk").sk<&Thing::rank>("gsk");
  static constexpr auto indexes = model::indexes(primary, by_group);
};

}  // namespace typed

namespace {

using Json = rapidjson::Value;
using typed::Task;
using typed::Tasks;
using typed::Thing;
using typed::Things;

std::string text_of(const Json& json) { return {json.GetString(), json.GetStringLength()}; }

/// A member that must be among the values asked for.
template <auto M>
ValueOf<M> part(const Record& values) {
  const Value* const value = values.find(kNameOf<M>);
  ValueOf<M> decoded{};
  if (value == nullptr || !Codec<ValueOf<M>>::decode(*value, decoded))
    throw std::runtime_error("no such part");
  return decoded;
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
    throw std::runtime_error("no such operation: " + operation);
  }

 private:
  template <class T>
  static std::string done(const Result<T>& result) {
    static_cast<void>(result.value());
    return "{}";
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
