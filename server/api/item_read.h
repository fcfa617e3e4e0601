/// Every paged read goes through here: a range of rows, a direction, limits, a filter, a projection.
///
/// Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.Pagination.html
#pragma once

#include <optional>
#include <string>

#include "server/api/capacity.h"
#include "server/api/catalog.h"
#include "server/api/request.h"
#include "server/expression/condition.h"
#include "server/expression/projection.h"

namespace lodestone {

/// A page holds at most this much item data, reckoned before filter and projection; the item that exceeds it
/// is the last.
inline constexpr std::size_t kPageBytes = 1024 * 1024;

struct PageRequest {
  Table* table = nullptr;
  const IndexLayout* index = nullptr;  ///< nullptr: the table itself
  std::string begin;                   ///< the rows in [begin, end)
  std::string end;
  Direction direction = Direction::kForward;
  std::int64_t limit = 0;               ///< most items to evaluate; 0: as many as the page holds
  std::size_t most_bytes = kPageBytes;  ///< the item that exceeds this is the last
  const Condition* filter = nullptr;
  const Projection* projection = nullptr;
  bool count_only = false;
  /// A local index's rows stand for the table's items, each of which is read too.
  bool fetch_items = false;
  bool consistent = false;
};

struct Page {
  std::int64_t count = 0;    ///< items that passed the filter
  std::int64_t scanned = 0;  ///< items evaluated
  std::size_t bytes = 0;     ///< of the rows evaluated
  /// The key of the last item evaluated, where more may follow: index and table key attributes.
  std::optional<Item> last_key;
  /// The row that this is the key of.
  std::string_view last_row;
  ConsumedCapacity capacity;
};

/// Appends the page's items to `items`, as JSON objects with commas between them.
[[nodiscard]] ApiResult<Page> read_page(Request& request, const PageRequest& page, std::string& items);

}  // namespace lodestone
