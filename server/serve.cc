#include "server/serve.h"

#include <cstdio>
#include <string>

#include <sys/resource.h>
#include <unistd.h>

namespace lodestone {
namespace {

/// Each connection is an open file, and the usual limit dates from other times.
void raise_file_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

void say_ready(const std::string& endpoint) {
  std::printf("{\"ready\":true,\"endpoint\":\"%s\",\"pid\":%d}\n", endpoint.c_str(),
              static_cast<int>(getpid()));
  std::fflush(stdout);
}

}  // namespace

StopSignals::StopSignals() {
  sigemptyset(&signals_);
  sigaddset(&signals_, SIGTERM);
  sigaddset(&signals_, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
  // Whoever reads the output may go away.
  std::signal(SIGPIPE, SIG_IGN);
}

void StopSignals::wait() {
  int received = 0;
  sigwait(&signals_, &received);
  pthread_sigmask(SIG_UNBLOCK, &signals_, nullptr);
}

int serve(http::ServerOptions options, Handler& handler, StopSignals& signals) {
  raise_file_limit();
  const http::LogSink log = options.log;
  const auto tell = [&log](http::LogLevel level, const std::string& message) {
    if (log) log(level, message);
  };
  http::Server server(std::move(options), handler);
  if (const auto started = server.start(); !started) {
    tell(http::LogLevel::kError, started.error().message);
    return 1;
  }
  tell(http::LogLevel::kInfo, "listening on " + server.endpoint());
  say_ready(server.endpoint());
  signals.wait();
  tell(http::LogLevel::kInfo, "stopping; a second signal stops at once");
  server.stop();
  return 0;
}

}  // namespace lodestone
