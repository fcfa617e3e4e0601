// Typed entities whose items are DynamoDB-Toolbox's, beside ElectroDB's in one table.

#include <gmock/gmock.h>

#include "model/model.h"
#include "model/testing/table_test.h"
#include "model/transform.h"

namespace lodestone::model {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

struct Stats {
  int attack = 0;
  std::optional<std::string> note = {};
  static constexpr auto attributes() {
    return model::attributes<&Stats::attack>(model::attr<&Stats::note>().saved_as("n"));
  }
};

struct Pokemon {
  std::string kind;
  std::string id;
  int level = 0;
  std::optional<std::string> nickname = {};
  std::set<std::string> types = {};
  std::optional<Stats> stats = {};
  std::optional<std::tuple<std::string, int>> place = {};
  std::optional<std::nullptr_t> nothing = {};
  std::optional<std::vector<int>> scores = {};
  std::string mood = {};
  std::optional<std::string> entity = {};
  std::string created = {};
  std::optional<std::chrono::sys_time<std::chrono::milliseconds>> modified = {};
};

struct Pokemons {
  using Item = Pokemon;
  static constexpr auto name = model::toolbox("Pokemon");
  static constexpr auto attributes = model::attributes<&Pokemon::nickname, &Pokemon::types, &Pokemon::stats,
                                                       &Pokemon::place, &Pokemon::nothing>(
      model::attr<&Pokemon::kind>().saved_as("pk").transform([] { return model::prefix("KIND"); }),
      model::attr<&Pokemon::id>().saved_as("sk"),
      model::attr<&Pokemon::level>().saved_as("l").validate_put([](int level) { return level > 0; }),
      model::attr<&Pokemon::scores>().transform([] { return model::json_text(); }),
      model::attr<&Pokemon::mood>()
          .default_to("curious")
          .update_default_to([] { return std::string("changed"); })
          .required_always(),
      model::attr<&Pokemon::entity>().shows_entity(), model::attr<&Pokemon::created>().shows_created(),
      model::attr<&Pokemon::modified>().shows_modified());
  static constexpr auto by_id = model::index().pk<&Pokemon::kind>("pk").sk<&Pokemon::id>("sk");
  static constexpr auto indexes = model::indexes(by_id);
};

struct Post {
  std::string postId;
  std::string ownerId;
  std::string created = {};
  std::string modified = {};
  std::optional<std::string> topic = {};
  std::optional<std::string> byTopic = {};
  std::optional<std::string> byOwnerPK = {};
  std::optional<std::string> byOwnerSK = {};
};

struct Posts {
  using Item = Post;
  static constexpr auto name = model::toolbox("POST").without_timestamps();
  static constexpr auto attributes = model::attributes<&Post::postId, &Post::ownerId, &Post::topic>(
      model::attr<&Post::byTopic>()
          .link([](const Given<Post>& post) { return post.get<&Post::topic>(); })
          .update_link<&Post::topic>([](const Given<Post>& post) { return post.get<&Post::topic>(); }),
      model::attr<&Post::created>().default_to([](const Moment& now) { return now.iso(); }).saved_as("_ct"),
      model::attr<&Post::modified>()
          .default_to([](const Moment& now) { return now.iso(); })
          .update_default_to([](const Moment& now) { return now.iso(); })
          .saved_as("_md"),
      model::attr<&Post::byOwnerPK>()
          .link([](const Given<Post>& post) { return post.get<&Post::ownerId>().value(); })
          .update_link<&Post::ownerId>([](const Given<Post>& post) { return post.get<&Post::ownerId>(); })
          .hidden(),
      model::attr<&Post::byOwnerSK>()
          .link([](const Given<Post>& post) {
            return post.get<&Post::created>().value() + "#" + post.get<&Post::postId>().value();
          })
          .hidden());
  static constexpr auto by_id =
      model::index().pk_template<&Post::postId>("pk", "POST#${postId}").sk_template<>("sk", "meta");
  static constexpr auto by_owner =
      model::index("byOwner").pk<&Post::byOwnerPK>("byOwnerPK").sk<&Post::byOwnerSK>("byOwnerSK");
  static constexpr auto indexes = model::indexes(by_id, by_owner);
};

struct Trainer {
  std::string id;
  std::optional<std::string> name = {};
};

struct Trainers {
  using Item = Trainer;
  static constexpr auto name = model::name("myapp", "trainer");
  static constexpr auto attributes = model::attributes<&Trainer::id, &Trainer::name>();
  static constexpr auto by_id = model::index().pk<&Trainer::id>("pk").sk<>("sk");
  static constexpr auto indexes = model::indexes(by_id);
};

using Game = Service<Pokemons, Posts, Trainers>;

class ToolboxTest : public TableTest<Game> {
 protected:
  static constexpr auto kKind = field<&Pokemon::kind>;
  static constexpr auto kId = field<&Pokemon::id>;

