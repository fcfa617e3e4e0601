/// Finds a word among those of a fixed list, in any case of its ASCII letters.
///
/// Made at compile time; open addressing in a table of over three times as many places as words. Immutable,
/// so thread-safe. The words outlive it.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace lodestone {

constexpr char ascii_upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

/// For words of which ASCII letters may be written in any case.
constexpr bool equal_in_any_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, ascii_upper, ascii_upper);
}

template <std::size_t kCount>
class WordTable {
 public:
  constexpr explicit WordTable(const std::array<std::string_view, kCount>& words) : words_(words) {
    for (std::size_t i = 0; i < kCount; ++i) {
      std::size_t at = place_of(words[i]);
      while (table_[at] != 0) at = (at + 1) % kPlaces;
      table_[at] = static_cast<std::uint16_t>(i + 1);
      longest_ = std::max(longest_, words[i].size());
    }
  }

  /// The position of the word in the list; kCount where it is none of them.
  [[nodiscard]] constexpr std::size_t find(std::string_view word) const {
    if (word.size() > longest_) return kCount;
    for (std::size_t at = place_of(word); table_[at] != 0; at = (at + 1) % kPlaces) {
      const std::size_t found = table_[at] - std::size_t{1};
      if (equal_in_any_case(word, words_[found])) return found;
    }
    return kCount;
  }

 private:
  static constexpr std::size_t kPlaces = std::bit_ceil(3 * kCount);

  static constexpr std::size_t place_of(std::string_view word) {
    std::uint32_t hash = 2166136261U;
    for (const char c : word) hash = (hash ^ static_cast<unsigned char>(ascii_upper(c))) * 16777619U;
    return (hash ^ (hash >> 15)) % kPlaces;
  }

  std::array<std::string_view, kCount> words_;
  std::array<std::uint16_t, kPlaces> table_{};  ///< 1 + the word's position, 0 where free
  std::size_t longest_ = 0;
};

}  // namespace lodestone
