#include "server/options.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include <CLI/CLI.hpp>

namespace lodestone {
namespace {

using http::LogLevel;

/// DynamoDB Local's options, which have one dash, and ours.
constexpr std::array<std::pair<std::string_view, std::string_view>, 11> kOtherSpellings = {{
    {"-inMemory", "--in-memory"},
    {"-dbPath", "--data-dir"},
    {"-sharedDb", "--shared-db"},
    {"-port", "--port"},
    {"-cors", "--cors"},
    {"-delayTransientStatuses", "--delay-transient-statuses"},
    {"-optimizeDbBeforeStartup", "--optimize-db-before-startup"},
    {"-disableTelemetry", "--disable-telemetry"},
    {"-help", "--help"},
    {"-h", "--help"},
    {"-version", "--version"},
}};

constexpr std::string_view kAskForHelp = " Run lodestone --help for the options.";

/// Our spelling of one argument; what is not DynamoDB Local's comes back as it is.
std::string our_spelling(const std::string& argument) {
  const std::string_view name = std::string_view(argument).substr(0, argument.find('='));
  for (const auto& [other, ours] : kOtherSpellings) {
    if (name == other) return std::string(ours) + argument.substr(name.size());
  }
  return argument;
}

/// CLI11 would take "-foo" for "-f oo"; there are no options of one letter.
bool is_foreign_option(const std::string& argument) {
  return argument.size() > 1 && argument[0] == '-' && argument[1] != '-' &&
         (argument[1] < '0' || argument[1] > '9');
}

std::string variable_of(std::string name) {
  std::transform(name.begin(), name.end(), name.begin(), [](char c) {
    return c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  });
  return "LODESTONE_" + name;
}

/// Everything the command line can say, before it is judged.
struct Parsed {
  Options options;
  std::vector<std::string> isolate;
  std::string health_url;
  long request_timeout_ms = 0;
  long idle_timeout_ms = 0;
  long write_timeout_ms = 0;
  long stop_grace_ms = 0;
  long stream_shard_lifetime_ms = 0;
  std::string messages = "newest";
  bool quiet = false;
  bool shared = false;
  bool ignored = false;
};

class CommandLine {
 public:
  CommandLine()
      : app_("Lodestone: a DynamoDB-compatible database for development, tests and CI.", "lodestone") {
    app_.set_version_flag("--version", "lodestone " LODESTONE_VERSION);
    app_.set_help_flag("--help", "Show this and exit");
    app_.option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
    app_.set_config("--config", "", "Read options from this file, one `name = value` a line");
    app_.allow_extras();
    app_.allow_config_extras(false);
    app_.footer(
        "Each option may also stand in the environment, --data-dir as LODESTONE_DATA_DIR.\n"
        "DynamoDB Local's spellings are understood too: -inMemory -dbPath -sharedDb -port -cors\n"
        "-delayTransientStatuses -optimizeDbBeforeStartup -disableTelemetry -help -version.");
    add_network();
    add_data();
    add_limits();
    add_program();
  }

  CLI::App& app() { return app_; }
  Parsed& parsed() { return parsed_; }
  [[nodiscard]] bool asks_for_health() const { return health_->count() > 0; }

 private:
  void add_network() {
    http::ServerOptions& server = parsed_.options.http;
    const std::string group = "Network";
    app_.add_option("--port", server.port, "Port to listen on, 0 for a free one")
        ->capture_default_str()
        ->group(group);
    app_.add_option("--host", server.host, "Address to listen on; 0.0.0.0 for every interface")
        ->capture_default_str()
        ->group(group);
    app_.add_option("--threads", server.threads, "Threads that serve, 0 for one per processor")
        ->check(CLI::Range(0, 1024))
        ->capture_default_str()
        ->group(group);
    auto* certificate = app_.add_option("--tls-cert", server.tls_certificate_file,
                                        "Serve TLS with this certificate (PEM, with its chain)")
                            ->group(group);
    auto* key = app_.add_option("--tls-key", server.tls_key_file, "The certificate's private key (PEM)")
                    ->group(group);
    certificate->needs(key);
    key->needs(certificate);
    app_.add_option("--cors", server.cors_origins,
                    "Origins whose pages may call, separated by commas; any by default")
        ->delimiter(',')
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
        ->group(group);
  }

