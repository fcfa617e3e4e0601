// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.select.html
#include <array>
#include <set>

#include "tests/api/statement_fixture.h"

namespace lodestone::testing {
namespace {

/// 5 partitions a … e of 4 items each; three indexes.
class Select : public Statements {
 protected:
  void SetUp() override {
    database.create_table(
        ",'AttributeDefinitions':[{'AttributeName':'pk','AttributeType':'S'},{'AttributeName':'sk',"
        "'AttributeType':'N'},{'AttributeName':'g','AttributeType':'S'},{'AttributeName':'l','AttributeType':"
        "'N'}],'KeySchema':[{'AttributeName':'pk','KeyType':'HASH'},{'AttributeName':'sk','KeyType':"
        "'RANGE'}],'GlobalSecondaryIndexes':[{'IndexName':'by-g','KeySchema':[{'AttributeName':'g','KeyType':"
        "'HASH'},{'AttributeName':'l','KeyType':'RANGE'}],'Projection':{'ProjectionType':'ALL'}},"
        "{'IndexName':'keys-by-g','KeySchema':[{'AttributeName':'g','KeyType':'HASH'}],"
        "'Projection':{'ProjectionType':'KEYS_ONLY'}}],"
        "'LocalSecondaryIndexes':[{'IndexName':'by-l','KeySchema':[{'AttributeName':'pk','KeyType':'HASH'},"
        "{'AttributeName':'l','KeyType':'RANGE'}],'Projection':{'ProjectionType':'KEYS_ONLY'}}]");
    for (const char pk : std::string("abcde")) {
      for (int sk = 1; sk <= 4; ++sk) {
        database.put("{'pk':{'S':'" + std::string(1, pk) + "'},'sk':{'N':'" + std::to_string(sk) +
                     "'},'g':{'S':'" + (sk % 2 == 0 ? "even" : "odd") + "'},'l':{'N':'" +
                     std::to_string(-sk) + "'},'v':{'S':'" + std::string(1, pk) + std::to_string(sk) + "'}}");
      }
    }
  }

  /// What the items have as `v`, in order: "a1 a2".
  static std::string values(std::string_view reply) {
    std::string all;
    for (const std::string& item : elements_at(reply, "/Items"))
      all += (all.empty() ? "" : " ") + text_at(item, "/v/S");
    return all;
  }
  std::string selected(std::string_view rest, std::string_view more = "") {
    return values(ok("SELECT * FROM things " + std::string(rest), more));
  }

