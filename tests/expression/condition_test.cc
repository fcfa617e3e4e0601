#include "server/expression/condition.h"

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "tests/expression/notation.h"

namespace lodestone {
namespace {

using testing::PlaceholderTable;

std::string repeated(std::string_view text, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out += text;
  return out;
}

/// The error's text, or "true" or "false".
std::string outcome(std::string_view expression, std::string_view item, std::string_view values = "{}",
                    std::string_view names = "{}", ExpressionKind kind = ExpressionKind::kCondition) {
  Arena arena;
  PlaceholderTable table(names, values, arena);
  const auto condition = parse_condition(expression, kind, table.get(), arena);
  if (!condition) return condition.error().message;
  return evaluate(**condition, testing::item(item, arena)) ? "true" : "false";
}

/// Every type once; :v is bound to each case's value.
constexpr std::string_view kItem =
    "{s: 'hello', n: 5, bin: b'abc', t: true, f: false, nothing: null, ss: <'a', 'b'>, ns: <1, 2>, bs: "
    "<b'x'>,"
    " l: [1, 'a', [1], {k: 1}, <1, 2>], m: {x: 1, y: [1, 2, 3], z: {q: 'deep'}}, es: '', el: [], em: {},"
    " same: 5, twin: 'hello', uni: 'äöü'}";

struct Evaluation {
  std::string_view expression;
  std::string_view value;  ///< of :v
  bool expected;
};

void PrintTo(const Evaluation& test, std::ostream* out) {
  *out << test.expression << " with :v = " << test.value;
}

class ConditionEvaluation : public ::testing::TestWithParam<Evaluation> {};

TEST_P(ConditionEvaluation, IsAsTheServiceHasIt) {
  const Evaluation& test = GetParam();
  const std::string values = test.value.empty() ? "{}" : "{v: " + std::string(test.value) + "}";
  EXPECT_EQ(outcome(test.expression, kItem, values), test.expected ? "true" : "false")
      << test.expression << " with :v = " << test.value;
}

INSTANTIATE_TEST_SUITE_P(Equality, ConditionEvaluation,
                         ::testing::ValuesIn(std::to_array<Evaluation>(
                             {Evaluation{"s = :v", "'hello'", true},
                              Evaluation{"s = :v", "'Hello'", false},
                              Evaluation{"n = :v", "5.0", true},
                              Evaluation{"n = :v", "'5'", false},
                              Evaluation{"bin = :v", "b'abc'", true},
                              Evaluation{"bin = :v", "'abc'", false},
                              Evaluation{"t = :v", "true", true},
                              Evaluation{"t = :v", "false", false},
                              Evaluation{"nothing = :v", "null", true},
                              Evaluation{"ss = :v", "<'b', 'a'>", true},
                              Evaluation{"ns = :v", "<2.0, 1>", true},
                              Evaluation{"ns = :v", "<1>", false},
                              Evaluation{"l = :v", "[1, 'a', [1], {k: 1}, <2, 1>]", true},
                              Evaluation{"l = :v", "['a', 1, [1], {k: 1}, <2, 1>]", false},
                              Evaluation{"m = :v", "{z: {q: 'deep'}, y: [1, 2, 3], x: 1}", true},
                              Evaluation{"m.z = :v", "{q: 'deep'}", true},
                              Evaluation{"m.y[1] = :v", "2", true},
                              Evaluation{"m.y[3] = :v", "2", false},
                              Evaluation{"m.x[0] = :v", "1", false},
                              Evaluation{"l.k = :v", "1", false},
                              Evaluation{"l[3].k = :v", "1", true},
                              Evaluation{"absent = :v", "1", false},
                              Evaluation{":v = n", "5", true},
                              Evaluation{"n = same", "", true},
                              Evaluation{"s = twin", "", true},
                              Evaluation{"absent = gone", "", false},
                              Evaluation{"absent <> gone", "", true},
                              Evaluation{"absent <> :v", "1", true},
                              Evaluation{"n <> :v", "'5'", true},
                              Evaluation{"n <> :v", "5", false},
                              Evaluation{"n <> :v", "6", true},
                              Evaluation{"m.x < m.y[1]", "", true},
                              Evaluation{":v = :v", "1", true}})));

INSTANTIATE_TEST_SUITE_P(Order, ConditionEvaluation,
                         ::testing::ValuesIn(std::to_array<Evaluation>(
                             {Evaluation{"n < :v", "6", true},       Evaluation{"n < :v", "5", false},
                              Evaluation{"n <= :v", "5", true},      Evaluation{"n > :v", "-100", true},
                              Evaluation{"n >= :v", "5.5", false},   Evaluation{"n < :v", "1e100", true},
                              Evaluation{"s < :v", "'hellp'", true}, Evaluation{"s < :v", "'hello!'", true},
                              Evaluation{"s < :v", "6", false},      Evaluation{"s > :v", "6", false},
                              Evaluation{"uni > :v", "'zzz'", true}, Evaluation{"bin < :v", "b'b'", true},
                              Evaluation{"absent < :v", "1", false}, Evaluation{"absent >= :v", "1", false},
                              Evaluation{"t < :v", "1", false},      Evaluation{"l > :v", "1", false},
                              Evaluation{"t <= f", "", false},       Evaluation{"ss >= ss2", "", false},
                              Evaluation{":v < n", "4", true},       Evaluation{":v < n", "5", false}})));

INSTANTIATE_TEST_SUITE_P(
    BetweenAndIn, ConditionEvaluation,
    ::testing::ValuesIn(std::to_array<Evaluation>(
        {Evaluation{"n BETWEEN :v AND :v", "5", true}, Evaluation{"n between :v and same", "5", true},
         Evaluation{"n BETWEEN m.x AND :v", "10", true}, Evaluation{"n BETWEEN :v AND m.x", "3", false},
         Evaluation{"n BETWEEN :v AND s", "3", false}, Evaluation{"absent BETWEEN :v AND :v", "3", false},
         Evaluation{"m.x BETWEEN :v AND m.y[1] AND n = same", "0", true},
         Evaluation{":v BETWEEN m.x AND n", "3", true}, Evaluation{"t BETWEEN :v AND :v", "3", false},
         Evaluation{"n IN (:v)", "5", true}, Evaluation{"n IN (s, :v, same)", "9", true},
         Evaluation{"n in (s, :v)", "'5'", false}, Evaluation{"absent IN (:v, gone)", "5", false},
         Evaluation{"l IN (:v, n)", "[1, 'a', [1], {k: 1}, <2, 1>]", true},
         Evaluation{":v IN (s, n)", "5", true}, Evaluation{"NOT absent IN (:v)", "1", true}})));

INSTANTIATE_TEST_SUITE_P(
    Logic, ConditionEvaluation,
    ::testing::ValuesIn(std::to_array<Evaluation>(
        {Evaluation{"n = :v OR n = :v AND s = :v", "5", true},
         Evaluation{"(n = :v OR n = :v) AND s = :v", "5", false},
         Evaluation{"NOT n = :v OR n = :v", "5", true}, Evaluation{"NOT (n = :v OR n = :v)", "5", false},
         Evaluation{"NOT NOT n = :v", "5", true}, Evaluation{"not n = :v aNd n = :v", "5", false},
         Evaluation{"(n = :v)", "5", true}, Evaluation{"((n = :v) and n = :v)", "5", true},
         Evaluation{"(n = :v) and (n = same)", "5", true}, Evaluation{"(n) = :v", "5", true},
         Evaluation{"n = (:v)", "5", true}, Evaluation{"(size(s)) = :v", "5", true},
         Evaluation{"(attribute_exists(s)) AND n = :v", "5", true},
         Evaluation{"n=:v\t\n AND\rn=:v", "5", true}})));

INSTANTIATE_TEST_SUITE_P(
    Functions, ConditionEvaluation,
    ::testing::ValuesIn(std::to_array<Evaluation>({Evaluation{"attribute_exists(s)", "", true},
                                                   Evaluation{"attribute_exists(m.z.q)", "", true},
                                                   Evaluation{"attribute_exists(nothing)", "", true},
                                                   Evaluation{"attribute_exists(l[9])", "", false},
                                                   Evaluation{"attribute_not_exists(s)", "", false},
                                                   Evaluation{"attribute_not_exists(m.z.r)", "", true},
                                                   Evaluation{"attribute_type(s, :v)", "'S'", true},
                                                   Evaluation{"attribute_type(s, :v)", "'N'", false},
                                                   Evaluation{"attribute_type(ss, :v)", "'SS'", true},
                                                   Evaluation{"attribute_type(ns, :v)", "'NS'", true},
                                                   Evaluation{"attribute_type(bs, :v)", "'BS'", true},
                                                   Evaluation{"attribute_type(bin, :v)", "'B'", true},
                                                   Evaluation{"attribute_type(t, :v)", "'BOOL'", true},
                                                   Evaluation{"attribute_type(nothing, :v)", "'NULL'", true},
                                                   Evaluation{"attribute_type(l, :v)", "'L'", true},
                                                   Evaluation{"attribute_type(m, :v)", "'M'", true},
                                                   Evaluation{"attribute_type(absent, :v)", "'M'", false},
                                                   Evaluation{"attribute_type(:v, :v)", "'S'", true},
                                                   Evaluation{"begins_with(s, :v)", "'hel'", true},
                                                   Evaluation{"begins_with(s, :v)", "''", true},
                                                   Evaluation{"begins_with(s, :v)", "'hello!'", false},
                                                   Evaluation{"begins_with(bin, :v)", "b'ab'", true},
                                                   Evaluation{"begins_with(bin, :v)", "'ab'", false},
                                                   Evaluation{"begins_with(n, :v)", "'5'", false},
                                                   Evaluation{"begins_with(n, same)", "", false},
                                                   Evaluation{"begins_with(:v, s)", "'hello world'", true},
                                                   Evaluation{"begins_with(absent, :v)", "'h'", false},
                                                   Evaluation{"begins_with(s, twin)", "", true},
                                                   Evaluation{"contains(s, :v)", "'ell'", true},
                                                   Evaluation{"contains(s, :v)", "'x'", false},
                                                   Evaluation{"contains(s, :v)", "5", false},
                                                   Evaluation{"contains(bin, :v)", "b'bc'", true},
                                                   Evaluation{"contains(ss, :v)", "'a'", true},
                                                   Evaluation{"contains(ss, :v)", "<'a'>", false},
                                                   Evaluation{"contains(ss, :v)", "<'a', 'b'>", false},
                                                   Evaluation{"contains(ns, :v)", "2.0", true},
                                                   Evaluation{"contains(ns, :v)", "'2'", false},
                                                   Evaluation{"contains(bs, :v)", "b'x'", true},
                                                   Evaluation{"contains(l, :v)", "[1]", true},
                                                   Evaluation{"contains(l, :v)", "<2, 1>", true},
                                                   Evaluation{"contains(l, :v)", "{k: 1}", true},
                                                   Evaluation{"contains(l, :v)", "2", false},
                                                   Evaluation{"contains(m, :v)", "'x'", false},
                                                   Evaluation{"contains(t, :v)", "true", false},
                                                   Evaluation{"contains(n, :v)", "5", false},
                                                   Evaluation{"contains(absent, :v)", "5", false},
                                                   Evaluation{"contains(:v, s)", "'say hello'", true},
                                                   Evaluation{"contains(s, twin)", "", true}})));

INSTANTIATE_TEST_SUITE_P(
    Size, ConditionEvaluation,
    ::testing::ValuesIn(std::to_array<Evaluation>(
        {Evaluation{"size(s) = :v", "5", true},         Evaluation{"size(bin) = :v", "3", true},
         Evaluation{"size(ss) = :v", "2", true},        Evaluation{"size(ns) > :v", "1", true},
         Evaluation{"size(l) = :v", "5", true},         Evaluation{"size(m) <= :v", "3", true},
         Evaluation{"size(es) = :v", "0", true},        Evaluation{"size(el) = size(em)", "", true},
         Evaluation{"size(uni) = :v", "3", true},       Evaluation{"size(n) = :v", "1", false},
         Evaluation{"size(n) <> :v", "1", false},       Evaluation{"size(t) <> :v", "1", false},
         Evaluation{"size(nothing) >= :v", "0", false}, Evaluation{"size(absent) <> :v", "1", false},
         Evaluation{"size(s) <> :v", "'5'", false},     Evaluation{"size(s) = :v", "'5'", false},
         Evaluation{"size(s) = n", "", true},           Evaluation{"size(s) BETWEEN m.x AND :v", "5", true},
         Evaluation{"size(s) IN (m.x, :v)", "5", true}, Evaluation{"size(:v) = n", "'five!'", true},
         Evaluation{":v < size(s)", "4", true},         Evaluation{"size(m.y) = :v", "3", true},
         Evaluation{"NOT size(absent) = :v", "3", true}})));

struct Refusal {
  std::string_view expression;
  std::string_view message;  ///< after "Invalid ConditionExpression: "
};

void PrintTo(const Refusal& test, std::ostream* out) { *out << test.expression; }

class ConditionRefusal : public ::testing::TestWithParam<Refusal> {};

TEST_P(ConditionRefusal, HasTheServiceWords) {
  EXPECT_EQ(
      outcome(
          GetParam().expression, "{}",
          "{v: 1, n: 1, n2: 2, s: 'a', s2: 'b', x: 'XX', l: [], m: {}, t: true, z: null, ss: <'a'>, b: b'a',"
          " b2: b'abcd'}",
          "{#a: 'colour', #dot: 'a.b'}"),
      "Invalid ConditionExpression: " + std::string(GetParam().message))
      << GetParam().expression;
}

INSTANTIATE_TEST_SUITE_P(
    Syntax, ConditionRefusal,
    ::testing::ValuesIn(std::to_array<Refusal>(
        {Refusal{"", "The expression can not be empty;"},
         Refusal{" ", R"~(Syntax error; token: "<EOF>", near: "")~"},
         Refusal{"a", R"~(Syntax error; token: "<EOF>", near: "a")~"},
         Refusal{"a  ", R"~(Syntax error; token: "<EOF>", near: "a")~"},
         Refusal{":v", R"~(Syntax error; token: "<EOF>", near: ":v")~"},
         Refusal{"NOT a", R"~(Syntax error; token: "<EOF>", near: "a")~"},
         Refusal{"a AND :v", R"~(Syntax error; token: "AND", near: "a AND :v")~"},
         Refusal{"a = :v AND b", R"~(Syntax error; token: "<EOF>", near: "b")~"},
         Refusal{"a != :v", R"~(Syntax error; token: "!", near: "a !=")~"},
         Refusal{"a-b = :v", R"~(Syntax error; token: "-", near: "a-b")~"},
         Refusal{"_abc = :v", R"~(Syntax error; token: "_", near: "_abc")~"},
         Refusal{"123 = :v", R"~(Syntax error; token: "123", near: "123 =")~"},
         Refusal{"a = 5", R"~(Syntax error; token: "5", near: "= 5")~"},
         Refusal{"a = 'x'", R"~(Syntax error; token: "'", near: "= 'x")~"},
         Refusal{"a IN ()", R"~(Syntax error; token: ")", near: "()")~"},
         Refusal{"a IN (:v", R"~(Syntax error; token: "<EOF>", near: ":v")~"},
         Refusal{"a IN :v", R"~(Syntax error; token: ":v", near: "IN :v")~"},
         Refusal{"size() = :v", R"~(Syntax error; token: ")", near: "() =")~"},
         Refusal{"a = : v", R"~(Syntax error; token: ":", near: "= : v")~"},
         Refusal{"a = # v", R"~(Syntax error; token: "#", near: "= # v")~"},
         Refusal{"(a = :v", R"~(Syntax error; token: "<EOF>", near: ":v")~"},
         Refusal{"a = :v)", R"~(Syntax error; token: ")", near: ":v)")~"},
         Refusal{"a = :v b", R"~(Syntax error; token: "b", near: ":v b")~"},
         Refusal{"a = :v b = :v", R"~(Syntax error; token: "b", near: ":v b =")~"},
         Refusal{"a = b = :v", R"~(Syntax error; token: "=", near: "b = :v")~"},
         Refusal{"a BETWEEN :v", R"~(Syntax error; token: "<EOF>", near: ":v")~"},
         Refusal{"a BETWEEN :v OR :v", R"~(Syntax error; token: "OR", near: ":v OR :v")~"},
         Refusal{"a. = :v", R"~(Syntax error; token: "=", near: ". = :v")~"},
         Refusal{"a[ = :v", R"~(Syntax error; token: "=", near: "[ = :v")~"},
         Refusal{"a[-1] = :v", R"~(Syntax error; token: "-", near: "[-1")~"},
         Refusal{"a[:v] = :v", R"~(Syntax error; token: ":v", near: "[:v]")~"},
         Refusal{"and = :v", R"~(Syntax error; token: "and", near: "and =")~"},
         Refusal{"(a) AND b = :v", R"~(Syntax error; token: "AND", near: ") AND b")~"},
         Refusal{"a = ä", R"~(Syntax error; token: "ä", near: "= ä")~"},
         // Syntax comes before all that is found on the way.
         Refusal{"((name = :undefined)) AND f(a", R"~(Syntax error; token: "<EOF>", near: "a")~"}})));

