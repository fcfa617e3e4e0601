/// Conditions: what ConditionExpression, FilterExpression and KeyConditionExpression parse to, and whether an
/// item meets them.
///
/// A Condition is a tree of tagged nodes:
///   - AllOf and AnyOf hold two or more conditions, Not holds one;
///   - Comparison, Between and In compare operands;
///   - Exists, IsType, BeginsWith and Contains are the boolean functions.
/// An Operand is a path into the item or a constant, or the size of either. Paths and constants are resolved:
/// no placeholder is left in a tree. Everything lives in an Arena and is never changed, so reading is
/// thread-safe. Parameters of the legacy kind and other languages may build the same trees with
/// make_condition().
///
/// Source:
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <variant>

#include <absl/functional/function_ref.h>

#include "server/expression/expression_error.h"
#include "server/expression/path.h"
#include "server/expression/placeholders.h"
#include "storage/arena.h"
#include "storage/result.h"
#include "storage/value.h"

namespace lodestone {

struct Operand {
  /// Of the path where it has steps, else of the constant.
  bool is_size = false;
  Path path;
  Value constant;

  [[nodiscard]] bool is_path() const { return !is_size && !path.steps.empty(); }
  [[nodiscard]] bool is_constant() const { return !is_size && path.steps.empty(); }

  [[nodiscard]] static Operand of_path(Path path) { return {false, path, Value::null()}; }
  [[nodiscard]] static Operand of_constant(Value value) { return {false, {}, value}; }
  [[nodiscard]] static Operand size_of(Operand operand) { return {true, operand.path, operand.constant}; }
};

struct Condition;

struct AllOf {
  std::span<const Condition* const> conditions;
};

struct AnyOf {
  std::span<const Condition* const> conditions;
};

struct Not {
  const Condition* condition;
};

enum class Comparator : std::uint8_t { kEqual, kNotEqual, kLess, kLessOrEqual, kGreater, kGreaterOrEqual };

/// As it is written: "=", "<>", "<", …
[[nodiscard]] std::string_view to_string(Comparator comparator);

/// False where an operand is missing, except that `<>` is then true. Values of different types are not equal
/// and have no order. The size of what has none, or compared with what is not a number, is false whatever the
/// comparator.
struct Comparison {
  Comparator comparator;
  Operand left;
  Operand right;
};

/// Both bounds belong to the range.
struct Between {
  Operand operand;
  Operand lower;
  Operand upper;
};

struct In {
  Operand operand;
  std::span<const Operand> candidates;
};

/// attribute_exists where `expected`, attribute_not_exists otherwise.
struct Exists {
  Path path;
  bool expected;
};

struct IsType {
  Operand operand;
  Type type;
};

struct BeginsWith {
  Operand operand;
  Operand prefix;
};

/// A substring of a string or binary, an element of a set or list.
struct Contains {
  Operand operand;
  Operand element;
};

struct Condition {
  std::variant<AllOf, AnyOf, Not, Comparison, Between, In, Exists, IsType, BeginsWith, Contains> node;
};

template <class Node>
[[nodiscard]] const Condition* make_condition(Arena& arena, Node&& node) {
  return arena.make<Condition>(Condition{std::forward<Node>(node)});
}

/// Parses an expression of kind kCondition, kFilter or kKeyCondition, and marks the placeholders that it
/// uses. The text and the placeholders' bytes outlive the result. The nesting of the tree is bounded by the
/// number of operators.
[[nodiscard]] Result<const Condition*, ExpressionError> parse_condition(std::string_view text,
                                                                        ExpressionKind kind,
                                                                        Placeholders& placeholders,
                                                                        Arena& arena);

/// Whether `item` (empty where there is none) meets the condition.
[[nodiscard]] bool evaluate(const Condition& condition, Item item);

/// Calls `visit` for every path in the condition, from the left.
void for_each_path(const Condition& condition, absl::FunctionRef<void(const Path&)> visit);

}  // namespace lodestone