  /// All pages, each in brackets; `more` goes with every request.
  std::string paged(const std::string& text, const std::string& more = "") {
    std::string all;
    std::string token;
    for (int pages = 0; pages < 30; ++pages) {
      const std::string reply = ok(text, more + (token.empty() ? "" : ",'NextToken':'" + token + "'"));
      all += '[' + values(reply) + ']';
      token = text_at(reply, "/NextToken");
      if (token.empty()) return all;
    }
    return all + " without end";
  }
};

struct Equivalent {
  std::string where;
  std::string operation;
  std::string parameters;  ///< of the native request, after the table's name
};

/// What a statement answers and consumes is what the native operation does.
TEST_P(Select, DoesWhatGetItemQueryAndScanDo) {
  const std::string query_a = ",'ExpressionAttributeValues':{':p':{'S':'a'}";
  const std::array<Equivalent, 12> cases = {{
      {"things WHERE pk = 'a'", "Query", ",'KeyConditionExpression':'pk=:p'" + query_a + "}"},
      {"things WHERE pk = 'a' AND sk >= 3", "Query",
       ",'KeyConditionExpression':'pk=:p AND sk>=:s'" + query_a + ",':s':{'N':'3'}}"},
      {"things WHERE sk BETWEEN 2 AND 3 AND pk = 'a'", "Query",
       ",'KeyConditionExpression':'pk=:p AND sk BETWEEN :s AND :t'" + query_a +
           ",':s':{'N':'2'},':t':{'N':'3'}}"},
      {"things WHERE pk = 'a' AND v = 'a2'", "Query",
       ",'KeyConditionExpression':'pk=:p','FilterExpression':'v=:v'" + query_a + ",':v':{'S':'a2'}}"},
      {"things WHERE pk = 'a' AND sk < 4 AND (v = 'a2' OR v = 'a4')", "Query",
       ",'KeyConditionExpression':'pk=:p AND sk<:s','FilterExpression':'v=:v OR v=:w'" + query_a +
           ",':s':{'N':'4'},':v':{'S':'a2'},':w':{'S':'a4'}}"},
      {"things WHERE pk = 'nobody'", "Query",
       ",'KeyConditionExpression':'pk=:p','ExpressionAttributeValues':{':p':{'S':'nobody'}}"},
      {"things", "Scan", ""},
      {"things WHERE v > 'c3'", "Scan",
       ",'FilterExpression':'v>:v','ExpressionAttributeValues':{':v':{'S':'c3'}}"},
      {"things WHERE pk = 'a' OR v = 'b1'", "Scan",
       ",'FilterExpression':'pk=:p OR v=:v','ExpressionAttributeValues':{':p':{'S':'a'},':v':{'S':'b1'}}"},
      {"\"things\".\"by-g\" WHERE g = 'even' AND l > -3", "Query",
       ",'IndexName':'by-g','KeyConditionExpression':'g=:g AND l>:l','ExpressionAttributeValues':{':g':{'S':"
       "'even'},':l':{'N':'-3'}}"},
      {"\"things\".\"by-l\" WHERE pk = 'b'", "Query",
       ",'IndexName':'by-l','KeyConditionExpression':'pk=:p','ExpressionAttributeValues':{':p':{'S':'b'}}"},
      {"\"things\".\"keys-by-g\"", "Scan", ",'IndexName':'keys-by-g'"},
  }};
  for (const std::string consistency : {"", ",'ConsistentRead':true"}) {
    for (const Equivalent& each : cases) {
      if (!consistency.empty() && each.where.find("by-g") != std::string::npos) continue;
      const std::string more = ",'ReturnConsumedCapacity':'INDEXES'" + consistency;
      const std::string ours = ok("SELECT * FROM " + each.where, more);
      const std::string native =
          database.ok(each.operation, "{'TableName':'things'" + each.parameters + more + "}");
      EXPECT_EQ(at(ours, "/Items"), at(native, "/Items")) << each.where;
      EXPECT_EQ(at(ours, "/ConsumedCapacity"), at(native, "/ConsumedCapacity")) << each.where;
    }
  }
}

TEST_P(Select, ReadsOneItemByItsWholeKey) {
  const std::string where = "WHERE pk = 'b' AND sk = 3";
  EXPECT_EQ(selected(where), "b3");
  EXPECT_EQ(selected("WHERE 3 = sk AND 'b' = pk"), "b3");
  EXPECT_EQ(selected(where + " AND v = 'b3'"), "b3");
  EXPECT_EQ(selected(where + " AND v = 'x'"), "");
  EXPECT_EQ(selected("WHERE pk = 'b' AND sk = 9"), "");
  EXPECT_EQ(items("SELECT v, nothing_there FROM things " + where), json("[{'v':{'S':'b3'}}]"));
  EXPECT_EQ(items("SELECT nothing_there FROM things " + where), "[{}]");
  for (const std::string consistency : {"false", "true"}) {
    const std::string more = ",'ReturnConsumedCapacity':'INDEXES','ConsistentRead':" + consistency;
    const std::string native =
        database.ok("GetItem", "{'TableName':'things','Key':{'pk':{'S':'b'},'sk':{'N':'3'}}" + more + "}");
    const std::string ours = ok("SELECT * FROM things " + where, more);
    EXPECT_EQ(at(ours, "/Items/0"), at(native, "/Item"));
    EXPECT_EQ(at(ours, "/ConsumedCapacity"), at(native, "/ConsumedCapacity"));
  }
}

TEST_P(Select, ReadsSeveralPartitionsByInAndOr) {
  EXPECT_EQ(selected("WHERE pk IN ['c', 'a']"), "c1 c2 c3 c4 a1 a2 a3 a4");
  EXPECT_EQ(selected("WHERE pk = 'c' OR pk = 'a'"), "c1 c2 c3 c4 a1 a2 a3 a4");
  EXPECT_EQ(selected("WHERE pk IN ['c', 'nobody', 'a'] AND sk > 3"), "c4 a4");
  EXPECT_EQ(selected("WHERE pk IN ['c', 'a'] AND v = 'a2'"), "a2");
  EXPECT_EQ(selected("WHERE pk IN ['c', 'a', 'c'] AND sk = 2"), "c2 a2");
  EXPECT_EQ(selected("WHERE (pk = 'e' OR pk = 'x' OR pk = 'd') AND sk = 1"), "e1 d1");
  EXPECT_EQ(values(ok("SELECT * FROM \"things\".\"by-g\" WHERE g IN ['even', 'odd'] AND l = -1")),
            "a1 b1 c1 d1 e1");
  EXPECT_EQ(at(ok("SELECT * FROM things WHERE pk IN ['a', 'b', 'nobody'] AND sk = 1",
                  ",'ReturnConsumedCapacity':'TOTAL'"),
               "/ConsumedCapacity"),
            json("{'TableName':'things','CapacityUnits':1.5}"));
  std::string many = "'0'";
  for (int i = 1; i < 50; ++i) many += ",'" + std::to_string(i) + "'";
  EXPECT_EQ(selected("WHERE pk IN [" + many + "]"), "");
  EXPECT_EQ(answer("SELECT * FROM things WHERE pk IN [" + many + ",'x']"),
            kValidation + "The IN operator is provided with too many operands; number of operands: 51");
}

TEST_P(Select, OrdersByTheKey) {
  EXPECT_EQ(selected("WHERE pk = 'a' ORDER BY sk"), "a1 a2 a3 a4");
  EXPECT_EQ(selected("WHERE pk = 'a' ORDER BY sk DESC"), "a4 a3 a2 a1");
  EXPECT_EQ(selected("WHERE pk = 'a' ORDER BY pk DESC, sk"), "a1 a2 a3 a4");
  EXPECT_EQ(selected("WHERE pk = 'a' AND sk > 1 ORDER BY sk DESC", ",'Limit':2"), "a4 a3");
  EXPECT_EQ(selected("WHERE pk IN ['b', 'c'] ORDER BY pk DESC"), "c1 c2 c3 c4 b1 b2 b3 b4");
  EXPECT_EQ(selected("WHERE pk IN ['c', 'b'] ORDER BY pk, sk DESC"), "b4 b3 b2 b1 c4 c3 c2 c1");
  EXPECT_EQ(selected("WHERE pk IN ['c', 'a', 'b'] AND sk = 1 ORDER BY pk"), "a1 b1 c1");
  EXPECT_EQ(values(ok("SELECT * FROM \"things\".\"by-l\" WHERE pk = 'a' ORDER BY l DESC")), "");
  EXPECT_EQ(at(ok("SELECT l FROM \"things\".\"by-l\" WHERE pk = 'a' ORDER BY l DESC"), "/Items"),
            json("[{'l':{'N':'-1'}},{'l':{'N':'-2'}},{'l':{'N':'-3'}},{'l':{'N':'-4'}}]"));
  EXPECT_EQ(answer("SELECT * FROM things WHERE v = 'a' ORDER BY pk"),
            kValidation +
                "Must have at least one non-optional hash key condition in WHERE clause when using ORDER BY "
                "clause.");
  EXPECT_EQ(answer("SELECT * FROM things ORDER BY pk"),
            kValidation + "Must have WHERE clause in the statement when using ORDER BY clause.");
  EXPECT_EQ(answer("SELECT * FROM things WHERE pk = 'a' ORDER BY v"),
            kValidation + "Variable reference v in ORDER BY clause must be part of the primary key");
  EXPECT_EQ(answer("SELECT * FROM things WHERE pk IN ['a', 'b'] ORDER BY sk"),
            kValidation +
                "ORDER BY clause must begin with the hash key when the WHERE clause has several hash keys");
}

TEST_P(Select, GoesOnAtTheNextToken) {
  EXPECT_EQ(paged("SELECT * FROM things WHERE pk = 'a'", ",'Limit':3"), "[a1 a2 a3][a4]");
  EXPECT_EQ(paged("SELECT * FROM things WHERE pk = 'a' ORDER BY sk DESC", ",'Limit':3"), "[a4 a3 a2][a1]");
  EXPECT_EQ(paged("SELECT * FROM things WHERE pk = 'a' AND v <> 'a1'", ",'Limit':1"), "[][a2][a3][a4]");
  EXPECT_EQ(paged("SELECT * FROM things WHERE pk IN ['b', 'a'] ORDER BY pk, sk DESC", ",'Limit':3"),
            "[a4 a3 a2][a1 b4 b3][b2 b1]");
  EXPECT_EQ(paged("SELECT * FROM things WHERE pk IN ['b', 'a']", ",'Limit':4"), "[b1 b2 b3 b4][a1 a2 a3 a4]");
  EXPECT_EQ(paged("SELECT * FROM things WHERE pk IN ['a','b','c','d','e']"),
            "[a1 a2 a3 a4 b1 b2 b3 b4 c1 c2][c3 c4 d1 d2 d3 d4 e1 e2 e3 e4]")
      << "ten items to a page of IN";
  EXPECT_EQ(paged("SELECT * FROM things WHERE pk IN ['a','x','b','c'] AND sk = 1", ",'Limit':2"),
            "[a1][b1 c1]");
  std::set<std::string> all;
  const std::string pages = paged("SELECT * FROM things", ",'Limit':7");
  for (const char pk : std::string("abcde")) {
    for (const char sk : std::string("1234")) {
      const std::string value{pk, sk};
      EXPECT_EQ(pages.find(value), pages.rfind(value));
      EXPECT_NE(pages.find(value), std::string::npos) << value;
    }
  }
  EXPECT_EQ(pages.find('['), 0U);
  EXPECT_EQ(paged("SELECT * FROM \"things\".\"by-g\" WHERE g = 'even' AND l = -2", ",'Limit':2"),
            "[a2 b2][c2 d2][e2]");
}

TEST_P(Select, TellsTheLastKeyOfAPage) {
  const std::string reply = ok("SELECT * FROM things WHERE pk = 'a'", ",'Limit':2");
  EXPECT_EQ(at(reply, "/LastEvaluatedKey"), json("{'pk':{'S':'a'},'sk':{'N':'2'}}"));
  EXPECT_NE(text_at(reply, "/NextToken"), "");
  const std::string whole = ok("SELECT * FROM things WHERE pk = 'a'", ",'Limit':4");
  EXPECT_EQ(text_at(whole, "/NextToken") + at(whole, "/LastEvaluatedKey"), "");
}

TEST_P(Select, EndsAPageAtOneMegabyte) {
  const std::string large = ",'v':{'S':'" + repeated("x", 300'000) + "'}}";
  for (const std::string pk : {"p", "q", "r"}) {
    for (int sk = 1; sk <= 4; ++sk)
      database.put("{'pk':{'S':'" + pk + "'},'sk':{'N':'" + std::to_string(sk) + "'}" + large);
  }
  const auto page_sizes = [this](const std::string& where) {
    std::string sizes;
    std::string token;
    do {
      const std::string reply =
          ok("SELECT sk FROM things WHERE " + where, token.empty() ? "" : ",'NextToken':'" + token + "'");
      sizes += std::to_string(count_at(reply, "/Items")) + ' ';
      token = text_at(reply, "/NextToken");
    } while (!token.empty());
    return sizes;
  };
  EXPECT_EQ(page_sizes("pk IN ['p', 'q', 'r']"), "4 4 4 ");
  EXPECT_EQ(page_sizes("pk IN ['p', 'a', 'q']"), "4 8 ");
  EXPECT_EQ(page_sizes("pk IN ['p', 'q', 'r'] AND sk > 1"), "4 4 1 ");
}

TEST_P(Select, TakesNoOtherTokens) {
  const std::string text = "SELECT * FROM things WHERE pk IN ['a', 'b']";
  const std::string token = text_at(ok(text, ",'Limit':3"), "/NextToken");
  const std::string given = ",'NextToken':'" + token + "'";
  const std::string other = kValidation + "NextToken does not match request";
  EXPECT_EQ(values(ok(text, given)), "a4 b1 b2 b3 b4");
  EXPECT_EQ(answer("SELECT * FROM things WHERE pk IN ['b', 'a']", given), other);
  EXPECT_EQ(answer("SELECT * FROM things WHERE pk IN ['a', ?]", parameters("{'S':'b'}") + given), other);
  EXPECT_EQ(answer("DELETE FROM things WHERE pk = 'a' AND sk = 1", given), other);
  const std::string invalid = kValidation + "Invalid NextToken";
  EXPECT_EQ(answer(text, ",'NextToken':'x'"), invalid);
  EXPECT_EQ(answer(text, ",'NextToken':'!'"), invalid);
  EXPECT_EQ(answer(text, ",'NextToken':'AAAA'"), invalid);
  EXPECT_EQ(answer(text, ",'NextToken':'" + repeated("A", 4000) + "'"), invalid);
  std::string changed = token;
  changed[changed.size() / 2] = changed[changed.size() / 2] == 'A' ? 'B' : 'A';
  EXPECT_EQ(answer(text, ",'NextToken':'" + changed + "'"), invalid);
  const std::string parameterised = "SELECT * FROM things WHERE pk = ?";
  const std::string first = parameters("{'S':'a'}");
  const std::string next =
      ",'NextToken':'" + text_at(ok(parameterised, first + ",'Limit':1"), "/NextToken") + "'";
  EXPECT_EQ(values(ok(parameterised, first + next)), "a2 a3 a4");
  EXPECT_EQ(answer(parameterised, parameters("{'S':'b'}") + next), other);
}

// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html and LSI.html
TEST_P(Select, ReadsAnIndexForWhatItHolds) {
  EXPECT_EQ(items("SELECT pk, l FROM \"things\".\"by-l\" WHERE pk = 'a' AND l = -2"),
            json("[{'pk':{'S':'a'},'l':{'N':'-2'}}]"));
  EXPECT_EQ(items("SELECT v FROM \"things\".\"by-l\" WHERE pk = 'a' AND l < -2"),
            json("[{'v':{'S':'a4'}},{'v':{'S':'a3'}}]"))
      << "a local index fetches from the table";
  EXPECT_EQ(answer("SELECT v, g, w FROM \"things\".\"keys-by-g\" WHERE g = 'odd'"),
            kInvalid + "Global secondary index keys-by-g does not project [v, w]");
  EXPECT_EQ(answer("SELECT pk FROM \"things\".\"keys-by-g\" WHERE g = 'odd' AND v = 'a1'"),
            kInvalid + "Secondary index keys-by-g does not project one or more filter attributes: [v]");
  EXPECT_EQ(items("SELECT pk FROM \"things\".\"keys-by-g\" WHERE v = 'a1'"), "[]");
  EXPECT_EQ(answer("SELECT * FROM \"things\".\"by-g\" WHERE g = 'odd'", ",'ConsistentRead':true"),
            kValidation + "Strongly consistent read is not supported on Global Secondary Indexes");
  EXPECT_EQ(
      count_at(ok("SELECT * FROM \"things\".\"by-l\" WHERE pk = 'a'", ",'ConsistentRead':true"), "/Items"),
      4U);
}

TEST_P(Select, WantsKeysOfTheirTypes) {
  const std::string mismatch = kInvalid + "Condition parameter type does not match schema type";
  EXPECT_EQ(answer("SELECT * FROM things WHERE pk = 1"), mismatch);
  EXPECT_EQ(answer("SELECT * FROM things WHERE pk = 'a' AND sk = 'x'"), mismatch);
  EXPECT_EQ(answer("SELECT * FROM things WHERE pk = 'a' AND sk > 'x'"), mismatch);
  EXPECT_EQ(answer("SELECT * FROM things WHERE pk = 'a' AND begins_with(sk, 'x')"), mismatch);
  EXPECT_EQ(answer("SELECT * FROM things WHERE pk IN ['a', 1]"), mismatch);
  EXPECT_EQ(answer("SELECT * FROM things WHERE pk IN ['a', 1] ORDER BY pk"), mismatch);
  EXPECT_EQ(answer("SELECT * FROM things WHERE pk = ''"),
            kValidation +
                "One or more parameter values are not valid. The AttributeValue for a key attribute cannot "
                "contain an empty string value. Key: pk");
  EXPECT_EQ(answer("SELECT * FROM things WHERE pk = ?", parameters("{'S':'" + repeated("x", 2049) + "'}")),
            kInvalid + "Size of hashkey has exceeded the maximum size limit of2048 bytes");
  const std::string scalars =
      kValidation +
      "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: ";
  EXPECT_EQ(answer("SELECT pk.x FROM things"), scalars + "Key: pk");
  EXPECT_EQ(answer("SELECT * FROM things WHERE l[0] = 1"), scalars + "IndexKey: l");
}

INSTANTIATE_ON_BOTH_STORES(Select);

/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.DesignPattern.MultiAttributeKeys.html
class SelectOfWideKeys : public Statements {};

TEST_P(SelectOfWideKeys, ReadsByAllOfTheHashAndTheRangeInOrder) {
  database.create_table(
      ",'AttributeDefinitions':[{'AttributeName':'pk','AttributeType':'S'},{'AttributeName':'a','"
      "AttributeType':"
      "'S'},{'AttributeName':'b','AttributeType':'N'},{'AttributeName':'c','AttributeType':'N'},"
      "{'AttributeName':'d','AttributeType':'S'}],'KeySchema':[{'AttributeName':'pk','KeyType':'HASH'}],"
      "'GlobalSecondaryIndexes':[{'IndexName':'wide','KeySchema':[{'AttributeName':'a','KeyType':'HASH'},"
      "{'AttributeName':'b','KeyType':'HASH'},{'AttributeName':'c','KeyType':'RANGE'},{'AttributeName':'d',"
      "'KeyType':'RANGE'}],'Projection':{'ProjectionType':'ALL'}}]");
  for (int i = 0; i < 6; ++i) {
    database.put("{'pk':{'S':'" + std::to_string(i) + "'},'a':{'S':'x'},'b':{'N':'1'},'c':{'N':'" +
                 std::to_string(i / 3) + "'},'d':{'S':'" + std::to_string(i % 3) + "'}}");
  }
  const auto keys = [this](std::string_view rest) {
    std::string all;
    for (const std::string& item :
         elements_at(ok("SELECT pk FROM \"things\".\"wide\" WHERE " + std::string(rest)), "/Items"))
      all += text_at(item, "/pk/S");
    return all;
  };
  EXPECT_EQ(keys("a = 'x' AND b = 1"), "012345");
  EXPECT_EQ(keys("a = 'x' AND b = 1 AND c = 1"), "345");
  EXPECT_EQ(keys("a = 'x' AND b = 1 AND d >= '1' AND c = 0"), "12");
  EXPECT_EQ(keys("a = 'x' AND b = 1 AND d = '1'"), "14") << "without the first range attribute: filtered";
  EXPECT_EQ(keys("a = 'x' AND b = 1 ORDER BY c DESC, d DESC"), "543210");
  EXPECT_EQ(keys("a = 'x'").size(), 6U) << "without all of the hash: filtered";
  EXPECT_EQ(answer("SELECT * FROM \"things\".\"wide\" WHERE a = 'x' AND b = 1 ORDER BY d"),
            kValidation + "ORDER BY clause must follow the order of the sort key in one direction");
}

INSTANTIATE_ON_BOTH_STORES(SelectOfWideKeys);

}  // namespace
}  // namespace lodestone::testing
