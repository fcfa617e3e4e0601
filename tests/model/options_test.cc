// What operations can be told besides what they do, and what they tell: raw requests and replies, plans and
// costs, logs, ownership, giving up, the item that failed a condition.

#include <gmock/gmock.h>

#include "tests/model/school_fixture.h"

namespace lodestone::model::school {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class OptionsTest : public SchoolTest {
 protected:
  OptionsTest() {
    for (int i = 1; i <= 3; ++i) {
      const std::string number = std::to_string(i);
      EXPECT_TRUE(succeeded(sessions
                                .create({.sessionId = "s" + number,
                                         .userId = "u1",
                                         .courseId = "c1",
                                         .scheduledDate = "2025-01-0" + number,
                                         .durationMinutes = 30 * i})
                                .go()));
    }
    forget_calls();
  }
  auto by_course() { return sessions.query(Sessions::by_course, field<&Session::courseId> = "c1"); }
};

TEST_F(OptionsTest, PlansTellTheIndex) {
  const auto plan = by_course()
                        .begins(field<& Session::scheduledDate> = "2025-01")
                        .where(field<&Session::durationMinutes> >= 60)
                        .plan();
  ASSERT_TRUE(succeeded(plan));
  EXPECT_EQ(
      to_string(*plan),
      R"(Query of gsi1: gsi1pk = "$myapp#courseid_c1" and begins_with(gsi1sk, "$session_1#scheduleddate_2025-01"); )"
      R"(filter: durationMinutes >= 60)");
  EXPECT_FALSE(plan->reads_everything());
  EXPECT_THAT(operations(), IsEmpty()) << "nothing is sent";

  const auto scan = sessions.match(field<& Session::durationMinutes> = 30).plan();
  ASSERT_TRUE(succeeded(scan));
  EXPECT_TRUE(scan->reads_everything());
  EXPECT_THAT(to_string(*scan), HasSubstr("Scan of the table; filter: "));
  EXPECT_EQ(sessions.match(field<& Session::userId> = "u1").plan()->index_name, "gsi2");
}

TEST_F(OptionsTest, ExplanationsTellTheCost) {
  const auto explained = by_course().where(field<&Session::durationMinutes> >= 60).limit(2).all().explain();
  ASSERT_TRUE(succeeded(explained));
  EXPECT_EQ(explained->cost.items_read, 3);
  EXPECT_EQ(explained->cost.items_given, 2);
  EXPECT_EQ(explained->cost.requests, 2U);
  EXPECT_EQ(explained->cost.capacity_units, 1.0) << "half a unit for each page";
  EXPECT_THAT(to_string(*explained), HasSubstr("; 1 units in 2 requests: 2 of 3 items"));
  EXPECT_EQ(sessions.scan().explain()->cost.items_read, 3);
}

TEST_F(OptionsTest, CollectionsExplainThemselves) {
  ASSERT_TRUE(succeeded(courses.create({.courseId = "c1", .orgId = "o1", .title = "t"}).go()));
  const auto collection = school.collection<"organization">(field<& User::orgId> = "o1");
  EXPECT_EQ(collection.plan()->index_name, "gsi3");
  const auto explained = collection.explain();
  ASSERT_TRUE(succeeded(explained));
  EXPECT_EQ(explained->cost.items_given, 1);
  EXPECT_EQ(explained->cost.requests, 1U);
  EXPECT_TRUE(school.scan().plan()->reads_everything());
}

TEST_F(OptionsTest, RequestsCanHaveMore) {
  EXPECT_THAT(*by_course().param("ReturnConsumedCapacity", R"("TOTAL")").params(),
              HasSubstr(R"("ReturnConsumedCapacity":"TOTAL")"));
  const auto raw = users.put(ada())
                       .param("ReturnItemCollectionMetrics", R"("SIZE")")
                       .param("ReturnConsumedCapacity", R"("TOTAL")")
                       .go_raw();
  ASSERT_TRUE(succeeded(raw));
  EXPECT_THAT(*raw, HasSubstr("CapacityUnits"));
  EXPECT_THAT(*users.get(field<& User::userId> = "u1").param("ReturnConsumedCapacity", R"("TOTAL")").params(),
              HasSubstr("ReturnConsumedCapacity"));
}

TEST_F(OptionsTest, RepliesAsTheyCame) {
  const auto one = sessions.get(field<& Session::sessionId> = "s1").go_raw();
  ASSERT_TRUE(succeeded(one));
  EXPECT_THAT(*one, testing::StartsWith(R"({"Item":{"__edb_e__":{"S":"session"})"));
  EXPECT_THAT(by_course().limit(1).go_raw().value(), HasSubstr("LastEvaluatedKey"));
}

TEST_F(OptionsTest, TheLogSeesEveryCall) {
  ASSERT_TRUE(succeeded(users.create(ada()).go()));
  ASSERT_EQ(error_number(users.create(ada()).go()), 5003);
  const auto made = calls();
  ASSERT_THAT(made, SizeIs(2));
  EXPECT_EQ(made[0].operation, "PutItem");
  EXPECT_THAT(made[0].request, HasSubstr("ada@example.com"));
  EXPECT_TRUE(made[0].ok);
  EXPECT_FALSE(made[1].ok);
  EXPECT_THAT(made[1].reply, HasSubstr("ConditionalCheckFailedException"));
}

TEST_F(OptionsTest, TheLogKnowsTheTime) {
  std::chrono::nanoseconds longest{0};
  unsigned attempts = 0;
  const Table logged(connection, "school", {.log = [&](const LogEvent& event) {
                       longest = std::max(longest, event.duration);
                       attempts += event.attempts;
                     }});
  ASSERT_TRUE(succeeded(Entity<Users>(logged).scan().go()));
  EXPECT_GT(longest.count(), 0);
  EXPECT_EQ(attempts, 1U);
}

TEST_F(OptionsTest, OwnershipCanBeIgnored) {
  ASSERT_TRUE(
      connection
          .execute("PutItem",
                   R"({"TableName":"school","Item":{"pk":{"S":"$myapp#courseid_c7"},"sk":{"S":"$course_1"},
                      "courseId":{"S":"c7"},"orgId":{"S":"o"},"title":{"S":"t"},"__edb_e__":{"S":"lecture"},
                      "__edb_v__":{"S":"1"}}})")
          .ok());
  const auto key = courses.key(field<& Course::courseId> = "c7");
  EXPECT_FALSE(courses.get(key).go()->has_value()) << "another entity's";
  EXPECT_TRUE(courses.get(key).ignore_ownership().go()->has_value());
  EXPECT_THAT(courses.scan().go()->items, IsEmpty());
  EXPECT_THAT(courses.scan().where(stored_field<Course>("title").exists()).ignore_ownership().go()->items,
              SizeIs(1));
}

