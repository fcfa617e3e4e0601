// only a number is calculated
#include "tests/compile_fail/school.h"

void wrong(const Entity<Users>& users) {
  (void)users.update(field<& User::userId> = "u1")
      .set(field<& User::name> = field<&User::email> + field<&User::name>);
}
