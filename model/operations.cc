#include "model/operations.h"

#include "model/attributes.h"

namespace lodestone::model::detail {
namespace {

/// Runs `build` where the definition is right, and names the entity in its error.
template <class Build>
Result<Request> build_for(const Target& target, const Build& build) {
  if (!target.schema->ok()) return target.schema->error();
  Result<Request> request = build(target.entity(), target.table->name());
  if (request.ok() || !request.error().entity.empty()) return request;
  Error error = std::move(request).error();
  error.entity = target.entity().entity;
  return error;
}

}  // namespace

Error decode_error(const EntitySchema& schema, const DecodeFailure& failure) {
  const std::string message =
      failure.is_missing ? "The stored item lacks '" + failure.attribute +
                               "'; declare the member std::optional or give it a default"
                         : "The stored item's '" + failure.attribute + "' is of another type than the member";
  Error error = entity_error(schema, ErrorCode::kInvalidItem, message);
  error.attributes.push_back({error.code, failure.attribute, message});
  return error;
}

Record given_members(MemberSpecs specs, const void* item, const void* blank) {
  Record values = encode_members(specs, item);
  for (const MemberSpec& spec : specs) {
    Value* const value = values.find(spec.name);
    if (value == nullptr || spec.codec->has_value != nullptr) continue;
    const bool is_string = value->is(ValueType::kString) && spec.codec->type == AttributeType::kString;
    const bool may_be_forgotten = is_string && value->text().empty() && !spec.options->may_be_empty;
    if (spec.options->has_default || may_be_forgotten) {
      if (spec.codec->encode(spec.at(blank)) == *value) values.erase(spec.name);
    }
  }
  return values;
}

Result<std::string> params_of(const Result<Request>& request) {
  if (!request.ok()) return request.error();
  return to_json(*request);
}

Result<Reply> run_request(const Target& target, const Result<Request>& request) {
  if (!request.ok()) return request.error();
  return run(*target.table, target.entity(), *request);
}

std::optional<Record> shown_item(const Target& target, Record stored, Moment now, bool ignore_ownership) {
  if (!ignore_ownership && !owns(target.entity(), stored)) return std::nullopt;
  return format_item(target.entity(), std::move(stored), now);
}

Result<std::optional<Record>> run_get(const Target& target, const Record& key, const ReadOptions& options) {
  if (!target.schema->ok()) return target.schema->error();
  LODESTONE_ASSIGN(const Request request, get_request(target.entity(), target.table->name(), key, options));
  LODESTONE_ASSIGN(Reply reply, run(*target.table, target.entity(), request));
  if (!reply.item) return std::optional<Record>();
  return shown_item(target, std::move(*reply.item), target.table->now(), options.ignore_ownership);
}

std::optional<Record> shown_attributes(const Target& target, Reply& reply, Moment now) {
  if (!reply.attributes) return std::nullopt;
  return format_item(target.entity(), std::move(*reply.attributes), now);
}

Result<Request> build(const Target& target, const PutSpec& spec, Moment now) {
  return build_for(target, [&](const EntitySchema& schema, const std::string& table) {
    return put_request(schema, table, spec, now);
  });
}

Result<Request> build(const Target& target, const DeleteSpec& spec, Moment) {
  return build_for(target, [&](const EntitySchema& schema, const std::string& table) {
    return delete_request(schema, table, spec);
  });
}

Result<Request> build(const Target& target, const UpdateSpec& spec, Moment now) {
  return build_for(target, [&](const EntitySchema& schema, const std::string& table) {
    return update_request(schema, table, spec, now);
  });
}

Result<Request> build(const Target& target, const UpsertSpec& spec, Moment now) {
  return build_for(target, [&](const EntitySchema& schema, const std::string& table) {
    return upsert_request(schema, table, spec, now);
  });
}

Result<Request> build(const Target& target, const CheckSpec& spec, Moment) {
  return build_for(target, [&](const EntitySchema& schema, const std::string& table) {
    return check_request(schema, table, spec);
  });
}

std::string_view action_of(const Request& request) {
  if (request.operation == "PutItem") return "Put";
  if (request.operation == "DeleteItem") return "Delete";
  if (request.operation == "UpdateItem") return "Update";
  return "ConditionCheck";
}

}  // namespace lodestone::model::detail
