#include "server/api/operations.h"

#include <algorithm>
#include <array>

namespace lodestone {
namespace {

/// By name. What is not here is UnknownOperationException.
std::array<Operation, 29> make_operations() {
  std::array<Operation, 29> operations = {{
      {"BatchExecuteStatement", nullptr, batch_execute_statement, true},
      {"BatchGetItem", nullptr, batch_get_item, true},
      {"BatchWriteItem", nullptr, batch_write_item, true},
      {"CreateTable", nullptr, create_table, false},
      {"DeleteItem", nullptr, delete_item, true},
      {"DeleteTable", nullptr, delete_table, false},
      {"DescribeEndpoints", nullptr, describe_endpoints, false},
      {"DescribeLimits", nullptr, describe_limits, false},
      {"DescribeStream", nullptr, describe_stream, false, true},
      {"DescribeTable", nullptr, describe_table, false},
      {"DescribeTimeToLive", nullptr, describe_time_to_live, false},
      {"ExecuteStatement", nullptr, execute_statement, true},
      {"ExecuteTransaction", nullptr, execute_transaction, true},
      {"GetItem", nullptr, get_item, true},
      {"GetRecords", nullptr, get_records, false, true},
      {"GetShardIterator", nullptr, get_shard_iterator, false, true},
      {"ListStreams", nullptr, list_streams, false, true},
      {"ListTables", nullptr, list_tables, false},
      {"ListTagsOfResource", nullptr, list_tags_of_resource, false},
      {"PutItem", nullptr, put_item, true},
      {"Query", nullptr, query, true},
      {"Scan", nullptr, scan, true},
      {"TagResource", nullptr, tag_resource, false},
      {"TransactGetItems", nullptr, transact_get_items, true},
      {"TransactWriteItems", nullptr, transact_write_items, true},
      {"UntagResource", nullptr, untag_resource, false},
      {"UpdateItem", nullptr, update_item, true},
      {"UpdateTable", nullptr, update_table, false},
      {"UpdateTimeToLive", nullptr, update_time_to_live, false},
  }};
  for (Operation& operation : operations) operation.shape = find_operation_shape(operation.name);
  return operations;
}

}  // namespace

const Operation* find_operation(std::string_view name) {
  static const auto operations = make_operations();
  const auto found = std::ranges::lower_bound(operations, name, {}, &Operation::name);
  return found != operations.end() && found->name == name ? &*found : nullptr;
}

}  // namespace lodestone
