#include "server/expression/update.h"

#include <algorithm>
#include <array>
#include <optional>

#include "server/expression/faults.h"
#include "server/expression/nesting.h"
#include "server/expression/projection.h"
#include "server/expression/set_operations.h"
#include "storage/number.h"

namespace lodestone {
namespace {

using ValueResult = Result<Value, UpdateError>;

// What the operands are, in the item before.

Result<Decimal, UpdateError> number_of(const Value& value) {
  if (value.type() != Type::kN) return failure(UpdateError::kOperandType);
  const Result<Decimal, NumberError> number = parse_number(value.text());
  if (!number) return failure(UpdateError::kOperandType);
  return number.value();
}

ValueResult computed(const Value& left, Arithmetic arithmetic, const Value& right, Arena& arena) {
  LODESTONE_ASSIGN(const Decimal a, number_of(left));
  LODESTONE_ASSIGN(const Decimal b, number_of(right));
  const Result<Decimal, NumberError> sum = arithmetic == Arithmetic::kMinus ? subtract(a, b) : add(a, b);
  if (!sum) {
    const bool is_underflow = sum.error() == NumberError::kUnderflow;
    return failure(is_underflow ? UpdateError::kNumberUnderflow : UpdateError::kNumberOverflow);
  }
  std::array<char, kMaxNumberText> text;
  const std::size_t length = write_number(*sum, text.data());
  return Value::number(arena.copy(std::string_view(text.data(), length)));
}

ValueResult appended(const Value& first, const Value& second, Arena& arena) {
  if (first.type() != Type::kL || second.type() != Type::kL) return failure(UpdateError::kOperandType);
  const std::span<Value> values = arena.array<Value>(first.list().size() + second.list().size());
  const auto middle = std::copy(first.list().begin(), first.list().end(), values.begin());
  std::copy(second.list().begin(), second.list().end(), middle);
  return Value::list(values);
}

ValueResult value_of(const UpdateOperand& operand, Item old, Arena& arena) {
  switch (operand.kind) {
    case UpdateOperand::Kind::kConstant:
      return operand.constant;
    case UpdateOperand::Kind::kPath: {
      const Value* value = resolve(operand.path, old);
      if (value == nullptr) return failure(UpdateError::kMissingAttribute);
      return *value;
    }
    case UpdateOperand::Kind::kIfNotExists: {
      if (const Value* value = resolve(operand.path, old)) return *value;
      return value_of(*operand.first, old, arena);
    }
    case UpdateOperand::Kind::kListAppend: {
      LODESTONE_ASSIGN(const Value first, value_of(*operand.first, old, arena));
      LODESTONE_ASSIGN(const Value second, value_of(*operand.second, old, arena));
      return appended(first, second, arena);
    }
  }
  return failure(UpdateError::kOperandType);
}

/// What an action does to its target: assigns the value, removes what is there where there is no value, or
/// neither.
struct Effect {
  const Path* target = nullptr;
  bool is_change = true;
  std::optional<Value> value;
};

Result<Effect, UpdateError> effect_of_set(const UpdateAction& action, Item old, Arena& arena) {
  LODESTONE_ASSIGN(Value value, value_of(action.value, old, arena));
  if (action.arithmetic != Arithmetic::kNone) {
    LODESTONE_ASSIGN(const Value right, value_of(*action.right, old, arena));
    LODESTONE_ASSIGN(value, computed(value, action.arithmetic, right, arena));
  }
  return Effect{&action.target, true, value};
}

Result<Effect, UpdateError> effect_of_add(const UpdateAction& action, Item old, Arena& arena) {
  const Value& operand = action.value.constant;
  const Value* present = resolve(action.target, old);
  if (present == nullptr) return Effect{&action.target, true, operand};
  if (present->type() != operand.type()) return failure(UpdateError::kOperandType);
  if (operand.is_set()) return Effect{&action.target, true, set_union(*present, operand, arena)};
  LODESTONE_ASSIGN(const Value sum, computed(*present, Arithmetic::kPlus, operand, arena));
  return Effect{&action.target, true, sum};
}

Result<Effect, UpdateError> effect_of_delete(const UpdateAction& action, Item old, Arena& arena) {
  const Value& operand = action.value.constant;
  const Value* present = resolve(action.target, old);
  if (present == nullptr) return Effect{&action.target, false, std::nullopt};
  if (present->type() != operand.type()) return failure(UpdateError::kOperandType);
  return Effect{&action.target, true, set_difference(*present, operand, arena)};
}

Result<Effect, UpdateError> effect_of(const UpdateAction& action, Item old, Arena& arena) {
  switch (action.kind) {
    case UpdateAction::Kind::kSet:
      return effect_of_set(action, old, arena);
    case UpdateAction::Kind::kAdd:
      return effect_of_add(action, old, arena);
    case UpdateAction::Kind::kDelete:
      return effect_of_delete(action, old, arena);
    case UpdateAction::Kind::kRemove:
      return Effect{&action.target, true, std::nullopt};
  }
  return failure(UpdateError::kOperandType);
}

bool nests_too_deeply(const Effect& effect) {
  if (!effect.value || (effect.value->type() != Type::kL && effect.value->type() != Type::kM)) return false;
  const std::size_t above = effect.target->steps.size() - 1;
  return above + levels_of(*effect.value, kMaxLevels) > kMaxLevels;
}

// The item after: containers on the way to a target are built anew, everything else is shared. Effects are
// sorted by target, so those on one attribute or element follow each other.

using Effects = std::span<const Effect>;

bool is_leaf(Effects group, std::size_t depth) { return group.front().target->steps.size() == depth + 1; }

/// The leading effects that go through the same step.
Effects leading_group(Effects effects, std::size_t depth) {
  std::size_t size = 1;
  const PathStep& step = effects.front().target->steps[depth];
  while (size < effects.size() && std::is_eq(compare(effects[size].target->steps[depth], step))) ++size;
  return effects.first(size);
}

Result<Item, UpdateError> rebuild_map(Item old, Effects effects, std::size_t depth, Arena& arena);
Result<std::span<const Value>, UpdateError> rebuild_list(std::span<const Value> old, Effects effects,
                                                         std::size_t depth, Arena& arena);

/// What becomes of `old` (nullptr where there is nothing) by the effects on and below it; nullopt: nothing is
/// there.
Result<std::optional<Value>, UpdateError> rebuild(const Value* old, Effects group, std::size_t depth,
                                                  Arena& arena) {
  using Rebuilt = std::optional<Value>;
  if (is_leaf(group, depth)) {
    const Effect& effect = group.front();
    if (effect.is_change) return effect.value;
    return old == nullptr ? Rebuilt() : Rebuilt(*old);
  }
  const bool is_list = group.front().target->steps[depth + 1].is_index;
  if (old == nullptr || old->type() != (is_list ? Type::kL : Type::kM))
    return failure(UpdateError::kInvalidPath);
  if (is_list) {
    LODESTONE_ASSIGN(const std::span<const Value> list, rebuild_list(old->list(), group, depth + 1, arena));
    return Rebuilt(Value::list(list));
  }
  LODESTONE_ASSIGN(const Item map, rebuild_map(old->map(), group, depth + 1, arena));
  return Rebuilt(Value::map(map));
}

Result<Item, UpdateError> rebuild_map(Item old, Effects effects, std::size_t depth, Arena& arena) {
  const std::span<Attribute> rebuilt = arena.array<Attribute>(old.size() + effects.size());
  auto out = rebuilt.begin();
  auto at = old.begin();
  while (!effects.empty()) {
    const Effects group = leading_group(effects, depth);
    effects = effects.subspan(group.size());
    const std::string_view name = group.front().target->steps[depth].name;
    for (; at != old.end() && at->name < name; ++at) *out++ = *at;
    const Value* present = at != old.end() && at->name == name ? &(at++)->value : nullptr;
    LODESTONE_ASSIGN(const std::optional<Value> value, rebuild(present, group, depth, arena));
    if (value) *out++ = {name, *value};
  }
  out = std::copy(at, old.end(), out);
  return Item(rebuilt.first(static_cast<std::size_t>(out - rebuilt.begin())));
}

Result<std::span<const Value>, UpdateError> rebuild_list(std::span<const Value> old, Effects effects,
                                                         std::size_t depth, Arena& arena) {
  const std::span<Value> rebuilt = arena.array<Value>(old.size() + effects.size());
  auto out = rebuilt.begin();
  std::size_t at = 0;
  while (!effects.empty()) {
    const Effects group = leading_group(effects, depth);
    effects = effects.subspan(group.size());
    const std::size_t index = group.front().target->steps[depth].index;
    for (; at < index && at < old.size(); ++at) *out++ = old[at];
    // What is set past the end follows the last element, leaving no holes.
    const Value* present = at < old.size() ? &old[at++] : nullptr;
    LODESTONE_ASSIGN(const std::optional<Value> value, rebuild(present, group, depth, arena));
    if (value) *out++ = *value;
  }
  out = std::copy(old.begin() + static_cast<std::ptrdiff_t>(at), old.end(), out);
  return std::span<const Value>(rebuilt.first(static_cast<std::size_t>(out - rebuilt.begin())));
}

void visit_operand(const UpdateOperand& operand, absl::FunctionRef<void(const Path&)> visit) {
  if (!operand.path.steps.empty()) visit(operand.path);
  if (operand.first != nullptr) visit_operand(*operand.first, visit);
  if (operand.second != nullptr) visit_operand(*operand.second, visit);
}

}  // namespace

std::string_view message(UpdateError error) {
  switch (error) {
    case UpdateError::kMissingAttribute:
      return "The provided expression refers to an attribute that does not exist in the item";
    case UpdateError::kOperandType:
      return "An operand in the update expression has an incorrect data type";
    case UpdateError::kInvalidPath:
      return "The document path provided in the update expression is invalid for update";
    case UpdateError::kNumberOverflow:
      return "Number overflow. Attempting to store a number with magnitude larger than supported range";
    case UpdateError::kNumberUnderflow:
      return "Number underflow. Attempting to store a number with magnitude smaller than supported range";
    case UpdateError::kNesting:
      return kNestingFault;
  }
  return {};
}

Update make_update(std::span<const UpdateAction> actions, Arena& arena) {
  Update update;
  update.actions = actions;
  const std::span<const Path*> targets = arena.array<const Path*>(actions.size());
  for (std::size_t i = 0; i < actions.size(); ++i) {
    const UpdateAction& action = actions[i];
    targets[i] = &action.target;
    if (action.kind == UpdateAction::Kind::kRemove || action.kind == UpdateAction::Kind::kDelete) {
      ++update.counts.removals;
      continue;
    }
    ++update.counts.assignments;
    if (action.target.steps.back().is_index) ++update.counts.assigned_indexes;
    if (action.arithmetic != Arithmetic::kNone) ++update.counts.arithmetic;
  }
  update.targets = sorted_paths(targets, arena);
  return update;
}

Result<Item, UpdateError> apply(const Update& update, Item old, Arena& arena) {
  const std::span<Effect> effects = arena.array<Effect>(update.actions.size());
  std::size_t count = 0;
  for (const UpdateAction& action : update.actions) {
    LODESTONE_ASSIGN(const Effect effect, effect_of(action, old, arena));
    // Of an item that is not there nothing can be removed, and nobody minds.
    if (old.empty() && !effect.value) continue;
    if (nests_too_deeply(effect)) return failure(UpdateError::kNesting);
    effects[count++] = effect;
  }
  const std::span<Effect> sorted = effects.first(count);
  std::sort(sorted.begin(), sorted.end(),
            [](const Effect& a, const Effect& b) { return std::is_lt(compare(*a.target, *b.target)); });
  return rebuild_map(old, sorted, 0, arena);
}

Item with_key(Item item, Item key, Arena& arena) {
  const std::span<Attribute> merged = arena.array<Attribute>(item.size() + key.size());
  const auto end = std::set_union(item.begin(), item.end(), key.begin(), key.end(), merged.begin(),
                                  [](const Attribute& a, const Attribute& b) { return a.name < b.name; });
  return merged.first(static_cast<std::size_t>(end - merged.begin()));
}

Item updated_fragments(const Update& update, Item item, Arena& arena) {
  return project(project_paths(update.targets, arena), item, arena);
}

void for_each_path(const Update& update, absl::FunctionRef<void(const Path&)> visit) {
  for (const UpdateAction& action : update.actions) {
    visit(action.target);
    visit_operand(action.value, visit);
    if (action.right != nullptr) visit_operand(*action.right, visit);
  }
}

}  // namespace lodestone
