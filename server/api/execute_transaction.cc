// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ExecuteTransaction.html
#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "server/api/expression_inputs.h"
#include "server/api/idempotency.h"
#include "server/api/item_reply.h"
#include "server/api/operations.h"
#include "server/api/read_transaction.h"
#include "server/api/statement_input.h"
#include "server/api/statement_write.h"
#include "server/api/write_transaction.h"

namespace lodestone {
namespace {

struct Entry {
  const JsonValue* json = nullptr;
  partiql::Statement statement;
  std::span<const Value> parameters;
  Table* table = nullptr;

  [[nodiscard]] std::string_view table_name() const { return partiql::source_of(statement).table; }
};

Failure<ApiError> invalid_statement(std::size_t place, std::string_view detail) {
  return validation_error("Validation failed in TransactStatements[" + std::to_string(place) +
                          "]: " + std::string(detail));
}

/// What the statements say by themselves.
ApiResult<void> check_statements(const std::vector<Entry>& entries) {
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const partiql::Statement& statement = entries[i].statement;
    if (partiql::returning_of(statement) != partiql::Returning::kNothing) {
      return invalid_statement(i, "RETURNING clause is not supported in ExecuteTransaction.");
    }
    if (!partiql::source_of(statement).index) continue;
    const bool reads = partiql::is_read(statement) || std::holds_alternative<partiql::ExistsCheck>(statement);
    if (reads) return invalid_statement(i, "Reads on indices are not supported within transactions.");
    LODESTONE_TRY(check_written_source(statement));
  }
  const auto is_read = [](const Entry& entry) { return partiql::is_read(entry.statement); };
  const auto reads = std::ranges::count_if(entries, is_read);
  if (reads == 0 || static_cast<std::size_t>(reads) == entries.size()) return {};
  return validation_error(
      "ExecuteTransaction API does not support both read and write operations in the same request.");
}

ApiResult<void> run_reads(Request& request, const std::vector<Entry>& entries, std::string& reply) {
  std::vector<TransactionGet> gets;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const Entry& entry = entries[i];
    const auto& select = std::get<partiql::Select>(entry.statement);
    const TableLayout& layout = entry.table->layout;
    const auto named = named_item(select.where, layout, request.arena());
    if (!named) {
      return invalid_statement(
          i, "Select statements within ExecuteTransaction must specify the primary key in the where clause.");
    }
    LODESTONE_TRY(check_condition_keys(named->rest, layout));
    if (select.projection != nullptr) LODESTONE_TRY(check_projected_keys(*select.projection, layout));
    TransactionGet& get = gets.emplace_back();
    get.table_name = entry.table_name();
    get.table = entry.table;
    get.key = named->key;
    get.filter = named->rest;
    get.projection = select.projection;
  }
  LODESTONE_TRY(perform_reads(request, gets));
  ReplyObject object(reply);
  LODESTONE_TRY(append_items(request, gets, object));
  object.close();
  return {};
}

/// The token within a namespace of its own, apart from the tokens of TransactWriteItems: no text of a request
/// has this byte.
std::string own_token(const Request& request, std::string_view client_token) {
  return idempotency_token(scope_of(request.engine, request.caller) + '\xff', client_token);
}

ApiResult<void> run_writes(Request& request, const std::vector<Entry>& entries, std::string& reply) {
  std::vector<TransactionAction> actions;
  for (const Entry& entry : entries) {
    const bool item_on_failure = text_member(*entry.json, "ReturnValuesOnConditionCheckFailure") == "ALL_OLD";
    LODESTONE_ASSIGN(ItemWrite write,
                     make_write(entry.statement, entry.table, item_on_failure, request.arena()));
    LODESTONE_TRY(check_no_empty_key(write.key_attributes));
    // An INSERT's parameters are part of its item.
    if (write.kind != ItemWrite::Kind::kPut) {
      for (const Value& value : entry.parameters) write.values_bytes += size_bytes(value);
    }
    actions.push_back({entry.table_name(), std::move(write), {}});
  }
  std::optional<TransactionToken> token;
  if (const auto text = text_member(request.json, "ClientRequestToken")) {
    token = {own_token(request, *text), fingerprint(*member(request.json, "TransactStatements"))};
  }
  LODESTONE_ASSIGN(const bool performed, perform_transaction(request, actions, token));
  ReplyObject object(reply);
  object.key("Responses");
  for (std::size_t i = 0; i < actions.size(); ++i) reply += i == 0 ? "[{}" : ",{}";
  reply += ']';
  if (const CapacityDetail detail = capacity_detail(request.json); detail != CapacityDetail::kNone) {
    LODESTONE_TRY(append_capacity(request, actions, performed, detail, object.key("ConsumedCapacity")));
  }
  object.close();
  return {};
}

}  // namespace

ApiResult<void> execute_transaction(Request& request, std::string& reply) {
  std::vector<Entry> entries;
  for (const JsonValue& json : member(request.json, "TransactStatements")->GetArray()) {
    LODESTONE_ASSIGN(const StatementInput input, read_statement(json, request.arena()));
    entries.push_back({&json, input.statement, input.parameters, nullptr});
  }
  LODESTONE_TRY(check_statements(entries));
  for (Entry& entry : entries) {
    LODESTONE_ASSIGN(entry.table, find_active_table(request, entry.table_name()));
  }
  return partiql::is_read(entries[0].statement) ? run_reads(request, entries, reply)
                                                : run_writes(request, entries, reply);
}

}  // namespace lodestone
