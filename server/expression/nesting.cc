#include "server/expression/nesting.h"

#include <algorithm>

namespace lodestone {

std::size_t levels_of(const Value& value, std::size_t limit) {
  std::size_t deepest = 0;
  if (limit == 0) return 1;
  if (value.type() == Type::kL) {
    for (const Value& element : value.list()) deepest = std::max(deepest, levels_of(element, limit - 1));
  } else if (value.type() == Type::kM) {
    for (const Attribute& member : value.map())
      deepest = std::max(deepest, levels_of(member.value, limit - 1));
  }
  return deepest + 1;
}

}  // namespace lodestone
