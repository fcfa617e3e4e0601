// Does what each line of JSON on its input asks, by the modelling layer's core over the network, and answers
// with a line of JSON each. Programs with ElectroDB and DynamoDB-Toolbox talk to it
// (tests/clients/interchange): what they write is to be read here, and the other way round.
//
//     interchange <endpoint>
//
//     {"define": "user", "profile": "electro" | "toolbox", "model": {…}}      as in tests/model/vectors
// "typed tasks" and "typed things" are there without a definition: they are structs, with the typed surface
// (typed.cc). Of tasks also: change {how, key | item, steps: [[step, path, {"value"}]], composites, where:
// [[function, path,
// {"value"}]]}; transact {actions: changes}, which answers {"canceled", "actions": [{"rejected", "code",
// "item"}]}.
//
//     {"entity": "user", "table": "T", "do": "put", "item": {"id": {"S": "1"}}}
//
// Operations: put, create, upsert {item}; get, delete {key}; update {key, set, remove, composites}; query
// {index, key, sk: [operator, from, to], limit, cursor}; scan; batchGet {keys}; batchPut {items}; batchDelete
// {keys}; transactPut {items}; transactGet {keys}. Values are DynamoDB's JSON, by the attributes' names.
// Answers: {"item"},
// {"items", "cursor"}, {} or {"error", "message"}.

#include <chrono>
#include <iostream>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include "model/connection.h"
#include "model/cursor.h"
#include "model/http/connect.h"
#include "model/items.h"
#include "model/json.h"
#include "model/keys.h"
#include "model/reads.h"
#include "model/reply.h"
#include "model/writes.h"
#include "tests/model/interchange/typed.h"
#include "tests/model/replay.h"
#include "tests/model/toolbox_case.h"

namespace lodestone::model::testing {
namespace {

std::string text_of(const Json& json) { return {json.GetString(), json.GetStringLength()}; }

std::vector<Record> records_of(const Json& json) {
  std::vector<Record> records;
  for (const Json& one : json.GetArray()) records.push_back(record_of(one));
  return records;
}

struct Entity {
  EntitySchema schema;
  bool is_toolbox = false;
};

Moment now() {
  const auto time = std::chrono::system_clock::now().time_since_epoch();
  return {std::chrono::duration_cast<std::chrono::milliseconds>(time)};
}

/// What is shown of items, in their order.
class Answer {
 public:
  explicit Answer(const Entity& entity) : entity_(entity) {}

  void add(Record stored) {
    if (!owns(entity_.schema, stored)) return;
    const Record item = entity_.is_toolbox ? checked_item(entity_.schema, std::move(stored), now()).value()
                                           : format_item(entity_.schema, std::move(stored), now());
    items_ += (items_.empty() ? "" : ",") + to_json(item);
  }
  [[nodiscard]] std::string one() const { return R"({"item":)" + (items_.empty() ? "null" : items_) + "}"; }
  [[nodiscard]] std::string all(const std::string& cursor = {}) const {
    std::string text = R"({"items":[)" + items_ + "]";
    if (!cursor.empty()) text += R"(,"cursor":")" + cursor + '"';
    return text + "}";
  }

 private:
  const Entity& entity_;
  std::string items_;
};

class Call {
 public:
  Call(Connection& connection, const Entity& entity, const Json& line)
      : connection_(connection),
        entity_(entity),
        schema_(entity.schema),
        line_(line),
        table_(text_of(line["table"])) {}

