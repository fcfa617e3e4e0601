#include "model/js_text.h"

#include <array>
#include <bit>
#include <cstdio>
#include <filesystem>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <openssl/evp.h>

namespace lodestone::model {
namespace {

std::string number_text(auto number) {
  std::string out;
  append_number_text(out, number);
  return out;
}

std::string decimal_text(std::string_view decimal) {
  std::string out;
  return append_decimal_text(out, decimal) ? out : "no number, and appended '" + out + "'";
}

TEST(NumberText, IsJavaScripts) {
  const std::vector<std::pair<double, std::string>> cases = {
      {0.0, "0"},
      {-0.0, "0"},
      {1, "1"},
      {-1.5, "-1.5"},
      {0.1 + 0.2, "0.30000000000000004"},
      {100, "100"},
      {123456789012345680000.0, "123456789012345680000"},
      {1e20, "100000000000000000000"},
      {1e21, "1e+21"},
      {-1.5e300, "-1.5e+300"},
      {1e-6, "0.000001"},
      {1e-7, "1e-7"},
      {1.25e-7, "1.25e-7"},
      {0.00012, "0.00012"},
      {9007199254740993.0, "9007199254740992"},
      {5e-324, "5e-324"},
      {1.7976931348623157e308, "1.7976931348623157e+308"},
      {std::numeric_limits<double>::infinity(), "Infinity"},
      {-std::numeric_limits<double>::infinity(), "-Infinity"},
      {std::numeric_limits<double>::quiet_NaN(), "NaN"},
  };
  for (const auto& [number, text] : cases) EXPECT_EQ(number_text(number), text);
}

TEST(NumberText, OfIntegersHasAllDigits) {
  EXPECT_EQ(number_text(std::int64_t{0}), "0");
  EXPECT_EQ(number_text(std::int64_t{-42}), "-42");
  EXPECT_EQ(number_text(std::numeric_limits<std::int64_t>::min()), "-9223372036854775808");
  EXPECT_EQ(number_text(std::numeric_limits<std::uint64_t>::max()), "18446744073709551615");
}

TEST(DecimalText, IsThatOfTheNumber) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"0", "0"},
      {"-0.00", "0"},
      {"0e5", "0"},
      {"007", "7"},
      {"+7", "7"},
      {"1.50", "1.5"},
      {".5", "0.5"},
      {"5.", "5"},
      {"1E+2", "100"},
      {"1e2", "100"},
      {"12e-1", "1.2"},
      {"1e20", "100000000000000000000"},
      {"1e21", "1e+21"},
      {"-1e21", "-1e+21"},
      {"0.000001", "0.000001"},
      {"0.0000001", "1e-7"},
      {"123456789012345678901", "123456789012345678901"},
      {"1234567890123456789012345678901234567.8", "1.2345678901234567890123456789012345678e+36"},
      {"0.30000000000000004", "0.30000000000000004"},
      {"9.9999999999999999999999999999999999999E+125", "9.9999999999999999999999999999999999999e+125"},
      {"1E-130", "1e-130"},
  };
  for (const auto& [decimal, text] : cases) EXPECT_EQ(decimal_text(decimal), text) << decimal;
}

TEST(DecimalText, IsNotOfWhatIsNoNumber) {
  for (const std::string_view text : {"", "-", "+", ".", "e5", "1e", "1e+", "1e+-5", "1e99999999999", "--1",
                                      "1.2.3", "0x10", "Infinity", "NaN", "1 ", " 1", "1,5"}) {
    EXPECT_EQ(decimal_text(text), "no number, and appended ''") << text;
  }
}

TEST(DecimalText, OfEveryDoubleIsTheDoubles) {
  for (int exponent = -300; exponent < 300; ++exponent) {
    const double number = std::stod("1.7e" + std::to_string(exponent));
    EXPECT_EQ(decimal_text("1.7e" + std::to_string(exponent)), number_text(number));
  }
}

TEST(BooleanText, IsItsWord) {
  EXPECT_EQ(boolean_text(true), "true");
  EXPECT_EQ(boolean_text(false), "false");
}

TEST(Case, ChangesAllOfUnicode) {
  EXPECT_EQ(lower_case("USER#Id_42"), "user#id_42");
  EXPECT_EQ(upper_case("user#Id_42"), "USER#ID_42");
  EXPECT_EQ(lower_case("İßΣ Ǆ"), "i̇ßς ǆ");
  EXPECT_EQ(upper_case("straße ﬁn ŉ"), "STRASSE FIN ʼN");
  EXPECT_EQ(lower_case("ΟΔΥΣΣΕΥΣ ΣΟΦΟΣ"), "οδυσσευς σοφος");
  EXPECT_EQ(lower_case(""), "");
}

TEST(Case, ASigmaIsFinalBehindALetterOnly) {
  EXPECT_EQ(lower_case("Σ"), "σ");
  EXPECT_EQ(lower_case("1Σ"), "1σ");
  EXPECT_EQ(lower_case("AΣ#B"), "aς#b");
  EXPECT_EQ(lower_case("AΣ.B"), "aσ.b");
  EXPECT_EQ(lower_case("A.Σ"), "a.ς");
  EXPECT_EQ(lower_case("ʰΣ"), "ʰσ");
}

TEST(Case, LeavesBytesThatAreNotUtf8) {
  for (const std::string bytes : {"\xFF", "\xC3", "\xE2\x82", "\xF0\x9F\x98", "\x80\x80\x80\x80\x80",
                                  "\xC0\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xE0\x80\x80"}) {
    EXPECT_EQ(lower_case(bytes), bytes);
    EXPECT_EQ(upper_case("é" + bytes + "a"), "É" + bytes + "A");
    EXPECT_EQ(lower_case("A" + bytes + "Σ" + bytes), "a" + bytes + "σ" + bytes);
  }
}

