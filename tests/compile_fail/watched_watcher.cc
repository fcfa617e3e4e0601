// watch\(\) names an attribute that watches others itself
#include "tests/compile_fail/school.h"

struct Wrong {
  using Item = Course;
  static constexpr auto name = lodestone::model::name("myapp", "wrong");
  static constexpr auto attributes = lodestone::model::attributes<&Course::courseId>(
      attr<&Course::title>().watch<&Course::orgId>().set([](const std::string& title) { return title; }),
      attr<&Course::orgId>().watch_all().set([](const std::string& id) { return id; }));
  static constexpr auto by_id = index().pk<&Course::courseId>("pk").sk<>("sk");
  static constexpr auto indexes = lodestone::model::indexes(by_id);
};

Entity<Wrong> wrong(const Table& table) { return Entity<Wrong>(table); }
