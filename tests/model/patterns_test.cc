// Patterns of applications: optimistic locking, soft deletion, constant partitions, pages of scans, filters
// that are often wanted.

#include <gmock/gmock.h>

#include "tests/model/school_fixture.h"

namespace lodestone::model::patterns {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

struct Member {
  std::string userId;
  std::string name;
  std::string deletedAt = {};
  int version = 0;
};

struct Members {
  using Item = Member;
  static constexpr auto name = model::name("myapp", "member", "1");
  static constexpr auto attributes = model::attributes<&Member::userId, &Member::name>(
      // What is there is marked, so that there is a partition of it.
      model::attr<&Member::deletedAt>().default_to("ACTIVE"),
      model::attr<&Member::version>().counts_changes());
  static constexpr auto by_id = model::index().pk<&Member::userId>("pk").sk<>("sk");
  static constexpr auto active =
      model::index("gsi1").pk<&Member::deletedAt>("gsi1pk").sk<&Member::userId>("gsi1sk");
  static constexpr auto indexes = model::indexes(by_id, active);
};

class MemberTest : public TableTest<Service<Members>> {
 protected:
  int version(const std::string& id = "u1") const {
    return members.get(field<&Member::userId> = id).require()->version;
  }
  const Entity<Members>& members = service.of<Members>();
};

TEST_F(MemberTest, VersionsCountChanges) {
  const auto made = members.create({.userId = "u1", .name = "Ada"}).go();
  ASSERT_TRUE(succeeded(made));
  EXPECT_EQ(made->version, 1);
  const auto rename = [&](const std::string& name, int seen) {
    return members.update(field<&Member::userId> = "u1")
        .set(field<&Member::name> = name)
        .where(field<&Member::version> == seen)
        .go();
  };
  EXPECT_TRUE(succeeded(rename("first", 1)));
  EXPECT_EQ(error_number(rename("second", 1)), 5003) << "somebody else was faster";
  EXPECT_EQ(version(), 2);
  EXPECT_TRUE(succeeded(rename("second", 2)));

  auto read = members.get(field<& Member::userId> = "u1").require().value();
  EXPECT_EQ(members.put(read).go()->version, 4);
  EXPECT_EQ(members.upsert(read).go_returning_new()->version, 5);
  EXPECT_EQ(members.upsert({.userId = "u2", .name = "Eve"}).go_returning_new()->version, 1);
  EXPECT_EQ(members.patch(field<& Member::userId> = "u1")
                .set(field<& Member::version> = 100)
                .go_returning_new()
                ->version,
            100)
      << "an update may say otherwise";
  ASSERT_TRUE(succeeded(
      transaction(members.update(field<& Member::userId> = "u1").set(field<& Member::name> = "x")).go()));
  EXPECT_EQ(version(), 101);
  ASSERT_TRUE(succeeded(members.put_all({{.userId = "u3", .name = "Bob"}})));
  EXPECT_EQ(version("u3"), 1);
}

TEST_F(MemberTest, WhatIsDeletedIsMarked) {
  ASSERT_TRUE(succeeded(members.put_all({{.userId = "u1", .name = "Ada"}, {.userId = "u2", .name = "Eve"}})));
  const auto active = [&] {
    const auto page = members.query(Members::active, field<& Member::deletedAt> = "ACTIVE").go();
    std::vector<std::string> found;
    for (const Member& member : page.value()) found.push_back(member.userId);
    return found;
  };
  EXPECT_THAT(active(), ElementsAre("u1", "u2"));
  ASSERT_TRUE(succeeded(members.update(field<& Member::userId> = "u1")
                            .set(field<& Member::deletedAt> = "2025-01-01T00:00:00.000Z")
                            .go()));
  EXPECT_THAT(active(), ElementsAre("u2"));
  EXPECT_TRUE(members.get(field<& Member::userId> = "u1").go()->has_value()) << "it is still there";
}

class SchoolPatterns : public school::SchoolTest {};
using school::Post;
using school::Posts;
using school::User;
using school::Users;

TEST_F(SchoolPatterns, OneItemByAQueryAndAnAttributeThatGoes) {
  auto user = ada();
  user.temporaryToken = "t";
  ASSERT_TRUE(succeeded(users.create(user).go()));
  const auto found = users.query(Users::by_id, field<& User::userId> = "u1").go();
  ASSERT_TRUE(succeeded(found));
  ASSERT_THAT(found->items, SizeIs(1));
  EXPECT_EQ(found->items[0].temporaryToken, "t");
  const auto without =
      users.update(field<& User::userId> = "u1").remove(field<&User::temporaryToken>).go_returning_new();
  EXPECT_EQ(without->temporaryToken, std::nullopt);
  EXPECT_THAT(stored("$myapp#userid_u1", "$user_1"), Not(HasSubstr("temporaryToken")));
}

TEST_F(SchoolPatterns, ScansByPagesAndFilters) {
  for (int i = 0; i < 7; ++i) {
    const std::string id = std::to_string(i);
    ASSERT_TRUE(succeeded(users
                              .create({.userId = id,
                                       .email = id + (i % 2 == 0 ? "@gmail.com" : "@example.com"),
                                       .name = "n",
                                       .verified = i < 3})
                              .go()));
  }
  EXPECT_THAT(users.scan().where(field<&User::email>.contains("@gmail.com")).go()->items, SizeIs(4));
  EXPECT_THAT(users.scan().where(field<&User::verified> == true).go()->items, SizeIs(3));
  std::size_t found = 0;
  std::optional<std::string> cursor;
  int pages = 0;
  do {
    const auto page = users.scan().limit(3).from(cursor).go();
    ASSERT_TRUE(succeeded(page));
    found += page->size();
    cursor = page->cursor;
    ++pages;
  } while (cursor);
  EXPECT_EQ(found, 7U);
  EXPECT_EQ(pages, 3);
  const auto empty = users.scan().limit(3).where(field<&User::name> == "nobody").go();
  EXPECT_THAT(empty->items, IsEmpty());
  EXPECT_TRUE(empty->cursor.has_value()) << "an empty page may have more behind it";
}

TEST_F(SchoolPatterns, AConstantPartitionIsWrittenByUpdatesToo) {
  ASSERT_TRUE(succeeded(posts.create({.postId = "p1", .title = "Draft"}).go()));
  EXPECT_THAT(posts.query(Posts::published).go()->items, IsEmpty());
  ASSERT_TRUE(succeeded(posts.update(field<& Post::postId> = "p1")
                            .set(field<& Post::published> = true, field<& Post::publishedAt> = "2025-02-01")
                            .go()));
  EXPECT_THAT(stored("$myapp#postid_p1", "$post_1"),
              HasSubstr(R"("gsi1sk":{"S":"$post_1#publishedat_2025-02-01"})"));
  ASSERT_THAT(posts.query(Posts::published).go()->items, SizeIs(1));
  ASSERT_TRUE(succeeded(posts.update(field<& Post::postId> = "p1").remove(field<&Post::publishedAt>).go()));
  EXPECT_THAT(posts.query(Posts::published).go()->items, IsEmpty());
}

TEST_F(SchoolPatterns, AnEmptySetIsNeverLostSilently) {
  ASSERT_TRUE(succeeded(sessions
                            .create({.sessionId = "s1",
                                     .userId = "u1",
                                     .courseId = "c1",
                                     .scheduledDate = "2025-01-15",
                                     .durationMinutes = 60,
                                     .watchers = {"w"}})
                            .go()));
  const auto session = [&] { return sessions.update(field<&school::Session::sessionId> = "s1"); };
  constexpr auto kWatchers = field<&school::Session::watchers>;
  const std::set<std::string> none;
  const auto refused = session().add(kWatchers = none).go();
  ASSERT_EQ(error_number(refused), 4002);
  EXPECT_EQ(refused.error().attributes[0].attribute, "watchers");
  EXPECT_EQ(error_number(session().delete_elements(kWatchers = none).go()), 4002);
  EXPECT_EQ(error_number(session().if_not_exists(kWatchers = none).go()), 4002);
  ASSERT_TRUE(succeeded(session().set(kWatchers = none).go()));
  EXPECT_THAT(stored("$myapp#sessionid_s1", "$session_1"), Not(HasSubstr("watchers")));
}

TEST_F(SchoolPatterns, NothingBeforeAndNothingAfter) {
  EXPECT_FALSE(users.get(field<& User::userId> = "x").go()->has_value());
  EXPECT_FALSE(users.erase(field<& User::userId> = "x").go_returning_old()->has_value());
  EXPECT_FALSE(users.upsert(ada()).go_returning_old()->has_value());
  EXPECT_EQ((*users.upsert(ada()).go_returning_old())->name, "Ada");
  EXPECT_FALSE(users.patch(field<& User::userId> = "u1").go_returning_new()->updatedAt.empty())
      << "an update of nothing still tells when";
}

}  // namespace lodestone::model::patterns
