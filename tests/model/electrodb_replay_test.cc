// What the real ElectroDB sends for several hundred operations (tests/model/vectors), and what the model
// sends.
//
// Requests are compared whole: names, values, expressions to the byte. Where the model means to differ,
// kDifferences says how and why.

#include <map>

#include <gtest/gtest.h>

#include "model/json.h"
#include "model/reads.h"
#include "tests/model/electro_case.h"
#include "tests/model/vectors.h"

namespace lodestone::model::testing {
namespace {

class ElectroDbReplay : public ::testing::Test {
 protected:
  ElectroDbReplay() {
    for (const auto& entity : document_["entities"].GetObject()) {
      entities_.emplace(text_of(entity.name), electro_entity(entity.value));
    }
  }

  std::string run_collection(const Json& test) const {
    std::vector<CollectionMember> members;
    const std::string collection = text_of(test["collection"]);
    for (const auto& member : document_["services"][text_of(test["service"]).c_str()].GetObject()) {
      const EntitySchema& schema = entities_.at(text_of(member.value));
      for (const IndexSchema& index : schema.indexes) {
        if (std::find(index.collections.begin(), index.collections.end(), collection) !=
            index.collections.end()) {
          members.push_back({&schema, &index, text_of(member.name)});
        }
      }
    }
    const EntitySchema& schema = *members.front().schema;
    const ElectroCase runner(schema, test);
    CollectionSpec spec{.collection = collection,
                        .composites = plain_record(test["key"], schema),
                        .where = runner.where(),
                        .options = runner.read_options()};
    runner.read_sort_key(spec.sort_operator, spec.from, spec.to);
    const auto request = collection_request(members, "T", spec);
    return request.ok() ? to_json(*request) : "error " + std::to_string(request.error().number());
  }

  rapidjson::Document document_ = read_json("electrodb.json");
  rapidjson::Document differences_ = read_json("electrodb_differences.json");
  std::map<std::string, EntitySchema> entities_;
};

std::string expected(const Json& test) {
  if (test.HasMember("error")) {
    const int code = test["error"]["code"].GetInt();
    // ElectroDB has one code for all that is wrong with attributes; the model tells what is missing or
    // refused (4001) from what is wrong (4002).
    const std::string message = text_of(test["error"]["message"]);
    const bool is_refused = message.find("required") != std::string::npos ||
                            message.find("Read-Only") != std::string::npos ||
                            message.find("Required") != std::string::npos;
    return "error " + std::to_string(code != 3001 ? code : is_refused ? 4001 : 4002);
  }
  return canonical(test.HasMember("params") ? test["params"] : test["value"]);
}

TEST_F(ElectroDbReplay, SendsWhatElectroDbSends) {
  std::size_t count = 0;
  std::size_t count_different = 0;
  for (const Json& test : document_["cases"].GetArray()) {
    const bool is_service = test.HasMember("service");
    const std::string name = text_of(test[is_service ? "service" : "entity"]) + ": " + text_of(test["name"]);
    const std::string actual =
        is_service ? run_collection(test) : ElectroCase(entities_.at(text_of(test["entity"])), test).run();
    const auto difference = differences_.FindMember(name.c_str());
    const bool is_different = difference != differences_.MemberEnd();
    count_different += is_different ? 1 : 0;
    EXPECT_EQ(actual.starts_with("error") ? actual : canonical(actual),
              expected(is_different ? difference->value : test))
        << name;
    ++count;
  }
  EXPECT_GT(count, 400U);
  EXPECT_EQ(count_different, differences_.MemberCount()) << "a difference names no case";
}

}  // namespace
}  // namespace lodestone::model::testing
