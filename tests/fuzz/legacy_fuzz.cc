/// Random requests with the parameters from before expressions, against a table in memory. Every reply must
/// be as the API's model says, errors included; a read repeated must answer the same.
///
/// The bytes choose: which operation, which parameters, which operators and values, a few of them malformed.
/// Bytes that are not there are zeros.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <span>
#include <string>
#include <string_view>

#include "server/api/database.h"
#include "tests/api/reply_contract.h"

namespace lodestone {
namespace {

using Words = std::span<const std::string_view>;

constexpr std::array<std::string_view, 12> kAttributes = {"pk", "sk", "s", "n",   "b",      "ss",
                                                          "ns", "l",  "m", "a.b", "absent", ""};
constexpr std::array<std::string_view, 14> kOperators = {
    "EQ", "NE",   "LT",       "LE",       "GT",          "GE",   "BETWEEN",
    "IN", "NULL", "NOT_NULL", "CONTAINS", "BEGINS_WITH", "what", "NOT_CONTAINS"};
constexpr std::array<std::string_view, 4> kActions = {"PUT", "ADD", "DELETE", "put"};
constexpr std::array<std::string_view, 7> kReturnValues = {
    "NONE", "ALL_OLD", "UPDATED_OLD", "ALL_NEW", "UPDATED_NEW", "all", ""};
constexpr std::array<std::string_view, 6> kSelects = {
    "ALL_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES", "COUNT", "SPECIFIC_ATTRIBUTES", "count", ""};
constexpr std::array<std::string_view, 10> kNumbers = {"0",     "1",     "2.50",   "-7",  "1e125",
                                                       "9e125", "1e126", "1e-130", "x1x", ""};
constexpr std::array<std::string_view, 7> kTexts = {"", "a", "b", "ab", "ä", "\\u0000", "text"};
constexpr std::array<std::string_view, 6> kBinaries = {"", "AQ==", "AQID", "/w==", "A", "****"};

class RequestMaker {
 public:
  explicit RequestMaker(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

  [[nodiscard]] bool is_done() const { return bytes_.empty(); }

  std::size_t pick(std::size_t count) {
    if (bytes_.empty()) return 0;
    const std::size_t byte = bytes_.front();
    bytes_ = bytes_.subspan(1);
    return byte % count;
  }
  bool rarely() { return pick(8) == 7; }
  bool often() { return pick(4) != 3; }

  std::string word(Words words) { return '"' + std::string(words[pick(words.size())]) + '"'; }

  std::string value(int depth = 0) {
    switch (pick(depth < 4 ? 14 : 9)) {
      case 0:
        return R"({"S":)" + word(kTexts) + "}";
      case 1:
        return R"({"N":)" + word(kNumbers) + "}";
      case 2:
        return R"({"B":)" + word(kBinaries) + "}";
      case 3:
        return pick(2) == 0 ? R"({"BOOL":true})" : R"({"BOOL":false})";
      case 4:
        return rarely() ? R"({"NULL":false})" : R"({"NULL":true})";
      case 5:
        return set("SS", kTexts);
      case 6:
        return set("NS", kNumbers);
      case 7:
        return set("BS", kBinaries);
      case 8:
        return malformed();
      case 9:
      case 10:
      case 11:
        return R"({"L":)" + list([this, depth] { return value(depth + 1); }) + "}";
      default:
        return R"({"M":)" + attributes([this, depth] { return value(depth + 1); }) + "}";
    }
  }

  std::string condition() {
    std::string text = "{";
    if (!rarely()) text += R"("ComparisonOperator":)" + word(kOperators);
    if (often())
      text += (text.size() > 1 ? "," : "") + (R"("AttributeValueList":)" + list([this] { return value(); }));
    return text + "}";
  }

  std::string expectation() {
    std::string text = "{";
    const auto add = [&text](std::string_view name, const std::string& content) {
      text += (text.size() > 1 ? ",\"" : "\"") + std::string(name) + "\":" + content;
    };
    if (pick(2) == 0) add("ComparisonOperator", word(kOperators));
    if (pick(2) == 0) add("AttributeValueList", list([this] { return value(); }));
    if (pick(3) == 0) add("Value", value());
    if (pick(4) == 0) add("Exists", pick(2) == 0 ? "true" : "false");
    return text + "}";
  }

  std::string update() {
    std::string text = "{";
    if (often()) text += R"("Action":)" + word(kActions);
    if (often()) text += (text.size() > 1 ? "," : "") + (R"("Value":)" + value());
    return text + "}";
  }

  template <class Make>
  std::string attributes(Make make) {
    std::string text = "{";
    for (std::size_t count = pick(4); count > 0; --count) {
      text += (text.size() > 1 ? "," : "") + word(kAttributes) + ":" + make();
    }
    return text + "}";
  }

  template <class Make>
  std::string list(Make make) {
    std::string text = "[";
    for (std::size_t count = pick(4); count > 0; --count) text += (text.size() > 1 ? "," : "") + make();
    return text + "]";
  }

  std::string key() {
    if (rarely()) return attributes([this] { return value(); });
    return R"({"pk":{"S":)" + word(std::span(kTexts).first(4)) + R"(},"sk":{"N":)" +
           word(std::span(kNumbers).first(4)) + "}}";
  }

 private:
  std::string set(std::string_view type, Words words) {
    return "{\"" + std::string(type) + "\":" + list([this, words] { return word(words); }) + "}";
  }
  std::string malformed() {
    constexpr std::array<std::string_view, 6> kMalformed = {
        "{}", R"({"S":"a","N":"1"})", R"({"dog":"cat"})", R"({"N":1})", "null", R"({"SS":"a"})"};
    return std::string(kMalformed[pick(kMalformed.size())]);
  }

  std::span<const std::uint8_t> bytes_;
};

struct Operation {
  std::string_view name;
  bool reads;
  std::string request;
};

/// A parameter in some of the requests.
template <class Make>
void maybe(RequestMaker& maker, std::string& request, std::string_view name, Make make) {
  if (maker.pick(3) != 0) return;
  request += ",\"" + std::string(name) + "\":" + make();
}

Operation make_operation(RequestMaker& maker) {
  std::string request = R"({"TableName":"things")";
  const auto expected = [&] {
    maybe(maker, request, "Expected", [&] { return maker.attributes([&] { return maker.expectation(); }); });
    maybe(maker, request, "ConditionalOperator",
          [&] { return std::string(maker.pick(2) == 0 ? "\"OR\"" : "\"AND\""); });
    maybe(maker, request, "ReturnValues", [&] { return maker.word(kReturnValues); });
    if (maker.rarely()) request += R"-(,"ConditionExpression":"attribute_exists(pk)")-";
  };
  const auto reading = [&](std::string_view filter) {
    maybe(maker, request, filter, [&] { return maker.attributes([&] { return maker.condition(); }); });
    maybe(maker, request, "ConditionalOperator",
          [&] { return std::string(maker.pick(2) == 0 ? "\"OR\"" : "\"AND\""); });
    maybe(maker, request, "AttributesToGet",
          [&] { return maker.list([&] { return maker.word(kAttributes); }); });
    maybe(maker, request, "Select", [&] { return maker.word(kSelects); });
    maybe(maker, request, "Limit", [&] { return std::to_string(maker.pick(4)); });
    maybe(maker, request, "ExclusiveStartKey", [&] { return maker.key(); });
    if (maker.pick(3) == 0)
      request += maker.pick(2) == 0 ? R"(,"IndexName":"local")" : R"(,"IndexName":"global")";
    if (maker.rarely()) request += R"-(,"FilterExpression":"attribute_exists(n)")-";
  };
  switch (maker.pick(6)) {
    case 0:
      request += R"(,"Item":)" + maker.key();
      request.pop_back();
      request += R"(,"v":)" + maker.value() + "}";
      expected();
      return {"PutItem", false, request + "}"};
    case 1:
      request += R"(,"Key":)" + maker.key();
      maybe(maker, request, "AttributeUpdates",
            [&] { return maker.attributes([&] { return maker.update(); }); });
      expected();
      if (maker.rarely()) request += R"(,"UpdateExpression":"REMOVE n")";
      return {"UpdateItem", false, request + "}"};
    case 2:
      request += R"(,"Key":)" + maker.key();
      expected();
      return {"DeleteItem", false, request + "}"};
    case 3:
      if (maker.rarely()) {
        request += R"(,"KeyConditions":)" + maker.attributes([&] { return maker.condition(); });
      } else {
        request += R"(,"KeyConditions":{"pk":{"ComparisonOperator":"EQ","AttributeValueList":[{"S":"a"}]})";
        if (maker.often()) request += ",\"sk\":" + maker.condition();
        request += "}";
      }
      reading("QueryFilter");
      return {"Query", true, request + "}"};
    case 4:
      reading("ScanFilter");
      return {"Scan", true, request + "}"};
    default:
      request += R"(,"Key":)" + maker.key();
      maybe(maker, request, "AttributesToGet",
            [&] { return maker.list([&] { return maker.word(kAttributes); }); });
      return {"GetItem", true, request + "}"};
  }
}

[[noreturn]] void fail(const Operation& operation, const Reply& reply, const std::string& why) {
  std::fprintf(stderr, "%s\n%s %s\n%u %s\n", why.c_str(), std::string(operation.name).c_str(),
               operation.request.c_str(), reply.status, reply.body.c_str());
  std::abort();
}

Reply run(Database& database, const Operation& operation) {
  Reply reply = database.execute(operation.name, operation.request);
  if (const auto fault = testing::contract_fault(operation.name, reply)) fail(operation, reply, *fault);
  if (reply.status == 500) fail(operation, reply, "an internal error");
  return reply;
}

void set_up(Database& database) {
  const Operation steps[] = {
      {"CreateTable", false,
       R"({"TableName":"things","BillingMode":"PAY_PER_REQUEST","AttributeDefinitions":[)"
       R"({"AttributeName":"pk","AttributeType":"S"},{"AttributeName":"sk","AttributeType":"N"},)"
       R"({"AttributeName":"s","AttributeType":"S"}],"KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},)"
       R"({"AttributeName":"sk","KeyType":"RANGE"}],"LocalSecondaryIndexes":[{"IndexName":"local","KeySchema":[)"
       R"({"AttributeName":"pk","KeyType":"HASH"},{"AttributeName":"s","KeyType":"RANGE"}],)"
       R"("Projection":{"ProjectionType":"KEYS_ONLY"}}],"GlobalSecondaryIndexes":[{"IndexName":"global","KeySchema":[)"
       R"({"AttributeName":"s","KeyType":"HASH"}],"Projection":{"ProjectionType":"ALL"}}]})"},
      {"PutItem", false,
       R"({"TableName":"things","Item":{"pk":{"S":"a"},"sk":{"N":"1"},"s":{"S":"text"},"n":{"N":"5"},"b":{"B":"AQID"},)"
       R"("ss":{"SS":["a","b"]},"ns":{"NS":["1","2.5"]},"l":{"L":[{"S":"a"},{"N":"1"}]},"m":{"M":{"n":{"N":"1"}}},)"
       R"("a.b":{"BOOL":true}}})"},
      {"PutItem", false,
       R"({"TableName":"things","Item":{"pk":{"S":"a"},"sk":{"N":"2.5"},"n":{"N":"9e125"}}})"},
  };
  for (const Operation& step : steps) {
    const Reply reply = run(database, step);
    if (reply.status != 200) fail(step, reply, "the table is not set up");
  }
}

}  // namespace
}  // namespace lodestone

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lodestone;
  constexpr std::size_t kMostBytes = 512;
  RequestMaker maker(std::span(data, std::min(size, kMostBytes)));
  DatabaseOptions options;
  options.background_work = false;
  const auto database = *Database::open(options);
  set_up(*database);
  while (!maker.is_done()) {
    const Operation operation = make_operation(maker);
    const Reply reply = run(*database, operation);
    if (operation.reads && run(*database, operation).body != reply.body) {
      fail(operation, reply, "the same read has answered otherwise");
    }
  }
  return 0;
}
