// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_GetShardIterator.html
#include <shared_mutex>

#include "server/api/engine.h"
#include "server/api/json_writer.h"
#include "server/api/operations.h"
#include "server/api/shard_iterator.h"

namespace lodestone {

ApiResult<void> get_shard_iterator(Request& request, std::string& reply) {
  const JsonValue& json = request.json;
  const std::string_view arn = *text_member(json, "StreamArn");
  const std::string_view shard_id = *text_member(json, "ShardId");
  const std::string_view type = *text_member(json, "ShardIteratorType");
  const auto sequence = text_member(json, "SequenceNumber");
  const bool by_number = type == "AT_SEQUENCE_NUMBER" || type == "AFTER_SEQUENCE_NUMBER";
  if (by_number && !sequence) {
    return validation_error("SequenceNumber must be given where ShardIteratorType is " + std::string(type));
  }
  if (!by_number && sequence) {
    return validation_error("SequenceNumber must not be given where ShardIteratorType is " +
                            std::string(type));
  }
  const auto number = sequence ? sequence_number(*sequence) : std::nullopt;
  if (sequence && !number) return validation_error("Invalid SequenceNumber: " + std::string(*sequence));

  const std::shared_lock lock(request.engine.streams.lock());
  LODESTONE_ASSIGN(const Stream* stream, find_stream(request, arn));
  const auto shard = stream->shard(shard_id);
  if (!shard) {
    return resource_not_found("Shard: " + std::string(shard_id) + " in Stream: " + std::string(arn) +
                              " not found");
  }
  ShardIterator iterator{std::string(arn), std::string(shard_id), 0, request.now};
  if (type == "LATEST") {
    iterator.position = shard->is_open() ? stream->next_number() : shard->last_number + 1;
  } else if (by_number) {
    if (*number < first_number_of(request.now - kStreamRetention)) return trimmed_data_access();
    iterator.position = type == "AT_SEQUENCE_NUMBER" ? *number : *number + 1;
  }
  JsonWriter(reply).begin_object().field("ShardIterator", encode_iterator(iterator)).end_object();
  return {};
}

}  // namespace lodestone
