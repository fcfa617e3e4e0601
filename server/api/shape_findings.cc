#include "server/api/shape_findings.h"

#include <cctype>
#include <charconv>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "server/api/shape_rules.h"

namespace lodestone {
namespace {

/// The service lists no more.
constexpr std::size_t kMostFindings = 10;

/// Operations on items did not always take names of tables that can not exist.
constexpr std::int64_t kOldLeastTableName = 3;
/// Nor any number of AttributesToGet.
constexpr std::string_view kNamesToGet = "AttributeNameList";
constexpr std::int64_t kOldMostNamesToGet = 255;

constexpr std::string_view kNotNull = "Member must not be null";

std::string with_small_initial(std::string_view name) {
  std::string text(name);
  if (!text.empty()) text[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[0])));
  return text;
}

bool is_scalar(Kind kind) {
  return kind != Kind::kStructure && kind != Kind::kAttributeValue && kind != Kind::kList &&
         kind != Kind::kMap;
}

/// "Member must have length less than or equal to 255"
std::string bound_text(const Shape& shape, std::string_view comparison, std::int64_t bound) {
  const bool number = shape.kind == Kind::kInteger || shape.kind == Kind::kLong;
  std::string text = number ? "Member must have value " : "Member must have length ";
  text += comparison;
  text += " than or equal to ";
  text += std::to_string(bound);
  return text;
}

std::string least_text(const Shape& shape) { return bound_text(shape, "greater", shape.min); }
std::string most_text(const Shape& shape, std::int64_t most) { return bound_text(shape, "less", most); }

std::string pattern_text(const Shape& shape) {
  return "Member must satisfy regular expression pattern: " + std::string(text_rule_pattern(shape.rule));
}

std::string enumeration_text(const Shape& shape) {
  std::string text = "Member must satisfy enum value set: [";
  for (const auto value : shape.values) {
    if (!text.ends_with('[')) text += ", ";
    text += value;
  }
  text += ']';
  return text;
}

/// All constraints of a shape at once, as they are named for the elements, keys or values of a collection.
std::string constraints_text(const Shape& shape) {
  std::vector<std::string> constraints;
  if (shape.max != Shape::kNoMax) constraints.push_back(most_text(shape, shape.max));
  if (shape.min != Shape::kNoMin) constraints.push_back(least_text(shape));
  if (!text_rule_pattern(shape.rule).empty()) constraints.push_back(pattern_text(shape));
  if (!shape.values.empty()) constraints.push_back(enumeration_text(shape));
  std::string text = "[";
  for (const auto& constraint : constraints) {
    if (text.size() > 1) text += ", ";
    text += constraint;
  }
  text += ']';
  return text;
}

const JsonValue* find_member(const JsonValue& structure, std::string_view name) {
  const auto found = structure.FindMember(
      JsonValue(rapidjson::StringRef(name.data(), static_cast<rapidjson::SizeType>(name.size()))));
  return found == structure.MemberEnd() ? nullptr : &found->value;
}

/// Appends a value as Java's toString() shows it: Shape(member=value), [a, b], {k=v}.
void append_dump(std::string& out, const Shape& shape, const JsonValue& value) {
  std::string_view separator;
  const auto separate = [&] {
    out += separator;
    separator = ", ";
  };
  if (value.IsNull()) {
    out += "null";
    return;
  }
  switch (shape.kind) {
    case Kind::kStructure:
    case Kind::kAttributeValue:
      out += shape.name;
      out += '(';
      for (const Member& member : shape.members) {
        const JsonValue* held = find_member(value, member.name);
        if (held == nullptr) continue;
        separate();
        out += with_small_initial(member.name);
        out += '=';
        append_dump(out, *member.shape, *held);
      }
      out += ')';
      return;
    case Kind::kList:
      out += '[';
      for (const JsonValue& element : value.GetArray()) {
        separate();
        append_dump(out, *shape.element, element);
      }
      out += ']';
      return;
    case Kind::kMap:
      out += '{';
      for (const auto& member : json_members(value)) {
        separate();
        out += json_text(member.name);
        out += '=';
        append_dump(out, *shape.element, member.value);
      }
      out += '}';
      return;
    case Kind::kString:
      out += json_text(value);
      return;
    case Kind::kBlob: {
      const auto size = std::to_string(value.GetStringLength() / 4 * 3);
      out += "java.nio.HeapByteBuffer[pos=0 lim=" + size + " cap=" + size + "]";
      return;
    }
    case Kind::kInteger:
    case Kind::kLong:
      out += std::to_string(value.GetInt64());
      return;
    case Kind::kBoolean:
      out += value.GetBool() ? "true" : "false";
      return;
    case Kind::kDouble:
    case Kind::kTimestamp: {
      char digits[32];
      const auto written = std::to_chars(digits, digits + sizeof digits, value.GetDouble());
      out.append(digits, written.ptr);
      return;
    }
  }
}

