#include "server/api/idempotency.h"

#include <vector>

#include "storage/hash.h"
#include "storage/key_codec.h"

namespace lodestone {
namespace {

constexpr Millis kKept = std::chrono::minutes(10);
constexpr SpaceId kCatalogSpace = 0;
/// Tokens by themselves, and by the time at which they are forgotten.
constexpr char kTokenEntry = 'I';
constexpr char kForgetEntry = 'J';

std::string token_key(std::string_view token) {
  std::string key;
  append_space(key, kCatalogSpace);
  key += kTokenEntry;
  key += token;
  return key;
}

std::string forget_key(Millis at, std::string_view token) {
  std::string key;
  append_space(key, kCatalogSpace);
  key += kForgetEntry;
  append_hash(key, static_cast<std::uint64_t>(at.count()));
  key += token;
  return key;
}

std::uint64_t read_number(std::string_view bytes) {
  std::uint64_t number = 0;
  for (const char byte : bytes) number = number << 8 | static_cast<unsigned char>(byte);
  return number;
}

}  // namespace

std::uint64_t fingerprint(const JsonValue& json) {
  std::string text;
  switch (json.GetType()) {
    case rapidjson::kObjectType: {
      // A sum does not depend on the order.
      std::uint64_t sum = 1;
      for (const auto& entry : json.GetObject()) {
        std::string pair(json_text(entry.name));
        pair += '\0';
        append_hash(pair, fingerprint(entry.value));
        sum += hash_of(pair);
      }
      text += '{';
      append_hash(text, sum);
      break;
    }
    case rapidjson::kArrayType:
      text += '[';
      for (const JsonValue& element : json.GetArray()) append_hash(text, fingerprint(element));
      break;
    case rapidjson::kStringType:
      text += '"';
      text += json_text(json);
      break;
    case rapidjson::kNumberType:
      text += '0';
      text += json.IsInt64() ? std::to_string(json.GetInt64()) : std::to_string(json.GetDouble());
      break;
    case rapidjson::kTrueType:
      text += 't';
      break;
    case rapidjson::kFalseType:
      text += 'f';
      break;
    case rapidjson::kNullType:
      text += 'n';
      break;
  }
  return hash_of(text);
}

ApiResult<IdempotencyTokens::Standing> IdempotencyTokens::begin(std::string_view token, std::uint64_t request,
                                                                Millis now) {
  const std::scoped_lock lock(mutex_);
  if (running_.contains(token)) return transaction_in_progress();
  std::string value;
  auto found = kv_.get(token_key(token), value);
  if (!found.ok()) return internal_error(found.error());
  constexpr std::size_t kNumberBytes = 8;
  if (*found && value.size() == 2 * kNumberBytes) {
    const auto until = static_cast<std::int64_t>(read_number(std::string_view(value).substr(kNumberBytes)));
    if (now.count() < until) {
      if (read_number(std::string_view(value).substr(0, kNumberBytes)) != request)
        return idempotent_parameter_mismatch();
      return Standing::kCompleted;
    }
  }
  running_.emplace(token);
  return Standing::kNew;
}

void IdempotencyTokens::complete(Batch& batch, std::string_view token, std::uint64_t request, Millis now) {
  const Millis until = now + kKept;
  std::string value;
  append_hash(value, request);
  append_hash(value, static_cast<std::uint64_t>(until.count()));
  batch.put(token_key(token), value);
  batch.put(forget_key(until, token), {});
}

void IdempotencyTokens::end(std::string_view token) {
  const std::scoped_lock lock(mutex_);
  if (const auto at = running_.find(token); at != running_.end()) running_.erase(at);
}

StorageResult<void> IdempotencyTokens::forget_old(Millis now) {
  const std::string begin = forget_key(Millis(0), {});
  const std::string end = forget_key(now, {});
  Batch batch;
  LODESTONE_TRY(
      kv_.scan({begin, end}, Direction::kForward, [&batch, &begin](std::string_view key, std::string_view) {
        batch.erase(key);
        batch.erase(token_key(key.substr(begin.size())));
        return true;
      }));
  if (batch.empty()) return {};
  return kv_.write(batch);
}

}  // namespace lodestone
