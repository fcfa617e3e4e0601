// give every attribute of the index
#include "tests/compile_fail/school.h"

void wrong(const Entity<Users>& users, const Entity<Sessions>& sessions, const School& school) {
  (void)users, (void)sessions, (void)school;
  (void)users.query(Users::by_role, field<& User::createdAt> = "2025");
}
