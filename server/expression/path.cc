#include "server/expression/path.h"

#include <algorithm>

namespace lodestone {
namespace {

std::optional<PathClash::Kind> clash_of(const Path& a, const Path& b) {
  const std::size_t shared = std::min(a.steps.size(), b.steps.size());
  for (std::size_t i = 0; i < shared; ++i) {
    if (a.steps[i].is_index != b.steps[i].is_index) return PathClash::Kind::kConflict;
    if (std::is_neq(compare(a.steps[i], b.steps[i]))) return std::nullopt;
  }
  return PathClash::Kind::kOverlap;
}

}  // namespace

Path top_level_path(std::string_view attribute, Arena& arena) {
  return {{arena.make<PathStep>(PathStep{attribute}), 1}};
}

std::strong_ordering compare(const PathStep& a, const PathStep& b) {
  if (a.is_index != b.is_index) return a.is_index <=> b.is_index;
  return a.is_index ? a.index <=> b.index : a.name <=> b.name;
}

std::strong_ordering compare(const Path& a, const Path& b) {
  const std::size_t shared = std::min(a.steps.size(), b.steps.size());
  for (std::size_t i = 0; i < shared; ++i) {
    if (const auto order = compare(a.steps[i], b.steps[i]); std::is_neq(order)) return order;
  }
  return a.steps.size() <=> b.steps.size();
}

const Value* resolve(const Path& path, Item item) {
  const Value* value = find(item, path.attribute());
  for (std::size_t i = 1; i < path.steps.size() && value != nullptr; ++i) {
    const PathStep& step = path.steps[i];
    if (step.is_index) {
      const bool there = value->type() == Type::kL && step.index < value->list().size();
      value = there ? &value->list()[step.index] : nullptr;
    } else {
      value = value->type() == Type::kM ? find(value->map(), step.name) : nullptr;
    }
  }
  return value;
}

std::string to_string(const Path& path) {
  std::string text = "[";
  for (const PathStep& step : path.steps) {
    if (text.size() > 1) text += ", ";
    if (step.is_index) {
      text += '[';
      text += std::to_string(step.index);
      text += ']';
    } else {
      text += step.name;
    }
  }
  text += ']';
  return text;
}

std::string PathClash::message() const {
  return std::string("Two document paths ") + (kind == Kind::kOverlap ? "overlap" : "conflict") +
         " with each other; must remove or rewrite one of these paths; path one: " + to_string(*one) +
         ", path two: " + to_string(*two);
}

std::span<const Path* const> sorted_paths(std::span<const Path* const> written, Arena& arena) {
  const std::span<const Path*> sorted = arena.array<const Path*>(written.size());
  std::copy(written.begin(), written.end(), sorted.begin());
  std::sort(sorted.begin(), sorted.end(),
            [](const Path* a, const Path* b) { return std::is_lt(compare(*a, *b)); });
  return sorted;
}

std::optional<PathClash> find_clash(std::span<const Path* const> written,
                                    std::span<const Path* const> sorted) {
  // Where two paths clash, some two neighbours in sorted order do; nearly always none do.
  bool clean = true;
  for (std::size_t i = 1; i < sorted.size() && clean; ++i) clean = !clash_of(*sorted[i - 1], *sorted[i]);
  if (clean) return std::nullopt;

  std::optional<PathClash> conflict;
  for (std::size_t second = 1; second < written.size(); ++second) {
    for (std::size_t first = 0; first < second; ++first) {
      const auto kind = clash_of(*written[first], *written[second]);
      if (!kind) continue;
      const PathClash clash{*kind, written[first], written[second]};
      if (clash.kind == PathClash::Kind::kOverlap) return clash;
      if (!conflict) conflict = clash;
    }
  }
  return conflict;
}

}  // namespace lodestone
