// The conditions from before expressions: Expected, ScanFilter, QueryFilter, KeyConditions.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LegacyConditionalParameters.html
#include "tests/api/database_fixture.h"

namespace lodestone::testing {
namespace {

const std::string kValidation = "ValidationException: ";
const std::string kFailed = "ConditionalCheckFailedException: The conditional request failed";

/// `'<attribute>':{'ComparisonOperator':'<op>','AttributeValueList':[<arguments>]}`
std::string term(const std::string& attribute, const std::string& op, const std::string& arguments = "") {
  return "'" + attribute + "':{'ComparisonOperator':'" + op + "'" +
         (arguments.empty() ? "" : ",'AttributeValueList':[" + arguments + "]") + "}";
}
std::string n(const std::string& number) { return "{'N':'" + number + "'}"; }
std::string s(const std::string& text) { return "{'S':'" + text + "'}"; }

class LegacyConditions : public OnBothStores {
 protected:
  void SetUp() override {
    database.create_table(
        ",'AttributeDefinitions':[{'AttributeName':'pk','AttributeType':'S'},{'AttributeName':'sk','"
        "AttributeType'"
        ":'N'},{'AttributeName':'b','AttributeType':'B'}],"
        "'KeySchema':[{'AttributeName':'pk','KeyType':'HASH'},{'AttributeName':'sk','KeyType':'RANGE'}],"
        "'GlobalSecondaryIndexes':[{'IndexName':'by-b','KeySchema':[{'AttributeName':'pk','KeyType':'HASH'},{"
        "'AttributeName':'b','KeyType':'RANGE'}],'Projection':{'ProjectionType':'ALL'}},{'IndexName':'hash-"
        "only',"
        "'KeySchema':[{'AttributeName':'b','KeyType':'HASH'}],'Projection':{'ProjectionType':'ALL'}}]");
    database.put(
        "{'pk':{'S':'a'},'sk':{'N':'1'},'s':{'S':'text'},'n':{'N':'5'},'b':{'B':'AQID'},'t':{'BOOL':true},"
        "'null':{'NULL':true},'ss':{'SS':['a','b']},'ns':{'NS':['1','2']},'bs':{'BS':['AQ==','Ag==']},"
        "'l':{'L':[{'S':'x'},{'N':'1'},{'SS':['q']}]},'m':{'M':{'x':{'N':'1'},'y':{'S':'z'}}},'a.b':{'S':'"
        "dotted'}}");
  }
  /// An update of nothing, if the condition holds.
  std::string expect(const std::string& terms, const std::string& more = "") {
    return database.answer(
        "UpdateItem", "{'TableName':'things','Key':{'pk':{'S':'a'},'sk':{'N':'1'}},'Expected':{" + terms +
                          "}" + more + "}");
  }
  std::string filter(const std::string& terms, const std::string& more = "") {
    return database.answer("Scan", "{'TableName':'things','ScanFilter':{" + terms + "}" + more + "}");
  }
  static std::string query(const std::string& conditions, const std::string& more = "") {
    return "{'TableName':'things','KeyConditions':{" + conditions + "}" + more + "}";
  }
  void refused(const std::string& operation, const std::string& request, const std::string& expected) {
    expect_answers(database, {{operation, request, expected}});
  }
  /// The sort keys that a query finds.
  std::string found(const std::string& request) {
    std::string all;
    for (const std::string& item : elements_at(database.ok("Query", request), "/Items")) {
      all += (all.empty() ? "" : " ") + text_at(item, "/sk/N");
    }
    return all;
  }
};

TEST_P(LegacyConditions, CompareAsTheyAreMeantTo) {
  struct Case {
    std::string term;
    bool holds;
  };
  const std::string list = "{'L':[{'S':'x'},{'N':'1.0'},{'SS':['q']}]}";
  const std::vector<Case> cases = {
      {term("s", "EQ", s("text")), true},
      {term("s", "EQ", s("Text")), false},
      {term("n", "EQ", n("5.0")), true},
      {term("n", "EQ", s("5")), false},
      {term("b", "EQ", "{'B':'AQID'}"), true},
      {term("t", "EQ", "{'BOOL':true}"), true},
      {term("t", "EQ", "{'BOOL':false}"), false},
      {term("null", "EQ", "{'NULL':true}"), true},
      {term("ss", "EQ", "{'SS':['b','a']}"), true},
      {term("ss", "EQ", "{'SS':['a']}"), false},
      {term("ns", "EQ", "{'NS':['2.0','1']}"), true},
      {term("l", "EQ", list), true},
      {term("m", "EQ", "{'M':{'y':{'S':'z'},'x':{'N':'1'}}}"), true},
      {term("a.b", "EQ", s("dotted")), true},
      {term("absent", "EQ", s("text")), false},
      {term("s", "NE", s("text")), false},
      {term("s", "NE", s("other")), true},
      {term("s", "NE", n("1")), true},
      {term("l", "NE", list), false},
      {term("absent", "NE", s("text")), true},
      {term("n", "LT", n("5.1")), true},
      {term("n", "LT", n("5")), false},
      {term("n", "LE", n("5")), true},
      {term("n", "GT", n("-5")), true},
      {term("n", "GT", n("5")), false},
      {term("n", "GE", n("5")), true},
      {term("n", "GE", n("10")), false},
      {term("s", "LT", s("texu")), true},
      {term("s", "GT", s("Text")), true},
      {term("b", "LT", "{'B':'AQIC'}"), false},
      {term("b", "LT", "{'B':'/w=='}"), true},
      {term("n", "LT", s("9")), false},
      {term("n", "GT", s("0")), false},
      {term("ss", "GT", s("0")), false},
      {term("absent", "LT", n("9")), false},
      {term("absent", "GE", n("0")), false},
      {term("n", "BETWEEN", n("5") + "," + n("5")), true},
      {term("n", "BETWEEN", n("1") + "," + n("4")), false},
      {term("s", "BETWEEN", s("t") + "," + s("u")), true},
      {term("b", "BETWEEN", "{'B':'AQ=='},{'B':'AQIE'}"), true},
      {term("n", "BETWEEN", s("0") + "," + s("9")), false},
      {term("absent", "BETWEEN", n("1") + "," + n("9")), false},
      {term("n", "IN", n("4") + "," + n("5.0") + "," + n("6")), true},
      {term("n", "IN", n("4")), false},
      {term("s", "IN", s("text") + "," + s("other")), true},
      // No intersection: a set is in a list of sets or in none.
      {term("ss", "IN", s("a") + "," + s("b")), false},
      {term("absent", "IN", s("a")), false},
      {term("s", "BEGINS_WITH", s("te")), true},
      {term("s", "BEGINS_WITH", s("")), true},
      {term("s", "BEGINS_WITH", s("xt")), false},
      {term("b", "BEGINS_WITH", "{'B':'AQ=='}"), true},
      {term("b", "BEGINS_WITH", "{'B':'Ag=='}"), false},
      {term("n", "BEGINS_WITH", s("5")), false},
      {term("absent", "BEGINS_WITH", s("")), false},
      {term("s", "CONTAINS", s("ex")), true},
      {term("s", "CONTAINS", s("xe")), false},
      {term("b", "CONTAINS", "{'B':'AgM='}"), true},
      {term("ss", "CONTAINS", s("b")), true},
      {term("ss", "CONTAINS", s("c")), false},
      {term("ns", "CONTAINS", n("2.0")), true},
      {term("bs", "CONTAINS", "{'B':'Ag=='}"), true},
      {term("l", "CONTAINS", s("x")), true},
      {term("l", "CONTAINS", n("1")), true},
      {term("l", "CONTAINS", s("q")), false},
      {term("m", "CONTAINS", s("x")), false},
      {term("n", "CONTAINS", n("5")), false},
      {term("absent", "CONTAINS", s("x")), false},
      {term("s", "NOT_CONTAINS", s("xe")), true},
      {term("s", "NOT_CONTAINS", s("ex")), false},
      {term("ss", "NOT_CONTAINS", s("c")), true},
      {term("ss", "NOT_CONTAINS", s("a")), false},
      {term("l", "NOT_CONTAINS", n("1")), false},
      {term("absent", "NOT_CONTAINS", s("x")), false},
      {term("absent", "NULL"), true},
      {term("s", "NULL"), false},
      {term("null", "NULL"), false},
      {term("null", "NOT_NULL"), true},
      {term("s", "NOT_NULL"), true},
      {term("absent", "NOT_NULL"), false},
      {"'s':{'ComparisonOperator':'NOT_NULL','AttributeValueList':[]}", true},
  };
  for (const Case& each : cases) {
    EXPECT_EQ(expect(each.term), each.holds ? "{}" : kFailed) << each.term;
    EXPECT_EQ(text_at(filter(each.term), "/Count"), each.holds ? "1" : "0") << each.term;
  }
  // Keys may be filtered in a Scan.
  EXPECT_EQ(text_at(filter(term("pk", "EQ", s("a"))), "/Count"), "1");
}

TEST_P(LegacyConditions, AreJoinedByAndOrOr) {
  const std::string yes = term("n", "EQ", n("5"));
  const std::string no = term("s", "EQ", s("x"));
  const std::string either = ",'ConditionalOperator':'OR'";
  const std::string both = ",'ConditionalOperator':'AND'";
  EXPECT_EQ(expect(yes + "," + no), kFailed);
  EXPECT_EQ(expect(yes + "," + no, both), kFailed);
  EXPECT_EQ(expect(yes + "," + no, either), "{}");
  EXPECT_EQ(expect(no, either), kFailed);
  EXPECT_EQ(text_at(filter(yes + "," + no), "/Count"), "0");
  EXPECT_EQ(text_at(filter(yes + "," + no, either), "/Count"), "1");
  EXPECT_EQ(text_at(database.ok("Query", query(term("pk", "EQ", s("a")),
                                               ",'QueryFilter':{" + yes + "," + no + "}" + either)),
                    "/Count"),
            "1");
  EXPECT_EQ(text_at(database.ok("Query",
                                query(term("pk", "EQ", s("a")), ",'QueryFilter':{" + yes + "," + no + "}")),
                    "/Count"),
            "0");
  const std::string without = kValidation + "ConditionalOperator cannot be used without Filter or Expected";
  EXPECT_EQ(expect("", either), without);
  EXPECT_EQ(filter("", both), without);
  refused("Scan", "{'TableName':'things'" + either + "}", without);
  refused("PutItem", "{'TableName':'things','Item':{'pk':{'S':'x'},'sk':{'N':'1'}}" + either + "}", without);
  refused("Query", query(term("pk", "EQ", s("a")), either), without);
  EXPECT_EQ(filter(yes, ",'ConditionalOperator':'or'"),
            kWrapped +
                "Value 'or' at 'conditionalOperator' failed to satisfy constraint: Member must satisfy enum "
                "value set: [OR, AND]");
  // An empty one is none.
  EXPECT_EQ(expect(""), "{}");
  EXPECT_EQ(text_at(filter(""), "/Count"), "1");
}

TEST_P(LegacyConditions, TakeTheOldFormOfExpected) {
  EXPECT_EQ(expect("'n':{'Value':{'N':'5.0'}}"), "{}");
  EXPECT_EQ(expect("'n':{'Value':{'N':'6'}}"), kFailed);
  EXPECT_EQ(expect("'n':{'Value':{'N':'5'},'Exists':true}"), "{}");
  EXPECT_EQ(expect("'absent':{'Value':{'N':'5'}}"), kFailed);
  EXPECT_EQ(expect("'absent':{'Exists':false}"), "{}");
  EXPECT_EQ(expect("'n':{'Exists':false}"), kFailed);
  // The new form with one value
  EXPECT_EQ(expect("'n':{'ComparisonOperator':'LT','Value':{'N':'6'}}"), "{}");
  // Of a missing item everything is missing.
  refused(
      "PutItem",
      "{'TableName':'things','Item':{'pk':{'S':'new'},'sk':{'N':'1'}},'Expected':{'pk':{'Exists':false}}}",
      "{}");
  refused(
      "PutItem",
      "{'TableName':'things','Item':{'pk':{'S':'new'},'sk':{'N':'1'}},'Expected':{'pk':{'Exists':false}}}",
      kFailed);
  refused("DeleteItem",
          "{'TableName':'things','Key':{'pk':{'S':'new'},'sk':{'N':'1'}},'Expected':{" +
              term("sk", "EQ", n("1")) + "}}",
          "{}");
}

TEST_P(LegacyConditions, ExpectationsAreChecked) {
  const std::string of = " for Attribute: n";
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"'n':{'Value':{'N':'5'},'AttributeValueList':[{'N':'5'}]}",
       "Value and AttributeValueList cannot be used together" + of},
      {"'n':{'Exists':true,'ComparisonOperator':'EQ','Value':{'N':'5'}}",
       "Exists and ComparisonOperator cannot be used together" + of},
      {"'n':{'ComparisonOperator':'EQ'}",
       "Value or AttributeValueList must be used with ComparisonOperator: EQ" + of},
      {"'n':{'AttributeValueList':[{'N':'5'}]}",
       "AttributeValueList can only be used with a ComparisonOperator" + of},
      {"'n':{'Exists':true}", "Value must be provided when Exists is true" + of},
      {"'n':{}", "Value must be provided when Exists is null" + of},
      {"'n':{'Exists':false,'Value':{'N':'5'}}", "Value cannot be used when Exists is false" + of},
      {term("n", "EQ", n("1") + "," + n("2")), "Invalid number of argument(s) for the EQ ComparisonOperator"},
      {"'n':{'ComparisonOperator':'NULL','Value':{'N':'5'}}",
       "Invalid number of argument(s) for the NULL ComparisonOperator"},
      // Values come before counts.
      {term("n", "EQ", "{'NS':[]}," + n("2")), "An number set  may not be empty"},
  };
  for (const auto& [expected, message] : cases) EXPECT_EQ(expect(expected), kInvalid + message) << expected;
  EXPECT_EQ(expect("'n':{'Value':{'N':'x'}}"),
            kValidation + "The parameter cannot be converted to a numeric value: x");
  EXPECT_EQ(
      expect("'n':{'Value':{}}"),
      kValidation + "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes");
  EXPECT_EQ(
      expect(term("n", "eq", n("1"))),
      kWrapped +
          "Value 'eq' at 'expected.n.member.comparisonOperator' failed to satisfy constraint: Member "
          "must satisfy enum value set: [IN, NULL, BETWEEN, LT, NOT_CONTAINS, EQ, GT, NOT_NULL, NE, LE, "
          "BEGINS_WITH, GE, CONTAINS]");
}

