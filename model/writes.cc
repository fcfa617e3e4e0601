#include "model/writes.h"

#include <algorithm>

#include "model/attributes.h"
#include "model/index_keys.h"
#include "model/items.h"
#include "model/keys.h"

namespace lodestone::model {
namespace {

std::string_view wire_name(Return response) {
  switch (response) {
    case Return::kDefault:
      return "";
    case Return::kNone:
      return "NONE";
    case Return::kAllOld:
      return "ALL_OLD";
    case Return::kAllNew:
      return "ALL_NEW";
    case Return::kUpdatedOld:
      return "UPDATED_OLD";
    case Return::kUpdatedNew:
      return "UPDATED_NEW";
  }
  return "";
}

void apply(const WriteOptions& options, Request& request) {
  request.return_values = wire_name(options.response);
  if (options.return_on_failure) request.return_values_on_failure = "ALL_OLD";
}

/// `attribute_exists(#pk) AND attribute_exists(#sk)`, of every key that the table has.
std::string presence_expression(const EntitySchema& schema, Presence presence, Placeholders& names) {
  if (presence == Presence::kAny) return {};
  const std::string function =
      presence == Presence::kMustExist ? "attribute_exists(" : "attribute_not_exists(";
  const IndexSchema& primary = schema.primary();
  std::string text = function + names.name("pk", primary.pk.field) + ")";
  if (primary.sk) text += " AND " + function + names.name("sk", primary.sk->field) + ")";
  return text;
}

Result<std::string> condition_expression(const EntitySchema& schema, Presence presence,
                                         const Conditions& where, Placeholders& names) {
  return render_all(schema, where, names, presence_expression(schema, presence, names));
}

bool is_key_field(const EntitySchema& schema, std::string_view field) {
  const IndexSchema& primary = schema.primary();
  return field == primary.pk.field || (primary.sk && field == primary.sk->field);
}

bool is_composite(const EntitySchema& schema, std::string_view attribute) {
  const auto holds = [attribute](const KeySchema& key) {
    return std::any_of(key.parts.begin(), key.parts.end(),
                       [attribute](const CompositePart& part) { return part.attribute == attribute; });
  };
  return std::any_of(schema.indexes.begin(), schema.indexes.end(), [&](const IndexSchema& index) {
    return index.kind != IndexKind::kAttributes && (holds(index.pk) || (index.sk && holds(*index.sk)));
  });
}

/// The clauses of an UpdateExpression.
class UpdateText {
 public:
  void set(const std::string& path, const std::string& value) { add(set_, path + " = " + value); }
  void remove(const std::string& path) { add(remove_, path); }
  void add_to(const std::string& path, const std::string& value) { add(add_, path + " " + value); }
  void delete_from(const std::string& path, const std::string& value) { add(delete_, path + " " + value); }

  [[nodiscard]] std::string text() const {
    std::string text;
    for (const auto& [word, clause] : {std::pair<std::string_view, const std::string&>{"SET ", set_},
                                       {"REMOVE ", remove_},
                                       {"ADD ", add_},
                                       {"DELETE ", delete_}}) {
      if (!clause.empty()) text.append(text.empty() ? "" : " ").append(word).append(clause);
    }
    return text;
  }

 private:
  static void add(std::string& clause, const std::string& part) {
    clause.append(clause.empty() ? "" : ", ").append(part);
  }

  std::string set_;
  std::string remove_;
  std::string add_;
  std::string delete_;
};

/// Puts values and steps into an update's request.
class UpdateWriter {
 public:
  UpdateWriter(const EntitySchema& schema, Request& request) : schema_(schema), request_(request) {}

  void set(std::string_view wanted, const std::string& field, Value value, bool only_if_absent = false) {
    const std::string name = names().name(wanted, field);
    const std::string placeholder = names().update_value(name, std::move(value));
    text_.set(name, only_if_absent ? "if_not_exists(" + name + ", " + placeholder + ")" : placeholder);
  }
  void remove(const std::string& field) { text_.remove(names().name(field, field)); }
  void set_identifiers() {
    for (const Identifier& identifier : schema_.identifiers) {
      if (identifier.is_attribute) continue;
      set(identifier.field, identifier.field, Value::string(identifier.value));
    }
  }
  void change(const KeyChange& change) {
    if (change.value) {
      set(change.field, change.field, *change.value);
    } else {
      remove(change.field);
    }
  }

