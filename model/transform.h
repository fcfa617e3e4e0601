/// Forms in which values can be stored instead of their own, as DynamoDB-Toolbox has them.
///
/// What `store` makes, `load` takes back; values of other types pass as they are. Transforms hold nothing but
/// what they were made from and are thread-safe.
/// Source: measured; tests/model/vectors.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/schema.h"

namespace lodestone::model {

/// "1" as "P#1". What does not begin so is read as it stands.
[[nodiscard]] Transform prefix(std::string text, std::string_view delimiter = "#");
/// "1" as "1#S". What does not end so is read as it stands.
[[nodiscard]] Transform suffix(std::string text, std::string_view delimiter = "#");
/// Without the white space around it, for good.
[[nodiscard]] Transform trim();
/// Any value as JSON in a string. Binary values and sets do not come back as such: JSON has none.
[[nodiscard]] Transform json_text();
/// One after the other, and back in reverse.
[[nodiscard]] Transform pipe(std::vector<Transform> transforms);

}  // namespace lodestone::model
