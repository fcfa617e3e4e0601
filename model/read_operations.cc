#include "model/read_operations.h"

#include <algorithm>
#include <thread>

#include "model/keys.h"

namespace lodestone::model {

ReadOperation::ReadOperation(const Target& target, detail::ReadKind kind, std::string_view index_name,
                             Record composites)
    : target_(target), kind_(kind), index_name_(index_name), composites_(std::move(composites)) {}
ReadOperation::ReadOperation(const ReadOperation&) = default;
ReadOperation::ReadOperation(ReadOperation&&) noexcept = default;
ReadOperation& ReadOperation::operator=(const ReadOperation&) = default;
ReadOperation& ReadOperation::operator=(ReadOperation&&) noexcept = default;
ReadOperation::~ReadOperation() = default;

void ReadOperation::add_condition(Condition condition) { where_.push_back(std::move(condition)); }

ReadOperation ReadOperation::with_sort_condition(SortOperator sort_operator, Record from, Record to) const {
  ReadOperation narrowed = *this;
  narrowed.sort_ = {sort_operator, std::move(from), std::move(to)};
  return narrowed;
}

void ReadOperation::set_cursor(std::optional<std::string> cursor) { cursor_ = std::move(cursor); }

const IndexSchema* ReadOperation::index() const {
  const auto& indexes = target_.entity().indexes;
  if (kind_ == detail::ReadKind::kFind || kind_ == detail::ReadKind::kMatch) {
    return best_index(target_.entity(), composites_);
  }
  const auto at = std::find_if(indexes.begin(), indexes.end(),
                               [this](const IndexSchema& index) { return index.index_name == index_name_; });
  return at == indexes.end() ? nullptr : &*at;
}

Result<Request> ReadOperation::build() const {
  if (!target_.schema->ok()) return target_.schema->error();
  const EntitySchema& schema = target_.entity();
  const std::string& table = target_.table->name();
  if (options_.limit && *options_.limit <= 0) {
    return entity_error(schema, ErrorCode::kInvalidOption, "A limit is greater than zero");
  }
  ReadOptions options = options_;
  if (cursor_) {
    LODESTONE_ASSIGN(options.start_key, key_from_cursor(*cursor_));
  }
  if (kind_ == detail::ReadKind::kScan) {
    return scan_request(schema, table, index_name_.empty() ? nullptr : index(), where_, options);
  }
  if (kind_ != detail::ReadKind::kQuery) {
    return find_request(schema, table, composites_, kind_ == detail::ReadKind::kMatch, where_, options);
  }
  return query_request(schema, table,
                       {.index = index(),
                        .composites = composites_,
                        .sort_operator = sort_.sort_operator,
                        .from = sort_.from,
                        .to = sort_.to,
                        .where = where_,
                        .options = std::move(options)});
}

Result<Request> ReadOperation::request() const { return build(); }

Result<std::string> ReadOperation::params() const {
  LODESTONE_ASSIGN(const Request built, build());
  return to_json(built);
}

Result<RecordPage> ReadOperation::run() const {
  if (parallel_ > 0) return run_parallel();
  LODESTONE_ASSIGN(Request built, build());
  return run_pages(*target_.table, target_.entity(), index(), std::move(built), pages_);
}

Result<RecordPage> ReadOperation::run_parallel() const {
  std::vector<Result<RecordPage>> parts;
  for (unsigned segment = 0; segment < parallel_; ++segment) parts.emplace_back(RecordPage());
  std::vector<std::thread> threads;
  for (unsigned segment = 0; segment < parallel_; ++segment) {
    threads.emplace_back([this, segment, &parts] {
      ReadOperation part = *this;
      part.parallel_ = 0;
      part.options_.segment = segment;
      part.options_.total_segments = parallel_;
      part.pages_.pages = 0;
      parts[segment] = part.run();
    });
  }
  for (std::thread& thread : threads) thread.join();
  RecordPage whole;
  for (Result<RecordPage>& part : parts) {
    LODESTONE_ASSIGN(RecordPage page, std::move(part));
    for (Record& item : page.items) whole.items.push_back(std::move(item));
    whole.count += page.count;
    whole.scanned_count += page.scanned_count;
  }
  return whole;
}

Result<std::vector<Record>> ReadOperation::run_selecting(std::vector<Path> attributes, PageInfo& info) const {
  ReadOperation selecting = *this;
  selecting.options_.attributes = std::move(attributes);
  LODESTONE_ASSIGN(RecordPage page, selecting.run());
  if (page.last_key) info.cursor = cursor_from_key(*page.last_key);
  info.count = page.count;
  info.scanned_count = page.scanned_count;
  return std::move(page.items);
}

std::optional<Error> ReadOperation::run_into(const detail::ListSlot& slot, PageInfo& info) const {
  const Result<std::vector<Record>> records = run_selecting({}, info);
  if (!records.ok()) return records.error();
  const Moment now = target_.table->now();
  for (const Record& record : *records) {
    if (auto error = detail::decode_into({slot.grow(slot.list), slot.specs}, target_.entity(), record, now))
      return error;
  }
  return std::nullopt;
}

Result<std::int64_t> ReadOperation::count_items() const {
  ReadOperation counting = *this;
  counting.options_.count_only = true;
  counting.pages_ = {.pages = 0};
  LODESTONE_ASSIGN(const RecordPage page, counting.run());
  return page.count;
}

}  // namespace lodestone::model
