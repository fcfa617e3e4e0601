#include "server/api/shape_check.h"

#include <random>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "server/api/output_shapes.h"

namespace lodestone {
namespace {

constexpr auto kSerialization = ShapeFault::Kind::kSerialization;
constexpr auto kValidation = ShapeFault::Kind::kValidation;
constexpr auto kAccessDenied = ShapeFault::Kind::kAccessDenied;

std::optional<ShapeFault> check(std::string_view operation, std::string body) {
  const OperationShape* shape = find_operation_shape(operation);
  if (shape == nullptr) throw std::invalid_argument("no such operation: " + std::string(operation));
  JsonDocument document;
  if (!document.parse(body)) throw std::invalid_argument("not JSON: " + body);
  return check_input(*shape, document.root());
}

std::string fault_of(std::string_view operation, std::string body, ShapeFault::Kind kind) {
  const auto fault = check(operation, std::move(body));
  if (!fault) return "(none)";
  if (fault->kind != kind) return "(another kind) " + fault->message;
  return fault->message;
}

std::string repeated(std::string_view text, int count, std::string_view separator = "") {
  std::string all;
  for (int i = 0; i < count; ++i) {
    if (i > 0) all += separator;
    all += text;
  }
  return all;
}

struct Case {
  std::string operation;
  std::string request;
  std::string message;
};

void expect_all(const std::vector<Case>& cases, ShapeFault::Kind kind) {
  for (const auto& [operation, request, message] : cases) {
    EXPECT_EQ(fault_of(operation, request, kind), message) << operation << ' ' << request.substr(0, 300);
  }
}

const std::string kOne = "1 validation error detected: ";
const std::string kTwo = "2 validation errors detected: ";
const std::string kNull = "Member must not be null";
const std::string kPattern = "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+";

/// "Value '<value>' at '<path>' failed to satisfy constraint: <constraint>"
std::string entry(const std::string& value, const std::string& path, const std::string& constraint) {
  return "Value '" + value + "' at '" + path + "' failed to satisfy constraint: " + constraint;
}
std::string null_entry(const std::string& path) {
  return "Value null at '" + path + "' failed to satisfy constraint: " + kNull;
}
std::string valueless(const std::string& path, const std::string& constraint) {
  return "Value at '" + path + "' failed to satisfy constraint: " + constraint;
}
std::string longest(int length) {
  return "Member must have length less than or equal to " + std::to_string(length);
}
std::string shortest(int length) {
  return "Member must have length greater than or equal to " + std::to_string(length);
}
std::string most(int value) {
  return "Member must have value less than or equal to " + std::to_string(value);
}
std::string least(int value) {
  return "Member must have value greater than or equal to " + std::to_string(value);
}

TEST(Shapes, HoldEveryOperationOfTheModel) {
  EXPECT_EQ(operation_shapes().size(), 61u);
  EXPECT_EQ(operation_replies().size(), 61u);
  for (std::size_t i = 0; i < operation_shapes().size(); ++i) {
    EXPECT_EQ(find_operation_shape(operation_shapes()[i].name), &operation_shapes()[i]);
    EXPECT_EQ(operation_shapes()[i].name, operation_replies()[i].name);
  }
  EXPECT_EQ(find_operation_shape("getItem"), nullptr);
  EXPECT_EQ(find_operation_shape(""), nullptr);
}

TEST(ShapeCheck, AcceptsWhatIsFine) {
  const std::vector<std::pair<std::string, std::string>> requests = {
      {"ListTables", "{}"},
      {"ListTables", "null"},
      {"DescribeLimits", R"({"Unknown":[{}]})"},
      {"DescribeEndpoints", "{}"},
      {"DescribeTable", R"({"TableName":"arn:aws:dynamodb:us-east-1:000000000000:table/Music"})"},
      {"GetItem", R"({"TableName":"a","Key":{"p":{"S":"x"}}})"},
      {"GetItem", R"({"TableName":"arn:aws:dynamodb:us-east-1:000000000000:table/Music","Key":{}})"},
      {"GetItem",
       R"({"TableName":"Music","Key":{"p":{"S":"x"}},"ConsistentRead":null,"AttributesToGet":null})"},
      {"PutItem",
       R"({"TableName":"Music","Item":{"p":{"S":"x","N":"1"},"q":{},"r":{"SS":[]},"s":{"N":"no"},"t":{"dog":1}}})"},
      {"PutItem",
       R"({"TableName":"Music","Item":{"m":{"M":{"l":{"L":[{"BS":["AAAA"]},{"NULL":true},null]}}}}})"},
      {"Query", R"({"TableName":"Music","Limit":1,"ScanIndexForward":false,"Select":"COUNT"})"},
      {"Scan", R"({"TableName":"Music","TotalSegments":1000000,"Segment":0})"},
      {"BatchGetItem", R"({"RequestItems":{"Music":{"Keys":[{"p":{"S":"x"}}]}}})"},
      {"BatchWriteItem",
       R"({"RequestItems":{"Music":[{"PutRequest":{"Item":{}}},{"DeleteRequest":{"Key":{}}}]}})"},
      {"CreateTable",
       R"({"TableName":"Music","AttributeDefinitions":[{"AttributeName":"p","AttributeType":"S"}],)"
       R"("KeySchema":[{"AttributeName":"p","KeyType":"HASH"}],"BillingMode":"PAY_PER_REQUEST"})"},
      {"TagResource", R"({"ResourceArn":"arn:aws:dynamodb:r:1:table/t","Tags":[{"Key":"k","Value":""}]})"},
  };
  for (const auto& [operation, request] : requests) {
    const auto fault = check(operation, request);
    EXPECT_FALSE(fault.has_value()) << operation << ' ' << request << ": " << (fault ? fault->message : "");
  }
}

TEST(ShapeCheck, TypesOfScalars) {
  expect_all(
      {
          {"DescribeTable", R"({"TableName":true})", "TRUE_VALUE cannot be converted to String"},
          {"DescribeTable", R"({"TableName":false})", "FALSE_VALUE cannot be converted to String"},
          {"DescribeTable", R"({"TableName":23})", "NUMBER_VALUE cannot be converted to String"},
          {"DescribeTable", R"({"TableName":23.5})", "DECIMAL_VALUE cannot be converted to String"},
          {"DescribeTable", R"({"TableName":99999999999999999999})",
           "NUMBER_VALUE cannot be converted to String"},
          {"DescribeTable", R"({"TableName":[]})", "Unrecognized collection type class java.lang.String"},
          {"DescribeTable", R"({"TableName":{}})", "Start of structure or map found where not expected"},
          {"ListTables", R"({"Limit":"1"})", "STRING_VALUE cannot be converted to Integer"},
          {"ListTables", R"({"Limit":true})", "TRUE_VALUE cannot be converted to Integer"},
          {"ListTables", R"({"Limit":[]})", "Unrecognized collection type class java.lang.Integer"},
          {"ListTables", R"({"Limit":{}})", "Start of structure or map found where not expected"},
          {"UpdateTable", R"({"ProvisionedThroughput":{"ReadCapacityUnits":"1"}})",
           "STRING_VALUE cannot be converted to Long"},
          {"UpdateTable", R"({"ProvisionedThroughput":{"WriteCapacityUnits":false}})",
           "FALSE_VALUE cannot be converted to Long"},
          {"UpdateTable", R"({"ProvisionedThroughput":{"WriteCapacityUnits":[]}})",
           "Unrecognized collection type class java.lang.Long"},
          {"GetItem", R"({"ConsistentRead":1})", "NUMBER_VALUE cannot be converted to Boolean"},
          {"GetItem", R"({"ConsistentRead":1.5})", "DECIMAL_VALUE cannot be converted to Boolean"},
          {"GetItem", R"({"ConsistentRead":"maybe"})", "Unexpected token received from parser"},
          {"GetItem", R"({"ConsistentRead":[]})", "Unrecognized collection type class java.lang.Boolean"},
          {"GetItem", R"({"ConsistentRead":{}})", "Start of structure or map found where not expected"},
      },
      kSerialization);
}

TEST(ShapeCheck, TypesOfStructuresListsAndMaps) {
  const std::string generic =
      "class sun.reflect.generics.reflectiveObjects.ParameterizedTypeImpl cannot be cast to class "
      "java.lang.Class "
      "(sun.reflect.generics.reflectiveObjects.ParameterizedTypeImpl and java.lang.Class are in module "
      "java.base of loader "
      "'bootstrap')";
  const std::string map_of = "Unrecognized collection type java.util.Map<java.lang.String, ";
  const std::string shape = "com.amazonaws.dynamodb.v20120810.";
  const std::string class_of = "Unrecognized collection type class " + shape;
  expect_all(
      {
          {"CreateTable", R"({"KeySchema":"HASH"})", "Unexpected field type"},
          {"CreateTable", R"({"KeySchema":{}})", "Start of structure or map found where not expected"},
          {"CreateTable", R"({"KeySchema":["HASH"]})", "Unexpected value type in payload"},
          {"CreateTable", R"({"KeySchema":[[]]})", class_of + "KeySchemaElement"},
          {"CreateTable", R"({"ProvisionedThroughput":1})", "Unexpected field type"},
          {"CreateTable", R"({"ProvisionedThroughput":[]})", class_of + "ProvisionedThroughput"},
          {"UpdateTable", R"({"GlobalSecondaryIndexUpdates":[{"Update":[]}]})",
           class_of + "UpdateGlobalSecondaryIndexAction"},
          {"GetItem", R"({"AttributesToGet":"a"})", "Unexpected field type"},
          {"GetItem", R"({"AttributesToGet":{}})", "Start of structure or map found where not expected"},
          {"GetItem", R"({"AttributesToGet":[1]})", "NUMBER_VALUE cannot be converted to String"},
          {"GetItem", R"({"Key":"a"})", "Unexpected field type"},
          {"GetItem", R"({"Key":[]})", map_of + shape + "AttributeValue>"},
          {"GetItem", R"({"Key":{"p":"a"}})", "Unexpected value type in payload"},
          {"GetItem", R"({"Key":{"p":[]}})", class_of + "AttributeValue"},
          {"GetItem", R"({"ExpressionAttributeNames":[]})", map_of + "java.lang.String>"},
          {"GetItem", R"({"ExpressionAttributeNames":{"#a":{}}})",
           "Start of structure or map found where not expected"},
          {"PutItem", R"({"Expected":[]})", map_of + shape + "ExpectedAttributeValue>"},
          {"PutItem", R"({"Expected":{"a":{"Value":true}}})", "Unexpected field type"},
          {"PutItem", R"({"Expected":{"a":{"Exists":"perhaps"}}})", "Unexpected token received from parser"},
          {"UpdateItem", R"({"AttributeUpdates":[]})", map_of + shape + "AttributeValueUpdate>"},
          {"Query", R"({"KeyConditions":[]})", map_of + shape + "Condition>"},
          {"Scan", R"({"ScanFilter":{"a":{"AttributeValueList":[true]}}})",
           "Unexpected value type in payload"},
          {"BatchGetItem", R"({"RequestItems":[]})", map_of + shape + "KeysAndAttributes>"},
          {"BatchGetItem", R"({"RequestItems":{"Music":[]}})", class_of + "KeysAndAttributes"},
          {"BatchGetItem", R"({"RequestItems":{"Music":{"Keys":["a"]}}})", generic},
          {"BatchGetItem", R"({"RequestItems":{"Music":{"Keys":[[]]}}})", map_of + shape + "AttributeValue>"},
          {"BatchWriteItem", R"({"RequestItems":[]})", map_of + "java.util.List<" + shape + "WriteRequest>>"},
          {"BatchWriteItem", R"({"RequestItems":{"Music":"a"}})", generic},
          {"BatchWriteItem", R"({"RequestItems":{"Music":{}}})",
           "Start of structure or map found where not expected"},
          {"BatchWriteItem", R"({"RequestItems":{"Music":[[]]}})", class_of + "WriteRequest"},
          {"TransactWriteItems", R"({"TransactItems":[{"Put":[]}]})", class_of + "Put"},
          {"GetItem", "[]", class_of + "GetItemInput"},
          {"GetItem", R"("")", "Unexpected value type in payload"},
      },
      kSerialization);
}

TEST(ShapeCheck, TypesOfAttributeValues) {
  const auto put = [](const std::string& value) {
    return R"({"TableName":"Music","Item":{"a":)" + value + "}}";
  };
  const std::string class_of = "Unrecognized collection type class ";
  expect_all(
      {
          {"PutItem", put(R"({"S":1})"), "NUMBER_VALUE cannot be converted to String"},
          {"PutItem", put(R"({"N":123})"), "NUMBER_VALUE cannot be converted to String"},
          {"PutItem", put(R"({"N":1.5})"), "DECIMAL_VALUE cannot be converted to String"},
          {"PutItem", put(R"({"S":[]})"), class_of + "java.lang.String"},
          {"PutItem", put(R"({"S":{}})"), "Start of structure or map found where not expected"},
          {"PutItem", put(R"({"B":true})"), "only base-64-encoded strings are convertible to bytes"},
          {"PutItem", put(R"({"B":1})"), "only base-64-encoded strings are convertible to bytes"},
          {"PutItem", put(R"({"B":[]})"), class_of + "java.nio.ByteBuffer"},
          {"PutItem", put(R"({"B":{}})"), "Start of structure or map found where not expected"},
          {"PutItem", put(R"({"B":"abc"})"),
           "Base64 encoded length is expected a multiple of 4 bytes but found: 3"},
          {"PutItem", put(R"({"B":"AB=="})"), "Invalid last non-pad Base64 character dectected"},
          {"PutItem", put(R"({"BS":["AAAA","A"]})"),
           "Base64 encoded length is expected a multiple of 4 bytes but found: 1"},
          {"PutItem", put(R"({"BOOL":1})"), "NUMBER_VALUE cannot be converted to Boolean"},
          {"PutItem", put(R"({"NULL":"x"})"), "Unexpected token received from parser"},
          {"PutItem", put(R"({"SS":"a"})"), "Unexpected field type"},
          {"PutItem", put(R"({"SS":{}})"), "Start of structure or map found where not expected"},
          {"PutItem", put(R"({"NS":[1]})"), "NUMBER_VALUE cannot be converted to String"},
          {"PutItem", put(R"({"L":["a"]})"), "Unexpected value type in payload"},
          {"PutItem", put(R"({"L":[{"M":{"x":true}}]})"), "Unexpected value type in payload"},
          {"PutItem", put(R"({"M":[]})"),
           "Unrecognized collection type java.util.Map<java.lang.String, "
           "com.amazonaws.dynamodb.v20120810.AttributeValue>"},
          // In the model's order of types, not the request's.
          {"PutItem", put(R"({"BOOL":1,"B":1,"N":true})"), "TRUE_VALUE cannot be converted to String"},
      },
      kSerialization);
}

TEST(ShapeCheck, TheFirstWrongTypeInTheModelsOrderAnswersBeforeAnyConstraint) {
  expect_all(
      {
          {"PutItem", R"({"ReturnValues":1,"Item":{"a":{"S":true}},"TableName":"!"})",
           "TRUE_VALUE cannot be converted to String"},
          {"PutItem", R"({"ConditionExpression":1.5,"ReturnValues":"bad"})",
           "DECIMAL_VALUE cannot be converted to String"},
      },
      kSerialization);
}

TEST(ShapeCheck, TableOfOperationsOnTablesIsReportedAlone) {
  const std::string required = "The parameter 'TableName' is required but was not present in the request";
  const std::string length = "TableName must be at least 3 characters long and at most 255 characters long";
  std::vector<Case> cases;
  for (const std::string operation : {"UpdateTable", "DeleteTable", "DescribeTable", "DescribeTimeToLive"}) {
    cases.push_back({operation, "{}", required});
    cases.push_back({operation, R"({"TableName":null})", required});
    cases.push_back({operation, R"({"TableName":""})", length});
    cases.push_back({operation, R"({"TableName":"a;"})", length});
    cases.push_back({operation, R"({"TableName":")" + std::string(256, 'a') + "\"}", length});
    cases.push_back({operation, R"({"TableName":"abc;"})", kOne + entry("abc;", "tableName", kPattern)});
  }
  cases.push_back({"UpdateTable", R"({"TableName":"abc;","BillingMode":"FREE"})",
                   kOne + entry("abc;", "tableName", kPattern)});
  cases.push_back({"CreateTable", "{}", required});
  cases.push_back({"CreateTable", R"({"TableName":"ab"})", kOne + entry("ab", "tableName", shortest(3))});
  cases.push_back({"CreateTable", R"({"TableName":";;"})",
                   kTwo + entry(";;", "tableName", kPattern) + "; " + entry(";;", "tableName", shortest(3))});
  cases.push_back({"CreateTable", R"({"TableName":")" + std::string(256, 'a') + "\"}",
                   kOne + entry(std::string(256, 'a'), "tableName", longest(255))});
  expect_all(cases, kValidation);
}

