/// What the service's replies of the data plane say.
///
/// Reading trusts nothing: a damaged reply is an error, and nesting is limited. Pure functions; thread-safe.
/// Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Operations_Amazon_DynamoDB.html
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "model/error.h"
#include "model/value.h"

namespace lodestone::model {

/// What a transaction's reply says of one action.
struct CancellationReason {
  /// "None", "ConditionalCheckFailed", …
  std::string code;
  std::string message;
  std::optional<Record> item;
};

/// What replies of the data plane hold, as far as the operation has it.
struct Reply {
  std::optional<Record> item;
  std::optional<Record> attributes;
  std::vector<Record> items;
  std::optional<Record> last_key;
  std::int64_t count = 0;
  std::int64_t scanned_count = 0;
  /// Of BatchGetItem: items by table.
  std::vector<std::pair<std::string, std::vector<Record>>> responses;
  /// Of TransactGetItems: in the order of the request; nullopt for what is not there.
  std::vector<std::optional<Record>> transaction_items;
  /// Of BatchGetItem: keys by table.
  std::vector<std::pair<std::string, std::vector<Record>>> unprocessed_keys;
  /// Of BatchWriteItem: items and keys by table.
  struct UnprocessedWrite {
    std::string table;
    bool is_put = false;
    Record record;
  };
  std::vector<UnprocessedWrite> unprocessed_writes;
  /// Consumed capacity units, where they were asked for.
  std::optional<double> capacity_units;
  /// Of an error: the item that failed its condition, and a transaction's reasons.
  std::vector<CancellationReason> cancellation_reasons;
};

/// Reads a body, whose memory may be moved.
[[nodiscard]] Result<Reply> read_reply(std::string& body);

}  // namespace lodestone::model
