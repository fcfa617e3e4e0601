#include "model/table.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <random>
#include <thread>

#include "model/items.h"
#include "model/keys.h"

namespace lodestone::model {
namespace {

constexpr std::size_t kMostGets = 100;
constexpr std::size_t kMostWrites = 25;
/// A body of one item does not grow step by step.
constexpr std::size_t kOrdinaryReply = 1000;
/// More threads than this wait for each other.
constexpr std::size_t kMostThreads = 64;

Error error_from(ConnectionError&& cause) {
  Error error{.code = ErrorCode::kOperationFailed, .message = cause.message};
  if (cause.name == "ConditionalCheckFailedException") error.code = ErrorCode::kConditionFailed;
  if (cause.name == "TransactionCanceledException") error.code = ErrorCode::kTransactionCancelled;
  error.cause = std::move(cause);
  return error;
}

Error named(Error&& error, const EntitySchema& schema) {
  error.entity = schema.entity;
  return std::move(error);
}

/// Waits that double, spread so that many callers do not come back at once.
class Backoff {
 public:
  explicit Backoff(const Table& table)
      : table_(table), options_(table.options()), next_(options_.batch_backoff) {}

  /// False where it has been tried often enough.
  bool wait() {
    if (tries_++ >= options_.batch_retries) return false;
    std::uniform_int_distribution<std::int64_t> spread(next_.count() / 2, next_.count());
    thread_local std::minstd_rand random(std::random_device{}());
    table_.wait(std::chrono::milliseconds(spread(random)));
    next_ = std::min(next_ * 2, std::chrono::milliseconds(2000));
    return true;
  }
  /// Something got through: patience begins anew.
  void reset() {
    tries_ = 0;
    next_ = options_.batch_backoff;
  }

 private:
  const Table& table_;
  const TableOptions& options_;
  std::chrono::milliseconds next_;
  unsigned tries_ = 0;
};

/// Cuts places into chunks and works on them, several at a time.
class Chunks {
 public:
  Chunks(std::size_t count, std::size_t size, const BatchOptions& options)
      : count_(count), size_(size), options_(options) {}

  template <class Work>
  Result<Done> run(const Work& work) {
    const std::size_t chunks = (count_ + size_ - 1) / size_;
    const auto threads = std::min({std::max<std::size_t>(options_.concurrency, 1), chunks, kMostThreads});
    const auto loop = [&] {
      for (std::size_t chunk = next_++; chunk < chunks && !failed_; chunk = next_++) {
        const std::size_t begin = chunk * size_;
        const std::size_t end = std::min(begin + size_, count_);
        const Result<Done> result = work(begin, end);
        const std::lock_guard lock(mutex_);
        if (!result.ok()) {
          if (!failed_.exchange(true)) error_ = result.error();
          return;
        }
        done_ += end - begin;
        if (options_.progress) options_.progress({done_, count_});
      }
    };
    std::vector<std::thread> others;
    for (std::size_t i = 1; i < threads; ++i) others.emplace_back(loop);
    loop();
    for (std::thread& other : others) other.join();
    if (failed_) return error_;
    return Done{};
  }

 private:
  std::size_t count_;
  std::size_t size_;
  const BatchOptions& options_;
  std::atomic<std::size_t> next_ = 0;
  std::atomic<bool> failed_ = false;
  std::mutex mutex_;
  std::size_t done_ = 0;
  Error error_;
};

/// The key of a stored item, for cursors that end inside of a page.
Record key_of(const EntitySchema& schema, const IndexSchema* index, const Record& stored) {
  Record key;
  const auto add = [&](const KeySchema& one) {
    if (const Value* const value = stored.find(one.field)) key.set(one.field, *value);
  };
  const auto add_index = [&](const IndexSchema& one) {
    if (one.kind == IndexKind::kAttributes) {
      for (const auto* const parts : {&one.pk.parts, one.sk ? &one.sk->parts : nullptr}) {
        for (const CompositePart& part : parts == nullptr ? std::vector<CompositePart>() : *parts) {
          const std::string& field = schema.attributes[part.position].field;
          if (const Value* const value = stored.find(field)) key.set(field, *value);
        }
      }
      return;
    }
    add(one.pk);
    if (one.sk) add(*one.sk);
  };
  add_index(schema.primary());
  if (index != nullptr && !index->is_primary()) add_index(*index);
  return key;
}

bool contains_key(const Record& item, const Record& key) {
  return std::all_of(key.begin(), key.end(), [&item](const Member& member) {
    const Value* const value = item.find(member.name);
    return value != nullptr && *value == member.value;
  });
}

}  // namespace

Record table_key_of(const EntitySchema& schema, const Record& stored) {
  return key_of(schema, nullptr, stored);
}

Moment Table::now() const {
  if (options_.clock) return {options_.clock()};
  return {std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::system_clock::now().time_since_epoch())};
}

