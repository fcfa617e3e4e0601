// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Query.html
#include <algorithm>

#include "server/api/engine.h"
#include "server/api/item_key.h"
#include "server/api/legacy.h"
#include "server/api/operations.h"
#include "server/api/page_request.h"
#include "server/api/query_range.h"

namespace lodestone {
namespace {

constexpr std::string_view kLegacy[] = {"AttributesToGet", "QueryFilter", "ConditionalOperator",
                                        "KeyConditions"};
constexpr std::string_view kExpressions[] = {"ProjectionExpression", "FilterExpression",
                                             "KeyConditionExpression"};
constexpr ExpressionParameters kParameters{kLegacy, kExpressions,
                                           "FilterExpression and KeyConditionExpression are null"};
/// KeyConditions may go with the other expressions, so it counts as legacy only beside its own successor.
constexpr ExpressionParameters kWithKeyConditions{std::span(kLegacy).first(3), kExpressions,
                                                  kParameters.without_values};

ApiResult<std::span<const KeyTerm>> read_key_terms(Request& request, const Condition* expression) {
  if (expression == nullptr) return read_key_conditions(request);
  auto terms = key_terms(*expression, request.arena());
  if (!terms.ok()) return key_condition_fault(std::move(terms).error());
  return *terms;
}

std::string text_of(const Attribute& attribute) {
  return std::string(attribute.name) + "=AttributeValue: {" + std::string(type_name(attribute.value.type())) +
         ":" + (attribute.value.is_text() ? std::string(attribute.value.text()) : std::string()) + "}";
}

ApiResult<void> start_from(PageRequest& page, const KeyQuery& query, Item start_key, Arena& arena) {
  const KeySchema& key = queried_key(page);
  if (page.index == nullptr && key.sort.empty()) {
    std::string listed;
    for (const Attribute& attribute : start_key) listed += (listed.empty() ? "" : ", ") + text_of(attribute);
    return validation_error("The provided exclusive start key is invalid: ExclusiveStartKey: {" + listed +
                            "}");
  }
  constexpr StartKeyMismatch kMismatch{"The provided starting key is invalid",
                                       "The provided key element does not match the schema"};
  LODESTONE_ASSIGN(const std::string row, start_row(page, start_key, kMismatch, arena));
  std::string partition;
  append_partition(partition, page.index != nullptr ? page.index->space : page.table->layout.space,
                   query.hash);
  const bool all_equal = query.range_equal.size() == key.sort.size();
  const bool same_partition = row.starts_with(partition);
  // Of an index the service says so where the partition is another one, of the table where it is the same.
  const bool of_global_index = page.index != nullptr && page.index->global && !key.sort.empty();
  if (all_equal && (page.index == nullptr ? same_partition : of_global_index && !same_partition)) {
    return validation_error("The query can return at most one row and cannot be restarted");
  }
  if (!same_partition) {
    return validation_error(
        "The provided starting key is outside query boundaries based on provided conditions");
  }
  if (row < page.begin || row >= page.end) {
    return validation_error(
        page.index != nullptr && page.index->global
            ? "The provided starting key is outside query boundaries based on provided conditions"
            : "The provided starting key does not match the range key predicate");
  }
  start_behind(page, row);
  return {};
}

/// A filter sees what the key condition leaves, so it may not name the key again.
ApiResult<void> check_filter(const PageRequest& page, bool legacy) {
  if (page.filter == nullptr) return {};
  ApiResult<void> outcome;
  for_each_path(*page.filter, [&](const Path& path) {
    if (!outcome.ok()) return;
    if (queried_key(page).find(path.attribute()) != nullptr) {
      outcome =
          path.is_top_level()
              ? validation_error(std::string(legacy ? "QueryFilter" : "Filter Expression") +
                                 " can only contain non-primary key attributes: Primary key attribute: " +
                                 std::string(path.attribute()))
              : check_key_is_scalar(path, page.table->layout);
    }
  });
  return outcome;
}

}  // namespace

ApiResult<void> query(Request& request, std::string& reply) {
  const JsonValue& json = request.json;
  Arena& arena = request.arena();
  const bool by_expression = member(json, "KeyConditionExpression") != nullptr;
  LODESTONE_TRY(check_expression_parameters(json, by_expression ? kParameters : kWithKeyConditions));
  LODESTONE_ASSIGN(const Condition* legacy_filter, read_filter(request, "QueryFilter"));
  LODESTONE_ASSIGN(Placeholders placeholders, read_placeholders(request, json, kParameters));
  LODESTONE_ASSIGN(const auto start_key, read_start_key(request));
  if (!by_expression && member(json, "KeyConditions") == nullptr) {
    return validation_error(
        "Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.");
  }
  PageRequest page;
  LODESTONE_ASSIGN(const Condition* key_condition,
                   read_condition(request, json, ExpressionKind::kKeyCondition, placeholders, kParameters));
  LODESTONE_ASSIGN(page.filter,
                   read_condition(request, json, ExpressionKind::kFilter, placeholders, kParameters));
  if (legacy_filter != nullptr) page.filter = legacy_filter;
  LODESTONE_ASSIGN(page.projection, read_projection(request, json, placeholders, kParameters));
  LODESTONE_TRY(check_all_used(placeholders, kParameters));
  LODESTONE_ASSIGN(const auto terms, read_key_terms(request, key_condition));
  LODESTONE_TRY(check_select(json, true));
  LODESTONE_TRY(choose_source(request, page));
  LODESTONE_ASSIGN(const KeyQuery planned, plan_key_query(queried_key(page), terms,
                                                          by_expression ? KeyConditionSource::kExpression
                                                                        : KeyConditionSource::kKeyConditions,
                                                          arena));
  set_query_range(page, planned);
  if (!flag_member(json, "ScanIndexForward").value_or(true)) page.direction = Direction::kBackward;
  if (start_key) LODESTONE_TRY(start_from(page, planned, *start_key, arena));
  if (page.projection != nullptr) LODESTONE_TRY(check_projected_keys(*page.projection, page.table->layout));
  LODESTONE_TRY(check_filter(page, legacy_filter != nullptr));
  return reply_page(request, page, reply);
}

}  // namespace lodestone
