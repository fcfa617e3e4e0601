#include "model/update_steps.h"

#include <algorithm>
#include <utility>

#include "model/attributes.h"
#include "model/condition.h"
#include "model/items.h"

namespace lodestone::model {
namespace {

/// The schema that a step's path leads to, without placeholders; nullptr inside of what has none.
const AttributeSchema* attribute_at(const EntitySchema& schema, const UpdateStep& step) {
  Placeholders unused;
  const bool removes = step.kind == UpdateKind::kRemove;
  const auto resolved = resolve(schema, step.path, unused, removes ? nullptr : step.operand.plain_value());
  return resolved.ok() ? resolved->attribute : nullptr;
}

/// Checks an update's steps and runs their setters.
class StepChecker {
 public:
  StepChecker(const EntitySchema& schema, Moment now) : schema_(schema), now_(now) {}

  Result<Done> run(std::vector<UpdateStep>& steps, bool is_upsert) {
    given_ = steps;
    for (UpdateStep& step : steps) LODESTONE_TRY(check(step, is_upsert));
    if (errors_.empty()) return Done{};
    return attributes_error(schema_, std::move(errors_));
  }

  CheckedSteps checked;

 private:
  /// What else the update sets in the map that the step reaches into.
  [[nodiscard]] Record siblings_of(const UpdateStep& step) const {
    Record siblings;
    const auto& at = step.path.steps();
    for (const UpdateStep& other : given_) {
      const auto& steps = other.path.steps();
      const bool is_beside =
          steps.size() == at.size() && std::equal(steps.begin(), steps.end() - 1, at.begin());
      const auto* const name = std::get_if<std::string>(&steps.back());
      const Value* const value = other.operand.plain_value();
      if (is_beside && name != nullptr && value != nullptr && other.kind == UpdateKind::kSet) {
        siblings.set(*name, *value);
      }
    }
    return siblings;
  }

  void refuse(const UpdateStep& step, ErrorCode code, std::string message) {
    errors_.push_back({code, step.path.text(), std::move(message)});
  }

  /// Whether records on the way of the path may have the names that it has there.
  bool check_names(const AttributeSchema& root, const UpdateStep& step) {
    const AttributeSchema* at = &root;
    std::vector<AttributeError> found;
    const auto& steps = step.path.steps();
    for (std::size_t i = 1; at != nullptr && i < steps.size(); ++i) {
      const auto* const name = std::get_if<std::string>(&steps[i]);
      if (name == nullptr) {
        at = at->element_at(*std::get_if<std::size_t>(&steps[i]));
      } else if (at->type == AttributeType::kRecord) {
        check_name(*at, *name, root.name, found);
        at = &at->element.front();
      } else {
        at = at->property(*name);
      }
    }
    errors_.insert(errors_.end(), found.begin(), found.end());
    return found.empty();
  }

  Result<Done> check(UpdateStep& step, bool is_upsert) {
    const AttributeSchema* const root = schema_.attribute(step.path.root());
    const std::string name = step.path.text();
    if (root == nullptr) {
      return entity_error(schema_, ErrorCode::kInvalidAttributeMissing,
                          "There is no attribute '" + step.path.root() + "'");
    }
    if (!check_names(*root, step)) return Done{};
    const AttributeSchema* const at = attribute_at(schema_, step);
    const bool is_key = schema_.is_primary_composite(root->name);
    if (is_key || (!is_upsert && (root->read_only || (at != nullptr && at->read_only)))) {
      refuse(step, ErrorCode::kInvalidAttributeMissing,
             "'" + name + "' is " + (is_key ? "part of the item's key" : "read-only") +
                 " and can not be changed");
      return Done{};
    }
    if (step.kind == UpdateKind::kRemove) {
      // Of lists and records every element may go.
      if (at != nullptr && at->required && at->name != "*") {
        refuse(step, ErrorCode::kInvalidAttributeMissing,
               "'" + name + "' is required and can not be removed");
      }
      if (step.path.is_attribute()) checked.removed.push_back(root->name);
      return Done{};
    }
    if (step.kind != UpdateKind::kSet && is_composite(schema_, root->name)) {
      return entity_error(schema_, ErrorCode::kInvalidUpdate,
                          "'" + name + "' is part of a key, which only set() and remove() keep true");
    }
    return check_operand(step, *root, at);
  }

