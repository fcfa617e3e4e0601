/// A Connection over either kind of stream: a plain socket, or TLS around one.
///
/// Included only where a stream is chosen: plain_connection.cc and tls_connection.cc.
#pragma once

#include <algorithm>
#include <array>
#include <exception>
#include <optional>
#include <string>
#include <type_traits>

#include <boost/asio/buffer.hpp>
#include <boost/beast/core/flat_buffer.hpp>

#include "server/http/connection.h"
#include "server/http/request.h"
#include "server/http/request_parser.h"
#include "server/http/responder.h"
#include "server/http/worker.h"

namespace lodestone::http {

template <class Stream>
class StreamConnection final : public Connection {
 public:
  template <class... Arguments>
  explicit StreamConnection(Worker& worker, Arguments&&... arguments)
      : worker_(worker), stream_(std::forward<Arguments>(arguments)...) {
    error_code ignored;
    socket().non_blocking(true, ignored);
    socket().set_option(Tcp::no_delay(true), ignored);
    parser_.emplace(worker_.limits(), request_);
  }

  void start() override {
    if constexpr (kPlain) {
      wait_for_request();
    } else {
      allow(worker_.request_ticks());
      stream_.async_handshake(Stream::server, [this](const error_code& error) {
        if (error) return done();
        wait_for_request();
      });
    }
  }

  void start_refusing() override {
    // A handshake for the sake of a refusal would cost more than what is refused.
    if constexpr (kPlain) {
      closing_ = lingering_ = true;
      worker_.responder().refuse(503, output_);
      advance();
    } else {
      done();
    }
  }

  void close_if_idle() override {
    error_code error;
    if (draining_ || (idle_ && socket().available(error) == 0)) abort();
  }

  void abort() override {
    error_code ignored;
    socket().close(ignored);
  }

  void end_hold(bool durable) override {
    if (!durable) return done();
    try {
      if (!write_now()) return;
    } catch (const std::exception&) {
      return done();
    }
    after_write();
    advance();
  }

 private:
  using error_code = boost::system::error_code;
  static constexpr bool kPlain = std::is_same_v<Stream, Socket>;
  static constexpr std::size_t kReadBytes = 8 * 1024;
  static constexpr std::size_t kMostReadBytes = 256 * 1024;
  static constexpr std::size_t kKeptBytes = 64 * 1024;
  /// Replies to pipelined requests are gathered up to this size.
  static constexpr std::size_t kGatherBytes = 64 * 1024;

  [[nodiscard]] Socket& socket() {
    if constexpr (kPlain) {
      return stream_;
    } else {
      return stream_.next_layer();
    }
  }

  [[nodiscard]] bool more_has_come() {
    error_code ignored;
    return input_.size() > 0 || socket().available(ignored) > 0;
  }

  void allow(std::uint64_t ticks) { deadline_ = worker_.tick_after(ticks); }

  void wait_for_request() {
    if (worker_.stopping()) return finish();
    idle_ = true;
    allow(worker_.idle_ticks());
    read();
  }

  void read() {
    const auto wanted = static_cast<std::size_t>(
        std::clamp<std::uint64_t>(parser_->body_bytes_remaining(), kReadBytes, kMostReadBytes));
    stream_.async_read_some(input_.prepare(wanted), [this](const error_code& error, std::size_t bytes) {
      if (error) return done();
      input_.commit(bytes);
      if (idle_) {
        idle_ = false;
        allow(worker_.request_ticks());
      }
      advance();
    });
  }

  /// Does what can be done with the bytes there are, and begins the next operation.
  void advance() {
    try {
      for (;;) {
        if (!lingering_) answer_requests();
        if (output_.empty()) break;
        if (!worker_.may_send()) return hold();
        if (!write_now()) return;
        after_write();
      }
      begin_next();
    } catch (const std::exception&) {
      // Out of memory: this client is given up, so that the others can be served.
      done();
    }
  }

  void begin_next() {
    if (lingering_) return linger();
    if (closing_) return finish();
    if (parser_->started()) return read();
    if (input_.size() == 0 && input_.capacity() > kKeptBytes) input_ = {};
    wait_for_request();
  }

