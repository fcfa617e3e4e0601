#include "server/http/worker.h"

#include <algorithm>
#include <exception>
#include <string>

#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>

namespace lodestone::http {
namespace {

using namespace std::chrono_literals;

/// How long a client may take to say that it has seen the end of a TLS session.
constexpr std::chrono::milliseconds kFarewell = 2s;

/// Fine enough that no timeout is stretched by more than about a quarter, coarse enough to cost nothing.
std::chrono::milliseconds tick_length(const ServerOptions& options) {
  const auto shortest =
      std::min({options.request_timeout, options.idle_timeout, options.write_timeout, options.stop_grace});
  return std::clamp(shortest / 4, 5ms, 500ms);
}

}  // namespace

Worker::Worker(const ServerOptions& options, Handler& handler, TlsContext* tls,
               std::atomic<std::size_t>& open_connections)
    : options_(options),
      handler_(handler),
      limits_{options.max_header_bytes, options.max_body_bytes},
      tls_(tls),
      open_connections_(open_connections),
      tick_length_(tick_length(options)),
      request_ticks_(in_ticks(options.request_timeout)),
      idle_ticks_(in_ticks(options.idle_timeout)),
      write_ticks_(in_ticks(options.write_timeout)),
      farewell_ticks_(in_ticks(kFarewell)),
      work_(context_.get_executor()),
      timer_(context_),
      responder_(options, handler) {}

std::uint64_t Worker::in_ticks(std::chrono::milliseconds time) const {
  return static_cast<std::uint64_t>((time + tick_length_ - 1ms) / tick_length_);
}

void Worker::run() {
  for (;;) {
    try {
      context_.run();
      return;
    } catch (const std::exception& exception) {
      if (options_.log)
        options_.log(LogLevel::kError, std::string("in the HTTP server: ") + exception.what());
    }
  }
}

void Worker::adopt(Socket socket, bool overloaded) {
  boost::asio::dispatch(context_, [this, socket = std::move(socket), overloaded]() mutable {
    if (stopping_) {
      open_connections_.fetch_sub(1, std::memory_order_relaxed);
      return;
    }
    auto made = tls_ == nullptr ? make_plain_connection(*this, std::move(socket))
                                : make_tls_connection(*this, std::move(socket), *tls_);
    Connection& connection = *made;
    connections_.push_front(std::move(made));
    connection.place_ = connections_.begin();
    arm_timer();
    if (overloaded) {
      connection.start_refusing();
    } else {
      connection.start();
    }
  });
}

void Worker::hold(Connection& connection) {
  handler_.when_durable([this, &connection](bool durable) { note_ended_hold(connection, durable); });
}

/// On whichever thread the handler has. One sync ends many holds: the worker is woken for the first of them.
void Worker::note_ended_hold(Connection& connection, bool durable) {
  // Held over post(): end_holds() can not begin, let alone the worker end, before post() has returned.
  const std::lock_guard lock(ended_holds_mutex_);
  if (ended_holds_.empty()) boost::asio::post(context_, [this] { end_holds(); });
  ended_holds_.push_back({&connection, durable});
}

void Worker::end_holds() {
  {
    const std::lock_guard lock(ended_holds_mutex_);
    ending_holds_.swap(ended_holds_);
  }
  for (const EndedHold& ended : ending_holds_) ended.connection->end_hold(ended.durable);
  ending_holds_.clear();
}

void Worker::remove(Connection& connection) {
  connections_.erase(connection.place_);
  open_connections_.fetch_sub(1, std::memory_order_relaxed);
  finish_if_done();
}

void Worker::stop() {
  boost::asio::post(context_, [this] {
    stopping_ = true;
    grace_ends_at_ = tick_after(in_ticks(options_.stop_grace));
    for (const auto& connection : connections_) connection->close_if_idle();
    finish_if_done();
  });
}

void Worker::finish_if_done() {
  if (!stopping_ || !connections_.empty()) return;
  work_.reset();
  timer_.cancel();
}

void Worker::arm_timer() {
  if (timer_armed_) return;
  timer_armed_ = true;
  timer_.expires_after(tick_length_);
  timer_.async_wait([this](const boost::system::error_code& error) {
    timer_armed_ = false;
    if (!error) on_tick();
  });
}

void Worker::on_tick() {
  ++tick_;
  const bool out_of_grace = stopping_ && tick_ >= grace_ends_at_;
  for (const auto& connection : connections_) {
    // An abort only ends the operation under way: the list changes later.
    if (out_of_grace || connection->deadline() <= tick_) connection->abort();
  }
  if (!connections_.empty()) arm_timer();
}

}  // namespace lodestone::http
