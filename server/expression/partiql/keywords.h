/// The keywords of PartiQL: SQL-92's and some of its own. None of them is an identifier unless it is quoted,
/// whether DynamoDB's dialect has a use for it or not.
///
/// Pure functions. Source: https://partiql.org/partiql-lang/ and, for the dialect,
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.html
#pragma once

#include <cstdint>
#include <string_view>

namespace lodestone::partiql {

enum class Keyword : std::uint8_t {
  kNone,
  kAll,
  kAnd,
  kAsc,
  kBag,
  kBetween,
  kBlob,
  kBool,
  kBoolean,
  kBy,
  kDecimal,
  kDelete,
  kDesc,
  kExists,
  kFalse,
  kFrom,
  kIn,
  kInsert,
  kInto,
  kIs,
  kList,
  kMissing,
  kModified,
  kNew,
  kNot,
  kNull,
  kNumeric,
  kOld,
  kOr,
  kOrder,
  kRemove,
  kReturning,
  kSelect,
  kSet,
  kSize,
  kString,
  kStruct,
  kTrue,
  kTuple,
  kUpdate,
  kValue,
  kWhere,
  kOther,  ///< a word that the dialect has no use for
};

/// In any case; kNone for an identifier.
[[nodiscard]] Keyword keyword_named(std::string_view identifier);

}  // namespace lodestone::partiql
