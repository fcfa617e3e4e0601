/// The operations: each in a file of its own (server/api/get_item.cc, …), all in one table
/// (server/api/operations.cc).
#pragma once

#include <string>
#include <string_view>

#include "server/api/request.h"
#include "server/api/shapes.h"

namespace lodestone {

/// Runs one operation on a request that passed its shape check and appends the reply's JSON to `reply`. On
/// failure `reply` is unspecified.
using OperationFunction = ApiResult<void> (*)(Request& request, std::string& reply);

struct Operation {
  std::string_view name;
  const OperationShape* shape;
  OperationFunction run;
  /// Whether it works on items: then it runs under the catalog's read lock, held for it. The others lock for
  /// themselves.
  bool uses_items;
  /// Whether it belongs to DynamoDB Streams, whose targets have a prefix of their own.
  bool of_streams = false;
};

/// nullptr for what is unknown or not there yet.
[[nodiscard]] const Operation* find_operation(std::string_view name);

ApiResult<void> batch_execute_statement(Request& request, std::string& reply);
ApiResult<void> batch_get_item(Request& request, std::string& reply);
ApiResult<void> batch_write_item(Request& request, std::string& reply);
ApiResult<void> create_table(Request& request, std::string& reply);
ApiResult<void> delete_item(Request& request, std::string& reply);
ApiResult<void> delete_table(Request& request, std::string& reply);
ApiResult<void> describe_endpoints(Request& request, std::string& reply);
ApiResult<void> describe_limits(Request& request, std::string& reply);
ApiResult<void> describe_table(Request& request, std::string& reply);
ApiResult<void> describe_time_to_live(Request& request, std::string& reply);
ApiResult<void> describe_stream(Request& request, std::string& reply);
ApiResult<void> execute_statement(Request& request, std::string& reply);
ApiResult<void> execute_transaction(Request& request, std::string& reply);
ApiResult<void> get_item(Request& request, std::string& reply);
ApiResult<void> get_records(Request& request, std::string& reply);
ApiResult<void> get_shard_iterator(Request& request, std::string& reply);
ApiResult<void> list_streams(Request& request, std::string& reply);
ApiResult<void> list_tables(Request& request, std::string& reply);
ApiResult<void> list_tags_of_resource(Request& request, std::string& reply);
ApiResult<void> put_item(Request& request, std::string& reply);
ApiResult<void> query(Request& request, std::string& reply);
ApiResult<void> scan(Request& request, std::string& reply);
ApiResult<void> tag_resource(Request& request, std::string& reply);
ApiResult<void> transact_get_items(Request& request, std::string& reply);
ApiResult<void> transact_write_items(Request& request, std::string& reply);
ApiResult<void> untag_resource(Request& request, std::string& reply);
ApiResult<void> update_item(Request& request, std::string& reply);
ApiResult<void> update_table(Request& request, std::string& reply);
ApiResult<void> update_time_to_live(Request& request, std::string& reply);

}  // namespace lodestone
