// Attributes inside of attributes as DynamoDB-Toolbox has them: names of records, defaults and links of
// nested members, in typed entities. What the Toolbox sends for the same is in
// tests/model/vectors/toolbox_cases.mjs.

#include <gmock/gmock.h>

#include "model/model.h"
#include "model/reply.h"
#include "model/testing/table_test.h"
#include "model/transform.h"

namespace lodestone::model {
namespace warehouse {

enum class Slot { morning, evening };

struct Inner {
  std::optional<std::string> x = {};
  std::optional<std::string> y = {};
  static constexpr auto attributes() {
    return model::attributes<&Inner::x>(
        model::attr<&Inner::y>().update_default_to([] { return std::string("yy"); }));
  }
};

struct Box {
  std::optional<std::string> a = {};
  std::optional<std::string> put = {};
  std::optional<std::string> updated = {};
  std::optional<std::string> linked = {};
  std::optional<std::string> copied = {};
  std::optional<std::string> checked = {};
  std::optional<Inner> inner = {};
  // Its links are made from the whole item, which is not complete here.
  static constexpr auto attributes();
};

struct Must {
  std::optional<std::string> v = {};
  std::string w = {};
  static constexpr auto attributes() {
    return model::attributes<&Must::v>(model::attr<&Must::w>().required_always());
  }
};

struct Crate {
  std::string id;
  std::optional<std::string> label = {};
  std::optional<Box> box = {};
  std::optional<Must> must = {};
  std::optional<std::map<std::string, int>> counts = {};
  std::optional<std::map<std::string, Inner>> parts = {};
  std::optional<std::map<Slot, int>> all = {};
  std::optional<std::map<Slot, int>> some = {};
  std::optional<std::map<std::string, int>> checked = {};
};

constexpr auto Box::attributes() {
  return model::attributes<&Box::inner>(
      model::attr<&Box::a>().saved_as("_a"),
      model::attr<&Box::put>().default_to([] { return std::string("pd"); }),
      model::attr<&Box::updated>().saved_as("u").update_default_to([] { return std::string("ud"); }),
      model::attr<&Box::linked>()
          .link([](const Given<Crate>& crate) { return crate.get<&Crate::label>(); })
          .update_link<&Crate::label>([](const Given<Crate>& crate) { return crate.get<&Crate::label>(); }),
      model::attr<&Box::copied>().update_link<&Crate::box>(
          [](const Given<Crate>& crate) { return crate.get<&Crate::box, &Box::a>(); }),
      model::attr<&Box::checked>()
          .validate_put([](const std::string& text) { return text.size() > 3; })
          .validate_update([](const std::string& text) { return text.size() > 1; }));
}

struct Crates {
  using Item = Crate;
  static constexpr auto name = model::toolbox("Crate").without_timestamps();
  static constexpr auto attributes =
      model::attributes<&Crate::label, &Crate::box, &Crate::must, &Crate::some>(
          model::attr<&Crate::id>().saved_as("pk"),
          model::attr<&Crate::counts>().transform_names([] { return model::prefix("K"); }),
          model::attr<&Crate::parts>().transform_names([] { return model::suffix("end"); }),
          model::attr<&Crate::all>().all_names(),
          model::attr<&Crate::checked>().validate_names(
              [](const std::string& name) { return name.size() > 3; }));
  static constexpr auto by_id = model::index().pk<&Crate::id>("pk");
  static constexpr auto indexes = model::indexes(by_id);
};

}  // namespace warehouse

namespace {

using namespace warehouse;  // NOLINT(google-build-using-namespace)
using ::testing::HasSubstr;

class ToolboxAttributesTest : public TableTest<Service<Crates>> {
 protected:
  template <class T>
  static std::string said(const Result<T>& result) {
    return result.ok() ? "ok" : to_string(result.error());
  }
  void put(const Crate& crate) { ASSERT_EQ(said(crates.put(crate).go()), "ok"); }
  auto update() { return crates.update(field<&Crate::id> = "1"); }
  Record stored() {
    const auto reply = connection.execute("GetItem", R"({"TableName":"table","Key":{"pk":{"S":"1"}}})");
    std::string body = reply->body;
    return read_reply(body)->item.value_or(Record());
  }
  std::string stored(const char* attribute) {
    const Record item = stored();
    const Value* const value = item.find(attribute);
    Record alone;
    if (value != nullptr) alone.add(attribute, *value);
    return to_json(alone);
  }

