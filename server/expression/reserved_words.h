/// The words that an expression may not use as attribute names as they are.
///
/// Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ReservedWords.html
#pragma once

#include <string_view>

namespace lodestone {

/// In any case. Thread-safe.
[[nodiscard]] bool is_reserved_word(std::string_view word);

}  // namespace lodestone
