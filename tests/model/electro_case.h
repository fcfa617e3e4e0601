/// One operation of tests/model/vectors/electrodb_cases.mjs, in the notation that stands there.
#pragma once

#include <string>
#include <vector>

#include "model/keys.h"
#include "model/reads.h"
#include "model/writes.h"
#include "tests/model/replay.h"

namespace lodestone::model::testing {

/// Keeps references to what it is given.
class ElectroCase {
 public:
  ElectroCase(const EntitySchema& schema, const Json& test, Moment now = {})
      : schema_(schema), test_(test), now_(now) {}

  /// The request as JSON, a value as JSON, or "error <number>".
  [[nodiscard]] std::string run();
  /// The request of an operation that is one.
  [[nodiscard]] Result<Request> build(const std::string& operation);

  void read_sort_key(SortOperator& sort_operator, Record& from, Record& to) const;
  [[nodiscard]] Conditions where() const;
  [[nodiscard]] ReadOptions read_options() const;

 private:
  [[nodiscard]] Record record(const char* name) const { return plain_record(test_[name], schema_); }
  [[nodiscard]] Record key() const { return record("key"); }
  [[nodiscard]] const IndexSchema* index() const;
  [[nodiscard]] Strictness strictness() const;
  [[nodiscard]] WriteOptions write_options() const;
  [[nodiscard]] Condition condition(const Json& json) const;
  [[nodiscard]] const AttributeSchema* attribute_at(const Path& path) const;
  void add_step(std::vector<UpdateStep>& steps, UpdateKind kind, const std::string& at, const Json* operand,
                const Json* start = nullptr) const;
  [[nodiscard]] std::vector<UpdateStep> steps();
  [[nodiscard]] std::string parse() const;
  [[nodiscard]] std::string cursor() const;
  [[nodiscard]] std::string transact_write() const;
  [[nodiscard]] std::string transact_get() const;
  [[nodiscard]] std::string batch_get() const;
  [[nodiscard]] std::string batch_write(bool is_put) const;

  const EntitySchema& schema_;
  const Json& test_;
  Moment now_;
  Record composites_;
};

}  // namespace lodestone::model::testing
