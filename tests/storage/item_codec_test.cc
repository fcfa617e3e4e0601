#include "storage/item_codec.h"

#include <array>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace lodestone {
namespace {

std::string stored_json(Item item) {
  std::string stored;
  encode_item(stored, item, 123);
  const auto opened = open_item(stored);
  EXPECT_TRUE(opened.has_value());
  EXPECT_EQ(opened->size_bytes, 123U);
  return std::string(opened->json);
}

TEST(ItemCodec, WritesCanonicalJson) {
  const std::array<std::string_view, 2> texts = {"a", "b\"c"};
  const std::array<std::string_view, 2> bytes = {"", std::string_view("\0\xFF", 2)};
  const std::array<Value, 2> list = {Value::null(), Value::boolean(false)};
  const std::array<Attribute, 1> map = {Attribute{"\n", Value::number("-1.5")}};
  const std::vector<Attribute> item = {{"a", Value::string("\x01\t\\ \xC3\xBC")},
                                       {"b", Value::binary(std::string_view("\0\x10\x83", 3))},
                                       {"c", Value::set(Type::kSS, texts)},
                                       {"d", Value::set(Type::kBS, bytes)},
                                       {"e", Value::list(list)},
                                       {"f", Value::map(map)},
                                       {"g", Value::list({})},
                                       {"h", Value::map({})}};
  EXPECT_EQ(
      stored_json(item),
      R"({"a":{"S":"\u0001\t\\ ü"},"b":{"B":"ABCD"},"c":{"SS":["a","b\"c"]},"d":{"BS":["","AP8="]},)"
      R"("e":{"L":[{"NULL":true},{"BOOL":false}]},"f":{"M":{"\n":{"N":"-1.5"}}},"g":{"L":[]},"h":{"M":{}}})");
}

TEST(ItemCodec, ReadsWhatItWrote) {
  for (const char* json :
       {R"({})", R"({"a":{"S":""}})", R"({"a":{"S":"\u0000\u001f\"\\\b\f\n\r\t"},"b":{"N":"0"}})",
        R"({"\"":{"B":"AA=="},"b":{"B":"AAE="},"c":{"B":""}})",
        R"({"s":{"SS":["","a"]},"t":{"NS":["-1","2"]},"u":{"BS":["AA=="]}})",
        R"({"l":{"L":[{"L":[]},{"M":{}},{"M":{"x":{"NULL":true}}}]}})",
        R"({"a":{"BOOL":true},"b":{"BOOL":false}})"}) {
    Arena arena;
    const auto item = decode_item(json, arena);
    ASSERT_TRUE(item) << json;
    std::string again;
    append_json(again, *item);
    EXPECT_EQ(again, json);
  }
}

TEST(ItemCodec, ReadsManyElements) {
  std::string json = R"({"l":{"L":[)";
  for (int i = 0; i < 1000; ++i)
    json += (i == 0 ? "" : ",") + std::string(R"({"N":")") + std::to_string(i) + "\"}";
  json += "]}}";
  Arena arena;
  const auto item = decode_item(json, arena);
  ASSERT_TRUE(item);
  EXPECT_EQ((*item)[0].value.list().size(), 1000U);
  std::string again;
  append_json(again, *item);
  EXPECT_EQ(again, json);
}

TEST(ItemCodec, RefusesWhatItDoesNotWrite) {
  for (const char* json : {"",
                           "{",
                           "}",
                           "[]",
                           "null",
                           R"({"a"})",
                           R"({"a":})",
                           R"({"a":{}})",
                           R"({"a":{"S"}})",
                           R"({"a":{"S":}})",
                           R"({"a":{"S":"})",
                           R"({"a":{"S":"x"})",
                           R"({"a":{"S":"x"}}})",
                           R"({"a":{"S":"x"},})",
                           R"({"a":{"S":"x","N":"1"}})",
                           R"({"a":{"X":"x"}})",
                           R"({"a":{"N":""}})",
                           R"({"a":{"N":5}})",
                           R"({"a":{"N":"1\"}})",
                           R"({"a":{"N":"1e5"}})",
                           R"({"a":{"NS":["1","x"]}})",
                           R"({"a":{"B":"A"}})",
                           R"({"a":{"B":"A==="}})",
                           R"({"a":{"B":"A=A="}})",
                           R"({"a":{"B":"????"}})",
                           R"({"a":{"BOOL":1}})",
                           R"({"a":{"NULL":false}})",
                           R"({"a":{"SS":[]}})",
                           R"({"a":{"SS":["a"}})",
                           R"({"a":{"L":[,]}})",
                           R"({"a":{"L":[{"S":"x"}})",
                           R"({"a":{"M":[]}})",
                           R"({"a":{"S":"\x"}})",
                           R"({"a":{"S":"\u12"}})",
                           R"({"a":{"S":"\u1234"}})",
                           R"({"a":{"S":"\)",
                           R"({"a":{"S":"\"}})",
                           R"( {"a":{"S":"x"}})"}) {
    Arena arena;
    EXPECT_FALSE(decode_item(json, arena)) << json;
  }
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += R"({"a":{"M":)";
  Arena arena;
  EXPECT_FALSE(decode_item(deep, arena));
  std::string list = R"({"a":)";
  for (int i = 0; i < 100'000; ++i) list += R"({"L":[)";
  EXPECT_FALSE(decode_item(list, arena));
}

TEST(ItemCodec, RefusesOtherForms) {
  EXPECT_FALSE(open_item(""));
  EXPECT_FALSE(open_item(std::string_view("\x01\0\0\0", 4)));
  EXPECT_FALSE(open_item(std::string_view("\x02\0\0\0\0{}", 7)));
  const auto opened = open_item(std::string_view("\x01\x04\x03\x02\x01{}", 7));
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->size_bytes, 0x01020304U);
  EXPECT_EQ(opened->json, "{}");
}

}  // namespace
}  // namespace lodestone