/// The members on the way to a value, in both spellings that messages use.
class Path {
 public:
  struct Mark {
    std::size_t usual;
    std::size_t as_sent;
  };

  [[nodiscard]] Mark mark() const { return {usual_.size(), as_sent_.size()}; }
  void reset(Mark mark) {
    usual_.resize(mark.usual);
    as_sent_.resize(mark.as_sent);
  }

  void enter_member(std::string_view name) { append(with_small_initial(name), name); }
  void enter_element(std::string_view key) {
    append(key, key);
    append("member", "member");
  }

  [[nodiscard]] const std::string& usual() const { return usual_; }
  [[nodiscard]] const std::string& as_sent() const { return as_sent_; }

 private:
  void append(std::string_view usual, std::string_view as_sent) {
    if (!usual_.empty()) usual_ += '.', as_sent_ += '.';
    usual_ += usual;
    as_sent_ += as_sent;
  }

  std::string usual_;
  std::string as_sent_;
};

class Reporter {
 public:
  Reporter(std::string_view operation, MessageForms forms)
      : operation_(operation), older_(forms == MessageForms::kOlder) {}

  [[nodiscard]] std::optional<ShapeFault> report(const Shape& input, const JsonValue& root) {
    report_members(input, root);
    if (alone_) return alone_;
    if (!findings_.empty()) return ShapeFault{ShapeFault::Kind::kValidation, joined()};
    if (required_parameter_.empty()) return std::nullopt;
    return ShapeFault{ShapeFault::Kind::kValidation,
                      "The " + required_parameter_ + " parameter is required for " + std::string(operation_)};
  }

 private:
  [[nodiscard]] bool done() const { return stopped_ || alone_ || findings_.size() >= kMostFindings; }

  [[nodiscard]] std::string joined() const {
    std::string text = std::to_string(findings_.size());
    text += findings_.size() == 1 ? " validation error detected: " : " validation errors detected: ";
    for (std::size_t i = 0; i < findings_.size(); ++i) {
      if (i > 0) text += "; ";
      text += findings_[i];
    }
    return text;
  }

  void add(std::string_view value, std::string_view path, std::string_view constraint) {
    if (done()) return;
    std::string text("Value ");
    text += value;
    text += "at '";
    text += path;
    text += "' failed to satisfy constraint: ";
    text += constraint;
    findings_.push_back(std::move(text));
  }

  void add_null() { add("null ", path_.usual(), kNotNull); }

  void add_usual(const Shape& shape, const JsonValue& value, std::string_view constraint) {
    if (done()) return;
    std::string quoted("'");
    append_dump(quoted, shape, value);
    quoted += "' ";
    add(quoted, path_.usual(), constraint);
  }

  void add_bound(const Shape& shape, const JsonValue& value, BoundForm form, std::string_view constraint) {
    if (older_ && form != BoundForm::kAtMap) form = BoundForm::kUsual;
    switch (form) {
      case BoundForm::kUsual:
        return add_usual(shape, value, constraint);
      case BoundForm::kValueless:
        return add("", path_.usual(), constraint);
      case BoundForm::kValuelessAsSent:
        return add("", path_.as_sent(), constraint);
      case BoundForm::kBetween:
        return add("", path_.usual(),
                   "Member must have value between " + std::to_string(shape.min) + " and " +
                       std::to_string(shape.max));
      case BoundForm::kAtMap:
        return;  // report_map has reported it
      case BoundForm::kParameterRequired:
        required_parameter_ = path_.usual();
        return;
    }
  }

  void add_bounds(const Shape& shape, const JsonValue& value, std::int64_t size) {
    const RuleFaults faults = check_bounds(shape, size);
    if (faults.below) add_bound(shape, value, shape.below, least_text(shape));
    if (faults.above) add_bound(shape, value, shape.above, most_text(shape, shape.max));
  }

  void answer_alone(ShapeFault::Kind kind, std::string message) {
    if (!alone_) alone_ = ShapeFault{kind, std::move(message)};
  }

  void report_members(const Shape& shape, const JsonValue& value) {
    for (const Turn turn : older_ && !shape.older_turns.empty() ? shape.older_turns : shape.turns) {
      if (done()) return;
      const Member& member = shape.members[turn.member];
      const std::size_t before = findings_.size();
      const auto mark = path_.mark();
      path_.enter_member(member.name);
      if (const JsonValue* held = find_member(value, member.name)) {
        report_value(*member.shape, *held);
      } else if (member.required) {
        report_absent(member);
      }
      path_.reset(mark);
      stopped_ |= turn.alone && findings_.size() > before;
    }
  }

  void report_absent(const Member& member) {
    switch (member.shape->rule) {
      case TextRule::kTableOfOperation:
      case TextRule::kNewTable:
        return answer_alone(ShapeFault::Kind::kValidation,
                            "The parameter 'TableName' is required but was not present in the request");
      case TextRule::kTaggedResource:
        return answer_alone(ShapeFault::Kind::kValidation, "Invalid TableArn");
      default:
        return add_null();
    }
  }

