// Sparse indexes and collections: which writes put items in and take them out; indexes that have keys only.

#include <gmock/gmock.h>

#include "model/testing/table_test.h"

namespace lodestone::model::sparse {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

enum class State : std::uint8_t { DRAFT, OUT };

struct Post {
  std::string id;
  std::string author;
  State state = State::DRAFT;
  std::string date = "2025-01-01";
  std::optional<std::string> title = {};
};

struct Posts {
  using Item = Post;
  static constexpr auto name = model::name("blog", "post");
  static constexpr auto attributes =
      model::attributes<&Post::id, &Post::author, &Post::state, &Post::date, &Post::title>();
  static constexpr auto by_id = model::index().pk<&Post::id>("pk").sk<>("sk");
  static constexpr auto published =
      model::index("gsi1")
          .pk_template<>("gsi1pk", "OUT#POST")
          .sk<&Post::date, &Post::state>("gsi1sk")
          .only_if([](const Given<Post>& post) { return post.get<&Post::state>() == State::OUT; });
  static constexpr auto by_author = model::index("gsi2")
                                        .pk<&Post::author>("gsi2pk")
                                        .sk<&Post::id>("gsi2sk")
                                        .collection<"authored">()
                                        .keys_only();
  static constexpr auto indexes = model::indexes(by_id, published, by_author);
};

struct Remark {
  std::string remark;
  std::string author;
  int stars = 0;
};
struct Remarks {
  using Item = Remark;
  static constexpr auto name = model::name("blog", "remark");
  static constexpr auto attributes = model::attributes<&Remark::remark, &Remark::author, &Remark::stars>();
  static constexpr auto by_id = model::index().pk<&Remark::remark>("pk").sk<>("sk");
  static constexpr auto by_author = model::index("gsi2")
                                        .pk<&Remark::author>("gsi2pk")
                                        .sk<&Remark::remark>("gsi2sk")
                                        .collection<"authored">()
                                        .keys_only();
  static constexpr auto indexes = model::indexes(by_id, by_author);
};

class SparseTest : public TableTest<Service<Posts, Remarks>> {
 protected:
  std::vector<std::string> published() const {
    const auto page = posts.query(Posts::published).all().go();
    EXPECT_TRUE(succeeded(page));
    std::vector<std::string> found;
    for (const Post& post : *page) found.push_back(post.id);
    return found;
  }
  Post draft(const std::string& id) const { return {.id = id, .author = "ada"}; }
  Post out(const std::string& id) const { return {.id = id, .author = "ada", .state = State::OUT}; }

