/// The program `lodestone`: options, log, database, server; then the signal to stop.
///
/// Exit codes: 0 after an orderly stop, 1 if it could not start or is not healthy, 2 if the options are
/// wrong.
#include <cstdio>
#include <cstdlib>
#include <string>
#include <variant>
#include <vector>

#include "server/api/database.h"
#include "server/http/health_check.h"
#include "server/log.h"
#include "server/options.h"
#include "server/serve.h"

namespace lodestone {
namespace {

constexpr int kFailed = 1;
constexpr int kBadOptions = 2;
constexpr std::chrono::milliseconds kHealthTimeout{2'000};
/// How long tables stay in transient statuses where that is asked for: long enough to be seen, short enough
/// to wait for.
constexpr std::chrono::milliseconds kTransientStatusDelay{2'000};

std::optional<std::string> read_variable(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  if (value == nullptr) return std::nullopt;
  return value;
}

int run(const ShowText& show) {
  std::fputs(show.text.c_str(), stdout);
  return 0;
}

int run(const CheckHealth& check) {
  const auto healthy = http::check_health(check.url, kHealthTimeout);
  if (!healthy) {
    std::fprintf(stderr, "lodestone: %s\n", healthy.error().message.c_str());
    return kFailed;
  }
  std::printf("%s\n", healthy->c_str());
  return 0;
}

int run(const Options& options) {
  // Before the database, whose threads must leave the signals to this one.
  StopSignals signals;
  const http::LogSink log = make_log(options.log_level);
  DatabaseOptions wanted;
  if (!options.in_memory) wanted.path = options.data_dir;
  wanted.sync = options.sync;
  wanted.isolate_regions = options.isolate_regions;
  wanted.isolate_access_keys = options.isolate_access_keys;
  wanted.stream_shards = options.stream_shards;
  wanted.stream_shard_lifetime = options.stream_shard_lifetime;
  if (options.older_messages) wanted.messages = MessageForms::kOlder;
  if (options.delay_transient_statuses) wanted.transient_status_delay = kTransientStatusDelay;
  wanted.log = [log](std::string_view line) { log(http::LogLevel::kError, line); };
  auto database = Database::open(wanted);
  if (!database) {
    log(http::LogLevel::kError, database.error().message);
    return kFailed;
  }
  http::ServerOptions server = options.http;
  server.log = log;
  return serve(std::move(server), **database, signals);
}

int run(const std::vector<std::string>& arguments) {
  const auto invocation = parse_options(arguments, read_variable);
  if (!invocation) {
    std::fprintf(stderr, "lodestone: %s\n", invocation.error().message.c_str());
    return kBadOptions;
  }
  return std::visit([](const auto& asked) { return run(asked); }, *invocation);
}

}  // namespace
}  // namespace lodestone

int main(int argc, char** argv) { return lodestone::run(std::vector<std::string>(argv + 1, argv + argc)); }
