/// Values as error messages show them.
#pragma once

#include <string>
#include <string_view>

#include "storage/value.h"

namespace lodestone {

[[nodiscard]] std::string base64_text(std::string_view bytes);

/// `AttributeValue: {N:1}`; binary as base64. For S, N and B.
[[nodiscard]] std::string attribute_value_text(const Value& value);

}  // namespace lodestone
