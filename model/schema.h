/// An entity as the modelling layer works with it at run time: attributes, keys, access patterns.
///
/// The typed surface (model/entity.h) makes one of these from a program's structs, once for each entity;
/// everything that decides a byte works on it. It may as well be filled in by hand. finish() checks it and
/// computes what keys begin and end with; afterwards it is only read, from any thread. Hooks are called from
/// whatever thread runs the operation.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/error.h"
#include "model/value.h"

namespace lodestone::model {

/// One reading of the clock: what all timestamps of one operation are made from.
struct Moment {
  std::chrono::milliseconds since_epoch{0};

  [[nodiscard]] std::int64_t milliseconds() const { return since_epoch.count(); }
  /// As TTL attributes hold it.
  [[nodiscard]] std::int64_t seconds() const;
  /// ISO 8601 in UTC, as JavaScript's toISOString() writes it: "2026-11-22T04:45:11.907Z".
  [[nodiscard]] std::string iso() const;
};

enum class AttributeType : std::uint8_t {
  kAny,
  kString,
  kNumber,
  kBoolean,
  kBinary,
  /// A string or number out of a list.
  kEnum,
  /// `element` is what it holds.
  kList,
  /// `element` is a string, a number or binary.
  kSet,
  /// `properties` are its members.
  kMap,
  /// Any names; `element` is the type of the values.
  kRecord,
  /// One of `properties`, told apart by their types.
  kVariant,
  /// A list whose elements are `properties`, one each.
  kTuple,
  kNull,
};

/// Another form in which values are stored: "1" as "P#1". model/transform.h has some.
struct Transform {
  std::function<Value(Value given)> store = {};
  /// nullopt: no value that `store` made.
  std::function<std::optional<Value>(Value stored)> load = {};

  explicit operator bool() const { return static_cast<bool>(store); }
};

/// What an update makes of an attribute that depends on others.
struct Linked {
  enum class Kind : std::uint8_t { kNothing, kSet, kRemove };
  Kind kind = Kind::kNothing;
  Value value = {};
};

/// What precedes a value in a key when it is shorter than `length`.
struct Padding {
  std::size_t length = 0;
  std::string fill;
};

struct AttributeSchema {
  /// What the operation knows while a hook runs. Values are by attribute name, not as they are stored.
  struct Context {
    const Record& item;
    Moment now;
  };
  /// nullopt: there is no value. Otherwise what the attribute gets.
  using Default = std::function<std::optional<Value>(const Moment& now)>;
  /// What is stored for a value that was given (nullptr: none was); nullopt: nothing.
  using Setter = std::function<std::optional<Value>(const Value* given, const Context& context)>;
  /// What a reader sees of a stored value (nullptr: there is none); nullopt: nothing.
  using Getter = std::function<std::optional<Value>(const Value* stored, const Context& context)>;
  /// What is wrong with a value (nullptr: none was given); nullopt: nothing.
  using Validator = std::function<std::optional<std::string>(const Value* given)>;
  /// A value made from the others: `context.item` has what was given and defaults. nullopt: none.
  using Link = std::function<std::optional<Value>(const Context& context)>;
  /// The same for updates: `context.item` has the attributes that are being set.
  using UpdateLink = std::function<Linked(const Context& context, const std::vector<std::string>& removed)>;
  /// Of attributes of the table's key, wherever a key is given: by put, get, update, delete.
  using KeyDefault = std::function<std::optional<Value>()>;
  using KeyLink = std::function<std::optional<Value>(const Record& key)>;

  std::string name = {};
  AttributeType type = AttributeType::kAny;
  /// The name it is stored under; empty: its own.
  std::string field = {};
  /// Stands before the value in keys; not given: the attribute's name.
  std::optional<std::string> label = {};
  Padding padding = {};
  bool required = false;
  /// Updates too must set it.
  bool required_always = false;
  bool read_only = false;
  bool hidden = false;
  /// DynamoDB deletes the item some time after this, a number of seconds since the epoch.
  bool expires = false;
  /// A whole number that every write raises by one.
  bool counts_changes = false;
  std::vector<Value> choices = {};
  std::vector<AttributeSchema> properties = {};
  /// One for lists, sets and records.
  std::vector<AttributeSchema> element = {};
  /// Of records whose names are not any text: what they are, a string or one out of a list.
  std::vector<AttributeSchema> names = {};
  /// Every name that there is to choose from must be there.
  bool needs_all_names = false;
  Transform transform = {};
  Default default_value = {};
  /// What an update sets that does not name the attribute; with `keeps_value` only where there is none yet.
  Default update_default = {};
  bool keeps_value = false;
  Link link = {};
  UpdateLink update_link = {};
  KeyDefault key_default = {};
  KeyLink key_link = {};
  Setter set = {};
  Getter get = {};
  Validator validate = {};
  /// The same for whole items, for updates, for keys that are given; besides `validate`.
  Validator put_validate = {};
  Validator update_validate = {};
  Validator key_validate = {};
  /// Its setter runs also when one of these is written, after theirs.
  std::vector<std::string> watch = {};
  bool watch_all = false;
  /// What is wrong with its options; empty: nothing. finish() tells it.
  std::string fault = {};

  [[nodiscard]] bool is_watcher() const { return watch_all || !watch.empty(); }
  [[nodiscard]] const AttributeSchema* property(std::string_view property_name) const;
  /// Of lists and tuples; nullptr behind a tuple's end.
  [[nodiscard]] const AttributeSchema* element_at(std::size_t place) const;
  /// Of records: the name as it is stored.
  [[nodiscard]] std::string stored_name(const std::string& given) const;

