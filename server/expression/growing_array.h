/// An array that grows in an Arena, for lists whose length a parser does not know yet.
///
/// Elements are trivially copyable; the Arena owns the memory and outlives the span. Not thread-safe.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <type_traits>

#include "storage/arena.h"

namespace lodestone {

template <class T>
class GrowingArray {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  explicit GrowingArray(Arena& arena, std::size_t expected = 4) : arena_(arena), expected_(expected) {}

  void push_back(const T& element) {
    if (size_ == elements_.size()) {
      const std::span<T> larger = arena_.array<T>(std::max(expected_, size_ * 2));
      std::copy(elements_.begin(), elements_.end(), larger.begin());
      elements_ = larger;
    }
    elements_[size_++] = element;
  }
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] std::span<T> span() const { return elements_.first(size_); }

 private:
  Arena& arena_;
  std::size_t expected_;
  std::span<T> elements_;
  std::size_t size_ = 0;
};

}  // namespace lodestone
