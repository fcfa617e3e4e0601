/// The operations that the benchmarks measure, as request bodies whose keys can be changed in place.
///
/// One table, "bench": partition key `pk` (S), sort key `sk` (N), ten items to a partition, every item 400
/// bytes as DynamoDB counts them. Item i is in partition i / 10. GetRecords reads from the table's stream. A
/// body owns its text; nothing here is shared between threads.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lodestone::bench {

enum class Operation {
  kGetItem,
  kPutItem,
  kUpdateItem,
  kQuery,
  kBatchGetItem,
  kScan,
  kExecuteStatement,
  kTransactWriteItems,
  kGetRecords,
  kFill
};

/// The operation of that name on the wire; "Fill" is BatchWriteItem of consecutive items, ExecuteStatement
/// selects one item by its key, TransactWriteItems puts two items, updates one and checks one, GetRecords
/// reads a hundred. nullopt for any other text.
[[nodiscard]] std::optional<Operation> operation_named(std::string_view name);
/// What X-Amz-Target calls it, without the version.
[[nodiscard]] std::string_view wire_name(Operation operation);
/// X-Amz-Target.
[[nodiscard]] std::string target(Operation operation);

constexpr std::uint64_t kItemsPerPartition = 10;
constexpr std::uint64_t kItemsPerBatchGet = 25;
constexpr std::uint64_t kItemsPerFill = 25;
constexpr std::uint64_t kRecordsPerPage = 100;

/// The request of CreateTable.
[[nodiscard]] std::string create_table_body();
/// The request of UpdateTable that gives the table a stream with the items as they are after each change.
[[nodiscard]] std::string enable_stream_body();

class Body {
 public:
  /// kGetRecords reads from the iterator on; no other operation has one.
  explicit Body(Operation operation, std::string_view shard_iterator = {});

  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] bool has_keys() const { return !keys_.empty(); }
  /// Changes the keys in `text`, which begins with or contains text() at `offset`, to those of `keys_.size()`
  /// items spread evenly over a table of `item_count`, the first of them `item`; to consecutive ones for
  /// kFill. An item that is written differs from the one that a call before wrote: an identical one would be
  /// no write.
  void aim(std::string& text, std::size_t offset, std::uint64_t item, std::uint64_t item_count);
  /// The least length that a reply has which answers the request in full.
  [[nodiscard]] std::size_t least_reply_bytes() const { return least_reply_bytes_; }

 private:
  struct Key {
    std::size_t partition;            ///< where the digits of the partition begin
    std::optional<std::size_t> sort;  ///< where the digit of the sort key is
  };
  void append_key();
  void append_key(std::string_view before_pk, std::string_view before_sk);
  void append_item();
  void append_transaction();

  Operation operation_;
  std::string text_;
  std::vector<Key> keys_;
  std::vector<std::size_t> serials_;  ///< where the digits begin in which written items differ
  std::uint64_t serial_ = 0;
  std::size_t least_reply_bytes_ = 2;
};

}  // namespace lodestone::bench