  std::string run() {
    const std::string operation = text_of(line_["do"]);
    if (operation == "put" || operation == "create") {
      return write(put_request(
          schema_, table_,
          {.item = record("item"), .presence = operation == "put" ? Presence::kAny : Presence::kMustNotExist},
          now()));
    }
    if (operation == "upsert") return write(upsert_request(schema_, table_, {.item = record("item")}, now()));
    if (operation == "update") return update();
    if (operation == "delete") return write(delete_request(schema_, table_, {.key = record("key")}));
    if (operation == "get") return get();
    if (operation == "query" || operation == "scan") return read(operation == "query");
    if (operation == "batchGet") return batch_get();
    if (operation == "batchPut" || operation == "batchDelete") return batch_write(operation == "batchPut");
    if (operation == "transactPut") return transact_put();
    if (operation == "transactGet") return transact_get();
    throw std::runtime_error("no such operation: " + operation);
  }

 private:
  [[nodiscard]] Record record(const char* name) const {
    return line_.HasMember(name) ? record_of(line_[name]) : Record();
  }

  Reply execute(const std::string& operation, const std::string& json) {
    auto reply = connection_.execute(operation, json);
    if (!reply.ok()) throw std::runtime_error(reply.error().name + ": " + reply.error().message + " " + json);
    return read_reply(reply->body).value();
  }
  Reply execute(const Request& request) { return execute(request.operation, to_json(request)); }

  std::string write(const Result<Request>& request) {
    execute(request.value());
    return "{}";
  }

  std::string update() {
    UpdateSpec spec{.key = record("key"), .composites = record("composites")};
    for (Member& member : record("set")) {
      spec.steps.push_back({UpdateKind::kSet, Path({Path::Step(member.name)}), std::move(member.value)});
    }
    if (line_.HasMember("remove")) {
      for (const Json& one : line_["remove"].GetArray()) {
        spec.steps.push_back({.kind = UpdateKind::kRemove, .path = Path({Path::Step(text_of(one))})});
      }
    }
    return write(update_request(schema_, table_, std::move(spec), now()));
  }

  std::string get() {
    Reply reply = execute(get_request(schema_, table_, record("key"), {.consistent = true}).value());
    Answer answer(entity_);
    if (reply.item) answer.add(std::move(*reply.item));
    return answer.one();
  }

  Result<Request> read_request(bool queries, const ReadOptions& options) const {
    static const std::map<std::string, SortOperator> kOperators = {
        {"begins", SortOperator::kBegins},      {"gt", SortOperator::kGreater},
        {"gte", SortOperator::kGreaterOrEqual}, {"lt", SortOperator::kLess},
        {"lte", SortOperator::kLessOrEqual},    {"between", SortOperator::kBetween}};
    if (!queries) return scan_request(schema_, table_, nullptr, {}, options);
    QuerySpec spec{
        .index = schema_.index(text_of(line_["index"])), .composites = record("key"), .options = options};
    if (line_.HasMember("sk")) {
      spec.sort_operator = kOperators.at(text_of(line_["sk"][0]));
      spec.from = record_of(line_["sk"][1]);
      if (line_["sk"].Size() > 2) spec.to = record_of(line_["sk"][2]);
    }
    return query_request(schema_, table_, spec);
  }

  /// All pages, or the one that begins at a cursor.
  std::string read(bool queries) {
    // What ElectroDB compares keys by.
    ReadOptions options{.compare = Compare::kKeys};
    if (line_.HasMember("limit")) options.limit = line_["limit"].GetInt64();
    if (line_.HasMember("cursor")) options.start_key = key_from_cursor(text_of(line_["cursor"])).value();
    Answer answer(entity_);
    for (;;) {
      Reply reply = execute(read_request(queries, options).value());
      for (Record& item : reply.items) answer.add(std::move(item));
      if (!reply.last_key) return answer.all();
      if (options.limit) return answer.all(cursor_from_key(*reply.last_key));
      options.start_key = std::move(reply.last_key);
    }
  }

  std::string batch_get() {
    std::vector<Record> keys;
    for (const Record& key : records_of(line_["keys"])) keys.push_back(primary_key(schema_, key).value());
    Reply reply =
        execute("BatchGetItem", batch_get_json(batch_get_request(schema_, table_, {}).value(), keys));
    Answer answer(entity_);
    for (Record& item : reply.responses.at(0).second) answer.add(std::move(item));
    return answer.all();
  }

