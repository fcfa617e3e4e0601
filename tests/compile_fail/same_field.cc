// two of them are stored under the same name
#include "tests/compile_fail/school.h"

struct Wrong {
  using Item = Course;
  static constexpr auto name = lodestone::model::name("myapp", "wrong");
  static constexpr auto attributes = lodestone::model::attributes<&Course::courseId, &Course::orgId>(
      attr<&Course::title>().saved_as("orgId"));
  static constexpr auto by_id = index().pk<&Course::courseId>("pk").sk<>("sk");
  static constexpr auto indexes = lodestone::model::indexes(by_id);
};

Entity<Wrong> wrong(const Table& table) { return Entity<Wrong>(table); }