  Result<Done> step(const UpdateStep& step) {
    const auto* const value = std::get_if<Value>(&step.operand);
    const bool removes = step.kind == UpdateKind::kRemove;
    LODESTONE_ASSIGN(const ResolvedPath at, resolve(schema_, step.path, names(), removes ? nullptr : value));
    if (removes) {
      text_.remove(at.expression);
      return Done{};
    }
    // What DynamoDB can not hold is no value.
    if (step.kind == UpdateKind::kSet && value != nullptr && value->is_set() && value->elements().empty()) {
      text_.remove(at.expression);
      return Done{};
    }
    LODESTONE_ASSIGN(const std::string operand, render(step.operand, at));
    if (step.left) {
      LODESTONE_ASSIGN(const std::string left, render(*step.left, at));
      text_.set(at.expression, left + (step.kind == UpdateKind::kSum ? " + " : " - ") + operand);
      return Done{};
    }
    write(step, at, operand);
    return Done{};
  }

  void finish() { request_.update_expression = text_.text(); }

 private:
  Placeholders& names() { return request_.placeholders; }

  Result<std::string> render(const Operand& operand, const ResolvedPath& at) {
    if (const auto* const value = std::get_if<Value>(&operand)) {
      return names().update_value(at.name,
                                  at.attribute == nullptr ? *value : to_stored(*at.attribute, *value));
    }
    const auto* const reference = std::get_if<PathWithFallback>(&operand);
    const Path& path = reference == nullptr ? *std::get_if<Path>(&operand) : reference->path;
    LODESTONE_ASSIGN(ResolvedPath other, resolve(schema_, path, names()));
    if (reference == nullptr || !reference->fallback) return std::move(other.expression);
    LODESTONE_ASSIGN(const std::string fallback, render(*reference->fallback, at));
    return "if_not_exists(" + other.expression + ", " + fallback + ")";
  }

  void write(const UpdateStep& step, const ResolvedPath& at, const std::string& operand) {
    switch (step.kind) {
      case UpdateKind::kSet:
        return text_.set(at.expression, operand);
      case UpdateKind::kIfNotExists:
        return text_.set(at.expression, "if_not_exists(" + at.expression + ", " + operand + ")");
      case UpdateKind::kAdd:
        return text_.add_to(at.expression, operand);
      case UpdateKind::kDelete:
        return text_.delete_from(at.expression, operand);
      case UpdateKind::kIncrease:
        return text_.set(at.expression, "(" + or_start(step, at, Value::number(0)) + " + " + operand + ")");
      case UpdateKind::kDecrease:
        return text_.set(at.expression, "(" + or_start(step, at, Value::number(0)) + " - " + operand + ")");
      case UpdateKind::kAppend:
        return text_.set(at.expression,
                         "list_append(" + or_start(step, at, Value::list({})) + ", " + operand + ")");
      case UpdateKind::kPrepend:
        return text_.set(at.expression,
                         "list_append(" + operand + ", " + or_start(step, at, Value::list({})) + ")");
      case UpdateKind::kRemove:
      case UpdateKind::kSum:
      case UpdateKind::kDifference:
        return;
    }
  }

  /// The attribute's value, or where it starts from.
  std::string or_start(const UpdateStep& step, const ResolvedPath& at, Value start) {
    const std::string placeholder = step.start ? names().update_value(at.name, *step.start)
                                               : names().update_default(at.name, std::move(start));
    return "if_not_exists(" + at.expression + ", " + placeholder + ")";
  }

