#include "tests/model/replay.h"

#include <algorithm>
#include <map>
#include <regex>
#include <sstream>
#include <stdexcept>

#include "model/js_text.h"
#include "model/json.h"

namespace lodestone::model::testing {
namespace {

bool is_set_of(const std::string& name, const Json& json) {
  return (name == "SS" || name == "NS" || name == "BS") && json.IsArray();
}

/// JavaScript's text of a number in JSON.
std::string number_text(const Json& json) {
  std::string text;
  if (json.IsInt64()) {
    append_number_text(text, json.GetInt64());
  } else {
    append_number_text(text, json.GetDouble());
  }
  return text;
}

/// One spelling of each number: in the vectors they are JavaScript's, in requests they are the caller's.
std::string number_spelling(const std::string& decimal) {
  std::string text;
  return append_decimal_text(text, decimal) ? text : decimal;
}

std::string js(const Value* value) {
  if (value == nullptr) return "undefined";
  if (value->is(ValueType::kString)) return value->text();
  std::string text;
  append_plain_json(text, *value);
  return text;
}

std::string json_of(const Record& item) {
  std::string text;
  append_plain_json(text, Value::map(item));
  return text;
}

double number_of(const Value* value) { return value == nullptr ? 0 : std::stod(value->text()); }

AttributeSchema attribute_of(const std::string& name, const Json& json);

AttributeType type_named(const std::string& name) {
  static const std::map<std::string, AttributeType> kTypes = {
      {"any", AttributeType::kAny},       {"string", AttributeType::kString},
      {"number", AttributeType::kNumber}, {"boolean", AttributeType::kBoolean},
      {"list", AttributeType::kList},     {"set", AttributeType::kSet},
      {"map", AttributeType::kMap},
  };
  return kTypes.at(name);
}

AttributeSchema attribute_of(const std::string& name, const Json& json) {
  AttributeSchema attribute{.name = name};
  if (json.IsString()) {
    attribute.type = type_named(text_of(json));
    return attribute;
  }
  for (const auto& member : json.GetObject()) {
    const std::string key = text_of(member.name);
    const Json& value = member.value;
    if (key == "type" && value.IsArray()) {
      attribute.type = AttributeType::kEnum;
      for (const Json& choice : value.GetArray()) attribute.choices.push_back(plain_value(choice, nullptr));
    } else if (key == "type") {
      attribute.type = type_named(text_of(value));
    } else if (key == "field") {
      attribute.field = text_of(value);
    } else if (key == "label") {
      attribute.label = text_of(value);
    } else if (key == "required") {
      attribute.required = value.GetBool();
    } else if (key == "readOnly") {
      attribute.read_only = value.GetBool();
    } else if (key == "hidden") {
      attribute.hidden = value.GetBool();
    } else if (key == "default") {
      attribute.default_value = [made = plain_value(value, nullptr)](const Moment&) { return made; };
    } else if (key == "padding") {
      attribute.padding = {value["length"].GetUint(), text_of(value["char"])};
    } else if (key == "items") {
      attribute.element.push_back(attribute_of("", value));
    } else if (key == "properties") {
      for (const auto& property : value.GetObject()) {
        attribute.properties.push_back(attribute_of(text_of(property.name), property.value));
      }
    } else if (key == "watch" && value.IsString()) {
      attribute.watch_all = true;
    } else if (key == "watch") {
      for (const Json& watched : value.GetArray()) attribute.watch.push_back(text_of(watched));
    } else {
      attach_hook(attribute, key, text_of(value));
    }
  }
  return attribute;
}

KeySchema key_of(const Json& json) {
  const std::string field = json.HasMember("field") ? text_of(json["field"]) : "";
  KeySchema key{.field = field};
  if (json.HasMember("template")) key = *key_from_template(field, text_of(json["template"]));
  if (json.HasMember("composite") && !json.HasMember("template")) {
    for (const Json& part : json["composite"].GetArray()) key.parts.push_back({.attribute = text_of(part)});
  }
  if (json.HasMember("casing")) {
    const std::string casing = text_of(json["casing"]);
    key.casing = casing == "upper" ? Casing::kUpper : casing == "none" ? Casing::kNone : Casing::kLower;
  }
  key.cast_to_number = json.HasMember("cast");
  return key;
}

IndexSchema index_of(const std::string& name, const Json& json) {
  IndexSchema index{.name = name};
  if (json.HasMember("index")) index.index_name = text_of(json["index"]);
  if (json.HasMember("scope")) index.scope = text_of(json["scope"]);
  if (json.HasMember("type")) {
    const std::string type = text_of(json["type"]);
    index.kind = type == "clustered"   ? IndexKind::kClustered
                 : type == "composite" ? IndexKind::kAttributes
                                       : IndexKind::kIsolated;
  }
  if (json.HasMember("collection")) {
    if (json["collection"].IsString()) {
      index.collections.push_back(text_of(json["collection"]));
    } else {
      for (const Json& one : json["collection"].GetArray()) index.collections.push_back(text_of(one));
    }
  }
  if (json.HasMember("condition")) index.condition = named_condition(text_of(json["condition"]));
  index.pk = key_of(json["pk"]);
  if (json.HasMember("sk")) index.sk = key_of(json["sk"]);
  return index;
}

}  // namespace

std::string canonical(const Json& json) {
  if (json.IsObject()) {
    std::map<std::string, std::string> members;
    for (const auto& member : json.GetObject()) {
      const std::string name = text_of(member.name);
      if (name == "N" && member.value.IsString()) {
        append_json_string(members[name], number_spelling(text_of(member.value)));
        continue;
      }
      std::string& text = members[name];
      if (is_set_of(name, member.value)) {
        std::vector<std::string> elements;
        for (const Json& element : member.value.GetArray()) elements.push_back(canonical(element));
        std::sort(elements.begin(), elements.end());
        for (const std::string& element : elements) text += element + " ";
      } else {
        text = canonical(member.value);
      }
    }
    std::string text = "{";
    for (const auto& [name, value] : members) text += (text.size() > 1 ? "," : "") + name + ":" + value;
    return text + "}";
  }
  if (json.IsArray()) {
    std::string text = "[";
    for (const Json& element : json.GetArray()) text += (text.size() > 1 ? "," : "") + canonical(element);
    return text + "]";
  }
  if (json.IsString()) {
    std::string text;
    append_json_string(text, text_of(json));
    return text;
  }
  if (json.IsBool()) return json.GetBool() ? "true" : "false";
  return json.IsNull() ? "null" : number_text(json);
}

std::string canonical(const std::string& json) {
  rapidjson::Document document;
  document.Parse(json.c_str(), json.size());
  if (document.HasParseError()) return "not JSON: " + json;
  return canonical(document);
}

Value plain_value(const Json& json, const AttributeSchema* attribute) {
  const AttributeSchema* const element =
      attribute != nullptr && !attribute->element.empty() ? &attribute->element[0] : nullptr;
  if (json.IsString()) return Value::string(text_of(json));
  if (json.IsBool()) return Value::boolean(json.GetBool());
  if (json.IsNumber()) return Value::number(number_text(json));
  if (json.IsArray() && attribute != nullptr && attribute->type == AttributeType::kSet) {
    Value::Set elements;
    bool numbers = element != nullptr && element->type == AttributeType::kNumber;
    for (const Json& one : json.GetArray()) {
      elements.push_back(one.IsNumber() ? number_text(one) : text_of(one));
      numbers = one.IsNumber();
    }
    return Value::set(numbers ? ValueType::kNumberSet : ValueType::kStringSet, std::move(elements));
  }
  if (json.IsArray()) {
    Value::List list;
    for (const Json& one : json.GetArray()) list.push_back(plain_value(one, element));
    return Value::list(std::move(list));
  }
  if (json.IsObject()) {
    Record members;
    for (const auto& member : json.GetObject()) {
      const std::string name = text_of(member.name);
      const AttributeSchema* const property = attribute == nullptr ? nullptr : attribute->property(name);
      members.add(name, plain_value(member.value, property));
    }
    return Value::map(std::move(members));
  }
  return {};
}

Record plain_record(const Json& json, const EntitySchema& schema) {
  Record record;
  for (const auto& member : json.GetObject()) {
    const std::string name = text_of(member.name);
    record.add(name, plain_value(member.value, schema.attribute(name)));
  }
  return record;
}

EntitySchema electro_entity(const Json& json) {
  const Json& model = json["model"];
  EntitySchema schema{.service = text_of(model["service"]),
                      .entity = text_of(model["entity"]),
                      .version = text_of(model["version"])};
  for (const auto& member : json["attributes"].GetObject()) {
    schema.attributes.push_back(attribute_of(text_of(member.name), member.value));
  }
  for (const auto& member : json["indexes"].GetObject()) {
    schema.indexes.push_back(index_of(text_of(member.name), member.value));
  }
  const auto finished = schema.finish();
  if (!finished.ok()) throw std::runtime_error(to_string(finished.error()));
  return schema;
}

void attach_hook(AttributeSchema& attribute, std::string_view kind, std::string_view name) {
  using Context = AttributeSchema::Context;
  using Made = std::optional<Value>;
  using Hook = std::function<Made(const Value*, const Context&)>;
  const auto text = [](std::string made) { return Made(Value::string(std::move(made))); };
  const auto double_text = [](double made) {
    std::string out;
    append_number_text(out, made);
    return Made(Value::number(out));
  };
  if (kind == "validate") {
    const std::string rule(name);
    attribute.validate = [rule](const Value* given) -> std::optional<std::string> {
      if (rule == "overFive") {
        return given == nullptr || number_of(given) > 5 ? std::nullopt
                                                        : std::optional<std::string>("invalid");
      }
      if (rule == "throwBoo") return "boo";
      if (rule.starts_with('/')) {
        const bool fits =
            given == nullptr || std::regex_search(given->text(), std::regex(rule.substr(1, rule.size() - 2)));
        return fits ? std::nullopt : std::optional<std::string>("does not match");
      }
      return "never valid";
    };
    return;
  }
  const std::map<std::string_view, Hook> hooks = {
      {"now", [=](const Value*, const Context&) { return text("NOW"); }},
      {"exclaim", [=](const Value* value, const Context&) { return text(js(value) + "!"); }},
      {"tellW", [=](const Value* value,
                    const Context& context) { return text("w:" + js(value) + ":" + json_of(context.item)); }},
      {"tellAll",
       [=](const Value* value, const Context& context) {
         return text("all:" + js(value) + ":" + json_of(context.item));
       }},
      {"prefixG", [=](const Value* value, const Context&) { return text("g" + js(value)); }},
      {"prefixS", [=](const Value* value, const Context&) { return text("s" + js(value)); }},
      {"double",
       [=](const Value* value, const Context&) {
         return value == nullptr ? Made() : double_text(number_of(value) * 2);
       }},
      {"nextVersion",
       [=](const Value*, const Context& context) {
         return double_text(number_of(context.item.find("version")) + 1);
       }},
      {"virtual",
       [=](const Value*, const Context& context) { return text("virt" + js(context.item.find("n"))); }},
      {"nothing", [](const Value*, const Context&) { return Made(); }},
  };
  (kind == "set" ? attribute.set : attribute.get) = hooks.at(name);
}

std::function<bool(const Record&)> named_condition(std::string_view name) {
  if (name != "xIsYes") throw std::runtime_error("no such condition");
  return [](const Record& item) {
    const Value* const x = item.find("x");
    return x != nullptr && *x == Value::string("yes");
  };
}

}  // namespace lodestone::model::testing
