#include "model/transform.h"

#include <utility>

#include "model/json.h"
#include "model/plain_json.h"

namespace lodestone::model {
namespace {

/// What JavaScript's trim() takes away, longest first where one begins another.
constexpr std::string_view kSpaces[] = {
    "\t",           "\n",           "\v",           "\f",           "\r",           " ",
    "\xC2\xA0",     "\xE1\x9A\x80", "\xE2\x80\x80", "\xE2\x80\x81", "\xE2\x80\x82", "\xE2\x80\x83",
    "\xE2\x80\x84", "\xE2\x80\x85", "\xE2\x80\x86", "\xE2\x80\x87", "\xE2\x80\x88", "\xE2\x80\x89",
    "\xE2\x80\x8A", "\xE2\x80\xA8", "\xE2\x80\xA9", "\xE2\x80\xAF", "\xE2\x81\x9F", "\xE3\x80\x80",
    "\xEF\xBB\xBF"};

std::string trimmed(std::string_view text) {
  for (bool found = true; found;) {
    found = false;
    for (const std::string_view space : kSpaces) {
      if (text.starts_with(space)) text.remove_prefix(space.size()), found = true;
      if (text.ends_with(space)) text.remove_suffix(space.size()), found = true;
    }
  }
  return std::string(text);
}

}  // namespace

Transform prefix(std::string text, std::string_view delimiter) {
  text += delimiter;
  return {[text](Value value) {
            if (value.is(ValueType::kString)) value.text().insert(0, text);
            return value;
          },
          [text](Value value) -> std::optional<Value> {
            if (value.is(ValueType::kString) && value.text().starts_with(text))
              value.text().erase(0, text.size());
            return value;
          }};
}

Transform suffix(std::string text, std::string_view delimiter) {
  text.insert(0, delimiter);
  return {[text](Value value) {
            if (value.is(ValueType::kString)) value.text() += text;
            return value;
          },
          [text](Value value) -> std::optional<Value> {
            if (value.is(ValueType::kString) && value.text().ends_with(text))
              value.text().resize(value.text().size() - text.size());
            return value;
          }};
}

Transform trim() {
  return {[](Value value) {
            if (value.is(ValueType::kString)) value.text() = trimmed(value.text());
            return value;
          },
          [](Value value) { return std::optional(std::move(value)); }};
}

Transform json_text() {
  return {[](const Value& value) {
            std::string json;
            append_plain_json(json, value);
            return Value::string(std::move(json));
          },
          [](Value value) -> std::optional<Value> {
            if (!value.is(ValueType::kString)) return std::nullopt;
            return value_from_plain_json(value.text());
          }};
}

Transform pipe(std::vector<Transform> transforms) {
  std::vector<Transform> backwards(transforms.rbegin(), transforms.rend());
  return {[forwards = std::move(transforms)](Value value) {
            for (const Transform& one : forwards) value = one.store(std::move(value));
            return value;
          },
          [backwards = std::move(backwards)](Value value) -> std::optional<Value> {
            for (const Transform& one : backwards) {
              auto loaded = one.load(std::move(value));
              if (!loaded) return std::nullopt;
              value = std::move(*loaded);
            }
            return value;
          }};
}

}  // namespace lodestone::model
