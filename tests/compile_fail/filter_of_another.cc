// where_of\(\): this entity is not in the service
#include "tests/compile_fail/school.h"

void wrong(const Service<Users, Sessions>& people) {
  (void)people.scan().where_of<Courses>(field<&Course::title> == "x");
}
