// The check that every reply of these tests goes through finds what it is made to find.
#include "tests/api/reply_contract.h"

#include <gtest/gtest.h>

#include "tests/api/database_fixture.h"

namespace lodestone::testing {
namespace {

std::string fault_of(std::string_view operation, const std::string& body, unsigned status = 200) {
  return contract_fault(operation, {status, double_quoted(body)}).value_or("");
}

TEST(ReplyContract, TakesWhatTheModelSays) {
  const std::string item =
      "{'S':{'S':'a'},'N':{'N':'1'},'B':{'B':'AQ=='},'L':{'L':[{'BOOL':true},{'NULL':true}]},"
      "'M':{'M':{'x':{'NS':['1']}}}}";
  EXPECT_EQ(fault_of("GetItem", "{}"), "");
  EXPECT_EQ(
      fault_of("GetItem", "{'Item':" + item + ",'ConsumedCapacity':{'TableName':'t','CapacityUnits':0.5}}"),
      "");
  EXPECT_EQ(fault_of("TagResource", ""), "");
  EXPECT_EQ(
      fault_of("PutItem", "{'__type':'com.amazon.coral.validate#ValidationException','message':'no'}", 400),
      "");
  EXPECT_EQ(
      fault_of("PutItem",
               "{'__type':'com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException','message':'no',"
               "'Item':" +
                   item + "}",
               400),
      "");
  EXPECT_EQ(fault_of("NoOperation", "{'__type':'com.amazon.coral.service#UnknownOperationException'}", 400),
            "");
  EXPECT_EQ(fault_of("GetItem",
                     "{'__type':'com.amazonaws.dynamodb.v20120810#InternalServerError','message':'x'}", 500),
            "");
}

TEST(ReplyContract, FindsWhatItDoesNot) {
  EXPECT_EQ(fault_of("GetItem", "{'Item':{'a':{'S':5}}}"), "/Item/a/S: not a string");
  EXPECT_EQ(fault_of("GetItem", "{'Item':{'a':{'S':'x','N':'1'}}}"), "/Item/a: not one type");
  EXPECT_EQ(fault_of("GetItem", "{'Item':{'a':{}}}"), "/Item/a: not one type");
  EXPECT_EQ(fault_of("GetItem", "{'Item':{'a':{'B':'?'}}}"), "/Item/a/B: not base64");
  EXPECT_EQ(fault_of("GetItem", "{'Item':null}"), "/Item: not a map");
  EXPECT_EQ(fault_of("GetItem", "{'Items':{}}"), "the reply: unknown to the model: Items");
  EXPECT_EQ(fault_of("GetItem", "{'Item':{},'Item':{}}"), "the reply: twice: Item");
  EXPECT_EQ(fault_of("Query", "{'Count':1.5}"), "/Count: not an integer");
  EXPECT_EQ(fault_of("Query", "{'Items':[{'a':{'L':[{'N':1}]}}]}"), "/Items/0/a/L/0/N: not a string");
  EXPECT_EQ(fault_of("DescribeTable", "{'Table':{'TableStatus':'READY'}}"),
            "/Table/TableStatus: none of its enumeration: READY");
  EXPECT_EQ(fault_of("DescribeTable", "{'Table':{'KeySchema':[{'AttributeName':'pk'}]}}"),
            "/Table/KeySchema/0: missing: KeyType");
  EXPECT_EQ(fault_of("TagResource", "{}"), "the reply: not empty");
  EXPECT_EQ(fault_of("GetItem", "{'Item':{'a':{'S':'\xFF'}}}"), "the reply: not JSON");
  EXPECT_EQ(fault_of("GetItem", ""), "the reply: not JSON");
  EXPECT_EQ(fault_of("NoOperation", "{}"), "the reply: the model knows no such operation");
}

TEST(ReplyContract, FindsErrorsThatDoNotBelong) {
  const std::string conflict =
      "{'__type':'com.amazonaws.dynamodb.v20120810#TransactionConflictException','message':'no'}";
  EXPECT_EQ(fault_of("PutItem", conflict, 400), "");
  EXPECT_EQ(fault_of("GetItem", conflict, 400),
            "the reply: an error that the model does not list: TransactionConflictException");
  EXPECT_EQ(fault_of("PutItem", conflict, 500),
            "the reply: status 500 for com.amazonaws.dynamodb.v20120810#TransactionConflictException");
  EXPECT_EQ(fault_of("PutItem", "{'message':'no'}", 400), "the reply: an error without a type");
  EXPECT_EQ(fault_of("PutItem", "{'__type':'ValidationException','message':'no'}", 400),
            "the reply: an error of no known namespace: ValidationException");
  EXPECT_EQ(
      fault_of("PutItem", "{'__type':'com.amazon.coral.validate#ValidationException','Message':'no'}", 400),
      "the reply: unknown to com.amazon.coral.validate#ValidationException: Message");
  EXPECT_EQ(
      fault_of("TransactWriteItems",
               "{'__type':'com.amazonaws.dynamodb.v20120810#TransactionCanceledException','Message':'no',"
               "'CancellationReasons':[{'code':'None'}]}",
               400),
      "/CancellationReasons/0: unknown to the model: code");
}

}  // namespace
}  // namespace lodestone::testing
