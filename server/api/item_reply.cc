#include "server/api/item_reply.h"

#include <algorithm>

#include "storage/item_codec.h"

namespace lodestone {

bool wants_collection_metrics(const JsonValue& request, const TableLayout& table) {
  return text_member(request, "ReturnItemCollectionMetrics") == "SIZE" &&
         std::ranges::any_of(table.indexes, [](const IndexLayout& index) { return !index.global; });
}

void append_collection_metrics(std::string& out, const TableLayout& table, Item key) {
  const std::string& name = table.key.partition[0].name;
  const Attribute partition{name, *find(key, name)};
  out += "{\"ItemCollectionKey\":";
  append_json(out, Item(&partition, 1));
  // The lowest bounds of the service's estimate. A collection on one machine does not come near the next gigabyte's.
  out += ",\"SizeEstimateRangeGB\":[0.0,1.0]}";
}

}  // namespace lodestone