TEST(ShapeCheck, TableOfOperationsOnItems) {
  const std::string key = R"(,"Key":{}})";
  const std::string long_arn = "arn:aws:dynamodb:us-east-1:000000000000:table/" + std::string(1000, 'x');
  expect_all(
      {
          {"GetItem", R"({"Key":{}})", kOne + null_entry("tableName")},
          {"GetItem", R"({"TableName":"")" + key, kOne + entry("", "tableName", shortest(1))},
          {"GetItem", R"({"TableName":"a;")" + key, kOne + entry("a;", "tableName", kPattern)},
          {"GetItem", R"({"TableName":")" + std::string(256, 'a') + '"' + key,
           kOne + entry(std::string(256, 'a'), "tableName", longest(255))},
          {"GetItem", R"({"TableName":")" + long_arn + '"' + key,
           kOne + entry(long_arn, "tableName", longest(1024))},
          {"PutItem", R"({"TableName":"a;","ReturnValues":"x"})", kOne + entry("a;", "tableName", kPattern)},
          {"UpdateItem", R"({"ReturnValues":"x"})", kOne + null_entry("tableName")},
          {"UpdateTimeToLive",
           R"({"TableName":"ab","TimeToLiveSpecification":{"Enabled":true,"AttributeName":"ttl"}})",
           kOne + entry("ab", "tableName", shortest(3))},
      },
      kValidation);
}

