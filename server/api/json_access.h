/// Reading members of a request that has passed the shape check: types are right, `null` counts as absent.
///
/// Views into the parsed request; pure functions.
#pragma once

#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>

#include "server/api/json.h"

namespace lodestone {

/// nullptr where the member is absent or null.
[[nodiscard]] inline const JsonValue* member(const JsonValue& object, std::string_view name) {
  for (const auto& entry : object.GetObject()) {
    if (entry.name.GetStringLength() == name.size() &&
        std::memcmp(entry.name.GetString(), name.data(), name.size()) == 0) {
      return entry.value.IsNull() ? nullptr : &entry.value;
    }
  }
  return nullptr;
}

[[nodiscard]] inline std::optional<std::string_view> text_member(const JsonValue& object,
                                                                 std::string_view name) {
  const JsonValue* found = member(object, name);
  if (found == nullptr || !found->IsString()) return std::nullopt;
  return json_text(*found);
}

[[nodiscard]] inline std::optional<std::int64_t> integer_member(const JsonValue& object,
                                                                std::string_view name) {
  const JsonValue* found = member(object, name);
  if (found == nullptr || !found->IsInt64()) return std::nullopt;
  return found->GetInt64();
}

[[nodiscard]] inline std::optional<bool> flag_member(const JsonValue& object, std::string_view name) {
  const JsonValue* found = member(object, name);
  if (found == nullptr || !found->IsBool()) return std::nullopt;
  return found->GetBool();
}

}  // namespace lodestone
