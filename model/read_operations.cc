#include "model/read_operations.h"

#include <algorithm>
#include <atomic>
#include <thread>

#include "model/cursor.h"
#include "model/erase.h"

namespace lodestone::model {
namespace {

/// DynamoDB's.
constexpr unsigned kMostSegments = 1'000'000;
/// More threads than this wait for each other.
constexpr unsigned kMostThreads = 64;

/// An attribute that the condition speaks of and that is not among those; nullopt: there is none.
std::optional<std::string> first_root_not_in(const Condition& condition,
                                             const std::vector<std::string>& names) {
  const auto is_foreign = [&names](const Path& path) {
    return !path.steps().empty() && !path.is_stored() &&
           std::find(names.begin(), names.end(), path.root()) == names.end();
  };
  if (is_foreign(condition.path)) return condition.path.root();
  for (const auto& operand : condition.operands) {
    for (const Path& path : operand.paths()) {
      if (is_foreign(path)) return path.root();
    }
  }
  for (const Condition& inner : condition.inner) {
    if (auto found = first_root_not_in(inner, names)) return found;
  }
  return std::nullopt;
}

}  // namespace

namespace detail {

Result<Done> check_among(const Condition& condition, const std::vector<std::string>& there,
                         const EntitySchema& schema, const IndexSchema& index) {
  const std::optional<std::string> foreign = first_root_not_in(condition, there);
  if (!foreign) return Done{};
  return entity_error(schema, ErrorCode::kInvalidOption,
                      "The index '" + index.index_name + "' has keys only, so '" + *foreign +
                          "' can not be filtered by in it");
}

}  // namespace detail

ReadOperation::ReadOperation(const Target& target, detail::ReadKind kind, std::string_view index_name,
                             detail::AssignedValues composites)
    : target_(target), kind_(kind), index_name_(index_name), composites_(detail::record_of(composites)) {}
ReadOperation::ReadOperation(const ReadOperation& whole, SortOperator sort_operator, Record from, Record to)
    : ReadOperation(whole) {
  sort_ = {sort_operator, std::move(from), std::move(to)};
}
ReadOperation::ReadOperation(const ReadOperation&) = default;
ReadOperation::ReadOperation(ReadOperation&&) noexcept = default;
ReadOperation& ReadOperation::operator=(const ReadOperation&) = default;
ReadOperation& ReadOperation::operator=(ReadOperation&&) noexcept = default;
ReadOperation::~ReadOperation() = default;

void ReadOperation::add_condition(Condition&& condition) { where_.push_back(std::move(condition)); }

void ReadOperation::set_cursor(std::optional<std::string> cursor) { cursor_ = std::move(cursor); }

const IndexSchema* ReadOperation::index() const {
  const auto& indexes = target_.entity().indexes;
  if (kind_ == detail::ReadKind::kFind || kind_ == detail::ReadKind::kMatch) {
    return best_index(target_.entity(), composites_, kind_ == detail::ReadKind::kMatch);
  }
  const auto at = std::find_if(indexes.begin(), indexes.end(),
                               [this](const IndexSchema& index) { return index.index_name == index_name_; });
  return at == indexes.end() ? nullptr : &*at;
}

void ReadOperation::add_param(std::string name, std::string json) {
  params_.emplace_back(std::move(name), std::move(json));
}

bool ReadOperation::hydrates() const {
  const IndexSchema* const from = index();
  return pages_.hydrate || (from != nullptr && from->is_keys_only);
}

Result<Request> ReadOperation::build() const {
  LODESTONE_ASSIGN(Request built, build_own());
  built.more = params_;
  return built;
}

Result<Request> ReadOperation::build_own() const {
  if (!target_.schema->ok()) return target_.schema->error();
  const EntitySchema& schema = target_.entity();
  const std::string& table = target_.table->name();
  if (options_.limit && *options_.limit <= 0) {
    return entity_error(schema, ErrorCode::kInvalidOption, "A limit is greater than zero");
  }
  ReadOptions options = options_;
  if (hydrates()) {
    LODESTONE_TRY(check_hydrated());
    options.attributes.clear();
  }
  LODESTONE_TRY(check_parallel());
  if (cursor_) {
    LODESTONE_ASSIGN(options.start_key, key_from_cursor(schema, index(), *cursor_));
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

Result<Done> ReadOperation::check_hydrated() const {
  const IndexSchema* const from = index();
  if (from == nullptr || !from->is_keys_only) return Done{};
  const EntitySchema& schema = target_.entity();
  const std::vector<std::string> there = attributes_in_keys_only(schema, *from);
  for (const Condition& condition : where_) {
    LODESTONE_TRY(detail::check_among(condition, there, schema, *from));
  }
  return Done{};
}

Result<Request> ReadOperation::request() const { return build(); }

Result<std::string> ReadOperation::params() const {
  LODESTONE_ASSIGN(const Request built, build());
  return to_json(built);
}

Result<std::string> ReadOperation::go_raw() const {
  LODESTONE_ASSIGN(const Request built, build());
  return run_raw(*target_.table, target_.entity(), built);
}

Result<std::size_t> ReadOperation::erase_all(const BatchOptions& options) const {
  LODESTONE_ASSIGN(Request built, build());
  return run_erase(*target_.table, {&target_.entity()}, std::move(built), options, options_.ignore_ownership);
}

Result<Plan> ReadOperation::plan() const {
  LODESTONE_ASSIGN(const Request built, build());
  return plan_of(built, hydrates());
}

Result<Explanation> ReadOperation::explain() const {
  ReadOperation measured = *this;
  measured.options_.consumed_capacity = true;
  LODESTONE_ASSIGN(Plan plan, measured.plan());
  LODESTONE_ASSIGN(const RecordPage page, measured.run());
  const Cost cost{.capacity_units = page.capacity_units,
                  .requests = page.requests,
                  .items_read = page.scanned_count,
                  .items_given = static_cast<std::int64_t>(page.items.size())};
  return Explanation{std::move(plan), cost};
}

Result<RecordPage> ReadOperation::run() const {
  if (parallel_ > 0) return run_parallel();
  LODESTONE_ASSIGN(Request built, build());
  PageOptions pages = pages_;
  if (hydrates() && !options_.count_only) {
    pages.hydrate = true;
    pages.attributes = options_.attributes;
  }
  return run_pages(*target_.table, target_.entity(), index(), std::move(built), pages);
}

Result<Done> ReadOperation::check_parallel() const {
  if (parallel_ == 0) return Done{};
  const EntitySchema& schema = target_.entity();
  if (parallel_ > kMostSegments) {
    return entity_error(schema, ErrorCode::kInvalidOption, "A scan has 1000000 segments at most");
  }
  if (pages_.count == 0 && !cursor_ && !options_.segment) return Done{};
  return entity_error(schema, ErrorCode::kInvalidOption,
                      "A parallel scan reads everything: count(), from() and segment() do not go with it");
}

Result<RecordPage> ReadOperation::run_parallel() const {
  LODESTONE_TRY(check_parallel());
  std::vector<Result<RecordPage>> parts;
  for (unsigned segment = 0; segment < parallel_; ++segment) parts.emplace_back(RecordPage());
  std::atomic<unsigned> next = 0;
  const auto scan_segments = [&] {
    for (unsigned segment = next++; segment < parallel_; segment = next++) {
      ReadOperation part = *this;
      part.parallel_ = 0;
      part.options_.segment = segment;
      part.options_.total_segments = parallel_;
      part.pages_.pages = 0;
      parts[segment] = part.run();
    }
  };
  std::vector<std::thread> threads;
  for (unsigned i = 0; i < std::min(parallel_, kMostThreads); ++i) threads.emplace_back(scan_segments);
  for (std::thread& thread : threads) thread.join();
  RecordPage whole;
  for (Result<RecordPage>& part : parts) {
    LODESTONE_ASSIGN(RecordPage page, std::move(part));
    for (Record& item : page.items) whole.items.push_back(std::move(item));
    whole.count += page.count;
    whole.scanned_count += page.scanned_count;
    whole.capacity_units += page.capacity_units;
    whole.requests += page.requests;
  }
  return whole;
}

Result<std::vector<Record>> ReadOperation::run_shown(PageInfo& info) const {
  LODESTONE_ASSIGN(RecordPage page, run());
  if (page.last_key) info.cursor = cursor_from_key(*page.last_key);
  info.count = page.count;
  info.scanned_count = page.scanned_count;
  return std::move(page.items);
}

std::optional<Error> ReadOperation::run_into(const detail::Rows& rows, PageInfo& info) const {
  if (!target_.schema->ok()) return target_.schema->error();
  // Items that come some other way than page by page are values before they are structs.
  const bool is_plain = parallel_ == 0 && pages_.count == 0 && !hydrates();
  if (is_plain) return run_pages_into(rows, info);
  const auto records = run_shown(info);
  if (!records.ok()) return records.error();
  const Moment now = target_.table->now();
  auto* at = static_cast<char*>(rows.grow(rows.items, records->size()));
  for (const Record& record : *records) {
    if (auto error = detail::decode_into({at, rows.specs}, target_.entity(), record, now)) return error;
    at += rows.size_of_each;
  }
  return std::nullopt;
}

std::optional<Error> ReadOperation::run_pages_into(const detail::Rows& rows, PageInfo& info) const {
  const EntitySchema& schema = target_.entity();
  Result<Request> built = build();
  if (!built.ok()) return std::move(built).error();
  const detail::ItemReading how{schema, target_.table->now(), pages_.ignore_ownership};
  for (std::size_t pages = 1;; ++pages) {
    auto body = run_raw(*target_.table, schema, *built);
    if (!body.ok()) return std::move(body).error();
    Reply rest;
    if (auto error = detail::read_items(*body, how, rows, rest)) return error;
    info.count += rest.count;
    info.scanned_count += rest.scanned_count;
    if (rest.last_key && (pages_.pages == 0 || pages < pages_.pages)) {
      built->start_key = std::move(rest.last_key);
      continue;
    }
    if (rest.last_key) info.cursor = cursor_from_key(*rest.last_key);
    return std::nullopt;
  }
}

Result<std::int64_t> ReadOperation::count_items() const {
  ReadOperation counting = *this;
  counting.options_.count_only = true;
  counting.pages_ = {.pages = 0};
  LODESTONE_ASSIGN(const RecordPage page, counting.run());
  return page.count;
}

}  // namespace lodestone::model
