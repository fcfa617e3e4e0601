// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html
#include "server/api/attribute_value.h"
#include "server/api/expression_inputs.h"
#include "server/api/item_key.h"
#include "server/api/item_reply.h"
#include "server/api/item_write.h"
#include "server/api/legacy.h"
#include "server/api/operations.h"

namespace lodestone {
namespace {

constexpr std::string_view kLegacy[] = {"Expected", "ConditionalOperator"};
constexpr std::string_view kExpressions[] = {"ConditionExpression"};
constexpr ExpressionParameters kParameters{kLegacy, kExpressions, "ConditionExpression is null", true, true};

}  // namespace

ApiResult<void> put_item(Request& request, std::string& reply) {
  const JsonValue& json = request.json;
  Arena& arena = request.arena();
  LODESTONE_TRY(check_expression_parameters(json, kParameters));
  ItemWrite write;
  LODESTONE_ASSIGN(write.item, read_item(*member(json, "Item"), arena));
  const std::string_view return_values = text_member(json, "ReturnValues").value_or("NONE");
  if (return_values != "NONE" && return_values != "ALL_OLD") {
    return wrapped_validation_error("ReturnValues can only be ALL_OLD or NONE");
  }
  write.item_bytes = size_bytes(write.item);
  if (write.item_bytes > kMaxItemBytes) return validation_error("Item size has exceeded the maximum allowed size");
  LODESTONE_ASSIGN(const Condition* expected, read_expected(request));
  LODESTONE_ASSIGN(Placeholders placeholders, read_placeholders(request, json, kParameters));
  LODESTONE_ASSIGN(write.condition,
                   read_condition(request, json, ExpressionKind::kCondition, placeholders, kParameters));
  if (expected != nullptr) write.condition = expected;
  LODESTONE_TRY(check_all_used(placeholders, kParameters));
  LODESTONE_ASSIGN(write.table, find_active_table(request, *text_member(json, "TableName")));
  const TableLayout& layout = write.table->layout;
  LODESTONE_ASSIGN(const auto key_values, read_item_key(layout, write.item, arena));
  LODESTONE_TRY(check_index_keys(layout, write.item));

  Scratch& scratch = request.scratch;
  make_item_key(scratch.key, layout, key_values);
  write.key = scratch.key;
  write.needs_before = return_values == "ALL_OLD";
  write.item_on_failure = text_member(json, "ReturnValuesOnConditionCheckFailure") == "ALL_OLD";
  LODESTONE_TRY(commit(request.engine, scratch, std::span(&write, 1)));

  append_write_reply(reply, json, write, write.needs_before && write.existed ? write.before : Item(), write.item);
  return {};
}

}  // namespace lodestone
