#include "server/expression/partiql/condition_parser.h"

#include "server/expression/growing_array.h"
#include "server/expression/word_table.h"

namespace lodestone::partiql {
namespace {

bool is_comparator(TokenKind kind) { return kind >= TokenKind::kEqual && kind <= TokenKind::kGreaterOrEqual; }

Comparator comparator_of(TokenKind kind) {
  return static_cast<Comparator>(static_cast<int>(kind) - static_cast<int>(TokenKind::kEqual));
}

bool has_order(Type type) { return type == Type::kS || type == Type::kN || type == Type::kB; }

/// The boolean functions of the dialect, and size.
Function function_called(std::string_view name) {
  for (const Function function :
       {Function::kAttributeType, Function::kBeginsWith, Function::kContains, Function::kSize}) {
    if (equal_in_any_case(name, kFunctionNames[static_cast<std::size_t>(function)])) return function;
  }
  return Function::kUnknown;
}

/// The types of attributes that PartiQL has a name for.
std::span<const Type> types_named(Keyword keyword) {
  static constexpr Type kTypes[] = {Type::kNull, Type::kBool, Type::kS,  Type::kN,  Type::kB,
                                    Type::kL,    Type::kM,    Type::kSS, Type::kNS, Type::kBS};
  constexpr std::span<const Type> kAll(kTypes);
  switch (keyword) {
    case Keyword::kNull:
      return kAll.subspan(0, 1);
    case Keyword::kBool:
    case Keyword::kBoolean:
      return kAll.subspan(1, 1);
    case Keyword::kString:
      return kAll.subspan(2, 1);
    case Keyword::kDecimal:
    case Keyword::kNumeric:
      return kAll.subspan(3, 1);
    case Keyword::kBlob:
      return kAll.subspan(4, 1);
    case Keyword::kList:
      return kAll.subspan(5, 1);
    case Keyword::kStruct:
    case Keyword::kTuple:
      return kAll.subspan(6, 1);
    case Keyword::kBag:
      return kAll.subspan(7, 3);
    default:
      return {};
  }
}

}  // namespace

bool ConditionParser::parse_condition(const Condition*& condition) {
  Term term;
  if (!parse_any_of(term)) return false;
  condition = condition_of(term);
  if (operators_ > kMaxOperators) report(Rank::kOperand, too_many_operators(operators_));
  return true;
}

bool ConditionParser::parse_any_of(Term& term) {
  return parse_chain<AnyOf>(term, Keyword::kOr, &ConditionParser::parse_all_of);
}

bool ConditionParser::parse_all_of(Term& term) {
  return parse_chain<AllOf>(term, Keyword::kAnd, &ConditionParser::parse_not);
}

template <class Node>
bool ConditionParser::parse_chain(Term& term, Keyword keyword, bool (ConditionParser::*parse_part)(Term&)) {
  if (!(this->*parse_part)(term)) return false;
  if (!at(keyword)) return true;
  GrowingArray<const Condition*> parts(arena_);
  parts.push_back(condition_of(term));
  while (take(keyword)) {
    ++operators_;
    if (!(this->*parse_part)(term)) return false;
    parts.push_back(condition_of(term));
  }
  term.become(make_condition(arena_, Node{parts.span()}));
  return true;
}

bool ConditionParser::parse_not(Term& term) {
  std::size_t negations = 0;
  while (take(Keyword::kNot)) ++negations;
  operators_ += negations;
  if (!parse_predicate(term)) return false;
  if (negations == 0) return true;
  const Condition* condition = condition_of(term);
  // An even number of them cancels out.
  if (negations % 2 != 0 && condition != nullptr) condition = make_condition(arena_, Not{condition});
  term.become(condition);
  return true;
}

bool ConditionParser::parse_predicate(Term& term) {
  if (!parse_term(term)) return false;
  if (term.kind == Term::Kind::kCondition) return true;
  if (is_comparator(current().kind)) return parse_comparison(term);
  if (at(Keyword::kIs)) return parse_is(term);
  const bool negated = at(Keyword::kNot);
  if (negated) {
    if (next().keyword != Keyword::kBetween && next().keyword != Keyword::kIn) return true;
    ++operators_;
    advance();
  }
  if (at(Keyword::kBetween)) {
    if (!parse_between(term)) return false;
  } else if (at(Keyword::kIn)) {
    if (!parse_in(term)) return false;
  }
  if (negated) term.become(make_condition(arena_, Not{term.condition}));
  return true;
}

bool ConditionParser::parse_comparison(Term& term) {
  const Token comparator = current();
  ++operators_;
  advance();
  if (at(TokenKind::kEnd)) return malformed("Missing right-hand side expression of infix operator");
  const Operand left = operand_of(term);
  Operand right;
  if (!parse_operand(right)) return false;
  check_distinct(comparator.text, left, {&right, 1});
  if (comparator.kind != TokenKind::kEqual && comparator.kind != TokenKind::kNotEqual) {
    check_has_order(comparator.text, left);
    check_has_order(comparator.text, right);
  }
  term.become(make_condition(arena_, Comparison{comparator_of(comparator.kind), left, right}));
  return true;
}

bool ConditionParser::parse_between(Term& term) {
  ++operators_;
  advance();
  const Operand operand = operand_of(term);
  std::array<Operand, 2> bounds;
  if (!parse_operand(bounds[0])) return false;
  if (!take(Keyword::kAnd)) return malformed("Expected AND after BETWEEN");
  if (!parse_operand(bounds[1])) return false;
  check_distinct("BETWEEN", operand, bounds);
  check_has_order("BETWEEN", operand);
  for (const Operand& bound : bounds) check_has_order("BETWEEN", bound);
  check_bounds(bounds[0], bounds[1]);
  term.become(make_condition(arena_, Between{operand, bounds[0], bounds[1]}));
  return true;
}

bool ConditionParser::parse_in(Term& term) {
  ++operators_;
  advance();
  const Operand operand = operand_of(term);
  std::span<const Operand> candidates;
  bool parsed = false;
  if (take(TokenKind::kLeftBracket)) {
    parsed = parse_candidates(TokenKind::kRightBracket, "RIGHT_BRACKET", candidates);
  } else if (take(TokenKind::kLeftParenthesis)) {
    parsed = parse_candidates(TokenKind::kRightParenthesis, "RIGHT_PAREN", candidates);
  } else if (take(TokenKind::kLeftAngles)) {
    parsed = parse_candidates(TokenKind::kRightAngles, "RIGHT_DOUBLE_ANGLE_BRACKET", candidates);
  } else {
    return malformed("Expected a list after IN");
  }
  if (!parsed) return false;
  if (candidates.empty()) report(Rank::kOperand, wrong_operand_count("IN", 1));
  if (candidates.size() > kMaxCandidates) report(Rank::kOperand, too_many_candidates(candidates.size()));
  check_distinct("IN", operand, candidates);
  term.become(make_condition(arena_, In{operand, candidates}));
  return true;
}

bool ConditionParser::parse_candidates(TokenKind closing, std::string_view closing_name,
                                       std::span<const Operand>& found) {
  GrowingArray<Operand> candidates(arena_);
  if (!at(closing)) {
    do {
      Operand candidate;
      if (!parse_operand(candidate)) return false;
      candidates.push_back(candidate);
    } while (take(TokenKind::kComma));
  }
  found = candidates.span();
  return expect(closing, closing_name);
}

bool ConditionParser::parse_is(Term& term) {
  ++operators_;
  advance();
  const bool negated = take(Keyword::kNot);
  if (negated) ++operators_;
  const Operand operand = operand_of(term);
  const Keyword type = current().keyword;
  if (type == Keyword::kMissing) {
    if (!operand.is_path()) report(Rank::kOperand, path_required("MISSING"));
    term.become(make_condition(arena_, lodestone::Exists{operand.path, negated}));
  } else if (!types_named(type).empty()) {
    const Condition* condition = type_condition(operand, type);
    term.become(negated ? make_condition(arena_, Not{condition}) : condition);
  } else {
    return malformed("Expected type name");
  }
  advance();
  return true;
}

const Condition* ConditionParser::type_condition(const Operand& operand, Keyword type) {
  const std::span<const Type> types = types_named(type);
  const std::span<const Condition*> conditions = arena_.array<const Condition*>(types.size());
  for (std::size_t i = 0; i < types.size(); ++i)
    conditions[i] = make_condition(arena_, IsType{operand, types[i]});
  return conditions.size() == 1 ? conditions[0] : make_condition(arena_, AnyOf{conditions});
}

bool ConditionParser::parse_term(Term& term) {
  term = Term();
  if (at(TokenKind::kLeftParenthesis)) return parse_parenthesised(term);
  const bool names_function = at_identifier() || at(Keyword::kSize) || at(Keyword::kExists);
  if (names_function && next().kind == TokenKind::kLeftParenthesis) return parse_call(term);
  if (at_identifier()) return parse_path(term.operand.path);
  if (!at_value()) return unexpected();
  Value constant;
  if (!parse_value(constant)) return false;
  term.operand = Operand::of_constant(constant);
  return true;
}

bool ConditionParser::parse_parenthesised(Term& term) {
  if (nesting_ == kMaxNesting) return malformed("Unexpected term");
  ++nesting_;
  advance();
  if (!parse_any_of(term)) return false;
  --nesting_;
  return expect(TokenKind::kRightParenthesis, "RIGHT_PAREN");
}

bool ConditionParser::parse_operand(Operand& operand) {
  Term term;
  if (!parse_term(term)) return false;
  operand = operand_of(term);
  return true;
}

bool ConditionParser::parse_call(Term& term) {
  if (nesting_ == kMaxNesting) return malformed("Unexpected term");
  ++nesting_;
  Call call;
  call.name = current().text;
  call.function = function_called(call.name);
  if (call.function == Function::kUnknown) {
    // EXISTS has a statement in its parentheses, and no place within another one.
    if (at(Keyword::kExists)) {
      report(Rank::kStructure, misused_function(call.name));
      return false;
    }
    report(Rank::kOperand, unknown_function(call.name));
  } else {
    call.name = kFunctionNames[static_cast<std::size_t>(call.function)];
  }
  advance();
  advance();
  if (!at(TokenKind::kRightParenthesis)) {
    do {
      Operand operand;
      if (!parse_operand(operand)) return false;
      if (call.operand_count < call.operands.size()) call.operands[call.operand_count] = operand;
      ++call.operand_count;
    } while (take(TokenKind::kComma));
  }
  --nesting_;
  if (!expect(TokenKind::kRightParenthesis, "RIGHT_PAREN")) return false;
  term.kind = Term::Kind::kCall;
  term.call = arena_.make<Call>(call);
  return true;
}

Operand ConditionParser::operand_of(const Term& term) {
  switch (term.kind) {
    case Term::Kind::kOperand:
      return term.operand;
    case Term::Kind::kCondition:
      report(Rank::kOperand, "A condition is not allowed as an operand of a condition");
      return {};
    case Term::Kind::kCall:
      break;
  }
  const Call& call = *term.call;
  if (call.function == Function::kUnknown) return {};
  if (call.function != Function::kSize) {
    report(Rank::kOperand, misused_function(call.name));
    return {};
  }
  if (!check_operand_count(call)) return {};
  const Operand& measured = call.operands[0];
  if (!measured.is_path()) report(Rank::kOperand, path_required(call.name));
  return Operand::size_of(measured);
}

const Condition* ConditionParser::condition_of(const Term& term) {
  if (term.kind == Term::Kind::kCondition) return term.condition;
  if (term.kind == Term::Kind::kOperand) {
    report(Rank::kOperand, "An operand is not allowed as a condition");
    return nullptr;
  }
  const Call& call = *term.call;
  if (call.function == Function::kUnknown) return nullptr;
  if (call.function == Function::kSize) {
    report(Rank::kOperand, misused_function(call.name));
    return nullptr;
  }
  if (!check_operand_count(call)) return nullptr;
  const Operand& first = call.operands[0];
  const Operand& second = call.operands[1];
  check_distinct(call.name, first, {&second, 1});
  switch (call.function) {
    case Function::kAttributeType:
      return make_condition(arena_, IsType{first, type_named_by(second)});
    case Function::kBeginsWith:
      check_has_prefix(first);
      check_has_prefix(second);
      return make_condition(arena_, BeginsWith{first, second});
    default:
      return make_condition(arena_, Contains{first, second});
  }
}

Type ConditionParser::type_named_by(const Operand& operand) {
  if (!operand.is_constant() || operand.constant.type() != Type::kS) {
    std::string_view type = "{NS,SS,L,BS,N,M,B,BOOL,NULL,S}";
    if (operand.is_size) type = type_name(Type::kN);
    if (operand.is_constant()) type = type_name(operand.constant.type());
    report(Rank::kOperand, wrong_operand_type("attribute_type", type));
    return Type::kNull;
  }
  if (const std::optional<Type> type = type_named(operand.constant.text())) return *type;
  report(Rank::kOperand, unknown_type_name(operand.constant.text()));
  return Type::kNull;
}

bool ConditionParser::check_operand_count(const Call& call) {
  if (call.operand_count == operand_count(call.function)) return true;
  report(Rank::kOperand, wrong_operand_count(call.name, call.operand_count));
  return false;
}

void ConditionParser::check_distinct(std::string_view name, const Operand& first,
                                     std::span<const Operand> others) {
  if (!first.is_path()) return;
  for (const Operand& other : others) {
    if (!other.is_path() || !(other.path == first.path)) continue;
    report(Rank::kOperand, operands_not_distinct(name, first.path));
    return;
  }
}

void ConditionParser::check_has_order(std::string_view name, const Operand& operand) {
  if (!operand.is_constant() || has_order(operand.constant.type())) return;
  report(Rank::kOperand, wrong_operand_type(name, type_name(operand.constant.type())));
}

void ConditionParser::check_has_prefix(const Operand& operand) {
  if (operand.is_path()) return;
  const Type type = operand.is_size ? Type::kN : operand.constant.type();
  if (type == Type::kS || type == Type::kB) return;
  report(Rank::kOperand, wrong_operand_type("begins_with", type_name(type)));
}

void ConditionParser::check_bounds(const Operand& lower, const Operand& upper) {
  if (!lower.is_constant() || !upper.is_constant()) return;
  const Value& a = lower.constant;
  const Value& b = upper.constant;
  if (!has_order(a.type()) || !has_order(b.type())) return;
  if (a.type() != b.type()) {
    report(Rank::kOperand, bounds_of_two_types(a, b));
  } else if (compare(a, b) > 0) {
    report(Rank::kOperand, bounds_out_of_order(a, b));
  }
}

}  // namespace lodestone::partiql
