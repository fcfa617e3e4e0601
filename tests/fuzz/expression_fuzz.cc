/// Feeds foreign bytes to the parsers of expressions, and what they accept to evaluation, on one item. The
/// first byte picks the kind of expression. Nothing may crash; what comes out must be canonical.
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string_view>

#include "server/expression/condition.h"
#include "server/expression/key_condition.h"
#include "server/expression/parser.h"
#include "server/expression/projection.h"
#include "server/expression/update.h"
#include "tests/expression/notation.h"

namespace lodestone {
namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

/// An error's text quotes the expression, twice at most.
void check_error(const ExpressionError& error) {
  require(!error.message.empty());
  require(error.message.size() < 4 * kMaxExpressionBytes);
}

void fuzz_condition(std::string_view text, ExpressionKind kind, Placeholders& placeholders, Item item,
                    Arena& arena) {
  const auto condition = parse_condition(text, kind, placeholders, arena);
  if (!condition) return check_error(condition.error());
  const Condition* negated = make_condition(arena, Not{*condition});
  require(evaluate(**condition, item) != evaluate(*negated, item));
  (void)evaluate(**condition, {});
  for_each_path(**condition,
                [](const Path& path) { require(!path.steps.empty() && path.steps.size() <= kMaxPathSteps); });
  if (kind != ExpressionKind::kKeyCondition) return;

  const auto terms = key_terms(**condition, arena);
  if (!terms) return check_error(terms.error());
  constexpr std::array<KeyAttribute, 2> kHash = {{{"s", Type::kS}, {"n", Type::kN}}};
  constexpr std::array<KeyAttribute, 2> kRange = {{{"b", Type::kB}, {"s2", Type::kS}}};
  for (const std::size_t width : {1U, 2U}) {
    const QuerySchema schema{std::span(kHash).first(width), std::span(kRange).first(width)};
    const auto query = plan_query(*terms, schema, KeyConditionSource::kExpression, arena);
    if (!query) {
      check_error(query.error());
    } else {
      require(query->hash.size() == width && query->range_equal.size() <= width);
    }
  }
}

void fuzz_projection(std::string_view text, Placeholders& placeholders, Item item, Arena& arena) {
  const auto projection = parse_projection(text, placeholders, arena);
  if (!projection) return check_error(projection.error());
  const Item part = project(*projection, item, arena);
  require(testing::is_canonical(Value::map(part)));
  // What is left holds nothing but what the projection asks for, at the same attributes.
  for (const Attribute& attribute : part) {
    const Value* whole = find(item, attribute.name);
    require(whole != nullptr && whole->type() == attribute.value.type());
  }
}

void fuzz_update(std::string_view text, Placeholders& placeholders, Item item, Arena& arena) {
  const auto update = parse_update(text, placeholders, arena);
  if (!update) return check_error(update.error());
  for (const Item before : {item, Item()}) {
    const auto after = apply(*update, before, arena);
    if (!after) {
      require(!message(after.error()).empty());
      continue;
    }
    require(testing::is_canonical(Value::map(*after)));
    require(before.empty() || !after->empty() || !update->creates_item());
    require(testing::is_canonical(Value::map(updated_fragments(*update, before, arena))));
    require(testing::is_canonical(Value::map(updated_fragments(*update, *after, arena))));
  }
}

}  // namespace
}  // namespace lodestone

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lodestone;
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  Arena arena;
  const Item item = testing::item(
      "{s: 'text', s2: 'äö', n: 5, b: b'bytes', t: true, z: null, ss: <'a', 'b'>, ns: <1, 2.5>, bs: <b'x'>,"
      " l: [1, 'a', [1, 2], {k: [1]}, <1>], m: {x: 1, y: [1, 2, 3], z: {q: 'deep'}}}",
      arena);
  testing::PlaceholderTable table(
      "{#s: 's', #m: 'm', #l: 'l', #q: 'q', #dot: 'a.b'}",
      "{s: 'text', e: '', n: 1, h: 9e125, b: b'by', t: true, z: null, ss: <'a', 'c'>, ns: <1, 7>, bs: <b'x'>,"
      " l: [1, [2]], m: {x: 1}, type: 'S'}",
      arena);
  switch (data[0] % 5) {
    case 0:
      fuzz_condition(text, ExpressionKind::kCondition, table.get(), item, arena);
      break;
    case 1:
      fuzz_condition(text, ExpressionKind::kFilter, table.get(), item, arena);
      break;
    case 2:
      fuzz_condition(text, ExpressionKind::kKeyCondition, table.get(), item, arena);
      break;
    case 3:
      fuzz_projection(text, table.get(), item, arena);
      break;
    default:
      fuzz_update(text, table.get(), item, arena);
      break;
  }
  return 0;
}