  void report_value(const Shape& shape, const JsonValue& value) {
    if (value.IsNull()) return add_null();
    switch (shape.kind) {
      case Kind::kStructure:
      case Kind::kAttributeValue:
        return report_members(shape, value);
      case Kind::kList:
        return report_list(shape, value);
      case Kind::kMap:
        return report_map(shape, value);
      case Kind::kString:
        return report_text(shape, value);
      case Kind::kInteger:
      case Kind::kLong:
        return add_bounds(shape, value, value.GetInt64());
      default:
        return;
    }
  }

  void report_text(const Shape& shape, const JsonValue& value) {
    const auto text = json_text(value);
    const RuleFaults faults = check_text(shape, text);
    if (shape.rule == TextRule::kTaggedResource && faults.pattern) {
      std::string message = " is not authorized to perform: dynamodb:";
      message += operation_;
      message += " on resource: ";
      message += text.empty() ? std::string_view("*") : text;
      return answer_alone(ShapeFault::Kind::kAccessDenied, std::move(message));
    }
    const bool alone =
        shape.rule == TextRule::kTableOfOperation || (older_ && shape.rule == TextRule::kNewTable);
    if (alone && (faults.below || faults.above)) {
      return answer_alone(ShapeFault::Kind::kValidation,
                          "TableName must be at least 3 characters long and at most 255 characters long");
    }
    if (faults.unknown) add_usual(shape, value, enumeration_text(shape));
    if (faults.pattern) add_usual(shape, value, pattern_text(shape));
    if (older_ && shape.rule == TextRule::kTableReference) {
      Shape older = shape;
      older.min = kOldLeastTableName;
      if (check_text(older, text).below) add_usual(older, value, least_text(older));
    } else if (faults.below) {
      add_bound(shape, value, shape.below, least_text(shape));
    }
    if (faults.above) add_bound(shape, value, shape.above, most_text(shape, most_length(shape, text)));
  }

  [[nodiscard]] static bool breaks_own_constraint(const Shape& scalar, const JsonValue& value) {
    if (value.IsNull() || !scalar.constrained) return false;
    if (scalar.kind == Kind::kString) return check_text(scalar, json_text(value)).any();
    return value.IsInt64() && check_bounds(scalar, value.GetInt64()).any();
  }

  void report_list(const Shape& shape, const JsonValue& value) {
    add_bounds(shape, value, value.Size());
    if (older_ && shape.name == kNamesToGet && value.Size() > kOldMostNamesToGet) {
      add_usual(shape, value, most_text(shape, kOldMostNamesToGet));
    }
    if (is_scalar(shape.element->kind)) {
      for (const JsonValue& element : value.GetArray()) {
        if (!breaks_own_constraint(*shape.element, element)) continue;
        add_usual(shape, value, "Member must satisfy constraint: " + constraints_text(*shape.element));
        break;
      }
    }
    std::size_t number = 0;
    for (const JsonValue& element : value.GetArray()) {
      if (done()) return;
      report_element(*shape.element, std::to_string(++number), element);
    }
  }

  void report_map(const Shape& shape, const JsonValue& value) {
    add_bounds(shape, value, value.MemberCount());
    bool bad_key = false;
    bool bad_value = false;
    for (const auto& member : json_members(value)) {
      bad_key |= shape.key->constrained && check_text(*shape.key, json_text(member.name)).any();
      bad_value |= is_scalar(shape.element->kind) && breaks_own_constraint(*shape.element, member.value);
      bad_value |= shape.element->above == BoundForm::kAtMap && member.value.IsArray() &&
                   check_bounds(*shape.element, member.value.Size()).above;
    }
    if (bad_key) add_usual(shape, value, "Map keys must satisfy constraint: " + constraints_text(*shape.key));
    if (bad_value)
      add_usual(shape, value, "Map value must satisfy constraint: " + constraints_text(*shape.element));
    for (const auto& member : json_members(value)) {
      if (done()) return;
      report_element(*shape.element, json_text(member.name), member.value);
    }
  }

  /// What is wrong with a scalar by itself is said once, at its collection.
  void report_element(const Shape& shape, std::string_view key, const JsonValue& value) {
    const auto mark = path_.mark();
    path_.enter_element(key);
    if (value.IsNull()) {
      add_null();
    } else if (!is_scalar(shape.kind)) {
      report_value(shape, value);
    }
    path_.reset(mark);
  }

  std::string_view operation_;
  bool older_;
  Path path_;
  std::vector<std::string> findings_;
  std::optional<ShapeFault> alone_;
  std::string required_parameter_;
  /// A member that is reported alone had a finding.
  bool stopped_ = false;
};

}  // namespace

std::optional<ShapeFault> report_constraints(const OperationShape& operation, const JsonValue& root,
                                             MessageForms forms) {
  return Reporter(operation.name, forms).report(*operation.input, root);
}

}  // namespace lodestone
