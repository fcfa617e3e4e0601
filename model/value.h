/// An attribute value that owns what it holds, and a record of them by name.
///
/// What the modelling layer computes with between a program's structs and DynamoDB's JSON. A record keeps the
/// order in which names were added, so that a request reads as it was written. Numbers are decimal text, at
/// most 38 digits, in any spelling that DynamoDB takes. Values are as thread-safe as std::string.
///
/// Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lodestone::model {

enum class ValueType : std::uint8_t {
  kNull,
  kBoolean,
  kNumber,
  kString,
  kBinary,
  kStringSet,
  kNumberSet,
  kBinarySet,
  kList,
  kMap,
};

/// The name on the wire: "NULL", "BOOL", "N", "S", "B", "SS", "NS", "BS", "L", "M".
[[nodiscard]] std::string_view wire_name(ValueType type);

class Value;
struct Member;

/// Values by name, in the order in which they came. For the few dozen names that an item has.
class Record {
 public:
  Record();
  Record(std::initializer_list<Member> members);
  Record(const Record&);
  Record(Record&&) noexcept;
  Record& operator=(const Record&);
  Record& operator=(Record&&) noexcept;
  ~Record();

  /// nullptr where there is none.
  [[nodiscard]] const Value* find(std::string_view name) const;
  [[nodiscard]] Value* find(std::string_view name);
  [[nodiscard]] bool contains(std::string_view name) const { return find(name) != nullptr; }
  /// Replaces the value in its place, or adds it at the end.
  Value& set(std::string_view name, Value&& value);
  Value& set(std::string_view name, const Value& value);
  /// Adds without looking whether the name is there.
  Value& add(std::string_view name, Value&& value);
  Value& add(std::string_view name, const Value& value);
  void erase(std::string_view name);
  template <class Condition>
  void erase_if(const Condition& condition);
  void clear();
  void reserve(std::size_t count);

  [[nodiscard]] std::size_t size() const;
  [[nodiscard]] bool empty() const;
  [[nodiscard]] const Member* begin() const;
  [[nodiscard]] const Member* end() const;
  [[nodiscard]] Member* begin();
  [[nodiscard]] Member* end();

 private:
  std::vector<Member> members_;
};

class Value {
 public:
  using List = std::vector<Value>;
  /// Strings, decimal texts or bytes, without duplicates.
  using Set = std::vector<std::string>;

  /// NULL.
  Value();
  Value(const Value&);
  Value(Value&&) noexcept;
  Value& operator=(const Value&);
  Value& operator=(Value&&) noexcept;
  ~Value();
  [[nodiscard]] static Value boolean(bool truth);
  [[nodiscard]] static Value number(std::string decimal);
  [[nodiscard]] static Value number(std::int64_t number);
  [[nodiscard]] static Value string(std::string text);
  /// Raw bytes, not base64.
  [[nodiscard]] static Value binary(std::string bytes);
  [[nodiscard]] static Value list(List elements);
  [[nodiscard]] static Value map(Record members);
  /// `type` is one of the three sets. Of equal elements the first stays.
  [[nodiscard]] static Value set(ValueType type, Set elements);

  [[nodiscard]] ValueType type() const { return type_; }
  [[nodiscard]] bool is(ValueType type) const { return type_ == type; }
  [[nodiscard]] bool is_set() const {
    return type_ >= ValueType::kStringSet && type_ <= ValueType::kBinarySet;
  }

  /// Only for booleans.
  [[nodiscard]] bool truth() const { return truth_; }
  /// Only for strings, numbers (their decimal text) and binary values (their bytes).
  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] std::string& text() { return text_; }
  /// Becomes a string, a number or a binary value, in the memory of the one that it was.
  void set_text(ValueType type, std::string_view text);
  /// Only for the three sets.
  [[nodiscard]] const Set& elements() const { return elements_; }
  [[nodiscard]] Set& elements() { return elements_; }
  /// Only for lists.
  [[nodiscard]] const List& items() const { return items_; }
  [[nodiscard]] List& items() { return items_; }
  /// Only for maps.
  [[nodiscard]] const Record& members() const { return members_; }
  [[nodiscard]] Record& members() { return members_; }

 private:
  Value(ValueType type, std::string&& text);
  /// Makes it equal, where it has nothing to destroy.
  template <class From>
  void take(From&& from);
  void destroy();

  // No std::variant: values are moved about more than anything else, and every program's file has them.
  union {
    bool truth_ = false;
    std::string text_;
    Set elements_;
    List items_;
    Record members_;
  };
  ValueType type_ = ValueType::kNull;
};

struct Member {
  Member(std::string_view its_name, Value&& its_value) : name(its_name), value(std::move(its_value)) {}
  Member(std::string_view its_name, const Value& its_value) : name(its_name), value(its_value) {}

  std::string name;
  Value value;
};

template <class Condition>
void Record::erase_if(const Condition& condition) {
  std::erase_if(members_, condition);
}
inline std::size_t Record::size() const { return members_.size(); }
inline bool Record::empty() const { return members_.empty(); }
inline const Member* Record::begin() const { return members_.data(); }
inline const Member* Record::end() const { return members_.data() + members_.size(); }
inline Member* Record::begin() { return members_.data(); }
inline Member* Record::end() { return members_.data() + members_.size(); }

/// Finds a record's values by names that are mostly asked for in its order.
template <class OfRecord>
class InOrder {
 public:
  explicit InOrder(OfRecord& record) : record_(record), next_(record.begin()) {}

  /// nullptr where there is none.
  auto find(std::string_view name) {
    if (next_ != record_.end() && next_->name == name) return &next_++->value;
    return record_.find(name);
  }

 private:
  OfRecord& record_;
  decltype(std::declval<OfRecord&>().begin()) next_;
};

/// As DynamoDB compares: numbers by value, sets and maps in any order.
[[nodiscard]] bool operator==(const Value& a, const Value& b);
[[nodiscard]] bool operator==(const Record& a, const Record& b);

}  // namespace lodestone::model
