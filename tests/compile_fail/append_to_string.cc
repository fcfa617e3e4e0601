// append(): to lists only
#include "tests/compile_fail/school.h"

void wrong(const Entity<Users>& users, const Entity<Sessions>& sessions, const School& school) {
  (void)users, (void)sessions, (void)school;
  (void)sessions.update(field<& Session::sessionId> = "s").append(field<& Session::attendeeCount> = 1);
}
