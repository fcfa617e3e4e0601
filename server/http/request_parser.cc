#include "server/http/request_parser.h"

#include <algorithm>

#include <boost/beast/core/string.hpp>
#include <boost/beast/http/error.hpp>

namespace lodestone::http {
namespace {

namespace bhttp = boost::beast::http;

/// Memory for a body is taken as it arrives beyond this: a length is only a claim.
constexpr std::uint64_t kTrustedBodyBytes = 64 * 1024;

/// Some old clients end a request with an empty line too many (RFC 9112, 2.2).
constexpr unsigned kToleratedEmptyLines = 2;

/// "0", and two line ends: with less than this no chunked body can end.
constexpr std::size_t kLeastChunkHead = 5;

std::string_view to_std(boost::beast::string_view text) { return {text.data(), text.size()}; }

Method to_method(bhttp::verb verb) {
  switch (verb) {
    case bhttp::verb::post:
      return Method::kPost;
    case bhttp::verb::get:
      return Method::kGet;
    case bhttp::verb::head:
      return Method::kHead;
    case bhttp::verb::options:
      return Method::kOptions;
    default:
      return Method::kOther;
  }
}

}  // namespace

RequestParser::RequestParser(const MessageLimits& limits, Request& request)
    : limits_(limits), request_(request) {
  eager(true);
  // Beast's limit is on all together; the request line and the fields are held to theirs below.
  header_limit(static_cast<std::uint32_t>(2 * limits.header_bytes));
  body_limit(limits.body_bytes);
}

RequestParser::Status RequestParser::feed(std::string_view bytes, std::size_t& used) {
  used = 0;
  while (!started_ && used + 1 < bytes.size() && bytes[used] == '\r' && bytes[used + 1] == '\n') {
    if (++empty_lines_ > kToleratedEmptyLines) return Status::kMalformed;
    used += 2;
  }
  if (!started_ && bytes.substr(used) == "\r") return Status::kNeedMore;

  while (used < bytes.size()) {
    // Beast takes it for granted that it sees no less of a chunk's head than this.
    if (between_chunks_ && bytes.size() - used < kLeastChunkHead) break;
    started_ = true;
    error_code ec;
    const std::size_t parsed = put(boost::asio::const_buffer(bytes.data() + used, bytes.size() - used), ec);
    used += parsed;
    if (ec && ec != bhttp::error::need_more) {
      return ec == bhttp::error::body_limit ? Status::kBodyTooLarge : Status::kMalformed;
    }
    if (is_done()) return Status::kComplete;
    if (ec || parsed == 0) break;
  }
  return has_room(bytes.substr(used)) ? Status::kNeedMore : Status::kMalformed;
}

/// Whether what has come of a header, or of what frames a chunk, leaves room within its limit for the rest of
/// it.
bool RequestParser::has_room(std::string_view unread) const {
  if (unread.size() <= limits_.header_bytes) return true;
  if (header_done_ || request_.has(Field::kRequestTarget)) return false;
  const std::size_t line_end = unread.substr(0, limits_.header_bytes).find("\r\n");
  return line_end != std::string_view::npos && unread.size() - line_end <= limits_.header_bytes;
}

std::uint64_t RequestParser::body_bytes_remaining() const {
  return header_done_ ? content_length_remaining().value_or(0) : 0;
}

void RequestParser::on_request_impl(bhttp::verb verb, string_view method, string_view target, int version,
                                    error_code& ec) {
  ec = {};
  if (method.size() + target.size() > limits_.header_bytes) {
    ec = bhttp::error::header_limit;
    return;
  }
  request_.method = to_method(verb);
  request_.http_1_1 = version == 11;
  request_.note(Field::kRequestTarget, to_std(target));
}

void RequestParser::on_response_impl(int, string_view, int, error_code& ec) { ec = bhttp::error::bad_method; }

void RequestParser::on_field_impl(bhttp::field field, string_view name, string_view value, error_code& ec) {
  ec = {};
  header_bytes_ += name.size() + value.size() + 4;
  if (header_bytes_ > limits_.header_bytes) {
    ec = bhttp::error::header_limit;
    return;
  }
  // Fields behind a chunked body arrive here too. None of them may change what the request is.
  if (header_done_) return;

  switch (field) {
    case bhttp::field::host:
      // RFC 9112, 3.2: more than one is a bad request.
      if (request_.has(Field::kHost)) ec = bhttp::error::bad_field;
      request_.note(Field::kHost, to_std(value));
      return;
    case bhttp::field::transfer_encoding:
      // Another coding, or any in HTTP/1.0, leaves it open where the body ends: the way requests are
      // smuggled.
      if (!request_.http_1_1 || !boost::beast::iequals(value, "chunked"))
        ec = bhttp::error::bad_transfer_encoding;
      return;
    case bhttp::field::expect:
      request_.expects_continue = request_.http_1_1 && boost::beast::iequals(value, "100-continue");
      return;
    case bhttp::field::content_type:
      return request_.note(Field::kContentType, to_std(value));
    case bhttp::field::content_encoding:
      return request_.note(Field::kContentEncoding, to_std(value));
    case bhttp::field::accept_encoding:
      return request_.note(Field::kAcceptEncoding, to_std(value));
    case bhttp::field::authorization:
      return request_.note(Field::kAuthorization, to_std(value));
    case bhttp::field::date:
      return request_.note(Field::kDate, to_std(value));
    case bhttp::field::origin:
      return request_.note(Field::kOrigin, to_std(value));
    case bhttp::field::access_control_request_method:
      return request_.note(Field::kCorsRequestMethod, to_std(value));
    case bhttp::field::access_control_request_headers:
      return request_.note(Field::kCorsRequestHeaders, to_std(value));
    case bhttp::field::unknown:
      return note_amazon_field(name, to_std(value));
    default:
      return;
  }
}

void RequestParser::note_amazon_field(string_view name, std::string_view value) {
  if (name.size() == 12 && boost::beast::iequals(name, "x-amz-target")) {
    request_.note(Field::kAmzTarget, value);
  } else if (name.size() == 10 && boost::beast::iequals(name, "x-amz-date")) {
    request_.note(Field::kAmzDate, value);
  }
}

void RequestParser::on_header_impl(error_code& ec) {
  ec = {};
  if (request_.http_1_1 && !request_.has(Field::kHost)) {
    ec = bhttp::error::bad_field;
    return;
  }
  header_done_ = true;
  between_chunks_ = chunked();
  // The trailers of a chunked body have the limit to themselves.
  header_bytes_ = 0;
}

void RequestParser::on_body_init_impl(const boost::optional<std::uint64_t>& length, error_code& ec) {
  ec = {};
  if (length) request_.body.reserve(static_cast<std::size_t>(std::min(*length, kTrustedBodyBytes)));
}

std::size_t RequestParser::on_body_impl(string_view bytes, error_code& ec) {
  ec = {};
  body_begun_ = true;
  request_.body.append(bytes.data(), bytes.size());
  return bytes.size();
}

void RequestParser::on_chunk_header_impl(std::uint64_t size, string_view, error_code& ec) {
  ec = {};
  body_begun_ = true;
  between_chunks_ = size == 0;
}

std::size_t RequestParser::on_chunk_body_impl(std::uint64_t remaining, string_view bytes, error_code& ec) {
  between_chunks_ = remaining == bytes.size();
  return on_body_impl(bytes, ec);
}

void RequestParser::on_finish_impl(error_code& ec) {
  ec = {};
  request_.keep_alive = keep_alive();
}

}  // namespace lodestone::http
