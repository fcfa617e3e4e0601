/// JSON text, written: the one escape routine of the store and the API.
#pragma once

#include <cstddef>
#include <cstring>
#include <string>
#include <string_view>

namespace lodestone {

/// Appends to a string piece by piece without a call per piece. The string is complete once the JsonOut is
/// destroyed, and must not be touched before. Not thread-safe.
class JsonOut {
 public:
  explicit JsonOut(std::string& out) : out_(out), at_(out.data() + out.size()), end_(at_) {}
  ~JsonOut() { out_.resize(static_cast<std::size_t>(at_ - out_.data())); }
  JsonOut(const JsonOut&) = delete;
  JsonOut& operator=(const JsonOut&) = delete;

  void put(char c) {
    reserve(1);
    *at_++ = c;
  }
  template <std::size_t N>
  void literal(const char (&text)[N]) {
    reserve(N - 1);
    std::memcpy(at_, text, N - 1);
    at_ += N - 1;
  }
  void raw(std::string_view text) {
    reserve(text.size());
    std::memcpy(at_, text.data(), text.size());
    at_ += text.size();
  }
  /// UTF-8 as a JSON string, quotes included. Escapes `"`, `\` and control characters, nothing else.
  void string(std::string_view text);
  /// Bytes as a JSON string of their base64 text.
  void base64_string(std::string_view bytes);

 private:
  void reserve(std::size_t bytes) {
    if (static_cast<std::size_t>(end_ - at_) < bytes) [[unlikely]]
      grow(bytes);
  }
  void grow(std::size_t bytes);
  void escape(unsigned char c);

  std::string& out_;
  char* at_;
  char* end_;
};

void append_json_string(std::string& out, std::string_view text);
void append_base64_string(std::string& out, std::string_view bytes);

}  // namespace lodestone
