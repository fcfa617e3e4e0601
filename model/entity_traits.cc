#include "model/entity_traits.h"

namespace lodestone::model::detail {

namespace {

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
  LODESTONE_TRY(schema.finish());
  return schema;
}

}  // namespace

const Result<EntitySchema>& describe_entity(const EntityName& name, MemberSpecs members,
                                            std::span<const IndexSpec> indexes) {
  return *new Result<EntitySchema>(describe(name, members, indexes));
}

}  // namespace lodestone::model::detail
