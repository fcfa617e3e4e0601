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

void Stream::open_first_shards(Batch& batch, Millis now) {
  const std::scoped_lock lock(mutex_);
  const auto bound = [this](std::uint64_t place) {
    return static_cast<std::uint64_t>((Uint128{place} << 64) / settings_.open_shards);
  };
  for (std::uint64_t place = 0; place < settings_.open_shards; ++place) {
    const bool last = place + 1 == settings_.open_shards;
    open_shard(nullptr, bound(place), last ? ~std::uint64_t{0} : bound(place + 1) - 1, now);
  }
  put_definition(batch, definition_);
}

StreamDefinition Stream::definition() const {
  const std::scoped_lock lock(order_, mutex_);
  return definition_;
}

std::optional<Shard> Stream::shard(std::string_view id) const {
  const std::scoped_lock lock(order_, mutex_);
  const auto at = std::ranges::find(definition_.shards, id, &Shard::id);
  if (at == definition_.shards.end()) return std::nullopt;
  return *at;
}

std::uint64_t Stream::next_number() const {
  const std::scoped_lock lock(order_, mutex_);
  return last_number_ + 1;
}

std::unique_lock<std::mutex> Stream::disable(Batch& batch, Millis now) {
  std::unique_lock order(order_);
  const std::scoped_lock lock(mutex_);
  for (Shard& shard : definition_.shards) {
    if (shard.is_open()) close(shard);
  }
  definition_.disabled_at = now;
  put_definition(batch, definition_);
  return order;
}

StorageResult<void> Stream::trim(const Kv& kv, Batch& batch, Millis now) {
  const std::scoped_lock lock(mutex_);
  const std::uint64_t oldest = first_number_of(now - kStreamRetention);
  bool changed = false;
  for (Shard& shard : definition_.shards) {
    const std::string begin = record_key(definition_.space, shard.place, 0);
    const std::string end = record_key(definition_.space, shard.place, oldest);
    std::uint64_t last = 0;
    LODESTONE_TRY(
        kv.scan({begin, end}, Direction::kBackward, [&last](std::string_view key, std::string_view) {
          last = number_of_record(key);
          return false;
        }));
    if (last == 0) continue;
    shard.trimmed_to = last;
    batch.erase_range(begin, end);
    changed = true;
  }
  changed |= std::erase_if(definition_.shards, [oldest](const Shard& shard) {
               return !shard.is_open() && shard.last_number < oldest;
             }) != 0;
  if (changed) put_definition(batch, definition_);
  return {};
}

/// The open shard that takes the hash, after whatever has to be closed and opened first.
const Shard& Stream::shard_for(Batch& batch, std::uint64_t hash, Millis now) {
  const auto find_open = [&] {
    return std::ranges::find_if(definition_.shards, [hash](const Shard& shard) {
      return shard.is_open() && shard.first_hash <= hash && hash <= shard.last_hash;
    });
  };
  bool changed = split_shards(now);
  auto open = find_open();
  if (settings_.lifetime.count() > 0 && first_number_of(now - settings_.lifetime) >= open->first_number) {
    const Shard parent = *open;
    close(*open);
    open_shard(&parent, parent.first_hash, parent.last_hash, now);
    open = find_open();
    changed = true;
  }
  if (changed) put_definition(batch, definition_);
  return *open;
}

/// Halves the widest open shards until there are enough.
bool Stream::split_shards(Millis now) {
  const auto count = [this] {
    return static_cast<std::uint64_t>(std::ranges::count_if(definition_.shards, &Shard::is_open));
  };
  bool split = false;
  for (std::uint64_t open = count(); open < settings_.open_shards; ++open) {
    const auto width = [](const Shard& shard) {
      return shard.is_open() ? shard.last_hash - shard.first_hash : 0;
    };
    const auto widest = std::ranges::max_element(definition_.shards, {}, width);
    const Shard parent = *widest;
    close(*widest);
    const std::uint64_t middle = parent.first_hash + (parent.last_hash - parent.first_hash) / 2;
    open_shard(&parent, parent.first_hash, middle, now);
    open_shard(&parent, middle + 1, parent.last_hash, now);
    split = true;
  }
  return split;
}

void Stream::close(Shard& shard) {
  shard.last_number = std::max(last_number_, shard.first_number);
  last_number_ = shard.last_number;
}

std::uint64_t Stream::take_number(Millis now) {
  last_number_ = std::max(last_number_ + 1, first_number_of(now));
  return last_number_;
}

void Stream::open_shard(const Shard* parent, std::uint64_t first_hash, std::uint64_t last_hash, Millis now) {
  Shard shard;
  shard.place = definition_.shards.empty() ? 0 : definition_.shards.back().place + 1;
  shard.id = shard_id(now, shard.place);
  if (parent != nullptr) shard.parent = parent->id;
  shard.first_hash = first_hash;
  shard.last_hash = last_hash;
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
  const Key key{definition.scope, definition.table, definition.label};
  auto& made = streams_[key];
  made = std::make_unique<Stream>(std::move(definition), settings_);
  made->open_first_shards(batch, now);
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
  for (auto at = streams_.begin(); at != streams_.end();) {
    Stream& stream = *at->second;
    const StreamDefinition definition = stream.definition();
    Batch batch;
    if (definition.disabled_at.count() != 0 && now - definition.disabled_at > kStreamRetention) {
      erase_definition(batch, definition);
      erase_space(batch, definition.space);
      LODESTONE_TRY(kv_.write(batch));
      at = streams_.erase(at);
      continue;
    }
    const std::scoped_lock order(stream.order());
    LODESTONE_TRY(stream.trim(kv_, batch, now));
    if (!batch.empty()) LODESTONE_TRY(kv_.write(batch));
    ++at;
  }
  return {};
}

}  // namespace lodestone
