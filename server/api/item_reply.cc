#include "server/api/item_reply.h"

#include <algorithm>

#include "storage/item_codec.h"

namespace lodestone {

Item returned_attributes(std::string_view return_values, const ItemWrite& write, Arena& arena) {
  const bool updates = write.update != nullptr;
  if (return_values == "ALL_OLD") return write.existed ? write.before : Item();
  if (return_values == "ALL_NEW") return write.exists ? write.after : Item();
  if (return_values == "UPDATED_OLD" && updates && write.existed) {
    return updated_fragments(*write.update, write.before, arena);
  }
  if (return_values == "UPDATED_NEW" && updates && write.exists) {
    return updated_fragments(*write.update, write.after, arena);
  }
  return {};
}

void append_write_reply(std::string& reply, const JsonValue& request, const ItemWrite& write, Item attributes,
                        Item key) {
  ReplyObject object(reply);
  if (!attributes.empty()) append_json(object.key("Attributes"), attributes);
  if (const CapacityDetail detail = capacity_detail(request); detail != CapacityDetail::kNone) {
    ConsumedCapacity capacity;
    capacity.add_write(write.bytes_before, write.bytes_after, write.index_changes);
    capacity.append_json(object.key("ConsumedCapacity"), *text_member(request, "TableName"), detail);
  }
  if (wants_collection_metrics(request, write.table->layout)) {
    append_collection_metrics(object.key("ItemCollectionMetrics"), write.table->layout, key);
  }
  object.close();
}

bool wants_collection_metrics(const JsonValue& request, const TableLayout& table) {
  return text_member(request, "ReturnItemCollectionMetrics") == "SIZE" &&
         std::ranges::any_of(table.indexes, [](const IndexLayout& index) { return !index.global; });
}

void append_collection_metrics(std::string& out, const TableLayout& table, Item key) {
  const std::string& name = table.key.partition[0].name;
  const Attribute partition{name, *find(key, name)};
  out += "{\"ItemCollectionKey\":";
  append_json(out, Item(&partition, 1));
  // The lowest bounds of the service's estimate. A collection on one machine does not come near the next
  // gigabyte's.
  out += ",\"SizeEstimateRangeGB\":[0.0,1.0]}";
}

}  // namespace lodestone
