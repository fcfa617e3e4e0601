/// Content codings: compressed requests and replies.
///
/// Rules as observed on the service: a request may come as gzip or deflate, a reply of 4 KiB or more is
/// compressed where Accept-Encoding allows it. Inflater and Deflater keep zlib's state between uses; not
/// thread-safe, one per thread.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "server/http/request.h"

struct z_stream_s;

namespace lodestone::http {

enum class Coding : unsigned char { kIdentity, kGzip, kDeflate };

/// Replies smaller than this are sent as they are.
inline constexpr std::size_t kCompressFromBytes = 4096;

/// The coding a reply to `request` is to have if it is large enough.
[[nodiscard]] Coding accepted_coding(const Request& request);

/// The name that stands in Content-Encoding.
[[nodiscard]] std::string_view name_of(Coding coding);

struct ZStreamDeleter {
  void (*end)(z_stream_s*) = nullptr;
  void operator()(z_stream_s* stream) const;
};
using ZStream = std::unique_ptr<z_stream_s, ZStreamDeleter>;

class Inflater {
 public:
  enum class Status : unsigned char { kOk, kCorrupt, kTooLarge };

  /// Decodes `body` as Content-Encoding `encoding` says, in place. gzip may have several members, and
  /// anything behind the last is ignored. An unknown encoding and an empty body are corrupt; "identity"
  /// leaves the body alone.
  [[nodiscard]] Status decode(std::string_view encoding, std::size_t limit_bytes, std::string& body);

 private:
  [[nodiscard]] Status inflate_all(bool gzip, std::size_t limit_bytes, std::string_view in);

  ZStream stream_;
  std::string out_;
};

class Deflater {
 public:
  /// Compresses `body` in place; false, and the body untouched, where memory is short.
  [[nodiscard]] bool encode(Coding coding, std::string& body);

 private:
  ZStream gzip_;
  ZStream deflate_;
  std::string out_;
};

}  // namespace lodestone::http
