#include "model/json_fields.h"

#include <utility>

#include <rapidjson/reader.h>

namespace lodestone::model {
namespace {

class FieldReader : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, FieldReader> {
 public:
  bool Default() { return depth_ > 0; }
  bool RawNumber(const Ch*, rapidjson::SizeType, bool) { return depth_ > 0; }
  bool Key(const Ch* text, rapidjson::SizeType length, bool) {
    if (depth_ == 1) key_.assign(text, length);
    return true;
  }
  bool String(const Ch* text, rapidjson::SizeType length, bool) {
    if (depth_ == 1) fields.insert_or_assign(key_, std::string(text, length));
    return depth_ > 0;
  }
  bool StartObject() { return ++depth_ > 0; }
  bool EndObject(rapidjson::SizeType) { return depth_-- > 0; }
  bool StartArray() { return depth_++ > 0; }
  bool EndArray(rapidjson::SizeType) { return depth_-- > 0; }

  TextFields fields;

 private:
  std::string key_;
  std::size_t depth_ = 0;
};

}  // namespace

std::optional<TextFields> read_text_fields(std::string_view json) {
  FieldReader found;
  rapidjson::Reader reader;
  rapidjson::MemoryStream stream(json.data(), json.size());
  // The iterative form does not overflow the stack, whatever it is sent.
  constexpr unsigned kFlags = rapidjson::kParseIterativeFlag | rapidjson::kParseNumbersAsStringsFlag;
  if (!reader.Parse<kFlags>(stream, found)) return std::nullopt;
  return std::move(found.fields);
}

std::string_view field(const TextFields& fields, std::string_view name) {
  const auto found = fields.find(name);
  return found == fields.end() ? std::string_view() : found->second;
}

}  // namespace lodestone::model
