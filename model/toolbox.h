/// DynamoDB-Toolbox's profile: what its items have besides their attributes, and how their keys look.
///
/// An entity is described as any other (model/schema.h): its access patterns have the attributes themselves
/// as keys (IndexKind::kAttributes), or keys made from templates or functions, which is what its computeKey
/// does. finish_toolbox() adds the internal attributes: one that names the entity, and two timestamps.
/// Source: https://www.dynamodbtoolbox.com/docs/entities/internal-attributes; measured: tests/model/vectors.
#pragma once

#include <string>

#include "model/error.h"
#include "model/schema.h"

namespace lodestone::model {

struct InternalAttribute {
  /// What the entity calls it.
  std::string name;
  /// What it is stored as.
  std::string saved_as;
  /// Whether readers do not see it.
  bool hidden = false;
  bool is_on = true;
};

struct ToolboxOptions {
  /// Tells items of one table apart: without it, queries and scans bring what other entities wrote too.
  InternalAttribute entity = {.name = "entity", .saved_as = "_et", .hidden = true};
  /// When the item was first written, and when last: both from the operation's one reading of the clock.
  InternalAttribute created = {.name = "created", .saved_as = "_ct"};
  InternalAttribute modified = {.name = "modified", .saved_as = "_md"};
};

/// In place of EntitySchema::finish(). Error 1018 where an attribute has the name of an internal one, or is
/// stored as one is.
[[nodiscard]] Result<Done> finish_toolbox(EntitySchema& schema, const ToolboxOptions& options = {});

}  // namespace lodestone::model
