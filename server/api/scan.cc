// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Scan.html
#include "server/api/engine.h"
#include "server/api/legacy.h"
#include "server/api/operations.h"
#include "server/api/page_request.h"

namespace lodestone {
namespace {

constexpr std::string_view kLegacy[] = {"AttributesToGet", "ScanFilter", "ConditionalOperator"};
constexpr std::string_view kExpressions[] = {"ProjectionExpression", "FilterExpression"};
constexpr ExpressionParameters kParameters{kLegacy, kExpressions, "FilterExpression is null"};

struct Segments {
  std::uint64_t segment = 0;
  std::uint64_t total = 1;
};

ApiResult<Segments> read_segments(const JsonValue& json) {
  const auto segment = integer_member(json, "Segment");
  const auto total = integer_member(json, "TotalSegments");
  if (segment && !total) {
    return validation_error(
        "The TotalSegments parameter is required but was not present in the request when Segment parameter "
        "is present");
  }
  if (total && !segment) {
    return validation_error(
        "The Segment parameter is required but was not present in the request when parameter TotalSegments "
        "is present");
  }
  if (!segment) return Segments{};
  if (*segment >= *total) {
    return validation_error(
        "The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: " +
        std::to_string(*segment) + " is not less than TotalSegments: " + std::to_string(*total));
  }
  return Segments{static_cast<std::uint64_t>(*segment), static_cast<std::uint64_t>(*total)};
}

/// The first hash of a segment: segments divide the hashes evenly.
std::uint64_t first_hash(const Segments& segments, std::uint64_t segment) {
  const std::uint64_t width = ~std::uint64_t{0} / segments.total;
  return segment * width;
}

void set_range(PageRequest& page, const Segments& segments) {
  const SpaceId space = page.index != nullptr ? page.index->space : page.table->layout.space;
  append_space(page.begin, space);
  page.end = prefix_end(page.begin);
  if (segments.segment + 1 < segments.total) {
    page.end = page.begin;
    append_hash(page.end, first_hash(segments, segments.segment + 1));
  }
  append_hash(page.begin, first_hash(segments, segments.segment));
}

}  // namespace

ApiResult<void> scan(Request& request, std::string& reply) {
  const JsonValue& json = request.json;
  LODESTONE_TRY(check_expression_parameters(json, kParameters));
  LODESTONE_ASSIGN(const Condition* legacy_filter, read_filter(request, "ScanFilter"));
  LODESTONE_ASSIGN(Placeholders placeholders, read_placeholders(request, json, kParameters));
  LODESTONE_ASSIGN(const auto start_key, read_start_key(request));
  LODESTONE_ASSIGN(const Segments segments, read_segments(json));
  PageRequest page;
  LODESTONE_ASSIGN(page.filter,
                   read_condition(request, json, ExpressionKind::kFilter, placeholders, kParameters));
  if (legacy_filter != nullptr) page.filter = legacy_filter;
  LODESTONE_ASSIGN(page.projection, read_projection(request, json, placeholders, kParameters));
  LODESTONE_TRY(check_all_used(placeholders, kParameters));
  LODESTONE_TRY(check_select(json, false));
  LODESTONE_TRY(choose_source(request, page));
  set_range(page, segments);
  if (start_key) {
    constexpr std::string_view kMismatch =
        "The provided starting key is invalid: The provided key element does not match the schema";
    LODESTONE_ASSIGN(const std::string row,
                     start_row(page, *start_key, {kMismatch, kMismatch}, request.arena()));
    if (row < page.begin || row >= page.end) {
      return validation_error(
          "The provided starting key is invalid: Invalid ExclusiveStartKey. Please use ExclusiveStartKey "
          "with correct "
          "Segment. TotalSegments: " +
          std::to_string(segments.total) + " Segment: " + std::to_string(segments.segment));
    }
    start_behind(page, row);
  }
  if (page.projection != nullptr) LODESTONE_TRY(check_projected_keys(*page.projection, page.table->layout));
  return reply_page(request, page, reply);
}

}  // namespace lodestone
