#include "server/http/reply_writer.h"

#include <charconv>
#include <random>

#include <libdeflate.h>

namespace lodestone::http {
namespace {

/// All ids of the service end so.
constexpr std::string_view kIdTail = "VV4KQNSO5AEMVJF66Q9ASUAAJG";
constexpr std::string_view kIdAlphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUV";
constexpr std::size_t kIdRandom = RequestIds::kSize - kIdTail.size();
constexpr std::size_t kDateSize = 29;

std::string_view status_line(unsigned status) {
  switch (status) {
    case 200:
      return "HTTP/1.1 200 OK\r\n";
    case 400:
      return "HTTP/1.1 400 Bad Request\r\n";
    case 404:
      return "HTTP/1.1 404 Not Found\r\n";
    case 413:
      return "HTTP/1.1 413 Request Entity Too Large\r\n";
    case 503:
      return "HTTP/1.1 503 Service Unavailable\r\n";
    default:
      return "HTTP/1.1 500 Internal Server Error\r\n";
  }
}

void append_number(std::uint64_t number, std::string& out) {
  std::array<char, 20> digits;
  const auto result = std::to_chars(digits.data(), digits.data() + digits.size(), number);
  out.append(digits.data(), result.ptr);
}

std::uint64_t rotate_left(std::uint64_t x, int by) { return (x << by) | (x >> (64 - by)); }

}  // namespace

RequestIds::RequestIds() {
  std::random_device device;
  for (std::uint64_t& word : state_) word = (std::uint64_t{device()} << 32) | device() | 1;
  kIdTail.copy(id_.data() + kIdRandom, kIdTail.size());
}

/// xoroshiro128+: unique is what an id must be, not unpredictable.
std::uint64_t RequestIds::random() {
  const std::uint64_t a = state_[0];
  std::uint64_t b = state_[1];
  const std::uint64_t result = a + b;
  b ^= a;
  state_[0] = rotate_left(a, 24) ^ b ^ (b << 16);
  state_[1] = rotate_left(b, 37);
  return result;
}

std::string_view RequestIds::next() {
  constexpr std::size_t kPerWord = 12;
  for (std::size_t at = 0; at < kIdRandom;) {
    // The lowest bits of this generator are its weakest.
    std::uint64_t bits = random() >> 4;
    for (std::size_t i = 0; i < kPerWord && at < kIdRandom; ++i, bits >>= 5)
      id_[at++] = kIdAlphabet[bits & 31];
  }
  return {id_.data(), id_.size()};
}

std::string_view ReplyWriter::date() {
  timespec now{};
  clock_gettime(CLOCK_REALTIME_COARSE, &now);
  if (now.tv_sec != date_second_) {
    date_second_ = now.tv_sec;
    std::tm parts{};
    gmtime_r(&now.tv_sec, &parts);
    // The program never leaves the "C" locale, so these are the English names that HTTP wants.
    std::strftime(date_text_.data(), date_text_.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
  }
  return {date_text_.data(), kDateSize};
}

void ReplyWriter::append_head(const ReplyHead& head, std::string_view body, std::string& out) {
  out.append(status_line(head.status)).append("Server: Server\r\nDate: ").append(date());
  if (!head.content_type.empty()) out.append("\r\nContent-Type: ").append(head.content_type);
  out.append("\r\nContent-Length: ");
  append_number(body.size(), out);
  out.append(head.keep_alive ? std::string_view("\r\nConnection: keep-alive\r\n")
                             : std::string_view("\r\nConnection: close\r\n"));
  if (!head.request_id.empty()) {
    out.append("x-amzn-RequestId: ").append(head.request_id).append("\r\nx-amz-crc32: ");
    append_number(libdeflate_crc32(0, body.data(), body.size()), out);
    out.append("\r\n");
  }
  out.append(head.extra_fields).append("\r\n");
}

}  // namespace lodestone::http
