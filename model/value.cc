#include "model/value.h"

#include <algorithm>
#include <array>
#include <new>

#include "model/js_text.h"

namespace lodestone::model {
namespace {

/// One spelling for each number.
std::string plain_number(std::string_view decimal) {
  std::string text;
  if (!append_decimal_text(text, decimal)) return std::string(decimal);
  return text;
}

bool same_elements(const Value& a, const Value& b) {
  if (a.elements().size() != b.elements().size()) return false;
  auto left = a.elements();
  auto right = b.elements();
  if (a.is(ValueType::kNumberSet)) {
    std::transform(left.begin(), left.end(), left.begin(), plain_number);
    std::transform(right.begin(), right.end(), right.begin(), plain_number);
  }
  std::sort(left.begin(), left.end());
  std::sort(right.begin(), right.end());
  return left == right;
}

}  // namespace

std::string_view wire_name(ValueType type) {
  static constexpr std::array<std::string_view, 10> kNames = {"NULL", "BOOL", "N",  "S", "B",
                                                              "SS",   "NS",   "BS", "L", "M"};
  return kNames[static_cast<std::size_t>(type)];
}

Record::Record() = default;
Record::Record(std::initializer_list<Member> members) : members_(members) {}
Record::Record(const Record&) = default;
Record::Record(Record&&) noexcept = default;
Record& Record::operator=(const Record&) = default;
Record& Record::operator=(Record&&) noexcept = default;
Record::~Record() = default;

const Value* Record::find(std::string_view name) const {
  for (const Member& member : members_) {
    if (member.name == name) return &member.value;
  }
  return nullptr;
}

Value* Record::find(std::string_view name) {
  return const_cast<Value*>(static_cast<const Record*>(this)->find(name));
}

Value& Record::set(std::string_view name, Value&& value) {
  if (Value* const there = find(name)) return *there = std::move(value);
  return add(name, std::move(value));
}
Value& Record::set(std::string_view name, const Value& value) { return set(name, Value(value)); }

Value& Record::add(std::string_view name, Value&& value) {
  return members_.emplace_back(name, std::move(value)).value;
}
Value& Record::add(std::string_view name, const Value& value) {
  return members_.emplace_back(name, value).value;
}

void Record::erase(std::string_view name) {
  const auto at = std::find_if(members_.begin(), members_.end(),
                               [name](const Member& member) { return member.name == name; });
  if (at != members_.end()) members_.erase(at);
}

void Record::clear() { members_.clear(); }
void Record::reserve(std::size_t count) { members_.reserve(count); }

Value::Value() {}  // NOLINT(modernize-use-equals-default): the union has members that make no default

Value::Value(const Value& from) { take(from); }
Value::Value(Value&& from) noexcept { take(std::move(from)); }

template <class From>
void Value::take(From&& from) {
  type_ = from.type_;
  switch (type_) {
    case ValueType::kNull:
    case ValueType::kBoolean:
      truth_ = from.truth_;
      return;
    case ValueType::kNumber:
    case ValueType::kString:
    case ValueType::kBinary:
      new (&text_) std::string(std::forward<From>(from).text_);
      return;
    case ValueType::kStringSet:
    case ValueType::kNumberSet:
    case ValueType::kBinarySet:
      new (&elements_) Set(std::forward<From>(from).elements_);
      return;
    case ValueType::kList:
      new (&items_) List(std::forward<From>(from).items_);
      return;
    case ValueType::kMap:
      new (&members_) Record(std::forward<From>(from).members_);
      return;
  }
}

Value& Value::operator=(const Value& from) {
  if (this != &from) *this = Value(from);
  return *this;
}

Value& Value::operator=(Value&& from) noexcept {
  if (this != &from) {
    // What is assigned may be a part of this.
    Value taken(std::move(from));
    destroy();
    new (this) Value(std::move(taken));
  }
  return *this;
}

Value::~Value() { destroy(); }

void Value::destroy() {
  switch (type_) {
    case ValueType::kNull:
    case ValueType::kBoolean:
      return;
    case ValueType::kNumber:
    case ValueType::kString:
    case ValueType::kBinary:
      text_.~basic_string();
      return;
    case ValueType::kStringSet:
    case ValueType::kNumberSet:
    case ValueType::kBinarySet:
      elements_.~Set();
      return;
    case ValueType::kList:
      items_.~List();
      return;
    case ValueType::kMap:
      members_.~Record();
      return;
  }
}

Value Value::boolean(bool truth) {
  Value value;
  value.truth_ = truth;
  value.type_ = ValueType::kBoolean;
  return value;
}

Value::Value(ValueType type, std::string&& text) : text_(std::move(text)), type_(type) {}

Value Value::number(std::string decimal) { return {ValueType::kNumber, std::move(decimal)}; }
Value Value::number(std::int64_t number) { return Value::number(std::to_string(number)); }
Value Value::string(std::string text) { return {ValueType::kString, std::move(text)}; }
Value Value::binary(std::string bytes) { return {ValueType::kBinary, std::move(bytes)}; }

Value Value::list(List elements) {
  Value value;
  new (&value.items_) List(std::move(elements));
  value.type_ = ValueType::kList;
  return value;
}

Value Value::map(Record members) {
  Value value;
  new (&value.members_) Record(std::move(members));
  value.type_ = ValueType::kMap;
  return value;
}

Value Value::set(ValueType type, Set elements) {
  Set distinct;
  distinct.reserve(elements.size());
  for (std::string& element : elements) {
    if (std::find(distinct.begin(), distinct.end(), element) == distinct.end()) {
      distinct.push_back(std::move(element));
    }
  }
  Value value;
  new (&value.elements_) Set(std::move(distinct));
  value.type_ = type;
  return value;
}

void Value::set_text(ValueType type, std::string_view text) {
  if (type_ == ValueType::kNumber || type_ == ValueType::kString || type_ == ValueType::kBinary) {
    text_.assign(text);
  } else {
    destroy();
    new (&text_) std::string(text);
  }
  type_ = type;
}

bool operator==(const Value& a, const Value& b) {
  if (a.type() != b.type()) return false;
  switch (a.type()) {
    case ValueType::kNull:
      return true;
    case ValueType::kBoolean:
      return a.truth() == b.truth();
    case ValueType::kNumber:
      return a.text() == b.text() || plain_number(a.text()) == plain_number(b.text());
    case ValueType::kString:
    case ValueType::kBinary:
      return a.text() == b.text();
    case ValueType::kStringSet:
    case ValueType::kNumberSet:
    case ValueType::kBinarySet:
      return same_elements(a, b);
    case ValueType::kList:
      return a.items() == b.items();
    case ValueType::kMap:
      return a.members() == b.members();
  }
  return false;
}

bool operator==(const Record& a, const Record& b) {
  if (a.size() != b.size()) return false;
  return std::all_of(a.begin(), a.end(), [&b](const Member& member) {
    const Value* const other = b.find(member.name);
    return other != nullptr && member.value == *other;
  });
}

}  // namespace lodestone::model
