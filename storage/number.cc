#include "storage/number.h"

#include <algorithm>
#include <cstring>

namespace lodestone {
namespace {

using Wide = Uint128;

constexpr int kMaxDigits = 38;
constexpr int kMaxMagnitude = 125;   // of the leading digit: 9.99…E+125
constexpr int kMinMagnitude = -130;  // 1E-130

constexpr Wide power_of_ten(int exponent) {
  Wide power = 1;
  for (int i = 0; i < exponent; ++i) power *= 10;
  return power;
}

int digit_count(Wide coefficient) {
  constexpr std::uint64_t kTen18 = 1'000'000'000'000'000'000;
  int digits = 0;
  while (coefficient >= kTen18) {
    coefficient /= kTen18;
    digits += 18;
  }
  for (auto rest = static_cast<std::uint64_t>(coefficient); rest != 0; rest /= 10) ++digits;
  return digits;
}

void strip_zeros(Decimal& number) {
  if (number.coefficient == 0) {
    number = Decimal{};
    return;
  }
  while (number.coefficient % 10 == 0) {
    number.coefficient /= 10;
    ++number.exponent;
  }
}

/// The digits of a coefficient, most significant first; returns their count (at most 39).
int write_digits(Wide coefficient, char* out) {
  char reversed[40];
  int count = 0;
  constexpr std::uint64_t kTen18 = 1'000'000'000'000'000'000;
  while (coefficient != 0) {
    auto chunk = static_cast<std::uint64_t>(coefficient % kTen18);
    coefficient /= kTen18;
    const int stop = count + 18;
    while (coefficient != 0 ? count < stop : chunk != 0) {
      reversed[count++] = static_cast<char>('0' + chunk % 10);
      chunk /= 10;
    }
  }
  std::reverse_copy(reversed, reversed + count, out);
  return count;
}

Result<Decimal, NumberError> in_range(Decimal number, int digits) {
  const int magnitude = number.exponent + digits - 1;
  if (magnitude > kMaxMagnitude) return failure(NumberError::kOverflow);
  if (magnitude < kMinMagnitude) return failure(NumberError::kUnderflow);
  return number;
}

/// a + b where both have the sign of `a`'s flag already applied by the caller: adds or subtracts magnitudes
/// exactly.
Result<Decimal, NumberError> sum(Decimal a, Decimal b) {
  if (a.coefficient == 0) return b;
  if (b.coefficient == 0) return a;
  if (a.exponent < b.exponent) std::swap(a, b);
  // The lowest digit of b survives in the result, so a result that spans more than 38 digits is not exact.
  // One digit of slack: 1e38 - 1 has 38 digits again.
  const int shift = a.exponent - b.exponent;
  if (shift > kMaxDigits || digit_count(a.coefficient) + shift > kMaxDigits + 1)
    return failure(NumberError::kOverflow);
  if (a.coefficient > ~Wide{0} / power_of_ten(shift)) return failure(NumberError::kOverflow);
  const Wide high = a.coefficient * power_of_ten(shift);
  Decimal result;
  result.exponent = b.exponent;
  if (a.negative == b.negative) {
    if (high > ~Wide{0} - b.coefficient) return failure(NumberError::kOverflow);
    result.coefficient = high + b.coefficient;
    result.negative = a.negative;
  } else if (high >= b.coefficient) {
    result.coefficient = high - b.coefficient;
    result.negative = a.negative;
  } else {
    result.coefficient = b.coefficient - high;
    result.negative = b.negative;
  }
  strip_zeros(result);
  if (result.coefficient == 0) return result;
  const int digits = digit_count(result.coefficient);
  if (digits > kMaxDigits) return failure(NumberError::kOverflow);
  return in_range(result, digits);
}

}  // namespace

Result<Decimal, NumberError> parse_number(std::string_view text) {
  const char* at = text.data();
  const char* end = at + text.size();
  Decimal number;
  if (at != end && (*at == '+' || *at == '-')) number.negative = *at++ == '-';

  int digits = 0;             // significant ones taken into the coefficient
  int pending_zeros = 0;      // zeros seen since the last other digit
  long long point_shift = 0;  // digits behind the point
  bool any_digit = false;
  bool point = false;
  bool too_many = false;
  for (; at != end; ++at) {
    if (*at == '.') {
      if (point) return failure(NumberError::kNotANumber);
      point = true;
      continue;
    }
    if (*at < '0' || *at > '9') break;
    any_digit = true;
    if (point) ++point_shift;
    const int digit = *at - '0';
    if (digit == 0) {
      if (digits != 0) ++pending_zeros;
      continue;
    }
    if (digits != 0 && !too_many && digits + pending_zeros + 1 > kMaxDigits) too_many = true;
    if (!too_many) {
      number.coefficient =
          number.coefficient * power_of_ten(pending_zeros + 1) + static_cast<unsigned>(digit);
      digits += digits == 0 ? 1 : pending_zeros + 1;
    }
    pending_zeros = 0;
  }
  if (!any_digit) return failure(NumberError::kNotANumber);

  long long exponent = 0;
  if (at != end && (*at == 'e' || *at == 'E')) {
    ++at;
    bool negative = false;
    if (at != end && (*at == '+' || *at == '-')) negative = *at++ == '-';
    if (at == end) return failure(NumberError::kNotANumber);
    for (; at != end && *at >= '0' && *at <= '9'; ++at) {
      if (exponent < 1'000'000'000'000) exponent = exponent * 10 + (*at - '0');
    }
    if (negative) exponent = -exponent;
  }
  if (at != end) return failure(NumberError::kNotANumber);
  if (number.coefficient == 0) return Decimal{};
  if (too_many) return failure(NumberError::kTooManyDigits);

  exponent += pending_zeros - point_shift;
  const long long magnitude = exponent + digits - 1;
  if (magnitude > kMaxMagnitude) return failure(NumberError::kOverflow);
  if (magnitude < kMinMagnitude) return failure(NumberError::kUnderflow);
  number.exponent = static_cast<int>(exponent);
  return number;
}

bool is_plainly_canonical(std::string_view text) {
  std::size_t i = 0;
  if (!text.empty() && text[0] == '-') i = 1;
  const std::size_t digits = text.size() - i;
  if (digits == 0 || digits > 18) return false;
  if (text[i] == '0') return text.size() == 1;
  for (; i < text.size(); ++i) {
    if (text[i] < '0' || text[i] > '9') return false;
  }
  return true;
}

std::size_t write_number(const Decimal& number, char* out) {
  if (number.coefficient == 0) {
    *out = '0';
    return 1;
  }
  char* at = out;
  if (number.negative) *at++ = '-';
  char digits[40];
  const int count = write_digits(number.coefficient, digits);
  const int integer_digits = count + number.exponent;  // digits before the point
  if (number.exponent >= 0) {
    std::memcpy(at, digits, static_cast<std::size_t>(count));
    std::memset(at + count, '0', static_cast<std::size_t>(number.exponent));
    at += integer_digits;
  } else if (integer_digits > 0) {
    std::memcpy(at, digits, static_cast<std::size_t>(integer_digits));
    at += integer_digits;
    *at++ = '.';
    std::memcpy(at, digits + integer_digits, static_cast<std::size_t>(count - integer_digits));
    at += count - integer_digits;
  } else {
    *at++ = '0';
    *at++ = '.';
    std::memset(at, '0', static_cast<std::size_t>(-integer_digits));
    at += -integer_digits;
    std::memcpy(at, digits, static_cast<std::size_t>(count));
    at += count;
  }
  return static_cast<std::size_t>(at - out);
}

std::string to_string(const Decimal& number) {
  char text[kMaxNumberText];
  return {text, write_number(number, text)};
}

Result<Decimal, NumberError> add(const Decimal& a, const Decimal& b) { return sum(a, b); }

Result<Decimal, NumberError> subtract(const Decimal& a, const Decimal& b) {
  Decimal negated = b;
  if (b.coefficient != 0) negated.negative = !b.negative;
  return sum(a, negated);
}

int compare(const Decimal& a, const Decimal& b) {
  const bool a_zero = a.coefficient == 0;
  const bool b_zero = b.coefficient == 0;
  if (a_zero || b_zero) {
    if (a_zero && b_zero) return 0;
    if (a_zero) return b.negative ? 1 : -1;
    return a.negative ? -1 : 1;
  }
  if (a.negative != b.negative) return a.negative ? -1 : 1;
  const int sign = a.negative ? -1 : 1;
  const int a_digits = digit_count(a.coefficient);
  const int b_digits = digit_count(b.coefficient);
  if (a_digits + a.exponent != b_digits + b.exponent) {
    return a_digits + a.exponent < b_digits + b.exponent ? -sign : sign;
  }
  // The same magnitude: bring both to the same number of digits. At most 38, so nothing overflows.
  const Wide a_scaled = a.coefficient * power_of_ten(a_digits < b_digits ? b_digits - a_digits : 0);
  const Wide b_scaled = b.coefficient * power_of_ten(b_digits < a_digits ? a_digits - b_digits : 0);
  if (a_scaled == b_scaled) return 0;
  return a_scaled < b_scaled ? -sign : sign;
}

int compare_numbers(std::string_view a, std::string_view b) {
  if (a == b) return 0;
  const bool a_negative = a.front() == '-';
  const bool b_negative = b.front() == '-';
  if (a_negative != b_negative) return a_negative ? -1 : 1;
  if (a_negative) {
    a.remove_prefix(1);
    b.remove_prefix(1);
  }
  // Canonical texts have no outer zeros, so more integer digits are a larger magnitude, and within equally
  // many the bytes decide ('.' sorts before digits, and a missing fraction is the shorter text).
  const int larger = a_negative ? -1 : 1;
  const std::size_t a_integer = std::min(a.find('.'), a.size());
  const std::size_t b_integer = std::min(b.find('.'), b.size());
  if (a_integer != b_integer) return a_integer > b_integer ? larger : -larger;
  return a.compare(b) > 0 ? larger : -larger;
}

std::size_t number_size_bytes(std::string_view canonical) {
  std::size_t size = 1;
  if (canonical.front() == '-') {
    ++size;
    canonical.remove_prefix(1);
  }
  const std::size_t point = canonical.find('.');
  std::string_view integer = canonical.substr(0, point);
  std::string_view fraction =
      point == std::string_view::npos ? std::string_view() : canonical.substr(point + 1);
  if (integer == "0") {
    integer = {};
    while (!fraction.empty() && fraction.front() == '0') fraction.remove_prefix(1);
  } else if (fraction.empty()) {
    while (integer.back() == '0') integer.remove_suffix(1);
  }
  return size + (integer.size() + 1) / 2 + (fraction.size() + 1) / 2;
}

}  // namespace lodestone
