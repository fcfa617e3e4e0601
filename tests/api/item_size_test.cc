// The size of items to the byte, the limit of 400 KB, and the capacity that follows from sizes.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html and
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
#include "tests/api/database_fixture.h"

namespace lodestone::testing {
namespace {

constexpr std::size_t kMost = 400 * 1024;
const std::string kPutTooLarge = "ValidationException: Item size has exceeded the maximum allowed size";
const std::string kUpdateTooLarge =
    "ValidationException: Item size to update has exceeded the maximum allowed size";

std::string text(std::size_t bytes) { return "{'S':'" + repeated("x", bytes) + "'}"; }

class ItemSize : public OnBothStores {
 protected:
  /// As DescribeTable tells it of a table with this item alone.
  std::string size_with(const std::string& attributes) {
    if (!made_) database.create_plain_table();
    made_ = true;
    database.put("{'pk':{'S':'a'}" + (attributes.empty() ? "" : "," + attributes) + "}");
    return text_at(database.ok("DescribeTable", "{'TableName':'things'}"), "/Table/TableSizeBytes");
  }
  /// Without the key's three bytes.
  std::size_t size_of(const std::string& attributes) { return std::stoul(size_with(attributes)) - 3; }

 private:
  bool made_ = false;
};

TEST_P(ItemSize, IsThatOfNamesAndValues) {
  EXPECT_EQ(size_with(""), "3");
  struct Case {
    std::string attributes;
    std::size_t bytes;
  };
  const std::vector<Case> cases = {
      // Text counts in UTF-8, names too.
      {"'a':{'S':''}", 1},
      {"'a':{'S':'abc'}", 4},
      {"'äö':{'S':'ü漢😀'}", 4 + 2 + 3 + 4},
      {"'a':{'S':'\\u00e9'}", 3},
      {"'a':{'B':''}", 1},
      {"'a':{'B':'AQID'}", 4},
      {"'a':{'B':'AQ=='}", 2},
      {"'a':{'BOOL':true}", 2},
      {"'a':{'BOOL':false}", 2},
      {"'a':{'NULL':true}", 2},
      // Sets are their members.
      {"'a':{'SS':['x','yz']}", 4},
      {"'a':{'SS':['']}", 1},
      {"'a':{'NS':['1','-22','3.5']}", 1 + 2 + 3 + 3},
      {"'a':{'BS':['AQ==','AQID']}", 5},
      // Lists and maps have three bytes of their own and one for each element.
      {"'a':{'L':[]}", 4},
      {"'a':{'M':{}}", 4},
      {"'a':{'L':[{'NULL':true},{'S':'ab'}]}", 1 + 3 + (1 + 1) + (1 + 2)},
      {"'a':{'M':{'key':{'S':'ab'},'k':{'BOOL':true}}}", 1 + 3 + (1 + 3 + 2) + (1 + 1 + 1)},
      {"'a':{'L':[{'L':[{'L':[]}]}]}", 1 + 3 + (1 + 3 + (1 + 3))},
      {"'a':{'M':{'b':{'L':[{'M':{'c':{'N':'1'}}},{'SS':['x','y']}]}}}",
       1 + 3 + (1 + 1 + 3 + (1 + 3 + (1 + 1 + 2)) + (1 + 2))},
  };
  for (const Case& each : cases) EXPECT_EQ(size_of(each.attributes), each.bytes) << each.attributes;
}

// Two digits to a byte, counted from the point; one more byte, and another one for a minus.
TEST_P(ItemSize, OfNumbersIsByPairsOfDigits) {
  struct Case {
    std::string number;
    std::size_t bytes;
  };
  const std::vector<Case> cases = {
      {"0", 1},
      {"-0", 1},
      {"1", 2},
      {"12", 2},
      {"123", 3},
      {"1234", 3},
      {"12345", 4},
      {"10", 2},
      {"100", 2},
      {"1000", 2},
      {"1200", 2},
      {"12300", 3},
      {"123000", 3},
      {"-1", 3},
      {"-100", 3},
      {"-1234", 4},
      {"0.1", 2},
      {"0.12", 2},
      {"0.123", 3},
      {"0.01", 2},
      {"0.001", 2},
      {"1.5", 3},
      {"12.5", 3},
      {"12.25", 3},
      {"123.25", 4},
      {"123.255", 5},
      {"-12.25", 4},
      {"120", 2},
      {"0.012", 2},
      {"1.01", 3},
      {"1e125", 2},
      {"1e-130", 2},
      {"1.50", 3},
      {"007", 2},
      {std::string(38, '9'), 20},
      {"-" + std::string(38, '9'), 21},
      {"0." + std::string(38, '9'), 20},
  };
  for (const Case& each : cases) {
    EXPECT_EQ(size_of("'a':{'N':'" + each.number + "'}"), 1 + each.bytes) << each.number;
  }
}

TEST_P(ItemSize, OfAPutIsLimitedToTheByte) {
  // Whatever the bytes are made of
  const std::vector<std::pair<std::string, std::string>> shapes = {
      {"'v':{'S':'", "'}"},
      {"'v':{'L':[{'S':'", "'}]}"},
      {"'m':{'M':{'k':{'SS':['a','", "']}}}"},
      {"'v':{'B':'AQID'},'w':{'S':'", "'}"},
  };
  for (const auto& [begin, end] : shapes) {
    const std::size_t around = size_of(begin + end);
    const std::string largest = "{'pk':{'S':'a'}," + begin + repeated("x", kMost - 3 - around) + end + "}";
    const std::string larger = "{'pk':{'S':'a'}," + begin + repeated("x", kMost - 2 - around) + end + "}";
    const auto put = [](const std::string& item) {
      return "{'Put':{'TableName':'things','Item':" + item + "}}";
    };
    expect_answers(
        database, {{"PutItem", "{'TableName':'things','Item':" + larger + "}", kPutTooLarge},
                   {"BatchWriteItem", "{'RequestItems':{'things':[{'PutRequest':{'Item':" + larger + "}}]}}",
                    kPutTooLarge},
                   {"TransactWriteItems", "{'TransactItems':[" + put(larger) + "]}", kPutTooLarge},
                   // Before the table is looked for
                   {"PutItem", "{'TableName':'nowhere','Item':" + larger + "}", kPutTooLarge},
                   {"PutItem", "{'TableName':'things','Item':" + largest + "}", "{}"},
                   {"BatchWriteItem", "{'RequestItems':{'things':[{'PutRequest':{'Item':" + largest + "}}]}}",
                    "{'UnprocessedItems':{}}"},
                   {"TransactWriteItems", "{'TransactItems':[" + put(largest) + "]}", "{}"}});
    EXPECT_EQ(text_at(database.ok("DescribeTable", "{'TableName':'things'}"), "/Table/TableSizeBytes"),
              std::to_string(kMost));
  }
}

// An update is reckoned by its item or by its actions, whichever is more.
TEST_P(ItemSize, OfAnUpdateIsLimitedToTheByte) {
  database.create_plain_table();
  const std::string long_key = repeated("k", 200);
  const auto update = [](const std::string& pk, const std::string& expression, const std::string& values) {
    return "{'TableName':'things','Key':{'pk':{'S':'" + pk + "'}},'UpdateExpression':'" + expression +
           "','ExpressionAttributeValues':{" + values + "}}";
  };
  struct Case {
    std::string pk;
    std::string expression;
    std::size_t most;  ///< bytes of the value
    std::string more_values;
  };
  const std::size_t attribute = 1;
  const std::vector<Case> cases = {
      // 3 for the item and 19 for the action, without the key
      {"a", "SET v = :v", kMost - 3 - 19 - attribute, ""},
      // The item itself, where its key is long
      {long_key, "SET v = :v", kMost - 202 - attribute, ""},
      {"a", "SET v = :v, w = :w", kMost - 3 - 2 * 19 - attribute - 2, ",':w':{'S':'1'}"},
      {"a", "SET v = :v REMOVE u", kMost - 3 - 19 - 2 - attribute, ""},
      {"a", "SET v = :v, n = :n + :n", kMost - 3 - 2 * 19 - 50 - attribute - 3, ",':n':{'N':'1'}"},
      {"a", "SET v = :v ADD n :n", kMost - 3 - 2 * 19 - attribute - 3, ",':n':{'N':'1'}"},
  };
  for (const Case& each : cases) {
    const auto of = [&](std::size_t bytes) {
      return update(each.pk, each.expression, "':v':" + text(bytes) + each.more_values);
    };
    database.ok("DeleteItem", "{'TableName':'things','Key':{'pk':{'S':'" + each.pk + "'}}}");
    EXPECT_EQ(database.answer("UpdateItem", of(each.most + 1)), kUpdateTooLarge) << each.expression;
    EXPECT_EQ(database.answer("UpdateItem", of(each.most)), "{}") << each.expression;
  }
  // Before the update nothing is wrong, and the values alone may be too large, too.
  database.put("{'pk':{'S':'full'},'v':" + text(kMost - 10) + "}");
  expect_answers(database,
                 {{"UpdateItem", update("full", "SET w = :w", "':w':" + text(10)), kUpdateTooLarge},
                  {"TransactWriteItems",
                   "{'TransactItems':[{'Update':" + update("full", "SET w = :w", "':w':" + text(10)) + "}]}",
                   "TransactionCanceledException: Transaction cancelled, please refer cancellation reasons "
                   "for specific reasons "
                   "[ValidationError]"},
                  {"UpdateItem",
                   "{'TableName':'things','Key':{'pk':{'S':'full'}},'AttributeUpdates':{'w':{'Value':" +
                       text(10) + "}}}",
                   kUpdateTooLarge},
                  {"UpdateItem", update("full", "SET v = :w", "':w':" + text(10)), "{}"},
                  {"UpdateItem", update("new", "SET v = :w", "':w':" + text(kMost)), kUpdateTooLarge}});
}

// The rows in local indexes count with the item, those in global ones do not.
TEST_P(ItemSize, IncludesRowsOfLocalIndexes) {
  database.create_table(
      ",'AttributeDefinitions':[{'AttributeName':'pk','AttributeType':'S'},{'AttributeName':'sk','"
      "AttributeType':'S'},"
      "{'AttributeName':'l','AttributeType':'S'},{'AttributeName':'g','AttributeType':'S'}],"
      "'KeySchema':[{'AttributeName':'pk','KeyType':'HASH'},{'AttributeName':'sk','KeyType':'RANGE'}],"
      "'LocalSecondaryIndexes':[{'IndexName':'local','KeySchema':[{'AttributeName':'pk','KeyType':'HASH'},{"
      "'AttributeName':'l','KeyType':'RANGE'}],'Projection':{'ProjectionType':'INCLUDE','NonKeyAttributes':['"
      "x']}}],"
      "'GlobalSecondaryIndexes':[{'IndexName':'global','KeySchema':[{'AttributeName':'g','KeyType':'HASH'}],"
      "'Projection':{'ProjectionType':'ALL'}}]");
  // 6 bytes of keys; the row has the keys, `l` and `x`.
  const auto item = [](std::size_t x, std::size_t v, const std::string& more) {
    return "{'pk':{'S':'p'},'sk':{'S':'s'},'x':" + text(x) + ",'v':" + text(v) + more + "}";
  };
  const std::string in_local = ",'l':{'S':'l'}";
  constexpr std::size_t kX = 1000;
  constexpr std::size_t kRow = 6 + 2 + 1 + kX;
  const std::size_t alone = kMost - (6 + 1 + kX + 1);
  const std::size_t with_row = kMost - (6 + 2 + 1 + kX + 1) - kRow;
  const auto put = [&](std::size_t v, const std::string& more) {
    return database.answer("PutItem", "{'TableName':'things','Item':" + item(kX, v, more) + "}");
  };
  EXPECT_EQ(put(alone + 1, ""), kPutTooLarge);
  EXPECT_EQ(put(alone, ""), "{}");
  EXPECT_EQ(put(alone - 2, ",'g':{'S':'g'}").substr(0, 2), "{}");
  EXPECT_EQ(put(with_row + 1, in_local), kPutTooLarge);
  EXPECT_EQ(put(with_row, in_local), "{}");
  const std::string one_more =
      "'TableName':'things','Key':{'pk':{'S':'p'},'sk':{'S':'s'}},'UpdateExpression':'SET x = :x',"
      "'ExpressionAttributeValues':{':x':" +
      text(kX + 1) + "}";
  expect_answers(
      database,
      {{"UpdateItem", "{" + one_more + "}", kUpdateTooLarge},
       {"BatchWriteItem",
        "{'RequestItems':{'things':[{'PutRequest':{'Item':" + item(kX, with_row + 1, in_local) + "}}]}}",
        kPutTooLarge},
       {"TransactWriteItems", "{'TransactItems':[{'Update':{" + one_more + "}}]}",
        "TransactionCanceledException: …"}});
}

// Capacity of an index is by the size of its rows.
TEST_P(ItemSize, OfIndexRowsDecidesTheirCapacity) {
  database.create_table(
      ",'AttributeDefinitions':[{'AttributeName':'pk','AttributeType':'S'},{'AttributeName':'g','"
      "AttributeType':'S'}],"
      "'KeySchema':[{'AttributeName':'pk','KeyType':'HASH'}],"
      "'GlobalSecondaryIndexes':[{'IndexName':'part','KeySchema':[{'AttributeName':'g','KeyType':'HASH'}],"
      "'Projection':{'ProjectionType':'INCLUDE','NonKeyAttributes':['x']}}]");
  const auto put = [&](std::size_t x, std::size_t v, const std::string& g = "g") {
    return at(database.ok("PutItem", "{'TableName':'things','Item':{'pk':{'S':'p'},'g':{'S':'" + g +
                                         "'},'x':" + text(x) + ",'v':" + text(v) +
                                         "},'ReturnConsumedCapacity':'INDEXES'}"),
              "/ConsumedCapacity");
  };
  const auto units = [](const std::string& table, const std::string& index) {
    return json(
        "{'TableName':'things','CapacityUnits':" + std::to_string(std::stoi(table) + std::stoi(index)) +
        ".0,'Table':{'CapacityUnits':" + table + ".0}" +
        (index == "0" ? "" : ",'GlobalSecondaryIndexes':{'part':{'CapacityUnits':" + index + ".0}}") + "}");
  };
  // A row has 3 + 2 + 1 bytes beside x.
  EXPECT_EQ(put(1018, 0), units("2", "1"));
  EXPECT_EQ(put(1018, 1), units("2", "0"));
  EXPECT_EQ(put(1019, 0), units("2", "2"));
  EXPECT_EQ(put(1018, 0), units("2", "2"));  // the larger of the rows
  EXPECT_EQ(put(1019, 0), units("2", "2"));
  EXPECT_EQ(put(1018, 0, "h"), units("2", "3"));  // a row of two units goes, one of one unit comes
  EXPECT_EQ(put(1018, 2000, "h"), units("3", "0"));
  const auto query = [&](const std::string& more) {
    return text_at(
        database.ok("Query",
                    "{'TableName':'things','IndexName':'part','KeyConditionExpression':'g = :g',"
                    "'ExpressionAttributeValues':{':g':{'S':'h'}},'ReturnConsumedCapacity':'TOTAL'" +
                        more + "}"),
        "/ConsumedCapacity/CapacityUnits");
  };
  EXPECT_EQ(query(""), "0.5");
  (void)put(4096 - 6, 0, "h");
  EXPECT_EQ(query(""), "0.5");
  (void)put(4096 - 5, 0, "h");
  EXPECT_EQ(query(""), "1.0");
  EXPECT_EQ(query(",'Select':'COUNT'"), "1.0");
  EXPECT_EQ(query(",'ProjectionExpression':'pk'"), "1.0");
}

// A batch rounds each item by itself, a missing one to the least.
TEST_P(ItemSize, OfEachItemIsRoundedInBatches) {
  database.create_plain_table();
  const auto item = [](const std::string& pk, std::size_t bytes) {
    return "{'pk':{'S':'" + pk + "'},'v':" + text(bytes - 4) + "}";
  };
  const auto write = [&](const std::string& requests) {
    return text_at(database.ok("BatchWriteItem", "{'RequestItems':{'things':[" + requests +
                                                     "]},'ReturnConsumedCapacity':'TOTAL'}"),
                   "/ConsumedCapacity/0/CapacityUnits");
  };
  const auto put = [&](const std::string& pk, std::size_t bytes) {
    return "{'PutRequest':{'Item':" + item(pk, bytes) + "}}";
  };
  EXPECT_EQ(write(put("a", 1024) + "," + put("b", 1025)), "3.0");
  EXPECT_EQ(write(put("a", 10) +
                  ",{'DeleteRequest':{'Key':{'pk':{'S':'b'}}}},{'DeleteRequest':{'Key':{'pk':{'S':'c'}}}}"),
            "4.0");
  EXPECT_EQ(write(put("a", 4096) + "," + put("b", 4097)), "9.0");
  const auto read = [&](const std::string& keys, const std::string& more) {
    return text_at(database.ok("BatchGetItem", "{'RequestItems':{'things':{'Keys':[" + keys + "]" + more +
                                                   "}},'ReturnConsumedCapacity':'TOTAL'}"),
                   "/ConsumedCapacity/0/CapacityUnits");
  };
  const std::string three = "{'pk':{'S':'a'}},{'pk':{'S':'b'}},{'pk':{'S':'absent'}}";
  EXPECT_EQ(read(three, ""), "2.0");
  EXPECT_EQ(read(three, ",'ConsistentRead':true"), "4.0");
  EXPECT_EQ(read("{'pk':{'S':'a'}}", ",'ProjectionExpression':'pk'"), "0.5");
}

INSTANTIATE_ON_BOTH_STORES(ItemSize);

}  // namespace
}  // namespace lodestone::testing
