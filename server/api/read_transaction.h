/// The reads of a transaction, from whatever request they come: of one moment at which no transaction holds
/// any of the items.
///
/// Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "server/api/engine.h"
#include "server/api/item_reply.h"
#include "server/expression/condition.h"
#include "server/expression/projection.h"

namespace lodestone {

struct TransactionGet {
  std::string_view table_name;  ///< as the request spells it
  Table* table = nullptr;
  Item key;
  const Condition* filter = nullptr;  ///< an item that does not meet it is as good as none
  const Projection* projection = nullptr;

  // Results:
  std::string_view row;
  std::optional<std::string_view> stored;
};

/// Reads the items.
[[nodiscard]] ApiResult<void> perform_reads(Request& request, std::vector<TransactionGet>& gets);

/// Writes the members of the reply: the items in order, and the capacity where it is asked for.
[[nodiscard]] ApiResult<void> append_items(Request& request, const std::vector<TransactionGet>& gets,
                                           ReplyObject& object);

}  // namespace lodestone
