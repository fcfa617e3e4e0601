// this member belongs to another struct
#include "tests/compile_fail/school.h"

void wrong(const Entity<Users>& users, const Entity<Sessions>& sessions, const School& school) {
  (void)users, (void)sessions, (void)school;
  (void)users.update(field<& User::userId> = "u1").set(field<& Course::title> = "x");
}
