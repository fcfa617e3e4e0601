/// Statements of the tests, parsed.
#pragma once

#include <string>
#include <string_view>

#include "server/expression/partiql/statement.h"
#include "tests/expression/notation.h"

namespace lodestone::partiql {

/// The statement with the elements of a list in the notation as its parameters.
inline Result<Statement, ExpressionError> parsed(std::string_view statement, std::string_view parameters,
                                                 Arena& arena) {
  return parse_statement(arena.copy(statement), lodestone::testing::value(parameters, arena).list(), arena);
}

/// What is wrong with a statement; empty where nothing is.
inline std::string fault(std::string_view statement, std::string_view parameters = "[]") {
  Arena arena;
  const auto result = parsed(statement, parameters, arena);
  return result.ok() ? "" : result.error().message;
}

inline const std::string kMalformed = "Statement wasn't well formed, can't be processed: ";

}  // namespace lodestone::partiql
