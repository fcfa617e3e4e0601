// this attribute is not part of the table
#include "tests/compile_fail/school.h"

void wrong(const Entity<Users>& users, const Entity<Sessions>& sessions, const School& school) {
  (void)users, (void)sessions, (void)school;
  (void)users.get(field<& User::userId> = "u1", field<& User::email> = "a@b.c");
}
