// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TagResource.html,
// API_UntagResource.html, API_ListTagsOfResource.html
#include <mutex>
#include <shared_mutex>

#include "server/api/json_writer.h"
#include "server/api/operations.h"
#include "server/api/table_lookup.h"
#include "server/api/table_settings.h"

namespace lodestone {

// Tagging and untagging answer with an empty body, as the service does.

ApiResult<void> tag_resource(Request& request, std::string&) {
  LODESTONE_ASSIGN(const std::string_view name, tagged_table_name(request));
  if (member(request.json, "Tags")->Empty()) {
    return validation_error("Atleast one Tag needs to be provided as Input.");
  }
  const std::scoped_lock lock(request.engine.catalog.lock());
  LODESTONE_ASSIGN(Table * table, find_tagged_table(request, name, "TagResource"));
  LODESTONE_TRY(read_tags(request.json, table->record));
  LODESTONE_TRY_STORAGE(request.engine.catalog.save(*table));
  return {};
}

ApiResult<void> untag_resource(Request& request, std::string&) {
  LODESTONE_ASSIGN(const std::string_view name, tagged_table_name(request));
  const JsonValue& keys = *member(request.json, "TagKeys");
  if (keys.Empty()) return validation_error("Atleast one Tag Key needs to be provided as Input.");
  const std::scoped_lock lock(request.engine.catalog.lock());
  LODESTONE_ASSIGN(Table * table, find_tagged_table(request, name, "UntagResource"));
  for (const JsonValue& key : keys.GetArray()) table->record.tags.erase(std::string(json_text(key)));
  LODESTONE_TRY_STORAGE(request.engine.catalog.save(*table));
  return {};
}

ApiResult<void> list_tags_of_resource(Request& request, std::string& reply) {
  LODESTONE_ASSIGN(const std::string_view name, tagged_table_name(request));
  const std::shared_lock lock(request.engine.catalog.lock());
  LODESTONE_ASSIGN(Table * table, find_tagged_table(request, name, "ListTagsOfResource"));
  // At most 50 tags exist, so there is never a second page.
  JsonWriter json(reply);
  json.begin_object().key("Tags").begin_array();
  for (const auto& [key, value] : table->record.tags) {
    json.begin_object().field("Key", key).field("Value", value).end_object();
  }
  json.end_array().end_object();
  return {};
}

}  // namespace lodestone
