// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_GetItem.html
#include "server/api/attribute_value.h"
#include "server/api/capacity.h"
#include "server/api/catalog.h"
#include "server/api/engine.h"
#include "server/api/expression_inputs.h"
#include "server/api/item_key.h"
#include "server/api/item_reply.h"
#include "server/api/operations.h"
#include "storage/item_codec.h"

namespace lodestone {
namespace {

constexpr std::string_view kLegacy[] = {"AttributesToGet"};
constexpr std::string_view kExpressions[] = {"ProjectionExpression"};
constexpr ExpressionParameters kParameters{kLegacy, kExpressions, {}};

}  // namespace

ApiResult<void> get_item(Request& request, std::string& reply) {
  const JsonValue& json = request.json;
  Arena& arena = request.arena();
  LODESTONE_TRY(check_expression_parameters(json, kParameters));
  LODESTONE_ASSIGN(const Item key, read_item(*member(json, "Key"), arena));
  LODESTONE_ASSIGN(Placeholders placeholders, read_placeholders(request, json, kParameters));
  LODESTONE_ASSIGN(const Projection* projection, read_projection(request, json, placeholders, kParameters));
  LODESTONE_TRY(check_all_used(placeholders, kParameters));
  const std::string_view table_name = *text_member(json, "TableName");
  LODESTONE_ASSIGN(Table * table, find_active_table(request, table_name));
  LODESTONE_ASSIGN(const auto key_values, read_key(table->layout, key, arena));
  if (projection != nullptr) LODESTONE_TRY(check_projected_keys(*projection, table->layout));

  Scratch& scratch = request.scratch;
  make_item_key(scratch.key, table->layout, key_values);
  auto found = request.engine.kv->get(scratch.key, scratch.value);
  if (!found.ok()) return internal_error(found.error());
  ReplyObject object(reply);
  std::size_t bytes = 0;
  if (*found) {
    const auto stored = open_item(scratch.value);
    if (!stored) return internal_error("a stored item has an unknown form");
    bytes = stored->size_bytes;
    if (projection == nullptr) {
      object.key("Item") += stored->json;
    } else {
      const auto item = decode_item(stored->json, arena);
      if (!item) return internal_error("a stored item does not decode");
      append_json(object.key("Item"), project(*projection, *item, arena));
    }
  }
  if (const CapacityDetail detail = capacity_detail(json); detail != CapacityDetail::kNone) {
    ConsumedCapacity capacity;
    capacity.add_table(read_units(bytes, flag_member(json, "ConsistentRead").value_or(false)));
    capacity.append_json(object.key("ConsumedCapacity"), table_name, detail);
  }
  object.close();
  return {};
}

}  // namespace lodestone
