#include "library.h"
#include "model/testing/table_test.h"

class LibraryTest : public model::TableTest<Library> {};

TEST_F(LibraryTest, LoansAreForgotten) {
  const auto& loans = service.of<Loans>();
  const auto tomorrow = std::chrono::sys_seconds(std::chrono::floor<std::chrono::seconds>(clock.now()) + std::chrono::days(1));
  ASSERT_TRUE(succeeded(loans.create({.loanId = "l1", .readerId = "r1", .isbn = "978-0", .branch = "north",
                                      .due = "2025-05-01", .forgetAt = tomorrow}).go()));
  pass(std::chrono::hours(25));
  EXPECT_FALSE(loans.get(field<&Loan::loanId> = "l1").go()->has_value());
}

TEST_F(LibraryTest, NothingIsWrittenThatIsNotValid) {
  const auto refused = service.of<Readers>().create({.readerId = "r1", .email = "x", .name = "Eve", .branch = "north"}).go();
  EXPECT_EQ(error_number(refused), 4002);
  EXPECT_TRUE(operations().empty());
}
