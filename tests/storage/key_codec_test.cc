#include "storage/key_codec.h"

#include <algorithm>
#include <random>
#include <set>

#include <gtest/gtest.h>

#include "storage/number.h"

namespace lodestone {
namespace {

std::string encoded(const Value& value) {
  std::string out;
  append_key_element(out, value);
  return out;
}

std::string number_text(std::string_view text) {
  const auto number = parse_number(text);
  return number.ok() ? to_string(*number) : std::string("(no number)");
}

/// Decodes one element that must fill the bytes.
std::string decoded(std::string_view bytes, Type type) {
  Arena arena;
  const auto value = read_key_element(bytes, type, arena);
  return value && bytes.empty() ? std::string(value->text()) : "(does not decode)";
}

TEST(KeyCodec, OrdersTextsBytewise) {
  using namespace std::string_literals;
  std::vector<std::string> texts = {"",  "\0"s,      "\0\0"s, "\0\x01"s, "\0\xFF"s, "\x01",
                                    "a", "a\0"s,     "a\0a"s, "a\x01",   "ab",      "a\xFF",
                                    "b", "\xC3\xBC", "\xFF",  "\xFF\0"s, "\xFF\xFF"};
  std::ranges::sort(texts);
  for (std::size_t i = 0; i < texts.size(); ++i) {
    EXPECT_EQ(decoded(encoded(Value::string(texts[i])), Type::kS), texts[i]);
    EXPECT_EQ(decoded(encoded(Value::binary(texts[i])), Type::kB), texts[i]);
    // Whatever follows an element: the elements decide first.
    for (std::size_t k = 0; k < i; ++k) {
      EXPECT_LT(encoded(Value::string(texts[k])) + "\xFF\xFF", encoded(Value::string(texts[i])))
          << k << ' ' << i;
    }
  }
}

TEST(KeyCodec, FindsPrefixes) {
  using namespace std::string_literals;
  for (const std::string& prefix : {"a"s, "\0"s, "a\0"s, "\xFF"s, ""s}) {
    std::string begin;
    append_key_prefix(begin, prefix);
    for (const std::string& text :
         {"a"s, "ab"s, "a\0"s, "a\0b"s, "b"s, "\0"s, "\0\0"s, "\xFF"s, "\xFF\xFF"s, ""s}) {
      EXPECT_EQ(encoded(Value::string(text)).starts_with(begin), text.starts_with(prefix))
          << prefix << ' ' << text;
    }
  }
}

TEST(KeyCodec, OrdersNumbersByTheirValue) {
  const std::string nines(38, '9');
  std::vector<std::string> ascending;
  for (const char* text :
       {"-9.99e125", "-1e125",  "-1e20", "-100.5", "-100",    "-99",    "-10", "-9",   "-1.1", "-1",
        "-0.9",      "-1e-130", "0",     "1e-130", "0.00012", "0.0012", "0.9", "0.99", "1",    "1.1",
        "9",         "10",      "10.5",  "11",     "99",      "100",    "101", "1e20", "1e125"}) {
    ascending.push_back(number_text(text));
  }
  ascending.push_back(number_text(nines + "e88"));
  for (std::size_t i = 0; i < ascending.size(); ++i) {
    EXPECT_EQ(decoded(encoded(Value::number(ascending[i])), Type::kN), ascending[i]);
    for (std::size_t k = 0; k < i; ++k) {
      EXPECT_LT(encoded(Value::number(ascending[k])) + "\xFF", encoded(Value::number(ascending[i])) + '\0')
          << ascending[k] << " < " << ascending[i];
    }
  }
}

TEST(KeyCodec, KeepsEveryNumber) {
  std::mt19937 random(11);
  std::uniform_int_distribution<int> digit(0, 9), length(1, 38), exponent(-167, 125);
  std::string previous = "0";
  int tried = 0;
  while (tried < 20'000) {
    std::string text = random() % 2 ? "-" : "";
    for (int k = length(random); k > 0; --k) text += static_cast<char>('0' + digit(random));
    text = number_text(text + "e" + std::to_string(exponent(random)));
    if (text == "(no number)") continue;
    ++tried;
    ASSERT_EQ(decoded(encoded(Value::number(text)), Type::kN), text);
    const int by_value = compare_numbers(previous, text);
    const int by_bytes = encoded(Value::number(previous)).compare(encoded(Value::number(text)));
    ASSERT_EQ((by_value > 0) - (by_value < 0), (by_bytes > 0) - (by_bytes < 0)) << previous << ' ' << text;
    previous = text;
  }
}

TEST(KeyCodec, RefusesBytesThatAreNoElement) {
  using namespace std::string_literals;
  for (const std::string& bytes : {""s, "abc"s, "abc\0"s, "abc\0\x02"s, "\0"s, "a\0\xFF"s, "a\0\xFF\0"s}) {
    EXPECT_EQ(decoded(bytes, Type::kS), "(does not decode)");
  }
  const std::string positive("\x03\x02\x01", 3);
  const std::string many_digits = positive + std::string(20, '\x64') + '\0';
  for (const std::string& bytes :
       {""s, "\x04"s, "\x03"s, "\x03\x02"s, positive, positive + '\0', positive + "\x02",
        positive + "\x65\0"s, many_digits,
        // A first digit or a last pair that is zero: the number has another encoding
        positive + "\x02\0"s, positive + "\x0B\x01\0"s,
        // Exponents that no number has
        "\x03\x00\x00\x02\0"s, "\x03\xFF\xFF\x02\0"s}) {
    EXPECT_EQ(decoded(bytes, Type::kN), "(does not decode)") << bytes.size();
  }
}

TEST(KeyCodec, GivesPartitionsTheirHash) {
  std::set<std::uint64_t> hashes;
  for (int i = 0; i < 1000; ++i) {
    const std::string text = std::to_string(i);
    const Value value = Value::string(text);
    std::string key;
    append_partition(key, 7, std::span(&value, 1));
    std::string space;
    append_space(space, 7);
    EXPECT_TRUE(key.starts_with(space));
    std::string with_hash = space;
    append_hash(with_hash, partition_hash(key));
    EXPECT_TRUE(key.starts_with(with_hash));
    hashes.insert(partition_hash(key));
  }
  EXPECT_EQ(hashes.size(), 1000U);
}

TEST(KeyCodec, EndsPrefixes) {
  using namespace std::string_literals;
  EXPECT_EQ(prefix_end("a"), "b");
  EXPECT_EQ(prefix_end("a\xFF"), "b");
  EXPECT_EQ(prefix_end("a\0"s), "a\x01");
  EXPECT_EQ(prefix_end("\xFF\xFF"), "");
  EXPECT_EQ(prefix_end(""), "");
}

}  // namespace
}  // namespace lodestone
