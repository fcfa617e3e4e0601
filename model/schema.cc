#include "model/schema.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <set>

#include "model/js_text.h"

namespace lodestone::model {
namespace {

bool is_listed(const std::vector<CompositePart>& parts, std::string_view attribute) {
  return std::any_of(parts.begin(), parts.end(),
                     [attribute](const CompositePart& part) { return part.attribute == attribute; });
}

/// What is wrong where two members of a map are stored under one name.
std::string shared_field(const AttributeSchema& map) {
  std::set<std::string_view> fields;
  for (const AttributeSchema& property : map.properties) {
    if (!fields.insert(property.field).second) {
      return "Two members of '" + map.name + "' are stored as '" + property.field + "'";
    }
  }
  return {};
}

/// Fills in fields that were left out and what each level tells about those below it.
void finish_attribute(AttributeSchema& attribute) {
  if (attribute.field.empty()) attribute.field = attribute.name;
  attribute.has_maps = attribute.type == AttributeType::kMap;
  attribute.changes_form = static_cast<bool>(attribute.transform);
  const auto take_over = [&attribute](AttributeSchema& child) {
    finish_attribute(child);
    attribute.sets_inside |= child.sets_inside || child.set;
    if (attribute.fault.empty()) attribute.fault = child.fault;
    attribute.has_maps |= child.has_maps;
    attribute.changes_form |= child.changes_form || child.field != child.name;
    attribute.formats_inside |= child.formats_inside || child.hidden || child.get;
    attribute.defaults_inside |= child.defaults_inside || child.default_value || child.required;
    attribute.links_inside |= child.links_inside || child.link;
    attribute.update_defaults_inside |=
        child.update_defaults_inside || child.update_default || child.update_link || child.required_always;
  };
  for (AttributeSchema& property : attribute.properties) take_over(property);
  if (attribute.type == AttributeType::kMap && attribute.fault.empty())
    attribute.fault = shared_field(attribute);
  for (AttributeSchema& element : attribute.element) {
    if (element.name.empty()) element.name = element.field = "*";
    take_over(element);
  }
  for (AttributeSchema& name : attribute.names) attribute.changes_form |= static_cast<bool>(name.transform);
}

/// finish() in steps. Each returns what is wrong.
class Finisher {
 public:
  explicit Finisher(EntitySchema& schema) : schema_(schema) {}

  Result<Done> run() {
    LODESTONE_TRY(check_names());
    if (schema_.identifiers.empty() && schema_.keys_identify) {
      schema_.identifiers = {{schema_.entity_field, schema_.entity},
                             {schema_.version_field, schema_.version}};
    }
    LODESTONE_TRY(check_attributes());
    LODESTONE_TRY(check_watchers());
    LODESTONE_TRY(check_indexes());
    for (IndexSchema& index : schema_.indexes) {
      LODESTONE_TRY(finish_key(index, index.pk, true));
      if (index.sk) LODESTONE_TRY(finish_key(index, *index.sk, false));
    }
    return check_key_fields();
  }

 private:
  [[nodiscard]] Error error(ErrorCode code, std::string message) const {
    return entity_error(schema_, code, std::move(message));
  }

  [[nodiscard]] Result<Done> check_names() const {
    if (schema_.service.empty())
      return error(ErrorCode::kInvalidModel, "An entity needs the name of a service");
    if (schema_.entity.empty()) return error(ErrorCode::kInvalidModel, "An entity needs a name");
    if (schema_.version.empty()) return error(ErrorCode::kInvalidModel, "An entity needs a version");
    if (schema_.indexes.empty() || !schema_.indexes.front().is_primary()) {
      return error(ErrorCode::kMissingPrimaryIndex,
                   "The first access pattern must be the table's own: one without the name of an index");
    }
    return Done{};
  }

