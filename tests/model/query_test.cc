// Many items at a time: queries, cursors, pages, filters, scans, batches, collections, transactions.

#include <gmock/gmock.h>

#include "tests/model/school_fixture.h"

namespace lodestone::model::school {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class QueryTest : public SchoolTest {
 protected:
  QueryTest() {
    for (int day = 1; day <= 9; ++day) {
      const std::string number = std::to_string(day);
      const auto created = sessions
                               .create({.sessionId = "s" + number,
                                        .userId = day % 2 == 0 ? "even" : "odd",
                                        .courseId = "c1",
                                        .scheduledDate = "2025-01-0" + number,
                                        .durationMinutes = 15 * day,
                                        .status = day < 5 ? Status::COMPLETED : Status::SCHEDULED})
                               .go();
      EXPECT_EQ(said(created), "ok");
    }
  }

  template <class T>
  static std::vector<std::string> ids(const Result<Page<T>>& page) {
    std::vector<std::string> found;
    if (!page.ok()) return {to_string(page.error())};
    for (const T& item : *page) found.push_back(item.sessionId);
    return found;
  }

  auto by_course() { return sessions.query(Sessions::by_course, field<&Session::courseId> = "c1"); }
};

TEST_F(QueryTest, NarrowsBySortKey) {
  constexpr auto kDate = field<&Session::scheduledDate>;
  EXPECT_EQ(ids(by_course().go()).size(), 9U);
  EXPECT_THAT(ids(by_course().begins(kDate = "2025-01-03").go()), ElementsAre("s3"));
  EXPECT_THAT(ids(by_course().gt(kDate = "2025-01-07").go()), ElementsAre("s8", "s9"));
  EXPECT_THAT(ids(by_course().gte(kDate = "2025-01-08").go()), ElementsAre("s8", "s9"));
  EXPECT_THAT(ids(by_course().lt(kDate = "2025-01-03").go()), ElementsAre("s1", "s2"));
  EXPECT_THAT(ids(by_course().lte(kDate = "2025-01-02").go()), ElementsAre("s1", "s2"));
  EXPECT_THAT(ids(by_course().between(kDate = "2025-01-04", kDate = "2025-01-06").go()),
              ElementsAre("s4", "s5", "s6"));
  EXPECT_THAT(ids(by_course().descending().limit(2).go()), ElementsAre("s9", "s8"));
}

TEST_F(QueryTest, GoesOnFromACursor) {
  const auto first = by_course().limit(4).go();
  ASSERT_EQ(said(first), "ok");
  EXPECT_THAT(ids(first), ElementsAre("s1", "s2", "s3", "s4"));
  ASSERT_TRUE(first->cursor.has_value());
  const auto second = by_course().limit(4).from(first->cursor).go();
  EXPECT_THAT(ids(second), ElementsAre("s5", "s6", "s7", "s8"));
  EXPECT_THAT(ids(by_course().from(second->cursor).go()), ElementsAre("s9"));
  EXPECT_EQ(by_course().from("nonsense").go().error().number(), 5005);
  EXPECT_EQ(by_course().limit(0).go().error().number(), 2006);
}

TEST_F(QueryTest, ReadsSeveralPages) {
  EXPECT_EQ(ids(by_course().limit(2).pages(3).go()).size(), 6U);
  EXPECT_EQ(ids(by_course().limit(2).all().go()).size(), 9U);
  const auto three = by_course().limit(2).count(3).go();
  EXPECT_THAT(ids(three), ElementsAre("s1", "s2", "s3"));
  EXPECT_THAT(ids(by_course().limit(2).count(2).from(three->cursor).go()), ElementsAre("s4", "s5"))
      << "the rest of a page is not lost";
}

TEST_F(QueryTest, FiltersByConditionsAsTheyAreComposed) {
  const auto some =
      by_course()
          .where(field<&Session::status> == Status::COMPLETED || field<&Session::durationMinutes> > 130)
          .where(field<&Session::durationMinutes> >= 30)
          .go();
  EXPECT_THAT(ids(some), ElementsAre("s2", "s3", "s4", "s9"));
  EXPECT_THAT(ids(by_course().where(field<&Session::durationMinutes>.between(60, 75)).go()),
              ElementsAre("s4", "s5"));
  EXPECT_THAT(ids(by_course().where(field<&Session::userId>.in("even", "nobody")).go()),
              ElementsAre("s2", "s4", "s6", "s8"));
  EXPECT_THAT(ids(by_course().where(!(field<&Session::userId> == "even")).go()).size(), 5U);
  EXPECT_THAT(ids(by_course().where(field<&Session::metadata>.exists()).go()), IsEmpty());
}

TEST_F(QueryTest, SelectsAttributesAndCounts) {
  const auto page = by_course().limit(1).select<&Session::scheduledDate, &Session::attendeeCount>();
  ASSERT_EQ(said(page), "ok");
  EXPECT_EQ(page->items[0].get<&Session::scheduledDate>(), "2025-01-01");
  EXPECT_EQ(page->items[0].get<&Session::attendeeCount>(), std::nullopt);
  const auto only = by_course().limit(1).only<&Session::scheduledDate>();
  EXPECT_THAT(only.params().value(), testing::HasSubstr(R"(#sk, #scheduledDate",)"));
  EXPECT_EQ(only.go()->items[0].get<&Session::scheduledDate>(), "2025-01-01");
  const auto count = by_course().count_items();
  ASSERT_EQ(said(count), "ok");
  EXPECT_EQ(*count, 9);
}

TEST_F(QueryTest, Scans) {
  ASSERT_EQ(said(courses.create({.courseId = "c1", .orgId = "o1", .title = "Analysis"}).go()), "ok");
  EXPECT_EQ(ids(sessions.scan().all().go()).size(), 9U) << "items of other entities are left out";
  EXPECT_EQ(courses.scan().go()->size(), 1U);
  EXPECT_EQ(ids(sessions.scan().parallel(4).go()).size(), 9U);
  std::size_t found = 0;
  for (int segment = 0; segment < 3; ++segment) {
    found += ids(sessions.scan().segment(segment, 3).all().go()).size();
  }
  EXPECT_EQ(found, 9U);
  EXPECT_EQ(ids(sessions.scan(Sessions::by_user).where(field<&Session::durationMinutes> < 40).go()).size(),
            2U);
}

TEST_F(QueryTest, FindsTheBestIndex) {
  EXPECT_THAT(
      ids(sessions.match(field<& Session::userId> = "even", field<& Session::scheduledDate> = "2025-01-04")
              .go()),
      ElementsAre("s4"));
  EXPECT_THAT(
      *sessions.match(field<& Session::userId> = "even", field<& Session::scheduledDate> = "2025-01-04")
           .params(),
      HasSubstr(R"("IndexName":"gsi2")"));
  EXPECT_THAT(*sessions.match(field<& Session::durationMinutes> = 30).params(),
              Not(HasSubstr("KeyCondition")));
  EXPECT_EQ(ids(sessions.find(field<& Session::courseId> = "c1", field<& Session::durationMinutes> = 30).go())
                .size(),
            9U);
}

TEST_F(QueryTest, BatchesOfAnySize) {
  std::vector<Course> many;
  std::vector<Key<Courses>> keys;
  for (int i = 0; i < 130; ++i) {
    many.push_back({.courseId = "c" + std::to_string(i), .orgId = "o1", .title = "t"});
    keys.push_back(courses.key(field<& Course::courseId> = "c" + std::to_string(i)));
  }
  std::vector<std::size_t> progress;
  forget_calls();
  const auto written =
      courses.put_all(many, {.progress = [&](const BatchProgress& now) { progress.push_back(now.done); }});
  ASSERT_EQ(said(written), "ok");
  EXPECT_THAT(*written, IsEmpty());
  EXPECT_THAT(progress, ElementsAre(25, 50, 75, 100, 125, 130));
  EXPECT_EQ(operations().size(), 6U);

  keys.push_back(courses.key(field<& Course::courseId> = "nobody"));
  keys.push_back(keys.front());
  const auto read = courses.get_all(keys);
  ASSERT_EQ(said(read), "ok");
  ASSERT_EQ(read->items.size(), 132U);
  EXPECT_EQ(read->items[129]->courseId, "c129");
  EXPECT_FALSE(read->items[130].has_value());
  EXPECT_EQ(read->items[131]->courseId, "c0");
  EXPECT_THAT(read->unprocessed, IsEmpty());

  keys.pop_back();
  ASSERT_EQ(said(courses.erase_all(keys)), "ok");
  EXPECT_EQ(courses.scan().go()->size(), 0U);
}

TEST_F(QueryTest, CollectionsGatherSeveralEntities) {
  auto user = ada();
  user.orgId = "o1";
  ASSERT_EQ(said(users.create(user).go()), "ok");
  ASSERT_EQ(said(courses.create({.courseId = "c1", .orgId = "o1", .title = "Analysis"}).go()), "ok");
  ASSERT_EQ(said(courses.create({.courseId = "c2", .orgId = "o2", .title = "Algebra"}).go()), "ok");
  const auto found = school.collection<"organization">(field<& Course::orgId> = "o1").go();
  ASSERT_EQ(said(found), "ok");
  ASSERT_EQ(found->get<Users>().size(), 1U);
  ASSERT_EQ(found->get<Courses>().size(), 1U);
  EXPECT_EQ(found->get<Users>()[0].name, "Ada");
  EXPECT_EQ(found->get<Courses>()[0].title, "Analysis");
  const auto first = school.collection<"organization">(field<& User::orgId> = "o1").limit(1).go();
  EXPECT_TRUE(first->cursor.has_value());
  EXPECT_EQ(
      school.collection<"organization">(field<& User::orgId> = "o1").limit(1).all().go()->get<Users>().size(),
      1U);
}

TEST_F(QueryTest, TransactionsHappenTogetherOrNotAtAll) {
  ASSERT_EQ(said(users.create(ada()).go()), "ok");
  const auto done = transaction(users.update(field<& User::userId> = "u1")
                                    .set(field<& User::verified> = true)
                                    .where(field<&User::verified> == false),
                                courses.create({.courseId = "c1", .orgId = "o1", .title = "Analysis"}))
                        .token("first")
                        .go();
  ASSERT_EQ(said(done), "ok");
  EXPECT_FALSE(done->canceled);
  EXPECT_EQ(std::get<0>(done->actions).code, "None");

  const auto refused = transaction(courses.create({.courseId = "c2", .orgId = "o1", .title = "Algebra"}),
                                   users.update(field<& User::userId> = "u1")
                                       .set(field<& User::name> = "x")
                                       .where(field<&User::verified> == false)
                                       .return_on_failure())
                           .go();
  ASSERT_EQ(said(refused), "ok");
  EXPECT_TRUE(refused->canceled);
  EXPECT_FALSE(std::get<0>(refused->actions).rejected);
  EXPECT_TRUE(std::get<1>(refused->actions).rejected);
  EXPECT_EQ(std::get<1>(refused->actions).code, "ConditionalCheckFailed");
  ASSERT_TRUE(std::get<1>(refused->actions).item.has_value());
  EXPECT_EQ(std::get<1>(refused->actions).item->name, "Ada");
  EXPECT_FALSE(courses.get(field<& Course::courseId> = "c2").go()->has_value());

  const auto both =
      transact_get(users.get(field<& User::userId> = "u1"), courses.get(field<& Course::courseId> = "c2"))
          .go();
  ASSERT_EQ(said(both), "ok");
  EXPECT_EQ(std::get<0>(*both)->verified, true);
  EXPECT_FALSE(std::get<1>(*both).has_value());
}

TEST_F(QueryTest, ConvertsKeysAndCursors) {
  const auto convert = sessions.convert();
  const auto cursor =
      convert.cursor(Sessions::by_course, field<& Session::sessionId> = "s4",
                     field<& Session::courseId> = "c1", field<& Session::scheduledDate> = "2025-01-04");
  ASSERT_EQ(said(cursor), "ok");
  EXPECT_THAT(ids(by_course().from(*cursor).limit(1).go()), ElementsAre("s5"));
  const auto keys = convert.keys_of_cursor(*cursor);
  const auto composites = convert.composites(Sessions::by_course, *keys);
  ASSERT_EQ(said(composites), "ok");
  EXPECT_EQ(composites->get<&Session::scheduledDate>(), "2025-01-04");
}

/// Leaves out all but the first of each batch, as the service does when it is short of capacity.
class StingyConnection final : public Connection {
 public:
  explicit StingyConnection(Connection& inner) : inner_(inner) {}
  bool gives_nothing = false;

 private:
  lodestone::Result<void, ConnectionError> run(std::string_view operation, std::string_view json,
                                               const CallOptions*, ServiceReply& reply) override {
    std::string request(json);
    if (operation == "BatchWriteItem") {
      const std::string_view next = R"(,{"PutRequest")";
      const std::size_t second = request.find(next);
      if (gives_nothing || second != std::string::npos) {
        const std::size_t from = gives_nothing ? request.find(R"({"PutRequest")") : second + 1;
        const std::size_t to = request.rfind(']');
        const std::string left = request.substr(from, to - from);
        request.erase(gives_nothing ? from : second, to - (gives_nothing ? from : second));
        if (!gives_nothing) {
          EXPECT_TRUE(inner_.execute(operation, request).ok());
        }
        reply.body = R"({"UnprocessedItems":{"school":[)" + left + "]}}";
        return {};
      }
    }
    return inner_.execute_into(reply, operation, request);
  }
  Connection& inner_;
};

TEST_F(QueryTest, BatchesAreSentAgainForWhatIsLeftOut) {
  StingyConnection stingy(connection);
  std::vector<std::chrono::milliseconds> waits;
  Table slow(stingy, "school", {.wait = [&](std::chrono::milliseconds pause) { waits.push_back(pause); }});
  const Entity<Courses> slow_courses(slow);
  const std::vector<Course> some = {{.courseId = "a", .orgId = "o", .title = "t"},
                                    {.courseId = "b", .orgId = "o", .title = "t"},
                                    {.courseId = "c", .orgId = "o", .title = "t"}};
  const auto written = slow_courses.put_all(some);
  ASSERT_EQ(said(written), "ok");
  EXPECT_THAT(*written, IsEmpty());
  EXPECT_EQ(waits.size(), 2U);
  EXPECT_EQ(courses.scan().go()->size(), 3U);

  stingy.gives_nothing = true;
  waits.clear();
  EXPECT_THAT(*slow_courses.put_all(some), ElementsAre(0, 1, 2)) << "told, after patience has run out";
  EXPECT_EQ(waits.size(), 8U);
  EXPECT_GT(waits.back(), waits.front());
}

}  // namespace
}  // namespace lodestone::model::school
