/// The seam below the store: an ordered map of byte strings with atomic batches.
///
/// Two implementations: RocksDB on disk (storage/rocks_kv.h) and an ordered tree in memory
/// (storage/memory_kv.h). Both are thread-safe. Keys are ordered bytewise. A failure is a StorageError; an
/// absent key is not one.
///
/// Waiting for the disk: a store that survives power loss has to sync its log, and one sync can serve every
/// write before it. write() waits for that by itself, unless the store was opened so that its owner does the
/// waiting (RocksOptions::Sync::kByOwner): then a server with few threads holds many replies back with
/// when_durable() while its threads work on, and one sync releases them all.
#pragma once

#include <cstdint>
#include <cstring>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include <absl/functional/function_ref.h>

#include "storage/result.h"

namespace lodestone {

struct StorageError {
  enum class Code {
    kIo,           ///< the operating system refused: message says what and where
    kCorruption,   ///< stored bytes do not decode
    kInUse,        ///< another process has the store open
    kNewerFormat,  ///< written by a newer version; nothing was touched
    kNotAStore,    ///< the folder holds something else; nothing was touched
  };
  Code code = Code::kIo;
  std::string message;
};

template <class T>
using StorageResult = Result<T, StorageError>;

/// Changes to apply together, in order. Reusable: clear() keeps the memory. Owns copies of all bytes.
class Batch {
 public:
  enum class Change : std::uint8_t { kPut, kErase, kEraseRange };

  void put(std::string_view key, std::string_view value) { append(Change::kPut, key, value); }
  void erase(std::string_view key) { append(Change::kErase, key, {}); }
  /// Erases every key in [begin, end).
  void erase_range(std::string_view begin, std::string_view end) { append(Change::kEraseRange, begin, end); }
  void clear() { bytes_.clear(); }
  [[nodiscard]] bool empty() const { return bytes_.empty(); }

  /// Calls `visit(change, key, value or range end)` for each change, in order.
  template <class Visitor>
  void for_each(Visitor&& visit) const {
    const char* at = bytes_.data();
    const char* end = at + bytes_.size();
    while (at != end) {
      Header header;
      std::memcpy(&header, at, sizeof header);
      at += sizeof header;
      visit(header.change, std::string_view(at, header.first),
            std::string_view(at + header.first, header.second));
      at += header.first + header.second;
    }
  }

 private:
  struct Header {
    std::uint32_t first;
    std::uint32_t second;
    Change change;
  };
  void append(Change change, std::string_view first, std::string_view second) {
    const Header header{static_cast<std::uint32_t>(first.size()), static_cast<std::uint32_t>(second.size()),
                        change};
    bytes_.append(reinterpret_cast<const char*>(&header), sizeof header);
    bytes_.append(first);
    bytes_.append(second);
  }
  std::string bytes_;
};

enum class Direction { kForward, kBackward };

/// The keys in [begin, end).
struct KeyRange {
  std::string_view begin;
  std::string_view end;
};

class Kv {
 public:
  virtual ~Kv() = default;

  /// Replaces `value` with the key's value; false, `value` unspecified, where the key is absent.
  [[nodiscard]] virtual StorageResult<bool> get(std::string_view key, std::string& value) const = 0;

  /// Looks all keys up as of one moment and calls `found(index, value)` for those that are there, in any
  /// order. `found` must not call back into the Kv; the value is valid during the call only.
  [[nodiscard]] virtual StorageResult<void> multi_get(
      std::span<const std::string_view> keys,
      absl::FunctionRef<void(std::size_t index, std::string_view value)> found) const = 0;

  /// Visits the range in key order (or from its end) as of one moment, until `visit` returns false. `visit`
  /// must not call back into the Kv; key and value are valid during the call only.
  [[nodiscard]] virtual StorageResult<void> scan(
      KeyRange range, Direction direction,
      absl::FunctionRef<bool(std::string_view key, std::string_view value)> visit) const = 0;

  /// Applies the batch as a whole or not at all. It is as durable as the implementation's options ask for
  /// when this returns, except where the owner does the waiting.
  [[nodiscard]] virtual StorageResult<void> write(const Batch& batch) = 0;

  /// Whether everything that a read could see at this moment is as durable as it is meant to be. A reply that
  /// was made before a call that returns true may be sent. Costs two loads. Always true where write() does
  /// the waiting.
  [[nodiscard]] virtual bool is_durable() const { return true; }

  /// Calls `then` once everything that a read could see at the time of this call is durable: from inside this
  /// call where it is already, otherwise from a thread of the store, which `then` must not hold up nor call
  /// back into. A failure means that it may be lost; the store accepts no more writes then. Every `then` is
  /// called, at the latest by the destructor.
  // NOLINTNEXTLINE(performance-unnecessary-value-param): who overrides it keeps the function
  virtual void when_durable(std::function<void(const StorageResult<void>&)> then) { then({}); }

  /// Waits for what when_durable() tells.
  [[nodiscard]] virtual StorageResult<void> wait_durable() { return {}; }

  /// Makes everything written so far durable and compact: called once, on a clean shutdown.
  [[nodiscard]] virtual StorageResult<void> flush() = 0;
};

}  // namespace lodestone
