/// One thread of the server: an io_context, its connections, and what they share.
///
/// Connections are dealt out to workers and stay with theirs, so that nothing about a connection needs a
/// lock. Time is counted in coarse ticks: one timer for all connections of the worker instead of one for each
/// operation. adopt(), stop() and the constructor may be called from any thread, everything else on the
/// worker's own. Replies that wait for the disk hold up their connection only: the thread works on.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <vector>

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include "server/http/connection.h"
#include "server/http/responder.h"
#include "server/http/server.h"
#include "server/http/socket.h"
#include "server/http/tls.h"

namespace lodestone::http {

class Worker {
 public:
  /// `options`, `handler`, `tls` (null: plain TCP) and `open_connections`, shared by the workers, must
  /// outlive it.
  Worker(const ServerOptions& options, Handler& handler, TlsContext* tls,
         std::atomic<std::size_t>& open_connections);

  /// Runs until stop() was called and the last connection is closed. No connection closes while it is held,
  /// so that the handler calls back to a worker that is still there.
  void run();

  /// Takes over a socket of context(). The client of one `overloaded` is told so.
  void adopt(Socket socket, bool overloaded);

  /// Lets requests in flight finish, for the grace period at most.
  void stop();

  [[nodiscard]] boost::asio::io_context& context() { return context_; }
  [[nodiscard]] const ServerOptions& options() const { return options_; }
  [[nodiscard]] Responder& responder() { return responder_; }
  [[nodiscard]] const MessageLimits& limits() const { return limits_; }
  [[nodiscard]] bool stopping() const { return stopping_; }

  /// The tick that is surely `after` from now.
  [[nodiscard]] std::uint64_t tick_after(std::uint64_t ticks) const { return tick_ + ticks + 1; }
  [[nodiscard]] std::uint64_t request_ticks() const { return request_ticks_; }
  [[nodiscard]] std::uint64_t idle_ticks() const { return idle_ticks_; }
  [[nodiscard]] std::uint64_t write_ticks() const { return write_ticks_; }
  [[nodiscard]] std::uint64_t farewell_ticks() const { return farewell_ticks_; }

  /// Whether the replies made so far may be sent.
  [[nodiscard]] bool may_send() const { return handler_.is_durable(); }
  /// Calls `connection`'s end_hold() when they may, or must not be; later, never from inside this call.
  void hold(Connection& connection);

  /// Destroys `connection`, which has no operation under way.
  void remove(Connection& connection);

 private:
  struct EndedHold {
    Connection* connection;
    bool durable;
  };

  using Timer =
      boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                        boost::asio::wait_traits<std::chrono::steady_clock>, Executor>;

  [[nodiscard]] std::uint64_t in_ticks(std::chrono::milliseconds time) const;
  void arm_timer();
  void on_tick();
  void finish_if_done();
  void note_ended_hold(Connection& connection, bool durable);
  void end_holds();

  const ServerOptions& options_;
  Handler& handler_;
  MessageLimits limits_;
  TlsContext* tls_;
  std::atomic<std::size_t>& open_connections_;
  std::chrono::milliseconds tick_length_;
  std::uint64_t request_ticks_;
  std::uint64_t idle_ticks_;
  std::uint64_t write_ticks_;
  std::uint64_t farewell_ticks_;

  boost::asio::io_context context_{1};
  boost::asio::executor_work_guard<Executor> work_;
  Timer timer_;
  Responder responder_;
  std::list<std::unique_ptr<Connection>> connections_;
  std::mutex ended_holds_mutex_;
  std::vector<EndedHold> ended_holds_;  ///< guarded by the mutex
  std::vector<EndedHold> ending_holds_;
  std::uint64_t tick_ = 0;
  std::uint64_t grace_ends_at_ = 0;
  bool timer_armed_ = false;
  bool stopping_ = false;
};

}  // namespace lodestone::http
