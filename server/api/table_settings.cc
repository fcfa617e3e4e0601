#include "server/api/table_settings.h"

namespace lodestone {
namespace {

constexpr std::size_t kMaxTags = 50;

/// Letters of any script, digits, white space and a few signs.
bool is_tag_text(std::string_view text) {
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain =
        byte >= 0x80 || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (!plain && std::string_view("+-=._:/@ \t\n").find(c) == std::string_view::npos) return false;
  }
  return true;
}

}  // namespace

ApiResult<void> read_stream(const JsonValue& request, TableRecord& record) {
  const JsonValue* json = member(request, "StreamSpecification");
  if (json == nullptr) return {};
  const bool enable = flag_member(*json, "StreamEnabled").value_or(false);
  const auto view_type = text_member(*json, "StreamViewType");
  const bool enabled = record.stream && record.stream->enabled;
  if (!enable) {
    if (view_type) {
      return invalid_parameters(
          "Table is being created with a stream disabled, UpdateViewType should not be specified");
    }
    if (record.stream) record.stream->enabled = false;
    return {};
  }
  if (!view_type) return invalid_parameters("StreamViewType must be specified when a stream is enabled");
  if (enabled) return validation_error("Table already has an enabled stream: TableName: " + record.name);
  record.stream = StreamSettings{true, std::string(*view_type), {}};
  return {};
}

void read_encryption(const JsonValue& request, const Caller& caller, TableRecord& record) {
  const JsonValue* json = member(request, "SSESpecification");
  if (json == nullptr) return;
  ServerSideEncryption encryption;
  encryption.enabled = flag_member(*json, "Enabled").value_or(false);
  encryption.type = text_member(*json, "SSEType").value_or("KMS");
  const std::string_view key = text_member(*json, "KMSMasterKeyId").value_or("alias/aws/dynamodb");
  if (key.starts_with("arn:")) {
    encryption.key_arn = key;
  } else {
    encryption.key_arn = "arn:aws:kms:" + std::string(caller.region) + ':' + std::string(caller.account) +
                         (key.starts_with("alias/") ? ":" : ":key/") + std::string(key);
  }
  record.encryption = std::move(encryption);
}

ApiResult<void> read_tags(const JsonValue& request, TableRecord& record) {
  const JsonValue* json = member(request, "Tags");
  if (json == nullptr) return {};
  auto tags = record.tags;
  for (const JsonValue& tag : json->GetArray()) {
    const std::string key(text_member(tag, "Key").value_or(""));
    const std::string value(text_member(tag, "Value").value_or(""));
    if (key.starts_with("aws:"))
      return validation_error("Tag keys may not begin with the reserved prefix aws: " + key);
    if (!is_tag_text(key)) return validation_error("Tag key has characters that are not allowed: " + key);
    if (!is_tag_text(value))
      return validation_error("Tag value has characters that are not allowed: " + value);
    tags[key] = value;
  }
  if (tags.size() > kMaxTags) {
    return validation_error("One or more parameter values were invalid: Too many tags: a resource may have " +
                            std::to_string(kMaxTags));
  }
  record.tags = std::move(tags);
  return {};
}

}  // namespace lodestone
