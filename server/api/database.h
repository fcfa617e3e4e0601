/// A DynamoDB-compatible database inside this process.
///
/// One object owns everything: its tables, its threads, its files. Any number of databases may live in a
/// process, in memory or each on a folder of its own. Operations and their JSON are those of Amazon DynamoDB
/// (https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/Welcome.html), so what works here works
/// there. Thread-safe. Nothing throws; failures are replies, as on the wire.
///
///     auto database = lodestone::Database::open({});
///     auto reply = (*database)->execute("ListTables", "{}");
///     // reply.status == 200, reply.body == R"({"TableNames":[]})"
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "server/api/call.h"
#include "server/api/clock.h"
#include "server/api/message_forms.h"
#include "storage/kv.h"
#include "storage/result.h"

namespace lodestone {

struct DatabaseOptions {
  /// The folder that holds the data; empty: in memory, gone with the object.
  std::string path;
  /// On disk: acknowledged writes survive a loss of power, not only the end of the process.
  bool sync = false;
  /// nullptr: the system's clock. Otherwise it outlives the database.
  const Clock* clock = nullptr;
  /// Whether tables of different regions or access keys are separate. By default all callers share one
  /// namespace.
  bool isolate_regions = false;
  bool isolate_access_keys = false;
  /// How long CREATING, UPDATING and DELETING last. By default they are over when the reply is there.
  std::chrono::milliseconds transient_status_delay{0};
  /// Whether threads of the database do the work beside requests: expired items, delayed statuses, large
  /// indexes. Without, run_due_work() does.
  bool background_work = true;
  /// How many shards of a stream take writes side by side, at least 1, and after how long a shard is closed
  /// and followed by a child; 0: never.
  std::uint64_t stream_shards = 1;
  std::chrono::milliseconds stream_shard_lifetime{0};
  /// Which words errors have where the service's own differ by region and date.
  MessageForms messages = MessageForms::kNewest;
  /// For tests of conflicts: called by TransactWriteItems while it holds its items, before it reads them. May
  /// wait.
  std::function<void()> transaction_hold_point;
  /// Receives what went wrong inside, one line each, from any thread. Empty: nobody.
  std::function<void(std::string_view line)> log;
};

class Database final : public Handler {
 public:
  /// Errors: see StorageError; the message names the folder and what to do. In memory it never fails.
  [[nodiscard]] static StorageResult<std::unique_ptr<Database>> open(const DatabaseOptions& options);

  /// Finishes what runs, keeps everything that was written.
  ~Database() override;

  /// Runs one operation, for example `execute("GetItem", R"({"TableName":…})")`. The reply's status is 200,
  /// or 400 or 500 with the error's JSON as body. With `sync`, what the reply tells is durable when this
  /// returns.
  [[nodiscard]] Reply execute(std::string_view operation, std::string_view json);
  /// The same with a reply whose memory is used again.
  void execute(std::string_view operation, std::string_view json, Reply& reply);

  /// A call as it came over the network. With `sync` it does not wait for the disk: the reply is to be held
  /// back until when_durable() says so.
  void handle(const Call& call, Reply& reply) override;
  [[nodiscard]] bool is_durable() const override;
  void when_durable(std::function<void(bool durable)> then) override;

  /// Does the work beside requests that is due by the clock: ends transient statuses, builds indexes, deletes
  /// expired items. Returns how many items expired.
  std::size_t run_due_work();

 private:
  class Implementation;
  explicit Database(std::unique_ptr<Implementation> implementation);
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace lodestone
