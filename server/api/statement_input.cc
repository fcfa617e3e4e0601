#include "server/api/statement_input.h"

#include <algorithm>
#include <string>

#include "server/api/attribute_value.h"
#include "server/api/expression_inputs.h"
#include "server/api/idempotency.h"
#include "server/api/query_range.h"
#include "server/expression/partiql/where_keys.h"
#include "storage/hash.h"
#include "storage/key_codec.h"

namespace lodestone {

ApiResult<StatementInput> read_statement(const JsonValue& json, Arena& arena) {
  std::span<Value> parameters;
  if (const JsonValue* given = member(json, "Parameters")) {
    parameters = arena.array<Value>(given->Size());
    for (std::size_t i = 0; i < parameters.size(); ++i) {
      LODESTONE_ASSIGN(parameters[i], read_value((*given)[static_cast<rapidjson::SizeType>(i)], arena));
    }
  }
  auto parsed = partiql::parse_statement(*text_member(json, "Statement"), parameters, arena);
  if (!parsed.ok()) return validation_error(std::move(parsed).error().message);
  return StatementInput{*parsed, parameters};
}

std::uint64_t statement_fingerprint(const JsonValue& json) {
  std::string both;
  append_hash(both, hash_of(*text_member(json, "Statement")));
  if (const JsonValue* parameters = member(json, "Parameters")) append_hash(both, fingerprint(*parameters));
  return hash_of(both);
}

std::optional<NamedItem> named_item(const Condition* where, const TableLayout& table, Arena& arena) {
  const QuerySchema schema = query_schema(table.key, arena);
  const partiql::WhereKeys keys = partiql::find_keys(where, schema, arena);
  if (keys.listed || !keys.whole(schema)) return std::nullopt;
  const auto key = arena.array<Attribute>(table.key.size());
  key[0] = {schema.hash[0].name, keys.partitions[0][0]};
  if (key.size() > 1) key[1] = {schema.range[0].name, keys.range[0].first};
  std::ranges::sort(key, {}, &Attribute::name);
  return NamedItem{key, keys.rest};
}

ApiResult<void> check_condition_keys(const Condition* condition, const TableLayout& table) {
  ApiResult<void> outcome;
  if (condition == nullptr) return outcome;
  for_each_path(*condition, [&](const Path& path) {
    if (outcome.ok()) outcome = check_key_is_scalar(path, table);
  });
  return outcome;
}

}  // namespace lodestone
