#include "server/api/page_request.h"

#include <algorithm>

#include "server/api/attribute_value.h"
#include "server/api/engine.h"
#include "server/api/item_key.h"
#include "server/api/item_reply.h"
#include "storage/item_codec.h"

namespace lodestone {
namespace {

/// The attributes that the request names and the index does not hold.
std::vector<std::string_view> unprojected(const PageRequest& page) {
  std::vector<std::string_view> missing;
  if (page.index == nullptr) return missing;
  const auto note = [&](std::string_view name) {
    if (!page.index->projects(name) && std::ranges::find(missing, name) == missing.end())
      missing.push_back(name);
  };
  if (page.projection != nullptr) {
    for (const ProjectionNode& attribute : page.projection->attributes) note(attribute.step.name);
  }
  return missing;
}

bool filters_unprojected(const PageRequest& page) {
  if (page.filter == nullptr || page.index == nullptr) return false;
  bool any = false;
  for_each_path(*page.filter, [&](const Path& path) { any |= !page.index->projects(path.attribute()); });
  return any;
}

}  // namespace

ApiResult<std::optional<Item>> read_start_key(Request& request) {
  const JsonValue* json = member(request.json, "ExclusiveStartKey");
  if (json == nullptr) return std::optional<Item>();
  auto key = read_item(*json, request.arena());
  if (key.ok()) return std::optional<Item>(*key);
  // Faults of form are reported as the key's, faults of numbers as they are.
  const std::string& message = key.error().message;
  if (message.starts_with("Supplied AttributeValue") || message.find("Null attribute") != std::string::npos ||
      message.find("may not be empty") != std::string::npos ||
      message.find("should not be empty") != std::string::npos) {
    return validation_error("The provided starting key is invalid: " + message);
  }
  return failure(std::move(key).error());
}

ApiResult<void> check_select(const JsonValue& json, bool wrapped) {
  const auto fault = [wrapped](std::string message) {
    return wrapped ? wrapped_validation_error(message) : validation_error(std::move(message));
  };
  const auto select = text_member(json, "Select");
  if (!select) return {};
  const std::string_view chooser = member(json, "ProjectionExpression") != nullptr ? "ProjectionExpression"
                                   : member(json, "AttributesToGet") != nullptr    ? "AttributesToGet"
                                                                                   : "";
  if (*select == "SPECIFIC_ATTRIBUTES") {
    if (!chooser.empty()) return {};
    return fault(
        "Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES");
  }
  if (!chooser.empty()) {
    return fault("Cannot specify the " + std::string(chooser) + " when choosing to get " +
                 (*select == "COUNT" ? "only the Count" : std::string(*select)));
  }
  if (*select == "ALL_PROJECTED_ATTRIBUTES" && member(json, "IndexName") == nullptr) {
    return fault("ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName");
  }
  return {};
}

ApiResult<void> choose_source(Request& request, PageRequest& page) {
  const JsonValue& json = request.json;
  LODESTONE_ASSIGN(page.table, find_active_table(request, *text_member(json, "TableName")));
  page.consistent = flag_member(json, "ConsistentRead").value_or(false);
  page.limit = integer_member(json, "Limit").value_or(0);
  const auto select = text_member(json, "Select");
  page.count_only = select == "COUNT";
  const auto index_name = text_member(json, "IndexName");
  if (!index_name) return {};
  const Table& table = *page.table;
  page.index = table.layout.find_index(*index_name);
  if (page.index == nullptr) {
    return validation_error("The table does not have the specified index: " + std::string(*index_name));
  }
  if (page.index->global) {
    if (page.consistent)
      return validation_error("Consistent reads are not supported on global secondary indexes");
    if (table.record.find_index(*index_name)->status == TableStatus::kCreating) {
      return validation_error("Cannot read from backfilling global secondary index: " +
                              std::string(*index_name));
    }
    if (select == "ALL_ATTRIBUTES" && page.index->projection != ProjectionType::kAll) {
      return invalid_parameters("Select type ALL_ATTRIBUTES is not supported for global secondary index " +
                                page.index->name + " because its projection type is not ALL");
    }
    if (const auto missing = unprojected(page); !missing.empty()) {
      std::string names;
      for (const std::string_view name : missing) names += (names.empty() ? "" : ", ") + std::string(name);
      return invalid_parameters("Global secondary index " + page.index->name + " does not project [" + names +
                                "]");
    }
    return {};
  }
  page.fetch_items = page.index->projection != ProjectionType::kAll &&
                     (select == "ALL_ATTRIBUTES" || !unprojected(page).empty() || filters_unprojected(page));
  return {};
}

void start_behind(PageRequest& page, std::string_view row_key) {
  if (page.direction == Direction::kForward) {
    page.begin = std::max(page.begin, std::string(row_key) + '\0');
  } else {
    page.end = std::min(page.end, std::string(row_key));
  }
}

ApiResult<std::string> start_row(const PageRequest& page, Item start_key, const StartKeyMismatch& mismatch,
                                 Arena& arena) {
  const TableLayout& layout = page.table->layout;
  std::size_t expected = layout.key.size();
  if (page.index != nullptr) {
    for (std::size_t i = 0; i < page.index->key.size(); ++i) {
      expected += layout.key.find(page.index->key.at(i).name) == nullptr ? 1 : 0;
    }
  }
  const std::string_view wrong_names =
      page.index != nullptr ? "The provided starting key is invalid" : mismatch.names;
  const auto check = [&](const KeySchema& key,
                         std::string_view wrong_type) -> ApiResult<std::span<const Value>> {
    const auto values = arena.array<Value>(key.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
      const Value* value = find(start_key, key.at(i).name);
      if (value == nullptr) return validation_error(std::string(wrong_names));
      if (value->type() != key.at(i).type) return validation_error(std::string(wrong_type));
      values[i] = *value;
    }
    LODESTONE_TRY(check_key_values(key, values));
    return std::span<const Value>(values);
  };
  if (start_key.size() != expected) return validation_error(std::string(wrong_names));
  std::span<const Value> index_values;
  if (page.index != nullptr) {
    LODESTONE_ASSIGN(index_values,
                     check(page.index->key, "The provided key element does not match the schema"));
  }
  LODESTONE_ASSIGN(const auto table_values, check(layout.key, mismatch.types));
  std::string row;
  if (page.index != nullptr) {
    make_index_key(row, layout, *page.index, index_values, table_values);
  } else {
    make_item_key(row, layout, table_values);
  }
  return row;
}

ApiResult<void> reply_page(Request& request, const PageRequest& page, std::string& reply) {
  ReplyObject object(reply);
  if (!page.count_only) object.key("Items") += '[';
  LODESTONE_ASSIGN(const Page result, read_page(request, page, reply));
  if (!page.count_only) reply += ']';
  object.key("Count") += std::to_string(result.count);
  object.key("ScannedCount") += std::to_string(result.scanned);
  if (result.last_key) append_json(object.key("LastEvaluatedKey"), *result.last_key);
  if (const CapacityDetail detail = capacity_detail(request.json); detail != CapacityDetail::kNone) {
    result.capacity.append_json(object.key("ConsumedCapacity"), *text_member(request.json, "TableName"),
                                detail);
  }
  object.close();
  return {};
}

}  // namespace lodestone
