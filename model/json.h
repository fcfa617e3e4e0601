/// DynamoDB's JSON, written from values and read into them.
///
/// Writing trusts its values; reading trusts nothing: damaged replies are errors, and nesting is limited.
/// Pure functions; thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/error.h"
#include "model/value.h"

namespace lodestone::model {

/// UTF-8 as a JSON string, quotes included.
void append_json_string(std::string& out, std::string_view text);
/// `{"S":"text"}`
void append_json(std::string& out, const Value& value);
/// `{"name":{"S":"text"},…}`
void append_json(std::string& out, const Record& record);
[[nodiscard]] std::string to_json(const Value& value);
[[nodiscard]] std::string to_json(const Record& record);

/// One AttributeValue, or a map of them; an error of code kInvalidItem where the text is none.
[[nodiscard]] Result<Value> value_from_json(std::string_view json);
[[nodiscard]] Result<Record> record_from_json(std::string_view json);

/// Plain JSON for hooks and logs, as JavaScript writes it: `{"id":"1","tags":["a"]}`. Numbers keep their
/// digits.
void append_plain_json(std::string& out, const Value& value);

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

/// Reads a reply's body, which is overwritten.
[[nodiscard]] Result<Reply> read_reply(std::string& body);

/// Bytes as the letters of base64url without padding, as cursors are written; and back (nullopt: it is none).
[[nodiscard]] std::string base64url(std::string_view bytes);
[[nodiscard]] std::optional<std::string> from_base64url(std::string_view text);

}  // namespace lodestone::model
