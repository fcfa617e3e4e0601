// the other attribute is of another type
#include "tests/compile_fail/school.h"

void wrong(const Entity<Users>& users, const Entity<Sessions>& sessions, const School& school) {
  (void)users, (void)sessions, (void)school;
  (void)users.erase(field<& User::userId> = "u1").where(field<&User::name> == field<&User::verified>);
}
