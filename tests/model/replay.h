/// Entities and operations given as JSON, as tests/model/vectors holds them, run by the modelling layer's
/// core.
#pragma once

#include <string>
#include <vector>

#include <rapidjson/document.h>

#include "model/schema.h"

namespace lodestone::model::testing {

using Json = rapidjson::Value;

/// Only for strings.
[[nodiscard]] inline std::string text_of(const Json& json) {
  return {json.GetString(), json.GetStringLength()};
}

/// JSON with sorted members, and sets sorted: equal texts are equal requests.
[[nodiscard]] std::string canonical(const Json& json);
[[nodiscard]] std::string canonical(const std::string& json);

/// A plain JSON value as `attribute` holds it: an array becomes a set where that is what it is.
[[nodiscard]] Value plain_value(const Json& json, const AttributeSchema* attribute);
[[nodiscard]] Record plain_record(const Json& json, const EntitySchema& schema);

/// An entity in ElectroDB's notation; hooks by name.
[[nodiscard]] EntitySchema electro_entity(const Json& json);

/// The named hooks of tests/model/vectors/electrodb.mjs.
void attach_hook(AttributeSchema& attribute, std::string_view kind, std::string_view name);
[[nodiscard]] std::function<bool(const Record&)> named_condition(std::string_view name);

}  // namespace lodestone::model::testing
