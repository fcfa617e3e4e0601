/// What happens to an item's values between the program and the table: defaults, checks, hooks, stored names.
///
/// On the way in: default → check of type, requirement and validator → setters, first those of ordinary
/// attributes, then those of watchers, which see the result of the first. On the way out: stored names →
/// names, getters, and hidden attributes go. Pure functions but for the hooks they call.
#pragma once

#include <vector>

#include "model/error.h"
#include "model/schema.h"
#include "model/value.h"

namespace lodestone::model {

/// A whole item, as put and upsert write it, by attribute name. Empty sets are left out: DynamoDB has none.
/// Errors: 4001 and 4002, with every attribute that was refused.
[[nodiscard]] Result<Record> prepare_item(const EntitySchema& schema, Record given, Moment now);

/// What is wrong with one attribute's value, found at `path`; nothing is added where it is fine.
void check_value(const AttributeSchema& attribute, const Value& value, const std::string& path,
                 std::vector<AttributeError>& errors);

/// The attribute's own setter, and those inside of it.
[[nodiscard]] std::optional<Value> run_setters(const AttributeSchema& attribute, const Value* given,
                                               const AttributeSchema::Context& context);

/// Values under stored names.
[[nodiscard]] Record to_stored(const EntitySchema& schema, Record item);
[[nodiscard]] Value to_stored(const AttributeSchema& attribute, Value value);

/// What a reader sees of a stored item, by attribute name. Names that the entity does not know are left out.
[[nodiscard]] Record format_item(const EntitySchema& schema, Record stored, Moment now);

/// One error out of those of attributes, at least one.
[[nodiscard]] Error attributes_error(const EntitySchema& schema, std::vector<AttributeError> errors);

}  // namespace lodestone::model
