/// A table as the control plane knows it and the catalog keeps it: everything CreateTable and UpdateTable
/// say.
///
/// Plain data; the catalog guards it. The stored form is JSON (storage/FORMAT.md).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/api/clock.h"
#include "storage/layout.h"

namespace lodestone {

enum class TableStatus : std::uint8_t { kCreating, kActive, kUpdating, kDeleting };
[[nodiscard]] std::string_view status_name(TableStatus status);

struct Throughput {
  std::int64_t read_units = 0;
  std::int64_t write_units = 0;
  Millis last_increase{0};  ///< 0: never
  Millis last_decrease{0};
  std::int64_t decreases = 0;  ///< on the day (UTC) of the last one
};

/// Maximum units of an on-demand table or index; -1: no maximum.
struct OnDemandLimits {
  std::int64_t read_units = -1;
  std::int64_t write_units = -1;
};

struct WarmThroughput {
  std::int64_t read_units = 0;
  std::int64_t write_units = 0;
};

struct IndexRecord {
  std::string name;
  SpaceId space = 0;
  bool global = false;
  KeySchema key;
  ProjectionType projection = ProjectionType::kAll;
  std::vector<std::string> included;
  Throughput throughput;
  std::optional<OnDemandLimits> on_demand;
  std::optional<WarmThroughput> warm;
  /// Global indexes only; local ones live with their table.
  TableStatus status = TableStatus::kActive;
  bool backfilling = false;
  Millis settles_at{0};  ///< when a transient status ends, where statuses are delayed
};

struct TimeToLive {
  std::string attribute;
  bool enabled = false;
  SpaceId space = 0;
  Millis settles_at{0};  ///< until then ENABLING or DISABLING
};

struct StreamSettings {
  bool enabled = false;
  std::string view_type;
  std::string label;  ///< the latest stream's
};

struct ServerSideEncryption {
  bool enabled = false;
  std::string type;
  std::string key_arn;
};

struct TableRecord {
  std::string scope;  ///< the namespace the table lives in (see --isolate)
  std::string name;
  std::string id;
  SpaceId space = 0;
  Millis created_at{0};
  TableStatus status = TableStatus::kActive;
  Millis settles_at{0};
  std::vector<KeyElement> attribute_definitions;
  KeySchema key;
  std::vector<IndexRecord> indexes;
  bool pay_per_request = false;
  Millis pay_per_request_since{0};
  Throughput throughput;
  std::optional<OnDemandLimits> on_demand;
  std::optional<WarmThroughput> warm;
  std::string table_class;  ///< empty: never stated
  Millis table_class_since{0};
  bool deletion_protection = false;
  std::optional<StreamSettings> stream;
  std::optional<ServerSideEncryption> encryption;
  std::optional<TimeToLive> time_to_live;
  std::map<std::string, std::string> tags;
  std::string resource_policy;

  [[nodiscard]] IndexRecord* find_index(std::string_view index_name);
  [[nodiscard]] const IndexRecord* find_index(std::string_view index_name) const;
};

/// What the store keeps rows by: all indexes that are not being deleted.
[[nodiscard]] TableLayout make_layout(const TableRecord& record);

[[nodiscard]] std::string encode_table_record(const TableRecord& record);
/// nullopt where `json` is no table record.
[[nodiscard]] std::optional<TableRecord> decode_table_record(std::string_view json);

}  // namespace lodestone
