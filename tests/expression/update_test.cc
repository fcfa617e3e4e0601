#include "server/expression/update.h"

#include <array>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "tests/expression/notation.h"

namespace lodestone {
namespace {

using testing::PlaceholderTable;

/// The item after the update, or the error's text.
std::string outcome(std::string_view expression, std::string_view item, std::string_view values = "{}",
                    std::string_view names = "{}") {
  Arena arena;
  PlaceholderTable table(names, values, arena);
  const auto update = parse_update(expression, table.get(), arena);
  if (!update) return update.error().message;
  const auto updated = apply(*update, testing::item(item, arena), arena);
  if (!updated) return std::string(message(updated.error()));
  EXPECT_TRUE(testing::is_canonical(Value::map(*updated))) << expression;
  return testing::notation(*updated);
}

struct Case {
  std::string_view expression;
  std::string_view values;
  std::string_view item;
  std::string_view expected;
};

void PrintTo(const Case& test, std::ostream* out) { *out << test.expression << " on " << test.item; }

class UpdateApplication : public ::testing::TestWithParam<Case> {};

TEST_P(UpdateApplication, IsAsTheServiceHasIt) {
  const Case& test = GetParam();
  Arena arena;
  std::string expected(test.expected);
  if (expected.starts_with('{')) expected = testing::notation(testing::item(expected, arena));
  EXPECT_EQ(outcome(test.expression, test.item, test.values), expected);
}

constexpr std::string_view kMissing =
    "The provided expression refers to an attribute that does not exist in the item";
constexpr std::string_view kWrongType = "An operand in the update expression has an incorrect data type";
constexpr std::string_view kInvalidPath =
    "The document path provided in the update expression is invalid for update";
constexpr std::string_view kOverflow =
    "Number overflow. Attempting to store a number with magnitude larger than supported range";
constexpr std::string_view kNesting =
    "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond "
    "supported limit";

INSTANTIATE_TEST_SUITE_P(Set, UpdateApplication,
                         ::testing::ValuesIn(std::to_array<Case>({
                             {"SET a = :v", "{v: 1}", "{b: 2}", "{a: 1, b: 2}"},
                             {"SET b = :v", "{v: [1]}", "{a: 1, b: 2, c: 3}", "{a: 1, b: [1], c: 3}"},
                             {"set c = :v, a = :w", "{v: 3, w: 1}", "{b: 2}", "{a: 1, b: 2, c: 3}"},
                             {"SET a = :v", "{v: 1}", "{}", "{a: 1}"},
                             {"SET x = b", "{}", "{b: {c: [1]}}", "{b: {c: [1]}, x: {c: [1]}}"},
                             {"SET x = b.c[0]", "{}", "{b: {c: [1]}}", "{b: {c: [1]}, x: 1}"},
                             {"SET x = :v, y = x", "{v: 2}", "{x: 1}", "{x: 2, y: 1}"},
                             {"SET x = y, y = x", "{}", "{x: 1, y: 2}", "{x: 2, y: 1}"},
                             {"REMOVE a SET b = a", "{}", "{a: 1}", "{b: 1}"},
                             {"SET x = b", "{}", "{a: 1}", kMissing},
                             {"SET x = p", "{}", "{}", kMissing},
                             {"SET x = b.c", "{}", "{b: 1}", kMissing},
                             {"SET x = b[2]", "{}", "{b: [1]}", kMissing},
                         })));

INSTANTIATE_TEST_SUITE_P(
    Arithmetic, UpdateApplication,
    ::testing::ValuesIn(std::to_array<Case>({
        {"SET n = n + :v", "{v: 1}", "{n: 41}", "{n: 42}"},
        {"SET n = n - :v", "{v: 1.5}", "{n: 1}", "{n: -0.5}"},
        {"SET n = :v - n", "{v: 1}", "{n: 1}", "{n: 0}"},
        {"SET n = a + b", "{}", "{a: 1, b: 1e22}", "{a: 1, b: 1e22, n: 10000000000000000000001}"},
        {"SET n = if_not_exists(n, :z) + :v", "{z: 0, v: 5}", "{}", "{n: 5}"},
        {"SET n = if_not_exists(n, :z) + if_not_exists(m, :v)", "{z: 0, v: 5}", "{n: 2}", "{n: 7}"},
        {"SET n = (n + :v)", "{v: 1}", "{n: 1}", "{n: 2}"},
        {"SET n = (n) + (:v)", "{v: 1}", "{n: 1}", "{n: 2}"},
        {"SET m.n = m.n + l[1]", "{}", "{m: {n: 1}, l: [0, 5]}", "{m: {n: 6}, l: [0, 5]}"},
        {"SET n = n + :v", "{v: 1}", "{}", kMissing},
        {"SET n = n + :v", "{v: 1}", "{n: '1'}", kWrongType},
        {"SET n = :v - s", "{v: 1}", "{s: <1>}", kWrongType},
        {"SET n = n + :v", "{v: 9e125}", "{n: 9e125}", kOverflow},
        {"SET n = n - :v", "{v: -9e125}", "{n: 9e125}", kOverflow},
        {"SET n = n + :v", "{v: 1}", "{n: 1e50}", kOverflow},
        {"SET n = n - :v", "{v: 1}", "{n: 1e50}", kOverflow},
        {"SET n = list_append(l, l) + :v", "{v: 1}", "{l: []}", kWrongType},
    })));

INSTANTIATE_TEST_SUITE_P(
    Functions, UpdateApplication,
    ::testing::ValuesIn(std::to_array<Case>({
        {"SET a = if_not_exists(a, :v)", "{v: 1}", "{}", "{a: 1}"},
        {"SET a = if_not_exists(a, :v)", "{v: 1}", "{a: null}", "{a: null}"},
        {"SET a = if_not_exists(b, :v)", "{v: 1}", "{b: 2}", "{a: 2, b: 2}"},
        {"SET a = if_not_exists(b, c)", "{}", "{c: 3}", "{a: 3, c: 3}"},
        {"SET a = if_not_exists(b, c)", "{}", "{b: 3}", "{a: 3, b: 3}"},
        {"SET a = if_not_exists(b, c)", "{}", "{x: 3}", kMissing},
        {"SET a = if_not_exists(m.x[1], :v)", "{v: 1}", "{m: {x: [1]}}", "{a: 1, m: {x: [1]}}"},
        {"SET a = if_not_exists(b, if_not_exists(c, :v))", "{v: 1}", "{x: 2}", "{a: 1, x: 2}"},
        {"SET l = list_append(l, :v)", "{v: [3, 4]}", "{l: [1, 2]}", "{l: [1, 2, 3, 4]}"},
        {"SET l = list_append(:v, l)", "{v: [3, 4]}", "{l: [1, 2]}", "{l: [3, 4, 1, 2]}"},
        {"SET l = list_append(l, l)", "{}", "{l: [1, 2]}", "{l: [1, 2, 1, 2]}"},
        {"SET l = list_append(:v, :v)", "{v: []}", "{}", "{l: []}"},
        {"SET l = list_append(if_not_exists(l, :e), :v)", "{e: [], v: [1]}", "{}", "{l: [1]}"},
        {"SET l = list_append(:v, if_not_exists(l, :e))", "{e: [], v: [1]}", "{l: [2]}", "{l: [1, 2]}"},
        {"SET l = list_append(l, :v)", "{v: [1]}", "{}", kMissing},
        {"SET l = list_append(l, :v)", "{v: [1]}", "{l: 'x'}", kWrongType},
    })));

INSTANTIATE_TEST_SUITE_P(
    Add, UpdateApplication,
    ::testing::ValuesIn(std::to_array<Case>({
        {"ADD n :v", "{v: 5}", "{}", "{n: 5}"},
        {"ADD n :v", "{v: 5}", "{n: -5}", "{n: 0}"},
        {"add s :v", "{v: <'c', 'a'>}", "{s: <'b', 'c'>}", "{s: <'a', 'b', 'c'>}"},
        {"ADD s :v", "{v: <1.0, 2.00>}", "{s: <1, 2, 3>}", "{s: <1, 2, 3>}"},
        {"ADD s :v", "{v: <-10, 7>}", "{s: <1, 20>}", "{s: <-10, 1, 7, 20>}"},
        {"ADD s :v", "{v: <b'x'>}", "{}", "{s: <b'x'>}"},
        {"ADD m.n :v, m.s :w", "{v: 1, w: <'a'>}", "{m: {n: 1}}", "{m: {n: 2, s: <'a'>}}"},
        {"ADD n :v", "{v: 5}", "{n: 'x'}", kWrongType},
        {"ADD n :v", "{v: <5>}", "{n: 5}", kWrongType},
        {"ADD n :v", "{v: <'5'>}", "{n: <5>}", kWrongType},
        {"ADD n :v", "{v: 1}", "{n: 9.9999999999999999999999999999999999999e125}", kOverflow},
        {"ADD m.n :v", "{v: 1}", "{n: 1}", kInvalidPath},
    })));

INSTANTIATE_TEST_SUITE_P(Delete, UpdateApplication,
                         ::testing::ValuesIn(std::to_array<Case>({
                             {"DELETE s :v", "{v: <'a'>}", "{s: <'a', 'b'>}", "{s: <'b'>}"},
                             {"delete s :v", "{v: <'x'>}", "{s: <'a', 'b'>}", "{s: <'a', 'b'>}"},
                             {"DELETE s :v", "{v: <10, 2e1>}", "{s: <10.0, 20, 30>}", "{s: <30>}"},
                             {"DELETE s :v", "{v: <'a', 'b', 'c'>}", "{s: <'a', 'b'>, x: 1}", "{x: 1}"},
                             {"DELETE s :v", "{v: <'a'>}", "{x: 1}", "{x: 1}"},
                             {"DELETE s :v", "{v: <'a'>}", "{}", "{}"},
                             {"DELETE m.s :v", "{v: <'a'>}", "{m: {s: <'a', 'b'>}}", "{m: {s: <'b'>}}"},
                             {"DELETE s :v", "{v: <'1'>}", "{s: <1>}", kWrongType},
                             {"DELETE s :v", "{v: <'a'>}", "{s: 'a'}", kWrongType},
                         })));

INSTANTIATE_TEST_SUITE_P(Remove, UpdateApplication,
                         ::testing::ValuesIn(std::to_array<Case>({
                             {"REMOVE a", "{}", "{a: 1, b: 2}", "{b: 2}"},
                             {"remove b, a", "{}", "{a: 1, b: 2, c: 3}", "{c: 3}"},
                             {"REMOVE x", "{}", "{a: 1}", "{a: 1}"},
                             {"REMOVE m.x", "{}", "{m: {x: 1}}", "{m: {}}"},
                             {"REMOVE m.x", "{}", "{m: {y: 1}}", "{m: {y: 1}}"},
                             {"REMOVE l[0]", "{}", "{l: [1]}", "{l: []}"},
                             {"REMOVE l[7]", "{}", "{l: [1]}", "{l: [1]}"},
                             {"REMOVE l[0], l[2], l[1]", "{}", "{l: [1, 2, 3, 4]}", "{l: [4]}"},
                             {"REMOVE m.x", "{}", "{a: 1}", kInvalidPath},
                             {"REMOVE m.x", "{}", "{m: 1}", kInvalidPath},
                             {"REMOVE m[0]", "{}", "{m: {x: 1}}", kInvalidPath},
                             {"REMOVE l.x", "{}", "{l: [1]}", kInvalidPath},
                             {"REMOVE l[3].x", "{}", "{l: [1]}", kInvalidPath},
                             {"REMOVE m.x.y", "{}", "{}", "{}"},
                             {"REMOVE m.x SET a = :v", "{v: 1}", "{}", "{a: 1}"},
                         })));

INSTANTIATE_TEST_SUITE_P(
    Paths, UpdateApplication,
    ::testing::ValuesIn(std::to_array<Case>({
        {"SET a.c = :v", "{v: 'x'}", "{a: {b: 1, d: 2}}", "{a: {b: 1, c: 'x', d: 2}}"},
        {"SET a.b = :v", "{v: [1]}", "{a: {b: 1}}", "{a: {b: [1]}}"},
        {"SET a.b.c = :v, a.d = :v", "{v: 9}", "{a: {b: {}, x: 1}}", "{a: {b: {c: 9}, d: 9, x: 1}}"},
        {"SET a[1] = :v", "{v: 9}", "{a: [1, 2, 3]}", "{a: [1, 9, 3]}"},
        {"SET a[100] = :v", "{v: 9}", "{a: [1]}", "{a: [1, 9]}"},
        {"SET a[9] = :x, a[7] = :v, a[0] = :w", "{x: 'nine', v: 'seven', w: 'zero'}", "{a: [1]}",
         "{a: ['zero', 'seven', 'nine']}"},
        {"REMOVE a[1] SET a[3] = :v", "{v: 17}", "{a: [2, 3, 4, 5, 6, 7]}", "{a: [2, 4, 17, 6, 7]}"},
        {"SET a[3] = :v REMOVE a[3].x", "{v: 17}", "{a: [2]}",
         "Invalid UpdateExpression: Two document paths overlap with each other; must remove or rewrite one "
         "of these "
         "paths; path one: [a, [3]], path two: [a, [3], x]"},
        {"REMOVE a[0] SET a[9] = :v", "{v: 17}", "{a: [2, 3]}", "{a: [3, 17]}"},
        {"SET a[1].b = :v", "{v: 9}", "{a: [1, {c: 1}]}", "{a: [1, {b: 9, c: 1}]}"},
        {"SET a[0][1] = :v, a[1][0] = :w", "{v: 9, w: 8}", "{a: [[1, 2], [3]]}", "{a: [[1, 9], [8]]}"},
        {"ADD a[1] :v DELETE a[0] :s", "{v: 1, s: <'x'>}", "{a: [<'x'>, 2]}", "{a: [3]}"},
        {"SET a.b = :v", "{v: 1}", "{}", kInvalidPath},
        {"SET a.b = :v", "{v: 1}", "{a: 1}", kInvalidPath},
        {"SET a.b = :v", "{v: 1}", "{a: [1]}", kInvalidPath},
        {"SET a[0] = :v", "{v: 1}", "{a: {x: 1}}", kInvalidPath},
        {"SET a[0] = :v", "{v: 1}", "{x: 1}", kInvalidPath},
        {"SET a[5].b = :v", "{v: 1}", "{a: [{}]}", kInvalidPath},
        {"SET a.b.c = :v", "{v: 1}", "{a: {x: 1}}", kInvalidPath},
    })));

struct Refusal {
  std::string_view expression;
  std::string_view message;  ///< after "Invalid UpdateExpression: "
};

void PrintTo(const Refusal& test, std::ostream* out) { *out << test.expression; }

class UpdateRefusal : public ::testing::TestWithParam<Refusal> {};

TEST_P(UpdateRefusal, HasTheServiceWords) {
  EXPECT_EQ(
      outcome(GetParam().expression, "{}",
              "{v: 1, n: 1, s: 'a', l: [], m: {}, t: true, z: null, ss: <'a'>, b: b'a'}", "{#a: 'colour'}"),
      "Invalid UpdateExpression: " + std::string(GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(
    Syntax, UpdateRefusal,
    ::testing::ValuesIn(std::to_array<Refusal>({
        {"", "The expression can not be empty;"},
        {"INVALID SYNTAX HERE", R"~(Syntax error; token: "INVALID", near: "INVALID SYNTAX")~"},
        {"ADD hits : incr", R"~(Syntax error; token: ":", near: "hits : incr")~"},
        {"SET #as, #b = :v", R"~(Syntax error; token: ",", near: "#as, #b")~"},
        {"SET #a = :v, #, #a", R"~(Syntax error; token: "#", near: ", #,")~"},
        {"SET _123", R"~(Syntax error; token: "_", near: "SET _123")~"},
        {"SET", R"~(Syntax error; token: "<EOF>", near: "SET")~"},
        {"SET a", R"~(Syntax error; token: "<EOF>", near: "a")~"},
        {"SET a = ", R"~(Syntax error; token: "<EOF>", near: "=")~"},
        {"SET :v = :v", R"~(Syntax error; token: ":v", near: "SET :v =")~"},
        {"SET a = :v,", R"~(Syntax error; token: "<EOF>", near: ",")~"},
        {"SET a = :v, REMOVE b", R"~(Syntax error; token: "REMOVE", near: ", REMOVE b")~"},
        {"SET a = :v b = :v", R"~(Syntax error; token: "b", near: ":v b =")~"},
        {"SET a = b + c + d", R"~(Syntax error; token: "+", near: "c + d")~"},
        {"SET a = (b + c) + d", R"~(Syntax error; token: "+", near: ") + d")~"},
        {"SET a = b * c", R"~(Syntax error; token: "*", near: "b * c")~"},
        {"SET a = if_not_exists(b + c)", R"~(Syntax error; token: "+", near: "b + c")~"},
        {"SET a = _f(b)", R"~(Syntax error; token: "_", near: "= _f")~"},
        {"SET a = 5", R"~(Syntax error; token: "5", near: "= 5")~"},
        {"SET a[:v] = :v", R"~(Syntax error; token: ":v", near: "[:v]")~"},
        {"SET a[#a] = :v", R"~(Syntax error; token: "#a", near: "[#a]")~"},
        {"REMOVE a b", R"~(Syntax error; token: "b", near: "a b")~"},
        {"REMOVE :v", R"~(Syntax error; token: ":v", near: "REMOVE :v")~"},
        {"ADD a b", R"~(Syntax error; token: "b", near: "a b")~"},
        {"ADD a = :v", R"~(Syntax error; token: "=", near: "a = :v")~"},
        {"DELETE a", R"~(Syntax error; token: "<EOF>", near: "a")~"},
    })));

INSTANTIATE_TEST_SUITE_P(
    Meaning, UpdateRefusal,
    ::testing::ValuesIn(std::to_array<Refusal>({
        {"SET a = ((:v))", "The expression has redundant parentheses;"},
        {"SET a = ((b)) + :v", "The expression has redundant parentheses;"},
        {"SET a = ((b + :v))", "The expression has redundant parentheses;"},
        {"SET #b = f(:w), name = :v", "Attribute name is a reserved keyword; reserved keyword: name"},
        {"SET a = f(:undefined)", "Invalid function name; function: f"},
        {"SET a = If_Not_Exists(a, :v)", "Invalid function name; function: If_Not_Exists"},
        {"SET a = size(b)",
         "The function is not allowed to be used this way in an expression; function: size"},
        {"SET a = list_append(:l, list_append(:l, :l))",
         "The function is not allowed to be used this way in an expression; function: list_append"},
        {"SET a = :undefined SET b = :v",
         "The \"SET\" section can only be used once in an update expression;"},
        {"REMOVE a ADD b :v REMOVE c",
         "The \"REMOVE\" section can only be used once in an update expression;"},
        {"ADD a :v ADD b :v", "The \"ADD\" section can only be used once in an update expression;"},
        {"DELETE a :ss DELETE b :ss",
         "The \"DELETE\" section can only be used once in an update expression;"},
        {"SET a = :undefined, #b = :v",
         "An expression attribute name used in the document path is not defined; attribute name: #b"},
        {"SET a = :undefined, a = :v",
         "An expression attribute value used in expression is not defined; attribute value: :undefined"},
        {"SET a = if_not_exists(:undefined, :v)",
         "An expression attribute value used in expression is not defined; attribute value: :undefined"},
        {"SET a.b = :v REMOVE a",
         "Two document paths overlap with each other; must remove or rewrite one of these paths; path one: "
         "[a, b], path "
         "two: [a]"},
        {"SET a = :v, a = :v",
         "Two document paths overlap with each other; must remove or rewrite one of these paths; path one: "
         "[a], path "
         "two: [a]"},
        {"SET #a = :v, colour.x = :v",
         "Two document paths overlap with each other; must remove or rewrite one of these paths; path one: "
         "[colour], path "
         "two: [colour, x]"},
        {"SET a[1] = :v REMOVE a.b, c, c",
         "Two document paths overlap with each other; must remove or rewrite one of these paths; path one: "
         "[c], path "
         "two: [c]"},
        {"SET a.b = :v REMOVE a[1]",
         "Two document paths conflict with each other; must remove or rewrite one of these paths; path one: "
         "[a, b], path "
         "two: [a, [1]]"},
        {"ADD a :s", "Incorrect operand type for operator or function; operator: ADD, operand type: STRING"},
        {"ADD a :l", "Incorrect operand type for operator or function; operator: ADD, operand type: LIST"},
        {"ADD a :m", "Incorrect operand type for operator or function; operator: ADD, operand type: MAP"},
        {"ADD a :t", "Incorrect operand type for operator or function; operator: ADD, operand type: BOOLEAN"},
        {"ADD a :z", "Incorrect operand type for operator or function; operator: ADD, operand type: NULL"},
        {"ADD a :b", "Incorrect operand type for operator or function; operator: ADD, operand type: BINARY"},
        {"DELETE a :n",
         "Incorrect operand type for operator or function; operator: DELETE, operand type: NUMBER"},
        {"DELETE a :s",
         "Incorrect operand type for operator or function; operator: DELETE, operand type: STRING"},
        {"SET a = if_not_exists(:v, :v)",
         "Operator or function requires a document path; operator or function: if_not_exists"},
        {"SET a = if_not_exists(b)",
         "Incorrect number of operands for operator or function; operator or function: "
         "if_not_exists, number of operands: 1"},
        {"SET a = list_append(:l)",
         "Incorrect number of operands for operator or function; operator or function: "
         "list_append, number of operands: 1"},
        {"SET a = list_append(:l, :l, :l)",
         "Incorrect number of operands for operator or function; operator or function: "
         "list_append, number of operands: 3"},
        {"SET a = list_append(b, :s)",
         "Incorrect operand type for operator or function; operator or function: list_append, operand type: "
         "S"},
        {"SET a = list_append(:m, b)",
         "Incorrect operand type for operator or function; operator or function: list_append, operand type: "
         "M"},
        {"SET a = a + :s",
         "Incorrect operand type for operator or function; operator or function: +, operand type: S"},
        {"SET a = :l - b",
         "Incorrect operand type for operator or function; operator or function: -, operand type: L"},
        {"SET a[99999999999] = :v", "List index is not within the allowable range; index: [99999999999]"},
    })));

TEST(Update, HostileNestingEndsInAnError) {
  for (const std::string_view part : {"(", "if_not_exists(a,", "f("}) {
    std::string expression = "SET a = ";
    while (expression.size() + part.size() <= 4096) expression += part;
    const std::string message = outcome(expression, "{}");
    EXPECT_TRUE(message.starts_with("Invalid UpdateExpression: ")) << message;
  }
}

TEST(Update, RefusesWhatWouldNestTooDeeply) {
  // Parents of the target: a and 29 maps below it.
  std::string item = "{}";
  std::string path = "a";
  for (int i = 0; i < 29; ++i) item = "{b: " + item + "}", path += ".b";
  item = "{a: " + item + "}";
  EXPECT_NE(outcome("SET " + path + ".c = :v", item, "{v: [1]}"), kNesting);
  EXPECT_EQ(outcome("SET " + path + ".c = :v", item, "{v: [[1]]}"), kNesting);
  EXPECT_EQ(outcome("SET l = list_append(l, :v)", "{l: []}", "{v: [1]}"), "{l: [1]}");
}

Update parsed(std::string_view expression, std::string_view values, Arena& arena) {
  PlaceholderTable table("{}", values, arena);
  auto update = parse_update(expression, table.get(), arena);
  EXPECT_TRUE(update.ok()) << update.error().message;
  return *update;
}

TEST(Update, TellsWhetherItMakesAnItem) {
  Arena arena;
  EXPECT_FALSE(parsed("REMOVE a, b DELETE s :v", "{v: <1>}", arena).creates_item());
  EXPECT_TRUE(parsed("REMOVE a ADD n :v", "{v: 1}", arena).creates_item());
  EXPECT_TRUE(parsed("SET n = :v", "{v: 1}", arena).creates_item());
}

TEST(Update, CountsItsActions) {
  Arena arena;
  const UpdateCounts counts =
      parsed("SET a = :v, b[1] = b[1] + :v, c.d = :v - c.d REMOVE e, f[1] ADD g :v DELETE h :s",
             "{v: 1, s: <1>}", arena)
          .counts;
  EXPECT_EQ(counts.assignments, 4U);
  EXPECT_EQ(counts.removals, 3U);
  EXPECT_EQ(counts.assigned_indexes, 1U);
  EXPECT_EQ(counts.arithmetic, 2U);
}

TEST(Update, VisitsEveryPath) {
  Arena arena;
  const Update update =
      parsed("SET a.b = if_not_exists(c, d) + e, f = list_append(g, :l) REMOVE h[1]", "{l: []}", arena);
  std::string visited;
  for_each_path(update, [&](const Path& path) { visited += to_string(path); });
  EXPECT_EQ(visited, "[a, b][c][d][e][f][g][h, [1]]");
}

TEST(Update, MergesTheKeyIntoANewItem) {
  Arena arena;
  EXPECT_EQ(testing::notation(with_key(testing::item("{b: 1, q: 2}", arena),
                                       testing::item("{p: 'x', z: 1}", arena), arena)),
            "{b: 1, p: 'x', q: 2, z: 1}");
  EXPECT_EQ(
      testing::notation(with_key(testing::item("{p: 'x'}", arena), testing::item("{p: 'x'}", arena), arena)),
      "{p: 'x'}");
}

struct Fragments {
  std::string_view expression;
  std::string_view before;
  std::string_view updated_old;
  std::string_view updated_new;
};

void PrintTo(const Fragments& test, std::ostream* out) { *out << test.expression << " on " << test.before; }

class UpdatedFragments : public ::testing::TestWithParam<Fragments> {};

TEST_P(UpdatedFragments, AreWhatTheActionsTouched) {
  const Fragments& test = GetParam();
  Arena arena;
  PlaceholderTable table("{}", "{v: 9}", arena);
  const auto update = parse_update(test.expression, table.get(), arena);
  ASSERT_TRUE(update.ok()) << update.error().message;
  const Item before = testing::item(test.before, arena);
  const auto after = apply(*update, before, arena);
  ASSERT_TRUE(after.ok()) << message(after.error());
  EXPECT_EQ(testing::notation(updated_fragments(*update, before, arena)), test.updated_old);
  EXPECT_EQ(testing::notation(updated_fragments(*update, *after, arena)), test.updated_new);
}

INSTANTIATE_TEST_SUITE_P(
    ReturnValues, UpdatedFragments,
    ::testing::ValuesIn(std::to_array<Fragments>({
        {"SET a = :v", "{a: 1, p: 'k'}", "{a: 1}", "{a: 9}"},
        {"SET a = :v", "{a: 9, p: 'k'}", "{a: 9}", "{a: 9}"},
        {"SET a = :v", "{p: 'k'}", "{}", "{a: 9}"},
        {"REMOVE a, b", "{a: 1, p: 'k'}", "{a: 1}", "{}"},
        {"SET a = :v REMOVE b ADD c :v", "{b: 1, c: 1}", "{b: 1, c: 1}", "{a: 9, c: 10}"},
        {"SET a.c[1] = :v", "{a: {b: 1, c: [1, 2, 3]}}", "{a: {c: [2]}}", "{a: {c: [9]}}"},
        {"SET a.c[100] = :v", "{a: {c: [1, 2]}}", "{}", "{}"},
        {"REMOVE a.c[1]", "{a: {c: [1, 2, 3]}}", "{a: {c: [2]}}", "{a: {c: [3]}}"},
        {"REMOVE a.c[1], a.c[3]", "{a: {c: [1, 2, 3]}}", "{a: {c: [2]}}", "{a: {c: [3]}}"},
        {"SET a.d = :v", "{a: {c: 1}}", "{}", "{a: {d: 9}}"},
        {"SET a.x = :v, a.l[0] = :v, a.l[2] = :v", "{a: {l: [1, 2, 3], x: 1, y: 2}}",
         "{a: {l: [1, 3], x: 1}}", "{a: {l: [9, 9], x: 9}}"},
    })));

}  // namespace
}  // namespace lodestone
