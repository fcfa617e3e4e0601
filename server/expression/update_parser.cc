#include <array>
#include <cstddef>
#include <string>

#include "server/expression/functions.h"
#include "server/expression/growing_array.h"
#include "server/expression/parser.h"
#include "server/expression/update.h"

namespace lodestone {
namespace {

/// The order in which the service finds faults, each over the whole expression.
enum UpdateRank : Parser::Rank {
  kOperatorsRank = 1,
  kParenthesesRank,
  kReservedWordRank,
  kFunctionNameRank,
  kFunctionUseRank,
  kSectionRank,
  kUndefinedNameRank,
  kUndefinedValueRank,
  kUnfitPathRank,
  kOverlapRank,
  kConflictRank,
  kClauseOperandRank,
  kOperandCountRank,
  kOperandTypeRank,
};

/// The names of types in messages about ADD and DELETE.
std::string_view long_type_name(Type type) {
  switch (type) {
    case Type::kS:
      return "STRING";
    case Type::kN:
      return "NUMBER";
    case Type::kB:
      return "BINARY";
    case Type::kSS:
      return "STRING_SET";
    case Type::kNS:
      return "NUMBER_SET";
    case Type::kBS:
      return "BINARY_SET";
    case Type::kBool:
      return "BOOLEAN";
    case Type::kNull:
      return "NULL";
    case Type::kL:
      return "LIST";
    case Type::kM:
      return "MAP";
  }
  return {};
}

struct Clause {
  Keyword keyword;
  UpdateAction::Kind kind;
  std::string_view name;
};

constexpr std::array<Clause, 4> kClauses = {{{Keyword::kSet, UpdateAction::Kind::kSet, "SET"},
                                             {Keyword::kRemove, UpdateAction::Kind::kRemove, "REMOVE"},
                                             {Keyword::kAdd, UpdateAction::Kind::kAdd, "ADD"},
                                             {Keyword::kDelete, UpdateAction::Kind::kDelete, "DELETE"}}};

class UpdateParser : public Parser {
 public:
  UpdateParser(std::string_view text, Placeholders& placeholders, Arena& arena)
      : Parser(text, ExpressionKind::kUpdate, placeholders, arena,
               {kReservedWordRank, kUndefinedNameRank, kUndefinedValueRank, kUnfitPathRank}),
        actions_(arena) {}

  Result<Update, ExpressionError> parse() {
    do {
      if (!parse_clause()) return fault();
    } while (!at(TokenKind::kEnd));
    if (operators_ > kMaxOperators) report(kOperatorsRank, too_many_operators(operators_));

    const Update update = make_update(actions_.span(), arena_);
    check_targets(update);
    if (!faultless()) return fault();
    return update;
  }

 private:
  bool parse_clause() {
    for (std::size_t i = 0; i < kClauses.size(); ++i) {
      const Clause& clause = kClauses[i];
      if (!at(clause.keyword)) continue;
      advance();
      if (seen_[i]) {
        report(kSectionRank, "The \"" + std::string(clause.name) +
                                 "\" section can only be used once in an update expression;");
      }
      seen_[i] = true;
      return parse_actions(clause);
    }
    return syntax_error();
  }

  bool parse_actions(const Clause& clause) {
    for (;;) {
      UpdateAction action;
      action.kind = clause.kind;
      if (at_clause()) return syntax_error();
      if (!parse_path(action.target)) return false;
      if (clause.kind == UpdateAction::Kind::kSet) {
        if (!expect(TokenKind::kEqual) || !parse_value(action)) return false;
      } else if (clause.kind != UpdateAction::Kind::kRemove) {
        if (!at(TokenKind::kValue)) return syntax_error();
        action.value = UpdateOperand::of_constant(take_value());
        check_clause_operand(clause, action.value.constant.type());
      }
      actions_.push_back(action);
      if (!at(TokenKind::kComma)) return true;
      advance();
    }
  }

  [[nodiscard]] bool at_clause() const { return current().keyword >= Keyword::kSet; }

  /// One operand, or the sum or difference of two, perhaps in parentheses.
  bool parse_value(UpdateAction& action) {
    if (at(TokenKind::kLeftParenthesis)) {
      if (!open_parenthesis() || !parse_value(action) || !close_parenthesis()) return false;
      if (action.arithmetic != Arithmetic::kNone) return true;
    } else if (!parse_operand(action.value)) {
      return false;
    }
    if (!at(TokenKind::kPlus) && !at(TokenKind::kMinus)) return true;

    action.arithmetic = at(TokenKind::kPlus) ? Arithmetic::kPlus : Arithmetic::kMinus;
    const std::string_view sign = current().text;
    ++operators_;
    advance();
    UpdateOperand right;
    if (!parse_operand(right)) return false;
    action.right = arena_.make<UpdateOperand>(right);
    is_enclosed_ = false;
    check_operand_type(sign, action.value, Type::kN);
    check_operand_type(sign, right, Type::kN);
    return true;
  }

