#include "server/api/base64.h"

#include <random>
#include <string>

#include <gtest/gtest.h>

#include "storage/json_text.h"

namespace lodestone {
namespace {

TEST(Base64, DecodesTheVectorsOfRfc4648) {
  const std::pair<const char*, const char*> vectors[] = {{"", ""},
                                                         {"Zg==", "f"},
                                                         {"Zm8=", "fo"},
                                                         {"Zm9v", "foo"},
                                                         {"Zm9vYg==", "foob"},
                                                         {"Zm9vYmE=", "fooba"},
                                                         {"Zm9vYmFy", "foobar"},
                                                         {"+/+/", "\xFB\xFF\xBF"}};
  Arena arena;
  for (const auto& [text, bytes] : vectors) {
    EXPECT_TRUE(is_base64(text)) << text;
    EXPECT_EQ(decode_base64(text, arena), bytes) << text;
  }
}

TEST(Base64, ReadsWhatTheStoreWrites) {
  std::mt19937 random(7);
  Arena arena;
  for (std::size_t size = 0; size < 200; ++size) {
    std::string bytes(size, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random());
    std::string quoted;
    append_base64_string(quoted, bytes);
    const std::string text = quoted.substr(1, quoted.size() - 2);
    ASSERT_TRUE(is_base64(text)) << text;
    ASSERT_EQ(decode_base64(text, arena), bytes) << text;
  }
}

TEST(Base64, FaultsInTheServicesWords) {
  const std::string last = "Invalid last non-pad Base64 character dectected";
  const std::pair<const char*, std::string> cases[] = {
      {"A", "Base64 encoded length is expected a multiple of 4 bytes but found: 1"},
      {"YWJ", "Base64 encoded length is expected a multiple of 4 bytes but found: 3"},
      {"YWJjZ", "Base64 encoded length is expected a multiple of 4 bytes but found: 5"},
      {"AB==", last},
      {"AAB=", last},
      {"====", last},
      {"A===", last},
      {"AA=A", last},
      {"AA A", last},
      {"AA-_", last},
      {"AA\nA", last},
      {"AA==AAAA", last},
      {"\xC3\xA9\xC3\xA9", last}};
  for (const auto& [text, fault] : cases) {
    EXPECT_FALSE(is_base64(text)) << text;
    EXPECT_EQ(base64_fault(text), fault) << text;
  }
}

}  // namespace
}  // namespace lodestone
