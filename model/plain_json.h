/// Values read from JSON as any program writes it, without DynamoDB's type letters.
///
/// Trusts nothing: nesting is limited. Numbers keep their digits. A pure function; thread-safe. Its
/// counterpart is append_plain_json() in model/json.h.
#pragma once

#include <optional>
#include <string_view>

#include "model/value.h"

namespace lodestone::model {

/// nullopt where the text is not one JSON value, or nests deeper than items may. Of members with the same
/// name the last one counts.
[[nodiscard]] std::optional<Value> value_from_plain_json(std::string_view json);

}  // namespace lodestone::model
