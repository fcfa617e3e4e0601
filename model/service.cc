#include "model/service.h"

#include <algorithm>

#include "model/attributes.h"
#include "model/keys.h"

namespace lodestone::model::detail {
namespace {

/// The entities of the collection, and the place of each among the service's. Error 1010 where they do not
/// agree.
Result<std::vector<CollectionMember>> members_of(const CollectionRead& read) {
  std::vector<CollectionMember> members;
  for (const Target& target : read.targets) {
    if (!target.schema->ok()) return target.schema->error();
    const EntitySchema& schema = target.entity();
    for (const IndexSchema& index : schema.indexes) {
      const auto& names = index.collections;
      if (std::find(names.begin(), names.end(), read.spec.collection) == names.end()) continue;
      if (!members.empty()) {
        const IndexSchema& first = *members.front().index;
        const bool agrees = index.index_name == first.index_name && index.kind == first.kind &&
                            index.pk.field == first.pk.field && index.pk.prefix == first.pk.prefix;
        if (!agrees) {
          return entity_error(schema, ErrorCode::kInvalidJoin,
                              "'" + schema.entity + "' and '" + members.front().schema->entity +
                                  "' have the collection '" + read.spec.collection +
                                  "' in different indexes");
        }
      }
      members.push_back({&schema, &index, schema.entity});
    }
  }
  return members;
}

}  // namespace

Result<TableDefinition> definition_of(const std::vector<const Result<EntitySchema>*>& schemas) {
  std::vector<const EntitySchema*> entities;
  for (const Result<EntitySchema>* const schema : schemas) {
    if (!schema->ok()) return schema->error();
    entities.push_back(&**schema);
  }
  return table_definition(entities);
}

std::string stored_name(const std::vector<const Result<EntitySchema>*>& schemas, std::string_view attribute) {
  for (const Result<EntitySchema>* const schema : schemas) {
    const AttributeSchema* const found = schema->ok() ? (*schema)->attribute(attribute) : nullptr;
    if (found != nullptr) return found->field;
  }
  return std::string(attribute);
}

Result<Request> build_collection(const CollectionRead& read) {
  LODESTONE_ASSIGN(const std::vector<CollectionMember> members, members_of(read));
  CollectionSpec spec = read.spec;
  if (read.cursor) {
    LODESTONE_ASSIGN(spec.options.start_key, key_from_cursor(*read.cursor));
  }
  return collection_request(members, read.targets.front().table->name(), spec);
}

Result<CollectionPage> run_collection(const CollectionRead& read) {
  LODESTONE_ASSIGN(Request request, build_collection(read));
  const Table& table = *read.targets.front().table;
  const Moment now = table.now();
  CollectionPage page;
  for (std::size_t pages = 1;; ++pages) {
    LODESTONE_ASSIGN(Reply reply, table.call(request.operation, to_json(request)));
    for (Record& item : reply.items) {
      for (std::size_t i = 0; i < read.targets.size(); ++i) {
        if (!owns(read.targets[i].entity(), item)) continue;
        page.items.emplace_back(i, format_item(read.targets[i].entity(), std::move(item), now));
        break;
      }
    }
    page.last_key = std::move(reply.last_key);
    if (!page.last_key || (read.pages.pages != 0 && pages >= read.pages.pages)) return page;
    request.start_key = page.last_key;
  }
}

}  // namespace lodestone::model::detail
