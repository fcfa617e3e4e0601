// What SDKs can not send, or do not: ARNs for names, empty everything, wrong types, too much of anything.
#include "tests/api/database_fixture.h"

namespace lodestone::testing {
namespace {

const std::string kValidation = "ValidationException: ";
const std::string kMissing = "ResourceNotFoundException: Requested resource not found";
const std::string kSerialization = "SerializationException: ";
const std::string kArn = "arn:aws:dynamodb:us-east-1:000000000000:table/things";

class RawRequests : public OnBothStores {
 protected:
  void SetUp() override {
    database.create_plain_table();
    database.put("{'pk':{'S':'a'},'n':{'N':'1'}}");
  }
  static std::string on(const std::string& table, const std::string& more = "") {
    return "{'TableName':'" + table + "','Key':{'pk':{'S':'a'}}" + more + "}";
  }
};

// A table goes by its name and by its ARN wherever items are read and written, and is told as it was named.
TEST_P(RawRequests, NameTablesByArn) {
  const std::string item = "{'pk':{'S':'a'},'n':{'N':'1'}}";
  const std::string total = ",'ReturnConsumedCapacity':'TOTAL'";
  const auto capacity = [](const std::string& units) {
    return "'ConsumedCapacity':{'TableName':'" + kArn + "','CapacityUnits':" + units + "}";
  };
  expect_answers(
      database,
      {{"PutItem", "{'TableName':'" + kArn + "','Item':" + item + total + "}", "{" + capacity("1.0") + "}"},
       {"GetItem", on(kArn, total), "{'Item':" + item + "," + capacity("0.5") + "}"},
       {"UpdateItem", on(kArn, ",'UpdateExpression':'REMOVE x'" + total), "{" + capacity("1.0") + "}"},
       {"Query",
        "{'TableName':'" + kArn +
            "','KeyConditionExpression':'pk = :p','ExpressionAttributeValues':{':p':{'S':'a'}}" + total + "}",
        "{'Items':[" + item + "],'Count':1,'ScannedCount':1," + capacity("0.5") + "}"},
       {"Scan", "{'TableName':'" + kArn + "'" + total + "}",
        "{'Items':[" + item + "],'Count':1,'ScannedCount':1," + capacity("0.5") + "}"},
       {"BatchGetItem", "{'RequestItems':{'" + kArn + "':{'Keys':[{'pk':{'S':'a'}}]}}}",
        "{'Responses':{'" + kArn + "':[" + item + "]},'UnprocessedKeys':{}}"},
       {"BatchWriteItem", "{'RequestItems':{'" + kArn + "':[{'PutRequest':{'Item':" + item + "}}]}}",
        "{'UnprocessedItems':{}}"},
       {"TransactGetItems", "{'TransactItems':[{'Get':" + on(kArn) + "}]}",
        "{'Responses':[{'Item':" + item + "}]}"},
       {"DescribeTimeToLive", "{'TableName':'" + kArn + "'}",
        "{'TimeToLiveDescription':{'TimeToLiveStatus':'DISABLED'}}"},
       // Streams know names only.
       {"ListStreams", "{'TableName':'" + kArn + "'}", kWrapped + "Value '" + kArn + "' at 'tableName' …"},
       // One table by two names
       {"BatchWriteItem",
        "{'RequestItems':{'" + kArn + "':[{'PutRequest':{'Item':" + item +
            "}}],'things':[{'PutRequest':{'Item':" + item + "}}]}}",
        kValidation + "Provided list of item keys contains duplicates"},
       {"TransactWriteItems",
        "{'TransactItems':[{'Put':{'TableName':'" + kArn + "','Item':" + item +
            "}},{'Delete':" + on("things") + "}]}",
        kValidation + "Transaction request cannot include multiple operations on one item"},
       {"DeleteItem", on(kArn, total), "{" + capacity("1.0") + "}"},
       // Tables that are not there
       {"GetItem", on(kArn + "2"), kMissing},
       {"GetItem", on("arn:aws:dynamodb:us-east-1:000000000000:table/"), kMissing},
       {"GetItem", on("arn:aws:s3:::bucket"), kMissing}});
  EXPECT_EQ(text_at(database.ok("DescribeTable", "{'TableName':'" + kArn + "'}"), "/Table/TableName"),
            "things");
}

TEST_P(RawRequests, OfNothing) {
  for (const char* operation :
       {"PutItem", "GetItem", "UpdateItem", "DeleteItem", "Query", "Scan", "BatchGetItem", "BatchWriteItem",
        "TransactWriteItems", "TransactGetItems", "CreateTable", "UpdateTable", "DeleteTable",
        "DescribeTable", "UpdateTimeToLive", "TagResource", "DescribeStream", "GetShardIterator",
        "GetRecords"}) {
    for (const char* request : {"{}", "null"}) {
      const std::string answer = database.answer(operation, request);
      EXPECT_TRUE(answer.starts_with(kValidation) && answer.size() > kValidation.size())
          << operation << ' ' << answer;
    }
    for (const char* request : {"[]", "''", "5", "true"}) {
      const std::string answer = database.answer(operation, request);
      EXPECT_TRUE(answer.starts_with("SerializationException"))
          << operation << ' ' << request << ' ' << answer;
    }
    EXPECT_EQ(database.answer(operation, ""), "SerializationException") << operation;
    EXPECT_EQ(database.answer(operation, "{"), "SerializationException") << operation;
  }
  const std::string put = "{'TableName':'things','Item':";
  const std::string no_type =
      kValidation + "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes";
  expect_answers(
      database,
      {{"PutItem", put + "{'pk':{'S':'b'},'x':{}}}", no_type},
       {"PutItem", put + "{'pk':{'S':'b'},'x':null}}", no_type},
       {"PutItem", put + "{'pk':{'S':'b'},'x':{'S':null}}}", no_type},
       {"PutItem", put + "{'pk':{'S':'b'},'x':{'L':[null]}}}", no_type},
       {"PutItem", put + "{'pk':{'S':'b'},'x':{'M':{'y':{}}}}}", no_type},
       {"PutItem", put + "{'pk':{'S':'b'},'x':{'dog':'cat'}}}", no_type},
       {"PutItem", put + "{'pk':{'S':'b'},'':{'S':'x'}}}", kInvalid + "Empty attribute name"},
       {"PutItem", put + "{'pk':{'S':'b'},'m':{'M':{'':{'S':'x'}}}}}", kInvalid + "Empty attribute name"},
       {"PutItem", put + "{'pk':{'S':'b'},'n':{'N':''}}}",
        kValidation + "The parameter cannot be converted to a numeric value"},
       {"PutItem", put + "{'pk':{'S':'b'},'n':{'NS':['']}}}",
        kValidation + "The parameter cannot be converted to a numeric value"},
       {"PutItem",
        put + "{'pk':{'S':'b'},'s':{'S':''},'b':{'B':''},'l':{'L':[]},'m':{'M':{}},'ss':{'SS':['']}}}", "{}"},
       // Members that are null are not there.
       {"GetItem", on("things", ",'ProjectionExpression':null,'ConsistentRead':null"),
        "{'Item':{'pk':{'S':'a'},'n':{'N':'1'}}}"},
       {"UpdateItem", on("things", ",'UpdateExpression':''"),
        kWrapped + "Invalid UpdateExpression: The expression can not be empty;"},
       {"UpdateItem", on("things", ",'UpdateExpression':'REMOVE x','ConditionExpression':''"),
        kWrapped + "Invalid ConditionExpression: The expression can not be empty;"},
       {"GetItem", on("things", ",'ProjectionExpression':''"),
        kValidation + "Invalid ProjectionExpression: The expression can not be empty;"},
       {"Scan", "{'TableName':'things','FilterExpression':''}",
        kValidation + "Invalid FilterExpression: The expression can not be empty;"},
       {"Scan", "{'TableName':'things','ExclusiveStartKey':{}}",
        kValidation +
            "The provided starting key is invalid: The provided key element does not match the schema"},
       {"UpdateItem", on("things", ",'UpdateExpression':'REMOVE #','ExpressionAttributeNames':{'#':'x'}"),
        kValidation + "ExpressionAttributeNames contains invalid key: Syntax error; key: \"#\""},
       {"UpdateItem", on("things", ",'UpdateExpression':'REMOVE #n','ExpressionAttributeNames':{'#n':''}"),
        kValidation + "ExpressionAttributeNames contains invalid value: …"}});
}

TEST_P(RawRequests, OfWrongTypes) {
  const std::string put = "{'TableName':'things','Item':";
  const std::string value = "com.amazonaws.dynamodb.v20120810.AttributeValue";
  expect_answers(
      database,
      {{"PutItem", put + "5}", kSerialization + "Unexpected field type"},
       {"PutItem", put + "[]}",
        kSerialization + "Unrecognized collection type java.util.Map<java.lang.String, " + value + ">"},
       {"PutItem", put + "{'pk':'a'}}", kSerialization + "Unexpected value type in payload"},
       {"PutItem", put + "{'pk':[]}}", kSerialization + "Unrecognized collection type class " + value},
       {"PutItem", put + "{'pk':{'S':5}}}", kSerialization + "NUMBER_VALUE cannot be converted to String"},
       {"PutItem", put + "{'pk':{'N':5}}}", kSerialization + "NUMBER_VALUE cannot be converted to String"},
       {"PutItem", put + "{'pk':{'N':5.5}}}", kSerialization + "DECIMAL_VALUE cannot be converted to String"},
       {"PutItem", put + "{'pk':{'S':true}}}", kSerialization + "TRUE_VALUE cannot be converted to String"},
       {"PutItem", put + "{'pk':{'S':{}}}}",
        kSerialization + "Start of structure or map found where not expected"},
       {"PutItem", put + "{'pk':{'S':['a']}}}",
        kSerialization + "Unrecognized collection type class java.lang.String"},
       {"PutItem", put + "{'pk':{'B':5}}}",
        kSerialization + "only base-64-encoded strings are convertible to bytes"},
       {"PutItem", put + "{'pk':{'B':'A'}}}",
        kSerialization + "Base64 encoded length is expected a multiple of 4 bytes but found: 1"},
       {"PutItem", put + "{'pk':{'B':'A*=='}}}", kSerialization + "…"},
       {"PutItem", put + "{'pk':{'BOOL':'maybe'}}}",
        kSerialization + "Unexpected token received from parser"},
       {"PutItem", put + "{'pk':{'SS':'a'}}}", kSerialization + "Unexpected field type"},
       {"PutItem", put + "{'pk':{'SS':[5]}}}", kSerialization + "NUMBER_VALUE cannot be converted to String"},
       {"PutItem", put + "{'pk':{'L':{}}}}",
        kSerialization + "Start of structure or map found where not expected"},
       {"PutItem", put + "{'pk':{'L':['a']}}}", kSerialization + "Unexpected value type in payload"},
       {"PutItem", put + "{'pk':{'M':['a']}}}",
        kSerialization + "Unrecognized collection type java.util.Map<java.lang.String, " + value + ">"},
       {"PutItem", "{'TableName':5,'Item':{}}",
        kSerialization + "NUMBER_VALUE cannot be converted to String"},
       {"GetItem", on("things", ",'AttributesToGet':'a'"), kSerialization + "Unexpected field type"},
       {"GetItem", on("things", ",'ExpressionAttributeNames':['a']"),
        kSerialization + "Unrecognized collection type java.util.Map<java.lang.String, java.lang.String>"},
       {"GetItem", on("things", ",'ExpressionAttributeNames':{'#a':5}"),
        kSerialization + "NUMBER_VALUE cannot be converted to String"},
       {"UpdateItem", on("things", ",'AttributeUpdates':{'a':[]}"),
        kSerialization +
            "Unrecognized collection type class com.amazonaws.dynamodb.v20120810.AttributeValueUpdate"},
       {"BatchGetItem", "{'RequestItems':[]}",
        kSerialization + "Unrecognized collection type java.util.Map<java.lang.String, "
                         "com.amazonaws.dynamodb.v20120810.KeysAndAttributes>"},
       {"BatchWriteItem", "{'RequestItems':[]}",
        kSerialization + "Unrecognized collection type java.util.Map<java.lang.String, "
                         "java.util.List<com.amazonaws.dynamodb.v20120810.WriteRequest>>"},
       {"TransactWriteItems", "{'TransactItems':{}}",
        kSerialization + "Start of structure or map found where not expected"},
       {"TransactWriteItems", "{'TransactItems':['a']}", kSerialization + "Unexpected value type in payload"},
       {"TransactWriteItems", "{'TransactItems':[{'Put':[]}]}",
        kSerialization + "Unrecognized collection type class com.amazonaws.dynamodb.v20120810.Put"},
       // Fractions are rounded down; an unknown member is nobody's.
       {"Scan", "{'TableName':'things','Limit':1.9,'Select':'COUNT','What':[5]}",
        "{'Count':1,'ScannedCount':1}"},
       {"Scan", "{'TableName':'things','Limit':0.9}", kWrapped + "Value '0' at 'limit' …"},
       {"GetItem", on("things", ",'ConsistentRead':'TRUE'"), "{'Item':{'pk':{'S':'a'},'n':{'N':'1'}}}"}});
}

TEST_P(RawRequests, OfNamesAndValuesThatAreNotUsed) {
  const std::string names = ",'ExpressionAttributeNames':{'#a':'a','#b':'b'}";
  const std::string values = ",'ExpressionAttributeValues':{':a':{'S':'a'},':b':{'S':'b'}}";
  const auto unused = [](const std::string& what, const std::string& keys) {
    return "Value provided in ExpressionAttribute" + what + " unused in expressions: keys: {" + keys + "}";
  };
  expect_answers(
      database,
      {{"Scan", "{'TableName':'things','FilterExpression':'#a = :a'" + names + values + "}",
        kValidation + unused("Names", "#b")},
       {"Scan", "{'TableName':'things','FilterExpression':'a = :a'" + values + "}",
        kValidation + unused("Values", ":b")},
       {"Scan", "{'TableName':'things','FilterExpression':'attribute_exists(a)'" + values + "}",
        kValidation + unused("Values", ":a, :b")},
       // Used in any expression, or where it is never looked at
       {"UpdateItem",
        on("things",
           ",'UpdateExpression':'SET #a = :a','ConditionExpression':'attribute_exists(pk) OR #b = :b'" +
               names + values),
        "{}"},
       {"Scan",
        "{'TableName':'things','FilterExpression':'attribute_exists(#c)','ExpressionAttributeNames':{'#c':'c'"
        "},"
        "'ProjectionExpression':'#d'}",
        kValidation +
            "Invalid ProjectionExpression: An expression attribute name used in the document path is not "
            "defined; attribute name: #d"},
       {"Scan", "{'TableName':'things'" + names + "}",
        kValidation + "ExpressionAttributeNames can only be specified when using expressions"},
       {"Scan", "{'TableName':'things'" + values + "}",
        kValidation + "ExpressionAttributeValues can only be specified when using expressions: "
                      "FilterExpression is null"},
       {"Scan", "{'TableName':'things','ProjectionExpression':'a'" + values + "}",
        kValidation + "ExpressionAttributeValues can only be specified when using expressions: "
                      "FilterExpression is null"},
       {"GetItem", on("things", names),
        kValidation + "ExpressionAttributeNames can only be specified when using expressions"}});
}

TEST_P(RawRequests, OfPathsThatOverlap) {
  const auto overlap = [](const std::string& one, const std::string& two) {
    return "Two document paths overlap with each other; must remove or rewrite one of these paths; path "
           "one: " +
           one + ", path two: " + two;
  };
  const auto conflict = [](const std::string& one, const std::string& two) {
    return "Two document paths conflict with each other; must remove or rewrite one of these paths; path "
           "one: " +
           one + ", path two: " + two;
  };
  const auto update = [](const std::string& expression) {
    return on("things",
              ",'UpdateExpression':'" + expression + "','ExpressionAttributeValues':{':v':{'N':'1'}}");
  };
  const std::string of_update = kWrapped + "Invalid UpdateExpression: ";
  const std::string of_projection = kValidation + "Invalid ProjectionExpression: ";
  expect_answers(
      database,
      {{"UpdateItem", update("SET a = :v, a = :v"), of_update + overlap("[a]", "[a]")},
       {"UpdateItem", update("SET a = :v REMOVE a"), of_update + overlap("[a]", "[a]")},
       {"UpdateItem", update("SET a.b = :v, a = :v"), of_update + overlap("[a, b]", "[a]")},
       {"UpdateItem", update("SET a[1] = :v, a[1].b = :v"), of_update + overlap("[a, [1]]", "[a, [1], b]")},
       {"UpdateItem", update("SET a.b = :v, a[1] = :v"), of_update + conflict("[a, b]", "[a, [1]]")},
       {"UpdateItem", update("SET a.b = :v, a.c = :v ADD a.b :v"), of_update + overlap("[a, b]", "[a, b]")},
       {"GetItem", on("things", ",'ProjectionExpression':'a, b, a'"), of_projection + overlap("[a]", "[a]")},
       {"GetItem", on("things", ",'ProjectionExpression':'a.b[0], a.b'"),
        of_projection + overlap("[a, b, [0]]", "[a, b]")},
       {"GetItem", on("things", ",'ProjectionExpression':'a.b, a[1]'"),
        of_projection + conflict("[a, b]", "[a, [1]]")},
       {"GetItem", on("things", ",'ProjectionExpression':'#x, a','ExpressionAttributeNames':{'#x':'a'}"),
        of_projection + overlap("[a]", "[a]")}});
}

TEST_P(RawRequests, OfTooMuch) {
  const auto keys = [](int count) {
    std::string all;
    for (int i = 0; i < count; ++i) all += (i == 0 ? "" : ",") + ("{'pk':{'S':'" + std::to_string(i)) + "'}}";
    return all;
  };
  const auto puts = [](int count) {
    std::string all;
    for (int i = 0; i < count; ++i) {
      all += (i == 0 ? "" : ",") + ("{'PutRequest':{'Item':{'pk':{'S':'" + std::to_string(i)) + "'}}}}";
    }
    return all;
  };
  const auto terms = [](int count, const std::string& term, const std::string& separator) {
    std::string all;
    for (int i = 0; i < count; ++i) all += (i == 0 ? "" : separator) + term;
    return all;
  };
  const auto filter = [](const std::string& expression) {
    return "{'TableName':'things','Select':'COUNT','FilterExpression':'" + expression +
           "','ExpressionAttributeValues':{':v':{'N':'1'}}}";
  };
  const std::string expression = kValidation + "Invalid FilterExpression: ";
  expect_answers(
      database,
      {{"BatchGetItem", "{'RequestItems':{'things':{'Keys':[" + keys(101) + "]}}}",
        kWrapped + "Value at 'RequestItems.things.member.Keys' failed to satisfy constraint: Member must "
                   "have length "
                   "less than or equal to 100"},
       {"BatchWriteItem", "{'RequestItems':{'things':[" + puts(26) + "]}}",
        kWrapped + "Value '{things=[WriteRequest(…"},
       {"BatchWriteItem", "{'RequestItems':{'things':[" + puts(25) + "]}}", "{'UnprocessedItems':{}}"},
       // 100 comparisons and 99 ANDs, and so on
       {"Scan", filter(terms(150, "n = :v", " AND ")), "{'Count':1,'ScannedCount':26}"},
       {"Scan", filter(terms(151, "n = :v", " AND ")),
        expression + "The expression contains too many operators; operator count: 301"},
       {"Scan", filter("n IN (" + terms(100, ":v", ",") + ")"), "{'Count':1,'ScannedCount':26}"},
       {"Scan", filter("n IN (" + terms(101, ":v", ",") + ")"),
        expression + "The IN operator is provided with too many operands; number of operands: 101"},
       {"Scan", filter("n = :v" + std::string(4096 - 6, ' ')), "{'Count':1,'ScannedCount':26}"},
       {"Scan", filter("n = :v" + std::string(4097 - 6, ' ')),
        expression + "Expression size has exceeded the maximum allowed size; expression size: 4097"},
       {"Scan", filter(terms(32, "a", ".") + " <> :v"), "{'Count':26,'ScannedCount':26}"},
       {"Scan", filter(terms(33, "a", ".") + " <> :v"),
        expression + "The document path has too many nesting levels; nesting levels: 33"},
       {"Scan", filter("a[99999999999999] <> :v"),
        expression + "List index is not within the allowable range; index: [99999999999999]"},
       {"Scan", filter("((n = :v))"), expression + "The expression has redundant parentheses;"}});
  // Hundreds of attributes are fine, a name of 64 KB and a byte is not.
  std::string attributes = "'pk':{'S':'wide'}";
  for (int i = 0; i < 2000; ++i)
    attributes += ",'attribute" + std::to_string(i) + "':{'N':'" + std::to_string(i) + "'}";
  EXPECT_EQ(database.answer("PutItem", "{'TableName':'things','Item':{" + attributes + "}}"), "{}");
  EXPECT_EQ(count_at(database.ok("GetItem", "{'TableName':'things','Key':{'pk':{'S':'wide'}}}"), "/Item"),
            2001U);
  for (const std::size_t length : {65535U, 65536U}) {
    const std::string answer = database.answer("PutItem", "{'TableName':'things','Item':{'pk':{'S':'a'},'" +
                                                              repeated("x", length) + "':{'S':'v'}}}");
    EXPECT_EQ(answer == "{}", length == 65535U) << answer.substr(0, 100);
    EXPECT_TRUE(length == 65535U || answer.find("65535") != std::string::npos) << answer.substr(0, 100);
  }
}

INSTANTIATE_ON_BOTH_STORES(RawRequests);

}  // namespace
}  // namespace lodestone::testing