  Result<Done> check_attributes() {
    std::set<std::string, std::less<>> fields;
    for (AttributeSchema& attribute : schema_.attributes) {
      finish_attribute(attribute);
      if (attribute.name.empty()) return error(ErrorCode::kInvalidAttribute, "An attribute needs a name");
      if (!attribute.fault.empty()) return error(ErrorCode::kInvalidAttribute, attribute.fault);
      if (!fields.insert(attribute.field).second) {
        return error(ErrorCode::kDuplicateField,
                     "Two attributes are stored as '" + attribute.field + "'; each needs a field of its own");
      }
      if (attribute.type == AttributeType::kVariant && attribute.properties.empty()) {
        return error(ErrorCode::kInvalidAttribute, "'" + attribute.name + "' has no alternatives");
      }
      const bool takes_one = attribute.type == AttributeType::kList ||
                             attribute.type == AttributeType::kSet ||
                             attribute.type == AttributeType::kRecord;
      if (takes_one && attribute.element.size() != 1) {
        return error(ErrorCode::kInvalidAttribute,
                     "'" + attribute.name + "' does not say what its elements are");
      }
      schema_.has_setters |= attribute.set || attribute.sets_inside;
      schema_.has_watchers |= attribute.is_watcher();
      schema_.has_getters |= attribute.get || attribute.hidden || attribute.formats_inside;
      schema_.has_links |= attribute.link || attribute.key_link || attribute.links_inside;
      schema_.has_key_defaults |= attribute.key_default || attribute.key_link;
      schema_.has_key_validators |= static_cast<bool>(attribute.key_validate);
      schema_.has_update_defaults |=
          attribute.update_default || attribute.update_link || attribute.required_always ||
          (attribute.type == AttributeType::kMap && attribute.update_defaults_inside);
    }
    for (const Identifier& identifier : schema_.identifiers) {
      if (!identifier.is_attribute && fields.count(identifier.field) != 0) {
        return error(ErrorCode::kReservedAttributeName,
                     "'" + identifier.field + "' is a reserved attribute name");
      }
    }
    return Done{};
  }

  [[nodiscard]] Result<Done> check_watchers() const {
    for (const AttributeSchema& attribute : schema_.attributes) {
      if (!attribute.is_watcher()) continue;
      for (const std::string& watched : attribute.watch) {
        const AttributeSchema* const other = schema_.attribute(watched);
        if (other == nullptr) {
          return error(ErrorCode::kInvalidWatch,
                       "'" + attribute.name + "' watches '" + watched + "', which the entity does not have");
        }
        if (other->is_watcher()) {
          return error(ErrorCode::kInvalidWatch,
                       "'" + attribute.name + "' watches '" + watched +
                           "', which is a watcher itself; watchers see no watchers");
        }
      }
    }
    return Done{};
  }

  [[nodiscard]] Result<Done> check_indexes() const {
    std::set<std::string, std::less<>> names;
    std::set<std::string, std::less<>> index_names;
    std::set<std::string, std::less<>> collections;
    for (const IndexSchema& index : schema_.indexes) {
      if (!names.insert(index.name).second) {
        return error(ErrorCode::kDuplicateIndex, "Two access patterns are called '" + index.name + "'");
      }
      if (!index_names.insert(index.index_name).second) {
        return error(ErrorCode::kDuplicateIndex,
                     index.is_primary() ? "Two access patterns are the table's own"
                                        : "Two access patterns use the index '" + index.index_name + "'");
      }
      for (const std::string& collection : index.collections) {
        if (!collections.insert(collection).second) {
          return error(ErrorCode::kDuplicateCollection,
                       "Two access patterns belong to the collection '" + collection + "'");
        }
      }
      if (!index.collections.empty() && !index.sk) {
        return error(ErrorCode::kCollectionWithoutSortKey,
                     "'" + index.name + "' belongs to a collection, so it needs a sort key");
      }
      if (index.sk && index.kind != IndexKind::kAttributes && index.pk.field == index.sk->field) {
        return error(ErrorCode::kDuplicateField,
                     "'" + index.name + "' has the partition key and the sort key in one field");
      }
      if (index.sk) {
        for (const CompositePart& part : index.sk->parts) {
          if (!index.pk.is_template && !index.sk->is_template && is_listed(index.pk.parts, part.attribute)) {
            return error(ErrorCode::kDuplicateComposite,
                         "'" + index.name + "' has '" + part.attribute + "' in both of its keys");
          }
        }
      }
    }
    return Done{};
  }

