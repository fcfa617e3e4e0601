#include "tests/api/database_fixture.h"

#include <algorithm>
#include <stdexcept>

#include <rapidjson/document.h>
#include <rapidjson/pointer.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include "tests/api/reply_contract.h"

namespace lodestone::testing {
namespace {

namespace rj = rapidjson;

std::string_view text_of(const rj::Value& value) { return {value.GetString(), value.GetStringLength()}; }

bool is_set(std::string_view name) { return name == "SS" || name == "NS" || name == "BS"; }

/// Sorts the members of every object, and the elements of every set.
void sort(rj::Value& value) {
  if (value.IsArray()) {
    for (rj::Value& element : value.GetArray()) sort(element);
  }
  if (!value.IsObject()) return;
  for (auto& member : value.GetObject()) {
    sort(member.value);
    if (!is_set(text_of(member.name)) || !member.value.IsArray()) continue;
    const auto less = [](const rj::Value& a, const rj::Value& b) {
      return a.IsString() && b.IsString() && text_of(a) < text_of(b);
    };
    std::sort(member.value.Begin(), member.value.End(), less);
  }
  std::sort(value.MemberBegin(), value.MemberEnd(),
            [](const auto& a, const auto& b) { return text_of(a.name) < text_of(b.name); });
}

std::string written(const rj::Value& value) {
  rj::StringBuffer buffer;
  rj::Writer<rj::StringBuffer> writer(buffer);
  value.Accept(writer);
  return {buffer.GetString(), buffer.GetSize()};
}

rj::Document parsed(std::string_view json) {
  rj::Document document;
  document.Parse(json.data(), json.size());
  if (document.HasParseError()) throw std::invalid_argument("not JSON: " + std::string(json.substr(0, 300)));
  sort(document);
  return document;
}

const rj::Value* find(const rj::Document& document, std::string_view pointer) {
  return rj::Pointer(pointer.data(), pointer.size()).Get(document);
}

}  // namespace

std::string double_quoted(std::string_view text) {
  std::string result(text);
  std::replace(result.begin(), result.end(), '\'', '"');
  return result;
}

std::string canonical(std::string_view json) { return written(parsed(json)); }

std::string json(std::string_view text) { return canonical(double_quoted(text)); }

std::string at(std::string_view json, std::string_view pointer) {
  const rj::Document document = parsed(json);
  const rj::Value* found = find(document, pointer);
  return found == nullptr ? std::string() : written(*found);
}

std::size_t count_at(std::string_view json, std::string_view pointer) {
  const rj::Document document = parsed(json);
  const rj::Value* found = find(document, pointer);
  if (found == nullptr) return 0;
  return found->IsArray() ? found->Size() : found->IsObject() ? found->MemberCount() : 0;
}

std::vector<std::string> elements_at(std::string_view json, std::string_view pointer) {
  const rj::Document document = parsed(json);
  const rj::Value* found = find(document, pointer);
  std::vector<std::string> elements;
  if (found == nullptr || !found->IsArray()) return elements;
  for (const rj::Value& element : found->GetArray()) elements.push_back(written(element));
  return elements;
}

std::string text_at(std::string_view json, std::string_view pointer) {
  const rj::Document document = parsed(json);
  const rj::Value* found = find(document, pointer);
  if (found == nullptr) return {};
  return found->IsString() ? std::string(text_of(*found)) : written(*found);
}

std::string store_name(const ::testing::TestParamInfo<Store>& info) {
  return info.param == Store::kMemory ? "Memory" : "Disk";
}

DatabaseOptions TestDatabase::without_threads() {
  DatabaseOptions options;
  options.background_work = false;
  return options;
}

TestDatabase::TestDatabase(Store store, DatabaseOptions options) : options_(std::move(options)) {
  options_.clock = &clock;
  if (store == Store::kDisk) options_.path = folder_ / "store";
  options_.log = [](std::string_view line) { ADD_FAILURE() << "the database reports: " << line; };
  open();
}

void TestDatabase::open() {
  auto opened = Database::open(options_);
  if (!opened.ok()) throw std::runtime_error(opened.error().message);
  database_ = std::move(*opened);
}

void TestDatabase::reopen() {
  if (options_.path.empty()) return;
  database_.reset();
  open();
}

Reply TestDatabase::run(std::string_view operation, std::string_view request) {
  Reply reply = database_->execute(operation, double_quoted(request));
  expect_contract(operation, request, reply);
  return reply;
}

void expect_contract(std::string_view operation, std::string_view request, const Reply& reply) {
  constexpr std::size_t kShown = 1000;
  const auto fault = contract_fault(operation, reply);
  EXPECT_FALSE(fault) << operation << ' ' << request.substr(0, kShown) << "\nbreaks the model: " << *fault
                      << '\n'
                      << reply.status << ' ' << reply.body.substr(0, kShown);
}

std::string TestDatabase::answer(std::string_view operation, std::string_view request) {
  const Reply reply = run(operation, request);
  if (reply.body.empty()) return reply.status == 200 ? "(empty)" : "(an error without a body)";
  if (reply.status == 200) return canonical(reply.body);
  const std::string type = text_at(reply.body, "/__type");
  std::string text = text_at(reply.body, "/message");
  if (text.empty()) text = text_at(reply.body, "/Message");
  return type.substr(type.find('#') + 1) + (text.empty() ? "" : ": " + text);
}

std::string TestDatabase::ok(std::string_view operation, std::string_view request) {
  const Reply reply = run(operation, request);
  EXPECT_EQ(reply.status, 200U) << operation << ' ' << request.substr(0, 1000) << '\n' << reply.body;
  return reply.body.empty() ? "{}" : canonical(reply.body);
}

void TestDatabase::create_table(std::string_view more) {
  std::string request = "{'TableName':'things','BillingMode':'PAY_PER_REQUEST'";
  request += more;
  request += '}';
  ok("CreateTable", request);
}

void TestDatabase::create_plain_table(bool with_sort_key) {
  create_table(
      with_sort_key
          ? ",'AttributeDefinitions':[{'AttributeName':'pk','AttributeType':'S'},"
            "{'AttributeName':'sk','AttributeType':'S'}],"
            "'KeySchema':[{'AttributeName':'pk','KeyType':'HASH'},{'AttributeName':'sk','KeyType':'RANGE'}]"
          : ",'AttributeDefinitions':[{'AttributeName':'pk','AttributeType':'S'}],"
            "'KeySchema':[{'AttributeName':'pk','KeyType':'HASH'}]");
}

void TestDatabase::put(std::string_view item) {
  std::string request = "{'TableName':'things','Item':";
  request += item;
  request += '}';
  ok("PutItem", request);
}

std::string TestDatabase::get(std::string_view key) {
  std::string request = "{'TableName':'things','ConsistentRead':true,'Key':";
  request += key;
  request += '}';
  return at(ok("GetItem", request), "/Item");
}

void expect_answers(TestDatabase& database, const std::vector<Case>& cases) {
  constexpr std::string_view kAnyRest = "…";
  for (const Case& each : cases) {
    const bool any_rest = each.expected.ends_with(kAnyRest);
    std::string expected = each.expected;
    if (expected.starts_with('{')) expected = any_rest ? double_quoted(expected) : json(expected);
    std::string actual = database.answer(each.operation, each.request);
    if (any_rest) {
      expected.resize(expected.size() - kAnyRest.size());
      actual = actual.substr(0, expected.size());
    }
    EXPECT_EQ(actual, expected) << each.operation << ' ' << each.request.substr(0, 2000);
  }
}

std::string repeated(std::string_view text, std::size_t count) {
  std::string all;
  all.reserve(text.size() * count);
  for (std::size_t i = 0; i < count; ++i) all += text;
  return all;
}

}  // namespace lodestone::testing
