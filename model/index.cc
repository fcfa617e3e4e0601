#include "model/index.h"

namespace lodestone::model {
namespace {

Result<KeySchema> describe_key(const KeyOptionsSpec& options, std::span<const std::string_view> parts) {
  KeySchema key{.field = std::string(options.field), .casing = options.casing};
  key.cast_to_number = options.is_number;
  for (const std::string_view part : parts) key.parts.push_back({.attribute = std::string(part)});
  if (!options.is_template) return key;
  LODESTONE_ASSIGN(KeySchema made, key_from_template(std::string(options.field), options.key_template));
  made.casing = options.casing;
  made.cast_to_number = options.is_number;
  bool is_same = made.parts.size() == parts.size();
  for (std::size_t i = 0; is_same && i < parts.size(); ++i) is_same = made.parts[i].attribute == parts[i];
  if (!is_same) {
    return Error{.code = ErrorCode::kIncompatibleTemplate,
                 .message = "The template of '" + key.field +
                            "' does not name the members that it is given, in their order"};
  }
  return made;
}

}  // namespace

Result<IndexSchema> describe_index(const IndexSpec& spec) {
  const IndexOptions& options = *spec.options;
  IndexSchema index{.name = options.index_name.empty() ? "primary" : std::string(options.index_name)};
  index.index_name = options.index_name;
  index.kind = options.kind;
  index.scope = options.scope;
  index.is_local = options.is_local;
  index.is_keys_only = options.is_keys_only;
  LODESTONE_ASSIGN(index.pk, describe_key(options.pk, spec.pk));
  if (options.sk.exists) {
    LODESTONE_ASSIGN(KeySchema sk, describe_key(options.sk, spec.sk));
    index.sk = std::move(sk);
  }
  for (const std::string_view collection : spec.collections) index.collections.emplace_back(collection);
  if (options.condition != nullptr) index.condition = options.condition;
  return index;
}

}  // namespace lodestone::model
