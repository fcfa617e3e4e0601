/// Updates: what UpdateExpression parses to, and the item that one makes of another.
///
/// An Update is a list of actions on paths that do not clash. Every operand reads the item as it was before,
/// and list positions mean those before. Everything lives in an Arena and is never changed, so reading is
/// thread-safe. Legacy parameters and other languages may build the same with make_update().
///
/// Source:
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include <absl/functional/function_ref.h>

#include "server/expression/expression_error.h"
#include "server/expression/path.h"
#include "server/expression/placeholders.h"
#include "storage/arena.h"
#include "storage/result.h"
#include "storage/value.h"

namespace lodestone {

/// A value to SET: of a path, a constant, or
///   - if_not_exists: the path's value, or where there is none that of `first`;
///   - list_append: the elements of `first`, then those of `second`.
struct UpdateOperand {
  enum class Kind : std::uint8_t { kPath, kConstant, kIfNotExists, kListAppend };
  Kind kind = Kind::kConstant;
  Path path;
  Value constant;
  const UpdateOperand* first = nullptr;
  const UpdateOperand* second = nullptr;

  [[nodiscard]] static UpdateOperand of_path(Path path) { return {Kind::kPath, path, {}, nullptr, nullptr}; }
  [[nodiscard]] static UpdateOperand of_constant(Value value) {
    return {Kind::kConstant, {}, value, nullptr, nullptr};
  }
};

enum class Arithmetic : std::uint8_t { kNone, kPlus, kMinus };

struct UpdateAction {
  enum class Kind : std::uint8_t { kSet, kRemove, kAdd, kDelete };
  Kind kind = Kind::kSet;
  Path target;
  /// What to SET, or the constant to ADD or DELETE. REMOVE has none.
  UpdateOperand value;
  /// For `SET a = value + right`.
  Arithmetic arithmetic = Arithmetic::kNone;
  const UpdateOperand* right = nullptr;
};

/// How many actions of which sort, for the size that the service charges an update with.
struct UpdateCounts {
  std::size_t assignments = 0;       ///< SET and ADD
  std::size_t removals = 0;          ///< REMOVE and DELETE
  std::size_t assigned_indexes = 0;  ///< of the assignments, those whose target is a list's element
  std::size_t arithmetic = 0;        ///< of the assignments, those with + or -
};

struct Update {
  std::span<const UpdateAction> actions;  ///< as written
  std::span<const Path* const> targets;   ///< of the actions, sorted by path
  UpdateCounts counts;

  /// Whether it makes an item where there is none; REMOVE and DELETE alone do not.
  [[nodiscard]] bool creates_item() const { return counts.assignments > 0; }
};

/// Parses and marks the placeholders that it uses. The text and the placeholders' bytes outlive the result.
[[nodiscard]] Result<Update, ExpressionError> parse_update(std::string_view text, Placeholders& placeholders,
                                                           Arena& arena);

/// An Update of actions whose targets do not clash. The actions' memory outlives it.
[[nodiscard]] Update make_update(std::span<const UpdateAction> actions, Arena& arena);

/// Why an update does not apply to an item. All are ValidationExceptions.
enum class UpdateError : std::uint8_t {
  kMissingAttribute,  ///< an operand's path leads nowhere
  kOperandType,       ///< an operand in the item is of the wrong type
  kInvalidPath,       ///< a target's parent is missing or does not fit
  kNumberOverflow,
  kNumberUnderflow,
  kNesting,  ///< the item would nest too deeply
};
[[nodiscard]] std::string_view message(UpdateError error);

/// The item that `update` makes of `old`, which is empty where there is none: the result then lacks the key
/// (see with_key). Sorted, in the arena, with views of `old` and of the update's constants.
[[nodiscard]] Result<Item, UpdateError> apply(const Update& update, Item old, Arena& arena);

/// `item` with the attributes of `key` (sorted, one or two) where it lacks them.
[[nodiscard]] Item with_key(Item item, Item key, Arena& arena);

/// What of `item` the update touched: for UPDATED_OLD given the item before, for UPDATED_NEW given the item
/// after.
[[nodiscard]] Item updated_fragments(const Update& update, Item item, Arena& arena);

/// Calls `visit` for every path that an action reads or writes.
void for_each_path(const Update& update, absl::FunctionRef<void(const Path&)> visit);

}  // namespace lodestone