TEST(ShapeCheck, GatheredInTheOrderOfGetItemPutItemAndUpdateItem) {
  const std::string capacities = "Member must satisfy enum value set: [INDEXES, TOTAL, NONE]";
  const std::string values =
      "Member must satisfy enum value set: [ALL_NEW, UPDATED_OLD, ALL_OLD, NONE, UPDATED_NEW]";
  const std::string metrics = "Member must satisfy enum value set: [SIZE, NONE]";
  const std::string operators =
      "Member must satisfy enum value set: [IN, NULL, BETWEEN, LT, NOT_CONTAINS, EQ, GT, NOT_NULL, NE, LE, "
      "BEGINS_WITH, GE, "
      "CONTAINS]";
  const std::string bad =
      R"("ReturnConsumedCapacity":"c","ReturnValues":"v","ReturnItemCollectionMetrics":"m","ConditionalOperator":"o",)"
      R"("Expected":{"a":{"ComparisonOperator":"x"}})";
  const auto rest = "; " +
                    entry("o", "conditionalOperator", "Member must satisfy enum value set: [OR, AND]") +
                    "; " + entry("x", "expected.a.member.comparisonOperator", operators);
  expect_all(
      {
          {"GetItem", R"({"AttributesToGet":[],"ReturnConsumedCapacity":"total","TableName":";"})",
           "4 validation errors detected: " + null_entry("key") + "; " + entry(";", "tableName", kPattern) +
               "; " + entry("total", "returnConsumedCapacity", capacities) + "; " +
               entry("[]", "attributesToGet", shortest(1))},
          {"PutItem", R"({"TableName":"abc",)" + bad + "}",
           "6 validation errors detected: " + entry("c", "returnConsumedCapacity", capacities) + "; " +
               null_entry("item") + rest + "; " + entry("v", "returnValues", values) + "; " +
               entry("m", "returnItemCollectionMetrics", metrics)},
          {"DeleteItem", R"({"TableName":"a;",)" + bad + "}",
           "7 validation errors detected: " + entry("a;", "tableName", kPattern) + "; " + null_entry("key") +
               "; " + entry("c", "returnConsumedCapacity", capacities) + "; " +
               entry("v", "returnValues", values) + "; " +
               entry("m", "returnItemCollectionMetrics", metrics) + rest},
          {"UpdateItem", R"({"TableName":"abc",)" + bad + "}", kOne + entry("v", "returnValues", values)},
          {"UpdateItem",
           R"({"TableName":"abc","ReturnConsumedCapacity":"c","ReturnItemCollectionMetrics":"m"})",
           kOne + entry("c", "returnConsumedCapacity", capacities)},
          {"UpdateItem",
           R"({"TableName":"abc","ConditionalOperator":"o","AttributeUpdates":{"a":{"Action":"x"}}})",
           "3 validation errors detected: " + null_entry("key") + "; " +
               entry("o", "conditionalOperator", "Member must satisfy enum value set: [OR, AND]") + "; " +
               entry("x", "attributeUpdates.a.member.action",
                     "Member must satisfy enum value set: [ADD, PUT, DELETE]")},
          {"PutItem", R"({"TableName":"abc","Item":{},"ReturnValuesOnConditionCheckFailure":"none"})",
           kOne + entry("none", "returnValuesOnConditionCheckFailure",
                        "Member must satisfy enum value set: [ALL_OLD, NONE]")},
      },
      kValidation);
}

