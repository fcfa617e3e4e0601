#include "server/expression/projection.h"

#include <array>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "tests/expression/notation.h"

namespace lodestone {
namespace {

using testing::PlaceholderTable;

/// The projected item, or the error's text.
std::string outcome(std::string_view expression, std::string_view item = "{}") {
  Arena arena;
  PlaceholderTable table("{#d: 'd.e', #a: 'a', #1: 'b'}", "{v: 1}", arena);
  const auto projection = parse_projection(expression, table.get(), arena);
  if (!projection) return projection.error().message;
  return testing::notation(project(*projection, testing::item(item, arena), arena));
}

constexpr std::string_view kItem =
    "{p: 'k', a: {b: [2, 4, 6, {c: 1, d: 2}], x: {y: 1, z: 2}}, s: 'text', 'd.e': 7, n: [[1, 2], [3]]}";

struct Case {
  std::string_view expression;
  std::string_view expected;
};

void PrintTo(const Case& test, std::ostream* out) { *out << test.expression; }

class ProjectionOutcome : public ::testing::TestWithParam<Case> {};

TEST_P(ProjectionOutcome, IsAsTheServiceHasIt) {
  EXPECT_EQ(outcome(GetParam().expression, kItem), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(Items, ProjectionOutcome,
                         ::testing::ValuesIn(std::to_array<Case>({
                             {"s", "{s: 'text'}"},
                             {"s, p", "{p: 'k', s: 'text'}"},
                             {"absent", "{}"},
                             {"absent, s", "{s: 'text'}"},
                             {"#d", "{d.e: 7}"},
                             {"a.b[0],a.b[1]", "{a: {b: [2, 4]}}"},
                             {"a.b[2], a.b[0]", "{a: {b: [2, 6]}}"},
                             {"a.b[1], a.b[77]", "{a: {b: [4]}}"},
                             {"a.b[77]", "{}"},
                             {"a.x.z, a.x.y, s", "{a: {x: {y: 1, z: 2}}, s: 'text'}"},
                             {"a.b[3].d", "{a: {b: [{d: 2}]}}"},
                             {"a . b [ 3 ] . d", "{a: {b: [{d: 2}]}}"},
                             {"#a.#1[0]", "{a: {b: [2]}}"},
                             {"a.b.x", "{}"},
                             {"s.x, s",
                              "Invalid ProjectionExpression: Two document paths overlap with each other; "
                              "must remove or rewrite one of these "
                              "paths; path one: [s, x], path two: [s]"},
                             {"s[0]", "{}"},
                             {"a.x.q", "{}"},
                             {"n[0][1], n[1]", "{n: [[2], [3]]}"},
                         })));

INSTANTIATE_TEST_SUITE_P(
    Refusals, ProjectionOutcome,
    ::testing::ValuesIn(std::to_array<Case>({
        {"", "Invalid ProjectionExpression: The expression can not be empty;"},
        {"a,", R"~(Invalid ProjectionExpression: Syntax error; token: "<EOF>", near: ",")~"},
        {",a", R"~(Invalid ProjectionExpression: Syntax error; token: ",", near: ",a")~"},
        {"a,,b", R"~(Invalid ProjectionExpression: Syntax error; token: ",", near: ",,b")~"},
        {"a b", R"~(Invalid ProjectionExpression: Syntax error; token: "b", near: "a b")~"},
        {"a[-1]", R"~(Invalid ProjectionExpression: Syntax error; token: "-", near: "[-1")~"},
        {"a[]", R"~(Invalid ProjectionExpression: Syntax error; token: "]", near: "[]")~"},
        {"a[b]", R"~(Invalid ProjectionExpression: Syntax error; token: "b", near: "[b]")~"},
        {"a.", R"~(Invalid ProjectionExpression: Syntax error; token: "<EOF>", near: ".")~"},
        {"(a)", R"~(Invalid ProjectionExpression: Syntax error; token: "(", near: "(a")~"},
        {":v", R"~(Invalid ProjectionExpression: Syntax error; token: ":v", near: ":v")~"},
        {"size(a)", R"~(Invalid ProjectionExpression: Syntax error; token: "(", near: "size(a")~"},
        {"a = b", R"~(Invalid ProjectionExpression: Syntax error; token: "=", near: "a = b")~"},
        {"#u, data",
         "Invalid ProjectionExpression: Attribute name is a reserved keyword; reserved keyword: data"},
        {"a.and",
         "Invalid ProjectionExpression: Attribute name is a reserved keyword; reserved keyword: and"},
        {"Set", "Invalid ProjectionExpression: Attribute name is a reserved keyword; reserved keyword: Set"},
        {"a, a, #u",
         "Invalid ProjectionExpression: An expression attribute name used in the document path is not "
         "defined; attribute "
         "name: #u"},
        {"a.b[0], a.b[0]",
         "Invalid ProjectionExpression: Two document paths overlap with each other; must remove or rewrite "
         "one of "
         "these paths; path one: [a, b, [0]], path two: [a, b, [0]]"},
        {"a, #a",
         "Invalid ProjectionExpression: Two document paths overlap with each other; must remove or rewrite "
         "one of these "
         "paths; path one: [a], path two: [a]"},
        {"a, q, a.b.c",
         "Invalid ProjectionExpression: Two document paths overlap with each other; must remove or rewrite "
         "one of "
         "these paths; path one: [a], path two: [a, b, c]"},
        {"a.b, a[1]",
         "Invalid ProjectionExpression: Two document paths conflict with each other; must remove or rewrite "
         "one of these "
         "paths; path one: [a, b], path two: [a, [1]]"},
        {"a[99999999999999]",
         "Invalid ProjectionExpression: List index is not within the allowable range; index: "
         "[99999999999999]"},
    })));

TEST(Projection, PathsHaveThirtyTwoSteps) {
  std::string path = "a";
  std::string item = "1";
  for (int i = 0; i < 31; ++i) path += ".a", item = "{a: " + item + "}";
  item = "{a: " + item + "}";
  EXPECT_EQ(outcome(path, item), item);
  EXPECT_EQ(
      outcome(path + "[0]"),
      "Invalid ProjectionExpression: The document path has too many nesting levels; nesting levels: 33");
}

TEST(Projection, KnowsWhetherItGoesIntoAttributes) {
  Arena arena;
  Placeholders none;
  const auto flat = parse_projection("b, c, a", none, arena);
  ASSERT_TRUE(flat.ok());
  EXPECT_TRUE(flat->top_level_only);
  ASSERT_EQ(flat->attributes.size(), 3U);
  EXPECT_EQ(flat->attributes[0].step.name, "a");
  const auto deep = parse_projection("a.b", none, arena);
  ASSERT_TRUE(deep.ok());
  EXPECT_FALSE(deep->top_level_only);
}

TEST(Projection, OfNamesMayRepeatThem) {
  Arena arena;
  const std::array<std::string_view, 4> names = {"s", "p", "s", "a.b"};
  const Projection projection = project_attributes(names, arena);
  EXPECT_EQ(projection.attributes.size(), 3U);
  EXPECT_EQ(testing::notation(project(projection, testing::item(kItem, arena), arena)),
            "{p: 'k', s: 'text'}");
}

TEST(Projection, OfTwoThousandPathsIsChecked) {
  std::string expression = "a[0]";
  for (int i = 1; expression.size() < 4080; ++i) expression += ",a[" + std::to_string(i) + "]";
  EXPECT_EQ(outcome(expression, "{a: [1, 2, 3]}"), "{a: [1, 2, 3]}");
  EXPECT_EQ(outcome(expression + ",a[0]"),
            "Invalid ProjectionExpression: Two document paths overlap with each other; must remove or "
            "rewrite one of these "
            "paths; path one: [a, [0]], path two: [a, [0]]");
}

}  // namespace
}  // namespace lodestone
