/// JSON documents written piece by piece to a string: for replies of the control plane and stored records.
///
/// Item data does not pass through here: it is spliced as it is stored. Not thread-safe.
#pragma once

#include <string>
#include <string_view>

#include <rapidjson/writer.h>

#include "server/api/clock.h"

namespace lodestone {

class JsonWriter {
 public:
  explicit JsonWriter(std::string& out) : stream_{out}, writer_(stream_) {}

  JsonWriter& begin_object() { return writer_.StartObject(), *this; }
  JsonWriter& end_object() { return writer_.EndObject(), *this; }
  JsonWriter& begin_array() { return writer_.StartArray(), *this; }
  JsonWriter& end_array() { return writer_.EndArray(), *this; }
  JsonWriter& key(std::string_view name) {
    writer_.Key(name.data(), static_cast<rapidjson::SizeType>(name.size()));
    return *this;
  }
  JsonWriter& value(std::string_view text) {
    writer_.String(text.data(), static_cast<rapidjson::SizeType>(text.size()));
    return *this;
  }
  JsonWriter& value(const char* text) { return value(std::string_view(text)); }
  JsonWriter& value(bool truth) { return writer_.Bool(truth), *this; }
  JsonWriter& value(std::int64_t number) { return writer_.Int64(number), *this; }
  JsonWriter& value(double number) { return writer_.Double(number), *this; }
  /// A time on the wire: epoch seconds with milliseconds.
  JsonWriter& value(Millis time) { return value(static_cast<double>(time.count()) / 1000.0); }

  template <class T>
  JsonWriter& field(std::string_view name, const T& content) {
    return key(name).value(content);
  }

 private:
  /// What RapidJSON writes to.
  struct StringStream {
    using Ch = char;
    std::string& out;
    void Put(char c) { out.push_back(c); }
    void Flush() {}
  };
  StringStream stream_;
  rapidjson::Writer<StringStream> writer_;
};

}  // namespace lodestone
