#include "server/log.h"

#include <memory>

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace lodestone {
namespace {

spdlog::level::level_enum to_spdlog(http::LogLevel level) {
  switch (level) {
    case http::LogLevel::kDebug:
      return spdlog::level::debug;
    case http::LogLevel::kInfo:
      return spdlog::level::info;
    case http::LogLevel::kWarning:
      return spdlog::level::warn;
    case http::LogLevel::kError:
      break;
  }
  return spdlog::level::err;
}

}  // namespace

http::LogSink make_log(http::LogLevel level) {
  auto logger =
      std::make_shared<spdlog::logger>("lodestone", std::make_shared<spdlog::sinks::stderr_sink_mt>());
  logger->set_level(to_spdlog(level));
  logger->set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %l %v");
  return [logger](http::LogLevel at, std::string_view message) {
    logger->log(to_spdlog(at), spdlog::string_view_t(message.data(), message.size()));
  };
}

}  // namespace lodestone
