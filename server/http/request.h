/// The parts of one HTTP request that the server looks at, in memory that is reused from request to request.
///
/// Owns its text; the views it returns are valid until clear(). Not thread-safe: one per connection.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace lodestone::http {

enum class Method : unsigned char { kGet, kHead, kPost, kOptions, kOther };

/// What is kept of the request line and the header; everything else is read past.
enum class Field : unsigned char {
  kRequestTarget,
  kHost,
  kContentType,
  kContentEncoding,
  kAcceptEncoding,
  kAuthorization,
  kAmzTarget,
  kAmzDate,
  kDate,
  kOrigin,
  kCorsRequestMethod,
  kCorsRequestHeaders,
};
inline constexpr std::size_t kFieldCount = 12;

/// The request line has the first limit to itself, and so have the header's fields together.
struct MessageLimits {
  std::size_t header_bytes = 16 * 1024;
  std::size_t body_bytes = 16 * 1024 * 1024;
};

class Request {
 public:
  Method method = Method::kOther;
  bool http_1_1 = true;
  bool keep_alive = true;
  bool expects_continue = false;
  std::string body;

  /// Keeps a field's value. Of a field sent twice the first counts.
  void note(Field field, std::string_view value) {
    Span& span = spans_[static_cast<std::size_t>(field)];
    if (span.begin != kAbsent) return;
    span = {static_cast<std::uint32_t>(text_.size()), static_cast<std::uint32_t>(value.size())};
    text_.append(value);
  }

  [[nodiscard]] bool has(Field field) const {
    return spans_[static_cast<std::size_t>(field)].begin != kAbsent;
  }

  /// The field's value, empty where it was not sent.
  [[nodiscard]] std::string_view get(Field field) const {
    const Span& span = spans_[static_cast<std::size_t>(field)];
    if (span.begin == kAbsent) return {};
    return std::string_view(text_).substr(span.begin, span.size);
  }

  /// Makes ready for the next request. Keeps memory, but not that of an exceptionally large body.
  void clear() {
    method = Method::kOther;
    http_1_1 = keep_alive = true;
    expects_continue = false;
    if (body.capacity() > kKeptBytes) {
      body = {};
    } else {
      body.clear();
    }
    text_.clear();
    spans_.fill(Span{});
  }

 private:
  static constexpr std::uint32_t kAbsent = UINT32_MAX;
  static constexpr std::size_t kKeptBytes = 64 * 1024;
  struct Span {
    std::uint32_t begin = kAbsent;
    std::uint32_t size = 0;
  };

  std::array<Span, kFieldCount> spans_;
  std::string text_;
};

}  // namespace lodestone::http