TEST_F(OptionsTest, TheItemThatFailedACondition) {
  ASSERT_TRUE(succeeded(users.create(ada()).go()));
  const auto refused = users.update(field<& User::userId> = "u1")
                           .set(field<& User::name> = "Eve")
                           .where(field<&User::version> == 7)
                           .return_on_failure()
                           .go();
  ASSERT_EQ(error_number(refused), 5003);
  const auto there = users.failed_item(refused.error());
  ASSERT_TRUE(there.has_value());
  EXPECT_EQ(there->name, "Ada");
  EXPECT_FALSE(users.failed_item(users.create(ada()).go().error()).has_value()) << "nobody asked for it";
}

TEST_F(OptionsTest, StoredNamesReachPastTheModel) {
  EXPECT_THAT(
      sessions.scan().where(stored_field<Session>("gsi2pk") == Value::string("$myapp#userid_u1")).go()->items,
      SizeIs(3));
  EXPECT_THAT(
      sessions.scan().where(stored_field<Session>("pk").begins_with(Value::string("$nothing"))).go()->items,
      IsEmpty());
  EXPECT_THAT(sessions.scan().where(stored_field<Session>("older").not_exists()).go()->items, SizeIs(3));
}

TEST_F(OptionsTest, ConditionsOfEveryKind) {
  ASSERT_TRUE(succeeded(sessions.update(field<& Session::sessionId> = "s1")
                            .set(field<& Session::tags> = {"a", "b"}, field<& Session::watchers> = {"w"},
                                 field<& Session::metadata> = Metadata{.notes = "note"})
                            .go()));
  const auto found = [&](Where<Session> where) {
    std::vector<std::string> ids;
    const auto page = by_course().where(std::move(where)).go();
    EXPECT_TRUE(succeeded(page));
    for (const Session& session : *page) ids.push_back(session.sessionId);
    return ids;
  };
  constexpr auto kMinutes = field<&Session::durationMinutes>;
  EXPECT_THAT(found(kMinutes == 30), ElementsAre("s1"));
  EXPECT_THAT(found(kMinutes != 30), ElementsAre("s2", "s3"));
  EXPECT_THAT(found(kMinutes < 60), ElementsAre("s1"));
  EXPECT_THAT(found(kMinutes <= 60), ElementsAre("s1", "s2"));
  EXPECT_THAT(found(kMinutes > 60), ElementsAre("s3"));
  EXPECT_THAT(found(kMinutes >= 60), ElementsAre("s2", "s3"));
  EXPECT_THAT(found(kMinutes.between(30, 60)), ElementsAre("s1", "s2"));
  EXPECT_THAT(found(kMinutes.in(30, 90)), ElementsAre("s1", "s3"));
  EXPECT_THAT(found(kMinutes.in(std::vector<int>{60, 90, 91})), ElementsAre("s2", "s3"));
  EXPECT_EQ(error_number(by_course().where(kMinutes.in(std::vector<int>())).go()), 2006);
  EXPECT_EQ(error_number(by_course().where(kMinutes.in(std::vector<int>(101, 1))).go()), 2006);
  EXPECT_THAT(found(field<&Session::sessionId>.begins_with("s2")), ElementsAre("s2"));
  EXPECT_THAT(found(field<&Session::scheduledDate>.contains("-03")), ElementsAre("s3"));
  EXPECT_THAT(found(field<&Session::scheduledDate>.not_contains("-03")), ElementsAre("s1", "s2"));
  EXPECT_THAT(found(field<&Session::tags>.contains("b")), ElementsAre("s1"));
  EXPECT_THAT(found(field<&Session::watchers>.contains("w")), ElementsAre("s1"));
  EXPECT_THAT(found(field<&Session::tags>[1] == "b"), ElementsAre("s1"));
  EXPECT_THAT(found(field<&Session::tags>.size() > 1), ElementsAre("s1"));
  EXPECT_THAT(found(field<&Session::tags>.size().between(0, 1)), ElementsAre("s2", "s3"));
  EXPECT_THAT(found(field<&Session::metadata, &Metadata::notes>.exists()), ElementsAre("s1"));
  EXPECT_THAT(found(field<&Session::metadata, &Metadata::notes>.not_exists()), ElementsAre("s2", "s3"));
  EXPECT_THAT(found(field<&Session::metadata>.has_type(ValueType::kMap)), ElementsAre("s1"));
  EXPECT_THAT(found(field<&Session::attendeeCount>.equals_or_not_exists(1)), SizeIs(3));
  EXPECT_THAT(found(field<&Session::userId> == field<&Session::courseId>), IsEmpty());
  EXPECT_THAT(found(field<&Session::userId> > field<&Session::courseId>), SizeIs(3));
  EXPECT_THAT(found(field<&Session::userId> != field<&Session::courseId>), SizeIs(3));
  EXPECT_THAT(found(field<&Session::status> == Status::SCHEDULED && !(kMinutes == 30 || kMinutes == 60)),
              ElementsAre("s3"));
}

