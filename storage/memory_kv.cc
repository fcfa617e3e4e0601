#include "storage/memory_kv.h"

#include <atomic>
#include <bit>
#include <mutex>
#include <new>
#include <shared_mutex>
#include <vector>

#include <absl/container/btree_set.h>
#include <absl/types/compare.h>

namespace lodestone {
namespace {

/// Key and value in one allocation, immutable once made.
class Entry {
 public:
  [[nodiscard]] static Entry* make(std::string_view key, std::string_view value) {
    void* memory = ::operator new(sizeof(Entry) + key.size() + value.size());
    auto* entry = new (memory) Entry(key.size(), value.size());
    std::memcpy(entry->bytes(), key.data(), key.size());
    std::memcpy(entry->bytes() + key.size(), value.data(), value.size());
    return entry;
  }
  static void destroy(Entry* entry) { ::operator delete(entry); }

  [[nodiscard]] std::string_view key() const { return {bytes(), key_bytes_}; }
  [[nodiscard]] std::string_view value() const { return {bytes() + key_bytes_, value_bytes_}; }

 private:
  Entry(std::size_t key_bytes, std::size_t value_bytes)
      : key_bytes_(static_cast<std::uint32_t>(key_bytes)),
        value_bytes_(static_cast<std::uint32_t>(value_bytes)) {}
  [[nodiscard]] char* bytes() { return reinterpret_cast<char*>(this + 1); }
  [[nodiscard]] const char* bytes() const { return reinterpret_cast<const char*>(this + 1); }

  std::uint32_t key_bytes_;
  std::uint32_t value_bytes_;
};

/// A key's first eight bytes as a number that orders as they do; a shorter key counts as filled up with
/// zeros.
std::uint64_t head_of(std::string_view key) {
  std::uint64_t head = 0;
  std::memcpy(&head, key.data(), key.size() < sizeof head ? key.size() : sizeof head);
  return std::endian::native == std::endian::little ? __builtin_bswap64(head) : head;
}

/// What the tree's nodes hold. The store's keys begin with a table and a hash, so the head nearly always
/// decides a comparison without a look at the entry.
struct Slot {
  std::uint64_t head;
  mutable Entry* entry;
};

struct Probe {
  explicit Probe(std::string_view of) : head(head_of(of)), key(of) {}
  std::uint64_t head;
  std::string_view key;
};

struct SlotOrder {
  using is_transparent = void;

  absl::weak_ordering operator()(const Slot& a, const Slot& b) const {
    if (a.head != b.head) return a.head < b.head ? absl::weak_ordering::less : absl::weak_ordering::greater;
    return order(a.entry->key().compare(b.entry->key()));
  }
  absl::weak_ordering operator()(const Slot& a, const Probe& b) const {
    if (a.head != b.head) return a.head < b.head ? absl::weak_ordering::less : absl::weak_ordering::greater;
    return order(a.entry->key().compare(b.key));
  }
  absl::weak_ordering operator()(const Probe& a, const Slot& b) const {
    if (a.head != b.head) return a.head < b.head ? absl::weak_ordering::less : absl::weak_ordering::greater;
    return order(a.key.compare(b.entry->key()));
  }

 private:
  static absl::weak_ordering order(int compared) {
    return compared < 0   ? absl::weak_ordering::less
           : compared > 0 ? absl::weak_ordering::greater
                          : absl::weak_ordering::equivalent;
  }
};

/// A shared mutex under which neither side starves. glibc's lets readers in for as long as there are any;
/// here a reader that finds a writer waiting queues behind it.
class FairSharedMutex {
 public:
  void lock() {
    waiting_writers_.fetch_add(1, std::memory_order_relaxed);
    {
      const std::lock_guard turn(turnstile_);
      mutex_.lock();
    }
    waiting_writers_.fetch_sub(1, std::memory_order_relaxed);
  }
  void unlock() { mutex_.unlock(); }
  void lock_shared() {
    if (waiting_writers_.load(std::memory_order_relaxed) != 0) const std::lock_guard turn(turnstile_);
    mutex_.lock_shared();
  }
  void unlock_shared() { mutex_.unlock_shared(); }

