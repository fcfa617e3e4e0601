/// Feeds foreign bytes to the parser of PartiQL statements, and what it accepts to evaluation, on one item
/// and with one value of each type as parameters. Nothing may crash; what comes out must be canonical.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string_view>
#include <variant>
#include <vector>

#include "server/expression/partiql/statement.h"
#include "server/expression/partiql/where_keys.h"
#include "tests/expression/notation.h"

namespace lodestone::partiql {
namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

class Fuzzer {
 public:
  explicit Fuzzer(Arena& arena) : arena_(arena) {
    item_ = testing::item(
        "{s: 'text', n: 5, b: b'bytes', t: true, z: null, ss: <'a', 'b'>, ns: <1, 2.5>, bs: <b'x'>,"
        " l: [1, 'a', [1, 2], {k: [1]}, <1>], m: {x: 1, y: [1, 2, 3], z: {q: 'deep'}}}",
        arena);
    values_ =
        testing::value("['text', 1, b'by', true, null, <'a', 'c'>, <1, 7>, <b'x'>, [1, [2]], {x: 1}]", arena)
            .list();
  }

  void run(std::string_view text) {
    // As many parameters as the text may have places for.
    std::vector<Value> parameters;
    const auto places = static_cast<std::size_t>(std::ranges::count(text, '?'));
    for (std::size_t i = 0; i < places; ++i) parameters.push_back(values_[i % values_.size()]);
    const auto statement = parse_statement(text, parameters, arena_);
    if (!statement.ok()) {
      require(!statement.error().message.empty());
      // It quotes the statement, twice at most.
      require(statement.error().message.size() < 1000 + 4 * text.size());
      return;
    }
    require(!source_of(*statement).table.empty());
    std::visit([&](const auto& each) { check(each); }, *statement);
  }

 private:
  void check(const Select& select) {
    if (select.projection != nullptr) {
      require(testing::is_canonical(Value::map(project(*select.projection, item_, arena_))));
    }
    check_where(select.where);
  }
  void check(const Insert& insert) { require(testing::is_canonical(Value::map(insert.item))); }
  void check(const UpdateItem& update) {
    check_where(update.where);
    for (const Item before : {item_, Item()}) {
      const auto after = apply(*update.update, before, arena_);
      if (!after) {
        require(!message(after.error()).empty());
        continue;
      }
      require(testing::is_canonical(Value::map(*after)));
      require(testing::is_canonical(Value::map(updated_fragments(*update.update, *after, arena_))));
    }
  }
  void check(const Delete& statement) { check_where(statement.where); }
  void check(const ExistsCheck& exists) { check(exists.select); }

  /// What is found of a key and what is left say the same as the whole clause.
  void check_where(const Condition* where) {
    constexpr std::array<KeyAttribute, 2> kHash = {{{"s", Type::kS}, {"n", Type::kN}}};
    constexpr std::array<KeyAttribute, 2> kRange = {{{"b", Type::kB}, {"s2", Type::kS}}};
    for (const std::size_t width : {1U, 2U}) {
      const QuerySchema schema{std::span(kHash).first(width), std::span(kRange).first(width)};
      const WhereKeys keys = find_keys(where, schema, arena_);
      require(keys.range.size() <= width);
      const bool rest = keys.rest == nullptr || evaluate(*keys.rest, item_);
      const bool all = where == nullptr || evaluate(*where, item_);
      if (keys.partitions.empty()) {
        require(rest == all);
      } else {
        require(!all || (rest && in_partitions(keys, schema)));
      }
      for (const std::span<const Value> partition : keys.partitions) require(partition.size() == width);
    }
    if (where == nullptr) return;
    for_each_path(*where, [](const Path& path) {
      require(!path.steps.empty() && path.steps.size() <= kMaxPathSteps && !path.attribute().empty());
    });
  }

  bool in_partitions(const WhereKeys& keys, const QuerySchema& schema) {
    return std::ranges::any_of(keys.partitions, [&](std::span<const Value> partition) {
      for (std::size_t i = 0; i < partition.size(); ++i) {
        const Value* value = find(item_, schema.hash[i].name);
        if (value == nullptr || !(*value == partition[i])) return false;
      }
      return true;
    });
  }

  Arena& arena_;
  Item item_;
  std::span<const Value> values_;
};

}  // namespace
}  // namespace lodestone::partiql

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lodestone;
  Arena arena;
  partiql::Fuzzer(arena).run({reinterpret_cast<const char*>(data), size});
  return 0;
}
