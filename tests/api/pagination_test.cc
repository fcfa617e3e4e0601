// Pages of Query and Scan, and Scan's segments.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.Pagination.html and Scan.html
#include <algorithm>
#include <set>

#include "tests/api/database_fixture.h"

namespace lodestone::testing {
namespace {

const std::string kValidation = "ValidationException: ";

class Pagination : public OnBothStores {
 protected:
  void create() {
    database.create_table(
        ",'AttributeDefinitions':[{'AttributeName':'pk','AttributeType':'S'},{'AttributeName':'sk','"
        "AttributeType':'N'},"
        "{'AttributeName':'l','AttributeType':'N'},{'AttributeName':'g','AttributeType':'S'}],"
        "'KeySchema':[{'AttributeName':'pk','KeyType':'HASH'},{'AttributeName':'sk','KeyType':'RANGE'}],"
        "'LocalSecondaryIndexes':[{'IndexName':'local','KeySchema':[{'AttributeName':'pk','KeyType':'HASH'},"
        "{'AttributeName':'l','KeyType':'RANGE'}],'Projection':{'ProjectionType':'ALL'}}],"
        "'GlobalSecondaryIndexes':[{'IndexName':'by-g','KeySchema':[{'AttributeName':'g','KeyType':'HASH'}],"
        "'Projection':{'ProjectionType':'ALL'}}]");
  }
  /// `count` items of one partition; every third is not in the indexes, many share the index's sort key.
  void fill(int count, std::size_t bytes = 0) {
    for (int i = 0; i < count; ++i) {
      const std::string n = std::to_string(i);
      database.put("{'pk':{'S':'p'},'sk':{'N':'" + n + "'}" +
                   (i % 3 == 0 ? "" : ",'l':{'N':'" + std::to_string(i % 5) + "'},'g':{'S':'g'}") +
                   (bytes == 0 ? "" : ",'v':{'S':'" + repeated("x", bytes) + "'}") + "}");
    }
  }
  struct Read {
    std::vector<std::string> items;
    std::vector<std::size_t> pages;
  };
  /// All pages of a request that lacks its closing brace.
  Read read(const std::string& operation, const std::string& request) {
    Read all;
    std::string start;
    do {
      const std::string reply =
          database.ok(operation, request + (start.empty() ? "" : ",'ExclusiveStartKey':" + start) + "}");
      const auto items = elements_at(reply, "/Items");
      all.pages.push_back(items.size());
      all.items.insert(all.items.end(), items.begin(), items.end());
      start = at(reply, "/LastEvaluatedKey");
    } while (!start.empty() && all.pages.size() < 1000);
    return all;
  }
  static std::string query(const std::string& more) {
    return "{'TableName':'things','KeyConditionExpression':'pk = "
           ":p','ExpressionAttributeValues':{':p':{'S':'p'}}" +
           more;
  }
  static std::string of_index(const std::string& more) {
    return "{'TableName':'things','IndexName':'by-g','KeyConditionExpression':'g = "
           ":g','ExpressionAttributeValues':{':g':{'S':'g'}}" +
           more;
  }
};

TEST_P(Pagination, PagesByLimitInBothDirections) {
  create();
  fill(31);
  const std::string requests[] = {query(""), query(",'IndexName':'local'"), of_index("")};
  for (const std::string& request : requests) {
    auto whole = read("Query", request);
    EXPECT_EQ(whole.pages.size(), 1U);
    EXPECT_EQ(whole.items.size(), request == requests[0] ? 31U : 20U);
    for (const int limit : {1, 2, 7, 19, 20, 21, 31, 32}) {
      const auto limited = ",'Limit':" + std::to_string(limit);
      const Read forward = read("Query", request + limited);
      EXPECT_EQ(forward.items, whole.items) << request << limit;
      // A page is full but for the last one.
      for (std::size_t page = 0; page + 1 < forward.pages.size(); ++page)
        EXPECT_EQ(forward.pages[page], static_cast<std::size_t>(limit));
      Read backward = read("Query", request + limited + ",'ScanIndexForward':false");
      std::reverse(backward.items.begin(), backward.items.end());
      EXPECT_EQ(backward.items, whole.items) << request << limit;
    }
  }
}

TEST_P(Pagination, PagesByAMegabyte) {
  create();
  fill(21, 175'000);
  for (const std::string& request : {query(""), query(",'IndexName':'local'"), of_index("")}) {
    for (const char* direction : {"true", "false"}) {
      const Read all = read("Query", request + ",'ScanIndexForward':" + direction);
      const std::size_t count = request == query("") ? 21 : 14;
      EXPECT_EQ(all.items.size(), count);
      EXPECT_EQ(std::set<std::string>(all.items.begin(), all.items.end()).size(), count);
      for (const std::size_t page : all.pages) EXPECT_LE(page, 6U);
      EXPECT_EQ(all.pages.front(), 6U);
    }
  }
  const Read scanned = read("Scan", "{'TableName':'things'");
  EXPECT_EQ(scanned.items.size(), 21U);
  EXPECT_EQ(scanned.pages, (std::vector<std::size_t>{6, 6, 6, 3}));
  // What is evaluated counts, not what is returned.
  const Read none = read("Scan", "{'TableName':'things','FilterExpression':'attribute_exists(nothing)'");
  EXPECT_EQ(none.pages, (std::vector<std::size_t>{0, 0, 0, 0}));
  const Read little = read("Scan", "{'TableName':'things','ProjectionExpression':'sk'");
  EXPECT_EQ(little.pages, (std::vector<std::size_t>{6, 6, 6, 3}));
}

TEST_P(Pagination, PagesByAMegabyteOfFetchedItems) {
  database.create_table(
      ",'AttributeDefinitions':[{'AttributeName':'pk','AttributeType':'S'},{'AttributeName':'sk','"
      "AttributeType':'N'},"
      "{'AttributeName':'l','AttributeType':'N'}],"
      "'KeySchema':[{'AttributeName':'pk','KeyType':'HASH'},{'AttributeName':'sk','KeyType':'RANGE'}],"
      "'LocalSecondaryIndexes':[{'IndexName':'local','KeySchema':[{'AttributeName':'pk','KeyType':'HASH'},"
      "{'AttributeName':'l','KeyType':'RANGE'}],'Projection':{'ProjectionType':'KEYS_ONLY'}}]");
  fill(12, 300'000);
  for (const char* direction : {"true", "false"}) {
    const Read all = read(
        "Query", query(",'IndexName':'local','Select':'ALL_ATTRIBUTES','ScanIndexForward':") + direction);
    EXPECT_EQ(all.pages, (std::vector<std::size_t>{4, 4}));
    EXPECT_EQ(std::set<std::string>(all.items.begin(), all.items.end()).size(), 8U);
  }
  EXPECT_EQ(read("Query", query(",'IndexName':'local'")).pages, std::vector<std::size_t>{8});
}

TEST_P(Pagination, EndsWithoutAKeyWhereNothingFollows) {
  create();
  fill(4);
  EXPECT_EQ(at(database.ok("Query", query(",'Limit':4}")), "/LastEvaluatedKey"), "");
  EXPECT_EQ(at(database.ok("Query", query(",'Limit':3}")), "/LastEvaluatedKey"),
            R"({"pk":{"S":"p"},"sk":{"N":"2"}})");
  EXPECT_EQ(at(database.ok("Query", of_index(",'Limit':1}")), "/LastEvaluatedKey"),
            R"({"g":{"S":"g"},"pk":{"S":"p"},"sk":{"N":"1"}})");
  EXPECT_EQ(at(database.ok("Query", query(",'IndexName':'local','Limit':1}")), "/LastEvaluatedKey"),
            R"({"l":{"N":"1"},"pk":{"S":"p"},"sk":{"N":"1"}})");
}

TEST_P(Pagination, GoesOnFromADeletedItem) {
  create();
  fill(10);
  const std::string page = database.ok("Query", query(",'Limit':5}"));
  database.ok("DeleteItem", "{'TableName':'things','Key':{'pk':{'S':'p'},'sk':{'N':'4'}}}");
  const Read rest = read("Query", query(",'ExclusiveStartKey':" + at(page, "/LastEvaluatedKey")));
  EXPECT_EQ(rest.items.size(), 5U);
  EXPECT_EQ(text_at(rest.items.front(), "/sk/N"), "5");
}

class Scanning : public Pagination {
 protected:
  void fill_partitions(int partitions, int each) {
    create();
    for (int p = 0; p < partitions; ++p) {
      for (int i = 0; i < each; ++i) {
        database.put("{'pk':{'S':'p" + std::to_string(p) + "'},'sk':{'N':'" + std::to_string(i) +
                     "'},'g':{'S':'g" + std::to_string(i % 2) + "'}}");
      }
    }
  }
  static std::vector<std::string> sorted(std::vector<std::string> items) {
    std::sort(items.begin(), items.end());
    return items;
  }
};

TEST_P(Scanning, KeepsPartitionsTogetherInOrder) {
  fill_partitions(20, 5);
  const auto items = read("Scan", "{'TableName':'things','Limit':7").items;
  ASSERT_EQ(items.size(), 100U);
  for (std::size_t i = 0; i < items.size(); ++i) {
    EXPECT_EQ(text_at(items[i], "/pk/S"), text_at(items[i - i % 5], "/pk/S"));
    EXPECT_EQ(text_at(items[i], "/sk/N"), std::to_string(i % 5));
  }
}

TEST_P(Scanning, DividesIntoSegmentsWithoutOverlap) {
  fill_partitions(40, 2);
  const auto whole = sorted(read("Scan", "{'TableName':'things'").items);
  ASSERT_EQ(whole.size(), 80U);
  for (const int total : {1, 2, 3, 7, 64}) {
    std::vector<std::string> all;
    std::size_t used = 0;
    for (int segment = 0; segment < total; ++segment) {
      const auto part =
          read("Scan", "{'TableName':'things','Limit':3,'TotalSegments':" + std::to_string(total) +
                           ",'Segment':" + std::to_string(segment))
              .items;
      used += part.empty() ? 0 : 1;
      all.insert(all.end(), part.begin(), part.end());
    }
    EXPECT_EQ(sorted(all), whole) << total;
    // Hashes spread.
    EXPECT_GT(used, static_cast<std::size_t>(std::min(total, 40)) / 3) << total;
  }
  EXPECT_EQ(count_at(database.ok("Scan", "{'TableName':'things','TotalSegments':1000000,'Segment':999999}"),
                     "/LastEvaluatedKey"),
            0U);
}

TEST_P(Scanning, ReadsIndexes) {
  fill_partitions(4, 3);
  database.put("{'pk':{'S':'sparse'},'sk':{'N':'1'}}");
  EXPECT_EQ(read("Scan", "{'TableName':'things','IndexName':'by-g','Limit':5").items.size(), 12U);
  EXPECT_EQ(read("Scan", "{'TableName':'things','IndexName':'local'").items.size(), 0U);
  expect_answers(database, {{"Scan", "{'TableName':'things','IndexName':'by-g','Select':'COUNT'}",
                             "{'Count':12,'ScannedCount':12}"}});
}

TEST_P(Scanning, RefusesWhatTheServiceRefuses) {
  fill_partitions(8, 1);
  const std::string mismatch =
      kValidation +
      "The provided starting key is invalid: The provided key element does not match the schema";
  const auto with = [](const std::string& more) { return "{'TableName':'things'," + more + "}"; };
  expect_answers(
      database,
      {{"Scan", with("'Segment':1"),
        kValidation + "The TotalSegments parameter is required but was not present in the request when "
                      "Segment parameter is present"},
       {"Scan", with("'TotalSegments':1"),
        kValidation + "The Segment parameter is required but was not present in the request when "
                      "parameter TotalSegments is present"},
       {"Scan", with("'TotalSegments':2,'Segment':2"),
        kValidation + "The Segment parameter is zero-based and must be less than parameter TotalSegments: "
                      "Segment: 2 is not less than "
                      "TotalSegments: 2"},
       {"Scan", with("'TotalSegments':1000001,'Segment':2"), kWrapped + "Value at 'totalSegments'…"},
       {"Scan", with("'Limit':0"),
        kWrapped + "Value '0' at 'limit' failed to satisfy constraint: Member must have value greater than "
                   "or equal to 1"},
       {"Scan", "{'TableName':'nowhere'}", "ResourceNotFoundException: Requested resource not found"},
       {"Scan", with("'IndexName':'none'"),
        kValidation + "The table does not have the specified index: none"},
       {"Scan", with("'IndexName':'by-g','ConsistentRead':true"),
        kValidation + "Consistent reads are not supported on global secondary indexes"},
       {"Scan", with("'ExclusiveStartKey':{}"), mismatch},
       {"Scan", with("'ExclusiveStartKey':{'pk':{'S':'p1'}}"), mismatch},
       {"Scan", with("'ExclusiveStartKey':{'pk':{'S':'p1'},'sk':{'S':'1'}}"), mismatch},
       {"Scan", with("'ExclusiveStartKey':{'pk':{'S':'p1'},'sk':{'N':'1'},'x':{'S':'1'}}"), mismatch},
       {"Scan", with("'IndexName':'by-g','ExclusiveStartKey':{'pk':{'S':'p1'},'sk':{'N':'1'}}"),
        kValidation + "The provided starting key is invalid"},
       {"Scan", with("'FilterExpression':'x = :x','AttributesToGet':['x']"),
        kValidation + "Can not use both expression and non-expression parameters in the same request: "
                      "Non-expression parameters: "
                      "{AttributesToGet} Expression parameters: {FilterExpression}"},
       {"Scan", with("'ExpressionAttributeValues':{':x':{'S':'x'}}"),
        kValidation + "ExpressionAttributeValues can only be specified when using expressions: "
                      "FilterExpression is null"},
       {"Scan",
        with("'FilterExpression':'pk = :x AND sk < "
             ":n','ExpressionAttributeValues':{':x':{'S':'p1'},':n':{'N':'1'}}"),
        "{'Items':[{'pk':{'S':'p1'},'sk':{'N':'0'},'g':{'S':'g0'}}],'Count':1,'ScannedCount':8}"}});
  // A key of another segment
  int refused = 0;
  for (int segment = 0; segment < 4; ++segment) {
    const std::string answer =
        database.answer("Scan", with("'TotalSegments':4,'Segment':" + std::to_string(segment) +
                                     ",'ExclusiveStartKey':{'pk':{'S':'p1'},'sk':{'N':'1'}}"));
    if (answer.starts_with('{')) continue;
    ++refused;
    EXPECT_EQ(answer, kValidation +
                          "The provided starting key is invalid: Invalid ExclusiveStartKey. Please use "
                          "ExclusiveStartKey with correct "
                          "Segment. TotalSegments: 4 Segment: " +
                          std::to_string(segment));
  }
  EXPECT_EQ(refused, 3);
}

INSTANTIATE_ON_BOTH_STORES(Pagination);
INSTANTIATE_ON_BOTH_STORES(Scanning);

}  // namespace
}  // namespace lodestone::testing
