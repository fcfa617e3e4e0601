/// The first two stages of checking a request: the JSON types of its members, then the constraints of the
/// API's model.
///
/// Both are driven by the tables of server/api/shapes.h. Pure functions over the request's tree; thread-safe.
///
/// Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "server/api/api_error.h"
#include "server/api/json.h"
#include "server/api/shapes.h"

namespace lodestone {

struct ShapeFault {
  enum class Kind : std::uint8_t {
    /// A SerializationException with this text.
    kSerialization,
    /// A ValidationException with this text.
    kValidation,
    /// An AccessDeniedException. The text goes behind the caller's ARN: " is not authorized to perform: …".
    kAccessDenied,
  };
  Kind kind = Kind::kValidation;
  std::string message;
};

/// Checks a request against its operation's input; nullopt where it is fine, which is quick and allocates
/// nothing.
///
/// A request that is fine is brought into one form on the way, so that operations read it without further
/// checks of types: members that are null are removed, of members given twice the last counts (and comes
/// first), numbers of integer members are Int64 (fractions rounded down), texts of boolean members are
/// booleans, an attribute value in a list or map that is null is an object without members, and so is a root
/// that is null. Nothing else that the model knows is null, and every member that the model knows has its
/// type; required members are there. What an attribute value holds is not judged, except that its binaries
/// are base64.
[[nodiscard]] std::optional<ShapeFault> check_input(const OperationShape& operation, JsonValue& root,
                                                    MessageForms forms = MessageForms::kNewest);

}  // namespace lodestone
