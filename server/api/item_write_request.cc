#include "server/api/item_write_request.h"

#include "server/api/item_key.h"
#include "server/api/legacy.h"

namespace lodestone {
namespace {

/// Condition, names and values of any write; `read_more` parses the operation's own expressions first.
template <class ReadMore>
ApiResult<void> read_expressions(Request& request, const JsonValue& json,
                                 const ExpressionParameters& parameters, ItemWrite& write,
                                 ReadMore&& read_more) {
  LODESTONE_ASSIGN(const Condition* expected, read_expected(json, request.arena()));
  LODESTONE_ASSIGN(Placeholders placeholders, read_placeholders(request, json, parameters));
  if (parameters.in_transaction) {
    for (const ValuePlaceholder& each : placeholders.values()) write.values_bytes += size_bytes(each.value);
  }
  LODESTONE_TRY(read_more(placeholders));
  LODESTONE_ASSIGN(write.condition,
                   read_condition(request, json, ExpressionKind::kCondition, placeholders, parameters));
  if (expected != nullptr) write.condition = expected;
  write.item_on_failure = text_member(json, "ReturnValuesOnConditionCheckFailure") == "ALL_OLD";
  return check_all_used(placeholders, parameters);
}

ApiResult<void> no_more(Placeholders&) { return {}; }

ApiResult<const Update*> read_update_expression(Request& request, const JsonValue& json,
                                                Placeholders& placeholders,
                                                const ExpressionParameters& parameters) {
  const auto text = text_member(json, "UpdateExpression");
  if (!text) return static_cast<const Update*>(nullptr);
  auto parsed = parse_update(*text, placeholders, request.arena());
  if (!parsed.ok()) return expression_fault(std::move(parsed).error(), parameters);
  return static_cast<const Update*>(request.arena().make<Update>(*parsed));
}

/// PutItem and DeleteItem can tell only of the item that was there.
ApiResult<void> read_return_values(const JsonValue& json, ItemWrite& write) {
  const std::string_view wanted = text_member(json, "ReturnValues").value_or("NONE");
  if (wanted != "NONE" && wanted != "ALL_OLD") {
    return wrapped_validation_error("ReturnValues can only be ALL_OLD or NONE");
  }
  write.needs_before = wanted == "ALL_OLD";
  return {};
}

/// Keys can not be updated, and nothing can be put below one; a constant for the key of an index must fit it.
ApiResult<void> check_targets(const Update& update, const TableLayout& table) {
  for (const UpdateAction& action : update.actions) {
    if (table.key.find(action.target.attribute()) != nullptr) {
      return invalid_parameters("Cannot update attribute " + std::string(action.target.attribute()) +
                                ". This attribute is part of the key");
    }
    LODESTONE_TRY(check_key_is_scalar(action.target, table));
  }
  for (const UpdateAction& action : update.actions) {
    if (action.kind != UpdateAction::Kind::kSet || !action.target.is_top_level()) continue;
    if (action.arithmetic != Arithmetic::kNone || action.value.kind != UpdateOperand::Kind::kConstant)
      continue;
    const Attribute assigned{action.target.attribute(), action.value.constant};
    LODESTONE_TRY(check_index_keys(table, Item(&assigned, 1)));
  }
  return {};
}

ApiResult<ItemWrite> read_keyed(Request& request, const JsonValue& json,
                                const ExpressionParameters& parameters, ItemWrite::Kind kind) {
  LODESTONE_TRY(check_expression_parameters(json, parameters));
  ItemWrite write;
  write.kind = kind;
  LODESTONE_ASSIGN(write.key_attributes,
                   read_attributes_of(*member(json, "Key"), request.arena(), parameters));
  LODESTONE_TRY(read_expressions(request, json, parameters, write, no_more));
  return write;
}

}  // namespace

ApiResult<ItemWrite> read_put(Request& request, const JsonValue& json,
                              const ExpressionParameters& parameters) {
  LODESTONE_TRY(check_expression_parameters(json, parameters));
  ItemWrite write;
  LODESTONE_ASSIGN(write.item, read_attributes_of(*member(json, "Item"), request.arena(), parameters));
  LODESTONE_TRY(read_return_values(json, write));
  write.item_bytes = size_bytes(write.item);
  if (write.item_bytes > kMaxItemBytes)
    return validation_error("Item size has exceeded the maximum allowed size");
  LODESTONE_TRY(read_expressions(request, json, parameters, write, no_more));
  return write;
}

ApiResult<ItemWrite> read_update(Request& request, const JsonValue& json,
                                 const ExpressionParameters& parameters) {
  LODESTONE_TRY(check_expression_parameters(json, parameters));
  ItemWrite write;
  write.kind = ItemWrite::Kind::kUpdate;
  LODESTONE_ASSIGN(write.key_attributes,
                   read_attributes_of(*member(json, "Key"), request.arena(), parameters));
  LODESTONE_ASSIGN(const Update* updates, read_attribute_updates(json, request.arena()));
  LODESTONE_TRY(
      read_expressions(request, json, parameters, write, [&](Placeholders& placeholders) -> ApiResult<void> {
        LODESTONE_ASSIGN(write.update, read_update_expression(request, json, placeholders, parameters));
        return {};
      }));
  if (updates != nullptr) {
    write.update = updates;
    write.legacy_update = true;
  }
  return write;
}

ApiResult<ItemWrite> read_delete(Request& request, const JsonValue& json,
                                 const ExpressionParameters& parameters) {
  LODESTONE_ASSIGN(ItemWrite write, read_keyed(request, json, parameters, ItemWrite::Kind::kDelete));
  LODESTONE_TRY(read_return_values(json, write));
  return write;
}

ApiResult<ItemWrite> read_check(Request& request, const JsonValue& json,
                                const ExpressionParameters& parameters) {
  return read_keyed(request, json, parameters, ItemWrite::Kind::kCheck);
}

ApiResult<void> fit_to_table(ItemWrite& write, Scratch& scratch) {
  const TableLayout& layout = write.table->layout;
  const bool put = write.kind == ItemWrite::Kind::kPut;
  LODESTONE_ASSIGN(const auto values, put ? read_item_key(layout, write.item, scratch.arena)
                                          : read_key(layout, write.key_attributes, scratch.arena));
  if (put) LODESTONE_TRY(check_index_keys(layout, write.item));
  if (write.update != nullptr) LODESTONE_TRY(check_targets(*write.update, layout));
  make_item_key(scratch.key, layout, values);
  write.key = scratch.arena.copy(std::string_view(scratch.key));
  return {};
}

}  // namespace lodestone
