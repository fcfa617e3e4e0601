#include "server/expression/partiql/update_parser.h"

#include <array>
#include <optional>

#include "server/expression/word_table.h"

namespace lodestone::partiql {

bool UpdateParser::parse_update(const Update*& update) {
  while (at(Keyword::kSet) || at(Keyword::kRemove)) {
    if (take(Keyword::kRemove)) {
      UpdateAction action;
      action.kind = UpdateAction::Kind::kRemove;
      if (!parse_target_path(action.target)) return false;
      actions_.push_back(action);
      continue;
    }
    advance();
    do {
      if (!parse_assignment()) return false;
    } while (take(TokenKind::kComma));
  }
  if (actions_.size() == 0) return malformed("Expected data manipulation");
  const Update made = make_update(actions_.span(), arena_);
  check_targets(made);
  update = arena_.make<Update>(made);
  return true;
}

bool UpdateParser::parse_target_path(Path& path) {
  if (!at_identifier()) return malformed("Expected identifier for simple path");
  return parse_path(path);
}

bool UpdateParser::parse_assignment() {
  UpdateAction action;
  if (!parse_target_path(action.target)) return false;
  if (!take(TokenKind::kEqual)) return malformed("Expected '='");
  if (!parse_assigned(action)) return false;
  actions_.push_back(action);
  return true;
}

bool UpdateParser::at_call() const {
  return at(TokenKind::kIdentifier) && next().kind == TokenKind::kLeftParenthesis;
}

/// One operand, or the sum or difference of two, perhaps in parentheses; or a function of sets.
bool UpdateParser::parse_assigned(UpdateAction& action) {
  const bool of_sets =
      equal_in_any_case(current().text, "set_add") || equal_in_any_case(current().text, "set_delete");
  if (at_call() && of_sets) return parse_set_function(action);
  if (at(TokenKind::kLeftParenthesis)) {
    if (nesting_ == kMaxNesting) return malformed("Unexpected term");
    ++nesting_;
    advance();
    if (!parse_assigned(action) || !expect(TokenKind::kRightParenthesis, "RIGHT_PAREN")) return false;
    --nesting_;
    if (action.arithmetic != Arithmetic::kNone || action.kind != UpdateAction::Kind::kSet) return true;
  } else if (!parse_update_operand(action.value)) {
    return false;
  }
  if (!at(TokenKind::kPlus) && !at(TokenKind::kMinus)) return true;

  action.arithmetic = at(TokenKind::kPlus) ? Arithmetic::kPlus : Arithmetic::kMinus;
  const std::string_view sign = current().text;
  advance();
  UpdateOperand right;
  if (!parse_update_operand(right)) return false;
  action.right = arena_.make<UpdateOperand>(right);
  check_operand_type(sign, action.value, Type::kN);
  check_operand_type(sign, right, Type::kN);
  return true;
}

bool UpdateParser::parse_set_function(UpdateAction& action) {
  const bool adds = equal_in_any_case(current().text, "set_add");
  const std::string_view name = adds ? "set_add" : "set_delete";
  action.kind = adds ? UpdateAction::Kind::kAdd : UpdateAction::Kind::kDelete;
  advance();
  advance();
  std::array<UpdateOperand, 2> operands;
  std::size_t count = 0;
  if (!at(TokenKind::kRightParenthesis)) {
    do {
      UpdateOperand operand;
      if (!parse_update_operand(operand)) return false;
      if (count < operands.size()) operands[count] = operand;
      ++count;
    } while (take(TokenKind::kComma));
  }
  if (!expect(TokenKind::kRightParenthesis, "RIGHT_PAREN")) return false;
  if (count != operands.size()) {
    report(Rank::kOperand, wrong_operand_count(name, count));
    return true;
  }
  // A set is changed where it is: what takes one attribute's set and another's name is no action of an
  // update.
  if (operands[0].kind != UpdateOperand::Kind::kPath || !(operands[0].path == action.target)) {
    report(Rank::kOperand, path_required(name));
  }
  if (operands[1].kind != UpdateOperand::Kind::kConstant) {
    report(Rank::kOperand, misused_function(name));
  } else if (!operands[1].constant.is_set()) {
    report(Rank::kOperand, wrong_operand_type(name, type_name(operands[1].constant.type())));
  }
  action.value = operands[1];
  return true;
}

bool UpdateParser::parse_update_operand(UpdateOperand& operand) {
  if (at_call()) return parse_list_append(operand);
  if (at_identifier()) {
    operand.kind = UpdateOperand::Kind::kPath;
    return parse_path(operand.path);
  }
  if (!at_value()) return unexpected();
  operand.kind = UpdateOperand::Kind::kConstant;
  return parse_value(operand.constant);
}

bool UpdateParser::parse_list_append(UpdateOperand& operand) {
  constexpr std::string_view kName = "list_append";
  if (!equal_in_any_case(current().text, kName)) {
    report(Rank::kOperand, unknown_function(current().text));
    return false;
  }
  if (in_list_append_) {
    report(Rank::kOperand, misused_function(kName));
    return false;
  }
  in_list_append_ = true;
  advance();
  advance();
  std::array<UpdateOperand, 2> operands;
  std::size_t count = 0;
  if (!at(TokenKind::kRightParenthesis)) {
    do {
      UpdateOperand argument;
      if (!parse_update_operand(argument)) return false;
      if (count < operands.size()) operands[count] = argument;
      ++count;
    } while (take(TokenKind::kComma));
  }
  in_list_append_ = false;
  if (!expect(TokenKind::kRightParenthesis, "RIGHT_PAREN")) return false;
  if (count != operands.size()) report(Rank::kOperand, wrong_operand_count(kName, count));
  for (const UpdateOperand& argument : operands) check_operand_type(kName, argument, Type::kL);
  operand.kind = UpdateOperand::Kind::kListAppend;
  operand.first = arena_.make<UpdateOperand>(operands[0]);
  operand.second = arena_.make<UpdateOperand>(operands[1]);
  return true;
}

void UpdateParser::check_operand_type(std::string_view name, const UpdateOperand& operand, Type type) {
  if (operand.kind != UpdateOperand::Kind::kConstant || operand.constant.type() == type) return;
  report(Rank::kOperand, wrong_operand_type(name, type_name(operand.constant.type())));
}

void UpdateParser::check_targets(const Update& update) {
  if (update.actions.size() < 2) return;
  const std::span<const Path*> written = arena_.array<const Path*>(update.actions.size());
  for (std::size_t i = 0; i < written.size(); ++i) written[i] = &update.actions[i].target;
  if (const auto clash = find_clash(written, update.targets)) report(Rank::kOperand, clash->message());
}

}  // namespace lodestone::partiql
