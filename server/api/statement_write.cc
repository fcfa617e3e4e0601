#include "server/api/statement_write.h"

#include <optional>

#include "server/api/item_key.h"
#include "server/api/item_reply.h"
#include "server/api/statement_input.h"

namespace lodestone {
namespace {

using partiql::Returning;

/// As ReturnValues has it.
std::string_view return_values(Returning returning) {
  switch (returning) {
    case Returning::kNothing:
      break;
    case Returning::kAllOld:
      return "ALL_OLD";
    case Returning::kAllNew:
      return "ALL_NEW";
    case Returning::kModifiedOld:
      return "UPDATED_OLD";
    case Returning::kModifiedNew:
      return "UPDATED_NEW";
  }
  return "NONE";
}

/// Whether there is an item, or none, under the key that the write names.
const Condition* item_exists(bool expected, const TableLayout& table, Arena& arena) {
  return make_condition(arena, Exists{top_level_path(table.key.partition[0].name, arena), expected});
}

template <class Node>
const Condition* combined(const Condition* a, const Condition* b, Arena& arena) {
  const auto both = arena.array<const Condition*>(2);
  both[0] = a;
  both[1] = b;
  return make_condition(arena, Node{both});
}

/// A write of the one item that the WHERE clause names; its condition is what the clause says besides.
ApiResult<ItemWrite> named_write(ItemWrite::Kind kind, const Condition* where, Table* table, Arena& arena) {
  const std::optional<NamedItem> named = named_item(where, table->layout, arena);
  if (!named) {
    return validation_error("Where clause does not contain a mandatory equality on all key attributes");
  }
  LODESTONE_TRY(check_condition_keys(named->rest, table->layout));
  ItemWrite write;
  write.kind = kind;
  write.key_attributes = named->key;
  write.condition = named->rest;
  return write;
}

/// The condition fails where there is no item.
void require_item(ItemWrite& write, const TableLayout& table, Arena& arena) {
  const Condition* exists = item_exists(true, table, arena);
  write.condition = write.condition == nullptr ? exists : combined<AllOf>(exists, write.condition, arena);
}

ApiResult<ItemWrite> write_of(const partiql::Insert& insert, Table*, Arena&) {
  ItemWrite write;
  write.item = insert.item;
  write.item_bytes = size_bytes(write.item);
  if (write.item_bytes > kMaxItemBytes)
    return validation_error("Item size has exceeded the maximum allowed size");
  write.only_new = true;
  return write;
}

ApiResult<ItemWrite> write_of(const partiql::UpdateItem& update, Table* table, Arena& arena) {
  LODESTONE_ASSIGN(ItemWrite write, named_write(ItemWrite::Kind::kUpdate, update.where, table, arena));
  write.update = update.update;
  require_item(write, table->layout, arena);
  return write;
}

ApiResult<ItemWrite> write_of(const partiql::Delete& statement, Table* table, Arena& arena) {
  LODESTONE_ASSIGN(ItemWrite write, named_write(ItemWrite::Kind::kDelete, statement.where, table, arena));
  // Of an item that is not there nothing is asked.
  if (write.condition != nullptr) {
    write.condition = combined<AnyOf>(item_exists(false, table->layout, arena), write.condition, arena);
  }
  write.needs_before = statement.returning == Returning::kAllOld;
  return write;
}

ApiResult<ItemWrite> write_of(const partiql::ExistsCheck& exists, Table* table, Arena& arena) {
  LODESTONE_ASSIGN(ItemWrite write, named_write(ItemWrite::Kind::kCheck, exists.select.where, table, arena));
  require_item(write, table->layout, arena);
  return write;
}

ApiResult<ItemWrite> write_of(const partiql::Select&, Table*, Arena&) {
  return internal_error("a SELECT is no write");
}

}  // namespace

ApiResult<void> check_written_source(const partiql::Statement& statement) {
  if (partiql::is_read(statement) || !partiql::source_of(statement).index) return {};
  return validation_error("This operation is not supported on an index");
}

ApiResult<ItemWrite> make_write(const partiql::Statement& statement, Table* table, bool item_on_failure,
                                Arena& arena) {
  LODESTONE_ASSIGN(ItemWrite write,
                   std::visit([&](const auto& each) { return write_of(each, table, arena); }, statement));
  write.table = table;
  write.item_on_failure = item_on_failure;
  return write;
}

Item returned_item(const partiql::Statement& statement, const ItemWrite& write, Arena& arena) {
  return returned_attributes(return_values(partiql::returning_of(statement)), write, arena);
}

}  // namespace lodestone
