/// Base64 as the service reads it: the alphabet of RFC 4648 with padding, nothing else and no blanks.
///
/// Pure functions; thread-safe. Bytes are written as base64 by storage/json_text.h.
#pragma once

#include <string>
#include <string_view>

#include "storage/arena.h"

namespace lodestone {

[[nodiscard]] bool is_base64(std::string_view text);

/// The service's words for what is wrong with a text that is not base64.
[[nodiscard]] std::string base64_fault(std::string_view text);

/// The bytes, in the arena. Only for texts that are base64.
[[nodiscard]] std::string_view decode_base64(std::string_view text, Arena& arena);

}  // namespace lodestone
