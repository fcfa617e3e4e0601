/// What happens to an item's values between the program and the table: defaults, checks, hooks, stored names.
///
/// On the way in: default → link → check of type, requirement and validator → setters, first those of
/// ordinary attributes, then those of watchers, which see the result of the first → transforms and stored
/// names. On the way out: stored names → names, transforms undone, getters, and hidden attributes go. Pure
/// functions but for the hooks they call.
#pragma once

#include <vector>

#include "model/error.h"
#include "model/schema.h"
#include "model/value.h"

namespace lodestone::model {

/// A whole item, as put and upsert write it, by attribute name. Empty sets are left out: DynamoDB has none.
/// Errors: 4001 and 4002, with every attribute that was refused.
[[nodiscard]] Result<Record> prepare_item(const EntitySchema& schema, Record given, Moment now);

enum class Rigor : std::uint8_t {
  /// Types and choices: what may be stored.
  kForm,
  /// Validators too.
  kAll,
};
/// What is wrong with one attribute's value, found at `path`; nothing is added where it is fine.
void check_value(const AttributeSchema& attribute, const Value& value, const std::string& path,
                 std::vector<AttributeError>& errors, Rigor rigor = Rigor::kAll);

/// What a validator, which may be empty, says of a value (nullptr: none was given).
void check_by(const AttributeSchema::Validator& validator, const Value* value, const std::string& path,
              std::vector<AttributeError>& errors);

/// The attribute's own setter, and those inside of it.
[[nodiscard]] std::optional<Value> run_setters(const AttributeSchema& attribute, const Value* given,
                                               const AttributeSchema::Context& context);

/// Values under stored names, transformed; and back (nullopt: it was not stored so).
[[nodiscard]] Record to_stored(const EntitySchema& schema, Record item);
[[nodiscard]] Value to_stored(const AttributeSchema& attribute, Value value);
[[nodiscard]] std::optional<Value> from_stored(const AttributeSchema& attribute, Value stored);

/// What a reader sees of a stored item, by attribute name. Names that the entity does not know are left out.
[[nodiscard]] Record format_item(const EntitySchema& schema, Record stored, Moment now);

/// The same, where the item is as the entity says. Error 5002 where it is another entity's, where a required
/// attribute is missing (but not of a part of an item, `is_partial`) or one is not of its type.
[[nodiscard]] Result<Record> checked_item(const EntitySchema& schema, Record stored, Moment now,
                                          bool is_partial = false);

/// One error out of those of attributes, at least one.
[[nodiscard]] Error attributes_error(const EntitySchema& schema, std::vector<AttributeError> errors);

}  // namespace lodestone::model