  bool open_parenthesis() {
    if (nesting_ == kMaxNesting) return syntax_error();
    ++nesting_;
    advance();
    return true;
  }

  bool close_parenthesis() {
    if (is_enclosed_) report(kParenthesesRank, std::string(kRedundantParentheses));
    is_enclosed_ = true;
    --nesting_;
    return expect(TokenKind::kRightParenthesis);
  }

  bool parse_operand(UpdateOperand& operand) {
    is_enclosed_ = false;
    const Token token = current();
    switch (token.kind) {
      case TokenKind::kLeftParenthesis:
        return open_parenthesis() && parse_operand(operand) && close_parenthesis();
      case TokenKind::kValue:
        operand = UpdateOperand::of_constant(take_value());
        return true;
      case TokenKind::kName:
        operand.kind = UpdateOperand::Kind::kPath;
        return parse_path(operand.path);
      case TokenKind::kIdentifier:
        if (at_clause()) return syntax_error();
        advance();
        if (at(TokenKind::kLeftParenthesis)) return parse_call(token.text, operand);
        operand.kind = UpdateOperand::Kind::kPath;
        return parse_path_after(token, operand.path);
      default:
        return syntax_error();
    }
  }

  bool parse_call(std::string_view name, UpdateOperand& operand) {
    if (nesting_ == kMaxNesting) return syntax_error();
    ++nesting_;
    const Function function = function_named(name);
    if (function == Function::kUnknown) report(kFunctionNameRank, unknown_function(name));
    const bool is_append = function == Function::kListAppend;
    const bool is_value = is_append || function == Function::kIfNotExists;
    if (!is_value || (is_append && appends_ > 0)) report(kFunctionUseRank, misused_function(name));

    if (is_append) ++appends_;
    std::array<UpdateOperand, 2> operands;
    std::size_t count = 0;
    do {
      advance();
      UpdateOperand argument;
      if (!parse_operand(argument)) return false;
      if (count < operands.size()) operands[count] = argument;
      ++count;
    } while (at(TokenKind::kComma));
    if (!expect(TokenKind::kRightParenthesis)) return false;
    if (is_append) --appends_;
    --nesting_;
    is_enclosed_ = false;

    if (count != operands.size()) {
      report(kOperandCountRank, wrong_operand_count(name, count));
    } else if (is_append) {
      check_operand_type(name, operands[0], Type::kL);
      check_operand_type(name, operands[1], Type::kL);
    } else if (operands[0].kind != UpdateOperand::Kind::kPath) {
      report(kOperandCountRank, path_required(name));
    }
    if (is_append) {
      operand = {UpdateOperand::Kind::kListAppend,
                 {},
                 {},
                 arena_.make<UpdateOperand>(operands[0]),
                 arena_.make<UpdateOperand>(operands[1])};
    } else {
      operand = {UpdateOperand::Kind::kIfNotExists,
                 operands[0].path,
                 {},
                 arena_.make<UpdateOperand>(operands[1]),
                 nullptr};
    }
    return true;
  }

  void check_operand_type(std::string_view name, const UpdateOperand& operand, Type type) {
    if (operand.kind != UpdateOperand::Kind::kConstant || operand.constant.type() == type) return;
    report(kOperandTypeRank, wrong_operand_type(name, type_name(operand.constant.type())));
  }

  void check_clause_operand(const Clause& clause, Type type) {
    const bool is_set = type == Type::kSS || type == Type::kNS || type == Type::kBS;
    if (is_set || (type == Type::kN && clause.kind == UpdateAction::Kind::kAdd)) return;
    report(kClauseOperandRank,
           "Incorrect operand type for operator or function; operator: " + std::string(clause.name) +
               ", operand type: " + std::string(long_type_name(type)));
  }

  void check_targets(const Update& update) {
    if (update.actions.size() < 2) return;
    const std::span<const Path*> written = arena_.array<const Path*>(update.actions.size());
    for (std::size_t i = 0; i < written.size(); ++i) written[i] = &update.actions[i].target;
    if (const std::optional<PathClash> clash = find_clash(written, update.targets)) {
      report(clash->kind == PathClash::Kind::kOverlap ? kOverlapRank : kConflictRank, clash->message());
    }
  }

  GrowingArray<UpdateAction> actions_;
  std::array<bool, kClauses.size()> seen_{};
  std::size_t operators_ = 0;
  int nesting_ = 0;
  bool is_enclosed_ = false;  ///< what was parsed last stands in parentheses of its own
  int appends_ = 0;           ///< list_append around the current position
};

}  // namespace

Result<Update, ExpressionError> parse_update(std::string_view text, Placeholders& placeholders,
                                             Arena& arena) {
  LODESTONE_TRY(Parser::check_size(text, ExpressionKind::kUpdate));
  return UpdateParser(text, placeholders, arena).parse();
}

}  // namespace lodestone
