#include "server/api/json.h"

#include <string>

#include <gtest/gtest.h>

namespace lodestone {
namespace {

bool parses(std::string body) { return JsonDocument().parse(body); }

TEST(Json, RootMayBeAnyValue) {
  JsonDocument document;
  std::string body = "null";
  ASSERT_TRUE(document.parse(body));
  EXPECT_TRUE(document.root().IsNull());
  body = " [] ";
  ASSERT_TRUE(document.parse(body));
  EXPECT_TRUE(document.root().IsArray());
  body = R"("text")";
  ASSERT_TRUE(document.parse(body));
  EXPECT_EQ(json_text(document.root()), "text");
  body = "{}";
  ASSERT_TRUE(document.parse(body));
  EXPECT_TRUE(document.root().IsObject());
}

TEST(Json, TextsAreUnescapedInPlace) {
  JsonDocument document;
  std::string body = R"({"a\"b":"\u00e9\ud83d\ude00\\ \/\b\f\n\r\t\u0000."})";
  ASSERT_TRUE(document.parse(body));
  const auto member = document.root().MemberBegin();
  EXPECT_EQ(json_text(member->name), "a\"b");
  EXPECT_EQ(json_text(member->value), std::string_view("\xC3\xA9\xF0\x9F\x98\x80\\ /\b\f\n\r\t\0.", 16));
  EXPECT_GE(json_text(member->value).data(), body.data());
  EXPECT_LT(json_text(member->value).data(), body.data() + body.size());
}

TEST(Json, NumbersKeepTheirKind) {
  JsonDocument document;
  std::string body =
      "[0,-7,9223372036854775807,9223372036854775808,1.5,1e3,1e308,-1e308,1e-999,"
      "0.00000000000000000000000000000000000000000000000000000000000000000001,\"12\"]";
  ASSERT_TRUE(document.parse(body));
  const JsonValue& root = document.root();
  EXPECT_EQ(root[0].GetInt64(), 0);
  EXPECT_EQ(root[1].GetInt64(), -7);
  EXPECT_EQ(root[2].GetInt64(), INT64_MAX);
  EXPECT_FALSE(root[3].IsInt64());
  EXPECT_EQ(root[3].GetDouble(), 9223372036854775808.0);
  EXPECT_FALSE(root[4].IsInt64());
  EXPECT_EQ(root[4].GetDouble(), 1.5);
  EXPECT_EQ(root[5].GetDouble(), 1000);
  EXPECT_EQ(root[6].GetDouble(), 1e308);
  EXPECT_EQ(root[7].GetDouble(), -1e308);
  EXPECT_EQ(root[8].GetDouble(), 0);
  EXPECT_GT(root[9].GetDouble(), 0);
  EXPECT_TRUE(root[10].IsString());
}

TEST(Json, ADocumentServesManyRequests) {
  JsonDocument document;
  for (int round = 0; round < 3; ++round) {
    std::string large = "[";
    for (int i = 0; i < 100000; ++i) large += R"({"k":"v"},)";
    large += "1]";
    ASSERT_TRUE(document.parse(large));
    EXPECT_EQ(document.root().Size(), 100001u);
    std::string small = R"({"TableName":"t"})";
    ASSERT_TRUE(document.parse(small));
    EXPECT_STREQ(document.root()["TableName"].GetString(), "t");
    std::string broken = "{";
    EXPECT_FALSE(document.parse(broken));
    EXPECT_TRUE(document.root().IsNull());
    document.clear();
  }
}

TEST(Json, SyntaxErrors) {
  for (const char* body : {"",      " ",     "{",      "}",       "[1,]",        "{\"a\":1,}", "{\"a\" 1}",
                           "nul",   "tru",   "01",     "1.",      "-",           "+1",         "NaN",
                           "'a'",   "{a:1}", "\"a",    "\"\\x\"", "\"\\u12g4\"", "{} {}",      "{}x",
                           "[] //", "1e999", "\"\n\"", "/**/{}"}) {
    EXPECT_FALSE(parses(body)) << body;
  }
}

TEST(Json, ANulByteIsNoEnd) {
  EXPECT_FALSE(parses(std::string("{}\0", 3)));
  EXPECT_FALSE(parses(std::string("{}\0{\"a\":1}", 10)));
  EXPECT_FALSE(parses(std::string("{\"a\":\"b\0c\"}", 11)));
  EXPECT_FALSE(parses(std::string("\0", 1)));
}

