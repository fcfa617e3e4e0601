// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_ListStreams.html
#include <shared_mutex>
#include <vector>

#include "server/api/engine.h"
#include "server/api/json_writer.h"
#include "server/api/operations.h"

namespace lodestone {

ApiResult<void> list_streams(Request& request, std::string& reply) {
  constexpr std::int64_t kMostStreams = 100;
  const auto limit = static_cast<std::size_t>(integer_member(request.json, "Limit").value_or(kMostStreams));
  const auto table = text_member(request.json, "TableName");
  const auto start_arn = text_member(request.json, "ExclusiveStartStreamArn");
  const auto start = start_arn ? parse_stream_arn(*start_arn) : std::nullopt;
  if (start_arn && !start) return validation_error("Invalid StreamArn: " + std::string(*start_arn));

  Engine& engine = request.engine;
  const std::shared_lock lock(engine.streams.lock());
  const auto definitions = engine.streams.list(scope_of(engine, request.caller));
  const auto arn_of = [&](const StreamDefinition& definition) {
    return table_arn(request.caller, definition.table) + "/stream/" + definition.label;
  };
  JsonWriter json(reply);
  json.begin_object().key("Streams").begin_array();
  std::size_t told = 0;
  std::string last;
  bool more = false;
  for (const StreamDefinition& definition : definitions) {
    if (table && definition.table != table_name_of(*table)) continue;
    // The stream to start behind may be gone, so it is its place that counts.
    if (start && std::tie(definition.table, definition.label) <=
                     std::make_tuple(std::string(start->table), std::string(start->label))) {
      continue;
    }
    more = told == limit;
    if (more) break;
    ++told;
    last = arn_of(definition);
    json.begin_object().field("StreamArn", last).field("TableName", definition.table);
    json.field("StreamLabel", definition.label).end_object();
  }
  json.end_array();
  if (more) json.field("LastEvaluatedStreamArn", last);
  json.end_object();
  return {};
}

}  // namespace lodestone