TEST(ShapeCheck, QueryAndScan) {
  const std::string table = R"({"TableName":"abc",)";
  const std::string selects =
      "Member must satisfy enum value set: [SPECIFIC_ATTRIBUTES, COUNT, ALL_ATTRIBUTES, "
      "ALL_PROJECTED_ATTRIBUTES]";
  expect_all(
      {
          {"Query", table + R"("Limit":0})", kOne + valueless("Limit", least(1))},
          {"Query", table + R"("Limit":0.9})", kOne + valueless("Limit", least(1))},
          {"Scan", table + R"("Limit":0})", kOne + entry("0", "limit", least(1))},
          {"Scan", table + R"("Limit":-5})", kOne + entry("-5", "limit", least(1))},
          {"Query", table + R"("Select":"count","IndexName":"i;"})",
           "3 validation errors detected: " + entry("count", "select", selects) + "; " +
               entry("i;", "indexName", kPattern) + "; " + entry("i;", "indexName", shortest(3))},
          {"Query", table + R"("QueryFilter":{"a":{}},"KeyConditions":{"k":{"ComparisonOperator":null}}})",
           kTwo + null_entry("queryFilter.a.member.comparisonOperator") + "; " +
               null_entry("keyConditions.k.member.comparisonOperator")},
          {"Scan", table + R"("ScanFilter":{"a":{}}})",
           kOne + null_entry("scanFilter.a.member.comparisonOperator")},
          {"Scan", table + R"("TotalSegments":0})",
           kOne + valueless("totalSegments", "Member must have value between 1 and 1000000")},
          {"Scan", table + R"("TotalSegments":1000001,"Segment":-1})",
           kTwo + valueless("totalSegments", "Member must have value between 1 and 1000000") + "; " +
               entry("-1", "segment", least(0))},
      },
      kValidation);
}

