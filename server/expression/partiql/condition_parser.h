/// Parses the condition of a WHERE clause to the tree that conditions and filters of the native operations
/// have.
///
/// Not thread-safe. Sources:
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-operators.html and ql-functions.html
#pragma once

#include <array>
#include <cstddef>
#include <optional>

#include "server/expression/condition.h"
#include "server/expression/functions.h"
#include "server/expression/partiql/parser.h"

namespace lodestone::partiql {

class ConditionParser : public Parser {
 protected:
  using Parser::Parser;
  ~ConditionParser() = default;

  /// False after a syntax error.
  bool parse_condition(const Condition*& condition);

 private:
  /// A function with its operands, not yet known to be a condition or an operand itself.
  struct Call {
    Function function = Function::kUnknown;
    std::string_view name;
    std::size_t operand_count = 0;
    std::array<Operand, 2> operands = {};  ///< the first ones
  };

  /// What a piece of text turned out to be: `(a)` becomes an operand or a condition only by what follows.
  struct Term {
    enum class Kind { kOperand, kCall, kCondition };
    Kind kind = Kind::kOperand;
    Operand operand;
    const Call* call = nullptr;
    const Condition* condition = nullptr;  ///< null only after a fault

    void become(const Condition* parsed) {
      kind = Kind::kCondition;
      condition = parsed;
    }
  };

  bool parse_any_of(Term& term);
  bool parse_all_of(Term& term);
  bool parse_not(Term& term);
  template <class Node>
  bool parse_chain(Term& term, Keyword keyword, bool (ConditionParser::*parse_part)(Term&));
  bool parse_predicate(Term& term);
  bool parse_comparison(Term& term);
  bool parse_between(Term& term);
  bool parse_in(Term& term);
  bool parse_is(Term& term);
  bool parse_candidates(TokenKind closing, std::string_view closing_name, std::span<const Operand>& found);

  bool parse_term(Term& term);
  bool parse_parenthesised(Term& term);
  bool parse_operand(Operand& operand);
  bool parse_call(Term& term);

  [[nodiscard]] Operand operand_of(const Term& term);
  [[nodiscard]] const Condition* condition_of(const Term& term);
  [[nodiscard]] const Condition* type_condition(const Operand& operand, Keyword type);
  [[nodiscard]] Type type_named_by(const Operand& operand);

  bool check_operand_count(const Call& call);
  void check_distinct(std::string_view name, const Operand& first, std::span<const Operand> others);
  void check_has_order(std::string_view name, const Operand& operand);
  void check_has_prefix(const Operand& operand);
  void check_bounds(const Operand& lower, const Operand& upper);

  std::size_t operators_ = 0;
  int nesting_ = 0;
};

}  // namespace lodestone::partiql
