/// Bytes to one Request, as they arrive.
///
/// Beast's basic_parser knows the grammar of HTTP/1.1 (RFC 9112); this class keeps the few fields that matter
/// and refuses what a careful server refuses: a body framed in two ways, a transfer coding other than
/// chunked, floods of header fields. One parser reads one message; make a new one for the next (cheap: the
/// memory is the Request's). Not thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include <boost/beast/http/basic_parser.hpp>

#include "server/http/request.h"

namespace lodestone::http {

class RequestParser final : private boost::beast::http::basic_parser<true> {
 public:
  enum class Status : unsigned char { kNeedMore, kComplete, kMalformed, kBodyTooLarge };

  /// Fills `request`, which must be clear and outlive the parser.
  RequestParser(const MessageLimits& limits, Request& request);

  /// Reads from `bytes`, and says in `used` how many are done with. The rest must come again, with more
  /// behind it. Not to be called again after another answer than kNeedMore. Bytes behind a complete message
  /// are left: they are the next message's.
  [[nodiscard]] Status feed(std::string_view bytes, std::size_t& used);

  /// Whether a message has begun: its client owes the rest of it within the request timeout.
  [[nodiscard]] bool started() const { return started_; }

  /// Whether the header is complete and says that the client waits for "100 Continue" before it sends the
  /// body.
  [[nodiscard]] bool awaits_continue() const {
    return header_done_ && request_.expects_continue && !body_begun_;
  }

  /// How many bytes of the body are still to come, as far as its header says; 0 where it does not.
  [[nodiscard]] std::uint64_t body_bytes_remaining() const;

 private:
  using error_code = boost::beast::error_code;
  using string_view = boost::beast::string_view;

  void on_request_impl(boost::beast::http::verb verb, string_view method, string_view target, int version,
                       error_code& ec) override;
  void on_response_impl(int status, string_view reason, int version, error_code& ec) override;
  void on_field_impl(boost::beast::http::field field, string_view name, string_view value,
                     error_code& ec) override;
  void on_header_impl(error_code& ec) override;
  void on_body_init_impl(const boost::optional<std::uint64_t>& length, error_code& ec) override;
  std::size_t on_body_impl(string_view bytes, error_code& ec) override;
  void on_chunk_header_impl(std::uint64_t size, string_view extensions, error_code& ec) override;
  std::size_t on_chunk_body_impl(std::uint64_t remaining, string_view bytes, error_code& ec) override;
  void on_finish_impl(error_code& ec) override;

  [[nodiscard]] bool has_room(std::string_view unread) const;
  void note_amazon_field(string_view name, std::string_view value);

  const MessageLimits& limits_;
  Request& request_;
  std::size_t header_bytes_ = 0;
  unsigned empty_lines_ = 0;
  bool started_ = false;
  bool header_done_ = false;
  bool body_begun_ = false;
  bool between_chunks_ = false;
};

}  // namespace lodestone::http