void Table::wait(std::chrono::milliseconds pause) const {
  if (options_.wait) return options_.wait(pause);
  std::mutex mutex;
  std::condition_variable_any asked_to_stop;
  std::unique_lock lock(mutex);
  asked_to_stop.wait_for(lock, options_.stop, pause, [] { return false; });
}

Result<std::string> Table::execute(std::string_view operation, std::string_view json) const {
  if (options_.stop.stop_requested()) {
    ConnectionError cancelled;
    cancelled.kind = FailureKind::kCancelled;
    cancelled.message = "The operation was cancelled";
    return error_from(std::move(cancelled));
  }
  const CallOptions call{options_.stop};
  ServiceReply reply;
  reply.body.reserve(kOrdinaryReply);
  if (!options_.log) {
    auto outcome = connection_.execute_into(reply, operation, json, &call);
    if (!outcome.ok()) return error_from(std::move(outcome).error());
    return std::move(reply.body);
  }
  const auto begin = std::chrono::steady_clock::now();
  auto outcome = connection_.execute_into(reply, operation, json, &call);
  LogEvent event{.operation = operation, .request = json, .reply = {}, .ok = outcome.ok()};
  event.duration = std::chrono::steady_clock::now() - begin;
  if (outcome.ok()) {
    event.reply = reply.body;
    event.attempts = reply.attempts;
  } else {
    event.reply = outcome.error().body.empty() ? outcome.error().message : outcome.error().body;
    event.attempts = outcome.error().attempts;
  }
  options_.log(event);
  if (!outcome.ok()) return error_from(std::move(outcome).error());
  return std::move(reply.body);
}

Result<Reply> Table::call(std::string_view operation, std::string_view json) const {
  LODESTONE_ASSIGN(std::string body, execute(operation, json));
  return read_reply(body);
}

Result<Reply> run(const Table& table, const EntitySchema& schema, const Request& request) {
  LODESTONE_ASSIGN(std::string body, run_raw(table, schema, request));
  auto reply = read_reply(body);
  if (!reply.ok()) return named(std::move(reply).error(), schema);
  return reply;
}

Result<std::string> run_raw(const Table& table, const EntitySchema& schema, const Request& request) {
  auto body = table.execute(request.operation, to_json(request));
  if (!body.ok()) return named(std::move(body).error(), schema);
  return body;
}

Result<RecordPage> run_pages(const Table& table, const EntitySchema& schema, const IndexSchema* index,
                             Request request, const PageOptions& options) {
  RecordPage page;
  const Moment now = table.now();
  for (std::size_t pages = 1;; ++pages) {
    LODESTONE_ASSIGN(Reply reply, run(table, schema, request));
    page.count += reply.count;
    page.scanned_count += reply.scanned_count;
    page.capacity_units += reply.capacity_units.value_or(0);
    ++page.requests;
    page.last_key = std::move(reply.last_key);
    if (options.hydrate && !reply.items.empty()) {
      if (options.count != 0 && reply.items.size() > options.count - page.items.size()) {
        reply.items.resize(options.count - page.items.size());
        page.last_key = key_of(schema, index, reply.items.back());
      }
      LODESTONE_ASSIGN(RecordBatch found, run_hydrate(table, schema, reply.items, options.attributes,
                                                      !request.return_consumed_capacity.empty()));
      page.capacity_units += found.capacity_units;
      page.requests += found.requests;
      for (auto& item : found.items) {
        if (item) page.items.push_back(std::move(*item));
      }
    } else {
      for (Record& item : reply.items) {
        if (!options.ignore_ownership && !owns(schema, item)) continue;
        const bool is_last = options.count != 0 && page.items.size() + 1 == options.count;
        // The rest of the page is for the next time, unless there is none.
        if (is_last && (&item != &reply.items.back() || page.last_key)) {
          page.last_key = key_of(schema, index, item);
        }
        page.items.push_back(format_item(schema, std::move(item), now));
        if (is_last) return page;
      }
    }
    const bool wants_more =
        options.count != 0 ? page.items.size() < options.count : options.pages == 0 || pages < options.pages;
    if (!page.last_key || !wants_more) return page;
    request.start_key = page.last_key;
  }
}

