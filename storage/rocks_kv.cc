#include "storage/rocks_kv.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <condition_variable>
#include <cstdarg>
#include <cstdio>
#include <fstream>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include <rocksdb/cache.h>
#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/file_system.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/options.h>
#include <rocksdb/perf_context.h>
#include <rocksdb/slice.h>
#include <rocksdb/slice_transform.h>
#include <rocksdb/table.h>
#include <rocksdb/write_batch.h>
#include <unistd.h>

#include "storage/key_codec.h"
#include "storage/outside_sanitizer.h"
#include "storage/store_folder.h"
#include "storage/sync_sharer.h"

namespace lodestone {
namespace {

rocksdb::Slice to_slice(std::string_view bytes) { return {bytes.data(), bytes.size()}; }
std::string_view to_view(const rocksdb::Slice& slice) { return {slice.data(), slice.size()}; }

Failure<StorageError> store_failure(const std::string& path, const rocksdb::Status& status) {
  if (status.IsCorruption()) {
    return failure(StorageError{StorageError::Code::kCorruption,
                                "The store in " + path + " is damaged: " + status.ToString() +
                                    ". Restore the folder from a copy, or choose another folder."});
  }
  return failure(
      StorageError{StorageError::Code::kIo, "The store in " + path + " failed: " + status.ToString() +
                                                ". Check the folder's permissions and the free space."});
}

/// While opening, a file that should be there but is not means damage.
Failure<StorageError> opening_failure(const std::string& path, const rocksdb::Status& status) {
  if (status.IsPathNotFound()) return store_failure(path, rocksdb::Status::Corruption(status.ToString()));
  return store_failure(path, status);
}

/// Hands RocksDB's warnings to the owner's log.
class WarningLogger final : public rocksdb::Logger {
 public:
  explicit WarningLogger(std::function<void(std::string_view)> log)
      : rocksdb::Logger(rocksdb::InfoLogLevel::WARN_LEVEL), log_(std::move(log)) {}

  using rocksdb::Logger::Logv;
  void LogHeader(const char*, va_list) override {}
  void Logv(const rocksdb::InfoLogLevel level, const char* format, va_list arguments) override {
    if (!log_ || level < rocksdb::InfoLogLevel::WARN_LEVEL || level >= rocksdb::InfoLogLevel::HEADER_LEVEL)
      return;
    std::array<char, 512> line;
    const int length = std::vsnprintf(line.data(), line.size(), format, arguments);
    if (length <= 0) return;
    const std::string_view text(line.data(), std::min(static_cast<std::size_t>(length), line.size() - 1));
    // RocksDB misses its file of options, which the store does without.
    if (text.find("persist options") == std::string_view::npos) log_(text);
  }

 private:
  const std::function<void(std::string_view)> log_;
};

/// The default file system without the files that the store has no use for, whose making and syncing would be
/// most of the time that opening takes: StoreFolder holds the lock already, and the options are in this file.
/// Calls `before_change` before the first file is made: until then RocksDB has only looked, and may still
/// refuse.
class StoreFileSystem final : public rocksdb::FileSystemWrapper {
 public:
  explicit StoreFileSystem(std::function<void()> before_change)
      : rocksdb::FileSystemWrapper(rocksdb::FileSystem::Default()),
        before_change_(std::move(before_change)) {}

  [[nodiscard]] const char* Name() const override { return "StoreFileSystem"; }

  rocksdb::IOStatus LockFile(const std::string&, const rocksdb::IOOptions&, rocksdb::FileLock** lock,
                             rocksdb::IODebugContext*) override {
    *lock = new NoLock;
    return rocksdb::IOStatus::OK();
  }
  rocksdb::IOStatus UnlockFile(rocksdb::FileLock* lock, const rocksdb::IOOptions&,
                               rocksdb::IODebugContext*) override {
    delete lock;
    return rocksdb::IOStatus::OK();
  }
  rocksdb::IOStatus NewWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* file,
                                    rocksdb::IODebugContext* context) override {
    // RocksDB goes on without an options file (fail_if_options_file_error is off).
    if (path.find("/OPTIONS-") != std::string::npos)
      return rocksdb::IOStatus::NotSupported("no options file");
    std::call_once(changed_, before_change_);
    return FileSystemWrapper::NewWritableFile(path, options, file, context);
  }
  rocksdb::IOStatus ReopenWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                                       std::unique_ptr<rocksdb::FSWritableFile>* file,
                                       rocksdb::IODebugContext* context) override {
    std::call_once(changed_, before_change_);
    return FileSystemWrapper::ReopenWritableFile(path, options, file, context);
  }

