// a key is made from a member that is not among the entity's attributes
#include "tests/compile_fail/school.h"

struct Wrong {
  using Item = Course;
  static constexpr auto name = lodestone::model::name("myapp", "wrong");
  static constexpr auto attributes = lodestone::model::attributes<&Course::courseId, &Course::title>();
  static constexpr auto by_id = index().pk<&Course::courseId>("pk").sk<>("sk");
  static constexpr auto by_org = index("gsi1").pk<&Course::orgId>("gsi1pk").sk<>("gsi1sk");
  static constexpr auto indexes = lodestone::model::indexes(by_id, by_org);
};

Entity<Wrong> wrong(const Table& table) { return Entity<Wrong>(table); }