TEST(ShapeCheck, CreateTableAndUpdateTable) {
  const std::string definitions = R"("AttributeDefinitions":[{"AttributeName":"p","AttributeType":"S"}])";
  const std::string keys = R"("KeySchema":[{"AttributeName":"p","KeyType":"HASH"}])";
  const std::string table = R"({"TableName":"abc",)";
  const std::string key_types = "Member must satisfy enum value set: [HASH, RANGE]";
  const std::string dump = "KeySchemaElement(attributeName=p, keyType=HASH)";
  expect_all(
      {
          {"CreateTable", table + R"("BillingMode":"FREE","ProvisionedThroughput":{"ReadCapacityUnits":0}})",
           "5 validation errors detected: " +
               entry("FREE", "billingMode",
                     "Member must satisfy enum value set: [PROVISIONED, PAY_PER_REQUEST]") +
               "; " + null_entry("provisionedThroughput.writeCapacityUnits") + "; " +
               entry("0", "provisionedThroughput.readCapacityUnits", least(1)) + "; " +
               null_entry("keySchema") + "; " + null_entry("attributeDefinitions")},
          {"CreateTable", table + definitions + R"(,"KeySchema":[]})",
           kOne + entry("[]", "keySchema", shortest(1))},
          {"CreateTable",
           table + definitions + R"(,"KeySchema":[)" +
               repeated(R"({"AttributeName":"p","KeyType":"HASH"})", 3, ",") + "]}",
           kOne + entry("[" + repeated(dump, 3, ", ") + "]", "keySchema", longest(2))},
          {"CreateTable", table + keys + R"(,"AttributeDefinitions":[{"AttributeType":"X"}]})",
           kTwo + null_entry("attributeDefinitions.1.member.attributeName") + "; " +
               entry("X", "attributeDefinitions.1.member.attributeType",
                     "Member must satisfy enum value set: [B, N, S]")},
          {"CreateTable", table + definitions + R"(,"KeySchema":[{"AttributeName":"","KeyType":"hash"}]})",
           kTwo + entry("", "keySchema.1.member.attributeName", shortest(1)) + "; " +
               entry("hash", "keySchema.1.member.keyType", key_types)},
          {"CreateTable", table + definitions + "," + keys + R"(,"LocalSecondaryIndexes":[{}]})",
           "3 validation errors detected: " + null_entry("localSecondaryIndexes.1.member.indexName") + "; " +
               null_entry("localSecondaryIndexes.1.member.keySchema") + "; " +
               null_entry("localSecondaryIndexes.1.member.projection")},
          {"CreateTable",
           table + definitions + "," + keys + R"(,"GlobalSecondaryIndexes":[{"IndexName":"i;"}]})",
           "4 validation errors detected: " + null_entry("globalSecondaryIndexes.1.member.keySchema") + "; " +
               null_entry("globalSecondaryIndexes.1.member.projection") + "; " +
               entry("i;", "globalSecondaryIndexes.1.member.indexName", kPattern) + "; " +
               entry("i;", "globalSecondaryIndexes.1.member.indexName", shortest(3))},
          {"CreateTable",
           table + definitions + "," + keys + R"(,"LocalSecondaryIndexes":[{"IndexName":"abc",)" + keys +
               R"(,"Projection":{"ProjectionType":"all","NonKeyAttributes":[]}}]})",
           kTwo +
               entry("all", "localSecondaryIndexes.1.member.projection.projectionType",
                     "Member must satisfy enum value set: [ALL, INCLUDE, KEYS_ONLY]") +
               "; " + entry("[]", "localSecondaryIndexes.1.member.projection.nonKeyAttributes", shortest(1))},
          {"CreateTable",
           table + definitions + "," + keys + R"(,"LocalSecondaryIndexes":[{"IndexName":"abc",)" + keys +
               R"(,"Projection":{"NonKeyAttributes":["a",""]}}]})",
           kOne + entry("[a, ]", "localSecondaryIndexes.1.member.projection.nonKeyAttributes",
                        "Member must satisfy constraint: [" + longest(255) + ", " + shortest(1) + "]")},
          {"UpdateTable",
           table +
               R"("BillingMode":"x","ProvisionedThroughput":{"WriteCapacityUnits":-1,"ReadCapacityUnits":1},)"
               R"("GlobalSecondaryIndexUpdates":[{"Delete":{}},{"Update":{"ProvisionedThroughput":{}}}]})",
           "6 validation errors detected: " +
               entry("-1", "provisionedThroughput.writeCapacityUnits", least(1)) + "; " +
               entry("x", "billingMode",
                     "Member must satisfy enum value set: [PROVISIONED, PAY_PER_REQUEST]") +
               "; " + null_entry("globalSecondaryIndexUpdates.1.member.delete.indexName") + "; " +
               null_entry("globalSecondaryIndexUpdates.2.member.update.indexName") + "; " +
               null_entry(
                   "globalSecondaryIndexUpdates.2.member.update.provisionedThroughput.writeCapacityUnits") +
               "; " +
               null_entry(
                   "globalSecondaryIndexUpdates.2.member.update.provisionedThroughput.readCapacityUnits")},
          {"CreateTable",
           table + definitions + "," + keys + R"(,"StreamSpecification":{"StreamViewType":"x"}})",
           kTwo + null_entry("streamSpecification.streamEnabled") + "; " +
               entry("x", "streamSpecification.streamViewType",
                     "Member must satisfy enum value set: [NEW_IMAGE, OLD_IMAGE, NEW_AND_OLD_IMAGES, "
                     "KEYS_ONLY]")},
          {"ListTables", R"({"Limit":101,"ExclusiveStartTableName":"a;"})",
           "3 validation errors detected: " + entry("101", "limit", most(100)) + "; " +
               entry("a;", "exclusiveStartTableName", kPattern) + "; " +
               entry("a;", "exclusiveStartTableName", shortest(3))},
          {"ListTables", R"({"Limit":0})", kOne + entry("0", "limit", least(1))},
          {"UpdateTimeToLive", R"({"TableName":"abc"})", kOne + null_entry("timeToLiveSpecification")},
          {"UpdateTimeToLive", R"({"TableName":"abc","TimeToLiveSpecification":{"AttributeName":""}})",
           kTwo + null_entry("timeToLiveSpecification.enabled") + "; " +
               entry("", "timeToLiveSpecification.attributeName", shortest(1))},
      },
      kValidation);
}