  const Entity<Posts>& posts = service.of<Posts>();
  const Entity<Remarks>& remarks = service.of<Remarks>();
};

TEST_F(SparseTest, EveryWriteKeepsTheIndexTrue) {
  ASSERT_TRUE(succeeded(posts.create(out("1")).go()));
  ASSERT_TRUE(succeeded(posts.put(out("2")).go()));
  ASSERT_TRUE(succeeded(posts.upsert(out("3")).go()));
  ASSERT_TRUE(succeeded(posts.put_all({out("4"), draft("5")})));
  ASSERT_TRUE(succeeded(transaction(posts.create(out("6")), posts.put(draft("7"))).go()));
  EXPECT_THAT(published(), ElementsAre("1", "2", "3", "4", "6"));

  // Out again, each in another way.
  const auto vouched = [](auto update) {
    return update.set(field<&Post::state> = State::DRAFT).composite(field<&Post::date> = "2025-01-01");
  };
  ASSERT_TRUE(succeeded(vouched(posts.update(field<& Post::id> = "1")).go()));
  ASSERT_TRUE(succeeded(vouched(posts.patch(field<& Post::id> = "2")).go()));
  ASSERT_TRUE(succeeded(posts.upsert(draft("3")).go()));
  ASSERT_TRUE(succeeded(posts.put(draft("4")).go()));
  ASSERT_TRUE(succeeded(transaction(vouched(posts.update(field<& Post::id> = "6"))).go()));
  EXPECT_THAT(published(), IsEmpty());
  EXPECT_THAT(connection.execute("Scan", R"({"TableName":"table"})")->body, Not(HasSubstr("gsi1pk")));

  ASSERT_TRUE(succeeded(posts.update(field<& Post::id> = "5")
                            .set(field<& Post::state> = State::OUT, field<& Post::date> = "2024-12-31")
                            .go()));
  ASSERT_TRUE(succeeded(posts.upsert(out("7")).go()));
  EXPECT_THAT(published(), ElementsAre("5", "7"));
  ASSERT_TRUE(succeeded(posts.remove(field<& Post::id> = "7").go()));
  EXPECT_THAT(published(), ElementsAre("5"));
}

TEST_F(SparseTest, UpdatesMustKnowWhatTheIndexIsMadeFrom) {
  ASSERT_TRUE(succeeded(posts.create(out("1")).go()));
  const auto blind = posts.update(field<& Post::id> = "1").set(field<& Post::state> = State::DRAFT);
  ASSERT_EQ(error_number(blind.go()), 2012);
  EXPECT_THAT(blind.go().error().message, HasSubstr("'date'"));
  EXPECT_EQ(error_number(transaction(blind).go()), 2012);
  EXPECT_EQ(error_number(posts.update(field<& Post::id> = "1")
                             .set(field<& Post::state> = State::DRAFT)
                             .composite(field<& Post::date> = "1999-01-01")
                             .go()),
            5003);
  EXPECT_TRUE(succeeded(posts.update(field<& Post::id> = "1").set(field<& Post::title> = "t").go()))
      << "what is not in the keys is free";
  EXPECT_THAT(published(), ElementsAre("1"));
}

TEST_F(SparseTest, CollectionsWithKeysOnlyReadItemsFromTheTable) {
  ASSERT_TRUE(succeeded(posts.put_all({out("1"), out("2")})));
  ASSERT_TRUE(succeeded(remarks.put_all({{.remark = "a", .author = "ada", .stars = 5},
                                         {.remark = "b", .author = "ada", .stars = 4},
                                         {.remark = "c", .author = "eve", .stars = 1}})));
  forget_calls();
  const auto authored = service.collection<"authored">(field<& Post::author> = "ada").go();
  ASSERT_TRUE(succeeded(authored));
  ASSERT_EQ(authored->get<Posts>().size(), 2U);
  EXPECT_EQ(authored->get<Posts>()[1].date, "2025-01-01");
  ASSERT_EQ(authored->get<Remarks>().size(), 2U);
  EXPECT_EQ(authored->get<Remarks>()[1].stars, 4);
  EXPECT_THAT(operations(), ElementsAre("Query", "BatchGetItem", "BatchGetItem"));
  EXPECT_THAT(to_string(service.collection<"authored">(field<& Post::author> = "ada").plan().value()),
              HasSubstr("table"));

  const auto paged = service.collection<"authored">(field<& Post::author> = "ada").limit(1).all().go();
  ASSERT_TRUE(succeeded(paged));
  EXPECT_EQ(paged->get<Posts>().size() + paged->get<Remarks>().size(), 4U);
  const auto filtered =
      service.collection<"authored">(field<& Post::author> = "ada").where(field<&Remark::stars> > 4).go();
  ASSERT_EQ(error_number(filtered), 2006);
  EXPECT_THAT(filtered.error().message, HasSubstr("'stars' can not be filtered by"));
  EXPECT_EQ(service.collection<"authored">(field<& Post::author> = "ada")
                .where(field<&Remark::remark> == "b")
                .go()
                ->get<Remarks>()
                .size(),
            1U);
  EXPECT_THAT(service.collection<"authored">(field<& Post::author> = "ada")
                  .param("ReturnConsumedCapacity", R"("TOTAL")")
                  .go_raw()
                  .value(),
              HasSubstr("CapacityUnits"));
  EXPECT_EQ(service.scan().explain()->cost.items_given, 5);
}

TEST_F(SparseTest, ScansInManySegments) {
  std::vector<Remark> many;
  for (int i = 0; i < 200; ++i) many.push_back({.remark = std::to_string(i), .author = "ada", .stars = i});
  ASSERT_TRUE(succeeded(remarks.put_all(many)));
  forget_calls();
  const auto all = remarks.scan().limit(7).parallel(5).go();
  ASSERT_TRUE(succeeded(all));
  EXPECT_EQ(all->size(), 200U);
  EXPECT_FALSE(all->cursor.has_value());
  EXPECT_GT(operations().size(), 30U) << "each segment has several pages";
  EXPECT_EQ(remarks.scan().parallel(300).count_items().value(), 200) << "more segments than threads";
  EXPECT_EQ(remarks.scan().where(field<&Remark::stars> < 10).parallel(3).go()->size(), 10U);
  EXPECT_EQ(remarks.scan().parallel(3).select<&Remark::stars>()->items.size(), 200U);

  std::size_t found = 0;
  for (int segment = 0; segment < 4; ++segment) {
    auto page = remarks.scan().segment(segment, 4).limit(10).go();
    for (; page->cursor; page = remarks.scan().segment(segment, 4).limit(10).from(page->cursor).go()) {
      found += page->size();
    }
    found += page->size();
  }
  EXPECT_EQ(found, 200U);

  EXPECT_EQ(error_number(remarks.scan().parallel(1'000'001).go()), 2006);
  EXPECT_EQ(error_number(remarks.scan().parallel(2).count(3).go()), 2006);
  EXPECT_EQ(error_number(remarks.scan().parallel(2).segment(0, 2).go()), 2006);
}

}  // namespace lodestone::model::sparse
