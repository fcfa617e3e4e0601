#include "model/request.h"

#include "model/json.h"

namespace lodestone::model {
namespace {

/// Members of one JSON object.
class ObjectWriter {
 public:
  explicit ObjectWriter(std::string& out) : out_(out) { out_ += '{'; }

  void text(std::string_view name, std::string_view value) {
    if (value.empty()) return;
    begin(name);
    append_json_string(out_, value);
  }
  void record(std::string_view name, const std::optional<Record>& value) {
    if (!value) return;
    begin(name);
    append_json(out_, *value);
  }
  void truth(std::string_view name, std::optional<bool> value) {
    if (value) raw(name, *value ? "true" : "false");
  }
  void number(std::string_view name, std::optional<std::int64_t> value) {
    if (value) raw(name, std::to_string(*value));
  }
  void raw(std::string_view name, std::string_view json) {
    begin(name);
    out_ += json;
  }
  void placeholders(const Placeholders& placeholders) {
    if (!placeholders.names().empty()) {
      begin("ExpressionAttributeNames");
      const char* separator = "{";
      for (const auto& [placeholder, field] : placeholders.names()) {
        out_ += separator;
        append_json_string(out_, placeholder);
        out_ += ':';
        append_json_string(out_, field);
        separator = ",";
      }
      out_ += '}';
    }
    if (!placeholders.values().empty()) record("ExpressionAttributeValues", placeholders.values());
  }
  /// What the API calls its members needs no escapes.
  void begin(std::string_view name) {
    separate();
    out_ += '"';
    out_ += name;
    out_ += "\":";
  }
  void begin_escaped(std::string_view name) {
    separate();
    append_json_string(out_, name);
    out_ += ':';
  }
  void end() { out_ += '}'; }

 private:
  void separate() {
    if (!is_first_) out_ += ',';
    is_first_ = false;
  }

  std::string& out_;
  bool is_first_ = true;
};

void write_members(ObjectWriter& writer, const Request& request) {
  writer.text("TableName", request.table);
  writer.text("IndexName", request.index_name);
  writer.record("Item", request.item);
  writer.record("Key", request.key);
  writer.text("UpdateExpression", request.update_expression);
  writer.text("KeyConditionExpression", request.key_condition_expression);
  writer.text("ConditionExpression", request.condition_expression);
  writer.text("FilterExpression", request.filter_expression);
  writer.text("ProjectionExpression", request.projection_expression);
  writer.placeholders(request.placeholders);
  writer.text("ReturnValuesOnConditionCheckFailure", request.return_values_on_failure);
}

}  // namespace

void append_json(std::string& out, const Request& request) {
  ObjectWriter writer(out);
  write_members(writer, request);
  writer.text("ReturnValues", request.return_values);
  writer.text("ReturnConsumedCapacity", request.return_consumed_capacity);
  writer.text("Select", request.select);
  writer.truth("ConsistentRead", request.consistent_read);
  writer.truth("ScanIndexForward", request.scan_forward);
  writer.number("Limit", request.limit);
  writer.number("Segment", request.segment);
  writer.number("TotalSegments", request.total_segments);
  writer.record("ExclusiveStartKey", request.start_key);
  for (const auto& [name, json] : request.more) writer.raw(name, json);
  writer.end();
}

std::string to_json(const Request& request) {
  std::string out;
  out.reserve(512);
  append_json(out, request);
  return out;
}

void append_action_json(std::string& out, std::string_view action, const Request& request) {
  out += '{';
  append_json_string(out, action);
  out += ':';
  ObjectWriter writer(out);
  write_members(writer, request);
  for (const auto& [name, json] : request.more) writer.raw(name, json);
  writer.end();
  out += '}';
}

std::string batch_get_json(const Request& request, const std::vector<Record>& keys) {
  std::string out;
  ObjectWriter outer(out);
  outer.begin("RequestItems");
  ObjectWriter tables(out);
  tables.begin_escaped(request.table);
  ObjectWriter table(out);
  table.truth("ConsistentRead", request.consistent_read);
  table.text("ProjectionExpression", request.projection_expression);
  table.placeholders(request.placeholders);
  table.begin("Keys");
  const char* separator = "[";
  for (const Record& key : keys) {
    out += separator;
    append_json(out, key);
    separator = ",";
  }
  out += ']';
  table.end();
  tables.end();
  outer.text("ReturnConsumedCapacity", request.return_consumed_capacity);
  outer.end();
  return out;
}

std::string batch_write_json(std::string_view table, const std::vector<BatchWrite>& writes) {
  std::string out;
  ObjectWriter outer(out);
  outer.begin("RequestItems");
  ObjectWriter tables(out);
  tables.begin_escaped(table);
  const char* separator = "[";
  for (const BatchWrite& write : writes) {
    out += separator;
    out += write.is_put ? R"({"PutRequest":{"Item":)" : R"({"DeleteRequest":{"Key":)";
    append_json(out, write.record);
    out += "}}";
    separator = ",";
  }
  out += ']';
  tables.end();
  outer.end();
  return out;
}

}  // namespace lodestone::model
