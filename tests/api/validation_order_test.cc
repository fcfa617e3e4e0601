// What operations on items validate in which order: tests/api/validation_steps.h tells how.
#include "tests/api/validation_steps.h"

namespace lodestone::testing {
namespace {

const std::string kSchema = kValidation + "The provided key element does not match the schema";
const std::string kConditionFailed = "ConditionalCheckFailedException: The conditional request failed";
const std::string kEmptyKey = kValidation +
                              "One or more parameter values are not valid. The AttributeValue for a key "
                              "attribute cannot contain an empty "
                              "string value. Key: ";
const std::string kNumber = "The parameter cannot be converted to a numeric value: x";

std::string both(const std::string& legacy, const std::string& expressions) {
  return "Can not use both expression and non-expression parameters in the same request: Non-expression "
         "parameters: {" +
         legacy + "} Expression parameters: {" + expressions + "}";
}
std::string unused(const std::string& what, const std::string& key) {
  return "Value provided in ExpressionAttribute" + what + " unused in expressions: keys: {" + key + "}";
}
std::string enumeration(const std::string& value, const std::string& member, const std::string& set) {
  return "Value '" + value + "' at '" + member +
         "' failed to satisfy constraint: Member must satisfy enum value set: [" + set + "]";
}
const std::string kCapacitySet = "INDEXES, TOTAL, NONE";
const std::string kNamesKey = "ExpressionAttributeNames contains invalid key: Syntax error; key: \"n\"";
const std::string kValuesKey = "ExpressionAttributeValues contains invalid key: Syntax error; key: \"v\"";

class ValidationOrder : public ::testing::Test {
 protected:
  void SetUp() override {
    database.create_table(
        ",'AttributeDefinitions':[{'AttributeName':'pk','AttributeType':'S'},{'AttributeName':'sk','"
        "AttributeType':'S'}"
        ",{'AttributeName':'l','AttributeType':'S'},{'AttributeName':'g','AttributeType':'S'}],"
        "'KeySchema':[{'AttributeName':'pk','KeyType':'HASH'},{'AttributeName':'sk','KeyType':'RANGE'}],"
        "'LocalSecondaryIndexes':[{'IndexName':'local','KeySchema':[{'AttributeName':'pk','KeyType':'HASH'},{"
        "'AttributeName':'l','KeyType':'RANGE'}],'Projection':{'ProjectionType':'KEYS_ONLY'}}],"
        "'GlobalSecondaryIndexes':[{'IndexName':'global','KeySchema':[{'AttributeName':'g','KeyType':'HASH'}]"
        ","
        "'Projection':{'ProjectionType':'KEYS_ONLY'}}]");
    database.put("{'pk':{'S':'a'},'sk':{'S':'b'},'n':{'N':'1'}}");
  }
  void expect_in_order(const std::string& operation, Request request, const std::vector<Step>& steps) {
    testing::expect_in_order(database, operation, std::move(request), steps);
  }

