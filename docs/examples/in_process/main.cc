#include <iostream>

#include "server/api/database.h"

int main() {
  const auto db = *lodestone::Database::open({});  // in memory; {.path = "folder"} keeps it on disk
  const auto created = db->execute("CreateTable", R"({"TableName":"films","BillingMode":"PAY_PER_REQUEST",
      "AttributeDefinitions":[{"AttributeName":"title","AttributeType":"S"}],
      "KeySchema":[{"AttributeName":"title","KeyType":"HASH"}]})");
  const auto put = db->execute("PutItem", R"({"TableName":"films","Item":{"title":{"S":"Metropolis"}}})");
  const auto got = db->execute("GetItem", R"({"TableName":"films","Key":{"title":{"S":"Metropolis"}}})");
  std::cout << created.status << ' ' << put.status << ' ' << got.body << '\n';
}
