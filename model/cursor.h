/// Where a read stopped, as text for others to keep.
///
/// A cursor is the service's LastEvaluatedKey, the key of the last item that was looked at, as base64url of
/// plain JSON: ElectroDB's are the same, so that either library goes on where the other one stopped. Cursors
/// come back from strangers. Pure functions; thread-safe.
#pragma once

#include <string>
#include <string_view>

#include "model/error.h"
#include "model/schema.h"
#include "model/value.h"

namespace lodestone::model {

[[nodiscard]] std::string cursor_from_key(const Record& key);

/// Error 5005 where the cursor is none. Binary keys come back as strings: plain JSON does not tell them
/// apart.
[[nodiscard]] Result<Record> key_from_cursor(std::string_view cursor);

/// The same for reads of one access pattern (nullptr: the table's own). Error 5005 also where it is a cursor
/// of another one.
[[nodiscard]] Result<Record> key_from_cursor(const EntitySchema& schema, const IndexSchema* index,
                                             std::string_view cursor);

}  // namespace lodestone::model