  TestDatabase database{Store::kMemory};
  const std::string good_key = "{'pk':{'S':'a'},'sk':{'S':'b'}}";
};

TEST_F(ValidationOrder, OfUpdateItem) {
  const std::string values = "{':v':{'N':'x'},':unused':{'S':'a'}}";
  expect_in_order(
      "UpdateItem",
      Request({{"TableName", "'a!'"},
               {"Key", "{'pk':{'N':'x'}}"},
               {"ReturnValues", "true"},
               {"ReturnConsumedCapacity", "'SOME'"},
               {"UpdateExpression", "'SET pk = :v, n.x ='"},
               {"ConditionExpression", "'n ='"},
               {"Expected", "{'n':{'Exists':true}}"},
               {"ExpressionAttributeNames", "{}"},
               {"ExpressionAttributeValues", values}}),
      {{"SerializationException: TRUE_VALUE cannot be converted to String", {{"ReturnValues", "'WHAT'"}}},
       {kWrapped +
            "Value 'a!' at 'tableName' failed to satisfy constraint: Member must satisfy regular expression "
            "pattern: [a-zA-Z0-9_.-]+",
        {{"TableName", "'nowhere'"}}},
       {kWrapped + enumeration("WHAT", "returnValues", "ALL_NEW, UPDATED_OLD, ALL_OLD, NONE, UPDATED_NEW"),
        {{"ReturnValues", "'NONE'"}}},
       {kWrapped + enumeration("SOME", "returnConsumedCapacity", kCapacitySet),
        {{"ReturnConsumedCapacity", ""}}},
       {kWrapped + both("Expected", "UpdateExpression, ConditionExpression"), {{"Expected", ""}}},
       {kValidation + kNumber, {{"Key", "{'pk':{'S':''},'other':{'S':'b'}}"}}},
       {kWrapped + "ExpressionAttributeNames must not be empty", {{"ExpressionAttributeNames", "{'n':'n'}"}}},
       {kValidation + kNamesKey, {{"ExpressionAttributeNames", "{'#n':'n'}"}}},
       {kValidation + "ExpressionAttributeValues contains invalid value: " + kNumber + " for key :v",
        {{"ExpressionAttributeValues", "{':v':{'N':'1'},':unused':{'S':'a'}}"}}},
       {kWrapped + "Invalid UpdateExpression: Syntax error; token: \"<EOF>\", near: \"=\"",
        {{"UpdateExpression", "'SET pk = :v, sk.x = :v'"}}},
       {kWrapped + "Invalid ConditionExpression: Syntax error; token: \"<EOF>\", near: \"=\"",
        {{"ConditionExpression", "'n = :v and attribute_not_exists(pk)'"}}},
       {kWrapped + unused("Names", "#n"), {{"ExpressionAttributeNames", ""}}},
       {kWrapped + unused("Values", ":unused"), {{"ExpressionAttributeValues", "{':v':{'N':'1'}}"}}},
       {kMissing, {{"TableName", "'things'"}}},
       {kSchema, {{"Key", "{'pk':{'S':''},'sk':{'S':'b'}}"}}},
       {kEmptyKey + "pk", {{"Key", "{'pk':{'S':'a'},'sk':{'S':'" + repeated("x", 1025) + "'}}"}}},
       {kInvalid + "Aggregated size of all range keys has exceeded the size limit of 1024 bytes",
        {{"Key", good_key}}},
       {kInvalid + "Cannot update attribute pk. This attribute is part of the key",
        {{"UpdateExpression", "'SET g.x = :v'"}}},
       {kValidation + "Key attributes must be scalars; list random access '[]' and map lookup '.' are not "
                      "allowed: IndexKey: g",
        {{"UpdateExpression", "'SET g = :v'"}}},
       {kInvalid + "Type mismatch for Index Key g Expected: S Actual: N IndexName: global",
        {{"UpdateExpression", "'SET m.x = :v'"}}},
       {kConditionFailed, {{"ConditionExpression", "'n = :v'"}}},
       {kValidation + "The document path provided in the update expression is invalid for update",
        {{"UpdateExpression", "'SET m = :v'"}}},
       {"{}", {}}});
}

TEST_F(ValidationOrder, OfPutItem) {
  const std::string values = "{':v':{'N':'x'},':unused':{'S':'a'}}";
  const std::string large = "{'sk':{'N':'1'},'v':{'S':'" + repeated("x", 409'600) + "'}}";
  expect_in_order(
      "PutItem",
      Request({{"TableName", "'a!'"},
               {"Item", "{'pk':{'N':'x'}}"},
               {"ReturnValues", "true"},
               {"ReturnConsumedCapacity", "'SOME'"},
               {"ConditionExpression", "'n ='"},
               {"Expected", "{'n':{'Exists':true}}"},
               {"ExpressionAttributeNames", "{}"},
               {"ExpressionAttributeValues", values}}),
      {{"SerializationException: TRUE_VALUE cannot be converted to String", {{"ReturnValues", "'WHAT'"}}},
       {kWrapped +
            "Value 'a!' at 'tableName' failed to satisfy constraint: Member must satisfy regular expression "
            "pattern: [a-zA-Z0-9_.-]+",
        {{"TableName", "'nowhere'"}}},
       {"ValidationException: 2 validation errors detected: " +
            enumeration("SOME", "returnConsumedCapacity", kCapacitySet) + "; " +
            enumeration("WHAT", "returnValues", "ALL_NEW, UPDATED_OLD, ALL_OLD, NONE, UPDATED_NEW"),
        {{"ReturnConsumedCapacity", ""}, {"ReturnValues", "'ALL_NEW'"}}},
       {kWrapped + both("Expected", "ConditionExpression"), {{"Expected", ""}}},
       {kValidation + kNumber, {{"Item", large}}},
       {kWrapped + "ReturnValues can only be ALL_OLD or NONE", {{"ReturnValues", ""}}},
       {kValidation + "Item size has exceeded the maximum allowed size",
        {{"Item", "{'sk':{'N':'1'},'g':{'N':'1'}}"}}},
       {kWrapped + "ExpressionAttributeNames must not be empty", {{"ExpressionAttributeNames", "{'n':'n'}"}}},
       {kValidation + kNamesKey, {{"ExpressionAttributeNames", "{'#n':'n'}"}}},
       {kValidation + "ExpressionAttributeValues contains invalid value: " + kNumber + " for key :v",
        {{"ExpressionAttributeValues", "{':v':{'N':'5'},':unused':{'S':'a'}}"}}},
       {kWrapped + "Invalid ConditionExpression: Syntax error; token: \"<EOF>\", near: \"=\"",
        {{"ConditionExpression", "'n = :v'"}}},
       {kWrapped + unused("Names", "#n"), {{"ExpressionAttributeNames", ""}}},
       {kWrapped + unused("Values", ":unused"), {{"ExpressionAttributeValues", "{':v':{'N':'5'}}"}}},
       {kMissing, {{"TableName", "'things'"}}},
       {kInvalid + "Missing the key pk in the item",
        {{"Item", "{'pk':{'S':'a'},'sk':{'N':'1'},'g':{'N':'1'}}"}}},
       {kInvalid + "Type mismatch for key sk expected: S actual: N",
        {{"Item", "{'pk':{'S':''},'sk':{'S':'b'},'g':{'N':'1'}}"}}},
       {kEmptyKey + "pk",
        {{"Item", "{'pk':{'S':'" + repeated("x", 2049) + "'},'sk':{'S':'b'},'g':{'N':'1'}}"}}},
       {kInvalid + "Size of hashkey has exceeded the maximum size limit of2048 bytes",
        {{"Item", "{'pk':{'S':'a'},'sk':{'S':'b'},'g':{'N':'1'}}"}}},
       {kInvalid + "Type mismatch for Index Key g Expected: S Actual: N IndexName: global",
        {{"Item", "{'pk':{'S':'a'},'sk':{'S':'b'},'g':{'S':''}}"}}},
       {kValidation +
            "One or more parameter values are not valid. A value specified for a secondary index key is "
            "not supported. The AttributeValue for a key attribute cannot contain an empty string value. "
            "IndexName: global, IndexKey: g",
        {{"Item", good_key}}},
       {kConditionFailed, {{"ConditionExpression", "'n < :v'"}}},
       {"{}", {}}});
}

TEST_F(ValidationOrder, OfDeleteItem) {
  expect_in_order(
      "DeleteItem",
      Request({{"TableName", "'a!'"},
               {"Key", "[]"},
               {"ReturnValues", "'WHAT'"},
               {"ReturnConsumedCapacity", "'SOME'"},
               {"ConditionExpression", "'n ='"},
               {"Expected", "{'n':{'Exists':true}}"},
               {"ExpressionAttributeNames", "{'n':'n'}"},
               {"ExpressionAttributeValues", "{}"}}),
      {{"SerializationException: Unrecognized collection type java.util.Map<java.lang.String, "
        "com.amazonaws.dynamodb.v20120810.AttributeValue>",
        {{"Key", ""}}},
       {"ValidationException: 4 validation errors detected: Value 'a!' at 'tableName' failed to satisfy "
        "constraint: "
        "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+; Value null at 'key' failed to "
        "satisfy "
        "constraint: Member must not be null; " +
            enumeration("SOME", "returnConsumedCapacity", kCapacitySet) + "; " +
            enumeration("WHAT", "returnValues", "ALL_NEW, UPDATED_OLD, ALL_OLD, NONE, UPDATED_NEW"),
        {{"TableName", "'nowhere'"},
         {"Key", "{'pk':{'N':'x'}}"},
         {"ReturnConsumedCapacity", ""},
         {"ReturnValues", ""}}},
       {kValidation + both("Expected", "ConditionExpression"), {{"Expected", ""}}},
       {kValidation + kNumber, {{"Key", "{'pk':{'S':'a'}}"}}},
       {kValidation + "ExpressionAttributeValues must not be empty",
        {{"ExpressionAttributeValues", "{'v':{'N':'x'}}"}}},
       {kValidation + kNamesKey, {{"ExpressionAttributeNames", "{'#n':'n'}"}}},
       {kValidation + kValuesKey, {{"ExpressionAttributeValues", "{':v':{'N':'x'}}"}}},
       {kValidation + "ExpressionAttributeValues contains invalid value: " + kNumber + " for key :v",
        {{"ExpressionAttributeValues", "{':v':{'N':'5'}}"}}},
       {kValidation + "Invalid ConditionExpression: Syntax error; token: \"<EOF>\", near: \"=\"",
        {{"ConditionExpression", "'n = :w'"}}},
       {kValidation +
            "Invalid ConditionExpression: An expression attribute value used in expression is not defined; "
            "attribute value: :w",
        {{"ConditionExpression", "'attribute_exists(nothing)'"}}},
       {kWrapped + unused("Names", "#n"), {{"ExpressionAttributeNames", ""}}},
       {kWrapped + unused("Values", ":v"), {{"ExpressionAttributeValues", ""}}},
       {kMissing, {{"TableName", "'things'"}}},
       {kSchema, {{"Key", good_key}}},
       {kConditionFailed, {{"ConditionExpression", ""}}},
       {"{}", {}}});
}

TEST_F(ValidationOrder, OfGetItem) {
  expect_in_order(
      "GetItem",
      Request({{"TableName", "'a!'"},
               {"Key", "{'pk':{'N':'x'}}"},
               {"ConsistentRead", "5"},
               {"ReturnConsumedCapacity", "'SOME'"},
               {"ProjectionExpression", "'n,'"},
               {"AttributesToGet", "[]"},
               {"ExpressionAttributeNames", "{}"}}),
      {{"SerializationException: NUMBER_VALUE cannot be converted to Boolean", {{"ConsistentRead", ""}}},
       {"ValidationException: 3 validation errors detected: Value 'a!' at 'tableName' failed to satisfy "
        "constraint: "
        "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+; " +
            enumeration("SOME", "returnConsumedCapacity", kCapacitySet) +
            "; Value '[]' at 'attributesToGet' failed to satisfy constraint: Member must have length greater "
            "than or "
            "equal to 1",
        {{"TableName", "'nowhere'"}, {"ReturnConsumedCapacity", ""}, {"AttributesToGet", "['n']"}}},
       {kValidation + both("AttributesToGet", "ProjectionExpression"), {{"AttributesToGet", ""}}},
       {kValidation + kNumber, {{"Key", "{'pk':{'S':'a'}}"}}},
       {kValidation + "ExpressionAttributeNames must not be empty",
        {{"ExpressionAttributeNames", "{'#n':'n'}"}}},
       {kValidation + "Invalid ProjectionExpression: Syntax error; token: \"<EOF>\", near: \",\"",
        {{"ProjectionExpression", "'n, n'"}}},
       {kValidation + "Invalid ProjectionExpression: Two document paths overlap with each other; must remove "
                      "or rewrite "
                      "one of these paths; path one: [n], path two: [n]",
        {{"ProjectionExpression", "'pk.x'"}}},
       {kValidation + unused("Names", "#n"), {{"ExpressionAttributeNames", ""}}},
       {kMissing, {{"TableName", "'things'"}}},
       {kSchema, {{"Key", "{'pk':{'S':'a'},'sk':{'S':''}}"}}},
       {kEmptyKey + "sk", {{"Key", good_key}}},
       {kValidation + "Key attributes must be scalars; list random access '[]' and map lookup '.' are not "
                      "allowed: Key: pk",
        {{"ProjectionExpression", "'n'"}}},
       {"{'Item':{'n':{'N':'1'}}}", {}}});
}

TEST_F(ValidationOrder, OfQuery) {
  const std::string values = "{':p':{'S':'a'},':x':{'N':'x'}}";
  expect_in_order(
      "Query",
      Request({{"TableName", "'a!'"},
               {"IndexName", "'nothing'"},
               {"Limit", "'5'"},
               {"Select", "'WHAT'"},
               {"KeyConditionExpression", "'pk ='"},
               {"FilterExpression", "'n ='"},
               {"ProjectionExpression", "'n,'"},
               {"QueryFilter", "{'n':{'ComparisonOperator':'EQ','AttributeValueList':[{'S':'a'}]}}"},
               {"ExclusiveStartKey", "{'pk':{'N':'x'}}"},
               {"ConsistentRead", "true"},
               {"ExpressionAttributeNames", "{'#n':'n'}"},
               {"ExpressionAttributeValues", values}}),
      {{"SerializationException: STRING_VALUE cannot be converted to Integer", {{"Limit", "5"}}},
       {"ValidationException: 2 validation errors detected: Value 'a!' at 'tableName' failed to satisfy "
        "constraint: "
        "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+; " +
            enumeration("WHAT", "select",
                        "SPECIFIC_ATTRIBUTES, COUNT, ALL_ATTRIBUTES, ALL_PROJECTED_ATTRIBUTES"),
        {{"TableName", "'nowhere'"}, {"Select", "'COUNT'"}}},
       {kValidation + both("QueryFilter", "ProjectionExpression, FilterExpression, KeyConditionExpression"),
        {{"QueryFilter", ""}}},
       {kValidation + "ExpressionAttributeValues contains invalid value: " + kNumber + " for key :x",
        {{"ExpressionAttributeValues", "{':p':{'S':'a'},':unused':{'S':'a'}}"}}},
       {kValidation + kNumber, {{"ExclusiveStartKey", "{'pk':{'S':'a'}}"}}},
       {kValidation + "Invalid KeyConditionExpression: Syntax error; token: \"<EOF>\", near: \"=\"",
        {{"KeyConditionExpression", "'pk = :p OR sk = :p'"}}},
       {kValidation + "Invalid FilterExpression: Syntax error; token: \"<EOF>\", near: \"=\"",
        {{"FilterExpression", "'sk = :p'"}}},
       {kValidation + "Invalid ProjectionExpression: Syntax error; token: \"<EOF>\", near: \",\"",
        {{"ProjectionExpression", "'n'"}}},
       {kValidation + unused("Names", "#n"), {{"ExpressionAttributeNames", ""}}},
       {kValidation + unused("Values", ":unused"), {{"ExpressionAttributeValues", "{':p':{'S':'a'}}"}}},
       {kValidation + "Invalid KeyConditionExpression: Invalid operator used in KeyConditionExpression: OR",
        {{"KeyConditionExpression", "'sk = :p'"}}},
       {kWrapped + "Cannot specify the ProjectionExpression when choosing to get only the Count",
        {{"ProjectionExpression", ""}}},
       {kMissing, {{"TableName", "'things'"}}},
       {kValidation + "The table does not have the specified index: nothing", {{"IndexName", "'global'"}}},
       {kValidation + "Consistent reads are not supported on global secondary indexes", {{"IndexName", ""}}},
       {kValidation + "Query condition missed key schema element: pk",
        {{"KeyConditionExpression", "'pk = :p AND sk > :p'"}}},
       {kValidation + "The provided starting key is invalid", {{"ExclusiveStartKey", ""}}},
       {kValidation +
            "Filter Expression can only contain non-primary key attributes: Primary key attribute: sk",
        {{"FilterExpression", "'n <> :p'"}}},
       {"{'Count':1,'ScannedCount':1}", {}}});
}

TEST_F(ValidationOrder, OfScan) {
  expect_in_order(
      "Scan",
      Request({{"TableName", "'a!'"},
               {"IndexName", "'nothing'"},
               {"Limit", "1.5"},
               {"Segment", "-1"},
               {"Select", "'SPECIFIC_ATTRIBUTES'"},
               {"FilterExpression", "'n ='"},
               {"ScanFilter", "{'n':{'ComparisonOperator':'EQ'}}"},
               {"ExclusiveStartKey", "{'pk':{'N':'x'}}"},
               {"ConsistentRead", "{}"},
               {"ExpressionAttributeValues", "{':unused':{'S':'a'}}"}}),
      {{"SerializationException: Start of structure or map found where not expected",
        {{"ConsistentRead", "true"}}},
       {"ValidationException: 2 validation errors detected: Value 'a!' at 'tableName' failed to satisfy "
        "constraint: "
        "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+; Value '-1' at 'segment' failed to "
        "satisfy "
        "constraint: Member must have value greater than or equal to 0",
        {{"TableName", "'nowhere'"}, {"Segment", "5"}}},
       {kValidation + both("ScanFilter", "FilterExpression"), {{"ScanFilter", ""}}},
       {kValidation + kNumber, {{"ExclusiveStartKey", "{'pk':{'S':'a'}}"}}},
       {kValidation +
            "The TotalSegments parameter is required but was not present in the request when Segment "
            "parameter is present",
        {{"TotalSegments", "3"}}},
       {kValidation + "The Segment parameter is zero-based and must be less than parameter TotalSegments: "
                      "Segment: 5 is "
                      "not less than TotalSegments: 3",
        {{"Segment", "0"}, {"TotalSegments", "1"}}},
       {kValidation + "Invalid FilterExpression: Syntax error; token: \"<EOF>\", near: \"=\"",
        {{"FilterExpression", "'attribute_exists(n)'"}}},
       {kValidation + unused("Values", ":unused"), {{"ExpressionAttributeValues", ""}}},
       {kValidation + "Must specify the AttributesToGet or ProjectionExpression when choosing to get "
                      "SPECIFIC_ATTRIBUTES",
        {{"Select", "'COUNT'"}}},
       {kMissing, {{"TableName", "'things'"}}},
       {kValidation + "The table does not have the specified index: nothing", {{"IndexName", "'global'"}}},
       {kValidation + "Consistent reads are not supported on global secondary indexes", {{"IndexName", ""}}},
       {kValidation +
            "The provided starting key is invalid: The provided key element does not match the schema",
        {{"ExclusiveStartKey", ""}}},
       {"{'Count':1,'ScannedCount':1}", {}}});
}

TEST_F(ValidationOrder, OfBatchGetItem) {
  const auto of = [](const std::string& things, const std::string& nowhere) {
    return "{'things':" + things + ",'nowhere':" + nowhere + "}";
  };
  const std::string good = "{'Keys':[" + good_key + "]}";
  const std::string mixed =
      "{'Keys':[{'pk':{'N':'x'}}],'AttributesToGet':['n','n'],'ProjectionExpression':'n,'}";
  expect_in_order(
      "BatchGetItem", Request({{"RequestItems", "{'a!':5}"}, {"ReturnConsumedCapacity", "'SOME'"}}),
      {{"SerializationException: Unexpected value type in payload", {{"RequestItems", "{'a!':{'Keys':[]}}"}}},
       {"ValidationException: 3 validation errors detected: " +
            enumeration("SOME", "returnConsumedCapacity", kCapacitySet) +
            "; Value '{a!=KeysAndAttributes(keys=[])}' at 'requestItems' failed to satisfy constraint: Map "
            "keys must "
            "satisfy constraint: [Member must have length less than or equal to 255, Member must have length "
            "greater "
            "than or equal to 3, Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+]; Value at "
            "'requestItems.a!.member.keys' failed to satisfy constraint: Member must have length greater "
            "than or equal "
            "to 1",
        {{"ReturnConsumedCapacity", ""}, {"RequestItems", of(mixed, good)}}},
       {kValidation + both("AttributesToGet", "ProjectionExpression"),
        {{"RequestItems", of("{'Keys':[{'pk':{'N':'x'}}],'ProjectionExpression':'n,'}", good)}}},
       {kValidation + "Invalid ProjectionExpression: Syntax error; token: \"<EOF>\", near: \",\"",
        {{"RequestItems",
          of("{'Keys':[{'pk':{'N':'x'}}],'ProjectionExpression':'n','ExpressionAttributeNames':{'#n':'n'}}",
             good)}}},
       {kValidation + unused("Names", "#n"),
        {{"RequestItems", of("{'Keys':[{'pk':{'N':'x'}}],'AttributesToGet':['n','n']}", good)}}},
       {kInvalid + "Duplicate value in attribute name: n",
        {{"RequestItems", of("{'Keys':[{'pk':{'N':'x'}}]}", good)}}},
       {kValidation + kNumber, {{"RequestItems", of("{'Keys':[{'pk':{'S':'a'}},{'pk':{'S':'a'}}]}", good)}}},
       {kValidation + "Provided list of item keys contains duplicates",
        {{"RequestItems", of("{'Keys':[{'pk':{'S':'a'}}]}", good)}}},
       {kMissing, {{"RequestItems", "{'things':{'Keys':[{'pk':{'S':'a'}}]}}"}}},
       {kSchema, {{"RequestItems", "{'things':" + good + "}"}}},
       {"{'Responses':{'things':[{'pk':{'S':'a'},'sk':{'S':'b'},'n':{'N':'1'}}]},'UnprocessedKeys':{}}",
        {}}});
  std::string many;
  for (int i = 0; i < 60; ++i) many += (i == 0 ? "" : ",") + ("{'pk':{'S':'" + std::to_string(i)) + "'}}";
  expect_answers(
      database,
      {{"BatchGetItem", "{'RequestItems':" + of("{'Keys':[" + many + "]}", "{'Keys':[" + many + "]}") + "}",
        kValidation + "Too many items requested for the BatchGetItem call"}});
}

TEST_F(ValidationOrder, OfBatchWriteItem) {
  const auto of = [](const std::string& requests, const std::string& more = "") {
    return "{'things':[" + requests + "]" + more + "}";
  };
  const auto put = [](const std::string& item) { return "{'PutRequest':{'Item':" + item + "}}"; };
  const auto erase = [](const std::string& key) { return "{'DeleteRequest':{'Key':" + key + "}}"; };
  const std::string nowhere = ",'nowhere':[" + put("{'pk':{'S':'a'}}") + "]";
  const std::string one_of = kValidation +
                             "Supplied AttributeValue has more than one datatypes set, must contain exactly "
                             "one of the supported datatypes";
  const std::string large = "{'pk':{'S':'a'},'sk':{'S':'c'},'v':{'S':'" + repeated("x", 409'600) + "'}}";
  const std::string twice =
      put("{'pk':{'S':'a'},'sk':{'S':'d'}}") + "," + erase("{'pk':{'S':'a'},'sk':{'S':'d'}}");
  expect_in_order(
      "BatchWriteItem",
      Request({{"RequestItems", "{'things':5}"}, {"ReturnItemCollectionMetrics", "'SOME'"}}),
      {{"SerializationException: class sun.reflect.generics.reflectiveObjects.ParameterizedTypeImpl cannot "
        "be cast to …",
        {{"RequestItems", of("{'PutRequest':{}}")}}},
       {"ValidationException: 2 validation errors detected: " +
            enumeration("SOME", "returnItemCollectionMetrics", "SIZE, NONE") +
            "; Value null at 'requestItems.things.member.1.member.putRequest.item' failed to satisfy "
            "constraint: Member "
            "must not be null",
        {{"ReturnItemCollectionMetrics", ""}, {"RequestItems", of("{}", nowhere)}}},
       {one_of, {{"RequestItems", of("{'PutRequest':{'Item':{}},'DeleteRequest':{'Key':{}}}", nowhere)}}},
       {one_of, {{"RequestItems", of(put("{'pk':{'N':'x'}}"), nowhere)}}},
       {kValidation + kNumber, {{"RequestItems", of(put(large), nowhere)}}},
       {kValidation + "Item size has exceeded the maximum allowed size",
        {{"RequestItems", of(twice + "," + put("{'pk':{'S':'a'},'sk':{'N':'1'},'g':{'N':'1'}}"), nowhere)}}},
       {kMissing, {{"RequestItems", of(twice + "," + put("{'pk':{'S':'a'},'sk':{'N':'1'},'g':{'N':'1'}}"))}}},
       {kSchema, {{"RequestItems", of(twice + "," + put("{'pk':{'S':'a'},'g':{'N':'1'}}"))}}},
       {kInvalid + "Missing the key sk in the item",
        {{"RequestItems", of(twice + "," + erase("{'pk':{'S':'a'}}"))}}},
       {kSchema, {{"RequestItems", of(twice + "," + put("{'pk':{'S':'a'},'sk':{'S':''}}"))}}},
       {kEmptyKey + "sk",
        {{"RequestItems", of(twice + "," + put("{'pk':{'S':'a'},'sk':{'S':'x'},'g':{'N':'1'}}"))}}},
       {kInvalid + "Type mismatch for Index Key g Expected: S Actual: N IndexName: global",
        {{"RequestItems", of(twice)}}},
       {kValidation + "Provided list of item keys contains duplicates",
        {{"RequestItems", of(put("{'pk':{'S':'a'},'sk':{'S':'d'}}"))}}},
       {"{'UnprocessedItems':{}}", {}}});
}

}  // namespace
}  // namespace lodestone::testing
