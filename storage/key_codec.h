/// Keys as bytes whose order is DynamoDB's order.
///
/// A stored key is `space id (4 bytes, big-endian) | hash (8 bytes, big-endian) | elements`, each element
/// self-delimiting: strings and binaries escaped, numbers as sign, exponent and digits. The hash covers the
/// partition key's elements, so Scan walks partitions in hash order and a segment is a range of hashes.
/// Layout: storage/FORMAT.md. Thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "storage/arena.h"
#include "storage/value.h"

namespace lodestone {

using SpaceId = std::uint32_t;

/// Appends one key element: `value` is an S, N or B.
void append_key_element(std::string& out, const Value& value);

/// Appends what the elements of all strings or binaries that begin with `text` begin with.
void append_key_prefix(std::string& out, std::string_view text);

/// Reads the next element of type `type` from `at` and moves past it; nullopt where the bytes do not decode.
[[nodiscard]] std::optional<Value> read_key_element(std::string_view& at, Type type, Arena& arena);

/// Appends the space id alone: the beginning of every key of a table or index.
void append_space(std::string& out, SpaceId space);

/// Appends space, hash of the encoded partition elements, and those elements.
void append_partition(std::string& out, SpaceId space, std::span<const Value> partition_key);

inline constexpr std::size_t kSpaceBytes = 4;
inline constexpr std::size_t kHashBytes = 8;

/// The hash of the partition a key belongs to; `key` has at least space and hash.
[[nodiscard]] std::uint64_t partition_hash(std::string_view key);
void append_hash(std::string& out, std::uint64_t hash);

/// The smallest byte string greater than every string that begins with `prefix`; empty where there is none.
[[nodiscard]] std::string prefix_end(std::string_view prefix);

}  // namespace lodestone
