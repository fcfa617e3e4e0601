#include "tests/model/interchange/thing_changes.h"

#include <stdexcept>
#include <utility>

#include "model/transaction.h"
#include "tests/model/interchange/typed_values.h"

namespace lodestone::model::testing {
namespace {

using typed::Inner;
using typed::Outer;
using typed::Shape;
using typed::Thing;
using typed::Things;

constexpr auto kLevel = field<&Thing::level>;
constexpr auto kWord = field<&Thing::word>;
constexpr auto kGroup = field<&Thing::group>;
constexpr auto kRank = field<&Thing::rank>;
constexpr auto kTags = field<&Thing::tags>;
constexpr auto kText = field<&Thing::outer, &Outer::inner, &Inner::text>;
constexpr auto kNumber = field<&Thing::outer, &Outer::inner, &Inner::number>;

/// Calls `act` with what a calculation is given: a number, another attribute, one with a number instead.
template <class Act>
void with_operand(const Json& json, const Act& act) {
  if (!json.HasMember("path")) return act(value_of<double>(json));
  const auto with = [&]<class F>(F at) {
    if (!json.HasMember("otherwise")) return act(at);
    act(at.otherwise(value_of<double>(json["otherwise"])));
  };
  if (text_of(json["path"]) == "rank") return with(kRank);
  with(kNumber);
}

/// A step of an update. What a kind of attribute can not do does not compile.
class Step {
 public:
  Step(Update<Things>& update, const Json& json)
      : update_(update), what_(text_of(json["step"])), json_(json) {}

  void run() {
    const std::string at = text_of(json_["path"]);
    if (at == "level") return of_number(kLevel);
    if (at == "flag") return of_optional(field<&Thing::flag>);
    if (at == "status") return of_optional(field<&Thing::status>);
    if (at == "bytes") return of_optional(field<&Thing::bytes>);
    if (at == "tags") return of_set(kTags);
    if (at == "sizes") return of_set(field<&Thing::sizes>);
    if (at == "parts") return of_list(field<&Thing::parts>);
    if (at == "parts[0]") return of_optional(field<&Thing::parts>[0]);
    if (at == "parts[0].text") return of_required(field<&Thing::parts>[0][field<&Inner::text>]);
    if (at == "outer") return of_optional(field<&Thing::outer>);
    if (at == "outer.words") return of_list(field<&Thing::outer, &Outer::words>);
    if (at == "outer.secret") return of_optional(field<&Thing::outer, &Outer::secret>);
    if (at == "outer.inner.text") return of_required(kText);
    if (at == "outer.inner.number") return what_ == "remove" ? of_optional(kNumber) : of_number(kNumber);
    if (at == "counts") return of_optional(field<&Thing::counts>);
    if (at == "counts.k") return of_count(field<&Thing::counts>["k"]);
    if (at == "pair") return of_optional(field<&Thing::pair>);
    if (at == "either") return of_optional(field<&Thing::either>);
    if (at == "anything") return of_optional(field<&Thing::anything>);
    if (at == "as_json") return of_optional(field<&Thing::as_json>);
    if (at == "word") return of_word();
    if (at == "group") return of_optional(kGroup);
    if (at == "rank") return of_optional(kRank);
    throw std::runtime_error("no such place: " + at);
  }

 private:
  template <class T>
  [[nodiscard]] T value() const {
    return value_of<T>(json_["value"]);
  }
  [[nodiscard]] const Json& operand(rapidjson::SizeType place) const { return json_["operands"][place]; }

  template <class F>
  void of_required(const F& at) {
    if (what_ != "set") throw std::runtime_error("no such step: " + what_);
    update_.set(at = value<typename F::Type>());
  }
  template <class F>
  void of_optional(const F& at) {
    if (what_ != "remove") return of_required(at);
    update_.remove(at);
  }
  template <class F>
  void of_count(const F& at) {
    if (what_ != "add") return of_optional(at);
    update_.add(at = value<double>());
  }
  template <class F>
  void of_number(const F& at) {
    if (what_ == "add") {
      update_.add(at = value<double>());
    } else if (what_ == "get") {
      if (operand(0).HasMember("otherwise")) {
        update_.set(at = kRank.otherwise(value_of<double>(operand(0)["otherwise"])));
      } else {
        update_.set(at = kRank);
      }
    } else if (what_ == "sum" || what_ == "subtract") {
      calculate(at);
    } else {
      of_required(at);
    }
  }
  template <class F>
  void calculate(const F& at) {
    with_operand(operand(0), [&]<class A>(const A& a) {
      with_operand(operand(1), [&]<class B>(const B& b) {
        if constexpr (std::is_same_v<A, double> && std::is_same_v<B, double>) {
          throw std::runtime_error("nothing to calculate with");
        } else if (what_ == "sum") {
          update_.set(at = a + b);
        } else {
          update_.set(at = a - b);
        }
      });
    });
  }
  template <class F>
  void of_set(const F& at) {
    if (what_ == "add") {
      update_.add(at = value<typename F::Type>());
    } else if (what_ == "delete") {
      update_.delete_elements(at = value<typename F::Type>());
    } else {
      of_optional(at);
    }
  }
  template <class F>
  void of_list(const F& at) {
    if (what_ == "append") {
      update_.append(at = value<typename F::Type>());
    } else if (what_ == "prepend") {
      update_.prepend(at = value<typename F::Type>());
    } else {
      of_optional(at);
    }
  }
  void of_word() {
    if (what_ != "get") return of_required(kWord);
    if (!operand(0).HasMember("otherwise")) {
      update_.set(kWord = kGroup);
    } else {
      update_.set(kWord = kGroup.otherwise(value_of<std::string>(operand(0)["otherwise"])));
    }
  }

