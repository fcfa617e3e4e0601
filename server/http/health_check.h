/// Asks a running server whether it is healthy, for a container's health check by the server's own binary.
#pragma once

#include <chrono>
#include <string>

#include "server/http/server.h"
#include "storage/result.h"

namespace lodestone::http {

/// Sends GET / to `url`, "http://127.0.0.1:8000" (a numeric address or localhost; https is not verified, as
/// it is one's own server). The reply's body, or why there is none.
[[nodiscard]] Result<std::string, ServerError> check_health(const std::string& url,
                                                            std::chrono::milliseconds timeout);

}  // namespace lodestone::http