  // Computed by EntitySchema::finish().
  /// Whether a value holds maps, which are stored under their own names for what is in them.
  bool has_maps = false;
  /// Whether what is stored is not what was given: other names inside, transforms.
  bool changes_form = false;
  /// Whether something inside is linked.
  bool links_inside = false;
  /// Whether a stored value is shown in another form: hidden children, children with getters.
  bool formats_inside = false;
  /// Whether a missing child has a default.
  bool defaults_inside = false;
  /// Whether something inside has a setter.
  bool sets_inside = false;
  /// Whether an update that reaches into a map sets more there than it was told to.
  bool update_defaults_inside = false;
};

enum class Casing : std::uint8_t { kLower, kUpper, kNone };

/// One attribute's place in a key.
struct CompositePart {
  std::string attribute;
  /// Of templates: the text before the value. Otherwise computed: the attribute's label.
  std::string label = {};
  /// Computed: the attribute's place among the entity's.
  std::size_t position = 0;
};

/// A partition key or a sort key.
struct KeySchema {
  std::string field;
  std::vector<CompositePart> parts = {};
  /// Made from a template: `parts` carry the literal text before each value, `tail` what follows the last
  /// one.
  bool is_template = false;
  std::string tail = {};
  Casing casing = Casing::kLower;
  bool cast_to_number = false;
  /// Makes the key instead, from the item's or the key's attributes; `parts` are those that it needs.
  std::function<Value(const Record& values)> compute = {};

  // Computed by EntitySchema::finish().
  std::string prefix = {};
  std::string postfix = {};
  bool is_number = false;
  /// The key is the attribute that is stored under the same name: no prefix, no label.
  bool is_attribute = false;
  /// The same without a text being made of it: the value as it is stored, in its own type.
  bool is_value = false;
};

/// Splits `ID#${id}#END` into a key made from a template.
[[nodiscard]] Result<KeySchema> key_from_template(std::string field, std::string_view text);

enum class IndexKind : std::uint8_t {
  kIsolated,
  kClustered,
  /// The index has the attributes themselves as keys: no text is made.
  kAttributes,
};

struct IndexSchema {
  /// The access pattern: how operations call it.
  std::string name;
  /// DynamoDB's name of the index; empty: the table itself.
  std::string index_name = {};
  KeySchema pk = {};
  std::optional<KeySchema> sk = {};
  IndexKind kind = IndexKind::kIsolated;
  /// The collection it belongs to, and sub-collections.
  std::vector<std::string> collections = {};
  std::string scope = {};
  /// A local index: shares the table's partition key. Only the table's definition cares.
  bool is_local = false;
  /// The index has keys and identifiers only: queries read the items from the table.
  bool is_keys_only = false;
  /// Whether an item belongs into the index; empty: always.
  std::function<bool(const Record& item)> condition = {};

  [[nodiscard]] bool is_primary() const { return index_name.empty(); }
};

/// A stored name whose value tells which entity an item is of.
struct Identifier {
  std::string field;
  std::string value;
  /// It is among the attributes too, whose defaults write it.
  bool is_attribute = false;
};

/// What is stored under a name of its own.
struct StoredName {
  std::string name;
  /// First the struct's members are counted, then `identifiers`, then keys.
  std::size_t place = 0;
};

struct EntitySchema {
  std::string service;
  std::string entity;
  std::string version;
  std::vector<AttributeSchema> attributes = {};
  /// The table's own first.
  std::vector<IndexSchema> indexes = {};
  /// Under which names ElectroDB keeps the entity and its version.
  std::string entity_field = "__edb_e__";
  std::string version_field = "__edb_v__";
  /// What items are told apart by; left empty, these two. model/toolbox.h has another profile.
  std::vector<Identifier> identifiers = {};
  /// Keys begin with the entity's name, so they tell whose an item is where it has no identifiers, and where
  /// an index is queried. Otherwise queries filter by identifiers.
  bool keys_identify = true;
  /// A key that is given is checked as attributes of an item are.
  bool checks_keys = false;

  /// Checks everything and computes the rest; call it once, before the first use.
  [[nodiscard]] Result<Done> finish();

  [[nodiscard]] const AttributeSchema* attribute(std::string_view name) const;
  [[nodiscard]] const AttributeSchema* attribute_stored_as(std::string_view field) const;
  [[nodiscard]] const IndexSchema* index(std::string_view name) const;
  [[nodiscard]] const IndexSchema& primary() const { return indexes.front(); }
  [[nodiscard]] bool is_primary_composite(std::string_view name) const;

  /// Of typed entities whose items are shown as they are stored: all names that they are stored under, in the
  /// order of their bytes. Empty for others.
  std::vector<StoredName> stored_names = {};

  // Computed by finish().
  bool has_setters = false;
  bool has_links = false;
  bool has_key_defaults = false;
  bool has_key_validators = false;
  bool has_update_defaults = false;
  bool has_getters = false;
  bool has_watchers = false;
  /// Whether an attribute is stored as a key that is made from a template.
  bool has_template_attributes = false;
};

/// An error about `schema`.
[[nodiscard]] Error entity_error(const EntitySchema& schema, ErrorCode code, std::string message);

}  // namespace lodestone::model
