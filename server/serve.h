/// Runs a server as a program does: until a signal says stop.
#pragma once

#include <csignal>

#include "server/api/call.h"
#include "server/http/server.h"

namespace lodestone {

/// The signals that stop the program. Make it before any thread, so that every thread leaves them to wait().
class StopSignals {
 public:
  StopSignals();

  /// Waits for the first SIGTERM or SIGINT. A second one ends the process at once.
  void wait();

 private:
  sigset_t signals_;
};

/// Serves until a signal stops it. On standard output it says where, in one line of JSON, as soon as it can
/// be called. Returns the program's exit code: 0, or 1 if the server could not start.
[[nodiscard]] int serve(http::ServerOptions options, Handler& handler, StopSignals& signals);

}  // namespace lodestone
