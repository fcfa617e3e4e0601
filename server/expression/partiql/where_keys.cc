#include "server/expression/partiql/where_keys.h"

#include <algorithm>
#include <optional>
#include <variant>

#include "server/expression/growing_array.h"

namespace lodestone::partiql {
namespace {

void collect(const Condition& condition, GrowingArray<const Condition*>& parts) {
  if (const auto* all = std::get_if<AllOf>(&condition.node)) {
    for (const Condition* part : all->conditions) collect(*part, parts);
  } else {
    parts.push_back(&condition);
  }
}

bool is_attribute(const Operand& operand, std::string_view name) {
  return operand.is_path() && operand.path.is_top_level() && operand.path.attribute() == name;
}

/// The constant that the attribute has to equal; nullptr where the condition does not say so.
const Value* equal_value(const Condition& condition, std::string_view attribute) {
  const auto* comparison = std::get_if<Comparison>(&condition.node);
  if (comparison == nullptr || comparison->comparator != Comparator::kEqual) return nullptr;
  if (is_attribute(comparison->left, attribute) && comparison->right.is_constant())
    return &comparison->right.constant;
  if (is_attribute(comparison->right, attribute) && comparison->left.is_constant())
    return &comparison->left.constant;
  return nullptr;
}

/// The constants one of which the attribute has to equal; false where the condition does not say so.
bool listed_values(const Condition& condition, std::string_view attribute, GrowingArray<Value>& values) {
  if (const Value* value = equal_value(condition, attribute)) {
    values.push_back(*value);
    return true;
  }
  if (const auto* in = std::get_if<In>(&condition.node)) {
    if (!is_attribute(in->operand, attribute)) return false;
    for (const Operand& candidate : in->candidates) {
      if (!candidate.is_constant()) return false;
      values.push_back(candidate.constant);
    }
    return true;
  }
  const auto* any = std::get_if<AnyOf>(&condition.node);
  return any != nullptr && std::ranges::all_of(any->conditions, [&](const Condition* part) {
           return listed_values(*part, attribute, values);
         });
}

std::span<const std::span<const Value>> partitions_of(std::span<const Value> values, Arena& arena) {
  GrowingArray<std::span<const Value>> partitions(arena);
  for (const Value& value : values) {
    const auto known = partitions.span();
    const auto equal = [&value](std::span<const Value> partition) { return partition[0] == value; };
    if (std::ranges::none_of(known, equal)) partitions.push_back({&value, 1});
  }
  return partitions.span();
}

class Splitter {
 public:
  Splitter(const Condition* where, const QuerySchema& schema, Arena& arena) : schema_(schema), arena_(arena) {
    GrowingArray<const Condition*> parts(arena);
    if (where != nullptr) collect(*where, parts);
    parts_ = parts.span();
  }

  WhereKeys split() {
    WhereKeys keys;
    find_partitions(keys);
    if (!keys.partitions.empty()) find_range(keys);
    keys.rest = rest();
    return keys;
  }

 private:
  void find_partitions(WhereKeys& keys) {
    const std::span<Value> values = arena_.array<Value>(schema_.hash.size());
    const std::span<const Condition**> found = arena_.array<const Condition**>(values.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
      for (const Condition*& part : parts_) {
        const Value* value = equal_value(*part, schema_.hash[i].name);
        if (value == nullptr) continue;
        values[i] = *value;
        found[i] = &part;
        break;
      }
      if (found[i] == nullptr) return find_listed(keys);
    }
    for (const Condition** part : found) *part = nullptr;
    const std::span<std::span<const Value>> one = arena_.array<std::span<const Value>>(1);
    one[0] = values;
    keys.partitions = one;
    drop_found();
  }

  void find_listed(WhereKeys& keys) {
    if (schema_.hash.size() != 1) return;
    for (const Condition*& part : parts_) {
      GrowingArray<Value> values(arena_);
      if (!listed_values(*part, schema_.hash[0].name, values)) continue;
      keys.partitions = partitions_of(values.span(), arena_);
      keys.listed = true;
      part = nullptr;
      return drop_found();
    }
  }

  void find_range(WhereKeys& keys) {
    GrowingArray<KeyTerm> terms(arena_);
    for (const KeyAttribute& attribute : schema_.range) {
      const Condition** best = nullptr;
      KeyTerm term;
      for (const Condition*& part : parts_) {
        const std::optional<KeyTerm> found = term_on(*part, attribute.name);
        if (!found || (best != nullptr && found->op != KeyOperator::kEqual)) continue;
        best = &part;
        term = *found;
        if (term.op == KeyOperator::kEqual) break;
      }
      if (best == nullptr) break;
      terms.push_back(term);
      *best = nullptr;
      drop_found();
      if (term.op != KeyOperator::kEqual) break;
    }
    keys.range = terms.span();
  }

  static std::optional<KeyTerm> term_on(const Condition& condition, std::string_view attribute) {
    const bool may_be_term = std::holds_alternative<Comparison>(condition.node) ||
                             std::holds_alternative<Between>(condition.node) ||
                             std::holds_alternative<BeginsWith>(condition.node);
    if (!may_be_term) return std::nullopt;
    const std::optional<KeyTerm> term = key_term(condition);
    return term && term->attribute == attribute ? term : std::nullopt;
  }

  /// Forgets the parts that became part of the key.
  void drop_found() {
    const auto end = std::remove(parts_.begin(), parts_.end(), nullptr);
    parts_ = parts_.first(static_cast<std::size_t>(end - parts_.begin()));
  }

  const Condition* rest() {
    if (parts_.empty()) return nullptr;
    return parts_.size() == 1 ? parts_[0] : make_condition(arena_, AllOf{parts_});
  }

  const QuerySchema& schema_;
  Arena& arena_;
  std::span<const Condition*> parts_;  ///< what is not part of the key, as far as is known
};

}  // namespace

WhereKeys find_keys(const Condition* where, const QuerySchema& schema, Arena& arena) {
  return Splitter(where, schema, arena).split();
}

}  // namespace lodestone::partiql
