/// Items that may be missing, items in a row, results: as long as they live what they hold does, and no
/// longer.
#include "model/held.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/error.h"

namespace lodestone::model {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// Counts those that live.
struct Counted {
  static inline int living = 0;
  Counted() { ++living; }
  explicit Counted(std::string its_text) : text(std::move(its_text)) { ++living; }
  Counted(const Counted& from) : text(from.text) { ++living; }
  Counted(Counted&& from) noexcept : text(std::move(from.text)) { ++living; }
  Counted& operator=(const Counted&) = default;
  Counted& operator=(Counted&&) = default;
  ~Counted() { --living; }
  std::string text = "blank";
};

class Held : public testing::Test {
 protected:
  void TearDown() override { EXPECT_EQ(Counted::living, 0); }

  static std::vector<std::string> texts(const ItemList<Counted>& items) {
    std::vector<std::string> all;
    for (const Counted& item : items) all.push_back(item.text);
    return all;
  }
};

TEST_F(Held, NothingIsMadeOfAnItemThatIsMissing) {
  const Maybe<Counted> none;
  EXPECT_FALSE(none.has_value());
  EXPECT_FALSE(none);
  EXPECT_TRUE(none == std::nullopt);
  EXPECT_EQ(Counted::living, 0);
  EXPECT_THROW((void)none.value(), std::bad_optional_access);
  EXPECT_EQ(none.value_or(Counted("other")).text, "other");
}

TEST_F(Held, AnItemIsReadAndChangedInItsPlace) {
  Maybe<Counted> some(std::in_place);
  EXPECT_EQ(some->text, "blank");
  some->text = "changed";
  EXPECT_EQ((*some).text, "changed");
  EXPECT_EQ(std::as_const(some).value().text, "changed");
  EXPECT_EQ(some.value_or(Counted("other")).text, "changed");
  some.emplace(Counted("new"));
  EXPECT_EQ(some->text, "new");
  EXPECT_EQ(some.emplace().text, "blank");
  some.reset();
  EXPECT_FALSE(some);
  EXPECT_EQ(Counted::living, 0);
}

TEST_F(Held, MissingItemsAndOthersAreCopiedAndMoved) {
  Maybe<Counted> some = Counted("one");
  const Maybe<Counted> copy = some;
  Maybe<Counted> moved = std::move(some);
  EXPECT_EQ(copy->text, "one");
  EXPECT_EQ(moved->text, "one");
  Maybe<Counted> none;
  moved = none;
  EXPECT_FALSE(moved);
  none = copy;
  EXPECT_EQ(none->text, "one");
  none = std::nullopt;
  EXPECT_FALSE(none);
}

TEST_F(Held, ItTurnsIntoAnOptional) {
  const Maybe<Counted> some = Counted("one");
  const std::optional<Counted> copied = some;
  const std::optional<Counted> moved = Maybe<Counted>(Counted("two"));
  const std::optional<Counted> none = Maybe<Counted>();
  EXPECT_EQ(copied->text, "one");
  EXPECT_EQ(some->text, "one");
  EXPECT_EQ(moved->text, "two");
  EXPECT_FALSE(none.has_value());
}

TEST_F(Held, WhatIsHeldIsCompared) {
  const Maybe<std::string> none;
  const Maybe<std::string> one = std::string("one");
  EXPECT_TRUE(one == Maybe<std::string>(std::string("one")));
  EXPECT_TRUE(one == "one");
  EXPECT_TRUE(one != none);
  EXPECT_TRUE(none != "one");
  EXPECT_TRUE(none == Maybe<std::string>());
  ItemList<int> numbers;
  numbers.push_back(1);
  ItemList<int> others = numbers;
  EXPECT_TRUE(numbers == others);
  others.push_back(2);
  EXPECT_TRUE(numbers != others);
}

TEST_F(Held, AListGrowsAndKeepsWhatItHas) {
  ItemList<Counted> items;
  EXPECT_TRUE(items.empty());
  for (int i = 0; i < 100; ++i) items.push_back(Counted(std::to_string(i)));
  ASSERT_EQ(items.size(), 100U);
  EXPECT_EQ(items.front().text, "0");
  EXPECT_EQ(items[57].text, "57");
  EXPECT_EQ(items.back().text, "99");
  items.push_back(items[3]);
  EXPECT_EQ(items.back().text, "3");
  EXPECT_EQ(Counted::living, 101);
}

TEST_F(Held, BlankItemsAreAppendedWithoutTheListsType) {
  ItemList<Counted> items;
  items.push_back(Counted("first"));
  auto* const added = static_cast<Counted*>(ItemList<Counted>::append(&items, 2));
  added[1].text = "last";
  EXPECT_THAT(texts(items), ElementsAre("first", "blank", "last"));
  EXPECT_EQ(ItemList<Counted>::append(&items, 0), items.end());
}

TEST_F(Held, ListsAreCopiedAndMoved) {
  ItemList<Counted> items;
  items.push_back(Counted("a"));
  items.push_back(Counted("b"));
  ItemList<Counted> copy = items;
  copy[0].text = "c";
  const ItemList<Counted> moved = std::move(items);
  EXPECT_THAT(texts(copy), ElementsAre("c", "b"));
  EXPECT_THAT(texts(moved), ElementsAre("a", "b"));
  copy = moved;
  EXPECT_THAT(texts(copy), ElementsAre("a", "b"));
  copy = ItemList<Counted>();
  EXPECT_THAT(texts(copy), IsEmpty());
}

TEST_F(Held, AListTurnsIntoAVector) {
  ItemList<Counted> items;
  items.push_back(Counted("a"));
  items.push_back(Counted("b"));
  const std::vector<Counted> copied = items;
  EXPECT_EQ(copied[1].text, "b");
  EXPECT_EQ(items[1].text, "b");
  const std::vector<Counted> moved = std::move(items);
  EXPECT_EQ(moved[0].text, "a");
}

TEST_F(Held, ItemsThatNeedMoreThanTheUsualAlignmentGetIt) {
  struct alignas(64) Wide {
    char first = 'x';
  };
  ItemList<Wide> items;
  for (int i = 0; i < 9; ++i) items.push_back({});
  for (const Wide& item : items) EXPECT_EQ(reinterpret_cast<std::uintptr_t>(&item) % 64, 0U);
}

TEST_F(Held, AResultHoldsItsValueUntilItFails) {
  Result<Counted> result(std::in_place);
  EXPECT_TRUE(result.ok());
  EXPECT_EQ(Counted::living, 1);
  result.fail(Error{.code = ErrorCode::kInvalidItem, .message = "broken"});
  EXPECT_FALSE(result.ok());
  EXPECT_EQ(Counted::living, 0);
  EXPECT_EQ(result.error().message, "broken");
  EXPECT_THROW((void)result.value(), Failed);
}

TEST_F(Held, ResultsAreMoved) {
  Result<Counted> good = Counted("good");
  Result<Counted> bad = Error{.message = "bad"};
  Result<Counted> taken = std::move(good);
  EXPECT_EQ(taken->text, "good");
  taken = std::move(bad);
  EXPECT_EQ(taken.error().message, "bad");
  // A failure stays one when its error is taken.
  // NOLINTNEXTLINE(bugprone-use-after-move,clang-analyzer-cplusplus.Move)
  EXPECT_FALSE(bad.ok());
  taken = Result<Counted>(Counted("again"));
  EXPECT_EQ((*std::move(taken)).text, "again");
}

}  // namespace
}  // namespace lodestone::model
