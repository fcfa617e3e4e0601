/// Conditions as values: what `where` takes, composed with and, or, not.
///
/// A condition knows attributes by their names in the entity; rendering it finds the stored names, writes
/// placeholders and puts parentheses around everything that is composed, so that joining conditions never
/// changes what they mean. Conditions own what they hold.
///
/// Source:
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html
#pragma once

#include <cstddef>
#include <functional>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "model/error.h"
#include "model/schema.h"
#include "model/value.h"

namespace lodestone::model {

/// Leads from an entity to an attribute or into it: names of attributes and properties, places in lists.
class Path {
 public:
  using Step = std::variant<std::string, std::size_t>;

  Path();
  explicit Path(std::vector<Step> steps);
  Path(const Path&);
  Path(Path&&) noexcept;
  Path& operator=(const Path&);
  Path& operator=(Path&&) noexcept;
  ~Path();
  /// "metadata.notes", "tags[2]". For names without dots and brackets.
  [[nodiscard]] static Path parse(std::string_view text);
  /// An attribute by the name under which it is stored, such as `__edb_e__`, past the schema.
  [[nodiscard]] static Path stored(std::string field);

  [[nodiscard]] const std::vector<Step>& steps() const { return steps_; }
  [[nodiscard]] bool is_stored() const { return is_stored_; }
  [[nodiscard]] bool is_attribute() const { return steps_.size() == 1; }
  /// The name of the attribute that it begins with.
  [[nodiscard]] const std::string& root() const { return *std::get_if<std::string>(&steps_.front()); }
  /// As messages name it: "metadata.notes".
  [[nodiscard]] std::string text() const;

  Path& then(std::string name);
  Path& then(std::size_t place);
  /// All of its steps.
  Path& then(const Path& inner);

 private:
  std::vector<Step> steps_;
  bool is_stored_ = false;
};

/// Where an attribute is, without holding it: what a field is made of, or a path.
class PathRef {
 public:
  constexpr PathRef(std::span<const std::string_view> names) : names_(names) {}
  PathRef(const Path& path) : path_(&path) {}
  [[nodiscard]] Path path() const;
  /// Of a field: the attribute that it is or is inside of.
  [[nodiscard]] std::string_view root() const { return names_.front(); }

 private:
  std::span<const std::string_view> names_;
  const Path* path_ = nullptr;
};

/// What an attribute is compared with or set to: a value, or another attribute of the item. Of updates also
/// the first of several attributes that the item has, and at last a value.
class Operand {
 public:
  Operand(Value value);
  Operand(Path path);
  Operand(const Operand&);
  Operand(Operand&&) noexcept;
  Operand& operator=(const Operand&);
  Operand& operator=(Operand&&) noexcept;
  ~Operand();

  /// What stands for it where the item has none of its attributes.
  void add_fallback(Operand next);

  [[nodiscard]] const std::vector<Path>& paths() const { return paths_; }
  /// The value that it is, or ends with; nullptr where it ends with an attribute.
  [[nodiscard]] const Value* value() const { return has_value_ ? &value_ : nullptr; }
  /// nullptr where it is anything but a value.
  [[nodiscard]] const Value* plain_value() const;
  [[nodiscard]] Value* plain_value();

 private:
  std::vector<Path> paths_;
  Value value_;
  bool has_value_;
};

enum class ConditionKind : std::uint8_t {
  kAnd,
  kOr,
  kNot,
  kEqual,
  kNotEqual,
  kLess,
  kLessOrEqual,
  kGreater,
  kGreaterOrEqual,
  kBetween,
  kIn,
  kBeginsWith,
  kContains,
  kNotContains,
  kExists,
  kNotExists,
  kType,
  kEqualOrNotExists,
};

/// Its special members are compiled once, as those of Path and Operand are: in every program's file they
/// would cost more than the conditions themselves.
struct Condition {
  Condition();
  explicit Condition(ConditionKind its_kind);
  Condition(ConditionKind its_kind, PathRef its_path, std::vector<Operand> its_operands = {});
  Condition(const Condition&);
  Condition(Condition&&) noexcept;
  Condition& operator=(const Condition&);
  Condition& operator=(Condition&&) noexcept;
  ~Condition();

