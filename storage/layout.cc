#include "storage/layout.h"

#include <algorithm>

namespace lodestone {

const KeyElement* KeySchema::find(std::string_view name) const {
  for (std::size_t i = 0; i < size(); ++i) {
    if (at(i).name == name) return &at(i);
  }
  return nullptr;
}

bool IndexLayout::projects(std::string_view name) const {
  return projection == ProjectionType::kAll || std::binary_search(projected.begin(), projected.end(), name);
}

const IndexLayout* TableLayout::find_index(std::string_view name) const {
  const auto at = std::ranges::find(indexes, name, &IndexLayout::name);
  return at == indexes.end() ? nullptr : &*at;
}

}  // namespace lodestone
