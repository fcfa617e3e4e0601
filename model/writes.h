/// Requests that change items: put, update, upsert, delete, in the form that ElectroDB gives them.
///
/// Everything that decides what is stored happens here: attributes by prepare_item(), keys of every access
/// pattern, which of them an update makes anew or removes. Pure functions but for the entity's hooks;
/// thread-safe.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/condition.h"
#include "model/error.h"
#include "model/request.h"
#include "model/schema.h"
#include "model/value.h"

namespace lodestone::model {

/// What a write answers with besides its success.
enum class Return : std::uint8_t { kDefault, kNone, kAllOld, kAllNew, kUpdatedOld, kUpdatedNew };

struct WriteOptions {
  Return response = Return::kDefault;
  /// A failed condition brings the item that failed it.
  bool return_on_failure = false;
};

/// What must be true of the item that is there, besides the condition.
enum class Presence : std::uint8_t { kAny, kMustExist, kMustNotExist };

struct PutSpec {
  Record item;
  Presence presence = Presence::kAny;
  Conditions where = {};
  WriteOptions options = {};
};
[[nodiscard]] Result<Request> put_request(const EntitySchema& schema, std::string_view table, PutSpec spec,
                                          Moment now);
/// The item as it is stored, keys and identifiers included.
[[nodiscard]] Result<Record> stored_item(const EntitySchema& schema, Record item, Moment now);

struct DeleteSpec {
  Record key;
  Presence presence = Presence::kAny;
  Conditions where = {};
  WriteOptions options = {};
};
[[nodiscard]] Result<Request> delete_request(const EntitySchema& schema, std::string_view table,
                                             const DeleteSpec& spec);

enum class UpdateKind : std::uint8_t {
  /// `#a = :a`, or another attribute's value.
  kSet,
  /// `#a = if_not_exists(#a, :a)`
  kIfNotExists,
  /// ADD, to a number or a set.
  kAdd,
  /// `#a = if_not_exists(#a, start) + :a`
  kIncrease,
  /// `#a = if_not_exists(#a, start) - :a`; start is 0 where it is not given.
  kDecrease,
  kAppend,
  kPrepend,
  /// DELETE, from a set.
  kDelete,
  kRemove,
  /// `#a = left + operand`, `#a = left - operand`
  kSum,
  kDifference,
};

struct UpdateStep {
  UpdateKind kind = UpdateKind::kSet;
  Path path;
  /// Nothing for kRemove.
  Operand operand = Value();
  std::optional<Value> start = {};
  /// Of sums and differences.
  std::optional<Operand> left = {};
};

struct UpdateSpec {
  Record key;
  std::vector<UpdateStep> steps = {};
  /// Composites that keys need and that are not being written; the item must have them.
  Record composites = {};
  Presence presence = Presence::kAny;
  Conditions where = {};
  WriteOptions options = {};
};
[[nodiscard]] Result<Request> update_request(const EntitySchema& schema, std::string_view table,
                                             UpdateSpec spec, Moment now);

struct UpsertSpec {
  Record item;
  /// Besides kSet, which is as good as being in `item`.
  std::vector<UpdateStep> steps = {};
  Conditions where = {};
  WriteOptions options = {};
};
[[nodiscard]] Result<Request> upsert_request(const EntitySchema& schema, std::string_view table,
                                             UpsertSpec spec, Moment now);

/// A condition on an item that stays as it is, for transactions.
struct CheckSpec {
  Record key;
  Conditions where;
  WriteOptions options = {};
};
[[nodiscard]] Result<Request> check_request(const EntitySchema& schema, std::string_view table,
                                            CheckSpec spec);

}  // namespace lodestone::model