TEST(Json, ControlCharactersAreRefusedWhereverTheyStand) {
  for (char control = 1; control < 0x20; ++control) {
    // Any offset, as SIMD looks at whole words.
    for (std::size_t at = 0; at < 40; ++at) {
      std::string text(40, 'x');
      text[at] = control;
      EXPECT_FALSE(parses('"' + text + '"')) << int{control} << " at " << at;
    }
  }
}

TEST(Json, NestingIsLimitedNotTheStack) {
  const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  EXPECT_TRUE(parses(nested(JsonDocument::kMostNesting)));
  EXPECT_FALSE(parses(nested(JsonDocument::kMostNesting + 1)));
  EXPECT_FALSE(parses(std::string(1000000, '[')));
  std::string objects;
  for (int i = 0; i < 100000; ++i) objects += "{\"a\":";
  EXPECT_FALSE(parses(objects));
  // Side by side is not nested.
  std::string flat = "[";
  for (int i = 0; i < 1000; ++i) flat += "[],";
  EXPECT_TRUE(parses(flat + "{}]"));
}

/// What Unicode says is UTF-8 (table 3-7 of the standard), written down as ranges.
bool is_valid_utf8(std::string_view text) {
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
  const auto within = [](unsigned value, unsigned low, unsigned high) {
    return value >= low && value <= high;
  };
  for (std::size_t i = 0; i < text.size();) {
    const unsigned first = byte(i);
    const unsigned low = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
    const unsigned high = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
    if (first < 0x80) {
      i += 1;
    } else if (within(first, 0xC2, 0xDF) && within(byte(i + 1), 0x80, 0xBF)) {
      i += 2;
    } else if (within(first, 0xE0, 0xEF) && within(byte(i + 1), low, high) &&
               within(byte(i + 2), 0x80, 0xBF)) {
      i += 3;
    } else if (within(first, 0xF0, 0xF4) && within(byte(i + 1), low, high) &&
               within(byte(i + 2), 0x80, 0xBF) && within(byte(i + 3), 0x80, 0xBF)) {
      i += 4;
    } else {
      return false;
    }
  }
  return true;
}

TEST(Json, OnlyValidUtf8) {
  JsonDocument document;
  const unsigned char marks[] = {0x20, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF,
                                 0xE0, 0xE1, 0xEC, 0xED, 0xEE, 0xEF, 0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xFF};
  int valid = 0;
  for (const unsigned char a : marks) {
    for (const unsigned char b : marks) {
      for (const unsigned char c : marks) {
        for (const unsigned char d : marks) {
          const std::string text{static_cast<char>(a), static_cast<char>(b), static_cast<char>(c),
                                 static_cast<char>(d)};
          std::string body = '"' + text + '"';
          const bool expected = is_valid_utf8(text);
          valid += expected ? 1 : 0;
          ASSERT_EQ(document.parse(body), expected)
              << int{a} << ' ' << int{b} << ' ' << int{c} << ' ' << int{d};
        }
      }
    }
  }
  EXPECT_GT(valid, 100);
  EXPECT_FALSE(parses("\"\xF0"));
  EXPECT_FALSE(parses("\"\xE2\x82"));
  EXPECT_FALSE(parses("\xEF\xBB\xBF{}"));
}

TEST(Json, HalvesOfSurrogatePairsAreNoText) {
  EXPECT_TRUE(parses(R"("\ud83d\ude00")"));
  EXPECT_TRUE(parses(R"("\uD83D\uDE00\uD83D\uDE00")"));
  EXPECT_TRUE(parses(R"("\\ud800 \\\\udc00 \ud7ff")"));
  EXPECT_FALSE(parses(R"("\ude00")"));
  EXPECT_FALSE(parses(R"("\uDFFF\uD800")"));
  EXPECT_FALSE(parses(R"("\ud83d")"));
  EXPECT_FALSE(parses(R"("\ud83dx\ude00")"));
  EXPECT_FALSE(parses(R"("\ud83d\ud83d")"));
  EXPECT_FALSE(parses(R"("\\\ude00")"));
  EXPECT_FALSE(parses(R"({"\udc00":1})"));
}

}  // namespace
}  // namespace lodestone
