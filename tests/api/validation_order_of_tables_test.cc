// What operations on tables and streams validate in which order: tests/api/validation_steps.h tells how.
#include "tests/api/validation_steps.h"

namespace lodestone::testing {
namespace {

std::string pattern_fault(const std::string& value, const std::string& member) {
  return "Value '" + value + "' at '" + member +
         "' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+";
}
std::string null_fault(const std::string& member) {
  return "Value null at '" + member + "' failed to satisfy constraint: Member must not be null";
}
std::string least_fault(const std::string& value, const std::string& member, const std::string& least) {
  return "Value '" + value + "' at '" + member + "' failed to satisfy constraint: Member must have " + least;
}
std::string enumeration(const std::string& value, const std::string& member, const std::string& set) {
  return "Value '" + value + "' at '" + member +
         "' failed to satisfy constraint: Member must satisfy enum value set: [" + set + "]";
}
std::string gathered(const std::vector<std::string>& faults) {
  std::string text = "ValidationException: " + std::to_string(faults.size()) +
                     (faults.size() == 1 ? " validation error detected: " : " validation errors detected: ");
  for (std::size_t i = 0; i < faults.size(); ++i) text += (i == 0 ? "" : "; ") + faults[i];
  return text;
}

/// `pk HASH`, `sk RANGE` as KeySchema, `pk S` as AttributeDefinitions
std::string elements(const std::vector<std::pair<std::string, std::string>>& pairs,
                     const std::string& second) {
  std::string list = "[";
  for (const auto& [name, value] : pairs) {
    list +=
        (list.size() > 1 ? "," : "") + ("{'AttributeName':'" + name) + "','" + second + "':'" + value + "'}";
  }
  return list + "]";
}
std::string schema(const std::vector<std::pair<std::string, std::string>>& pairs) {
  return elements(pairs, "KeyType");
}
std::string definitions(const std::vector<std::string>& names, const std::string& type = "S") {
  std::vector<std::pair<std::string, std::string>> pairs;
  for (const std::string& name : names) pairs.emplace_back(name, type);
  return elements(pairs, "AttributeType");
}
std::string units(const std::string& read, const std::string& write) {
  return "{'ReadCapacityUnits':" + read + ",'WriteCapacityUnits':" + write + "}";
}
const std::string kMany = "1000000000001";
const std::string kUnitsWithoutBilling =
    kInvalid +
    "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST";
const std::string kNoDefinition =
    kValidation + "Invalid KeySchema: Some index key attribute have no definition";

TEST(ValidationOrderOfTables, OfCreateTable) {
  TestDatabase database(Store::kMemory);
  database.create_plain_table();
  const auto index = [](const std::string& key,
                        const std::string& more = ",'Projection':{'ProjectionType':'ALL'}") {
    return "{'IndexName':'iii','KeySchema':" + key + more + "}";
  };
  const std::string pair = schema({{"pk", "HASH"}, {"sk", "RANGE"}});
  const std::string local = schema({{"pk", "HASH"}, {"l", "RANGE"}});
  const std::string all = definitions({"pk", "sk", "l", "g", "unused"});
  expect_in_order(
      database, "CreateTable",
      Request({{"TableName", "5"},
               {"BillingMode", "'FREE'"},
               {"ProvisionedThroughput", "{'ReadCapacityUnits':0}"},
               {"StreamSpecification", "{'StreamEnabled':false,'StreamViewType':'NEW_IMAGE'}"},
               {"OnDemandThroughput", "{'MaxReadRequestUnits':5}"}}),
      {{"SerializationException: NUMBER_VALUE cannot be converted to String", {{"TableName", ""}}},
       {kValidation + "The parameter 'TableName' is required but was not present in the request",
        {{"TableName", "'a!c'"}}},
       {kWrapped + pattern_fault("a!c", "tableName"), {{"TableName", "'things'"}}},
       {gathered(
            {enumeration("FREE", "billingMode", "PROVISIONED, PAY_PER_REQUEST"),
             null_fault("provisionedThroughput.writeCapacityUnits"),
             least_fault("0", "provisionedThroughput.readCapacityUnits", "value greater than or equal to 1"),
             null_fault("keySchema"), null_fault("attributeDefinitions")}),
        {{"BillingMode", "'PAY_PER_REQUEST'"},
         {"ProvisionedThroughput", units("1", "1")},
         {"KeySchema", pair},
         {"AttributeDefinitions", definitions({"x"})}}},
       {kUnitsWithoutBilling, {{"BillingMode", ""}, {"ProvisionedThroughput", ""}}},
       {kInvalid +
            "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED",
        {{"ProvisionedThroughput", units(kMany, kMany)}}},
       {kValidation + "Given value " + kMany + " for ReadCapacityUnits is out of bounds",
        {{"ProvisionedThroughput", units("1", kMany)}}},
       {kValidation + "Given value " + kMany + " for WriteCapacityUnits is out of bounds",
        {{"ProvisionedThroughput", units("1", "1")}}},
       {kNoDefinition, {{"AttributeDefinitions", definitions({"x", "y"})}}},
       {kInvalid + "Some index key attributes are not defined in AttributeDefinitions. Keys: [pk, sk], "
                   "AttributeDefinitions: [x, y]",
        {{"KeySchema", schema({{"pk", "RANGE"}, {"pk", "HASH"}})}, {"AttributeDefinitions", all}}},
       {kValidation + "Both the Hash Key and the Range Key element in the KeySchema have the same name",
        {{"KeySchema", schema({{"pk", "RANGE"}, {"sk", "HASH"}})}}},
       {kValidation + "Invalid KeySchema: The first KeySchemaElement is not a HASH key type",
        {{"KeySchema", schema({{"pk", "HASH"}, {"sk", "HASH"}})}}},
       {kValidation + "Invalid KeySchema: The second KeySchemaElement is not a RANGE key type",
        {{"KeySchema", schema({{"pk", "HASH"}})}}},
       {kInvalid + "Number of attributes in KeySchema does not exactly match number of attributes defined in "
                   "AttributeDefinitions",
        {{"LocalSecondaryIndexes", "[]"}, {"GlobalSecondaryIndexes", "[]"}}},
       {kInvalid + "List of LocalSecondaryIndexes is empty",
        {{"LocalSecondaryIndexes", "[" + index(schema({{"pk", "HASH"}})) + "]"}}},
       {kInvalid + "Table KeySchema does not have a range key, which is required when specifying a "
                   "LocalSecondaryIndex",
        {{"KeySchema", pair}}},
       {kInvalid + "Index KeySchema does not have a range key for index: iii",
        {{"LocalSecondaryIndexes",
          "[" + index(schema({{"g", "HASH"}, {"l", "RANGE"}}), ",'Projection':{}") + "]"}}},
       {kInvalid + "Index KeySchema does not have the same leading hash key as table KeySchema for index: "
                   "iii. index "
                   "hash key: g, table hash key: pk",
        {{"LocalSecondaryIndexes", "[" + index(local, ",'Projection':{}") + "]"}}},
       {kInvalid + "Unknown ProjectionType: null", {{"LocalSecondaryIndexes", "[" + index(local) + "]"}}},
       {kInvalid + "List of GlobalSecondaryIndexes is empty",
        {{"GlobalSecondaryIndexes", "[" + index(schema({{"z", "HASH"}}), ",'Projection':{}") + "]"}}},
       {kInvalid + "Some index key attributes are not defined in AttributeDefinitions. Keys: [z], …",
        {{"GlobalSecondaryIndexes", "[" + index(schema({{"g", "HASH"}}), ",'Projection':{}") + "]"}}},
       {kInvalid + "Unknown ProjectionType: null",
        {{"GlobalSecondaryIndexes",
          "[" +
              index(schema({{"g", "HASH"}}),
                    ",'Projection':{'ProjectionType':'ALL'},'ProvisionedThroughput':" + units("1", "1")) +
              "]"}}},
       {kInvalid + "Duplicate index name: iii",
        {{"GlobalSecondaryIndexes",
          "[{'IndexName':'ggg','KeySchema':" + schema({{"g", "HASH"}}) +
              ",'Projection':{'ProjectionType':'ALL'},'ProvisionedThroughput':" + units("1", "1") + "}]"}}},
       {kInvalid + "Some AttributeDefinitions are not used. AttributeDefinitions: […",
        {{"AttributeDefinitions", definitions({"pk", "sk", "l", "g"})}}},
       {kInvalid + "Table is being created with a stream disabled, UpdateViewType should not be specified",
        {{"StreamSpecification", ""}}},
       {kInvalid + "MaxReadRequestUnits for OnDemandThroughput cannot be specified when table BillingMode is "
                   "PROVISIONED.",
        {{"OnDemandThroughput", ""}}},
       {"ResourceInUseException: Table already exists: things", {{"TableName", "'others'"}}},
       {"{'TableDescription':…", {}}});
}

TEST(ValidationOrderOfTables, OfUpdateTable) {
  TestDatabase database(Store::kMemory);
  database.create_plain_table();
  const auto create = [](const std::string& name, const std::string& key) {
    return "{'Create':{'IndexName':'" + name + "','KeySchema':" + schema({{key, "HASH"}}) +
           ",'Projection':{'ProjectionType':'ALL'}}}";
  };
  expect_in_order(
      database, "UpdateTable",
      Request({{"TableName", "'a!c'"}, {"BillingMode", "'FREE'"}, {"ProvisionedThroughput", "{}"}}),
      {{kWrapped + pattern_fault("a!c", "tableName"), {{"TableName", "'nowhere'"}}},
       {gathered({null_fault("provisionedThroughput.writeCapacityUnits"),
                  null_fault("provisionedThroughput.readCapacityUnits"),
                  enumeration("FREE", "billingMode", "PROVISIONED, PAY_PER_REQUEST")}),
        {{"BillingMode", "'PAY_PER_REQUEST'"}, {"ProvisionedThroughput", units("1", "1")}}},
       {kUnitsWithoutBilling, {{"BillingMode", ""}, {"ProvisionedThroughput", units("1", kMany)}}},
       {kValidation + "Given value " + kMany + " for WriteCapacityUnits is out of bounds",
        {{"ProvisionedThroughput", ""}, {"GlobalSecondaryIndexUpdates", "[]"}}},
       {kValidation + "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, "
                      "GlobalSecondaryIndexUpdates or SSESpecification or ReplicaUpdates is required…",
        {{"GlobalSecondaryIndexUpdates", "[{}]"}}},
       {kInvalid + "One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, "
                   "GlobalSecondaryIndexUpdate.Delete must not be null",
        {{"GlobalSecondaryIndexUpdates", "[" + create("iii", "g") + "," + create("iii", "g") + "]"}}},
       {kInvalid + "Only one global secondary index update per index is allowed simultaneously. Index: iii",
        {{"GlobalSecondaryIndexUpdates", "[" + create("iii", "g") + "," + create("jjj", "g") + "]"}}},
       {"LimitExceededException: Subscriber limit exceeded: Only 1 online index can be created or deleted "
        "simultaneously per table",
        {{"GlobalSecondaryIndexUpdates", "[" + create("iii", "g") + "]"}}},
       {"ResourceNotFoundException: Requested resource not found: Table: nowhere not found",
        {{"TableName", "'things'"}, {"BillingMode", "'PROVISIONED'"}}},
       {kInvalid + "ProvisionedThroughput must be specified when BillingMode is PROVISIONED",
        {{"BillingMode", ""}, {"ProvisionedThroughput", units("1", "1")}}},
       {kUnitsWithoutBilling, {{"ProvisionedThroughput", ""}}},
       {kNoDefinition, {{"AttributeDefinitions", definitions({"x"})}}},
       {kInvalid + "Some index key attributes are not defined in AttributeDefinitions. Keys: [g], "
                   "AttributeDefinitions: [x]",
        {{"AttributeDefinitions", definitions({"g", "x"})}}},
       {"{'TableDescription':…", {}}});
}

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTimeToLive.html and
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TagResource.html
TEST(ValidationOrderOfTables, OfTimeToLiveAndTags) {
  TestDatabase database(Store::kMemory);
  database.create_plain_table();
  expect_in_order(
      database, "UpdateTimeToLive",
      Request(
          {{"TableName", "'a!c'"}, {"TimeToLiveSpecification", "{'Enabled':'maybe','AttributeName':''}"}}),
      {{"SerializationException: Unexpected token received from parser",
        {{"TimeToLiveSpecification", "{'AttributeName':''}"}}},
       {gathered(
            {pattern_fault("a!c", "tableName"), null_fault("timeToLiveSpecification.enabled"),
             least_fault("", "timeToLiveSpecification.attributeName", "length greater than or equal to 1")}),
        {{"TableName", "'nowhere'"},
         {"TimeToLiveSpecification", "{'Enabled':false,'AttributeName':'until'}"}}},
       {"ResourceNotFoundException: Requested resource not found: Table: nowhere not found",
        {{"TableName", "'things'"}}},
       {kValidation + "TimeToLive is already disabled",
        {{"TimeToLiveSpecification", "{'Enabled':true,'AttributeName':'until'}"}}},
       {"{'TimeToLiveSpecification':{'Enabled':true,'AttributeName':'until'}}", {}},
       {kValidation + "TimeToLive is already enabled",
        {{"TimeToLiveSpecification", "{'Enabled':false,'AttributeName':'other'}"}}},
       {kValidation + "TimeToLive is active on a different AttributeName: current AttributeName is until",
        {}}});
  const std::string arn = "arn:aws:dynamodb:us-east-1:000000000000:table/";
  expect_in_order(
      database, "TagResource", Request({{"Tags", "5"}, {"Unknown", "5"}}),
      {{"SerializationException: Unexpected field type", {{"Tags", ""}}},
       {kValidation + "Invalid TableArn", {{"ResourceArn", "'things'"}}},
       {"AccessDeniedException: User: …",
        {{"ResourceArn", "'arn:aws:s3:us-east-1:000000000000:table/things'"}}},
       {kWrapped + null_fault("tags"), {{"Tags", "[]"}}},
       {kValidation + "Invalid TableArn: Invalid ResourceArn provided as input …",
        {{"ResourceArn", "'" + arn + "nowhere'"}}},
       {kValidation + "Atleast one Tag needs to be provided as Input.",
        {{"Tags", "[{'Key':'k','Value':'v'}]"}}},
       {"ResourceNotFoundException: Requested resource not found: ResourcArn: " + arn + "nowhere not found",
        {{"ResourceArn", "'" + arn + "things'"}}},
       {"(empty)", {}}});
}

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_GetShardIterator.html
TEST(ValidationOrderOfTables, OfStreams) {
  TestDatabase database(Store::kMemory);
  database.create_table(
      ",'AttributeDefinitions':[{'AttributeName':'pk','AttributeType':'S'}],'KeySchema':[{'AttributeName':'"
      "pk',"
      "'KeyType':'HASH'}],'StreamSpecification':{'StreamEnabled':true,'StreamViewType':'KEYS_ONLY'}");
  const std::string arn =
      text_at(database.ok("DescribeTable", "{'TableName':'things'}"), "/Table/LatestStreamArn");
  const std::string shard = text_at(database.ok("DescribeStream", "{'StreamArn':'" + arn + "'}"),
                                    "/StreamDescription/Shards/0/ShardId");
  const std::string absent = arn.substr(0, arn.size() - 1) + "x";
  const std::string no_shard = "shardId-00000000000000000000-00000000";
  expect_in_order(database, "GetShardIterator",
                  Request({{"StreamArn", "{}"},
                           {"ShardId", "'short'"},
                           {"ShardIteratorType", "'FIRST'"},
                           {"SequenceNumber", "'1'"}}),
                  {{"SerializationException: Start of structure or map found where not expected",
                    {{"StreamArn", "'short'"}}},
                   {gathered({least_fault("short", "streamArn", "length greater than or equal to 37"),
                              least_fault("short", "shardId", "length greater than or equal to 28"),
                              enumeration("FIRST", "shardIteratorType",
                                          "TRIM_HORIZON, LATEST, AT_SEQUENCE_NUMBER, AFTER_SEQUENCE_NUMBER"),
                              least_fault("1", "sequenceNumber", "length greater than or equal to 21")}),
                    {{"StreamArn", "'" + absent + "'"},
                     {"ShardId", "'" + no_shard + "'"},
                     {"ShardIteratorType", "'AT_SEQUENCE_NUMBER'"},
                     {"SequenceNumber", ""}}},
                   {kValidation + "…", {{"SequenceNumber", "'" + repeated("x", 21) + "'"}}},
                   {kValidation + "…", {{"ShardIteratorType", "'LATEST'"}}},
                   {kValidation + "…", {{"SequenceNumber", ""}}},
                   {kMissing + ": Stream: " + absent + " not found", {{"StreamArn", "'" + arn + "'"}}},
                   {kMissing + ": Shard: …", {{"ShardId", "'" + shard + "'"}}},
                   {"{'ShardIterator':…", {}}});
}

}  // namespace
}  // namespace lodestone::testing
