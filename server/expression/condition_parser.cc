#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>

#include "server/expression/condition.h"
#include "server/expression/functions.h"
#include "server/expression/growing_array.h"
#include "server/expression/parser.h"

namespace lodestone {
namespace {

/// The order in which the service finds faults. From kConditions on it goes through the comparisons and
/// functions from the left, and makes for each the checks of LocalRank.
enum GlobalRank : Parser::Rank {
  kOperatorsRank = 1,
  kParenthesesRank,
  kFunctionNameRank,
  kFunctionUseRank,
  kReservedWordRank,
  kConditionsRank,
};

enum LocalRank : Parser::Rank {
  kUndefinedRank,
  kPathRank,
  kOperandCountRank,
  kDistinctRank,
  kDocumentPathRank,
  kOperandTypeRank,
  kTypeNameRank,
  kBoundTypesRank,
  kBoundOrderRank,
  kLocalRanks,
};

bool is_comparator(TokenKind kind) { return kind >= TokenKind::kEqual && kind <= TokenKind::kGreaterOrEqual; }

Comparator comparator_of(TokenKind kind) {
  return static_cast<Comparator>(static_cast<int>(kind) - static_cast<int>(TokenKind::kEqual));
}

bool has_order(Type type) { return type == Type::kS || type == Type::kN || type == Type::kB; }

/// A function with its operands, not yet known to be a condition or an operand itself.
struct Call {
  Function function = Function::kUnknown;
  std::string_view name;
  std::size_t operand_count = 0;
  std::array<Operand, 2> operands = {};  ///< the first ones
};

/// What a piece of text turned out to be. `(a)` and `(size(a))` become operands or conditions only by what
/// follows.
struct Term {
  enum class Kind { kOperand, kCall, kCondition };
  Kind kind = Kind::kOperand;
  bool parenthesised = false;  ///< a pair of parentheses encloses all of it
  Operand operand;
  const Call* call = nullptr;
  const Condition* condition = nullptr;  ///< null only after a fault

  void become(const Condition* parsed) {
    kind = Kind::kCondition;
    parenthesised = false;
    condition = parsed;
  }
};

class ConditionParser : public Parser {
 public:
  ConditionParser(std::string_view text, ExpressionKind kind, Placeholders& placeholders, Arena& arena)
      : Parser(text, kind, placeholders, arena, {}) {
    rank_faults_of_next_condition();
  }

  Result<const Condition*, ExpressionError> parse() {
    Term term;
    if (parse_any_of(term, false) && !at(TokenKind::kEnd)) syntax_error();
    if (operators_ > kMaxOperators) report(kOperatorsRank, too_many_operators(operators_));
    if (!faultless()) return fault();
    return term.condition;
  }

 private:
  Rank local(LocalRank rank) const { return kConditionsRank + leaf_ * kLocalRanks + rank; }

  void rank_faults_of_next_condition() {
    ranks_ = {kReservedWordRank, local(kUndefinedRank), local(kUndefinedRank), local(kPathRank)};
  }

  const Condition* leaf(const Condition* condition) {
    ++leaf_;
    rank_faults_of_next_condition();
    return condition;
  }

  // conditions: each returns false after a syntax error. Where `or_operand`, the text stands in parentheses
  // and may turn out to be an operand, which is then all there is before the closing one.

  bool parse_any_of(Term& term, bool or_operand) {
    return parse_chain<AnyOf>(term, or_operand, Keyword::kOr, &ConditionParser::parse_all_of);
  }

  bool parse_all_of(Term& term, bool or_operand) {
    return parse_chain<AllOf>(term, or_operand, Keyword::kAnd, &ConditionParser::parse_not);
  }

  template <class Node>
  bool parse_chain(Term& term, bool or_operand, Keyword keyword,
                   bool (ConditionParser::*parse_part)(Term&, bool)) {
    if (!(this->*parse_part)(term, or_operand)) return false;
    if (term.kind != Term::Kind::kCondition || !at(keyword)) return true;
    GrowingArray<const Condition*> parts(arena_);
    parts.push_back(term.condition);
    while (at(keyword)) {
      ++operators_;
      advance();
      if (!(this->*parse_part)(term, false)) return false;
      parts.push_back(term.condition);
    }
    term.become(make_condition(arena_, Node{parts.span()}));
    return true;
  }

  bool parse_not(Term& term, bool or_operand) {
    std::size_t negations = 0;
    for (; at(Keyword::kNot); ++negations) advance();
    operators_ += negations;
    if (!parse_primary(term, or_operand && negations == 0)) return false;
    for (; negations > 0; --negations) term.become(make_condition(arena_, Not{term.condition}));
    return true;
  }

