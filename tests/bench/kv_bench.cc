/// What the key-value stores cost per operation: 400-byte values under keys as the store makes them.
///
/// Arguments: the number of rows, then how many of them a range has. Times are CPU time of the calling
/// thread, so that RocksDB's background work and the disk do not count; run with
/// --benchmark_counters_tabular=true for one line each.
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <map>
#include <mutex>
#include <random>
#include <shared_mutex>
#include <string>
#include <tuple>
#include <vector>

#include <benchmark/benchmark.h>

#include "storage/memory_kv.h"
#include "storage/rocks_kv.h"
#include "tests/storage/temporary_folder.h"

namespace lodestone {
namespace {

constexpr std::size_t kValueBytes = 400;

/// A space, a hash, a partition key, a sort key.
std::string key_of(std::size_t number, std::size_t rows_per_partition) {
  const std::size_t partition = number / rows_per_partition;
  std::string key("\x00\x00\x00\x07", 4);
  const std::uint64_t hash = (partition + 1) * 0x9E3779B97F4A7C15ULL;
  for (int shift = 56; shift >= 0; shift -= 8) key += static_cast<char>(hash >> static_cast<unsigned>(shift));
  key += "customer#" + std::to_string(100000 + partition) + std::string("\0\0", 2);
  key += "order#2024-05-" + std::to_string(1000000 + number % rows_per_partition);
  return key;
}

/// What a straightforward store in memory would be.
class PlainMap final : public Kv {
 public:
  StorageResult<bool> get(std::string_view key, std::string& value) const override {
    const std::shared_lock lock(mutex_);
    const auto at = rows_.find(key);
    if (at == rows_.end()) return false;
    value.assign(at->second);
    return true;
  }
  StorageResult<void> multi_get(std::span<const std::string_view> keys,
                                absl::FunctionRef<void(std::size_t, std::string_view)> found) const override {
    const std::shared_lock lock(mutex_);
    for (std::size_t i = 0; i < keys.size(); ++i) {
      if (const auto at = rows_.find(keys[i]); at != rows_.end()) found(i, at->second);
    }
    return {};
  }
  StorageResult<void> scan(KeyRange range, Direction,
                           absl::FunctionRef<bool(std::string_view, std::string_view)> visit) const override {
    const std::shared_lock lock(mutex_);
    for (auto at = rows_.lower_bound(range.begin); at != rows_.end() && at->first < range.end; ++at) {
      if (!visit(at->first, at->second)) break;
    }
    return {};
  }
  StorageResult<void> write(const Batch& batch) override {
    const std::lock_guard lock(mutex_);
    batch.for_each([&](Batch::Change change, std::string_view key, std::string_view value) {
      if (change == Batch::Change::kPut) rows_.insert_or_assign(std::string(key), std::string(value));
      if (change == Batch::Change::kErase) rows_.erase(std::string(key));
      if (change == Batch::Change::kEraseRange) rows_.erase(rows_.lower_bound(key), rows_.lower_bound(value));
    });
    return {};
  }
  StorageResult<void> flush() override { return {}; }

 private:
  mutable std::shared_mutex mutex_;
  std::map<std::string, std::string, std::less<>> rows_;
};

enum class Where { kMemory, kPlainMap, kDisk };

struct Store {
  Store(Where where, std::size_t rows, std::size_t rows_per_partition) {
    if (where == Where::kMemory) {
      kv = make_memory_kv();
    } else if (where == Where::kPlainMap) {
      kv = std::make_unique<PlainMap>();
    } else {
      RocksOptions options;
      options.path = folder / "store";
      auto opened = open_rocks_kv(options);
      if (!opened.ok()) {
        std::cerr << opened.error().message << '\n';
        std::exit(1);
      }
      kv = std::move(opened).value();
    }
    keys.reserve(rows);
    for (std::size_t i = 0; i < rows; ++i) keys.push_back(key_of(i, rows_per_partition));
    order.resize(rows);
    for (std::size_t i = 0; i < rows; ++i) order[i] = i;
    std::shuffle(order.begin(), order.end(), std::mt19937_64(1));
    Batch batch;
    for (const std::size_t i : order) {
      batch.clear();
      batch.put(keys[i], std::string(kValueBytes, static_cast<char>('a' + i % 26)));
      if (!kv->write(batch).ok()) std::exit(1);
    }
    if (where == Where::kDisk && !kv->flush().ok()) std::exit(1);
    std::shuffle(order.begin(), order.end(), std::mt19937_64(2));
  }
  /// The store that the last benchmark used, where this one needs such a store too: filling takes most of the
  /// time.
  static Store& shared(Where where, std::size_t rows, std::size_t rows_per_partition) {
    static std::unique_ptr<Store> last;
    static std::tuple<Where, std::size_t, std::size_t> made_for;
    const std::tuple wanted{where, rows, rows_per_partition};
    if (last == nullptr || made_for != wanted) {
      last.reset();
      last = std::make_unique<Store>(where, rows, rows_per_partition);
      made_for = wanted;
    }
    return *last;
  }

  const std::string& next_key() { return keys[order[at++ % order.size()]]; }

