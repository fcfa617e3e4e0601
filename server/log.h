/// The program's log: lines on standard error.
#pragma once

#include "server/http/server.h"

namespace lodestone {

/// A sink for everything from `level` on. Thread-safe.
[[nodiscard]] http::LogSink make_log(http::LogLevel level);

}  // namespace lodestone
