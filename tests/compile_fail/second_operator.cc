// a query has one sort-key operator
#include "tests/compile_fail/school.h"

void wrong(const Entity<Users>& users, const Entity<Sessions>& sessions, const School& school) {
  (void)users, (void)sessions, (void)school;
  constexpr auto kDate = field<&Session::scheduledDate>;
  (void)sessions.query(Sessions::by_course, field<& Session::courseId> = "c").gt(kDate = "a").lt(kDate = "b");
}