  TemporaryFolder folder;
  std::unique_ptr<Kv> kv;
  std::vector<std::string> keys;
  std::vector<std::size_t> order;
  std::size_t at = 0;
};

void get(benchmark::State& state, Where where, std::size_t rows_per_partition) {
  Store& store = Store::shared(where, static_cast<std::size_t>(state.range(0)), rows_per_partition);
  std::string value;
  for (auto _ : state) {
    if (!*store.kv->get(store.next_key(), value)) state.SkipWithError("absent");
  }
}

void get_absent(benchmark::State& state, Where where) {
  Store& store = Store::shared(where, static_cast<std::size_t>(state.range(0)), 1);
  std::string value;
  std::string key;
  for (auto _ : state) {
    key = store.next_key();
    key.back() = '!';
    if (*store.kv->get(key, value)) state.SkipWithError("there");
  }
}

void multi_get(benchmark::State& state, Where where) {
  Store& store = Store::shared(where, static_cast<std::size_t>(state.range(0)), 1);
  std::vector<std::string_view> keys(25);
  std::size_t bytes = 0;
  for (auto _ : state) {
    for (std::string_view& key : keys) key = store.next_key();
    const auto found = [&](std::size_t, std::string_view value) { bytes += value.size(); };
    if (!store.kv->multi_get(keys, found).ok()) state.SkipWithError("failed");
  }
  benchmark::DoNotOptimize(bytes);
}

void put(benchmark::State& state, Where where, std::size_t rows_per_partition) {
  Store& store = Store::shared(where, static_cast<std::size_t>(state.range(0)), rows_per_partition);
  const std::string value(kValueBytes, 'x');
  Batch batch;
  for (auto _ : state) {
    batch.clear();
    batch.put(store.next_key(), value);
    if (!store.kv->write(batch).ok()) state.SkipWithError("failed");
  }
}

void put_new(benchmark::State& state, Where where) {
  Store store(where, static_cast<std::size_t>(state.range(0)), 1);
  const std::string value(kValueBytes, 'x');
  Batch batch;
  std::size_t number = store.keys.size();
  for (auto _ : state) {
    batch.clear();
    batch.put(key_of(number++, 1), value);
    if (!store.kv->write(batch).ok()) state.SkipWithError("failed");
  }
}

void scan(benchmark::State& state, Where where, Direction direction) {
  const auto wanted = static_cast<std::size_t>(state.range(1));
  Store& store = Store::shared(where, static_cast<std::size_t>(state.range(0)), wanted);
  std::size_t bytes = 0;
  for (auto _ : state) {
    const std::string& inside = store.next_key();
    // The partition: space, hash and key up to its end.
    std::string begin = inside.substr(0, inside.find("order#"));
    std::string end = begin + '\xff';
    std::size_t seen = 0;
    const auto visit = [&](std::string_view, std::string_view value) {
      bytes += value.size();
      return ++seen < wanted;
    };
    if (!store.kv->scan({begin, end}, direction, visit).ok() || seen != wanted) state.SkipWithError("wrong");
  }
  benchmark::DoNotOptimize(bytes);
}

void make(benchmark::State& state, Where where) {
  for (auto _ : state) {
    Store store(where, 0, 1);
    benchmark::DoNotOptimize(store.kv.get());
  }
}

void make_in_memory(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(make_memory_kv());
}

void reopen(benchmark::State& state) {
  TemporaryFolder folder;
  RocksOptions options;
  options.path = folder / "store";
  for (auto _ : state) {
    auto opened = open_rocks_kv(options);
    if (!opened.ok()) state.SkipWithError("failed");
  }
}

void erase_range(benchmark::State& state, Where where) {
  for (auto _ : state) {
    Store store(where, static_cast<std::size_t>(state.range(0)), 1);
    Batch batch;
    batch.erase_range(std::string("\0\0\0\7", 4), std::string("\0\0\0\x08", 4));
    const auto begun = std::chrono::steady_clock::now();
    if (!store.kv->write(batch).ok()) state.SkipWithError("failed");
    state.SetIterationTime(std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count());
  }
}

void register_for(const std::string& name, Where where) {
  const auto named = [&](const char* operation) { return operation + ("/" + name); };
  const auto add = [&](const char* operation, auto&& run) {
    return benchmark::RegisterBenchmark(named(operation).c_str(), run);
  };
  for (const std::int64_t rows : {10000, 1000000}) {
    add("get", [=](auto& state) { get(state, where, 1); })->Arg(rows);
    add("get_absent", [=](auto& state) { get_absent(state, where); })->Arg(rows);
    add("multi_get_25", [=](auto& state) { multi_get(state, where); })->Arg(rows);
    add("put", [=](auto& state) { put(state, where, 1); })->Arg(rows);
  }
  add("get_in_one_partition", [=](auto& state) { get(state, where, 10000); })->Arg(10000);
  add("put_in_one_partition", [=](auto& state) { put(state, where, 10000); })->Arg(10000);
  add("put_new", [=](auto& state) { put_new(state, where); })->Arg(10000)->Iterations(200000);
  for (const std::int64_t rows : {10, 100}) {
    add("range", [=](auto& state) { scan(state, where, Direction::kForward); })->Args({10000, rows});
    if (where == Where::kPlainMap) continue;
    add("range_backward", [=](auto& state) {
      scan(state, where, Direction::kBackward);
    })->Args({10000, rows});
  }
  add("erase_range", [=](auto& state) { erase_range(state, where); })
      ->Arg(10000)
      ->Iterations(20)
      ->UseManualTime();
  if (where == Where::kMemory) benchmark::RegisterBenchmark(named("make").c_str(), make_in_memory);
  if (where == Where::kDisk) {
    add("make", [=](auto& state) { make(state, where); })->Unit(benchmark::kMicrosecond);
    benchmark::RegisterBenchmark(named("reopen").c_str(), reopen)->Unit(benchmark::kMicrosecond);
  }
}

}  // namespace
}  // namespace lodestone

int main(int count, char** arguments) {
  lodestone::register_for("memory", lodestone::Where::kMemory);
  lodestone::register_for("std_map", lodestone::Where::kPlainMap);
  lodestone::register_for("disk", lodestone::Where::kDisk);
  benchmark::Initialize(&count, arguments);
  benchmark::RunSpecifiedBenchmarks();
}