/// The checks of terms are the same wherever terms are.
TEST_P(LegacyConditions, ArgumentsAreChecked) {
  const auto count = [](const std::string& op) {
    return kInvalid + "Invalid number of argument(s) for the " + op + " ComparisonOperator";
  };
  const auto type = [](const std::string& op, const std::string& type) {
    return kInvalid + "ComparisonOperator " + op + " is not valid for " + type + " AttributeValue type";
  };
  const std::string one = n("1");
  const std::string two = n("1") + "," + n("2");
  const std::string same = kInvalid + "AttributeValues inside AttributeValueList must be of same type";
  std::vector<std::pair<std::string, std::string>> cases;
  for (const char* op : {"EQ", "NE", "LT", "LE", "GT", "GE", "BEGINS_WITH", "CONTAINS", "NOT_CONTAINS"}) {
    cases.emplace_back(term("x", op, two), count(op));
    cases.emplace_back("'x':{'ComparisonOperator':'" + std::string(op) + "','AttributeValueList':[]}",
                       count(op));
  }
  for (const char* op : {"NULL", "NOT_NULL"}) cases.emplace_back(term("x", op, one), count(op));
  cases.emplace_back(term("x", "BETWEEN", one), count("BETWEEN"));
  cases.emplace_back(term("x", "BETWEEN", two + "," + one), count("BETWEEN"));
  cases.emplace_back("'x':{'ComparisonOperator':'IN','AttributeValueList':[]}", count("IN"));
  cases.emplace_back(term("x", "IN", one + "," + s("1")), same);
  cases.emplace_back(term("x", "BETWEEN", one + "," + s("1")), same);
  const std::vector<std::pair<std::string, std::string>> values = {{"SS", "{'SS':['a']}"},
                                                                   {"NS", "{'NS':['1']}"},
                                                                   {"BS", "{'BS':['AQ==']}"},
                                                                   {"L", "{'L':[]}"},
                                                                   {"M", "{'M':{}}"}};
  const std::vector<std::pair<std::string, std::string>> scalars = {{"BOOL", "{'BOOL':true}"},
                                                                    {"NULL", "{'NULL':true}"}};
  for (const char* op : {"LT", "LE", "GT", "GE", "IN"}) {
    for (const auto& each : {values, scalars}) {
      for (const auto& [name, value] : each) cases.emplace_back(term("x", op, value), type(op, name));
    }
  }
  for (const auto& each : {values, scalars}) {
    for (const auto& [name, value] : each) {
      cases.emplace_back(term("x", "BETWEEN", value + "," + value), type("BETWEEN", name));
      cases.emplace_back(term("x", "BEGINS_WITH", value), type("BEGINS_WITH", name));
    }
  }
  cases.emplace_back(term("x", "BEGINS_WITH", one), type("BEGINS_WITH", "N"));
  for (const auto& [name, value] : values) {
    cases.emplace_back(term("x", "CONTAINS", value), type("CONTAINS", name));
    cases.emplace_back(term("x", "NOT_CONTAINS", value), type("NOT_CONTAINS", name));
  }
  cases.emplace_back(term("x", "BETWEEN", n("2") + "," + n("1")),
                     kValidation +
                         "The BETWEEN condition was provided a range where the lower bound is greater than "
                         "the upper bound");
  // Of several terms the values of all come first.
  cases.emplace_back(term("w", "EQ", two) + "," + term("x", "EQ", "{'N':'y'}"),
                     kValidation + "The parameter cannot be converted to a numeric value: y");
  for (const auto& [terms, expected] : cases) {
    EXPECT_EQ(filter(terms), expected) << terms;
    EXPECT_EQ(database.answer("Query", query(term("pk", "EQ", s("a")), ",'QueryFilter':{" + terms + "}")),
              expected)
        << terms;
  }
  // Expected has one check more, for lists that are not there; it goes through its terms one by one.
  cases.pop_back();
  for (const auto& [terms, expected] : cases) EXPECT_EQ(expect(terms), expected) << terms;
  EXPECT_EQ(filter("'x':{}"),
            kWrapped +
                "Value null at 'scanFilter.x.member.comparisonOperator' failed to satisfy constraint: Member "
                "must not be null");
  EXPECT_EQ(filter("'x':{'ComparisonOperator':'EQ'}"), count("EQ"));
}

