/// The writes of a transaction, from whatever request they come: all of them take effect, or none.
///
/// Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/api/capacity.h"
#include "server/api/item_write.h"

namespace lodestone {

struct TransactionAction {
  std::string_view table_name;  ///< as the request spells it
  ItemWrite write;
  /// What the request alone rules out, and is nevertheless told as the action's reason.
  std::optional<ApiError> fault;
};

/// ClientRequestToken within its namespace (idempotency_token()), and the number that two requests share
/// where they say the same.
struct TransactionToken {
  std::string token;
  std::uint64_t request = 0;
};

/// An empty value in a Key, which is known without its table.
[[nodiscard]] ApiResult<void> check_no_empty_key(Item key);

/// Performs the actions, whose tables are set. False: the token shows that they took effect before, and
/// nothing was done.
[[nodiscard]] ApiResult<bool> perform_transaction(Request& request, std::vector<TransactionAction>& actions,
                                                  const std::optional<TransactionToken>& token);

/// Appends the list of consumed capacities. What took effect before is charged as reads of the items.
[[nodiscard]] ApiResult<void> append_capacity(Request& request, std::vector<TransactionAction>& actions,
                                              bool performed, CapacityDetail detail, std::string& out);

}  // namespace lodestone
