// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html
#include "tests/api/database_fixture.h"

namespace lodestone::testing {
namespace {

class CreateTable : public OnBothStores {
 protected:
  /// The answer to a request that differs from one that is fine by what is given here; "" leaves a parameter
  /// out.
  struct Parameters {
    std::string billing = "'BillingMode':'PAY_PER_REQUEST'";
    std::string definitions = "['a S']";
    std::string key = "['a HASH']";
    std::string more{};
  };
  std::string create(const Parameters& parameters) {
    return database.answer("CreateTable", request(parameters));
  }

  /// `['a S','b N']` and `['a HASH','b RANGE']` written out as the API has them.
  static std::string elements(std::string_view list, std::string_view second) {
    std::string out = "[";
    for (std::size_t from = list.find('\''); from != std::string_view::npos;) {
      const std::size_t to = list.find('\'', from + 1);
      const std::string_view pair = list.substr(from + 1, to - from - 1);
      const std::size_t blank = pair.find(' ');
      out += out.size() > 1 ? "," : "";
      out += "{'AttributeName':'" + std::string(pair.substr(0, blank)) + "','" + std::string(second) + "':'" +
             std::string(pair.substr(blank + 1)) + "'}";
      from = list.find('\'', to + 1);
    }
    return out + "]";
  }
  static std::string key_schema(std::string_view list) { return "'KeySchema':" + elements(list, "KeyType"); }
  static std::string local(std::string_view name, std::string_view key,
                           std::string_view projection = "'Projection':{'ProjectionType':'ALL'}") {
    return "{'IndexName':'" + std::string(name) + "'," + key_schema(key) + (projection.empty() ? "" : ",") +
           std::string(projection) + "}";
  }
  static std::string locals(std::string_view list) {
    return ",'LocalSecondaryIndexes':[" + std::string(list) + "]";
  }
  static std::string globals(std::string_view list) {
    return ",'GlobalSecondaryIndexes':[" + std::string(list) + "]";
  }

