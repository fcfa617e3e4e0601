// Transactions: results by action, tokens, reasons, sizes known when the program runs, gets of some
// attributes.

#include <gmock/gmock.h>

#include "tests/model/school_fixture.h"

namespace lodestone::model::school {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

class TransactionTest : public SchoolTest {
 protected:
  TransactionTest() { EXPECT_TRUE(succeeded(users.create(ada()).go())); }
  Course course(int number) const {
    return {.courseId = "c" + std::to_string(number), .orgId = "o1", .title = "t"};
  }
};

TEST_F(TransactionTest, EveryKindOfWriteTakesPart) {
  ASSERT_TRUE(succeeded(courses.put_all({course(1), course(2), course(3), course(4)})));
  const auto done =
      transaction(courses.put(course(9)), courses.create(course(8)), courses.upsert(course(1)),
                  courses.update(field<& Course::courseId> = "c2").set(field<& Course::title> = "two"),
                  courses.patch(field<& Course::courseId> = "c3").set(field<& Course::orgId> = "o2"),
                  courses.erase(field<& Course::courseId> = "c4"),
                  users.check(field<& User::userId> = "u1").where(field<&User::verified> == false),
                  users.remove(field<& User::userId> = "none"))
          .go();
  ASSERT_TRUE(succeeded(done));
  ASSERT_TRUE(done->canceled) << "nobody is called none";
  EXPECT_TRUE(std::get<7>(done->actions).rejected);
  EXPECT_EQ(std::get<7>(done->actions).message, "The conditional request failed");
  EXPECT_FALSE(std::get<6>(done->actions).rejected);
  EXPECT_EQ(std::get<6>(done->actions).code, "None");
  EXPECT_FALSE(courses.get(field<& Course::courseId> = "c9").go()->has_value());

  const auto again =
      transaction(courses.put(course(9)), courses.create(course(8)), courses.upsert(course(1)),
                  courses.update(field<& Course::courseId> = "c2").set(field<& Course::title> = "two"),
                  courses.patch(field<& Course::courseId> = "c3").set(field<& Course::orgId> = "o2"),
                  courses.erase(field<& Course::courseId> = "c4"),
                  users.check(field<& User::userId> = "u1").where(field<&User::verified> == false))
          .go();
  ASSERT_TRUE(succeeded(again));
  EXPECT_FALSE(again->canceled);
  EXPECT_EQ(courses.get(field<& Course::courseId> = "c2").require()->title, "two");
  EXPECT_THAT(courses.query(Courses::by_org, field<& Course::orgId> = "o2").go()->items, SizeIs(1));
  EXPECT_FALSE(courses.get(field<& Course::courseId> = "c4").go()->has_value());
}

TEST_F(TransactionTest, ATokenMakesItSafeToSendAgain) {
  const auto add = [&](int by) {
    return transaction(users.update(field<&User::userId> = "u1").add(field<&User::version> = by))
        .token("once-and-no-more")
        .go();
  };
  ASSERT_TRUE(succeeded(add(1)));
  ASSERT_TRUE(succeeded(add(1)));
  EXPECT_EQ(users.get(field<& User::userId> = "u1").require()->version, 1);
  const auto other = add(2);
  ASSERT_EQ(error_number(other), 5001);
  EXPECT_EQ(other.error().cause->name, "IdempotentParameterMismatchException");
}

TEST_F(TransactionTest, WhatTheServiceRefusesAsAWholeIsAnError) {
  const auto twice =
      transaction(users.erase(field<& User::userId> = "u1"), users.erase(field<& User::userId> = "u1")).go();
  ASSERT_EQ(error_number(twice), 5001);
  EXPECT_EQ(twice.error().cause->name, "ValidationException");
  const auto bare = transaction(users.check(field<& User::userId> = "u1")).go();
  ASSERT_EQ(error_number(bare), 2006) << "a check without a condition";
  EXPECT_EQ(bare.error().entity, "user");
  EXPECT_EQ(error_number(transaction(users.create({.userId = "u2", .email = {}, .name = {}})).go()), 4001);
}

TEST_F(TransactionTest, OfAsManyActionsAsThereAre) {
  std::vector<WriteOperation> actions;
  for (int i = 0; i < 99; ++i) actions.push_back(courses.create(course(i)));
  actions.push_back(users.update(field<& User::userId> = "u1")
                        .set(field<& User::name> = "x")
                        .where(field<&User::version> == 7)
                        .return_on_failure());
  const auto refused = transaction(actions).go();
  ASSERT_TRUE(succeeded(refused));
  ASSERT_TRUE(refused->canceled);
  ASSERT_THAT(refused->actions, SizeIs(100));
  EXPECT_FALSE(refused->actions[0].rejected);
  EXPECT_TRUE(refused->actions[99].rejected);
  EXPECT_EQ(refused->actions[99].code, "ConditionalCheckFailed");
  EXPECT_EQ(refused->actions[99].item<Users>()->name, "Ada");
  EXPECT_FALSE(refused->actions[99].item<Courses>().has_value()) << "it is no course";
  EXPECT_FALSE(refused->actions[0].item<Courses>().has_value());

  actions.pop_back();
  EXPECT_THAT(transaction(actions).token("t").params().value(), HasSubstr(R"("ClientRequestToken":"t")"));
  const auto done = transaction(actions).go();
  ASSERT_TRUE(succeeded(done));
  EXPECT_FALSE(done->canceled);
  EXPECT_EQ(courses.scan().all().go()->size(), 99U);

  while (actions.size() < 101) actions.push_back(courses.put(course(1)));
  EXPECT_EQ(error_number(transaction(actions).go()), 2006);
  EXPECT_EQ(error_number(transaction(std::vector<WriteOperation>()).params()), 2006);
}

TEST_F(TransactionTest, ReadsOfOneMoment) {
  ASSERT_TRUE(succeeded(courses.create(course(1)).go()));
  const auto some = transact_get(users.get(field<& User::userId> = "u1").only<&User::name>(),
                                 courses.get(field<& Course::courseId> = "c1"),
                                 courses.get(field<& Course::courseId> = "c2"));
  EXPECT_THAT(some.params().value(), HasSubstr(R"("ProjectionExpression":"#pk, #sk, #name")"));
  const auto found = some.go();
  ASSERT_TRUE(succeeded(found));
  EXPECT_EQ(std::get<0>(*found)->get<&User::name>(), "Ada");
  EXPECT_EQ(std::get<1>(*found)->title, "t");
  EXPECT_FALSE(std::get<2>(*found).has_value());

  std::vector<GetOperation> gets;
  for (int i = 0; i < 3; ++i) {
    gets.push_back(courses.get(field<& Course::courseId> = "c" + std::to_string(i)));
  }
  gets.push_back(users.get(field<& User::userId> = "u1"));
  const auto many = transact_get(gets).go();
  ASSERT_TRUE(succeeded(many));
  ASSERT_EQ(many->size(), 4U);
  EXPECT_FALSE(many->get<Courses>(0)->has_value());
  EXPECT_EQ((*many->get<Courses>(1))->courseId, "c1");
  EXPECT_EQ((*many->get<Users>(3))->name, "Ada");
  EXPECT_EQ(error_number(many->get<Users>(1)), 2006);
  EXPECT_EQ(error_number(many->get<Users>(many->size())), 2006);
  EXPECT_EQ(error_number(transact_get(std::vector<GetOperation>(101, gets[0])).go()), 2006);
}

TEST_F(TransactionTest, AnotherEntitysItemsAreReadWhereAsked) {
  ASSERT_TRUE(
      connection
          .execute("PutItem",
                   R"({"TableName":"school","Item":{"pk":{"S":"$myapp#courseid_c7"},"sk":{"S":"$course_1"},
                      "courseId":{"S":"c7"},"orgId":{"S":"o"},"title":{"S":"t"},"__edb_e__":{"S":"lecture"},
                      "__edb_v__":{"S":"1"}}})")
          .ok());
  auto get = courses.get(field<& Course::courseId> = "c7");
  EXPECT_FALSE(std::get<0>(*transact_get(get).go()).has_value());
  EXPECT_TRUE(std::get<0>(*transact_get(get.ignore_ownership()).go()).has_value());
}

}  // namespace
}  // namespace lodestone::model::school
