#include "server/api/next_token.h"

#include "server/api/base64.h"
#include "storage/hash.h"
#include "storage/json_text.h"
#include "storage/key_codec.h"

namespace lodestone {
namespace {

constexpr std::size_t kNumberBytes = 8;

std::uint64_t read_number(std::string_view bytes) {
  std::uint64_t number = 0;
  for (const char byte : bytes.substr(0, kNumberBytes))
    number = number << 8 | static_cast<unsigned char>(byte);
  return number;
}

}  // namespace

void append_next_token(std::string& out, const NextToken& token) {
  std::string content;
  append_hash(content, token.statement);
  append_hash(content, token.read);
  content += token.row;
  std::string bytes;
  append_hash(bytes, hash_of(content));
  bytes += content;
  append_base64_string(out, bytes);
}

std::optional<NextToken> read_next_token(std::string_view text) {
  if (!is_base64(text)) return std::nullopt;
  Arena arena(text.size());
  const std::string_view bytes = decode_base64(text, arena);
  if (bytes.size() < 3 * kNumberBytes) return std::nullopt;
  std::string_view content = bytes.substr(kNumberBytes);
  if (read_number(bytes) != hash_of(content)) return std::nullopt;
  NextToken token;
  token.statement = read_number(content);
  token.read = static_cast<std::uint32_t>(read_number(content.substr(kNumberBytes)));
  token.row = content.substr(2 * kNumberBytes);
  return token;
}

}  // namespace lodestone
