/// A request of the data plane before it becomes JSON.
///
/// What `params()` shows and what is sent is the same text. Owns what it holds.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/condition.h"
#include "model/error.h"
#include "model/value.h"

namespace lodestone::model {

/// Texts that are empty and values that are not set are left out.
struct Request {
  /// "PutItem", "Query", …
  std::string operation;
  std::string table = {};
  std::optional<Record> item = {};
  std::optional<Record> key = {};
  std::string update_expression = {};
  std::string condition_expression = {};
  std::string index_name = {};
  std::string key_condition_expression = {};
  std::string filter_expression = {};
  std::string projection_expression = {};
  Placeholders placeholders = {};
  std::string return_values = {};
  std::string return_values_on_failure = {};
  std::string return_consumed_capacity = {};
  std::string select = {};
  std::optional<bool> consistent_read = {};
  std::optional<bool> scan_forward = {};
  std::optional<std::int64_t> limit = {};
  std::optional<std::int64_t> segment = {};
  std::optional<std::int64_t> total_segments = {};
  std::optional<Record> start_key = {};
  /// Further members, name and JSON text.
  std::vector<std::pair<std::string, std::string>> more = {};
};

/// A request that `fill` completes, in its place: requests are large.
template <class Fill>
[[nodiscard]] Result<Request> make_request(const Fill& fill) {
  Result<Request> made(std::in_place);
  if (Result<Done> filled = fill(*made); !filled.ok()) made.fail(std::move(filled).error());
  return made;
}

/// The request's JSON.
void append_json(std::string& out, const Request& request);
[[nodiscard]] std::string to_json(const Request& request);

/// One action of TransactWriteItems or TransactGetItems: `{"Put":{…}}`.
void append_action_json(std::string& out, std::string_view action, const Request& request);

/// What every BatchGetItem of one kind shares: projection, names, consistency; followed by `keys`.
[[nodiscard]] std::string batch_get_json(const Request& request, const std::vector<Record>& keys);

struct BatchWrite {
  bool is_put = false;
  /// An item or a key.
  Record record;
};
[[nodiscard]] std::string batch_write_json(std::string_view table, const std::vector<BatchWrite>& writes);

}  // namespace lodestone::model
