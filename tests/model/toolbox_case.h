/// Entities and operations in the notation of tests/model/vectors/toolbox_cases.mjs.
#pragma once

#include <string>
#include <vector>

#include "model/reads.h"
#include "model/writes.h"
#include "tests/model/replay.h"

namespace lodestone::model::testing {

/// An entity, finished; hooks by name.
[[nodiscard]] Result<EntitySchema> toolbox_entity(const Json& json);

/// One operation. Keeps references to what it is given.
class ToolboxCase {
 public:
  ToolboxCase(const EntitySchema& schema, const Json& test, Moment now)
      : schema_(schema), test_(test), now_(now) {}

  /// The request as JSON, a value as JSON, or "error <number>".
  [[nodiscard]] std::string run() const;
  /// The request of an operation that is one.
  [[nodiscard]] Result<Request> build(const std::string& operation) const;

 private:
  [[nodiscard]] Result<Request> query() const;
  [[nodiscard]] Result<Request> update(bool merges) const;
  [[nodiscard]] const Json* option(const char* name) const;
  [[nodiscard]] Conditions where(const char* name) const;
  [[nodiscard]] Condition condition(const Json& json) const;
  [[nodiscard]] ReadOptions read_options() const;
  [[nodiscard]] WriteOptions write_options() const;
  [[nodiscard]] Record key() const { return plain_record(test_["key"], schema_); }

  const EntitySchema& schema_;
  const Json& test_;
  Moment now_;
};

}  // namespace lodestone::model::testing