INSTANTIATE_TEST_SUITE_P(
    Meaning, ConditionRefusal,
    ::testing::ValuesIn(std::to_array<Refusal>(
        {Refusal{"((a = :v))", "The expression has redundant parentheses;"},
         Refusal{"a = :v AND (((b = :v) OR c = :v))", "The expression has redundant parentheses;"},
         Refusal{"((a)) = :v", "The expression has redundant parentheses;"},
         Refusal{"a = ((:v))", "The expression has redundant parentheses;"},
         Refusal{"NOT ((f(a)))", "The expression has redundant parentheses;"},
         Refusal{"f(a)", "Invalid function name; function: f"},
         Refusal{"Size(a) = :v", "Invalid function name; function: Size"},
         Refusal{"ATTRIBUTE_EXISTS(a)", "Invalid function name; function: ATTRIBUTE_EXISTS"},
         Refusal{"name = :v AND size(a) AND f(a)", "Invalid function name; function: f"},
         Refusal{"size(a)",
                 "The function is not allowed to be used this way in an expression; function: size"},
         Refusal{"size(size(a)) = :v",
                 "The function is not allowed to be used this way in an expression; function: size"},
         Refusal{
             "attribute_exists(a) = :v",
             "The function is not allowed to be used this way in an expression; function: attribute_exists"},
         Refusal{"a = begins_with(a, :v)",
                 "The function is not allowed to be used this way in an expression; function: begins_with"},
         Refusal{"if_not_exists(a, :v)",
                 "The function is not allowed to be used this way in an expression; function: if_not_exists"},
         Refusal{"a = list_append(a, :v)",
                 "The function is not allowed to be used this way in an expression; function: list_append"},
         Refusal{"name = :v AND size(a)",
                 "The function is not allowed to be used this way in an expression; function: size"},
         Refusal{"a = :undefined AND Name = :v",
                 "Attribute name is a reserved keyword; reserved keyword: Name"},
         Refusal{"a.b.STATUS = :v", "Attribute name is a reserved keyword; reserved keyword: STATUS"},
         Refusal{"#b = :undefined",
                 "An expression attribute name used in the document path is not defined; attribute name: #b"},
         Refusal{
             "a = :undefined",
             "An expression attribute value used in expression is not defined; attribute value: :undefined"},
         Refusal{
             "attribute_exists(a, :undefined)",
             "An expression attribute value used in expression is not defined; attribute value: :undefined"},
         Refusal{"attribute_exists(a, b)",
                 "Incorrect number of operands for operator or function; operator or "
                 "function: attribute_exists, number of operands: 2"},
         Refusal{"size(a, b) = :v",
                 "Incorrect number of operands for operator or function; operator or function: size, number "
                 "of operands: 2"},
         Refusal{"contains(a)",
                 "Incorrect number of operands for operator or function; operator or function: contains, "
                 "number of operands: 1"},
         Refusal{"begins_with(a, :s, :s)",
                 "Incorrect number of operands for operator or function; operator or function: "
                 "begins_with, number of operands: 3"},
         Refusal{"a.b[1] = a.b[1]",
                 "The first operand must be distinct from the remaining operands for this operator or "
                 "function; operator: =, first operand: [a, b, [1]]"},
         Refusal{"#a <> colour",
                 "The first operand must be distinct from the remaining operands for this operator or "
                 "function; operator: <>, first operand: [colour]"},
         Refusal{"contains(a, a)",
                 "The first operand must be distinct from the remaining operands for this operator or "
                 "function; operator: contains, first operand: [a]"},
         Refusal{"attribute_exists(:v)",
                 "Operator or function requires a document path; operator or function: attribute_exists"},
         Refusal{"attribute_not_exists(size(a))",
                 "Operator or function requires a document path; operator or function: attribute_not_exists"},
         Refusal{"begins_with(a, :v)",
                 "Incorrect operand type for operator or function; operator or function: begins_with, "
                 "operand type: N"},
         Refusal{"begins_with(:ss, a)",
                 "Incorrect operand type for operator or function; operator or function: begins_with, "
                 "operand type: SS"},
         Refusal{
             "size(:n) = a",
             "Incorrect operand type for operator or function; operator or function: size, operand type: N"},
         Refusal{"size(:t) = a",
                 "Incorrect operand type for operator or function; operator or function: size, operand type: "
                 "BOOL"},
         Refusal{"size(:z) = a",
                 "Incorrect operand type for operator or function; operator or function: size, operand type: "
                 "NULL"},
         Refusal{"attribute_type(a, :n)",
                 "Incorrect operand type for operator or function; operator or function: attribute_type, "
                 "operand type: N"},
         Refusal{"attribute_type(a, b)",
                 "Incorrect operand type for operator or function; operator or function: "
                 "attribute_type, operand type: {NS,SS,L,BS,N,M,B,BOOL,NULL,S}"},
         Refusal{"attribute_type(a, :x)",
                 "Invalid attribute type name found; type: XX, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}"},
         Refusal{"a < :l", "Incorrect operand type for operator or function; operator: <, operand type: L"},
         Refusal{":m >= a", "Incorrect operand type for operator or function; operator: >=, operand type: M"},
         Refusal{"a BETWEEN :t AND :t",
                 "Incorrect operand type for operator or function; operator: BETWEEN, operand type: BOOL"},
         Refusal{
             "a BETWEEN :n AND :s",
             "The BETWEEN operator requires same data type for lower and upper bounds; lower bound operand: "
             "AttributeValue: {N:1}, upper bound operand: AttributeValue: {S:a}"},
         Refusal{"a BETWEEN :s2 AND :s",
                 "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; "
                 "lower bound operand: "
                 "AttributeValue: {S:b}, upper bound operand: AttributeValue: {S:a}"},
         Refusal{"a BETWEEN :b2 AND :b",
                 "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; "
                 "lower bound operand: "
                 "AttributeValue: {B:YWJjZA==}, upper bound operand: AttributeValue: {B:YQ==}"},
         // From the left, condition by condition.
         Refusal{"a < :l AND b = :undefined",
                 "Incorrect operand type for operator or function; operator: <, operand type: L"},
         Refusal{"a[99999999999999] = :v",
                 "List index is not within the allowable range; index: [99999999999999]"}})));

