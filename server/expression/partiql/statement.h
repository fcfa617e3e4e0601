/// What a PartiQL statement parses to: the conditions, updates and projections of the native operations
/// (server/expression/), a table's name, and an item.
///
/// Every `?` is replaced by its parameter, so no tree holds a placeholder. Everything lives in the Arena, in
/// the statement's text and in the parameters, which outlive the result; nothing is changed later, so reading
/// is thread-safe. Which operation a statement becomes depends on the table's key: server/api/statement_*.h.
///
/// Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.statements.html
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <variant>

#include "server/expression/condition.h"
#include "server/expression/expression_error.h"
#include "server/expression/projection.h"
#include "server/expression/update.h"
#include "storage/arena.h"
#include "storage/result.h"
#include "storage/value.h"

namespace lodestone::partiql {

/// `"table"` or `"table"."index"`, as the statement spells them.
struct Source {
  std::string_view table;
  std::optional<std::string_view> index;
};

struct OrderTerm {
  std::string_view attribute;
  bool descending = false;
};

/// SELECT … FROM … [WHERE …] [ORDER BY …]
struct Select {
  Source source;
  const Projection* projection = nullptr;  ///< nullptr: everything
  const Condition* where = nullptr;        ///< nullptr: there is none
  std::span<const OrderTerm> order;
};

/// INSERT INTO … VALUE {…}
struct Insert {
  Source source;
  Item item;
};

enum class Returning : std::uint8_t { kNothing, kAllOld, kAllNew, kModifiedOld, kModifiedNew };

/// UPDATE … SET … REMOVE … WHERE … [RETURNING …]
struct UpdateItem {
  Source source;
  const Update* update = nullptr;
  const Condition* where = nullptr;
  Returning returning = Returning::kNothing;
};

/// DELETE FROM … WHERE … [RETURNING …]
struct Delete {
  Source source;
  const Condition* where = nullptr;
  Returning returning = Returning::kNothing;
};

/// EXISTS(SELECT …), for transactions
struct ExistsCheck {
  Select select;
};

using Statement = std::variant<Select, Insert, UpdateItem, Delete, ExistsCheck>;

/// The table or index that a statement names.
[[nodiscard]] const Source& source_of(const Statement& statement);
[[nodiscard]] Returning returning_of(const Statement& statement);
/// Whether it reads items only; ExistsCheck does not count as a read.
[[nodiscard]] inline bool is_read(const Statement& statement) {
  return std::holds_alternative<Select>(statement);
}

[[nodiscard]] Result<Statement, ExpressionError> parse_statement(std::string_view text,
                                                                 std::span<const Value> parameters,
                                                                 Arena& arena);

}  // namespace lodestone::partiql
