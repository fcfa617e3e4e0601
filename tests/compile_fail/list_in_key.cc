// keys are made from strings, numbers, booleans and enumerations
#include "tests/compile_fail/school.h"

struct Wrong {
  using Item = Session;
  static constexpr auto name = lodestone::model::name("myapp", "wrong");
  static constexpr auto attributes = lodestone::model::attributes<&Session::sessionId, &Session::tags>();
  static constexpr auto by_id = index().pk<&Session::sessionId>("pk").sk<&Session::tags>("sk");
  static constexpr auto indexes = lodestone::model::indexes(by_id);
};

Entity<Wrong> wrong(const Table& table) { return Entity<Wrong>(table); }
