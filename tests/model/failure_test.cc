// What goes wrong on the way: connections that fail in the middle, batches that are never done, cursors of
// strangers, items that others damaged or wrote in other versions; and many threads at one entity.

#include <atomic>
#include <limits>
#include <thread>

#include <gmock/gmock.h>

#include "model/cursor.h"
#include "model/json.h"
#include "tests/model/school_fixture.h"

namespace lodestone::model::school {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

/// Hands calls on, as far as it is told to.
class UnsteadyConnection final : public Connection {
 public:
  explicit UnsteadyConnection(Connection& inner) : inner_(inner) {}

  /// So many calls go through; the others fail as a network does.
  std::atomic<int> calls_that_work = std::numeric_limits<int>::max();
  /// How many keys of a BatchGetItem are looked at; the service leaves out the others.
  std::size_t keys_per_call = 100;

 private:
  lodestone::Result<void, ConnectionError> run(std::string_view operation, std::string_view json,
                                               const CallOptions*, ServiceReply& reply) override {
    if (calls_that_work-- <= 0) {
      ConnectionError error;
      error.kind = FailureKind::kNetwork;
      error.message = "the connection was reset";
      error.may_have_run = true;
      return failure(std::move(error));
    }
    if (operation == "BatchGetItem") return run_some(std::string(json), reply);
    return inner_.execute_into(reply, operation, json);
  }

  lodestone::Result<void, ConnectionError> run_some(std::string request, ServiceReply& reply) {
    const std::string_view next = R"({"pk")";
    std::size_t cut = request.find(next);
    for (std::size_t i = 0; i < keys_per_call && cut != std::string::npos; ++i) {
      cut = request.find(next, cut + 1);
    }
    if (cut == std::string::npos) return inner_.execute_into(reply, "BatchGetItem", request);
    const std::size_t end = request.find(']', cut);
    const std::string left = request.substr(cut, end - cut);
    const std::string unprocessed = R"("UnprocessedKeys":{"school":{"Keys":[)" + left + "]}}";
    if (keys_per_call == 0) {
      reply.body = R"({"Responses":{},)" + unprocessed + "}";
      return {};
    }
    request.erase(cut - 1, end - cut + 1);
    LODESTONE_TRY(inner_.execute_into(reply, "BatchGetItem", request));
    const std::size_t empty = reply.body.find(R"("UnprocessedKeys":{})");
    reply.body.replace(empty, std::string_view(R"("UnprocessedKeys":{})").size(), unprocessed);
    return {};
  }

  Connection& inner_;
};

class FailureTest : public SchoolTest {
 protected:
  std::vector<Course> many(int count) const {
    std::vector<Course> made;
    for (int i = 0; i < count; ++i) {
      made.push_back({.courseId = "c" + std::to_string(i), .orgId = "o1", .title = "t"});
    }
    return made;
  }
  std::vector<Key<Courses>> keys(int count) const {
    std::vector<Key<Courses>> made;
    for (int i = 0; i < count; ++i)
      made.push_back(courses.key(field<& Course::courseId> = "c" + std::to_string(i)));
    return made;
  }