  /// Leaves the replies where they are until the disk has what they tell. The client is not to blame for how
  /// long that takes.
  void hold() {
    deadline_ = UINT64_MAX;
    worker_.hold(*this);
  }

  /// Answers the complete requests in the buffer, in their order.
  void answer_requests() {
    while (!closing_ && input_.size() > 0 && output_.body.empty() && output_.text.size() < kGatherBytes) {
      const auto bytes = input_.cdata();
      std::size_t used = 0;
      const auto status = parser_->feed({static_cast<const char*>(bytes.data()), bytes.size()}, used);
      input_.consume(used);
      switch (status) {
        case RequestParser::Status::kNeedMore:
          if (parser_->awaits_continue()) {
            request_.expects_continue = false;
            output_.text.append("HTTP/1.1 100 Continue\r\n\r\n");
          }
          return;
        case RequestParser::Status::kComplete:
          closing_ = !request_.keep_alive || worker_.stopping();
          worker_.responder().respond(request_, !closing_, output_);
          lingering_ = closing_ && more_has_come();
          request_.clear();
          parser_.emplace(worker_.limits(), request_);
          allow(worker_.request_ticks());
          break;
        case RequestParser::Status::kMalformed:
        case RequestParser::Status::kBodyTooLarge:
          closing_ = lingering_ = true;
          worker_.responder().refuse(status == RequestParser::Status::kMalformed ? 400 : 413, output_);
          break;
      }
    }
  }

  /// Sends what there is to send; false where the connection goes on when that is done.
  [[nodiscard]] bool write_now() {
    if constexpr (kPlain) {
      error_code error;
      if (output_.body.empty()) {
        sent_ = stream_.write_some(boost::asio::buffer(output_.text), error);
      } else {
        sent_ = stream_.write_some(unsent(), error);
      }
      if (error && error != boost::asio::error::would_block) {
        done();
        return false;
      }
      if (sent_ == output_.text.size() + output_.body.size()) return true;
    }
    write_later();
    return false;
  }

  void write_later() {
    allow(worker_.write_ticks());
    stream_.async_write_some(unsent(), [this](const error_code& error, std::size_t bytes) {
      if (error) return done();
      sent_ += bytes;
      if (sent_ < output_.text.size() + output_.body.size()) return write_later();
      after_write();
      advance();
    });
  }

  [[nodiscard]] std::array<boost::asio::const_buffer, 2> unsent() const {
    const std::size_t of_text = std::min(sent_, output_.text.size());
    return {boost::asio::buffer(output_.text) + of_text,
            boost::asio::buffer(output_.body) + (sent_ - of_text)};
  }

  void after_write() {
    sent_ = 0;
    output_.text.clear();
    if (!output_.body.empty()) worker_.responder().recycle(output_.body);
    if (parser_->started()) allow(worker_.request_ticks());
  }

  /// Ends the session in good form, then reads on until the client has closed: closing with bytes unread
  /// would take the reply from it (RFC 9112, 9.6).
  void linger() {
    allow(worker_.request_ticks());
    if constexpr (kPlain) {
      drain();
    } else {
      stream_.async_shutdown([this](const error_code&) { drain(); });
    }
  }

  void drain() {
    error_code error;
    socket().shutdown(Socket::shutdown_send, error);
    if (error) return done();
    draining_ = true;
    discard();
  }

  void discard() {
    input_.consume(input_.size());
    socket().async_read_some(input_.prepare(kReadBytes), [this](const error_code& error, std::size_t) {
      if (error) return done();
      discard();
    });
  }

  void finish() {
    if constexpr (kPlain) {
      done();
    } else {
      allow(worker_.farewell_ticks());
      stream_.async_shutdown([this](const error_code&) { done(); });
    }
  }

  /// Destroys this.
  void done() { worker_.remove(*this); }

  Worker& worker_;
  Stream stream_;
  boost::beast::flat_buffer input_;
  Request request_;
  std::optional<RequestParser> parser_;
  Output output_;
  std::size_t sent_ = 0;
  bool idle_ = false;
  bool closing_ = false;
  bool lingering_ = false;
  bool draining_ = false;
};

}  // namespace lodestone::http