TEST(ShapeCheck, AGlobalIndexTakesUpToFourAttributesOfEachKind) {
  const auto create = [](int attributes) {
    return R"({"TableName":"abc","AttributeDefinitions":[],"KeySchema":[{"AttributeName":"p","KeyType":"HASH"}],)"
           R"("GlobalSecondaryIndexes":[{"IndexName":"abc","Projection":{},"KeySchema":[)" +
           repeated(R"({"AttributeName":"p","KeyType":"HASH"})", attributes, ",") + "]}]}";
  };
  EXPECT_FALSE(check("CreateTable", create(8)).has_value());
  EXPECT_EQ(fault_of("CreateTable", create(9), kValidation),
            kOne + entry("[" + repeated("KeySchemaElement(attributeName=p, keyType=HASH)", 9, ", ") + "]",
                         "globalSecondaryIndexes.1.member.keySchema", longest(8)));
}

TEST(ShapeCheck, Batches) {
  const std::string name_rules = "[" + longest(255) + ", " + shortest(3) + ", " + kPattern + "]";
  const std::string put = R"({"PutRequest":{"Item":{"a":{"S":"x"}}}})";
  const std::string dump = "WriteRequest(putRequest=PutRequest(item={a=AttributeValue(s=x)}))";
  expect_all(
      {
          {"BatchGetItem", "{}", kOne + null_entry("requestItems")},
          {"BatchGetItem", R"({"RequestItems":{}})",
           "The requestItems parameter is required for BatchGetItem"},
          {"BatchGetItem", R"({"RequestItems":{},"ReturnConsumedCapacity":"x"})",
           kOne + entry("x", "returnConsumedCapacity",
                        "Member must satisfy enum value set: [INDEXES, TOTAL, NONE]")},
          {"BatchGetItem", R"({"RequestItems":{"Music":{}}})",
           kOne + null_entry("requestItems.Music.member.keys")},
          {"BatchGetItem", R"({"RequestItems":{"Music":{"Keys":[]}}})",
           kOne + valueless("requestItems.Music.member.keys", shortest(1))},
          {"BatchGetItem", R"({"RequestItems":{"Music":{"Keys":[)" + repeated("{}", 101, ",") + "]}}}",
           kOne + valueless("RequestItems.Music.member.Keys", longest(100))},
          {"BatchGetItem", R"({"RequestItems":{"Music":{"Keys":[{}],"AttributesToGet":[]}}})",
           kOne + entry("[]", "requestItems.Music.member.attributesToGet", shortest(1))},
          {"BatchGetItem", R"({"RequestItems":{"M;":{"Keys":[{"a":{"S":"x"}}]}}})",
           kOne + entry("{M;=KeysAndAttributes(keys=[{a=AttributeValue(s=x)}])}", "requestItems",
                        "Map keys must satisfy constraint: " + name_rules)},
          {"BatchWriteItem", "{}", kOne + null_entry("requestItems")},
          {"BatchWriteItem", R"({"RequestItems":{}})",
           "The requestItems parameter is required for BatchWriteItem"},
          {"BatchWriteItem", R"({"RequestItems":{"Music":[]}})",
           kOne + valueless("requestItems.Music.member", shortest(1))},
          {"BatchWriteItem", R"({"RequestItems":{"Music":[)" + repeated(put, 26, ",") + "]}}",
           kOne + entry("{Music=[" + repeated(dump, 26, ", ") + "]}", "requestItems",
                        "Map value must satisfy constraint: [" + longest(25) + ", " + shortest(1) + "]")},
          {"BatchWriteItem", R"({"RequestItems":{"Music":[{"PutRequest":{},"DeleteRequest":{}}]}})",
           kTwo + null_entry("requestItems.Music.member.1.member.deleteRequest.key") + "; " +
               null_entry("requestItems.Music.member.1.member.putRequest.item")},
          {"BatchWriteItem", R"({"RequestItems":{"Mu":[{}]},"ReturnItemCollectionMetrics":"x"})",
           kTwo +
               entry("x", "returnItemCollectionMetrics", "Member must satisfy enum value set: [SIZE, NONE]") +
               "; " +
               entry("{Mu=[WriteRequest()]}", "requestItems",
                     "Map keys must satisfy constraint: " + name_rules)},
      },
      kValidation);
}

TEST(ShapeCheck, TransactionsAndPartiQl) {
  const std::string get = R"({"Get":{"TableName":"abc","Key":{}}})";
  const std::string dump = "TransactGetItem(get=Get(key={}, tableName=abc))";
  expect_all(
      {
          {"TransactGetItems", "{}", kOne + null_entry("transactItems")},
          {"TransactGetItems", R"({"TransactItems":[]})", kOne + entry("[]", "transactItems", shortest(1))},
          {"TransactGetItems", R"({"TransactItems":[)" + repeated(get, 101, ",") + "]}",
           kOne + entry("[" + repeated(dump, 101, ", ") + "]", "transactItems", longest(100))},
          {"TransactGetItems", R"({"TransactItems":[{}]})", kOne + null_entry("transactItems.1.member.get")},
          {"TransactGetItems", R"({"TransactItems":[{"Get":{}}]})",
           kTwo + null_entry("transactItems.1.member.get.tableName") + "; " +
               null_entry("transactItems.1.member.get.key")},
          {"TransactWriteItems", R"({"TransactItems":[]})", kOne + entry("[]", "transactItems", shortest(1))},
          {"TransactWriteItems",
           R"({"TransactItems":[{"Put":{}},{"ConditionCheck":{"TableName":"abc"}},{"Update":{"Key":{}}}]})",
           "6 validation errors detected: " + null_entry("transactItems.1.member.put.tableName") + "; " +
               null_entry("transactItems.1.member.put.item") + "; " +
               null_entry("transactItems.2.member.conditionCheck.key") + "; " +
               null_entry("transactItems.2.member.conditionCheck.conditionExpression") + "; " +
               null_entry("transactItems.3.member.update.tableName") + "; " +
               null_entry("transactItems.3.member.update.updateExpression")},
          {"TransactWriteItems", R"({"ClientRequestToken":"","TransactItems":[{}]})",
           kOne + entry("", "clientRequestToken", shortest(1))},
          {"ExecuteStatement", "{}", kOne + null_entry("statement")},
          {"ExecuteStatement", R"({"Statement":""})", kOne + entry("", "statement", shortest(1))},
          {"ExecuteStatement", R"({"Statement":"s","Parameters":[]})",
           kOne + entry("[]", "parameters", shortest(1))},
          {"ExecuteStatement", R"({"Statement":"s","Limit":0})", kOne + entry("0", "limit", least(1))},
          {"ExecuteStatement", R"({"Statement":")" + std::string(8193, 's') + R"("})",
           kOne + entry(std::string(8193, 's'), "statement", longest(8192))},
          {"BatchExecuteStatement", R"({"Statements":[]})", kOne + entry("[]", "statements", shortest(1))},
          {"BatchExecuteStatement", R"({"Statements":[{}]})",
           kOne + null_entry("statements.1.member.statement")},
          {"ExecuteTransaction", R"({"TransactStatements":[]})",
           kOne + valueless("transactStatements", shortest(1))},
          {"ExecuteTransaction",
           R"({"TransactStatements":[)" + repeated(R"({"Statement":"s"})", 101, ",") + "]}",
           kOne + valueless("transactStatements", longest(100))},
      },
      kValidation);
}