TEST_P(LegacyConditions, KeyConditionsChooseARange) {
  for (int i = 2; i <= 9; ++i) {
    database.put("{'pk':{'S':'a'},'sk':{'N':'" + std::to_string(i) + "'},'b':{'B':'/w" +
                 std::string(i % 2 == 0 ? "A" : "E") +
                 "='},'odd':{'BOOL':" + (i % 2 == 0 ? "false" : "true") + "}}");
  }
  const std::string a = term("pk", "EQ", s("a"));
  const auto of = [&](const std::string& op, const std::string& arguments) {
    return query(a + "," + term("sk", op, arguments));
  };
  EXPECT_EQ(found(query(a)), "1 2 3 4 5 6 7 8 9");
  EXPECT_EQ(found(of("EQ", n("4.0"))), "4");
  EXPECT_EQ(found(of("LT", n("3"))), "1 2");
  EXPECT_EQ(found(of("LE", n("3"))), "1 2 3");
  EXPECT_EQ(found(of("GT", n("7"))), "8 9");
  EXPECT_EQ(found(of("GE", n("7"))), "7 8 9");
  EXPECT_EQ(found(of("BETWEEN", n("4") + "," + n("6"))), "4 5 6");
  EXPECT_EQ(found(query(term("sk", "GT", n("7")) + "," + a)), "8 9");
  const std::string by_b = ",'IndexName':'by-b'";
  EXPECT_EQ(found(query(a + "," + term("b", "BEGINS_WITH", "{'B':'AQI='}"), by_b)), "1");
  EXPECT_EQ(text_at(database.ok("Query", query(a + "," + term("b", "BEGINS_WITH", "{'B':'/w=='}"), by_b)),
                    "/Count"),
            "8");
  EXPECT_EQ(
      text_at(
          database.ok("Query", query(a, ",'QueryFilter':{" + term("odd", "EQ", "{'BOOL':true}") +
                                            "},'AttributesToGet':['sk'],'ScanIndexForward':false,'Limit':5")),
          "/Items/0/sk/N"),
      "9");
  // They go with the other expressions.
  EXPECT_EQ(
      found(query(a, ",'FilterExpression':'odd = :t','ExpressionAttributeValues':{':t':{'BOOL':true}}")),
      "3 5 7 9");
}

