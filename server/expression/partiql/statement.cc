#include "server/expression/partiql/statement.h"

#include <algorithm>
#include <array>
#include <string>

#include "server/expression/growing_array.h"
#include "server/expression/partiql/condition_parser.h"
#include "server/expression/partiql/update_parser.h"

namespace lodestone::partiql {
namespace {

/// The name under which a reply has what a path leads to: the last name in it, and the positions after that.
/// Source:
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.select.html
std::string_view column_name(const Path& path, Arena& arena) {
  std::size_t last = path.steps.size() - 1;
  while (path.steps[last].is_index) --last;
  if (last + 1 == path.steps.size()) return path.steps[last].name;
  std::string name(path.steps[last].name);
  for (const PathStep& step : path.steps.subspan(last + 1)) name += '[' + std::to_string(step.index) + ']';
  return arena.copy(std::string_view(name));
}

std::string_view words_of(Returning returning) {
  switch (returning) {
    case Returning::kNothing:
      break;
    case Returning::kAllOld:
      return "ALL OLD";
    case Returning::kAllNew:
      return "ALL NEW";
    case Returning::kModifiedOld:
      return "MODIFIED OLD";
    case Returning::kModifiedNew:
      return "MODIFIED NEW";
  }
  return {};
}

class StatementParser : public UpdateParser {
 public:
  StatementParser(std::string_view text, std::span<const Token> tokens, std::span<const Value> parameters,
                  Arena& arena)
      : UpdateParser(text, tokens, parameters, arena) {}

  Result<Statement, ExpressionError> parse() {
    Statement statement;
    if (parse_any(statement)) {
      take(TokenKind::kSemicolon);
      if (!at(TokenKind::kEnd)) malformed("Unexpected token after expression");
      check_parameter_count();
    }
    if (!faultless()) return fault();
    return statement;
  }

 private:
  bool parse_any(Statement& statement) {
    switch (current().keyword) {
      case Keyword::kSelect:
        return parse_select(statement.emplace<Select>());
      case Keyword::kInsert:
        return parse_insert(statement.emplace<Insert>());
      case Keyword::kUpdate:
        return parse_update_item(statement.emplace<UpdateItem>());
      case Keyword::kDelete:
        return parse_delete(statement.emplace<Delete>());
      case Keyword::kExists:
        return parse_exists(statement.emplace<ExistsCheck>());
      default:
        return malformed(kNoStatement);
    }
  }

  // SELECT

  bool parse_select(Select& select) {
    advance();
    if (!parse_select_list(select)) return false;
    if (!take(Keyword::kFrom)) return malformed("Expected FROM after SELECT list");
    return parse_source(select.source) && parse_where(select.where) && parse_order(select);
  }

  bool parse_select_list(Select& select) {
    if (take(TokenKind::kStar)) {
      return !at(TokenKind::kComma) ||
             malformed(
                 "Other expressions may not be present in the select list when '*' is used without dot "
                 "notation.");
    }
    GrowingArray<Column> columns(arena_);
    bool top_level = true;
    do {
      Column column;
      if (!parse_column(column)) return false;
      columns.push_back(column);
      top_level = top_level && column.path.is_top_level();
    } while (take(TokenKind::kComma));
    select.projection = arena_.make<Projection>(top_level ? project_names(columns.span())
                                                          : project_columns(columns.span(), arena_));
    return true;
  }

  bool parse_column(Column& column) {
    const bool is_call = next().kind == TokenKind::kLeftParenthesis;
    if (is_call && (at(TokenKind::kKeyword) || at_identifier())) return not_a_path();
    if (!at_identifier()) return at_value() ? not_a_path() : unexpected();
    if (!parse_path(column.path)) return false;
    // What follows is an operator or another name for the column.
    if (!at(TokenKind::kComma) && !at(Keyword::kFrom) && !at(TokenKind::kEnd)) return not_a_path();
    column.name = column_name(column.path, arena_);
    return true;
  }

  bool not_a_path() {
    report(Rank::kPathComponent, "Unexpected path component at " + place_of(current(), text_));
    return false;
  }

  [[nodiscard]] Projection project_names(std::span<const Column> columns) {
    const std::span<std::string_view> names = arena_.array<std::string_view>(columns.size());
    std::ranges::transform(columns, names.begin(), &Column::name);
    return project_attributes(names, arena_);
  }

  bool parse_order(Select& select) {
    if (!take(Keyword::kOrder)) return true;
    if (!take(Keyword::kBy)) return malformed("Expected BY");
    GrowingArray<OrderTerm> terms(arena_);
    do {
      Path path;
      if (!at_identifier()) return unexpected();
      if (!parse_path(path)) return false;
      if (!path.is_top_level()) report(Rank::kOperand, not_in_key(path));
      OrderTerm term{path.attribute(), at(Keyword::kDesc)};
      if (at(Keyword::kAsc) || at(Keyword::kDesc)) advance();
      terms.push_back(term);
    } while (take(TokenKind::kComma));
    select.order = terms.span();
    if (select.where == nullptr) {
      report(Rank::kStructure, "Must have WHERE clause in the statement when using ORDER BY clause.");
    }
    return true;
  }

