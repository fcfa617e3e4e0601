/// Parses SET and REMOVE of a statement to the Update that UpdateExpression parses to: set_add becomes ADD
/// and set_delete becomes DELETE.
///
/// Not thread-safe. Source:
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.update.html
#pragma once

#include "server/expression/growing_array.h"
#include "server/expression/partiql/condition_parser.h"
#include "server/expression/update.h"

namespace lodestone::partiql {

class UpdateParser : public ConditionParser {
 protected:
  UpdateParser(std::string_view text, std::span<const Token> tokens, std::span<const Value> parameters,
               Arena& arena)
      : ConditionParser(text, tokens, parameters, arena), actions_(arena) {}
  ~UpdateParser() = default;

  /// False after a syntax error.
  bool parse_update(const Update*& update);

 private:
  bool parse_target_path(Path& path);
  bool parse_assignment();
  bool parse_assigned(UpdateAction& action);
  bool parse_set_function(UpdateAction& action);
  bool parse_update_operand(UpdateOperand& operand);
  bool parse_list_append(UpdateOperand& operand);
  void check_operand_type(std::string_view name, const UpdateOperand& operand, Type type);
  void check_targets(const Update& update);
  [[nodiscard]] bool at_call() const;

  GrowingArray<UpdateAction> actions_;
  int nesting_ = 0;
  bool in_list_append_ = false;
};

}  // namespace lodestone::partiql
