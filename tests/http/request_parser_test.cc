#include "server/http/request_parser.h"

#include <ostream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace lodestone::http {

std::ostream& operator<<(std::ostream& out, RequestParser::Status status) {
  switch (status) {
    case RequestParser::Status::kNeedMore:
      return out << "need more";
    case RequestParser::Status::kComplete:
      return out << "complete";
    case RequestParser::Status::kMalformed:
      return out << "malformed";
    case RequestParser::Status::kBodyTooLarge:
      return out << "body too large";
  }
  return out;
}

namespace {

using namespace std::string_literals;

using Status = RequestParser::Status;

constexpr MessageLimits kLimits;

/// Feeds `bytes` in pieces of `piece` bytes, as they might arrive. The unused rest is left in `bytes`.
Status parse(std::string& bytes, std::size_t piece, Request& request) {
  request.clear();
  RequestParser parser(kLimits, request);
  std::string buffer;
  std::size_t arrived = 0;
  Status status = Status::kNeedMore;
  while (status == Status::kNeedMore && arrived < bytes.size()) {
    buffer += bytes.substr(arrived, piece);
    arrived = std::min(arrived + piece, bytes.size());
    std::size_t used = 0;
    status = parser.feed(buffer, used);
    buffer.erase(0, used);
  }
  bytes = buffer + bytes.substr(arrived);
  return status;
}

struct Example {
  std::string what;
  std::string bytes;
  Status status;
  std::string body = {};
};

std::vector<Example> examples() {
  const std::string post = "POST / HTTP/1.1\r\nHost: h\r\n";
  return {
      {"a body with a length", post + "Content-Length: 5\r\n\r\nhello", Status::kComplete, "hello"},
      {"no body", post + "\r\n", Status::kComplete},
      {"an empty body", post + "Content-Length: 0\r\n\r\n", Status::kComplete},
      {"chunks", post + "Transfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n",
       Status::kComplete, "hello"},
      {"chunks with extensions and trailers",
       post + "Transfer-Encoding: chunked\r\n\r\n5;a=b\r\nhello\r\n0;x\r\nX-Checksum: 7\r\n\r\n",
       Status::kComplete, "hello"},
      {"no chunks at all", post + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", Status::kComplete},
      {"HTTP/1.0 without a host", "POST / HTTP/1.0\r\nContent-Length: 2\r\n\r\n{}", Status::kComplete, "{}"},
      {"an empty line before it", "\r\n" + post + "\r\n", Status::kComplete},
      {"one length twice", post + "Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}", Status::kComplete,
       "{}"},
      {"not all of the body", post + "Content-Length: 5\r\n\r\nhell", Status::kNeedMore, "hell"},
      {"not all of the header", "POST / HTTP/1.1\r\nHost: h\r\nContent-Le", Status::kNeedMore},

      {"two framings", post + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
       Status::kMalformed},
      {"two framings, the other way",
       post + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n", Status::kMalformed},
      {"two lengths", post + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!", Status::kMalformed},
      {"two lengths in one field", post + "Content-Length: 5, 6\r\n\r\nhello!", Status::kMalformed},
      {"a negative length", post + "Content-Length: -5\r\n\r\nhello", Status::kMalformed},
      {"a signed length", post + "Content-Length: +5\r\n\r\nhello", Status::kMalformed},
      {"a length in hex", post + "Content-Length: 0x5\r\n\r\nhello", Status::kMalformed},
      {"a length beyond 64 bits", post + "Content-Length: 18446744073709551617\r\n\r\n.", Status::kMalformed},
      {"a transfer coding besides chunked", post + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
       Status::kMalformed},
      {"chunked not last", post + "Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n", Status::kMalformed},
      {"a disguised chunked", post + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", Status::kMalformed},
      {"chunked twice", post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
       Status::kMalformed},
      {"chunks in HTTP/1.0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
       Status::kMalformed},
      {"a blank before the colon", post + "Content-Length : 5\r\n\r\nhello", Status::kMalformed},
      {"a negative chunk", post + "Transfer-Encoding: chunked\r\n\r\n-3\r\nhel\r\n0\r\n\r\n",
       Status::kMalformed},
      {"a chunk longer than it says", post + "Transfer-Encoding: chunked\r\n\r\n2\r\nhello\r\n0\r\n\r\n",
       Status::kMalformed},
      {"a length in the trailers", post + "Transfer-Encoding: chunked\r\n\r\n0\r\nContent-Length: 5\r\n\r\n",
       Status::kMalformed},
      {"no host", "POST / HTTP/1.1\r\n\r\n", Status::kMalformed},
      {"two hosts", post + "Host: i\r\n\r\n", Status::kMalformed},
      {"a NUL in a value", post + "X-A: a\0b\r\n\r\n"s, Status::kMalformed},
      {"a NUL in a name", post + "X\0A: a\r\n\r\n"s, Status::kMalformed},
      {"a NUL in the path", "POST /\0 HTTP/1.1\r\nHost: h\r\n\r\n"s, Status::kMalformed},
      {"another version", "POST / HTTP/2.0\r\nHost: h\r\n\r\n", Status::kMalformed},
      {"no version", "POST /\r\n\r\n", Status::kMalformed},
      {"a TLS greeting", std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11), Status::kMalformed},
      {"nothing but line ends", "\r\n\r\n\r\n\r\n", Status::kMalformed},

      {"a body over the limit", post + "Content-Length: 16777217\r\n\r\n", Status::kBodyTooLarge},
      {"a huge length", post + "Content-Length: 18446744073709551615\r\n\r\n", Status::kBodyTooLarge},
      {"a chunk over the limit", post + "Transfer-Encoding: chunked\r\n\r\n1000001\r\n",
       Status::kBodyTooLarge},
  };
}

TEST(RequestParser, reads_or_refuses_whatever_the_pieces_it_arrives_in) {
  for (const Example& example : examples()) {
    for (const std::size_t piece : {1u, 2u, 3u, 7u, 1000u}) {
      std::string bytes = example.bytes;
      Request request;
      EXPECT_EQ(parse(bytes, piece, request), example.status) << example.what << ", in pieces of " << piece;
      if (example.status == Status::kComplete) {
        EXPECT_EQ(request.body, example.body) << example.what << ", in pieces of " << piece;
        EXPECT_EQ(bytes, "") << example.what << ", in pieces of " << piece;
      }
    }
  }
}

TEST(RequestParser, leaves_the_next_request_alone) {
  const std::string one = "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\none";
  const std::string two =
      "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\ntwo\r\n0\r\n\r\n";
  std::string bytes = one + two + one;
  Request request;
  ASSERT_EQ(parse(bytes, 10'000, request), Status::kComplete);
  EXPECT_EQ(bytes, two + one);
  ASSERT_EQ(parse(bytes, 10'000, request), Status::kComplete);
  EXPECT_EQ(request.body, "two");
  EXPECT_EQ(bytes, one);
  ASSERT_EQ(parse(bytes, 10'000, request), Status::kComplete);
  EXPECT_EQ(request.body, "one");
}

TEST(RequestParser, notes_the_fields_that_matter_the_first_of_each) {
  std::string bytes =
      "OPTIONS /a?b=c HTTP/1.1\r\nhost: example:1\r\nCONTENT-TYPE: text/plain\r\nx-AMZ-target: T.Op\r\n"
      "X-Amz-Date:   20250131T120000Z \r\nAccept-Encoding: gzip\r\nAccept-Encoding: deflate\r\nOrigin: "
      "https://o\r\n"
      "Access-Control-Request-Method: POST\r\nAccess-Control-Request-Headers: a, b\r\nDate: d\r\n"
      "Content-Encoding: gzip\r\nAuthorization: A\r\nX-Other: x\r\n\r\n";
  Request request;
  ASSERT_EQ(parse(bytes, 5, request), Status::kComplete);
  EXPECT_EQ(request.method, Method::kOptions);
  EXPECT_EQ(request.get(Field::kRequestTarget), "/a?b=c");
  EXPECT_EQ(request.get(Field::kHost), "example:1");
  EXPECT_EQ(request.get(Field::kContentType), "text/plain");
  EXPECT_EQ(request.get(Field::kAmzTarget), "T.Op");
  EXPECT_EQ(request.get(Field::kAmzDate), "20250131T120000Z");
  EXPECT_EQ(request.get(Field::kAcceptEncoding), "gzip");
  EXPECT_EQ(request.get(Field::kOrigin), "https://o");
  EXPECT_EQ(request.get(Field::kCorsRequestMethod), "POST");
  EXPECT_EQ(request.get(Field::kCorsRequestHeaders), "a, b");
  EXPECT_EQ(request.get(Field::kDate), "d");
  EXPECT_EQ(request.get(Field::kContentEncoding), "gzip");
  EXPECT_EQ(request.get(Field::kAuthorization), "A");
}

TEST(RequestParser, trailers_change_nothing) {
  std::string bytes =
      "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nX-Amz-Target: "
      "Evil.Op\r\n"
      "Authorization: A\r\nHost: other\r\n\r\n";
  Request request;
  ASSERT_EQ(parse(bytes, 1, request), Status::kComplete);
  EXPECT_FALSE(request.has(Field::kAmzTarget));
  EXPECT_FALSE(request.has(Field::kAuthorization));
  EXPECT_EQ(request.get(Field::kHost), "h");
}

TEST(RequestParser, keeps_alive_as_version_and_connection_say) {
  const std::vector<std::pair<std::string, bool>> cases = {
      {"GET / HTTP/1.1\r\nHost: h\r\n\r\n", true},
      {"GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", false},
      {"GET / HTTP/1.1\r\nHost: h\r\nConnection: Keep-Alive, CLOSE\r\n\r\n", false},
      {"GET / HTTP/1.0\r\n\r\n", false},
      {"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", true},
  };
  for (auto [bytes, keep_alive] : cases) {
    Request request;
    const std::string shown = bytes;
    ASSERT_EQ(parse(bytes, 100, request), Status::kComplete) << shown;
    EXPECT_EQ(request.keep_alive, keep_alive) << shown;
  }
}

/// The service's limit of 16 KB, on the request line and on the fields together.
TEST(RequestParser, bounds_the_header_however_slowly_it_comes) {
  const std::string long_path = "POST /" + std::string(17'000, 'a') + " HTTP/1.1\r\nHost: h\r\n\r\n";
  const std::string long_field =
      "POST / HTTP/1.1\r\nHost: h\r\nX-A: " + std::string(17'000, 'a') + "\r\n\r\n";
  std::string flood = "POST / HTTP/1.1\r\nHost: h\r\n";
  for (int i = 0; i < 3000; ++i) flood += "X-A: b\r\n";
  std::string endless_chunk = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1;";
  endless_chunk += std::string(40'000, 'x');
  std::string trailers = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n";
  for (int i = 0; i < 6000; ++i) trailers += "X-A: b\r\n";
  for (const std::string& example : {long_path, long_field, flood, endless_chunk, trailers}) {
    for (const std::size_t piece : {1u, 1000u, 100'000u}) {
      std::string bytes = example;
      Request request;
      EXPECT_EQ(parse(bytes, piece, request), Status::kMalformed)
          << example.substr(0, 80) << ", pieces of " << piece;
    }
  }
  std::string fits = "POST /" + std::string(15'000, 'a') +
                     " HTTP/1.1\r\nHost: h\r\nX-A: " + std::string(15'000, 'a') + "\r\n\r\n";
  Request request;
  EXPECT_EQ(parse(fits, 1000, request), Status::kComplete);
}

TEST(RequestParser, does_not_take_bare_line_feeds_for_line_ends) {
  std::string bytes = "POST / HTTP/1.1\nHost: h\n\n";
  Request request;
  EXPECT_EQ(parse(bytes, 1000, request), Status::kMalformed);
}

TEST(RequestParser, says_when_the_client_waits_to_continue) {
  Request request;
  RequestParser parser(kLimits, request);
  const std::string head = "POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n";
  std::size_t used = 0;
  ASSERT_EQ(parser.feed(head.substr(0, 40), used), Status::kNeedMore);
  EXPECT_FALSE(parser.awaits_continue());
  std::size_t used_again = 0;
  ASSERT_EQ(parser.feed(head.substr(used), used_again), Status::kNeedMore);
  EXPECT_TRUE(parser.awaits_continue());
  EXPECT_EQ(parser.body_bytes_remaining(), 2u);
  ASSERT_EQ(parser.feed("{", used), Status::kNeedMore);
  EXPECT_FALSE(parser.awaits_continue());
  EXPECT_EQ(parser.feed("}", used), Status::kComplete);
}

}  // namespace
}  // namespace lodestone::http