  /// A field that several keys or a key and an attribute share must be meant.
  [[nodiscard]] Result<Done> check_key_fields() const {
    std::set<std::string, std::less<>> fields;
    for (const IndexSchema& index : schema_.indexes) {
      if (index.kind == IndexKind::kAttributes) continue;
      for (const KeySchema* key : {&index.pk, index.sk ? &*index.sk : nullptr}) {
        if (key == nullptr) continue;
        if (!fields.insert(key->field).second && index.is_primary()) {
          return error(ErrorCode::kDuplicateField, "Two keys are stored as '" + key->field + "'");
        }
        const AttributeSchema* const attribute = schema_.attribute_stored_as(key->field);
        if (attribute != nullptr && !is_listed(key->parts, attribute->name)) {
          return error(ErrorCode::kReservedAttributeName, "The attribute '" + attribute->name +
                                                              "' is stored as '" + key->field +
                                                              "', the field of a key");
        }
      }
    }
    return Done{};
  }

  Result<Done> finish_key(const IndexSchema& index, KeySchema& key, bool is_partition_key) {
    for (CompositePart& part : key.parts) {
      const AttributeSchema* const attribute = schema_.attribute(part.attribute);
      if (attribute == nullptr) {
        return error(ErrorCode::kInvalidKeyComposite, "'" + index.name + "' is made from '" + part.attribute +
                                                          "', which is not among the entity's attributes");
      }
      part.position = static_cast<std::size_t>(attribute - schema_.attributes.data());
      if (!key.is_template) part.label = attribute->label.value_or(attribute->name);
    }
    if (index.kind == IndexKind::kAttributes) {
      if (!index.is_primary()) return Done{};
      if (key.parts.size() != 1) {
        return error(ErrorCode::kInvalidKeyComposite,
                     "Each key of the table is one attribute where keys are the attributes themselves");
      }
      const std::string& stored = schema_.attributes[key.parts[0].position].field;
      if (!key.field.empty() && key.field != stored) {
        return error(ErrorCode::kInvalidKeyComposite, "'" + key.parts[0].attribute + "' is the key '" +
                                                          key.field + "', but is stored as '" + stored + "'");
      }
      key.field = stored;
      key.is_value = true;
      return Done{};
    }
    if (key.compute) return Done{};
    key.is_attribute = !key.is_template && key.parts.size() == 1 &&
                       schema_.attributes[key.parts[0].position].field == key.field;
    const bool is_bare_number = key.is_template && key.parts.size() == 1 && key.parts[0].label.empty() &&
                                key.tail.empty() &&
                                schema_.attributes[key.parts[0].position].type == AttributeType::kNumber;
    key.is_number = key.parts.size() == 1 && (key.cast_to_number || is_bare_number);
    schema_.has_template_attributes |= key.is_template && schema_.attribute_stored_as(key.field) != nullptr;
    if (!key.is_template && !key.is_attribute) compute_affixes(index, key, is_partition_key);
    return Done{};
  }

  void compute_affixes(const IndexSchema& index, KeySchema& key, bool is_partition_key) const {
    const std::string entity = schema_.entity + "_" + schema_.version;
    if (is_partition_key) {
      key.prefix = "$" + schema_.service;
      if (!index.sk) key.prefix += "$" + entity;
      if (!index.scope.empty()) key.prefix += "_" + index.scope;
      return;
    }
    const std::string collection = collection_prefix(index.collections.size(), index);
    if (index.kind == IndexKind::kClustered) {
      key.prefix = collection;
      key.postfix = (collection.empty() ? "$" : "#") + entity;
    } else {
      key.prefix = collection.empty() ? "$" + entity : collection + "#" + entity;
    }
  }

