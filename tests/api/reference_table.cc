#include "tests/api/reference_table.h"

#include <algorithm>
#include <set>

namespace lodestone::testing::reference {
namespace {

std::string key_schema_json(const Schema& schema) {
  std::string out = "\"KeySchema\":[";
  for (const auto& [list, type] : {std::pair{&schema.partition, "HASH"}, {&schema.sort, "RANGE"}}) {
    for (const KeyAttribute& attribute : *list) {
      out += out.ends_with('[') ? "" : ",";
      out += "{\"AttributeName\":\"" + attribute.name + "\",\"KeyType\":\"" + type + "\"}";
    }
  }
  return out + "]";
}

std::string index_json(const Index& index) {
  std::string out = "{\"IndexName\":\"" + index.name + "\"," + key_schema_json(index.schema) +
                    ",\"Projection\":{\"ProjectionType\":\"" + index.projection + "\"";
  if (index.projection == "INCLUDE") {
    out += ",\"NonKeyAttributes\":[";
    for (const std::string& name : index.included) out += (out.ends_with('[') ? "\"" : ",\"") + name + "\"";
    out += "]";
  }
  return out + "}}";
}

}  // namespace

std::vector<KeyAttribute> Schema::all() const {
  std::vector<KeyAttribute> attributes = partition;
  attributes.insert(attributes.end(), sort.begin(), sort.end());
  return attributes;
}

bool KeyLess::operator()(const std::vector<Value>& a, const std::vector<Value>& b) const {
  return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(), less);
}

bool has_key(const Schema& schema, const Item& item) {
  return std::ranges::all_of(schema.all(), [&item](const KeyAttribute& attribute) {
    const auto at = item.find(attribute.name);
    return at != item.end() && at->second.kind == attribute.kind;
  });
}

std::string Table::create_request(const std::string& name) const {
  std::map<std::string, Kind> defined;
  for (const KeyAttribute& attribute : schema.all()) defined[attribute.name] = attribute.kind;
  for (const Index& index : indexes) {
    for (const KeyAttribute& attribute : index.schema.all()) defined[attribute.name] = attribute.kind;
  }
  std::string definitions;
  for (const auto& [attribute, kind] : defined) {
    definitions += (definitions.empty() ? "" : ",") +
                   ("{\"AttributeName\":\"" + attribute + "\",\"AttributeType\":\"") +
                   std::string(kind_name(kind)) + "\"}";
  }
  std::string out = "{\"TableName\":\"" + name +
                    "\",\"BillingMode\":\"PAY_PER_REQUEST\",\"AttributeDefinitions\":[" + definitions + "]," +
                    key_schema_json(schema);
  for (const bool global : {false, true}) {
    std::string list;
    for (const Index& index : indexes) {
      if (index.global == global) list += (list.empty() ? "" : ",") + index_json(index);
    }
    if (list.empty()) continue;
    out += (global ? ",\"GlobalSecondaryIndexes\":[" : ",\"LocalSecondaryIndexes\":[") + list + "]";
  }
  return out + "}";
}

std::vector<Value> Table::key_of(const Item& item) const {
  std::vector<Value> key;
  for (const KeyAttribute& attribute : schema.all()) key.push_back(item.at(attribute.name));
  return key;
}

Item Table::key_item(const Item& item) const {
  Item key;
  for (const KeyAttribute& attribute : schema.all()) key[attribute.name] = item.at(attribute.name);
  return key;
}

const Item* Table::find(const Item& key) const {
  const auto at = items.find(key_of(key));
  return at == items.end() ? nullptr : &at->second;
}

bool Table::is_refused_by_an_index(const Item& item) const {
  for (const Index& index : indexes) {
    for (const KeyAttribute& attribute : index.schema.all()) {
      const auto at = item.find(attribute.name);
      if (at == item.end()) continue;
      if (at->second.kind != attribute.kind) return true;
      if (attribute.kind != Kind::kN && at->second.text.empty()) return true;
    }
  }
  return false;
}

std::vector<Item> Table::rows(const Index* index) const {
  std::vector<Item> found;
  for (const auto& [key, item] : items) {
    if (index == nullptr || index->projection == "ALL") {
      if (index == nullptr || has_key(index->schema, item)) found.push_back(item);
      continue;
    }
    if (!has_key(index->schema, item)) continue;
    std::set<std::string> kept(index->included.begin(), index->included.end());
    for (const KeyAttribute& attribute : schema.all()) kept.insert(attribute.name);
    for (const KeyAttribute& attribute : index->schema.all()) kept.insert(attribute.name);
    Item row;
    for (const auto& [name, value] : item) {
      if (kept.contains(name)) row[name] = value;
    }
    found.push_back(std::move(row));
  }
  return found;
}

}  // namespace lodestone::testing::reference