TEST_F(OptionsTest, UpdatesOfEveryForm) {
  const auto session = [&] { return sessions.update(field<&Session::sessionId> = "s1"); };
  ASSERT_TRUE(
      succeeded(session()
                    .set(field<& Session::tags> = {"b"}, field<& Session::metadata> = Metadata{.notes = "n"})
                    .if_not_exists(field<& Session::attendeeCount> = 5)
                    .go()));
  ASSERT_TRUE(succeeded(session().if_not_exists(field<& Session::attendeeCount> = 6).go()));
  ASSERT_TRUE(succeeded(session().append(field<& Session::tags> = {"c"}).go()));
  ASSERT_TRUE(succeeded(session().prepend(field<& Session::tags> = {"a"}).go()));
  ASSERT_TRUE(succeeded(session().subtract(field<& Session::attendeeCount> = 2).go()));
  ASSERT_TRUE(succeeded(session().set(field<&Session::tags>[1] = "B").go()));
  ASSERT_TRUE(succeeded(session()
                            .set(field<&Session::metadata, &Metadata::recordingUrl> =
                                     field<&Session::metadata, &Metadata::notes>)
                            .go()));
  ASSERT_TRUE(succeeded(session().add(field<& Session::watchers> = {"x", "y"}).go()));
  ASSERT_TRUE(succeeded(session().delete_elements(field<& Session::watchers> = {"x"}).go()));
  const auto now = sessions.get(field<& Session::sessionId> = "s1").require();
  ASSERT_TRUE(succeeded(now));
  EXPECT_THAT(now->tags, ElementsAre("a", "B", "c"));
  EXPECT_EQ(now->attendeeCount, 3);
  EXPECT_EQ(now->metadata->recordingUrl, "n");
  EXPECT_THAT(now->watchers, ElementsAre("y"));
  const auto changed = session().set(field<& Session::durationMinutes> = 45).go_returning_updated_new();
  ASSERT_TRUE(succeeded(changed));
  EXPECT_EQ(changed->get<&Session::durationMinutes>(), 45);
  EXPECT_EQ(changed->get<&Session::status>(), std::nullopt);
  EXPECT_EQ(session()
                .set(field<& Session::durationMinutes> = 50)
                .go_returning_updated_old()
                ->get<&Session::durationMinutes>(),
            45);
  EXPECT_EQ((*session().set(field<& Session::durationMinutes> = 60).go_returning_old())->durationMinutes, 50);
  ASSERT_TRUE(succeeded(session().set(field<& Session::watchers> = {}).go()));
  EXPECT_TRUE(sessions.get(field<& Session::sessionId> = "s1").require()->watchers.empty())
      << "an empty set removes the attribute";
}

