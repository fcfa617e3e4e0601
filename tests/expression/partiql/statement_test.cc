// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.statements.html
#include "server/expression/partiql/statement.h"

#include <array>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "tests/expression/notation.h"
#include "tests/expression/partiql/parsed_statement.h"

namespace lodestone::partiql {
namespace {

using testing::notation;

// SELECT

std::string source(std::string_view statement) {
  Arena arena;
  const auto result = parsed(statement, "[]", arena);
  if (!result.ok()) return result.error().message;
  const Source& source = source_of(*result);
  return std::string(source.table) + (source.index ? "/" + std::string(*source.index) : "");
}

TEST(Statement, NamesATableOrAnIndexOfIt) {
  EXPECT_EQ(source("SELECT * FROM Music"), "Music");
  EXPECT_EQ(source("select * from \"Music\""), "Music");
  EXPECT_EQ(source("SELECT * FROM \"my-table.v2\""), "my-table.v2");
  EXPECT_EQ(source("SELECT * FROM \"Music\".\"by-genre\""), "Music/by-genre");
  EXPECT_EQ(source("SELECT * FROM Music.index_1"), "Music/index_1");
  EXPECT_EQ(source("SELECT * FROM \"a\"\"b\""), "a\"b");
  EXPECT_EQ(source("INSERT INTO \"Music\" VALUE {'a': 1}"), "Music");
  EXPECT_EQ(source("UPDATE Music SET a = 1 WHERE b = 2"), "Music");
  EXPECT_EQ(source("DELETE FROM \"Music\" WHERE b = 2"), "Music");
  EXPECT_EQ(source("EXISTS(SELECT * FROM \"Music\" WHERE b = 2)"), "Music");
}

TEST(Statement, HasBlanksCommentsAndASemicolon) {
  EXPECT_EQ(source("\n SELECT\t*\r\n  FROM -- the table\n Music /* all of\n it */ ;"), "Music");
  EXPECT_EQ(fault("SELECT * FROM Music;;"), kMalformed + "Unexpected token after expression");
  EXPECT_EQ(fault("SELECT * FROM Music /* all"), kMalformed);
}

std::string projected(std::string_view list, std::string_view item) {
  Arena arena;
  const auto result = parsed("SELECT " + std::string(list) + " FROM t", "[]", arena);
  if (!result.ok()) return result.error().message;
  const Projection* projection = std::get<Select>(*result).projection;
  const Item whole = testing::item(item, arena);
  const Item part = projection == nullptr ? whole : project(*projection, whole, arena);
  EXPECT_TRUE(testing::is_canonical(Value::map(part))) << list;
  return notation(part);
}

TEST(Statement, SelectsPathsUnderTheirLastNames) {
  constexpr std::string_view kItem = "{a: 1, b: {c: [10, 20, {d: 'x'}], e: true}, l: [[1, 2], 3], 'f g': 5}";
  EXPECT_EQ(projected("*", "{a: 1, b: 2}"), "{a: 1, b: 2}");
  EXPECT_EQ(projected("a", kItem), "{a: 1}");
  EXPECT_EQ(projected("\"f g\", a", kItem), "{a: 1, f g: 5}");
  EXPECT_EQ(projected("a, a", kItem), "{a: 1}");
  EXPECT_EQ(projected("absent", kItem), "{}");
  EXPECT_EQ(projected("b.e", kItem), "{e: true}");
  EXPECT_EQ(projected("b.c[1]", kItem), "{c[1]: 20}");
  EXPECT_EQ(projected("b.c[2].d, a", kItem), "{a: 1, d: 'x'}");
  EXPECT_EQ(projected("l[0][1]", kItem), "{l[0][1]: 2}");
  EXPECT_EQ(projected("b.c[7], b.x, a.y", kItem), "{}");
  EXPECT_EQ(projected("b.c[0], b", kItem), "{b: {c: [10, 20, {d: 'x'}], e: true}, c[0]: 10}");
  EXPECT_EQ(projected("b.\"e\"", kItem), "{e: true}");
}

TEST(Statement, SelectsNothingButPaths) {
  const std::string unexpected = "Unexpected path component at ";
  EXPECT_EQ(fault("SELECT COUNT(*) FROM t"), unexpected + "1:8:5");
  EXPECT_EQ(fault("SELECT a,\n  size(b) FROM t"), unexpected + "2:3:4");
  EXPECT_EQ(fault("SELECT 'text' FROM t"), unexpected + "1:8:6");
  EXPECT_EQ(fault("SELECT a + 1 FROM t"), unexpected + "1:10:1");
  EXPECT_EQ(fault("SELECT a AS b FROM t"), unexpected + "1:10:2");
  EXPECT_EQ(fault("SELECT COUNT(*) FROM"), unexpected + "1:8:5") << "before the syntax";
}

struct Condition {
  std::string_view where;
  std::string_view parameters;
  bool expected;
};

void PrintTo(const Condition& test, std::ostream* out) { *out << test.where << " with " << test.parameters; }

class Where : public ::testing::TestWithParam<Condition> {};

TEST_P(Where, IsMetOrNot) {
  const Condition& test = GetParam();
  Arena arena;
  const auto result = parsed("SELECT * FROM t WHERE " + std::string(test.where), test.parameters, arena);
  ASSERT_TRUE(result.ok()) << result.error().message;
  const Item item = testing::item(
      "{s: 'hello', n: 5, bin: b'abc', t: true, z: null, ss: <'a', 'b'>, ns: <1, 2>, l: [1, 'a', {k: 7}],"
      " m: {x: 1, y: {q: 'deep'}}, same: 5, 'a b': 1, size: 9}",
      arena);
  EXPECT_EQ(evaluate(*std::get<Select>(*result).where, item), test.expected) << test.where;
}

INSTANTIATE_TEST_SUITE_P(Comparisons, Where,
                         ::testing::ValuesIn(std::to_array<Condition>({
                             {"s = 'hello'", "[]", true},
                             {"s = 'it''s'", "[]", false},
                             {"'hello' = s", "[]", true},
                             {"n = 5", "[]", true},
                             {"n = 5.0", "[]", true},
                             {"n = 50e-1", "[]", true},
                             {"n = +5", "[]", true},
                             {"n > -5", "[]", true},
                             {"n>-5", "[]", true},
                             {"n <> 5", "[]", false},
                             {"n != 6", "[]", true},
                             {"n = '5'", "[]", false},
                             {"n < 6 AND n <= 5 AND n > 4 AND n >= 5", "[]", true},
                             {"n = same", "[]", true},
                             {"absent <> 5", "[]", true},
                             {"absent = 5", "[]", false},
                             {"\"a b\" = 1", "[]", true},
                             {"\"size\" = 9", "[]", true},
                             {"t = TRUE", "[]", true},
                             {"t = false", "[]", false},
                             {"z = null", "[]", true},
                             {"ns = <<2, 1>>", "[]", true},
                             {"l = [1, 'a', {'k': 7}]", "[]", true},
                             {"m.y.q = 'deep'", "[]", true},
                             {"l[2].k = 7", "[]", true},
                             {"l[9] = 7", "[]", false},
                             {"n = ?", "[5]", true},
                             {"s = ? AND n = ?", "['hello', 5]", true},
                             {"bin = ?", "[b'abc']", true},
                             {"m = ?", "[{x: 1, y: {q: 'deep'}}]", true},
                             {"l[0] = ?", "[1]", true},
                         })));

INSTANTIATE_TEST_SUITE_P(Logic, Where,
                         ::testing::ValuesIn(std::to_array<Condition>({
                             {"n = 1 OR n = 5", "[]", true},
                             {"n = 5 OR n = 1 AND s = 'x'", "[]", true},
                             {"(n = 5 OR n = 1) AND s = 'x'", "[]", false},
                             {"NOT n = 5", "[]", false},
                             {"NOT NOT n = 5", "[]", true},
                             {"NOT n = 1 AND NOT s = 'x'", "[]", true},
                             {"not (n = 1 or s = 'x')", "[]", true},
                             {"((n) = (5))", "[]", true},
                             {"n BETWEEN 5 AND 6", "[]", true},
                             {"n between 1 and 5 and s = 'hello'", "[]", true},
                             {"n NOT BETWEEN 1 AND 4", "[]", true},
                             {"n BETWEEN ? AND ?", "[6, 7]", false},
                             {"s BETWEEN 'a' AND 'z'", "[]", true},
                             {"n IN [1, 5]", "[]", true},
                             {"n IN (1, 2)", "[]", false},
                             {"n IN [same]", "[]", true},
                             {"s IN <<'hello'>>", "[]", true},
                             {"n NOT IN [1, 2]", "[]", true},
                             {"NOT n IN [5]", "[]", false},
                             {"n IN [?, ?]", "['5', 5]", true},
                         })));

INSTANTIATE_TEST_SUITE_P(FunctionsAndTypes, Where,
                         ::testing::ValuesIn(std::to_array<Condition>({
                             {"begins_with(s, 'hel')", "[]", true},
                             {"BEGINS_WITH(\"s\", ?)", "['x']", false},
                             {"contains(s, 'ell')", "[]", true},
                             {"Contains(ss, 'a')", "[]", true},
                             {"contains(l, 1)", "[]", true},
                             {"contains(ns, 3)", "[]", false},
                             {"NOT contains(s, 'x')", "[]", true},
                             {"attribute_type(s, 'S')", "[]", true},
                             {"attribute_type(m.x, ?)", "['N']", true},
                             {"attribute_type(n, 'S')", "[]", false},
                             {"size(s) = 5", "[]", true},
                             {"SIZE(l) > 3", "[]", false},
                             {"size(m) BETWEEN 2 AND 2", "[]", true},
                             {"size(ss) IN [1, 2]", "[]", true},
                             {"absent IS MISSING", "[]", true},
                             {"s IS MISSING", "[]", false},
                             {"s IS NOT MISSING", "[]", true},
                             {"m.x IS NOT MISSING AND m.w IS MISSING", "[]", true},
                             {"z IS NULL", "[]", true},
                             {"s IS NOT NULL", "[]", true},
                             {"absent IS NULL", "[]", false},
                             {"NOT z IS NULL", "[]", false},
                             {"s IS STRING AND n IS NUMERIC AND t IS BOOL AND bin IS BLOB", "[]", true},
                             {"l IS LIST AND m IS STRUCT AND m IS TUPLE", "[]", true},
                             {"ss IS BAG AND ns IS BAG AND l IS NOT BAG", "[]", true},
                         })));

struct Order {
  std::string_view clause;
  std::string_view expected;
};

TEST(Statement, OrdersByAttributesInADirection) {
  for (const Order& test : std::to_array<Order>({{"", ""},
                                                 {"ORDER BY a", "a"},
                                                 {"ORDER BY a ASC, \"b c\" DESC", "a b c-"},
                                                 {"order by a desc", "a-"}})) {
    Arena arena;
    const auto result = parsed("SELECT * FROM t WHERE a = 1 " + std::string(test.clause), "[]", arena);
    ASSERT_TRUE(result.ok()) << result.error().message;
    std::string order;
    for (const OrderTerm& term : std::get<Select>(*result).order) {
      order += (order.empty() ? "" : " ") + std::string(term.attribute) + (term.descending ? "-" : "");
    }
    EXPECT_EQ(order, test.expected);
  }
}

// INSERT

std::string inserted(std::string_view tuple, std::string_view parameters = "[]") {
  Arena arena;
  const auto result = parsed("INSERT INTO t VALUE " + std::string(tuple), parameters, arena);
  if (!result.ok()) return result.error().message;
  const Item item = std::get<Insert>(*result).item;
  EXPECT_TRUE(testing::is_canonical(Value::map(item))) << tuple;
  return notation(item);
}

TEST(Statement, InsertsTuplesOfEveryType) {
  EXPECT_EQ(
      inserted("{'primarykey':'1', 'NumberType':1, 'MapType' : {'entryname1': 'value', 'entryname2': 4},"
               "'ListType': [1,'stringval'], 'NumberSetType':<<1,34,32,4.5>>,"
               "'StringSetType':<<'stringval','stringval2'>>}"),
      "{ListType: [1, 'stringval'], MapType: {entryname1: 'value', entryname2: 4},"
      " NumberSetType: <1, 4.5, 32, 34>, NumberType: 1, StringSetType: <'stringval', 'stringval2'>,"
      " primarykey: '1'}");
  EXPECT_EQ(inserted("{}"), "{}");
  EXPECT_EQ(inserted("{'b': true, 'a': NULL, 'l': [], 'm': {}, 's': ''}"),
            "{a: null, b: true, l: [], m: {}, s: ''}");
  EXPECT_EQ(inserted("{'it''s': 'say ''no'''}"), "{it's: 'say ''no'''}");
  EXPECT_EQ(inserted("{'n': -1.50, 'e': 1E3, 'f': .5, 'g': 1e0}"), "{e: 1000, f: 0.5, g: 1, n: -1.5}");
  EXPECT_EQ(inserted("{'a': 1, 'a': 2}"), "{a: 2}");
  EXPECT_EQ(inserted("{'ä': 'ö'}"), "{ä: 'ö'}");
  EXPECT_EQ(inserted("{'a': ?, 'b': [?, {'c': ?}], 'd': <<?, ?>>}", "[1, b'x', <'y'>, b'p', b'q']"),
            "{a: 1, b: [b'x', {c: <'y'>}], d: <b'p', b'q'>}");
  EXPECT_EQ(inserted("?", "[{a: 1}]"), "{a: 1}");
  EXPECT_EQ(inserted("{'a': '?'}"), "{a: '?'}");
}

TEST(Statement, RefusesValuesThatNoAttributeHas) {
  const std::string invalid = "One or more parameter values were invalid: ";
  EXPECT_EQ(inserted("{'a': <<>>}"), invalid + "An string set  may not be empty");
  EXPECT_EQ(inserted("{'a': <<'x', 'y', 'x'>>}"),
            invalid + "Input collection [x, y, x] contains duplicates.");
  EXPECT_EQ(inserted("{'a': <<1, 1.0>>}"), "Input collection contains duplicates");
  EXPECT_EQ(inserted("{'a': <<1, 'x'>>}"),
            invalid + "The elements of a set must be strings, or numbers, or binaries");
  EXPECT_EQ(inserted("{'a': <<[1]>>}"),
            invalid + "The elements of a set must be strings, or numbers, or binaries");
  EXPECT_EQ(inserted("{'': 1}"), invalid + "Empty attribute name");
  EXPECT_EQ(inserted("{'a': 1e126}"),
            "Number overflow. Attempting to store a number with magnitude larger than supported range");
  EXPECT_EQ(inserted("{'a': 1e-131}"),
            "Number underflow. Attempting to store a number with magnitude smaller than supported range");
  EXPECT_EQ(inserted("{'a': 123456789012345678901234567890123456789}"),
            "Attempting to store more than 38 significant digits in a Number");
  EXPECT_EQ(inserted("?", "['text']"),
            "Incorrect operand type for operator or function; operator or function: INSERT, operand type: S");
}

TEST(Statement, NestsThirtyTwoLevels) {
  const std::string nesting =
      "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond "
      "supported limit";
  const auto lists = [](std::size_t depth) {
    return std::string(depth, '[') + "1" + std::string(depth, ']');
  };
  EXPECT_EQ(inserted("{'a': " + lists(31) + "}"), "{a: " + lists(31) + "}");
  EXPECT_EQ(inserted("{'a': " + lists(32) + "}"), nesting);
  EXPECT_EQ(inserted("{'a': " + std::string(4000, '[')), nesting);
  EXPECT_EQ(inserted("{'a': [?]}", "[" + lists(30) + "]"), "{a: " + lists(31) + "}");
  EXPECT_EQ(inserted("{'a': [?]}", "[" + lists(31) + "]"), nesting);
}

// UPDATE, DELETE

std::string updated(std::string_view clauses, std::string_view item, std::string_view parameters = "[]") {
  Arena arena;
  const auto result = parsed("UPDATE t " + std::string(clauses) + " WHERE pk = 1", parameters, arena);
  if (!result.ok()) return result.error().message;
  const auto after = apply(*std::get<UpdateItem>(*result).update, testing::item(item, arena), arena);
  if (!after.ok()) return std::string(message(after.error()));
  EXPECT_TRUE(testing::is_canonical(Value::map(*after))) << clauses;
  return notation(*after);
}

TEST(Statement, UpdatesAttributes) {
  EXPECT_EQ(updated("SET AwardsWon=1 SET AwardDetail={'Grammys':[2020, 2018]}", "{}"),
            "{AwardDetail: {Grammys: [2020, 2018]}, AwardsWon: 1}");
  EXPECT_EQ(updated("SET a = 1, b = ? REMOVE c", "{a: 0, c: 3}", "['x']"), "{a: 1, b: 'x'}");
  EXPECT_EQ(updated("REMOVE a REMOVE l[0] REMOVE m.x", "{a: 1, l: [1, 2], m: {x: 1, y: 2}}"),
            "{l: [2], m: {y: 2}}");
  EXPECT_EQ(updated("SET n = n + 100", "{n: 5}"), "{n: 105}");
  EXPECT_EQ(updated("SET n = n - ?", "{n: 5}", "[7]"), "{n: -2}");
  EXPECT_EQ(updated("SET n = (10 - n)", "{n: 4}"), "{n: 6}");
  EXPECT_EQ(updated("SET a = b, b = a", "{a: 1, b: 2}"), "{a: 2, b: 1}");
  EXPECT_EQ(updated("SET a.b[1].c = TRUE", "{a: {b: [1, {c: 2}]}}"), "{a: {b: [1, {c: true}]}}");
  EXPECT_EQ(updated("SET \"odd name\" = NULL", "{}"), "{odd name: null}");
  EXPECT_EQ(updated("SET l = list_append(l, [4, <<'string1', 'string2'>>])", "{l: [1]}"),
            "{l: [1, 4, <'string1', 'string2'>]}");
  EXPECT_EQ(updated("SET l = LIST_APPEND(?, l)", "{l: [1]}", "[[0]]"), "{l: [0, 1]}");
}

TEST(Statement, AddsToSetsAndDeletesFromThem) {
  EXPECT_EQ(updated("SET s = set_add(s, <<'new'>>)", "{s: <'a'>}"), "{s: <'a', 'new'>}");
  EXPECT_EQ(updated("SET s = SET_ADD(s, <<345, 48.4>>)", "{s: <1>}"), "{s: <1, 48.4, 345>}");
  EXPECT_EQ(updated("SET s = set_add(s, ?)", "{}", "[<b'x'>]"), "{s: <b'x'>}");
  EXPECT_EQ(updated("SET s = set_delete(s, <<'a'>>)", "{s: <'a', 'b'>}"), "{s: <'b'>}");
  EXPECT_EQ(updated("SET s = SET_DELETE( s, <<345>>)", "{s: <345>}"), "{}");
  EXPECT_EQ(updated("SET m.s = set_add(m.s, <<1>>)", "{m: {s: <2>}}"), "{m: {s: <1, 2>}}");
  const std::string wrong = "Incorrect operand type for operator or function; operator or function: ";
  EXPECT_EQ(updated("SET s = set_add(s, [1])", "{}"), wrong + "set_add, operand type: L");
  EXPECT_EQ(updated("SET n = set_add(n, 1)", "{}"), wrong + "set_add, operand type: N");
  EXPECT_EQ(updated("SET s = set_delete(s, 'a')", "{}"), wrong + "set_delete, operand type: S");
  EXPECT_EQ(updated("SET s = set_add(s, <<1>>)", "{s: <'a'>}"),
            "An operand in the update expression has an incorrect data type");
  EXPECT_EQ(updated("SET s = set_add(r, <<1>>)", "{}"),
            "Operator or function requires a document path; operator or function: set_add");
  EXPECT_EQ(updated("SET s = set_add(s)", "{}"),
            "Incorrect number of operands for operator or function; operator or function: set_add, number of "
            "operands: 1");
}

TEST(Statement, ChecksWhatAnUpdateIsMadeOf) {
  const std::string wrong = "Incorrect operand type for operator or function; operator or function: ";
  EXPECT_EQ(updated("SET n = n + 'a'", "{}"), wrong + "+, operand type: S");
  EXPECT_EQ(updated("SET n = [1] - n", "{}"), wrong + "-, operand type: L");
  EXPECT_EQ(updated("SET l = list_append(l, 1)", "{}"), wrong + "list_append, operand type: N");
  EXPECT_EQ(
      updated("SET l = list_append(l)", "{}"),
      "Incorrect number of operands for operator or function; operator or function: list_append, number "
      "of operands: 1");
  EXPECT_EQ(updated("SET a = other(b)", "{}"), "Invalid function name; function: other");
  EXPECT_EQ(
      updated("SET a = 1 SET a = 2", "{}"),
      "Two document paths overlap with each other; must remove or rewrite one of these paths; path one: "
      "[a], path two: [a]");
  EXPECT_EQ(updated("SET a.b = 1 REMOVE a[0]", "{}"),
            "Two document paths conflict with each other; must remove or rewrite one of these paths; path "
            "one: [a, b], path two: [a, [0]]");
  EXPECT_EQ(updated("SET a = b", "{}"),
            "The provided expression refers to an attribute that does not exist in the item");
}

TEST(Statement, ReturnsWhatIsAskedFor) {
  const auto returning = [](std::string_view statement) {
    Arena arena;
    const auto result = parsed(statement, "[]", arena);
    EXPECT_TRUE(result.ok()) << result.error().message;
    return result.ok() ? returning_of(*result) : Returning::kNothing;
  };
  const std::string update = "UPDATE t SET a = 1 WHERE pk = 1 ";
  EXPECT_EQ(returning(update), Returning::kNothing);
  EXPECT_EQ(returning(update + "RETURNING ALL OLD *"), Returning::kAllOld);
  EXPECT_EQ(returning(update + "returning all new *"), Returning::kAllNew);
  EXPECT_EQ(returning(update + "RETURNING MODIFIED OLD *"), Returning::kModifiedOld);
  EXPECT_EQ(returning(update + "RETURNING MODIFIED NEW *"), Returning::kModifiedNew);
  EXPECT_EQ(returning("DELETE FROM t WHERE pk = 1 RETURNING ALL OLD *"), Returning::kAllOld);
  EXPECT_EQ(
      fault("DELETE FROM t WHERE pk = 1 RETURNING MODIFIED NEW *"),
      "Invalid returning clause: RETURNING MODIFIED NEW *. Only RETURNING ALL OLD * is allowed in DELETE "
      "statements.");
  EXPECT_EQ(fault(update + "RETURNING OLD *"),
            kMalformed + "Expected ( MODIFIED | ALL ) ( NEW | OLD ) in each returning element.");
  EXPECT_EQ(fault(update + "RETURNING ALL OLD a"), kMalformed + "Unexpected term");
}

}  // namespace
}  // namespace lodestone::partiql
