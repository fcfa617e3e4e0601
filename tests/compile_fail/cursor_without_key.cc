// give every attribute of the index's keys and of the table's
#include "tests/compile_fail/school.h"

void wrong(const Entity<Users>& users, const Entity<Sessions>& sessions, const School& school) {
  (void)users, (void)sessions, (void)school;
  (void)sessions.convert().cursor(Sessions::by_course, field<& Session::courseId> = "c1",
                                  field<& Session::scheduledDate> = "2025-01-01");
}
