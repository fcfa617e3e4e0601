/// What is wrong with an entity's definition, told by the compiler.
///
/// EntitySchema::finish() checks the same of schemas that are filled in by hand, and what only can be seen
/// when the program runs: patterns, and whether the entities of a service go together.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "model/entity_traits.h"

namespace lodestone::model::detail {

enum class DefinitionFault : std::uint8_t {
  kNone,
  kWithoutName,
  kWithoutPrimaryIndex,
  kSameIndex,
  kSameCollection,
  kCollectionWithoutSortKey,
  kUnknownComposite,
  kRepeatedComposite,
  kCompositeWithoutText,
  kOtherTemplate,
  kNothingInKeys,
  kSharedKeyField,
  kSameField,
  kKeyFieldOfAttribute,
  kUnknownWatched,
  kWatchedWatcher,
  kReservedName,
  kShowsNothing,
  kKeyOptionOfOther,
};

/// Reads the definition as data, so that it costs the compiler one evaluation for each entity, and no
/// templates.
class DefinitionChecker {
 public:
  using Fault = DefinitionFault;
  using Names = std::span<const std::string_view>;

  constexpr DefinitionChecker(const EntityName& name, MemberSpecs members, std::span<const IndexSpec> indexes)
      : name_(name), members_(members), indexes_(indexes) {}

  [[nodiscard]] constexpr Fault run() const {
    const bool is_named =
        !name_.entity.empty() && (name_.is_toolbox || (!name_.service.empty() && !name_.version.empty()));
    if (!is_named) return Fault::kWithoutName;
    if (!indexes_[0].options->index_name.empty()) return Fault::kWithoutPrimaryIndex;
    for (std::size_t i = 0; i < indexes_.size(); ++i) {
      if (const Fault fault = check_index(i); fault != Fault::kNone) return fault;
    }
    for (std::size_t i = 0; i < members_.size(); ++i) {
      if (const Fault fault = check_member(i); fault != Fault::kNone) return fault;
    }
    if (!name_.is_toolbox) return Fault::kNone;
    for (const auto& [role, options, name] :
         {Internal{InternalRole::kEntity, &name_.entity_attribute, "entity"},
          Internal{InternalRole::kCreated, &name_.created, "created"},
          Internal{InternalRole::kModified, &name_.modified, "modified"}}) {
      if (const Fault fault = check_internal(role, *options, name); fault != Fault::kNone) return fault;
    }
    return Fault::kNone;
  }

 private:
  struct Internal {
    InternalRole role;
    const InternalOptions* options;
    std::string_view name;
  };

  /// What DynamoDB-Toolbox's profile keeps besides the members must not have a member's name, nor be stored
  /// as one.
  [[nodiscard]] constexpr Fault check_internal(InternalRole role, const InternalOptions& options,
                                               std::string_view name) const {
    for (const MemberSpec& one : members_) {
      if (one.options->role != role) continue;
      if (!options.is_on) return Fault::kShowsNothing;
      name = one.name;
    }
    if (!options.is_on) return Fault::kNone;
    for (const MemberSpec& one : members_) {
      if (one.options->role != InternalRole::kNone) continue;
      if (one.name == name || field_of(one) == options.saved_as) return Fault::kReservedName;
    }
    return Fault::kNone;
  }

