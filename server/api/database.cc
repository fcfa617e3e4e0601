#include "server/api/database.h"

#include <atomic>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <thread>

#include "server/api/background.h"
#include "server/api/engine.h"
#include "server/api/maintenance.h"
#include "server/api/operations.h"
#include "server/api/shape_check.h"
#include "storage/memory_kv.h"
#include "storage/rocks_kv.h"

namespace lodestone {
namespace {

constexpr std::string_view kTargetPrefix = "DynamoDB_20120810.";
constexpr std::string_view kStreamsTargetPrefix = "DynamoDBStreams_20120810.";
const SystemClock kSystemClock;

/// The operation of an X-Amz-Target header.
const Operation* find_target(std::string_view target) {
  const bool of_streams = target.starts_with(kStreamsTargetPrefix);
  if (!of_streams && !target.starts_with(kTargetPrefix)) return nullptr;
  const Operation* operation =
      find_operation(target.substr((of_streams ? kStreamsTargetPrefix : kTargetPrefix).size()));
  return operation != nullptr && operation->of_streams == of_streams ? operation : nullptr;
}

/// Buffers of this thread's requests.
Scratch& thread_scratch() {
  thread_local Scratch scratch;
  return scratch;
}

Failure<ApiError> shape_fault(ShapeFault fault, const Caller& caller) {
  switch (fault.kind) {
    case ShapeFault::Kind::kSerialization:
      return serialization_error(std::move(fault.message));
    case ShapeFault::Kind::kValidation:
      return validation_error(std::move(fault.message));
    case ShapeFault::Kind::kAccessDenied:
      break;
  }
  return access_denied("User: arn:aws:iam::" + std::string(caller.account) + ":user/" +
                       std::string(caller.access_key) + fault.message);
}

}  // namespace

class Database::Implementation {
 public:
  Implementation(std::unique_ptr<Kv> kv, const DatabaseOptions& options)
      : options_(options),
        syncs_(options.sync && !options.path.empty()),
        engine_(std::move(kv), options.clock != nullptr ? *options.clock : kSystemClock,
                Separation{options.isolate_regions, options.isolate_access_keys},
                options.transient_status_delay,
                ShardSettings{options.stream_shards, options.stream_shard_lifetime}),
        background_([this] { work(); }) {
    engine_.transaction_hold_point = options.transaction_hold_point;
    engine_.messages = options.messages;
  }

  ~Implementation() {
    if (recount_.joinable()) recount_.join();
    if (options_.path.empty()) return;
    // After a crash the counters are counted anew; after this they need not be.
    if (auto saved = engine_.catalog.save_counters(); !saved.ok()) log(saved.error().message);
    if (auto flushed = engine_.kv->flush(); !flushed.ok()) log(flushed.error().message);
  }

  StorageResult<void> load() {
    LODESTONE_ASSIGN(const bool counted, engine_.catalog.load());
    LODESTONE_TRY(engine_.streams.load());
    engine_.catalog.visit_all(
        [this](Table& table) { table.stream = engine_.streams.enabled_of(table.record); });
    if (!counted) recount();
    bool work_left = false;
    engine_.catalog.visit_all([&work_left](Table& table) {
      work_left |= table.record.status != TableStatus::kActive || table.layout.expiry_space != 0 ||
                   table.stream != nullptr;
      for (const IndexRecord& index : table.record.indexes) work_left |= index.status != TableStatus::kActive;
    });
    engine_.work_pending = work_left;
    wake_if_needed();
    return {};
  }

  /// With the request's JSON parsed into the scratch.
  void run(const Operation& operation, const Caller& caller, Scratch& scratch, Reply& reply) {
    scratch.arena.reset();
    Request request{engine_, scratch, caller, scratch.json.root(), engine_.clock.now()};
    if (auto done = checked_run(operation, request, reply.body); !done.ok()) {
      fail(done.error(), reply);
      return;
    }
    reply.status = 200;
    if (!operation.uses_items || engine_.work_pending) wake_if_needed();
  }

  void fail(const ApiError& error, Reply& reply) {
    if (error.kind == ErrorKind::kInternal) log(error.message);
    reply.status = http_status(error);
    reply.body.clear();
    append_error_body(reply.body, error, options_.messages);
  }

  [[nodiscard]] bool is_durable() const { return !syncs_ || engine_.kv->is_durable(); }

  void when_durable(std::function<void(bool durable)> then) {
    engine_.kv->when_durable([this, then = std::move(then)](const StorageResult<void>& outcome) {
      // Everybody who waits learns of the same failure.
      if (!outcome.ok() && !sync_failed_.exchange(true)) log(outcome.error().message);
      then(outcome.ok());
    });
  }

  /// Holds the caller until what the reply tells is durable. That a read has nothing of its own to wait for
  /// does not free it: it may have seen what another thread has written and not synced yet.
  void wait_durable(Reply& reply) {
    if (is_durable()) return;
    auto durable = engine_.kv->wait_durable();
    if (!durable.ok()) fail(internal_error(durable.error()).error, reply);
  }