 private:
  class NoLock final : public rocksdb::FileLock {};

  const std::function<void()> before_change_;
  std::once_flag changed_;
};

/// A quarter of the memory that there is: the machine's, or a container's part of it.
std::size_t default_block_cache_bytes() {
  constexpr std::size_t kLeast = std::size_t{32} << 20U;
  constexpr std::size_t kMost = std::size_t{8} << 30U;
  const long pages = ::sysconf(_SC_PHYS_PAGES);
  const long page_bytes = ::sysconf(_SC_PAGESIZE);
  if (pages <= 0 || page_bytes <= 0) return kLeast;
  std::size_t memory = static_cast<std::size_t>(pages) * static_cast<std::size_t>(page_bytes);
  // https://docs.kernel.org/admin-guide/cgroup-v2.html, and version 1. "max" is no number, and no limit.
  for (const char* limit : {"/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"}) {
    if (std::size_t bytes = 0; std::ifstream(limit) >> bytes) memory = std::min(memory, bytes);
  }
  return std::clamp(memory / 4, kLeast, kMost);
}

/// Rows of one partition begin with these bytes. A range within a partition leaves out the files whose filter
/// says that they have nothing of it.
constexpr std::size_t kPartitionPrefixBytes = kSpaceBytes + kHashBytes;

bool is_within_partition(KeyRange range) {
  return range.begin.size() >= kPartitionPrefixBytes &&
         range.end <= prefix_end(range.begin.substr(0, kPartitionPrefixBytes));
}

/// docs/performance.md has the measurements behind the choices.
rocksdb::Options rocks_options(const RocksOptions& options, rocksdb::Env* env) {
  rocksdb::Options rocks;
  rocks.env = env;
  rocks.info_log = std::make_shared<WarningLogger>(options.log);
  rocks.info_log_level = rocksdb::InfoLogLevel::WARN_LEVEL;

  rocks.write_buffer_size = options.write_buffer_bytes;
  rocks.enable_pipelined_write = true;
  // Every file of level 0 is one more place for a range to begin in.
  rocks.level0_file_num_compaction_trigger = 2;
  // After a crash: everything up to the first record that is not whole.
  rocks.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;

  rocksdb::BlockBasedTableOptions table;
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  table.block_cache = rocksdb::NewLRUCache(options.block_cache_bytes != 0 ? options.block_cache_bytes
                                                                          : default_block_cache_bytes());
  table.max_auto_readahead_size = 0;
  // Debian's RocksDB computes CRC-32C by table, which takes longer than reading a block.
  table.checksum = rocksdb::kXXH3;
  rocks.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  rocks.prefix_extractor.reset(rocksdb::NewFixedPrefixTransform(kPartitionPrefixBytes));
  // As few levels as the data needs: a range begins in each.
  rocks.level_compaction_dynamic_level_bytes = true;

  // Opening: nothing that costs time or threads and tells nothing.
  rocks.skip_stats_update_on_db_open = true;
  rocks.max_file_opening_threads = 1;
  rocks.stats_dump_period_sec = 0;
  rocks.stats_persist_period_sec = 0;
  rocks.manifest_preallocation_size = 64 * 1024;
  return rocks;
}