  void add_data() {
    Options& options = parsed_.options;
    const std::string group = "Data";
    app_.add_flag("--in-memory", options.in_memory,
                  "Keep everything in memory; it is gone when the server stops")
        ->group(group);
    app_.add_option("--data-dir,--db-path", options.data_dir, "Folder of the data")
        ->capture_default_str()
        ->group(group);
    app_.add_flag("--sync", options.sync,
                  "Acknowledge a write when it is on the disk, so that it survives a loss of power")
        ->group(group);
    app_.add_option("--isolate", parsed_.isolate, "Separate tables by region, access-key or both")
        ->delimiter(',')
        ->check(CLI::IsMember({"region", "access-key"}))
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
        ->group(group);
    app_.add_flag("--delay-transient-statuses", options.delay_transient_statuses,
                  "Let CREATING, UPDATING and DELETING last for a while, as on the service")
        ->group(group);
    app_.add_option("--stream-shards", options.stream_shards,
                    "Shards of a stream that take writes side by side")
        ->check(CLI::Range(1, 1000))
        ->capture_default_str()
        ->group(group);
    app_.add_option("--stream-shard-lifetime-ms", parsed_.stream_shard_lifetime_ms,
                    "Close a shard of a stream after this time and open its child; 0 for never")
        ->check(CLI::Range(0L, 86'400'000L))
        ->capture_default_str()
        ->group(group);
    app_.add_option("--messages", parsed_.messages,
                    "Words of errors where the service's own differ by region and date: newest or older")
        ->check(CLI::IsMember({"newest", "older"}))
        ->capture_default_str()
        ->group(group);
    // What these ask for is so in any case.
    const std::string hidden;
    app_.add_flag("--shared-db", parsed_.shared)->group(hidden);
    app_.add_flag("--optimize-db-before-startup", parsed_.ignored)->group(hidden);
    app_.add_flag("--disable-telemetry", parsed_.ignored)->group(hidden);
  }

  void add_limits() {
    http::ServerOptions& server = parsed_.options.http;
    const std::string group = "Limits";
    app_.add_option("--max-connections", server.max_connections, "Connections above this are refused")
        ->check(CLI::Range(1, 1'000'000))
        ->capture_default_str()
        ->group(group);
    const auto add_time = [&](const std::string& name, long& field, std::chrono::milliseconds by_default,
                              const std::string& text) {
      field = static_cast<long>(by_default.count());
      app_.add_option(name, field, text)
          ->check(CLI::Range(1L, 86'400'000L))
          ->capture_default_str()
          ->group(group);
    };
    add_time("--request-timeout-ms", parsed_.request_timeout_ms, server.request_timeout,
             "Time for a client to send a request");
    add_time("--idle-timeout-ms", parsed_.idle_timeout_ms, server.idle_timeout,
             "Time between requests on a connection");
    add_time("--write-timeout-ms", parsed_.write_timeout_ms, server.write_timeout,
             "Time for a client to take a reply");
    add_time("--stop-grace-ms", parsed_.stop_grace_ms, server.stop_grace,
             "Time for requests in flight when stopping");
  }

  void add_program() {
    const std::string group = "Program";
    const std::vector<std::pair<std::string, LogLevel>> levels = {{"debug", LogLevel::kDebug},
                                                                  {"info", LogLevel::kInfo},
                                                                  {"warning", LogLevel::kWarning},
                                                                  {"error", LogLevel::kError}};
    app_.add_option("--log-level", parsed_.options.log_level,
                    "What to log: debug (each request), info, warning, error")
        ->transform(CLI::Transformer(levels, CLI::ignore_case).description(""))
        ->check(CLI::IsMember(std::vector<int>{0, 1, 2, 3}).description(""))
        ->type_name("LEVEL")
        ->default_str("info")
        ->group(group);
    app_.add_flag("--quiet", parsed_.quiet, "Log errors only")->group(group);
    health_ =
        app_.add_option(
                "--health-check", parsed_.health_url,
                "Ask the server at this URL, or the one these options would start, whether it is healthy")
            ->expected(0, 1)
            ->group(group);
  }

