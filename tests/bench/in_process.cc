/// The operations of workload.h through lodestone::Database, without a network: JSON text in, JSON text out,
/// on one thread.
///
/// `--scratch <folder>` is where the database on disk goes; every other option is Google Benchmark's.
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <benchmark/benchmark.h>
#include <rapidjson/document.h>
#include <rapidjson/pointer.h>

#include "server/api/database.h"
#include "tests/bench/workload.h"

namespace lodestone::bench {
namespace {

constexpr std::uint64_t kItems = 10'000;

[[noreturn]] void die(const std::string& what) {
  std::fprintf(stderr, "in-process: %s\n", what.c_str());
  std::exit(1);
}

std::unique_ptr<Database> open(const std::string& path) {
  DatabaseOptions options;
  options.path = path;
  auto opened = Database::open(options);
  if (!opened) die(opened.error().message);
  return std::move(*opened);
}

void run(Database& database, std::string_view operation, std::string_view json, Reply& reply) {
  database.execute(operation, json, reply);
  if (reply.status != 200) die(std::string(operation) + " answered " + reply.body);
}

std::unique_ptr<Database> open_filled(const std::string& path) {
  std::unique_ptr<Database> database = open(path);
  Reply reply;
  run(*database, "CreateTable", create_table_body(), reply);
  Body fill(Operation::kFill);
  std::string json = fill.text();
  for (std::uint64_t item = 0; item < kItems; item += kItemsPerFill) {
    fill.aim(json, 0, item, kItems);
    run(*database, wire_name(Operation::kFill), json, reply);
  }
  return database;
}

/// What a reply has at a JSON pointer, as text.
std::string text_at(const Reply& reply, const char* pointer) {
  rapidjson::Document document;
  document.Parse(reply.body.data(), reply.body.size());
  const rapidjson::Value* found = rapidjson::Pointer(pointer).Get(document);
  if (found == nullptr || !found->IsString()) die(std::string("nothing at ") + pointer);
  return found->GetString();
}

/// Gives the table a stream with a page of records, and returns an iterator at its beginning.
std::string open_stream(Database& database) {
  Reply reply;
  run(database, "UpdateTable", enable_stream_body(), reply);
  const std::string arn = text_at(reply, "/TableDescription/LatestStreamArn");
  Body update(Operation::kUpdateItem);
  std::string json = update.text();
  for (std::uint64_t item = 0; item < kRecordsPerPage; ++item) {
    update.aim(json, 0, item, kItems);
    run(database, "UpdateItem", json, reply);
  }
  run(database, "DescribeStream", R"({"StreamArn":")" + arn + "\"}", reply);
  const std::string shard = text_at(reply, "/StreamDescription/Shards/0/ShardId");
  run(database, "GetShardIterator",
      R"({"ShardIteratorType":"TRIM_HORIZON","StreamArn":")" + arn + R"(","ShardId":")" + shard + "\"}",
      reply);
  return text_at(reply, "/ShardIterator");
}

void measure(benchmark::State& state, Database& database, Operation operation,
             std::string_view shard_iterator = {}) {
  Body body(operation, shard_iterator);
  std::string json = body.text();
  std::mt19937_64 random(20120810);
  Reply reply;
  for (auto _ : state) {
    body.aim(json, 0, random() % kItems, kItems);
    database.execute(wire_name(operation), json, reply);
    if (reply.status != 200 || reply.body.size() < body.least_reply_bytes()) {
      state.SkipWithError("a reply is no full answer");
      return;
    }
  }
}

void register_operations(const std::string& where, Database& database) {
  for (const Operation operation : {Operation::kGetItem, Operation::kPutItem, Operation::kUpdateItem,
                                    Operation::kQuery, Operation::kBatchGetItem, Operation::kScan,
                                    Operation::kExecuteStatement, Operation::kTransactWriteItems}) {
    const std::string name = std::string(wire_name(operation)) + " " + where;
    benchmark::RegisterBenchmark(name.c_str(), [&database, operation](benchmark::State& state) {
      measure(state, database, operation);
    });
  }
}

void register_operations_with_a_stream(Database& database) {
  const std::string iterator = open_stream(database);
  // Every write leaves a record: so many, however fast.
  constexpr int kWrites = 20'000;
  benchmark::RegisterBenchmark("PutItem in memory, with a stream", [&database](benchmark::State& state) {
    measure(state, database, Operation::kPutItem);
  })->Iterations(kWrites);
  benchmark::RegisterBenchmark("GetRecords in memory", [&database, iterator](benchmark::State& state) {
    measure(state, database, Operation::kGetRecords, iterator);
  });
}

/// What a test pays that has a database of its own.
void measure_opening(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(open({}));
}

void measure_opening_with_a_table(benchmark::State& state) {
  const std::string table = create_table_body();
  Reply reply;
  for (auto _ : state) run(*open({}), "CreateTable", table, reply);
}

int run(int argc, char** argv) {
  std::string scratch;
  std::vector<char*> arguments;
  for (int i = 0; i < argc; ++i) {
    if (std::string_view(argv[i]) == "--scratch" && i + 1 < argc) {
      scratch = argv[++i];
    } else {
      arguments.push_back(argv[i]);
    }
  }
  int count = static_cast<int>(arguments.size());
  benchmark::Initialize(&count, arguments.data());
  if (scratch.empty() || benchmark::ReportUnrecognizedArguments(count, arguments.data())) {
    die("usage: lodestone-in-process --scratch <folder> [option of Google Benchmark]...");
  }
  const std::unique_ptr<Database> in_memory = open_filled({});
  const std::unique_ptr<Database> on_disk = open_filled(scratch + "/in-process");
  register_operations("in memory", *in_memory);
  register_operations("on disk", *on_disk);
  const std::unique_ptr<Database> streamed = open_filled({});
  register_operations_with_a_stream(*streamed);
  benchmark::RegisterBenchmark("open and close, in memory", measure_opening);
  benchmark::RegisterBenchmark("open, CreateTable, close, in memory", measure_opening_with_a_table);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}

}  // namespace
}  // namespace lodestone::bench

int main(int argc, char** argv) { return lodestone::bench::run(argc, argv); }
