// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_DescribeStream.html
#include <algorithm>
#include <shared_mutex>
#include <vector>

#include "server/api/engine.h"
#include "server/api/json_writer.h"
#include "server/api/operations.h"
#include "server/api/shard_iterator.h"

namespace lodestone {
namespace {

/// The shards that still hold records or may get some, as the filter and the start leave them.
ApiResult<std::vector<const Shard*>> choose_shards(const Request& request,
                                                   const StreamDefinition& definition) {
  const JsonValue& json = request.json;
  std::vector<const Shard*> shards;
  std::optional<std::string_view> parent;
  if (const JsonValue* filter = member(json, "ShardFilter")) {
    parent = text_member(*filter, "ShardId");
    if (text_member(*filter, "Type") != "CHILD_SHARDS") {
      return validation_error("ShardFilter.Type must be given, as CHILD_SHARDS");
    }
    if (!parent)
      return validation_error("ShardFilter.ShardId must be given where ShardFilter.Type is CHILD_SHARDS");
  }
  const auto start = text_member(json, "ExclusiveStartShardId");
  if (start && std::ranges::find(definition.shards, *start, &Shard::id) == definition.shards.end())
    return shards;
  const std::uint64_t oldest = first_number_of(request.now - kStreamRetention);
  for (const Shard& shard : definition.shards) {
    if (!shard.is_open() && shard.last_number < oldest) continue;
    if (parent && shard.parent != *parent) continue;
    if (start && shard.id <= *start) continue;
    shards.push_back(&shard);
  }
  std::ranges::sort(shards, {}, &Shard::id);
  return shards;
}

void write_shard(JsonWriter& json, const Shard& shard) {
  json.begin_object().field("ShardId", shard.id);
  json.key("SequenceNumberRange")
      .begin_object()
      .field("StartingSequenceNumber", sequence_text(shard.first_number));
  if (!shard.is_open()) json.field("EndingSequenceNumber", sequence_text(shard.last_number));
  json.end_object();
  if (!shard.parent.empty()) json.field("ParentShardId", shard.parent);
  json.end_object();
}

}  // namespace

ApiResult<void> describe_stream(Request& request, std::string& reply) {
  constexpr std::int64_t kMostShards = 100;
  const std::string_view arn = *text_member(request.json, "StreamArn");
  const auto limit = static_cast<std::size_t>(integer_member(request.json, "Limit").value_or(kMostShards));
  const std::shared_lock lock(request.engine.streams.lock());
  LODESTONE_ASSIGN(const Stream* stream, find_stream(request, arn));
  const StreamDefinition definition = stream->definition();
  LODESTONE_ASSIGN(const auto shards, choose_shards(request, definition));

  JsonWriter json(reply);
  json.begin_object().key("StreamDescription").begin_object();
  json.field("StreamArn", arn).field("StreamLabel", definition.label);
  json.field("StreamStatus", definition.disabled_at.count() == 0 ? "ENABLED" : "DISABLED");
  json.field("StreamViewType", definition.view_type);
  json.field("CreationRequestDateTime", definition.created_at).field("TableName", definition.table);
  json.key("KeySchema").begin_array();
  for (std::size_t i = 0; i < definition.key.size(); ++i) {
    json.begin_object().field("AttributeName", definition.key.at(i).name);
    json.field("KeyType", i < definition.key.partition.size() ? "HASH" : "RANGE").end_object();
  }
  json.end_array().key("Shards").begin_array();
  for (std::size_t i = 0; i < std::min(limit, shards.size()); ++i) write_shard(json, *shards[i]);
  json.end_array();
  if (shards.size() > limit) json.field("LastEvaluatedShardId", shards[limit - 1]->id);
  json.end_object().end_object();
  return {};
}

}  // namespace lodestone
