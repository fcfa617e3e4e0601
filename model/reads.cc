#include "model/reads.h"

#include <algorithm>

#include "model/attributes.h"
#include "model/keys.h"
#include "model/sort_bounds.h"

namespace lodestone::model {
namespace {

using Parts = std::vector<CompositePart>;

std::string_view sign_of(SortOperator sort_operator) {
  switch (sort_operator) {
    case SortOperator::kGreater:
      return " > ";
    case SortOperator::kGreaterOrEqual:
      return " >= ";
    case SortOperator::kLess:
      return " < ";
    case SortOperator::kLessOrEqual:
      return " <= ";
    default:
      return " = ";
  }
}

void apply(const ReadOptions& options, Request& request) {
  if (options.consistent) request.consistent_read = true;
  if (options.descending) request.scan_forward = false;
  request.limit = options.limit;
  request.start_key = options.start_key;
  request.segment = options.segment;
  request.total_segments = options.total_segments;
  if (options.count_only) request.select = "COUNT";
  if (options.consumed_capacity) request.return_consumed_capacity = "TOTAL";
}

/// The attributes that were asked for, and those that tell whose an item is and where it was.
Result<Done> add_projection(const EntitySchema& schema, const IndexSchema* index, const ReadOptions& options,
                            bool with_identifiers, Request& request) {
  if (options.attributes.empty()) return Done{};
  Placeholders& names = request.placeholders;
  std::vector<std::string> paths;
  const auto add = [&paths](std::string path) {
    if (std::find(paths.begin(), paths.end(), path) == paths.end()) paths.push_back(std::move(path));
  };
  const auto add_keys = [&](const IndexSchema& one) {
    if (one.kind == IndexKind::kAttributes || !schema.keys_identify) return;
    add(names.name_of_field(one.pk.field));
    if (one.sk) add(names.name_of_field(one.sk->field));
  };
  if (with_identifiers) {
    for (const Identifier& identifier : schema.identifiers) add(names.name_of_field(identifier.field));
  }
  if (index != nullptr && !index->is_primary()) add_keys(*index);
  add_keys(schema.primary());
  for (const Path& path : options.attributes) {
    const AttributeSchema* const attribute = schema.attribute(path.root());
    if (path.is_attribute() && attribute != nullptr) {
      add(names.name_of_field(attribute->field));
      continue;
    }
    LODESTONE_ASSIGN(ResolvedPath resolved, resolve(schema, path, names));
    add(std::move(resolved.expression));
  }
  for (const std::string& path : paths) {
    request.projection_expression.append(request.projection_expression.empty() ? "" : ", ").append(path);
  }
  return Done{};
}

/// A filter of several parts. Parts that come from the library stand before the caller's.
class Filter {
 public:
  void append(std::string_view part) { text_ = join_expressions(std::move(text_), part); }
  void prepend(const std::string& part) { text_ = text_.empty() ? part : "(" + part + ") AND " + text_; }
  [[nodiscard]] std::string text() && { return std::move(text_); }

 private:
  std::string text_;
};

void append_identifiers(const EntitySchema& schema, Placeholders& names, Filter& filter) {
  for (const Identifier& identifier : schema.identifiers) {
    const std::string name = names.name(identifier.field, identifier.field);
    filter.append(name + " = " + names.value(name, Value::string(identifier.value)));
  }
}

/// `(#__edb_e__ = :__edb_e___a_c0 AND #__edb_v__ = :__edb_v___a_c0)`; empty where there are no identifiers.
std::string identifier_group(const EntitySchema& schema, const std::string& suffix, Placeholders& names) {
  std::string text;
  for (const Identifier& identifier : schema.identifiers) {
    const std::string name = names.name(identifier.field, identifier.field);
    const std::string placeholder = ":" + name.substr(1) + "_" + suffix;
    names.fixed_value(placeholder, Value::string(identifier.value));
    text += (text.empty() ? "(" : " AND ") + name + " = " + placeholder;
  }
  return text.empty() ? text : text + ")";
}

/// What a sort-key operator makes of a key.
struct SortBound {
  Value value;
  SortOperator sort_operator;
};

/// A query on keys made of text.
class KeyQuery {
 public:
  KeyQuery(const EntitySchema& schema, const QuerySpec& spec, Request& request)
      : schema_(schema), spec_(spec), index_(*spec.index), request_(request), names_(request.placeholders) {}