TEST(ConditionLimits, SizeIsCountedBeforeAnythingElse) {
  const std::string expression = repeated("(", 4097);
  EXPECT_EQ(outcome(expression, "{}"),
            "Invalid ConditionExpression: Expression size has exceeded the maximum allowed size; expression "
            "size: 4097");
  const std::string longest = "a = :v" + std::string(4090, ' ');
  EXPECT_EQ(outcome(longest, "{a: 1}", "{v: 1}"), "true");
}

TEST(ConditionLimits, CountsOperatorsButNotFunctions) {
  // n comparisons, n - 1 times AND.
  const std::string of_299 = "a=:v" + repeated(" AND a=:v", 149);
  EXPECT_EQ(outcome(of_299, "{a: 1}", "{v: 1}"), "true");
  EXPECT_EQ(outcome("NOT (" + of_299 + ")", "{a: 1}", "{v: 1}"), "false");
  EXPECT_EQ(outcome("NOT NOT (" + of_299 + ")", "{a: 1}", "{v: 1}"),
            "Invalid ConditionExpression: The expression contains too many operators; operator count: 301");
  EXPECT_EQ(outcome("attribute_exists(a) AND " + of_299, "{a: 1}", "{v: 1}"), "true");
}

TEST(ConditionLimits, InTakesAHundredOperands) {
  EXPECT_EQ(outcome("a IN (b" + repeated(", :v", 99) + ")", "{a: 1}", "{v: 1}"), "true");
  EXPECT_EQ(outcome("a IN (b" + repeated(", :v", 100) + ")", "{a: 1}", "{v: 1}"),
            "Invalid ConditionExpression: The IN operator is provided with too many operands; number of "
            "operands: 101");
}

