/// The members that replies of item operations have in common.
///
/// Source:
/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html#API_PutItem_ResponseElements
#pragma once

#include <string>
#include <string_view>

#include "server/api/capacity.h"
#include "server/api/item_write.h"
#include "server/api/json_access.h"
#include "storage/value.h"

namespace lodestone {

/// A JSON object written member by member to the end of a string.
class ReplyObject {
 public:
  explicit ReplyObject(std::string& out) : out_(out), begin_(out.size()) {}
  /// Begins a member; its value is appended to the string next.
  std::string& key(std::string_view name) {
    out_ += out_.size() == begin_ ? "{\"" : ",\"";
    out_ += name;
    out_ += "\":";
    return out_;
  }
  void close() { out_ += out_.size() == begin_ ? "{}" : "}"; }

 private:
  std::string& out_;
  std::size_t begin_;
};

/// What ReturnValues asks for of a write that is done; empty where the reply has no such attributes.
[[nodiscard]] Item returned_attributes(std::string_view return_values, const ItemWrite& write, Arena& arena);

/// The whole reply to a PutItem, UpdateItem or DeleteItem: `attributes` where there are any, capacity and
/// metrics where asked for. `key` holds the key attributes, and may hold more.
void append_write_reply(std::string& reply, const JsonValue& request, const ItemWrite& write, Item attributes,
                        Item key);

/// Whether the request asks for ItemCollectionMetrics and the table has any: those with a local secondary
/// index do.
[[nodiscard]] bool wants_collection_metrics(const JsonValue& request, const TableLayout& table);

/// `{"ItemCollectionKey":…,"SizeEstimateRangeGB":[…]}` of the collection that an item belongs to.
void append_collection_metrics(std::string& out, const TableLayout& table, Item key);

}  // namespace lodestone
