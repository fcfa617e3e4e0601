#include "storage/item_codec.h"

#include <cstring>

#include "storage/json_text.h"

namespace lodestone {
namespace {

constexpr char kItemFormat = 1;
constexpr std::size_t kHeaderBytes = 1 + sizeof(std::uint32_t);
/// DynamoDB allows 32 levels; a stored item never has more.
constexpr int kMaxDepth = 40;

/// Reads canonical JSON. Any surprise makes it fail: stored bytes are checked, not trusted.
class Decoder {
 public:
  Decoder(std::string_view json, Arena& arena) : at_(json.data()), end_(at_ + json.size()), arena_(arena) {}

  std::optional<Item> item() {
    Item result;
    if (!attributes(result, 0) || at_ != end_) return std::nullopt;
    return result;
  }

 private:
  bool take(char c) {
    if (at_ == end_ || *at_ != c) return false;
    ++at_;
    return true;
  }

  bool take(std::string_view text) {
    if (static_cast<std::size_t>(end_ - at_) < text.size() || std::memcmp(at_, text.data(), text.size()) != 0)
      return false;
    at_ += text.size();
    return true;
  }

  bool text(std::string_view& out) {
    if (!take('"')) return false;
    const char* begin = at_;
    while (at_ != end_ && *at_ != '"' && *at_ != '\\') ++at_;
    if (at_ == end_) return false;
    if (*at_ == '"') {
      out = {begin, at_};
      ++at_;
      return true;
    }
    return escaped_text(begin, out);
  }

  bool escaped_text(const char* begin, std::string_view& out) {
    const char* close = at_;
    while (close != end_ && *close != '"') {
      if (*close == '\\' && ++close == end_) return false;
      ++close;
    }
    if (close == end_) return false;
    auto buffer = arena_.array<char>(static_cast<std::size_t>(close - begin));
    auto length = static_cast<std::size_t>(at_ - begin);
    std::memcpy(buffer.data(), begin, length);
    while (*at_ != '"') {
      if (*at_ != '\\') {
        buffer[length++] = *at_++;
        continue;
      }
      ++at_;
      switch (*at_++) {
        case '"':
          buffer[length++] = '"';
          break;
        case '\\':
          buffer[length++] = '\\';
          break;
        case 'n':
          buffer[length++] = '\n';
          break;
        case 'r':
          buffer[length++] = '\r';
          break;
        case 't':
          buffer[length++] = '\t';
          break;
        case 'b':
          buffer[length++] = '\b';
          break;
        case 'f':
          buffer[length++] = '\f';
          break;
        case 'u': {
          if (close - at_ < 4 || at_[0] != '0' || at_[1] != '0') return false;
          const int high = hex(at_[2]);
          const int low = hex(at_[3]);
          if (high < 0 || low < 0) return false;
          buffer[length++] = static_cast<char>(high << 4 | low);
          at_ += 4;
          break;
        }
        default:
          return false;
      }
    }
    ++at_;
    out = {buffer.data(), length};
    return true;
  }

  static int hex(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return -1;
  }

  /// Digits, a sign, a point: what write_number() makes numbers of. Whether they are in order is not looked
  /// at.
  bool number(std::string_view& out) {
    if (!text(out) || out.empty()) return false;
    for (const char c : out) {
      if ((c < '0' || c > '9') && c != '-' && c != '.') return false;
    }
    return true;
  }

  bool binary(std::string_view& out) {
    std::string_view encoded;
    if (!text(encoded) || encoded.size() % 4 != 0) return false;
    auto bytes = arena_.array<char>(encoded.size() / 4 * 3);
    std::size_t length = 0;
    for (std::size_t i = 0; i < encoded.size(); i += 4) {
      unsigned group = 0;
      int given = 4;
      for (std::size_t k = 0; k < 4; ++k) {
        const char c = encoded[i + k];
        if (c == '=') {
          if (i + 4 != encoded.size() || k < 2) return false;
          given = given < static_cast<int>(k) ? given : static_cast<int>(k);
          group <<= 6;
          continue;
        }
        const int six = sextet(c);
        if (six < 0 || given != 4) return false;
        group = group << 6 | static_cast<unsigned>(six);
      }
      bytes[length++] = static_cast<char>(group >> 16);
      if (given > 2) bytes[length++] = static_cast<char>(group >> 8 & 255);
      if (given > 3) bytes[length++] = static_cast<char>(group & 255);
    }
    out = {bytes.data(), length};
    return true;
  }

  static int sextet(char c) {
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (c >= '0' && c <= '9') return c - '0' + 52;
    if (c == '+') return 62;
    if (c == '/') return 63;
    return -1;
  }

  /// Elements collected on a fixed stack buffer first, then in a growing arena array: most containers are
  /// small.
  template <class T>
  class Collected {
   public:
    explicit Collected(Arena& arena) : arena_(arena) {}
    void push(const T& element) {
      if (size_ == capacity_) {
        const auto larger = arena_.array<T>(capacity_ * 2);
        std::memcpy(static_cast<void*>(larger.data()), data_, size_ * sizeof(T));
        data_ = larger.data();
        capacity_ *= 2;
      }
      data_[size_++] = element;
    }
    std::span<const T> finish() {
      return data_ == local_ ? arena_.copy(std::span<const T>(local_, size_))
                             : std::span<const T>(data_, size_);
    }

   private:
    static constexpr std::size_t kLocal = 12;
    Arena& arena_;
    T local_[kLocal];
    T* data_ = local_;
    std::size_t size_ = 0;
    std::size_t capacity_ = kLocal;
  };

