// What the real DynamoDB-Toolbox sends and shows (tests/model/vectors), and what the model does.
//
// Requests are compared in one form (tests/model/expression_form.h): the two libraries call their
// placeholders differently. Where the model means to differ, toolbox_differences.json says how and why.

#include <map>

#include <gtest/gtest.h>

#include "tests/model/expression_form.h"
#include "tests/model/toolbox_case.h"
#include "tests/model/vectors.h"

namespace lodestone::model::testing {
namespace {

std::string expected(const Json& test) {
  if (test.HasMember("error")) return "error " + std::to_string(test["error"]["number"].GetInt());
  return test.HasMember("params") ? request_form(test["params"]) : canonical(test["value"]);
}

TEST(ToolboxReplay, DoesWhatTheToolboxDoes) {
  const rapidjson::Document document = read_json("toolbox.json");
  const rapidjson::Document differences = read_json("toolbox_differences.json");
  const Moment now{std::chrono::milliseconds(document["now"].GetInt64())};
  std::map<std::string, EntitySchema> entities;
  for (const auto& entity : document["entities"].GetObject()) {
    auto schema = toolbox_entity(entity.value);
    ASSERT_TRUE(schema.ok()) << to_string(schema.error());
    entities.emplace(text_of(entity.name), *std::move(schema));
  }
  std::size_t count = 0;
  std::size_t count_different = 0;
  for (const Json& test : document["cases"].GetArray()) {
    const std::string entity = text_of(test["entity"]);
    const std::string name = entity + ": " + text_of(test["name"]);
    const std::string actual = ToolboxCase(entities.at(entity), test, now).run();
    const auto difference = differences.FindMember(name.c_str());
    const bool is_different = difference != differences.MemberEnd();
    count_different += is_different ? 1 : 0;
    const Json& wanted = is_different ? difference->value : test;
    const bool is_request = wanted.HasMember("params") && !actual.starts_with("error");
    EXPECT_EQ(is_request                    ? request_form(actual)
              : actual.starts_with("error") ? actual
                                            : canonical(actual),
              expected(wanted))
        << name;
    ++count;
  }
  EXPECT_GT(count, 140U);
  EXPECT_EQ(count_different, differences.MemberCount()) << "a difference names no case";
}

}  // namespace
}  // namespace lodestone::model::testing
