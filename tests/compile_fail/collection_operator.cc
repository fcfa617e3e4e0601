// sort-key operators are for clustered collections
#include "tests/compile_fail/school.h"

void wrong(const Entity<Users>& users, const Entity<Sessions>& sessions, const School& school) {
  (void)users, (void)sessions, (void)school;
  (void)school.collection<"organization">(field<& User::orgId> = "o1").gt(field<& User::userId> = "u1");
}
