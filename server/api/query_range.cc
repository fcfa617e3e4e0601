#include "server/api/query_range.h"

#include <string>

#include "server/api/item_key.h"

namespace lodestone {
namespace {

ApiResult<void> check_sizes(const KeySchema& key, const KeyQuery& query) {
  for (std::size_t i = 0; i < query.hash.size(); ++i) {
    if (query.hash[i].text().empty()) return check_key_values(key, query.hash);
    if (query.hash[i].text().size() > kMaxPartitionKeyBytes) {
      return invalid_parameters("Size of hashkey has exceeded the maximum size limit of2048 bytes");
    }
  }
  const auto check_sort = [&](const Value& value, std::size_t place) -> ApiResult<void> {
    const Value& any = query.hash[0];
    const Value pair[] = {any, value};
    KeySchema schema{{key.partition[0]}, {key.sort[place]}};
    return check_key_values(schema, pair);
  };
  for (std::size_t i = 0; i < query.range_equal.size(); ++i)
    LODESTONE_TRY(check_sort(query.range_equal[i], i));
  if (!query.range) return {};
  LODESTONE_TRY(check_sort(query.range->first, query.range_equal.size()));
  if (query.range->op == KeyOperator::kBetween) {
    LODESTONE_TRY(check_sort(query.range->second, query.range_equal.size()));
  }
  return {};
}

/// The rows that the condition on the last range attribute leaves of [page.begin, page.end).
void narrow(PageRequest& page, const std::string& prefix, const RangeCondition& range) {
  std::string first = prefix;
  if (range.op == KeyOperator::kBeginsWith) {
    append_key_prefix(first, range.first.text());
    page.begin = first;
    page.end = prefix_end(first);
    return;
  }
  append_key_element(first, range.first);
  switch (range.op) {
    case KeyOperator::kLess:
      page.end = first;
      break;
    case KeyOperator::kLessOrEqual:
      page.end = prefix_end(first);
      break;
    case KeyOperator::kGreater:
      page.begin = prefix_end(first);
      break;
    case KeyOperator::kGreaterOrEqual:
      page.begin = first;
      break;
    case KeyOperator::kBetween: {
      std::string second = prefix;
      append_key_element(second, range.second);
      page.begin = first;
      page.end = prefix_end(second);
      break;
    }
    default:
      break;
  }
}

}  // namespace

const KeySchema& queried_key(const PageRequest& page) {
  return page.index != nullptr ? page.index->key : page.table->layout.key;
}

QuerySchema query_schema(const KeySchema& key, Arena& arena) {
  const auto attributes = arena.array<KeyAttribute>(key.size());
  for (std::size_t i = 0; i < key.size(); ++i) attributes[i] = {key.at(i).name, key.at(i).type};
  return {attributes.first(key.partition.size()), attributes.subspan(key.partition.size())};
}

Failure<ApiError> key_condition_fault(ExpressionError error) {
  constexpr std::string_view kPrefix = "Invalid KeyConditionExpression: ";
  std::string older;
  if (error.message.starts_with(kPrefix)) older = error.message.substr(kPrefix.size());
  return reworded_validation_error(std::move(error.message), std::move(older));
}

ApiResult<KeyQuery> plan_key_query(const KeySchema& key, std::span<const KeyTerm> terms,
                                   KeyConditionSource source, Arena& arena) {
  auto planned = plan_query(terms, query_schema(key, arena), source, arena);
  if (!planned.ok()) return key_condition_fault(std::move(planned).error());
  LODESTONE_TRY(check_sizes(key, *planned));
  return *planned;
}

void set_query_range(PageRequest& page, const KeyQuery& query) {
  std::string prefix;
  append_partition(prefix, page.index != nullptr ? page.index->space : page.table->layout.space, query.hash);
  for (const Value& value : query.range_equal) append_key_element(prefix, value);
  page.begin = prefix;
  page.end = prefix_end(prefix);
  if (query.range) narrow(page, prefix, *query.range);
}

}  // namespace lodestone