  std::string batch_write(bool puts) {
    std::vector<BatchWrite> writes;
    for (Record& one : records_of(line_[puts ? "items" : "keys"])) {
      writes.push_back(
          {puts, (puts ? stored_item(schema_, std::move(one), now()) : primary_key(schema_, one)).value()});
    }
    execute("BatchWriteItem", batch_write_json(table_, writes));
    return "{}";
  }

  std::string transact_put() {
    std::string json = R"({"TransactItems":[)";
    for (Record& one : records_of(line_["items"])) {
      const auto request =
          put_request(schema_, table_, {.item = std::move(one), .presence = Presence::kMustNotExist}, now());
      if (json.back() != '[') json += ',';
      append_action_json(json, "Put", request.value());
    }
    execute("TransactWriteItems", json + "]}");
    return "{}";
  }

  std::string transact_get() {
    std::string json = R"({"TransactItems":[)";
    for (const Record& one : records_of(line_["keys"])) {
      if (json.back() != '[') json += ',';
      append_action_json(json, "Get", get_request(schema_, table_, one, {}).value());
    }
    Reply reply = execute("TransactGetItems", json + "]}");
    Answer answer(entity_);
    for (auto& item : reply.transaction_items) {
      if (item) answer.add(std::move(*item));
    }
    return answer.all();
  }

  Connection& connection_;
  const Entity& entity_;
  const EntitySchema& schema_;
  const Json& line_;
  std::string table_;
};

class Program {
 public:
  explicit Program(std::unique_ptr<Connection> connection) : connection_(std::move(connection)) {}

  std::string run(const std::string& text) {
    rapidjson::Document line;
    line.Parse<rapidjson::kParseFullPrecisionFlag>(text.c_str(), text.size());
    if (line.HasParseError() || !line.IsObject()) throw std::runtime_error("not a line of JSON: " + text);
    if (line.HasMember("define")) {
      const bool is_toolbox = text_of(line["profile"]) == "toolbox";
      EntitySchema schema =
          is_toolbox ? toolbox_entity(line["model"]).value() : electro_entity(line["model"]);
      entities_.insert_or_assign(text_of(line["define"]), Entity{std::move(schema), is_toolbox});
      return "{}";
    }
    if (const auto typed = typed_entity(text_of(line["entity"]))) return typed->run(*connection_, line);
    return Call(*connection_, entities_.at(text_of(line["entity"])), line).run();
  }

 private:
  std::unique_ptr<Connection> connection_;
  std::map<std::string, Entity> entities_;
};

std::string error_line(int number, const std::string& message) {
  std::string text = R"({"error":)" + std::to_string(number) + R"(,"message":)";
  append_json_string(text, message);
  return text + "}";
}

int main_with(const std::string& endpoint) {
  auto connected = connect({.endpoint = endpoint, .credentials = Credentials{"local", "local", {}, {}}});
  if (!connected.ok()) {
    std::cerr << connected.error().message << '\n';
    return 1;
  }
  Program program(*std::move(connected));
  for (std::string line; std::getline(std::cin, line);) {
    std::string answer;
    try {
      answer = program.run(line);
    } catch (const Failed& failed) {
      answer = error_line(failed.error().number(), failed.error().message);
    } catch (const std::exception& error) {
      answer = error_line(0, error.what());
    }
    std::cout << answer << std::endl;
  }
  return 0;
}

}  // namespace

Record record_of(const Json& json) {
  rapidjson::StringBuffer text;
  rapidjson::Writer writer(text);
  json.Accept(writer);
  return record_from_json({text.GetString(), text.GetSize()}).value();
}

}  // namespace lodestone::model::testing

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: interchange <endpoint>\n";
    return 2;
  }
  return lodestone::model::testing::main_with(argv[1]);
}
