/// A Kv in memory, for tests and short-lived stores: nothing is kept when it is destroyed.
///
/// Making one allocates nothing of note, so a test process may hold hundreds. Thread-safe.
#pragma once

#include <memory>

#include "storage/kv.h"

namespace lodestone {

[[nodiscard]] std::unique_ptr<Kv> make_memory_kv();

}  // namespace lodestone
