/// Bytes of the network into everything of the HTTP layer that reads them: the request parser, the
/// signature's parser, content codings, and from there to a reply. The first byte says which.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "server/http/auth.h"
#include "server/http/compression.h"
#include "server/http/request_parser.h"
#include "server/http/responder.h"

namespace lodestone::http {
namespace {

constexpr std::size_t kMostInflated = 1024 * 1024;

void require(bool holds) {
  if (!holds) std::abort();
}

class Echo final : public Handler {
 public:
  void handle(const Call& call, Reply& reply) override { reply.body = call.body; }
};

/// The requests that are complete in `bytes`, as one text each, however they arrive.
std::vector<std::string> read_requests(std::string_view bytes, std::size_t piece, Responder& responder) {
  const MessageLimits limits{4096, 64 * 1024};
  std::vector<std::string> complete;
  std::string buffer;
  Request request;
  Output output;
  while (true) {
    RequestParser parser(limits, request);
    auto status = RequestParser::Status::kNeedMore;
    while (status == RequestParser::Status::kNeedMore) {
      std::size_t used = 0;
      status = parser.feed(buffer, used);
      require(used <= buffer.size());
      buffer.erase(0, used);
      (void)parser.awaits_continue();
      (void)parser.body_bytes_remaining();
      if (status != RequestParser::Status::kNeedMore) break;
      if (bytes.empty()) return complete;
      buffer.append(bytes.substr(0, piece));
      bytes.remove_prefix(std::min(piece, bytes.size()));
    }
    if (status != RequestParser::Status::kComplete) return complete;
    require(request.body.size() <= limits.body_bytes);
    complete.push_back(std::string(request.get(Field::kRequestTarget)) + "\n" + request.body);
    responder.respond(request, request.keep_alive, output);
    require(output.text.starts_with("HTTP/1.1 "));
    output = {};
    request.clear();
  }
}

void parse_requests(std::string_view bytes) {
  static Echo echo;
  static ServerOptions options = [] {
    ServerOptions small;
    small.max_body_bytes = kMostInflated;
    return small;
  }();
  static Responder responder(options, echo);
  const auto whole = read_requests(bytes, bytes.size() + 1, responder);
  require(read_requests(bytes, 1, responder) == whole);
  require(read_requests(bytes, 7, responder) == whole);
}

void parse_authorization(std::string_view bytes) {
  Identity identity;
  Request header;
  header.note(Field::kRequestTarget, "/");
  header.note(Field::kAuthorization, bytes);
  header.note(Field::kAmzDate, bytes);
  identify(header, identity);
  Request query;
  query.note(Field::kRequestTarget, std::string("/?X-Amz-Algorithm=AWS4-HMAC-SHA256&") + std::string(bytes));
  identify(query, identity);
}

void inflate(std::string_view encoding, std::string_view bytes) {
  static Inflater inflater;
  std::string body(bytes);
  const auto status = inflater.decode(encoding, kMostInflated, body);
  require(status != Inflater::Status::kOk || body.size() <= kMostInflated);
}

void choose_coding(std::string_view bytes) {
  Request request;
  request.note(Field::kAcceptEncoding, bytes);
  (void)accepted_coding(request);
}

}  // namespace
}  // namespace lodestone::http

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lodestone::http;
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0]) {
    case 'a':
      parse_authorization(bytes);
      break;
    case 'g':
      inflate("gzip", bytes);
      break;
    case 'd':
      inflate("deflate", bytes);
      break;
    case 'e':
      choose_coding(bytes);
      break;
    default:
      parse_requests(bytes);
  }
  return 0;
}