  bool parse_primary(Term& term, bool or_operand) {
    if (at(TokenKind::kLeftParenthesis)) {
      if (!parse_parenthesised(term)) return false;
      if (term.kind == Term::Kind::kCondition) return true;
    } else {
      term = Term();
      if (!parse_term(term)) return false;
    }
    if (is_comparator(current().kind)) return parse_comparison(term);
    if (at(Keyword::kBetween)) return parse_between(term);
    if (at(Keyword::kIn)) return parse_in(term);
    if (or_operand && at(TokenKind::kRightParenthesis)) return true;
    if (term.kind != Term::Kind::kCall) return syntax_error();
    term.become(leaf(condition_of(*term.call)));
    return true;
  }

  bool parse_parenthesised(Term& term) {
    if (nesting_ == kMaxNesting) return syntax_error();
    ++nesting_;
    advance();
    if (!parse_any_of(term, true)) return false;
    if (term.parenthesised) report(kParenthesesRank, std::string(kRedundantParentheses));
    term.parenthesised = true;
    --nesting_;
    return expect(TokenKind::kRightParenthesis);
  }

  bool parse_comparison(Term& term) {
    const TokenKind kind = current().kind;
    const std::string_view name = current().text;
    ++operators_;
    advance();
    const Operand left = operand_of(term);
    Operand right;
    if (!parse_operand(right)) return false;
    check_distinct(name, left, {&right, 1});
    if (kind != TokenKind::kEqual && kind != TokenKind::kNotEqual) {
      check_has_order(name, left);
      check_has_order(name, right);
    }
    term.become(leaf(make_condition(arena_, Comparison{comparator_of(kind), left, right})));
    return true;
  }

  bool parse_between(Term& term) {
    ++operators_;
    advance();
    const Operand operand = operand_of(term);
    std::array<Operand, 2> bounds;
    if (!parse_operand(bounds[0])) return false;
    if (!at(Keyword::kAnd)) return syntax_error();
    advance();
    if (!parse_operand(bounds[1])) return false;
    check_distinct("BETWEEN", operand, bounds);
    check_has_order("BETWEEN", operand);
    for (const Operand& bound : bounds) check_has_order("BETWEEN", bound);
    if (bounds[0].is_constant() && bounds[1].is_constant()) {
      check_bounds(bounds[0].constant, bounds[1].constant);
    }
    term.become(leaf(make_condition(arena_, Between{operand, bounds[0], bounds[1]})));
    return true;
  }

  bool parse_in(Term& term) {
    ++operators_;
    advance();
    const Operand operand = operand_of(term);
    if (!expect(TokenKind::kLeftParenthesis)) return false;
    GrowingArray<Operand> candidates(arena_);
    for (;;) {
      Operand candidate;
      if (!parse_operand(candidate)) return false;
      candidates.push_back(candidate);
      if (!at(TokenKind::kComma)) break;
      advance();
    }
    if (!expect(TokenKind::kRightParenthesis)) return false;
    if (candidates.size() > kMaxCandidates) {
      report(local(kOperandCountRank), too_many_candidates(candidates.size()));
    }
    check_distinct("IN", operand, candidates.span());
    term.become(leaf(make_condition(arena_, In{operand, candidates.span()})));
    return true;
  }

  // operands

  bool parse_operand(Operand& operand) {
    Term term;
    if (!parse_operand_term(term)) return false;
    operand = operand_of(term);
    return true;
  }

  /// An operand, perhaps in parentheses.
  bool parse_operand_term(Term& term) {
    if (!at(TokenKind::kLeftParenthesis)) return parse_term(term);
    if (nesting_ == kMaxNesting) return syntax_error();
    ++nesting_;
    advance();
    if (at(TokenKind::kLeftParenthesis)) report(kParenthesesRank, std::string(kRedundantParentheses));
    if (!parse_operand_term(term)) return false;
    --nesting_;
    return expect(TokenKind::kRightParenthesis);
  }

  bool parse_term(Term& term) {
    const Token token = current();
    switch (token.kind) {
      case TokenKind::kValue:
        term.operand = Operand::of_constant(take_value());
        return true;
      case TokenKind::kName:
        return parse_path(term.operand.path);
      case TokenKind::kIdentifier:
        if (token.keyword >= Keyword::kAnd && token.keyword <= Keyword::kIn) return syntax_error();
        advance();
        if (at(TokenKind::kLeftParenthesis)) return parse_call(token, term);
        return parse_path_after(token, term.operand.path);
      default:
        return syntax_error();
    }
  }

  bool parse_call(const Token& name, Term& term) {
    if (nesting_ == kMaxNesting) return syntax_error();
    ++nesting_;
    Call call;
    call.function = function_named(name.text);
    call.name = name.text;
    if (call.function == Function::kUnknown) report(kFunctionNameRank, unknown_function(name.text));
    do {
      advance();
      Term operand;
      if (!parse_operand_term(operand)) return false;
      // No function takes the result of another, but size has one that can be searched for.
      if (operand.kind == Term::Kind::kCall && call.function == Function::kSize) {
        report(kFunctionUseRank, misused_function(operand.call->name));
      }
      const Operand resolved = operand_of(operand);
      if (call.operand_count < call.operands.size()) call.operands[call.operand_count] = resolved;
      ++call.operand_count;
    } while (at(TokenKind::kComma));
    if (!expect(TokenKind::kRightParenthesis)) return false;
    --nesting_;
    term.kind = Term::Kind::kCall;
    term.call = arena_.make<Call>(call);
    return true;
  }