  std::size_t run_due_work() {
    Scratch& scratch = work_scratch_;
    const std::scoped_lock lock(work_mutex_);
    const Millis now = engine_.clock.now();
    if (engine_.work_pending) report(settle_statuses(engine_, scratch, now));
    trim_streams(now);
    if (auto forgotten = engine_.tokens.forget_old(now); !forgotten.ok()) log(forgotten.error().message);
    auto deleted = delete_expired_items(engine_, scratch, now);
    if (deleted.ok()) return *deleted;
    log(deleted.error().message);
    return 0;
  }

 private:
  ApiResult<void> checked_run(const Operation& operation, Request& request, std::string& body) {
    if (auto fault = check_input(*operation.shape, request.scratch.json.root(), options_.messages)) {
      return shape_fault(std::move(*fault), request.caller);
    }
    if (!operation.uses_items) {
      // What became due since the last look is over for whoever looks now.
      if (engine_.work_pending && engine_.transient_status_delay.count() > 0) {
        LODESTONE_TRY(settle_statuses(engine_, request.scratch, request.now));
      }
      return operation.run(request, body);
    }
    const std::shared_lock lock(engine_.catalog.lock());
    return operation.run(request, body);
  }

  void wake_if_needed() {
    if (!options_.background_work) return;
    bool needed = engine_.work_pending;
    if (!needed) {
      const std::shared_lock lock(engine_.catalog.lock());
      engine_.catalog.visit_all(
          [&needed](Table& table) { needed |= table.layout.expiry_space != 0 || table.stream != nullptr; });
    }
    if (needed) background_.wake();
  }

  void work() { run_due_work(); }

  /// Begins to count all items, and returns once it is certain which ones are counted.
  void recount() {
    std::mutex mutex;
    std::condition_variable condition;
    bool fixed = false;
    recount_ = std::thread([&, this] {
      report(recount_items(engine_, [&] {
        const std::scoped_lock lock(mutex);
        fixed = true;
        condition.notify_all();
      }));
    });
    std::unique_lock lock(mutex);
    condition.wait(lock, [&fixed] { return fixed; });
  }

  void trim_streams(Millis now) {
    const std::shared_lock lock(engine_.catalog.lock());
    if (auto trimmed = engine_.streams.trim(now); !trimmed.ok()) log(trimmed.error().message);
  }

  void report(const ApiResult<void>& outcome) {
    if (!outcome.ok()) log(outcome.error().message);
  }

  void log(std::string_view line) {
    if (options_.log) options_.log(line);
  }

  DatabaseOptions options_;
  const bool syncs_;
  // Before the engine, whose store calls those who wait for it until it is gone.
  std::atomic<bool> sync_failed_ = false;
  Engine engine_;
  std::mutex work_mutex_;
  Scratch work_scratch_;
  std::thread recount_;
  // Last: its thread ends before anything that it uses.
  Background background_;
};

Database::Database(std::unique_ptr<Implementation> implementation)
    : implementation_(std::move(implementation)) {}
Database::~Database() = default;

StorageResult<std::unique_ptr<Database>> Database::open(const DatabaseOptions& options) {
  std::unique_ptr<Kv> kv;
  if (options.path.empty()) {
    kv = make_memory_kv();
  } else {
    RocksOptions rocks;
    rocks.path = options.path;
    rocks.sync = options.sync ? RocksOptions::Sync::kByOwner : RocksOptions::Sync::kNever;
    rocks.log = options.log;
    LODESTONE_ASSIGN(kv, open_rocks_kv(rocks));
  }
  auto implementation = std::make_unique<Implementation>(std::move(kv), options);
  LODESTONE_TRY(implementation->load());
  return std::unique_ptr<Database>(new Database(std::move(implementation)));
}

Reply Database::execute(std::string_view operation, std::string_view json) {
  Reply reply;
  execute(operation, json, reply);
  return reply;
}

void Database::execute(std::string_view operation, std::string_view json, Reply& reply) {
  thread_local std::string body;
  body.assign(json);
  reply.body.clear();
  Scratch& scratch = thread_scratch();
  const Operation* found = find_operation(operation);
  if (!scratch.json.parse(body)) {
    implementation_->fail(serialization_error({}).error, reply);
  } else if (found == nullptr) {
    implementation_->fail(unknown_operation().error, reply);
  } else {
    implementation_->run(*found, Caller(), scratch, reply);
    implementation_->wait_durable(reply);
  }
}

void Database::handle(const Call& call, Reply& reply) {
  reply.body.clear();
  Scratch& scratch = thread_scratch();
  // The order is the service's: JSON, target, signature, empty body.
  const bool empty = call.body.empty();
  if (!empty && !scratch.json.parse(call.body))
    return implementation_->fail(serialization_error({}).error, reply);
  const Operation* operation = find_target(call.target);
  if (operation == nullptr) return implementation_->fail(unknown_operation().error, reply);
  if (call.auth_failure != nullptr) {
    reply.status = 400;
    append_service_error_body(reply.body, call.auth_failure->name, call.auth_failure->message);
    return;
  }
  if (empty) return implementation_->fail(serialization_error({}).error, reply);
  implementation_->run(*operation, call.caller, scratch, reply);
}

bool Database::is_durable() const { return implementation_->is_durable(); }

void Database::when_durable(std::function<void(bool durable)> then) {
  implementation_->when_durable(std::move(then));
}

std::size_t Database::run_due_work() { return implementation_->run_due_work(); }

}  // namespace lodestone
