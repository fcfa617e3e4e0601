/// What every operation works with: one request, the engine it runs on, and the memory it may use.
#pragma once

#include <string>
#include <vector>

#include "server/api/api_error.h"
#include "server/api/call.h"
#include "server/api/clock.h"
#include "server/api/json.h"
#include "server/api/json_access.h"
#include "server/api/streams.h"
#include "storage/arena.h"
#include "storage/kv.h"
#include "storage/rows.h"

namespace lodestone {

struct Engine;
class Table;

/// Buffers of one thread's requests, reused from one to the next. Not thread-safe.
struct Scratch {
  JsonDocument json;
  Arena arena;
  /// For one row at a time: reset between the rows of a scan.
  Arena row_arena;
  std::string key;
  std::string value;
  std::string encoded;
  Batch batch;
  std::vector<StreamChange> stream_changes;
};

/// Valid while the operation runs, with the catalog's read lock held for operations on items.
struct Request {
  Engine& engine;
  Scratch& scratch;
  const Caller& caller;
  const JsonValue& json;
  Millis now;

  [[nodiscard]] Arena& arena() const { return scratch.arena; }
};

}  // namespace lodestone