  bool attributes(Item& out, int depth) {
    if (depth > kMaxDepth || !take('{')) return false;
    if (take('}')) {
      out = {};
      return true;
    }
    Collected<Attribute> collected(arena_);
    do {
      Attribute attribute;
      if (!text(attribute.name) || !take(':') || !value(attribute.value, depth + 1)) return false;
      collected.push(attribute);
    } while (take(','));
    out = collected.finish();
    return take('}');
  }

  bool set(Type type, Value& out) {
    if (!take('[')) return false;
    Collected<std::string_view> collected(arena_);
    do {
      std::string_view element;
      const bool is_read = type == Type::kBS   ? binary(element)
                           : type == Type::kNS ? number(element)
                                               : text(element);
      if (!is_read) return false;
      collected.push(element);
    } while (take(','));
    out = Value::set(type, collected.finish());
    return take(']');
  }

  bool list(Value& out, int depth) {
    if (depth > kMaxDepth || !take('[')) return false;
    if (take(']')) {
      out = Value::list({});
      return true;
    }
    Collected<Value> collected(arena_);
    do {
      Value element;
      if (!value(element, depth + 1)) return false;
      collected.push(element);
    } while (take(','));
    out = Value::list(collected.finish());
    return take(']');
  }

  bool value(Value& out, int depth) {
    std::string_view name;
    if (!take('{') || !text(name) || !take(':')) return false;
    const std::optional<Type> type = type_named(name);
    if (!type) return false;
    std::string_view content;
    switch (*type) {
      case Type::kS:
        if (!text(content)) return false;
        out = Value::string(content);
        break;
      case Type::kN:
        if (!number(content)) return false;
        out = Value::number(content);
        break;
      case Type::kB:
        if (!binary(content)) return false;
        out = Value::binary(content);
        break;
      case Type::kSS:
      case Type::kNS:
      case Type::kBS:
        if (!set(*type, out)) return false;
        break;
      case Type::kBool:
        if (take("true")) {
          out = Value::boolean(true);
        } else if (take("false")) {
          out = Value::boolean(false);
        } else {
          return false;
        }
        break;
      case Type::kNull:
        if (!take("true")) return false;
        out = Value::null();
        break;
      case Type::kL:
        if (!list(out, depth)) return false;
        break;
      case Type::kM: {
        Item content_of_map;
        if (!attributes(content_of_map, depth)) return false;
        out = Value::map(content_of_map);
        break;
      }
    }
    return take('}');
  }

  const char* at_;
  const char* end_;
  Arena& arena_;
};

}  // namespace

namespace {

void write(JsonOut& out, Item item);

void write(JsonOut& out, const Value& value) {
  switch (value.type()) {
    case Type::kS:
      out.literal("{\"S\":");
      out.string(value.text());
      break;
    case Type::kN:
      out.literal("{\"N\":\"");
      out.raw(value.text());
      out.put('"');
      break;
    case Type::kB:
      out.literal("{\"B\":");
      out.base64_string(value.text());
      break;
    case Type::kSS:
    case Type::kNS:
    case Type::kBS: {
      out.literal("{\"");
      out.raw(type_name(value.type()));
      out.literal("\":");
      char separator = '[';
      for (const std::string_view element : value.elements()) {
        out.put(separator);
        separator = ',';
        if (value.type() == Type::kBS) {
          out.base64_string(element);
        } else {
          out.string(element);
        }
      }
      out.put(']');
      break;
    }
    case Type::kBool:
      if (value.truth()) {
        out.literal("{\"BOOL\":true");
      } else {
        out.literal("{\"BOOL\":false");
      }
      break;
    case Type::kNull:
      out.literal("{\"NULL\":true");
      break;
    case Type::kL: {
      out.literal("{\"L\":[");
      bool first = true;
      for (const Value& element : value.list()) {
        if (!first) out.put(',');
        first = false;
        write(out, element);
      }
      out.put(']');
      break;
    }
    case Type::kM:
      out.literal("{\"M\":");
      write(out, value.map());
      break;
  }
  out.put('}');
}

void write(JsonOut& out, Item item) {
  out.put('{');
  bool first = true;
  for (const Attribute& attribute : item) {
    if (!first) out.put(',');
    first = false;
    out.string(attribute.name);
    out.put(':');
    write(out, attribute.value);
  }
  out.put('}');
}

}  // namespace

void append_json(std::string& out, const Value& value) {
  JsonOut json(out);
  write(json, value);
}

void append_json(std::string& out, Item item) {
  JsonOut json(out);
  write(json, item);
}

void encode_item(std::string& out, Item item, std::size_t size_bytes) {
  out.clear();
  out += kItemFormat;
  const auto size = static_cast<std::uint32_t>(size_bytes);
  for (int shift = 0; shift < 32; shift += 8) out += static_cast<char>(size >> shift & 255);
  append_json(out, item);
}

std::optional<StoredItem> open_item(std::string_view stored) {
  if (stored.size() < kHeaderBytes || stored[0] != kItemFormat) return std::nullopt;
  StoredItem item;
  for (std::size_t i = 0; i < sizeof(std::uint32_t); ++i) {
    item.size_bytes |= static_cast<std::uint32_t>(static_cast<unsigned char>(stored[1 + i])) << (8 * i);
  }
  item.json = stored.substr(kHeaderBytes);
  return item;
}

std::optional<Item> decode_item(std::string_view json, Arena& arena) { return Decoder(json, arena).item(); }

}  // namespace lodestone
