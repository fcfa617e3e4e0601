/// Attribute values for the differential test, kept as plainly as possible: they own everything, numbers are
/// thousandths in an integer, and nothing is shared with the engine.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace lodestone::testing::reference {

enum class Kind { kS, kN, kB, kSS, kNS, kBS, kBool, kNull, kL, kM };

struct Value {
  Kind kind = Kind::kNull;
  std::string text;                ///< S and B
  std::int64_t number = 0;         ///< N, in thousandths
  bool flag = false;               ///< BOOL
  std::set<std::string> texts;     ///< SS and BS
  std::set<std::int64_t> numbers;  ///< NS
  std::vector<Value> list;
  std::map<std::string, Value> map;

  [[nodiscard]] static Value of_text(std::string text);
  [[nodiscard]] static Value of_bytes(std::string bytes);
  [[nodiscard]] static Value of_number(std::int64_t thousandths);
  bool operator==(const Value& other) const;
};

using Item = std::map<std::string, Value>;

[[nodiscard]] std::string_view kind_name(Kind kind);
[[nodiscard]] bool is_scalar(Kind kind);

/// The order of two values of one kind among S, N and B.
[[nodiscard]] bool less(const Value& a, const Value& b);

[[nodiscard]] std::string number_text(std::int64_t thousandths);
[[nodiscard]] std::string to_json(const Value& value);
[[nodiscard]] std::string to_json(const Item& item);

/// DynamoDB's size, names included.
/// Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
[[nodiscard]] std::size_t size_of(const Value& value);
[[nodiscard]] std::size_t size_of(const Item& item);

}  // namespace lodestone::testing::reference
