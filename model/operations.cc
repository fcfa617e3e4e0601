#include "model/operations.h"

#include <algorithm>

#include "model/items.h"
#include "model/json.h"
#include "model/keys.h"

namespace lodestone::model {
namespace detail {
namespace {

/// `id "1"`: which item it is, as far as it tells.
std::string which_item(const EntitySchema& schema, const Record& values) {
  std::string text;
  const IndexSchema& primary = schema.primary();
  for (const KeySchema* key : {&primary.pk, primary.sk ? &*primary.sk : nullptr}) {
    for (const CompositePart& part : key == nullptr ? std::vector<CompositePart>() : key->parts) {
      const Value* const value = values.find(part.attribute);
      if (value == nullptr) continue;
      text += (text.empty() ? "" : ", ") + part.attribute + " ";
      append_plain_json(text, *value);
    }
  }
  return text.empty() ? text : " (in the item with " + text + ")";
}

Error decode_error(const EntitySchema& schema, const Record& values, const DecodeFailure& failure) {
  const std::string message =
      failure.is_missing ? "The stored item lacks '" + failure.attribute +
                               "'; declare the member std::optional or give it a default"
                         : "The stored item's '" + failure.attribute + "' is of another type than the member";
  Error error = entity_error(schema, ErrorCode::kInvalidItem, message + which_item(schema, values));
  error.attributes.push_back({error.code, failure.attribute, message});
  return error;
}

}  // namespace

std::optional<Error> decode_into(const Slot& slot, const EntitySchema& schema, const Record& values,
                                 Moment now) {
  const auto failure = decode_members(slot.specs, values, slot.item, now);
  if (failure) return decode_error(schema, values, *failure);
  return std::nullopt;
}

std::optional<Error> complete_partial(const Slot& scratch, const Target& target, Record& values,
                                      std::initializer_list<std::string_view> selected) {
  for (const MemberSpec& spec : scratch.specs) {
    if (std::find(selected.begin(), selected.end(), spec.name) == selected.end()) continue;
    // The specs were made from an item that may be changed.
    void* const member = const_cast<void*>(spec.at(scratch.item));
    if (const Value* const value = values.find(spec.name)) {
      if (spec.codec->decode(*value, member)) continue;
      return decode_error(target.entity(), values, {std::string(spec.name), false});
    }
    if (may_be_absent(spec)) continue;
    auto made = default_value_of(spec, target.table->now());
    if (!made) return decode_error(target.entity(), values, {std::string(spec.name), true});
    values.set(spec.name, std::move(*made));
  }
  return std::nullopt;
}

Record given_members(const GivenItem& given) {
  const auto [specs, item, blank] = given;
  Record values = encode_members(specs, item);
  leave_out_blank(specs, blank, values);
  for (const MemberSpec& spec : specs) {
    if (spec.codec->has_value != nullptr || spec.codec->type != AttributeType::kString) continue;
    const Value* const value = values.find(spec.name);
    const bool is_empty = value != nullptr && value->is(ValueType::kString) && value->text().empty();
    if (is_empty && !spec.options->may_be_empty && spec.codec->encode(spec.at(blank)) == *value) {
      values.erase(spec.name);
    }
  }
  return values;
}

Record record_of(AssignedValues values) {
  Record record;
  record.reserve(values.size());
  for (const AssignedValue* const one : values) record.set(one->place.root(), one->value);
  return record;
}

std::optional<Record> shown_item(const EntitySchema& schema, Record stored, Moment now,
                                 bool ignore_ownership) {
  if (!ignore_ownership && !owns(schema, stored)) return std::nullopt;
  return format_item(schema, std::move(stored), now);
}

}  // namespace detail

WriteOperation::WriteOperation(const Target& target, detail::WriteKind kind, const Record& values,
                               Presence presence)
    : target_(target), kind_(kind), presence_(presence), values_(values) {}
WriteOperation::WriteOperation(const Target& target, detail::WriteKind kind, detail::AssignedValues values,
                               Presence presence)
    : target_(target), kind_(kind), presence_(presence), values_(detail::record_of(values)) {}
WriteOperation::WriteOperation(const Target& target, detail::WriteKind kind, const detail::GivenItem& given,
                               Presence presence)
    : target_(target), kind_(kind), presence_(presence), values_(detail::given_members(given)) {}
WriteOperation::WriteOperation(const WriteOperation&) = default;
WriteOperation::WriteOperation(WriteOperation&&) noexcept = default;
WriteOperation& WriteOperation::operator=(const WriteOperation&) = default;
WriteOperation& WriteOperation::operator=(WriteOperation&&) noexcept = default;
WriteOperation::~WriteOperation() = default;

void WriteOperation::add_condition(Condition&& condition) { where_.push_back(std::move(condition)); }

void WriteOperation::add_step(UpdateKind kind, PathRef path, Operand operand) {
  steps_.push_back({kind, path.path(), std::move(operand)});
}

void WriteOperation::add_step(UpdateKind kind, const detail::AssignedValue& assignment) {
  add_step(kind, assignment.place, assignment.value);
}

void WriteOperation::add_removal(PathRef path) { add_step(UpdateKind::kRemove, path, Value()); }

void WriteOperation::set_left(Operand left) { steps_.back().left = std::move(left); }

void WriteOperation::set_start(Value start) { steps_.back().start = std::move(start); }

void WriteOperation::add_composite(const detail::AssignedValue& assignment) {
  composites_.set(assignment.place.root(), assignment.value);
}

void WriteOperation::set_return_on_failure() { returns_on_failure_ = true; }

void WriteOperation::add_param(std::string name, std::string json) {
  params_.emplace_back(std::move(name), std::move(json));
}

Result<Request> WriteOperation::build(Return response, Moment now) const {
  Result<Request> built = build_own(response, now);
  if (built.ok()) built->more = params_;
  return built;
}

Result<Request> WriteOperation::build_own(Return response, Moment now) const {
  if (!target_.schema->ok()) return target_.schema->error();
  const EntitySchema& schema = target_.entity();
  const std::string& table = target_.table->name();
  const WriteOptions options{response, returns_on_failure_};
  switch (kind_) {
    case detail::WriteKind::kPut:
      return put_request(schema, table, {values_, presence_, where_, options}, now);
    case detail::WriteKind::kDelete:
      return delete_request(schema, table, {values_, presence_, where_, options});
    case detail::WriteKind::kUpdate:
      return update_request(schema, table, {values_, steps_, composites_, presence_, where_, options}, now);
    case detail::WriteKind::kUpsert:
      return upsert_request(schema, table, {values_, steps_, where_, options}, now);
    case detail::WriteKind::kCheck:
      break;
  }
  if (where_.empty()) return entity_error(schema, ErrorCode::kInvalidOption, "A check needs a condition");
  return check_request(schema, table, {values_, where_, options});
}

Result<Request> WriteOperation::request() const { return build(Return::kDefault, target_.table->now()); }

Result<std::string> WriteOperation::params() const {
  LODESTONE_ASSIGN(const Request built, request());
  return to_json(built);
}

Result<std::string> WriteOperation::go_raw() const {
  LODESTONE_ASSIGN(const Request built, request());
  return run_raw(*target_.table, target_.entity(), built);
}

Result<Done> WriteOperation::run() const {
  LODESTONE_ASSIGN(const Request built, request());
  LODESTONE_TRY(model::run(*target_.table, target_.entity(), built));
  return Done{};
}

std::optional<Error> WriteOperation::run_into(const detail::Slot& slot) const {
  const Moment now = target_.table->now();
  Result<Request> built = build(Return::kDefault, now);
  if (!built.ok()) return std::move(built).error();
  auto reply = model::run(*target_.table, target_.entity(), *built);
  if (!reply.ok()) return std::move(reply).error();
  const auto shown = detail::shown_item(target_.entity(), std::move(*built->item), now, true);
  return detail::decode_into(slot, target_.entity(), *shown, now);
}

Result<Record> WriteOperation::run_changes(Return response) const {
  const Moment now = target_.table->now();
  LODESTONE_ASSIGN(const Request built, build(response, now));
  LODESTONE_ASSIGN(Reply reply, model::run(*target_.table, target_.entity(), built));
  if (!reply.attributes) return Record();
  return format_item(target_.entity(), std::move(*reply.attributes), now);
}

std::optional<Error> WriteOperation::run_returning(Return response, const detail::Slot& slot,
                                                   bool& found) const {
  const Result<Record> values = run_changes(response);
  if (!values.ok()) return values.error();
  found = !values->empty();
  if (!found) return std::nullopt;
  return detail::decode_into(slot, target_.entity(), *values, target_.table->now());
}

GetOperation::GetOperation(const Target& target, Record key) : target_(target), key_(std::move(key)) {}
GetOperation::GetOperation(const Target& target, detail::AssignedValues key)
    : target_(target), key_(detail::record_of(key)) {}
GetOperation::GetOperation(const GetOperation&) = default;
GetOperation::GetOperation(GetOperation&&) noexcept = default;
GetOperation& GetOperation::operator=(const GetOperation&) = default;
GetOperation& GetOperation::operator=(GetOperation&&) noexcept = default;
GetOperation::~GetOperation() = default;

void GetOperation::add_param(std::string name, std::string json) {
  params_.emplace_back(std::move(name), std::move(json));
}

Result<Request> GetOperation::request() const {
  const ReadOptions options{.attributes = attributes_, .consistent = is_consistent_};
  Result<Request> built = target_.schema->ok()
                              ? get_request(target_.entity(), target_.table->name(), key_, options)
                              : target_.schema->error();
  if (built.ok()) built->more = params_;
  return built;
}

Result<std::string> GetOperation::go_raw() const {
  LODESTONE_ASSIGN(const Request built, request());
  return run_raw(*target_.table, target_.entity(), built);
}

Result<std::string> GetOperation::params() const {
  LODESTONE_ASSIGN(const Request built, request());
  return to_json(built);
}

Result<std::optional<Record>> GetOperation::run_shown() const {
  LODESTONE_ASSIGN(const Request built, request());
  LODESTONE_ASSIGN(Reply reply, run(*target_.table, target_.entity(), built));
  if (!reply.item) return std::optional<Record>();
  return detail::shown_item(target_.entity(), std::move(*reply.item), target_.table->now(),
                            ignores_ownership_);
}

std::optional<Error> GetOperation::run_into(const detail::Slot& slot, bool& found) const {
  const Result<Request> built = request();
  if (!built.ok()) return built.error();
  const EntitySchema& schema = target_.entity();
  auto body = run_raw(*target_.table, schema, *built);
  if (!body.ok()) return std::move(body).error();
  const detail::ItemReading how{schema, target_.table->now(), ignores_ownership_};
  return detail::read_item(*body, how, slot, found);
}

Error GetOperation::missing() const {
  return entity_error(target_.entity(), ErrorCode::kOperationFailed, "There is no such item");
}

}  // namespace lodestone::model
