/// What the modelling layer costs above the database: typed operations in process, beside the same requests
/// as JSON; and what a test pays for a table of its own.
///
/// Every option is Google Benchmark's.
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>

#include <benchmark/benchmark.h>

#include "model/model.h"
#include "server/api/database_connection.h"

namespace lodestone::bench {
namespace {

using model::field;

// NOLINTBEGIN(readability-identifier-naming): members of models are named as their attributes are.
struct Session {
  std::string sessionId;
  std::string userId;
  std::string courseId;
  std::string scheduledDate;
  int durationMinutes = 0;
  std::vector<std::string> tags = {};
  std::string createdAt = {};
};

struct Sessions {
  using Item = Session;
  static constexpr auto name = model::name("myapp", "session");
  static constexpr auto attributes =
      model::attributes<&Session::sessionId, &Session::userId, &Session::courseId, &Session::scheduledDate,
                        &Session::durationMinutes, &Session::tags>(
          model::attr<&Session::createdAt>()
              .default_to([](const model::Moment& now) { return now.iso(); })
              .read_only());
  static constexpr auto by_id = model::index().pk<&Session::sessionId>("pk").sk<>("sk");
  static constexpr auto by_course =
      model::index("gsi1").pk<&Session::courseId>("gsi1pk").sk<&Session::scheduledDate>("gsi1sk");
  static constexpr auto by_user =
      model::index("gsi2").pk<&Session::userId>("gsi2pk").sk<&Session::scheduledDate>("gsi2sk");
  static constexpr auto indexes = model::indexes(by_id, by_course, by_user);
};
// NOLINTEND(readability-identifier-naming)

[[noreturn]] void die(const std::string& what) {
  std::fprintf(stderr, "typed: %s\n", what.c_str());
  std::exit(1);
}

/// A database with one table, as a test has it.
struct Fixture {
  static DatabaseOptions in_memory() {
    DatabaseOptions options;
    options.background_work = false;
    return options;
  }
  Fixture() {
    const auto created = service.create_table();
    if (!created.ok()) die(to_string(created.error()));
  }

  std::unique_ptr<Database> database = *Database::open(in_memory());
  DatabaseConnection connection{*database};
  model::Table table{connection, "sessions"};
  model::Service<Sessions> service{table};
  const model::Entity<Sessions>& sessions = service.of<Sessions>();
};

Session session() {
  return {.sessionId = "session_123",
          .userId = "user_123",
          .courseId = "course_123",
          .scheduledDate = "2025-01-15",
          .durationMinutes = 60,
          .tags = {"a", "b"}};
}

void run_json(benchmark::State& state, Fixture& fixture, std::string_view operation,
              const std::string& json) {
  Reply reply;
  for (auto _ : state) {
    fixture.database->execute(operation, json, reply);
    if (reply.status != 200) die(reply.body);
  }
}

void get_by_json(benchmark::State& state) {
  Fixture fixture;
  const auto created = fixture.sessions.create(session()).go();
  if (!created.ok()) die(to_string(created.error()));
  const std::string json = fixture.sessions.get(field<& Session::sessionId> = "session_123").params().value();
  run_json(state, fixture, "GetItem", json);
}

void get_typed(benchmark::State& state) {
  Fixture fixture;
  const auto created = fixture.sessions.create(session()).go();
  if (!created.ok()) die(to_string(created.error()));
  for (auto _ : state) {
    const auto got = fixture.sessions.get(field<& Session::sessionId> = "session_123").go();
    if (!got.ok() || (*got)->durationMinutes != 60) die("get");
  }
}

/// A page of a hundred items.
void fill(const Fixture& fixture) {
  for (int i = 0; i < 100; ++i) {
    Session one = session();
    one.sessionId += std::to_string(i);
    const auto created = fixture.sessions.create(one).go();
    if (!created.ok()) die(to_string(created.error()));
  }
}

void query_by_json(benchmark::State& state) {
  Fixture fixture;
  fill(fixture);
  const auto query = fixture.sessions.query(Sessions::by_course, field<& Session::courseId> = "course_123");
  const std::string json = query.params().value();
  run_json(state, fixture, "Query", json);
}

void query_typed(benchmark::State& state) {
  Fixture fixture;
  fill(fixture);
  const auto query = fixture.sessions.query(Sessions::by_course, field<& Session::courseId> = "course_123");
  for (auto _ : state) {
    const auto page = query.go();
    if (!page.ok() || page->size() != 100) die("query");
  }
}

void put_by_json(benchmark::State& state) {
  Fixture fixture;
  const std::string json = fixture.sessions.put(session()).params().value();
  run_json(state, fixture, "PutItem", json);
}

void put_typed(benchmark::State& state) {
  Fixture fixture;
  for (auto _ : state) {
    if (!fixture.sessions.put(session()).go().ok()) die("put");
  }
}

void table_of_a_test(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(std::make_unique<Fixture>());
}

BENCHMARK(get_by_json);
BENCHMARK(get_typed);
BENCHMARK(query_by_json);
BENCHMARK(query_typed);
BENCHMARK(put_by_json);
BENCHMARK(put_typed);
BENCHMARK(table_of_a_test);

}  // namespace
}  // namespace lodestone::bench

BENCHMARK_MAIN();
