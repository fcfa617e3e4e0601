// two access patterns use the same index of the table
#include "tests/compile_fail/school.h"

struct Wrong {
  using Item = Course;
  static constexpr auto name = lodestone::model::name("myapp", "wrong");
  static constexpr auto attributes =
      lodestone::model::attributes<&Course::courseId, &Course::orgId, &Course::title>();
  static constexpr auto by_id = index().pk<&Course::courseId>("pk").sk<>("sk");
  static constexpr auto by_org = index("gsi1").pk<&Course::orgId>("gsi1pk").sk<>("gsi1sk");
  static constexpr auto by_title = index("gsi1").pk<&Course::title>("gsi2pk").sk<>("gsi2sk");
  static constexpr auto indexes = lodestone::model::indexes(by_id, by_org, by_title);
};

Entity<Wrong> wrong(const Table& table) { return Entity<Wrong>(table); }