  UnsteadyConnection unsteady{connection};
  std::vector<std::chrono::milliseconds> waits;
  Table shaky{
      unsteady, "school", {.wait = [this](std::chrono::milliseconds pause) { waits.push_back(pause); }}};
  Entity<Courses> shaky_courses{shaky};
};

TEST_F(FailureTest, OneMoreThanACallHoldsIsAnotherCall) {
  ASSERT_TRUE(succeeded(courses.put_all(many(25))));
  EXPECT_THAT(operations(), SizeIs(1));
  ASSERT_TRUE(succeeded(courses.put_all(many(26))));
  EXPECT_THAT(operations(), SizeIs(3));
  forget_calls();
  ASSERT_TRUE(succeeded(courses.get_all(keys(100))));
  EXPECT_THAT(operations(), SizeIs(1));
  ASSERT_TRUE(succeeded(courses.get_all(keys(101))));
  EXPECT_THAT(operations(), SizeIs(3));
  ASSERT_TRUE(succeeded(courses.get_all({})));
  EXPECT_THAT(operations(), SizeIs(3)) << "nothing to ask for";
}

TEST_F(FailureTest, AConnectionThatFailsInTheMiddleOfABatch) {
  unsteady.calls_that_work = 2;
  std::vector<std::size_t> told;
  const auto written = shaky_courses.put_all(
      many(100), {.progress = [&](const BatchProgress& progress) { told.push_back(progress.done); }});
  ASSERT_EQ(error_number(written), 5001);
  EXPECT_EQ(written.error().entity, "course");
  EXPECT_EQ(written.error().cause->kind, FailureKind::kNetwork);
  EXPECT_TRUE(written.error().cause->may_have_run);
  EXPECT_THAT(told, ElementsAre(25, 50)) << "what was done is told, what failed is not";
  EXPECT_EQ(courses.scan().all().count_items().value(), 50);

  unsteady.calls_that_work = 1;
  EXPECT_EQ(error_number(shaky_courses.get_all(keys(150))), 5001);
  unsteady.calls_that_work = 1;
  EXPECT_EQ(error_number(shaky_courses.scan().limit(10).all().go()), 5001) << "not the first page alone";
  unsteady.calls_that_work = 2;
  EXPECT_EQ(error_number(shaky_courses.scan().parallel(4).go()), 5001);
  unsteady.calls_that_work = 3;
  EXPECT_EQ(error_number(shaky_courses.put_all(many(1000), {.concurrency = 1000})), 5001);
}

TEST_F(FailureTest, KeysThatAreLeftOutAreAskedForAgain) {
  ASSERT_TRUE(succeeded(courses.put_all(many(10))));
  unsteady.keys_per_call = 4;
  const auto some = shaky_courses.get_all(keys(11));
  ASSERT_TRUE(succeeded(some));
  EXPECT_EQ(some->items[9]->courseId, "c9");
  EXPECT_FALSE(some->items[10].has_value());
  EXPECT_THAT(some->unprocessed, IsEmpty());
  EXPECT_THAT(waits, SizeIs(2));

  unsteady.keys_per_call = 0;
  waits.clear();
  const auto none = shaky_courses.get_all(keys(2));
  ASSERT_TRUE(succeeded(none)) << "told by place, not as an error";
  EXPECT_THAT(none->unprocessed, ElementsAre(0, 1));
  EXPECT_FALSE(none->items[0].has_value());
  ASSERT_THAT(waits, SizeIs(8));
  EXPECT_GT(waits.back(), waits.front()) << "each wait is longer";
  EXPECT_EQ(error_number(shaky_courses.query(Courses::by_org, field<& Course::orgId> = "o1").hydrate().go()),
            5001)
      << "a page that lacks items is none";
}

TEST_F(FailureTest, PatienceIsTheTables) {
  const Table hasty(unsteady, "school", {.batch_retries = 0});
  unsteady.keys_per_call = 0;
  EXPECT_THAT(Entity<Courses>(hasty).get_all(keys(3))->unprocessed, ElementsAre(0, 1, 2));

  std::stop_source stop;
  const Table stopped(unsteady, "school", {.stop = stop.get_token(), .wait = [&](std::chrono::milliseconds) {
                                             stop.request_stop();
                                           }});
  const auto given_up = Entity<Courses>(stopped).get_all(keys(3));
  ASSERT_EQ(error_number(given_up), 5001);
  EXPECT_EQ(given_up.error().cause->kind, FailureKind::kCancelled);
}

TEST_F(FailureTest, CursorsOfStrangers) {
  ASSERT_TRUE(succeeded(courses.put_all(many(3))));
  const auto scan = [&](const std::string& cursor) { return error_number(courses.scan().from(cursor).go()); };
  const auto of = [](std::string_view json) { return base64url(json); };
  const std::string own = *courses.scan().limit(1).go()->cursor;
  EXPECT_EQ(scan(own), 0);
  EXPECT_EQ(scan(""), 5005);
  EXPECT_EQ(scan("="), 5005);
  EXPECT_EQ(scan(own + "\xff"), 5005);
  EXPECT_EQ(scan(own.substr(0, own.size() - 3)), 5005);
  EXPECT_EQ(scan(std::string(1'000'000, 'W')), 5005);
  EXPECT_EQ(scan(of("{}")), 5005);
  EXPECT_EQ(scan(of("null")), 5005);
  EXPECT_EQ(scan(of(R"(["pk","sk"])")), 5005);
  EXPECT_EQ(scan(of(R"({"pk":"a"})")), 5005);
  EXPECT_EQ(scan(of(R"({"pk":"a","sk":1})")), 5005);
  EXPECT_EQ(scan(of(R"({"pk":"a","sk":{"S":"b"}})")), 5005);
  EXPECT_EQ(scan(of(R"({"pk":"a","sk":"b","gsi1pk":"c"})")), 5005);
  EXPECT_EQ(scan(of(R"({"pk":"a","pk":"b","sk":"c"})")), 5005);
  EXPECT_EQ(scan(of("{\"pk\":\"\xff\",\"sk\":\"c\"}")), 5005);
  EXPECT_EQ(scan(of(std::string("{\"pk\":\"a\",\"sk\":\"c\"}\0x", 21))), 5005);
  EXPECT_EQ(scan(of(std::string(100'000, '{'))), 5005);

  const auto found = courses.scan().from("nonsense").go();
  EXPECT_EQ(to_string(found.error()), "5005 course: The cursor is none that a query gave");
  // Another access pattern's, another partition's.
  const std::string of_index =
      *courses.query(Courses::by_org, field<& Course::orgId> = "o1").limit(1).go()->cursor;
  EXPECT_EQ(scan(of_index), 5005);
  EXPECT_EQ(error_number(courses.query(Courses::by_org, field<& Course::orgId> = "o1").from(own).go()), 5005);
  EXPECT_EQ(error_number(courses.query(Courses::by_org, field<& Course::orgId> = "o2").from(of_index).go()),
            5001);
  EXPECT_EQ(error_number(school.collection<"organization">(field<& Course::orgId> = "o1").from(own).go()),
            5005);
  EXPECT_EQ(error_number(school.scan().from(of_index).go()), 5005);
  EXPECT_EQ(error_number(school.scan().limit(-1).go()), 2006);
}

TEST_F(FailureTest, ItemsThatWereDamaged) {
  ASSERT_TRUE(succeeded(courses.put_all(many(3))));
  ASSERT_TRUE(connection
                  .execute("UpdateItem", R"({"TableName":"school","Key":{"pk":{"S":"$myapp#courseid_c1"},
                      "sk":{"S":"$course_1"}},"UpdateExpression":"SET title = :t","ExpressionAttributeValues":{":t":{"N":"1"}}})")
                  .ok());
  const auto all = courses.scan().go();
  ASSERT_EQ(error_number(all), 5002);
  EXPECT_EQ(all.error().entity, "course");
  EXPECT_EQ(all.error().attributes[0].attribute, "title");
  EXPECT_THAT(all.error().message, HasSubstr("(in the item with courseId \"c1\")"));
  EXPECT_EQ(error_number(courses.get_all(keys(3))), 5002);
  EXPECT_EQ(error_number(school.collection<"organization">(field<& Course::orgId> = "o1").go()), 5002);
  EXPECT_EQ(courses.scan().where(field<&Course::title>.has_type(ValueType::kString)).go()->size(), 2U)
      << "they can be left out";
  EXPECT_THAT(courses.scan().select<&Course::courseId>()->items, SizeIs(3));
  EXPECT_EQ(error_number(courses.scan().select<&Course::title>()), 5002);
  EXPECT_EQ(error_number(courses.get(keys(2)[1]).select<&Course::title>()), 5002);
  EXPECT_EQ(error_number(courses.select_all<&Course::title>(keys(3))), 5002);
  EXPECT_EQ(error_number(transact_get(courses.get(keys(2)[1]).only<&Course::title>()).go()), 5002);
  EXPECT_EQ(error_number(transact_get(courses.get(keys(2)[1])).go()), 5002);
}

struct NewCourses : Courses {
  static constexpr auto name = model::name("myapp", "course", "2");
};

TEST_F(FailureTest, ItemsOfOtherVersions) {
  ASSERT_TRUE(succeeded(courses.put_all(many(2))));
  const Entity<NewCourses> now(table);
  EXPECT_FALSE(now.get(field<& Course::courseId> = "c1").go()->has_value())
      << "its sort key has another version";
  EXPECT_EQ(now.scan().go()->size(), 0U);
  ASSERT_TRUE(succeeded(now.create({.courseId = "c1", .orgId = "o1", .title = "new"}).go()))
      << "they do not meet";
  EXPECT_EQ(now.scan().go()->size(), 1U);
  EXPECT_EQ(courses.get(field<& Course::courseId> = "c1").require()->title, "t");
  EXPECT_FALSE(now.parse(R"({"courseId":{"S":"c1"},"orgId":{"S":"o"},"title":{"S":"t"},
      "__edb_e__":{"S":"course"},"__edb_v__":{"S":"1"}})")
                   ->has_value());
  // Reading old ones is how they are brought over.
  ASSERT_TRUE(succeeded(now.put(courses.get(field<& Course::courseId> = "c0").require().value()).go()));
  EXPECT_EQ(now.query(NewCourses::by_org, field<& Course::orgId> = "o1").go()->size(), 2U);
}

TEST_F(FailureTest, RepliesThatAreNone) {
  class Nonsense final : public Connection {
    lodestone::Result<void, ConnectionError> run(std::string_view, std::string_view, const CallOptions*,
                                                 ServiceReply& reply) override {
      reply.body = R"({"Items":[{"pk":{"S":1}}],"Item":7})";
      return {};
    }
  } nonsense;
  const Table wild(nonsense, "school");
  const Entity<Courses> some(wild);
  const auto page = some.scan().go();
  ASSERT_EQ(error_number(page), 5002);
  EXPECT_EQ(page.error().entity, "course");
  EXPECT_EQ(error_number(some.get(field<& Course::courseId> = "c1").go()), 5002);
  const auto parsed = courses.parse(std::string(1'000'000, '['));
  ASSERT_EQ(error_number(parsed), 5002);
  EXPECT_EQ(parsed.error().entity, "course");
}

TEST_F(FailureTest, OneEntityForManyThreads) {
  ASSERT_TRUE(succeeded(users.create(ada()).go()));
  ASSERT_TRUE(succeeded(courses.put_all(many(30))));
  std::atomic<int> failures = 0;
  const auto work = [&](int number) {
    const auto expect = [&](bool is_so) { failures += is_so ? 0 : 1; };
    // Operations may be shared as well: running one changes nothing of it.
    static const auto query =
        school.of<Courses>().query(Courses::by_org, field<& Course::orgId> = "o1").limit(7).all();
    for (int i = 0; i < 20; ++i) {
      const std::string id = std::to_string(number) + "-" + std::to_string(i);
      expect(users.create({.userId = id, .email = id + "@example.com", .name = id}).go().ok());
      expect(users.update(field<& User::userId> = id).set(field<& User::verified> = true).go().ok());
      expect(users.update(field<& User::userId> = "u1").add(field<& User::version> = 1).go().ok());
      expect(users.query(Users::by_email, field<& User::email> = id + "@example.com").go()->size() == 1);
      expect(query.go()->size() == 30);
      expect(error_number(users.create({.userId = id, .email = "none", .name = id}).go()) == 4002);
    }
    expect(courses.get_all(keys(30), {.concurrency = 3})->items.size() == 30);
    expect(courses.scan().parallel(3).go()->size() == 30);
  };
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) threads.emplace_back(work, i);
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(failures, 0);
  EXPECT_EQ(users.get(field<& User::userId> = "u1").require()->version, 80);
}

}  // namespace
}  // namespace lodestone::model::school
