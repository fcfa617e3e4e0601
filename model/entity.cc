#include "model/entity.h"

#include <algorithm>

#include "model/js_text.h"
#include "model/json.h"

namespace lodestone::model::detail {
namespace {

const IndexSchema* index_of(const Target& target, const IndexOptions* options) {
  if (options == nullptr) return nullptr;
  const auto& indexes = target.entity().indexes;
  const auto at = std::find_if(indexes.begin(), indexes.end(), [options](const IndexSchema& index) {
    return index.index_name == options->index_name;
  });
  return at == indexes.end() ? nullptr : &*at;
}

/// Keys have choices in another case: the one that it can only be.
void restore_choice(const AttributeSchema& attribute, Value& value) {
  if (attribute.type != AttributeType::kEnum || !value.is(ValueType::kString)) return;
  const auto is_it = [text = lower_case(value.text())](const Value& choice) {
    return choice.is(ValueType::kString) && lower_case(choice.text()) == text;
  };
  const auto& choices = attribute.choices;
  if (std::count_if(choices.begin(), choices.end(), is_it) == 1) {
    value = *std::find_if(choices.begin(), choices.end(), is_it);
  }
}

}  // namespace

BatchRun::BatchRun(const Target& target) : target_(target), now_(target.table->now()) {
  if (!target.schema->ok()) error_ = target.schema->error();
}

void BatchRun::add(bool is_put, Result<Record> record) {
  if (record.ok()) {
    writes_.push_back({is_put, std::move(*record)});
  } else {
    error_ = std::move(record).error();
  }
}

void BatchRun::add_key(const Record& key) {
  if (!error_) add(false, primary_key(target_.entity(), key));
}

void BatchRun::add_item(Record item) {
  if (!error_) add(true, stored_item(target_.entity(), std::move(item), now_));
}

Result<RecordBatch> BatchRun::get(const BatchOptions& options, std::vector<Path> attributes) const {
  if (error_) return *error_;
  const ReadOptions what{.attributes = std::move(attributes), .consistent = options.consistent};
  LODESTONE_ASSIGN(const Request request, batch_get_request(target_.entity(), target_.table->name(), what));
  std::vector<Record> keys;
  for (const BatchWrite& one : writes_) keys.push_back(one.record);
  return run_batch_get(*target_.table, target_.entity(), request, keys, options);
}

Result<std::vector<std::size_t>> BatchRun::write(const BatchOptions& options) const {
  if (error_) return *error_;
  return run_batch_write(*target_.table, target_.entity(), writes_, options);
}

std::optional<Error> BatchRun::decode(const Slot& slot, const Record& values) const {
  return decode_into(slot, target_.entity(), values, now_);
}

bool failed_into(const Target& target, const Error& error, const Slot& slot) {
  if (!target.schema->ok() || !error.cause) return false;
  std::string body = error.cause->body;
  auto reply = read_reply(body);
  if (!reply.ok() || !reply->item) return false;
  const Moment now = target.table->now();
  const auto shown = shown_item(target.entity(), std::move(*reply->item), now, true);
  return !decode_into(slot, target.entity(), *shown, now);
}

std::optional<Error> parse_into(const Target& target, std::string_view stored_json, const Slot& slot,
                                bool& found) {
  if (!target.schema->ok()) return target.schema->error();
  auto stored = record_from_json(stored_json);
  if (!stored.ok()) return entity_error(target.entity(), stored.error().code, stored.error().message);
  const Moment now = target.table->now();
  const auto shown = shown_item(target.entity(), std::move(*stored), now, false);
  found = shown.has_value();
  return found ? decode_into(slot, target.entity(), *shown, now) : std::nullopt;
}

Result<Record> stored_of(const Target& target, Record given) {
  if (!target.schema->ok()) return target.schema->error();
  return stored_item(target.entity(), std::move(given), target.table->now());
}

Result<Record> convert_to_keys(const Target& target, const IndexOptions* index, const Record& values) {
  if (!target.schema->ok()) return target.schema->error();
  const Strictness strictness = index == nullptr ? Strictness::kNone : Strictness::kAll;
  return keys_from_composites(target.entity(), index_of(target, index), values, strictness);
}

Result<Record> convert_from_cursor(const Target& target, const IndexOptions& index, std::string_view cursor) {
  if (!target.schema->ok()) return target.schema->error();
  return key_from_cursor(target.entity(), index_of(target, &index), cursor);
}

Result<Record> convert_to_composites(const Target& target, const IndexOptions* index, const Record& keys) {
  if (!target.schema->ok()) return target.schema->error();
  LODESTONE_ASSIGN(Record composites, composites_from_keys(target.entity(), index_of(target, index), keys));
  for (Member& member : composites) restore_choice(*target.entity().attribute(member.name), member.value);
  return composites;
}

}  // namespace lodestone::model::detail
