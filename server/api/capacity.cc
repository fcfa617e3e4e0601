#include "server/api/capacity.h"

#include <algorithm>

#include "storage/json_text.h"

namespace lodestone {
namespace {

constexpr std::size_t kReadUnitBytes = 4096;
constexpr std::size_t kWriteUnitBytes = 1024;

std::size_t units_of(std::size_t bytes, std::size_t unit) {
  return std::max<std::size_t>(1, (bytes + unit - 1) / unit);
}

void append_number(std::string& out, double units) {
  // Units are multiples of a half.
  const auto halves = static_cast<long long>(units * 2);
  out += std::to_string(halves / 2);
  out += halves % 2 != 0 ? ".5" : ".0";
}

/// The members of a Capacity, the first of an object or behind others.
void append_units(std::string& out, double units, CapacitySplit split) {
  out += "\"CapacityUnits\":";
  append_number(out, units);
  if (split == CapacitySplit::kNone) return;
  out += split == CapacitySplit::kRead ? ",\"ReadCapacityUnits\":" : ",\"WriteCapacityUnits\":";
  append_number(out, units);
}

}  // namespace

CapacityDetail capacity_detail(const JsonValue& request) {
  const auto wanted = text_member(request, "ReturnConsumedCapacity");
  if (!wanted || *wanted == "NONE") return CapacityDetail::kNone;
  return *wanted == "TOTAL" ? CapacityDetail::kTotal : CapacityDetail::kIndexes;
}

double read_units(std::size_t bytes, bool consistent) {
  return static_cast<double>(units_of(bytes, kReadUnitBytes)) * (consistent ? 1.0 : 0.5);
}

double write_units(std::size_t bytes) { return static_cast<double>(units_of(bytes, kWriteUnitBytes)); }

void ConsumedCapacity::add_index(const IndexLayout& index, double units) {
  const auto known = std::ranges::find(indexes_, &index, &std::pair<const IndexLayout*, double>::first);
  if (known != indexes_.end()) {
    known->second += units;
  } else {
    indexes_.emplace_back(&index, units);
  }
}

void ConsumedCapacity::add(const ConsumedCapacity& other) {
  table_ += other.table_;
  for (const auto& [index, units] : other.indexes_) add_index(*index, units);
}

void ConsumedCapacity::add_write(std::size_t old_bytes, std::size_t new_bytes,
                                 const std::vector<IndexChange>& changes, int times) {
  add_table(times * write_units(std::max(old_bytes, new_bytes)));
  for (const IndexChange& change : changes) {
    if (!change.changed) continue;
    const double units = change.moved ? write_units(change.old_bytes) + write_units(change.new_bytes)
                                      : write_units(std::max(change.old_bytes, change.new_bytes));
    add_index(*change.index, times * units);
  }
}

void ConsumedCapacity::append_json(std::string& out, std::string_view table_name, CapacityDetail detail,
                                   CapacitySplit split) const {
  double total = table_;
  for (const auto& [index, units] : indexes_) total += units;
  out += "{\"TableName\":";
  append_json_string(out, table_name);
  out += ',';
  append_units(out, total, split);
  if (detail == CapacityDetail::kIndexes) {
    if (table_ > 0) {
      out += ",\"Table\":{";
      append_units(out, table_, split);
      out += '}';
    }
    for (const bool global : {false, true}) {
      bool any = false;
      for (const auto& [index, units] : indexes_) {
        if (index->global != global) continue;
        out += any ? "," : global ? ",\"GlobalSecondaryIndexes\":{" : ",\"LocalSecondaryIndexes\":{";
        any = true;
        append_json_string(out, index->name);
        out += ":{";
        append_units(out, units, split);
        out += '}';
      }
      if (any) out += '}';
    }
  }
  out += '}';
}

}  // namespace lodestone
