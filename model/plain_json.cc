#include "model/plain_json.h"

#include <string>
#include <utility>
#include <vector>

#include <rapidjson/encodedstream.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

namespace lodestone::model {
namespace {

/// DynamoDB nests 32 levels.
constexpr std::size_t kMostNesting = 40;

/// Builds values from what the parser finds, one open list or map above the other.
class ValueBuilder : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, ValueBuilder> {
 public:
  std::optional<Value> root;

  bool Default() { return false; }
  bool Null() { return add(Value()); }
  bool Bool(bool truth) { return add(Value::boolean(truth)); }
  bool String(const Ch* text, rapidjson::SizeType length, bool) {
    return add(Value::string(std::string(text, length)));
  }
  bool RawNumber(const Ch* text, rapidjson::SizeType length, bool) {
    return add(Value::number(std::string(text, length)));
  }
  bool StartObject() { return open(Value::map({})); }
  bool StartArray() { return open(Value::list({})); }
  bool Key(const Ch* text, rapidjson::SizeType length, bool) {
    open_.back().name.assign(text, length);
    return true;
  }
  bool EndObject(rapidjson::SizeType) { return close(); }
  bool EndArray(rapidjson::SizeType) { return close(); }

 private:
  struct Open {
    Value value;
    /// The member that comes next.
    std::string name = {};
  };

  bool open(Value value) {
    open_.push_back({std::move(value)});
    return open_.size() <= kMostNesting;
  }
  bool close() {
    Value value = std::move(open_.back().value);
    open_.pop_back();
    return add(std::move(value));
  }
  bool add(Value value) {
    if (open_.empty()) {
      root = std::move(value);
    } else if (Open& outer = open_.back(); outer.value.is(ValueType::kMap)) {
      outer.value.members().set(outer.name, std::move(value));
    } else {
      outer.value.items().push_back(std::move(value));
    }
    return true;
  }

  std::vector<Open> open_;
};

}  // namespace

std::optional<Value> value_from_plain_json(std::string_view json) {
  constexpr unsigned kFlags = rapidjson::kParseIterativeFlag | rapidjson::kParseNumbersAsStringsFlag |
                              rapidjson::kParseValidateEncodingFlag;
  // The parser takes it for the end.
  if (json.find('\0') != std::string_view::npos) return std::nullopt;
  rapidjson::Reader reader;
  rapidjson::MemoryStream stream(json.data(), json.size());
  rapidjson::EncodedInputStream<rapidjson::UTF8<>, rapidjson::MemoryStream> input(stream);
  ValueBuilder builder;
  if (reader.Parse<kFlags>(input, builder).IsError()) return std::nullopt;
  return std::move(builder.root);
}

}  // namespace lodestone::model
