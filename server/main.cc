// The program `lodestone`: a DynamoDB-compatible server.
#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "server/api/database.h"
#include "server/http/health_check.h"
#include "server/log.h"
#include "server/options.h"
#include "server/serve.h"

namespace lodestone {
namespace {

constexpr int kUsageError = 2;

/// How long tables stay in transient statuses where that is asked for: what a client can observe, and a test can wait for.
constexpr std::chrono::milliseconds kTransientStatusDelay{2000};

constexpr std::chrono::milliseconds kHealthCheckTimeout{3000};

std::optional<std::string> from_environment(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

int check_health(const CheckHealth& check) {
  const auto healthy = http::check_health(check.url, kHealthCheckTimeout);
  if (!healthy.ok()) std::fprintf(stderr, "lodestone: %s\n", healthy.error().message.c_str());
  return healthy.ok() ? 0 : 1;
}

int run(Options options) {
  StopSignals signals;
  const http::LogSink log = make_log(options.log_level);
  options.http.log = log;
  DatabaseOptions settings;
  if (!options.in_memory) settings.path = options.data_dir;
  settings.sync = options.sync;
  settings.isolate_regions = options.isolation.by_region;
  settings.isolate_access_keys = options.isolation.by_access_key;
  if (options.delay_transient_statuses) settings.transient_status_delay = kTransientStatusDelay;
  settings.log = [log](std::string_view line) { log(http::LogLevel::kError, line); };
  auto database = Database::open(settings);
  if (!database.ok()) {
    log(http::LogLevel::kError, database.error().message);
    return 1;
  }
  return serve(std::move(options.http), **database, signals);
}

}  // namespace
}  // namespace lodestone

int main(int argc, char** argv) {
  using namespace lodestone;
  auto invocation = parse_options({argv + 1, argv + argc}, from_environment);
  if (!invocation.ok()) {
    std::fprintf(stderr, "lodestone: %s\n", invocation.error().message.c_str());
    return kUsageError;
  }
  if (const auto* show = std::get_if<ShowText>(&*invocation)) {
    std::fputs(show->text.c_str(), stdout);
    return 0;
  }
  if (const auto* check = std::get_if<CheckHealth>(&*invocation)) return check_health(*check);
  return run(std::move(std::get<Options>(*invocation)));
}
