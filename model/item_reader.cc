#include "model/item_reader.h"

#include <algorithm>
#include <limits>
#include <string_view>
#include <utility>
#include <vector>

#include "model/json_tree.h"
#include "model/keys.h"
#include "model/operations.h"

namespace lodestone::model::detail {
namespace {

using Object = simdjson::dom::object;

/// An item's members on their way into a struct.
class StructReader {
 public:
  StructReader(const EntitySchema& schema, const Slot& slot) : schema_(schema), slot_(slot) {}

  /// False where the usual way must tell what is wrong; what the struct holds is unspecified then.
  [[nodiscard]] bool read(Object members) {
    for (const auto [field, json] : members) {
      const std::size_t place = place_of(field);
      if (place >= slot_.specs.size() + schema_.identifiers.size()) continue;
      const std::uint64_t bit = std::uint64_t{1} << place;
      if ((read_ & bit) != 0) return false;
      read_ |= bit;
      reader_.value_into(json, value_);
      if (!reader_.ok) return false;
      if (place >= slot_.specs.size()) {
        const Identifier& identifier = schema_.identifiers[place - slot_.specs.size()];
        ++identifiers_;
        is_owned_ = is_owned_ && value_.is(ValueType::kString) && value_.text() == identifier.value;
      } else if (const MemberSpec& spec = slot_.specs[place];
                 !spec.codec->decode(value_, const_cast<void*>(spec.at(slot_.item)))) {
        return false;
      }
    }
    return true;
  }

  [[nodiscard]] bool has_identifiers() const { return identifiers_ == schema_.identifiers.size(); }
  [[nodiscard]] bool is_owned() const { return is_owned_; }

  /// Members that are not stored; false where one of them must be.
  [[nodiscard]] bool fill_up(Moment now) {
    for (std::size_t place = 0; place < slot_.specs.size(); ++place) {
      if ((read_ >> place & 1U) == 0 && !fill_missing(slot_.specs[place], slot_.item, now)) return false;
    }
    return true;
  }

 private:
  /// Of a name that is none of the entity's: beyond all places. Engines mostly give items in this order.
  std::size_t place_of(std::string_view field) {
    const std::vector<StoredName>& names = schema_.stored_names;
    if (next_ == names.size() || names[next_].name != field) {
      const auto at =
          std::lower_bound(names.begin(), names.end(), field,
                           [](const StoredName& one, std::string_view wanted) { return one.name < wanted; });
      if (at == names.end() || at->name != field) return std::numeric_limits<std::size_t>::max();
      next_ = static_cast<std::size_t>(at - names.begin());
    }
    return names[next_++].place;
  }

  const EntitySchema& schema_;
  const Slot& slot_;
  ValueReader reader_;
  Value value_;
  std::uint64_t read_ = 0;
  std::size_t next_ = 0;
  std::size_t identifiers_ = 0;
  bool is_owned_ = true;
};

Error damaged(const ItemReading& how) {
  Error error = damaged_reply();
  error.entity = how.schema.entity;
  return error;
}

/// The usual way: all of the item as values, shown, checked.
std::optional<Error> read_by_values(Json json, const ItemReading& how, const Slot& slot, bool& found) {
  ValueReader reader;
  Record stored = reader.record(json);
  if (!reader.ok) return damaged(how);
  const auto shown = shown_item(how.schema, std::move(stored), how.now, how.ignore_ownership);
  found = shown.has_value();
  return found ? decode_into(slot, how.schema, *shown, how.now) : std::nullopt;
}

std::optional<Error> read_one(Json json, const ItemReading& how, const Slot& slot, bool& found) {
  Object members;
  if (!how.schema.stored_names.empty() && json.get(members) == simdjson::SUCCESS) {
    StructReader reader(how.schema, slot);
    if (reader.read(members) && (how.ignore_ownership || reader.has_identifiers())) {
      found = how.ignore_ownership || reader.is_owned();
      if (!found || reader.fill_up(how.now)) return std::nullopt;
    }
  }
  return read_by_values(json, how, slot, found);
}

/// Whether an item is the entity's, before there is a struct for it. A damaged one is, so that it is told.
bool is_owned(Json json, const ItemReading& how) {
  if (how.ignore_ownership) return true;
  bool is_owned = true;
  std::size_t identifiers = 0;
  for (const Identifier& identifier : how.schema.identifiers) {
    std::string_view value;
    if (json[identifier.field]["S"].get(value) != simdjson::SUCCESS) break;
    ++identifiers;
    is_owned = is_owned && value == identifier.value;
  }
  if (identifiers == how.schema.identifiers.size() && identifiers > 0) return is_owned;
  ValueReader reader;
  const Record stored = reader.record(json);
  return !reader.ok || owns(how.schema, stored);
}

}  // namespace

std::optional<Error> read_item(std::string& body, const ItemReading& how, const Slot& slot, bool& found) {
  JsonTree tree;
  if (!tree.parse(body) || !tree.root().is_object()) return damaged(how);
  Json item;
  found = tree.root()["Item"].get(item) == simdjson::SUCCESS && !item.is_null();
  return found ? read_one(item, how, slot, found) : std::nullopt;
}

std::optional<Error> read_items(std::string& body, const ItemReading& how, const Rows& rows, Reply& rest) {
  JsonTree tree;
  if (!tree.parse(body) || !read_reply(tree.root(), false, rest)) return damaged(how);
  Json items;
  if (tree.root()["Items"].get(items) != simdjson::SUCCESS) return std::nullopt;
  simdjson::dom::array array;
  if (items.get(array) != simdjson::SUCCESS) return damaged(how);
  std::vector<Json> owned;
  owned.reserve(array.size());
  for (const Json item : array) {
    if (is_owned(item, how)) owned.push_back(item);
  }
  auto* at = static_cast<char*>(rows.grow(rows.items, owned.size()));
  const ItemReading all{how.schema, how.now, true};
  for (const Json item : owned) {
    bool found = false;
    if (auto error = read_one(item, all, {at, rows.specs}, found)) return error;
    at += rows.size_of_each;
  }
  return std::nullopt;
}

}  // namespace lodestone::model::detail
