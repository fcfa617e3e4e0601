// this attribute was not selected
#include "tests/compile_fail/school.h"

void wrong(const Entity<Users>& users, const Entity<Sessions>& sessions, const School& school) {
  (void)users, (void)sessions, (void)school;
  (void)(*users.get(field<& User::userId> = "u1").select<&User::name>())->get<&User::email>();
}