  /// Nearly all that are compared differ in their size, which the compiler sees quickest so.
  static constexpr bool is_equal(std::string_view a, std::string_view b) {
    return a.size() == b.size() && a == b;
  }
  static constexpr bool holds(Names names, std::string_view name) {
    for (const std::string_view& one : names) {
      if (is_equal(one, name)) return true;
    }
    return false;
  }
  static constexpr bool is_same(Names a, Names b) {
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); ++i) {
      if (a[i] != b[i]) return false;
    }
    return true;
  }
  [[nodiscard]] constexpr const MemberSpec* member(std::string_view name) const {
    for (const MemberSpec& one : members_) {
      if (is_equal(one.name, name)) return &one;
    }
    return nullptr;
  }
  static constexpr std::string_view field_of(const MemberSpec& member) {
    return member.options->field.empty() ? member.name : member.options->field;
  }
  /// Of DynamoDB-Toolbox's items the attributes are the keys.
  [[nodiscard]] constexpr bool is_text(const IndexSpec& index) const {
    return index.options->kind != IndexKind::kAttributes && !name_.is_toolbox;
  }

  [[nodiscard]] constexpr Fault check_index(std::size_t place) const {
    const IndexSpec& index = indexes_[place];
    const IndexOptions& options = *index.options;
    for (std::size_t i = 0; i < place; ++i) {
      const IndexSpec& other = indexes_[i];
      if (other.options->index_name == options.index_name) return Fault::kSameIndex;
      for (const std::string_view collection : index.collections) {
        if (holds(other.collections, collection)) return Fault::kSameCollection;
      }
      for (unsigned keys = 0; keys < 4; ++keys) {
        if (!agree(index, (keys & 1) != 0, other, (keys & 2) != 0)) return Fault::kSharedKeyField;
      }
    }
    if (!index.collections.empty() && !options.sk.exists) return Fault::kCollectionWithoutSortKey;
    if (place > 0 && index.pk.empty() && index.sk.empty()) return Fault::kNothingInKeys;
    const bool has_template = options.pk.is_template || options.sk.is_template;
    for (const std::string_view part : index.sk) {
      if (!has_template && holds(index.pk, part)) return Fault::kRepeatedComposite;
    }
    if (const Fault fault = check_key(index, options.pk, index.pk); fault != Fault::kNone) return fault;
    return check_key(index, options.sk, index.sk);
  }

  [[nodiscard]] constexpr Fault check_key(const IndexSpec& index, const KeyOptionsSpec& key,
                                          Names parts) const {
    for (std::size_t i = 0; i < parts.size(); ++i) {
      const MemberSpec* const part = member(parts[i]);
      if (part == nullptr) return Fault::kUnknownComposite;
      if (holds(parts.first(i), parts[i])) return Fault::kRepeatedComposite;
      if (is_text(index) && !has_text(part->codec->type)) return Fault::kCompositeWithoutText;
    }
    const bool is_other = key.is_template && !is_template_of(key.key_template, parts);
    return is_other ? Fault::kOtherTemplate : Fault::kNone;
  }
  static constexpr bool is_key(const KeyOptionsSpec& key, std::string_view field) {
    return key.exists && is_equal(key.field, field);
  }

  static constexpr bool has_text(AttributeType type) {
    return type == AttributeType::kString || type == AttributeType::kNumber ||
           type == AttributeType::kBoolean || type == AttributeType::kEnum || type == AttributeType::kAny;
  }

  /// Whether the text names the parts, in their order.
  static constexpr bool is_template_of(std::string_view text, Names parts) {
    for (const std::string_view part : parts) {
      const std::size_t open = text.find("${");
      const std::size_t close = text.find('}', open == std::string_view::npos ? 0 : open);
      if (open == std::string_view::npos || close == std::string_view::npos) return false;
      if (text.substr(open + 2, close - open - 2) != part) return false;
      text.remove_prefix(close + 1);
    }
    return text.find("${") == std::string_view::npos;
  }

  /// Keys that are stored under one name are one key, as a local index's partition key and the table's are.
  [[nodiscard]] constexpr bool agree(const IndexSpec& a, bool a_pk, const IndexSpec& b, bool b_pk) const {
    const KeyOptionsSpec& one = a_pk ? a.options->pk : a.options->sk;
    const KeyOptionsSpec& other = b_pk ? b.options->pk : b.options->sk;
    if (!one.exists || !other.exists || !is_equal(one.field, other.field)) return true;
    if (!is_text(a) || !is_text(b)) return true;
    return a_pk == b_pk && one.casing == other.casing && one.is_template == other.is_template &&
           one.key_template == other.key_template && one.is_number == other.is_number &&
           is_same(a_pk ? a.pk : a.sk, b_pk ? b.pk : b.sk);
  }

  [[nodiscard]] constexpr Fault check_member(std::size_t place) const {
    const MemberSpec& one = members_[place];
    const std::string_view field = field_of(one);
    for (std::size_t i = 0; i < place; ++i) {
      if (is_equal(field_of(members_[i]), field)) return Fault::kSameField;
    }
    for (const IndexSpec& index : indexes_) {
      if (!is_text(index)) continue;
      const bool is_other_key = (is_key(index.options->pk, field) && !holds(index.pk, one.name)) ||
                                (is_key(index.options->sk, field) && !holds(index.sk, one.name));
      if (is_other_key) return Fault::kKeyFieldOfAttribute;
    }
    const bool has_key_option = one.options->has_key_default || one.options->checks_key;
    if (has_key_option && !holds(indexes_[0].pk, one.name) && !holds(indexes_[0].sk, one.name)) {
      return Fault::kKeyOptionOfOther;
    }
    // Not the whole array: g++ 12 does not know the elements that nobody has set.
    for (std::size_t i = 0; i < one.options->watched_count; ++i) {
      const MemberSpec* const other = member(one.options->watched[i]);
      if (other == nullptr) return Fault::kUnknownWatched;
      if (other->options->watches_all || other->options->watched_count > 0) return Fault::kWatchedWatcher;
    }
    return Fault::kNone;
  }

  const EntityName& name_;
  MemberSpecs members_;
  std::span<const IndexSpec> indexes_;
};