  const Entity<Crates>& crates = service.of<Crates>();
};

constexpr auto kA = field<&Crate::box, &Box::a>;

TEST_F(ToolboxAttributesTest, NamesOfRecordsAreStoredInAnotherForm) {
  put({.id = "1", .counts = {{{"x", 1}, {"y z", 2}}}, .parts = {{{"q", Inner{.x = "1"}}}}});
  EXPECT_EQ(stored("counts"), R"({"counts":{"M":{"K#x":{"N":"1"},"K#y z":{"N":"2"}}}})");
  EXPECT_EQ(stored("parts"), R"({"parts":{"M":{"q#end":{"M":{"x":{"S":"1"}}}}}})");
  const auto read = crates.get(field<& Crate::id> = "1").require();
  ASSERT_EQ(said(read), "ok");
  EXPECT_EQ(read->counts, (std::map<std::string, int>{{"x", 1}, {"y z", 2}}));
  EXPECT_EQ(read->parts->at("q").x, "1");

  constexpr auto kCounts = field<&Crate::counts>;
  EXPECT_EQ(said(update().set(kCounts["x"] = 5).where(kCounts["y z"] == 2).go()), "ok");
  EXPECT_EQ(said(update().remove(kCounts["y z"]).where(kCounts["x"] > 4 && !kCounts["w"].exists()).go()),
            "ok");
  EXPECT_EQ(stored("counts"), R"({"counts":{"M":{"K#x":{"N":"5"}}}})");
}

TEST_F(ToolboxAttributesTest, NamesOfRecordsMayBeEnumerators) {
  put({.id = "1", .all = {{{Slot::morning, 1}, {Slot::evening, 2}}}, .some = {{{Slot::evening, 3}}}});
  EXPECT_EQ(crates.get(field<& Crate::id> = "1").require()->some, (std::map<Slot, int>{{Slot::evening, 3}}));
  const auto changed = update()
                           .set(field<&Crate::some>[Slot::morning] = 4)
                           .where(field<&Crate::all>[Slot::morning] == 1)
                           .go_returning_new();
  ASSERT_EQ(said(changed), "ok");
  EXPECT_EQ(changed->some, (std::map<Slot, int>{{Slot::morning, 4}, {Slot::evening, 3}}));
  // Where all must be there, one is not enough.
  const auto refused = crates.put({.id = "1", .all = {{{Slot::morning, 1}}}}).go();
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().number(), 4001);
  EXPECT_THAT(refused.error().message, HasSubstr("'all.evening' is required"));
  EXPECT_EQ(update().set(field<& Crate::all> = {{Slot::morning, 1}}).go().error().number(), 4001);
}

TEST_F(ToolboxAttributesTest, NamesOfRecordsAreChecked) {
  EXPECT_EQ(crates.put({.id = "1", .checked = {{{"abc", 1}}}}).go().error().number(), 4002);
  put({.id = "1", .checked = {{{"abcd", 1}}}});
  EXPECT_EQ(update().set(field<&Crate::checked>["abc"] = 1).go().error().number(), 4002);
  EXPECT_EQ(said(update().set(field<&Crate::checked>["abcde"] = 1).go()), "ok");
}

TEST_F(ToolboxAttributesTest, NestedDefaultsAndLinksOfNewItems) {
  put({.id = "1", .label = "L", .box = Box{}});
  EXPECT_EQ(stored("box"), R"({"box":{"M":{"linked":{"S":"L"},"put":{"S":"pd"}}}})");
}

TEST_F(ToolboxAttributesTest, AnUpdateThatReachesIntoAMapSetsItsDefaults) {
  put({.id = "1", .box = Box{}});
  ASSERT_EQ(said(update().set(kA = "1").go()), "ok");
  EXPECT_EQ(stored("box"),
            R"({"box":{"M":{"_a":{"S":"1"},"copied":{"S":"1"},"put":{"S":"pd"},"u":{"S":"ud"}}}})");
  // What is named is not set by default, and what is whole is as it is given.
  ASSERT_EQ(said(update().remove(field<&Crate::box, &Box::updated>).go()), "ok");
  EXPECT_THAT(stored("box"), ::testing::Not(HasSubstr("ud")));
  ASSERT_EQ(said(update().set(field<& Crate::box> = Box{.a = "2", .inner = Inner{}}).go()), "ok");
  EXPECT_EQ(stored("box"), R"({"box":{"M":{"_a":{"S":"2"},"inner":{"M":{}}}}})");
  ASSERT_EQ(said(update().set(field<&Crate::box, &Box::inner, &Inner::x> = "3").go()), "ok");
  EXPECT_EQ(stored("box"),
            R"({"box":{"M":{"_a":{"S":"2"},"inner":{"M":{"x":{"S":"3"},"y":{"S":"yy"}}},"u":{"S":"ud"}}}})");
}

TEST_F(ToolboxAttributesTest, NestedLinksFollowUpdates) {
  put({.id = "1", .label = "L", .box = Box{}});
  ASSERT_EQ(said(update().set(field<& Crate::label> = "M", kA = "1").go()), "ok");
  EXPECT_THAT(stored("box"), HasSubstr(R"("linked":{"S":"M"})"));
  ASSERT_EQ(said(update().remove(field<&Crate::label>).set(kA = "2").go()), "ok");
  EXPECT_THAT(stored("box"), ::testing::Not(HasSubstr("linked")));
  // An update that does not reach into the map leaves it alone.
  ASSERT_EQ(said(update().set(field<& Crate::label> = "N").go()), "ok");
  EXPECT_THAT(stored("box"), ::testing::Not(HasSubstr("linked")));
}

TEST_F(ToolboxAttributesTest, WhatAnUpdateMustSetInAMap) {
  put({.id = "1", .must = Must{.w = "w"}});
  constexpr auto kV = field<&Crate::must, &Must::v>;
  const auto refused = update().set(kV = "1").go();
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().number(), 4001);
  EXPECT_THAT(refused.error().message, HasSubstr("'must.w'"));
  EXPECT_EQ(said(update().set(kV = "1", field<&Crate::must, &Must::w> = "2").go()), "ok");
  EXPECT_EQ(said(update().set(field<& Crate::label> = "L").go()), "ok");
}

TEST_F(ToolboxAttributesTest, NestedValidatorsOfPutsAndOfUpdates) {
  constexpr auto kChecked = field<&Crate::box, &Box::checked>;
  EXPECT_EQ(crates.put({.id = "1", .box = Box{.checked = "xyz"}}).go().error().number(), 4002);
  put({.id = "1", .box = Box{.checked = "wxyz"}});
  EXPECT_EQ(said(update().set(kChecked = "xy").go()), "ok");
  EXPECT_EQ(update().set(kChecked = "x").go().error().number(), 4002);
  // A map that is set as a whole is looked at as one that is put.
  EXPECT_EQ(update().set(field<& Crate::box> = Box{.checked = "xyz"}).go().error().number(), 4002);
}

}  // namespace
}  // namespace lodestone::model
