/// zlib's own one-call forms, to make and read what the server is to read and makes.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

#include <zlib.h>

namespace lodestone::http {

constexpr int kGzipFormat = 15 + 16;
constexpr int kZlibFormat = 15;
constexpr int kRawFormat = -15;

inline std::string compressed(std::string_view text, int format = kGzipFormat) {
  z_stream stream{};
  deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, format, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  if (deflate(&stream, Z_FINISH) != Z_STREAM_END) throw std::runtime_error("cannot compress");
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

inline std::string decompressed(std::string_view bytes, int format = kGzipFormat) {
  z_stream stream{};
  inflateInit2(&stream, format);
  std::string out(32 * 1024 * 1024, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  if (inflate(&stream, Z_FINISH) != Z_STREAM_END) throw std::runtime_error("cannot decompress");
  out.resize(stream.total_out);
  inflateEnd(&stream);
  return out;
}

}  // namespace lodestone::http
