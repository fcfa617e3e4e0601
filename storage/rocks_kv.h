/// A Kv on disk, over RocksDB. What write() acknowledged survives the end of the process, however it ends.
///
/// One process at a time may have a folder open. storage/FORMAT.md describes the folder. Thread-safe.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "storage/kv.h"

namespace lodestone {

struct RocksOptions {
  enum class Sync {
    kNever,    ///< acknowledged writes survive the process; a power loss may take the latest
    kOnWrite,  ///< write() returns when power loss can not take the write any more; concurrent writes share
               ///< syncs
    kByOwner,  ///< the same promise, but the owner holds its replies until when_durable()
  };

  /// The folder; made where it is absent (its parents too).
  std::string path;
  Sync sync = Sync::kNever;
  /// Memory for uncompressed blocks of the files, filled as they are read. 0 chooses by the machine's memory.
  std::size_t block_cache_bytes = 0;
  /// Writes gathered in memory before they become a file.
  std::size_t write_buffer_bytes = 64 * 1024 * 1024;
  /// Receives RocksDB's warnings and errors, one line each, from any thread. The folder holds no log file.
  std::function<void(std::string_view line)> log;
};

/// Opens or makes the store. Errors leave the folder exactly as it was:
///   kIo          the folder can not be made, read or written
///   kInUse       another process, or another Kv of this one, has it open
///   kNotAStore   the path is a file, or a folder that holds something else
///   kNewerFormat a later version wrote it
///   kCorruption  a file of it is missing or damaged
/// Every message names the path and what to do.
[[nodiscard]] StorageResult<std::unique_ptr<Kv>> open_rocks_kv(const RocksOptions& options);

}  // namespace lodestone