TEST(ConditionLimits, PathsHaveThirtyTwoSteps) {
  EXPECT_EQ(outcome("attribute_exists(a" + repeated(".a", 31) + ")", "{}"), "false");
  EXPECT_EQ(outcome("attribute_exists(a" + repeated("[0]", 32) + ")", "{}"),
            "Invalid ConditionExpression: The document path has too many nesting levels; nesting levels: 33");
}

TEST(ConditionLimits, HostileNestingEndsInAnError) {
  for (const std::string_view part : {"(", "NOT (", "size(", "a IN (", "a = (", "f(a,", "NOT "}) {
    const std::string message = outcome(repeated(part, 4096 / part.size()), "{}");
    EXPECT_TRUE(message.starts_with("Invalid ConditionExpression: Syntax error; token: ")) << message;
  }
}

TEST(Condition, KindNamesTheParameterInErrors) {
  EXPECT_EQ(outcome("a", "{}", "{}", "{}", ExpressionKind::kFilter),
            R"~(Invalid FilterExpression: Syntax error; token: "<EOF>", near: "a")~");
  EXPECT_EQ(outcome("", "{}", "{}", "{}", ExpressionKind::kKeyCondition),
            "Invalid KeyConditionExpression: The expression can not be empty;");
}

TEST(Condition, NamePlaceholdersAreWholeNames) {
  EXPECT_EQ(outcome("#dot = :v", "{'a.b': 1, a: {b: 2}}", "{v: 1}", "{#dot: 'a.b'}"), "true");
  EXPECT_EQ(outcome("#1.#_2[0] = :v", "{x: {y: [1]}}", "{v: 1}", "{#1: 'x', #_2: 'y'}"), "true");
}

