#include "storage/log_check.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <gtest/gtest.h>

#include "storage/rocks_kv.h"
#include "tests/storage/temporary_folder.h"

namespace lodestone {
namespace {

/// A log as RocksDB writes it: 200 rows of up to 3,000 bytes and one that spans several blocks.
std::string make_log() {
  const TemporaryFolder folder;
  RocksOptions options;
  options.path = folder / "store";
  options.block_cache_bytes = 1 << 20;
  {
    auto opened = open_rocks_kv(options);
    if (!opened.ok()) throw std::runtime_error(opened.error().message);
    Batch batch;
    for (std::size_t i = 0; i < 200; ++i) {
      batch.clear();
      const std::size_t bytes = i == 100 ? 100000 : i * 997 % 3000;
      batch.put("key" + std::to_string(i), std::string(bytes, static_cast<char>('a' + i % 26)));
      if (!opened.value()->write(batch).ok()) throw std::runtime_error("not written");
    }
  }
  for (const auto& entry : std::filesystem::directory_iterator(options.path)) {
    if (entry.path().extension() != ".log") continue;
    std::ifstream file(entry.path(), std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  }
  throw std::runtime_error("no log");
}

class LogCheck : public testing::Test {
 protected:
  static void SetUpTestSuite() { log = new std::string(make_log()); }
  static void TearDownTestSuite() {
    delete log;
    log = nullptr;
  }
  static std::string* log;
};
std::string* LogCheck::log = nullptr;

TEST_F(LogCheck, AWholeLogIsSound) {
  ASSERT_GT(log->size(), 300000U);
  EXPECT_EQ(find_log_damage(*log), std::nullopt);
  EXPECT_EQ(find_log_damage(""), std::nullopt);
}

TEST_F(LogCheck, ALogCutShortAnywhereIsSound) {
  for (std::size_t bytes = 0; bytes < log->size(); bytes += 1013) {
    ASSERT_EQ(find_log_damage(log->substr(0, bytes)), std::nullopt) << bytes;
  }
}

TEST_F(LogCheck, ZerosAtTheEndAreSound) {
  for (const std::size_t zeros : {1U, 6U, 7U, 8U, 4096U, 100000U}) {
    EXPECT_EQ(find_log_damage(*log + std::string(zeros, '\0')), std::nullopt) << zeros;
  }
}

TEST_F(LogCheck, SectorsThatWereNeverWrittenAreSound) {
  for (std::size_t sector = 0; sector + 512 <= log->size(); sector += 512 * 37) {
    std::string torn = *log;
    torn.replace(sector, 512, 512, '\0');
    EXPECT_EQ(find_log_damage(torn), std::nullopt) << sector;
  }
}

TEST_F(LogCheck, AChangedByteIsDamage) {
  // The rows hold no zero bytes, so no change can look like a sector that was never written. What is found is
  // the record with the change in it, so never a place behind it.
  for (std::size_t at = 1000; at < log->size() - 40000; at += 1009) {
    for (const unsigned change : {0x01U, 0x80U, 0xffU}) {
      std::string damaged = *log;
      damaged[at] = static_cast<char>(static_cast<unsigned char>(damaged[at]) ^ change);
      const auto found = find_log_damage(damaged);
      ASSERT_TRUE(found.has_value()) << at;
      EXPECT_LE(*found, at);
    }
  }
}

TEST_F(LogCheck, AChangeInTheLastRecordIsDamage) {
  std::string damaged = *log;
  damaged.back() = '!';
  EXPECT_TRUE(find_log_damage(damaged).has_value());
}

TEST_F(LogCheck, ForeignBytesAreDamage) { EXPECT_EQ(find_log_damage(std::string(40000, 'x')), 0U); }

}  // namespace
}  // namespace lodestone
