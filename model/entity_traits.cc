#include "model/entity_traits.h"

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
    attribute.hidden = false;
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
  return schema;
}

}  // namespace

const Result<EntitySchema>& describe_entity(const EntityName& name, MemberSpecs members,
                                            std::span<const IndexSpec> indexes) {
  return *new Result<EntitySchema>(describe(name, members, indexes));
}

}  // namespace lodestone::model::detail
