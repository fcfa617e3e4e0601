/// Changes of things as tests/clients/interchange/toolbox_changes.test.mjs asks for them, on the typed
/// surface.
#pragma once

#include <string>

#include <rapidjson/document.h>

#include "model/entity.h"
#include "tests/model/interchange/typed_things.h"

namespace lodestone::model::testing {

// Each answers with a line of JSON; throws Failed where the model or the service refuses.

[[nodiscard]] std::string change_thing(const Entity<typed::Things>& things, const rapidjson::Value& action);
[[nodiscard]] std::string transact_things(const Entity<typed::Things>& things,
                                          const rapidjson::Value& actions);
/// `key` has the partition's owner.
[[nodiscard]] std::string erase_partition(const Entity<typed::Things>& things, const Record& key);

}  // namespace lodestone::model::testing
