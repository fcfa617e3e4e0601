/// Statement and Parameters of a request: what the operations for PartiQL read alike.
///
/// Views into the request and its arena. Source:
/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ExecuteStatement.html
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "server/api/engine.h"
#include "server/api/request.h"
#include "server/expression/partiql/statement.h"

namespace lodestone {

struct StatementInput {
  partiql::Statement statement;
  std::span<const Value> parameters;
};

/// `json` is the request, or one statement of several.
[[nodiscard]] ApiResult<StatementInput> read_statement(const JsonValue& json, Arena& arena);

/// A number that two requests share where they have the same statement with the same parameters.
[[nodiscard]] std::uint64_t statement_fingerprint(const JsonValue& json);

/// The one item that a WHERE clause names by equality on every attribute of the table's key, and what the
/// item has to meet besides; nullopt where it names none.
struct NamedItem {
  Item key;
  const Condition* rest = nullptr;
};
[[nodiscard]] std::optional<NamedItem> named_item(const Condition* where, const TableLayout& table,
                                                  Arena& arena);

/// The fault of a condition that goes into a key attribute. `condition` may be nullptr.
[[nodiscard]] ApiResult<void> check_condition_keys(const Condition* condition, const TableLayout& table);

}  // namespace lodestone