TEST_P(LegacyConditions, KeyConditionsAreChecked) {
  const std::string a = term("pk", "EQ", s("a"));
  const std::string not_supported = kValidation + "Query key condition not supported";
  const std::string not_indexable =
      kValidation + "Attempted conditional constraint is not an indexable operation";
  const std::string length = kValidation + "Conditions can be of length 1 or 2 only";
  const std::string type = kInvalid + "Condition parameter type does not match schema type";
  const std::string one = n("1");
  std::vector<std::pair<std::string, std::string>> cases = {
      {query(""), kValidation + "…"},
      {"{'TableName':'things'}",
       kValidation +
           "Either the KeyConditions or KeyConditionExpression parameter must be specified in the request."},
      {query(a + "," + term("sk", "EQ", one) + "," + term("x", "EQ", one)), length},
      {query(term("sk", "EQ", one)), kValidation + "Query condition missed key schema element: pk"},
      {query(a + "," + term("x", "EQ", one)), kValidation + "Query condition missed key schema element: sk"},
      {query(term("b", "EQ", "{'B':'AQ=='}") + "," + term("pk", "EQ", s("a")), ",'IndexName':'hash-only'"),
       not_supported},
      {query(term("pk", "EQ", one)), type},
      {query(a + "," + term("sk", "EQ", s("1"))), type},
      {query(a + "," + term("sk", "BETWEEN", s("1") + "," + s("2"))), type},
      {query(a + "," + term("sk", "EQ", one + "," + one)),
       kInvalid + "Invalid number of argument(s) for the EQ ComparisonOperator"},
      {query(a + "," + term("sk", "BETWEEN", one)),
       kInvalid + "Invalid number of argument(s) for the BETWEEN ComparisonOperator"},
      {query(a + "," + term("sk", "BETWEEN", n("2") + "," + n("1"))),
       kValidation + "The BETWEEN condition was provided a range where the lower bound is greater than the "
                     "upper bound"},
      {query(a + "," + term("sk", "BEGINS_WITH", one)),
       kInvalid + "ComparisonOperator BEGINS_WITH is not valid for N AttributeValue type"},
      {query(term("pk", "EQ", s(""))),
       kValidation +
           "One or more parameter values are not valid. The AttributeValue for a key attribute cannot "
           "contain an empty string value. Key: pk"},
      {query(a, ",'QueryFilter':{" + term("sk", "EQ", one) + "}"),
       kValidation + "QueryFilter can only contain non-primary key attributes: Primary key attribute: sk"},
      {query(a, ",'QueryFilter':{" + a + "}"),
       kValidation + "QueryFilter can only contain non-primary key attributes: Primary key attribute: pk"},
  };
  for (const char* op : {"LT", "LE", "GT", "GE"})
    cases.emplace_back(query(term("pk", op, s("a"))), not_supported);
  for (const char* op : {"NE", "CONTAINS", "NOT_CONTAINS", "IN"}) {
    cases.emplace_back(query(a + "," + term("sk", op, one)), not_indexable);
  }
  for (const char* op : {"NULL", "NOT_NULL"})
    cases.emplace_back(query(a + "," + term("sk", op)), not_indexable);
  for (const auto& [request, expected] : cases) refused("Query", request, expected);
}

INSTANTIATE_ON_BOTH_STORES(LegacyConditions);

}  // namespace
}  // namespace lodestone::testing