  const EntitySchema& schema_;
  Request& request_;
  UpdateText text_;
};

/// The schema that a step's path leads to, without placeholders; nullptr inside of what has none.
const AttributeSchema* attribute_at(const EntitySchema& schema, const UpdateStep& step) {
  Placeholders unused;
  const bool removes = step.kind == UpdateKind::kRemove;
  const auto resolved =
      resolve(schema, step.path, unused, removes ? nullptr : std::get_if<Value>(&step.operand));
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

  /// What is being set, by attribute name, for watchers and keys.
  Record set;
  std::vector<std::string> removed;

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
      const auto* const value = std::get_if<Value>(&other.operand);
      if (is_beside && name != nullptr && value != nullptr && other.kind == UpdateKind::kSet) {
        siblings.set(*name, *value);
      }
    }
    return siblings;
  }

  void refuse(const UpdateStep& step, ErrorCode code, std::string message) {
    errors_.push_back({code, step.path.text(), std::move(message)});
  }

  Result<Done> check(UpdateStep& step, bool is_upsert) {
    const AttributeSchema* const root = schema_.attribute(step.path.root());
    const std::string name = step.path.text();
    if (root == nullptr) {
      return entity_error(schema_, ErrorCode::kInvalidAttributeMissing,
                          "There is no attribute '" + step.path.root() + "'");
    }
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
      if (step.path.is_attribute()) removed.push_back(root->name);
      return Done{};
    }
    if (step.kind != UpdateKind::kSet && is_composite(schema_, root->name)) {
      return entity_error(schema_, ErrorCode::kInvalidUpdate,
                          "'" + name + "' is part of a key, which only set() and remove() keep true");
    }
    return check_operand(step, *root, at);
  }

  Result<Done> check_operand(UpdateStep& step, const AttributeSchema& root, const AttributeSchema* at) {
    auto* const value = std::get_if<Value>(&step.operand);
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
    check_value(*at, *value, step.path.text(), found);
    if (step.path.is_attribute()) check_by(at->update_validate, value, step.path.text(), found);
    if (!found.empty()) {
      for (AttributeError& error : found) errors_.push_back(std::move(error));
      return Done{};
    }
    if ((at->set || at->sets_inside) && !at->is_watcher()) {
      const Record siblings = step.path.is_attribute() ? Record() : siblings_of(step);
      auto made = run_setters(*at, value, {step.path.is_attribute() ? set : siblings, now_});
      if (!made) return Done{};
      *value = std::move(*made);
    }
    if (step.path.is_attribute() && step.kind != UpdateKind::kDelete) set.set(root.name, *value);
    return Done{};
  }

  const EntitySchema& schema_;
  Moment now_;
  std::vector<UpdateStep> given_;
  std::vector<AttributeError> errors_;
};

bool touches(const std::vector<UpdateStep>& steps, const std::string& attribute) {
  return std::any_of(steps.begin(), steps.end(),
                     [&](const UpdateStep& step) { return step.path.root() == attribute; });
}