 private:
  std::shared_mutex mutex_;
  std::mutex turnstile_;
  std::atomic<unsigned> waiting_writers_ = 0;
};

class MemoryKv final : public Kv {
 public:
  MemoryKv() = default;
  MemoryKv(const MemoryKv&) = delete;
  MemoryKv& operator=(const MemoryKv&) = delete;
  ~MemoryKv() override {
    for (const Slot& slot : tree_) Entry::destroy(slot.entry);
  }

  StorageResult<bool> get(std::string_view key, std::string& value) const override {
    const Probe probe(key);
    const std::shared_lock lock(mutex_);
    const auto at = tree_.find(probe);
    if (at == tree_.end()) return false;
    value.assign(at->entry->value());
    return true;
  }

  StorageResult<void> multi_get(
      std::span<const std::string_view> keys,
      absl::FunctionRef<void(std::size_t index, std::string_view value)> found) const override {
    const std::shared_lock lock(mutex_);
    for (std::size_t i = 0; i < keys.size(); ++i) {
      const auto at = tree_.find(Probe(keys[i]));
      if (at != tree_.end()) found(i, at->entry->value());
    }
    return {};
  }

  StorageResult<void> scan(
      KeyRange range, Direction direction,
      absl::FunctionRef<bool(std::string_view key, std::string_view value)> visit) const override {
    if (range.begin >= range.end) return {};
    const std::shared_lock lock(mutex_);
    const auto first = tree_.lower_bound(Probe(range.begin));
    auto last = tree_.lower_bound(Probe(range.end));
    if (direction == Direction::kForward) {
      for (auto at = first; at != last; ++at) {
        if (!visit(at->entry->key(), at->entry->value())) break;
      }
    } else {
      while (last != first) {
        --last;
        if (!visit(last->entry->key(), last->entry->value())) break;
      }
    }
    return {};
  }

  StorageResult<void> write(const Batch& batch) override {
    // Entries are made before and destroyed after the lock is held.
    std::vector<Entry*> made;
    batch.for_each([&](Batch::Change change, std::string_view key, std::string_view value) {
      if (change == Batch::Change::kPut) made.push_back(Entry::make(key, value));
    });
    std::vector<Entry*> replaced;
    {
      const std::lock_guard lock(mutex_);
      auto next_made = made.begin();
      batch.for_each([&](Batch::Change change, std::string_view key, std::string_view end) {
        switch (change) {
          case Batch::Change::kPut: {
            const auto [at, inserted] = tree_.insert(Slot{head_of(key), *next_made});
            if (!inserted) replaced.push_back(std::exchange(at->entry, *next_made));
            ++next_made;
            break;
          }
          case Batch::Change::kErase: {
            const auto at = tree_.find(Probe(key));
            if (at == tree_.end()) break;
            replaced.push_back(at->entry);
            tree_.erase(at);
            break;
          }
          case Batch::Change::kEraseRange: {
            if (key >= end) break;
            const auto first = tree_.lower_bound(Probe(key));
            const auto last = tree_.lower_bound(Probe(end));
            for (auto at = first; at != last; ++at) replaced.push_back(at->entry);
            tree_.erase(first, last);
            break;
          }
        }
      });
    }
    for (Entry* entry : replaced) Entry::destroy(entry);
    return {};
  }

  StorageResult<void> flush() override { return {}; }

 private:
  mutable FairSharedMutex mutex_;
  absl::btree_set<Slot, SlotOrder> tree_;
};

}  // namespace

std::unique_ptr<Kv> make_memory_kv() { return std::make_unique<MemoryKv>(); }

}  // namespace lodestone
