/// The constraints of single values: lengths, ranges, patterns and enumerations. Shared by the check that
/// must be quick (shape_check) and the report of what it found (shape_findings). Pure functions; thread-safe.
#pragma once

#include <cstdint>
#include <string_view>

#include "server/api/shapes.h"

namespace lodestone {

struct RuleFaults {
  bool pattern = false;
  bool below = false;
  bool above = false;
  /// Not one of the texts allowed.
  bool unknown = false;

  [[nodiscard]] bool any() const { return pattern || below || above || unknown; }
};

/// `shape` is a string's.
[[nodiscard]] RuleFaults check_text(const Shape& shape, std::string_view text);

/// Whether check_text finds nothing; most texts are short and under no rule.
[[nodiscard]] inline bool is_text_fine(const Shape& shape, std::string_view text) {
  const auto bytes = static_cast<std::int64_t>(text.size());
  // A character has at most three bytes per UTF-16 unit.
  const bool long_enough = shape.min <= 1 ? bytes >= shape.min : bytes >= shape.min * 3;
  if (shape.rule == TextRule::kNone && shape.values.empty() && long_enough && bytes <= shape.max) [[likely]]
    return true;
  return !check_text(shape, text).any();
}

/// Of a number's value, or of a list's or map's length.
[[nodiscard]] inline RuleFaults check_bounds(const Shape& shape, std::int64_t value) {
  RuleFaults faults;
  faults.below = value < shape.min;
  faults.above = value > shape.max;
  return faults;
}

/// The longest text allowed: an ARN may be longer than a name that may stand in its place.
[[nodiscard]] std::int64_t most_length(const Shape& shape, std::string_view text);

/// The regular expression as messages show it; empty where the rule has none.
[[nodiscard]] std::string_view text_rule_pattern(TextRule rule);

}  // namespace lodestone