  static std::string not_in_key(const Path& path) {
    return "Variable reference " + std::string(path.attribute()) +
           " in ORDER BY clause must be part of the primary key";
  }

  bool parse_exists(ExistsCheck& exists) {
    advance();
    if (!expect(TokenKind::kLeftParenthesis, "LEFT_PAREN")) return false;
    if (!at(Keyword::kSelect)) return unexpected();
    return parse_select(exists.select) && expect(TokenKind::kRightParenthesis, "RIGHT_PAREN");
  }

  // INSERT, UPDATE, DELETE

  bool parse_insert(Insert& insert) {
    advance();
    if (!take(Keyword::kInto)) return malformed(kNoStatement);
    const Token& table = current();
    if (!parse_target(insert.source)) return false;
    if (insert.source.index) {
      report(Rank::kStructure,
             "FROM clause may only contain a single table name in data manipulation statements at " +
                 place_of(table, text_));
    }
    if (!take(Keyword::kValue)) return unexpected();
    if (!at(TokenKind::kLeftBrace) && !at(TokenKind::kParameter)) return unexpected();
    Value item;
    if (!parse_item(item)) return false;
    if (item.type() == Type::kM) {
      insert.item = item.map();
    } else {
      report(Rank::kValue, wrong_operand_type("INSERT", type_name(item.type())));
    }
    Returning returning = Returning::kNothing;
    if (!parse_returning(returning)) return false;
    if (returning != Returning::kNothing) {
      report(Rank::kStructure,
             "Invalid returning clause: RETURNING clause is not supported in INSERT statements.");
    }
    return true;
  }

  bool parse_update_item(UpdateItem& update) {
    advance();
    return parse_target(update.source) && parse_update(update.update) && parse_where(update.where) &&
           parse_returning(update.returning);
  }

  bool parse_delete(Delete& statement) {
    advance();
    if (!take(Keyword::kFrom)) return malformed("Expected FROM after DELETE");
    if (!parse_target(statement.source) || !parse_where(statement.where) ||
        !parse_returning(statement.returning)) {
      return false;
    }
    if (statement.returning != Returning::kNothing && statement.returning != Returning::kAllOld) {
      report(Rank::kStructure, "Invalid returning clause: RETURNING " +
                                   std::string(words_of(statement.returning)) +
                                   " *. Only RETURNING ALL OLD * is allowed in DELETE statements.");
    }
    return true;
  }

  bool parse_returning(Returning& returning) {
    if (!take(Keyword::kReturning)) return true;
    const bool all = at(Keyword::kAll);
    const bool old = next().keyword == Keyword::kOld;
    if ((!all && !at(Keyword::kModified)) || (!old && next().keyword != Keyword::kNew)) {
      return malformed("Expected ( MODIFIED | ALL ) ( NEW | OLD ) in each returning element.");
    }
    advance();
    advance();
    returning = all ? (old ? Returning::kAllOld : Returning::kAllNew)
                    : (old ? Returning::kModifiedOld : Returning::kModifiedNew);
    return take(TokenKind::kStar) || unexpected();
  }

  // what they have in common

  bool parse_target(Source& source) {
    if (!at_identifier()) return malformed("Expected identifier for simple path");
    return parse_source(source);
  }

  bool parse_source(Source& source) {
    if (!at_identifier()) return unexpected();
    source.table = take_name();
    for (std::size_t components = 1; take(TokenKind::kDot); ++components) {
      if (!at_identifier()) return malformed("Invalid path dot component");
      source.index = take_name();
      if (components == 2)
        report(Rank::kStructure, "A path may contain at most 2 components in the FROM clause");
    }
    // A name with a dash has to be quoted.
    return !at(TokenKind::kMinus) || malformed(kNoStatement);
  }

  bool parse_where(const Condition*& where) { return !take(Keyword::kWhere) || parse_condition(where); }

  static constexpr std::string_view kNoStatement = "Expected data manipulation";
};

}  // namespace

const Source& source_of(const Statement& statement) {
  return std::visit(
      [](const auto& each) -> const Source& {
        if constexpr (requires { each.select; }) {
          return each.select.source;
        } else {
          return each.source;
        }
      },
      statement);
}

Returning returning_of(const Statement& statement) {
  return std::visit(
      [](const auto& each) {
        if constexpr (requires { each.returning; }) return each.returning;
        return Returning::kNothing;
      },
      statement);
}

Result<Statement, ExpressionError> parse_statement(std::string_view text, std::span<const Value> parameters,
                                                   Arena& arena) {
  const auto tokens = tokenize(text, arena);
  // The service has no words for what is wrong with a word.
  if (!tokens) return failure(ExpressionError{"Statement wasn't well formed, can't be processed: "});
  return StatementParser(text, *tokens, parameters, arena).parse();
}

}  // namespace lodestone::partiql
