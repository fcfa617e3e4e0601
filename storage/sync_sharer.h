/// Lets many waiters share the syncs of one log: while a sync runs, those who come wait together for the next
/// one.
///
/// Thread-safe. Owns one thread, started by the first who has to wait.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "storage/kv.h"

namespace lodestone {

class SyncSharer {
 public:
  using Then = std::function<void(const StorageResult<void>&)>;
  struct Log {
    /// The log's position: grows with every write, at the latest when that returns.
    std::function<std::uint64_t()> written;
    /// Makes everything written before the call durable.
    std::function<StorageResult<void>()> sync;
  };

  /// What the log holds by now counts as durable.
  explicit SyncSharer(Log log) : log_(std::move(log)), durable_(log_.written()) {}
  SyncSharer(const SyncSharer&) = delete;
  SyncSharer& operator=(const SyncSharer&) = delete;
  /// Syncs for those who wait still.
  ~SyncSharer();

  [[nodiscard]] bool is_durable() const { return log_.written() <= durable_.load(std::memory_order_acquire); }
  /// As Kv::when_durable() describes it.
  void when_durable(Then then);
  /// Set once a sync failed: what the disk holds is unknown from then on, and later syncs prove nothing.
  [[nodiscard]] bool has_failed() const { return has_failed_.load(std::memory_order_acquire); }
  /// Only where has_failed().
  [[nodiscard]] StorageError failure_reason() const;

 private:
  void run();

  const Log log_;
  std::atomic<std::uint64_t> durable_;
  std::atomic<bool> has_failed_ = false;

  mutable std::mutex mutex_;  ///< guards what follows
  std::condition_variable changed_;
  std::vector<Then> waiting_;
  std::optional<StorageError> failure_;
  std::thread thread_;
  bool stopping_ = false;
};

}  // namespace lodestone
