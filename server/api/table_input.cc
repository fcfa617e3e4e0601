#include "server/api/table_input.h"

#include <algorithm>

namespace lodestone {
namespace {

constexpr std::int64_t kMaxUnits = 1'000'000'000'000;
constexpr std::size_t kMaxElementsOfARole = 4;
constexpr std::size_t kMaxProjectedAttributes = 100;

struct SchemaElement {
  std::string_view name;
  bool hash;
};

std::vector<SchemaElement> read_elements(const JsonValue& owner) {
  std::vector<SchemaElement> elements;
  if (const JsonValue* schema = member(owner, "KeySchema")) {
    for (const JsonValue& element : schema->GetArray()) {
      elements.push_back(
          {text_member(element, "AttributeName").value_or(""), text_member(element, "KeyType") == "HASH"});
    }
  }
  return elements;
}

const KeyElement* definition_of(const std::vector<KeyElement>& definitions, std::string_view name) {
  const auto at = std::ranges::find(definitions, name, &KeyElement::name);
  return at == definitions.end() ? nullptr : &*at;
}

ApiResult<void> check_defined(const std::vector<SchemaElement>& elements,
                              const std::vector<KeyElement>& definitions) {
  if (elements.size() > definitions.size()) {
    return validation_error("Invalid KeySchema: Some index key attribute have no definition");
  }
  std::vector<std::string_view> keys;
  bool missing = false;
  for (const SchemaElement& element : elements) {
    keys.push_back(element.name);
    missing |= definition_of(definitions, element.name) == nullptr;
  }
  if (!missing) return {};
  std::vector<std::string_view> defined;
  for (const KeyElement& definition : definitions) defined.emplace_back(definition.name);
  return invalid_parameters("Some index key attributes are not defined in AttributeDefinitions. Keys: " +
                            listed(keys) + ", AttributeDefinitions: " + listed(defined));
}

ApiResult<void> check_roles(const std::vector<SchemaElement>& elements) {
  if (elements.size() == 2 && elements[0].name == elements[1].name) {
    return validation_error(
        "Both the Hash Key and the Range Key element in the KeySchema have the same name");
  }
  if (!elements[0].hash)
    return validation_error("Invalid KeySchema: The first KeySchemaElement is not a HASH key type");
  if (elements.size() == 2 && elements[1].hash) {
    return validation_error("Invalid KeySchema: The second KeySchemaElement is not a RANGE key type");
  }
  if (elements.size() > 2) {
    return validation_error(
        "1 validation error detected: Value at 'keySchema' failed to satisfy constraint: Member must have "
        "length less than "
        "or equal to 2");
  }
  return {};
}

/// Several attributes per role, for global indexes.
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.DesignPattern.MultiAttributeKeys.html
ApiResult<void> check_several_roles(const std::vector<SchemaElement>& elements) {
  if (elements.size() <= 2 && (elements.size() < 2 || elements[0].hash != elements[1].hash))
    return check_roles(elements);
  for (std::size_t i = 0; i < elements.size(); ++i) {
    for (std::size_t k = 0; k < i; ++k) {
      if (elements[k].name == elements[i].name) {
        return invalid_parameters("Invalid KeySchema: Some elements in the KeySchema have the same name: " +
                                  std::string(elements[i].name));
      }
    }
  }
  if (!elements[0].hash)
    return validation_error("Invalid KeySchema: The first KeySchemaElement is not a HASH key type");
  const auto hashes = static_cast<std::size_t>(std::ranges::count(elements, true, &SchemaElement::hash));
  if (!std::ranges::is_partitioned(elements, &SchemaElement::hash)) {
    return invalid_parameters(
        "Invalid KeySchema: All HASH key attributes must precede RANGE key attributes in the KeySchema");
  }
  if (hashes > kMaxElementsOfARole) {
    return invalid_parameters(
        "Invalid KeySchema: The KeySchema exceeds the maximum allowed number of HASH key attributes");
  }
  if (elements.size() - hashes > kMaxElementsOfARole) {
    return invalid_parameters(
        "Invalid KeySchema: The KeySchema exceeds the maximum allowed number of RANGE key attributes");
  }
  return {};
}

}  // namespace

ApiResult<std::vector<KeyElement>> read_attribute_definitions(const JsonValue& request) {
  std::vector<KeyElement> definitions;
  const JsonValue* json = member(request, "AttributeDefinitions");
  if (json == nullptr) return definitions;
  for (const JsonValue& element : json->GetArray()) {
    const std::string_view name = text_member(element, "AttributeName").value_or("");
    if (definition_of(definitions, name) != nullptr) {
      return invalid_parameters("Duplicate AttributeName in AttributeDefinitions: " + std::string(name));
    }
    definitions.push_back(
        {std::string(name),
         type_named(text_member(element, "AttributeType").value_or("")).value_or(Type::kS)});
  }
  return definitions;
}

ApiResult<KeySchema> read_key_schema(const JsonValue& owner, const std::vector<KeyElement>& definitions,
                                     bool several_attributes) {
  const std::vector<SchemaElement> elements = read_elements(owner);
  if (elements.empty())
    return validation_error("Invalid KeySchema: The KeySchema must have at least one element");
  // The number of elements comes before what they are.
  if (!several_attributes || elements.size() <= 2) LODESTONE_TRY(check_defined(elements, definitions));
  LODESTONE_TRY(several_attributes ? check_several_roles(elements) : check_roles(elements));
  LODESTONE_TRY(check_defined(elements, definitions));
  KeySchema schema;
  for (const SchemaElement& element : elements) {
    (element.hash ? schema.partition : schema.sort).push_back(*definition_of(definitions, element.name));
  }
  return schema;
}

ApiResult<IndexRecord> read_index(const JsonValue& json, const std::vector<KeyElement>& definitions,
                                  bool global) {
  IndexRecord index;
  index.name = text_member(json, "IndexName").value_or("");
  index.global = global;
  LODESTONE_ASSIGN(index.key, read_key_schema(json, definitions, global));
  return index;
}

ApiResult<void> read_projection(const JsonValue& json, IndexRecord& index) {
  const JsonValue* projection = member(json, "Projection");
  const auto type = projection == nullptr ? std::nullopt : text_member(*projection, "ProjectionType");
  if (!type) return invalid_parameters("Unknown ProjectionType: null");
  const JsonValue* names = member(*projection, "NonKeyAttributes");
  if (*type != "INCLUDE") {
    index.projection = *type == "ALL" ? ProjectionType::kAll : ProjectionType::kKeysOnly;
    if (names != nullptr) {
      return invalid_parameters("ProjectionType is " + std::string(*type) +
                                ", but NonKeyAttributes is specified");
    }
    return {};
  }
  index.projection = ProjectionType::kInclude;
  if (names == nullptr)
    return invalid_parameters("ProjectionType is INCLUDE, but NonKeyAttributes is not specified");
  for (const JsonValue& name : names->GetArray()) {
    std::string text(json_text(name));
    if (std::ranges::find(index.included, text) != index.included.end()) {
      return invalid_parameters("Duplicate value in NonKeyAttributes: " + text);
    }
    index.included.push_back(std::move(text));
  }
  return {};
}

ApiResult<std::optional<Throughput>> read_throughput(const JsonValue& owner) {
  const JsonValue* json = member(owner, "ProvisionedThroughput");
  if (json == nullptr) return std::optional<Throughput>();
  Throughput throughput;
  throughput.read_units = integer_member(*json, "ReadCapacityUnits").value_or(0);
  throughput.write_units = integer_member(*json, "WriteCapacityUnits").value_or(0);
  if (throughput.read_units > kMaxUnits) {
    return validation_error("Given value " + std::to_string(throughput.read_units) +
                            " for ReadCapacityUnits is out of bounds");
  }
  if (throughput.write_units > kMaxUnits) {
    return validation_error("Given value " + std::to_string(throughput.write_units) +
                            " for WriteCapacityUnits is out of bounds");
  }
  return std::optional(throughput);
}

ApiResult<std::optional<OnDemandLimits>> read_on_demand(const JsonValue& owner, std::string_view where) {
  const JsonValue* json = member(owner, "OnDemandThroughput");
  if (json == nullptr) return std::optional<OnDemandLimits>();
  const auto read = integer_member(*json, "MaxReadRequestUnits");
  const auto write = integer_member(*json, "MaxWriteRequestUnits");
  if (!read && !write) return std::optional<OnDemandLimits>();
  const auto out_of_range = [](std::optional<std::int64_t> units) {
    return units && (*units < -1 || *units == 0);
  };
  for (const auto& [name, units] :
       {std::pair{"MaxReadRequestUnits", read}, {"MaxWriteRequestUnits", write}}) {
    if (out_of_range(units)) {
      return invalid_parameters("Requested " + std::string(name) + " for OnDemandThroughput for " +
                                std::string(where) + " is outside of valid range");
    }
  }
  return std::optional(OnDemandLimits{read.value_or(-1), write.value_or(-1)});
}

std::optional<WarmThroughput> read_warm(const JsonValue& owner) {
  const JsonValue* json = member(owner, "WarmThroughput");
  if (json == nullptr) return std::nullopt;
  return WarmThroughput{integer_member(*json, "ReadUnitsPerSecond").value_or(0),
                        integer_member(*json, "WriteUnitsPerSecond").value_or(0)};
}

std::string listed(const std::vector<std::string_view>& names) {
  std::string text = "[";
  for (const std::string_view name : names) {
    if (text.size() > 1) text += ", ";
    text += name;
  }
  return text + ']';
}

std::vector<std::string_view> used_key_names(const TableRecord& record) {
  std::vector<std::string_view> names;
  const auto note = [&names](const KeySchema& key) {
    for (std::size_t i = 0; i < key.size(); ++i) {
      if (std::ranges::find(names, key.at(i).name) == names.end()) names.emplace_back(key.at(i).name);
    }
  };
  note(record.key);
  for (const IndexRecord& index : record.indexes) note(index.key);
  return names;
}

void drop_unused_definitions(TableRecord& record) {
  const auto used = used_key_names(record);
  std::erase_if(record.attribute_definitions, [&used](const KeyElement& definition) {
    return std::ranges::find(used, definition.name) == used.end();
  });
}

ApiResult<void> check_projected_attributes(const TableRecord& record) {
  std::size_t count = 0;
  for (const IndexRecord& index : record.indexes) count += index.included.size();
  if (count <= kMaxProjectedAttributes) return {};
  return invalid_parameters("Total number of NonKeyAttributes over all indexes exceeds the limit of " +
                            std::to_string(kMaxProjectedAttributes));
}

}  // namespace lodestone
