// this attribute is read_only
#include "tests/compile_fail/school.h"

struct Grade {
  int points = 0;
  std::string given = {};
  static constexpr auto attributes() {
    return lodestone::model::attributes<&Grade::points>(attr<&Grade::given>().read_only());
  }
};
struct Exam {
  std::string id;
  std::optional<Grade> grade = {};
};
struct Exams {
  using Item = Exam;
  static constexpr auto name = lodestone::model::name("myapp", "exam");
  static constexpr auto attributes = lodestone::model::attributes<&Exam::id, &Exam::grade>();
  static constexpr auto by_id = index().pk<&Exam::id>("pk").sk<>("sk");
  static constexpr auto indexes = lodestone::model::indexes(by_id);
};

void wrong(const Entity<Exams>& exams) {
  (void)exams.update(field<& Exam::id> = "e1").set(field<&Exam::grade, &Grade::points> = 3);
  (void)exams.update(field<& Exam::id> = "e1").set(field<&Exam::grade, &Grade::given> = "today");
}
