/// DynamoDB's numbers: exact decimals of up to 38 significant digits, magnitude 1E-130 to 9.99…E+125.
///
/// Pure functions on values; thread-safe.
/// Source:
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "storage/result.h"

namespace lodestone {

__extension__ typedef unsigned __int128 Uint128;

/// value = (negative ? -1 : 1) * coefficient * 10^exponent. The coefficient never ends in a decimal zero;
/// zero is {0, 0, false}.
struct Decimal {
  Uint128 coefficient = 0;
  int exponent = 0;
  bool negative = false;
};

enum class NumberError { kNotANumber, kTooManyDigits, kOverflow, kUnderflow };

/// The longest canonical text: sign, "0.", 167 digits.
inline constexpr std::size_t kMaxNumberText = 176;

/// Reads sign, digits with at most one point, exponent; no blanks. The value counts, not the spelling.
[[nodiscard]] Result<Decimal, NumberError> parse_number(std::string_view text);

/// True where `text` is canonical already, decided for common numbers only: false proves nothing.
[[nodiscard]] bool is_plainly_canonical(std::string_view text);

/// Writes the canonical text (no exponent, no outer zeros) to `out`, which holds kMaxNumberText; returns its
/// length.
std::size_t write_number(const Decimal& number, char* out);
[[nodiscard]] std::string to_string(const Decimal& number);

/// Exact sums; kOverflow where the result leaves the range or needs more than 38 digits.
[[nodiscard]] Result<Decimal, NumberError> add(const Decimal& a, const Decimal& b);
[[nodiscard]] Result<Decimal, NumberError> subtract(const Decimal& a, const Decimal& b);

/// Negative, zero or positive, as a is less than, equal to or greater than b.
[[nodiscard]] int compare(const Decimal& a, const Decimal& b);
/// The same for two canonical texts.
[[nodiscard]] int compare_numbers(std::string_view a, std::string_view b);

/// The size DynamoDB accounts for, in bytes, of a canonical number.
[[nodiscard]] std::size_t number_size_bytes(std::string_view canonical);

}  // namespace lodestone
