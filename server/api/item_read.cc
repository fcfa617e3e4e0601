#include "server/api/item_read.h"

#include <vector>

#include "server/api/engine.h"
#include "storage/item_codec.h"

namespace lodestone {
namespace {

/// Filters, projects and appends one item after another.
class PageWriter {
 public:
  PageWriter(const PageRequest& page, Arena& arena, std::string& items)
      : page_(page), arena_(arena), items_(items) {}

  /// False where the item does not decode.
  bool add(const StoredItem& stored) {
    const bool decode = page_.filter != nullptr || (page_.projection != nullptr && !page_.count_only);
    Item item;
    if (decode) {
      arena_.reset();
      const auto decoded = decode_item(stored.json, arena_);
      if (!decoded) return false;
      item = *decoded;
      if (page_.filter != nullptr && !evaluate(*page_.filter, item)) return true;
    }
    ++count_;
    if (page_.count_only) return true;
    if (count_ > 1) items_ += ',';
    if (page_.projection != nullptr) {
      append_json(items_, project(*page_.projection, item, arena_));
    } else {
      items_ += stored.json;
    }
    return true;
  }

  [[nodiscard]] std::int64_t count() const { return count_; }

 private:
  const PageRequest& page_;
  Arena& arena_;
  std::string& items_;
  std::int64_t count_ = 0;
};

struct RowToFetch {
  std::string key;
  std::size_t bytes;
};

/// The table's items behind the rows of a local index, read after them. What is gone meanwhile is left out.
/// Returns how many rows it came to: the items' data fills a page, too.
ApiResult<std::size_t> add_fetched(Request& request, const PageRequest& page,
                                   const std::vector<RowToFetch>& rows, PageWriter& writer, Page& result) {
  Scratch& scratch = request.scratch;
  const TableLayout& layout = page.table->layout;
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto key = read_row_key(rows[i].key, layout, page.index, request.arena());
    const auto values = key ? key_values(layout.key, *key, request.arena()) : std::nullopt;
    if (!values) return internal_error("a row's key in index " + page.index->name + " does not decode");
    make_item_key(scratch.key, layout, *values);
    auto found = request.engine.kv->get(scratch.key, scratch.value);
    if (!found.ok()) return internal_error(found.error());
    if (!*found) continue;
    const auto stored = open_item(scratch.value);
    if (!stored || !writer.add(*stored)) return internal_error("a stored item does not decode");
    result.capacity.add_table(read_units(stored->size_bytes, page.consistent));
    bytes += stored->size_bytes;
    if (bytes > page.most_bytes) return i + 1;
  }
  return rows.size();
}

}  // namespace

ApiResult<Page> read_page(Request& request, const PageRequest& page, std::string& items) {
  Page result;
  PageWriter writer(page, request.scratch.row_arena, items);
  std::vector<RowToFetch> rows_to_fetch;
  std::string& last_row = request.scratch.encoded;
  std::size_t bytes = 0;
  bool full = false;
  bool more = false;
  bool damaged = false;
  const auto scanned = request.engine.kv->scan(
      {page.begin, page.end}, page.direction, [&](std::string_view key, std::string_view value) {
        // One row beyond the page tells that there is more: a page that ends with the last item has no last
        // key.
        if (full) {
          more = true;
          return false;
        }
        const auto stored = open_item(value);
        if (!stored) {
          damaged = true;
          return false;
        }
        ++result.scanned;
        bytes += stored->size_bytes;
        if (page.fetch_items) {
          rows_to_fetch.push_back({std::string(key), stored->size_bytes});
        } else if (!writer.add(*stored)) {
          damaged = true;
          return false;
        }
        if (result.scanned == page.limit || bytes > page.most_bytes) {
          full = true;
          last_row.assign(key);
        }
        return true;
      });
  if (!scanned.ok()) return internal_error(scanned.error());
  if (damaged) return internal_error("a stored item does not decode");
  if (page.fetch_items) {
    LODESTONE_ASSIGN(const std::size_t fetched, add_fetched(request, page, rows_to_fetch, writer, result));
    if (fetched < rows_to_fetch.size()) {
      more = true;
      last_row = rows_to_fetch[fetched - 1].key;
      result.scanned = static_cast<std::int64_t>(fetched);
      bytes = 0;
      for (std::size_t i = 0; i < fetched; ++i) bytes += rows_to_fetch[i].bytes;
    }
  }
  if (more) {
    result.last_row = request.arena().copy(std::string_view(last_row));
    result.last_key = read_row_key(result.last_row, page.table->layout, page.index, request.arena());
    if (!result.last_key) return internal_error("a row's key does not decode");
  }
  if (page.index == nullptr) {
    result.capacity.add_table(read_units(bytes, page.consistent));
  } else {
    result.capacity.add_index(*page.index, read_units(bytes, page.consistent));
  }
  result.count = writer.count();
  result.bytes = bytes;
  return result;
}

}  // namespace lodestone
