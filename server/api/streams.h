/// Streams: the changes of a table's items, in order, for a day.
///
/// A stream belongs to a table's enabling of it and outlives both its disabling and its table. Its records
/// are rows of a space of its own, `place of the shard | sequence number`, written in the batch of the change
/// they tell of, so that they are there exactly if the change is. Sequence numbers are made of time and a
/// count; they only grow. Thread-safe as stated.
///
/// Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "server/api/clock.h"
#include "server/api/table_record.h"
#include "storage/kv.h"

namespace lodestone {

/// Records older than this are trimmed; a disabled stream is readable for as long.
inline constexpr Millis kStreamRetention = std::chrono::hours(24);

struct Shard {
  std::string id;
  std::string parent;              ///< empty: none
  std::uint64_t place = 0;         ///< among all shards that the stream has had, from 0
  std::uint64_t first_hash = 0;    ///< of the partition keys that it takes
  std::uint64_t last_hash = 0;     ///< the last of them
  std::uint64_t first_number = 0;  ///< StartingSequenceNumber
  std::uint64_t last_number = 0;   ///< EndingSequenceNumber; 0: open
  std::uint64_t trimmed_to = 0;    ///< the last record that is gone for its age; 0: none is

  [[nodiscard]] bool is_open() const { return last_number == 0; }
};

/// How streams are divided.
struct ShardSettings {
  /// Shards that take writes side by side, by hash of the partition key. A stream that has less splits some
  /// at its next record; one that has more keeps them.
  std::uint64_t open_shards = 1;
  /// A shard older than this is closed at its next record, and followed by a child; 0: never.
  Millis lifetime{0};
};

/// What is kept of a stream.
struct StreamDefinition {
  std::string scope;
  std::string table;
  std::string label;
  std::string view_type;
  KeySchema key;
  SpaceId space = 0;
  Millis created_at{0};
  Millis disabled_at{0};  ///< 0: enabled
  std::vector<Shard> shards;
};

/// A change of an item: views valid until the batch is written.
struct StreamChange {
  class Stream* stream = nullptr;
  std::uint64_t hash = 0;  ///< of the partition
  std::string_view keys_json;
  std::string_view old_json;  ///< empty: no item before
  std::string_view new_json;  ///< empty: none after
  std::size_t keys_bytes = 0;
  std::size_t old_bytes = 0;
  std::size_t new_bytes = 0;
  bool expired = false;  ///< deleted by time to live
};

class Stream {
 public:
  Stream(StreamDefinition definition, ShardSettings settings)
      : definition_(std::move(definition)), settings_(settings) {}

  /// Taken by whoever changes the stream, from there to the write of its batch: so records become visible in
  /// the order of their numbers, no change of the definition undoes another one, and no reader takes a shard
  /// for closed that a crash would leave open.
  [[nodiscard]] std::mutex& order() { return order_; }

  /// Opens the first shards of a new stream.
  void open_first_shards(Batch& batch, Millis now);

  /// Appends the change's record to `batch`. With order() held.
  void append(Batch& batch, const StreamChange& change, Millis now);

  /// A copy of the definition as it has been written. This and the next two wait for order().
  [[nodiscard]] StreamDefinition definition() const;
  /// A copy of the shard of that id; nullopt where there is none.
  [[nodiscard]] std::optional<Shard> shard(std::string_view id) const;
  /// The number that the next record has at least.
  [[nodiscard]] std::uint64_t next_number() const;
  /// Closes all shards. Appends the changed definition to `batch`. With the catalog's write lock held.
  /// Returns order(), to be held until the batch is written.
  [[nodiscard]] std::unique_lock<std::mutex> disable(Batch& batch, Millis now);
  /// Appends to `batch` the end of records that are too old, and of the shards that ended before them. With
  /// order() held.
  [[nodiscard]] StorageResult<void> trim(const Kv& kv, Batch& batch, Millis now);
  /// After loading: numbers go on behind this one.
  void continue_after(std::uint64_t number) { last_number_ = number; }
  [[nodiscard]] SpaceId space() const { return definition_.space; }

 private:
  const Shard& shard_for(Batch& batch, std::uint64_t hash, Millis now);
  std::uint64_t take_number(Millis now);
  void open_shard(const Shard* parent, std::uint64_t first_hash, std::uint64_t last_hash, Millis now);
  void close(Shard& shard);
  bool split_shards(Millis now);

  mutable std::mutex order_;
  mutable std::mutex mutex_;  ///< guards what follows
  StreamDefinition definition_;
  ShardSettings settings_;
  std::uint64_t last_number_ = 0;
};

/// The streams of a database.
class Streams {
 public:
  Streams(Kv& kv, ShardSettings settings) : kv_(kv), settings_(settings) {}

  [[nodiscard]] StorageResult<void> load();

  /// Makes the stream that `record.stream` asks for, and sets its label. Appends it to `batch`.
  [[nodiscard]] Stream* create(TableRecord& record, SpaceId space, Millis now, Batch& batch);
  /// The enabled stream of a table; nullptr where there is none.
  [[nodiscard]] Stream* enabled_of(const TableRecord& record);

  /// Held while a Stream of find() is used, or streams are listed.
  [[nodiscard]] std::shared_mutex& lock() { return lock_; }
  [[nodiscard]] Stream* find(std::string_view scope, std::string_view table, std::string_view label);
  /// The definitions in a scope, by table and label.
  [[nodiscard]] std::vector<StreamDefinition> list(std::string_view scope);

  /// Erases records that are too old, and streams that were disabled long ago. With the catalog's read lock
  /// held.
  [[nodiscard]] StorageResult<void> trim(Millis now);

 private:
  using Key = std::tuple<std::string, std::string, std::string>;

  Kv& kv_;
  ShardSettings settings_;
  std::shared_mutex lock_;
  std::map<Key, std::unique_ptr<Stream>> streams_;
};

/// Sequence numbers as the wire has them: 21 digits.
[[nodiscard]] std::string sequence_text(std::uint64_t number);
/// nullopt where the text is none.
[[nodiscard]] std::optional<std::uint64_t> sequence_number(std::string_view text);
/// The smallest number that a record of that time has.
[[nodiscard]] std::uint64_t first_number_of(Millis time);

/// The key of a record's row.
[[nodiscard]] std::string record_key(SpaceId space, std::uint64_t place, std::uint64_t number);
/// The number within such a key.
[[nodiscard]] std::uint64_t number_of_record(std::string_view key);

/// `<table arn>/stream/<label>` taken apart; nullopt where it is none.
struct StreamName {
  std::string_view table;
  std::string_view label;
};
[[nodiscard]] std::optional<StreamName> parse_stream_arn(std::string_view arn);

}  // namespace lodestone
