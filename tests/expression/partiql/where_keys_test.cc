// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.select.html
#include "server/expression/partiql/where_keys.h"

#include <array>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "server/expression/partiql/statement.h"
#include "tests/expression/notation.h"

namespace lodestone::partiql {
namespace {

constexpr std::array<KeyAttribute, 2> kHash = {{{"h", Type::kS}, {"g", Type::kN}}};
constexpr std::array<KeyAttribute, 2> kRange = {{{"r", Type::kN}, {"q", Type::kS}}};

std::string_view symbol(KeyOperator op) {
  constexpr std::array<std::string_view, 8> kSymbols = {"=", "<", "<=", ">", ">=", "between", "begins", "?"};
  return kSymbols[static_cast<std::size_t>(op)];
}

/// `h: 'a'|'b' r>=1 +rest` of a key with so many attributes of each kind.
std::string keys_of(std::string_view where, std::size_t hashes = 1, std::size_t ranges = 1) {
  Arena arena;
  const auto statement =
      parse_statement(arena.copy("SELECT * FROM t WHERE " + std::string(where)), {}, arena);
  if (!statement.ok()) return statement.error().message;
  const QuerySchema schema{std::span(kHash).first(hashes), std::span(kRange).first(ranges)};
  const WhereKeys keys = find_keys(std::get<Select>(*statement).where, schema, arena);
  std::string text;
  for (const std::span<const Value> partition : keys.partitions) {
    if (!text.empty()) text += '|';
    for (const Value& value : partition)
      text += (&value == partition.data() ? "" : "&") + testing::notation(value);
  }
  if (keys.listed) text += " listed";
  for (const KeyTerm& term : keys.range) {
    text += " " + std::string(term.attribute) + std::string(symbol(term.op)) + testing::notation(term.first);
  }
  if (keys.whole(schema)) text += " whole";
  if (keys.rest != nullptr) {
    const auto* all = std::get_if<AllOf>(&keys.rest->node);
    text += " +" + std::to_string(all == nullptr ? 1 : all->conditions.size());
  }
  return text;
}

TEST(WhereKeys, AreEqualityOnThePartitionKeyAndOneConditionOnTheSortKey) {
  EXPECT_EQ(keys_of("h = 'a'"), "'a'");
  EXPECT_EQ(keys_of("'a' = h"), "'a'");
  EXPECT_EQ(keys_of("h = 'a'", 1, 0), "'a' whole");
  EXPECT_EQ(keys_of("h = 'a' AND r = 1"), "'a' r=1 whole");
  EXPECT_EQ(keys_of("r = 1 AND h = 'a'"), "'a' r=1 whole");
  EXPECT_EQ(keys_of("(h = 'a' AND x = 1) AND (r = 1)"), "'a' r=1 whole +1");
  EXPECT_EQ(keys_of("h = 'a' AND r > 1"), "'a' r>1");
  EXPECT_EQ(keys_of("h = 'a' AND 1 > r"), "'a' r<1");
  EXPECT_EQ(keys_of("h = 'a' AND r BETWEEN 1 AND 2"), "'a' rbetween1");
  EXPECT_EQ(keys_of("h = 'a' AND begins_with(r, 'x')"), "'a' rbegins'x'");
  EXPECT_EQ(keys_of("h = 'a' AND r > 1 AND r < 5"), "'a' r>1 +1");
  EXPECT_EQ(keys_of("h = 'a' AND r > 1 AND r = 5"), "'a' r=5 whole +1");
  EXPECT_EQ(keys_of("h = 'a' AND r <> 1"), "'a' +1");
  EXPECT_EQ(keys_of("h = 'a' AND r IN [1, 2]"), "'a' +1");
  EXPECT_EQ(keys_of("h = 'a' AND (r = 1 OR r = 2)"), "'a' +1");
  EXPECT_EQ(keys_of("h = 'a' AND x = 1 AND y = 2"), "'a' +2");
  EXPECT_EQ(keys_of("h = 'a' AND h = 'b'"), "'a' +1");
}

TEST(WhereKeys, AreListedByInAndOr) {
  EXPECT_EQ(keys_of("h IN ['a', 'b']"), "'a'|'b' listed");
  EXPECT_EQ(keys_of("h IN ['a', 'b', 'a']"), "'a'|'b' listed");
  EXPECT_EQ(keys_of("h = 'a' OR h = 'b'"), "'a'|'b' listed");
  EXPECT_EQ(keys_of("h = 'a' OR (h = 'b' OR h IN ['c'])"), "'a'|'b'|'c' listed");
  EXPECT_EQ(keys_of("h IN ['a'] AND r = 1"), "'a' listed r=1 whole");
  EXPECT_EQ(keys_of("(h = 'a' OR h = 'b') AND r > 1 AND x = 1"), "'a'|'b' listed r>1 +1");
}

TEST(WhereKeys, AreNoneWhereAnyItemMayMeetTheClause) {
  EXPECT_EQ(keys_of("h > 'a'"), " +1");
  EXPECT_EQ(keys_of("x = 1"), " +1");
  EXPECT_EQ(keys_of("r = 1"), " +1");
  EXPECT_EQ(keys_of("h = x"), " +1");
  EXPECT_EQ(keys_of("h.a = 'a'"), " +1");
  EXPECT_EQ(keys_of("NOT h = 'a'"), " +1");
  EXPECT_EQ(keys_of("h = 'a' OR x = 1"), " +1");
  EXPECT_EQ(keys_of("h IN ['a', x]"), " +1");
  EXPECT_EQ(keys_of("h NOT IN ['a']"), " +1");
  EXPECT_EQ(keys_of("(h = 'a' AND r = 1) OR (h = 'b' AND r = 2)"), " +1");
}

TEST(WhereKeys, OfSeveralAttributesAreAllOfTheHashAndThenTheRangeInOrder) {
  EXPECT_EQ(keys_of("h = 'a' AND g = 1", 2, 2), "'a'&1");
  EXPECT_EQ(keys_of("h = 'a'", 2, 2), " +1");
  EXPECT_EQ(keys_of("h IN ['a', 'b'] AND g = 1", 2, 2), " +2");
  EXPECT_EQ(keys_of("h = 'a' AND g = 1 AND q = 'x' AND r = 2", 2, 2), "'a'&1 r=2 q='x' whole");
  EXPECT_EQ(keys_of("h = 'a' AND g = 1 AND q = 'x'", 2, 2), "'a'&1 +1");
  EXPECT_EQ(keys_of("h = 'a' AND g = 1 AND r > 2 AND q = 'x'", 2, 2), "'a'&1 r>2 +1");
}

}  // namespace
}  // namespace lodestone::partiql
