// toolbox\(\) keeps this name for itself
#include "tests/compile_fail/school.h"

struct Pet {
  std::string id;
  std::string created;
};
struct Pets {
  using Item = Pet;
  static constexpr auto name = toolbox("Pet");
  static constexpr auto attributes = lodestone::model::attributes<&Pet::id, &Pet::created>();
  static constexpr auto by_id = index().pk<&Pet::id>("id");
  static constexpr auto indexes = lodestone::model::indexes(by_id);
};

void wrong(const Table& table) { (void)Entity<Pets>(table); }
