// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ExecuteStatement.html
#include "server/api/capacity.h"
#include "server/api/item_reply.h"
#include "server/api/item_write_request.h"
#include "server/api/operations.h"
#include "server/api/statement_input.h"
#include "server/api/statement_select.h"
#include "server/api/statement_write.h"
#include "storage/item_codec.h"

namespace lodestone {
namespace {

void append_reply(std::string& reply, const Request& request, const partiql::Statement& statement,
                  const ItemWrite& write) {
  ReplyObject object(reply);
  std::string& items = object.key("Items");
  items += '[';
  if (const Item returned = returned_item(statement, write, request.arena()); !returned.empty())
    append_json(items, returned);
  items += ']';
  if (const CapacityDetail detail = capacity_detail(request.json); detail != CapacityDetail::kNone) {
    ConsumedCapacity capacity;
    capacity.add_write(write.bytes_before, write.bytes_after, write.index_changes);
    capacity.append_json(object.key("ConsumedCapacity"), partiql::source_of(statement).table, detail);
  }
  object.close();
}

}  // namespace

ApiResult<void> execute_statement(Request& request, std::string& reply) {
  const JsonValue& json = request.json;
  LODESTONE_ASSIGN(const StatementInput input, read_statement(json, request.arena()));
  const partiql::Statement& statement = input.statement;
  if (const auto* select = std::get_if<partiql::Select>(&statement)) {
    return select_items(request, *select, reply);
  }
  if (std::holds_alternative<partiql::ExistsCheck>(statement)) {
    return validation_error("EXISTS is only supported in ExecuteTransaction");
  }
  LODESTONE_TRY(check_written_source(statement));
  if (member(json, "NextToken") != nullptr) return validation_error("NextToken does not match request");
  LODESTONE_ASSIGN(Table * table, find_active_table(request, partiql::source_of(statement).table));
  const bool item_on_failure = text_member(json, "ReturnValuesOnConditionCheckFailure") == "ALL_OLD";
  LODESTONE_ASSIGN(ItemWrite write, make_write(statement, table, item_on_failure, request.arena()));
  LODESTONE_TRY(fit_to_table(write, request.scratch));
  LODESTONE_TRY(commit(request.engine, request.scratch, write));
  append_reply(reply, request, statement, write);
  return {};
}

}  // namespace lodestone