  ConditionKind kind;
  /// Of and, or, not.
  std::vector<Condition> inner;
  Path path;
  /// The size of what is at `path` is compared, not the value.
  bool is_size = false;
  /// What is compared instead of what is at `path`.
  std::optional<Value> value;
  /// What is compared with.
  std::vector<Operand> operands;

  /// Says nothing: true of every item.
  [[nodiscard]] bool is_empty() const {
    return inner.empty() && (kind == ConditionKind::kAnd || kind == ConditionKind::kOr);
  }
};

namespace detail {
[[nodiscard]] Condition simple_condition(ConditionKind kind, PathRef path);
[[nodiscard]] Condition simple_condition(ConditionKind kind, PathRef path, Value&& operand);
[[nodiscard]] Condition simple_condition(ConditionKind kind, PathRef path, Path&& operand);
[[nodiscard]] Condition simple_condition(ConditionKind kind, PathRef path,
                                         std::initializer_list<Operand> operands);
[[nodiscard]] Condition size_condition(ConditionKind kind, PathRef path,
                                       std::initializer_list<Operand> operands);
}  // namespace detail

[[nodiscard]] Condition operator&&(Condition a, Condition b);
[[nodiscard]] Condition operator||(Condition a, Condition b);
[[nodiscard]] Condition operator!(Condition a);

/// The names and values of one request's expressions. Placeholders read like the attributes they stand for:
/// `#email`, `:email0`.
class Placeholders {
 public:
  /// The placeholder of the stored name `field`, after `wanted` where that is free.
  std::string name(std::string_view wanted, std::string_view field);
  /// The placeholder of a stored name, whatever it was called before.
  std::string name_of_field(std::string_view field);
  /// `:email0`, `:email1`, … for the name placeholder `#email`.
  std::string value(std::string_view name, Value value);
  /// `:email_u0`, `:email_u1`, …: of updates.
  std::string update_value(std::string_view name, Value value);
  /// `:email_default_value_u0`
  std::string update_default(std::string_view name, Value value);
  /// Exactly this one.
  void fixed_value(std::string_view placeholder, Value value);

  /// Placeholder and stored name, in the order in which they were asked for.
  [[nodiscard]] const std::vector<std::pair<std::string, std::string>>& names() const { return names_; }
  [[nodiscard]] const Record& values() const { return values_; }

 private:
  std::string numbered(const std::string& base, Value value);

  std::vector<std::pair<std::string, std::string>> names_;
  Record values_;
};

/// Where a path leads, with placeholders.
struct ResolvedPath {
  /// `#metadata.#notes`
  std::string expression;
  /// What values there are named after: `#notes`.
  std::string name;
  /// nullptr inside of what has no schema.
  const AttributeSchema* attribute = nullptr;
};
/// Error 4001 where the entity has no such attribute. `value` is what stands at the end of the path, where
/// that is known: among alternatives it tells which one is meant.
[[nodiscard]] Result<ResolvedPath> resolve(const EntitySchema& schema, const Path& path, Placeholders& names,
                                           const Value* value = nullptr);

/// All places where a path leads: among alternatives that are stored under different names there are several,
/// of which those are left that `admits` takes (empty: all). Error 4001 where there is none.
[[nodiscard]] Result<std::vector<ResolvedPath>> resolve_all(
    const EntitySchema& schema, const Path& path, Placeholders& names,
    const std::function<bool(const AttributeSchema& attribute)>& admits);

/// The condition as an expression; empty for one that says nothing.
[[nodiscard]] Result<std::string> render(const EntitySchema& schema, const Condition& condition,
                                         Placeholders& names);

/// Both expressions must hold. Either may be empty.
[[nodiscard]] std::string join_expressions(std::string first, std::string_view second);

/// All of them must hold.
using Conditions = std::vector<Condition>;
[[nodiscard]] Result<std::string> render_all(const EntitySchema& schema, const Conditions& conditions,
                                             Placeholders& names, std::string first = {});

}  // namespace lodestone::model