TEST(ShapeCheck, Tags) {
  const std::string arn = R"("ResourceArn":"arn:aws:dynamodb:us-east-1:000000000000:table/Music")";
  expect_all(
      {
          {"TagResource", "{}", "Invalid TableArn"},
          {"UntagResource", "{}", "Invalid TableArn"},
          {"ListTagsOfResource", "{}", "Invalid TableArn"},
          {"TagResource", "{" + arn + "}", kOne + null_entry("tags")},
          {"UntagResource", "{" + arn + "}", kOne + null_entry("tagKeys")},
          {"TagResource", "{" + arn + R"(,"Tags":[{"Key":""}]})",
           kTwo + entry("", "tags.1.member.key", shortest(1)) + "; " + null_entry("tags.1.member.value")},
          {"UntagResource", "{" + arn + R"(,"TagKeys":[""]})",
           kOne + entry("[]", "tagKeys",
                        "Member must satisfy constraint: [" + longest(128) + ", " + shortest(1) + "]")},
      },
      kValidation);
  expect_all(
      {
          {"TagResource", R"({"ResourceArn":"abc"})",
           " is not authorized to perform: dynamodb:TagResource on resource: abc"},
          {"ListTagsOfResource", R"({"ResourceArn":""})",
           " is not authorized to perform: dynamodb:ListTagsOfResource on resource: *"},
          {"UntagResource", R"({"ResourceArn":"a:b:c:d:e:/f"})",
           " is not authorized to perform: dynamodb:UntagResource on resource: a:b:c:d:e:/f"},
      },
      kAccessDenied);
}

TEST(ShapeCheck, Streams) {
  const std::string arn(37, 'a');
  expect_all(
      {
          {"DescribeStream", "{}", kOne + null_entry("streamArn")},
          {"DescribeStream", R"({"StreamArn":"abc","Limit":101,"ExclusiveStartShardId":"s"})",
           "3 validation errors detected: " + entry("abc", "streamArn", shortest(37)) + "; " +
               entry("101", "limit", most(100)) + "; " + entry("s", "exclusiveStartShardId", shortest(28))},
          {"GetRecords", R"({"ShardIterator":"i","Limit":1001})", kOne + entry("1001", "limit", most(1000))},
          {"GetRecords", R"({"ShardIterator":""})", kOne + entry("", "shardIterator", shortest(1))},
          {"GetShardIterator", R"({"StreamArn":")" + arn + R"("})",
           kTwo + null_entry("shardId") + "; " + null_entry("shardIteratorType")},
          {"GetShardIterator",
           R"({"StreamArn":")" + arn + R"(","ShardId":")" + std::string(28, 's') +
               R"(","ShardIteratorType":"FIRST","SequenceNumber":"1"})",
           kTwo +
               entry("FIRST", "shardIteratorType",
                     "Member must satisfy enum value set: [TRIM_HORIZON, LATEST, AT_SEQUENCE_NUMBER, "
                     "AFTER_SEQUENCE_NUMBER]") +
               "; " + entry("1", "sequenceNumber", shortest(21))},
          {"ListStreams", R"({"Limit":0})", kOne + entry("0", "limit", least(1))},
      },
      kValidation);
}

TEST(ShapeCheck, AtMostTenFindingsAreListed) {
  std::string request =
      R"({"TableName":"abc","KeySchema":[{"AttributeName":"p","KeyType":"HASH"}],"AttributeDefinitions":[)" +
      repeated("{}", 20, ",") + "]}";
  const std::string message = fault_of("CreateTable", request, kValidation);
  EXPECT_TRUE(message.starts_with("10 validation errors detected: ")) << message;
  EXPECT_TRUE(message.ends_with(null_entry("attributeDefinitions.5.member.attributeType"))) << message;
}

TEST(ShapeCheck, LengthsCountCharactersOfJavaAndAttributeNamesBytes) {
  const auto enable = [](const std::string& name) {
    return R"({"TableName":"abc","TimeToLiveSpecification":{"Enabled":true,"AttributeName":")" + name +
           R"("}})";
  };
  EXPECT_FALSE(check("UpdateTimeToLive", enable(repeated("\u00e9", 255))).has_value());
  EXPECT_TRUE(check("UpdateTimeToLive", enable(repeated("\u00e9", 256))).has_value());
  EXPECT_FALSE(check("UpdateTimeToLive", enable(repeated("\U0001F600", 127))).has_value());
  EXPECT_TRUE(check("UpdateTimeToLive", enable(repeated("\U0001F600", 128))).has_value());
  const auto put = [](const std::string& name) {
    return R"({"TableName":"abc","Item":{")" + name + R"(":{"S":"x"}}})";
  };
  EXPECT_FALSE(check("PutItem", put(std::string(65535, 'a'))).has_value());
  EXPECT_EQ(fault_of("PutItem", put(std::string(65536, 'a')), kValidation),
            kOne + entry("{" + std::string(65536, 'a') + "=AttributeValue(s=x)}", "item",
                         "Map keys must satisfy constraint: [" + longest(65535) + "]"));
  EXPECT_TRUE(check("PutItem", put(repeated("\u00e9", 32768))).has_value());
}

