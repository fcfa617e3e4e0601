#include "model/sort_bounds.h"

#include <string>
#include <utility>
#include <vector>

#include "model/keys.h"

namespace lodestone::model {

Condition compare(std::string_view attribute, ConditionKind kind, const Value& value) {
  return {kind, Path({Path::Step(std::string(attribute))}), {value}};
}

bool ends_with_number(const EntitySchema& schema, const KeySchema& sk, const Record& operands) {
  const AttributeSchema* last = nullptr;
  for (const CompositePart& part : sk.parts) {
    if (operands.contains(part.attribute)) last = &schema.attributes[part.position];
  }
  return last != nullptr && last->type == AttributeType::kNumber;
}

Condition not_meant(const EntitySchema& schema, const KeySchema& sk, SortOperator sort_operator,
                    const Record& from, const Record& to) {
  const bool between = sort_operator == SortOperator::kBetween;
  const bool upper = between || sort_operator == SortOperator::kLessOrEqual;
  const Record& operands = between ? to : from;
  if (!upper && sort_operator != SortOperator::kGreater) return {};
  if (sk.is_number || ends_with_number(schema, sk, operands)) return {};
  Condition same;
  const CompositePart* last = nullptr;
  for (const CompositePart& part : sk.parts) {
    if (!operands.contains(part.attribute)) continue;
    if (last != nullptr) {
      same =
          std::move(same) && compare(last->attribute, ConditionKind::kEqual, *operands.find(last->attribute));
    }
    last = &part;
  }
  if (last == nullptr) return {};
  const Value& value = *operands.find(last->attribute);
  if (!upper) return std::move(same) && compare(last->attribute, ConditionKind::kEqual, value);
  return std::move(same) && compare(last->attribute, ConditionKind::kBeginsWith, value) &&
         compare(last->attribute, ConditionKind::kNotEqual, value);
}

Result<Done> check_order(const EntitySchema& schema, const KeySchema& sk, const Record& given,
                         const Record& compared) {
  std::vector<std::string> missing;
  std::size_t found = 0;
  bool is_compared = false;
  for (const CompositePart& part : sk.parts) {
    const bool is_given = given.contains(part.attribute);
    const bool is_next = compared.contains(part.attribute);
    if (!is_given && !is_next) missing.push_back(part.attribute);
    // Behind a gap, or behind those that are compared, nothing more can be given.
    if ((is_given || is_next) && !missing.empty()) return incomplete_key(schema, missing);
    if (is_given && is_compared) return incomplete_key(schema, {part.attribute});
    is_compared |= is_next;
    found += static_cast<std::size_t>(is_given) + static_cast<std::size_t>(is_next);
  }
  if (found == given.size() + compared.size()) return Done{};
  return entity_error(
      schema, ErrorCode::kInvalidOption,
      "An attribute is given that is not among those with which the sort keys of all entities of "
      "the collection begin, so it narrows nothing");
}

}  // namespace lodestone::model
