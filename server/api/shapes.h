/// The shapes of the API's requests: what the public API model says, with the corrections that the service's
/// own answers show, as constant tables.
///
/// The tables are generated (server/api/generate_shapes.py writes shapes.cc and output_shapes.cc); everything
/// here is constant, lives as long as the process and is thread-safe.
///
/// Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/Welcome.html
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>

namespace lodestone {

enum class Kind : std::uint8_t {
  kStructure,
  /// The structure AttributeValue, which most of a request consists of and which is therefore checked by a
  /// path of its own.
  kAttributeValue,
  kList,
  kMap,
  kString,
  kInteger,
  kLong,
  kDouble,
  kBoolean,
  kBlob,
  kTimestamp,
};

/// What a text must look like beyond its length. The regular expressions are shape_check's
/// text_rule_pattern().
enum class TextRule : std::uint8_t {
  kNone,
  /// [a-zA-Z0-9_.-]+
  kName,
  /// A table in an operation on items, by name or ARN. A name has 1 to 255 characters here: shorter names
  /// than can exist pass.
  kTableReference,
  /// A table in an operation on tables, by name or ARN. Its faults are reported alone, some in words of their
  /// own.
  kTableOfOperation,
  /// The table to create, by name or ARN.
  kNewTable,
  /// The resource of the operations on tags: checked for the form of an ARN only, then for permission.
  kTaggedResource,
  /// \p{Print}+
  kPrintable,
  /// Any text that XML can carry.
  kXmlText,
  /// ^[^\$]+$
  kNoDollar,
  /// [,;:|\t ]
  kCsvDelimiter,
  /// Printable ASCII without quotation marks and commas.
  kCsvHeader,
  /// ([0-9a-f]{16})+
  kHexWords,
  /// ^[a-z0-9A-Z]+[\.\-\w]*[a-z0-9A-Z]+$
  kBucketName,
  /// [0-9]{12}
  kAccount,
};

/// How a value outside its bounds is reported.
enum class BoundForm : std::uint8_t {
  kUsual,
  /// Without the value.
  kValueless,
  /// Without the value, and the path's members spelled as in the request ("Limit").
  kValuelessAsSent,
  /// One entry that names both bounds.
  kBetween,
  /// At the map that holds the value, with the whole map as value.
  kAtMap,
  /// Not as a constraint but, where nothing else is wrong, as a missing parameter.
  kParameterRequired,
};

struct Shape;

struct Member {
  std::string_view name;
  const Shape* shape = nullptr;
  bool required = false;
};

/// A member's turn in the order in which the service reports faults.
struct Turn {
  std::uint8_t member = 0;
  /// Where this member has a fault, those of the members after it are not reported.
  bool alone = false;
};

struct Shape {
  static constexpr std::int64_t kNoMin = std::numeric_limits<std::int64_t>::min();
  static constexpr std::int64_t kNoMax = std::numeric_limits<std::int64_t>::max();

  /// As the service writes it in messages.
  std::string_view name;
  Kind kind = Kind::kStructure;
  TextRule rule = TextRule::kNone;
  BoundForm below = BoundForm::kUsual;
  BoundForm above = BoundForm::kUsual;
  /// True where a value of this kind can break a constraint by itself.
  bool constrained = false;
  /// Lengths of texts count UTF-16 units as the service's strings do, or bytes where this is set.
  bool length_in_bytes = false;
  /// Of a number its value, else its length.
  std::int64_t min = kNoMin;
  std::int64_t max = kNoMax;
  /// A structure's members in the model's order, and in the order of reports.
  std::span<const Member> members = {};
  std::span<const Turn> turns = {};
  /// The order before that; empty where it is the same.
  std::span<const Turn> older_turns = {};
  /// A bit for each member that is required, the lowest for the first.
  std::uint32_t required = 0;
  /// A map's keys.
  const Shape* key = nullptr;
  /// A list's elements, a map's values.
  const Shape* element = nullptr;
  /// The texts allowed, in the order the service lists them; empty where any is.
  std::span<const std::string_view> values = {};
};

/// No structure of a request has more members.
inline constexpr std::size_t kMostMembers = 24;

struct OperationShape {
  /// "GetItem", without the target's prefix.
  std::string_view name;
  const Shape* input = nullptr;
};

/// Every operation of the model, by name.
[[nodiscard]] std::span<const OperationShape> operation_shapes();

/// nullptr where the model has no such operation. The result may be kept.
[[nodiscard]] inline const OperationShape* find_operation_shape(std::string_view name) {
  const auto all = operation_shapes();
  const auto found = std::ranges::lower_bound(all, name, {}, &OperationShape::name);
  return found != all.end() && found->name == name ? &*found : nullptr;
}

}  // namespace lodestone
