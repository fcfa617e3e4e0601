#include "model/toolbox.h"

#include <utility>

namespace lodestone::model {
namespace {

AttributeSchema internal_attribute(const InternalAttribute& options) {
  return {.name = options.name,
          .type = AttributeType::kString,
          .field = options.saved_as,
          .required = true,
          .hidden = options.hidden};
}

AttributeSchema entity_attribute(const InternalAttribute& options, const std::string& entity) {
  AttributeSchema attribute = internal_attribute(options);
  const auto name = [entity](const Moment&) { return std::optional(Value::string(entity)); };
  attribute.type = AttributeType::kEnum;
  attribute.choices = {Value::string(entity)};
  attribute.default_value = name;
  attribute.update_default = name;
  attribute.keeps_value = true;
  // Items that were written before there was an entity attribute are taken for the entity's.
  attribute.required = false;
  if (!options.hidden) {
    attribute.get = [entity](const Value* stored, const AttributeSchema::Context&) {
      return std::optional(stored == nullptr ? Value::string(entity) : *stored);
    };
  }
  return attribute;
}

AttributeSchema timestamp(const InternalAttribute& options) {
  AttributeSchema attribute = internal_attribute(options);
  attribute.default_value = [](const Moment& now) { return std::optional(Value::string(now.iso())); };
  attribute.update_default = attribute.default_value;
  return attribute;
}

Error reserved(const EntitySchema& schema, const std::string& name) {
  return entity_error(schema, ErrorCode::kReservedAttributeName,
                      "'" + name + "' is a reserved attribute name");
}

Result<Done> add(EntitySchema& schema, AttributeSchema attribute) {
  for (const AttributeSchema& other : schema.attributes) {
    if (other.name == attribute.name) return reserved(schema, attribute.name);
    const std::string& field = other.field.empty() ? other.name : other.field;
    if (field == attribute.field) return reserved(schema, attribute.field);
  }
  schema.attributes.push_back(std::move(attribute));
  return Done{};
}

/// Keys are what the attributes say, to the letter.
Result<Done> take_attributes_as_keys(const EntitySchema& schema, IndexSchema& index) {
  const auto is_made = [](const KeySchema& key) { return key.is_template || key.compute; };
  const bool makes_keys = is_made(index.pk) || (index.sk && is_made(*index.sk));
  if (!makes_keys) index.kind = IndexKind::kAttributes;
  for (KeySchema* const key : {&index.pk, index.sk ? &*index.sk : nullptr}) {
    if (key == nullptr) continue;
    key->casing = Casing::kNone;
    if (!makes_keys || is_made(*key)) continue;
    if (key->parts.size() != 1) {
      return entity_error(schema, ErrorCode::kInvalidKeyComposite,
                          "The key '" + key->field + "' is one attribute, or is made from a template");
    }
    // Beside a key that is made, an attribute is a template of itself.
    key->is_template = true;
  }
  return Done{};
}

}  // namespace

Result<Done> finish_toolbox(EntitySchema& schema, const ToolboxOptions& options) {
  schema.keys_identify = false;
  schema.checks_keys = true;
  for (IndexSchema& index : schema.indexes) LODESTONE_TRY(take_attributes_as_keys(schema, index));
  // The library has neither services nor versions; keys are not made from them.
  if (schema.service.empty()) schema.service = schema.entity;
  if (schema.version.empty()) schema.version = "1";
  if (options.entity.is_on) {
    LODESTONE_TRY(add(schema, entity_attribute(options.entity, schema.entity)));
    schema.identifiers = {{options.entity.saved_as, schema.entity, true}};
  }
  if (options.created.is_on) {
    AttributeSchema created = timestamp(options.created);
    created.keeps_value = true;
    LODESTONE_TRY(add(schema, std::move(created)));
  }
  if (options.modified.is_on) LODESTONE_TRY(add(schema, timestamp(options.modified)));
  return schema.finish();
}

}  // namespace lodestone::model
