// a query has one sort-key operator, right behind
#include "tests/compile_fail/school.h"

void wrong(const Entity<Users>& users, const Entity<Sessions>& sessions, const School& school) {
  (void)users, (void)sessions, (void)school;
  auto query = sessions.query(Sessions::by_course, field<& Session::courseId> = "c");
  (void)query.where(field<&Session::durationMinutes> > 5).gt(field<& Session::scheduledDate> = "a");
}
