#include "server/api/statement_select.h"

#include <algorithm>
#include <optional>

#include "server/api/capacity.h"
#include "server/api/item_reply.h"
#include "server/api/next_token.h"
#include "server/api/page_request.h"
#include "server/api/select_plan.h"
#include "server/api/statement_input.h"
#include "storage/item_codec.h"

namespace lodestone {
namespace {

/// The most items in a page where IN or OR gives the partitions.
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-operators.html
constexpr std::int64_t kListedPage = 10;

/// What a page of a statement came to.
struct Outcome {
  std::int64_t evaluated = 0;
  std::size_t bytes = 0;
  ConsumedCapacity capacity;
  /// Where more may follow: at which read, after which row, and the key of that row.
  std::optional<std::uint32_t> next_read;
  std::string_view next_row;
  std::optional<Item> last_key;
};

ApiResult<std::optional<NextToken>> read_token(const Request& request) {
  const auto text = text_member(request.json, "NextToken");
  if (!text) return std::optional<NextToken>();
  const std::optional<NextToken> token = read_next_token(*text);
  if (!token) return validation_error("Invalid NextToken");
  if (token->statement != statement_fingerprint(request.json))
    return validation_error("NextToken does not match request");
  return token;
}

/// Reads items and ranges of rows until the page is full.
class Reader {
 public:
  Reader(Request& request, SelectPlan& plan, std::string& items)
      : request_(request), plan_(plan), items_(items) {
    limit_ = integer_member(request.json, "Limit").value_or(0);
    if (plan.listed) limit_ = limit_ == 0 ? kListedPage : std::min(limit_, kListedPage);
  }

  ApiResult<Outcome> read(const std::optional<NextToken>& from) {
    const std::uint32_t first = from ? from->read : 0;
    if (first >= reads()) return validation_error("NextToken does not match request");
    for (std::uint32_t i = first; i < reads(); ++i) {
      if (is_full()) {
        outcome_.next_read = i;
        break;
      }
      if (!plan_.rows.empty()) {
        LODESTONE_TRY(read_item(plan_.rows[i]));
        continue;
      }
      LODESTONE_TRY(read_range(i, from && i == first ? std::string_view(from->row) : std::string_view()));
      if (outcome_.next_read) break;
    }
    return std::move(outcome_);
  }

 private:
  [[nodiscard]] std::size_t reads() const {
    if (!plan_.rows.empty()) return plan_.rows.size();
    return std::max<std::size_t>(1, plan_.ranges.size());
  }

  [[nodiscard]] bool is_full() const {
    return (limit_ != 0 && outcome_.evaluated >= limit_) || outcome_.bytes > kPageBytes;
  }

  /// Appends what `read` appends, with a comma before it where items precede it.
  template <class Read>
  auto separated(Read&& read) {
    const bool preceded = any_items_;
    if (preceded) items_ += ',';
    const std::size_t before = items_.size();
    auto result = read();
    if (items_.size() != before) {
      any_items_ = true;
    } else if (preceded) {
      items_.pop_back();
    }
    return result;
  }

  ApiResult<void> read_item(std::string_view row) {
    LODESTONE_ASSIGN(const ItemRead read, separated([&] {
                       return read_one_item(request_, row, plan_.page.filter, plan_.page.projection, items_);
                     }));
    ++outcome_.evaluated;
    outcome_.bytes += read.bytes;
    outcome_.capacity.add_table(read_units(read.bytes, plan_.page.consistent));
    return {};
  }

  ApiResult<void> read_range(std::uint32_t place, std::string_view after) {
    PageRequest& page = plan_.page;
    if (!plan_.ranges.empty()) {
      page.begin = plan_.ranges[place].begin;
      page.end = plan_.ranges[place].end;
    }
    if (!after.empty()) {
      if (after < page.begin || after >= page.end)
        return validation_error("NextToken does not match request");
      start_behind(page, after);
    }
    page.limit = limit_ == 0 ? 0 : limit_ - outcome_.evaluated;
    page.most_bytes = kPageBytes - std::min(outcome_.bytes, kPageBytes);
    LODESTONE_ASSIGN(const Page result, separated([&] { return read_page(request_, page, items_); }));
    outcome_.evaluated += result.scanned;
    outcome_.bytes += result.bytes;
    outcome_.capacity.add(result.capacity);
    if (!result.last_key) return {};
    outcome_.next_read = place;
    outcome_.next_row = result.last_row;
    outcome_.last_key = result.last_key;
    return {};
  }

  Request& request_;
  SelectPlan& plan_;
  std::string& items_;
  std::int64_t limit_ = 0;
  bool any_items_ = false;
  Outcome outcome_;
};

}  // namespace

ApiResult<ItemRead> read_one_item(Request& request, std::string_view row, const Condition* filter,
                                  const Projection* projection, std::string& out) {
  Scratch& scratch = request.scratch;
  auto found = request.engine.kv->get(row, scratch.value);
  if (!found.ok()) return internal_error(found.error());
  ItemRead read;
  if (!*found) return read;
  const auto stored = open_item(scratch.value);
  if (!stored) return internal_error("a stored item has an unknown form");
  read.exists = true;
  read.bytes = stored->size_bytes;
  if (filter == nullptr && projection == nullptr) {
    out += stored->json;
    read.selected = true;
    return read;
  }
  Arena& arena = scratch.row_arena;
  arena.reset();
  const auto item = decode_item(stored->json, arena);
  if (!item) return internal_error("a stored item does not decode");
  read.selected = filter == nullptr || evaluate(*filter, *item);
  if (!read.selected) return read;
  if (projection == nullptr) {
    out += stored->json;
  } else {
    append_json(out, project(*projection, *item, arena));
  }
  return read;
}

ApiResult<void> select_items(Request& request, const partiql::Select& select, std::string& reply) {
  const bool consistent = flag_member(request.json, "ConsistentRead").value_or(false);
  LODESTONE_ASSIGN(SelectPlan plan, plan_select(request, select, consistent));
  LODESTONE_ASSIGN(const auto token, read_token(request));
  ReplyObject object(reply);
  object.key("Items") += '[';
  LODESTONE_ASSIGN(const Outcome outcome, Reader(request, plan, reply).read(token));
  reply += ']';
  if (outcome.last_key) append_json(object.key("LastEvaluatedKey"), *outcome.last_key);
  if (outcome.next_read) {
    append_next_token(object.key("NextToken"), {statement_fingerprint(request.json), *outcome.next_read,
                                                std::string(outcome.next_row)});
  }
  if (const CapacityDetail detail = capacity_detail(request.json); detail != CapacityDetail::kNone) {
    outcome.capacity.append_json(object.key("ConsumedCapacity"), select.source.table, detail);
  }
  object.close();
  return {};
}

}  // namespace lodestone
