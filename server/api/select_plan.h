/// Which reads a SELECT becomes, by the key of its table or index.
///
/// Memory of the request's arena. Source:
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.select.html
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "server/api/engine.h"
#include "server/api/item_read.h"
#include "server/expression/partiql/statement.h"

namespace lodestone {

struct SelectPlan {
  /// Source, filter, projection, direction. The range is that of the read unless there are several.
  PageRequest page;

  struct Range {
    std::string begin;
    std::string end;
  };
  /// Where there are any, the reads are of single items: the keys of their rows.
  std::span<std::string_view> rows;
  /// Where there are any, the reads are of these ranges.
  std::vector<Range> ranges;
  /// Whether IN or OR gives the partitions; then a page holds few items.
  bool listed = false;
};

[[nodiscard]] ApiResult<SelectPlan> plan_select(Request& request, const partiql::Select& select,
                                                bool consistent);

}  // namespace lodestone
