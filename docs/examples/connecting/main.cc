// The same program on a database inside this process, or on an endpoint:
//
//     connecting
//     connecting http://localhost:8000
//     connecting https://dynamodb.eu-west-1.amazonaws.com
#include <chrono>
#include <iostream>
#include <memory>
#include <stop_token>
#include <string_view>

#include "model/call_options.h"
#include "model/connection.h"
#include "model/http/connect.h"
#include "model/logging_connection.h"
#include "server/api/database.h"
#include "server/api/database_connection.h"

namespace model = lodestone::model;
using namespace std::chrono_literals;

namespace {

void tell(const model::Exchange& exchange) {
  const auto time = std::chrono::duration_cast<std::chrono::microseconds>(exchange.duration);
  std::cerr << exchange.operation << ' ' << time.count() << " µs, " << exchange.attempts << " attempts, "
            << (exchange.error == nullptr ? "done" : exchange.error->name) << '\n';
}

int use(model::Connection& connection) {
  const auto tables = connection.execute("ListTables", R"({"Limit":10})");
  if (!tables.ok()) {
    const model::ConnectionError& error = tables.error();
    std::cerr << error.name << ": " << error.message << " (request " << error.request_id << ")\n";
    return 1;
  }
  std::cout << tables->body << '\n';
  return 0;
}

int use_with_an_end(model::Connection& connection, const std::stop_token& stop) {
  const model::CallOptions options{stop};
  const auto limits = connection.execute("DescribeLimits", "{}", &options);
  const bool was_cancelled = !limits.ok() && limits.error().kind == model::FailureKind::kCancelled;
  return limits.ok() || was_cancelled ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  std::unique_ptr<lodestone::Database> database;
  std::unique_ptr<model::Connection> connection;
  if (argc == 1) {
    database = *lodestone::Database::open({});
    connection = std::make_unique<lodestone::DatabaseConnection>(*database);
  } else {
    auto connected = model::connect({
        .endpoint = argv[1],
        .request_timeout = 5s,
        .retry = {.max_attempts = 3},
    });
    if (!connected.ok()) {
      std::cerr << connected.error().message << '\n';
      return 1;
    }
    connection = *std::move(connected);
  }

  model::LoggingConnection logged(*connection, tell);
  std::stop_source source;
  const int failed = use(logged) + use_with_an_end(logged, source.get_token());
  return failed == 0 ? 0 : 1;
}
