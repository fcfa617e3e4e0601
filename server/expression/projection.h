/// Projections: which parts of an item a reply holds.
///
/// A Projection is a tree of the paths' common beginnings. It lives in an Arena and is never changed; reading
/// is thread-safe. Source:
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.ProjectionExpressions.html
#pragma once

#include <span>
#include <string_view>

#include "server/expression/expression_error.h"
#include "server/expression/path.h"
#include "server/expression/placeholders.h"
#include "storage/arena.h"
#include "storage/result.h"
#include "storage/value.h"

namespace lodestone {

struct ProjectionNode {
  PathStep step;
  /// Sorted, all names or all positions. Empty: everything below the step is wanted.
  std::span<const ProjectionNode> children;
};

/// A part of an item that becomes an attribute of its own.
struct Column {
  std::string_view name;
  Path path;
};

struct Projection {
  /// The attributes, sorted by name.
  std::span<const ProjectionNode> attributes;
  /// No path goes into an attribute.
  bool top_level_only = true;
  /// Where there are any, sorted by name: the result has these attributes, and `attributes` tells from which
  /// ones they are taken.
  std::span<const Column> columns;
};

/// Parses and marks the placeholders that it uses. The text and the placeholders' bytes outlive the result.
[[nodiscard]] Result<Projection, ExpressionError> parse_projection(std::string_view text,
                                                                   Placeholders& placeholders, Arena& arena);

/// A projection to whole attributes, which may repeat.
[[nodiscard]] Projection project_attributes(std::span<const std::string_view> names, Arena& arena);

/// A projection to paths that are sorted and do not clash (see path.h).
[[nodiscard]] Projection project_paths(std::span<const Path* const> sorted, Arena& arena);

/// A projection to columns, which may overlap; of those with one name the last stays.
[[nodiscard]] Projection project_columns(std::span<const Column> columns, Arena& arena);

/// What the projection leaves of the item: structure is kept, lists are compacted, what is missing is left
/// out. A view of the item's memory, new nodes in the arena.
[[nodiscard]] Item project(const Projection& projection, Item item, Arena& arena);

}  // namespace lodestone
