#include "model/index_keys.h"

#include <algorithm>

#include "model/keys.h"

namespace lodestone::model {
namespace {

using Parts = std::vector<CompositePart>;

std::size_t count_given(const Parts& parts, const Record& values) {
  return static_cast<std::size_t>(std::count_if(
      parts.begin(), parts.end(), [&](const auto& part) { return values.contains(part.attribute); }));
}

bool touches(const Parts& parts, const std::vector<std::string>& names) {
  return std::any_of(parts.begin(), parts.end(), [&](const CompositePart& part) {
    return std::find(names.begin(), names.end(), part.attribute) != names.end();
  });
}

std::string quoted(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "'" : ", '") + name + "'";
  return text;
}

/// Gathers, over all indexes, what is missing; one error tells all of it.
class MissingParts {
 public:
  void add(const IndexSchema& index, std::vector<std::string> names) {
    if (names.empty()) return;
    indexes_.push_back(index.name);
    for (std::string& name : names) names_.push_back(std::move(name));
  }
  [[nodiscard]] bool any() const { return !names_.empty(); }
  [[nodiscard]] Error error(const EntitySchema& schema) const {
    return entity_error(schema, ErrorCode::kIncompleteKey,
                        "The keys of " + quoted(indexes_) + " are incomplete without " + quoted(names_) +
                            "; where these are not being written, give their values by composite()");
  }

 private:
  std::vector<std::string> indexes_;
  std::vector<std::string> names_;
};

Error incomplete_sparse(const EntitySchema& schema, const IndexSchema& index,
                        const std::vector<std::string>& missing) {
  return entity_error(schema, ErrorCode::kIncompleteSparseIndex,
                      "Whether the item belongs into '" + index.name + "' can not be told without " +
                          quoted(missing) +
                          "; where these are not being written, give their values by composite()");
}

std::vector<std::string> missing_of_index(const IndexSchema& index, const Record& values) {
  std::vector<std::string> missing = missing_parts(index.pk.parts, values);
  if (index.sk) {
    for (std::string& name : missing_parts(index.sk->parts, values)) missing.push_back(std::move(name));
  }
  return missing;
}

class KeyMaker {
 public:
  KeyMaker(const EntitySchema& schema, std::vector<KeyChange>& changes)
      : schema_(schema), changes_(changes) {}

  Result<Done> set(const KeySchema& key, const Record& values) {
    LODESTONE_ASSIGN(KeyValue made, make_key(schema_, key, values));
    if (made.value) changes_.push_back({key.field, std::move(made.value)});
    return Done{};
  }
  Result<Done> set(const IndexSchema& index, const Record& values) {
    LODESTONE_TRY(set(index.pk, values));
    return index.sk ? set(*index.sk, values) : Result<Done>(Done{});
  }
  void remove(const KeySchema& key) { changes_.push_back({key.field, std::nullopt}); }
  void remove(const IndexSchema& index) {
    remove(index.pk);
    if (index.sk) remove(*index.sk);
  }

 private:
  const EntitySchema& schema_;
  std::vector<KeyChange>& changes_;
};

Record merged(const Record& first, const Record& second) {
  Record both = first;
  for (const Member& member : second) both.set(member.name, member.value);
  return both;
}

std::vector<std::string> names_of(const Record& record) {
  std::vector<std::string> names;
  for (const Member& member : record) names.push_back(member.name);
  return names;
}

}  // namespace

Result<std::vector<KeyChange>> keys_of_item(const EntitySchema& schema, const Record& item, bool removals) {
  std::vector<KeyChange> changes;
  KeyMaker keys(schema, changes);
  MissingParts missing;
  for (const IndexSchema& index : schema.indexes) {
    if (index.kind == IndexKind::kAttributes) continue;
    if (index.is_primary()) {
      const auto without = missing_of_index(index, item);
      if (!without.empty()) return incomplete_key(schema, without);
      LODESTONE_TRY(keys.set(index, item));
      continue;
    }
    const Parts none;
    const Parts& sk_parts = index.sk ? index.sk->parts : none;
    const std::size_t of_pk = count_given(index.pk.parts, item);
    const std::size_t of_sk = count_given(sk_parts, item);
    if (index.condition) {
      if (of_pk + of_sk == 0) continue;
      const auto without = missing_of_index(index, item);
      if (!without.empty()) return incomplete_sparse(schema, index, without);
      if (index.condition(item)) {
        LODESTONE_TRY(keys.set(index, item));
      } else if (removals) {
        keys.remove(index);
      }
      continue;
    }
    if (of_pk != 0) missing.add(index, missing_parts(index.pk.parts, item));
    if (of_sk != 0) missing.add(index, missing_parts(sk_parts, item));
    if (of_pk + of_sk != 0 && !missing.any()) LODESTONE_TRY(keys.set(index, item));
  }
  if (missing.any()) return missing.error(schema);
  return changes;
}

Result<std::vector<KeyChange>> keys_of_update(const EntitySchema& schema, const KnownValues& known) {
  std::vector<KeyChange> changes;
  KeyMaker keys(schema, changes);
  MissingParts missing;
  const std::vector<std::string> set = names_of(known.set);
  Record values = merged(known.there, known.set);
  for (const std::string& name : known.removed) values.erase(name);
  for (const IndexSchema& index : schema.indexes) {
    if (index.is_primary() || index.kind == IndexKind::kAttributes) continue;
    const Parts none;
    const Parts& sk_parts = index.sk ? index.sk->parts : none;
    if (index.condition && (touches(index.pk.parts, set) || touches(sk_parts, set))) {
      const auto without = missing_of_index(index, values);
      if (!without.empty()) return incomplete_sparse(schema, index, without);
      if (index.condition(values)) {
        LODESTONE_TRY(keys.set(index, values));
      } else {
        keys.remove(index);
      }
      continue;
    }
    const auto change_half = [&](const KeySchema& key) -> Result<Done> {
      const bool is_set = touches(key.parts, set);
      const bool is_removed = touches(key.parts, known.removed);
      if (!is_set && !is_removed) return Done{};
      std::vector<std::string> without = missing_parts(key.parts, values);
      if (is_removed && !is_set) {
        // The key goes with its part; the others must be accounted for.
        for (const std::string& name : known.removed) std::erase(without, name);
      }
      if (!without.empty()) {
        missing.add(index, std::move(without));
      } else if (is_set) {
        return keys.set(key, values);
      } else {
        keys.remove(key);
      }
      return Done{};
    };
    if (index.pk.parts.empty() && touches(sk_parts, set)) {
      // A constant partition key goes with its sort key.
      LODESTONE_TRY(keys.set(index.pk, values));
    } else {
      LODESTONE_TRY(change_half(index.pk));
    }
    if (index.sk && index.sk->parts.empty() && touches(index.pk.parts, set)) {
      // A sort key without parts goes with its partition key.
      LODESTONE_TRY(keys.set(*index.sk, values));
    } else if (index.sk) {
      LODESTONE_TRY(change_half(*index.sk));
    }
  }
  if (missing.any()) return missing.error(schema);
  return changes;
}

}  // namespace lodestone::model
