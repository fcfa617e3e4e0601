#include "model/service.h"

#include <algorithm>
#include <map>
#include <set>

#include "model/items.h"
#include "model/keys.h"

namespace lodestone::model::detail {
namespace {

/// Error 1010 where two entities do not keep a collection in one place.
Result<Done> check_join(const std::string& collection, const CollectionMember& first,
                        const CollectionMember& other) {
  const IndexSchema& a = *first.index;
  const IndexSchema& b = *other.index;
  std::string fault;
  if (a.index_name != b.index_name) {
    fault = "in different indexes";
  } else if (a.kind != b.kind) {
    fault = "in indexes of different kinds";
  } else if (a.pk.field != b.pk.field || (a.sk && b.sk && a.sk->field != b.sk->field)) {
    fault = "in keys that are stored under different names";
  } else if (a.pk.prefix != b.pk.prefix) {
    fault = "in different services or scopes";
  } else if (!std::equal(a.pk.parts.begin(), a.pk.parts.end(), b.pk.parts.begin(), b.pk.parts.end(),
                         [](const CompositePart& one, const CompositePart& two) {
                           return one.attribute == two.attribute && one.label == two.label;
                         })) {
    fault = "with partition keys of different attributes";
  }
  if (fault.empty()) return Done{};
  return entity_error(
      *other.schema, ErrorCode::kInvalidJoin,
      "'" + other.name + "' and '" + first.name + "' have the collection '" + collection + "' " + fault);
}

/// Adds the entity's part in the collection, where it has one.
Result<Done> add_member(const EntitySchema& schema, const std::string& collection,
                        std::vector<CollectionMember>& members) {
  for (const IndexSchema& index : schema.indexes) {
    const auto& names = index.collections;
    if (std::find(names.begin(), names.end(), collection) == names.end()) continue;
    members.push_back({&schema, &index, schema.entity});
    LODESTONE_TRY(check_join(collection, members.front(), members.back()));
  }
  return Done{};
}

Result<std::vector<CollectionMember>> members_of(const CollectionRead& read) {
  std::vector<CollectionMember> members;
  for (const Target& target : read.targets) {
    if (!target.schema->ok()) return target.schema->error();
    LODESTONE_TRY(add_member(target.entity(), read.spec.collection, members));
  }
  return members;
}

Result<std::vector<const EntitySchema*>> entities_of(const Schemas& schemas) {
  std::vector<const EntitySchema*> entities;
  for (const Result<EntitySchema>* const schema : schemas) {
    if (!schema->ok()) return schema->error();
    entities.push_back(&**schema);
  }
  return entities;
}

}  // namespace

Result<Done> check_service(const Schemas& schemas) {
  LODESTONE_ASSIGN(const std::vector<const EntitySchema*> entities, entities_of(schemas));
  std::set<std::string> names;
  std::map<std::string, std::vector<CollectionMember>> collections;
  for (const EntitySchema* const schema : entities) {
    if (!names.insert(schema->service + ' ' + schema->entity + ' ' + schema->version).second) {
      return entity_error(*schema, ErrorCode::kInvalidModel,
                          "Two entities are called '" + schema->entity + "' in version " + schema->version);
    }
    for (const IndexSchema& index : schema->indexes) {
      for (const std::string& collection : index.collections) {
        LODESTONE_TRY(add_member(*schema, collection, collections[collection]));
      }
    }
  }
  LODESTONE_TRY(table_definition(entities));
  return Done{};
}

Result<TableDefinition> definition_of(const Schemas& schemas) {
  LODESTONE_TRY(check_service(schemas));
  LODESTONE_ASSIGN(const std::vector<const EntitySchema*> entities, entities_of(schemas));
  return table_definition(entities);
}

Result<Request> build_collection(const CollectionRead& read) {
  CollectionSpec spec = read.spec;
  if (read.cursor) {
    LODESTONE_ASSIGN(spec.options.start_key, key_from_cursor(*read.cursor));
  }
  const std::string& table = read.targets.front().table->name();
  if (!spec.collection.empty()) {
    LODESTONE_ASSIGN(const std::vector<CollectionMember> members, members_of(read));
    return collection_request(members, table, spec);
  }
  std::vector<CollectionMember> members;
  for (const Target& target : read.targets) {
    if (!target.schema->ok()) return target.schema->error();
    members.push_back({&target.entity(), &target.entity().primary(), target.entity().entity});
  }
  return service_scan_request(members, table, spec.where, spec.options);
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
    page.cost.capacity_units += reply.capacity_units.value_or(0);
    page.cost.items_read += reply.scanned_count;
    page.cost.requests = pages;
    page.last_key = std::move(reply.last_key);
    if (!page.last_key || (read.pages.pages != 0 && pages >= read.pages.pages)) return page;
    request.start_key = page.last_key;
  }
}

Result<Explanation> explain_collection(CollectionRead read) {
  read.spec.options.consumed_capacity = true;
  LODESTONE_ASSIGN(const Request request, build_collection(read));
  LODESTONE_ASSIGN(CollectionPage page, run_collection(read));
  page.cost.items_given = static_cast<std::int64_t>(page.items.size());
  return Explanation{plan_of(request, false), page.cost};
}

}  // namespace lodestone::model::detail
