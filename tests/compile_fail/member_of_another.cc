// the member of a struct that is not the one at this place
#include "tests/compile_fail/school.h"

void wrong(const Entity<Users>& users, const Entity<Sessions>& sessions, const School& school) {
  (void)users, (void)sessions, (void)school;
  (void)(field<&Session::tags>[0][field<&Metadata::notes>] == "x");
}
