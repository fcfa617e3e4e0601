/// Writes replies as bytes: a head put together by hand from few pieces, and the body behind it.
///
/// Keeps the date of the second and the generator of request ids. Not thread-safe: one per thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <ctime>
#include <string>
#include <string_view>

namespace lodestone::http {

/// Ids as the service makes them: 52 characters of 0-9A-V, of which the first half differs from request to
/// request.
class RequestIds {
 public:
  static constexpr std::size_t kSize = 52;
  using Id = std::array<char, kSize>;

  RequestIds();
  [[nodiscard]] std::string_view next();

 private:
  [[nodiscard]] std::uint64_t random();

  std::array<std::uint64_t, 2> state_;
  Id id_;
};

struct ReplyHead {
  unsigned status = 200;
  std::string_view content_type;
  /// Complete lines of further fields, each with its line end.
  std::string_view extra_fields;
  /// Empty: no request id, and no checksum either.
  std::string_view request_id;
  bool keep_alive = true;
};

class ReplyWriter {
 public:
  /// Appends the head of a reply whose body is `body`, as it is sent. Does not append the body.
  void append_head(const ReplyHead& head, std::string_view body, std::string& out);

 private:
  [[nodiscard]] std::string_view date();

  std::time_t date_second_ = -1;
  std::array<char, 32> date_text_{};
};

}  // namespace lodestone::http
