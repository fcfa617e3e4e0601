// What is wrong with a statement.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.statements.html
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "tests/expression/partiql/parsed_statement.h"

namespace lodestone::partiql {
namespace {

std::string repeated(std::string_view text, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out += text;
  return out;
}

struct Fault {
  std::string_view statement;
  std::string_view detail;  ///< after kMalformed
};

class MalformedStatement : public ::testing::TestWithParam<Fault> {};

TEST_P(MalformedStatement, IsRefused) {
  EXPECT_EQ(fault(GetParam().statement), kMalformed + std::string(GetParam().detail)) << GetParam().statement;
}

INSTANTIATE_TEST_SUITE_P(
    All, MalformedStatement,
    ::testing::ValuesIn(std::to_array<Fault>({
        {"", "Expected data manipulation"},
        {"NOT A STATEMENT", "Expected data manipulation"},
        {"CREATE TABLE t", "Expected data manipulation"},
        {"INSERT t VALUE {}", "Expected data manipulation"},
        {"UPDATE my-table SET a = 1 WHERE pk = 1", "Expected data manipulation"},
        {"SELECT * FROM my-table", "Expected data manipulation"},
        {"UPDATE t WHERE pk = 1", "Expected data manipulation"},
        {"SELECT * FROM t WHERE a = 'open", ""},
        {"SELECT * FROM \"t", ""},
        {"SELECT * FROM t WHERE a = `ion`", ""},
        {"SELECT * FROM t WHERE a = :v", "Unexpected term"},
        {"SELECT a b FROM t WHERE a = #n", ""},
        {"SELECT *", "Expected FROM after SELECT list"},
        {"SELECT a", "Expected FROM after SELECT list"},
        {"SELECT FROM t", "Unexpected keyword"},
        {"SELECT *, a FROM t",
         "Other expressions may not be present in the select list when '*' is used without dot notation."},
        {"SELECT size FROM t", "Unexpected keyword"},
        {"SELECT payload.size FROM t", "Invalid path dot component"},
        {"SELECT a[x] FROM t", "Invalid path component for simple path"},
        {"SELECT a[-1] FROM t", "Invalid path component for simple path"},
        {"SELECT a[1.5] FROM t", "Invalid path component for simple path"},
        {"SELECT a[1 FROM t", "Expected RIGHT_BRACKET"},
        {"SELECT * FROM 't'", "Unexpected term"},
        {"SELECT * FROM user", "Unexpected keyword"},
        {"SELECT * FROM t LIMIT 5", "Unexpected token after expression"},
        {"SELECT * FROM t GROUP BY a", "Unexpected token after expression"},
        {"SELECT * FROM t, u", "Unexpected token after expression"},
        {"SELECT * FROM t WHERE", "Unexpected term"},
        {"SELECT * FROM t WHERE a =", "Missing right-hand side expression of infix operator"},
        {"SELECT * FROM t WHERE = 1", "Unexpected operator"},
        {"SELECT * FROM t WHERE a = 1 AND", "Unexpected term"},
        {"SELECT * FROM t WHERE (a = 1", "Expected RIGHT_PAREN"},
        {"SELECT * FROM t WHERE a + 1 = 2", "Unexpected token after expression"},
        {"SELECT * FROM t WHERE a LIKE 'x'", "Unexpected token after expression"},
        {"SELECT * FROM t WHERE begins_with(a, 'x'", "Expected RIGHT_PAREN"},
        {"SELECT * FROM t WHERE a BETWEEN 1", "Expected AND after BETWEEN"},
        {"SELECT * FROM t WHERE a IN 1", "Expected a list after IN"},
        {"SELECT * FROM t WHERE a IN [1", "Expected RIGHT_BRACKET"},
        {"SELECT * FROM t WHERE a IS 5", "Expected type name"},
        {"SELECT * FROM t WHERE a IS NOT nothing_known", "Expected type name"},
        {"SELECT * FROM t WHERE a = 1 ORDER a", "Expected BY"},
        {"SELECT * FROM t WHERE a = 1 ORDER BY 1", "Unexpected term"},
        {"EXISTS SELECT * FROM t", "Expected LEFT_PAREN"},
        {"EXISTS(SELECT * FROM t WHERE a = 1", "Expected RIGHT_PAREN"},
        {"EXISTS(a)", "Unexpected term"},
        {"INSERT INTO t VALUES {'a': 1}", "Unexpected keyword"},
        {"INSERT INTO t VALUE 'a'", "Unexpected term"},
        {"INSERT INTO t VALUE {'a': 1", "Expected RIGHT_CURLY"},
        {"INSERT INTO t VALUE {'a' 1}", "Expected COLON"},
        {"INSERT INTO t VALUE {\"a\": 1}", "Expected string literal"},
        {"INSERT INTO t VALUE {'a': [1}", "Expected RIGHT_BRACKET"},
        {"INSERT INTO t VALUE {'a': <<1>", "Expected RIGHT_DOUBLE_ANGLE_BRACKET"},
        {"INSERT INTO t VALUE {'a': b}", "Unexpected term"},
        {"INSERT INTO t VALUE {'a': 1} garbage", "Unexpected token after expression"},
        {"INSERT INTO 't' VALUE {'a': 1}", "Expected identifier for simple path"},
        {"UPDATE t SET a WHERE pk = 1", "Expected '='"},
        {"UPDATE t SET 'a' = 1 WHERE pk = 1", "Expected identifier for simple path"},
        {"UPDATE t SET a = 1 REMOVE b, c WHERE pk = 1", "Unexpected token after expression"},
        {"UPDATE t SET a = 1 + 2 + 3 WHERE pk = 1", "Unexpected token after expression"},
        {"DELETE t WHERE pk = 1", "Expected FROM after DELETE"},
    })));

TEST(Statement, ChecksTheOperandsOfConditions) {
  const auto where = [](std::string_view condition, std::string_view parameters = "[]") {
    return fault("SELECT * FROM t WHERE " + std::string(condition), parameters);
  };
  const std::string wrong = "Incorrect operand type for operator or function; operator or function: ";
  EXPECT_EQ(where("a < TRUE"), wrong + "<, operand type: BOOL");
  EXPECT_EQ(where("a >= ?", "[[1]]"), wrong + ">=, operand type: L");
  EXPECT_EQ(where("a BETWEEN NULL AND 2"), wrong + "BETWEEN, operand type: NULL");
  EXPECT_EQ(where("begins_with(a, 1)"), wrong + "begins_with, operand type: N");
  EXPECT_EQ(where("attribute_type(a, 1)"), wrong + "attribute_type, operand type: N");
  EXPECT_EQ(where("attribute_type(a, 'X')"),
            "Invalid attribute type name found; type: X, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}");
  EXPECT_EQ(
      where("contains(a)"),
      "Incorrect number of operands for operator or function; operator or function: contains, number of "
      "operands: 1");
  EXPECT_EQ(where("size('x') = 1"),
            "Operator or function requires a document path; operator or function: size");
  EXPECT_EQ(where("size(a)"),
            "The function is not allowed to be used this way in an expression; function: size");
  EXPECT_EQ(where("contains(a, 1) = 2"),
            "The function is not allowed to be used this way in an expression; function: contains");
  EXPECT_EQ(where("attribute_exists(a)"), "Invalid function name; function: attribute_exists");
  EXPECT_EQ(where("EXISTS(SELECT * FROM t)"),
            "The function is not allowed to be used this way in an expression; function: EXISTS");
  EXPECT_EQ(
      where("a BETWEEN 2 AND 1"),
      "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound "
      "operand: AttributeValue: {N:2}, upper bound operand: AttributeValue: {N:1}");
  EXPECT_EQ(where("a BETWEEN 2 AND 'x'"),
            "The BETWEEN operator requires same data type for lower and upper bounds; lower bound operand: "
            "AttributeValue: {N:2}, upper bound operand: AttributeValue: {S:x}");
  EXPECT_EQ(where("a.b[1] = a.b[1]"),
            "The first operand must be distinct from the remaining operands for this operator or function; "
            "operator: =, first operand: [a, b, [1]]");
  EXPECT_EQ(where("active"), "An operand is not allowed as a condition");
  EXPECT_EQ(where("(a = 1 AND 2)"), "An operand is not allowed as a condition");
  EXPECT_EQ(where("b = (a = 1)"), "A condition is not allowed as an operand of a condition");
  EXPECT_EQ(where("a IN [" + repeated("1,", 100) + "1]"),
            "The IN operator is provided with too many operands; number of operands: 101");
  EXPECT_EQ(where("a IN [" + repeated("1,", 99) + "1]"), "");
}

TEST(Statement, HasAsManyParametersAsQuestionMarks) {
  const std::string mismatch = "Number of parameters in request and statement don't match.";
  EXPECT_EQ(fault("SELECT * FROM t WHERE a = ? AND b = ?", "[1]"), mismatch);
  EXPECT_EQ(fault("SELECT * FROM t WHERE a = ?", "[1, 2]"), mismatch);
  EXPECT_EQ(fault("SELECT * FROM t WHERE a = '?'", "[1]"), mismatch);
  EXPECT_EQ(fault("SELECT * FROM t", "[1]"), mismatch);
  EXPECT_EQ(fault("SELECT * FROM t WHERE a < ?", "[]"), mismatch) << "before what the value should be";
}

TEST(Statement, NamesOneTable) {
  const std::string empty = "Path component cannot be an empty string";
  EXPECT_EQ(fault("SELECT * FROM \"\""), empty);
  EXPECT_EQ(fault("SELECT * FROM \"t\".\"\""), empty);
  EXPECT_EQ(fault("SELECT * FROM a.b.c"), "A path may contain at most 2 components in the FROM clause");
  EXPECT_EQ(fault("INSERT INTO \"t\".\"i\" VALUE {'a': 1}"),
            "FROM clause may only contain a single table name in data manipulation statements at 1:13:3");
  EXPECT_EQ(fault("SELECT * FROM t ORDER BY a"),
            "Must have WHERE clause in the statement when using ORDER BY clause.");
}

TEST(Statement, IsBoundedHoweverItNests) {
  const auto where = [](const std::string& condition) { return fault("SELECT * FROM t WHERE " + condition); };
  EXPECT_EQ(where(repeated("(", 300) + "a = 1" + repeated(")", 300)), "");
  EXPECT_EQ(where(repeated("(", 4000) + "a = 1" + repeated(")", 4000)), kMalformed + "Unexpected term");
  EXPECT_EQ(where(repeated("size(", 1500) + "a"), kMalformed + "Unexpected term");
  EXPECT_EQ(where(repeated("NOT ", 2000) + "a = 1"),
            "The expression contains too many operators; operator count: 2001");
  EXPECT_EQ(where("a = 1" + repeated(" OR a = 1", 149)), "");
  EXPECT_EQ(where("a = 1" + repeated(" OR a = 1", 150)),
            "The expression contains too many operators; operator count: 301");
  EXPECT_EQ(fault("UPDATE t SET a = " + repeated("(", 4000)), kMalformed + "Unexpected term");
  EXPECT_EQ(where("a" + repeated(".b", 31) + " = 1"), "");
  EXPECT_EQ(where("a" + repeated(".b", 32) + " = 1"),
            "The document path has too many nesting levels; nesting levels: 33");
  EXPECT_EQ(where("a[99999999999999] = 1"),
            "List index is not within the allowable range; index: [99999999999999]");
}

}  // namespace
}  // namespace lodestone::partiql
