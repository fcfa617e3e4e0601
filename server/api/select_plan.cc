#include "server/api/select_plan.h"

#include <algorithm>

#include "server/api/expression_inputs.h"
#include "server/api/query_range.h"
#include "server/api/statement_input.h"
#include "server/expression/faults.h"
#include "server/expression/partiql/where_keys.h"

namespace lodestone {
namespace {

using partiql::OrderTerm;
using partiql::Select;
using partiql::WhereKeys;

/// The most partitions that IN may list.
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-operators.html
constexpr std::size_t kMostPartitions = 50;

ApiResult<void> find_source(Request& request, const Select& select, PageRequest& page) {
  LODESTONE_ASSIGN(page.table, find_active_table(request, select.source.table));
  if (!select.source.index) return {};
  const Table& table = *page.table;
  page.index = table.layout.find_index(*select.source.index);
  if (page.index == nullptr) return validation_error("The table does not have the specified index");
  if (!page.index->global) return {};
  if (page.consistent) {
    return validation_error("Strongly consistent read is not supported on Global Secondary Indexes");
  }
  if (table.record.find_index(*select.source.index)->status == TableStatus::kCreating) {
    return validation_error("Cannot read from backfilling global secondary index: " + page.index->name);
  }
  return {};
}

void note_unprojected(const IndexLayout& index, std::string_view name,
                      std::vector<std::string_view>& missing) {
  if (!index.projects(name) && std::ranges::find(missing, name) == missing.end()) missing.push_back(name);
}

std::string listed(const std::vector<std::string_view>& names) {
  std::string list = "[";
  for (const std::string_view name : names) {
    if (list.size() > 1) list += ", ";
    list += name;
  }
  return list + ']';
}

/// What the statement names and the index does not hold: a local index fetches what is selected from the
/// table.
ApiResult<void> check_projected(PageRequest& page, bool by_key) {
  if (page.index == nullptr || page.index->projection == ProjectionType::kAll) return {};
  std::vector<std::string_view> missing;
  if (page.projection != nullptr) {
    for (const ProjectionNode& attribute : page.projection->attributes)
      note_unprojected(*page.index, attribute.step.name, missing);
  }
  if (!missing.empty()) {
    if (page.index->global) {
      return invalid_parameters("Global secondary index " + page.index->name + " does not project " +
                                listed(missing));
    }
    page.fetch_items = true;
    return {};
  }
  if (page.filter == nullptr || !by_key) return {};
  for_each_path(*page.filter,
                [&](const Path& path) { note_unprojected(*page.index, path.attribute(), missing); });
  if (missing.empty()) return {};
  return invalid_parameters("Secondary index " + page.index->name +
                            " does not project one or more filter attributes: " + listed(missing));
}

struct Order {
  bool partitions_descending = false;
  bool partitions_ordered = false;
  Direction direction = Direction::kForward;
};

/// ORDER BY follows the key: the partitions first where there are several, then the sort key in one
/// direction.
ApiResult<Order> read_order(std::span<const OrderTerm> terms, const KeySchema& key, const WhereKeys& keys) {
  Order order;
  if (terms.empty()) return order;
  if (keys.partitions.empty()) {
    return validation_error(
        "Must have at least one non-optional hash key condition in WHERE clause when using ORDER BY clause.");
  }
  std::size_t sorted = 0;
  for (const OrderTerm& term : terms) {
    const KeyElement* element = key.find(term.attribute);
    if (element == nullptr) {
      return validation_error("Variable reference " + std::string(term.attribute) +
                              " in ORDER BY clause must be part of the primary key");
    }
    const bool of_partition = std::ranges::any_of(
        key.partition, [&](const KeyElement& part) { return part.name == term.attribute; });
    if (of_partition) {
      order.partitions_ordered = true;
      order.partitions_descending = term.descending;
      continue;
    }
    const Direction direction = term.descending ? Direction::kBackward : Direction::kForward;
    const bool in_order = key.sort[sorted].name == term.attribute;
    if (!in_order || (sorted > 0 && direction != order.direction)) {
      return validation_error("ORDER BY clause must follow the order of the sort key in one direction");
    }
    if (keys.partitions.size() > 1 && !order.partitions_ordered) {
      return validation_error(
          "ORDER BY clause must begin with the hash key when the WHERE clause has several hash keys");
    }
    order.direction = direction;
    if (sorted + 1 < key.sort.size()) ++sorted;
  }
  return order;
}

using Partition = std::span<const Value>;

ApiResult<std::span<const Partition>> ordered_partitions(const WhereKeys& keys, const KeySchema& key,
                                                         const Order& order, Arena& arena) {
  if (keys.partitions.size() > kMostPartitions) {
    return validation_error(too_many_candidates(keys.partitions.size()));
  }
  if (keys.partitions.size() == 1 || !order.partitions_ordered) return keys.partitions;
  for (const Partition& partition : keys.partitions) {
    if (partition[0].type() != key.partition[0].type) {
      return invalid_parameters("Condition parameter type does not match schema type");
    }
  }
  const auto sorted = arena.array<Partition>(keys.partitions.size());
  std::ranges::copy(keys.partitions, sorted.begin());
  std::ranges::sort(sorted, [&](const Partition& a, const Partition& b) {
    const int compared = compare(a[0], b[0]);
    return order.partitions_descending ? compared > 0 : compared < 0;
  });
  return std::span<const Partition>(sorted);
}

/// The terms on the key of one partition.
std::span<const KeyTerm> terms_of(Partition partition, const WhereKeys& keys, const KeySchema& key,
                                  Arena& arena) {
  const auto terms = arena.array<KeyTerm>(partition.size() + keys.range.size());
  for (std::size_t i = 0; i < partition.size(); ++i) {
    terms[i] = {key.partition[i].name, KeyOperator::kEqual, partition[i], {}};
  }
  std::ranges::copy(keys.range, terms.subspan(partition.size()).begin());
  return terms;
}

ApiResult<void> plan_keyed(Request& request, SelectPlan& plan, const WhereKeys& keys, const Order& order) {
  Arena& arena = request.arena();
  PageRequest& page = plan.page;
  const KeySchema& key = queried_key(page);
  LODESTONE_ASSIGN(const auto partitions, ordered_partitions(keys, key, order, arena));
  const bool of_items = page.index == nullptr && keys.whole(query_schema(key, arena));
  if (of_items) plan.rows = arena.array<std::string_view>(partitions.size());
  for (std::size_t i = 0; i < partitions.size(); ++i) {
    LODESTONE_ASSIGN(const KeyQuery query, plan_key_query(key, terms_of(partitions[i], keys, key, arena),
                                                          KeyConditionSource::kExpression, arena));
    if (of_items) {
      const Value values[] = {query.hash[0], query.range_equal.empty() ? Value() : query.range_equal[0]};
      make_item_key(request.scratch.key, page.table->layout, std::span(values).first(key.size()));
      plan.rows[i] = arena.copy(std::string_view(request.scratch.key));
      continue;
    }
    set_query_range(page, query);
    if (partitions.size() > 1) plan.ranges.push_back({page.begin, page.end});
  }
  return {};
}

void plan_scan(PageRequest& page) {
  append_space(page.begin, page.index != nullptr ? page.index->space : page.table->layout.space);
  page.end = prefix_end(page.begin);
}

}  // namespace

ApiResult<SelectPlan> plan_select(Request& request, const Select& select, bool consistent) {
  SelectPlan plan;
  PageRequest& page = plan.page;
  page.consistent = consistent;
  LODESTONE_TRY(find_source(request, select, page));
  const KeySchema& key = queried_key(page);
  const WhereKeys keys =
      partiql::find_keys(select.where, query_schema(key, request.arena()), request.arena());
  page.filter = keys.rest;
  page.projection = select.projection;
  LODESTONE_TRY(check_projected(page, !keys.partitions.empty()));
  LODESTONE_ASSIGN(const Order order, read_order(select.order, key, keys));
  page.direction = order.direction;
  if (page.projection != nullptr) LODESTONE_TRY(check_projected_keys(*page.projection, page.table->layout));
  LODESTONE_TRY(check_condition_keys(page.filter, page.table->layout));
  plan.listed = keys.listed;
  if (keys.partitions.empty()) {
    plan_scan(page);
  } else {
    LODESTONE_TRY(plan_keyed(request, plan, keys, order));
  }
  return plan;
}

}  // namespace lodestone