  template <class T>
  static std::string said(const Result<T>& result) {
    return result.ok() ? "ok" : to_string(result.error());
  }
  Record stored(const std::string& pk, const std::string& sk) {
    const auto reply = connection.execute(
        "GetItem", R"({"TableName":"table","Key":{"pk":{"S":")" + pk + R"("},"sk":{"S":")" + sk + R"("}}})");
    std::string body = reply->body;
    return read_reply(body)->item.value_or(Record());
  }
  auto update() { return pokemons.update(kKind = "bug", kId = "1"); }

  const Entity<Pokemons>& pokemons = service.of<Pokemons>();
  const Entity<Posts>& posts = service.of<Posts>();
  const Entity<Trainers>& trainers = service.of<Trainers>();
};

constexpr auto kStart = "2023-11-14T22:13:20.000Z";

TEST_F(ToolboxTest, StoresWhatTheToolboxStores) {
  const auto made = pokemons
                        .create({.kind = "bug",
                                 .id = "1",
                                 .level = 3,
                                 .types = {"small"},
                                 .stats = Stats{.attack = 2, .note = "x"},
                                 .place = {{"here", 7}},
                                 .nothing = nullptr,
                                 .scores = {{1, 2}}})
                        .go();
  ASSERT_EQ(said(made), "ok");
  EXPECT_EQ(made->mood, "curious");
  EXPECT_EQ(made->entity, "Pokemon");
  EXPECT_EQ(made->created, kStart);
  EXPECT_EQ(stored("KIND#bug", "1"),
            *record_from_json(R"({"pk":{"S":"KIND#bug"},"sk":{"S":"1"},"l":{"N":"3"},"types":{"SS":["small"]},
                "stats":{"M":{"attack":{"N":"2"},"n":{"S":"x"}}},"place":{"L":[{"S":"here"},{"N":"7"}]},
                "nothing":{"NULL":true},"scores":{"S":"[1,2]"},"mood":{"S":"curious"},"_et":{"S":"Pokemon"},
                "_ct":{"S":"2023-11-14T22:13:20.000Z"},"_md":{"S":"2023-11-14T22:13:20.000Z"}})"));
  const auto read = pokemons.get(kKind = "bug", kId = "1").go();
  ASSERT_TRUE(read.ok() && read->has_value()) << said(read);
  const Pokemon& bug = **read;
  EXPECT_EQ(bug.kind, "bug");
  EXPECT_EQ(bug.stats->note, "x");
  EXPECT_EQ(bug.place, std::tuple("here", 7));
  EXPECT_TRUE(bug.nothing.has_value());
  EXPECT_EQ(bug.scores, (std::vector{1, 2}));
  EXPECT_EQ(bug.modified->time_since_epoch(), std::chrono::milliseconds(1'700'000'000'000));
}

TEST_F(ToolboxTest, AnUpdateKeepsWhenItBeganAndSaysWhenItWas) {
  ASSERT_EQ(said(pokemons.create({.kind = "bug", .id = "1", .level = 3}).go()), "ok");
  clock.advance(Millis(5'000));
  const auto changed = update().add(field<& Pokemon::level> = 2).go_returning_new();
  ASSERT_EQ(said(changed), "ok");
  EXPECT_EQ(changed->level, 5);
  EXPECT_EQ(changed->created, kStart);
  EXPECT_EQ(changed->modified->time_since_epoch(), std::chrono::milliseconds(1'700'000'005'000));
  EXPECT_EQ(changed->mood, "changed");
  // One that begins an item has both times, and the entity's name.
  const auto begun =
      pokemons.update(kKind = "bug", kId = "2").set(field<& Pokemon::level> = 1).go_returning_new();
  ASSERT_EQ(said(begun), "ok");
  EXPECT_EQ(begun->created, "2023-11-14T22:13:25.000Z");
  EXPECT_EQ(begun->entity, "Pokemon");
}

TEST_F(ToolboxTest, CalculatesFromOtherAttributes) {
  ASSERT_EQ(said(pokemons.create({.kind = "bug", .id = "1", .level = 3, .stats = Stats{.attack = 40}}).go()),
            "ok");
  constexpr auto kAttack = field<&Pokemon::stats, &Stats::attack>;
  EXPECT_EQ(update().sum(field<&Pokemon::level>, kAttack, 2).go_returning_new()->level, 42);
  EXPECT_EQ(update().difference(field<&Pokemon::level>, kAttack, 1).go_returning_new()->level, 39);
  EXPECT_EQ(update()
                .copy(field<&Pokemon::nickname>, field<&Pokemon::stats, &Stats::note>, "none")
                .go_returning_new()
                ->nickname,
            "none");
}

TEST_F(ToolboxTest, ComparesWithWhatIsStored) {
  ASSERT_EQ(said(pokemons.create({.kind = "bug", .id = "1", .level = 3}).go()), "ok");
  EXPECT_EQ(said(update().set(field<& Pokemon::level> = 4).where(kKind == "bug").go()), "ok");
  EXPECT_EQ(update().set(field<& Pokemon::level> = 4).where(kKind == "KIND#bug").go().error().number(), 5003);
  const auto found = pokemons.query(Pokemons::by_id, kKind = "bug").begins(kId = "1").go();
  ASSERT_EQ(said(found), "ok");
  EXPECT_EQ(found->size(), 1U);
}

TEST_F(ToolboxTest, ChecksWhatIsPut) {
  const auto refused = pokemons.put({.kind = "bug", .id = "1", .level = -1}).go();
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().number(), 4002);
  // Only of what is put.
  EXPECT_EQ(said(update().set(field<& Pokemon::level> = -1).go()), "ok");
}

TEST_F(ToolboxTest, LinksAttributesToTimestamps) {
  for (const char* const id : {"c", "a", "b"}) {
    ASSERT_EQ(said(posts.create({.postId = id, .ownerId = "o"}).go()), "ok");
    clock.advance(Millis(1'000));
  }
  ASSERT_EQ(said(posts.create({.postId = "d", .ownerId = "p"}).go()), "ok");
  const auto newest_first = posts.query(Posts::by_owner, field<& Post::byOwnerPK> = "o").descending().go();
  ASSERT_EQ(said(newest_first), "ok");
  std::vector<std::string> ids;
  for (const Post& post : *newest_first) {
    ids.push_back(post.postId);
    EXPECT_FALSE(post.byOwnerSK.has_value());
  }
  EXPECT_THAT(ids, ElementsAre("b", "a", "c"));
  EXPECT_EQ(stored("POST#c", "meta").find("byOwnerSK")->text(), std::string(kStart) + "#c");
}

TEST_F(ToolboxTest, LinksOfUpdatesFollow) {
  ASSERT_EQ(said(posts.create({.postId = "a", .ownerId = "o"}).go()), "ok");
  ASSERT_EQ(said(posts.update(field<& Post::postId> = "a").set(field<& Post::ownerId> = "p").go()), "ok");
  EXPECT_EQ(*stored("POST#a", "meta").find("byOwnerPK"), Value::string("p"));
  const auto follow = [this] { return posts.update(field<&Post::postId> = "a"); };
  EXPECT_EQ(follow().set(field<& Post::topic> = "x").go_returning_new()->byTopic, "x");
  EXPECT_EQ(follow().remove(field<&Post::topic>).go_returning_new()->byTopic, std::nullopt);
  // Nothing that it is made from is written: it stays.
  ASSERT_EQ(said(posts.update(field<& Post::postId> = "a").go()), "ok");
  EXPECT_EQ(*stored("POST#a", "meta").find("byOwnerPK"), Value::string("p"));
}

TEST_F(ToolboxTest, EachSeesItsOwnInOneTable) {
  ASSERT_EQ(said(pokemons.create({.kind = "bug", .id = "1", .level = 3}).go()), "ok");
  ASSERT_EQ(said(posts.create({.postId = "a", .ownerId = "o"}).go()), "ok");
  ASSERT_EQ(said(trainers.create({.id = "t", .name = "Ash"}).go()), "ok");
  EXPECT_EQ(pokemons.scan().go()->size(), 1U);
  EXPECT_EQ(posts.scan().go()->size(), 1U);
  EXPECT_EQ(trainers.scan().go()->size(), 1U);
  EXPECT_EQ(trainers.scan().go()->items[0].name, "Ash");
  const auto both =
      transaction(pokemons.create({.kind = "bug", .id = "2", .level = 1}), trainers.create({.id = "u"})).go();
  EXPECT_EQ(said(both), "ok");
  EXPECT_EQ(pokemons.scan().go()->size(), 2U);
}

struct Taken {
  std::string id;
  std::string created = {};
};
struct Takens {
  using Item = Taken;
  static constexpr auto name = model::toolbox("Taken");
  static constexpr auto attributes = model::attributes<&Taken::id, &Taken::created>();
  static constexpr auto by_id =
      model::index().pk_template<&Taken::id>("pk", "${id}").sk_template<>("sk", "s");
  static constexpr auto indexes = model::indexes(by_id);
};
struct StoredAlike {
  using Item = Taken;
  static constexpr auto name = model::toolbox("Alike").without_timestamps();
  static constexpr auto attributes =
      model::attributes<&Taken::id>(model::attr<&Taken::created>().saved_as("_et"));
  static constexpr auto by_id =
      model::index().pk_template<&Taken::id>("pk", "${id}").sk_template<>("sk", "s");
  static constexpr auto indexes = model::indexes(by_id);
};

TEST_F(ToolboxTest, RefusesNamesThatItKeepsForItself) {
  // Of entities, the compiler says it: tests/compile_fail.
  const Result<EntitySchema>& by_name = schema_of<Takens>();
  ASSERT_FALSE(by_name.ok());
  EXPECT_EQ(by_name.error().number(), 1018);
  EXPECT_THAT(by_name.error().message, HasSubstr("'created' is a reserved attribute name"));
  const Result<EntitySchema>& by_field = schema_of<StoredAlike>();
  ASSERT_FALSE(by_field.ok());
  EXPECT_THAT(by_field.error().message, HasSubstr("'_et'"));
}

}  // namespace
}  // namespace lodestone::model
