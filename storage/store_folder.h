/// The folder of a store on disk: whether it is ours to open, and the lock that keeps others out.
///
/// Looks before anything else touches the folder, so that a refusal leaves it as it was. The folder's rules
/// are in storage/FORMAT.md. Not thread-safe; the lock is held until destruction.
#pragma once

#include <string>
#include <utility>

#include "storage/kv.h"

namespace lodestone {

class StoreFolder {
 public:
  /// Makes the folder where it is absent or empty. Errors are those of open_rocks_kv().
  [[nodiscard]] static StorageResult<StoreFolder> open(const std::string& path);

  StoreFolder(StoreFolder&& other) noexcept
      : lock_(std::exchange(other.lock_, -1)), holds_data_(other.holds_data_) {}
  StoreFolder& operator=(StoreFolder&&) = delete;
  ~StoreFolder();

  /// Whether there is a database in it; false where it was just made, or its making was interrupted.
  [[nodiscard]] bool holds_data() const { return holds_data_; }

 private:
  StoreFolder(int lock, bool holds_data) : lock_(lock), holds_data_(holds_data) {}

  int lock_;
  bool holds_data_;
};

}  // namespace lodestone