/// What an update sets besides what it was told to: defaults first, then links, which see them.
Result<Done> add_update_defaults(const EntitySchema& schema, std::vector<UpdateStep>& steps,
                                 StepChecker& checked, Moment now) {
  if (!schema.has_update_defaults) return Done{};
  const auto add = [&](const AttributeSchema& attribute, UpdateKind kind, Value value) -> Result<Done> {
    std::vector<UpdateStep> made;
    made.push_back({kind, Path({Path::Step(attribute.name)}), std::move(value)});
    LODESTONE_TRY(checked.run(made, false));
    steps.push_back(std::move(made.front()));
    return Done{};
  };
  for (const AttributeSchema& attribute : schema.attributes) {
    if (!attribute.update_default || touches(steps, attribute.name)) continue;
    auto value = attribute.update_default(now);
    const UpdateKind kind = attribute.keeps_value ? UpdateKind::kIfNotExists : UpdateKind::kSet;
    if (value) LODESTONE_TRY(add(attribute, kind, std::move(*value)));
  }
  const Record seen = checked.set;
  const std::vector<std::string> removed = checked.removed;
  for (const AttributeSchema& attribute : schema.attributes) {
    if (!attribute.update_link || touches(steps, attribute.name)) continue;
    Linked linked = attribute.update_link({seen, now}, removed);
    if (linked.kind == Linked::Kind::kSet) {
      LODESTONE_TRY(add(attribute, UpdateKind::kSet, std::move(linked.value)));
    } else if (linked.kind == Linked::Kind::kRemove) {
      LODESTONE_TRY(add(attribute, UpdateKind::kRemove, {}));
    }
  }
  std::vector<AttributeError> missing;
  for (const AttributeSchema& attribute : schema.attributes) {
    if (!attribute.required_always || touches(steps, attribute.name) ||
        schema.is_primary_composite(attribute.name)) {
      continue;
    }
    missing.push_back({ErrorCode::kInvalidAttributeMissing, attribute.name,
                       "'" + attribute.name + "' is required by every update"});
  }
  if (missing.empty()) return Done{};
  return attributes_error(schema, std::move(missing));
}

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
    if (!attribute.counts_changes || touches(steps, attribute.name)) continue;
    steps.push_back({UpdateKind::kAdd, Path({Path::Step(attribute.name)}), Value::number(1)});
  }
}

Condition equal(const std::string& attribute, Value value) {
  return {
      .kind = ConditionKind::kEqual, .path = Path({Path::Step(attribute)}), .operands = {std::move(value)}};
}

}  // namespace

Result<Record> stored_item(const EntitySchema& schema, Record item, Moment now) {
  LODESTONE_ASSIGN(Record prepared, prepare_item(schema, std::move(item), now));
  LODESTONE_ASSIGN(std::vector<KeyChange> keys, keys_of_item(schema, prepared, false));
  Record stored = to_stored(schema, std::move(prepared));
  for (KeyChange& key : keys) stored.set(key.field, std::move(*key.value));
  for (const Identifier& identifier : schema.identifiers) {
    if (!identifier.is_attribute) stored.add(identifier.field, Value::string(identifier.value));
  }
  return stored;
}

Result<Request> put_request(const EntitySchema& schema, std::string_view table, PutSpec spec, Moment now) {
  return make_request([&](Request& request) -> Result<Done> {
    request.operation = "PutItem";
    request.table = table;
    LODESTONE_ASSIGN(request.item, stored_item(schema, std::move(spec.item), now));
    LODESTONE_ASSIGN(request.condition_expression,
                     condition_expression(schema, spec.presence, spec.where, request.placeholders));
    apply(spec.options, request);
    return Done{};
  });
}

Result<Request> delete_request(const EntitySchema& schema, std::string_view table, const DeleteSpec& spec) {
  Request request{.operation = "DeleteItem", .table = std::string(table)};
  LODESTONE_ASSIGN(request.key, primary_key(schema, spec.key));
  LODESTONE_ASSIGN(request.condition_expression,
                   condition_expression(schema, spec.presence, spec.where, request.placeholders));
  apply(spec.options, request);
  return request;
}

Result<Request> check_request(const EntitySchema& schema, std::string_view table, CheckSpec spec) {
  const DeleteSpec same{std::move(spec.key), Presence::kAny, std::move(spec.where), spec.options};
  LODESTONE_ASSIGN(Request request, delete_request(schema, table, same));
  request.operation = "ConditionCheck";
  return request;
}

