/// The school's table, fresh for each test.
#pragma once

#include <string>

#include "model/json.h"
#include "model/testing/table_test.h"
#include "tests/model/school.h"

namespace lodestone::model::school {

class SchoolTest : public TableTest<School> {
 protected:
  SchoolTest() : TableTest("school") {}

  /// Words, so that a failure tells itself.
  template <class T>
  static std::string said(const Result<T>& result) {
    return result.ok() ? "ok" : to_string(result.error());
  }
  /// The stored item, as another client sees it; empty: there is none.
  std::string stored(const std::string& pk, const std::string& sk) {
    std::string json = R"({"TableName":"school","Key":{"pk":{"S":)";
    append_json_string(json, pk);
    json += R"(},"sk":{"S":)";
    append_json_string(json, sk);
    const auto reply = connection.execute("GetItem", json + "}}}");
    return reply.ok() ? reply->body : reply.error().message;
  }

  User ada() const { return {.userId = "u1", .email = "ada@example.com", .name = "Ada"}; }

  School& school = service;
  const Entity<Users>& users = school.of<Users>();
  const Entity<Sessions>& sessions = school.of<Sessions>();
  const Entity<Courses>& courses = school.of<Courses>();
  const Entity<Posts>& posts = school.of<Posts>();
  const Entity<Tokens>& tokens = school.of<Tokens>();
};

}  // namespace lodestone::model::school
