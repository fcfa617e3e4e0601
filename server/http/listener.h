/// The listening socket: accepts connections and deals them out to the workers in turn.
///
/// Has a thread of its own, so that accepting never waits for a handler. open() comes before run(), close()
/// from any thread.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/basic_waitable_timer.hpp>

#include "server/http/server.h"
#include "server/http/socket.h"
#include "server/http/worker.h"
#include "storage/result.h"

namespace lodestone::http {

class Listener {
 public:
  /// `options`, `workers` (not empty) and `open_connections`, shared with them, must outlive it.
  Listener(const ServerOptions& options, std::vector<std::unique_ptr<Worker>>& workers,
           std::atomic<std::size_t>& open_connections);

  /// Binds and begins to accept. The error says what to do.
  [[nodiscard]] Result<void, ServerError> open();
  /// Accepts until close().
  void run() { context_.run(); }
  void close();

  /// The address bound; only after open().
  [[nodiscard]] const Tcp::endpoint& address() const { return address_; }

 private:
  using Timer =
      boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                        boost::asio::wait_traits<std::chrono::steady_clock>, Executor>;

  void accept();
  void on_accepted(Worker& worker, Socket socket);
  void on_failed(const boost::system::error_code& error);
  void warn(const std::string& message);

  const ServerOptions& options_;
  std::vector<std::unique_ptr<Worker>>& workers_;
  std::atomic<std::size_t>& open_connections_;
  boost::asio::io_context context_{1};
  Acceptor acceptor_;
  Timer retry_;
  Tcp::endpoint address_;
  std::size_t next_worker_ = 0;
  bool warned_of_overload_ = false;
};

}  // namespace lodestone::http
