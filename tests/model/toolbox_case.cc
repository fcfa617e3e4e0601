#include "tests/model/toolbox_case.h"

#include <algorithm>
#include <map>
#include <stdexcept>
#include <utility>

#include "model/items.h"
#include "model/js_text.h"
#include "model/json.h"
#include "model/toolbox.h"
#include "model/transform.h"

namespace lodestone::model::testing {
namespace {

using Context = AttributeSchema::Context;
using Made = std::optional<Value>;

std::string text_at(const Record& item, const char* name) {
  const Value* const value = item.find(name);
  return value == nullptr ? "undefined" : value->text();
}

AttributeType type_named(const std::string& name) {
  static const std::map<std::string, AttributeType> kTypes = {
      {"any", AttributeType::kAny},       {"string", AttributeType::kString},
      {"number", AttributeType::kNumber}, {"boolean", AttributeType::kBoolean},
      {"binary", AttributeType::kBinary}, {"list", AttributeType::kList},
      {"set", AttributeType::kSet},       {"map", AttributeType::kMap},
      {"record", AttributeType::kRecord}, {"tuple", AttributeType::kTuple},
      {"anyOf", AttributeType::kVariant}, {"null", AttributeType::kNull},
  };
  return kTypes.at(name);
}

Transform transform_of(const Json& json) {
  const std::string name = text_of(json[0]);
  if (name == "trim") return trim();
  if (name == "json") return json_text();
  const std::string text = text_of(json[1]);
  const std::string delimiter = json.Size() > 2 ? text_of(json[2]["delimiter"]) : "#";
  return name == "prefix" ? prefix(text, delimiter) : suffix(text, delimiter);
}

AttributeSchema::Default default_of(const Json& json) {
  if (json.IsString() && text_of(json) == "now")
    return [](const Moment& now) { return Made(Value::string(now.iso())); };
  return [made = plain_value(json, nullptr)](const Moment&) { return Made(made); };
}

void attach_link(AttributeSchema& attribute, const std::string& name, bool is_key) {
  if (is_key) {
    attribute.key_link = [](const Record& key) {
      const Value* const pk = key.find("pk");
      return pk == nullptr ? Made() : Made(*pk);
    };
  } else if (name == "zSlashB") {
    attribute.link = [](const Context& context) {
      return Made(Value::string(text_at(context.item, "z") + "/" + text_at(context.item, "b")));
    };
  } else if (name == "createdAndPost") {
    attribute.link = [](const Context& context) {
      return Made(Value::string(text_at(context.item, "created") + "#" + text_at(context.item, "postId")));
    };
  } else if (name == "sk") {
    attribute.link = [](const Context& context) { return Made(Value::string(text_at(context.item, "sk"))); };
  } else {
    throw std::runtime_error("no such link: " + name);
  }
}

void attach_validator(AttributeSchema& attribute, const std::string& option, const std::string& name) {
  const auto says = [name](const Value* given) {
    const bool fits =
        given == nullptr || (name == "long" ? given->text().size() > 3 : std::stod(given->text()) > 5);
    return fits ? std::nullopt : std::optional<std::string>("is not " + name);
  };
  // The Toolbox calls `validate` what looks at puts only; of names it looks at all of them.
  if (option == "updateValidate") {
    attribute.update_validate = says;
  } else if (attribute.name.empty()) {
    attribute.validate = says;
  } else {
    attribute.put_validate = says;
  }
}

/// What is set or removed along with the attribute `b`.
Linked with_b(const Context& context, const std::vector<std::string>& removed) {
  if (const Value* const b = context.item.find("b")) return {Linked::Kind::kSet, *b};
  const bool goes = std::find(removed.begin(), removed.end(), "b") != removed.end();
  return {goes ? Linked::Kind::kRemove : Linked::Kind::kNothing, {}};
}

AttributeSchema attribute_of(const std::string& name, const Json& json) {
  AttributeSchema attribute{.name = name, .type = type_named(text_of(json["type"])), .required = true};
  const bool is_key = json.HasMember("key");
  for (const auto& member : json.GetObject()) {
    const std::string option = text_of(member.name);
    const Json& value = member.value;
    if (option == "savedAs") {
      attribute.field = text_of(value);
    } else if (option == "required") {
      attribute.required = text_of(value) != "never";
      attribute.required_always = text_of(value) == "always";
    } else if (option == "hidden") {
      attribute.hidden = value.GetBool();
    } else if (option == "items") {
      attribute.element.push_back(attribute_of("", value));
    } else if (option == "properties") {
      for (const auto& property : value.GetObject()) {
        attribute.properties.push_back(attribute_of(text_of(property.name), property.value));
      }
    } else if (option == "of") {
      for (const Json& one : value.GetArray()) attribute.properties.push_back(attribute_of("", one));
    } else if (option == "enum") {
      attribute.type = AttributeType::kEnum;
      for (const Json& choice : value.GetArray()) attribute.choices.push_back(plain_value(choice, nullptr));
    } else if (option == "const") {
      attribute.type = AttributeType::kEnum;
      attribute.choices.push_back(plain_value(value, nullptr));
      attribute.default_value = default_of(value);
    } else if (option == "transform") {
      std::vector<Transform> all;
      for (const Json& one : value.GetArray()) all.push_back(transform_of(one));
      attribute.transform = all.size() == 1 ? all[0] : pipe(std::move(all));
    } else if (option == "default" && is_key) {
      attribute.key_default = [made = plain_value(value, nullptr)] { return Made(made); };
    } else if (option == "default" || option == "putDefault") {
      attribute.default_value = default_of(value);
    } else if (option == "updateDefault") {
      attribute.update_default = default_of(value);
    } else if (option == "link") {
      attach_link(attribute, text_of(value), is_key);
    } else if (option == "updateLink") {
      attribute.update_link = with_b;
    } else if (option == "validate" || option == "putValidate" || option == "updateValidate") {
      attach_validator(attribute, option, text_of(value));
    } else if (option == "names") {
      attribute.names.push_back(attribute_of("", value));
      attribute.needs_all_names = value.HasMember("enum") && !json.HasMember("partial");
    } else if (option != "type" && option != "key" && option != "partial") {
      throw std::runtime_error("no such option: " + option);
    }
  }
  return attribute;
}

void read_internal(const Json& json, InternalAttribute& attribute) {
  if (json.IsBool()) {
    attribute.is_on = json.GetBool();
    return;
  }
  if (json.HasMember("name")) attribute.name = text_of(json["name"]);
  if (json.HasMember("savedAs")) attribute.saved_as = text_of(json["savedAs"]);
  if (json.HasMember("hidden")) attribute.hidden = json["hidden"].GetBool();
}

ToolboxOptions options_of(const Json& json) {
  ToolboxOptions options;
  if (json.HasMember("entityAttribute")) read_internal(json["entityAttribute"], options.entity);
  if (!json.HasMember("timestamps")) return options;
  const Json& timestamps = json["timestamps"];
  for (auto& [name, attribute] : {std::pair<const char*, InternalAttribute&>{"created", options.created},
                                  {"modified", options.modified}}) {
    if (timestamps.IsBool()) {
      attribute.is_on = timestamps.GetBool();
    } else {
      attribute.is_on = timestamps.HasMember(name);
      if (attribute.is_on) read_internal(timestamps[name], attribute);
    }
  }
  return options;
}

IndexSchema primary_index(const Json& json) {
  IndexSchema index{.name = "primary"};
  if (json.HasMember("computeKey")) {
    const Json& keys = json["computeKey"];
    index.pk = *key_from_template("pk", text_of(keys["pk"]));
    index.sk = *key_from_template("sk", text_of(keys["sk"]));
    return index;
  }
  index.kind = IndexKind::kAttributes;
  for (const auto& member : json["attributes"].GetObject()) {
    if (!member.value.HasMember("key")) continue;
    KeySchema key{.field = {}, .parts = {{.attribute = text_of(member.name)}}};
    if (index.pk.parts.empty()) {
      index.pk = std::move(key);
    } else {
      index.sk = std::move(key);
    }
  }
  return index;
}

IndexSchema secondary_index(const std::string& name, const Json& json) {
  IndexSchema index{.name = name, .index_name = text_of(json["index"]), .kind = IndexKind::kAttributes};
  index.pk.parts.push_back({.attribute = text_of(json["pk"])});
  if (json.HasMember("sk")) index.sk = KeySchema{.field = {}, .parts = {{.attribute = text_of(json["sk"])}}};
  return index;
}

std::string failed(const Error& error) { return "error " + std::to_string(error.number()); }

/// An update's plain object as steps: merged into what is there, or attribute by attribute.
class StepReader {
 public:
  explicit StepReader(bool merges) : merges_(merges) {}

