/// ExpressionAttributeNames and ExpressionAttributeValues of one request, and which of them its expressions
/// used.
///
/// The entries belong to the caller and outlive the Placeholders; values are parsed already. One request, one
/// thread. Source:
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.ExpressionAttributeNames.html
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "server/expression/expression_error.h"
#include "storage/result.h"
#include "storage/value.h"

namespace lodestone {

/// `#p` → attribute name.
struct NamePlaceholder {
  std::string_view placeholder;
  std::string_view attribute;
  bool used = false;
};

/// `:v` → value.
struct ValuePlaceholder {
  std::string_view placeholder;
  Value value;
  bool used = false;
};

/// Checks the keys as they come in the request, which the service does before it looks at any expression and,
/// for values, at any value: a sign, then letters, digits and underscores.
[[nodiscard]] Result<void, ExpressionError> check_name_key(std::string_view key);
[[nodiscard]] Result<void, ExpressionError> check_value_key(std::string_view key);

class Placeholders {
 public:
  Placeholders() = default;
  Placeholders(std::span<NamePlaceholder> names, std::span<ValuePlaceholder> values)
      : names_(names), values_(values) {}

  [[nodiscard]] std::span<const ValuePlaceholder> values() const { return values_; }

  /// What `#p` or `:v` stands for, marked as used from now on; nullptr where it is not defined.
  [[nodiscard]] const NamePlaceholder* use_name(std::string_view placeholder);
  [[nodiscard]] const Value* use_value(std::string_view placeholder);

  /// Once every expression of the request is parsed: the error about entries that none of them used, names
  /// first.
  [[nodiscard]] Result<void, ExpressionError> check_all_used() const;

 private:
  std::span<NamePlaceholder> names_;
  std::span<ValuePlaceholder> values_;
  // Positions sorted by placeholder, made on the first lookup where there are many entries.
  std::vector<std::uint32_t> name_order_;
  std::vector<std::uint32_t> value_order_;
};

}  // namespace lodestone
