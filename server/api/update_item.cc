// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateItem.html
#include "server/api/item_reply.h"
#include "server/api/item_write_request.h"
#include "server/api/operations.h"

namespace lodestone {
namespace {

constexpr std::string_view kLegacy[] = {"AttributeUpdates", "Expected", "ConditionalOperator"};
constexpr std::string_view kExpressions[] = {"UpdateExpression", "ConditionExpression"};
constexpr ExpressionParameters kParameters{kLegacy, kExpressions,
                                           "UpdateExpression and ConditionExpression are null", true, true};

}  // namespace

ApiResult<void> update_item(Request& request, std::string& reply) {
  const JsonValue& json = request.json;
  LODESTONE_ASSIGN(ItemWrite write, read_update(request, json, kParameters));
  LODESTONE_ASSIGN(write.table, find_active_table(request, *text_member(json, "TableName")));
  LODESTONE_TRY(fit_to_table(write, request.scratch));
  LODESTONE_TRY(commit(request.engine, request.scratch, write));
  const std::string_view return_values = text_member(json, "ReturnValues").value_or("NONE");
  append_write_reply(reply, json, write, returned_attributes(return_values, write, request.arena()),
                     write.key_attributes);
  return {};
}

}  // namespace lodestone
