/// The store's hash: 64 bits, the same on every machine and in every version, since keys on disk hold it.
#pragma once

#define XXH_INLINE_ALL
#include <cstdint>
#include <string_view>

#include <xxhash.h>

namespace lodestone {

[[nodiscard]] inline std::uint64_t hash_of(std::string_view bytes) {
  return XXH3_64bits(bytes.data(), bytes.size());
}

}  // namespace lodestone
