#include "tests/bench/workload.h"

#include <array>
#include <utility>

namespace lodestone::bench {
namespace {

constexpr std::size_t kDigits = 10;  // of a partition, of a serial number

constexpr std::array<std::pair<std::string_view, Operation>, 10> kNames{
    {{"GetItem", Operation::kGetItem},
     {"PutItem", Operation::kPutItem},
     {"UpdateItem", Operation::kUpdateItem},
     {"Query", Operation::kQuery},
     {"BatchGetItem", Operation::kBatchGetItem},
     {"Scan", Operation::kScan},
     {"ExecuteStatement", Operation::kExecuteStatement},
     {"TransactWriteItems", Operation::kTransactWriteItems},
     {"GetRecords", Operation::kGetRecords},
     {"Fill", Operation::kFill}}};

// Beside the key, what an application's item has: text, numbers, a set, a map, a list. `data` brings the item
// to 400 bytes by the rules of
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
constexpr std::string_view kAttributes =
    R"(,"name":{"S":"Jane Q. Public"},"age":{"N":"42"},"n":{"N":"7"},"active":{"BOOL":true},)"
    R"("tags":{"SS":["alpha","beta","gamma"]},"address":{"M":{"street":{"S":"100 Main Street"},)"
    R"("city":{"S":"Springfield"},"zip":{"S":"12345"}}},"scores":{"L":[{"N":"1"},{"N":"2.5"},{"N":"300"}]},"data":{"S":")";
constexpr std::size_t kAttributesBytes = 151;  // pk and sk with their names, and all of the above
constexpr std::size_t kItemBytes = 400;

void write_digits(char* to, std::uint64_t number) {
  for (std::size_t i = kDigits; i-- > 0; number /= 10) to[i] = static_cast<char>('0' + number % 10);
}

}  // namespace

std::optional<Operation> operation_named(std::string_view name) {
  for (const auto& [text, operation] : kNames) {
    if (text == name) return operation;
  }
  return std::nullopt;
}

std::string_view wire_name(Operation operation) {
  if (operation == Operation::kFill) return "BatchWriteItem";
  for (const auto& [text, named] : kNames) {
    if (named == operation) return text;
  }
  return "";
}

std::string target(Operation operation) {
  std::string text = operation == Operation::kGetRecords ? "DynamoDBStreams_20120810." : "DynamoDB_20120810.";
  text += wire_name(operation);
  return text;
}

std::string enable_stream_body() {
  return R"({"TableName":"bench","StreamSpecification":{"StreamEnabled":true,"StreamViewType":"NEW_IMAGE"}})";
}

std::string create_table_body() {
  return R"({"TableName":"bench","BillingMode":"PAY_PER_REQUEST",)"
         R"("AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},{"AttributeName":"sk","AttributeType":"N"}],)"
         R"("KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},{"AttributeName":"sk","KeyType":"RANGE"}]})";
}

void Body::append_key(std::string_view before_pk, std::string_view before_sk) {
  text_.append(before_pk).append(R"({"S":"user#)");
  const std::size_t partition = text_.size();
  text_.append(kDigits, '0');
  text_.append(R"("})").append(before_sk).append(R"({"N":")");
  keys_.push_back({partition, text_.size()});
  text_ += R"(0"})";
}

void Body::append_key() { append_key(R"("pk":)", R"(,"sk":)"); }

void Body::append_item() {
  text_ += '{';
  append_key();
  text_ += kAttributes;
  serials_.push_back(text_.size());
  text_.append(kItemBytes - kAttributesBytes, 'x');
  text_ += R"("}})";
}

void Body::append_transaction() {
  text_ = R"({"TransactItems":[)";
  for (int put = 0; put < 2; ++put) {
    text_ += R"({"Put":{"TableName":"bench","Item":)";
    append_item();
    text_ += "}},";
  }
  text_ += R"({"Update":{"TableName":"bench","Key":{)";
  append_key();
  text_ += R"(},"UpdateExpression":"SET n = n + :1","ExpressionAttributeValues":{":1":{"N":"1"}}}},)"
           R"({"ConditionCheck":{"TableName":"bench","Key":{)";
  append_key();
  text_ += R"-(},"ConditionExpression":"attribute_exists(pk)"}}]})-";
}

Body::Body(Operation operation, std::string_view shard_iterator) : operation_(operation) {
  switch (operation) {
    case Operation::kGetItem:
      text_ = R"({"TableName":"bench","Key":{)";
      append_key();
      text_ += "}}";
      least_reply_bytes_ = kItemBytes;
      break;
    case Operation::kPutItem:
      text_ = R"({"TableName":"bench","Item":)";
      append_item();
      text_ += '}';
      break;
    case Operation::kUpdateItem:
      text_ = R"({"TableName":"bench","Key":{)";
      append_key();
      text_ += R"(},"UpdateExpression":"SET n = n + :1","ExpressionAttributeValues":{":1":{"N":"1"}}})";
      break;
    case Operation::kQuery:
      text_ = R"({"TableName":"bench","KeyConditionExpression":"pk = :pk",)"
              R"("ExpressionAttributeValues":{":pk":{"S":"user#)";
      keys_.push_back({text_.size(), std::nullopt});
      text_.append(kDigits, '0');
      text_ += R"("}}})";
      least_reply_bytes_ = kItemsPerPartition * kItemBytes;
      break;
    case Operation::kBatchGetItem:
      text_ = R"({"RequestItems":{"bench":{"Keys":[)";
      for (std::uint64_t i = 0; i < kItemsPerBatchGet; ++i) {
        text_ += i == 0 ? "{" : ",{";
        append_key();
        text_ += '}';
      }
      text_ += "]}}}";
      least_reply_bytes_ = kItemsPerBatchGet * kItemBytes;
      break;
    case Operation::kScan:
      text_ = R"({"TableName":"bench"})";
      least_reply_bytes_ = 1024 * 1024;  // the service ends a page of a Scan at 1 MB of items
      break;
    case Operation::kExecuteStatement:
      text_ = R"({"Statement":"SELECT * FROM \"bench\" WHERE pk = ? AND sk = ?","Parameters":[)";
      append_key("", ",");
      text_ += "]}";
      least_reply_bytes_ = kItemBytes;
      break;
    case Operation::kTransactWriteItems:
      append_transaction();
      break;
    case Operation::kGetRecords:
      text_.append(R"({"ShardIterator":")").append(shard_iterator);
      text_.append(R"(","Limit":)").append(std::to_string(kRecordsPerPage)).append("}");
      least_reply_bytes_ = kRecordsPerPage * kItemBytes;
      break;
    case Operation::kFill:
      text_ = R"({"RequestItems":{"bench":[)";
      for (std::uint64_t i = 0; i < kItemsPerFill; ++i) {
        text_ += i == 0 ? R"({"PutRequest":{"Item":)" : R"(,{"PutRequest":{"Item":)";
        append_item();
        text_ += "}}";
      }
      text_ += "]}}";
      break;
  }
}

void Body::aim(std::string& text, std::size_t offset, std::uint64_t item, std::uint64_t item_count) {
  if (keys_.empty()) return;
  const std::uint64_t step = operation_ == Operation::kFill ? 1 : item_count / keys_.size();
  for (const Key& key : keys_) {
    write_digits(text.data() + offset + key.partition, item / kItemsPerPartition);
    if (key.sort) text[offset + *key.sort] = static_cast<char>('0' + item % kItemsPerPartition);
    item = (item + step) % item_count;
  }
  for (const std::size_t serial : serials_) write_digits(text.data() + offset + serial, ++serial_);
}

}  // namespace lodestone::bench