  Result<Done> run() {
    const auto missing = missing_parts(index_.pk.parts, spec_.composites);
    if (!missing.empty()) return incomplete_key(schema_, missing);
    LODESTONE_ASSIGN(KeyValue pk, make_key(schema_, index_.pk, spec_.composites));
    const std::string name = names_.name("pk", index_.pk.field);
    names_.fixed_value(":pk", std::move(*pk.value));
    request_.key_condition_expression = name + " = :pk";
    if (index_.sk) LODESTONE_TRY(add_sort_key());
    return add_filter();
  }

 private:
  [[nodiscard]] const KeySchema& sk() const { return *index_.sk; }

  Record with(const Record& more) const {
    Record values = spec_.composites;
    for (const Member& member : more) values.set(member.name, member.value);
    return values;
  }

  Result<Done> add_sort_key() {
    if (spec_.sort_operator == SortOperator::kNone) {
      LODESTONE_ASSIGN(KeyValue key, make_key(schema_, sk(), spec_.composites));
      is_partial_ = !key.is_complete;
      if (!key.value || (is_partial_ && key.value->text().empty())) return Done{};
      return condition(std::move(*key.value), is_partial_ ? SortOperator::kBegins : SortOperator::kNone);
    }
    LODESTONE_ASSIGN(SortBound from, bound(spec_.from, spec_.sort_operator));
    if (spec_.sort_operator != SortOperator::kBetween)
      return condition(std::move(from.value), from.sort_operator);
    LODESTONE_ASSIGN(SortBound to, bound(spec_.to, SortOperator::kLessOrEqual));
    const std::string name = names_.name("sk1", sk().field);
    names_.fixed_value(":sk1", std::move(from.value));
    names_.fixed_value(":sk2", std::move(to.value));
    request_.key_condition_expression += " and " + name + " BETWEEN :sk1 AND :sk2";
    return Done{};
  }

  Result<Done> condition(Value key, SortOperator sort_operator) {
    const std::string name = names_.name("sk1", sk().field);
    names_.fixed_value(":sk1", std::move(key));
    request_.key_condition_expression += sort_operator == SortOperator::kBegins
                                             ? " and begins_with(" + name + ", :sk1)"
                                             : " and " + name + std::string(sign_of(sort_operator)) + ":sk1";
    return Done{};
  }

  /// The key that the values reach, and the operator that finds what `wanted` means.
  Result<SortBound> bound(const Record& operands, SortOperator wanted) {
    if (operands.empty()) {
      return entity_error(schema_, ErrorCode::kIncompleteKey,
                          "A sort-key operator needs a value to compare with");
    }
    const Record values = with(operands);
    const bool begins = wanted == SortOperator::kBegins;
    if (begins && sk().is_number) {
      return entity_error(
          schema_, ErrorCode::kInvalidOption,
          "The sort key of '" + index_.name + "' is a number, and a number begins with nothing");
    }
    LODESTONE_ASSIGN(KeyValue key,
                     make_key(schema_, sk(), values, {.end = KeyEnd::kBehindValue, .with_postfix = !begins}));
    if (!key.value) return incomplete_key(schema_, missing_parts(sk().parts, values));
    is_partial_ = true;
    SortBound made{std::move(*key.value), wanted};
    const bool is_text = made.value.is(ValueType::kString);
    const bool raises = wanted == SortOperator::kGreater || wanted == SortOperator::kLessOrEqual;
    if (!raises || !is_text) return made;
    if (spec_.options.compare == Compare::kV2) return raised(std::move(made.value), wanted);
    if (spec_.options.compare != Compare::kExact || key.is_complete) return made;
    if (wanted == SortOperator::kGreater && !ends_with_number(schema_, sk(), operands)) return made;
    LODESTONE_ASSIGN(KeyValue group, make_key(schema_, sk(), values, {.end = KeyEnd::kBehindLabel}));
    return raised(std::move(*group.value), wanted);
  }

