/// Reads the stream of the table `things`, as a consumer does.
#pragma once

#include <string>
#include <vector>

#include "tests/api/database_fixture.h"

namespace lodestone::testing {

inline constexpr const char* kNewAndOld = "NEW_AND_OLD_IMAGES";

/// What CreateTable and UpdateTable take: `,'StreamSpecification':{…}`.
[[nodiscard]] std::string stream_on(const std::string& view_type = kNewAndOld);

class StreamReader {
 public:
  explicit StreamReader(TestDatabase& database) : database_(database) {}

  /// A table `things` with partition key `pk` (S) and a stream.
  void create_table(const std::string& view_type = kNewAndOld);

  /// LatestStreamArn of the table.
  [[nodiscard]] std::string arn();
  /// The shards as DescribeStream tells them, all pages.
  [[nodiscard]] std::vector<std::string> shards(const std::string& arn);
  [[nodiscard]] std::vector<std::string> shards() { return shards(arn()); }
  [[nodiscard]] std::string first_shard() { return text_at(shards()[0], "/ShardId"); }

  /// GetShardIterator's request; `more` begins with a comma.
  [[nodiscard]] static std::string iterator_request(const std::string& arn, const std::string& shard,
                                                    const std::string& type, const std::string& more = "");
  [[nodiscard]] std::string iterator_of(const std::string& arn, const std::string& shard,
                                        const std::string& type = "TRIM_HORIZON",
                                        const std::string& more = "");
  /// On the first shard of the table's stream.
  [[nodiscard]] std::string iterator(const std::string& type = "TRIM_HORIZON", const std::string& more = "");

  /// GetRecords' reply.
  [[nodiscard]] std::string read(const std::string& iterator, const std::string& more = "");
  /// All records from the iterator on, until there are none, page by page. Leaves the iterator that is next,
  /// empty at the end of a closed shard.
  [[nodiscard]] std::vector<std::string> read_all(std::string& iterator, const std::string& more = "");
  [[nodiscard]] std::vector<std::string> records(const std::string& arn, const std::string& shard);
  /// Of the first shard of the table's stream.
  [[nodiscard]] std::vector<std::string> records();

  /// `INSERT a, MODIFY b`: event and partition key of each record.
  [[nodiscard]] static std::string told(const std::vector<std::string>& records);

 private:
  TestDatabase& database_;
};

}  // namespace lodestone::testing