Result<Request> update_request(const EntitySchema& schema, std::string_view table, UpdateSpec spec,
                               Moment now) {
  Request request{.operation = "UpdateItem", .table = std::string(table)};
  spec.key = with_key_defaults(schema, std::move(spec.key));
  LODESTONE_ASSIGN(request.key, primary_key(schema, spec.key));

  StepChecker checked(schema, now);
  LODESTONE_TRY(checked.run(spec.steps, false));
  LODESTONE_TRY(add_update_defaults(schema, spec.steps, checked, now));
  run_watchers(schema, spec.steps, checked.set, now);
  count_changes(schema, spec.steps);

  KnownValues known{.set = checked.set, .removed = checked.removed, .there = spec.composites};
  for (const Member& member : spec.key) known.there.set(member.name, member.value);
  LODESTONE_ASSIGN(const std::vector<KeyChange> keys, keys_of_update(schema, known));

  // What composite() says must be so.
  Conditions conditions;
  for (const Member& member : spec.composites) conditions.push_back(equal(member.name, member.value));
  for (Condition& condition : spec.where) conditions.push_back(std::move(condition));
  LODESTONE_ASSIGN(request.condition_expression,
                   condition_expression(schema, spec.presence, conditions, request.placeholders));

  UpdateWriter writer(schema, request);
  const auto is_own_key = [&schema](const std::string& field) {
    return schema.attribute_stored_as(field) != nullptr;
  };
  for (UpdateStep& step : spec.steps) {
    // An attribute that is a key itself is stored as keys are.
    const AttributeSchema& root = *schema.attribute(step.path.root());
    for (const KeyChange& key : keys) {
      if (step.path.is_attribute() && key.field == root.field && key.value) step.operand = *key.value;
    }
    LODESTONE_TRY(writer.step(step));
  }
  for (const KeyChange& key : keys) {
    if (!is_own_key(key.field)) writer.change(key);
  }
  for (const Member& member : spec.key) {
    const AttributeSchema* const attribute = schema.attribute(member.name);
    if (attribute == nullptr || !schema.is_primary_composite(member.name) ||
        is_key_field(schema, attribute->field)) {
      continue;
    }
    writer.set(attribute->name, attribute->field, to_stored(*attribute, member.value));
  }
  writer.set_identifiers();
  writer.finish();
  apply(spec.options, request);
  return request;
}

Result<Request> upsert_request(const EntitySchema& schema, std::string_view table, UpsertSpec spec,
                               Moment now) {
  Request request{.operation = "UpdateItem", .table = std::string(table)};
  const auto is_set = [](const UpdateStep& step) {
    return step.kind == UpdateKind::kSet && step.path.is_attribute() &&
           std::holds_alternative<Value>(step.operand);
  };
  for (UpdateStep& step : spec.steps) {
    if (is_set(step)) spec.item.set(step.path.root(), std::move(*std::get_if<Value>(&step.operand)));
  }
  std::erase_if(spec.steps, is_set);

  LODESTONE_ASSIGN(const Record item, prepare_item(schema, std::move(spec.item), now));
  LODESTONE_ASSIGN(request.key, primary_key(schema, item));
  LODESTONE_ASSIGN(const std::vector<KeyChange> keys, keys_of_item(schema, item, true));
  LODESTONE_ASSIGN(request.condition_expression,
                   condition_expression(schema, Presence::kAny, spec.where, request.placeholders));
  StepChecker checked(schema, now);
  LODESTONE_TRY(checked.run(spec.steps, true));
  count_changes(schema, spec.steps);

  UpdateWriter writer(schema, request);
  writer.set_identifiers();
  const auto key_of = [&keys](std::string_view field) {
    return std::find_if(keys.begin(), keys.end(),
                        [field](const KeyChange& key) { return key.field == field; });
  };
  for (const Member& member : item) {
    const AttributeSchema& attribute = *schema.attribute(member.name);
    if (is_key_field(schema, attribute.field) || attribute.counts_changes) continue;
    const auto key = key_of(attribute.field);
    const bool is_key = key != keys.end() && key->value;
    const bool only_if_absent =
        attribute.keeps_value || (attribute.read_only && !is_composite(schema, attribute.name));
    writer.set(attribute.name, attribute.field, is_key ? *key->value : to_stored(attribute, member.value),
               only_if_absent);
  }
  for (const KeyChange& key : keys) {
    if (!is_key_field(schema, key.field) && schema.attribute_stored_as(key.field) == nullptr)
      writer.change(key);
  }
  for (const UpdateStep& step : spec.steps) LODESTONE_TRY(writer.step(step));
  writer.finish();
  apply(spec.options, request);
  return request;
}

}  // namespace lodestone::model
