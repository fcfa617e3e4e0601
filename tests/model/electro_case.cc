#include "tests/model/electro_case.h"

#include <map>

#include "model/cursor.h"
#include "model/items.h"
#include "model/json.h"
#include "model/keys.h"

namespace lodestone::model::testing {
namespace {

std::string failed(const Error& error) { return "error " + std::to_string(error.number()); }

std::string value(const Result<Record>& result) {
  return result.ok() ? to_json(Value::map(*result)) : failed(result.error());
}

}  // namespace

std::string ElectroCase::run() {
  const std::string operation = text_of(test_["do"]);
  if (operation == "toKeys") return value(keys_from_composites(schema_, index(), key(), strictness()));
  if (operation == "toCursor") return cursor();
  if (operation == "fromKeys") return value(composites_from_keys(schema_, index(), record("keys")));
  if (operation == "parse") return parse();
  if (operation == "transactWrite") return transact_write();
  if (operation == "transactGet") return transact_get();
  if (operation == "batchGet") return batch_get();
  if (operation == "batchPut" || operation == "batchDelete") return batch_write(operation == "batchPut");
  const Result<Request> request = build(operation);
  return request.ok() ? to_json(*request) : failed(request.error());
}

Result<Request> ElectroCase::build(const std::string& operation) {
  if (operation == "create" || operation == "put") {
    return put_request(schema_, "T",
                       {.item = record("item"),
                        .presence = operation == "put" ? Presence::kAny : Presence::kMustNotExist,
                        .where = where(),
                        .options = write_options()},
                       now_);
  }
  if (operation == "upsert") {
    return upsert_request(
        schema_, "T",
        {.item = record("item"), .steps = steps(), .where = where(), .options = write_options()}, now_);
  }
  if (operation == "update" || operation == "patch") {
    UpdateSpec spec{.key = key(),
                    .steps = steps(),
                    .composites = composites_,
                    .presence = operation == "update" ? Presence::kAny : Presence::kMustExist,
                    .where = where(),
                    .options = write_options()};
    return update_request(schema_, "T", std::move(spec), now_);
  }
  if (operation == "delete" || operation == "remove") {
    return delete_request(schema_, "T",
                          {.key = key(),
                           .presence = operation == "delete" ? Presence::kAny : Presence::kMustExist,
                           .where = where(),
                           .options = write_options()});
  }
  if (operation == "check") return check_request(schema_, "T", {.key = key(), .where = where()});
  if (operation == "get") return get_request(schema_, "T", key(), read_options());
  if (operation == "scan") return scan_request(schema_, "T", index(), where(), read_options());
  if (operation == "match" || operation == "find") {
    return find_request(schema_, "T", key(), operation == "match", where(), read_options());
  }
  QuerySpec spec{.index = index(), .composites = key(), .where = where(), .options = read_options()};
  read_sort_key(spec.sort_operator, spec.from, spec.to);
  return query_request(schema_, "T", spec);
}

void ElectroCase::read_sort_key(SortOperator& sort_operator, Record& from, Record& to) const {
  static const std::map<std::string, SortOperator> kOperators = {
      {"begins", SortOperator::kBegins},      {"gt", SortOperator::kGreater},
      {"gte", SortOperator::kGreaterOrEqual}, {"lt", SortOperator::kLess},
      {"lte", SortOperator::kLessOrEqual},    {"between", SortOperator::kBetween}};
  if (!test_.HasMember("sk")) return;
  sort_operator = kOperators.at(text_of(test_["sk"][0]));
  from = plain_record(test_["sk"][1], schema_);
  if (test_["sk"].Size() > 2) to = plain_record(test_["sk"][2], schema_);
}

Conditions ElectroCase::where() const {
  Conditions all;
  if (!test_.HasMember("where")) return all;
  for (const Json& one : test_["where"].GetArray()) all.push_back(condition(one));
  return all;
}

ReadOptions ElectroCase::read_options() const {
  ReadOptions options{.compare = Compare::kKeys};
  if (!test_.HasMember("options")) return options;
  for (const auto& member : test_["options"].GetObject()) {
    const std::string name = text_of(member.name);
    const Json& value = member.value;
    if (name == "attributes") {
      for (const Json& one : value.GetArray()) options.attributes.push_back(Path::parse(text_of(one)));
    } else if (name == "consistent") {
      options.consistent = value.GetBool();
    } else if (name == "limit") {
      options.limit = value.GetInt64();
    } else if (name == "order") {
      options.descending = text_of(value) == "desc";
    } else if (name == "compare") {
      const std::string compare = text_of(value);
      options.compare = compare == "v2"           ? Compare::kV2
                        : compare == "attributes" ? Compare::kAttributes
                                                  : Compare::kKeys;
    } else if (name == "ignoreOwnership") {
      options.ignore_ownership = value.GetBool();
    } else if (name == "params") {
      options.segment = value["Segment"].GetInt64();
      options.total_segments = value["TotalSegments"].GetInt64();
    }
  }
  return options;
}

const IndexSchema* ElectroCase::index() const {
  return test_.HasMember("index") ? schema_.index(text_of(test_["index"])) : nullptr;
}
Strictness ElectroCase::strictness() const {
  if (!test_.HasMember("strict")) return Strictness::kNone;
  return text_of(test_["strict"]) == "all" ? Strictness::kAll : Strictness::kPartitionKeys;
}

WriteOptions ElectroCase::write_options() const {
  static const std::map<std::string, Return> kReturns = {{"all_old", Return::kAllOld},
                                                         {"all_new", Return::kAllNew},
                                                         {"updated_old", Return::kUpdatedOld},
                                                         {"updated_new", Return::kUpdatedNew}};
  WriteOptions options;
  if (!test_.HasMember("options")) return options;
  const Json& given = test_["options"];
  if (given.HasMember("response")) options.response = kReturns.at(text_of(given["response"]));
  options.return_on_failure = given.HasMember("returnOnConditionCheckFailure");
  return options;
}

Condition ElectroCase::condition(const Json& json) const {
  static const std::map<std::string, ConditionKind> kKinds = {
      {"and", ConditionKind::kAnd},           {"or", ConditionKind::kOr},
      {"eq", ConditionKind::kEqual},          {"ne", ConditionKind::kNotEqual},
      {"gt", ConditionKind::kGreater},        {"gte", ConditionKind::kGreaterOrEqual},
      {"lt", ConditionKind::kLess},           {"lte", ConditionKind::kLessOrEqual},
      {"between", ConditionKind::kBetween},   {"begins", ConditionKind::kBeginsWith},
      {"contains", ConditionKind::kContains}, {"notContains", ConditionKind::kNotContains},
      {"exists", ConditionKind::kExists},     {"notExists", ConditionKind::kNotExists},
      {"type", ConditionKind::kType},         {"eqOrNotExists", ConditionKind::kEqualOrNotExists},
      {"nameValue", ConditionKind::kEqual},   {"eqName", ConditionKind::kEqual}};
  const std::string name = text_of(json[0]);
  if (name == "not") return !condition(json[1]);
  Condition made(name == "size" || name == "field" ? ConditionKind::kGreater : kKinds.at(name));
  if (made.kind == ConditionKind::kAnd || made.kind == ConditionKind::kOr) {
    for (rapidjson::SizeType i = 1; i < json.Size(); ++i) made.inner.push_back(condition(json[i]));
    return made;
  }
  made.path = Path::parse(text_of(json[1]));
  if (name == "size" || name == "field") {
    made.is_size = name == "size";
    if (name == "field") made.path = Path::stored(text_of(json[1]));
    made.kind = text_of(json[2]) == "=" ? ConditionKind::kEqual : ConditionKind::kGreater;
    made.operands.emplace_back(plain_value(json[3], nullptr));
  } else if (name == "eqName") {
    made.operands.emplace_back(Path::parse(text_of(json[2])));
  } else {
    for (rapidjson::SizeType i = 2; i < json.Size(); ++i)
      made.operands.emplace_back(plain_value(json[i], nullptr));
  }
  return made;
}

const AttributeSchema* ElectroCase::attribute_at(const Path& path) const {
  Placeholders names;
  const auto resolved = resolve(schema_, path, names);
  return resolved.ok() ? resolved->attribute : nullptr;
}

void ElectroCase::add_step(std::vector<UpdateStep>& steps, UpdateKind kind, const std::string& at,
                           const Json* operand, const Json* start) const {
  const Path path = Path::parse(at);
  UpdateStep step{.kind = kind, .path = path};
  if (operand != nullptr) step.operand = plain_value(*operand, attribute_at(path));
  if (start != nullptr) step.start = plain_value(*start, nullptr);
  steps.push_back(std::move(step));
}

std::vector<UpdateStep> ElectroCase::steps() {
  static const std::map<std::string, UpdateKind> kKinds = {{"set", UpdateKind::kSet},
                                                           {"add", UpdateKind::kAdd},
                                                           {"subtract", UpdateKind::kDecrease},
                                                           {"append", UpdateKind::kAppend},
                                                           {"delete", UpdateKind::kDelete},
                                                           {"del", UpdateKind::kDelete},
                                                           {"ifNotExists", UpdateKind::kIfNotExists}};
  std::vector<UpdateStep> steps;
  if (!test_.HasMember("steps")) return steps;
  for (const Json& step : test_["steps"].GetArray()) {
    const std::string name = text_of(step[0]);
    if (name == "composite") {
      composites_ = plain_record(step[1], schema_);
    } else if (name == "remove") {
      for (const Json& one : step[1].GetArray()) add_step(steps, UpdateKind::kRemove, text_of(one), nullptr);
    } else if (name == "data") {
      for (const Json& one : step[1].GetArray()) {
        const std::string kind = text_of(one[0]);
        const Json* const start = one.Size() > 3 ? &one[3] : nullptr;
        if (kind == "remove") {
          add_step(steps, UpdateKind::kRemove, text_of(one[1]), nullptr);
        } else if (kind == "setName") {
          steps.push_back({UpdateKind::kSet, Path::parse(text_of(one[1])), Path::parse(text_of(one[2])), {}});
        } else {
          const bool increases = kind == "add" && start != nullptr;
          add_step(steps, increases ? UpdateKind::kIncrease : kKinds.at(kind), text_of(one[1]), &one[2],
                   start);
        }
      }
    } else {
      for (const auto& member : step[1].GetObject()) {
        add_step(steps, kKinds.at(name), text_of(member.name), &member.value);
      }
    }
  }
  return steps;
}

std::string ElectroCase::parse() const {
  Record stored = plain_record(test_["stored"], schema_);
  if (!owns(schema_, stored)) return to_json(Value());
  return to_json(Value::map(format_item(schema_, std::move(stored), {})));
}

std::string ElectroCase::cursor() const {
  const auto keys = keys_from_composites(schema_, index(), key(), Strictness::kNone);
  if (!keys.ok()) return failed(keys.error());
  // There and back: what a cursor holds is the key.
  const auto back = key_from_cursor(cursor_from_key(*keys));
  return value(back);
}

std::string ElectroCase::transact_write() const {
  static const std::map<std::string, std::string> kActions = {{"PutItem", "Put"},
                                                              {"DeleteItem", "Delete"},
                                                              {"UpdateItem", "Update"},
                                                              {"ConditionCheck", "ConditionCheck"}};
  std::string json = R"({"TransactItems":[)";
  for (const Json& action : test_["actions"].GetArray()) {
    ElectroCase runner(schema_, action, now_);
    auto request = runner.build(text_of(action["do"]));
    if (!request.ok()) return failed(request.error());
    if (action.HasMember("options")) request->return_values_on_failure = "ALL_OLD";
    if (json.back() != '[') json += ',';
    append_action_json(json, kActions.at(request->operation), *request);
  }
  return json + R"(],"ClientRequestToken":)" + canonical(test_["token"]) + "}";
}

std::string ElectroCase::transact_get() const {
  std::string json = R"({"TransactItems":[)";
  for (const Json& one : test_["keys"].GetArray()) {
    const auto request = get_request(schema_, "T", plain_record(one, schema_), {});
    if (json.back() != '[') json += ',';
    append_action_json(json, "Get", *request);
  }
  return json + "]}";
}

std::string ElectroCase::batch_get() const {
  const auto request = batch_get_request(schema_, "T", read_options());
  std::vector<Record> keys;
  for (const Json& one : test_["items"].GetArray())
    keys.push_back(*primary_key(schema_, plain_record(one, schema_)));
  return "[" + batch_get_json(*request, keys) + "]";
}

std::string ElectroCase::batch_write(bool is_put) const {
  std::vector<BatchWrite> writes;
  for (const Json& one : test_["items"].GetArray()) {
    Record values = plain_record(one, schema_);
    const auto made = is_put ? stored_item(schema_, values, {}) : primary_key(schema_, values);
    if (!made.ok()) return failed(made.error());
    writes.push_back({is_put, *made});
  }
  return "[" + batch_write_json("T", writes) + "]";
}

}  // namespace lodestone::model::testing
