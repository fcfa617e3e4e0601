/// The words of faults that several languages of expressions have in common.
///
/// Without the prefix that a parameter's expressions get. Pure functions.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "server/expression/path.h"
#include "storage/number.h"
#include "storage/value.h"

namespace lodestone {

/// The most operators in one expression, the most candidates of one IN.
inline constexpr std::size_t kMaxOperators = 300;
inline constexpr std::size_t kMaxCandidates = 100;

[[nodiscard]] std::string wrong_operand_type(std::string_view function, std::string_view type);
[[nodiscard]] std::string wrong_operand_count(std::string_view function, std::size_t count);
[[nodiscard]] std::string path_required(std::string_view function);
[[nodiscard]] std::string unknown_function(std::string_view name);
[[nodiscard]] std::string misused_function(std::string_view name);
[[nodiscard]] std::string too_many_operators(std::size_t count);
[[nodiscard]] std::string too_many_candidates(std::size_t count);
[[nodiscard]] std::string unknown_type_name(std::string_view name);
/// A comparison or function with the same path twice.
[[nodiscard]] std::string operands_not_distinct(std::string_view name, const Path& first);
[[nodiscard]] std::string bounds_of_two_types(const Value& lower, const Value& upper);
[[nodiscard]] std::string bounds_out_of_order(const Value& lower, const Value& upper);
[[nodiscard]] std::string path_too_deep(std::size_t steps);
[[nodiscard]] std::string index_too_large(std::string_view digits);

/// `text` is the number as it was written.
[[nodiscard]] std::string number_fault(NumberError error, std::string_view text);
/// A set of that type without elements.
[[nodiscard]] std::string empty_set(Type type);
inline constexpr std::string_view kNestingFault =
    "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond "
    "supported "
    "limit";

}  // namespace lodestone
