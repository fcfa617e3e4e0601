// this access pattern is of none of the service's entities
#include "tests/compile_fail/school.h"

void wrong(const Service<Users, Sessions>& people) {
  (void)people.query(Courses::by_id, field<& Course::courseId> = "c1");
}