class RocksKv final : public Kv {
 public:
  RocksKv(std::unique_ptr<StoreFolder> folder, std::string path, RocksOptions::Sync sync,
          std::unique_ptr<rocksdb::Env> env, std::unique_ptr<rocksdb::DB> db)
      : path_(std::move(path)), folder_(std::move(folder)), env_(std::move(env)), db_(std::move(db)) {
    write_options_.sync = sync == RocksOptions::Sync::kOnWrite;
    if (sync == RocksOptions::Sync::kByOwner) {
      sharer_.emplace(SyncSharer::Log{.written = [this] { return db_->GetLatestSequenceNumber(); },
                                      .sync = [this] { return checked(db_->SyncWAL()); }});
    }
  }

  RocksKv(const RocksKv&) = delete;
  RocksKv& operator=(const RocksKv&) = delete;
  ~RocksKv() override {
    sharer_.reset();
    const bool is_durable = db_->SyncWAL().ok();
    const bool is_closed = db_->Close().ok();
    db_.reset();
    if (is_durable && is_closed) folder_->note_closed();
  }

  StorageResult<bool> get(std::string_view key, std::string& value) const override {
    [[maybe_unused]] const OutsideSanitizer outside;
    rocksdb::PinnableSlice found(&value);
    const rocksdb::Status status = db_->Get(read_options_, db_->DefaultColumnFamily(), to_slice(key), &found);
    if (status.IsNotFound()) return false;
    if (!status.ok()) return store_failure(path_, status);
    if (found.IsPinned()) value.assign(found.data(), found.size());
    return true;
  }

  StorageResult<void> multi_get(
      std::span<const std::string_view> keys,
      absl::FunctionRef<void(std::size_t index, std::string_view value)> found) const override {
    [[maybe_unused]] const OutsideSanitizer outside;
    std::vector<rocksdb::Slice> slices;
    slices.reserve(keys.size());
    for (const std::string_view key : keys) slices.push_back(to_slice(key));
    std::vector<rocksdb::PinnableSlice> values(keys.size());
    std::vector<rocksdb::Status> statuses(keys.size());
    db_->MultiGet(read_options_, db_->DefaultColumnFamily(), keys.size(), slices.data(), values.data(),
                  statuses.data());
    for (std::size_t i = 0; i < keys.size(); ++i) {
      if (statuses[i].IsNotFound()) continue;
      if (!statuses[i].ok()) return store_failure(path_, statuses[i]);
      found(i, to_view(values[i]));
    }
    return {};
  }

  StorageResult<void> scan(
      KeyRange range, Direction direction,
      absl::FunctionRef<bool(std::string_view key, std::string_view value)> visit) const override {
    [[maybe_unused]] const OutsideSanitizer outside;
    if (range.begin >= range.end) return {};
    const rocksdb::Slice begin = to_slice(range.begin);
    const rocksdb::Slice end = to_slice(range.end);
    rocksdb::ReadOptions options = read_options_;
    options.iterate_lower_bound = &begin;
    options.iterate_upper_bound = &end;
    options.total_order_seek = direction == Direction::kBackward || !is_within_partition(range);
    const std::uint64_t skipped_before = rocksdb::get_perf_context()->internal_key_skipped_count;
    const std::unique_ptr<rocksdb::Iterator> at(db_->NewIterator(options));
    std::uint64_t steps = 0;
    const auto visited = [&] { return visit(to_view(at->key()), to_view(at->value())); };
    if (direction == Direction::kForward) {
      for (at->Seek(begin); at->Valid() && visited(); at->Next()) ++steps;
    } else {
      for (at->SeekToLast(); at->Valid() && visited(); at->Prev()) ++steps;
    }
    // RocksDB counts each step from one row to the next as one that is skipped.
    const std::uint64_t skipped = rocksdb::get_perf_context()->internal_key_skipped_count - skipped_before;
    if (skipped > steps) note_skipped(skipped - steps);
    return checked(at->status());
  }

