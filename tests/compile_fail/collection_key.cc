// give every attribute of the collection
#include "tests/compile_fail/school.h"

void wrong(const Entity<Users>& users, const Entity<Sessions>& sessions, const School& school) {
  (void)users, (void)sessions, (void)school;
  (void)school.collection<"organization">();
}