  static std::string request(const Parameters& parameters) {
    std::string text = "{'TableName':'things',";
    if (!parameters.billing.empty()) text += parameters.billing + ",";
    text += "'AttributeDefinitions':" + elements(parameters.definitions, "AttributeType") + ",";
    return text + key_schema(parameters.key) + parameters.more + "}";
  }
};

const std::string kAll = "'Projection':{'ProjectionType':'ALL'}";
const std::string kUnits = "'ProvisionedThroughput':{'ReadCapacityUnits':5,'WriteCapacityUnits':6}";

TEST_P(CreateTable, DescribesTheNewTable) {
  const std::string created = database.ok(
      "CreateTable",
      request(
          {.billing = kUnits,
           .definitions = "['a S','b N','c B','d S']",
           .key = "['a HASH','b RANGE']",
           .more = locals(local("by-c", "['a HASH','c RANGE']",
                                "'Projection':{'ProjectionType':'INCLUDE','NonKeyAttributes':['x','y']}")) +
                   globals("{'IndexName':'by-d'," + key_schema("['d HASH']") + "," + kAll + "," + kUnits +
                           "}")}));
  EXPECT_EQ(text_at(created, "/TableDescription/TableStatus"), "CREATING");
  EXPECT_EQ(text_at(created, "/TableDescription/GlobalSecondaryIndexes/0/IndexStatus"), "CREATING");
  const std::string described = database.ok("DescribeTable", "{'TableName':'things'}");
  EXPECT_EQ(text_at(described, "/Table/TableStatus"), "ACTIVE");
  EXPECT_EQ(text_at(described, "/Table/TableArn"), "arn:aws:dynamodb:us-east-1:000000000000:table/things");
  EXPECT_EQ(text_at(described, "/Table/TableId").size(), 36U);
  EXPECT_EQ(text_at(described, "/Table/TableId"), text_at(created, "/TableDescription/TableId"));
  // Epoch seconds with milliseconds.
  EXPECT_EQ(std::stod(text_at(described, "/Table/CreationDateTime")), 1.7e9);
  EXPECT_EQ(at(described, "/Table/KeySchema"), json(elements("['a HASH','b RANGE']", "KeyType")));
  EXPECT_EQ(at(described, "/Table/AttributeDefinitions"),
            json(elements("['a S','b N','c B','d S']", "AttributeType")));
  EXPECT_EQ(text_at(described, "/Table/ProvisionedThroughput/ReadCapacityUnits"), "5");
  EXPECT_EQ(text_at(described, "/Table/ProvisionedThroughput/WriteCapacityUnits"), "6");
  EXPECT_EQ(text_at(described, "/Table/ProvisionedThroughput/NumberOfDecreasesToday"), "0");
  EXPECT_EQ(text_at(described, "/Table/ItemCount"), "0");
  EXPECT_EQ(text_at(described, "/Table/TableSizeBytes"), "0");
  EXPECT_EQ(text_at(described, "/Table/DeletionProtectionEnabled"), "false");
  for (const char* absent :
       {"RestoreSummary", "SSEDescription", "StreamSpecification", "BillingModeSummary", "LatestStreamArn"}) {
    EXPECT_EQ(at(described, std::string("/Table/") + absent), "") << absent;
  }

  EXPECT_EQ(at(described, "/Table/LocalSecondaryIndexes"),
            json("[{'IndexName':'by-c','IndexArn':'arn:aws:dynamodb:us-east-1:000000000000:table/things/"
                 "index/by-c'," +
                 key_schema("['a HASH','c RANGE']") +
                 ",'Projection':{'ProjectionType':'INCLUDE','NonKeyAttributes':['x','y']},"
                 "'IndexSizeBytes':0,'ItemCount':0}]"));
  EXPECT_EQ(text_at(described, "/Table/GlobalSecondaryIndexes/0/IndexStatus"), "ACTIVE");
  EXPECT_EQ(at(described, "/Table/GlobalSecondaryIndexes/0/Backfilling"), "");
  EXPECT_EQ(text_at(described, "/Table/GlobalSecondaryIndexes/0/ProvisionedThroughput/ReadCapacityUnits"),
            "5");
  EXPECT_EQ(text_at(described, "/Table/GlobalSecondaryIndexes/0/IndexArn"),
            "arn:aws:dynamodb:us-east-1:000000000000:table/things/index/by-d");
}

TEST_P(CreateTable, DescribesTheBillingOfAnOnDemandTable) {
  database.create_plain_table();
  const std::string described = database.ok("DescribeTable", "{'TableName':'things'}");
  EXPECT_EQ(text_at(described, "/Table/BillingModeSummary/BillingMode"), "PAY_PER_REQUEST");
  EXPECT_EQ(text_at(described, "/Table/BillingModeSummary/LastUpdateToPayPerRequestDateTime"),
            text_at(described, "/Table/CreationDateTime"));
  EXPECT_EQ(text_at(described, "/Table/ProvisionedThroughput/ReadCapacityUnits"), "0");
  EXPECT_EQ(text_at(described, "/Table/ProvisionedThroughput/NumberOfDecreasesToday"), "0");
}

TEST_P(CreateTable, RefusesWhatTheServiceRefuses) {
  const std::string validation = "ValidationException: ";
  struct Refusal {
    Parameters parameters;
    std::string expected;
  };
  const auto gsi = [&](std::string_view key, const std::string& projection = kAll) {
    return globals("{'IndexName':'iii'," + key_schema(key) + (projection.empty() ? "" : "," + projection) +
                   "}");
  };
  const auto lsi = [&](std::string_view key, std::string_view projection) {
    return locals(local("iii", key, projection));
  };
  std::string six_locals;
  for (char c = 'a'; c <= 'f'; ++c)
    six_locals += (c == 'a' ? "" : ",") + local(std::string("ii") + c, "['a HASH','c RANGE']");
  std::string many_globals;
  for (int i = 0; i < 21; ++i) {
    many_globals += std::string(i == 0 ? "" : ",") + "{'IndexName':'ii" + std::to_string(i) + "'," +
                    key_schema("['a HASH']") + "," + kAll + "}";
  }
  const std::string two = "['a S','b S']";
  const std::string three = "['a S','b S','c S']";
  const std::string pair = "['a HASH','b RANGE']";
  const std::vector<Refusal> refusals = {
      // Billing
      {{.billing = "'BillingMode':'PAY_PER_REQUEST'," + kUnits},
       kInvalid + "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is "
                  "PAY_PER_REQUEST"},
      {{.billing = ""},
       kInvalid +
           "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED"},
      {{.billing = "'BillingMode':'PROVISIONED'"},
       kInvalid +
           "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED"},
      {{.billing =
            "'ProvisionedThroughput':{'ReadCapacityUnits':1000000000001,'WriteCapacityUnits':1000000000001}"},
       validation + "Given value 1000000000001 for ReadCapacityUnits is out of bounds"},
      {{.billing =
            "'ProvisionedThroughput':{'ReadCapacityUnits':1000000000000,'WriteCapacityUnits':1000000000001}"},
       validation + "Given value 1000000000001 for WriteCapacityUnits is out of bounds"},
      {{.billing = "'ProvisionedThroughput':{'ReadCapacityUnits':0,'WriteCapacityUnits':1}"},
       kWrapped + "Value '0' at 'provisionedThroughput.readCapacityUnits' failed to satisfy constraint: "
                  "Member must have "
                  "value greater than or equal to 1"},
      {{.billing = "'BillingMode':'FREE'"},
       kWrapped +
           "Value 'FREE' at 'billingMode' failed to satisfy constraint: Member must satisfy enum value set: "
           "[PROVISIONED, PAY_PER_REQUEST]"},
      // The table's key
      {{.definitions = "[]"}, validation + "Invalid KeySchema: Some index key attribute have no definition"},
      {{.key = pair}, validation + "Invalid KeySchema: Some index key attribute have no definition"},
      {{.definitions = two, .key = "['a HASH','c RANGE']"},
       kInvalid + "Some index key attributes are not defined in AttributeDefinitions. Keys: [a, c], "
                  "AttributeDefinitions: [a, b]"},
      {{.definitions = two, .key = "['a HASH','a RANGE']"},
       validation + "Both the Hash Key and the Range Key element in the KeySchema have the same name"},
      {{.key = "['a RANGE']"},
       validation + "Invalid KeySchema: The first KeySchemaElement is not a HASH key type"},
      {{.definitions = two, .key = "['a HASH','b HASH']"},
       validation + "Invalid KeySchema: The second KeySchemaElement is not a RANGE key type"},
      {{.definitions = two, .key = "['a RANGE','b RANGE']"},
       validation + "Invalid KeySchema: The first KeySchemaElement is not a HASH key type"},
      {{.definitions = two},
       kInvalid + "Number of attributes in KeySchema does not exactly match number of attributes defined in "
                  "AttributeDefinitions"},
      {{.definitions = "['a S','a S']"}, kInvalid + "Duplicate…"},
      {{.definitions = "['a M']"},
       kWrapped + "Value 'M' at 'attributeDefinitions.1.member.attributeType' failed to satisfy constraint: "
                  "Member must "
                  "satisfy enum value set: [B, N, S]"},
      // Local indexes
      {{.more = ",'LocalSecondaryIndexes':[]"}, kInvalid + "List of LocalSecondaryIndexes is empty"},
      {{.more = lsi("['a HASH']", kAll)},
       kInvalid + "Table KeySchema does not have a range key, which is required when specifying a "
                  "LocalSecondaryIndex"},
      {{.definitions = two, .key = pair, .more = lsi("['a HASH','c RANGE']", kAll)},
       kInvalid + "Some index key attributes are not defined in AttributeDefinitions. Keys: [a, c], "
                  "AttributeDefinitions: [a, b]"},
      {{.definitions = two, .key = pair, .more = lsi("['a HASH','a RANGE']", kAll)},
       validation + "Both the Hash Key and the Range Key element in the KeySchema have the same name"},
      {{.definitions = two, .key = pair, .more = lsi("['a HASH']", kAll)},
       kInvalid + "Index KeySchema does not have a range key for index: iii"},
      {{.definitions = three, .key = pair, .more = lsi("['c HASH','b RANGE']", kAll)},
       kInvalid + "Index KeySchema does not have the same leading hash key as table KeySchema for index: "
                  "iii. index hash key: "
                  "c, table hash key: a"},
      {{.definitions = three, .key = pair, .more = lsi("['a HASH','c RANGE']", "'Projection':{}")},
       kInvalid + "Unknown ProjectionType: null"},
      {{.definitions = three,
        .key = pair,
        .more =
            lsi("['a HASH','c RANGE']", "'Projection':{'ProjectionType':'ALL','NonKeyAttributes':['x']}")},
       kInvalid + "ProjectionType is ALL, but NonKeyAttributes is specified"},
      {{.definitions = three,
        .key = pair,
        .more = lsi("['a HASH','c RANGE']",
                    "'Projection':{'ProjectionType':'KEYS_ONLY','NonKeyAttributes':['x']}")},
       kInvalid + "ProjectionType is KEYS_ONLY, but NonKeyAttributes is specified"},
      {{.definitions = three,
        .key = pair,
        .more = lsi("['a HASH','c RANGE']", "'Projection':{'ProjectionType':'INCLUDE'}")},
       kInvalid + "ProjectionType is INCLUDE, but NonKeyAttributes is not specified"},
      {{.definitions = three,
        .key = pair,
        .more = locals(local("iii", "['a HASH','c RANGE']") + "," + local("iii", "['a HASH','c RANGE']"))},
       kInvalid + "Duplicate index name: iii"},
      {{.definitions = three, .key = pair, .more = locals(six_locals)},
       kInvalid + "Number of LocalSecondaryIndexes exceeds per-table limit of 5"},
      // Global indexes
      {{.more = ",'GlobalSecondaryIndexes':[]"}, kInvalid + "List of GlobalSecondaryIndexes is empty"},
      {{.more = gsi("['b HASH']")},
       kInvalid + "Some index key attributes are not defined in AttributeDefinitions. Keys: [b], "
                  "AttributeDefinitions: [a]"},
      {{.definitions = two, .more = gsi("['b RANGE']")},
       validation + "Invalid KeySchema: The first KeySchemaElement is not a HASH key type"},
      {{.definitions = two, .more = gsi("['b HASH']", "'Projection':{}")},
       kInvalid + "Unknown ProjectionType: null"},
      {{.definitions = two, .more = gsi("['b HASH']", "'Projection':{'ProjectionType':'INCLUDE'}")},
       kInvalid + "ProjectionType is INCLUDE, but NonKeyAttributes is not specified"},
      {{.definitions = two,
        .more = gsi("['b HASH']", "'Projection':{'ProjectionType':'INCLUDE','NonKeyAttributes':['x','x']}")},
       kInvalid + "Duplicate…"},
      {{.definitions = two, .more = gsi("['b HASH']", kAll + "," + kUnits)},
       kInvalid + "ProvisionedThroughput should not be specified for index: iii when BillingMode is "
                  "PAY_PER_REQUEST"},
      {{.billing = kUnits, .definitions = two, .more = gsi("['b HASH']")},
       kInvalid + "ProvisionedThroughput must be specified for index: iii"},
      {{.more = globals(many_globals)},
       kInvalid + "GlobalSecondaryIndex count exceeds the per-table limit of 20"},
      {{.definitions = three, .key = pair, .more = lsi("['a HASH','c RANGE']", kAll) + gsi("['c HASH']")},
       kInvalid + "Duplicate index name: iii"},
      {{.definitions = three, .more = gsi("['b HASH']")},
       kInvalid +
           "Some AttributeDefinitions are not used. AttributeDefinitions: [a, b, c], keys used: [a, b]"},
      // Settings
      {{.more = ",'StreamSpecification':{'StreamEnabled':false,'StreamViewType':'NEW_IMAGE'}"},
       kInvalid + "Table is being created with a stream disabled, UpdateViewType should not be specified"},
      {{.more = ",'StreamSpecification':{'StreamEnabled':true}"}, kInvalid + "…"},
      {{.billing = kUnits, .more = ",'OnDemandThroughput':{'MaxReadRequestUnits':5}"},
       kInvalid + "MaxReadRequestUnits for OnDemandThroughput cannot be specified when table BillingMode is "
                  "PROVISIONED."},
      {{.billing = kUnits, .more = ",'OnDemandThroughput':{'MaxWriteRequestUnits':5}"},
       kInvalid + "MaxWriteRequestUnits for OnDemandThroughput cannot be specified when table BillingMode is "
                  "PROVISIONED."},
      {{.more = ",'OnDemandThroughput':{'MaxReadRequestUnits':0}"},
       kInvalid + "Requested MaxReadRequestUnits for OnDemandThroughput for table is outside of valid range"},
      // The earlier fault answers.
      {{.billing = "", .key = "['b RANGE']", .more = ",'LocalSecondaryIndexes':[]"},
       kInvalid +
           "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED"},
      {{.definitions = two, .key = "['a HASH','a RANGE']", .more = ",'LocalSecondaryIndexes':[]"},
       validation + "Both the Hash Key and the Range Key element in the KeySchema have the same name"},
      {{.definitions = three,
        .key = pair,
        .more = lsi("['a HASH']", "'Projection':{}") + ",'GlobalSecondaryIndexes':[]"},
       kInvalid + "Index KeySchema does not have a range key for index: iii"},
  };
  for (const Refusal& refusal : refusals) {
    expect_answers(database, {{"CreateTable", request(refusal.parameters), refusal.expected}});
  }
  EXPECT_EQ(database.ok("ListTables", "{}"), R"({"TableNames":[]})");
}

TEST_P(CreateTable, RefusesANameInUse) {
  database.create_plain_table();
  EXPECT_EQ(create({}), "ResourceInUseException: Table already exists: things");
  // What is wrong with the request comes first.
  EXPECT_EQ(create({.key = "['a RANGE']"}),
            "ValidationException: Invalid KeySchema: The first KeySchemaElement is not a HASH key type");
}

TEST_P(CreateTable, TakesUpToTwentyGlobalAndFiveLocalIndexes) {
  std::string definitions = "['a S','b S'";
  std::string five;
  std::string twenty;
  for (int i = 0; i < 20; ++i) {
    const std::string n = std::to_string(i);
    definitions += ",'k" + n + " N'";
    twenty += std::string(i == 0 ? "" : ",") + "{'IndexName':'gsi" + n + "'," +
              key_schema("['k" + n + " HASH']") + "," + kAll + "}";
    if (i < 5) five += (i == 0 ? "" : ",") + local("lsi" + n, "['a HASH','k" + n + " RANGE']");
  }
  EXPECT_NE(create({.definitions = definitions + "]",
                    .key = "['a HASH','b RANGE']",
                    .more = locals(five) + globals(twenty)})
                .find("TableDescription"),
            std::string::npos);
  const std::string described = database.ok("DescribeTable", "{'TableName':'things'}");
  EXPECT_EQ(count_at(described, "/Table/LocalSecondaryIndexes"), 5U);
  EXPECT_EQ(count_at(described, "/Table/GlobalSecondaryIndexes"), 20U);
}

// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.DesignPattern.MultiAttributeKeys.html
TEST_P(CreateTable, ChecksKeysOfSeveralAttributes) {
  const std::string nine = "['a S','b S','c S','d S','e S','f S','g S','h S','i S','j S']";
  const auto with_key = [&](const std::string& definitions, const std::string& key) {
    return create({.definitions = definitions,
                   .more = globals("{'IndexName':'iii'," + key_schema(key) + "," + kAll + "}")});
  };
  EXPECT_NE(with_key("['a S','b N','c B','d S','e N','f S','g S','h N']",
                     "['a HASH','b HASH','c HASH','d HASH','e RANGE','f RANGE','g RANGE','h RANGE']")
                .find("TableDescription"),
            std::string::npos);
  EXPECT_EQ(
      at(database.ok("DescribeTable", "{'TableName':'things'}"), "/Table/GlobalSecondaryIndexes/0/KeySchema"),
      json(elements("['a HASH','b HASH','c HASH','d HASH','e RANGE','f RANGE','g RANGE','h RANGE']",
                    "KeyType")));
  const auto refused = [&](const std::string& definitions, const std::string& key,
                           const std::string& fragment) {
    const std::string answer = with_key(definitions, key);
    EXPECT_TRUE(answer.starts_with("ValidationException: ")) << answer;
    EXPECT_NE(answer.find(fragment), std::string::npos) << answer;
  };
  refused(nine, "['a HASH','b RANGE','c HASH']",
          "All HASH key attributes must precede RANGE key attributes in the KeySchema");
  refused(nine, "['a HASH','b HASH','c HASH','d HASH','e HASH']",
          "The KeySchema exceeds the maximum allowed number of HASH key attributes");
  refused(nine, "['a HASH','b RANGE','c RANGE','d RANGE','e RANGE','f RANGE']",
          "The KeySchema exceeds the maximum allowed number of RANGE key attributes");
  refused(nine, "['a RANGE','b HASH','c HASH']", "The first KeySchemaElement is not a HASH key type");
  refused(nine, "['a HASH','b HASH','a RANGE']", "same name");
  refused("['a S','b S']", "['a HASH','b HASH','c RANGE']", "no definition");
  refused("['a S','b S','d S']", "['a HASH','b HASH','c RANGE']", "AttributeDefinitions");
}

TEST_P(CreateTable, KeepsItsSettings) {
  ASSERT_NE(
      create({.more = ",'StreamSpecification':{'StreamEnabled':true,'StreamViewType':'NEW_AND_OLD_IMAGES'},"
                      "'SSESpecification':{'Enabled':true},'TableClass':'STANDARD_INFREQUENT_ACCESS',"
                      "'DeletionProtectionEnabled':true,'OnDemandThroughput':{'MaxReadRequestUnits':7},"
                      "'Tags':[{'Key':'k','Value':''}]"})
          .find("TableDescription"),
      std::string::npos);
  database.reopen();
  const std::string described = database.ok("DescribeTable", "{'TableName':'things'}");
  EXPECT_EQ(at(described, "/Table/StreamSpecification"),
            R"({"StreamEnabled":true,"StreamViewType":"NEW_AND_OLD_IMAGES"})");
  EXPECT_EQ(text_at(described, "/Table/LatestStreamLabel"), "2023-11-14T22:13:20.000");
  EXPECT_EQ(text_at(described, "/Table/LatestStreamArn"),
            "arn:aws:dynamodb:us-east-1:000000000000:table/things/stream/2023-11-14T22:13:20.000");
  EXPECT_EQ(text_at(described, "/Table/SSEDescription/Status"), "ENABLED");
  EXPECT_EQ(text_at(described, "/Table/SSEDescription/SSEType"), "KMS");
  EXPECT_EQ(text_at(described, "/Table/TableClassSummary/TableClass"), "STANDARD_INFREQUENT_ACCESS");
  EXPECT_EQ(text_at(described, "/Table/DeletionProtectionEnabled"), "true");
  EXPECT_EQ(text_at(described, "/Table/OnDemandThroughput/MaxReadRequestUnits"), "7");
  EXPECT_EQ(text_at(described, "/Table/OnDemandThroughput/MaxWriteRequestUnits"), "-1");
  EXPECT_EQ(database.ok("ListTagsOfResource",
                        "{'ResourceArn':'arn:aws:dynamodb:us-east-1:000000000000:table/things'}"),
            R"({"Tags":[{"Key":"k","Value":""}]})");
}

TEST_P(CreateTable, TakesAnArnForItsName) {
  database.ok(
      "CreateTable",
      "{'TableName':'arn:aws:dynamodb:us-east-1:000000000000:table/named','BillingMode':'PAY_PER_REQUEST',"
      "'AttributeDefinitions':[{'AttributeName':'pk','AttributeType':'S'}],"
      "'KeySchema':[{'AttributeName':'pk','KeyType':'HASH'}]}");
  EXPECT_EQ(database.ok("ListTables", "{}"), R"({"TableNames":["named"]})");
}

INSTANTIATE_ON_BOTH_STORES(CreateTable);

}  // namespace
}  // namespace lodestone::testing
