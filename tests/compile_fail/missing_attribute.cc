// a required attribute is missing
#include "tests/compile_fail/school.h"

void wrong(const Entity<Users>& users, const Entity<Sessions>& sessions, const School& school) {
  (void)users, (void)sessions, (void)school;
  (void)users.create(field<& User::userId> = "u1", field<& User::email> = "a@b.c");
}