  Update<Things>& update_;
  std::string what_;
  const Json& json_;
};

/// A comparison of anything that has an order.
template <class A, class V>
Where<Thing> compared(const A& at, const std::string& what, const V& value) {
  if (what == "eq") return at == value;
  if (what == "ne") return at != value;
  if (what == "lt") return at < value;
  if (what == "lte") return at <= value;
  if (what == "gt") return at > value;
  if (what == "gte") return at >= value;
  throw std::runtime_error("no such operator: " + what);
}

Where<Thing> on_level(const std::string& what, const Json& operand) {
  if (operand.IsArray()) {
    const double low = value_of<double>(operand[0]);
    const double high = value_of<double>(operand[1]);
    return what == "in" ? kLevel.in(low, high) : kLevel.between(low, high);
  }
  if (operand.HasMember("attr")) return compared(kLevel, what, kRank);
  return compared(kLevel, what, value_of<double>(operand));
}

Where<Thing> on_word(const std::string& what, const Json& operand) {
  if (what == "exists") return operand.GetBool() ? kWord.exists() : kWord.not_exists();
  if (what == "type")
    return kWord.has_type(text_of(operand) == "S" ? ValueType::kString : ValueType::kNumber);
  const auto value = value_of<std::string>(operand);
  if (what == "beginsWith") return kWord.begins_with(value);
  if (what == "contains") return kWord.contains(value);
  return compared(kWord, what, value);
}

Where<Thing> condition_of(const Json& json) {
  for (const char* const word : {"and", "or"}) {
    if (!json.HasMember(word)) continue;
    Where<Thing> a = condition_of(json[word][0]);
    Where<Thing> b = condition_of(json[word][1]);
    return std::string_view(word) == "and" ? std::move(a) && std::move(b) : std::move(a) || std::move(b);
  }
  if (json.HasMember("not")) return !condition_of(json["not"]);
  const std::string path = text_of(json["path"]);
  const std::string what = text_of(json["operator"]);
  const Json& operand = json["operand"];
  if (json["isSize"].GetBool()) {
    const auto size = static_cast<std::int64_t>(value_of<double>(operand));
    return compared(path == "word" ? kWord.size() : field<&Thing::parts>.size(), what, size);
  }
  if (path == "level") return on_level(what, operand);
  if (path == "word") return on_word(what, operand);
  if (path == "tags") return kTags.contains(value_of<std::string>(operand));
  if (path == "rank") return operand.GetBool() ? kRank.exists() : kRank.not_exists();
  if (path == "status") return compared(field<&Thing::status>, what, value_of<typed::Status>(operand));
  if (path == "outer.inner.text") return compared(kText, what, value_of<std::string>(operand));
  if (path == "either.size") {
    return compared(field<&Thing::either, &Shape::size>, what, value_of<double>(operand));
  }
  throw std::runtime_error("no such place: " + path);
}

Thing thing_of(const Json& json) {
  Thing thing{};
  if (decode_members(detail::kEntitySpecs<Things>, record_of(json), &thing, {}))
    throw std::runtime_error("not such a thing");
  return thing;
}

template <class W>
W with_condition(W write, const Json& action) {
  if (action.HasMember("condition")) write.where(condition_of(action["condition"]));
  return write;
}

Update<Things> update_of(const Entity<Things>& things, const Json& action) {
  Update<Things> update = things.update(Key<Things>{record_of(action["key"])});
  for (const Json& step : action["steps"].GetArray()) Step(update, step).run();
  return with_condition(std::move(update), action);
}

}  // namespace

std::string change_thing(const Entity<Things>& things, const Json& action) {
  const std::string how = text_of(action["how"]);
  if (how == "update") {
    static_cast<void>(update_of(things, action).go().value());
  } else if (how == "put") {
    static_cast<void>(with_condition(things.put(thing_of(action["item"])), action).go().value());
  } else {
    const Key<Things> key{record_of(action["key"])};
    static_cast<void>(with_condition(things.erase(key), action).go().value());
  }
  return "{}";
}

std::string transact_things(const Entity<Things>& things, const Json& actions) {
  std::vector<WriteOperation> writes;
  for (const Json& action : actions.GetArray()) {
    const std::string how = text_of(action["how"]);
    if (how == "put") {
      writes.push_back(with_condition(things.put(thing_of(action["item"])), action));
      continue;
    }
    const Key<Things> key{record_of(action["key"])};
    if (how == "update") {
      writes.push_back(update_of(things, action));
    } else if (how == "check") {
      writes.push_back(with_condition(things.check(key), action));
    } else {
      writes.push_back(with_condition(things.erase(key), action));
    }
  }
  const OutcomesOfMany outcomes = transaction(std::move(writes)).go().value();
  return outcomes.canceled ? R"({"canceled":true})" : R"({"canceled":false})";
}

std::string erase_partition(const Entity<Things>& things, const Record& key) {
  const std::string owner = key.find("owner")->text();
  static_cast<void>(things.query(Things::primary, field<& Thing::owner> = owner).erase_all().value());
  return "{}";
}

}  // namespace lodestone::model::testing
