#include "model/writes.h"

#include <algorithm>

#include "model/attributes.h"
#include "model/index_keys.h"
#include "model/items.h"
#include "model/keys.h"
#include "model/update_steps.h"

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
    const Value* const value = step.operand.plain_value();
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
    std::vector<std::string> chain;
    for (const Path& path : operand.paths()) {
      LODESTONE_ASSIGN(ResolvedPath place, resolve(schema_, path, names()));
      chain.push_back(std::move(place.expression));
    }
    if (const Value* const value = operand.value()) {
      chain.push_back(
          names().update_value(at.name, at.attribute == nullptr ? *value : to_stored(*at.attribute, *value)));
    }
    std::string text = std::move(chain.back());
    for (auto one = chain.rbegin() + 1; one != chain.rend(); ++one) {
      text.insert(0, "if_not_exists(" + *one + ", ").append(")");
    }
    return text;
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

Condition equal(const std::string& attribute, Value value) {
  return detail::simple_condition(ConditionKind::kEqual, Path({Path::Step(attribute)}), std::move(value));
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

  LODESTONE_ASSIGN(const CheckedSteps checked, prepare_update(schema, spec.steps, now));

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
    return step.kind == UpdateKind::kSet && step.path.is_attribute() && step.operand.plain_value() != nullptr;
  };
  for (UpdateStep& step : spec.steps) {
    if (is_set(step)) spec.item.set(step.path.root(), std::move(*step.operand.plain_value()));
  }
  std::erase_if(spec.steps, is_set);

  LODESTONE_ASSIGN(const Record item, prepare_item(schema, std::move(spec.item), now));
  LODESTONE_ASSIGN(request.key, primary_key(schema, item));
  LODESTONE_ASSIGN(const std::vector<KeyChange> keys, keys_of_item(schema, item, true));
  LODESTONE_ASSIGN(request.condition_expression,
                   condition_expression(schema, Presence::kAny, spec.where, request.placeholders));
  LODESTONE_TRY(check_upsert_steps(schema, spec.steps, now));

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