TEST_F(OptionsTest, BatchesReadSomeAttributes) {
  const std::vector<Key<Sessions>> keys = {sessions.key(field<& Session::sessionId> = "s1"),
                                           sessions.key(field<& Session::sessionId> = "none"),
                                           sessions.key(field<& Session::sessionId> = "s1")};
  const auto some = sessions.select_all<&Session::durationMinutes>(keys, {.consistent = true});
  ASSERT_TRUE(succeeded(some));
  ASSERT_THAT(some->items, SizeIs(3));
  EXPECT_EQ(some->items[0]->get<&Session::durationMinutes>(), 30);
  EXPECT_FALSE(some->items[1].has_value());
  EXPECT_TRUE(some->items[2].has_value()) << "a key may be asked for twice";
  EXPECT_THAT(calls()[0].request, HasSubstr(R"("ConsistentRead":true)"));
}

TEST_F(OptionsTest, OperationsCanBeGivenUp) {
  std::stop_source stop;
  const Table impatient(connection, "school", {.stop = stop.get_token()});
  const Entity<Sessions> some(impatient);
  EXPECT_TRUE(succeeded(some.scan().go()));
  stop.request_stop();
  const auto refused = some.scan().go();
  ASSERT_EQ(error_number(refused), 5001);
  EXPECT_EQ(refused.error().cause->kind, FailureKind::kCancelled);
  impatient.wait(std::chrono::hours(1));
}

TEST_F(OptionsTest, OptimisticLocking) {
  ASSERT_TRUE(succeeded(users.create(ada()).go()));
  const auto read = users.get(field<& User::userId> = "u1").require();
  const auto rename = [&](const std::string& name) {
    return users.patch(field<&User::userId> = "u1")
        .set(field<&User::name> = name)
        .add(field<&User::version> = 1)
        .where(field<&User::version> == read->version)
        .go();
  };
  EXPECT_TRUE(succeeded(rename("first")));
  EXPECT_EQ(error_number(rename("second")), 5003) << "somebody else was faster";
}

TEST_F(OptionsTest, SoftDeletion) {
  ASSERT_TRUE(succeeded(users.create(ada()).go()));
  ASSERT_TRUE(succeeded(users.update(field<& User::userId> = "u1")
                            .set(field<& User::deletedAt> = "2025-01-01T00:00:00.000Z")
                            .go()));
  EXPECT_THAT(users.scan().where(!field<&User::deletedAt>.exists()).go()->items, IsEmpty());
  EXPECT_THAT(users.scan().where(field<&User::deletedAt>.exists()).go()->items, SizeIs(1));
}

}  // namespace
}  // namespace lodestone::model::school