template <class S>
consteval void check_definition() {
  using Fault = DefinitionFault;
  constexpr Fault kFault = DefinitionChecker(S::name, kEntitySpecs<S>, kIndexSpecs<S>).run();
  static_assert(kFault != Fault::kWithoutName, "name: a service, an entity and a version have names");
  static_assert(kFault != Fault::kWithoutPrimaryIndex,
                "indexes: the first access pattern is the table's own, index() without a name");
  static_assert(kFault != Fault::kSameIndex, "indexes: two access patterns use the same index of the table");
  static_assert(kFault != Fault::kSameCollection,
                "indexes: two access patterns belong to the same collection");
  static_assert(kFault != Fault::kCollectionWithoutSortKey, "indexes: one in a collection needs a sort key");
  static_assert(kFault != Fault::kUnknownComposite,
                "indexes: a key is made from a member that is not among the entity's attributes");
  static_assert(kFault != Fault::kRepeatedComposite,
                "indexes: a member stands twice in the keys of an index");
  static_assert(kFault != Fault::kCompositeWithoutText,
                "indexes: keys are made from strings, numbers, booleans and enumerations");
  static_assert(kFault != Fault::kOtherTemplate,
                "indexes: a template names other members than those given, or in another order");
  static_assert(kFault != Fault::kNothingInKeys,
                "indexes: nothing would ever be in an index whose keys are made from no member");
  static_assert(kFault != Fault::kSharedKeyField,
                "indexes: two different keys are stored under the same name");
  static_assert(kFault != Fault::kSameField, "attributes: two of them are stored under the same name");
  static_assert(kFault != Fault::kKeyFieldOfAttribute,
                "attributes: one is stored under the name of a key that is made from others");
  static_assert(kFault != Fault::kUnknownWatched,
                "attributes: watch() names a member that is not among the entity's attributes");
  static_assert(kFault != Fault::kWatchedWatcher,
                "attributes: watch() names an attribute that watches others itself");
  static_assert(kFault != Fault::kReservedName,
                "attributes: toolbox() keeps this name for itself: entity, created, modified, or what they "
                "are stored as");
  static_assert(kFault != Fault::kShowsNothing, "attributes: one shows what toolbox() is told not to keep");
  static_assert(
      kFault != Fault::kKeyOptionOfOther,
      "attributes: key_default_to(), key_link(), validate_key() are for members of the table's key");
}

}  // namespace lodestone::model::detail
