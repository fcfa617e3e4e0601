/// Typed entities that programs with ElectroDB and DynamoDB-Toolbox talk to: the typed surface's side of the
/// exchange. Their models in JavaScript stand in tests/clients/interchange/typed_models.mjs.
#pragma once

#include <memory>
#include <string>

#include <rapidjson/document.h>

#include "model/connection.h"
#include "model/value.h"

namespace lodestone::model::testing {

/// What an entity is asked; each answers with a line of JSON. Throws Failed where the model refuses.
class TypedEntity {
 public:
  virtual ~TypedEntity() = default;
  /// Does what `line` asks, on the table that it names.
  [[nodiscard]] virtual std::string run(Connection& connection, const rapidjson::Value& line) const = 0;
};

/// nullptr: there is none of this name.
[[nodiscard]] std::unique_ptr<TypedEntity> typed_entity(const std::string& name);

/// DynamoDB's JSON of a record, read from a line.
[[nodiscard]] Record record_of(const rapidjson::Value& json);

}  // namespace lodestone::model::testing
