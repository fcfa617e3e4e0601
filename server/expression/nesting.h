/// How deep maps and lists may nest.
///
/// Pure functions. Source:
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html
#pragma once

#include <cstddef>

#include "storage/value.h"

namespace lodestone {

/// An attribute with a scalar inside this many maps and lists, itself among them, is the deepest.
inline constexpr std::size_t kMaxLevels = 32;

/// Levels of maps and lists down to the deepest value, counting itself; stops counting beyond `limit`.
[[nodiscard]] std::size_t levels_of(const Value& value, std::size_t limit);

}  // namespace lodestone