  std::vector<UpdateStep> steps;

  void read(const Path& path, const AttributeSchema* at, const Json& json) {
    if (json.IsObject() && json.MemberCount() == 1 && text_of(json.MemberBegin()->name)[0] == '$') {
      return add_form(path, at, text_of(json.MemberBegin()->name), json.MemberBegin()->value);
    }
    const bool is_set = at != nullptr && at->type == AttributeType::kSet;
    if (merges_ && json.IsObject()) {
      for (const auto& member : json.GetObject()) read_member(path, at, member);
    } else if (merges_ && json.IsArray() && !is_set) {
      for (rapidjson::SizeType i = 0; i < json.Size(); ++i) read_element(path, at, i, json[i]);
    } else {
      steps.push_back({UpdateKind::kSet, path, plain_value(json, at)});
    }
  }

 private:
  void read_member(const Path& path, const AttributeSchema* at, const Json::Member& member) {
    const std::string name = text_of(member.name);
    if (at != nullptr && at->type == AttributeType::kList)
      return read_element(path, at, std::stoul(name), member.value);
    const AttributeSchema* below = at == nullptr ? nullptr : at->property(name);
    if (at != nullptr && at->type == AttributeType::kRecord) below = &at->element[0];
    Path there = path;
    there.then(name);
    read(there, below, member.value);
  }

