#include "model/read_operations.h"

#include <thread>

namespace lodestone::model::detail {
namespace {

const IndexSchema* index_of(const Target& target, const ReadSpec& spec) {
  return spec.index < 0 ? nullptr : &target.entity().indexes.at(static_cast<std::size_t>(spec.index));
}

Result<RecordPage> run_parallel(const Target& target, const ReadSpec& spec) {
  std::vector<Result<RecordPage>> parts(spec.parallel, RecordPage());
  std::vector<std::thread> threads;
  for (unsigned segment = 0; segment < spec.parallel; ++segment) {
    threads.emplace_back([&, segment] {
      ReadSpec part = spec;
      part.parallel = 0;
      part.options.segment = segment;
      part.options.total_segments = spec.parallel;
      part.pages.pages = 0;
      parts[segment] = run_read(target, part);
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

}  // namespace

Result<Request> build_read(const Target& target, const ReadSpec& spec) {
  if (!target.schema->ok()) return target.schema->error();
  const EntitySchema& schema = target.entity();
  const std::string& table = target.table->name();
  if (spec.options.limit && *spec.options.limit <= 0) {
    return entity_error(schema, ErrorCode::kInvalidOption, "A limit is greater than zero");
  }
  ReadOptions options = spec.options;
  if (spec.cursor) {
    LODESTONE_ASSIGN(options.start_key, key_from_cursor(*spec.cursor));
  }
  switch (spec.kind) {
    case ReadKind::kScan:
      return scan_request(schema, table, index_of(target, spec), spec.where, options);
    case ReadKind::kFind:
    case ReadKind::kMatch:
      return find_request(schema, table, spec.composites, spec.kind == ReadKind::kMatch, spec.where, options);
    case ReadKind::kQuery:
      break;
  }
  const QuerySpec query{.index = index_of(target, spec),
                        .composites = spec.composites,
                        .sort_operator = spec.sort_operator,
                        .from = spec.from,
                        .to = spec.to,
                        .where = spec.where,
                        .options = std::move(options)};
  return query_request(schema, table, query);
}

Result<RecordPage> run_read(const Target& target, const ReadSpec& spec) {
  if (spec.parallel > 0) return run_parallel(target, spec);
  LODESTONE_ASSIGN(Request request, build_read(target, spec));
  const IndexSchema* index = index_of(target, spec);
  if (spec.kind == ReadKind::kFind || spec.kind == ReadKind::kMatch) {
    index = best_index(target.entity(), spec.composites);
  }
  return run_pages(*target.table, target.entity(), index, std::move(request), spec.pages);
}

}  // namespace lodestone::model::detail
