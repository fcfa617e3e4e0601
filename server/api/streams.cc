#include "server/api/streams.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <ctime>

#include "server/api/catalog.h"
#include "server/api/stream_definition.h"
#include "storage/hash.h"
#include "storage/json_text.h"
#include "storage/key_codec.h"
#include "storage/number.h"

namespace lodestone {
namespace {

/// A number's low bits count within a millisecond.
constexpr int kCountBits = 20;

/// A stream's label: ISO time with milliseconds, no zone.
std::string label_of(Millis time) {
  const std::time_t seconds = time.count() / 1000;
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 32> date;
  const std::size_t length = std::strftime(date.data(), date.size(), "%Y-%m-%dT%H:%M:%S", &parts);
  std::array<char, 8> fraction;
  std::snprintf(fraction.data(), fraction.size(), ".%03d", static_cast<int>(time.count() % 1000));
  return std::string(date.data(), length) + fraction.data();
}

std::string shard_id(Millis now, std::uint64_t place) {
  std::array<char, 48> text;
  std::snprintf(text.data(), text.size(), "shardId-%020lld-%08llx", static_cast<long long>(now.count()),
                static_cast<unsigned long long>(place));
  return text.data();
}

std::string event_id(SpaceId space, std::uint64_t number) {
  std::string seed;
  append_space(seed, space);
  append_hash(seed, number);
  const std::uint64_t high = hash_of(seed);
  seed += '\1';
  const std::uint64_t low = hash_of(seed);
  std::array<char, 33> text;
  std::snprintf(text.data(), text.size(), "%016llx%016llx", static_cast<unsigned long long>(high),
                static_cast<unsigned long long>(low));
  return text.data();
}

}  // namespace

std::string sequence_text(std::uint64_t number) {
  std::array<char, 24> text;
  std::snprintf(text.data(), text.size(), "1%020llu", static_cast<unsigned long long>(number));
  return text.data();
}

std::optional<std::uint64_t> sequence_number(std::string_view text) {
  constexpr std::size_t kDigits = 21;
  if (text.size() < kDigits || text.find_first_not_of("0123456789") != std::string_view::npos)
    return std::nullopt;
  std::uint64_t number = 0;
  const std::string_view digits = text.substr(text.size() - (kDigits - 1));
  const auto [rest, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc() || rest != digits.data() + digits.size()) return std::nullopt;
  return number;
}

std::uint64_t first_number_of(Millis time) {
  return static_cast<std::uint64_t>(std::max<std::int64_t>(0, time.count())) << kCountBits;
}

std::string record_key(SpaceId space, std::uint64_t place, std::uint64_t number) {
  std::string key;
  append_space(key, space);
  append_hash(key, place);
  append_hash(key, number);
  return key;
}

std::uint64_t number_of_record(std::string_view key) { return partition_hash(key.substr(kHashBytes)); }

std::optional<StreamName> parse_stream_arn(std::string_view arn) {
  constexpr std::string_view kTable = ":table/";
  constexpr std::string_view kStream = "/stream/";
  if (!arn.starts_with("arn:")) return std::nullopt;
  const std::size_t table = arn.find(kTable);
  const std::size_t stream = arn.find(kStream);
  if (table == std::string_view::npos || stream == std::string_view::npos || stream < table)
    return std::nullopt;
  const std::size_t name = table + kTable.size();
  return StreamName{arn.substr(name, stream - name), arn.substr(stream + kStream.size())};
}

void Stream::append(Batch& batch, const StreamChange& change, Millis now) {
  const std::scoped_lock lock(mutex_);
  if (definition_.disabled_at.count() != 0) return;
  const Shard& shard = shard_for(batch, change.hash, now);
  const std::uint64_t number = take_number(now);
  const std::string& view = definition_.view_type;
  const bool with_new = !change.new_json.empty() && (view == "NEW_IMAGE" || view == "NEW_AND_OLD_IMAGES");
  const bool with_old = !change.old_json.empty() && (view == "OLD_IMAGE" || view == "NEW_AND_OLD_IMAGES");
  std::string text;
  {
    JsonOut json(text);
    json.literal("{\"eventID\":");
    json.string(event_id(definition_.space, number));
    json.literal(",\"eventName\":");
    json.string(change.old_json.empty() ? "INSERT" : change.new_json.empty() ? "REMOVE" : "MODIFY");
    json.literal(",\"eventVersion\":\"1.1\",\"eventSource\":\"aws:dynamodb\"");
    if (change.expired) {
      json.literal(",\"userIdentity\":{\"Type\":\"Service\",\"PrincipalId\":\"dynamodb.amazonaws.com\"}");
    }
    json.literal(",\"dynamodb\":{\"ApproximateCreationDateTime\":");
    json.raw(std::to_string(now.count() / 1000));
    json.literal(",\"Keys\":");
    json.raw(change.keys_json);
    if (with_new) {
      json.literal(",\"NewImage\":");
      json.raw(change.new_json);
    }
    if (with_old) {
      json.literal(",\"OldImage\":");
      json.raw(change.old_json);
    }
    json.literal(",\"SequenceNumber\":");
    json.string(sequence_text(number));
    json.literal(",\"SizeBytes\":");
    json.raw(std::to_string(change.keys_bytes + (with_new ? change.new_bytes : 0) +
                            (with_old ? change.old_bytes : 0)));
    json.literal(",\"StreamViewType\":");
    json.string(view);
    json.literal("}}");
  }
  batch.put(record_key(definition_.space, shard.place, number), text);
}

StreamDefinition Stream::definition() const {
  const std::scoped_lock lock(mutex_);
  return definition_;
}

std::uint64_t Stream::next_number(Millis now) const {
  const std::scoped_lock lock(mutex_);
  return std::max(last_number_ + 1, first_number_of(now));
}

void Stream::disable(Batch& batch, Millis now) {
  const std::scoped_lock lock(mutex_);
  for (Shard& shard : definition_.shards) {
    if (shard.last_number == 0) shard.last_number = std::max(last_number_, shard.first_number);
  }
  definition_.disabled_at = now;
  put_definition(batch, definition_);
}

Shard& Stream::shard_for(Batch& batch, std::uint64_t hash, Millis now) {
  const auto slot = static_cast<std::uint64_t>(Uint128{hash} * settings_.open_shards >> 64);
  const auto open = std::ranges::find_if(definition_.shards, [slot](const Shard& shard) {
    return shard.slot == slot && shard.last_number == 0;
  });
  if (open != definition_.shards.end()) {
    const bool old =
        settings_.lifetime.count() > 0 && first_number_of(now - settings_.lifetime) >= open->first_number;
    if (!old) return *open;
    open->last_number = std::max(last_number_, open->first_number);
    open_shard(slot, open->id, now);
  } else {
    open_shard(slot, {}, now);
  }
  put_definition(batch, definition_);
  return definition_.shards.back();
}

std::uint64_t Stream::take_number(Millis now) {
  last_number_ = std::max(last_number_ + 1, first_number_of(now));
  return last_number_;
}

void Stream::open_shard(std::uint64_t slot, std::string parent, Millis now) {
  Shard shard;
  shard.place = definition_.shards.size();
  shard.id = shard_id(now, shard.place);
  shard.parent = std::move(parent);
  shard.slot = slot;
  shard.first_number = std::max(last_number_ + 1, first_number_of(now));
  definition_.shards.push_back(std::move(shard));
}

StorageResult<void> Streams::load() {
  std::vector<StreamDefinition> definitions;
  LODESTONE_TRY(read_definitions(kv_, definitions));
  for (StreamDefinition& definition : definitions) {
    const Key key{definition.scope, definition.table, definition.label};
    std::uint64_t last = 0;
    for (const Shard& shard : definition.shards) {
      last = std::max({last, shard.last_number, shard.first_number});
      const std::string begin = record_key(definition.space, shard.place, 0);
      const std::string end = record_key(definition.space, shard.place + 1, 0);
      LODESTONE_TRY(
          kv_.scan({begin, end}, Direction::kBackward, [&last](std::string_view row, std::string_view) {
            last = std::max(last, number_of_record(row));
            return false;
          }));
    }
    auto stream = std::make_unique<Stream>(std::move(definition), settings_);
    stream->continue_after(last);
    streams_[key] = std::move(stream);
  }
  return {};
}

Stream* Streams::create(TableRecord& record, SpaceId space, Millis now, Batch& batch) {
  const std::unique_lock lock(lock_);
  StreamDefinition definition;
  definition.scope = record.scope;
  definition.table = record.name;
  definition.view_type = record.stream->view_type;
  definition.key = record.key;
  definition.space = space;
  definition.created_at = now;
  // Enabled twice within a millisecond, the labels still differ.
  for (Millis time = now;; ++time) {
    definition.label = label_of(time);
    if (!streams_.contains(Key{record.scope, record.name, definition.label})) break;
  }
  record.stream->label = definition.label;
  for (std::uint64_t slot = 0; slot < settings_.open_shards; ++slot) {
    Shard shard;
    shard.place = slot;
    shard.slot = slot;
    shard.id = shard_id(now, slot);
    shard.first_number = first_number_of(now);
    definition.shards.push_back(std::move(shard));
  }
  put_definition(batch, definition);
  const Key key{definition.scope, definition.table, definition.label};
  auto& made = streams_[key];
  made = std::make_unique<Stream>(std::move(definition), settings_);
  return made.get();
}

Stream* Streams::enabled_of(const TableRecord& record) {
  if (!record.stream || !record.stream->enabled) return nullptr;
  const std::shared_lock lock(lock_);
  return find(record.scope, record.name, record.stream->label);
}

Stream* Streams::find(std::string_view scope, std::string_view table, std::string_view label) {
  const auto at = streams_.find(Key{scope, table, label});
  return at == streams_.end() ? nullptr : at->second.get();
}

std::vector<StreamDefinition> Streams::list(std::string_view scope) {
  std::vector<StreamDefinition> definitions;
  for (const auto& [key, stream] : streams_) {
    if (std::get<0>(key) == scope) definitions.push_back(stream->definition());
  }
  return definitions;
}

StorageResult<void> Streams::trim(Millis now) {
  const std::unique_lock lock(lock_);
  const std::uint64_t oldest = first_number_of(now - kStreamRetention);
  Batch batch;
  for (auto at = streams_.begin(); at != streams_.end();) {
    const StreamDefinition definition = at->second->definition();
    if (definition.disabled_at.count() != 0 && now - definition.disabled_at > kStreamRetention) {
      erase_definition(batch, definition);
      erase_space(batch, definition.space);
      at = streams_.erase(at);
      continue;
    }
    for (const Shard& shard : definition.shards) {
      bool any = false;
      const std::string begin = record_key(definition.space, shard.place, 0);
      const std::string end = record_key(definition.space, shard.place, oldest);
      LODESTONE_TRY(kv_.scan({begin, end}, Direction::kForward, [&any](std::string_view, std::string_view) {
        any = true;
        return false;
      }));
      if (any) batch.erase_range(begin, end);
    }
    ++at;
  }
  if (batch.empty()) return {};
  return kv_.write(batch);
}

}  // namespace lodestone