  void read_element(const Path& path, const AttributeSchema* at, std::size_t place, const Json& json) {
    Path there = path;
    there.then(place);
    read(there, at == nullptr ? nullptr : at->element_at(place), json);
  }

  void add_form(const Path& path, const AttributeSchema* at, const std::string& name, const Json& json) {
    static const std::map<std::string, UpdateKind> kKinds = {{"$add", UpdateKind::kAdd},
                                                             {"$delete", UpdateKind::kDelete},
                                                             {"$remove", UpdateKind::kRemove},
                                                             {"$set", UpdateKind::kSet},
                                                             {"$get", UpdateKind::kSet},
                                                             {"$sum", UpdateKind::kSum},
                                                             {"$subtract", UpdateKind::kDifference},
                                                             {"$append", UpdateKind::kAppend},
                                                             {"$prepend", UpdateKind::kPrepend}};
    UpdateStep step{.kind = kKinds.at(name), .path = path};
    if (name == "$get") {
      step.operand = reference(json);
    } else if (name == "$sum" || name == "$subtract") {
      step.left = operand(json[0], at);
      step.operand = operand(json[1], at);
    } else if (name != "$remove") {
      step.operand = operand(json, at);
    }
    steps.push_back(std::move(step));
  }

  static Operand reference(const Json& json) {
    Operand made = Path::parse(text_of(json[0]));
    if (json.Size() > 1) made.add_fallback(operand(json[1], nullptr));
    return made;
  }
  static Operand operand(const Json& json, const AttributeSchema* at) {
    if (json.IsObject() && json.HasMember("$get")) return reference(json["$get"]);
    return plain_value(json, at);
  }

