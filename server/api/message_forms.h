/// Which words errors have.
#pragma once

#include <cstdint>

namespace lodestone {

/// The service rewords its messages, operation by operation and region by region: its newest words, or those
/// that they replaced.
enum class MessageForms : std::uint8_t { kNewest, kOlder };

}  // namespace lodestone
