/// Conditions on what is no attribute of the entity: values, and what is stored under other names.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/field.h"

namespace lodestone::model {

/// A value that a condition asks about instead of an attribute: `literal("ada,
/// bob").contains(field<&User::name>)`.
template <class T>
class Literal {
 public:
  explicit Literal(const T& value) : value_(Codec<T>::encode(value)) {}

  template <class V>
  [[nodiscard]] auto begins_with(const V& prefix) const {
    return is(ConditionKind::kBeginsWith, prefix);
  }
  template <class V>
  [[nodiscard]] auto contains(const V& part) const {
    return is(ConditionKind::kContains, part);
  }
  template <class A, class B>
  [[nodiscard]] auto between(const A& low, const B& high) const {
    return is(ConditionKind::kBetween, low, high);
  }
  template <class... V>
  [[nodiscard]] auto in(const V&... choices) const {
    return is(ConditionKind::kIn, choices...);
  }
  template <detail::IsAttribute V>
  [[nodiscard]] auto operator==(const V& b) const {
    return is(ConditionKind::kEqual, b);
  }
  template <detail::IsAttribute V>
  [[nodiscard]] auto operator!=(const V& b) const {
    return is(ConditionKind::kNotEqual, b);
  }
  template <detail::IsAttribute V>
  [[nodiscard]] auto operator<(const V& b) const {
    return is(ConditionKind::kLess, b);
  }
  template <detail::IsAttribute V>
  [[nodiscard]] auto operator<=(const V& b) const {
    return is(ConditionKind::kLessOrEqual, b);
  }
  template <detail::IsAttribute V>
  [[nodiscard]] auto operator>(const V& b) const {
    return is(ConditionKind::kGreater, b);
  }
  template <detail::IsAttribute V>
  [[nodiscard]] auto operator>=(const V& b) const {
    return is(ConditionKind::kGreaterOrEqual, b);
  }

 private:
  template <class... V>
  struct ItemAmong;
  template <class First, class... Rest>
  struct ItemAmong<First, Rest...> : ItemAmong<Rest...> {};
  template <detail::IsAttribute First, class... Rest>
  struct ItemAmong<First, Rest...> {
    using Type = typename First::Item;
  };

  template <class... V>
  [[nodiscard]] auto is(ConditionKind kind, const V&... operands) const {
    static_assert((detail::IsAttribute<V> || ...), "literal(): it is compared with an attribute");
    using Item = typename ItemAmong<V...>::Type;
    Condition made = detail::simple_condition(kind, Path(), {detail::operand_of<T, Item>(operands)...});
    made.value = value_;
    return Where<Item>{std::move(made)};
  }

  Value value_;
};
template <class T>
[[nodiscard]] Literal<T> literal(const T& value) {
  return Literal<T>(value);
}
[[nodiscard]] inline Literal<std::string> literal(const char* text) { return Literal<std::string>(text); }

/// An attribute by the name under which it is stored, past the model: a key, an identifier, what an older
/// version wrote. `stored_field<User>("gsi1pk").exists()`
template <class Item>
class Stored {
 public:
  explicit Stored(std::string_view name) : path_(Path::stored(std::string(name))) {}

  [[nodiscard]] Where<Item> exists() const { return is(ConditionKind::kExists); }
  [[nodiscard]] Where<Item> not_exists() const { return is(ConditionKind::kNotExists); }
  [[nodiscard]] Where<Item> operator==(Value value) const {
    return is(ConditionKind::kEqual, std::move(value));
  }
  [[nodiscard]] Where<Item> operator!=(Value value) const {
    return is(ConditionKind::kNotEqual, std::move(value));
  }
  [[nodiscard]] Where<Item> begins_with(Value prefix) const {
    return is(ConditionKind::kBeginsWith, std::move(prefix));
  }
  /// Any comparison, with as many operands as it takes.
  template <class... V>
  [[nodiscard]] Where<Item> is(ConditionKind kind, V... operands) const {
    return {detail::simple_condition(kind, path_, {Operand(std::move(operands))...})};
  }

 private:
  Path path_;
};
template <class Item>
[[nodiscard]] Stored<Item> stored_field(std::string_view name) {
  return Stored<Item>(name);
}

}  // namespace lodestone::model
