// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTable.html

#include "tests/api/database_fixture.h"

namespace lodestone::testing {
namespace {

const std::string kValidation = "ValidationException: ";
const std::string kAll = "'Projection':{'ProjectionType':'ALL'}";
const std::string kOneIndexAtATime =
    "LimitExceededException: Subscriber limit exceeded: Only 1 online index can be created or deleted "
    "simultaneously per table";

std::string update(const std::string& more) { return "{'TableName':'things'," + more + "}"; }
std::string key_of(const std::string& attribute) {
  return "'KeySchema':[{'AttributeName':'" + attribute + "','KeyType':'HASH'}]";
}
std::string definitions(const std::string& attribute, const std::string& type) {
  return "'AttributeDefinitions':[{'AttributeName':'" + attribute + "','AttributeType':'" + type + "'}]";
}
std::string updates(const std::string& list) { return "'GlobalSecondaryIndexUpdates':[" + list + "]"; }
std::string create(const std::string& name, const std::string& attribute, const std::string& more = "") {
  return "{'Create':{'IndexName':'" + name + "'," + key_of(attribute) + "," + kAll + more + "}}";
}
std::string erase(const std::string& name) { return "{'Delete':{'IndexName':'" + name + "'}}"; }

class UpdateTable : public OnBothStores {
 protected:
  void refused(const std::string& request, const std::string& expected) {
    expect_answers(database, {{"UpdateTable", request, expected}});
  }
  std::string described(const std::string& pointer) {
    return text_at(database.ok("DescribeTable", "{'TableName':'things'}"), pointer);
  }
  std::string scan_count(const std::string& index) {
    return text_at(database.ok("Scan", "{'TableName':'things','Select':'COUNT'" +
                                           (index.empty() ? "" : ",'IndexName':'" + index + "'") + "}"),
                   "/Count");
  }
};

TEST_P(UpdateTable, ChangesBillingAndThroughput) {
  database.create_plain_table();
  const std::string units = "'ProvisionedThroughput':{'ReadCapacityUnits':5,'WriteCapacityUnits':6}";
  refused(update("'BillingMode':'PAY_PER_REQUEST'," + units),
          kInvalid +
              "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is "
              "PAY_PER_REQUEST");
  refused(update(units), kInvalid +
                             "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when "
                             "BillingMode is PAY_PER_REQUEST");
  refused(update("'BillingMode':'PROVISIONED'"),
          kInvalid + "ProvisionedThroughput must be specified when BillingMode is PROVISIONED");
  const std::string updated = database.ok("UpdateTable", update("'BillingMode':'PROVISIONED'," + units));
  EXPECT_EQ(text_at(updated, "/TableDescription/TableStatus"), "UPDATING");
  EXPECT_EQ(described("/Table/TableStatus"), "ACTIVE");
  EXPECT_EQ(described("/Table/ProvisionedThroughput/ReadCapacityUnits"), "5");
  EXPECT_EQ(described("/Table/BillingModeSummary/BillingMode"), "PROVISIONED");
  refused(update(units), kValidation +
                             "The provisioned throughput for the table will not change. The requested value "
                             "equals the current value. Current "
                             "ReadCapacityUnits provisioned for the table: 5. Requested ReadCapacityUnits: "
                             "5. Current WriteCapacityUnits "
                             "provisioned for the table: 6. Requested WriteCapacityUnits: 6. Refer to the "
                             "Amazon DynamoDB Developer Guide for "
                             "current limits and how to request higher limits.");
  database.clock.advance(Millis(5000));
  database.ok("UpdateTable",
              update("'ProvisionedThroughput':{'ReadCapacityUnits':7,'WriteCapacityUnits':6}"));
  EXPECT_EQ(std::stod(described("/Table/ProvisionedThroughput/LastIncreaseDateTime")), 1.7e9 + 5);
  refused(update("'OnDemandThroughput':{'MaxReadRequestUnits':5}"),
          kInvalid +
              "MaxReadRequestUnits for OnDemandThroughput cannot be specified when the table BillingMode is "
              "PROVISIONED");
  database.ok("UpdateTable", update("'BillingMode':'PAY_PER_REQUEST'"));
  EXPECT_EQ(described("/Table/ProvisionedThroughput/ReadCapacityUnits"), "0");
  // The same again is fine.
  database.ok("UpdateTable", update("'BillingMode':'PAY_PER_REQUEST'"));
  refused(
      update("'OnDemandThroughput':{'MaxReadRequestUnits':0}"),
      kInvalid + "Requested MaxReadRequestUnits for OnDemandThroughput for table is outside of valid range");
  database.ok("UpdateTable", update("'OnDemandThroughput':{'MaxReadRequestUnits':5}"));
  EXPECT_EQ(described("/Table/OnDemandThroughput/MaxReadRequestUnits"), "5");
}

TEST_P(UpdateTable, ChangesSettings) {
  database.create_plain_table();
  database.ok("UpdateTable",
              update("'TableClass':'STANDARD_INFREQUENT_ACCESS','DeletionProtectionEnabled':true"));
  EXPECT_EQ(described("/Table/TableClassSummary/TableClass"), "STANDARD_INFREQUENT_ACCESS");
  EXPECT_EQ(described("/Table/DeletionProtectionEnabled"), "true");
  refused(update("'StreamSpecification':{'StreamEnabled':false}"),
          kValidation + "Table already has a disabled stream: TableName: things");
  database.ok("UpdateTable",
              update("'StreamSpecification':{'StreamEnabled':true,'StreamViewType':'KEYS_ONLY'}"));
  EXPECT_EQ(described("/Table/StreamSpecification/StreamViewType"), "KEYS_ONLY");
  refused(update("'StreamSpecification':{'StreamEnabled':true,'StreamViewType':'NEW_IMAGE'}"),
          kValidation + "Table already has an enabled stream: TableName: things");
  database.ok("UpdateTable", update("'StreamSpecification':{'StreamEnabled':false}"));
  EXPECT_EQ(described("/Table/StreamSpecification/StreamViewType"), "");
}

TEST_P(UpdateTable, RefusesWhatTheServiceRefuses) {
  database.create_table(
      ",'AttributeDefinitions':[{'AttributeName':'pk','AttributeType':'S'},{'AttributeName':'sk','"
      "AttributeType':'S'},"
      "{'AttributeName':'l','AttributeType':'S'}],"
      "'KeySchema':[{'AttributeName':'pk','KeyType':'HASH'},{'AttributeName':'sk','KeyType':'RANGE'}],"
      "'LocalSecondaryIndexes':[{'IndexName':'local','KeySchema':[{'AttributeName':'pk','KeyType':'HASH'},"
      "{'AttributeName':'l','KeyType':'RANGE'}]," +
      kAll + "}]");
  const std::string nothing = kValidation +
                              "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, "
                              "GlobalSecondaryIndexUpdates or "
                              "SSESpecification or ReplicaUpdates is required…";
  const std::string g = definitions("g", "S") + ",";
  const std::string undefined =
      kInvalid +
      "Some index key attributes are not defined in AttributeDefinitions. Keys: [g], "
      "AttributeDefinitions: [";
  refused("{'TableName':'things'}", nothing);
  refused(update(updates("")), nothing);
  refused(update(updates("{}")),
          kInvalid +
              "One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, "
              "GlobalSecondaryIndexUpdate.Delete must not be null");
  refused(
      update(g + updates(create("iii", "g") + "," + erase("iii"))),
      kInvalid + "Only one global secondary index update per index is allowed simultaneously. Index: iii");
  refused(update(g + updates(create("iii", "g") + "," + create("jjj", "g"))), kOneIndexAtATime);
  refused(update(updates(erase("iii") + "," + erase("jjj"))), kOneIndexAtATime);
  refused("{'TableName':'nowhere','BillingMode':'PAY_PER_REQUEST'}",
          "ResourceNotFoundException: Requested resource not found: Table: nowhere not found");
  refused(update(updates("{'Update':{'IndexName':'iii','ProvisionedThroughput':{'ReadCapacityUnits':1,'"
                         "WriteCapacityUnits':1}}}")),
          kValidation +
              "This operation cannot be performed with given input values. Please contact DynamoDB service "
              "team for more info: "
              "Action Blocked: IndexUpdate");
  refused(update(updates(create("iii", "g"))),
          kValidation + "Invalid KeySchema: Some index key attribute have no definition");
  refused(update(definitions("x", "S") + "," + updates(create("iii", "g"))), undefined + "x]");
  // Known attributes, too, must be defined in this request.
  refused(update(definitions("x", "S") + "," + updates(create("iii", "pk"))),
          kInvalid + "Some index key attributes are not defined…");
  refused(update(g + updates(create("local", "g"))), kInvalid + "Index already exists: local");
  refused(
      update(g + updates(create("iii", "g",
                                ",'ProvisionedThroughput':{'ReadCapacityUnits':1,'WriteCapacityUnits':1}"))),
      kInvalid +
          "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified for index: iii when BillingMode "
          "is PAY_PER_REQUEST");
  refused(
      update(definitions("l", "N") + "," + updates(create("iii", "l"))),
      kInvalid +
          "Attributes cannot be redefined. Please check that your attribute has the same type as previously "
          "defined. Existing "
          "schema: Schema:[SchemaElement: key{l:S:HASH}] New schema: Schema:[SchemaElement: key{l:N:HASH}]");
  refused(update(updates(erase("iii"))), "ResourceNotFoundException: …");
  refused(update(updates(erase("local"))), kValidation + "…");
  EXPECT_EQ(described("/Table/GlobalSecondaryIndexes/0/IndexName"), "");
  EXPECT_EQ(described("/Table/AttributeDefinitions/3/AttributeName"), "");
}

TEST_P(UpdateTable, BuildsAnIndexOfWhatIsThere) {
  database.create_plain_table();
  const std::string values[] = {
      "{'S':'x'}",    "{'S':'y'}", "{'N':'1'}", "{'S':''}", "{'S':'" + repeated("x", 2049) + "'}",
      "{'NULL':true}"};
  for (std::size_t i = 0; i < std::size(values); ++i) {
    database.put("{'pk':{'S':'p" + std::to_string(i) + "'},'g':" + values[i] + "}");
  }
  database.put("{'pk':{'S':'without'}}");
  const std::string created =
      database.ok("UpdateTable", update("'AttributeDefinitions':[{'AttributeName':'g','AttributeType':'S'},"
                                        "{'AttributeName':'surplus','AttributeType':'N'}]," +
                                        updates(create("by-g", "g"))));
  EXPECT_EQ(text_at(created, "/TableDescription/GlobalSecondaryIndexes/0/IndexStatus"), "CREATING");
  EXPECT_EQ(text_at(created, "/TableDescription/GlobalSecondaryIndexes/0/Backfilling"), "false");
  EXPECT_EQ(described("/Table/GlobalSecondaryIndexes/0/IndexStatus"), "ACTIVE");
  EXPECT_EQ(described("/Table/GlobalSecondaryIndexes/0/ItemCount"), "2");
  EXPECT_EQ(described("/Table/GlobalSecondaryIndexes/0/IndexSizeBytes"), "12");
  EXPECT_EQ(described("/Table/AttributeDefinitions/2/AttributeName"), "");
  EXPECT_EQ(scan_count("by-g"), "2");
  // What was left out may be replaced, but no more be written.
  const std::string answer =
      database.answer("PutItem", "{'TableName':'things','Item':{'pk':{'S':'q'},'g':{'N':'1'}}}");
  EXPECT_NE(answer.find("Type mismatch for Index Key g"), std::string::npos) << answer;
  database.put("{'pk':{'S':'p2'},'g':{'S':'z'}}");
  EXPECT_EQ(scan_count("by-g"), "3");
  EXPECT_EQ(described("/Table/GlobalSecondaryIndexes/0/ItemCount"), "3");
}

TEST_P(UpdateTable, DeletesAnIndexAndForgetsItsAttributes) {
  database.create_plain_table();
  database.put("{'pk':{'S':'p'},'g':{'S':'x'}}");
  database.ok("UpdateTable", update(definitions("g", "S") + "," + updates(create("by-g", "g"))));
  database.ok("UpdateTable", update(updates(erase("by-g"))));
  EXPECT_EQ(described("/Table/GlobalSecondaryIndexes/0/IndexName"), "");
  EXPECT_EQ(described("/Table/AttributeDefinitions/1/AttributeName"), "");
  expect_answers(database, {{"Scan", "{'TableName':'things','IndexName':'by-g'}",
                             kValidation + "The table does not have the specified index: by-g"}});
  database.put("{'pk':{'S':'q'},'g':{'N':'1'}}");
  database.ok("UpdateTable", update(definitions("g", "N") + "," + updates(create("by-g", "g"))));
  EXPECT_EQ(scan_count("by-g"), "1");
  database.reopen();
  EXPECT_EQ(scan_count("by-g"), "1");
  EXPECT_EQ(described("/Table/GlobalSecondaryIndexes/0/ItemCount"), "1");
}

TEST_P(UpdateTable, UpdatesTheThroughputOfAnIndex) {
  const std::string units = "'ProvisionedThroughput':{'ReadCapacityUnits':5,'WriteCapacityUnits':6}";
  database.ok("CreateTable", "{'TableName':'things'," + units + "," + definitions("pk", "S") + "," +
                                 key_of("pk") + ",'GlobalSecondaryIndexes':[{'IndexName':'iii'," +
                                 key_of("pk") + "," + kAll + "," + units + "}]}");
  database.ok("UpdateTable", update(updates("{'Update':{'IndexName':'iii','ProvisionedThroughput':{'"
                                            "ReadCapacityUnits':8,'WriteCapacityUnits':9}}}")));
  EXPECT_EQ(described("/Table/GlobalSecondaryIndexes/0/ProvisionedThroughput/ReadCapacityUnits"), "8");
  EXPECT_EQ(described("/Table/ProvisionedThroughput/ReadCapacityUnits"), "5");
}

TEST_P(UpdateTable, WantsThroughputForEveryIndexThatBecomesProvisioned) {
  database.create_plain_table();
  for (const char* name : {"iii", "jjj"}) {
    database.ok("UpdateTable", update(definitions("pk", "S") + "," + updates(create(name, "pk"))));
  }
  const std::string units = "'ProvisionedThroughput':{'ReadCapacityUnits':5,'WriteCapacityUnits':6}";
  const std::string provisioned = "'BillingMode':'PROVISIONED'," + units;
  const auto of_index = [&](const std::string& name) {
    return "{'Update':{'IndexName':'" + name + "'," + units + "}}";
  };
  refused(update(provisioned), kInvalid + "ProvisionedThroughput must be specified for index: iii,jjj");
  refused(update(provisioned + "," + updates(of_index("iii"))),
          kInvalid + "ProvisionedThroughput must be specified for index: jjj");
  database.ok("UpdateTable", update(provisioned + "," + updates(of_index("iii") + "," + of_index("jjj"))));
  EXPECT_EQ(described("/Table/GlobalSecondaryIndexes/1/ProvisionedThroughput/WriteCapacityUnits"), "6");
}

INSTANTIATE_ON_BOTH_STORES(UpdateTable);

/// With statuses that last for ten seconds.
class TransientStatuses : public ::testing::TestWithParam<Store> {
 protected:
  static DatabaseOptions options() {
    DatabaseOptions options = TestDatabase::without_threads();
    options.transient_status_delay = std::chrono::seconds(10);
    return options;
  }
  std::string described(const std::string& pointer) {
    return text_at(database.ok("DescribeTable", "{'TableName':'things'}"), pointer);
  }
  void wait() {
    database.clock.advance(Millis(10'000));
    database->run_due_work();
  }
  TestDatabase database{GetParam(), options()};
};

TEST_P(TransientStatuses, LastWhileATableIsCreatedUpdatedAndDeleted) {
  const std::string in_use =
      "ResourceInUseException: Attempt to change a resource which is still in use: Table is being ";
  const std::string missing = "ResourceNotFoundException: Requested resource not found";
  const std::string put = "{'TableName':'things','Item':{'pk':{'S':'a'}}}";
  const std::string name = "{'TableName':'things'}";
  const std::string protect = update("'DeletionProtectionEnabled':false");
  database.create_plain_table();
  EXPECT_EQ(described("/Table/TableStatus"), "CREATING");
  expect_answers(database, {{"PutItem", put, missing},
                            {"Scan", name, missing},
                            {"DeleteTable", name, in_use + "created: things"},
                            {"UpdateTable", protect, in_use + "created: things"}});
  database.clock.advance(Millis(9'999));
  EXPECT_EQ(described("/Table/TableStatus"), "CREATING");
  // Time alone ends it, without anything that runs beside requests.
  database.clock.advance(Millis(1));
  expect_answers(database, {{"PutItem", put, "{}"}});
  EXPECT_EQ(described("/Table/TableStatus"), "ACTIVE");

  database.ok("UpdateTable", protect);
  EXPECT_EQ(described("/Table/TableStatus"), "UPDATING");
  expect_answers(database, {{"PutItem", put, "{}"},
                            {"DeleteTable", name, in_use + "updated: things"},
                            {"UpdateTable", protect, in_use + "updated: things"}});
  wait();
  EXPECT_EQ(described("/Table/TableStatus"), "ACTIVE");

  database.ok("DeleteTable", name);
  EXPECT_EQ(described("/Table/TableStatus"), "DELETING");
  expect_answers(database, {{"PutItem", put, missing},
                            {"UpdateTable", protect, in_use + "deleted: things"},
                            {"CreateTable",
                             "{'TableName':'things','BillingMode':'PAY_PER_REQUEST'," +
                                 definitions("pk", "S") + "," + key_of("pk") + "}",
                             "ResourceInUseException: Table already exists: things"}});
  EXPECT_NE(database.answer("DeleteTable", name).find("TableDescription"), std::string::npos);
  database.reopen();
  wait();
  expect_answers(database, {{"DescribeTable", name, missing + ": Table: things not found"}});
}

TEST_P(TransientStatuses, LastWhileAnIndexIsBuiltAndDeleted) {
  const std::string index_in_use =
      "ResourceInUseException: Attempt to change a resource which is still in use: …";
  database.create_plain_table();
  wait();
  for (int i = 0; i < 5; ++i) database.put("{'pk':{'S':'" + std::to_string(i) + "'},'g':{'S':'x'}}");
  database.ok("UpdateTable", update(definitions("g", "S") + "," + updates(create("by-g", "g"))));
  EXPECT_EQ(described("/Table/TableStatus"), "UPDATING");
  EXPECT_EQ(described("/Table/GlobalSecondaryIndexes/0/IndexStatus"), "CREATING");
  EXPECT_EQ(described("/Table/GlobalSecondaryIndexes/0/Backfilling"), "false");
  expect_answers(database, {{"Scan", "{'TableName':'things','IndexName':'by-g'}", kValidation + "…"},
                            {"UpdateTable", update(updates(erase("by-g"))), index_in_use},
                            {"DeleteTable", "{'TableName':'things'}", index_in_use}});
  database.put("{'pk':{'S':'meanwhile'},'g':{'S':'x'}}");
  database.put("{'pk':{'S':'0'}}");
  database.reopen();
  wait();
  EXPECT_EQ(described("/Table/TableStatus"), "ACTIVE");
  EXPECT_EQ(described("/Table/GlobalSecondaryIndexes/0/IndexStatus"), "ACTIVE");
  EXPECT_EQ(described("/Table/GlobalSecondaryIndexes/0/ItemCount"), "5");
  EXPECT_EQ(text_at(database.ok("Scan", "{'TableName':'things','IndexName':'by-g'}"), "/Count"), "5");

  database.ok("UpdateTable", update(updates(erase("by-g"))));
  EXPECT_EQ(described("/Table/GlobalSecondaryIndexes/0/IndexStatus"), "DELETING");
  // Its key's type is free again.
  database.put("{'pk':{'S':'number'},'g':{'N':'1'}}");
  database.reopen();
  wait();
  EXPECT_EQ(described("/Table/GlobalSecondaryIndexes/0/IndexStatus"), "");
  EXPECT_EQ(described("/Table/AttributeDefinitions/1/AttributeName"), "");
}

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTimeToLive.html
TEST_P(TransientStatuses, LastWhileTimeToLiveChanges) {
  database.create_plain_table();
  wait();
  const auto specification = [](const std::string& enabled) {
    return "{'TableName':'things','TimeToLiveSpecification':{'Enabled':" + enabled +
           ",'AttributeName':'expiresAt'}}";
  };
  const auto status = [&] {
    return text_at(database.ok("DescribeTimeToLive", "{'TableName':'things'}"),
                   "/TimeToLiveDescription/TimeToLiveStatus");
  };
  const std::string too_soon =
      kValidation + "Time to live has been modified multiple times within a fixed interval";
  database.ok("UpdateTimeToLive", specification("true"));
  EXPECT_EQ(status(), "ENABLING");
  expect_answers(database, {{"UpdateTimeToLive", specification("false"), too_soon}});
  wait();
  EXPECT_EQ(status(), "ENABLED");
  database.ok("UpdateTimeToLive", specification("false"));
  EXPECT_EQ(status(), "DISABLING");
  wait();
  EXPECT_EQ(status(), "DISABLED");
}

INSTANTIATE_ON_BOTH_STORES(TransientStatuses);

}  // namespace
}  // namespace lodestone::testing
