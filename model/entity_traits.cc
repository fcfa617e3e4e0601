#include "model/entity_traits.h"

#include <algorithm>

#include "model/toolbox.h"

namespace lodestone::model::detail {

namespace {

/// The member that shows an internal attribute takes its place; without one, nobody sees it.
void place_internal(const EntityName& name, MemberSpecs members, InternalRole role,
                    const InternalOptions& options, InternalAttribute& attribute, EntitySchema& schema) {
  attribute.saved_as = options.saved_as;
  attribute.is_on = name.is_toolbox && options.is_on;
  attribute.hidden = true;
  for (const MemberSpec& member : members) {
    if (member.options->role != role) continue;
    attribute.name = member.name;
    attribute.hidden = member.options->is_hidden;
    std::erase_if(schema.attributes, [&](const AttributeSchema& one) { return one.name == member.name; });
  }
}

Result<Done> finish(const EntityName& name, MemberSpecs members, EntitySchema& schema) {
  if (!name.is_toolbox) return schema.finish();
  ToolboxOptions options;
  place_internal(name, members, InternalRole::kEntity, name.entity_attribute, options.entity, schema);
  place_internal(name, members, InternalRole::kCreated, name.created, options.created, schema);
  place_internal(name, members, InternalRole::kModified, name.modified, options.modified, schema);
  return finish_toolbox(schema, options);
}

/// EntitySchema::stored_names; none where what is shown is not what is stored.
std::vector<StoredName> stored_names(const EntitySchema& schema, MemberSpecs members) {
  // As many as are marked in one word when they are read.
  if (schema.has_template_attributes || members.size() + schema.identifiers.size() > 64) return {};
  std::vector<StoredName> names;
  const auto add = [&names](const std::string& name) { names.push_back({name, names.size()}); };
  for (const MemberSpec& member : members) {
    const AttributeSchema* const attribute = schema.attribute(member.name);
    if (attribute == nullptr || attribute->hidden || attribute->get || attribute->formats_inside ||
        attribute->changes_form) {
      return {};
    }
    add(attribute->field);
  }
  for (const Identifier& identifier : schema.identifiers) add(identifier.field);
  for (const IndexSchema& index : schema.indexes) {
    add(index.pk.field);
    if (index.sk) add(index.sk->field);
  }
  const auto is_before = [](const StoredName& a, const StoredName& b) { return a.name < b.name; };
  std::stable_sort(names.begin(), names.end(), is_before);
  // Of a member that is a key too, the member is read. One that is an identifier is left to the usual way.
  const auto same = [](const StoredName& a, const StoredName& b) { return a.name == b.name; };
  const auto twice = std::adjacent_find(names.begin(), names.end(), [&](const auto& a, const auto& b) {
    return same(a, b) && b.place < members.size() + schema.identifiers.size();
  });
  if (twice != names.end()) return {};
  names.erase(std::unique(names.begin(), names.end(), same), names.end());
  return names;
}

Result<EntitySchema> describe(const EntityName& name, MemberSpecs members,
                              std::span<const IndexSpec> indexes) {
  EntitySchema schema{.service = std::string(name.service),
                      .entity = std::string(name.entity),
                      .version = std::string(name.version)};
  schema.attributes = describe_members(members);
  for (const IndexSpec& index : indexes) {
    auto made = describe_index(index);
    if (!made.ok()) {
      Error error = std::move(made).error();
      error.entity = schema.entity;
      return error;
    }
    schema.indexes.push_back(std::move(*made));
  }
  LODESTONE_TRY(finish(name, members, schema));
  schema.stored_names = stored_names(schema, members);
  return schema;
}

}  // namespace

const Result<EntitySchema>& describe_entity(const EntityName& name, MemberSpecs members,
                                            std::span<const IndexSpec> indexes) {
  return *new Result<EntitySchema>(describe(name, members, indexes));
}

}  // namespace lodestone::model::detail
