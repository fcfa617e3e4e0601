#include "model/reply.h"

#include <algorithm>
#include <limits>
#include <string_view>

#include "model/json.h"
#include "model/json_tree.h"

namespace lodestone::model {
namespace {

using Object = simdjson::dom::object;
using Array = simdjson::dom::array;

template <class T>
bool is(Json json, T& to) {
  return json.get(to) == simdjson::SUCCESS;
}

/// A member of an object; false where there is none, or no object.
bool find(Json json, std::string_view name, Json& to) { return json[name].get(to) == simdjson::SUCCESS; }

Error damaged() {
  return {.code = ErrorCode::kInvalidItem, .message = "The reply is not what DynamoDB sends"};
}

void read_responses(ValueReader& reader, Json json, Reply& reply) {
  Json item;
  if (Array actions; is(json, actions)) {
    for (const Json one : actions) {
      reply.transaction_items.push_back(find(one, "Item", item) ? std::optional(reader.record(item))
                                                                : std::nullopt);
    }
  } else if (Object tables; is(json, tables)) {
    for (const auto [table, items] : tables) reply.responses.emplace_back(table, reader.records(items));
  } else {
    reader.ok = false;
  }
}

void read_unprocessed_keys(ValueReader& reader, Json json, Reply& reply) {
  Object tables;
  if (!is(json, tables)) {
    reader.ok = false;
    return;
  }
  for (const auto [table, rest] : tables) {
    Json keys;
    if (!find(rest, "Keys", keys)) {
      reader.ok = false;
      return;
    }
    reply.unprocessed_keys.emplace_back(table, reader.records(keys));
  }
}

void read_unprocessed_writes(ValueReader& reader, Json json, Reply& reply) {
  Object tables;
  if (!is(json, tables)) {
    reader.ok = false;
    return;
  }
  for (const auto [table, rest] : tables) {
    Array writes;
    if (!is(rest, writes)) {
      reader.ok = false;
      return;
    }
    for (const Json write : writes) {
      Json request;
      const bool is_put = find(write, "PutRequest", request);
      Json content;
      if ((!is_put && !find(write, "DeleteRequest", request)) ||
          !find(request, is_put ? "Item" : "Key", content)) {
        reader.ok = false;
        return;
      }
      reply.unprocessed_writes.push_back({std::string(table), is_put, reader.record(content)});
    }
  }
}

void read_reasons(ValueReader& reader, Json json, Reply& reply) {
  Array reasons;
  if (!is(json, reasons)) {
    reader.ok = false;
    return;
  }
  for (const Json one : reasons) {
    if (!one.is_object()) {
      reader.ok = false;
      return;
    }
    CancellationReason reason;
    Json part;
    if (find(one, "Code", part)) reason.code = reader.text(part);
    if (find(one, "Message", part) && !part.is_null()) reason.message = reader.text(part);
    if (find(one, "Item", part)) reason.item = reader.record(part);
    reply.cancellation_reasons.push_back(std::move(reason));
  }
}

void read_capacity(Json json, Reply& reply) {
  const auto add = [&reply](Json one) {
    double units = 0;
    if (Json part; find(one, "CapacityUnits", part) && is(part, units)) {
      reply.capacity_units = reply.capacity_units.value_or(0) + units;
    }
  };
  if (Array tables; is(json, tables)) {
    for (const Json one : tables) add(one);
  } else {
    add(json);
  }
}

}  // namespace

Result<Value> value_from_json(std::string_view json) {
  std::string body(json);
  JsonTree tree;
  if (!tree.parse(body)) return damaged();
  ValueReader reader;
  Value value = reader.value(tree.root());
  if (!reader.ok) return damaged();
  return value;
}

Result<Record> record_from_json(std::string_view json) {
  std::string body(json);
  JsonTree tree;
  if (!tree.parse(body)) return damaged();
  ValueReader reader;
  Record record = reader.record(tree.root());
  if (!reader.ok) return damaged();
  return record;
}

Result<Reply> read_reply(std::string& body) {
  JsonTree tree;
  Object members;
  if (!tree.parse(body) || !is(tree.root(), members)) return damaged();
  ValueReader reader;
  Result<Reply> result(std::in_place);
  Reply& reply = *result;
  for (const auto [name, content] : members) {
    if (content.is_null()) continue;
    if (name == "Item") {
      reply.item = reader.record(content);
    } else if (name == "Attributes") {
      reply.attributes = reader.record(content);
    } else if (name == "Items") {
      reply.items = reader.records(content);
    } else if (name == "LastEvaluatedKey") {
      reply.last_key = reader.record(content);
    } else if (name == "Count") {
      reader.ok = is(content, reply.count) && reader.ok;
    } else if (name == "ScannedCount") {
      reader.ok = is(content, reply.scanned_count) && reader.ok;
    } else if (name == "Responses") {
      read_responses(reader, content, reply);
    } else if (name == "UnprocessedKeys") {
      read_unprocessed_keys(reader, content, reply);
    } else if (name == "UnprocessedItems") {
      read_unprocessed_writes(reader, content, reply);
    } else if (name == "CancellationReasons") {
      read_reasons(reader, content, reply);
    } else if (name == "ConsumedCapacity") {
      read_capacity(content, reply);
    }
  }
  if (!reader.ok) result.fail(damaged());
  return result;
}

namespace {

/// An item's members that are being read into a struct.
class StructReader {
 public:
  StructReader(const EntitySchema& schema, MemberSpecs specs, void* item)
      : schema_(schema), specs_(specs), item_(item) {}

