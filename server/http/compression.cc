#include "server/http/compression.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include <zlib.h>

#include "server/http/text.h"

namespace lodestone::http {
namespace {

constexpr int kZlibWindow = 15;
constexpr int kGzipWindow = 15 + 16;
constexpr std::size_t kKeptBytes = 256 * 1024;

/// One entry of Accept-Encoding.
struct Offer {
  std::string_view name;
  double quality = 1;
};

/// As the service reads it: what is malformed or above 1 counts as 1, what is negative as 0.
double read_quality(std::string_view text) {
  double value = 1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !(value <= 1)) return 1;
  return std::max(value, 0.0);
}

Offer read_offer(std::string_view entry) {
  Offer offer;
  std::string_view parameter;
  (void)next_piece(entry, ';', parameter);
  offer.name = trim(parameter);
  while (next_piece(entry, ';', parameter)) {
    parameter = trim(parameter);
    const std::size_t equals = parameter.find('=');
    if (equals == std::string_view::npos || !equals_ignoring_case(trim(parameter.substr(0, equals)), "q"))
      continue;
    offer.quality = read_quality(trim(parameter.substr(equals + 1)));
    break;
  }
  return offer;
}

/// What Accept-Encoding says of the codings that the server has. An absent value was not named.
struct Preferences {
  std::optional<double> gzip;
  std::optional<double> deflate;
  std::optional<double> any;
  /// The names in their order, for ties.
  int gzip_at = 0;
  int deflate_at = 0;
  int any_at = 0;
};

Preferences read_preferences(std::string_view field) {
  Preferences found;
  int position = 0;
  for (std::string_view entry; next_piece(field, ',', entry); ++position) {
    const Offer offer = read_offer(entry);
    if (!found.gzip && equals_ignoring_case(offer.name, "gzip")) {
      found.gzip = offer.quality;
      found.gzip_at = position;
    } else if (!found.deflate && equals_ignoring_case(offer.name, "deflate")) {
      found.deflate = offer.quality;
      found.deflate_at = position;
    } else if (!found.any && offer.name == "*") {
      found.any = offer.quality;
      found.any_at = position;
    }
  }
  return found;
}

}  // namespace

Coding accepted_coding(const Request& request) {
  const std::string_view field = request.get(Field::kAcceptEncoding);
  if (field.empty()) return Coding::kIdentity;
  const Preferences found = read_preferences(field);

  Coding best = Coding::kIdentity;
  double best_quality = 0;
  int best_at = 0;
  const auto consider = [&](Coding coding, double quality, int at) {
    if (quality <= 0 || quality < best_quality || (quality == best_quality && at > best_at)) return;
    best = coding;
    best_quality = quality;
    best_at = at;
  };
  if (found.gzip) consider(Coding::kGzip, *found.gzip, found.gzip_at);
  if (found.deflate) consider(Coding::kDeflate, *found.deflate, found.deflate_at);
  if (found.any) {
    const Coding meant = found.gzip && *found.gzip < *found.any ? Coding::kDeflate : Coding::kGzip;
    const std::optional<double>& named = meant == Coding::kGzip ? found.gzip : found.deflate;
    const bool refused = named && *named <= 0;
    if (!refused) consider(meant, *found.any, found.any_at);
  }
  return best;
}

std::string_view name_of(Coding coding) {
  switch (coding) {
    case Coding::kGzip:
      return "gzip";
    case Coding::kDeflate:
      return "deflate";
    case Coding::kIdentity:
      break;
  }
  return "identity";
}

void ZStreamDeleter::operator()(z_stream_s* stream) const {
  end(stream);
  delete stream;
}

Inflater::Status Inflater::decode(std::string_view encoding, std::size_t limit_bytes, std::string& body) {
  encoding = trim(encoding);
  if (equals_ignoring_case(encoding, "identity")) return Status::kOk;
  const bool gzip = equals_ignoring_case(encoding, "gzip");
  if (!gzip && !equals_ignoring_case(encoding, "deflate")) return Status::kCorrupt;
  if (body.empty()) return Status::kCorrupt;
  const Status status = inflate_all(gzip, limit_bytes, body);
  if (status == Status::kOk) body.swap(out_);
  if (out_.capacity() > kKeptBytes) out_ = {};
  return status;
}

Inflater::Status Inflater::inflate_all(bool gzip, std::size_t limit_bytes, std::string_view in) {
  const int window = gzip ? kGzipWindow : kZlibWindow;
  if (!stream_) {
    auto made = std::make_unique<z_stream>();
    if (inflateInit2(made.get(), window) != Z_OK) return Status::kCorrupt;
    stream_ = ZStream(made.release(), ZStreamDeleter{[](z_stream* stream) { inflateEnd(stream); }});
  }
  z_stream& stream = *stream_;
  if (inflateReset2(&stream, window) != Z_OK) return Status::kCorrupt;
  // zlib's interface predates const; it does not write to its input.
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(in.data()));
  stream.avail_in = static_cast<uInt>(in.size());

  out_.clear();
  for (;;) {
    if (out_.size() > limit_bytes) return Status::kTooLarge;
    const std::size_t before = out_.size();
    const std::size_t room = std::min(std::max<std::size_t>(before, 16 * 1024), limit_bytes + 1 - before);
    out_.resize(before + room);
    stream.next_out = reinterpret_cast<Bytef*>(out_.data() + before);
    stream.avail_out = static_cast<uInt>(room);
    const int result = inflate(&stream, Z_NO_FLUSH);
    out_.resize(before + room - stream.avail_out);
    if (result == Z_STREAM_END) {
      if (out_.size() > limit_bytes) return Status::kTooLarge;
      const bool another =
          gzip && stream.avail_in >= 2 && stream.next_in[0] == 0x1f && stream.next_in[1] == 0x8b;
      if (!another) return Status::kOk;
      if (inflateReset2(&stream, window) != Z_OK) return Status::kCorrupt;
    } else if (result != Z_OK && !(result == Z_BUF_ERROR && stream.avail_out == 0)) {
      return Status::kCorrupt;
    } else if (stream.avail_in == 0 && stream.avail_out != 0) {
      return Status::kCorrupt;  // The stream ends before its end.
    }
  }
}

bool Deflater::encode(Coding coding, std::string& body) {
  ZStream& stream = coding == Coding::kGzip ? gzip_ : deflate_;
  if (!stream) {
    auto made = std::make_unique<z_stream>();
    const int window = coding == Coding::kGzip ? kGzipWindow : kZlibWindow;
    // The fastest level: the network that this saves is mostly a loopback.
    if (deflateInit2(made.get(), Z_BEST_SPEED, Z_DEFLATED, window, 8, Z_DEFAULT_STRATEGY) != Z_OK)
      return false;
    stream = ZStream(made.release(), ZStreamDeleter{[](z_stream* ended) { deflateEnd(ended); }});
  } else if (deflateReset(stream.get()) != Z_OK) {
    return false;
  }
  out_.resize(deflateBound(stream.get(), static_cast<uLong>(body.size())));
  stream->next_in = reinterpret_cast<Bytef*>(body.data());
  stream->avail_in = static_cast<uInt>(body.size());
  stream->next_out = reinterpret_cast<Bytef*>(out_.data());
  stream->avail_out = static_cast<uInt>(out_.size());
  if (deflate(stream.get(), Z_FINISH) != Z_STREAM_END) return false;
  out_.resize(out_.size() - stream->avail_out);
  body.swap(out_);
  if (out_.capacity() > kKeptBytes) out_ = {};
  return true;
}

}  // namespace lodestone::http
