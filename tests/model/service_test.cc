// What a service says of its definitions and of the table that it finds.

#include <gmock/gmock.h>

#include "tests/model/school_fixture.h"

namespace lodestone::model::definitions {

using testing::ElementsAre;
using testing::HasSubstr;

struct Thing {
  std::string id;
  std::string group;
  std::int64_t until = 0;
  std::int64_t ends = 0;
};

struct Plain {
  using Item = Thing;
  static constexpr auto name = model::name("app", "plain");
  static constexpr auto attributes =
      model::attributes<&Thing::id, &Thing::group, &Thing::ends>(model::attr<&Thing::until>().expires());
  static constexpr auto by_id = model::index().pk<&Thing::id>("pk").sk<>("sk");
  static constexpr auto by_group =
      model::index("gsi1").pk<&Thing::group>("gsi1pk").sk<&Thing::id>("gsi1sk").collection<"together">();
  static constexpr auto indexes = model::indexes(by_id, by_group);
};

/// The same collection in another index.
struct Elsewhere : Plain {
  static constexpr auto name = model::name("app", "elsewhere");
  static constexpr auto by_group =
      model::index("gsi2").pk<&Thing::group>("gsi2pk").sk<&Thing::id>("gsi2sk").collection<"together">();
  static constexpr auto indexes = model::indexes(by_id, by_group);
};

/// The same collection with another partition key.
struct Otherwise : Plain {
  static constexpr auto name = model::name("app", "otherwise");
  static constexpr auto by_group =
      model::index("gsi1").pk<&Thing::id>("gsi1pk").sk<&Thing::group>("gsi1sk").collection<"together">();
  static constexpr auto indexes = model::indexes(by_id, by_group);
};

/// The same index with other keys.
struct OtherKeys : Plain {
  static constexpr auto name = model::name("app", "otherKeys");
  static constexpr auto by_group =
      model::index("gsi1").pk<&Thing::group>("grouppk").sk<&Thing::id>("groupsk");
  static constexpr auto indexes = model::indexes(by_id, by_group);
};

/// The same index with less in it.
struct KeysOnly : Plain {
  static constexpr auto name = model::name("app", "keysOnly");
  static constexpr auto by_group =
      model::index("gsi1").pk<&Thing::group>("gsi1pk").sk<&Thing::id>("gsi1sk").keys_only();
  static constexpr auto indexes = model::indexes(by_id, by_group);
};

struct EndsOtherwise : Plain {
  static constexpr auto name = model::name("app", "endsOtherwise");
  static constexpr auto attributes =
      model::attributes<&Thing::id, &Thing::group, &Thing::until>(model::attr<&Thing::ends>().expires());
};

struct SameName : Plain {};

/// Wrong in a way that the compiler can not see.
struct Unfinished : Plain {
  static constexpr auto name = model::name("app", "unfinished");
  static constexpr auto attributes = model::attributes<&Thing::group, &Thing::ends, &Thing::until>(
      model::attr<&Thing::id>().matches("[a-z"));
};

class DefinitionTest : public TableTest<Service<Plain>> {
 protected:
  template <class... S>
  std::string checked() const {
    const auto result = Service<S...>(table).check();
    return result.ok() ? "ok" : to_string(result.error());
  }
};

TEST_F(DefinitionTest, EntitiesOfOneTableMustAgree) {
  EXPECT_EQ(checked<Plain>(), "ok");
  EXPECT_EQ((checked<Plain, Elsewhere>()),
            "1013 elsewhere: 'elsewhere' and 'plain' have the collection 'together' in different indexes");
  EXPECT_EQ((checked<Plain, Otherwise>()),
            "1013 otherwise: 'otherwise' and 'plain' have the collection 'together' with partition keys of "
            "different attributes");
  EXPECT_EQ(
      (checked<Plain, OtherKeys>()),
      "1024 otherKeys: Its index 'gsi1' has the keys grouppk (S), groupsk (S), that of others gsi1pk (S), "
      "gsi1sk (S)");
  EXPECT_EQ((checked<Plain, KeysOnly>()),
            "1024 keysOnly: Its index 'gsi1' has keys only, that of others all attributes");
  EXPECT_EQ(
      (checked<Plain, EndsOtherwise>()),
      "1024 endsOtherwise: Its items expire by 'ends', others by 'until'; a table has one such attribute");
  EXPECT_EQ((checked<Plain, SameName>()), "1009 plain: Two entities are called 'plain' in version 1");
}

TEST_F(DefinitionTest, AWrongDefinitionIsToldByEveryOperation) {
  EXPECT_THAT(checked<Unfinished>(),
              HasSubstr("1008 unfinished: 'id' has a pattern that is no regular expression"));
  const Entity<Unfinished> broken(table);
  EXPECT_EQ(error_number(broken.get(field<& Thing::id> = "1").go()), 1008);
  EXPECT_EQ(error_number(broken.create({.id = "1", .group = "g"}).go()), 1008);
  EXPECT_EQ(error_number(broken.scan().go()), 1008);
  EXPECT_EQ(error_number(broken.put_all({{.id = "1", .group = "g"}})), 1008);
  EXPECT_EQ(error_number(Service<Plain, Unfinished>(table).create_table()), 1008);
}

TEST_F(DefinitionTest, TablesAreComparedWithTheModels) {
  EXPECT_THAT(service.check_table().value(), ElementsAre());
  const auto again = service.create_table();
  ASSERT_EQ(error_number(again), 5001);
  EXPECT_EQ(again.error().cause->name, "ResourceInUseException");

  const Table bare(connection, "bare");
  ASSERT_TRUE(succeeded(bare.execute("CreateTable", R"({"TableName":"bare","BillingMode":"PAY_PER_REQUEST",
      "AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},{"AttributeName":"gsi1pk","AttributeType":"N"},
        {"AttributeName":"gsi1sk","AttributeType":"S"}],
      "KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],
      "GlobalSecondaryIndexes":[{"IndexName":"gsi1","Projection":{"ProjectionType":"ALL"},
        "KeySchema":[{"AttributeName":"gsi1pk","KeyType":"HASH"},{"AttributeName":"gsi1sk","KeyType":"RANGE"}]}]})")));
  EXPECT_THAT(Service<Plain>(bare).check_table().value(),
              ElementsAre("the table's keys are pk (S), not pk (S), sk (S)",
                          "the index 'gsi1' has the keys gsi1pk (N), gsi1sk (S), not gsi1pk (S), gsi1sk (S)",
                          "items do not expire by 'until'"));
  EXPECT_EQ(error_number(Service<Plain>(Table(connection, "nowhere")).check_table()), 5001);
}

TEST_F(DefinitionTest, IndexesThatLackAttributesAreTold) {
  const Table whole(connection, "whole");
  ASSERT_TRUE(succeeded(Service<KeysOnly>(whole).create_table()));
  EXPECT_THAT(Service<KeysOnly>(whole).check_table().value(), ElementsAre());
  EXPECT_THAT(Service<Plain>(whole).check_table().value(),
              ElementsAre("the index 'gsi1' does not have all attributes"));
  EXPECT_THAT(Service<KeysOnly>(table).check_table().value(), ElementsAre())
      << "more than is needed is no fault";
}

}  // namespace lodestone::model::definitions
