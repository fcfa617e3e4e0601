#include "server/expression/projection.h"

#include <algorithm>
#include <cstddef>
#include <optional>

#include "server/expression/growing_array.h"
#include "server/expression/parser.h"

namespace lodestone {
namespace {

/// The order in which the service finds faults.
enum ProjectionRank : Parser::Rank {
  kReservedWordRank = 1,
  kUndefinedRank,
  kUnfitPathRank,
  kOverlapRank,
  kConflictRank,
};

class ProjectionParser : public Parser {
 public:
  ProjectionParser(std::string_view text, Placeholders& placeholders, Arena& arena)
      : Parser(text, ExpressionKind::kProjection, placeholders, arena,
               {kReservedWordRank, kUndefinedRank, kUndefinedRank, kUnfitPathRank}) {}

  Result<Projection, ExpressionError> parse() {
    GrowingArray<const Path*> written(arena_);
    if (parse_list(written) && !at(TokenKind::kEnd)) syntax_error();
    if (!faultless()) return fault();
    const std::span<const Path* const> sorted = sorted_paths(written.span(), arena_);
    if (const std::optional<PathClash> clash = find_clash(written.span(), sorted)) {
      report(clash->kind == PathClash::Kind::kOverlap ? kOverlapRank : kConflictRank, clash->message());
      return fault();
    }
    return project_paths(sorted, arena_);
  }

 private:
  bool parse_list(GrowingArray<const Path*>& written) {
    for (;;) {
      Path* path = arena_.make<Path>();
      if (!parse_path(*path)) return false;
      written.push_back(path);
      if (!at(TokenKind::kComma)) return true;
      advance();
    }
  }
};

std::span<const ProjectionNode> make_nodes(std::span<const Path* const> sorted, std::size_t depth,
                                           Arena& arena) {
  const auto same_step = [&](const Path* a, const Path* b) {
    return std::is_eq(compare(a->steps[depth], b->steps[depth]));
  };
  std::size_t groups = sorted.empty() ? 0 : 1;
  for (std::size_t i = 1; i < sorted.size(); ++i) groups += same_step(sorted[i - 1], sorted[i]) ? 0 : 1;

  const std::span<ProjectionNode> nodes = arena.array<ProjectionNode>(groups);
  std::size_t begin = 0;
  for (ProjectionNode& node : nodes) {
    std::size_t end = begin + 1;
    while (end < sorted.size() && same_step(sorted[begin], sorted[end])) ++end;
    node.step = sorted[begin]->steps[depth];
    const bool is_whole = sorted[begin]->steps.size() == depth + 1;
    if (!is_whole) node.children = make_nodes(sorted.subspan(begin, end - begin), depth + 1, arena);
    begin = end;
  }
  return nodes;
}

Item select(std::span<const ProjectionNode> nodes, Item item, Arena& arena);

std::optional<Value> select(const ProjectionNode& node, const Value& value, Arena& arena) {
  if (node.children.empty()) return value;
  if (!node.children.front().step.is_index) {
    if (value.type() != Type::kM) return std::nullopt;
    const Item part = select(node.children, value.map(), arena);
    if (part.empty()) return std::nullopt;
    return Value::map(part);
  }
  if (value.type() != Type::kL) return std::nullopt;
  const std::span<const Value> list = value.list();
  const std::span<Value> kept = arena.array<Value>(std::min(node.children.size(), list.size()));
  std::size_t count = 0;
  for (const ProjectionNode& child : node.children) {
    if (child.step.index >= list.size()) break;
    if (const std::optional<Value> part = select(child, list[child.step.index], arena)) kept[count++] = *part;
  }
  if (count == 0) return std::nullopt;
  return Value::list(kept.first(count));
}

Item select(std::span<const ProjectionNode> nodes, Item item, Arena& arena) {
  const std::span<Attribute> kept = arena.array<Attribute>(std::min(nodes.size(), item.size()));
  std::size_t count = 0;
  for (const ProjectionNode& node : nodes) {
    const Value* value = find(item, node.step.name);
    if (value == nullptr) continue;
    if (const std::optional<Value> part = select(node, *value, arena))
      kept[count++] = {node.step.name, *part};
  }
  return kept.first(count);
}

Item select(std::span<const Column> columns, Item item, Arena& arena) {
  const std::span<Attribute> kept = arena.array<Attribute>(columns.size());
  std::size_t count = 0;
  for (const Column& column : columns) {
    if (const Value* value = resolve(column.path, item)) kept[count++] = {column.name, *value};
  }
  return kept.first(count);
}

}  // namespace

Result<Projection, ExpressionError> parse_projection(std::string_view text, Placeholders& placeholders,
                                                     Arena& arena) {
  LODESTONE_TRY(Parser::check_size(text, ExpressionKind::kProjection));
  return ProjectionParser(text, placeholders, arena).parse();
}

Projection project_attributes(std::span<const std::string_view> names, Arena& arena) {
  const std::span<ProjectionNode> nodes = arena.array<ProjectionNode>(names.size());
  std::transform(names.begin(), names.end(), nodes.begin(), [](std::string_view name) {
    return ProjectionNode{{name}, {}};
  });
  const auto name_of = [](const ProjectionNode& node) { return node.step.name; };
  std::ranges::sort(nodes, {}, name_of);
  // std::ranges::unique returns a subrange, which clang 14 can not compile with the library of g++ 12.
  const auto end =
      std::unique(nodes.begin(), nodes.end(),
                  [&](const ProjectionNode& a, const ProjectionNode& b) { return name_of(a) == name_of(b); });
  return {nodes.first(static_cast<std::size_t>(end - nodes.begin())), true, {}};
}

Projection project_paths(std::span<const Path* const> sorted, Arena& arena) {
  return {make_nodes(sorted, 0, arena),
          std::all_of(sorted.begin(), sorted.end(), [](const Path* path) { return path->is_top_level(); }),
          {}};
}

Projection project_columns(std::span<const Column> columns, Arena& arena) {
  const std::span<std::string_view> names = arena.array<std::string_view>(columns.size());
  std::transform(columns.begin(), columns.end(), names.begin(),
                 [](const Column& column) { return column.path.attribute(); });
  Projection projection = project_attributes(names, arena);
  projection.top_level_only = false;

  const std::span<Column> sorted = arena.array<Column>(columns.size());
  std::copy(columns.begin(), columns.end(), sorted.begin());
  std::ranges::stable_sort(sorted, {}, &Column::name);
  std::size_t kept = 0;
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    if (i + 1 < sorted.size() && sorted[i].name == sorted[i + 1].name) continue;
    sorted[kept++] = sorted[i];
  }
  projection.columns = sorted.first(kept);
  return projection;
}

Item project(const Projection& projection, Item item, Arena& arena) {
  return projection.columns.empty() ? select(projection.attributes, item, arena)
                                    : select(projection.columns, item, arena);
}

}  // namespace lodestone
