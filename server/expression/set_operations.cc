#include "server/expression/set_operations.h"

#include <algorithm>
#include <cstddef>
#include <span>
#include <string_view>

namespace lodestone {
namespace {

auto order_of(Type type) {
  return [type](std::string_view a, std::string_view b) { return set_less(type, a, b); };
}

}  // namespace

Value set_union(const Value& a, const Value& b, Arena& arena) {
  const std::span<std::string_view> elements =
      arena.array<std::string_view>(a.elements().size() + b.elements().size());
  const auto end = std::set_union(a.elements().begin(), a.elements().end(), b.elements().begin(),
                                  b.elements().end(), elements.begin(), order_of(a.type()));
  return Value::set(a.type(), elements.first(static_cast<std::size_t>(end - elements.begin())));
}

std::optional<Value> set_difference(const Value& a, const Value& b, Arena& arena) {
  const std::span<std::string_view> elements = arena.array<std::string_view>(a.elements().size());
  const auto end = std::set_difference(a.elements().begin(), a.elements().end(), b.elements().begin(),
                                       b.elements().end(), elements.begin(), order_of(a.type()));
  if (end == elements.begin()) return std::nullopt;
  return Value::set(a.type(), elements.first(static_cast<std::size_t>(end - elements.begin())));
}

}  // namespace lodestone
