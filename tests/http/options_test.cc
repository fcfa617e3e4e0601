#include "server/options.h"

#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <unistd.h>

namespace lodestone {
namespace {

using http::LogLevel;
using testing::HasSubstr;
using Arguments = std::vector<std::string>;
using Variables = std::map<std::string, std::string>;

Result<Invocation, OptionsError> parse(const Arguments& arguments, const Variables& variables = {}) {
  return parse_options(arguments, [&](const std::string& name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    if (found == variables.end()) return std::nullopt;
    return found->second;
  });
}

Options options_of(const Arguments& arguments, const Variables& variables = {}) {
  const auto parsed = parse(arguments, variables);
  if (!parsed) {
    ADD_FAILURE() << parsed.error().message;
    return {};
  }
  const auto* options = std::get_if<Options>(&*parsed);
  if (options == nullptr) {
    ADD_FAILURE() << "not asked to serve";
    return {};
  }
  return *options;
}

std::string error_of(const Arguments& arguments, const Variables& variables = {}) {
  const auto parsed = parse(arguments, variables);
  return parsed.ok() ? std::string() : parsed.error().message;
}

TEST(Options, have_defaults_of_dynamodb_local) {
  const Options options = options_of({});
  EXPECT_EQ(options.http.port, 8000);
  EXPECT_EQ(options.http.host, "127.0.0.1");
  EXPECT_EQ(options.http.threads, 0u);
  EXPECT_TRUE(options.http.cors_origins.empty());
  EXPECT_FALSE(options.in_memory);
  EXPECT_EQ(options.data_dir, "./lodestone-data");
  EXPECT_FALSE(options.sync);
  EXPECT_FALSE(options.isolate_regions);
  EXPECT_FALSE(options.isolate_access_keys);
  EXPECT_FALSE(options.delay_transient_statuses);
  EXPECT_EQ(options.stream_shards, 1u);
  EXPECT_EQ(options.stream_shard_lifetime.count(), 0);
  EXPECT_FALSE(options.older_messages);
  EXPECT_EQ(options.log_level, LogLevel::kInfo);
}

struct Case {
  Arguments arguments;
  std::function<bool(const Options&)> holds;
};

TEST(Options, understand_our_spelling_and_dynamodb_locals) {
  using namespace std::chrono_literals;
  const std::vector<Case> cases = {
      {{"--port", "0"}, [](const Options& o) { return o.http.port == 0; }},
      {{"--port=9000"}, [](const Options& o) { return o.http.port == 9000; }},
      {{"-port", "9000"}, [](const Options& o) { return o.http.port == 9000; }},
      {{"-port=9000"}, [](const Options& o) { return o.http.port == 9000; }},
      {{"--port", "1", "--port", "2"}, [](const Options& o) { return o.http.port == 2; }},
      {{"--host", "0.0.0.0"}, [](const Options& o) { return o.http.host == "0.0.0.0"; }},
      {{"--threads", "3"}, [](const Options& o) { return o.http.threads == 3; }},
      {{"--in-memory"}, [](const Options& o) { return o.in_memory; }},
      {{"-inMemory"}, [](const Options& o) { return o.in_memory; }},
      {{"--data-dir", "/d"}, [](const Options& o) { return o.data_dir == "/d" && !o.in_memory; }},
      {{"--db-path", "/d"}, [](const Options& o) { return o.data_dir == "/d"; }},
      {{"-dbPath", "/d"}, [](const Options& o) { return o.data_dir == "/d"; }},
      {{"--sync"}, [](const Options& o) { return o.sync; }},
      {{"--stream-shards", "4"}, [](const Options& o) { return o.stream_shards == 4; }},
      {{"--stream-shard-lifetime-ms", "500"},
       [](const Options& o) { return o.stream_shard_lifetime == 500ms; }},
      {{"--messages", "older"}, [](const Options& o) { return o.older_messages; }},
      {{"--messages", "newest"}, [](const Options& o) { return !o.older_messages; }},
      {{"--isolate", "region"}, [](const Options& o) { return o.isolate_regions && !o.isolate_access_keys; }},
      {{"--isolate", "region,access-key"},
       [](const Options& o) { return o.isolate_regions && o.isolate_access_keys; }},
      {{"-sharedDb"}, [](const Options& o) { return !o.isolate_regions && !o.isolate_access_keys; }},
      {{"--delay-transient-statuses"}, [](const Options& o) { return o.delay_transient_statuses; }},
      {{"-delayTransientStatuses"}, [](const Options& o) { return o.delay_transient_statuses; }},
      {{"-inMemory", "-sharedDb", "-disableTelemetry", "-optimizeDbBeforeStartup", "-port", "9000"},
       [](const Options& o) { return o.in_memory && o.http.port == 9000; }},
      {{"-cors", "*"}, [](const Options& o) { return o.http.cors_origins == Arguments{"*"}; }},
      {{"--cors", "https://a,https://b"},
       [](const Options& o) {
         return o.http.cors_origins == Arguments{"https://a", "https://b"};
       }},
      {{"--tls-cert", "c.pem", "--tls-key", "k.pem"},
       [](const Options& o) {
         return o.http.tls_certificate_file == "c.pem" && o.http.tls_key_file == "k.pem";
       }},
      {{"--max-connections", "7"}, [](const Options& o) { return o.http.max_connections == 7; }},
      {{"--request-timeout-ms", "5"}, [](const Options& o) { return o.http.request_timeout == 5ms; }},
      {{"--idle-timeout-ms", "5"}, [](const Options& o) { return o.http.idle_timeout == 5ms; }},
      {{"--write-timeout-ms", "5"}, [](const Options& o) { return o.http.write_timeout == 5ms; }},
      {{"--stop-grace-ms", "5"}, [](const Options& o) { return o.http.stop_grace == 5ms; }},
      {{"--log-level", "debug"},
       [](const Options& o) { return o.log_level == LogLevel::kDebug && o.http.log_requests; }},
      {{"--log-level", "Warning"}, [](const Options& o) { return o.log_level == LogLevel::kWarning; }},
      {{"--quiet"}, [](const Options& o) { return o.log_level == LogLevel::kError; }},
  };
  for (const Case& example : cases) {
    EXPECT_TRUE(example.holds(options_of(example.arguments))) << testing::PrintToString(example.arguments);
  }
}

TEST(Options, are_refused_by_name_and_with_a_remedy) {
  const std::vector<std::pair<Arguments, std::string>> cases = {
      {{"--colour"}, "--colour"},
      {{"--in-memory", "--colour=red"}, "--colour=red"},
      {{"-foo"}, "-foo"},
      {{"-p", "8000"}, "-p"},
      {{"serve"}, "serve"},
      {{"--port"}, "--port"},
      {{"--port", "many"}, "--port"},
      {{"--port", "65536"}, "--port"},
      {{"--port", "-1"}, "--port"},
      {{"--threads", "-1"}, "--threads"},
      {{"--max-connections", "0"}, "--max-connections"},
      {{"--idle-timeout-ms", "0"}, "--idle-timeout-ms"},
      {{"--isolate", "table"}, "--isolate"},
      {{"--stream-shards", "0"}, "--stream-shards"},
      {{"--stream-shard-lifetime-ms", "-1"}, "--stream-shard-lifetime-ms"},
      {{"--messages", "old"}, "--messages"},
      {{"--isolate", "region", "-sharedDb"}, "--isolate"},
      {{"--log-level", "loud"}, "--log-level"},
      {{"--tls-cert", "c.pem"}, "--tls-key"},
      {{"--config", "/nowhere.ini"}, "/nowhere.ini"},
  };
  for (const auto& [arguments, named] : cases) {
    const std::string message = error_of(arguments);
    EXPECT_THAT(message, HasSubstr(named)) << testing::PrintToString(arguments);
    EXPECT_THAT(message, HasSubstr("lodestone --help")) << testing::PrintToString(arguments);
  }
}

TEST(Options, come_from_the_environment_too) {
  const Options options = options_of({}, {{"LODESTONE_PORT", "9000"},
                                          {"LODESTONE_IN_MEMORY", "true"},
                                          {"LODESTONE_DATA_DIR", "/d"},
                                          {"LODESTONE_ISOLATE", "region"},
                                          {"LODESTONE_SYNC", "false"},
                                          {"LODESTONE_STREAM_SHARDS", "3"},
                                          {"LODESTONE_STREAM_SHARD_LIFETIME_MS", "1000"},
                                          {"LODESTONE_HOST", ""},
                                          {"PORT", "1"}});
  EXPECT_EQ(options.http.port, 9000);
  EXPECT_TRUE(options.in_memory);
  EXPECT_EQ(options.data_dir, "/d");
  EXPECT_TRUE(options.isolate_regions);
  EXPECT_FALSE(options.sync);
  EXPECT_EQ(options.stream_shards, 3u);
  EXPECT_EQ(options.stream_shard_lifetime.count(), 1000);
  EXPECT_EQ(options.http.host, "127.0.0.1");
  EXPECT_THAT(error_of({}, {{"LODESTONE_PORT", "many"}}), HasSubstr("LODESTONE_PORT"));
}

class OptionsFile : public testing::Test {
 protected:
  ~OptionsFile() override { std::filesystem::remove(path_); }
  void write(const std::string& text) { std::ofstream(path_) << text; }
  const std::string path_ =
      std::filesystem::temp_directory_path() / ("lodestone-options-" + std::to_string(getpid()) + ".ini");
};

TEST_F(OptionsFile, is_read_and_everything_else_wins_over_it) {
  write("# a comment\nport = 1\nhost = \"0.0.0.0\"\nthreads = 2\nin-memory = true\nmessages = older\n");
  const Options options = options_of({"--config", path_, "--threads", "4"}, {{"LODESTONE_PORT", "3"}});
  EXPECT_EQ(options.http.port, 3);
  EXPECT_EQ(options.http.host, "0.0.0.0");
  EXPECT_EQ(options.http.threads, 4u);
  EXPECT_TRUE(options.in_memory);
  EXPECT_TRUE(options.older_messages);
  EXPECT_EQ(options_of({"--port", "5"}, {{"LODESTONE_PORT", "3"}, {"LODESTONE_CONFIG", path_}}).http.port, 5);
  EXPECT_EQ(options_of({}, {{"LODESTONE_CONFIG", path_}}).http.port, 1);
}

TEST_F(OptionsFile, may_not_hold_what_is_no_option) {
  write("colour = red\n");
  EXPECT_THAT(error_of({"--config", path_}), HasSubstr("colour"));
}

TEST(Options, show_help_and_version) {
  for (const std::string argument : {"--help", "-help", "-h"}) {
    const auto parsed = parse({argument});
    ASSERT_TRUE(parsed.ok()) << argument;
    const auto* show = std::get_if<ShowText>(&*parsed);
    ASSERT_NE(show, nullptr) << argument;
    for (const std::string name : {"--port", "--data-dir", "--in-memory", "--tls-cert", "--stream-shards",
                                   "--messages", "LODESTONE_"}) {
      EXPECT_THAT(show->text, HasSubstr(name));
    }
  }
  for (const std::string argument : {"--version", "-version"}) {
    const auto parsed = parse({argument});
    ASSERT_TRUE(parsed.ok()) << argument;
    ASSERT_TRUE(std::holds_alternative<ShowText>(*parsed));
    EXPECT_THAT(std::get<ShowText>(*parsed).text, testing::MatchesRegex("lodestone [0-9.]+\n"));
  }
}

TEST(Options, check_the_health_of_the_server_that_they_would_start) {
  const auto url_of = [](const Arguments& arguments, const Variables& variables = {}) {
    const auto parsed = parse(arguments, variables);
    const auto* check = parsed.ok() ? std::get_if<CheckHealth>(&*parsed) : nullptr;
    return check == nullptr ? std::string() : check->url;
  };
  EXPECT_EQ(url_of({"--health-check"}), "http://127.0.0.1:8000");
  EXPECT_EQ(url_of({"--health-check", "http://127.0.0.1:1"}), "http://127.0.0.1:1");
  EXPECT_EQ(url_of({"--health-check"}, {{"LODESTONE_PORT", "9000"}, {"LODESTONE_HOST", "0.0.0.0"}}),
            "http://127.0.0.1:9000");
  EXPECT_EQ(url_of({"--health-check", "--host", "::"}), "http://[::1]:8000");
  EXPECT_EQ(url_of({"--health-check", "--tls-cert", "c", "--tls-key", "k"}), "https://127.0.0.1:8000");
}

}  // namespace
}  // namespace lodestone