  StorageResult<void> write(const Batch& batch) override {
    [[maybe_unused]] const OutsideSanitizer outside;
    if (sharer_ && sharer_->has_failed()) [[unlikely]]
      return failure(sharer_->failure_reason());
    thread_local rocksdb::WriteBatch changes;
    if (changes.Data().capacity() > kKeptBatchBytes) changes = rocksdb::WriteBatch();
    changes.Clear();
    rocksdb::Status status;
    batch.for_each([&](Batch::Change change, std::string_view key, std::string_view value) {
      if (!status.ok()) return;
      switch (change) {
        case Batch::Change::kPut:
          status = changes.Put(to_slice(key), to_slice(value));
          break;
        case Batch::Change::kErase:
          status = changes.Delete(to_slice(key));
          break;
        case Batch::Change::kEraseRange:
          if (key < value) status = changes.DeleteRange(to_slice(key), to_slice(value));
          break;
      }
    });
    if (status.ok() && changes.Count() != 0) status = db_->Write(write_options_, &changes);
    return checked(status);
  }

  bool is_durable() const override { return !sharer_ || sharer_->is_durable(); }

  void when_durable(std::function<void(const StorageResult<void>&)> then) override {
    if (!sharer_) return then({});
    sharer_->when_durable(std::move(then));
  }

  StorageResult<void> wait_durable() override {
    if (is_durable()) return {};
    std::mutex mutex;
    std::condition_variable told;
    std::optional<StorageResult<void>> outcome;
    when_durable([&](const StorageResult<void>& result) {
      const std::lock_guard lock(mutex);
      outcome = result;
      told.notify_one();
    });
    std::unique_lock lock(mutex);
    told.wait(lock, [&] { return outcome.has_value(); });
    return *outcome;
  }

  StorageResult<void> flush() override { return checked(db_->Flush(rocksdb::FlushOptions())); }

 private:
  static constexpr std::size_t kKeptBatchBytes = std::size_t{1} << 20U;
  static constexpr std::uint64_t kMostSkipped = 200'000;

  [[nodiscard]] StorageResult<void> checked(const rocksdb::Status& status) const {
    if (status.ok()) [[likely]]
      return {};
    return store_failure(path_, status);
  }

  /// Rows that are written over and over stay in memory in all their versions until the next flush, and a
  /// scan steps over them. Once scans have paid for about what a flush costs, there is one: it keeps the last
  /// version only.
  void note_skipped(std::uint64_t count) const {
    if (skipped_.fetch_add(count, std::memory_order_relaxed) + count < kMostSkipped) return;
    if (skipped_.exchange(0, std::memory_order_relaxed) < kMostSkipped) return;
    rocksdb::FlushOptions in_background;
    in_background.wait = false;
    // Not even a failure is of interest here: it is the next write's too.
    static_cast<void>(db_->Flush(in_background));
  }

  const std::string path_;
  mutable std::atomic<std::uint64_t> skipped_ = 0;
  const rocksdb::ReadOptions read_options_;
  rocksdb::WriteOptions write_options_;
  // Destroyed from the last to the first: the sharer syncs the database, which uses the environment, in the
  // folder.
  std::unique_ptr<StoreFolder> folder_;
  std::unique_ptr<rocksdb::Env> env_;
  std::unique_ptr<rocksdb::DB> db_;
  std::optional<SyncSharer> sharer_;
};

}  // namespace

StorageResult<std::unique_ptr<Kv>> open_rocks_kv(const RocksOptions& options) {
  LODESTONE_ASSIGN(StoreFolder opened_folder, StoreFolder::open(options.path));
  auto folder = std::make_unique<StoreFolder>(std::move(opened_folder));
  std::unique_ptr<rocksdb::Env> env = rocksdb::NewCompositeEnv(
      std::make_shared<StoreFileSystem>([folder = folder.get()] { folder->forget_closed(); }));
  rocksdb::Options rocks = rocks_options(options, env.get());
  rocks.create_if_missing = !folder->holds_data();
  rocksdb::DB* opened = nullptr;
  const rocksdb::Status status = rocksdb::DB::Open(rocks, options.path, &opened);
  std::unique_ptr<rocksdb::DB> db(opened);
  if (!status.ok()) return opening_failure(options.path, status);
  return std::unique_ptr<Kv>(std::make_unique<RocksKv>(std::move(folder), options.path, options.sync,
                                                       std::move(env), std::move(db)));
}

}  // namespace lodestone
