// nothing would ever be in an index whose keys are made from no member
#include "tests/compile_fail/school.h"

struct Wrong {
  using Item = Course;
  static constexpr auto name = lodestone::model::name("myapp", "wrong");
  static constexpr auto attributes =
      lodestone::model::attributes<&Course::courseId, &Course::orgId, &Course::title>();
  static constexpr auto by_id = index().pk<&Course::courseId>("pk").sk<>("sk");
  static constexpr auto all = index("gsi1").pk_template<>("gsi1pk", "ALL").sk<>("gsi1sk");
  static constexpr auto indexes = lodestone::model::indexes(by_id, all);
};

Entity<Wrong> wrong(const Table& table) { return Entity<Wrong>(table); }
