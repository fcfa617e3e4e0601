/// A fresh table for each test, in memory, with a clock that stands still.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "model/model.h"
#include "server/api/database_connection.h"
#include "tests/model/school.h"

namespace lodestone::model::school {

class SchoolTest : public testing::Test {
 protected:
  SchoolTest() {
    const auto created = school.create_table(field<&Token::expiresAt>);
    EXPECT_TRUE(created.ok()) << to_string(created.error());
  }

  static DatabaseOptions without_threads(const Clock& clock) {
    DatabaseOptions options;
    options.clock = &clock;
    options.background_work = false;
    return options;
  }

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

  ManualClock clock;
  std::unique_ptr<Database> database = *Database::open(without_threads(clock));
  DatabaseConnection connection{*database};
  std::vector<std::string> calls;
  Table table{connection,
              "school",
              {.clock = [this] { return clock.now(); },
               .log = [this](const LogEvent& event) { calls.emplace_back(event.operation); }}};
  School school{table};
  const Entity<Users>& users = school.of<Users>();
  const Entity<Sessions>& sessions = school.of<Sessions>();
  const Entity<Courses>& courses = school.of<Courses>();
  const Entity<Posts>& posts = school.of<Posts>();
  const Entity<Tokens>& tokens = school.of<Tokens>();
};

}  // namespace lodestone::model::school
