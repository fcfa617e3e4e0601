/// Random values, conditions and updates for the differential test: the text that the engine gets, and beside
/// it a function that says what it means.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "tests/api/reference_value.h"

namespace lodestone::testing::reference {

class Random {
 public:
  explicit Random(unsigned seed) : engine_(seed) {}
  [[nodiscard]] std::size_t below(std::size_t limit) { return engine_() % limit; }
  [[nodiscard]] bool chance(unsigned percent) { return engine_() % 100 < percent; }
  template <class T>
  [[nodiscard]] const T& pick(const std::vector<T>& choices) {
    return choices[below(choices.size())];
  }

 private:
  std::mt19937 engine_;
};

/// ExpressionAttributeNames and -Values as one request gathers them.
class Placeholders {
 public:
  explicit Placeholders(Random& random) : random_(random) {}
  /// `name` itself, or a placeholder for it.
  std::string name(const std::string& name);
  std::string value(const Value& value);
  /// Both parameters, each with a comma in front; empty where nothing was gathered.
  [[nodiscard]] std::string json() const;

 private:
  Random& random_;
  std::map<std::string, std::string> names_;
  std::vector<Value> values_;
};

/// An attribute, or a member of a map or an element of a list in one.
struct Path {
  std::string attribute;
  std::string member;
  std::optional<std::size_t> element;

  [[nodiscard]] std::string text(Placeholders& placeholders) const;
  [[nodiscard]] const Value* in(const Item& item) const;
  [[nodiscard]] bool is_whole() const { return member.empty() && !element; }
};

struct Condition {
  std::string text;
  std::function<bool(const Item&)> holds;
};

/// What an update does to an item that may be absent.
struct Update {
  std::string text;
  /// Puts its result into `now`, which is a copy of `old`; false where the service refuses it.
  std::function<bool(const Item* old, Item& now)> apply;
  std::vector<Path> targets;
  /// Constants that it assigns to whole attributes.
  Item assigned;
  /// Whether it makes an item where there is none.
  bool creates = false;
};

/// The attributes beside the keys, by what they mostly hold: anything, numbers, sets, maps, lists.
inline const std::vector<std::string> kPlainAttributes = {"aa", "bb", "nn", "ss", "mm", "ll"};
/// Attributes that indexes have as keys, with their types.
inline const std::map<std::string, Kind> kIndexAttributes = {
    {"k1", Kind::kS}, {"k2", Kind::kN}, {"k3", Kind::kB}};

[[nodiscard]] Value random_value(Random& random, int depth = 0);
[[nodiscard]] Value random_scalar(Random& random, Kind kind);
/// A scalar that may be a key: not empty.
[[nodiscard]] Value random_key_value(Random& random, Kind kind);
/// What the attribute mostly holds.
[[nodiscard]] Value random_value_for(Random& random, const std::string& attribute);

/// A condition on the attributes but for those that are excluded.
[[nodiscard]] Condition random_condition(Random& random, Placeholders& placeholders,
                                         const std::set<std::string>& excluded, int depth = 0);
[[nodiscard]] Update random_update(Random& random, Placeholders& placeholders);

/// The part of an item that the paths lead to, as UPDATED_OLD and UPDATED_NEW return it.
[[nodiscard]] Item fragments(const Item& item, const std::vector<Path>& paths);

}  // namespace lodestone::testing::reference