  Result<Done> check_operand(UpdateStep& step, const AttributeSchema& root, const AttributeSchema* at) {
    Value* const value = step.operand.plain_value();
    if (value == nullptr) {
      if (is_composite(schema_, root.name)) {
        return entity_error(
            schema_, ErrorCode::kInvalidUpdate,
            "'" + root.name + "' is part of a key, so it can not be set to another attribute's value");
      }
      return Done{};
    }
    // Where it is set, the attribute goes; anything else that DynamoDB can not hold would be lost.
    if (step.kind != UpdateKind::kSet && value->is_set() && value->elements().empty()) {
      refuse(step, ErrorCode::kInvalidAttributeValue, "'" + step.path.text() + "' is given an empty set");
      return Done{};
    }
    if (at == nullptr) return Done{};
    std::vector<AttributeError> found;
    check_value(*at, *value, step.path.text(), found, Rigor::kUpdate);
    if (!found.empty()) {
      for (AttributeError& error : found) errors_.push_back(std::move(error));
      return Done{};
    }
    if ((at->set || at->sets_inside) && !at->is_watcher()) {
      const Record siblings = step.path.is_attribute() ? Record() : siblings_of(step);
      auto made = run_setters(*at, value, {step.path.is_attribute() ? checked.set : siblings, now_});
      if (!made) return Done{};
      *value = std::move(*made);
    }
    if (step.path.is_attribute() && step.kind != UpdateKind::kDelete) checked.set.set(root.name, *value);
    return Done{};
  }

  const EntitySchema& schema_;
  Moment now_;
  std::vector<UpdateStep> given_;
  std::vector<AttributeError> errors_;
};

/// Adds what an update sets besides what it was told to: defaults first, then links, which see them; then
/// says what it must set and does not. A map that the update reaches into is treated as the item itself is;
/// of lists and records only what must be there is looked for.
class Completer {
 public:
  Completer(const EntitySchema& schema, std::vector<UpdateStep>& steps, StepChecker& checker, Moment now)
      : schema_(schema), steps_(steps), checker_(checker), now_(now) {}

  Result<Done> run() {
    const auto add_default = [this](const AttributeSchema& attribute, const Path& path) -> Result<Done> {
      auto value = attribute.update_default ? attribute.update_default(now_) : std::nullopt;
      if (!value) return Done{};
      return add(path, attribute.keeps_value ? UpdateKind::kIfNotExists : UpdateKind::kSet,
                 std::move(*value));
    };
    LODESTONE_TRY(visit(schema_.attributes, {}, false, add_default));
    // Links do not see each other.
    const CheckedSteps seen{what_is_set(), checker_.checked.removed};
    const auto add_link = [&](const AttributeSchema& attribute, const Path& path) -> Result<Done> {
      if (!attribute.update_link) return Done{};
      Linked linked = attribute.update_link({seen.set, now_}, seen.removed);
      if (linked.kind == Linked::Kind::kSet) return add(path, UpdateKind::kSet, std::move(linked.value));
      if (linked.kind == Linked::Kind::kRemove) return add(path, UpdateKind::kRemove, {});
      return Done{};
    };
    LODESTONE_TRY(visit(schema_.attributes, {}, false, add_link));
    std::vector<AttributeError> missing;
    const auto look_for = [&](const AttributeSchema& attribute, const Path& path) -> Result<Done> {
      if (!attribute.required_always || schema_.is_primary_composite(path.root())) return Done{};
      missing.push_back({ErrorCode::kInvalidAttributeMissing, path.text(),
                         "'" + path.text() + "' is required by every update"});
      return Done{};
    };
    LODESTONE_TRY(visit(schema_.attributes, {}, true, look_for));
    if (missing.empty()) return Done{};
    return attributes_error(schema_, std::move(missing));
  }

 private:
  /// By attribute name; of maps that the update reaches into, what it sets there.
  [[nodiscard]] Record what_is_set() const {
    Record set = checker_.checked.set;
    for (const UpdateStep& step : steps_) {
      const Value* const value = step.operand.plain_value();
      if (step.path.is_attribute() || step.kind != UpdateKind::kSet || value == nullptr) continue;
      Record* at = &set;
      for (const Path::Step& one : step.path.steps()) {
        const auto* const name = std::get_if<std::string>(&one);
        if (name == nullptr) break;
        if (&one == &step.path.steps().back()) {
          at->set(*name, *value);
          break;
        }
        Value* below = at->find(*name);
        if (below == nullptr) below = &at->add(*name, Value::map({}));
        if (!below->is(ValueType::kMap)) break;
        at = &below->members();
      }
    }
    return set;
  }

  enum class Reach : std::uint8_t { kNot, kWhole, kInside };

  [[nodiscard]] Reach reach(const Path& path) const {
    Reach reach = Reach::kNot;
    for (const UpdateStep& step : steps_) {
      const auto& steps = step.path.steps();
      if (steps.size() < path.steps().size()) continue;
      if (!std::equal(path.steps().begin(), path.steps().end(), steps.begin())) continue;
      if (steps.size() == path.steps().size()) return Reach::kWhole;
      reach = Reach::kInside;
    }
    return reach;
  }

