#include "server/expression/key_condition.h"

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "tests/expression/notation.h"

namespace lodestone {
namespace {

using testing::PlaceholderTable;

std::string_view sign(KeyOperator op) {
  constexpr std::array<std::string_view, 7> kSigns = {"=", "<", "<=", ">", ">=", "between", "begins_with"};
  return kSigns[static_cast<std::size_t>(op)];
}

/// "hash values | equal range values | range condition", or the error's text.
std::string outcome(std::string_view expression, const QuerySchema& schema) {
  Arena arena;
  PlaceholderTable table("{#p: 'p', #r: 'range'}",
                         "{s: 'x', s2: 'y', e: '', n: 1, n2: 2, b: b'x', be: b'', l: []}", arena);
  const auto condition = parse_condition(expression, ExpressionKind::kKeyCondition, table.get(), arena);
  if (!condition) return condition.error().message;
  const auto terms = key_terms(**condition, arena);
  if (!terms) return terms.error().message;
  const auto query = plan_query(*terms, schema, KeyConditionSource::kExpression, arena);
  if (!query) return query.error().message;
  std::string text;
  for (const Value& value : query->hash) text += testing::notation(value) + ' ';
  text += '|';
  for (const Value& value : query->range_equal) text += ' ' + testing::notation(value);
  text += " |";
  if (query->range) {
    text += ' ' + std::string(sign(query->range->op)) + ' ' + testing::notation(query->range->first);
    if (query->range->op == KeyOperator::kBetween) text += ' ' + testing::notation(query->range->second);
  }
  return text;
}

struct Case {
  std::string_view expression;
  std::string_view expected;
};

void PrintTo(const Case& test, std::ostream* out) { *out << test.expression; }

constexpr std::array<KeyAttribute, 1> kHash = {{{"p", Type::kS}}};
constexpr std::array<KeyAttribute, 1> kRange = {{{"c", Type::kS}}};
constexpr std::array<KeyAttribute, 1> kNumberRange = {{{"c", Type::kN}}};

class TextRange : public ::testing::TestWithParam<Case> {};
TEST_P(TextRange, IsAsTheServiceHasIt) {
  EXPECT_EQ(outcome(GetParam().expression, {kHash, kRange}), GetParam().expected);
}

class NumberRange : public ::testing::TestWithParam<Case> {};
TEST_P(NumberRange, IsAsTheServiceHasIt) {
  EXPECT_EQ(outcome(GetParam().expression, {kHash, kNumberRange}), GetParam().expected);
}

class HashOnly : public ::testing::TestWithParam<Case> {};
TEST_P(HashOnly, IsAsTheServiceHasIt) {
  EXPECT_EQ(outcome(GetParam().expression, {kHash, {}}), GetParam().expected);
}

constexpr std::string_view kWrongType =
    "One or more parameter values were invalid: Condition parameter type does not match schema type";

INSTANTIATE_TEST_SUITE_P(Queries, TextRange,
                         ::testing::ValuesIn(std::to_array<Case>({
                             {"p = :s", "'x' | |"},
                             {":s = #p", "'x' | |"},
                             {"p = :s AND c = :s2", "'x' | 'y' |"},
                             {"c = :s2 and p = :s", "'x' | 'y' |"},
                             {"p = :s AND c < :s2", "'x' | | < 'y'"},
                             {"p = :s AND c <= :s2", "'x' | | <= 'y'"},
                             {"p = :s AND c > :s2", "'x' | | > 'y'"},
                             {"p = :s AND c >= :s2", "'x' | | >= 'y'"},
                             {"p = :s AND :s2 < c", "'x' | | > 'y'"},
                             {"p = :s AND :s2 >= c", "'x' | | <= 'y'"},
                             {"p = :s AND c BETWEEN :s AND :s2", "'x' | | between 'x' 'y'"},
                             {"c BETWEEN :s AND :s2 AND p = :s", "'x' | | between 'x' 'y'"},
                             {"p = :s AND begins_with(c, :s2)", "'x' | | begins_with 'y'"},
                             {"(p = :s) AND (c = :s)", "'x' | 'x' |"},
                             {"((c = :s) AND (p = :s))", "'x' | 'x' |"},
                         })));

INSTANTIATE_TEST_SUITE_P(
    Schema, TextRange,
    ::testing::ValuesIn(std::to_array<Case>({
        {"c = :s", "Query condition missed key schema element: p"},
        {"p < :s", "Query key condition not supported"},
        {"begins_with(p, :s)", "Query key condition not supported"},
        {"p BETWEEN :s AND :s2 AND c = :s", "Query key condition not supported"},
        {"p = :s AND d = :s", "Query condition missed key schema element: c"},
        {"p = :n", kWrongType},
        {"p = :l", kWrongType},
        {"p = :s AND c = :b", kWrongType},
        {"p = :s AND c > :n", kWrongType},
        {"p = :s AND c BETWEEN :n AND :n2", kWrongType},
        {"p = :e",
         "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain "
         "an "
         "empty string value. Key: p"},
        {"p = :s AND c > :e",
         "One or more parameter values are not valid. The AttributeValue for a key attribute cannot "
         "contain an empty string value. Key: c"},
    })));

INSTANTIATE_TEST_SUITE_P(
    Form, TextRange,
    ::testing::ValuesIn(std::to_array<Case>({
        {"", "Invalid KeyConditionExpression: The expression can not be empty;"},
        {"p", R"~(Invalid KeyConditionExpression: Syntax error; token: "<EOF>", near: "p")~"},
        {"p != :s", R"~(Invalid KeyConditionExpression: Syntax error; token: "!", near: "p !=")~"},
        {"((c = :s) AND ((p = :s)))",
         "Invalid KeyConditionExpression: The expression has redundant parentheses;"},
        {"p <> :s", "Invalid KeyConditionExpression: Invalid operator used in KeyConditionExpression: <>"},
        {"p IN (:s)", "Invalid KeyConditionExpression: Invalid operator used in KeyConditionExpression: IN"},
        {"p = :s OR c = :s",
         "Invalid KeyConditionExpression: Invalid operator used in KeyConditionExpression: OR"},
        {"NOT p = :s",
         "Invalid KeyConditionExpression: Invalid operator used in KeyConditionExpression: NOT"},
        {"p = :s AND attribute_exists(c)",
         "Invalid KeyConditionExpression: Invalid operator used in KeyConditionExpression: attribute_exists"},
        {"p = :s AND attribute_not_exists(c)",
         "Invalid KeyConditionExpression: Invalid operator used in KeyConditionExpression: "
         "attribute_not_exists"},
        {"p = :s AND contains(c, :s)",
         "Invalid KeyConditionExpression: Invalid operator used in KeyConditionExpression: contains"},
        {"p = :s AND size(c) = :n",
         "Invalid KeyConditionExpression: KeyConditionExpressions cannot contain nested operations"},
        {"p.q = :s",
         "Invalid KeyConditionExpression: KeyConditionExpressions cannot have conditions on nested "
         "attributes"},
        {"p[0] = :s",
         "Invalid KeyConditionExpression: KeyConditionExpressions cannot have conditions on nested "
         "attributes"},
        {"p = :s AND :s BETWEEN c AND :s2",
         "Invalid KeyConditionExpression: Invalid condition in KeyConditionExpression: BETWEEN operator must "
         "have the key "
         "attribute as its first operand"},
        {"p = :s AND begins_with(:s, c)",
         "Invalid KeyConditionExpression: Invalid condition in KeyConditionExpression: begins_with operator "
         "must have the key "
         "attribute as its first operand"},
        {"p = c",
         "Invalid KeyConditionExpression: Invalid condition in KeyConditionExpression: Multiple attribute "
         "names used "
         "in one condition"},
        {":s = :s",
         "Invalid KeyConditionExpression: Invalid condition in KeyConditionExpression: No key attribute "
         "specified"},
        {"p = :s AND p = :s",
         "Invalid KeyConditionExpression: KeyConditionExpressions must only contain one condition per key"},
        {"p = :s AND c = :s AND #p = :s",
         "Invalid KeyConditionExpression: KeyConditionExpressions must only contain one condition per key"},
        {"p = :s AND c = :s AND d = :s",
         "Invalid KeyConditionExpression: Conditions can be of length 1 or 2 only"},
        {"p = :s AND begins_with(c, :n)",
         "Invalid KeyConditionExpression: Incorrect operand type for operator or function; operator or "
         "function: begins_with, "
         "operand type: N"},
        {"p = :s AND c BETWEEN :s2 AND :s",
         "Invalid KeyConditionExpression: The BETWEEN operator requires upper bound to be greater than or "
         "equal to lower "
         "bound; lower bound operand: AttributeValue: {S:y}, upper bound operand: AttributeValue: {S:x}"},
        {"p = :undefined",
         "Invalid KeyConditionExpression: An expression attribute value used in expression is not defined; "
         "attribute value: "
         ":undefined"},
    })));

INSTANTIATE_TEST_SUITE_P(Numbers, NumberRange,
                         ::testing::ValuesIn(std::to_array<Case>({
                             {"p = :s AND c = :n", "'x' | 1 |"},
                             {"p = :s AND c BETWEEN :n AND :n2", "'x' | | between 1 2"},
                             {"p = :s AND c = :s", kWrongType},
                             {"p = :s AND begins_with(c, :s)", kWrongType},
                         })));

INSTANTIATE_TEST_SUITE_P(NoRange, HashOnly,
                         ::testing::ValuesIn(std::to_array<Case>({
                             {"p = :s", "'x' | |"},
                             {"p = :s AND c = :s", "Query key condition not supported"},
                             {"c = :s", "Query condition missed key schema element: p"},
                             {"p > :s", "Query key condition not supported"},
                         })));

constexpr std::array<KeyAttribute, 2> kWideHash = {{{"p", Type::kS}, {"q", Type::kN}}};
constexpr std::array<KeyAttribute, 3> kWideRange = {{{"c", Type::kS}, {"d", Type::kN}, {"e", Type::kS}}};

class WideKey : public ::testing::TestWithParam<Case> {};
TEST_P(WideKey, IsAsTheServiceHasIt) {
  EXPECT_EQ(outcome(GetParam().expression, {kWideHash, kWideRange}), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    SeveralAttributes, WideKey,
    ::testing::ValuesIn(std::to_array<Case>({
        {"p = :s AND q = :n", "'x' 1 | |"},
        {"q = :n AND #p = :s", "'x' 1 | |"},
        {"p = :s AND q = :n AND c = :s", "'x' 1 | 'x' |"},
        {"d = :n AND p = :s AND c = :s AND q = :n AND e = :s2", "'x' 1 | 'x' 1 'y' |"},
        {"p = :s AND q = :n AND c = :s AND d > :n", "'x' 1 | 'x' | > 1"},
        {"p = :s AND q = :n AND begins_with(c, :s)", "'x' 1 | | begins_with 'x'"},
        {"p = :s AND q = :n AND c = :s AND d = :n AND e BETWEEN :s AND :s2",
         "'x' 1 | 'x' 1 | between 'x' 'y'"},
        {"p = :s", "HASH key attributes q must have equality conditions specified in the query"},
        {"p = :s AND q > :n", "HASH key attributes q must have equality conditions specified in the query"},
        {"begins_with(p, :s) AND q = :n",
         "HASH key attributes p must have equality conditions specified in the query"},
        {"p = :s AND q = :n AND d = :n",
         "RANGE key attributes c must have equality conditions specified in the query because a condition is "
         "present on key "
         "attribute d"},
        {"p = :s AND q = :n AND c = :s AND e = :s",
         "RANGE key attributes d must have equality conditions specified in the query because a condition is "
         "present on key "
         "attribute e"},
        {"p = :s AND q = :n AND c > :s AND d = :n",
         "RANGE key attributes c must have equality conditions specified in the query because a condition is "
         "present on key "
         "attribute d"},
        {"p = :s AND q = :n AND begins_with(c, :s) AND d > :n",
         "RANGE key attributes c must have equality conditions specified in the query because a condition is "
         "present on key "
         "attribute d"},
        {"p = :s AND q = :n AND c = :s AND begins_with(d, :s)", kWrongType},
        {"p = :s AND q = :s", kWrongType},
        {"p = :s AND q = :n AND z = :n", "Query key condition not supported"},
    })));

TEST(KeyCondition, LegacyTermsAreRefusedInTheirWords) {
  Arena arena;
  const Value text = testing::value("'x'", arena);
  const auto refusal = [&](std::vector<KeyTerm> terms) {
    const auto query = plan_query(terms, {kHash, kRange}, KeyConditionSource::kKeyConditions, arena);
    return query ? std::string() : query.error().message;
  };
  EXPECT_EQ(refusal({{"p", KeyOperator::kNotIndexable, text, {}}}), "Query key condition not supported");
  EXPECT_EQ(refusal({{"p", KeyOperator::kEqual, text, {}}, {"c", KeyOperator::kNotIndexable, text, {}}}),
            "Attempted conditional constraint is not an indexable operation");
  EXPECT_EQ(refusal({{"p", KeyOperator::kEqual, text, {}},
                     {"c", KeyOperator::kEqual, text, {}},
                     {"d", KeyOperator::kEqual, text, {}}}),
            "Conditions can be of length 1 or 2 only");
  EXPECT_EQ(refusal({}), "Query condition missed key schema element: p");
}

}  // namespace
}  // namespace lodestone
