// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactGetItems.html
#include <vector>

#include "server/api/attribute_value.h"
#include "server/api/expression_inputs.h"
#include "server/api/operations.h"
#include "server/api/read_transaction.h"

namespace lodestone {
namespace {

constexpr std::string_view kExpressions[] = {"ProjectionExpression"};
constexpr ExpressionParameters kParameters{{}, kExpressions, {}};

ApiResult<TransactionGet> read_get(Request& request, const JsonValue& json) {
  const JsonValue& given = *member(json, "Get");
  LODESTONE_TRY(check_expression_parameters(given, kParameters));
  TransactionGet get;
  get.table_name = *text_member(given, "TableName");
  LODESTONE_ASSIGN(get.key, read_item(*member(given, "Key"), request.arena()));
  LODESTONE_ASSIGN(Placeholders placeholders, read_placeholders(request, given, kParameters));
  LODESTONE_ASSIGN(get.projection, read_projection(request, given, placeholders, kParameters));
  LODESTONE_TRY(check_all_used(placeholders, kParameters));
  return get;
}

}  // namespace

ApiResult<void> transact_get_items(Request& request, std::string& reply) {
  std::vector<TransactionGet> gets;
  for (const JsonValue& json : member(request.json, "TransactItems")->GetArray()) {
    LODESTONE_ASSIGN(const TransactionGet get, read_get(request, json));
    gets.push_back(get);
  }
  for (TransactionGet& get : gets) {
    LODESTONE_ASSIGN(get.table, find_active_table(request, get.table_name));
  }
  LODESTONE_TRY(perform_reads(request, gets));
  ReplyObject object(reply);
  LODESTONE_TRY(append_items(request, gets, object));
  object.close();
  return {};
}

}  // namespace lodestone