  /// The term as part of a comparison or a function: of the functions only size may be one.
  Operand operand_of(const Term& term) {
    if (term.call == nullptr) return term.operand;
    const Call& call = *term.call;
    if (call.function != Function::kSize) {
      report(kFunctionUseRank, misused_function(call.name));
      return {};
    }
    if (!check_operand_count(call)) return {};
    const Operand& measured = call.operands[0];
    if (measured.is_constant()) {
      const Type type = measured.constant.type();
      if (type == Type::kN || type == Type::kBool || type == Type::kNull) {
        report(local(kOperandTypeRank), wrong_operand_type(call.name, type_name(type)));
      }
    }
    return Operand::size_of(measured);
  }

  /// The function as a condition; nullptr, with the fault noted, where it is none.
  const Condition* condition_of(const Call& call) {
    const Operand& first = call.operands[0];
    const Operand& second = call.operands[1];
    switch (call.function) {
      case Function::kSize:
      case Function::kIfNotExists:
      case Function::kListAppend:
        report(kFunctionUseRank, misused_function(call.name));
        return nullptr;
      case Function::kUnknown:
        return nullptr;
      default:
        break;
    }
    if (!check_operand_count(call)) return nullptr;
    if (call.operand_count == 2) check_distinct(call.name, first, {&second, 1});
    switch (call.function) {
      case Function::kAttributeExists:
      case Function::kAttributeNotExists:
        if (!first.is_path()) report(local(kDocumentPathRank), path_required(call.name));
        return make_condition(arena_, Exists{first.path, call.function == Function::kAttributeExists});
      case Function::kAttributeType:
        return make_condition(arena_, IsType{first, type_named_by(second)});
      case Function::kBeginsWith:
        check_has_prefix(first);
        check_has_prefix(second);
        return make_condition(arena_, BeginsWith{first, second});
      case Function::kContains:
        return make_condition(arena_, Contains{first, second});
      default:
        return nullptr;
    }
  }

  // checks of what a condition is made of

  bool check_operand_count(const Call& call) {
    if (call.operand_count == operand_count(call.function)) return true;
    report(local(kOperandCountRank), wrong_operand_count(call.name, call.operand_count));
    return false;
  }

  void check_distinct(std::string_view name, const Operand& first, std::span<const Operand> others) {
    if (!first.is_path()) return;
    for (const Operand& other : others) {
      if (!other.is_path() || !(other.path == first.path)) continue;
      report(local(kDistinctRank), operands_not_distinct(name, first.path));
      return;
    }
  }

  void check_has_order(std::string_view name, const Operand& operand) {
    if (!operand.is_constant() || has_order(operand.constant.type())) return;
    report(local(kOperandTypeRank),
           "Incorrect operand type for operator or function; operator: " + std::string(name) +
               ", operand type: " + std::string(type_name(operand.constant.type())));
  }

  void check_has_prefix(const Operand& operand) {
    if (operand.is_path()) return;
    const Type type = operand.is_size ? Type::kN : operand.constant.type();
    if (type == Type::kS || type == Type::kB) return;
    report(local(kOperandTypeRank), wrong_operand_type("begins_with", type_name(type)));
  }

  void check_bounds(const Value& lower, const Value& upper) {
    if (!has_order(lower.type()) || !has_order(upper.type())) return;
    if (lower.type() != upper.type()) {
      report(local(kBoundTypesRank), bounds_of_two_types(lower, upper));
    } else if (compare(lower, upper) > 0) {
      report(local(kBoundOrderRank), bounds_out_of_order(lower, upper));
    }
  }

  Type type_named_by(const Operand& operand) {
    const bool is_text = operand.is_constant() && operand.constant.type() == Type::kS;
    if (!is_text) {
      std::string_view type = "{NS,SS,L,BS,N,M,B,BOOL,NULL,S}";
      if (operand.is_size) type = type_name(Type::kN);
      if (operand.is_constant()) type = type_name(operand.constant.type());
      report(local(kOperandTypeRank), wrong_operand_type("attribute_type", type));
      return Type::kNull;
    }
    if (const std::optional<Type> type = type_named(operand.constant.text())) return *type;
    report(local(kTypeNameRank), unknown_type_name(operand.constant.text()));
    return Type::kNull;
  }

  std::size_t operators_ = 0;
  Rank leaf_ = 0;
  int nesting_ = 0;
};

}  // namespace

Result<const Condition*, ExpressionError> parse_condition(std::string_view text, ExpressionKind kind,
                                                          Placeholders& placeholders, Arena& arena) {
  LODESTONE_TRY(Parser::check_size(text, kind));
  return ConditionParser(text, kind, placeholders, arena).parse();
}

}  // namespace lodestone
