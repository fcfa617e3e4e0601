/// The text that JavaScript gives to values: what keys are made of.
///
/// Keys are to be equal, byte for byte, to those that JavaScript applications write: numbers as
/// `Number.prototype.toString` writes them (https://tc39.es/ecma262/#sec-numeric-types-number-tostring), case
/// as `toLowerCase` and `toUpperCase` change it. Pure functions; thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace lodestone::model {

/// 1e21 is "1e+21", 0.1 + 0.2 is "0.30000000000000004", -0.0 is "0"; also "NaN", "Infinity" and "-Infinity".
void append_number_text(std::string& out, double number);
/// All digits, as a BigInt's: for those that a double has, the text is the double's.
void append_number_text(std::string& out, std::int64_t number);
void append_number_text(std::string& out, std::uint64_t number);

/// The same for a number in DynamoDB's form ("1E+2", "-0.10"), with all its digits, even those that a double
/// does not have. Returns false, and appends nothing, where `decimal` is no number.
[[nodiscard]] bool append_decimal_text(std::string& out, std::string_view decimal);

[[nodiscard]] constexpr std::string_view boolean_text(bool value) { return value ? "true" : "false"; }

/// All of Unicode, without regard to a language: "İßΣ Ǆ" becomes "i̇ßς ǆ", and in upper case "ß" becomes "SS".
/// Bytes that are not UTF-8 stay as they are.
[[nodiscard]] std::string lower_case(std::string text);
[[nodiscard]] std::string upper_case(std::string text);

}  // namespace lodestone::model