Result<RecordBatch> run_hydrate(const Table& table, const EntitySchema& schema,
                                const std::vector<Record>& found, std::vector<Path> attributes,
                                bool consumed_capacity) {
  std::vector<Record> keys;
  for (const Record& item : found) keys.push_back(table_key_of(schema, item));
  const ReadOptions what{.attributes = std::move(attributes), .consumed_capacity = consumed_capacity};
  LODESTONE_ASSIGN(const Request gets, batch_get_request(schema, table.name(), what));
  LODESTONE_ASSIGN(RecordBatch batch, run_batch_get(table, schema, gets, keys, {}));
  if (batch.unprocessed.empty()) return batch;
  return entity_error(schema, ErrorCode::kOperationFailed,
                      "The service left out items of the index, however often it was asked");
}

Result<RecordBatch> run_batch_get(const Table& table, const EntitySchema& schema, const Request& request,
                                  const std::vector<Record>& keys, const BatchOptions& options) {
  RecordBatch batch;
  batch.items.resize(keys.size());
  std::mutex mutex;
  const Moment now = table.now();
  const auto work = [&](std::size_t begin, std::size_t end) -> Result<Done> {
    // The service refuses a key that is there twice: equal ones share one place in the call.
    std::vector<std::size_t> waiting;
    for (std::size_t i = begin; i < end; ++i) waiting.push_back(i);
    Backoff backoff(table);
    while (!waiting.empty()) {
      std::vector<Record> asked;
      for (const std::size_t i : waiting) {
        if (std::find(asked.begin(), asked.end(), keys[i]) == asked.end()) asked.push_back(keys[i]);
      }
      auto outcome = table.call("BatchGetItem", batch_get_json(request, asked));
      if (!outcome.ok()) return named(std::move(outcome).error(), schema);
      Reply& reply = *outcome;
      {
        const std::lock_guard lock(mutex);
        batch.capacity_units += reply.capacity_units.value_or(0);
        ++batch.requests;
      }
      std::vector<Record> left;
      for (auto& [name, unprocessed] : reply.unprocessed_keys) left = std::move(unprocessed);
      std::vector<Record> found;
      for (auto& [name, items] : reply.responses) found = std::move(items);
      std::vector<std::size_t> still;
      for (const std::size_t i : waiting) {
        if (std::find(left.begin(), left.end(), keys[i]) != left.end()) {
          still.push_back(i);
          continue;
        }
        const auto item = std::find_if(found.begin(), found.end(),
                                       [&](const Record& one) { return contains_key(one, keys[i]); });
        if (item != found.end() && owns(schema, *item)) batch.items[i] = format_item(schema, *item, now);
      }
      if (still.size() < waiting.size()) backoff.reset();
      waiting = std::move(still);
      if (!waiting.empty() && !backoff.wait()) {
        const std::lock_guard lock(mutex);
        batch.unprocessed.insert(batch.unprocessed.end(), waiting.begin(), waiting.end());
        break;
      }
    }
    return Done{};
  };
  LODESTONE_TRY(Chunks(keys.size(), kMostGets, options).run(work));
  std::sort(batch.unprocessed.begin(), batch.unprocessed.end());
  return batch;
}

Result<std::vector<std::size_t>> run_batch_write(const Table& table, const EntitySchema& schema,
                                                 const std::vector<BatchWrite>& writes,
                                                 const BatchOptions& options) {
  std::vector<std::size_t> unprocessed;
  std::mutex mutex;
  const auto work = [&](std::size_t begin, std::size_t end) -> Result<Done> {
    std::vector<std::size_t> waiting;
    for (std::size_t i = begin; i < end; ++i) waiting.push_back(i);
    Backoff backoff(table);
    while (!waiting.empty()) {
      std::vector<BatchWrite> asked;
      for (const std::size_t i : waiting) asked.push_back(writes[i]);
      auto outcome = table.call("BatchWriteItem", batch_write_json(table.name(), asked));
      if (!outcome.ok()) return named(std::move(outcome).error(), schema);
      std::vector<std::size_t> still;
      for (const std::size_t i : waiting) {
        const auto& left = outcome->unprocessed_writes;
        const bool is_left = std::any_of(left.begin(), left.end(), [&](const Reply::UnprocessedWrite& one) {
          return one.is_put == writes[i].is_put && one.record == writes[i].record;
        });
        if (is_left) still.push_back(i);
      }
      if (still.size() < waiting.size()) backoff.reset();
      waiting = std::move(still);
      if (!waiting.empty() && !backoff.wait()) {
        const std::lock_guard lock(mutex);
        unprocessed.insert(unprocessed.end(), waiting.begin(), waiting.end());
        break;
      }
    }
    return Done{};
  };
  LODESTONE_TRY(Chunks(writes.size(), kMostWrites, options).run(work));
  std::sort(unprocessed.begin(), unprocessed.end());
  return unprocessed;
}

}  // namespace lodestone::model
