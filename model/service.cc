#include "model/service.h"

#include <algorithm>
#include <map>
#include <set>

#include "model/erase.h"
#include "model/items.h"
#include "model/keys.h"

namespace lodestone::model::detail {
namespace {

/// Error 1013 where two entities do not keep a collection in one place.
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

/// Those of a collection, or all.
Result<std::vector<CollectionMember>> members_of(const CollectionRead& read) {
  std::vector<CollectionMember> members;
  for (std::size_t i = 0; i < read.targets.size(); ++i) {
    const Target& target = read.targets[i];
    if (!target.schema->ok()) return target.schema->error();
    const EntitySchema& schema = target.entity();
    const std::size_t known = members.size();
    if (read.spec.collection.empty()) {
      members.push_back({&schema, &schema.primary(), schema.entity});
    } else {
      LODESTONE_TRY(add_member(schema, read.spec.collection, members));
    }
    if (i < read.filters.size() && members.size() > known) members.back().where = read.filters[i];
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

namespace {

/// The access pattern that is read, and whose it is.
struct Pattern {
  const EntitySchema* schema;
  const IndexSchema* index;
};
Pattern pattern_of(const CollectionRead& read, const std::vector<CollectionMember>& members) {
  if (!read.index_name) return {members.front().schema, members.front().index};
  const EntitySchema& schema = read.targets[read.index_owner].entity();
  const auto index = std::find_if(schema.indexes.begin(), schema.indexes.end(),
                                  [&](const IndexSchema& one) { return one.index_name == *read.index_name; });
  return {&schema, &*index};
}

/// Error 2006 where a condition speaks of what an index with keys only does not have.
Result<Done> check_filter(const CollectionRead& read, const std::vector<CollectionMember>& members) {
  const Pattern pattern = pattern_of(read, members);
  if (!pattern.index->is_keys_only) return Done{};
  std::vector<std::string> there = attributes_in_keys_only(*pattern.schema, *pattern.index);
  for (const CollectionMember& member : members) {
    for (std::string& name : attributes_in_keys_only(*member.schema, *member.index)) {
      there.push_back(std::move(name));
    }
  }
  const auto check = [&](const Conditions& conditions) -> Result<Done> {
    for (const Condition& condition : conditions) {
      LODESTONE_TRY(check_among(condition, there, *pattern.schema, *pattern.index));
    }
    return Done{};
  };
  for (const Conditions& own : read.filters) LODESTONE_TRY(check(own));
  return check(read.spec.where);
}

/// A page's items, by the place of the entity.
using Owned = std::vector<std::pair<std::size_t, Record>>;

Owned owned_by(const std::vector<Target>& targets, std::vector<Record> items) {
  Owned owned;
  for (Record& item : items) {
    for (std::size_t i = 0; i < targets.size(); ++i) {
      if (!owns(targets[i].entity(), item)) continue;
      owned.emplace_back(i, std::move(item));
      break;
    }
  }
  return owned;
}

/// Reads what an index has only the keys of; each entity's items by themselves, left in their order.
Result<Done> hydrate(const CollectionRead& read, bool consumed_capacity, Owned found, CollectionPage& page) {
  std::vector<std::optional<Record>> whole(found.size());
  for (std::size_t entity = 0; entity < read.targets.size(); ++entity) {
    std::vector<Record> keys;
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < found.size(); ++i) {
      if (found[i].first != entity) continue;
      keys.push_back(std::move(found[i].second));
      places.push_back(i);
    }
    if (keys.empty()) continue;
    const Target& target = read.targets[entity];
    LODESTONE_ASSIGN(RecordBatch batch,
                     run_hydrate(*target.table, target.entity(), keys, {}, consumed_capacity));
    for (std::size_t i = 0; i < places.size(); ++i) whole[places[i]] = std::move(batch.items[i]);
    page.cost.capacity_units += batch.capacity_units;
    page.cost.requests += batch.requests;
  }
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (whole[i]) page.items.emplace_back(found[i].first, std::move(*whole[i]));
  }
  return Done{};
}

Result<bool> hydrates(const CollectionRead& read) {
  LODESTONE_ASSIGN(const std::vector<CollectionMember> members, members_of(read));
  return read.pages.hydrate || pattern_of(read, members).index->is_keys_only;
}

}  // namespace

Result<Request> build_collection(const CollectionRead& read) {
  LODESTONE_ASSIGN(const std::vector<CollectionMember> members, members_of(read));
  const Pattern pattern = pattern_of(read, members);
  LODESTONE_TRY(check_filter(read, members));
  CollectionSpec spec = read.spec;
  if (spec.options.limit && *spec.options.limit <= 0) {
    return entity_error(*pattern.schema, ErrorCode::kInvalidOption, "A limit is greater than zero");
  }
  if (read.cursor) {
    LODESTONE_ASSIGN(spec.options.start_key, key_from_cursor(*pattern.schema, pattern.index, *read.cursor));
  }
  const std::string& table = read.targets.front().table->name();
  const auto build = [&] {
    if (!spec.collection.empty()) return collection_request(members, table, spec);
    if (!read.index_name) return service_scan_request(members, table, spec.where, spec.options);
    return partition_request(*pattern.schema, members, table,
                             {.index = pattern.index,
                              .composites = spec.composites,
                              .sort_operator = spec.sort_operator,
                              .from = spec.from,
                              .to = spec.to,
                              .where = spec.where,
                              .options = spec.options});
  };
  LODESTONE_ASSIGN(Request request, build());
  request.more = read.params;
  return request;
}

Result<Plan> plan_collection(const CollectionRead& read) {
  LODESTONE_ASSIGN(const Request request, build_collection(read));
  LODESTONE_ASSIGN(const bool from_table, hydrates(read));
  return plan_of(request, from_table);
}

Result<std::string> run_collection_raw(const CollectionRead& read) {
  LODESTONE_ASSIGN(const Request request, build_collection(read));
  return read.targets.front().table->execute(request.operation, to_json(request));
}

Result<CollectionPage> run_collection(const CollectionRead& read) {
  LODESTONE_ASSIGN(Request request, build_collection(read));
  LODESTONE_ASSIGN(const bool from_table, hydrates(read));
  const Table& table = *read.targets.front().table;
  const Moment now = table.now();
  CollectionPage page;
  for (std::size_t pages = 1;; ++pages) {
    LODESTONE_ASSIGN(Reply reply, table.call(request.operation, to_json(request)));
    page.cost.capacity_units += reply.capacity_units.value_or(0);
    page.cost.items_read += reply.scanned_count;
    ++page.cost.requests;
    Owned found = owned_by(read.targets, std::move(reply.items));
    if (from_table) {
      LODESTONE_TRY(hydrate(read, !request.return_consumed_capacity.empty(), std::move(found), page));
    } else {
      for (auto& [place, item] : found) {
        page.items.emplace_back(place, format_item(read.targets[place].entity(), std::move(item), now));
      }
    }
    page.last_key = std::move(reply.last_key);
    if (!page.last_key || (read.pages.pages != 0 && pages >= read.pages.pages)) return page;
    request.start_key = page.last_key;
  }
}

Result<std::int64_t> count_collection(CollectionRead read) {
  read.spec.options.count_only = true;
  LODESTONE_ASSIGN(Request request, build_collection(read));
  for (std::int64_t count = 0;;) {
    LODESTONE_ASSIGN(Reply reply, read.targets.front().table->call(request.operation, to_json(request)));
    count += reply.count;
    if (!reply.last_key) return count;
    request.start_key = std::move(reply.last_key);
  }
}

Result<std::size_t> erase_collection(const CollectionRead& read, const BatchOptions& options) {
  LODESTONE_ASSIGN(Request request, build_collection(read));
  std::vector<const EntitySchema*> entities;
  for (const Target& target : read.targets) entities.push_back(&target.entity());
  return run_erase(*read.targets.front().table, entities, std::move(request), options);
}

Result<Explanation> explain_collection(CollectionRead read) {
  read.spec.options.consumed_capacity = true;
  LODESTONE_ASSIGN(Plan plan, plan_collection(read));
  LODESTONE_ASSIGN(CollectionPage page, run_collection(read));
  page.cost.items_given = static_cast<std::int64_t>(page.items.size());
  return Explanation{std::move(plan), page.cost};
}

}  // namespace lodestone::model::detail
