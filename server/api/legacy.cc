#include "server/api/legacy.h"

#include <array>
#include <string>

#include "server/api/attribute_value.h"

namespace lodestone {
namespace {

/// One attribute's comparison.
struct Term {
  std::string_view attribute;
  std::string_view op;
  std::span<const Value> arguments;
};

struct OperatorRule {
  std::string_view name;
  std::size_t fewest;
  std::size_t most;
  /// The types that it takes, by their names; empty: all.
  std::string_view types;
};

constexpr std::size_t kAny = SIZE_MAX;
constexpr std::array<OperatorRule, 13> kOperators = {{
    {"EQ", 1, 1, ""},
    {"NE", 1, 1, ""},
    {"LT", 1, 1, " S N B "},
    {"LE", 1, 1, " S N B "},
    {"GT", 1, 1, " S N B "},
    {"GE", 1, 1, " S N B "},
    {"BETWEEN", 2, 2, " S N B "},
    {"IN", 1, kAny, " S N B "},
    {"BEGINS_WITH", 1, 1, " S B "},
    {"CONTAINS", 1, 1, " S N B BOOL NULL "},
    {"NOT_CONTAINS", 1, 1, " S N B BOOL NULL "},
    {"NULL", 0, 0, ""},
    {"NOT_NULL", 0, 0, ""},
}};

const OperatorRule& rule_of(std::string_view op) {
  for (const OperatorRule& rule : kOperators) {
    if (rule.name == op) return rule;
  }
  return kOperators[0];
}

ApiResult<void> check_term(const Term& term) {
  const OperatorRule& rule = rule_of(term.op);
  const std::string op(term.op);
  if (term.arguments.size() < rule.fewest || term.arguments.size() > rule.most) {
    return invalid_parameters("Invalid number of argument(s) for the " + op + " ComparisonOperator");
  }
  for (const Value& argument : term.arguments) {
    if (argument.type() != term.arguments[0].type()) {
      return invalid_parameters("AttributeValues inside AttributeValueList must be of same type");
    }
  }
  if (!rule.types.empty()) {
    const std::string type(type_name(term.arguments[0].type()));
    if (rule.types.find(" " + type + " ") == std::string_view::npos) {
      return invalid_parameters("ComparisonOperator " + op + " is not valid for " + type +
                                " AttributeValue type");
    }
  }
  if (term.op == "BETWEEN" && compare(term.arguments[0], term.arguments[1]) > 0) {
    return validation_error(
        "The BETWEEN condition was provided a range where the lower bound is greater than the upper bound");
  }
  return {};
}

ApiResult<std::span<const Value>> read_arguments(const JsonValue* list, Arena& arena) {
  if (list == nullptr) return std::span<const Value>();
  const auto values = arena.array<Value>(list->Size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    LODESTONE_ASSIGN(values[i], read_value((*list)[static_cast<rapidjson::SizeType>(i)], arena));
  }
  return std::span<const Value>(values);
}

/// The terms of a map of Conditions, all of them checked.
ApiResult<std::span<const Term>> read_terms(const JsonValue& json, Arena& arena) {
  const auto terms = arena.array<Term>(json.MemberCount());
  std::size_t count = 0;
  for (const auto& entry : json.GetObject()) {
    Term& term = terms[count++];
    term.attribute = json_text(entry.name);
    term.op = text_member(entry.value, "ComparisonOperator").value_or("");
    LODESTONE_ASSIGN(term.arguments, read_arguments(member(entry.value, "AttributeValueList"), arena));
  }
  for (const Term& term : terms) LODESTONE_TRY(check_term(term));
  return std::span<const Term>(terms);
}

const Condition* comparison(Comparator comparator, const Operand& left, const Value& right, Arena& arena) {
  return make_condition(arena, Comparison{comparator, left, Operand::of_constant(right)});
}

const Condition* compile(const Term& term, Arena& arena) {
  const Path path = top_level_path(term.attribute, arena);
  const Operand attribute = Operand::of_path(path);
  const auto argument = [&term](std::size_t i) { return Operand::of_constant(term.arguments[i]); };
  if (term.op == "NULL") return make_condition(arena, Exists{path, false});
  if (term.op == "NOT_NULL") return make_condition(arena, Exists{path, true});
  if (term.op == "BETWEEN") return make_condition(arena, Between{attribute, argument(0), argument(1)});
  if (term.op == "BEGINS_WITH") return make_condition(arena, BeginsWith{attribute, argument(0)});
  if (term.op == "CONTAINS") return make_condition(arena, Contains{attribute, argument(0)});
  if (term.op == "NOT_CONTAINS") {
    // False, too, where the attribute is missing.
    const auto both = arena.array<const Condition*>(2);
    both[0] = make_condition(arena, Exists{path, true});
    both[1] = make_condition(arena, Not{make_condition(arena, Contains{attribute, argument(0)})});
    return make_condition(arena, AllOf{both});
  }
  if (term.op == "IN") {
    const auto candidates = arena.array<Operand>(term.arguments.size());
    for (std::size_t i = 0; i < candidates.size(); ++i) candidates[i] = argument(i);
    return make_condition(arena, In{attribute, candidates});
  }
  const Comparator comparator = term.op == "NE"   ? Comparator::kNotEqual
                                : term.op == "LT" ? Comparator::kLess
                                : term.op == "LE" ? Comparator::kLessOrEqual
                                : term.op == "GT" ? Comparator::kGreater
                                : term.op == "GE" ? Comparator::kGreaterOrEqual
                                                  : Comparator::kEqual;
  return comparison(comparator, attribute, term.arguments[0], arena);
}

/// All or any of the terms, as ConditionalOperator says.
const Condition* combine(const JsonValue& json, std::span<const Term> terms, Arena& arena) {
  if (terms.size() == 1) return compile(terms[0], arena);
  const auto conditions = arena.array<const Condition*>(terms.size());
  for (std::size_t i = 0; i < terms.size(); ++i) conditions[i] = compile(terms[i], arena);
  if (text_member(json, "ConditionalOperator") == "OR") return make_condition(arena, AnyOf{conditions});
  return make_condition(arena, AllOf{conditions});
}

ApiResult<const Condition*> no_terms(const JsonValue& json) {
  if (member(json, "ConditionalOperator") != nullptr) {
    return validation_error("ConditionalOperator cannot be used without Filter or Expected");
  }
  return static_cast<const Condition*>(nullptr);
}

/// One entry of Expected: its old form is turned into the newer one.
ApiResult<Term> read_expectation(std::string_view attribute, const JsonValue& json, Arena& arena) {
  const JsonValue* value = member(json, "Value");
  const JsonValue* list = member(json, "AttributeValueList");
  const auto exists = flag_member(json, "Exists");
  const auto op = text_member(json, "ComparisonOperator");
  const std::string of = " for Attribute: " + std::string(attribute);
  if (value != nullptr && list != nullptr) {
    return invalid_parameters("Value and AttributeValueList cannot be used together" + of);
  }
  if (exists && op) return invalid_parameters("Exists and ComparisonOperator cannot be used together" + of);
  if (op && value == nullptr && list == nullptr && *op != "NULL" && *op != "NOT_NULL") {
    return invalid_parameters(
        "Value or AttributeValueList must be used with ComparisonOperator: " + std::string(*op) + of);
  }
  Term term{attribute, op.value_or("EQ"), {}};
  if (value != nullptr) {
    const auto single = arena.array<Value>(1);
    LODESTONE_ASSIGN(single[0], read_value(*value, arena));
    term.arguments = single;
  } else {
    LODESTONE_ASSIGN(term.arguments, read_arguments(list, arena));
  }
  if (op) {
    LODESTONE_TRY(check_term(term));
    return term;
  }
  if (list != nullptr) {
    return invalid_parameters("AttributeValueList can only be used with a ComparisonOperator" + of);
  }
  if (exists.value_or(true)) {
    if (value == nullptr) {
      return invalid_parameters("Value must be provided when Exists is " +
                                std::string(exists ? "true" : "null") + of);
    }
    return term;
  }
  if (value != nullptr) return invalid_parameters("Value cannot be used when Exists is false" + of);
  term.op = "NULL";
  return term;
}

ApiResult<UpdateAction> read_update(std::string_view attribute, const JsonValue& json, Arena& arena) {
  const std::string_view action = text_member(json, "Action").value_or("PUT");
  const JsonValue* given = member(json, "Value");
  UpdateAction update;
  update.target = top_level_path(attribute, arena);
  if (given == nullptr) {
    if (action != "DELETE") {
      return invalid_parameters("Only DELETE action is allowed when no attribute value is specified");
    }
    update.kind = UpdateAction::Kind::kRemove;
    return update;
  }
  LODESTONE_ASSIGN(const Value value, read_value(*given, arena));
  update.value = UpdateOperand::of_constant(value);
  if (action == "PUT") return update;
  if (action == "DELETE") {
    if (!value.is_set()) {
      return invalid_parameters("DELETE action with value is not supported for the type " +
                                std::string(type_name(value.type())));
    }
    update.kind = UpdateAction::Kind::kDelete;
    return update;
  }
  if (value.type() == Type::kL) {
    // Appends; a missing list counts as an empty one.
    UpdateOperand present = UpdateOperand::of_path(update.target);
    present.kind = UpdateOperand::Kind::kIfNotExists;
    present.first = arena.make<UpdateOperand>(UpdateOperand::of_constant(Value::list({})));
    update.value = UpdateOperand();
    update.value.kind = UpdateOperand::Kind::kListAppend;
    update.value.first = arena.make<UpdateOperand>(present);
    update.value.second = arena.make<UpdateOperand>(UpdateOperand::of_constant(value));
    return update;
  }
  if (value.type() != Type::kN && !value.is_set()) {
    return invalid_parameters("ADD action is not supported for the type " +
                              std::string(type_name(value.type())));
  }
  update.kind = UpdateAction::Kind::kAdd;
  return update;
}

}  // namespace

ApiResult<const Condition*> read_expected(const JsonValue& json, Arena& arena) {
  const JsonValue* expected = member(json, "Expected");
  if (expected == nullptr || expected->ObjectEmpty()) return no_terms(json);
  const auto terms = arena.array<Term>(expected->MemberCount());
  std::size_t count = 0;
  for (const auto& entry : expected->GetObject()) {
    LODESTONE_ASSIGN(terms[count], read_expectation(json_text(entry.name), entry.value, arena));
    ++count;
  }
  return combine(json, terms, arena);
}

ApiResult<const Condition*> read_filter(Request& request, std::string_view parameter) {
  const JsonValue* json = member(request.json, parameter);
  if (json == nullptr || json->ObjectEmpty()) return no_terms(request.json);
  LODESTONE_ASSIGN(const auto terms, read_terms(*json, request.arena()));
  return combine(request.json, terms, request.arena());
}

ApiResult<std::span<const KeyTerm>> read_key_conditions(Request& request) {
  Arena& arena = request.arena();
  LODESTONE_ASSIGN(const auto terms, read_terms(*member(request.json, "KeyConditions"), arena));
  if (terms.empty() || terms.size() > 2) return validation_error("Conditions can be of length 1 or 2 only");
  const auto keys = arena.array<KeyTerm>(terms.size());
  for (std::size_t i = 0; i < terms.size(); ++i) {
    const Term& term = terms[i];
    const KeyOperator op = term.op == "EQ"            ? KeyOperator::kEqual
                           : term.op == "LT"          ? KeyOperator::kLess
                           : term.op == "LE"          ? KeyOperator::kLessOrEqual
                           : term.op == "GT"          ? KeyOperator::kGreater
                           : term.op == "GE"          ? KeyOperator::kGreaterOrEqual
                           : term.op == "BETWEEN"     ? KeyOperator::kBetween
                           : term.op == "BEGINS_WITH" ? KeyOperator::kBeginsWith
                                                      : KeyOperator::kNotIndexable;
    keys[i] = {term.attribute, op, term.arguments.empty() ? Value::null() : term.arguments[0],
               term.arguments.size() < 2 ? Value::null() : term.arguments[1]};
  }
  return std::span<const KeyTerm>(keys);
}

ApiResult<const Update*> read_attribute_updates(const JsonValue& json, Arena& arena) {
  const JsonValue* updates = member(json, "AttributeUpdates");
  if (updates == nullptr || updates->ObjectEmpty()) return static_cast<const Update*>(nullptr);
  const auto actions = arena.array<UpdateAction>(updates->MemberCount());
  std::size_t count = 0;
  for (const auto& entry : updates->GetObject()) {
    const std::string_view attribute = json_text(entry.name);
    if (attribute.empty()) return invalid_parameters("Empty attribute name");
    if (attribute.size() > 65535) {
      return invalid_parameters("Attribute name is too large, must be less than 65536 bytes");
    }
    LODESTONE_ASSIGN(actions[count], read_update(attribute, entry.value, arena));
    ++count;
  }
  return static_cast<const Update*>(arena.make<Update>(make_update(actions, arena)));
}

}  // namespace lodestone
