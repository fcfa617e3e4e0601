// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateItem.html
#include "server/api/attribute_value.h"
#include "server/api/expression_inputs.h"
#include "server/api/item_key.h"
#include "server/api/item_reply.h"
#include "server/api/item_write.h"
#include "server/api/legacy.h"
#include "server/api/operations.h"

namespace lodestone {
namespace {

constexpr std::string_view kLegacy[] = {"AttributeUpdates", "Expected", "ConditionalOperator"};
constexpr std::string_view kExpressions[] = {"UpdateExpression", "ConditionExpression"};
constexpr ExpressionParameters kParameters{kLegacy, kExpressions, "UpdateExpression and ConditionExpression are null", true,
                                           true};

ApiResult<const Update*> read_update(Request& request, Placeholders& placeholders) {
  const auto text = text_member(request.json, "UpdateExpression");
  if (!text) return static_cast<const Update*>(nullptr);
  auto parsed = parse_update(*text, placeholders, request.arena());
  if (!parsed.ok()) return expression_fault(std::move(parsed).error(), kParameters);
  return static_cast<const Update*>(request.arena().make<Update>(*parsed));
}

/// Keys can not be updated, and nothing can be put below one.
ApiResult<void> check_targets(const Update& update, const TableLayout& table) {
  for (const UpdateAction& action : update.actions) {
    if (table.key.find(action.target.attribute()) != nullptr) {
      return invalid_parameters("Cannot update attribute " + std::string(action.target.attribute()) +
                                ". This attribute is part of the key");
    }
    LODESTONE_TRY(check_key_is_scalar(action.target, table));
  }
  return {};
}

/// `Attributes` of the reply; empty where it is left out.
Item returned_attributes(std::string_view return_values, const ItemWrite& write, Arena& arena) {
  const bool updates = write.update != nullptr;
  if (return_values == "ALL_OLD") return write.existed ? write.before : Item();
  if (return_values == "ALL_NEW") return write.exists ? write.after : Item();
  if (return_values == "UPDATED_OLD" && updates && write.existed) {
    return updated_fragments(*write.update, write.before, arena);
  }
  if (return_values == "UPDATED_NEW" && updates && write.exists) {
    return updated_fragments(*write.update, write.after, arena);
  }
  return {};
}

}  // namespace

ApiResult<void> update_item(Request& request, std::string& reply) {
  const JsonValue& json = request.json;
  Arena& arena = request.arena();
  LODESTONE_TRY(check_expression_parameters(json, kParameters));
  ItemWrite write;
  write.kind = ItemWrite::Kind::kUpdate;
  LODESTONE_ASSIGN(write.key_attributes, read_item(*member(json, "Key"), arena));
  LODESTONE_ASSIGN(const Update* updates, read_attribute_updates(request));
  LODESTONE_ASSIGN(const Condition* expected, read_expected(request));
  LODESTONE_ASSIGN(Placeholders placeholders, read_placeholders(request, json, kParameters));
  LODESTONE_ASSIGN(write.update, read_update(request, placeholders));
  if (updates != nullptr) write.update = updates;
  write.legacy_update = updates != nullptr;
  LODESTONE_ASSIGN(write.condition,
                   read_condition(request, json, ExpressionKind::kCondition, placeholders, kParameters));
  if (expected != nullptr) write.condition = expected;
  LODESTONE_TRY(check_all_used(placeholders, kParameters));
  LODESTONE_ASSIGN(write.table, find_active_table(request, *text_member(json, "TableName")));
  const TableLayout& layout = write.table->layout;
  LODESTONE_ASSIGN(const auto key_values, read_key(layout, write.key_attributes, arena));
  if (write.update != nullptr) LODESTONE_TRY(check_targets(*write.update, layout));

  Scratch& scratch = request.scratch;
  make_item_key(scratch.key, layout, key_values);
  write.key = scratch.key;
  write.item_on_failure = text_member(json, "ReturnValuesOnConditionCheckFailure") == "ALL_OLD";
  LODESTONE_TRY(commit(request.engine, scratch, std::span(&write, 1)));

  append_write_reply(reply, json, write, returned_attributes(text_member(json, "ReturnValues").value_or("NONE"), write, arena), write.key_attributes);
  return {};
}

}  // namespace lodestone
