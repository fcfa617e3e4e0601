/// Replies against the API's model: what every reply of every operation has to look like.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "server/api/call.h"

namespace lodestone::testing {

/// What breaks the contract in a reply, with the place: a member that the model does not know, a wrong type,
/// a text that is none of an enumeration's, an error that the model lists neither for the operation nor for
/// all of them, … nullopt where the reply is as the model says.
[[nodiscard]] std::optional<std::string> contract_fault(std::string_view operation, const Reply& reply);

}  // namespace lodestone::testing
