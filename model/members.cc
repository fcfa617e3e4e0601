#include "model/members.h"

#include <algorithm>

#include "model/pattern.h"

namespace lodestone::model {
namespace {

bool has(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// What an update makes of an attribute that is linked to others.
Linked link_of_update(const AttributeOptions& options, const AttributeSchema::Context& context,
                      const std::vector<std::string>& removed) {
  const auto& names = options.linked_to;
  const bool is_set = std::any_of(names.begin(), names.end(), [&](std::string_view name) {
    return !name.empty() && context.item.contains(name);
  });
  if (is_set) {
    auto made = options.run_update_link(options, nullptr, context);
    if (!made) return {};
    return {Linked::Kind::kSet, std::move(*made)};
  }
  const bool is_removed =
      std::any_of(names.begin(), names.end(), [&](std::string_view name) { return has(removed, name); });
  return {is_removed ? Linked::Kind::kRemove : Linked::Kind::kNothing, {}};
}

AttributeSchema::Validator validator_of(const AttributeOptions& options,
                                        std::optional<std::string> (*run)(const AttributeOptions&,
                                                                          const Value&)) {
  if (run == nullptr) return {};
  return
      [&options, run](const Value* given) { return given == nullptr ? std::nullopt : run(options, *given); };
}

/// What DynamoDB-Toolbox's attributes have besides.
void describe_profile(const AttributeOptions& options, AttributeSchema& attribute) {
  attribute.required_always = options.is_required_always;
  attribute.keeps_value = options.keeps_value;
  attribute.put_validate = validator_of(options, options.run_put_validate);
  attribute.update_validate = validator_of(options, options.run_update_validate);
  if (options.make_transform != nullptr) attribute.transform = options.make_transform();
  if (options.make_name_transform != nullptr || options.run_name_validate != nullptr) {
    if (attribute.names.empty()) attribute.names.push_back({.type = AttributeType::kString});
    attribute.names[0].validate = validator_of(options, options.run_name_validate);
    if (options.make_name_transform != nullptr) attribute.names[0].transform = options.make_name_transform();
  }
  attribute.needs_all_names = options.needs_all_names;
  if (options.run_update_default != nullptr) {
    attribute.update_default = [&options](const Moment& now) {
      return options.run_update_default(options, now);
    };
  }
  if (options.run_key_default != nullptr) {
    attribute.key_default = [&options] { return options.run_key_default(options, Moment()); };
  }
  if (options.run_key_link != nullptr) {
    attribute.key_link = [&options](const Record& key) {
      return options.run_key_link(options, nullptr, {key, Moment()});
    };
  }
  attribute.key_validate = validator_of(options, options.run_key_validate);
  if (options.run_link != nullptr) {
    attribute.link = [&options](const AttributeSchema::Context& context) {
      return options.run_link(options, nullptr, context);
    };
  }
  if (options.run_update_link != nullptr) {
    attribute.update_link = [&options](const AttributeSchema::Context& context,
                                       const std::vector<std::string>& removed) {
      return link_of_update(options, context, removed);
    };
  }
}

/// Strings must match before their validator sees them.
void check_by_pattern(const AttributeOptions& options, AttributeSchema& attribute) {
  const auto pattern = Pattern::compile(options.pattern);
  const std::string name = "'" + attribute.name + "'";
  if (!pattern) {
    attribute.fault = name + " has a pattern that is no regular expression: " + std::string(options.pattern);
    return;
  }
  attribute.validate = [&options, pattern = *pattern, name,
                        next = attribute.validate](const Value* given) -> std::optional<std::string> {
    if (given == nullptr) return std::nullopt;
    const auto outcome =
        given->is(ValueType::kString) ? pattern.search(given->text()) : Pattern::Outcome::kMatches;
    if (outcome == Pattern::Outcome::kMatchesNot)
      return name + " does not match " + std::string(options.pattern);
    if (outcome == Pattern::Outcome::kTooComplex) {
      return name + " can not be matched with " + std::string(options.pattern) + " in reasonable time";
    }
    return next ? next(given) : std::nullopt;
  };
}

AttributeSchema describe(const MemberSpec& spec) {
  const AttributeOptions& options = *spec.options;
  AttributeSchema attribute{.name = std::string(spec.name), .type = spec.codec->type};
  spec.codec->describe(attribute);
  attribute.field = options.field;
  if (options.has_label) attribute.label = options.label;
  attribute.padding = {options.padding_length, std::string(options.padding_fill)};
  // A set that is empty is no attribute.
  attribute.required =
      spec.codec->has_value == nullptr && spec.codec->type != AttributeType::kSet && !options.makes_value;
  attribute.read_only = options.is_read_only;
  attribute.hidden = options.is_hidden;
  attribute.expires = options.is_expiry;
  attribute.counts_changes = options.counts_writes;
  attribute.watch_all = options.watches_all;
  for (const std::string_view watched : options.watched) {
    if (!watched.empty()) attribute.watch.emplace_back(watched);
  }
  if (options.run_default != nullptr) {
    attribute.default_value = [&options](const Moment& now) { return options.run_default(options, now); };
  }
  describe_profile(options, attribute);
  if (options.run_set != nullptr) {
    attribute.set = [&options](const Value* given, const AttributeSchema::Context& context) {
      return options.run_set(options, given, context);
    };
  }
  if (options.run_get != nullptr) {
    attribute.get = [&options](const Value* stored, const AttributeSchema::Context& context) {
      return options.run_get(options, stored, context);
    };
  }
  attribute.validate = validator_of(options, options.run_validate);
  if (!options.pattern.empty()) check_by_pattern(options, attribute);
  return attribute;
}

}  // namespace

Record encode_members(MemberSpecs specs, const void* item) {
  Record values;
  values.reserve(specs.size());
  for (const MemberSpec& spec : specs) {
    const void* const member = spec.at(item);
    if (spec.codec->has_value != nullptr && !spec.codec->has_value(member)) continue;
    Value value = spec.codec->encode(member);
    if (value.is_set() && value.elements().empty()) continue;
    values.add(spec.name, std::move(value));
  }
  return values;
}

std::optional<DecodeFailure> decode_members(MemberSpecs specs, const Record& values, void* item, Moment now) {
  InOrder all(values);
  for (const MemberSpec& spec : specs) {
    if (const Value* const value = all.find(spec.name)) {
      // The specs were made from an item that may be changed.
      if (!spec.codec->decode(*value, const_cast<void*>(spec.at(item)))) {
        return DecodeFailure{std::string(spec.name), false};
      }
      continue;
    }
    if (!fill_missing(spec, item, now)) return DecodeFailure{std::string(spec.name), true};
  }
  return std::nullopt;
}

bool may_be_absent(const MemberSpec& spec) {
  return spec.codec->has_value != nullptr || spec.codec->type == AttributeType::kSet;
}

std::optional<Value> default_value_of(const MemberSpec& spec, Moment now) {
  return spec.options->run_default == nullptr ? std::nullopt : spec.options->run_default(*spec.options, now);
}

bool fill_missing(const MemberSpec& spec, void* item, Moment now) {
  if (may_be_absent(spec)) return true;
  const auto made = default_value_of(spec, now);
  return made && spec.codec->decode(*made, const_cast<void*>(spec.at(item)));
}

void leave_out_blank(MemberSpecs specs, const void* blank, Record& values) {
  for (const MemberSpec& spec : specs) {
    Value* const value = values.find(spec.name);
    if (value == nullptr) continue;
    const bool gives_way = spec.options->has_default || spec.options->makes_value;
    if (gives_way && spec.codec->has_value == nullptr && spec.codec->encode(spec.at(blank)) == *value) {
      values.erase(spec.name);
    } else if (spec.codec->leave_out_blank != nullptr) {
      spec.codec->leave_out_blank(*value);
    }
  }
}

std::vector<AttributeSchema> describe_members(MemberSpecs specs) {
  std::vector<AttributeSchema> attributes;
  attributes.reserve(specs.size());
  for (const MemberSpec& spec : specs) attributes.push_back(describe(spec));
  return attributes;
}

}  // namespace lodestone::model
