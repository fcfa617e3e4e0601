#include "storage/log_check.h"

#include <algorithm>
#include <cstdint>

#include <boost/crc.hpp>

namespace lodestone {
namespace {

// The format: https://github.com/facebook/rocksdb/wiki/Write-Ahead-Log-File-Format
constexpr std::size_t kBlockBytes = 32768;
constexpr std::size_t kHeaderBytes = 7;  // checksum 4, length 2, type 1
constexpr std::size_t kLengthAt = 4;
constexpr std::size_t kTypeAt = 6;
constexpr std::size_t kSectorBytes = 512;

using Crc32c = boost::crc_optimal<32, 0x1EDC6F41, 0xFFFFFFFF, 0xFFFFFFFF, true, true>;

std::uint32_t byte_at(std::string_view bytes, std::size_t at) {
  return static_cast<unsigned char>(bytes[at]);
}

/// RocksDB stores checksums rotated and shifted.
std::uint32_t masked(std::uint32_t crc) { return ((crc >> 15U) | (crc << 17U)) + 0xa282ead8U; }

bool is_zero(std::string_view bytes) { return bytes.find_first_not_of('\0') == std::string_view::npos; }

/// Whether a sector of the record was never written: a disk writes sectors as a whole.
bool lacks_a_sector(std::string_view log, std::size_t begin, std::size_t end) {
  while (begin < end) {
    const std::size_t sector_end = std::min(end, (begin / kSectorBytes + 1) * kSectorBytes);
    if (is_zero(log.substr(begin, sector_end - begin))) return true;
    begin = sector_end;
  }
  return false;
}

bool checksum_holds(std::string_view record) {
  std::uint32_t stored = 0;
  for (std::size_t i = 0; i < 4; ++i) stored |= byte_at(record, i) << (8 * i);
  Crc32c crc;
  crc.process_bytes(record.data() + kTypeAt, record.size() - kTypeAt);
  return stored == masked(crc.checksum());
}

}  // namespace

std::optional<std::size_t> find_log_damage(std::string_view log) {
  std::size_t at = 0;
  while (at < log.size()) {
    const std::size_t block_end = at / kBlockBytes * kBlockBytes + kBlockBytes;
    if (block_end - at < kHeaderBytes) {  // too little for a record, so left empty
      at = block_end;
      continue;
    }
    if (log.size() - at < kHeaderBytes) return std::nullopt;
    const std::size_t length = byte_at(log, at + kLengthAt) | byte_at(log, at + kLengthAt + 1) << 8U;
    const std::size_t end = at + kHeaderBytes + length;
    if (end > block_end) {
      // No record crosses a block; but one that was never written as a whole may seem to.
      if (block_end > log.size() || lacks_a_sector(log, at, block_end)) return std::nullopt;
      return at;
    }
    if (end > log.size()) return std::nullopt;
    if (!checksum_holds(log.substr(at, end - at))) {
      if (lacks_a_sector(log, at, end)) return std::nullopt;
      return at;
    }
    at = end;
  }
  return std::nullopt;
}

}  // namespace lodestone
