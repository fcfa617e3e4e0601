#include "server/expression/placeholders.h"

#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "server/expression/condition.h"
#include "server/expression/projection.h"
#include "server/expression/reserved_words.h"
#include "tests/expression/notation.h"

namespace lodestone {
namespace {

std::string check(const Result<void, ExpressionError>& result) {
  return result ? "" : result.error().message;
}

TEST(Placeholders, KeysAreASignAndAWord) {
  for (const std::string_view key : {"#a", "#1", "#_", "#a_1B"}) EXPECT_EQ(check(check_name_key(key)), "");
  for (const std::string_view key : {":a", ":1", ":_", ":a_1B"}) EXPECT_EQ(check(check_value_key(key)), "");
  for (const std::string_view key : {"", "#", "a", "#a-b", "#!a", "##a", "# a", ":a", "#a.b", "#ä"}) {
    EXPECT_EQ(
        check(check_name_key(key)),
        "ExpressionAttributeNames contains invalid key: Syntax error; key: \"" + std::string(key) + "\"");
  }
  for (const std::string_view key : {"", ":", "a", ":a-b", "::a", "#a"}) {
    EXPECT_EQ(
        check(check_value_key(key)),
        "ExpressionAttributeValues contains invalid key: Syntax error; key: \"" + std::string(key) + "\"");
  }
}

TEST(Placeholders, UnusedOnesAreListedNamesFirst) {
  Arena arena;
  testing::PlaceholderTable table("{#a: 'x', #b: 'y', #c: 'z'}", "{v: 1, w: 2}", arena);
  Placeholders& placeholders = table.get();
  ASSERT_NE(placeholders.use_name("#b"), nullptr);
  EXPECT_EQ(check(placeholders.check_all_used()),
            "Value provided in ExpressionAttributeNames unused in expressions: keys: {#a, #c}");
  ASSERT_NE(placeholders.use_name("#a"), nullptr);
  ASSERT_NE(placeholders.use_name("#c"), nullptr);
  EXPECT_EQ(check(placeholders.check_all_used()),
            "Value provided in ExpressionAttributeValues unused in expressions: keys: {:v, :w}");
  ASSERT_NE(placeholders.use_value(":w"), nullptr);
  EXPECT_EQ(check(placeholders.check_all_used()),
            "Value provided in ExpressionAttributeValues unused in expressions: keys: {:v}");
  ASSERT_NE(placeholders.use_value(":v"), nullptr);
  EXPECT_EQ(check(placeholders.check_all_used()), "");
}

TEST(Placeholders, AnyExpressionOfTheRequestUsesThem) {
  Arena arena;
  testing::PlaceholderTable table("{#a: 'x', #b: 'y'}", "{v: 1, w: 2}", arena);
  ASSERT_TRUE(parse_condition("attribute_exists(p) OR #a = :v OR p IN (:v, :w)", ExpressionKind::kFilter,
                              table.get(), arena));
  ASSERT_TRUE(parse_projection("q.#b", table.get(), arena));
  EXPECT_EQ(check(table.get().check_all_used()), "");
}

TEST(Placeholders, ManyAreFoundToo) {
  Arena arena;
  std::vector<std::string> names;
  for (int i = 0; i < 5000; ++i) names.push_back("#n" + std::to_string(i));
  std::vector<NamePlaceholder> entries;
  for (const std::string& name : names) entries.push_back({name, name});
  Placeholders placeholders(entries, {});
  for (const std::string& name : names) {
    const NamePlaceholder* found = placeholders.use_name(name);
    ASSERT_NE(found, nullptr);
    EXPECT_EQ(found->attribute, name);
  }
  EXPECT_EQ(placeholders.use_name("#n5000"), nullptr);
  EXPECT_EQ(check(placeholders.check_all_used()), "");
}

TEST(ReservedWords, AreFoundInAnyCase) {
  for (const std::string_view word :
       {"ABORT", "abort", "Name", "status", "ZONE", "_x", "hash", "TTL", "data", "Size"}) {
    EXPECT_EQ(is_reserved_word(word), word != "_x") << word;
  }
  for (const std::string_view word :
       {"", "a", "pk", "sk", "namer", "nam", "abort_", "begins_with", "attribute_exists"}) {
    EXPECT_FALSE(is_reserved_word(word)) << word;
  }
}

}  // namespace
}  // namespace lodestone