  static SortBound raised(Value key, SortOperator wanted) {
    return {key_behind(std::move(key)),
            wanted == SortOperator::kGreater ? SortOperator::kGreaterOrEqual : SortOperator::kLess};
  }

  Result<Done> add_filter() {
    Filter filter;
    LODESTONE_ASSIGN(const std::string where, render_all(schema_, spec_.where, names_));
    filter.append(where);
    const bool is_mixed = (index_.kind == IndexKind::kClustered && is_partial_) || !schema_.keys_identify;
    if (is_mixed && !spec_.options.ignore_ownership) {
      append_identifiers(schema_, names_, filter);
    }
    if (index_.sk && spec_.sort_operator != SortOperator::kNone) {
      if (spec_.options.compare == Compare::kExact) {
        LODESTONE_TRY(add_exact(filter));
      } else if (spec_.options.compare != Compare::kKeys) {
        LODESTONE_TRY(add_attributes(filter));
      }
    }
    request_.filter_expression = std::move(filter).text();
    return Done{};
  }

  Result<Done> prepend(Filter& filter, const Condition& condition) {
    LODESTONE_ASSIGN(const std::string text, render(schema_, condition, names_));
    filter.prepend(text);
    return Done{};
  }

  /// Leaves out what the keys can not: of gt the equal ones, of lte those that only begin with the value.
  Result<Done> add_exact(Filter& filter) {
    const bool between = spec_.sort_operator == SortOperator::kBetween;
    if (missing_parts(sk().parts, with(between ? spec_.to : spec_.from)).empty()) return Done{};
    Condition others = not_meant(schema_, sk(), spec_.sort_operator, spec_.from, spec_.to);
    return others.is_empty() ? Result<Done>(Done{}) : prepend(filter, !std::move(others));
  }

  /// ElectroDB's filters: on each composite of the sort key by itself.
  Result<Done> add_attributes(Filter& filter) {
    const bool is_v2 = spec_.options.compare == Compare::kV2;
    const bool between = spec_.sort_operator == SortOperator::kBetween;
    for (const CompositePart& part : sk().parts) {
      if (const Value* const given = spec_.composites.find(part.attribute)) {
        LODESTONE_TRY(prepend(filter, compare(part.attribute, ConditionKind::kEqual, *given)));
      }
    }
    const auto add = [&](const Record& operands, ConditionKind kind) -> Result<Done> {
      for (const CompositePart& part : sk().parts) {
        if (const Value* const value = operands.find(part.attribute)) {
          LODESTONE_TRY(prepend(filter, compare(part.attribute, kind, *value)));
        }
      }
      return Done{};
    };
    if (between) {
      LODESTONE_TRY(add(spec_.to, ConditionKind::kLessOrEqual));
      if (!is_v2) LODESTONE_TRY(add(spec_.from, ConditionKind::kGreaterOrEqual));
      return Done{};
    }
    switch (spec_.sort_operator) {
      case SortOperator::kGreater:
        return add(spec_.from, ConditionKind::kGreater);
      case SortOperator::kLessOrEqual:
        return add(spec_.from, ConditionKind::kLessOrEqual);
      case SortOperator::kGreaterOrEqual:
        return is_v2 ? Result<Done>(Done{}) : add(spec_.from, ConditionKind::kGreaterOrEqual);
      case SortOperator::kLess:
        return is_v2 ? Result<Done>(Done{}) : add(spec_.from, ConditionKind::kLess);
      default:
        return Done{};
    }
  }