TEST(Condition, OnAMissingItem) {
  EXPECT_EQ(outcome("attribute_not_exists(p)", "{}"), "true");
  EXPECT_EQ(outcome("p <> :p", "{}", "{p: 'x'}"), "true");
  EXPECT_EQ(outcome("p = :p", "{}", "{p: 'x'}"), "false");
}

TEST(Condition, VisitsEveryPathFromTheLeft) {
  Arena arena;
  PlaceholderTable table("{}", "{v: 'S'}", arena);
  const auto condition = parse_condition(
      "a = b AND (size(c.x) IN (d, :v) OR NOT e BETWEEN f AND :v) AND attribute_exists(g[1]) AND "
      "attribute_type(h, :v) AND "
      "begins_with(i, j) AND contains(:v, k)",
      ExpressionKind::kFilter, table.get(), arena);
  ASSERT_TRUE(condition.ok()) << condition.error().message;
  std::string visited;
  for_each_path(**condition, [&](const Path& path) { visited += to_string(path); });
  EXPECT_EQ(visited, "[a][b][c, x][d][e][f][g, [1]][h][i][j][k]");
}

TEST(Condition, CanBeBuiltWithoutText) {
  Arena arena;
  const Operand a = Operand::of_path(top_level_path("a", arena));
  const Condition* equal = make_condition(
      arena, Comparison{Comparator::kEqual, a, Operand::of_constant(testing::value("1", arena))});
  const Condition* none = make_condition(arena, Not{equal});
  EXPECT_TRUE(evaluate(*equal, testing::item("{a: 1}", arena)));
  EXPECT_FALSE(evaluate(*none, testing::item("{a: 1}", arena)));
}

}  // namespace
}  // namespace lodestone