  CLI::App app_;
  Parsed parsed_;
  CLI::Option* health_ = nullptr;
};

Failure<OptionsError> error(std::string message) { return failure(OptionsError{std::move(message)}); }

/// The environment as arguments, for the options that it may set.
std::vector<std::string> read_environment(CLI::App& app, const Environment& environment) {
  std::vector<std::string> arguments;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) {
      if (name == "help" || name == "version" || name == "health-check") continue;
      const auto value = environment(variable_of(name));
      if (value && !value->empty()) arguments.push_back("--" + name + "=" + *value);
    }
  }
  return arguments;
}

/// CLI11 names the option; who set it by a variable looks for that.
std::string with_variable(std::string message, const std::vector<std::string>& from_environment) {
  for (const std::string& argument : from_environment) {
    const std::string name = argument.substr(0, argument.find('='));
    if (message.find(name) != std::string::npos)
      return message + " (set by " + variable_of(name.substr(2)) + ")";
  }
  return message;
}

std::string health_url(const Parsed& parsed) {
  if (!parsed.health_url.empty()) return parsed.health_url;
  const http::ServerOptions& server = parsed.options.http;
  std::string host = server.host;
  if (host == "0.0.0.0") host = "127.0.0.1";
  if (host == "::") host = "::1";
  const bool v6 = host.find(':') != std::string::npos;
  std::string url = server.tls_certificate_file.empty() ? "http://" : "https://";
  url.append(v6 ? "[" : "").append(host).append(v6 ? "]:" : ":");
  return url.append(std::to_string(server.port));
}

Result<Invocation, OptionsError> judge(CommandLine& line) {
  Parsed& parsed = line.parsed();
  Options& options = parsed.options;
  if (const auto extra = line.app().remaining(); !extra.empty()) {
    const bool is_option = extra.front().starts_with("-");
    return error((is_option ? "unknown option " : "unexpected argument ") + extra.front() + "." +
                 std::string(kAskForHelp));
  }
  if (line.asks_for_health()) return Invocation(CheckHealth{health_url(parsed)});

  for (const std::string& what : parsed.isolate) {
    (what == "region" ? options.isolate_regions : options.isolate_access_keys) = true;
  }
  if (parsed.shared && !parsed.isolate.empty()) {
    return error("--isolate and -sharedDb contradict each other: give one of them." +
                 std::string(kAskForHelp));
  }
  options.stream_shard_lifetime = std::chrono::milliseconds(parsed.stream_shard_lifetime_ms);
  options.older_messages = parsed.messages == "older";
  http::ServerOptions& server = options.http;
  server.request_timeout = std::chrono::milliseconds(parsed.request_timeout_ms);
  server.idle_timeout = std::chrono::milliseconds(parsed.idle_timeout_ms);
  server.write_timeout = std::chrono::milliseconds(parsed.write_timeout_ms);
  server.stop_grace = std::chrono::milliseconds(parsed.stop_grace_ms);
  if (parsed.quiet) options.log_level = LogLevel::kError;
  server.log_requests = options.log_level == LogLevel::kDebug;
  return Invocation(std::move(options));
}

}  // namespace

Result<Invocation, OptionsError> parse_options(const std::vector<std::string>& arguments,
                                               const Environment& environment) {
  CommandLine line;
  const std::vector<std::string> from_environment = read_environment(line.app(), environment);
  // The last one counts, so what stands on the command line comes behind.
  std::vector<std::string> all = from_environment;
  for (const std::string& argument : arguments) {
    std::string ours = our_spelling(argument);
    if (is_foreign_option(ours)) return error("unknown option " + argument + "." + std::string(kAskForHelp));
    all.push_back(std::move(ours));
  }
  // CLI11 takes them from the end.
  std::reverse(all.begin(), all.end());
  try {
    line.app().parse(std::move(all));
  } catch (const CLI::CallForHelp&) {
    return Invocation(ShowText{line.app().help()});
  } catch (const CLI::CallForVersion& version) {
    return Invocation(ShowText{std::string(version.what()) + "\n"});
  } catch (const CLI::ParseError& wrong) {
    return error(with_variable(wrong.what(), from_environment) + "." + std::string(kAskForHelp));
  }
  return judge(line);
}

}  // namespace lodestone
