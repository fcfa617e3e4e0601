/// Values as error messages show them.
#pragma once

#include <string>

#include "storage/value.h"

namespace lodestone {

/// `AttributeValue: {N:1}`; binary as base64. For S, N and B.
[[nodiscard]] std::string attribute_value_text(const Value& value);

}  // namespace lodestone
