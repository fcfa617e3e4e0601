// Keys and the attributes that DynamoDB-Toolbox keeps for itself, in typed entities: names, what is shown,
// settings that several entities share, defaults, links and validators of keys.

#include <gmock/gmock.h>

#include "model/model.h"
#include "model/testing/table_test.h"

namespace lodestone::model {
namespace zoo {

// Settings in a constant, for all that is in the zoo.
constexpr auto kZoo =
    model::toolbox().entity_saved_as("_kind").created_saved_as("b_").modified_saved_as("__lm__");

struct Animal {
  std::string pen = {};
  std::string id = {};
  std::optional<int> legs = {};
  std::string kind = {};
  std::optional<std::string> born = {};
  std::optional<std::string> lastModified = {};
};
struct Animals {
  using Item = Animal;
  static constexpr auto name = kZoo.named("Animal");
  static constexpr auto attributes = model::attributes<&Animal::legs>(
      model::attr<&Animal::pen>()
          .saved_as("pk")
          .key_default_to("quarantine")
          .validate_key([](const std::string& pen) { return pen.size() > 1; }),
      model::attr<&Animal::id>().saved_as("sk").key_link(
          [](const Given<Animal>& key) { return key.get<&Animal::pen>().value_or("?") + "!"; }),
      model::attr<&Animal::kind>().shows_entity(), model::attr<&Animal::born>().shows_created().hidden(),
      model::attr<&Animal::lastModified>().shows_modified());
  static constexpr auto by_id = model::index().pk<&Animal::pen>("pk").sk<&Animal::id>("sk");
  static constexpr auto indexes = model::indexes(by_id);
};

struct Keeper {
  std::string pen;
  std::string id;
  int badge = 0;
};
struct Keepers {
  using Item = Keeper;
  static constexpr auto name = kZoo.named("Keeper").without_created();
  static constexpr auto attributes =
      model::attributes<&Keeper::badge>(model::attr<&Keeper::pen>().saved_as("pk").validate(
                                            [](const std::string& pen) { return pen != "none"; }),
                                        model::attr<&Keeper::id>().saved_as("sk"));
  static constexpr auto by_id = model::index().pk<&Keeper::pen>("pk").sk<&Keeper::id>("sk");
  static constexpr auto indexes = model::indexes(by_id);
};

}  // namespace zoo

namespace {

using namespace zoo;  // NOLINT(google-build-using-namespace)
using ::testing::HasSubstr;

class ToolboxKeysTest : public TableTest<Service<Animals, Keepers>> {
 protected:
  [[nodiscard]] std::string stored(const std::string& pk, const std::string& sk) {
    return connection
        .execute("GetItem",
                 R"({"TableName":"table","Key":{"pk":{"S":")" + pk + R"("},"sk":{"S":")" + sk + R"("}}})")
        ->body;
  }

  const Entity<Animals>& animals = service.of<Animals>();
  const Entity<Keepers>& keepers = service.of<Keepers>();
};

constexpr auto kPen = field<&Animal::pen>;
constexpr auto kId = field<&Animal::id>;

TEST_F(ToolboxKeysTest, SettingsAreSharedByEntities) {
  ASSERT_TRUE(succeeded(animals.create({.pen = "north", .id = "1"}).go()));
  ASSERT_TRUE(succeeded(keepers.create({.pen = "north", .id = "ada"}).go()));
  EXPECT_EQ(stored("north", "1"),
            R"({"Item":{"__lm__":{"S":"2023-11-14T22:13:20.000Z"},"_kind":{"S":"Animal"},)"
            R"("b_":{"S":"2023-11-14T22:13:20.000Z"},"pk":{"S":"north"},"sk":{"S":"1"}}})");
  EXPECT_THAT(stored("north", "ada"), ::testing::Not(HasSubstr("b_")));
  EXPECT_EQ(service.query(Animals::by_id, kPen = "north").count_items().value(), 2);
}

TEST_F(ToolboxKeysTest, WhatIsKeptMayBeShownOrOnlyAskedAbout) {
  ASSERT_TRUE(succeeded(animals.create({.pen = "north", .id = "1"}).go()));
  const auto read = animals.get(kPen = "north", kId = "1").require();
  ASSERT_TRUE(succeeded(read));
  EXPECT_EQ(read->kind, "Animal");
  EXPECT_EQ(read->born, std::nullopt);
  EXPECT_EQ(read->lastModified, "2023-11-14T22:13:20.000Z");
  // Hidden from readers, not from conditions.
  const auto before = [this](const char* when) {
    return animals.update(kPen = "north", kId = "1")
        .set(field<&Animal::legs> = 4)
        .where(field<&Animal::born> < when)
        .go();
  };
  EXPECT_TRUE(succeeded(before("2027")));
  EXPECT_EQ(error_number(before("2001")), 5003);
}

TEST_F(ToolboxKeysTest, KeysHaveDefaultsAndLinks) {
  ASSERT_TRUE(succeeded(animals.create({.legs = 4}).go()));
  EXPECT_THAT(stored("quarantine", "quarantine!"), HasSubstr("legs"));
  EXPECT_EQ(animals.get().require()->legs, 4);
  EXPECT_EQ(animals.get(kPen = "quarantine").require()->legs, 4);
  EXPECT_TRUE(succeeded(animals.update(kPen = "south").set(field<& Animal::legs> = 3).go()));
  EXPECT_THAT(stored("south", "south!"), HasSubstr("legs"));
  EXPECT_TRUE(succeeded(animals.remove(kPen = "south").go()));
  EXPECT_EQ(animals.get_all({animals.key()})->items[0]->legs, 4);
  EXPECT_TRUE(succeeded(transaction(animals.erase()).go()));
  EXPECT_EQ(animals.get().go()->has_value(), false);
}

TEST_F(ToolboxKeysTest, KeysAreCheckedWhereverTheyAreGiven) {
  EXPECT_EQ(error_number(animals.get(kPen = "x", kId = "1").go()), 4002);
  EXPECT_EQ(error_number(animals.update(kPen = "x", kId = "1").set(field<& Animal::legs> = 3).go()), 4002);
  EXPECT_EQ(error_number(animals.erase(kPen = "x", kId = "1").go()), 4002);
  EXPECT_EQ(error_number(animals.create({.pen = "x", .id = "1"}).go()), 4002);
  // validate() of a member of the key is the same, in whatever order the options stand.
  constexpr auto kPlace = field<&Keeper::pen>;
  EXPECT_EQ(error_number(keepers.get(kPlace = "none", field<& Keeper::id> = "1").go()), 4002);
  EXPECT_EQ(error_number(keepers.erase(kPlace = "none", field<& Keeper::id> = "1").go()), 4002);
  EXPECT_EQ(error_number(keepers.create({.pen = "none", .id = "1"}).go()), 4002);
}

TEST_F(ToolboxKeysTest, ShowsWhatWouldBeStored) {
  const auto item = animals.stored({.pen = "north", .id = "1", .legs = 2});
  ASSERT_TRUE(succeeded(item));
  EXPECT_EQ(*item,
            *record_from_json(R"({"pk":{"S":"north"},"sk":{"S":"1"},"legs":{"N":"2"},"_kind":{"S":"Animal"},
      "b_":{"S":"2023-11-14T22:13:20.000Z"},"__lm__":{"S":"2023-11-14T22:13:20.000Z"}})"));
  EXPECT_EQ(error_number(animals.stored({.pen = "x", .id = "1"})), 4002);
  EXPECT_TRUE(calls().empty());
}

}  // namespace
}  // namespace lodestone::model
