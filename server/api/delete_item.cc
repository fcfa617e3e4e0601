// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DeleteItem.html
#include "server/api/item_reply.h"
#include "server/api/item_write_request.h"
#include "server/api/operations.h"

namespace lodestone {
namespace {

constexpr std::string_view kLegacy[] = {"Expected", "ConditionalOperator"};
constexpr std::string_view kExpressions[] = {"ConditionExpression"};
constexpr ExpressionParameters kParameters{kLegacy, kExpressions, "ConditionExpression is null", false, true};

}  // namespace

ApiResult<void> delete_item(Request& request, std::string& reply) {
  const JsonValue& json = request.json;
  LODESTONE_ASSIGN(ItemWrite write, read_delete(request, json, kParameters));
  LODESTONE_ASSIGN(write.table, find_active_table(request, *text_member(json, "TableName")));
  LODESTONE_TRY(fit_to_table(write, request.scratch));
  LODESTONE_TRY(commit(request.engine, request.scratch, write));
  append_write_reply(reply, json, write, write.needs_before && write.existed ? write.before : Item(),
                     write.key_attributes);
  return {};
}

}  // namespace lodestone
