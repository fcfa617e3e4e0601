#include "storage/memory_kv.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <deque>
#include <mutex>
#include <new>
#include <shared_mutex>
#include <utility>
#include <vector>

#include <absl/container/btree_set.h>
#include <absl/container/inlined_vector.h>
#include <absl/types/compare.h>

#include "storage/fair_shared_mutex.h"

namespace lodestone {
namespace {

/// One version of a row: key and value in one allocation.
struct Entry {
  [[nodiscard]] static Entry* make(std::string_view key, std::string_view value) {
    auto* entry = new (::operator new(sizeof(Entry) + key.size() + value.size())) Entry;
    entry->key_bytes = static_cast<std::uint32_t>(key.size());
    entry->value_bytes = static_cast<std::uint32_t>(value.size());
    char* bytes = reinterpret_cast<char*>(entry + 1);
    // Not memcpy: an empty view may have no data to point to.
    key.copy(bytes, key.size());
    value.copy(bytes + key.size(), value.size());
    return entry;
  }
  /// Says that the row is absent from `erased_at` on.
  [[nodiscard]] static Entry* make_tombstone(std::string_view key, std::uint64_t erased_at) {
    Entry* entry = make(key, {});
    entry->written_at = erased_at;
    entry->is_tombstone = true;
    return entry;
  }
  static void destroy(Entry* entry) { ::operator delete(entry); }

  [[nodiscard]] std::string_view key() const { return {reinterpret_cast<const char*>(this + 1), key_bytes}; }
  [[nodiscard]] std::string_view value() const {
    return {reinterpret_cast<const char*>(this + 1) + key_bytes, value_bytes};
  }

  std::uint64_t written_at = 0;
  /// What a snapshot from before `written_at` sees.
  Entry* older = nullptr;
  std::uint32_t key_bytes = 0;
  std::uint32_t value_bytes = 0;
  bool is_tombstone = false;
};

/// A key's first eight bytes as a number that orders as they do; a shorter key counts as filled up with
/// zeros.
std::uint64_t head_of(std::string_view key) {
  std::uint64_t head = 0;
  std::memcpy(&head, key.data(), std::min(key.size(), sizeof head));
  return std::endian::native == std::endian::little ? __builtin_bswap64(head) : head;
}

/// What the tree's nodes hold. The store's keys begin with a space and a hash, so the head nearly always
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
    return compare(a.head, b.head, [&] { return a.entry->key().compare(b.entry->key()); });
  }
  absl::weak_ordering operator()(const Slot& a, const Probe& b) const {
    return compare(a.head, b.head, [&] { return a.entry->key().compare(b.key); });
  }
  absl::weak_ordering operator()(const Probe& a, const Slot& b) const {
    return compare(a.head, b.head, [&] { return a.key.compare(b.entry->key()); });
  }

 private:
  template <class Keys>
  static absl::weak_ordering compare(std::uint64_t a, std::uint64_t b, Keys&& compare_keys) {
    if (a != b) return a < b ? absl::weak_ordering::less : absl::weak_ordering::greater;
    const int compared = compare_keys();
    return compared < 0   ? absl::weak_ordering::less
           : compared > 0 ? absl::weak_ordering::greater
                          : absl::weak_ordering::equivalent;
  }
};