TEST(ShapeCheck, NullInAListOrMapOfAnythingElseIsReported) {
  expect_all(
      {
          {"CreateTable", R"({"TableName":"abc","AttributeDefinitions":[],"KeySchema":[null]})",
           kOne + null_entry("keySchema.1.member")},
          {"GetItem", R"({"TableName":"abc","Key":{},"ExpressionAttributeNames":{"#a":null}})",
           kOne + null_entry("expressionAttributeNames.#a.member")},
          {"PutItem", R"({"TableName":"abc","Item":{"a":{"SS":["x",null]}}})",
           kOne + null_entry("item.a.member.sS.2.member")},
      },
      kValidation);
}

TEST(ShapeCheck, BringsARequestIntoOneForm) {
  JsonDocument document;
  std::string body =
      R"({"TableName":"abc","TableName":"xyz","Limit":2.9,"ConsistentRead":"YES","IndexName":null,"ScanIndexForward":"0",)"
      R"("ExclusiveStartKey":{"a":{"BOOL":"no"},"b":null,"c":{"S":null},"d":{"S":null,"N":"1"},"e":{"L":[null]}}})";
  ASSERT_TRUE(document.parse(body));
  JsonValue& root = document.root();
  ASSERT_FALSE(check_input(*find_operation_shape("Query"), root).has_value());
  EXPECT_STREQ(root["TableName"].GetString(), "xyz");
  EXPECT_EQ(root["Limit"].GetInt64(), 2);
  EXPECT_TRUE(root["ConsistentRead"].IsTrue());
  EXPECT_TRUE(root["ScanIndexForward"].IsFalse());
  EXPECT_FALSE(root.HasMember("IndexName"));
  JsonValue& key = root["ExclusiveStartKey"];
  EXPECT_TRUE(key["a"]["BOOL"].IsFalse());
  EXPECT_TRUE(key["b"].IsObject());
  EXPECT_TRUE(key["b"].ObjectEmpty());
  EXPECT_TRUE(key["c"].ObjectEmpty());
  EXPECT_EQ(key["d"].MemberCount(), 1u);
  EXPECT_TRUE(key["e"]["L"][0].IsObject());
}

TEST(ShapeCheck, MembersGivenAMillionTimesCostAsMuchAsTheirBytes) {
  JsonDocument document;
  std::string body = R"({"TableName":"abc","Key":{},)" +
                     repeated(R"("Limit":null,"TableName":"xyz",)", 200000) + R"("x":1})";
  ASSERT_TRUE(document.parse(body));
  ASSERT_FALSE(check_input(*find_operation_shape("GetItem"), document.root()).has_value());
  EXPECT_EQ(document.root().MemberCount(), 3u);
  EXPECT_STREQ(document.root()["TableName"].GetString(), "xyz");
}

/// Random trees made of the words that requests are made of.
class RandomJson {
 public:
  explicit RandomJson(unsigned seed) : random_(seed) {
    for (const auto& operation : operation_shapes()) {
      for (const Member& member : operation.input->members) names_.emplace_back(member.name);
    }
    for (const char* name : {"S",
                             "N",
                             "B",
                             "SS",
                             "NS",
                             "BS",
                             "M",
                             "L",
                             "NULL",
                             "BOOL",
                             "PutRequest",
                             "DeleteRequest",
                             "Item",
                             "Key",
                             "Keys",
                             "Put",
                             "Update",
                             "Get",
                             "AttributeName",
                             "KeyType",
                             "Value",
                             "Music",
                             "a"}) {
      names_.emplace_back(name);
    }
  }

  std::string value(int depth) {
    switch (pick(depth > 6 ? 7 : 12)) {
      case 0:
        return "null";
      case 1:
        return "true";
      case 2:
        return std::to_string(static_cast<int>(pick(300)) - 100);
      case 3:
        return "1.5";
      case 4:
        return "\"\"";
      case 5:
        return "\"AAAA\"";
      case 6:
        return '"' + name() + '"';
      case 7:
      case 8: {
        std::string list = "[";
        for (unsigned i = 0, count = pick(3); i < count; ++i) list += (i > 0 ? "," : "") + value(depth + 1);
        return list + "]";
      }
      default:
        return object(depth);
    }
  }

  std::string object(int depth) {
    std::string text = "{";
    for (unsigned i = 0, count = pick(5); i < count; ++i) {
      text += (i > 0 ? ",\"" : "\"") + name() + "\":" + value(depth + 1);
    }
    return text + "}";
  }

  unsigned pick(unsigned count) { return static_cast<unsigned>(random_() % count); }

 private:
  const std::string& name() { return names_[pick(static_cast<unsigned>(names_.size()))]; }

  std::mt19937 random_;
  std::vector<std::string> names_;
};

TEST(ShapeCheck, RandomRequestsAreAnsweredAndCheckingTwiceFindsTheSame) {
  RandomJson random(20260801);
  JsonDocument document;
  int fine = 0;
  int faulty = 0;
  for (int round = 0; round < 20000; ++round) {
    const OperationShape& operation =
        operation_shapes()[random.pick(static_cast<unsigned>(operation_shapes().size()))];
    std::string body = random.object(0);
    const std::string text = body;
    ASSERT_TRUE(document.parse(body)) << text;
    const auto first = check_input(operation, document.root());
    const auto second = check_input(operation, document.root());
    ASSERT_EQ(first.has_value(), second.has_value()) << operation.name << ' ' << text;
    (first ? faulty : fine)++;
    if (!first) continue;
    ASSERT_FALSE(first->message.empty()) << operation.name << ' ' << text;
    ASSERT_EQ(first->message, second->message) << operation.name << ' ' << text;
  }
  EXPECT_GT(fine, 100);
  EXPECT_GT(faulty, 100);
}

}  // namespace
}  // namespace lodestone