  const EntitySchema& schema_;
  const QuerySpec& spec_;
  const IndexSchema& index_;
  Request& request_;
  Placeholders& names_;
  bool is_partial_ = false;
};

/// The key condition of an index whose keys are the attributes themselves.
Result<Done> add_attribute_keys(const EntitySchema& schema, const QuerySpec& spec, Request& request) {
  const auto missing = missing_parts(spec.index->pk.parts, spec.composites);
  if (!missing.empty()) return incomplete_key(schema, missing);
  Placeholders& names = request.placeholders;
  std::string& text = request.key_condition_expression;
  const auto placeholder = [&](const CompositePart& part, const std::string& name, const Value& value,
                               int number) {
    std::string made = ":" + name.substr(1) + "k_" + std::to_string(number);
    names.fixed_value(made, to_stored(schema.attributes[part.position], value));
    return made;
  };
  const auto name_of = [&](const CompositePart& part) {
    const AttributeSchema& attribute = schema.attributes[part.position];
    return names.name(attribute.name, attribute.field);
  };
  const auto add_equal = [&](const Parts& parts) {
    for (const CompositePart& part : parts) {
      const Value* const value = spec.composites.find(part.attribute);
      if (value == nullptr) return;
      const std::string name = name_of(part);
      text += (text.empty() ? "" : " AND ") + name + " = " + placeholder(part, name, *value, 0);
    }
  };
  add_equal(spec.index->pk.parts);
  if (!spec.index->sk) return Done{};
  add_equal(spec.index->sk->parts);
  for (const CompositePart& part : spec.index->sk->parts) {
    const Value* const from = spec.from.find(part.attribute);
    if (from == nullptr || spec.sort_operator == SortOperator::kNone) continue;
    const std::string name = name_of(part);
    const std::string first = placeholder(part, name, *from, 0);
    if (spec.sort_operator == SortOperator::kBegins) {
      text.append(" AND begins_with(").append(name).append(", ").append(first).append(")");
    } else if (spec.sort_operator == SortOperator::kBetween) {
      const Value* const to = spec.to.find(part.attribute);
      if (to == nullptr) return incomplete_key(schema, {part.attribute});
      text += " AND " + name + " BETWEEN " + first + " AND " + placeholder(part, name, *to, 1);
    } else {
      text.append(" AND ").append(name).append(sign_of(spec.sort_operator)).append(first);
    }
  }
  return Done{};
}

Result<Done> query_attributes(const EntitySchema& schema, const QuerySpec& spec, Request& request) {
  LODESTONE_TRY(add_attribute_keys(schema, spec, request));
  LODESTONE_ASSIGN(std::string filter, render_all(schema, spec.where, request.placeholders));
  if (!spec.options.ignore_ownership) {
    const std::string own = identifier_group(schema, schema.entity + "k_0", request.placeholders);
    filter += (filter.empty() || own.empty() ? "" : " AND ") + own;
  }
  request.filter_expression = std::move(filter);
  return Done{};
}

/// Leaves out what is no member's, and what the conditions leave out. An attribute that the first member does
/// not know is looked for among the others.
Result<Done> add_owners(const std::vector<CollectionMember>& members, const Conditions& where,
                        Request& request) {
  Placeholders& names = request.placeholders;
  std::string conditions;
  for (const Condition& condition : where) {
    const EntitySchema* knows = members.front().schema;
    for (const CollectionMember& member : members) {
      if (Placeholders unused; render(*member.schema, condition, unused).ok()) {
        knows = member.schema;
        break;
      }
    }
    LODESTONE_ASSIGN(const std::string text, render(*knows, condition, names));
    conditions = join_expressions(std::move(conditions), text);
  }
  std::string owners;
  for (const CollectionMember& member : members) {
    if (member.schema->identifiers.empty()) {
      return entity_error(*member.schema, ErrorCode::kInvalidJoin,
                          "Nothing tells the entity's items from those of others");
    }
    std::string own = identifier_group(*member.schema, member.name + "_c0", names);
    for (const Condition& condition : member.where) {
      LODESTONE_ASSIGN(const std::string text, render(*member.schema, condition, names));
      own = join_expressions(std::move(own), text);
    }
    if (!member.where.empty()) own = "(" + own + ")";
    owners.append(owners.empty() ? "" : " OR ").append(own);
  }
  if (members.size() > 1) owners = "(" + owners + ")";
  request.filter_expression = join_expressions(std::move(owners), conditions);
  return Done{};
}

Result<Done> fill_get(const EntitySchema& schema, std::string_view table, const ReadOptions& options,
                      Request& request) {
  request.table = table;
  LODESTONE_TRY(add_projection(schema, nullptr, options, false, request));
  if (options.consistent) request.consistent_read = true;
  if (options.consumed_capacity) request.return_consumed_capacity = "TOTAL";
  return Done{};
}

}  // namespace

Result<Request> get_request(const EntitySchema& schema, std::string_view table, const Record& key,
                            const ReadOptions& options) {
  return make_request([&](Request& request) -> Result<Done> {
    request.operation = "GetItem";
    LODESTONE_TRY(fill_get(schema, table, options, request));
    LODESTONE_ASSIGN(request.key, primary_key(schema, key));
    return Done{};
  });
}

Result<Request> batch_get_request(const EntitySchema& schema, std::string_view table,
                                  const ReadOptions& options) {
  return make_request([&](Request& request) {
    request.operation = "BatchGetItem";
    return fill_get(schema, table, options, request);
  });
}

Result<Request> query_request(const EntitySchema& schema, std::string_view table, const QuerySpec& spec) {
  Request request{.operation = "Query", .table = std::string(table)};
  request.index_name = spec.index->index_name;
  if (spec.index->kind == IndexKind::kAttributes) {
    LODESTONE_TRY(query_attributes(schema, spec, request));
  } else {
    LODESTONE_TRY(KeyQuery(schema, spec, request).run());
  }
  const auto& names = request.placeholders.names();
  const bool names_identifiers = std::any_of(names.begin(), names.end(), [&schema](const auto& name) {
    return !schema.identifiers.empty() && name.second == schema.identifiers.front().field;
  });
  LODESTONE_TRY(add_projection(schema, spec.index, spec.options, names_identifiers, request));
  apply(spec.options, request);
  return request;
}

Result<Request> scan_request(const EntitySchema& schema, std::string_view table, const IndexSchema* index,
                             const Conditions& where, const ReadOptions& options) {
  Request request{.operation = "Scan", .table = std::string(table)};
  const IndexSchema& scanned = index == nullptr ? schema.primary() : *index;
  request.index_name = scanned.index_name;
  Placeholders& names = request.placeholders;
  Filter filter;
  LODESTONE_ASSIGN(const std::string condition, render_all(schema, where, names));
  filter.append(condition);
  if (!options.ignore_ownership) append_identifiers(schema, names, filter);
  // Keys tell at a glance what is not the entity's.
  std::string keys;
  if (scanned.kind != IndexKind::kAttributes) {
    for (const KeySchema* key : {&scanned.pk, scanned.sk ? &*scanned.sk : nullptr}) {
      const bool tells = schema.keys_identify && !options.ignore_ownership;
      if (key == nullptr || key->is_number || !tells) continue;
      LODESTONE_ASSIGN(KeyValue made, make_key(schema, *key, {}));
      if (!made.value || made.value->text().empty()) continue;
      const std::string name = names.name(key->field, key->field);
      const std::string placeholder = ":" + name.substr(1);
      names.fixed_value(placeholder, std::move(*made.value));
      keys.append("begins_with(").append(name).append(", ").append(placeholder).append(") AND ");
    }
  }
  std::string text = std::move(filter).text();
  if (text.empty() && !keys.empty()) keys.resize(keys.size() - std::string_view(" AND ").size());
  request.filter_expression = keys + text;
  LODESTONE_TRY(add_projection(schema, index, options, !options.ignore_ownership, request));
  apply(options, request);
  return request;
}

std::vector<std::string> attributes_in_keys_only(const EntitySchema& schema, const IndexSchema& index) {
  std::vector<std::string> names;
  for (const IndexSchema* one : {&schema.primary(), &index}) {
    for (const KeySchema* key : {&one->pk, one->sk ? &*one->sk : nullptr}) {
      for (const CompositePart& part : key == nullptr ? Parts() : key->parts) {
        if (std::find(names.begin(), names.end(), part.attribute) == names.end()) {
          names.push_back(part.attribute);
        }
      }
    }
  }
  return names;
}

const IndexSchema* best_index(const EntitySchema& schema, const Record& values, bool filtered) {
  const IndexSchema* best = nullptr;
  std::size_t best_reach = 0;
  for (const IndexSchema& index : schema.indexes) {
    // What an index does not have can not be filtered by in it.
    if (filtered && index.is_keys_only) continue;
    if (!missing_parts(index.pk.parts, values).empty()) continue;
    // Each part of the sort key that is there narrows further; a whole key narrows most.
    std::size_t reach = 1;
    if (!index.sk || missing_parts(index.sk->parts, values).empty()) reach += 1000;
    if (index.sk) {
      for (const CompositePart& part : index.sk->parts) {
        if (!values.contains(part.attribute)) break;
        ++reach;
      }
    }
    if (reach > best_reach) {
      best = &index;
      best_reach = reach;
    }
  }
  return best;
}

Result<Request> find_request(const EntitySchema& schema, std::string_view table, const Record& values,
                             bool filtered, const Conditions& where, const ReadOptions& options) {
  Conditions filter;
  if (filtered) {
    for (const Member& member : values) {
      filter.push_back(compare(member.name, ConditionKind::kEqual, member.value));
    }
  }
  filter.insert(filter.end(), where.begin(), where.end());
  const IndexSchema* const index = best_index(schema, values, filtered);
  if (index == nullptr) return scan_request(schema, table, nullptr, filter, options);
  QuerySpec spec{.index = index, .where = std::move(filter), .options = options};
  for (const CompositePart& part : index->pk.parts)
    spec.composites.set(part.attribute, *values.find(part.attribute));
  if (index->sk) {
    for (const CompositePart& part : index->sk->parts) {
      const Value* const value = values.find(part.attribute);
      if (value == nullptr) break;
      spec.composites.set(part.attribute, *value);
    }
  }
  return query_request(schema, table, spec);
}

namespace {

/// The key condition of a query for items of several entities. Of keys that are made, the sort key is
/// compared as it begins; with `is_exact` as one means it, where every key goes on behind what is shared.
Result<Done> add_shared_keys(const EntitySchema& schema, const IndexSchema& shared, const QuerySpec& spec,
                             bool with_sort_key, bool is_exact, Request& request) {
  if (shared.kind == IndexKind::kAttributes) return add_attribute_keys(schema, spec, request);
  Placeholders& names = request.placeholders;
  const auto missing = missing_parts(shared.pk.parts, spec.composites);
  if (!missing.empty()) return incomplete_key(schema, missing);
  LODESTONE_ASSIGN(KeyValue pk, make_key(schema, shared.pk, spec.composites));
  const std::string pk_name = names.name("pk", shared.pk.field);
  names.fixed_value(":pk", std::move(*pk.value));
  std::string& text = request.key_condition_expression;
  text = pk_name + " = :pk";
  if (!with_sort_key) return Done{};
  const KeySchema& sk = *shared.sk;
  const std::string sk_name = names.name("sk1", sk.field);
  Record given = spec.composites;
  for (const CompositePart& part : shared.pk.parts) given.erase(part.attribute);
  // The operator that finds what `wanted` means.
  const auto bound = [&](const Record& operands, const char* placeholder,
                         SortOperator wanted) -> Result<SortOperator> {
    Record values = spec.composites;
    for (const Member& member : operands) values.set(member.name, member.value);
    LODESTONE_ASSIGN(KeyValue key, make_key(schema, sk, values, {.end = KeyEnd::kBehindValue}));
    if (is_exact) {
      LODESTONE_TRY(check_order(schema, sk, given, operands));
      const bool is_raised = wanted == SortOperator::kLessOrEqual ||
                             (wanted == SortOperator::kGreater && ends_with_number(schema, sk, operands));
      // What begins with "#a_1" may also be "#a_12".
      const bool is_whole = wanted == SortOperator::kNone && !given.empty();
      if (is_raised || is_whole) key.value->text() += '#';
      if (is_raised) {
        key.value = key_behind(std::move(*key.value));
        wanted = wanted == SortOperator::kGreater ? SortOperator::kGreaterOrEqual : SortOperator::kLess;
      }
    }
    names.fixed_value(placeholder, std::move(*key.value));
    return wanted;
  };
  LODESTONE_ASSIGN(const SortOperator first, bound(spec.from, ":sk1", spec.sort_operator));
  text += " and ";
  switch (spec.sort_operator) {
    case SortOperator::kNone:
    case SortOperator::kBegins:
      text += "begins_with(" + sk_name + ", :sk1)";
      break;
    case SortOperator::kBetween:
      LODESTONE_TRY(bound(spec.to, ":sk2", SortOperator::kLessOrEqual));
      text += sk_name + " BETWEEN :sk1 AND :sk2";
      break;
    default:
      text += sk_name + std::string(sign_of(first)) + ":sk1";
  }
  return Done{};
}

}  // namespace

Result<Request> collection_request(const std::vector<CollectionMember>& members, std::string_view table,
                                   const CollectionSpec& spec) {
  const EntitySchema& schema = *members.front().schema;
  // The collection's own index: its keys begin with what all members share.
  IndexSchema shared = *members.front().index;
  const auto depth = std::find(shared.collections.begin(), shared.collections.end(), spec.collection);
  std::string prefix;
  for (auto at = shared.collections.begin(); at != shared.collections.end() && at <= depth; ++at) {
    prefix += (prefix.empty() ? "$" : "#") + *at;
  }
  QuerySpec query{.index = &shared,
                  .composites = spec.composites,
                  .sort_operator = spec.sort_operator,
                  .from = spec.from,
                  .to = spec.to,
                  .options = spec.options};
  // Composites that not every member has in the same place tell nothing about the others.
  if (shared.kind != IndexKind::kIsolated && shared.sk) {
    std::size_t common = shared.sk->parts.size();
    for (const CollectionMember& member : members) {
      const Parts& others = member.index->sk->parts;
      common = std::min(common, others.size());
      for (std::size_t i = 0; i < common; ++i) {
        if (others[i].attribute != shared.sk->parts[i].attribute) common = i;
      }
    }
    shared.sk->parts.resize(common);
  }
  Request request{.operation = "Query", .table = std::string(table)};
  request.index_name = shared.index_name;
  if (shared.kind != IndexKind::kAttributes) {
    shared.sk->prefix = prefix;
    shared.sk->postfix.clear();
    if (shared.kind == IndexKind::kIsolated) shared.sk->parts.clear();
  }
  const bool is_exact = spec.options.compare == Compare::kExact;
  LODESTONE_TRY(add_shared_keys(schema, shared, query, true, is_exact, request));
  Conditions where = spec.where;
  Condition others;
  if (is_exact && shared.kind == IndexKind::kClustered)
    others = not_meant(schema, *shared.sk, spec.sort_operator, spec.from, spec.to);
  if (!others.is_empty()) where.push_back(!std::move(others));
  LODESTONE_TRY(add_owners(members, where, request));
  apply(spec.options, request);
  return request;
}

Result<Request> partition_request(const EntitySchema& schema, const std::vector<CollectionMember>& members,
                                  std::string_view table, const QuerySpec& spec) {
  Request request{.operation = "Query", .table = std::string(table)};
  request.index_name = spec.index->index_name;
  const bool gives_sort_key =
      spec.sort_operator != SortOperator::kNone ||
      (spec.index->sk &&
       std::any_of(spec.index->sk->parts.begin(), spec.index->sk->parts.end(),
                   [&](const CompositePart& part) { return spec.composites.contains(part.attribute); }));
  LODESTONE_TRY(add_shared_keys(schema, *spec.index, spec, gives_sort_key, false, request));
  LODESTONE_TRY(add_owners(members, spec.where, request));
  apply(spec.options, request);
  return request;
}

Result<Request> service_scan_request(const std::vector<CollectionMember>& members, std::string_view table,
                                     const Conditions& where, const ReadOptions& options) {
  Request request{.operation = "Scan", .table = std::string(table)};
  LODESTONE_TRY(add_owners(members, where, request));
  apply(options, request);
  return request;
}

}  // namespace lodestone::model