  /// Calls `act` for each attribute that no step names, at any depth that steps reach.
  template <class Act>
  Result<Done> visit(const std::vector<AttributeSchema>& attributes, const Path& above, bool into_elements,
                     const Act& act) {
    for (const AttributeSchema& attribute : attributes) {
      Path path = above;
      path.then(attribute.name);
      const bool has_more = attribute.update_defaults_inside && reach(path) == Reach::kInside;
      if (has_more) LODESTONE_TRY(visit_inside(attribute, path, into_elements, act));
      if (!has_more && reach(path) == Reach::kNot) LODESTONE_TRY(act(attribute, path));
    }
    return Done{};
  }
  template <class Act>
  Result<Done> visit_inside(const AttributeSchema& attribute, const Path& path, bool into_elements,
                            const Act& act) {
    if (attribute.type == AttributeType::kMap) return visit(attribute.properties, path, into_elements, act);
    if (!into_elements) return Done{};
    std::vector<Path> elements;
    for (const UpdateStep& step : steps_) {
      const auto& steps = step.path.steps();
      const std::size_t depth = path.steps().size();
      if (steps.size() <= depth || !std::equal(path.steps().begin(), path.steps().end(), steps.begin()))
        continue;
      Path element(
          std::vector<Path::Step>(steps.begin(), steps.begin() + static_cast<std::ptrdiff_t>(depth) + 1));
      const bool is_known = std::any_of(elements.begin(), elements.end(),
                                        [&](const Path& one) { return one.steps() == element.steps(); });
      if (!is_known) elements.push_back(std::move(element));
    }
    for (const Path& element : elements) {
      const auto* const place = std::get_if<std::size_t>(&element.steps().back());
      const AttributeSchema* const below =
          place != nullptr ? attribute.element_at(*place) : attribute.element_at(0);
      if (below == nullptr || reach(element) != Reach::kInside) continue;
      LODESTONE_TRY(visit_inside(*below, element, into_elements, act));
    }
    return Done{};
  }

  Result<Done> add(const Path& path, UpdateKind kind, Value value) {
    std::vector<UpdateStep> made;
    made.push_back({kind, path, std::move(value)});
    LODESTONE_TRY(checker_.run(made, false));
    steps_.push_back(std::move(made.front()));
    return Done{};
  }

  const EntitySchema& schema_;
  std::vector<UpdateStep>& steps_;
  StepChecker& checker_;
  Moment now_;
};

/// Watchers of what is being set write along.
void run_watchers(const EntitySchema& schema, std::vector<UpdateStep>& steps, Record& set, Moment now) {
  if (!schema.has_watchers) return;
  const Record seen = set;
  for (const AttributeSchema& attribute : schema.attributes) {
    if (!attribute.is_watcher() || !attribute.set) continue;
    const Value* const given = seen.find(attribute.name);
    const bool fires = attribute.watch_all || given != nullptr ||
                       std::any_of(attribute.watch.begin(), attribute.watch.end(),
                                   [&seen](const std::string& name) { return seen.contains(name); });
    if (!fires) continue;
    auto made = attribute.set(given, {seen, now});
    if (!made) continue;
    set.set(attribute.name, *made);
    const auto own = std::find_if(steps.begin(), steps.end(), [&](const UpdateStep& step) {
      return step.path.is_attribute() && step.path.root() == attribute.name;
    });
    if (own != steps.end()) {
      own->operand = std::move(*made);
    } else {
      steps.push_back({UpdateKind::kSet, Path({Path::Step(attribute.name)}), std::move(*made)});
    }
  }
}

/// Attributes that count writes, where the update does not say otherwise.
void count_changes(const EntitySchema& schema, std::vector<UpdateStep>& steps) {
  for (const AttributeSchema& attribute : schema.attributes) {
    const bool is_told = std::any_of(steps.begin(), steps.end(), [&attribute](const UpdateStep& step) {
      return step.path.root() == attribute.name;
    });
    if (!attribute.counts_changes || is_told) continue;
    steps.push_back({UpdateKind::kAdd, Path({Path::Step(attribute.name)}), Value::number(1)});
  }
}

}  // namespace

bool is_composite(const EntitySchema& schema, std::string_view attribute) {
  const auto holds = [attribute](const KeySchema& key) {
    return std::any_of(key.parts.begin(), key.parts.end(),
                       [attribute](const CompositePart& part) { return part.attribute == attribute; });
  };
  return std::any_of(schema.indexes.begin(), schema.indexes.end(), [&](const IndexSchema& index) {
    return index.kind != IndexKind::kAttributes && (holds(index.pk) || (index.sk && holds(*index.sk)));
  });
}

Result<CheckedSteps> prepare_update(const EntitySchema& schema, std::vector<UpdateStep>& steps, Moment now) {
  StepChecker checker(schema, now);
  LODESTONE_TRY(checker.run(steps, false));
  if (schema.has_update_defaults) LODESTONE_TRY(Completer(schema, steps, checker, now).run());
  run_watchers(schema, steps, checker.checked.set, now);
  count_changes(schema, steps);
  return std::move(checker.checked);
}

Result<Done> check_upsert_steps(const EntitySchema& schema, std::vector<UpdateStep>& steps, Moment now) {
  LODESTONE_TRY(StepChecker(schema, now).run(steps, true));
  count_changes(schema, steps);
  return Done{};
}

}  // namespace lodestone::model
