// One item at a time: create, put, get, update, patch, upsert, delete, with conditions, hooks and errors.

#include <gmock/gmock.h>

#include "tests/model/school_fixture.h"

namespace lodestone::model::school {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class EntityTest : public SchoolTest {};

TEST_F(EntityTest, CreatesWithDefaultsFromOneReadingOfTheClock) {
  const auto created = users.create(ada()).go();
  ASSERT_EQ(said(created), "ok");
  EXPECT_EQ(created->role, Role::STUDENT);
  EXPECT_EQ(created->createdAt, "2023-11-14T22:13:20.000Z");
  EXPECT_EQ(created->updatedAt, created->createdAt);

  const auto got = users.get(field<& User::userId> = "u1").go();
  ASSERT_EQ(said(got), "ok");
  ASSERT_TRUE(got->has_value());
  EXPECT_EQ((*got)->email, "ada@example.com");
  EXPECT_EQ((*got)->createdAt, created->createdAt);
  EXPECT_EQ((*got)->version, 0);
}

TEST_F(EntityTest, StoresWhatElectroDbStores) {
  ASSERT_EQ(said(users.create(ada()).go()), "ok");
  EXPECT_EQ(
      stored("$myapp#userid_u1", "$user_1"),
      R"({"Item":{"__edb_e__":{"S":"user"},"__edb_v__":{"S":"1"},"createdAt":{"S":"2023-11-14T22:13:20.000Z"},)"
      R"("email":{"S":"ada@example.com"},"gsi1pk":{"S":"$myapp#email_ada@example.com"},)"
      R"("gsi1sk":{"S":"$user_1"},"gsi2pk":{"S":"$myapp#role_student"},)"
      R"("gsi2sk":{"S":"$user_1#createdat_2023-11-14t22:13:20.000z"},)"
      R"("gsi3pk":{"S":"$myapp#orgid_"},"gsi3sk":{"S":"$organization#user_1#userid_u1"},)"
      R"("name":{"S":"Ada"},"pk":{"S":"$myapp#userid_u1"},"role":{"S":"STUDENT"},"sk":{"S":"$user_1"},)"
      R"("updatedAt":{"S":"2023-11-14T22:13:20.000Z"},"userId":{"S":"u1"},"verified":{"BOOL":false},)"
      R"("version":{"N":"0"}}})");
}

TEST_F(EntityTest, CreatesByAttributes) {
  const auto created = users
                           .create(field<& User::userId> = "u1", field<& User::email> = "ada@example.com",
                                   field<& User::name> = "", field<& User::role> = Role::ADMIN)
                           .go();
  ASSERT_EQ(said(created), "ok");
  EXPECT_EQ(created->name, "");
  EXPECT_EQ(created->role, Role::ADMIN);
}

TEST_F(EntityTest, CreatesOnlyWhatIsNotThere) {
  ASSERT_EQ(said(users.create(ada()).go()), "ok");
  const auto again = users.create(ada()).go();
  ASSERT_FALSE(again.ok());
  EXPECT_EQ(again.error().number(), 5003);
  EXPECT_EQ(again.error().entity, "user");
  EXPECT_EQ(again.error().cause->name, "ConditionalCheckFailedException");
  EXPECT_EQ(said(users.put(ada()).go()), "ok");
}

TEST_F(EntityTest, TellsWhatIsMissing) {
  const auto created = users.create({.userId = "u1", .email = "ada@example.com", .name = {}}).go();
  ASSERT_FALSE(created.ok());
  EXPECT_EQ(created.error().number(), 4001);
  ASSERT_EQ(created.error().attributes.size(), 1U);
  EXPECT_EQ(created.error().attributes[0].attribute, "name");
  EXPECT_EQ(to_string(created.error()), "4001 user: 'name' is required");
  EXPECT_THAT(operations(), ElementsAre()) << "nothing is sent";
}

TEST_F(EntityTest, TellsEveryAttributeThatIsWrong) {
  const auto created = sessions
                           .create({.sessionId = "s1",
                                    .userId = "",
                                    .courseId = "c1",
                                    .scheduledDate = "2025-01-15",
                                    .durationMinutes = 5})
                           .go();
  ASSERT_FALSE(created.ok());
  EXPECT_EQ(created.error().number(), 4001);
  ASSERT_EQ(created.error().attributes.size(), 2U);
  EXPECT_EQ(created.error().attributes[1].message, "Duration must be between 15 and 480 minutes");
  EXPECT_EQ(users.create({.userId = "u", .email = "no address", .name = "x"}).go().error().number(), 4002);
}

TEST_F(EntityTest, ThrowsOnlyWhenAsked) {
  const auto created = users.create({.userId = "u1", .email = "", .name = ""}).go();
  EXPECT_THROW((void)created.value(), Failed);
  try {
    (void)created.value();
  } catch (const Failed& failed) {
    EXPECT_THAT(failed.what(), HasSubstr("'email' is required"));
  }
}

TEST_F(EntityTest, GetsNothingWhereThereIsNothing) {
  const auto got = users.get(field<& User::userId> = "nobody").go();
  ASSERT_EQ(said(got), "ok");
  EXPECT_FALSE(got->has_value());
  EXPECT_EQ(users.get(field<& User::userId> = "nobody").require().error().number(), 5001);
}

TEST_F(EntityTest, GetsSomeAttributes) {
  ASSERT_EQ(said(users.create(ada()).go()), "ok");
  const auto got = users.get(field<& User::userId> = "u1").consistent().select<&User::name, &User::orgId>();
  ASSERT_EQ(said(got), "ok");
  EXPECT_EQ((*got)->get<&User::name>(), "Ada");
  EXPECT_EQ((*got)->get<&User::orgId>(), std::nullopt);
  const auto only = users.get(field<& User::userId> = "u1").only<&User::name>();
  EXPECT_THAT(only.params().value(), testing::HasSubstr(R"("ProjectionExpression":"#pk, #sk, #name")"));
  EXPECT_EQ((*only.go())->get<&User::name>(), "Ada");
}

TEST_F(EntityTest, UpdatesAndWatches) {
  ASSERT_EQ(said(users.create(ada()).go()), "ok");
  clock.advance(Millis(1000));
  const auto updated = users.update(field<& User::userId> = "u1")
                           .set(field<& User::name> = "Ada L.", field<& User::verified> = true)
                           .add(field<& User::version> = 1)
                           .where(field<&User::version> == 0)
                           .go_returning_new();
  ASSERT_EQ(said(updated), "ok");
  EXPECT_EQ(updated->name, "Ada L.");
  EXPECT_EQ(updated->updatedAt, "2023-11-14T22:13:21.000Z");
  EXPECT_EQ(updated->createdAt, "2023-11-14T22:13:20.000Z");
  EXPECT_EQ(updated->version, 1);

  const auto late = users.update(field<& User::userId> = "u1")
                        .set(field<& User::name> = "Eve")
                        .where(field<&User::version> == 0)
                        .return_on_failure()
                        .go();
  ASSERT_FALSE(late.ok());
  EXPECT_EQ(late.error().number(), 5003);
  EXPECT_THAT(late.error().cause->body, HasSubstr("Ada L."));
}

TEST_F(EntityTest, KeepsIndexKeysTrue) {
  ASSERT_EQ(said(users.create(ada()).go()), "ok");
  ASSERT_EQ(said(users.update(field<& User::userId> = "u1")
                     .set(field<& User::email> = "countess@example.com", field<& User::orgId> = "o1")
                     .go()),
            "ok");
  EXPECT_EQ(users.query(Users::by_email, field<& User::email> = "ada@example.com").go()->size(), 0U);
  EXPECT_EQ(users.query(Users::by_email, field<& User::email> = "countess@example.com").go()->size(), 1U);
  EXPECT_EQ(users.query(Users::by_org, field<& User::orgId> = "o1").go()->size(), 1U);
  ASSERT_EQ(said(users.update(field<& User::userId> = "u1").remove(field<&User::orgId>).go()), "ok");
  EXPECT_EQ(users.query(Users::by_org, field<& User::orgId> = "o1").go()->size(), 0U);
}

TEST_F(EntityTest, AsksForTheRestOfAKey) {
  ASSERT_EQ(said(sessions
                     .create({.sessionId = "s1",
                              .userId = "u1",
                              .courseId = "c1",
                              .scheduledDate = "2025-01-15",
                              .durationMinutes = 60})
                     .go()),
            "ok");
  // Each half has one part here, so each stands by itself.
  EXPECT_EQ(
      said(sessions.update(field<& Session::sessionId> = "s1").set(field<& Session::courseId> = "c2").go()),
      "ok");
  EXPECT_EQ(sessions.query(Sessions::by_course, field<& Session::courseId> = "c2").go()->size(), 1U);
}

TEST_F(EntityTest, UpdatesInsideOfAttributes) {
  ASSERT_EQ(said(sessions
                     .create({.sessionId = "s1",
                              .userId = "u1",
                              .courseId = "c1",
                              .scheduledDate = "2025-01-15",
                              .durationMinutes = 60,
                              .metadata = Metadata{.notes = "first"},
                              .tags = {"a", "b"},
                              .watchers = {"w1"}})
                     .go()),
            "ok");
  const auto updated =
      sessions.update(field<& Session::sessionId> = "s1")
          .set(field<&Session::metadata, &Metadata::notes> = "second", field<&Session::tags>[1] = "c")
          .append(field<& Session::tags> = {"d"})
          .add(field<& Session::attendeeCount> = 2)
          .go_returning_new();
  // One expression can not change a list and an element of it.
  EXPECT_FALSE(updated.ok());
  const auto again = sessions.update(field<& Session::sessionId> = "s1")
                         .set(field<&Session::metadata, &Metadata::notes> = "second")
                         .append(field<& Session::tags> = {"d"})
                         .add(field<& Session::attendeeCount> = 2)
                         .add(field<& Session::watchers> = {"w2"})
                         .go_returning_new();
  ASSERT_EQ(said(again), "ok");
  EXPECT_EQ(again->metadata->notes, "second");
  EXPECT_THAT(again->tags, ElementsAre("a", "b", "d"));
  EXPECT_THAT(again->watchers, ElementsAre("w1", "w2"));
  EXPECT_EQ(again->attendeeCount, 2);
  EXPECT_EQ(again->userCourse, "u1#c1") << "computed when read";

  const auto less = sessions.update(field<& Session::sessionId> = "s1")
                        .delete_elements(field<& Session::watchers> = {"w1", "w2"})
                        .subtract(field<& Session::attendeeCount> = 1)
                        .remove(field<&Session::tags>[0], field<&Session::metadata, &Metadata::notes>)
                        .go_returning_new();
  ASSERT_EQ(said(less), "ok");
  EXPECT_TRUE(less->watchers.empty());
  EXPECT_EQ(less->attendeeCount, 1);
  EXPECT_THAT(less->tags, ElementsAre("b", "d"));
  EXPECT_EQ(less->metadata->notes, std::nullopt);
}

TEST_F(EntityTest, PatchesOnlyWhatIsThere) {
  EXPECT_EQ(users.patch(field<& User::userId> = "u1").set(field<& User::name> = "x").go().error().number(),
            5003);
  ASSERT_EQ(said(users.create(ada()).go()), "ok");
  EXPECT_EQ(said(users.patch(field<& User::userId> = "u1").set(field<& User::name> = "x").go()), "ok");
}

TEST_F(EntityTest, UpsertsAndChangesWhatIsThere) {
  ASSERT_EQ(said(users.upsert(ada()).go()), "ok");
  ASSERT_EQ(said(users.update(field<& User::userId> = "u1").set(field<& User::orgId> = "o1").go()), "ok");
  auto changed = ada();
  changed.name = "Ada L.";
  const auto again = users.upsert(changed).add(field<& User::version> = 1).go_returning_new();
  EXPECT_FALSE(again.ok()) << "version is written by its default already";
  const auto upserted = users.upsert(changed).go_returning_new();
  ASSERT_EQ(said(upserted), "ok");
  EXPECT_EQ(upserted->name, "Ada L.");
  EXPECT_EQ(upserted->orgId, "o1") << "what is not given stays";
}

TEST_F(EntityTest, DeletesAndReturnsWhatWasThere) {
  ASSERT_EQ(said(users.create(ada()).go()), "ok");
  EXPECT_EQ(users.erase(field<& User::userId> = "u1")
                .where(field<&User::role> == Role::ADMIN)
                .go()
                .error()
                .number(),
            5003);
  const auto old = users.erase(field<& User::userId> = "u1").go_returning_old();
  ASSERT_EQ(said(old), "ok");
  EXPECT_EQ((*old)->name, "Ada");
  EXPECT_FALSE(users.erase(field<& User::userId> = "u1").go_returning_old()->has_value());
  EXPECT_EQ(said(users.erase(field<& User::userId> = "u1").go()), "ok");
  EXPECT_EQ(users.remove(field<& User::userId> = "u1").go().error().number(), 5003);
}

TEST_F(EntityTest, ReturnsWhatAPutReplaced) {
  EXPECT_FALSE(users.put(ada()).go_returning_old()->has_value());
  EXPECT_EQ((*users.put(ada()).go_returning_old())->name, "Ada");
}

TEST_F(EntityTest, ShowsWhatItWouldSend) {
  EXPECT_EQ(*users.get(field<& User::userId> = "u1").params(),
            R"({"TableName":"school","Key":{"pk":{"S":"$myapp#userid_u1"},"sk":{"S":"$user_1"}}})");
  EXPECT_EQ(
      *users.erase(field<& User::userId> = "u1")
           .where(field<&User::verified> == true &&
                  (field<&User::name> == "x" || !field<&User::orgId>.exists()))
           .params(),
      R"({"TableName":"school","Key":{"pk":{"S":"$myapp#userid_u1"},"sk":{"S":"$user_1"}},)"
      R"j("ConditionExpression":"(#verified = :verified0 AND (#name = :name0 OR NOT (attribute_exists(#orgId))))",)j"
      R"("ExpressionAttributeNames":{"#verified":"verified","#name":"name","#orgId":"orgId"},)"
      R"("ExpressionAttributeValues":{":verified0":{"BOOL":true},":name0":{"S":"x"}}})");
}

TEST_F(EntityTest, SparseIndexesHoldOnlyWhatBelongsThere) {
  ASSERT_EQ(said(posts.create({.postId = "p1", .title = "Draft"}).go()), "ok");
  ASSERT_EQ(
      said(posts.create({.postId = "p2", .title = "Out", .published = true, .publishedAt = "2025-01-01"})
               .go()),
      "ok");
  const auto published = posts.query(Posts::published).go();
  ASSERT_EQ(said(published), "ok");
  ASSERT_EQ(published->size(), 1U);
  EXPECT_EQ(published->items[0].postId, "p2");
}

TEST_F(EntityTest, TokensExpire) {
  const auto token = tokens.create({.token = "t1", .userId = "u1"}).go();
  ASSERT_EQ(said(token), "ok");
  EXPECT_EQ(token->expiresAt, 1'700'000'000 + 86400);
  pass(std::chrono::hours(25));
  EXPECT_FALSE(tokens.get(field<& Token::token> = "t1").go()->has_value());
}

TEST_F(EntityTest, ReadsStoredItems) {
  const auto user = users.parse(R"({"userId":{"S":"u1"},"email":{"S":"a@b.c"},"name":{"S":"Ada"},
      "role":{"S":"TEACHER"},"verified":{"BOOL":true},"createdAt":{"S":"x"},"updatedAt":{"S":"y"},
      "version":{"N":"3"},"__edb_e__":{"S":"user"},"__edb_v__":{"S":"1"},"other":{"S":"ignored"}})");
  ASSERT_EQ(said(user), "ok");
  EXPECT_EQ((*user)->role, Role::TEACHER);
  EXPECT_FALSE(
      users.parse(R"({"userId":{"S":"u1"},"__edb_e__":{"S":"course"},"__edb_v__":{"S":"1"}})")->has_value());
  const auto incomplete =
      users.parse(R"({"userId":{"S":"u1"},"__edb_e__":{"S":"user"},"__edb_v__":{"S":"1"}})");
  EXPECT_EQ(incomplete.error().number(), 5002);
  EXPECT_THAT(incomplete.error().message, HasSubstr("'name'"));
  EXPECT_EQ(users.parse("nonsense").error().number(), 5002);
}

TEST_F(EntityTest, TellsTheServicesErrors) {
  Table elsewhere(connection, "nowhere");
  const auto got = Entity<Users>(elsewhere).get(field<& User::userId> = "u1").go();
  ASSERT_FALSE(got.ok());
  EXPECT_EQ(got.error().number(), 5001);
  EXPECT_EQ(got.error().cause->name, "ResourceNotFoundException");
}

TEST_F(EntityTest, TheTableIsWhatTheEntitiesNeed) {
  const auto faults = school.check_table();
  ASSERT_EQ(said(faults), "ok");
  EXPECT_THAT(*faults, ElementsAre());
  ASSERT_TRUE(connection.execute("UpdateTable", R"({"TableName":"school",
      "GlobalSecondaryIndexUpdates":[{"Delete":{"IndexName":"gsi2"}}]})"));
  EXPECT_THAT(*school.check_table(), ElementsAre("there is no index 'gsi2'"));
}

}  // namespace
}  // namespace lodestone::model::school
