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
