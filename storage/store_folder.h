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
      : path_(std::move(other.path_)),
        lock_(std::exchange(other.lock_, -1)),
        holds_data_(other.holds_data_) {}
  StoreFolder& operator=(StoreFolder&&) = delete;
  ~StoreFolder();

  /// Whether there is a database in it; false where it was just made, or its making was interrupted.
  [[nodiscard]] bool holds_data() const { return holds_data_; }

  /// Notes what the folder holds, for the next opening to compare. For a database that is closed, with all it
  /// wrote on stable storage.
  void note_closed() const;
  /// The note does not hold any longer: before the first change.
  void forget_closed() const;

 private:
  StoreFolder(std::string path, int lock, bool holds_data)
      : path_(std::move(path)), lock_(lock), holds_data_(holds_data) {}

  std::string path_;
  int lock_;
  bool holds_data_;
};

}  // namespace lodestone
