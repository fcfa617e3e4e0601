/// What an update's steps become before they are text: checked, their setters run, and others added by
/// defaults, links and watchers.
///
/// Pure functions but for the entity's hooks; thread-safe.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/error.h"
#include "model/schema.h"
#include "model/value.h"
#include "model/writes.h"

namespace lodestone::model {

struct CheckedSteps {
  /// What is being set, by attribute name: what keys are made from.
  Record set;
  std::vector<std::string> removed;
};

/// Adds what the update sets besides what it was told to. Errors: 4001 and 4002, with every attribute that
/// was refused; 2013 where a key would not stay true.
[[nodiscard]] Result<CheckedSteps> prepare_update(const EntitySchema& schema, std::vector<UpdateStep>& steps,
                                                  Moment now);
/// The same checks for what an upsert does besides writing its item.
[[nodiscard]] Result<Done> check_upsert_steps(const EntitySchema& schema, std::vector<UpdateStep>& steps,
                                              Moment now);

/// Whether an attribute is a part of a key that is made from several, or from a template.
[[nodiscard]] bool is_composite(const EntitySchema& schema, std::string_view attribute);

}  // namespace lodestone::model
