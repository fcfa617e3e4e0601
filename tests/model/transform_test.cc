// Forms in which values are stored, and JSON that nobody promised to be any.

#include "model/transform.h"

#include <string>

#include <gtest/gtest.h>

#include "model/json.h"
#include "model/plain_json.h"

namespace lodestone::model {
namespace {

Value text(const char* content) { return Value::string(content); }

TEST(Transform, GoesThereAndBack) {
  for (const Transform& one : {prefix("P"), suffix("S", ""), json_text(), pipe({prefix("a"), suffix("b")})}) {
    for (const char* const content : {"", "x", "P#", "a#b", "\"", "日本"}) {
      EXPECT_EQ(one.load(one.store(text(content))), text(content)) << content;
    }
  }
  EXPECT_EQ(pipe({trim(), prefix("a"), suffix("b", "~")}).store(text(" x ")), text("a#x~b"));
}

TEST(Transform, LeavesAloneWhatIsNotItsOwn) {
  EXPECT_EQ(prefix("P").load(text("Q#x")), text("Q#x"));
  EXPECT_EQ(suffix("S").load(text("S")), text("S"));
  EXPECT_EQ(prefix("P").store(Value::number(7)), Value::number(7));
  EXPECT_EQ(trim().store(Value::boolean(true)), Value::boolean(true));
}

TEST(Transform, TrimsAllOfUnicodesSpaces) {
  EXPECT_EQ(trim().store(text("\t\xC2\xA0 \xE3\x80\x80x y\xEF\xBB\xBF\r\n")), text("x y"));
  EXPECT_EQ(trim().store(text(" \xE2\x80\xA8 ")), text(""));
}

TEST(PlainJson, ReadsWhatIsWritten) {
  const char* const json = R"({"a":[1,-0.5,"x",null,true,{"b":{}}],"n":123456789012345678901234567890})";
  const auto value = value_from_plain_json(json);
  ASSERT_TRUE(value.has_value());
  std::string again;
  append_plain_json(again, *value);
  EXPECT_EQ(value_from_plain_json(again), value) << again;
  EXPECT_EQ(value->members().find("n")->text(), "123456789012345678901234567890");
  EXPECT_EQ(value_from_plain_json(R"({"a":1,"a":2})")->members().size(), 1U);
}

TEST(PlainJson, RefusesAnythingElse) {
  for (const std::string& json :
       {std::string(), std::string("{"), std::string("[1,]"), std::string("{} {}"), std::string("nul"),
        std::string("\"\xFF\""), std::string("{}\0", 3), std::string(1'000'000, '[')}) {
    EXPECT_FALSE(value_from_plain_json(json).has_value()) << json.substr(0, 20);
    EXPECT_FALSE(json_text().load(Value::string(json)).has_value());
  }
  EXPECT_FALSE(json_text().load(Value::number(1)).has_value());
  const std::string deep = std::string(41, '[') + std::string(41, ']');
  EXPECT_FALSE(value_from_plain_json(deep).has_value());
  EXPECT_TRUE(value_from_plain_json(deep.substr(1, 80)).has_value());
}

}  // namespace
}  // namespace lodestone::model