/// What js_text.mjs prints is made here once more, from the same random numbers.
class JsTextAgainstNode : public testing::Test {
 protected:
  std::uint32_t random() {
    state_ += 0x6D2B79F5;
    std::uint32_t t = state_;
    t = (t ^ (t >> 15)) * (t | 1);
    t ^= t + (t ^ (t >> 7)) * (t | 61);
    return t ^ (t >> 14);
  }

  void add(const std::string& line) { lines_.push_back(line); }
  void add_changes(const std::string& text) { add(lower_case(text) + "\t" + upper_case(text)); }

  /// The digest was made by Node.js with the Unicode of the tables.
  void expect_digest(std::string_view digest) const {
    std::string all;
    for (const std::string& line : lines_) all.append(line).append("\n");
    std::array<unsigned char, 32> hash{};
    ASSERT_EQ(EVP_Digest(all.data(), all.size(), hash.data(), nullptr, EVP_sha256(), nullptr), 1);
    std::string text;
    for (const unsigned char byte : hash) {
      char pair[3];
      std::snprintf(pair, sizeof pair, "%02x", byte);
      text += pair;
    }
    EXPECT_EQ(text, digest);
  }

  /// The same against the Node.js of this machine, line by line. Another Unicode than that of the tables
  /// knows other letters; what both change they must change alike.
  void expect_nodes_lines(const std::string& section) const {
    const std::string script = std::filesystem::path(LODESTONE_TESTS_FOLDER) / "model/js_text.mjs";
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> node(
        popen(("node '" + script + "' " + section + " 2>&1").c_str(), "r"), pclose);
    ASSERT_NE(node, nullptr);
    std::string text;
    std::array<char, 65536> buffer;
    while (const std::size_t count = std::fread(buffer.data(), 1, buffer.size(), node.get())) {
      text.append(buffer.data(), count);
    }
    std::size_t at = text.find('\n') + 1;
    const bool same_unicode = text.substr(0, at) == "Unicode 17.0\n";
    ASSERT_TRUE(text.starts_with("Unicode ")) << text.substr(0, 200);
    std::size_t differences = 0;
    for (const std::string& line : lines_) {
      ASSERT_LE(at + line.size(), text.size());
      const bool equal = text.compare(at, line.size(), line) == 0 && text[at + line.size()] == '\n';
      if (equal) {
        at += line.size() + 1;
        continue;
      }
      // A line feed is one of the case section's texts.
      const std::size_t end = text.find('\n', at + (line.starts_with("\n") ? 3 : 0));
      const std::string_view nodes = std::string_view(text).substr(at, end - at);
      EXPECT_FALSE(same_unicode || section == "numbers") << nodes << " is here " << line;
      if (++differences > 400) FAIL() << "more differences than new letters";
      at = end + 1;
    }
    EXPECT_EQ(at, text.size());
  }

  static bool has_node() { return std::system("node --version >/dev/null 2>&1") == 0; }

 private:
  std::uint32_t state_ = 20260101;
  std::vector<std::string> lines_;
};

std::string utf8(char32_t code_point) {
  std::string text;
  const auto add = [&text](char32_t byte) { text.push_back(static_cast<char>(byte)); };
  if (code_point < 0x80) {
    add(code_point);
    return text;
  }
  const int more = code_point < 0x800 ? 1 : code_point < 0x10000 ? 2 : 3;
  add((0xFF00 >> (more + 1) & 0xFF) | code_point >> (6 * more));
  for (int i = more - 1; i >= 0; --i) add(0x80 | (code_point >> (6 * i) & 0x3F));
  return text;
}

TEST_F(JsTextAgainstNode, NumbersAreWrittenAlike) {
  for (int i = 0; i < 300'000; ++i) {
    const std::uint64_t high = random();
    add(number_text(std::bit_cast<double>(high << 32 | random())));
    const double digits = random();
    add(number_text(digits / std::stod("1e" + std::to_string(random() % 30))));
    add(number_text(digits * std::stod("1e" + std::to_string(random() % 30))));
  }
  expect_digest("68b36acb26df96e23ea3998180c1fd8fd4abad618a22cdfce4d4a5cfae35528a");
  if (has_node()) expect_nodes_lines("numbers");
}

TEST_F(JsTextAgainstNode, EveryCodePointChangesAlike) {
  for (char32_t code_point = 0; code_point <= 0x10FFFF; ++code_point) {
    if (code_point < 0xD800 || code_point > 0xDFFF) add_changes(utf8(code_point));
  }
  expect_digest("a77e5bdf47366f0843eb06f4cf07f729e96cc22db6090884dc762251b4c67dac");
  if (has_node()) expect_nodes_lines("case");
}

TEST_F(JsTextAgainstNode, SigmasAmongAllSortsOfLettersChangeAlike) {
  const std::vector<std::string> alphabet = {
      "Σ", "σ", "ς", "a",  "B",         "ß",         "İ",        "Ǆ",          "ﬁ", "ʰ", "ª",
      "Ⓐ", "𝐀", "😀", "中", utf8(0x345), utf8(0x301), utf8(0xAD), utf8(0x200D), ".", ":", "'",
      "^", "`", " ", "-",  "#",         "_",         "1",        "Ω",          "Σ", "ΐ"};
  for (int i = 0; i < 200'000; ++i) {
    std::string word;
    for (std::uint32_t length = random() % 9 + 1; length > 0; --length)
      word += alphabet[random() % alphabet.size()];
    add_changes(word);
  }
  expect_digest("560318017ebe15702202320b00da0f0a4cf63f1ab66456a515f581c3f695f28c");
  if (has_node()) expect_nodes_lines("words");
}

}  // namespace
}  // namespace lodestone::model
