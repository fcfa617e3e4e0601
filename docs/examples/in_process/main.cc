#include <iostream>

#include "server/api/database.h"

int main() {
  const auto db = *lodestone::Database::open({});  // in memory; {.path = "folder"} keeps it on disk
  db->execute("CreateTable", R"({"TableName":"films","BillingMode":"PAY_PER_REQUEST",
      "AttributeDefinitions":[{"AttributeName":"title","AttributeType":"S"}],
      "KeySchema":[{"AttributeName":"title","KeyType":"HASH"}]})");
  db->execute("PutItem", R"({"TableName":"films","Item":{"title":{"S":"Metropolis"},"year":{"N":"1927"}}})");
  std::cout << db->execute("GetItem", R"({"TableName":"films","Key":{"title":{"S":"Metropolis"}}})").body;
}
