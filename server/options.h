/// What the program `lodestone` was asked to do: by its command line, its environment and a file.
///
/// The command line wins over the environment, the environment over the file. Every option `--some-name` may
/// also stand as LODESTONE_SOME_NAME in the environment and as `some-name = …` in the file. DynamoDB Local's
/// spellings are accepted beside ours
/// (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/DynamoDBLocal.UsageNotes.html).
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "server/http/server.h"
#include "storage/result.h"

namespace lodestone {

/// How to serve.
struct Options {
  http::ServerOptions http;

  bool in_memory = false;
  std::string data_dir = "./lodestone-data";
  /// Each write is on the disk before it is acknowledged, so that it survives a loss of power.
  bool sync = false;
  /// Callers with another region, or another access key, see tables of their own. By default all share one
  /// namespace.
  bool isolate_regions = false;
  bool isolate_access_keys = false;
  /// Tables and indexes stay CREATING, UPDATING and DELETING for a while, as on the service.
  bool delay_transient_statuses = false;

  /// How many shards of a stream take writes side by side, and when one is followed by another; 0: never.
  std::uint64_t stream_shards = 1;
  std::chrono::milliseconds stream_shard_lifetime{0};
  /// Whether errors have the words that the service had before its newest ones.
  bool older_messages = false;

  http::LogLevel log_level = http::LogLevel::kInfo;
};

/// --help, --version: print this and be done.
struct ShowText {
  std::string text;
};

/// --health-check: ask the server at `url` whether it is there.
struct CheckHealth {
  std::string url;
};

using Invocation = std::variant<Options, ShowText, CheckHealth>;

struct OptionsError {
  /// What is wrong, and what to do about it.
  std::string message;
};

/// The value of a variable of the environment, nullopt if it is not set.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;

/// `arguments` without the program's name.
[[nodiscard]] Result<Invocation, OptionsError> parse_options(const std::vector<std::string>& arguments,
                                                             const Environment& environment);

}  // namespace lodestone
