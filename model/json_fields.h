/// The texts at the top of a JSON object: all that errors and credentials need to be read for.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace lodestone::model {

using TextFields = std::map<std::string, std::string, std::less<>>;

/// The members of the object `json` whose values are texts; others pass by, however deep they are. Nothing
/// where `json` is no object, or not all of it is JSON.
[[nodiscard]] std::optional<TextFields> read_text_fields(std::string_view json);

/// The member's text; empty where there is none.
[[nodiscard]] std::string_view field(const TextFields& fields, std::string_view name);

}  // namespace lodestone::model
