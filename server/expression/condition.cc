#include "server/expression/condition.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>

namespace lodestone {
namespace {

/// A string's length is in characters, not in bytes.
std::size_t character_count(std::string_view utf8) {
  return static_cast<std::size_t>(std::count_if(
      utf8.begin(), utf8.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::optional<std::size_t> size_of(const Value& value) {
  switch (value.type()) {
    case Type::kS:
      return character_count(value.text());
    case Type::kB:
      return value.text().size();
    case Type::kSS:
    case Type::kNS:
    case Type::kBS:
      return value.elements().size();
    case Type::kL:
      return value.list().size();
    case Type::kM:
      return value.map().size();
    case Type::kN:
    case Type::kBool:
    case Type::kNull:
      return std::nullopt;
  }
  return std::nullopt;
}

/// What an operand is for one item. Holds the text of a computed size.
class Evaluated {
 public:
  Evaluated(const Operand& operand, Item item) {
    value_ = operand.path.steps.empty() ? &operand.constant : resolve(operand.path, item);
    if (!operand.is_size || value_ == nullptr) return;
    const std::optional<std::size_t> size = size_of(*value_);
    value_ = nullptr;
    if (!size) return;
    const auto end = std::to_chars(digits_.data(), digits_.data() + digits_.size(), *size).ptr;
    size_ = Value::number({digits_.data(), static_cast<std::size_t>(end - digits_.data())});
    value_ = &size_;
  }
  Evaluated(const Evaluated&) = delete;
  Evaluated& operator=(const Evaluated&) = delete;

  /// nullptr where the operand is missing, or has no size.
  [[nodiscard]] const Value* get() const { return value_; }

 private:
  const Value* value_;
  Value size_;
  std::array<char, 20> digits_;
};

bool have_order(const Value* a, const Value* b) {
  return a != nullptr && b != nullptr && a->type() == b->type() && a->is_text();
}

bool holds(const Comparison& comparison, Item item) {
  const Evaluated left(comparison.left, item);
  const Evaluated right(comparison.right, item);
  const Value* a = left.get();
  const Value* b = right.get();
  if (comparison.left.is_size || comparison.right.is_size) {
    if (a == nullptr || b == nullptr || a->type() != Type::kN || b->type() != Type::kN) return false;
  }
  switch (comparison.comparator) {
    case Comparator::kEqual:
      return a != nullptr && b != nullptr && *a == *b;
    case Comparator::kNotEqual:
      return a == nullptr || b == nullptr || !(*a == *b);
    case Comparator::kLess:
      return have_order(a, b) && compare(*a, *b) < 0;
    case Comparator::kLessOrEqual:
      return have_order(a, b) && compare(*a, *b) <= 0;
    case Comparator::kGreater:
      return have_order(a, b) && compare(*a, *b) > 0;
    case Comparator::kGreaterOrEqual:
      return have_order(a, b) && compare(*a, *b) >= 0;
  }
  return false;
}

bool holds(const Between& between, Item item) {
  const Evaluated operand(between.operand, item);
  const Evaluated lower(between.lower, item);
  const Evaluated upper(between.upper, item);
  return have_order(operand.get(), lower.get()) && have_order(operand.get(), upper.get()) &&
         compare(*operand.get(), *lower.get()) >= 0 && compare(*operand.get(), *upper.get()) <= 0;
}

bool holds(const In& in, Item item) {
  const Evaluated operand(in.operand, item);
  if (operand.get() == nullptr) return false;
  return std::any_of(in.candidates.begin(), in.candidates.end(), [&](const Operand& candidate) {
    const Evaluated value(candidate, item);
    return value.get() != nullptr && *operand.get() == *value.get();
  });
}

bool holds(const Exists& exists, Item item) {
  return (resolve(exists.path, item) != nullptr) == exists.expected;
}

bool holds(const IsType& is_type, Item item) {
  const Evaluated operand(is_type.operand, item);
  return operand.get() != nullptr && operand.get()->type() == is_type.type;
}

bool holds(const BeginsWith& begins_with, Item item) {
  const Evaluated operand(begins_with.operand, item);
  const Evaluated prefix(begins_with.prefix, item);
  if (!have_order(operand.get(), prefix.get()) || operand.get()->type() == Type::kN) return false;
  return operand.get()->text().starts_with(prefix.get()->text());
}

bool holds(const Contains& contains, Item item) {
  const Evaluated operand(contains.operand, item);
  const Evaluated searched(contains.element, item);
  if (operand.get() == nullptr || searched.get() == nullptr) return false;
  const Value& whole = *operand.get();
  const Value& element = *searched.get();
  const auto in_set = [&](Type type) {
    return element.type() == type &&
           std::ranges::find(whole.elements(), element.text()) != whole.elements().end();
  };
  switch (whole.type()) {
    case Type::kS:
    case Type::kB:
      return element.type() == whole.type() && whole.text().find(element.text()) != std::string_view::npos;
    case Type::kSS:
      return in_set(Type::kS);
    case Type::kNS:
      return in_set(Type::kN);
    case Type::kBS:
      return in_set(Type::kB);
    case Type::kL:
      return std::ranges::find(whole.list(), element) != whole.list().end();
    case Type::kN:
    case Type::kBool:
    case Type::kNull:
    case Type::kM:
      return false;
  }
  return false;
}

bool holds(const AllOf& all, Item item) {
  return std::all_of(all.conditions.begin(), all.conditions.end(),
                     [&](const Condition* condition) { return evaluate(*condition, item); });
}

bool holds(const AnyOf& any, Item item) {
  return std::any_of(any.conditions.begin(), any.conditions.end(),
                     [&](const Condition* condition) { return evaluate(*condition, item); });
}

bool holds(const Not& negation, Item item) { return !evaluate(*negation.condition, item); }

using PathVisitor = absl::FunctionRef<void(const Path&)>;

void visit_operand(const Operand& operand, PathVisitor visit) {
  if (!operand.path.steps.empty()) visit(operand.path);
}

void visit_all(std::span<const Condition* const> conditions, PathVisitor visit) {
  for (const Condition* condition : conditions) for_each_path(*condition, visit);
}

void visit_node(const AllOf& all, PathVisitor visit) { visit_all(all.conditions, visit); }
void visit_node(const AnyOf& any, PathVisitor visit) { visit_all(any.conditions, visit); }
void visit_node(const Not& negation, PathVisitor visit) { for_each_path(*negation.condition, visit); }
void visit_node(const Comparison& comparison, PathVisitor visit) {
  visit_operand(comparison.left, visit);
  visit_operand(comparison.right, visit);
}
void visit_node(const Between& between, PathVisitor visit) {
  visit_operand(between.operand, visit);
  visit_operand(between.lower, visit);
  visit_operand(between.upper, visit);
}
void visit_node(const In& in, PathVisitor visit) {
  visit_operand(in.operand, visit);
  for (const Operand& candidate : in.candidates) visit_operand(candidate, visit);
}
void visit_node(const Exists& exists, PathVisitor visit) { visit(exists.path); }
void visit_node(const IsType& is_type, PathVisitor visit) { visit_operand(is_type.operand, visit); }
void visit_node(const BeginsWith& begins_with, PathVisitor visit) {
  visit_operand(begins_with.operand, visit);
  visit_operand(begins_with.prefix, visit);
}
void visit_node(const Contains& contains, PathVisitor visit) {
  visit_operand(contains.operand, visit);
  visit_operand(contains.element, visit);
}

}  // namespace

std::string_view to_string(Comparator comparator) {
  switch (comparator) {
    case Comparator::kEqual:
      return "=";
    case Comparator::kNotEqual:
      return "<>";
    case Comparator::kLess:
      return "<";
    case Comparator::kLessOrEqual:
      return "<=";
    case Comparator::kGreater:
      return ">";
    case Comparator::kGreaterOrEqual:
      return ">=";
  }
  return {};
}

bool evaluate(const Condition& condition, Item item) {
  return std::visit([&](const auto& node) { return holds(node, item); }, condition.node);
}

void for_each_path(const Condition& condition, PathVisitor visit) {
  std::visit([&](const auto& node) { visit_node(node, visit); }, condition.node);
}

}  // namespace lodestone