  static std::string collection_prefix(std::size_t depth, const IndexSchema& index) {
    std::string text;
    for (std::size_t i = 0; i < depth; ++i) text += (i == 0 ? "$" : "#") + index.collections[i];
    return text;
  }

  EntitySchema& schema_;
};

}  // namespace

std::int64_t Moment::seconds() const { return std::chrono::floor<std::chrono::seconds>(since_epoch).count(); }

std::string Moment::iso() const {
  using std::chrono::days;
  using std::chrono::floor;
  const auto day = floor<days>(std::chrono::sys_time<std::chrono::milliseconds>(since_epoch));
  const std::chrono::year_month_day date(day);
  const std::int64_t of_day = since_epoch.count() - day.time_since_epoch().count() * 86'400'000;
  std::array<char, 64> text{};
  const int year = static_cast<int>(date.year());
  const auto part = [of_day](std::int64_t unit, std::int64_t count) {
    return static_cast<int>(of_day / unit % count);
  };
  // Beyond four digits JavaScript writes a sign and six of them.
  const char* const format = year >= 0 && year <= 9999 ? "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ"
                                                       : "%+07d-%02u-%02uT%02d:%02d:%02d.%03dZ";
  std::snprintf(text.data(), text.size(), format, year, static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()), part(3'600'000, 24), part(60'000, 60), part(1'000, 60),
                part(1, 1'000));
  return text.data();
}

const AttributeSchema* AttributeSchema::property(std::string_view property_name) const {
  const auto at = std::find_if(properties.begin(), properties.end(), [property_name](const auto& property) {
    return property.name == property_name;
  });
  return at == properties.end() ? nullptr : &*at;
}

const AttributeSchema* AttributeSchema::element_at(std::size_t place) const {
  if (type == AttributeType::kTuple) return place < properties.size() ? &properties[place] : nullptr;
  return element.empty() ? nullptr : &element.front();
}

std::string AttributeSchema::stored_name(const std::string& given) const {
  if (names.empty() || !names.front().transform) return given;
  return names.front().transform.store(Value::string(given)).text();
}

Result<KeySchema> key_from_template(std::string field, std::string_view text) {
  KeySchema key{.field = std::move(field), .is_template = true};
  for (;;) {
    const std::size_t open = text.find("${");
    if (open == std::string_view::npos) break;
    const std::size_t close = text.find('}', open);
    if (close == std::string_view::npos) {
      return Error{.code = ErrorCode::kInvalidKeyComposite,
                   .message = "The template of '" + key.field + "' opens a brace that it does not close"};
    }
    key.parts.push_back({.attribute = std::string(text.substr(open + 2, close - open - 2)),
                         .label = std::string(text.substr(0, open))});
    text.remove_prefix(close + 1);
  }
  key.tail = text;
  return key;
}

Result<Done> EntitySchema::finish() { return Finisher(*this).run(); }

const AttributeSchema* EntitySchema::attribute(std::string_view name) const {
  const auto at = std::find_if(attributes.begin(), attributes.end(),
                               [name](const auto& attribute) { return attribute.name == name; });
  return at == attributes.end() ? nullptr : &*at;
}

const AttributeSchema* EntitySchema::attribute_stored_as(std::string_view field) const {
  const auto at = std::find_if(attributes.begin(), attributes.end(),
                               [field](const auto& attribute) { return attribute.field == field; });
  return at == attributes.end() ? nullptr : &*at;
}

const IndexSchema* EntitySchema::index(std::string_view name) const {
  const auto at =
      std::find_if(indexes.begin(), indexes.end(), [name](const auto& index) { return index.name == name; });
  return at == indexes.end() ? nullptr : &*at;
}

bool EntitySchema::is_primary_composite(std::string_view name) const {
  const IndexSchema& index = primary();
  return is_listed(index.pk.parts, name) || (index.sk && is_listed(index.sk->parts, name));
}

Error entity_error(const EntitySchema& schema, ErrorCode code, std::string message) {
  return {.code = code, .message = std::move(message), .entity = schema.entity};
}

}  // namespace lodestone::model
