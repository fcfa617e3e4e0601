// no entity of this service has a collection of this name
#include "tests/compile_fail/school.h"

void wrong(const Entity<Users>& users, const Entity<Sessions>& sessions, const School& school) {
  (void)users, (void)sessions, (void)school;
  (void)school.collection<"organisation">(field<& User::orgId> = "o1");
}
