// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Query.html
#include "tests/api/database_fixture.h"

namespace lodestone::testing {
namespace {

const std::string kValidation = "ValidationException: ";

/// A table with sort key, a local index by `l` with part of the attributes, global indexes by `g` and by `g`
/// with `h`.
class Query : public OnBothStores {
 protected:
  void SetUp() override {
    database.create_table(
        ",'AttributeDefinitions':[{'AttributeName':'pk','AttributeType':'S'},{'AttributeName':'sk','"
        "AttributeType':'N'},"
        "{'AttributeName':'l','AttributeType':'S'},{'AttributeName':'g','AttributeType':'S'},{'AttributeName'"
        ":'h','AttributeType':'N'}],"
        "'KeySchema':[{'AttributeName':'pk','KeyType':'HASH'},{'AttributeName':'sk','KeyType':'RANGE'}],"
        "'LocalSecondaryIndexes':[{'IndexName':'local','KeySchema':[{'AttributeName':'pk','KeyType':'HASH'},"
        "{'AttributeName':'l','KeyType':'RANGE'}],'Projection':{'ProjectionType':'INCLUDE','NonKeyAttributes'"
        ":['x']}}],"
        "'GlobalSecondaryIndexes':[{'IndexName':'by-g','KeySchema':[{'AttributeName':'g','KeyType':'HASH'}],"
        "'Projection':{'ProjectionType':'KEYS_ONLY'}},{'IndexName':'by-g-h','KeySchema':[{'AttributeName':'g'"
        ",'KeyType':'HASH'},"
        "{'AttributeName':'h','KeyType':'RANGE'}],'Projection':{'ProjectionType':'ALL'}}]");
  }

