/// What lines of JSON hold, as typed values.
#pragma once

#include <stdexcept>
#include <string>

#include <rapidjson/document.h>

#include "model/codec.h"
#include "tests/model/interchange/typed.h"

namespace lodestone::model::testing {

using Json = rapidjson::Value;

[[nodiscard]] inline std::string text_of(const Json& json) {
  return {json.GetString(), json.GetStringLength()};
}

/// Of `{"value": {"N": "1"}, …}`.
template <class T>
T value_of(const Json& json) {
  rapidjson::Document alone(rapidjson::kObjectType);
  alone.AddMember("value", Json(json["value"], alone.GetAllocator()), alone.GetAllocator());
  T decoded{};
  if (!Codec<T>::decode(*record_of(alone).find("value"), decoded))
    throw std::runtime_error("not such a value");
  return decoded;
}

}  // namespace lodestone::model::testing
