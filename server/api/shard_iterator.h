/// Shard iterators: a place in a shard, as the opaque text that callers hand back.
///
/// Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_GetShardIterator.html
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "server/api/api_error.h"
#include "server/api/clock.h"
#include "server/api/request.h"
#include "server/api/streams.h"

namespace lodestone {

struct ShardIterator {
  std::string arn;
  std::string shard_id;
  /// The smallest sequence number that it may return; 0: from the oldest record that is there when it is
  /// used.
  std::uint64_t position = 0;
  Millis made_at{0};
};

[[nodiscard]] std::string encode_iterator(const ShardIterator& iterator);
/// ValidationException where the text was not made by encode_iterator().
[[nodiscard]] ApiResult<ShardIterator> decode_iterator(std::string_view text);

/// The stream of an ARN, with streams.lock() held: ValidationException where it is malformed, else
/// ResourceNotFoundException.
[[nodiscard]] ApiResult<Stream*> find_stream(Request& request, std::string_view arn);

}  // namespace lodestone
