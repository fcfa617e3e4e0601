#include "server/api/shard_iterator.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "server/api/base64.h"
#include "server/api/engine.h"
#include "storage/hash.h"
#include "storage/json_text.h"

namespace lodestone {
namespace {

template <class Number>
bool read_number(std::string_view text, Number& number) {
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && rest == text.data() + text.size();
}

Failure<ApiError> invalid_iterator() { return validation_error("Invalid ShardIterator"); }

}  // namespace

std::string encode_iterator(const ShardIterator& iterator) {
  std::string plain = iterator.arn + '\n' + iterator.shard_id + '\n' + std::to_string(iterator.position) +
                      '\n' + std::to_string(iterator.made_at.count());
  // Tells a text of ours from another, and from one that was cut.
  plain += '\n' + std::to_string(hash_of(plain));
  std::string encoded;
  append_base64_string(encoded, plain);
  return encoded.substr(1, encoded.size() - 2);
}

ApiResult<ShardIterator> decode_iterator(std::string_view text) {
  if (!is_base64(text)) return invalid_iterator();
  Arena arena;
  std::string_view plain = decode_base64(text, arena);
  const std::size_t check_at = plain.rfind('\n');
  std::uint64_t check = 0;
  if (check_at == std::string_view::npos || !read_number(plain.substr(check_at + 1), check))
    return invalid_iterator();
  plain = plain.substr(0, check_at);
  if (hash_of(plain) != check) return invalid_iterator();
  std::array<std::string_view, 4> parts;
  for (std::string_view& part : parts) {
    part = plain.substr(0, plain.find('\n'));
    plain.remove_prefix(std::min(plain.size(), part.size() + 1));
  }
  ShardIterator iterator;
  iterator.arn = parts[0];
  iterator.shard_id = parts[1];
  std::int64_t made_at = 0;
  if (!read_number(parts[2], iterator.position) || !read_number(parts[3], made_at)) return invalid_iterator();
  iterator.made_at = Millis(made_at);
  return iterator;
}

ApiResult<Stream*> find_stream(Request& request, std::string_view arn) {
  const auto name = parse_stream_arn(arn);
  if (!name) return validation_error("Invalid StreamArn: " + std::string(arn));
  Stream* stream =
      request.engine.streams.find(scope_of(request.engine, request.caller), name->table, name->label);
  if (stream == nullptr) return resource_not_found("Stream: " + std::string(arn) + " not found");
  return stream;
}

}  // namespace lodestone
