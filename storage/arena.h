/// Memory for the values of one request: allocated by moving a pointer, freed all at once.
///
/// What an Arena hands out lives until reset() or its destruction. Nothing in it is ever destroyed, so only
/// trivially destructible types may live there. Not thread-safe: one request, one arena.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>
#include <type_traits>
#include <vector>

namespace lodestone {

class Arena {
 public:
  explicit Arena(std::size_t first_block_bytes = 16 * 1024) : next_block_bytes_(first_block_bytes) {}
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  [[nodiscard]] void* allocate(std::size_t bytes, std::size_t alignment) {
    auto at = (reinterpret_cast<std::uintptr_t>(free_) + alignment - 1) & ~(alignment - 1);
    if (free_ == nullptr || at + bytes > reinterpret_cast<std::uintptr_t>(end_)) {
      grow(bytes + alignment);
      at = (reinterpret_cast<std::uintptr_t>(free_) + alignment - 1) & ~(alignment - 1);
    }
    free_ = reinterpret_cast<char*>(at + bytes);
    return reinterpret_cast<void*>(at);
  }

  /// `count` default-constructed elements; an empty span for 0.
  template <class T>
  [[nodiscard]] std::span<T> array(std::size_t count) {
    static_assert(std::is_trivially_destructible_v<T>);
    if (count == 0) return {};
    // NOLINTNEXTLINE(bugprone-sizeof-expression): T may well be a pointer
    T* first = static_cast<T*>(allocate(count * sizeof(T), alignof(T)));
    for (std::size_t i = 0; i < count; ++i) new (first + i) T();
    return {first, count};
  }

  template <class T>
  [[nodiscard]] std::span<const T> copy(std::span<const T> from) {
    static_assert(std::is_trivially_copyable_v<T>);
    if (from.empty()) return {};
    T* first = static_cast<T*>(allocate(from.size_bytes(), alignof(T)));
    std::memcpy(static_cast<void*>(first), from.data(), from.size_bytes());
    return {first, from.size()};
  }

  [[nodiscard]] std::string_view copy(std::string_view text) {
    if (text.empty()) return {};
    char* first = static_cast<char*>(allocate(text.size(), 1));
    std::memcpy(first, text.data(), text.size());
    return {first, text.size()};
  }

  template <class T, class... Arguments>
  [[nodiscard]] T* make(Arguments&&... arguments) {
    static_assert(std::is_trivially_destructible_v<T>);
    return new (allocate(sizeof(T), alignof(T))) T{std::forward<Arguments>(arguments)...};
  }

  /// Frees everything at once; keeps one block for the next request.
  void reset() {
    if (blocks_.empty()) return;
    if (blocks_.size() > 1) {
      // One block of the size that was needed serves the next request without growing, within reason.
      blocks_.clear();
      free_ = end_ = nullptr;
      next_block_bytes_ = next_block_bytes_ > kKeptBytes ? kKeptBytes : next_block_bytes_;
      return;
    }
    if (blocks_.front().bytes > kKeptBytes) {
      blocks_.clear();
      free_ = end_ = nullptr;
      next_block_bytes_ = kKeptBytes;
      return;
    }
    free_ = blocks_.front().memory.get();
    end_ = free_ + blocks_.front().bytes;
  }

 private:
  static constexpr std::size_t kKeptBytes = 1024 * 1024;
  struct Block {
    std::unique_ptr<char[]> memory;
    std::size_t bytes;
  };

  void grow(std::size_t at_least) {
    const std::size_t bytes = at_least > next_block_bytes_ ? at_least : next_block_bytes_;
    blocks_.push_back({std::unique_ptr<char[]>(new char[bytes]), bytes});
    free_ = blocks_.back().memory.get();
    end_ = free_ + bytes;
    next_block_bytes_ = bytes * 2;
  }

  std::vector<Block> blocks_;
  char* free_ = nullptr;
  char* end_ = nullptr;
  std::size_t next_block_bytes_;
};

}  // namespace lodestone
