// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_GetRecords.html
#include <algorithm>
#include <shared_mutex>

#include "server/api/engine.h"
#include "server/api/item_reply.h"
#include "server/api/operations.h"
#include "server/api/shard_iterator.h"
#include "storage/json_text.h"

namespace lodestone {
namespace {

constexpr std::int64_t kMostRecords = 1000;
constexpr std::size_t kMostBytes = 1024 * 1024;
constexpr Millis kIteratorLifetime = std::chrono::minutes(15);

/// Whether there has been a record of that number or a later one that is too old now.
ApiResult<bool> has_trimmed(const Engine& engine, SpaceId space, const Shard& shard, std::uint64_t number,
                            std::uint64_t oldest) {
  if (shard.trimmed_to >= number) return true;
  bool any = false;
  const std::string begin = record_key(space, shard.place, number);
  const std::string end = record_key(space, shard.place, oldest);
  LODESTONE_TRY_STORAGE(
      engine.kv->scan({begin, end}, Direction::kForward, [&any](std::string_view, std::string_view) {
        any = true;
        return false;
      }));
  return any;
}

}  // namespace

ApiResult<void> get_records(Request& request, std::string& reply) {
  Engine& engine = request.engine;
  LODESTONE_ASSIGN(ShardIterator iterator, decode_iterator(*text_member(request.json, "ShardIterator")));
  if (request.now - iterator.made_at > kIteratorLifetime) return expired_iterator();
  const std::int64_t limit = integer_member(request.json, "Limit").value_or(kMostRecords);

  const std::shared_lock lock(engine.streams.lock());
  LODESTONE_ASSIGN(const Stream* stream, find_stream(request, iterator.arn));
  const auto shard = stream->shard(iterator.shard_id);
  if (!shard) return resource_not_found("Invalid ShardId in ShardIterator");
  // What is older than a day is not there any more, whether it has been erased yet or not.
  const std::uint64_t oldest = first_number_of(request.now - kStreamRetention);
  const std::uint64_t from = std::max(iterator.position, oldest);
  if (iterator.position != 0 && iterator.position < oldest) {
    LODESTONE_ASSIGN(const bool trimmed,
                     has_trimmed(engine, stream->space(), *shard, iterator.position, oldest));
    if (trimmed) return trimmed_data_access();
  }

  ReplyObject object(reply);
  object.key("Records") += '[';
  const std::string begin = record_key(stream->space(), shard->place, from);
  const std::string end = record_key(stream->space(), shard->place + 1, 0);
  std::int64_t count = 0;
  std::size_t bytes = 0;
  bool more = false;
  std::uint64_t next = from;
  LODESTONE_TRY_STORAGE(
      engine.kv->scan({begin, end}, Direction::kForward, [&](std::string_view key, std::string_view record) {
        more = count == limit || (count > 0 && bytes + record.size() > kMostBytes);
        if (more) return false;
        if (count > 0) reply += ',';
        // Records are stored as they are told, but for the region, which is the caller's.
        reply += "{\"awsRegion\":";
        append_json_string(reply, request.caller.region);
        reply += ',';
        reply += record.substr(1);
        ++count;
        bytes += record.size();
        next = number_of_record(key) + 1;
        return true;
      }));
  reply += ']';
  const bool read_out = !shard->is_open() && !more;
  if (!read_out) {
    iterator.position = next;
    iterator.made_at = request.now;
    append_json_string(object.key("NextShardIterator"), encode_iterator(iterator));
  }
  object.close();
  return {};
}

}  // namespace lodestone
