#include "storage/value.h"

#include <array>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace lodestone {
namespace {

// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
TEST(Value, HasTheSizeThatTheServiceCounts) {
  const std::pair<const char*, std::size_t> numbers[] = {
      {"0", 1},  {"1", 2},     {"10", 2},  {"99", 2},  {"100", 2},  {"123", 3},   {"1234", 3},
      {"-1", 3}, {"-1234", 4}, {"0.5", 2}, {"1.5", 3}, {"0.05", 2}, {"12.34", 3}, {"1000000000000", 2}};
  for (const auto& [text, size] : numbers) EXPECT_EQ(size_bytes(Value::number(text)), size) << text;
  EXPECT_EQ(size_bytes(Value::string("ab\xC3\xBC")), 4U);
  EXPECT_EQ(size_bytes(Value::binary(std::string_view("\0\1", 2))), 2U);
  EXPECT_EQ(size_bytes(Value::null()), 1U);
  EXPECT_EQ(size_bytes(Value::boolean(false)), 1U);
  const std::array<std::string_view, 2> texts = {"a", "bc"};
  EXPECT_EQ(size_bytes(Value::set(Type::kSS, texts)), 3U);
  const std::array<std::string_view, 2> numbers_of_set = {"-1", "22"};
  EXPECT_EQ(size_bytes(Value::set(Type::kNS, numbers_of_set)), 5U);
  EXPECT_EQ(size_bytes(Value::list({})), 3U);
  EXPECT_EQ(size_bytes(Value::map({})), 3U);
  const std::array<Value, 2> list = {Value::string("ab"), Value::null()};
  EXPECT_EQ(size_bytes(Value::list(list)), 3U + 2 + 2 + 1);
  const std::array<Attribute, 1> map = {Attribute{"key", Value::string("ab")}};
  EXPECT_EQ(size_bytes(Value::map(map)), 3U + 1 + 3 + 2);
  EXPECT_EQ(size_bytes(Item(map)), 5U);
}

TEST(Value, IsEqualByTypeAndContent) {
  const std::array<std::string_view, 1> one = {"1"};
  const std::array<Value, 2> list = {Value::number("1"), Value::null()};
  const std::array<Value, 1> shorter = {Value::number("1")};
  const std::array<Attribute, 1> map = {Attribute{"a", Value::list(list)}};
  const std::array<Attribute, 1> other_name = {Attribute{"b", Value::list(list)}};
  const std::vector<Value> different = {Value::string("1"),
                                        Value::number("1"),
                                        Value::binary("1"),
                                        Value::set(Type::kSS, one),
                                        Value::set(Type::kNS, one),
                                        Value::set(Type::kBS, one),
                                        Value::boolean(true),
                                        Value::boolean(false),
                                        Value::null(),
                                        Value::list(list),
                                        Value::list(shorter),
                                        Value::list({}),
                                        Value::map(map),
                                        Value::map(other_name),
                                        Value::map({})};
  for (std::size_t i = 0; i < different.size(); ++i) {
    for (std::size_t k = 0; k < different.size(); ++k)
      EXPECT_EQ(different[i] == different[k], i == k) << i << ' ' << k;
  }
}

TEST(Value, IsOrderedWithinItsType) {
  EXPECT_LT(compare(Value::string("B"), Value::string("a")), 0);
  EXPECT_LT(compare(Value::string("z"), Value::string("\xC3\xBC")), 0);
  EXPECT_LT(compare(Value::binary("\x7F"), Value::binary("\x80")), 0);
  EXPECT_LT(compare(Value::number("9"), Value::number("10")), 0);
  EXPECT_LT(compare(Value::number("-10"), Value::number("-9")), 0);
  EXPECT_EQ(compare(Value::number("1.5"), Value::number("1.5")), 0);
  EXPECT_TRUE(set_less(Type::kNS, "9", "10"));
  EXPECT_TRUE(set_less(Type::kSS, "10", "9"));
}

TEST(Value, IsFoundByItsName) {
  std::vector<std::string> names;
  for (int i = 100; i < 160; ++i) names.push_back("n" + std::to_string(i));
  for (const std::size_t count : {0U, 1U, 16U, 17U, 60U}) {
    std::vector<Attribute> item;
    for (std::size_t i = 0; i < count; ++i) item.push_back({names[i], Value::string(names[i])});
    for (std::size_t i = 0; i < names.size(); ++i) {
      const Value* found = find(item, names[i]);
      ASSERT_EQ(found != nullptr, i < count);
      if (found == nullptr) continue;
      EXPECT_EQ(found->text(), names[i]);
    }
    EXPECT_EQ(find(item, ""), nullptr);
    EXPECT_EQ(find(item, "z"), nullptr);
  }
}

TEST(Value, NamesItsTypes) {
  for (const char* name : {"S", "N", "B", "SS", "NS", "BS", "BOOL", "NULL", "L", "M"}) {
    ASSERT_TRUE(type_named(name)) << name;
    EXPECT_EQ(type_name(*type_named(name)), name);
  }
  for (const char* name : {"", "s", "Bool", "dog", "SSS"}) EXPECT_FALSE(type_named(name)) << name;
}

}  // namespace
}  // namespace lodestone
