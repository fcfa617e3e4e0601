#include "server/http/compression.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/http/gzip.h"

namespace lodestone::http {
namespace {

constexpr std::size_t kLimit = 1024 * 1024;

TEST(AcceptEncoding, chooses_as_the_service_does) {
  const std::vector<std::pair<std::string, Coding>> cases = {
      {"gzip", Coding::kGzip},
      {"deflate", Coding::kDeflate},
      {"GZip", Coding::kGzip},
      {"gzip, deflate", Coding::kGzip},
      {"deflate, gzip", Coding::kDeflate},
      {"gzip;q=0.5, deflate;q=0.8", Coding::kDeflate},
      {"gzip ; q=0.5 , deflate", Coding::kDeflate},
      {"gzip;q=0.5, identity;q=0.8", Coding::kGzip},
      {"identity", Coding::kIdentity},
      {"", Coding::kIdentity},
      {"br", Coding::kIdentity},
      {"zstd, compress, x-gzip", Coding::kIdentity},
      {"br, gzip;q=0.1", Coding::kGzip},
      {"*", Coding::kGzip},
      {"*;q=0", Coding::kIdentity},
      {"gzip;q=0", Coding::kIdentity},
      {"gzip;q=0, *", Coding::kDeflate},
      {"gzip;q=0.2, *;q=0.8", Coding::kDeflate},
      {"gzip;q=0.8, *;q=0.2", Coding::kGzip},
      {"gzip;q=0, deflate;q=0, *", Coding::kIdentity},
      {"gzip;q=-1", Coding::kIdentity},
      {"gzip;q=-1, deflate;q=0.1", Coding::kDeflate},
      {"deflate;q=0.9, gzip;q=5", Coding::kGzip},
      {"deflate;q=0.9, gzip;q=high", Coding::kGzip},
      {"deflate;q=0.9, gzip;q=", Coding::kGzip},
      {"deflate;q=0.9, gzip;q=nan", Coding::kGzip},
      {"deflate;q=0.5, gzip;q=0.1;q=1", Coding::kDeflate},
      {",,gzip,,", Coding::kGzip},
  };
  for (const auto& [field, expected] : cases) {
    Request request;
    request.note(Field::kAcceptEncoding, field);
    EXPECT_EQ(name_of(accepted_coding(request)), name_of(expected)) << field;
  }
  EXPECT_EQ(accepted_coding(Request()), Coding::kIdentity);
}

struct DecodeCase {
  std::string what;
  std::string encoding;
  std::string body;
  Inflater::Status status;
  std::string expected = {};
};

TEST(Inflater, decodes_or_refuses) {
  const std::string text = R"({"TableName":"films"})";
  const std::string long_text(300'000, 'x');
  const std::string whole = compressed(text);
  const auto ok = Inflater::Status::kOk;
  const auto corrupt = Inflater::Status::kCorrupt;
  std::string damaged = whole;
  damaged[damaged.size() - 6] = static_cast<char>(damaged[damaged.size() - 6] ^ 1);
  const std::vector<DecodeCase> cases = {
      {"gzip", "gzip", whole, ok, text},
      {"names in any case", " GZIP ", whole, ok, text},
      {"deflate", "deflate", compressed(text, kZlibFormat), ok, text},
      {"identity", "identity", text, ok, text},
      {"several members", "gzip", whole + compressed("") + whole, ok, text + text},
      {"junk behind gzip", "gzip", whole + "junk", ok, text},
      {"much", "gzip", compressed(long_text), ok, long_text},
      {"just the limit", "gzip", compressed(std::string(kLimit, 'x')), ok, std::string(kLimit, 'x')},
      {"nothing in gzip", "gzip", compressed(""), ok, ""},
      {"more than the limit", "gzip", compressed(std::string(kLimit + 1, 'x')), Inflater::Status::kTooLarge},
      {"a bomb", "deflate", compressed(std::string(30 * kLimit, '\0'), kZlibFormat),
       Inflater::Status::kTooLarge},
      {"members that are too much together", "gzip", compressed(std::string(kLimit, 'x')) + compressed("y"),
       Inflater::Status::kTooLarge},
      {"raw deflate", "deflate", compressed(text, kRawFormat), corrupt},
      {"an unknown encoding", "br", whole, corrupt},
      {"an empty name", "", whole, corrupt},
      {"two encodings", "gzip, gzip", whole, corrupt},
      {"an empty body", "gzip", "", corrupt},
      {"not gzip", "gzip", text, corrupt},
      {"a wrong checksum", "gzip", damaged, corrupt},
      {"cut off", "gzip", whole.substr(0, whole.size() - 3), corrupt},
      {"cut off in the second member", "gzip", whole + whole.substr(0, 15), corrupt},
      {"only the start of a header", "gzip", whole.substr(0, 4), corrupt},
  };
  Inflater inflater;
  for (const DecodeCase& example : cases) {
    std::string body = example.body;
    EXPECT_EQ(inflater.decode(example.encoding, kLimit, body), example.status) << example.what;
    if (example.status == ok) {
      EXPECT_EQ(body, example.expected) << example.what;
    }
  }
}

TEST(Deflater, makes_what_zlib_reads_again_and_again) {
  Deflater deflater;
  std::string text;
  for (int i = 0; i < 5000; ++i) text += std::to_string(i * i);
  for (int round = 0; round < 3; ++round) {
    std::string gzip = text;
    ASSERT_TRUE(deflater.encode(Coding::kGzip, gzip));
    EXPECT_LT(gzip.size(), text.size());
    EXPECT_EQ(decompressed(gzip, kGzipFormat), text);
    std::string zlib = text;
    ASSERT_TRUE(deflater.encode(Coding::kDeflate, zlib));
    EXPECT_EQ(decompressed(zlib, kZlibFormat), text);
  }
}

}  // namespace
}  // namespace lodestone::http
