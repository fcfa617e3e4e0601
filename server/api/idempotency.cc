#include "server/api/idempotency.h"

#include <optional>
#include <string>
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

struct Completion {
  std::uint64_t request = 0;
  Millis until{0};
};

/// What is stored of a token that completed; nullopt where it is none of ours.
std::optional<Completion> read_completion(std::string_view value) {
  constexpr std::size_t kNumberBytes = 8;
  if (value.size() != 2 * kNumberBytes) return std::nullopt;
  return Completion{read_number(value.substr(0, kNumberBytes)),
                    Millis(static_cast<std::int64_t>(read_number(value.substr(kNumberBytes))))};
}

}  // namespace

std::string idempotency_token(std::string_view scope, std::string_view client_token) {
  if (scope.empty()) return std::string(client_token);
  std::string token(scope);
  token += '\0';
  token += client_token;
  return token;
}

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
  const auto completion = *found ? read_completion(value) : std::nullopt;
  if (completion && now < completion->until) {
    if (completion->request != request) return idempotent_parameter_mismatch();
    return Standing::kCompleted;
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
  const std::string end = forget_key(now + Millis(1), {});
  std::vector<std::string> due;
  LODESTONE_TRY(kv_.scan({begin, end}, Direction::kForward, [&due](std::string_view key, std::string_view) {
    due.emplace_back(key);
    return true;
  }));
  // A token may be in use again since its time was over. While it runs, it is left for later.
  const std::scoped_lock lock(mutex_);
  Batch batch;
  for (const std::string& key : due) {
    const std::string_view token = std::string_view(key).substr(begin.size());
    if (running_.contains(token)) continue;
    std::string value;
    LODESTONE_ASSIGN(const bool found, kv_.get(token_key(token), value));
    const auto completion = found ? read_completion(value) : std::nullopt;
    if (!completion || completion->until <= now) batch.erase(token_key(token));
    batch.erase(key);
  }
  if (batch.empty()) return {};
  return kv_.write(batch);
}

}  // namespace lodestone