/// A B-tree of the rows' newest versions under a lock.
///
/// A scan visits its first rows under the lock. A longer one takes a snapshot and goes on without it, so that
/// it holds nobody up: while there are snapshots, a write keeps what it replaces behind the new version, and
/// an erased row stays as a tombstone. Without any snapshot the tree holds the present rows and nothing else.
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
    const Entry* entry = find(probe);
    if (entry == nullptr) return false;
    value.assign(entry->value());
    return true;
  }

  StorageResult<void> multi_get(
      std::span<const std::string_view> keys,
      absl::FunctionRef<void(std::size_t index, std::string_view value)> found) const override {
    const std::shared_lock lock(mutex_);
    for (std::size_t i = 0; i < keys.size(); ++i) {
      if (const Entry* entry = find(Probe(keys[i]))) found(i, entry->value());
    }
    return {};
  }

  StorageResult<void> scan(
      KeyRange range, Direction direction,
      absl::FunctionRef<bool(std::string_view key, std::string_view value)> visit) const override {
    if (range.begin >= range.end) return {};
    if (direction == Direction::kForward) {
      walk<Forward>(range, visit);
    } else {
      walk<Backward>(range, visit);
    }
    return {};
  }

  StorageResult<void> write(const Batch& batch) override {
    // Entries are made before the lock is held and destroyed after.
    absl::InlinedVector<Entry*, 16> made;
    batch.for_each([&](Batch::Change change, std::string_view key, std::string_view value) {
      if (change == Batch::Change::kPut) made.push_back(Entry::make(key, value));
    });
    Entries unused;
    {
      const std::lock_guard lock(mutex_);
      ++now_;
      auto next_made = made.begin();
      batch.for_each([&](Batch::Change change, std::string_view key, std::string_view end) {
        switch (change) {
          case Batch::Change::kPut:
            put(*next_made++, unused);
            break;
          case Batch::Change::kErase:
            if (const auto at = tree_.find(Probe(key)); at != tree_.end()) erase(at, std::next(at), unused);
            break;
          case Batch::Change::kEraseRange:
            if (key < end) erase(tree_.lower_bound(Probe(key)), tree_.lower_bound(Probe(end)), unused);
            break;
        }
      });
    }
    destroy(unused);
    return {};
  }

  StorageResult<void> flush() override { return {}; }

 private:
  using Tree = absl::btree_set<Slot, SlotOrder>;
  using Entries = absl::InlinedVector<Entry*, 16>;
  using Visit = absl::FunctionRef<bool(std::string_view key, std::string_view value)>;

  // How much of a scan is visited under the lock: enough for most queries, and soon over.
  static constexpr std::size_t kRowsUnderLock = 64;
  static constexpr std::size_t kBytesUnderLock = 64 * 1024;
  // How many slots a longer scan reads at a time.
  static constexpr std::size_t kSlotsAtATime = 256;

  /// What is left of a range, as two iterators. Each direction takes slots from its end until there are none
  /// left.
  struct Forward {
    Tree::const_iterator begin;
    Tree::const_iterator end;
    const Slot& take() { return *begin++; }
    static void narrow(KeyRange& range, std::string& last_key) {
      last_key.push_back('\0');  // the first key after it
      range.begin = last_key;
    }
  };
  struct Backward {
    Tree::const_iterator begin;
    Tree::const_iterator end;
    const Slot& take() { return *--end; }
    static void narrow(KeyRange& range, std::string& last_key) { range.end = last_key; }
  };

  /// The present version; nullptr where there is none.
  [[nodiscard]] const Entry* find(const Probe& probe) const {
    const auto at = tree_.find(probe);
    return at == tree_.end() || at->entry->is_tombstone ? nullptr : at->entry;
  }

  template <class Walk>
  [[nodiscard]] Walk find(KeyRange range) const {
    return Walk{tree_.lower_bound(Probe(range.begin)), tree_.lower_bound(Probe(range.end))};
  }

  template <class Walk>
  void walk(KeyRange range, Visit visit) const {
    std::string last_key;
    std::uint64_t snapshot = 0;
    {
      const std::shared_lock lock(mutex_);
      auto left = find<Walk>(range);
      std::size_t rows = 0;
      std::size_t bytes = 0;
      const Entry* entry = nullptr;
      while (left.begin != left.end) {
        if (rows == kRowsUnderLock || bytes > kBytesUnderLock) break;
        entry = left.take().entry;
        ++rows;
        if (entry->is_tombstone) continue;
        bytes += entry->value_bytes;
        if (!visit(entry->key(), entry->value())) return;
      }
      if (left.begin == left.end) return;
      last_key = entry->key();
      snapshot = take_snapshot();
    }
    Walk::narrow(range, last_key);
    walk_snapshot<Walk>(range, snapshot, last_key, visit);
    release_snapshot(snapshot);
  }

  /// `last_key` holds the bytes of the range's end that was narrowed.
  template <class Walk>
  void walk_snapshot(KeyRange range, std::uint64_t snapshot, std::string& last_key, Visit visit) const {
    std::vector<const Entry*> visible;
    visible.reserve(kSlotsAtATime);
    bool is_more = true;
    while (is_more) {
      visible.clear();
      {
        const std::shared_lock lock(mutex_);
        auto left = find<Walk>(range);
        const Entry* newest = nullptr;
        for (std::size_t slots = 0; slots < kSlotsAtATime && left.begin != left.end; ++slots) {
          newest = left.take().entry;
          const Entry* entry = newest;
          while (entry != nullptr && entry->written_at > snapshot) entry = entry->older;
          if (entry != nullptr && !entry->is_tombstone) visible.push_back(entry);
        }
        is_more = left.begin != left.end;
        if (is_more) last_key = newest->key();
      }
      for (const Entry* entry : visible) {
        if (!visit(entry->key(), entry->value())) return;
      }
      Walk::narrow(range, last_key);
    }
  }

  /// Under the exclusive lock. Adds what nobody sees any more to `unused`.
  void put(Entry* entry, Entries& unused) {
    entry->written_at = now_;
    const auto [at, is_new] = tree_.insert(Slot{head_of(entry->key()), entry});
    if (!is_new) replace(*at, entry, unused);
  }

  void erase(Tree::const_iterator first, Tree::const_iterator last, Entries& unused) {
    if (snapshots_.empty()) {
      for (auto at = first; at != last; ++at) unused.push_back(at->entry);
      tree_.erase(first, last);
      return;
    }
    for (auto at = first; at != last; ++at) {
      if (!at->entry->is_tombstone) replace(*at, Entry::make_tombstone(at->entry->key(), now_), unused);
    }
  }

  void replace(const Slot& slot, Entry* newer, Entries& unused) {
    Entry* older = std::exchange(slot.entry, newer);
    if (snapshots_.empty()) {
      unused.push_back(older);
      return;
    }
    newer->older = older;
    superseding_.push_back(newer);
  }

  /// Under the lock, shared or not.
  [[nodiscard]] std::uint64_t take_snapshot() const {
    const std::lock_guard lock(snapshots_mutex_);
    snapshots_.push_back(now_);
    return now_;
  }

  /// Without the lock.
  void release_snapshot(std::uint64_t snapshot) const {
    Entries unused;
    {
      const std::lock_guard lock(mutex_);
      snapshots_.erase(std::find(snapshots_.begin(), snapshots_.end(), snapshot));
      const std::uint64_t oldest =
          snapshots_.empty() ? now_ : *std::min_element(snapshots_.begin(), snapshots_.end());
      while (!superseding_.empty() && superseding_.front()->written_at <= oldest) {
        Entry* newer = superseding_.front();
        superseding_.pop_front();
        unused.push_back(std::exchange(newer->older, nullptr));
        if (!newer->is_tombstone) continue;
        // A tombstone that hides nothing goes, unless a newer version has it behind itself: then it goes with
        // that.
        const auto at = tree_.find(Probe(newer->key()));
        if (at->entry != newer) continue;
        unused.push_back(newer);
        tree_.erase(at);
      }
    }
    destroy(unused);
  }

  static void destroy(const Entries& entries) {
    for (Entry* entry : entries) Entry::destroy(entry);
  }

  // Scans change what is kept for snapshots, never what the store holds.
  mutable FairSharedMutex mutex_;
  mutable Tree tree_;
  std::uint64_t now_ = 0;  ///< counts the writes
  /// Versions that have an older one behind them, in the order of writing.
  mutable std::deque<Entry*> superseding_;
  /// Taken under the shared lock, by several scans at once, so with a mutex of its own; read by writers.
  mutable std::mutex snapshots_mutex_;
  mutable std::vector<std::uint64_t> snapshots_;
};

}  // namespace

std::unique_ptr<Kv> make_memory_kv() { return std::make_unique<MemoryKv>(); }

}  // namespace lodestone