  bool merges_;
};

}  // namespace

Result<EntitySchema> toolbox_entity(const Json& json) {
  EntitySchema schema{.service = {}, .entity = text_of(json["entity"]), .version = {}};
  for (const auto& member : json["attributes"].GetObject()) {
    schema.attributes.push_back(attribute_of(text_of(member.name), member.value));
  }
  schema.indexes.push_back(primary_index(json));
  if (json.HasMember("indexes")) {
    for (const auto& member : json["indexes"].GetObject()) {
      schema.indexes.push_back(secondary_index(text_of(member.name), member.value));
    }
  }
  LODESTONE_TRY(finish_toolbox(schema, options_of(json)));
  return schema;
}

std::string ToolboxCase::run() const {
  const std::string operation = text_of(test_["do"]);
  if (operation == "parse") {
    const auto stored = stored_item(schema_, plain_record(test_["item"], schema_), now_);
    if (!stored.ok()) return failed(stored.error());
    std::string text;
    append_plain_json(text, Value::map(*stored));
    return text;
  }
  if (operation == "format") {
    Record stored;
    for (const auto& member : test_["stored"].GetObject()) {
      const std::string field = text_of(member.name);
      stored.add(field, plain_value(member.value, schema_.attribute_stored_as(field)));
    }
    const auto shown = checked_item(schema_, std::move(stored), now_);
    if (!shown.ok()) return failed(shown.error());
    std::string text;
    append_plain_json(text, Value::map(*shown));
    return text;
  }
  const Result<Request> request = build(operation);
  return request.ok() ? to_json(*request) : failed(request.error());
}

Result<Request> ToolboxCase::build(const std::string& operation) const {
  if (operation == "put") {
    return put_request(schema_, "T",
                       {.item = plain_record(test_["item"], schema_),
                        .where = where("condition"),
                        .options = write_options()},
                       now_);
  }
  if (operation == "update" || operation == "updateAttributes") return update(operation == "update");
  if (operation == "get") return get_request(schema_, "T", key(), read_options());
  if (operation == "delete") {
    return delete_request(schema_, "T",
                          {.key = key(), .where = where("condition"), .options = write_options()});
  }
  if (operation == "query") return query();
  if (operation == "scan") return scan_request(schema_, "T", nullptr, where("filters"), read_options());
  throw std::runtime_error("no such operation: " + operation);
}

Result<Request> ToolboxCase::update(bool merges) const {
  UpdateSpec spec{.key = {}, .where = where("condition"), .options = write_options()};
  StepReader reader(merges);
  for (const auto& member : test_["item"].GetObject()) {
    const std::string name = text_of(member.name);
    const AttributeSchema* const attribute = schema_.attribute(name);
    if (attribute == nullptr) continue;
    if (schema_.is_primary_composite(name)) {
      spec.key.set(name, plain_value(member.value, attribute));
    } else {
      reader.read(Path({Path::Step(name)}), attribute, member.value);
    }
  }
  spec.steps = std::move(reader.steps);
  return update_request(schema_, "T", std::move(spec), now_);
}

Result<Request> ToolboxCase::query() const {
  static const std::map<std::string, SortOperator> kOperators = {
      {"begins", SortOperator::kBegins},      {"gt", SortOperator::kGreater},
      {"gte", SortOperator::kGreaterOrEqual}, {"lt", SortOperator::kLess},
      {"lte", SortOperator::kLessOrEqual},    {"between", SortOperator::kBetween}};
  QuerySpec spec{
      .index = test_.HasMember("index") ? schema_.index(text_of(test_["index"])) : &schema_.primary(),
      .composites = key(),
      .where = where("filters"),
      .options = read_options()};
  if (test_.HasMember("sk")) {
    spec.sort_operator = kOperators.at(text_of(test_["sk"][0]));
    spec.from = plain_record(test_["sk"][1], schema_);
    if (test_["sk"].Size() > 2) spec.to = plain_record(test_["sk"][2], schema_);
  }
  return query_request(schema_, "T", spec);
}

const Json* ToolboxCase::option(const char* name) const {
  if (!test_.HasMember("options") || !test_["options"].HasMember(name)) return nullptr;
  return &test_["options"][name];
}

Conditions ToolboxCase::where(const char* name) const {
  const Json* const given = option(name);
  return given == nullptr ? Conditions() : Conditions{condition(*given)};
}

Condition ToolboxCase::condition(const Json& json) const {
  static const std::map<std::string, ConditionKind> kKinds = {
      {"eq", ConditionKind::kEqual},          {"ne", ConditionKind::kNotEqual},
      {"gt", ConditionKind::kGreater},        {"gte", ConditionKind::kGreaterOrEqual},
      {"lt", ConditionKind::kLess},           {"lte", ConditionKind::kLessOrEqual},
      {"between", ConditionKind::kBetween},   {"beginsWith", ConditionKind::kBeginsWith},
      {"contains", ConditionKind::kContains}, {"in", ConditionKind::kIn},
      {"type", ConditionKind::kType}};
  for (const auto& [word, kind] : {std::pair{"and", ConditionKind::kAnd}, {"or", ConditionKind::kOr}}) {
    if (!json.HasMember(word)) continue;
    Condition made(kind);
    for (const Json& one : json[word].GetArray()) made.inner.push_back(condition(one));
    return made;
  }
  if (json.HasMember("not")) return !condition(json["not"]);
  Condition made;
  const auto add = [&made](const Json& operand) {
    if (operand.IsObject() && operand.HasMember("attr")) {
      made.operands.emplace_back(Path::parse(text_of(operand["attr"])));
    } else {
      made.operands.emplace_back(plain_value(operand, nullptr));
    }
  };
  for (const auto& member : json.GetObject()) {
    const std::string name = text_of(member.name);
    if (name == "value") {
      made.value = plain_value(member.value, nullptr);
    } else if (name == "attr" || name == "size") {
      made.path = Path::parse(text_of(member.value));
      made.is_size = name == "size";
    } else if (name == "exists") {
      made.kind = member.value.GetBool() ? ConditionKind::kExists : ConditionKind::kNotExists;
    } else {
      made.kind = kKinds.at(name);
      if (made.kind == ConditionKind::kBetween || made.kind == ConditionKind::kIn) {
        for (const Json& one : member.value.GetArray()) add(one);
      } else {
        add(member.value);
      }
    }
  }
  return made;
}

ReadOptions ToolboxCase::read_options() const {
  ReadOptions options;
  if (const Json* const attributes = option("attributes")) {
    for (const Json& one : attributes->GetArray()) options.attributes.push_back(Path::parse(text_of(one)));
  }
  if (const Json* const consistent = option("consistent")) options.consistent = consistent->GetBool();
  if (const Json* const reverse = option("reverse")) options.descending = reverse->GetBool();
  if (const Json* const limit = option("limit")) options.limit = limit->GetInt64();
  if (const Json* const segment = option("segment")) options.segment = segment->GetInt64();
  if (const Json* const total = option("totalSegments")) options.total_segments = total->GetInt64();
  return options;
}

WriteOptions ToolboxCase::write_options() const {
  static const std::map<std::string, Return> kReturns = {{"ALL_OLD", Return::kAllOld},
                                                         {"ALL_NEW", Return::kAllNew}};
  WriteOptions options;
  if (const Json* const given = option("returnValues")) options.response = kReturns.at(text_of(*given));
  return options;
}

}  // namespace lodestone::model::testing
