/// The files of tests/model/vectors.
#pragma once

#include <fstream>
#include <iterator>
#include <string>

#include <gtest/gtest.h>
#include <rapidjson/document.h>

namespace lodestone::model::testing {

[[nodiscard]] inline rapidjson::Document read_json(const std::string& name) {
  std::ifstream file(LODESTONE_VECTORS "/" + name);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  rapidjson::Document document;
  document.Parse<rapidjson::kParseFullPrecisionFlag>(text.c_str());
  EXPECT_FALSE(document.HasParseError()) << name;
  return document;
}

}  // namespace lodestone::model::testing