  /// False where the usual way must tell what is wrong.
  [[nodiscard]] bool read(Object members) {
    for (const auto [field, json] : members) {
      const std::size_t place = place_of(field);
      if (place >= specs_.size() + schema_.identifiers.size()) continue;
      const std::uint64_t bit = std::uint64_t{1} << place;
      if ((read_ & bit) != 0) return false;
      read_ |= bit;
      reader_.value_into(json, value_);
      if (!reader_.ok) return false;
      if (place >= specs_.size()) {
        const Identifier& identifier = schema_.identifiers[place - specs_.size()];
        ++identifiers_;
        is_owned_ = is_owned_ && value_.is(ValueType::kString) && value_.text() == identifier.value;
      } else if (const MemberSpec& spec = specs_[place];
                 !spec.codec->decode(value_, const_cast<void*>(spec.at(item_)))) {
        return false;
      }
    }
    return true;
  }

  [[nodiscard]] bool has_identifiers() const { return identifiers_ == schema_.identifiers.size(); }
  [[nodiscard]] bool is_owned() const { return is_owned_; }

  /// Members that are not stored; false where one of them must be.
  [[nodiscard]] bool fill_up(Moment now) {
    for (std::size_t place = 0; place < specs_.size(); ++place) {
      if ((read_ >> place & 1U) == 0 && !fill_missing(specs_[place], item_, now)) return false;
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
  MemberSpecs specs_;
  void* item_;
  ValueReader reader_;
  Value value_;
  std::uint64_t read_ = 0;
  std::size_t next_ = 0;
  std::size_t identifiers_ = 0;
  bool is_owned_ = true;
};

}  // namespace

ItemRead read_item(std::string& body, const EntitySchema& schema, MemberSpecs specs, bool ignore_ownership,
                   Moment now, void* item) {
  JsonTree tree;
  Object reply;
  if (!tree.parse(body) || !is(tree.root(), reply)) return ItemRead::kOtherwise;
  Object members;
  const simdjson::error_code found = reply["Item"].get(members);
  if (found == simdjson::NO_SUCH_FIELD) return ItemRead::kNone;
  if (found != simdjson::SUCCESS) return ItemRead::kOtherwise;
  StructReader reader(schema, specs, item);
  if (!reader.read(members)) return ItemRead::kOtherwise;
  if (!ignore_ownership) {
    if (!reader.has_identifiers()) return ItemRead::kOtherwise;
    if (!reader.is_owned()) return ItemRead::kNone;
  }
  return reader.fill_up(now) ? ItemRead::kRead : ItemRead::kOtherwise;
}

}  // namespace lodestone::model
