/// Document paths: `address.lines[1]` as a list of steps into an item.
///
/// A Path owns nothing: its steps live in an Arena, its names in the expression or in
/// ExpressionAttributeNames. Reading is thread-safe. Source:
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.Attributes.html
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "storage/arena.h"
#include "storage/value.h"

namespace lodestone {

/// Into a map by name, or into a list by position.
struct PathStep {
  std::string_view name;
  std::uint32_t index = 0;
  bool is_index = false;
};

/// The deepest path that the service accepts, in steps.
inline constexpr std::size_t kMaxPathSteps = 32;

/// The first step is always a name, with every placeholder replaced.
struct Path {
  std::span<const PathStep> steps;

  [[nodiscard]] std::string_view attribute() const { return steps.front().name; }
  [[nodiscard]] bool is_top_level() const { return steps.size() == 1; }
};

/// The path of a whole attribute.
[[nodiscard]] Path top_level_path(std::string_view attribute, Arena& arena);

/// By step, names (bytewise) before positions (by number), a path before those that go deeper.
[[nodiscard]] std::strong_ordering compare(const PathStep& a, const PathStep& b);
[[nodiscard]] std::strong_ordering compare(const Path& a, const Path& b);
[[nodiscard]] inline bool operator==(const Path& a, const Path& b) { return std::is_eq(compare(a, b)); }

/// The value at `path`; nullptr where there is none or a step does not fit its parent (not an error).
[[nodiscard]] const Value* resolve(const Path& path, Item item);

/// As error messages have it: `[address, lines, [1]]`.
[[nodiscard]] std::string to_string(const Path& path);

/// Two paths that one expression may not name together.
struct PathClash {
  enum class Kind {
    kOverlap,   ///< one is the other, or leads to it
    kConflict,  ///< they make one value a map and a list
  };
  Kind kind;
  const Path* one;
  const Path* two;

  /// The text of the error, without the expression's prefix.
  [[nodiscard]] std::string message() const;
};

/// The paths' addresses, sorted by compare().
[[nodiscard]] std::span<const Path* const> sorted_paths(std::span<const Path* const> written, Arena& arena);

/// The clash that the service reports for paths in the order in which they are written, given the same paths
/// sorted: overlaps before conflicts, then the earliest.
[[nodiscard]] std::optional<PathClash> find_clash(std::span<const Path* const> written,
                                                  std::span<const Path* const> sorted);

}  // namespace lodestone
