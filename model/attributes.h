/// One attribute's value: whether it is as the entity says, and the form in which it is stored.
///
/// Pure functions but for validators and transforms.
#pragma once

#include <vector>

#include "model/error.h"
#include "model/schema.h"
#include "model/value.h"

namespace lodestone::model {

enum class Rigor : std::uint8_t {
  /// Types and choices: what may be stored.
  kForm,
  /// Validators too: those for all writes, for whole items or for updates besides. What stands inside of a
  /// value that an update sets is written whole.
  kAll,
  kPut,
  kUpdate,
};
/// What is wrong with one attribute's value, found at `path`; nothing is added where it is fine.
void check_value(const AttributeSchema& attribute, const Value& value, const std::string& path,
                 std::vector<AttributeError>& errors, Rigor rigor = Rigor::kAll);

/// The alternative of a variant that the value is one of; nullptr: of none.
[[nodiscard]] const AttributeSchema* alternative_of(const AttributeSchema& variant, const Value& value,
                                                    Rigor rigor);

/// What is wrong with a name in a record, found at `path`.
void check_name(const AttributeSchema& record, const std::string& name, const std::string& path,
                std::vector<AttributeError>& errors, Rigor rigor = Rigor::kAll);

/// What a validator, which may be empty, says of a value (nullptr: none was given).
void check_by(const AttributeSchema::Validator& validator, const Value* value, const std::string& path,
              std::vector<AttributeError>& errors);

/// A value with what is in it under stored names, transformed; and back (nullopt: it was not stored so).
[[nodiscard]] Value to_stored(const AttributeSchema& attribute, Value value);
[[nodiscard]] std::optional<Value> from_stored(const AttributeSchema& attribute, Value stored);

/// One error out of those of attributes, at least one.
[[nodiscard]] Error attributes_error(const EntitySchema& schema, std::vector<AttributeError> errors);

}  // namespace lodestone::model
