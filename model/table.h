/// A table and the way to it: what every operation of the modelling layer runs on.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/call_options.h"
#include "model/connection.h"
#include "model/error.h"
#include "model/reads.h"
#include "model/reply.h"
#include "model/request.h"
#include "model/schema.h"

namespace lodestone::model {

/// One call, when it is over.
struct LogEvent {
  std::string_view operation;
  std::string_view request;
  /// The reply's JSON; of a failure the service's error, or what went wrong.
  std::string_view reply;
  bool ok = false;
  unsigned attempts = 1;
  std::chrono::nanoseconds duration{0};
};

struct TableOptions {
  /// Milliseconds since the epoch; empty: the system's clock. Read once for each operation.
  std::function<std::chrono::milliseconds()> clock = {};
  /// Sees every call, from the thread that makes it.
  std::function<void(const LogEvent& event)> log = {};
  /// How often a batch is sent again because the service left out a part of it, and the wait before the first
  /// time; it doubles each time, with jitter.
  unsigned batch_retries = 8;
  std::chrono::milliseconds batch_backoff{25};
  /// Ends what runs on the table early, from any thread: calls, the waits between them, what is left of
  /// batches and pages. A second table on the same connection gives some operations a token of their own.
  std::stop_token stop = {};
  /// How to wait; empty: by sleeping, until `stop` is asked for.
  std::function<void(std::chrono::milliseconds)> wait = {};
};

/// Thread-safe where its options are.
class Table {
 public:
  /// `connection` must outlive the table, and the table what is made from it.
  Table(Connection& connection, std::string name, TableOptions options = {})
      : connection_(connection), name_(std::move(name)), options_(std::move(options)) {}
  Table(const Table&) = delete;
  Table& operator=(const Table&) = delete;

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] const TableOptions& options() const { return options_; }
  [[nodiscard]] Moment now() const;

  /// Runs any operation by its JSON. The error tells what the service says.
  [[nodiscard]] Result<std::string> execute(std::string_view operation, std::string_view json) const;
  /// The same, with the reply read.
  [[nodiscard]] Result<Reply> call(std::string_view operation, std::string_view json) const;
  /// Waits as the options say.
  void wait(std::chrono::milliseconds pause) const;

 private:
  Connection& connection_;
  std::string name_;
  TableOptions options_;
};

/// The table's key of a stored item.
[[nodiscard]] Record table_key_of(const EntitySchema& schema, const Record& stored);

// What operations on entities do with a table. `entity` is named in errors.

[[nodiscard]] Result<Reply> run(const Table& table, const EntitySchema& schema, const Request& request);
/// The reply as it came.
[[nodiscard]] Result<std::string> run_raw(const Table& table, const EntitySchema& schema,
                                          const Request& request);

/// Items as readers see them, by attribute name, and where to go on.
struct RecordPage {
  std::vector<Record> items;
  /// The key of the last item that was looked at; nullopt: there are no more.
  std::optional<Record> last_key;
  /// How many items matched, and how many were looked at.
  std::int64_t count = 0;
  std::int64_t scanned_count = 0;
  /// Capacity units, where the request asks for them, and how often the service was asked.
  double capacity_units = 0;
  std::size_t requests = 0;
};

/// How many pages are read before a result is given.
struct PageOptions {
  /// 0: until there are no more.
  std::size_t pages = 1;
  /// As many items as this are gathered, however many pages that takes; 0: as pages bring.
  std::size_t count = 0;
  bool ignore_ownership = false;
  /// Keys are read from the index, items then from the table: these attributes of them, or all.
  bool hydrate = false;
  std::vector<Path> attributes = {};
};
/// Query or Scan. With `index`, cursors of partly used pages can be made for it.
[[nodiscard]] Result<RecordPage> run_pages(const Table& table, const EntitySchema& schema,
                                           const IndexSchema* index, Request request,
                                           const PageOptions& options);

/// Of items that an index found, as it has them: the whole items, or those attributes of them, read from the
/// table. In their order; nullopt: gone meanwhile, or another entity's.
struct RecordBatch;
[[nodiscard]] Result<RecordBatch> run_hydrate(const Table& table, const EntitySchema& schema,
                                              const std::vector<Record>& found, std::vector<Path> attributes,
                                              bool consumed_capacity);

/// How far a batch is: what the service has done or, however often it was asked, has not.
struct BatchProgress {
  std::size_t done = 0;
  std::size_t total = 0;
};

struct BatchOptions {
  /// Of reads.
  bool consistent = false;
  /// Told after every call.
  std::function<void(const BatchProgress&)> progress = {};
  /// How many calls run at a time.
  unsigned concurrency = 1;
};

struct RecordBatch {
  /// In the order of the keys; nullopt: not there, or left unprocessed.
  std::vector<std::optional<Record>> items;
  /// Places of keys that the service did not get to, however often it was asked.
  std::vector<std::size_t> unprocessed;
  double capacity_units = 0;
  std::size_t requests = 0;
};
/// Reads any number of items, a hundred a call.
[[nodiscard]] Result<RecordBatch> run_batch_get(const Table& table, const EntitySchema& schema,
                                                const Request& request, const std::vector<Record>& keys,
                                                const BatchOptions& options);
/// Writes any number of items, 25 a call. The result: places of those that were left unprocessed.
[[nodiscard]] Result<std::vector<std::size_t>> run_batch_write(const Table& table, const EntitySchema& schema,
                                                               const std::vector<BatchWrite>& writes,
                                                               const BatchOptions& options);

}  // namespace lodestone::model
