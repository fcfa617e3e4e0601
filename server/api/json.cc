#include "server/api/json.h"

#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <new>

#include <rapidjson/reader.h>

namespace lodestone {
namespace {

constexpr std::size_t kFirstChunkBytes = std::size_t{64} * 1024;
constexpr std::size_t kFurtherChunkBytes = std::size_t{256} * 1024;
constexpr std::size_t kStackValues = 1024;
constexpr std::size_t kKeptStackBytes = std::size_t{1024} * 1024;

/// RapidJSON reads whole SIMD words and a truncated character's missing bytes past a body's end.
constexpr std::size_t kPaddingBytes = 16;

/// What must be known about a body before it is parsed.
struct ByteClasses {
  bool beyond_ascii = false;
  /// There is a \u.
  bool unicode_escape = false;
  /// NUL, where an in-situ stream ends wherever it stands, or 0x1A to 0x1F, which RapidJSON 1.1 overlooks in
  /// long strings. JSON allows none of these anywhere.
  bool forbidden = false;
};

/// Sixteen bytes that are looked at together, on any processor: an extension of g++ and clang.
using Bytes16 [[gnu::vector_size(16)]] = unsigned char;

Bytes16 load16(const char* at) {
  Bytes16 bytes;
  std::memcpy(&bytes, at, sizeof bytes);
  return bytes;
}

/// Whether one of the bytes has a bit of `mask`, which is the same for each.
bool any_of(Bytes16 bytes, unsigned char mask) {
  std::uint64_t halves[2];
  std::memcpy(halves, &bytes, sizeof halves);
  return ((halves[0] | halves[1]) & (std::uint64_t{0x0101010101010101} * mask)) != 0;
}

ByteClasses classify(std::string_view padded) {
  Bytes16 high{};
  Bytes16 unicode_escape{};
  Bytes16 forbidden{};
  const auto add = [&](Bytes16 bytes, Bytes16 next_bytes) {
    high |= bytes;
    unicode_escape |= Bytes16(bytes == '\\') & Bytes16(next_bytes == 'u');
    forbidden |= Bytes16(bytes == 0) | Bytes16(bytes - 0x1A <= 0x1F - 0x1A);
  };
  std::size_t at = 0;
  for (; padded.size() - at >= 16; at += 16) add(load16(padded.data() + at), load16(padded.data() + at + 1));
  char rest[32];
  std::memset(rest, ' ', sizeof rest);
  std::memcpy(rest, padded.data() + at, padded.size() - at);
  add(load16(rest), load16(rest + 1));
  return {.beyond_ascii = any_of(high, 0x80),
          .unicode_escape = any_of(unicode_escape, 0xFF),
          .forbidden = any_of(forbidden, 0xFF)};
}

/// A stream as RapidJSON's encodings read it.
struct Bytes {
  using Ch = char;
  const char* at;
  char Take() { return *at++; }
};

/// RapidJSON's own validation during parsing gives up SIMD for the whole body; this looks closely at other
/// than ASCII only.
bool is_utf8(std::string_view padded) {
  const char* at = padded.data();
  const char* const end = at + padded.size();
  while (at < end) {
    std::uint64_t word;
    if (std::memcpy(&word, at, sizeof word); (word & 0x8080808080808080) == 0) {
      at += sizeof word;
      continue;
    }
    Bytes bytes{at};
    unsigned codepoint = 0;
    if (!rapidjson::UTF8<>::Decode(bytes, &codepoint)) return false;
    at = bytes.at;
  }
  return true;
}

bool is_hex_digit(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/// RapidJSON refuses the first half of a surrogate pair without its second, but makes bytes that aren't UTF-8
/// of a second half without its first. True where there is such a second half.
bool has_stray_surrogate(std::string_view body) {
  enum class Half { kNone, kFirst, kSecond };
  const auto half_at = [&](std::size_t at) {
    if (body.size() - at < 6 || body[at] != '\\' || body[at + 1] != 'u' || (body[at + 2] | 0x20) != 'd') {
      return Half::kNone;
    }
    const char nibble = body[at + 3];
    if (!is_hex_digit(nibble)) return Half::kNone;
    if (nibble < '8') return Half::kNone;
    const char lower = static_cast<char>(nibble | 0x20);
    return lower >= 'c' && lower <= 'f' ? Half::kSecond : Half::kFirst;
  };
  for (std::size_t at = 0; (at = body.find('\\', at)) != std::string_view::npos;) {
    switch (half_at(at)) {
      case Half::kSecond:
        return true;
      case Half::kFirst:
        at += 12;
        break;  // the parser checks that the second half follows
      case Half::kNone:
        at += 2;
        break;
    }
    if (at >= body.size()) break;
  }
  return false;
}

void set_number(JsonValue& value, const char* text, std::size_t length) {
  const char* const end = text + length;
  std::int64_t integer = 0;
  if (const auto read = std::from_chars(text, end, integer); read.ec == std::errc() && read.ptr == end) {
    value.SetInt64(integer);
    return;
  }
  double real = 0;
  // RapidJSON has refused what is too large for a double; what is too small leaves 0.
  std::from_chars(text, end, real);
  value.SetDouble(real);
}

/// Hands the reader's events on to the tree, with numbers and nesting in our own way.
template <class Tree>
class Builder {
 public:
  explicit Builder(Tree& tree) : tree_(tree) {}

  bool Null() { return tree_.Null(); }
  bool Bool(bool truth) { return tree_.Bool(truth); }
  bool RawNumber(const char* text, rapidjson::SizeType length, bool) {
    JsonValue number;
    set_number(number, text, length);
    return number.IsInt64() ? tree_.Int64(number.GetInt64()) : tree_.Double(number.GetDouble());
  }
  bool String(const char* text, rapidjson::SizeType length, bool copy) {
    return tree_.String(text, length, copy);
  }
  bool Key(const char* text, rapidjson::SizeType length, bool copy) { return tree_.Key(text, length, copy); }
  bool StartObject() { return enter() && tree_.StartObject(); }
  bool EndObject(rapidjson::SizeType members) {
    --nesting_;
    return tree_.EndObject(members);
  }
  bool StartArray() { return enter() && tree_.StartArray(); }
  bool EndArray(rapidjson::SizeType elements) {
    --nesting_;
    return tree_.EndArray(elements);
  }

  // The reader names these events but, with numbers as text, never sends them.
  bool Int(int value) { return tree_.Int(value); }
  bool Uint(unsigned value) { return tree_.Uint(value); }
  bool Int64(std::int64_t value) { return tree_.Int64(value); }
  bool Uint64(std::uint64_t value) { return tree_.Uint64(value); }
  bool Double(double value) { return tree_.Double(value); }

 private:
  bool enter() { return ++nesting_ <= JsonDocument::kMostNesting; }

  Tree& tree_;
  unsigned nesting_ = 0;
};

}  // namespace

JsonDocument::KeptBlock::~KeptBlock() { std::free(block_); }

void* JsonDocument::KeptBlock::Realloc(void*, std::size_t, std::size_t bytes) {
  if (bytes <= bytes_) return block_;
  // The one block is live or its content is done with; in both cases growing it in place is right.
  void* grown = std::realloc(block_, bytes);
  if (grown == nullptr) throw std::bad_alloc();
  block_ = grown;
  bytes_ = bytes;
  return block_;
}

void JsonDocument::KeptBlock::shrink() {
  if (bytes_ <= kKeptStackBytes) return;
  std::free(block_);
  block_ = nullptr;
  bytes_ = 0;
}

JsonDocument::JsonDocument()
    : first_chunk_(new char[kFirstChunkBytes]),
      pool_(first_chunk_.get(), kFirstChunkBytes, kFurtherChunkBytes),
      tree_(&pool_, kStackValues * sizeof(JsonValue), &stack_) {}

JsonDocument::~JsonDocument() = default;

void JsonDocument::clear() {
  tree_.SetNull();
  pool_.Clear();
  stack_.shrink();
}

bool JsonDocument::parse(std::string& body) {
  clear();
  const std::size_t size = body.size();
  body.append(kPaddingBytes, '\0');
  body.resize(size);
  const ByteClasses classes = classify(body);
  if (classes.forbidden) return false;
  if (classes.beyond_ascii && !is_utf8(body)) return false;
  if (classes.unicode_escape && has_stray_surrogate(body)) return false;

  bool parsed = false;
  auto generate = [&](Tree& tree) {
    constexpr unsigned kFlags = rapidjson::kParseInsituFlag | rapidjson::kParseNumbersAsStringsFlag;
    rapidjson::InsituStringStream stream(body.data());
    rapidjson::Reader reader;
    Builder<Tree> builder(tree);
    parsed = !reader.Parse<kFlags>(stream, builder).IsError();
    return parsed;
  };
  tree_.Populate(generate);
  return parsed;
}

}  // namespace lodestone
