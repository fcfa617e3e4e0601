// no viable conversion|no known conversion|no matching function|could not convert|cannot convert
#include "tests/compile_fail/school.h"

void wrong(const Entity<Users>& users, const Entity<Sessions>& sessions, const School& school) {
  (void)users, (void)sessions, (void)school;
  (void)users.erase(field<& User::userId> = "u1").where(field<&Course::title> == "x");
}
