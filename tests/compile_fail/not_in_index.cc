// an attribute given here is not part of this index
#include "tests/compile_fail/school.h"

void wrong(const Entity<Users>& users, const Entity<Sessions>& sessions, const School& school) {
  (void)users, (void)sessions, (void)school;
  (void)users.query(Users::by_email, field<& User::email> = "a@b.c", field<& User::name> = "x");
}
