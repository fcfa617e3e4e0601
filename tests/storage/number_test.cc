#include "storage/number.h"

#include <optional>
#include <random>

#include <gtest/gtest.h>

namespace lodestone {
namespace {

std::string canonical(std::string_view text) {
  const auto number = parse_number(text);
  if (number.ok()) return to_string(*number);
  switch (number.error()) {
    case NumberError::kNotANumber:
      return "not a number";
    case NumberError::kTooManyDigits:
      return "too many digits";
    case NumberError::kOverflow:
      return "overflow";
    case NumberError::kUnderflow:
      return "underflow";
  }
  return {};
}

const std::string kNines(38, '9');

// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
TEST(Number, ReadsAndWritesCanonically) {
  const std::pair<std::string, std::string> cases[] = {
      {"3", "3"},
      {"+3", "3"},
      {"-7.1234", "-7.1234"},
      {".123", "0.123"},
      {"0001.23", "1.23"},
      {"-17e5", "-1700000"},
      {"-17.4E37", "-174" + std::string(36, '0')},
      {"1e+5", "100000"},
      {".5", "0.5"},
      {"123e-2", "1.23"},
      {"1.0e3", "1000"},
      {"+1000", "1000"},
      {"001000", "1000"},
      {"1000.0", "1000"},
      {"5.", "5"},
      {"-0", "0"},
      {"-0.0", "0"},
      {"0e5", "0"},
      {"0.0e3", "0"},
      {"0e-5", "0"},
      {"0e126", "0"},
      {"1e125", "1" + std::string(125, '0')},
      {"1e-20", "0." + std::string(19, '0') + "1"},
      {"1e-130", "0." + std::string(129, '0') + "1"},
      {kNines, kNines},
      {"-" + kNines + "e87", "-" + kNines + std::string(87, '0')},
      {"0.1e126", "1" + std::string(125, '0')},
      {"100000000000000000000000000000000000000000", "1" + std::string(41, '0')},
      {"1e126", "overflow"},
      {"11e125", "overflow"},
      {"-1e126", "overflow"},
      {"1.0e100000000", "overflow"},
      {"1e99999999999999999999999", "overflow"},
      {"1e-131", "underflow"},
      {"0.9e-130", "underflow"},
      {"1e-99999999999999999999", "underflow"},
      {kNines + "9", "too many digits"},
      {"1." + std::string(37, '0') + "1", "too many digits"},
      {"1" + std::string(36, '0') + "1", "1" + std::string(36, '0') + "1"},
      {"NaN", "not a number"},
      {"-NaN", "not a number"},
      {"Infinity", "not a number"},
      {"dog", "not a number"},
      {"", "not a number"},
      {" 1", "not a number"},
      {"1 ", "not a number"},
      {"1e", "not a number"},
      {"1e+", "not a number"},
      {".", "not a number"},
      {"-", "not a number"},
      {"1.2.3", "not a number"},
      {"0x10", "not a number"},
      {"--1", "not a number"}};
  for (const auto& [text, expected] : cases) EXPECT_EQ(canonical(text), expected) << text;
}

std::string calculate(std::string_view a, char operation, std::string_view b) {
  const auto result = operation == '+' ? add(*parse_number(a), *parse_number(b))
                                       : subtract(*parse_number(a), *parse_number(b));
  return result.ok() ? to_string(*result) : result.error() == NumberError::kOverflow ? "overflow" : "other";
}

TEST(Number, AddsExactly) {
  EXPECT_EQ(calculate("1", '+', "1e22"), "10000000000000000000001");
  EXPECT_EQ(calculate("9e125", '+', "9e124"), "99" + std::string(124, '0'));
  EXPECT_EQ(calculate("9e125", '+', "9e125"), "overflow");
  EXPECT_EQ(calculate("9e125", '-', "-9e125"), "overflow");
  EXPECT_EQ(calculate("1e50", '+', "1"), "overflow");
  EXPECT_EQ(calculate("1e50", '-', "1"), "overflow");
  EXPECT_EQ(calculate("1e38", '-', "1"), kNines);
  EXPECT_EQ(calculate("1e38", '+', "1"), "overflow");
  EXPECT_EQ(calculate("5", '-', "5"), "0");
  EXPECT_EQ(calculate("0", '-', "5"), "-5");
  EXPECT_EQ(calculate("0.1", '+', "0.2"), "0.3");
  EXPECT_EQ(calculate("-1.5", '+', "1"), "-0.5");
  EXPECT_EQ(calculate(kNines, '+', "1"), "1" + std::string(38, '0'));
}

TEST(Number, OrdersCanonicalTextsAsDecimals) {
  std::mt19937 random(7);
  std::uniform_int_distribution<int> digit(0, 9), exponent(-40, 40), length(1, 12);
  std::string previous = "0";
  for (int i = 0; i < 20000; ++i) {
    std::string text = random() % 2 ? "-" : "";
    for (int k = length(random); k > 0; --k) text += static_cast<char>('0' + digit(random));
    text = canonical(text + "e" + std::to_string(exponent(random)));
    const int by_value = compare(*parse_number(previous), *parse_number(text));
    const int by_text = compare_numbers(previous, text);
    EXPECT_EQ((by_value > 0) - (by_value < 0), (by_text > 0) - (by_text < 0)) << previous << " " << text;
    previous = text;
  }
}

TEST(Number, RecognisesOnlyCanonicalTextAsPlain) {
  for (const char* text : {"0", "7", "-7", "123456789012345678"})
    EXPECT_TRUE(is_plainly_canonical(text)) << text;
  for (const char* text : {"", "-", "-0", "007", "1.0", "1e3", "+1", "1234567890123456789"})
    EXPECT_FALSE(is_plainly_canonical(text)) << text;
}

}  // namespace
}  // namespace lodestone