  static std::string query(const std::string& condition, const std::string& values,
                           const std::string& more = "") {
    return "{'TableName':'things','KeyConditionExpression':'" + condition +
           "','ExpressionAttributeValues':{" + values + "}" + more + "}";
  }
  static std::string of_p(const std::string& more = "") { return query("pk = :p", "':p':{'S':'p'}", more); }
  /// The same query by legacy parameters, with which AttributesToGet goes.
  static std::string legacy(const std::string& more) {
    return "{'TableName':'things','KeyConditions':{'pk':{'ComparisonOperator':'EQ','AttributeValueList':[{'S'"
           ":'p'}]}}" +
           more + "}";
  }
  static std::string of_index(const std::string& name, const std::string& condition,
                              const std::string& values, const std::string& more = "") {
    return query(condition, values, ",'IndexName':'" + name + "'" + more);
  }
  /// The sort keys of the items that are found.
  std::string found(const std::string& request) {
    std::string all;
    for (const std::string& item : elements_at(database.ok("Query", request), "/Items")) {
      all += (all.empty() ? "" : " ") + text_at(item, "/sk/N");
    }
    return all;
  }
  void put_numbers(const std::vector<std::string>& numbers) {
    for (const std::string& number : numbers) database.put("{'pk':{'S':'p'},'sk':{'N':'" + number + "'}}");
  }
  void refused(const std::string& request, const std::string& expected) {
    expect_answers(database, {{"Query", request, expected}});
  }
};

TEST_P(Query, OrdersNumbersByTheirValue) {
  put_numbers({"10", "9", "-1", "0", "1.5", "-10", "1e20", "-1e20", "0.001", "2"});
  EXPECT_EQ(found(of_p()), "-100000000000000000000 -10 -1 0 0.001 1.5 2 9 10 100000000000000000000");
  EXPECT_EQ(found(of_p(",'ScanIndexForward':false")),
            "100000000000000000000 10 9 2 1.5 0.001 0 -1 -10 -100000000000000000000");
}

TEST_P(Query, SelectsByTheSortKey) {
  put_numbers({"-5", "-1", "0", "1", "2", "5", "10"});
  database.put("{'pk':{'S':'other'},'sk':{'N':'3'}}");
  const std::string values = "':p':{'S':'p'},':a':{'N':'1'}";
  const auto of = [&](const std::string& condition) {
    return found(query("pk = :p AND " + condition, values));
  };
  EXPECT_EQ(of("sk = :a"), "1");
  EXPECT_EQ(of("sk < :a"), "-5 -1 0");
  EXPECT_EQ(of("sk <= :a"), "-5 -1 0 1");
  EXPECT_EQ(of("sk > :a"), "2 5 10");
  EXPECT_EQ(of("sk >= :a"), "1 2 5 10");
  EXPECT_EQ(of(":a < sk"), "2 5 10");
  EXPECT_EQ(found(query("(sk = :a) and (pk = :p)", values)), "1");
  const std::string range = values + ",':b':{'N':'5'}";
  EXPECT_EQ(found(query("pk = :p AND sk BETWEEN :a AND :b", range)), "1 2 5");
  EXPECT_EQ(found(query("#p = :p AND #s BETWEEN :a AND :b", range,
                        ",'ExpressionAttributeNames':{'#p':'pk','#s':'sk'}")),
            "1 2 5");
}

TEST_P(Query, SelectsTextsByTheirBeginning) {
  int number = 0;
  for (const char* text : {"a", "ab", "abc", "abd", "b", "a\\u0000", "ü", "üb", "\\u00ff"}) {
    database.put("{'pk':{'S':'p'},'sk':{'N':'" + std::to_string(number++) + "'},'l':{'S':'" + text + "'}}");
  }
  const auto of = [&](const std::string& text, const std::string& condition = "begins_with(l, :b)") {
    return found(of_index("local", "pk = :p AND " + condition, "':p':{'S':'p'},':b':{'S':'" + text + "'}"));
  };
  EXPECT_EQ(of("a"), "0 5 1 2 3");
  EXPECT_EQ(of("ab"), "1 2 3");
  EXPECT_EQ(of("abd"), "3");
  EXPECT_EQ(of("c"), "");
  EXPECT_EQ(of("ü"), "6 7");
  EXPECT_EQ(of("a", "l = :b"), "0");
  EXPECT_EQ(of("a", "l > :b"), "5 1 2 3 4 6 7 8");
  EXPECT_EQ(of("ab", "l < :b"), "0 5");
}

TEST_P(Query, SelectsAllBytes) {
  database.ok(
      "CreateTable",
      "{'TableName':'binaries','BillingMode':'PAY_PER_REQUEST','AttributeDefinitions':[{'AttributeName':'pk',"
      "'AttributeType':'B'},"
      "{'AttributeName':'sk','AttributeType':'B'}],"
      "'KeySchema':[{'AttributeName':'pk','KeyType':'HASH'},{'AttributeName':'sk','KeyType':'RANGE'}]}");
  // FF FF FF, FF FF, FF, 01, 00 FF, 00 00, 00
  for (const std::string key : {"////", "//8=", "/w==", "AQ==", "AP8=", "AAA=", "AA=="}) {
    database.ok("PutItem", "{'TableName':'binaries','Item':{'pk':{'B':'AP8='},'sk':{'B':'" + key + "'}}}");
  }
  const auto of = [&](const std::string& condition, const std::string& value) {
    std::string all;
    const std::string request = "{'TableName':'binaries','KeyConditionExpression':'pk = :p AND " + condition +
                                "','ExpressionAttributeValues':{':p':{'B':'AP8='},':b':{'B':'" + value +
                                "'}}}";
    for (const std::string& item : elements_at(database.ok("Query", request), "/Items")) {
      all += (all.empty() ? "" : " ") + text_at(item, "/sk/B");
    }
    return all;
  };
  EXPECT_EQ(of("sk >= :b", "AA=="), "AA== AAA= AP8= AQ== /w== //8= ////");
  EXPECT_EQ(of("sk > :b", "AP8="), "AQ== /w== //8= ////");
  EXPECT_EQ(of("begins_with(sk, :b)", "/w=="), "/w== //8= ////");
  EXPECT_EQ(of("begins_with(sk, :b)", "//8="), "//8= ////");
  EXPECT_EQ(of("begins_with(sk, :b)", "AA=="), "AA== AAA= AP8=");
  EXPECT_EQ(of("sk < :b", "/w=="), "AA== AAA= AP8= AQ==");
}

TEST_P(Query, FiltersAndCounts) {
  for (int i = 1; i <= 6; ++i) {
    database.put("{'pk':{'S':'p'},'sk':{'N':'" + std::to_string(i) + "'},'x':{'N':'" + std::to_string(i % 3) +
                 "'},'y':{'S':'z'}}");
  }
  const std::string values = "':p':{'S':'p'},':x':{'N':'1'}";
  const std::string filter = ",'FilterExpression':'x = :x'";
  EXPECT_EQ(found(query("pk = :p", values, filter)), "1 4");
  expect_answers(
      database,
      {{"Query", query("pk = :p", values, filter + ",'Select':'COUNT'"), "{'Count':2,'ScannedCount':6}"},
       {"Query", query("pk = :p", values, filter + ",'ProjectionExpression':'y'"),
        "{'Items':[{'y':{'S':'z'}},{'y':{'S':'z'}}],'Count':2,'ScannedCount':6}"},
       {"Query", query("pk = :p", values, filter + ",'ProjectionExpression':'nothing'"),
        "{'Items':[{},{}],'Count':2,'ScannedCount':6}"},
       {"Query", query("pk = :p", values, filter + ",'Limit':3"),
        "{'Items':[{'pk':{'S':'p'},'sk':{'N':'1'},'x':{'N':'1'},'y':{'S':'z'}}],'Count':1,'ScannedCount':3,"
        "'LastEvaluatedKey':{'pk':{'S':'p'},'sk':{'N':'3'}}}"},
       {"Query", legacy(",'AttributesToGet':['x'],'Limit':1"),
        "{'Items':[{'x':{'N':'1'}}],'Count':1,'ScannedCount':1,'LastEvaluatedKey':{'pk':{'S':'p'},'sk':{'N':'"
        "1'}}}"},
       {"Query", query("pk = :p", "':p':{'S':'nobody'}"), "{'Items':[],'Count':0,'ScannedCount':0}"}});
}

TEST_P(Query, FindsOnlyItemsWithAllKeysOfAnIndex) {
  database.put("{'pk':{'S':'a'},'sk':{'N':'1'},'g':{'S':'g'},'h':{'N':'2'},'x':{'S':'x'},'y':{'S':'y'}}");
  database.put("{'pk':{'S':'b'},'sk':{'N':'2'},'g':{'S':'g'},'h':{'N':'1'}}");
  database.put("{'pk':{'S':'c'},'sk':{'N':'3'},'g':{'S':'g'}}");
  database.put("{'pk':{'S':'d'},'sk':{'N':'4'},'h':{'N':'1'}}");
  database.put("{'pk':{'S':'e'},'sk':{'N':'5'},'g':{'S':'other'},'h':{'N':'1'}}");
  const std::string g = "':g':{'S':'g'}";
  EXPECT_EQ(found(of_index("by-g-h", "g = :g", g)), "2 1");
  EXPECT_EQ(found(of_index("by-g-h", "g = :g", g, ",'ScanIndexForward':false")), "1 2");
  EXPECT_EQ(found(of_index("by-g-h", "g = :g AND h > :h", g + ",':h':{'N':'1'}")), "1");
  EXPECT_EQ(count_at(database.ok("Query", of_index("by-g", "g = :g", g)), "/Items"), 3U);
  // Keys only
  EXPECT_EQ(at(database.ok("Query", of_index("by-g", "g = :g", "':g':{'S':'other'}")), "/Items/0"),
            R"({"g":{"S":"other"},"pk":{"S":"e"},"sk":{"N":"5"}})");
}

TEST_P(Query, FetchesWhatALocalIndexDoesNotHold) {
  database.put("{'pk':{'S':'p'},'sk':{'N':'1'},'l':{'S':'b'},'x':{'S':'x'},'y':{'S':'y'}}");
  database.put("{'pk':{'S':'p'},'sk':{'N':'2'},'l':{'S':'a'},'y':{'S':'z'}}");
  database.put("{'pk':{'S':'p'},'sk':{'N':'3'},'y':{'S':'z'}}");
  const std::string p = "':p':{'S':'p'}";
  const auto first = [&](const std::string& more) {
    return at(database.ok("Query", of_index("local", "pk = :p", p, ",'ScanIndexForward':false" + more)),
              "/Items/0");
  };
  const std::string projected = R"({"l":{"S":"b"},"pk":{"S":"p"},"sk":{"N":"1"},"x":{"S":"x"}})";
  const std::string whole = R"({"l":{"S":"b"},"pk":{"S":"p"},"sk":{"N":"1"},"x":{"S":"x"},"y":{"S":"y"}})";
  EXPECT_EQ(first(""), projected);
  EXPECT_EQ(first(",'Select':'ALL_PROJECTED_ATTRIBUTES'"), projected);
  EXPECT_EQ(first(",'Select':'ALL_ATTRIBUTES'"), whole);
  EXPECT_EQ(first(",'ConsistentRead':true,'Select':'ALL_ATTRIBUTES'"), whole);
  EXPECT_EQ(first(",'ProjectionExpression':'y, x'"), R"({"x":{"S":"x"},"y":{"S":"y"}})");
  EXPECT_EQ(found(of_index("local", "pk = :p", p + ",':y':{'S':'z'}", ",'FilterExpression':'y = :y'")), "2");
}

// Texts and order:
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.KeyConditionExpressions.html
TEST_P(Query, RefusesKeyConditionsThatDoNotFit) {
  const std::string p = "':p':{'S':'p'}";
  const std::string n = p + ",':n':{'N':'1'}";
  const std::string missed = kValidation + "Query condition missed key schema element: ";
  refused(
      "{'TableName':'things'}",
      kValidation +
          "Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.");
  refused(query("pk > :p", p), kValidation + "Query key condition not supported");
  refused(query("sk = :n", "':n':{'N':'1'}"), missed + "pk");
  refused(query("pk = :p AND x = :n", n), missed + "sk");
  refused(query("pk = :n", "':n':{'N':'1'}"),
          kInvalid + "Condition parameter type does not match schema type");
  refused(query("pk = :p AND sk = :q", p + ",':q':{'S':'1'}"),
          kInvalid + "Condition parameter type does not match schema type");
  refused(query("pk = :e", "':e':{'S':''}"),
          kValidation +
              "One or more parameter values are not valid. The AttributeValue for a key "
              "attribute cannot contain an empty string value. Key: pk");
  refused(query("pk = :e", "':e':{'S':'" + repeated("x", 2049) + "'}"),
          kInvalid + "Size of hashkey has exceeded the maximum size limit of2048 bytes");
  refused(
      "{'TableName':'nowhere','KeyConditionExpression':'pk = :p','ExpressionAttributeValues':{" + p + "}}",
      "ResourceNotFoundException: Requested resource not found");
  refused(of_index("none", "pk = :p", p), kValidation + "The table does not have the specified index: none");
  refused(of_index("by-g", "g = :p", p, ",'ConsistentRead':true"),
          kValidation + "Consistent reads are not supported on global secondary indexes");
  refused(of_index("by-g", "pk = :p", p), missed + "g");
  refused(of_index("by-g", "g = :p AND pk = :p", p), kValidation + "…");
}

TEST_P(Query, ChecksSelect) {
  const std::string p = "':p':{'S':'p'}";
  const std::string wrapped = kWrapped;
  refused(of_p(",'Select':'SPECIFIC_ATTRIBUTES'"),
          wrapped +
              "Must specify the AttributesToGet or ProjectionExpression when choosing to get "
              "SPECIFIC_ATTRIBUTES");
  refused(of_p(",'Select':'ALL_PROJECTED_ATTRIBUTES'"),
          wrapped + "ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName");
  refused(of_p(",'Select':'COUNT','ProjectionExpression':'x'"),
          wrapped + "Cannot specify the ProjectionExpression when choosing to get only the Count");
  refused(legacy(",'Select':'ALL_ATTRIBUTES','AttributesToGet':['x']"),
          wrapped + "Cannot specify the AttributesToGet when choosing to get ALL_ATTRIBUTES");
  refused(of_p(",'Select':'count'"),
          wrapped +
              "Value 'count' at 'select' failed to satisfy constraint: Member must satisfy enum value "
              "set: [SPECIFIC_ATTRIBUTES, COUNT, ALL_ATTRIBUTES, ALL_PROJECTED_ATTRIBUTES]");
  refused(of_index("by-g", "g = :p", p, ",'Select':'ALL_ATTRIBUTES'"),
          kInvalid +
              "Select type ALL_ATTRIBUTES is not supported for global secondary index by-g because its "
              "projection type is not ALL");
  refused(of_index("by-g", "g = :p", p, ",'ProjectionExpression':'x'"), kInvalid + "…");
  refused(
      of_p(",'Limit':0"),
      wrapped +
          "Value at 'Limit' failed to satisfy constraint: Member must have value greater than or equal to 1");
}

TEST_P(Query, RefusesFiltersOnTheKey) {
  const std::string filter =
      kValidation + "Filter Expression can only contain non-primary key attributes: Primary key attribute: ";
  const std::string values = "':p':{'S':'p'},':x':{'N':'1'}";
  refused(query("pk = :p", values, ",'FilterExpression':'sk = :x'"), filter + "sk");
  refused(
      query("pk = :p", values,
            ",'FilterExpression':'x = :x AND attribute_exists(#k)','ExpressionAttributeNames':{'#k':'pk'}"),
      filter + "pk");
  refused(query("pk = :p", values, ",'FilterExpression':'sk.x = :x'"),
          kValidation +
              "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: "
              "Key: sk");
  refused(of_index("by-g-h", "g = :p", values, ",'FilterExpression':'h = :x'"), filter + "h");
  // The table's key is none of the index's.
  EXPECT_EQ(found(of_index("by-g-h", "g = :p", values, ",'FilterExpression':'sk = :x'")), "");
}

TEST_P(Query, RefusesStartKeysThatDoNotFit) {
  put_numbers({"1", "2", "3"});
  database.put("{'pk':{'S':'p'},'sk':{'N':'4'},'l':{'S':'l'},'g':{'S':'g'},'h':{'N':'1'}}");
  const std::string invalid = kValidation + "The provided starting key is invalid";
  const std::string mismatch = kValidation + "The provided key element does not match the schema";
  const std::string outside =
      kValidation + "The provided starting key is outside query boundaries based on provided conditions";
  const auto from = [](const std::string& key) { return ",'ExclusiveStartKey':" + key; };
  refused(of_p(from("{}")), invalid);
  refused(of_p(from("{'pk':{'S':'p'}}")), invalid);
  refused(of_p(from("{'pk':{'S':'p'},'sk':{'N':'1'},'x':{'N':'1'}}")), invalid);
  refused(of_p(from("{'pk':{'S':'p'},'x':{'N':'1'}}")), invalid);
  refused(of_p(from("{'pk':{'S':'p'},'sk':{'S':'1'}}")), mismatch);
  refused(of_p(from("{'pk':{'S':'q'},'sk':{'N':'1'}}")), outside);
  refused(
      of_p(from("{'pk':{'S':'p'},'sk':{}}")),
      invalid + ": Supplied AttributeValue is empty, must contain exactly one of the supported datatypes");
  refused(of_p(from("{'pk':{'S':'p'},'sk':{'N':'x'}}")),
          kValidation + "The parameter cannot be converted to a numeric value: x");
  const std::string two = "':p':{'S':'p'},':n':{'N':'2'}";
  refused(query("pk = :p AND sk > :n", two, from("{'pk':{'S':'p'},'sk':{'N':'1'}}")),
          kValidation + "The provided starting key does not match the range key predicate");
  refused(query("pk = :p AND sk = :n", two, from("{'pk':{'S':'p'},'sk':{'N':'2'}}")),
          kValidation + "The query can return at most one row and cannot be restarted");
  // Where there is no such item
  EXPECT_EQ(found(of_p(from("{'pk':{'S':'p'},'sk':{'N':'1.5'}}"))), "2 3 4");
  EXPECT_EQ(found(of_p(from("{'pk':{'S':'p'},'sk':{'N':'1.5'}}") + ",'ScanIndexForward':false")), "1");

  const std::string g = "':g':{'S':'g'}";
  const auto by_g = [&](const std::string& key) { return of_index("by-g-h", "g = :g", g, from(key)); };
  refused(by_g("{'pk':{'S':'p'},'sk':{'N':'1'}}"), invalid);
  refused(by_g("{'g':{'S':'g'},'h':{'N':'1'}}"), invalid);
  refused(by_g("{'g':{'S':'g'},'h':{'N':'1'},'pk':{'S':'p'},'sk':{'N':'1'},'x':{'N':'1'}}"), invalid);
  refused(by_g("{'g':{'S':'g'},'h':{'S':'1'},'pk':{'S':'p'},'sk':{'N':'1'}}"), mismatch);
  refused(by_g("{'g':{'S':'other'},'h':{'N':'1'},'pk':{'S':'p'},'sk':{'N':'1'}}"), outside);
  EXPECT_EQ(found(by_g("{'g':{'S':'g'},'h':{'N':'0'},'pk':{'S':'p'},'sk':{'N':'1'}}")), "4");
  const auto by_both = [&](const std::string& key) {
    return of_index("by-g-h", "g = :g AND h = :h", g + ",':h':{'N':'1'}", from(key));
  };
  refused(by_both("{'g':{'S':'g'},'h':{'N':'2'},'pk':{'S':'p'},'sk':{'N':'1'}}"), outside);
  refused(by_both("{'g':{'S':'other'},'h':{'N':'1'},'pk':{'S':'p'},'sk':{'N':'1'}}"),
          kValidation + "The query can return at most one row and cannot be restarted");
  EXPECT_EQ(found(by_both("{'g':{'S':'g'},'h':{'N':'1'},'pk':{'S':'a'},'sk':{'N':'1'}}")), "4");
}

TEST_P(Query, RefusesToGoOnWhereThereIsOneItem) {
  database.ok("CreateTable",
              "{'TableName':'hashed','BillingMode':'PAY_PER_REQUEST','AttributeDefinitions':[{'AttributeName'"
              ":'pk','AttributeType':'S'}],"
              "'KeySchema':[{'AttributeName':'pk','KeyType':'HASH'}]}");
  refused(
      "{'TableName':'hashed','KeyConditionExpression':'pk = :p','ExpressionAttributeValues':{':p':{'S':'x'}},"
      "'ExclusiveStartKey':{'pk':{'S':'x'}}}",
      kValidation +
          "The provided exclusive start key is invalid: ExclusiveStartKey: {pk=AttributeValue: {S:x}}");
}

INSTANTIATE_ON_BOTH_STORES(Query);

// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.DesignPattern.MultiAttributeKeys.html
class MultiAttributeKeys : public OnBothStores {
 protected:
  void SetUp() override {
    database.create_table(
        ",'AttributeDefinitions':[{'AttributeName':'pk','AttributeType':'S'},{'AttributeName':'a','"
        "AttributeType':'S'},"
        "{'AttributeName':'b','AttributeType':'N'},{'AttributeName':'c','AttributeType':'S'},{'AttributeName'"
        ":'d','AttributeType':'N'}],"
        "'KeySchema':[{'AttributeName':'pk','KeyType':'HASH'}],"
        "'GlobalSecondaryIndexes':[{'IndexName':'multi','KeySchema':[{'AttributeName':'a','KeyType':'HASH'},"
        "{'AttributeName':'b','KeyType':'HASH'},{'AttributeName':'c','KeyType':'RANGE'},{'AttributeName':'d',"
        "'KeyType':'RANGE'}],"
        "'Projection':{'ProjectionType':'ALL'}}]");
    const std::vector<std::pair<std::string, std::string>> keys = {
        {"x", "1"}, {"x", "10"}, {"x", "2"}, {"xy", "0"}, {"y", "-1"}};
    for (const auto& [c, d] : keys)
      put(c + d, "'a':{'S':'A'},'b':{'N':'7'},'c':{'S':'" + c + "'},'d':{'N':'" + d + "'}");
    put("other", "'a':{'S':'A'},'b':{'N':'8'},'c':{'S':'x'},'d':{'N':'1'}");
    put("sparse", "'a':{'S':'A'},'b':{'N':'7'},'c':{'S':'x'}");
  }
  void put(const std::string& pk, const std::string& attributes) {
    database.put("{'pk':{'S':'" + pk + "'}," + attributes + "}");
  }
  static std::string request(const std::string& condition, const std::string& more = "") {
    std::string values;
    const std::pair<const char*, const char*> known[] = {{":a", "{'S':'A'}"},  {":b", "{'N':'7'}"},
                                                         {":c", "{'S':'x'}"},  {":d", "{'N':'2'}"},
                                                         {":e", "{'N':'11'}"}, {":s", "{'S':'s'}"}};
    for (const auto& [name, value] : known) {
      if ((condition + more).find(name) == std::string::npos) continue;
      values += (values.empty() ? "'" : ",'") + std::string(name) + "':" + value;
    }
    return "{'TableName':'things','IndexName':'multi','KeyConditionExpression':'" + condition +
           "','ExpressionAttributeValues':{" + values + "}" + more + "}";
  }
  std::string found(const std::string& condition, const std::string& more = "") {
    std::string all;
    for (const std::string& item : elements_at(database.ok("Query", request(condition, more)), "/Items")) {
      all += (all.empty() ? "" : " ") + text_at(item, "/pk/S");
    }
    return all;
  }
  void refused(const std::string& condition, const std::vector<std::string>& fragments,
               const std::string& more = "") {
    const std::string answer = database.answer("Query", request(condition, more));
    EXPECT_TRUE(answer.starts_with("ValidationException: ")) << condition << ": " << answer;
    for (const std::string& fragment : fragments) {
      EXPECT_NE(answer.find(fragment), std::string::npos) << condition << ": " << answer;
    }
  }
};

TEST_P(MultiAttributeKeys, QueriesFromLeftToRight) {
  const std::string hash = "a = :a AND b = :b";
  EXPECT_EQ(found(hash), "x1 x2 x10 xy0 y-1");
  EXPECT_EQ(found(hash, ",'ScanIndexForward':false"), "y-1 xy0 x10 x2 x1");
  EXPECT_EQ(found("c = :c AND b = :b AND a = :a"), "x1 x2 x10");
  EXPECT_EQ(found(hash + " AND c = :c AND d >= :d"), "x2 x10");
  EXPECT_EQ(found(hash + " AND c = :c AND d = :d"), "x2");
  EXPECT_EQ(found(hash + " AND c = :c AND d < :d"), "x1");
  EXPECT_EQ(found(hash + " AND c = :c AND d BETWEEN :d AND :e"), "x2 x10");
  EXPECT_EQ(found(hash + " AND begins_with(c, :c)"), "x1 x2 x10 xy0");
  EXPECT_EQ(found(hash + " AND c > :c"), "xy0 y-1");
}

TEST_P(MultiAttributeKeys, RefusesConditionsWithGaps) {
  refused("a = :a", {"HASH", "equality"});
  refused("a = :a AND b > :b", {"HASH", "equality"});
  refused("a = :a AND b = :b AND d = :d", {"RANGE", "equality"});
  refused("a = :a AND b = :b AND c > :c AND d = :d", {"RANGE", "equality"});
  refused("a = :a AND b = :b AND begins_with(c, :c) AND d > :d", {"RANGE", "equality"});
  refused("a = :a AND b = :b AND c = :c AND begins_with(d, :s)", {"type"});
  refused("a = :a AND b = :c", {"type"});
  refused("a = :a AND b = :b", {"ilter", "ey"}, ",'FilterExpression':'d = :d'");
  refused("a = :a AND b = :b", {"Consistent reads"}, ",'ConsistentRead':true");
}

TEST_P(MultiAttributeKeys, FollowsEveryChangeOfAKey) {
  const auto all = [&] { return found("a = :a AND b = :b AND c = :c"); };
  const auto update = [&](const std::string& pk, const std::string& expression, const std::string& values) {
    return database.answer("UpdateItem",
                           "{'TableName':'things','Key':{'pk':{'S':'" + pk + "'}},'UpdateExpression':'" +
                               expression + "'" +
                               (values.empty() ? "" : ",'ExpressionAttributeValues':{" + values + "}") + "}");
  };
  EXPECT_EQ(update("sparse", "SET d = :d", "':d':{'N':'5'}"), "{}");
  EXPECT_EQ(all(), "x1 x2 sparse x10");
  EXPECT_EQ(update("sparse", "SET d = :d", "':d':{'N':'50'}"), "{}");
  EXPECT_EQ(all(), "x1 x2 x10 sparse");
  EXPECT_EQ(update("x1", "REMOVE b", ""), "{}");
  EXPECT_EQ(all(), "x2 x10 sparse");
  EXPECT_EQ(update("other", "SET b = :b", "':b':{'N':'7'}"), "{}");
  EXPECT_EQ(all(), "other x2 x10 sparse");
  database.ok("DeleteItem", "{'TableName':'things','Key':{'pk':{'S':'x10'}}}");
  EXPECT_EQ(all(), "other x2 sparse");
  put("other", "'a':{'S':'A'}");
  EXPECT_EQ(all(), "x2 sparse");
  EXPECT_NE(update("x2", "SET c = :c", "':c':{'N':'1'}").find("Type mismatch for Index Key c"),
            std::string::npos);
  EXPECT_NE(update("x2", "SET c = :c", "':c':{'S':''}").find("empty string"), std::string::npos);
  EXPECT_EQ(all(), "x2 sparse");
}

TEST_P(MultiAttributeKeys, PagesWithAllKeys) {
  const std::string page = database.ok("Query", request("a = :a AND b = :b", ",'Limit':2"));
  const std::string key = at(page, "/LastEvaluatedKey");
  EXPECT_EQ(key, R"({"a":{"S":"A"},"b":{"N":"7"},"c":{"S":"x"},"d":{"N":"2"},"pk":{"S":"x2"}})");
  EXPECT_EQ(found("a = :a AND b = :b", ",'ExclusiveStartKey':" + key), "x10 xy0 y-1");
  refused("a = :a AND b = :b", {"start", "key"},
          ",'ExclusiveStartKey':{'a':{'S':'A'},'b':{'N':'7'},'c':{'S':'x'},'pk':{'S':'x2'}}");
  const std::string scanned = database.ok("Scan", "{'TableName':'things','IndexName':'multi','Limit':1}");
  EXPECT_EQ(count_at(scanned, "/LastEvaluatedKey"), 5U);
}

INSTANTIATE_ON_BOTH_STORES(MultiAttributeKeys);

}  // namespace
}  // namespace lodestone::testing
