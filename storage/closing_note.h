/// The file CLOSED of a store's folder: what an orderly closing left there, so that the next opening sees a
/// loss.
///
/// RocksDB takes a MANIFEST that lost its end, or a log that is not there, for the traces of a crash and
/// drops what it does not find. After an orderly closing there was no crash, and the note proves it. Not
/// thread-safe.
#pragma once

#include <optional>
#include <string>

namespace lodestone {

/// Writes the note for the folder as it is. Without it the next opening works too, but sees less.
void write_closing_note(const std::string& folder);

/// What differs from the note, in words; nullopt where nothing does, or where there is no (whole) note.
[[nodiscard]] std::optional<std::string> find_difference_from_note(const std::string& folder);

void remove_closing_note(const std::string& folder);

}  // namespace lodestone
