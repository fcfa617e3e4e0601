/// Whole items on their way between the program and the table.
///
/// On the way in: default → link → check of type, requirement and validator → setters, first those of
/// ordinary attributes, then those of watchers, which see the result of the first → transforms and stored
/// names. On the way out: stored names → names, transforms undone, getters, and hidden attributes go. Hooks
/// of a map's members see what else is in the map. Pure functions but for the hooks they call.
#pragma once

#include <optional>

#include "model/error.h"
#include "model/schema.h"
#include "model/value.h"

namespace lodestone::model {

/// A whole item, as put and upsert write it, by attribute name. Empty sets are left out: DynamoDB has none.
/// Errors: 4001 and 4002, with every attribute that was refused.
[[nodiscard]] Result<Record> prepare_item(const EntitySchema& schema, Record given, Moment now);

/// The attribute's own setter, and those inside of it.
[[nodiscard]] std::optional<Value> run_setters(const AttributeSchema& attribute, const Value* given,
                                               const AttributeSchema::Context& context);

/// Attributes under stored names, in the form in which they are stored.
[[nodiscard]] Record to_stored(const EntitySchema& schema, Record item);

/// What a reader sees of a stored item, by attribute name. Names that the entity does not know are left out.
[[nodiscard]] Record format_item(const EntitySchema& schema, Record stored, Moment now);

/// The same, where the item is as the entity says. Error 5002 where it is another entity's, where a required
/// attribute is missing (but not of a part of an item, `is_partial`) or one is not of its type.
[[nodiscard]] Result<Record> checked_item(const EntitySchema& schema, Record stored, Moment now,
                                          bool is_partial = false);

}  // namespace lodestone::model
