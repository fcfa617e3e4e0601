/// Types for what C++ has none: exact decimal numbers and bytes.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace lodestone::model {

/// A number as DynamoDB keeps it: a decimal of up to 38 significant digits. Compared by value.
class Number {
 public:
  Number() = default;
  Number(std::int64_t number) : text_(std::to_string(number)) {}
  /// nullopt where the text is no number that DynamoDB holds.
  [[nodiscard]] static std::optional<Number> parse(std::string_view text);

  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] double to_double() const;

  friend bool operator==(const Number& a, const Number& b);

 private:
  std::string text_ = "0";
};

/// Bytes that are no text.
struct Binary {
  std::string bytes;
  friend auto operator<=>(const Binary&, const Binary&) = default;
};

}  // namespace lodestone::model
