// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchExecuteStatement.html
#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "server/api/expression_inputs.h"
#include "server/api/item_key.h"
#include "server/api/item_reply.h"
#include "server/api/item_write_request.h"
#include "server/api/operations.h"
#include "server/api/statement_input.h"
#include "server/api/statement_select.h"
#include "server/api/statement_write.h"
#include "server/api/transaction_reply.h"
#include "storage/item_codec.h"
#include "storage/json_text.h"

namespace lodestone {
namespace {

/// One statement of the batch. Each has an outcome of its own: what is wrong with one leaves the others
/// alone.
struct Entry {
  const JsonValue* json = nullptr;
  std::optional<partiql::Statement> statement;
  Table* table = nullptr;
  /// The row that it reads or writes.
  std::string_view row;
  const Condition* filter = nullptr;  ///< of a read
  ItemWrite write;
  std::optional<ApiError> error;

  [[nodiscard]] bool is_read() const { return statement && partiql::is_read(*statement); }
  [[nodiscard]] std::string_view table_name() const { return partiql::source_of(*statement).table; }
};

ApiResult<void> check_kinds(const std::vector<Entry>& entries) {
  const bool reads = std::ranges::any_of(entries, &Entry::is_read);
  const bool writes =
      std::ranges::any_of(entries, [](const Entry& entry) { return entry.statement && !entry.is_read(); });
  if (!reads || !writes) return {};
  return validation_error("Read and write requests together in the same batch is not supported.");
}

ApiResult<void> prepare_read(Entry& entry, const partiql::Select& select, Request& request) {
  constexpr std::string_view kUnkeyed =
      "Select statements within BatchExecuteStatement must specify the primary key in the where clause.";
  if (select.source.index) return validation_error(std::string(kUnkeyed));
  LODESTONE_ASSIGN(entry.table, find_active_table(request, select.source.table));
  const TableLayout& layout = entry.table->layout;
  const auto named = named_item(select.where, layout, request.arena());
  if (!named) return validation_error(std::string(kUnkeyed));
  entry.filter = named->rest;
  LODESTONE_TRY(check_condition_keys(entry.filter, layout));
  if (select.projection != nullptr) LODESTONE_TRY(check_projected_keys(*select.projection, layout));
  LODESTONE_ASSIGN(const auto values, read_key(layout, named->key, request.arena()));
  make_item_key(request.scratch.key, layout, values);
  entry.row = request.arena().copy(std::string_view(request.scratch.key));
  return {};
}

ApiResult<void> prepare_write(Entry& entry, Request& request) {
  const partiql::Statement& statement = *entry.statement;
  LODESTONE_TRY(check_written_source(statement));
  LODESTONE_ASSIGN(entry.table, find_active_table(request, entry.table_name()));
  const bool item_on_failure = text_member(*entry.json, "ReturnValuesOnConditionCheckFailure") == "ALL_OLD";
  LODESTONE_ASSIGN(entry.write, make_write(statement, entry.table, item_on_failure, request.arena()));
  LODESTONE_TRY(fit_to_table(entry.write, request.scratch));
  entry.row = entry.write.key;
  return {};
}

ApiResult<void> prepare(Entry& entry, Request& request) {
  if (const auto* select = std::get_if<partiql::Select>(&*entry.statement))
    return prepare_read(entry, *select, request);
  if (std::holds_alternative<partiql::ExistsCheck>(*entry.statement)) {
    return validation_error("EXISTS is only supported in ExecuteTransaction");
  }
  return prepare_write(entry, request);
}

ApiResult<void> check_duplicates(const std::vector<Entry>& entries) {
  std::vector<std::string_view> rows;
  for (const Entry& entry : entries) {
    if (!entry.error) rows.push_back(entry.row);
  }
  std::ranges::sort(rows);
  if (std::ranges::adjacent_find(rows) == rows.end()) return {};
  return validation_error("Provided list of item keys contains duplicates");
}

/// Keeps what is the statement's fault; what is not is the whole request's.
ApiResult<void> note(Entry& entry, ApiResult<void> outcome) {
  if (outcome.ok()) return {};
  if (outcome.error().kind == ErrorKind::kInternal) return outcome;
  entry.error = std::move(outcome).error();
  return {};
}

ApiResult<void> perform_read(Entry& entry, Request& request, ReplyObject& response,
                             TransactionCapacity& capacity) {
  const bool consistent = flag_member(*entry.json, "ConsistentRead").value_or(false);
  std::string item;
  LODESTONE_ASSIGN(const ItemRead read,
                   read_one_item(request, entry.row, entry.filter,
                                 std::get<partiql::Select>(*entry.statement).projection, item));
  capacity.of(entry.table_name()).add_table(read_units(read.bytes, consistent));
  if (read.selected) response.key("Item") += item;
  return {};
}

ApiResult<void> perform_write(Entry& entry, Request& request, ReplyObject& response,
                              TransactionCapacity& capacity) {
  ItemWrite& write = entry.write;
  LODESTONE_TRY(commit(request.engine, request.scratch, write));
  capacity.of(entry.table_name()).add_write(write.bytes_before, write.bytes_after, write.index_changes);
  const Item returned = returned_item(*entry.statement, write, request.arena());
  if (!returned.empty()) append_json(response.key("Item"), returned);
  return {};
}

void append_error(std::string& out, const ApiError& error, MessageForms forms) {
  ReplyObject object(out);
  append_json_string(object.key("Code"), outcome_code(error));
  append_json_string(object.key("Message"), error.message_in(forms));
  if (!error.item_json.empty()) object.key("Item") += error.item_json;
  object.close();
}

ApiResult<void> append_response(Entry& entry, Request& request, std::string& reply,
                                TransactionCapacity& capacity) {
  ReplyObject response(reply);
  if (!entry.error) {
    LODESTONE_TRY(note(entry, entry.is_read() ? perform_read(entry, request, response, capacity)
                                              : perform_write(entry, request, response, capacity)));
  }
  if (entry.error) append_error(response.key("Error"), *entry.error, request.engine.messages);
  if (!entry.error || entry.error->kind != ErrorKind::kValidation) {
    append_json_string(response.key("TableName"), entry.table_name());
  }
  response.close();
  return {};
}

}  // namespace

ApiResult<void> batch_execute_statement(Request& request, std::string& reply) {
  std::vector<Entry> entries;
  for (const JsonValue& json : member(request.json, "Statements")->GetArray()) {
    Entry& entry = entries.emplace_back();
    entry.json = &json;
    auto input = read_statement(json, request.arena());
    if (input.ok()) {
      entry.statement = input->statement;
    } else {
      entry.error = std::move(input).error();
    }
  }
  LODESTONE_TRY(check_kinds(entries));
  for (Entry& entry : entries) {
    if (entry.statement) LODESTONE_TRY(note(entry, prepare(entry, request)));
  }
  LODESTONE_TRY(check_duplicates(entries));

  TransactionCapacity capacity;
  ReplyObject object(reply);
  object.key("Responses");
  for (Entry& entry : entries) {
    reply += &entry == entries.data() ? '[' : ',';
    LODESTONE_TRY(append_response(entry, request, reply, capacity));
  }
  reply += ']';
  if (const CapacityDetail detail = capacity_detail(request.json); detail != CapacityDetail::kNone) {
    capacity.append_json(object.key("ConsumedCapacity"), detail, CapacitySplit::kNone);
  }
  object.close();
  return {};
}

}  // namespace lodestone
