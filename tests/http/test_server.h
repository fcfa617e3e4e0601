/// A Server with a RecordingHandler, on a free port.
#pragma once

#include <gtest/gtest.h>

#include "server/http/server.h"
#include "tests/http/recording_handler.h"
#include "tests/http/test_client.h"

namespace lodestone::http {

class HttpTest : public testing::Test {
 protected:
  HttpTest() {
    options_.port = 0;
    options_.threads = 2;
  }

  /// Changes to options_ come before.
  void start() {
    server_ = std::make_unique<Server>(options_, handler_);
    const auto started = server_->start();
    ASSERT_TRUE(started.ok()) << started.error().message;
  }

  [[nodiscard]] std::uint16_t port() const { return server_->port(); }

  ServerOptions options_;
  RecordingHandler handler_;
  std::unique_ptr<Server> server_;
};

}  // namespace lodestone::http
