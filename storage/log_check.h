/// Tells a log that was cut short from one that was damaged.
///
/// RocksDB replays a log up to the first record that does not hold, and says nothing about what follows. That
/// is right after a crash, which leaves the last record short or, where the machine lost power, full of
/// zeros. Any other difference was not made by a crash: to go on would lose acknowledged writes without a
/// word. Thread-safe.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace lodestone {

/// The place of the first damaged record in the bytes of a RocksDB log; nullopt where there is none.
[[nodiscard]] std::optional<std::size_t> find_log_damage(std::string_view log);

}  // namespace lodestone
